import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.language.amounts import MAX_FEN, Money, find_amounts, whole_amount

EXACT = [
    ("20000", "20000"),
    ("2万", "20000"),
    ("2万3", "23000"),
    ("2万3千", "23000"),
    ("2万3千5", "23500"),
    ("2万3500", "23500"),
    ("2万零500", "20500"),
    ("两万三", "23000"),
    ("两万零三", "20003"),
    ("两万三千五百", "23500"),
    ("2.3万", "23000"),
    ("2.3w", "23000"),
    ("2.3W", "23000"),
    ("2.35万", "23500"),
    ("2k", "2000"),
    ("3.5K", "3500"),
    ("三千五百元", "3500"),
    ("三千五", "3500"),
    ("一百五", "150"),
    ("一百零五", "105"),
    ("一百零五块", "105"),
    ("23,000块", "23000"),
    ("1,234,567", "1234567"),
    ("12,345.67元", "12345.67"),
    ("12345.67", "12345.67"),
    ("1万5左右", "15000"),
    ("大概两万", "20000"),
    ("差不多三万块钱吧", "30000"),
    ("五百块", "500"),
    ("五百块钱", "500"),
    ("3毛5", "0.35"),
    ("三毛", "0.30"),
    ("3块5", "3.50"),
    ("3块5毛2", "3.52"),
    ("十二块五", "12.50"),
    ("一块二毛", "1.20"),
    ("五块零五分", "5.05"),
    ("一百二十三元四角五分", "123.45"),
    ("12345元", "12345"),
    ("1.5万元", "15000"),
    ("壹万元", "10000"),
    ("贰仟叁佰元整", "2300"),
    ("陆元柒角捌分", "6.78"),
    ("壹佰元伍角", "100.50"),
    ("柒角捌分", "0.78"),
    ("两点五万", "25000"),
    ("一点二万块", "12000"),
    ("十万", "100000"),
    ("十五万", "150000"),
    ("一百二十万", "1200000"),
    ("九万八", "98000"),
    ("9千", "9000"),
    ("2 万", "20000"),
    ("¥2000", "2000"),
    ("一千万", "10000000"),
    ("一亿", "100000000"),
    ("100000000", "100000000"),
    ("五", "5"),
    ("十", "10"),
    ("0", "0"),
    ("2万半", "25000"),
    ("俩万", "20000"),
    ("一万二千三百四十五块六毛七", "12345.67"),
    ("30000块左右", "30000"),
    ("约3万元", "30000"),
    ("一共两万八", "28000"),
    ("二三四五", "2345"),
    ("15000.5", "15000.50"),
    ("八百", "800"),
    ("1200块钱", "1200"),
    ("6万6", "66000"),
]

RANGES = [
    ("一万多", "10000", "19999.99"),
    ("两万多", "20000", "29999.99"),
    ("20000多", "20000", "29999.99"),
    ("三千多块", "3000", "3999.99"),
    ("一万五千多", "15000", "15999.99"),
    ("2.3万多", "23000", "23999.99"),
    ("二十多万", "200000", "299999.99"),
    ("20多万", "200000", "299999.99"),
    ("十多万", "100000", "199999.99"),
    ("十几万", "110000", "199999.99"),
    ("几万块", "20000", "99999.99"),
    ("几百块", "200", "999.99"),
    ("两三万", "20000", "30000"),
    ("三五千", "3000", "5000"),
    ("七八百块", "700", "800"),
    ("四五十万", "400000", "500000"),
    ("一两百", "100", "200"),
    ("2-3万", "20000", "30000"),
    ("3000到5000块", "3000", "5000"),
    ("没到一万", "9000", "10000"),
    ("一万没到", "9000", "10000"),
    ("两万到三万", "20000", "30000"),
    ("小两万", "18000", "20000"),
    ("不到两万", "18000", "20000"),
    ("将近3万", "27000", "30000"),
    ("两万出头", "20000", "22000"),
    ("百把块", "80", "150"),
    ("万把块", "8000", "15000"),
    ("上万块", "10000", "99999.99"),
]


def fen(yuan: str) -> int:
    whole, _, rest = yuan.partition(".")
    return int(whole) * 100 + int(rest.ljust(2, "0") or 0)


def said_alone(text: str) -> Money | None:
    amount = whole_amount(text)
    return amount.money if amount and not amount.problem else None


@pytest.mark.parametrize(("text", "yuan"), EXACT)
def test_an_amount_alone_is_read_to_the_fen(text: str, yuan: str) -> None:
    assert said_alone(text) == fen(yuan)


@pytest.mark.parametrize(("text", "low", "high"), RANGES)
def test_a_vague_amount_is_a_range(text: str, low: str, high: str) -> None:
    assert said_alone(text) == (fen(low), fen(high))


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("-5元", "negative"),
        ("−500", "negative"),
        ("负五百", "negative"),
        ("花了-500", "negative"),
        ("1.234元", "too_fine"),
        ("0.001", "too_fine"),
        ("1" + "0" * 400 + "元", "too_large"),
        ("9" * 5000, "too_large"),
        ("10^400元", "too_large"),
        ("1e999999999", "too_large"),
        ("100000001", "too_large"),
        ("一亿零一", "too_large"),
        ("2亿", "too_large"),
    ],
)
def test_an_amount_that_cannot_be_used_says_why(text: str, problem: str) -> None:
    amount = whole_amount(text)
    assert amount is not None
    assert amount.problem == problem


@pytest.mark.parametrize(
    "text",
    [
        "2022年",
        "2022年6月10日",
        "23年住的院",
        "我58岁",
        "住院7天",
        "报85%",
        "百分之八十",
        "第2次住院",
        "三级医院",
        "衡医保发〔2020〕24号",
        "拨打12393",
        "电话13812345678",
        "电话0734-8812345",
        "住了3次院",
        "湘雅2医院",
        "附2",
        "千万别说",
        "万一断缴",
        "三百天",
        "五千人",
        "一个点",
        "2.5倍",
        "A12345号",
        "2023年住院",
        "怀孕3个月",
        "双胞胎2个",
        "一百二十岁",
        "70%",
        "24号文",
        "一级医院",
        "第三百条",
        "十二种病",
        "2022.12.28住院",
        "住了10天",
    ],
)
def test_what_is_no_money_is_left_alone(text: str) -> None:
    assert find_amounts(text) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2022年6月花了23000", ["23000"]),
        ("我今年58岁住院7天花了两万三", ["两万三"]),
        ("总费用3万，自费5000，乙类先自付2000", ["3万", "5000", "2000"]),
        ("湘雅2医院花了5万8", ["5万8"]),
        ("住院费15000自费2000", ["15000", "2000"]),
        ("50块一次", ["50块"]),
        ("花了20000共自费5000", ["20000", "5000"]),
        ("总费用:20000", ["20000"]),
        ("社区看病花了50", ["50"]),
    ],
)
def test_amounts_are_found_within_a_sentence(text: str, said: list[str]) -> None:
    assert [text[amount.start : amount.end] for amount in find_amounts(text)] == said


@given(st.integers(min_value=0, max_value=MAX_FEN))
def test_figures_with_two_decimals_come_back_exactly(value: int) -> None:
    assert said_alone(f"{value // 100}.{value % 100:02d}元") == value
    assert said_alone(f"{value // 100:,}.{value % 100:02d}") == value


def in_characters(number: int) -> str:
    """Spell a whole number below 100,000,000 as a teller would, as an oracle apart from the parser."""
    digits = "零一二三四五六七八九"

    def below_ten_thousand(part: int) -> str:
        out, gap = "", False
        for power, unit in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
            digit = part // power % 10
            if digit:
                out += ("零" if gap and out else "") + digits[digit] + unit
                gap = False
            else:
                gap = True
        return out

    high, low = divmod(number, 10_000)
    if not high:
        return below_ten_thousand(low)
    link = "零" if low and (low < 1000 or high % 10 == 0) else ""
    return below_ten_thousand(high) + "万" + (link + below_ten_thousand(low) if low else "")


@given(st.integers(min_value=100, max_value=99_999_999))
def test_numbers_in_characters_come_back_exactly(number: int) -> None:
    assert said_alone(in_characters(number) + "元") == number * 100


@given(st.text(alphabet="0123456789.,万千百十亿一两三几多余半把块元毛角分-−到~wWkK点零 年月第", max_size=60))
def test_any_run_of_number_characters_is_read_or_refused(text: str) -> None:
    for amount in find_amounts(text):
        assert 0 <= amount.low <= amount.high <= MAX_FEN
        assert 0 <= amount.start < amount.end <= len(text)
    alone = whole_amount(text)
    assert alone is None or 0 <= alone.low <= alone.high <= MAX_FEN


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [("100多万", 1_000_000, 2_000_000), ("一万多", 10_000, 20_000), ("几百万", 2_000_000, 10_000_000)],
)
def test_an_open_end_is_a_fen_below_the_next_round_sum(text: str, low: int, high: int) -> None:
    amount = whole_amount(text)
    assert amount is not None
    assert amount.money == (low * 100, high * 100 - 1)
