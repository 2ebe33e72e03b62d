"""The words are words: no figure of policy is typed in a template, and nothing clever happens in one."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from jinja2 import Environment, meta, nodes
from support.shared import LIBRARY, TEMPLATES

from bot.settings import data_folder

FOLDER = data_folder("templates")
# Markup is full of numbers that are no figures of policy; its words come from elsewhere.
TEXTS = sorted(path for path in FOLDER.rglob("*.j2") if path.suffixes[:-1] not in ([".svg"], [".html"]))
TERMS = LIBRARY.terms
ANSWERS = sorted((FOLDER / "answers").glob("*.j2"))
WORDS = sorted((FOLDER / "words").glob("*.j2"))

GLOBALS = {"explain", "called", "input"}
FACTS = {"rule", "held", "city", "day", "insurance", "slots", "hotline"}
FILTERS = {"amount", "join", "length", "yuan"}
POWERFUL = {"range", "dict", "lipsum", "cycler", "joiner", "namespace"}

# Only parses; the filters are ours, so it has to know their names.
ENVIRONMENT = Environment(autoescape=True)
ENVIRONMENT.filters["yuan"] = ENVIRONMENT.filters["amount"] = str

DIGIT = re.compile(r"[0-9０-９%％]")
NUMERAL = r"[零〇一二两三四五六七八九十百千万亿半几]"
UNIT = r"(?:元|块|毛|角|分钱|万|折|成(?!医)|个百分点|个点|小时|天|日|周|星期|个月|月份?|年|岁|倍|家|人(?!民))"
FIGURE = re.compile(rf"百分之|千分之|[减加]半|一半|{NUMERAL}+{UNIT}")
# 'A year' and 'within the year' tell the span a figure is for, 'how many' asks for one, and December is the
# name of a month; they are no figures themselves.
NO_FIGURE = re.compile(r"第[一二]年|上一年十二月|一年|一个月|这一天|几年|几个月|几天")
# What people might say, as an example of how to ask.
EXAMPLE = re.compile(r"“[^”]*”")


def name_of(path: Path) -> str:
    return path.relative_to(FOLDER).as_posix()


def parsed(path: Path) -> nodes.Template:
    return ENVIRONMENT.parse(path.read_text(encoding="utf-8"))


def asked_of_outside(path: Path) -> set[str]:
    """Return the names a template takes from its surroundings; those it sets within an if are its own."""
    tree = parsed(path)
    own = {name.name for name in tree.find_all(nodes.Name) if name.ctx == "store"}
    return meta.find_undeclared_variables(tree) - own


def literals(path: Path) -> Iterator[str]:
    """Yield all that a template types itself: its text, and the words in its expressions."""
    tree = parsed(path)
    for data in tree.find_all(nodes.TemplateData):
        yield data.data
    for constant in tree.find_all(nodes.Const):
        if isinstance(constant.value, str):
            if re.search(r"[^\x00-\x7f]", constant.value):
                yield constant.value
        elif not isinstance(constant.value, bool | None):
            yield str(constant.value)


def figures_in(text: str) -> list[str]:
    plain = NO_FIGURE.sub("，", text)
    return DIGIT.findall(plain) + [match[0] for match in FIGURE.finditer(plain)]


@pytest.mark.parametrize("path", TEXTS, ids=name_of)
def test_no_figure_is_typed_in_a_template(path: Path) -> None:
    typed = "\n".join(literals(path))
    if path.parent.name == "words":
        typed = EXAMPLE.sub("", typed)
    assert figures_in(typed) == []


@pytest.mark.parametrize(
    "text",
    [
        "报85%",
        "门槛１１００",
        "报百分之八十五",
        "两百元以上",
        "五万块",
        "九成",
        "三天内",
        "半年以后",
        "起付线减半",
        "等六个月",
    ],
)
def test_a_typed_figure_is_noticed(text: str) -> None:
    assert figures_in(text)


@pytest.mark.parametrize(
    "text",
    [
        "住三级医院",
        "一年里第二次住院",
        "同一年",
        "第二年才能用",
        "一次交足",
        "省人民医院",
        "交了几年",
        "一个月的工资",
    ],
)
def test_everyday_words_are_no_figures(text: str) -> None:
    assert figures_in(text) == []


@pytest.mark.parametrize("path", TEXTS, ids=name_of)
def test_no_template_shouts(path: Path) -> None:
    assert not [text for text in literals(path) if "!" in text or "！" in text]


@pytest.mark.parametrize("path", ANSWERS, ids=name_of)
def test_an_answer_knows_only_the_facts(path: Path) -> None:
    assert asked_of_outside(path) <= FACTS | GLOBALS


@pytest.mark.parametrize("path", WORDS, ids=name_of)
def test_a_macro_knows_only_what_it_is_given(path: Path) -> None:
    assert asked_of_outside(path) <= GLOBALS


@pytest.mark.parametrize("path", sorted(FOLDER.rglob("*.j2")), ids=name_of)
def test_no_template_uses_what_could_run_away(path: Path) -> None:
    assert asked_of_outside(path).isdisjoint(POWERFUL)
    assert {used.name for used in parsed(path).find_all(nodes.Filter)} <= FILTERS


@pytest.mark.parametrize("path", ANSWERS, ids=name_of)
def test_an_answer_loops_over_lists_of_figures_only(path: Path) -> None:
    tree = parsed(path)
    rules = {
        each.target.name
        for each in tree.find_all(nodes.Assign)
        if isinstance(each.target, nodes.Name) and _is_rule(each.node)
    }
    for loop in tree.find_all(nodes.For):
        over = loop.iter
        assert isinstance(over, nodes.Getattr), f"line {loop.lineno}"
        owner = over.node
        assert _is_rule(owner) or (isinstance(owner, nodes.Name) and owner.name in rules), (
            f"line {loop.lineno}"
        )


def _is_rule(node: nodes.Node) -> bool:
    return isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name) and node.node.name == "rule"


@pytest.mark.parametrize("path", [path for path in TEXTS if path not in ANSWERS], ids=name_of)
def test_other_templates_loop_over_what_they_are_given_only(path: Path) -> None:
    for loop in parsed(path).find_all(nodes.For):
        assert isinstance(loop.iter, nodes.Name | nodes.Getattr), f"line {loop.lineno}"


@pytest.mark.parametrize("path", ANSWERS, ids=name_of)
def test_an_answer_asks_for_topics_that_some_document_settles(path: Path) -> None:
    topics = LIBRARY.topics
    for call in parsed(path).find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name in {"rule", "held"}:
            (asked,) = call.args
            assert isinstance(asked, nodes.Const)
            assert asked.value in topics, f"line {call.lineno}"


def test_every_answer_belongs_to_an_intent() -> None:
    intents: set[str] = set()
    for file in data_folder("intents").glob("*.yaml"):
        intents |= yaml.safe_load(file.read_text(encoding="utf-8")).keys()
    assert {path.stem for path in ANSWERS} <= intents


class Anything(int):
    """Stands for whatever a macro is given: an amount, a name, a list, a thing with parts."""

    def __iter__(self) -> "Iterator[Anything]":
        return iter((self, self))

    def __getattr__(self, name: str) -> "Anything":
        if name.startswith("__"):
            raise AttributeError(name)
        return self


def arguments_of(macro: nodes.Macro) -> dict[str, object]:
    """Return something for each argument; a code where the macro asks what the code is called."""
    codes = {
        call.args[1].name: next(iter(TERMS.codes[call.args[0].value]))
        for call in macro.find_all(nodes.Call)
        if isinstance(call.node, nodes.Name) and call.node.name == "called"
        if isinstance(call.args[0], nodes.Const) and isinstance(call.args[1], nodes.Name)
    }
    return {argument.name: codes.get(argument.name, Anything(12345)) for argument in macro.args}


MACROS = [(path.stem, macro) for path in WORDS for macro in parsed(path).find_all(nodes.Macro)]


@pytest.mark.parametrize(("group", "macro"), MACROS, ids=[f"{group}.{macro.name}" for group, macro in MACROS])
def test_every_macro_says_something(group: str, macro: nodes.Macro) -> None:
    templates = TEMPLATES
    assert templates.can_say(group, macro.name)
    assert templates.say(group, macro.name, **arguments_of(macro))
