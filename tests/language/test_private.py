import re
import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from support.quick import is_quick

from bot.language import masked

from .conftest import Read

CARD, TELEPHONE = "〔证件号〕", "〔电话〕"


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("430402199001011234", CARD),
        ("身份证43040219900101123X，住院报多少", f"身份证{CARD}，住院报多少"),
        ("430402 19900101 123x", CARD),
        ("４３０４０２－１９９０－０１－０１－１２３４", CARD),
        ("4 3 0 4 0 2 1 9 9 0 0 1 0 1 1 2 3 4", CARD),
        ("430402\n199001011234", CARD),
        ("430402\u200b1990\u20600101\ufeff1234", CARD),
        ("43040219900101١٢٣٤", CARD),
        ("430402900101123是我爸", f"{CARD}是我爸"),
        ("430402199001011234元", f"{CARD}元"),
        ("430402199001011234430402199001011235", CARD),
        ("四三零四零二一九九零零一零一一二三四", CARD),
        ("卡6222 0210 0111 1111 123", f"卡{CARD}"),
        ("6222021001111111 2000元", f"{CARD} 2000元"),
        ("社保卡號A12345678", f"社保卡號{CARD}"),
        ("我的医保卡号是1234567，三级", f"我的医保卡号是{CARD}，三级"),
        ("社会保障号码：430402199", f"社会保障号码：{CARD}"),
        ("卡号一二三四五六七八", f"卡号{CARD}"),
        ("my id number is 12345678", f"my id number is {CARD}"),
        ("密码是Abc@123，住院", f"密码是{CARD}，住院"),
        ("住院费用的事" * 100 + "密码123456", "住院费用的事" * 100 + f"密码{CARD}"),
        ("password: hunter2", f"password: {CARD}"),
    ],
)
def test_numbers_of_cards_and_persons_and_passwords_are_masked(text: str, clean: str) -> None:
    assert masked(text) == clean


@pytest.mark.parametrize(
    "said",
    [
        "13812345678",
        "+8613812345678",
        "+86 138-1234-5678",
        "86 13812345678",
        "008613812345678",
        "138 1234 5678",
        "138-1234-5678",
        "138—1234—5678",
        "1 3 8 1 2 3 4 5 6 7 8",
        "１３８１２３４５６７８",
        "138　1234　5678",
        "1\u200b3\u200b8\u200b12345678",
        "1️⃣3️⃣8️⃣1️⃣2️⃣3️⃣4️⃣5️⃣6️⃣7️⃣8️⃣",
        "①③⑧①②③④⑤⑥⑦⑧",
        "一三八一二三四五六七八",
        "幺三八 一二三四 五六七八",
        "0734-1234567",
        "07341234567",
        "（0734）1234567",
        "0731 8222 2345",
        "010-12345678",
        "+86-734-1234567",
        "+852 1234 5678",
    ],
)
def test_telephone_numbers_are_masked(said: str) -> None:
    assert masked(f"找我{said}，住院报多少") == f"找我{TELEPHONE}，住院报多少"


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("电话8222345", f"电话{TELEPHONE}"),
        ("手机号是138 12345 678", f"手机号是{TELEPHONE}"),
        ("微信：12345678", f"微信：{TELEPHONE}"),
        ("13812345678元旦住院", f"{TELEPHONE}元旦住院"),
        ("13812345678.5月住院", f"{TELEPHONE}.5月住院"),
        ("1.13812345678 2.13912345678", f"1.{TELEPHONE} 2.{TELEPHONE}"),
        ("13812345678 20000", f"{TELEPHONE} 20000"),
    ],
)
def test_what_stands_beside_a_telephone_number_is_kept(text: str, clean: str) -> None:
    assert masked(text) == clean


@pytest.mark.parametrize(
    "text",
    [
        "打12393、120、12356问过，电话12393",
        "服务电话12345，或者010-12393",
        "13800000000元",
        "13800000000.00",
        "100000000000000000元",
        "1000000000000000000",
        "9" * 26,
        "9" * 400,
        "100 000 000 000 000 000元",
        "20000.00",
        "0.123456789012345678",
        "1万5",
        "2024-05-01",
        "20240501",
        "2022-10-01 2022-10-05 20000 3000",
        "2022-10-01-2022-10-05住院",
        "2022-11-01 2022-11-05 200",
        "20241001-20241005住院",
        "身份证 2024-05-01丢了",
        "1500 3000 200",
        "13000-200000",
        "忘记密码了，花了20000",
        "二〇二四年五月一日花了两万三千五百",
        "湘政办发〔2022〕66号",
    ],
)
def test_sums_days_and_hot_lines_are_left(text: str) -> None:
    assert masked(text) == text


def test_unseen_characters_are_dropped_and_line_breaks_kept() -> None:
    assert masked("医\u200b保\x00卡\ud800\n三\t级\r\n二\u2028级\u202e") == "医保卡\n三\t级\n二\n级"


DIGITS = "0123456789"
FULL_WIDTH = str.maketrans(DIGITS, "０１２３４５６７８９")
SEPARATOR = st.sampled_from([" ", "-", "  ", " - ", "\u3000", "－", "—", "–", "\u200b", "\u2060", "\u00a0"])
HAN = st.text(
    st.sampled_from("我妈的身份证住院报销多少钱医保职工居民元块年月日号，。：（）、 \n电话卡"), max_size=30
)


@st.composite
def identity_numbers(draw: st.DrawFn) -> str:
    area = draw(st.sampled_from(["430402", "430302", "110101", "659001", "810000", "500101"]))
    day = draw(st.dates()).strftime("%m%d")
    if draw(st.booleans()):
        return f"{area}{draw(st.integers(0, 99)):02}{day}{draw(st.integers(0, 999)):03}"
    year = draw(st.integers(1900, 2025))
    return f"{area}{year}{day}{draw(st.integers(0, 999)):03}{draw(st.sampled_from(DIGITS + 'Xx'))}"


@st.composite
def written(draw: st.DrawFn, numbers: st.SearchStrategy[str]) -> tuple[str, str]:
    """Draw a number and the same number as somebody may write it."""
    number = draw(numbers)
    cuts = draw(st.sets(st.integers(1, len(number) - 1)))
    said = "".join((draw(SEPARATOR) if place in cuts else "") + c for place, c in enumerate(number))
    return number, said.translate(FULL_WIDTH) if draw(st.booleans()) else said


def bare(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).upper()
    return re.sub(r"[^0-9X]", "", folded)


@given(HAN, written(identity_numbers()), HAN)
@example("", ("430402199001011234", "4-3-0-4-0-2-1-9-9-0-0-1-0-1-1-2-3-4"), "元")
@settings(max_examples=500, deadline=None)
def test_no_identity_number_is_left_however_it_is_grouped(
    before: str, number: tuple[str, str], after: str
) -> None:
    clean = masked(f"{before}{number[1]}{after}")
    assert bare(clean) == ""
    assert CARD in clean


@given(HAN, st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True), st.sampled_from(["", "+86", "0086 "]), HAN)
@settings(max_examples=300, deadline=None)
def test_no_mobile_number_is_left(before: str, number: str, prefix: str, after: str) -> None:
    clean = masked(f"{before}{prefix}{number}，{after}")
    assert bare(clean) == ""


@given(st.text())
@settings(max_examples=500, deadline=None)
def test_a_text_without_digits_is_left_but_for_unseen_characters(text: str) -> None:
    text = "".join(c for c in text if unicodedata.category(c)[0] not in "CNZM" and not c.isnumeric())
    assert masked(text) == text


WRITTEN = (
    "430402199001011234 13812345678 0734-1234567 2024-05-01 20240501 20000 3000 1 138 1234 86 +86 0086 "
    "6222021001111111 电话 卡号 密码 身份证 元 块 万 是 : . , X x 一三八 一二三四五六七八 5 000000 （0734）"
)
PARTS = st.sampled_from(WRITTEN.split())
JOINTS = st.sampled_from(["", " ", "-", "，", "  "])


@given(st.lists(st.tuples(PARTS, JOINTS).map("".join), max_size=14).map("".join))
@settings(max_examples=1500, deadline=None)
def test_masking_twice_changes_nothing(text: str) -> None:
    assert masked(masked(text)) == masked(text)


@given(st.text(max_size=200))
@settings(max_examples=300, deadline=None)
def test_masking_any_text_twice_changes_nothing(text: str) -> None:
    assert masked(masked(text)) == masked(text)


@pytest.mark.parametrize(
    "text",
    [
        "430402199001011234",
        "身份证是43040219900101123X，住院花了2万报多少",
        "医保卡密码是123456",
        "卡号 1234567890",
    ],
)
def test_a_person_is_told_of_a_masked_number_as_of_the_number_itself(read: Read, text: str) -> None:
    assert "〔" in masked(text)
    for each in (text, masked(text)):
        said = read(each)
        assert (said.gate, dict(said.slots), said.intents) == ("private", {}, ())


@pytest.mark.parametrize(
    "number", ["13812345678", "+86 138 1234 5678", "0734-8222345", "幺三八一二三四五六七八"]
)
@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("我电话", "，衡阳退休职工三级医院住院花了2万能报多少"),
        ("我妈的手机号是", ",衡阳退休职工三级医院住院花了2万能报多少"),
        ("衡阳退休职工三级医院住院花了2万能报多少，电话：", ""),
        ("衡阳退休职工三级医院住院花了2万，", "，能报多少"),
    ],
)
def test_a_question_beside_a_telephone_number_is_read_as_without_it(
    read: Read, before: str, number: str, after: str
) -> None:
    plain = read("衡阳退休职工三级医院住院花了2万能报多少")
    for text in (f"{before}{number}{after}", masked(f"{before}{number}{after}")):
        said = read(text)
        assert dict(said.slots) == dict(plain.slots)
        assert (said.gate, said.bad_amount, said.also, said.asks_amount) == (None, None, (), True)
        assert said.intents[0].id == plain.intents[0].id


def test_a_telephone_number_alone_says_nothing(read: Read) -> None:
    said = read(masked("13812345678"))
    assert (said.gate, said.number, said.bare_amount, dict(said.slots)) == ("empty", None, None, {})


@pytest.mark.parametrize(
    "seed",
    [
        "1",
        "1 ",
        "1-",
        " ",
        "-",
        "13812345678 ",
        "430402199001011234",
        "2024-05-01 ",
        "密码",
        "密码是",
        "卡号:",
        "一",
        "一 ",
        "电话138 ",
        "1 3 8 ",
        "0734-",
        "+86 ",
        "(0734)",
        "X",
        "1X",
        "id number is ",
        "password is a",
        "①",
        "１－",
        "1\u200b",
        "⑩",
        "ﷺ",
        "1️⃣",
        "电话",
        "86 138 ",
    ],
)
def test_hostile_text_is_masked_quickly(seed: str) -> None:
    text = (seed * 10_000)[:10_000]
    assert is_quick(lambda: masked(text), 0.1)  # read twice where something is masked
