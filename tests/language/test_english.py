from pathlib import Path

import pytest

from bot.language import IntentsError, Wish
from bot.language.english import English
from bot.language.intents import english_phrases, load

from .conftest import INTENTS, Read


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        (
            "I am retired, employee insurance in Hengyang, spent 20000 yuan in a level 3 hospital, "
            "how much do I get back?",
            "我退休，衡阳职工医保，在三级医院住院花了20000元，能报多少？",
        ),
        ("retired", "退休"),
        ("how much for a 20000 yuan stay in a level 3 hospital", "三级医院住院20000元，能报多少"),
        ("I spent 20000 yuan in a level 3 hospital", "三级医院住院花了20000元"),
        ("saw a doctor in a level 2 hospital, spent 300 yuan", "二级医院门诊花了300元"),
        ("I spent twenty thousand yuan in hospital", "住院花了20000元"),
        ("hospital stay, the bill was twenty-five thousand two hundred and fifty yuan", "住院费用25250元"),
        ("level two hospital", "二级医院"),
        ("No, it was level 2", "不对，是二级医院"),
        ("filed for treatment in another city", "异地就医已经备案"),
        ("I'm still working", "在职"),
        ("resident insurance", "居民医保"),
        ("new rural cooperative", "新农合"),
        ("Xiangtan", "湘潭"),
        ("I live in Changsha", "长沙"),
        ("level 3", "三级医院"),
        ("a secondary hospital", "二级医院"),
        ("tertiary hospital", "三级医院"),
        ("township hospital", "乡镇卫生院"),
        ("a TCM hospital", "中医医院"),
        ("hospital stay", "住院"),
        ("I was hospitalised", "住院"),
        ("outpatient clinic visit", "门诊"),
        ("diabetes", "糖尿病"),
        ("caesarean section", "剖宫产"),
        ("self-employed", "灵活就业"),
        ("I'm a low-income family", "低保"),
        ("without referral", "没转诊"),
        ("what about level 2?", "二级医院呢"),
        ("what if I am retired", "要是退休呢"),
        ("what about residents", "居民呢"),
        ("not level 3, level 2", "不是三级，是二级"),
        ("what about last year", "去年呢"),
        (
            "inpatient in a level 2 hospital in Xiangtan, resident insurance, bill 8,000 RMB",
            "湘潭居民医保，二级医院住院，费用8000元",
        ),
        ("total cost 30000 yuan, self-paid 2000 yuan", "总费用30000元，自费2000元"),
        ("stay in hospital in March 2024, paid 12k", "2024年3月住院，花了12000元"),
    ],
)
def test_english_gives_the_slots_of_its_chinese(read: Read, english: str, chinese: str) -> None:
    said = read(english)
    assert (dict(said.slots), said.english, said.gate) == (dict(read(chinese).slots), True, None)
    assert said.slots


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("what is the inpatient deductible for employees", "employee_inpatient_deductible"),
        ("What's the deductible for an inpatient stay for residents?", "resident_inpatient_deductible"),
        ("How much is the outpatient limit for employees?", "employee_outpatient"),
        ("how do I register for treatment elsewhere", "away_filing"),
        ("maternity allowance", "maternity_allowance"),
        ("how long is maternity leave", "maternity_leave"),
        ("how is my hypertension outpatient covered", "two_diseases"),
        ("newborn insurance when to register", "newborn"),
        ("how much does flexible employment pay a year", "flexible_contribution"),
        ("where is the medical insurance office", "offices_contacts"),
        ("I lost my insurance card", "insurance_card"),
        ("when does provincial pooling start", "provincial_pooling"),
    ],
)
def test_an_english_question_is_surely_about_its_subject(read: Read, text: str, intent: str) -> None:
    said = read(text)
    assert (said.intents[0].id, said.sure, said.english) == (intent, True, True)


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("20,000 yuan", 2_000_000),
        ("20k", 2_000_000),
        ("No, it was 8000 yuan", 800_000),
        ("RMB 20000", 2_000_000),
        ("20000 rmb", 2_000_000),
        ("1.5 million", 150_000_000),
        ("20 thousand yuan", 2_000_000),
        ("about 8000 yuan", 800_000),
        ("¥3,500.50", 350_050),
    ],
)
def test_an_english_amount_is_money(read: Read, text: str, fen: int) -> None:
    assert read(text).bare_amount == fen


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("help", "help"),
        ("what can you do", "help"),
        ("cancel", "cancel"),
        ("go back", "back"),
        ("previous question", "back"),
        ("start over", "restart"),
        ("thank you", "thanks"),
        ("I don't know", "unsure"),
        ("not sure", "unsure"),
        ("forget me", "forget"),
        ("talk to a human", "handoff"),
        ("good morning", "greeting"),
        ("yes please", "yes"),
    ],
)
def test_an_english_command_is_one(read: Read, text: str, command: str) -> None:
    said = read(text)
    assert (said.command, said.english) == (command, True)


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("why?", Wish("explain")),
        ("how did you calculate that", Wish("explain")),
        ("another hospital stay", Wish("another")),
        ("what about the draft", Wish("draft")),
        ("continue", Wish("resume")),
        ("what do you know about me", Wish("memory")),
        ("compare level 2 and level 3", Wish("compare", "hospital_level", ("level2", "level3"))),
        (
            "difference between employees and residents",
            Wish("compare", "insurance", ("employee", "resident")),
        ),
    ],
)
def test_an_english_wish_is_one(read: Read, text: str, wish: Wish) -> None:
    assert read(text).wish == wish


@pytest.mark.parametrize(
    ("text", "gate"),
    [
        ("I have chest pain", "danger"),
        ("my father is unconscious", "danger"),
        ("I can't breathe", "danger"),
        ("I want to die", "despair"),
        ("I am going to kill myself", "despair"),
        ("my id is 43040219900101123X", "private"),
        ("what's the weather", "foreign"),
        ("buy a car", "foreign"),
        ("who are you", "foreign"),
        ("tell me a joke", "foreign"),
        ("how much is a car insurance", "foreign"),
        ("please write a poem about the sea and birds", "foreign"),
    ],
)
def test_english_passes_the_same_gates(read: Read, text: str, gate: str) -> None:
    said = read(text)
    assert (said.gate, said.english) == (gate, True)


@pytest.mark.parametrize(
    "text",
    ["CT检查能报吗", "ICU住院", "B超要多少钱", "20k", "2", "RMB 20000", "hi", "ok", "yes", "no", "CT", "ICU",
     "qwerty", "3A医院", "/help", "2024-05-01", "lorem ipsum dolor", ""],
)  # fmt: skip
def test_figures_loan_words_and_mixed_text_are_not_english(read: Read, text: str) -> None:
    assert not read(text).english


def test_chinese_with_latin_words_is_read_as_before(read: Read) -> None:
    assert read("ICU住院").slots["benefit"] == "inpatient"


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("twenty thousand yuan", 2_000_000),
        ("a hundred yuan", 10_000),
        ("one hundred and five thousand", 10_500_000),
        ("sixty RMB", 6_000),
        ("20 thousand yuan", 2_000_000),
    ],
)
def test_amounts_in_words_are_amounts(read: Read, text: str, fen: int) -> None:
    assert read(text).bare_amount == fen


@pytest.mark.parametrize("text", ["forget me", "please forget me", "forget everything about me"])
def test_to_be_forgotten_can_be_asked_for_in_english(read: Read, text: str) -> None:
    assert read(text).command == "forget"


def test_longer_phrases_win_and_an_edge_tells_where_a_word_goes() -> None:
    phrases = {"hospital": "医院", "level 3 hospital": "三级医院", "what is": "…是什么", "the": "-"}
    english = English(phrases | {"staff": "职工…"})
    assert english.read("What is the level-3 hospital, staff").chinese == "三级医院是什么,职工"
    assert english.read("The hospital for rockets and moons").chinese is None


def test_the_projects_phrases_have_one_meaning_each_and_are_read_strictly(tmp_path: Path) -> None:
    assert len(english_phrases(INTENTS)) > 400
    (tmp_path / "english.yaml").write_text("医院: [hospital]\n诊所: [hospital]\n", encoding="utf-8")
    with pytest.raises(IntentsError, match="'hospital' already means '医院'"):
        english_phrases(tmp_path)
    (tmp_path / "inpatient.yaml").write_text("some:\n  phrases: [住院]\n", encoding="utf-8")
    with pytest.raises(IntentsError, match="already means"):
        load(tmp_path)


def test_a_folder_without_english_reads_none(tmp_path: Path) -> None:
    assert english_phrases(tmp_path) == {}


@pytest.mark.parametrize(
    ("text", "field", "value"),
    [
        ("衡陽職工醫保住院報多少", "insurance", "employee"),
        ("衡陽職工醫保住院報多少", "city", "hengyang"),
        ("我退休了，三級醫院住院花了兩萬", "status", "retired"),
        ("我退休了，三級醫院住院花了兩萬", "eligible_cost", 2_000_000),
        ("二級醫院呢", "hospital_level", "level2"),
        ("換成二級呢", "hospital_level", "level2"),
        ("那退休的呢", "status", "retired"),
        ("居民呢", "insurance", "resident"),
        ("湘潭的新農合", "insurance", "resident"),
        ("如果不備案呢", "route", "away_unfiled"),
        ("備了案呢", "route", "away_filed"),
        ("第二次住院呢", "prior_stays", 1),
        ("醫保門診報消幾多啊 單位的", "benefit", "outpatient"),
        ("鄉鎮衛生院看門診", "hospital_level", "grassroots"),
        ("剖宮產補助多少", "delivery", "caesarean"),
        ("總費用三萬元，自費兩千", "excluded_cost", 200_000),
        ("我是低保戶", "hardship", True),
        ("糖尿病門診用藥", "disease", "diabetes"),
    ],
)
def test_traditional_characters_say_the_same(read: Read, text: str, field: str, value: object) -> None:
    assert read(text).slots[field] == value


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("二級和三級差多少", Wish("compare", "hospital_level", ("level2", "level3"))),
        ("又住院了", Wish("another")),
        ("省級統籌以後呢", Wish("draft")),
        ("為什麼這麼少", Wish("explain")),
        ("接著剛才的住院算", Wish("resume")),
        ("你記得我什麼", Wish("memory")),
    ],
)
def test_traditional_wishes_are_heard(read: Read, text: str, wish: Wish) -> None:
    assert read(text).wish == wish


@pytest.mark.parametrize(
    ("text", "gate"), [("胸口好痛", "danger"), ("喘不過氣", "danger"), ("不想活了", "despair")]
)
def test_traditional_words_of_danger_are_heard(read: Read, text: str, gate: str) -> None:
    assert read(text).gate == gate
