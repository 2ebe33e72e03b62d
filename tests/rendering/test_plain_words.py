"""Every answer and every phrase, read as the person least used to such words would read it."""

import re
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from jinja2 import Environment, nodes
from support import warm

from bot.dialogue.answers import Answers
from bot.dialogue.offers import ASKED as OFFERED
from bot.language import whole_count
from bot.policy.codes import INPUTS
from bot.settings import data_folder

from .plain import EXPLAINED, faults, parts_of, sentences_of, unexplained, unkind
from .support import INTENTS, SAID_OF_PERSON, expected, say

APP = warm.app()
TEMPLATES = APP.templates
TERMS = APP.library.terms
WORDS = data_folder("templates") / "words"
DAYS = (date(2024, 5, 1), date(2026, 6, 1))
SCHEMES = (None, "employee", "resident")
CITIES = (None, "hengyang", "xiangtan", "changsha")

# Everything a question may be put for: what a case needs, and what was assumed and may be changed.
OF_DRAFTS = {"preview", "away_where"}
REQUIRED = [name for name, field in INPUTS.items() if field.default is None and name not in OF_DRAFTS]
ASKED = ("city", "date", "benefit", *REQUIRED, *(name for name in OFFERED if name not in REQUIRED))
MOST_LINES = 14  # of one part of an answer, without heading, basis and cautions
MOST_IN_A_PHRASE = 50  # characters of a sentence: what is asked of a person may name a column of a bill
MOST_IN = {"questions": 70, "questions_again": 60, "examples": 40, "whereabouts": 70}
# What a program or a developer reads has their words.
LATIN_OF = {"errors": {"true", "false", "JSON", "baoduoshao", "chat"}, "talk": {"Ctrl", "D"}}


@cache
def answers() -> Answers:
    return Answers(APP.engine, APP.estimates, TEMPLATES)


def rendered(subject: str) -> dict[str, str]:
    """Return each different answer to `subject`, with a case it is given in."""
    found: dict[str, str] = {}
    for day in DAYS:
        for insurance in SCHEMES:
            for city in CITIES:
                said = {"insurance": insurance, "city": city}
                slots = {name: value for name, value in said.items() if value is not None}
                text = answers().answer(subject, slots, day).text
                found.setdefault(text, f"{insurance}, {city}, {day}")
    return found


@pytest.mark.parametrize("subject", sorted(TERMS.subjects))
def test_every_answer_is_plain(subject: str) -> None:
    found = {case: wrong for text, case in rendered(subject).items() if (wrong := faults(text))}
    assert found == {}


@pytest.mark.parametrize("intent", INTENTS)
def test_an_answer_stays_plain_whatever_the_person_said_and_whenever_it_holds(intent: str) -> None:
    given = [case for case in expected(spoken=True) if case[0] == intent]
    texts = {say(*case[:3], slots, case[3]) for case in given for slots in SAID_OF_PERSON}
    assert {text: wrong for text in texts if (wrong := faults(text))} == {}


@pytest.mark.parametrize("subject", sorted(TERMS.subjects))
def test_an_answer_is_short_enough_to_read_on_a_telephone(subject: str) -> None:
    for text, case in rendered(subject).items():
        assert max(len(lines) for lines in parts_of(text)) <= MOST_LINES, (case, text)


PLAIN = """【职工医保，衡阳】
职工医保住三级医院，起付线是1100元。
起付线就是门槛，门槛以下的钱由自己付。
- 二级医院：800元
- 一级医院：500元
同一年再住院，只收一部分。
依据：湘政办发〔2022〕66号 三、医保住院待遇（2023-01-01起施行）

拿不准可以打医保热线 12393。"""

BAD = {
    "an exclamation mark": PLAIN.replace("是1100元。", "是1100元！"),
    "Traditional characters": PLAIN.replace("再住院", "再住醫院"),
    "a foreign word: null": PLAIN.replace("500元", "null"),
    "never said: 应当": PLAIN.replace("只收", "应当只收"),
    "never said: 经办机构": PLAIN.replace("只收", "经办机构只收"),
    "not explained: 起付线": PLAIN.replace("起付线就是门槛，门槛以下的钱由自己付", "看住哪级医院"),
    "not explained: 备案": PLAIN.replace("再住院", "备案以后再住院"),
    "a long sentence": PLAIN.replace("再住院", "再住院" * 15),
    "a long list line": PLAIN.replace("800元", "800元" * 15),
    "too much before the list": PLAIN.replace("是1100元。", "是1100元。比去年多。各地不同。看哪级。"),
    "an empty list line": PLAIN.replace("- 一级医院：500元", "-"),
    "no list where one is promised": PLAIN.replace("只收一部分。", "只收："),
    "said twice": PLAIN.replace("只收一部分。", "只收一部分。同一年再住院，只收一部分。"),
    "explained twice": PLAIN + "\n\n【居民医保】\n起付线就是门槛，门槛以下的钱由自己付。",
}


def test_a_plain_answer_has_no_fault() -> None:
    assert faults(PLAIN) == []


@pytest.mark.parametrize("fault", BAD)
def test_an_answer_that_is_not_plain_is_noticed(fault: str) -> None:
    found = faults(BAD[fault])
    assert [each for each in found if each.startswith(fault)], found


def test_a_term_explained_only_in_a_later_part_is_noticed() -> None:
    text = "【职工医保】\n先备案。\n依据：无\n\n【居民医保】\n备案就是先登记。"
    assert list(unexplained(text)) == ["not explained: 备案"]


def test_the_title_of_a_document_and_its_basis_need_no_explanation() -> None:
    assert list(unexplained("住院看《大病保险办法》。\n依据：《定点机构办法》")) == []


@pytest.mark.parametrize("term", [term for term in EXPLAINED if term in TERMS.explained])
def test_what_the_policy_files_say_of_a_term_counts_as_its_explanation(term: str) -> None:
    said = TERMS.explained[term]
    assert re.search(EXPLAINED[term], said)
    assert list(unkind(said)) == []


def arguments_by_macro(path: Path) -> dict[str, list[str]]:
    environment = Environment(autoescape=True)
    # Only parses; the filters are ours, so it has to know their names.
    environment.filters["yuan"] = environment.filters["amount"] = str
    macros = environment.parse(path.read_text(encoding="utf-8")).find_all(nodes.Macro)
    return {macro.name: [argument.name for argument in macro.args] for macro in macros}


def spoken() -> list[tuple[str, str, str]]:
    """Return (file, macro, text) of every phrase that needs nothing filled in but the hotline."""
    hotline = {"hotline": APP.library.numbers.hotline}
    return [
        (path.stem, name, TEMPLATES.say(path.stem, name, **{each: hotline[each] for each in needed}))
        for path in sorted(WORDS.glob("*.j2"))
        if path.stem != "english"
        for name, needed in arguments_by_macro(path).items()
        if hotline.keys() >= {*needed}
    ]


SPOKEN = spoken()


@pytest.mark.parametrize(("file", "name", "text"), SPOKEN, ids=[f"{file}.{name}" for file, name, _ in SPOKEN])
def test_every_phrase_is_kind_and_in_simplified_chinese(file: str, name: str, text: str) -> None:
    assert list(unkind(text, frozenset(LATIN_OF.get(file, ())))) == []


OWN = [each for each in SPOKEN if each[0] not in ("talk", "cautions")]


@pytest.mark.parametrize(("file", "name", "text"), OWN, ids=[f"{file}.{name}" for file, name, _ in OWN])
def test_no_phrase_has_a_long_sentence_or_says_one_twice(file: str, name: str, text: str) -> None:
    sentences = sentences_of(text)
    assert [each for each in sentences if len(each) > MOST_IN_A_PHRASE] == []
    assert len({*sentences}) == len(sentences)


def said_of(group: str, name: str) -> str:
    if group == "whereabouts":
        return TEMPLATES.say(group, name, hotline=APP.library.numbers.hotline)
    return TEMPLATES.say(group, name)


@pytest.mark.parametrize("name", ASKED)
@pytest.mark.parametrize("group", MOST_IN)
def test_every_input_that_can_be_asked_has_its_own_words(group: str, name: str) -> None:
    assert TEMPLATES.can_say(group, name)
    text = said_of(group, name)
    assert 6 <= len(text) <= MOST_IN[group], text
    assert len(sentences_of(text)) <= 2, text
    assert text.endswith(("。", "？")) == (group != "examples")


@pytest.mark.parametrize("name", ASKED)
def test_a_question_asks_and_its_terms_are_explained(name: str) -> None:
    assert "？" in said_of("questions", name)
    assert list(unexplained(said_of("questions", name).replace("“政策范围内费用”", ""))) == []


@pytest.mark.parametrize("name", ASKED)
@pytest.mark.parametrize("group", ["questions", "questions_again", "whereabouts"])
def test_no_words_about_an_input_tell_a_figure(group: str, name: str) -> None:
    said = said_of(group, name).replace(APP.library.numbers.hotline, "")
    assert not re.search(r"[0-9０-９%％]", said), said


@pytest.mark.parametrize("name", ASKED)
def test_a_question_asked_again_comes_in_other_words(name: str) -> None:
    first, again = said_of("questions", name), said_of("questions_again", name)
    shared = {*sentences_of(first)} & {*sentences_of(again)}
    assert first != again
    assert not shared


@pytest.mark.parametrize("name", ASKED)
def test_an_example_shows_a_reply_that_is_understood(name: str) -> None:
    example = said_of("examples", name)
    assert example.startswith("比如回复“")
    replies = re.findall(r"“([^”]+)”", example)
    assert [reply for reply in replies if not is_understood(name, reply)] == []


def is_understood(name: str, reply: str) -> bool:
    """Whether the reply is the name of a choice, or is read as this input or as a bare number."""
    if reply in TERMS.codes.get(name, {}).values():
        return True
    said = APP.reader.read(reply, DAYS[-1])
    if name in said.slots:
        return True
    kind = INPUTS[name].kind if name in INPUTS else "code"
    if kind == "money":
        return said.bare_amount is not None
    return kind in {"count", "decimal"} and (said.number is not None or whole_count(reply) is not None)


def test_a_reply_about_something_else_is_not_understood() -> None:
    assert not is_understood("hospital_level", "两万")
    assert not is_understood("eligible_cost", "三级")
    assert not is_understood("status", "是")


def test_the_hotline_is_named_only_where_a_call_helps() -> None:
    named = {name for name in ASKED if APP.library.numbers.hotline in said_of("whereabouts", name)}
    assert {"insurance", "benchmark", "average_cost", "years_paid"} <= named
    assert named.isdisjoint({"benefit", "sex", "age", "delivery", "babies", "eligible_cost"})


def test_words_about_an_input_are_about_one_that_exists() -> None:
    for group in MOST_IN:
        macros = arguments_by_macro(WORDS / f"{group}.j2").keys()
        assert macros - {"other"} <= {*ASKED}, group
