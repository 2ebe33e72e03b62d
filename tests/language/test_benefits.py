"""What goes by the person rather than by a bill."""

from datetime import date
from decimal import Decimal

import pytest

from bot.language import SlotValue

from .conftest import Read, has


@pytest.mark.parametrize(
    ("text", "benefit"),
    [
        ("帮我算生育补助金", "maternity_subsidy"),
        ("灵活就业女性生育补贴能领多少", "maternity_subsidy"),
        ("失业妇女，去年平均生育费用4000", "maternity_subsidy"),
        ("居民医保生育补助能报多少", "childbirth"),
        ("灵活就业生育补助，花了5000能报多少", "childbirth"),
        ("我连续参保6年，大病保险一年最多能报多少", "catastrophic_limit"),
        ("帮我算大病保险限额，连续参保6年", "catastrophic_limit"),
        ("大病保险最高能报多少", "catastrophic"),
        ("居民大病保险，连续参保6年，自己付了5万，最多报多少", "catastrophic"),
        ("职工大病保险，帮我算最高报多少", "catastrophic"),
        ("女，交了18年，湖南交了15年，退休差几年", "retirement"),
        ("交了18年医保，住院能报多少", "inpatient"),
        ("剖腹产生双胞胎产假多少天，帮我算", "maternity_leave"),
        ("产假有多少天，帮我算算", "maternity_leave"),
        ("产假期间的生育津贴帮我算算", "maternity_allowance"),
        ("产假里剖腹产花了8000能报多少", "childbirth"),
        ("顺产报多少", "childbirth"),
        ("剖腹产花了8000", "childbirth"),
        ("生孩子，剖腹产，双胞胎", None),
        ("是顺产", None),
    ],
)
def test_the_benefit_goes_by_the_person_where_no_bill_is_told(
    read: Read, text: str, benefit: str | None
) -> None:
    has(read, text, "benefit", benefit)


@pytest.mark.parametrize(
    ("text", "slots"),
    [
        (
            "我是灵活就业的女性，帮我算生育补助金，上年人均生育医疗费用4000元",
            {"benefit": "maternity_subsidy", "who": "flexible_woman", "average_cost": 400_000},
        ),
        (
            "失业妇女，去年平均生育费用4000",
            {"who": "unemployed_woman", "average_cost": 400_000, "date": None, "total_cost": None},
        ),
        ("2023年人均生育费用是5200元", {"average_cost": 520_000, "date": None, "eligible_cost": None}),
        (
            "我连续参保6年，2年没报过销，大病保险一年最多能报多少",
            {"consecutive_years": 6, "zero_claim_years": 2, "benefit": "catastrophic_limit"},
        ),
        ("连续参保10年，零报销5年", {"consecutive_years": 10, "zero_claim_years": 5, "date": None}),
        ("连续参保10年，其中5年零报销", {"consecutive_years": 10, "zero_claim_years": 5, "date": None}),
        ("没报销过3年", {"zero_claim_years": 3}),
        (
            "女，交了18年，湖南交了15年，退休差几年",
            {"sex": "female", "years_paid": 18, "years_paid_in_province": 15, "status": None},
        ),
        (
            "男，交了18年半，湖南交了15年，退休差几年",
            {"sex": "male", "years_paid": Decimal("18.5"), "years_paid_in_province": 15, "status": None},
        ),
        ("男55岁", {"sex": "male", "age": 55}),
        ("离退休还有5年", {"status": None}),
        ("退休10年了", {"status": "retired"}),
        ("单位月均缴费基数6000", {"monthly_base": 600_000}),
        ("月平均基数6000", {"monthly_base": 600_000}),
        ("单位上年度月平均工资是6000", {"monthly_base": 600_000}),
        (
            "生育津贴能领多少，单位月均缴费基数6000，难产",
            {"benefit": "maternity_allowance", "difficult": True, "monthly_base": 600_000},
        ),
        (
            "剖腹产生双胞胎产假多少天，帮我算",
            {"benefit": "maternity_leave", "event": "birth", "difficult": None, "babies": 2},
        ),
        ("剖腹产，不算难产", {"difficult": False, "delivery": "caesarean"}),
        ("顺产", {"difficult": None, "delivery": "vaginal"}),
        ("2024年住院平均每天500", {"date": date(2024, 12, 31)}),
    ],
)
def test_what_such_a_benefit_takes_is_read_at_once(
    read: Read, text: str, slots: dict[str, SlotValue | None]
) -> None:
    said = read(text).slots
    assert {name: said.get(name) for name in slots} == slots


@pytest.mark.parametrize(
    "text",
    [
        "我连续参保6年，2年没报过销，大病保险一年最多能报多少",
        "帮我算大病保险限额，连续参保6年",
        "女，交了18年，湖南交了15年，退休差几年",
        "生育津贴能领多少，单位月均缴费基数6000，难产",
        "我是灵活就业的女性，生育补助金有多少，上年人均生育医疗费用4000元",
    ],
)
def test_who_tells_the_own_figures_wants_the_own_result(read: Read, text: str) -> None:
    assert read(text).asks_amount


@pytest.mark.parametrize("text", ["连续参保6年", "生育津贴单位月均缴费基数6000", "大病保险最高能报多少"])
def test_figures_or_the_question_alone_want_no_result(read: Read, text: str) -> None:
    assert not read(text).asks_amount
