"""Which amounts in a text are which, and how long an emergency lasted."""

from decimal import Decimal

import pytest

from .conftest import Read, has


@pytest.mark.parametrize(
    ("text", "money"),
    [
        ("花了两万", {"eligible_cost": 20000}),
        ("住院费15000", {"eligible_cost": 15000}),
        ("政策范围内费用18000", {"eligible_cost": 18000}),
        ("住院总费用2万", {"total_cost": 20000}),
        (
            "总费用3万，自费5000，乙类先自付2000",
            {"total_cost": 30000, "excluded_cost": 5000, "first_pay_cost": 2000},
        ),
        ("花了两万，其中自费五千", {"total_cost": 20000, "excluded_cost": 5000}),
        ("5000是自费的，总共花了2万", {"total_cost": 20000, "excluded_cost": 5000}),
        ("总共花了三万，政策范围内两万五", {"total_cost": 30000, "excluded_cost": 5000}),
        ("医保报了8000，花了2万", {"eligible_cost": 20000}),
        ("今年已经报了3万，这次又花了5万", {"prior_paid": 30000, "eligible_cost": 50000}),
        ("花了2万，医保报了8000，对不对", {"eligible_cost": 20000}),
        ("医保报了8000，对不对", {}),
        ("起付线已付900", {"prior_deductible": 900}),
        ("之前付过起付线900", {"prior_deductible": 900}),
        ("已经交了900块门槛费", {"prior_deductible": 900}),
        ("门槛费交过800", {"prior_deductible": 800}),
        ("今年已经付了200起付线", {"prior_deductible": 200}),
        ("今年付过起付线900，这次住院花了2万", {"prior_deductible": 900, "eligible_cost": 20000}),
        ("住院花了2万，这次起付线收了1100", {"eligible_cost": 20000}),
        ("今年已经付了200起付线，门诊花了800", {"prior_deductible": 200, "eligible_cost": 800}),
        ("2万自费3000乙类1000", {"total_cost": 20000, "excluded_cost": 3000, "first_pay_cost": 1000}),
        ("总共2万，3000自费，1000乙类", {"total_cost": 20000, "excluded_cost": 3000, "first_pay_cost": 1000}),
        ("第一次2万，第二次1万5", {"eligible_cost": 15000}),
        ("这次花了3万，上次花了2万", {"eligible_cost": 30000}),
        ("今年住了两次院，一次花了2万，一次花了3万", {"eligible_cost": 30000}),
        ("住院一年能报5000吗", {}),
        ("交过门槛费900", {"prior_deductible": 900}),
        ("个人自付累计5万，大病保险能报多少", {"own_cost": 50000}),
        ("自己付了6万，大病保险报多少", {"own_cost": 60000}),
        ("慢特病门诊花了3000，病种限额5000", {"eligible_cost": 3000, "disease_limit": 5000}),
        ("急诊抢救费3000，住院花了2万", {"emergency_cost": 3000, "eligible_cost": 20000}),
        ("剖腹产花了9000", {"total_cost": 9000}),
        ("住院押金交了5000", {}),
        ("三级医院起付线1100吗", {}),
        ("2022年住院7天", {}),
        ("打12393问", {}),
        ("每天花500，住了10天", {}),
        ("衡阳 职工 退休 三级 20000", {"eligible_cost": 20000}),
        (
            "衡阳 退休职工 三级 总费用 85432 自费 3200 乙类先付 4120",
            {"total_cost": 85432, "excluded_cost": 3200, "first_pay_cost": 4120},
        ),
        ("总费用 30000 自费 5000", {"total_cost": 30000, "excluded_cost": 5000}),
        ("总费用：30000 自费：5000", {"total_cost": 30000, "excluded_cost": 5000}),
        ("住院 总费用 30000, 自费 5000", {"total_cost": 30000, "excluded_cost": 5000}),
        ("2万 自费 3000 乙类 1000", {"total_cost": 20000, "excluded_cost": 3000, "first_pay_cost": 1000}),
        (
            "单子上写着医保统筹支付12000，个人自付5000，自费3000，总的20000",
            {"total_cost": 20000, "excluded_cost": 3000},
        ),
        ("总费用20000，基金支付12000，自费3000", {"total_cost": 20000, "excluded_cost": 3000}),
        ("住院花了2万，12000是医保支付的", {"eligible_cost": 20000}),
        ("总费用20000 统筹支付12000 自付8000", {"total_cost": 20000}),
    ],
)
def test_each_amount_goes_where_the_words_beside_it_say(read: Read, text: str, money: dict[str, int]) -> None:
    slots = read(text).slots
    found = {
        field: value
        for field, value in slots.items()
        if field.endswith(("cost", "paid", "limit", "deductible"))
    }
    assert found == {field: yuan * 100 for field, yuan in money.items()}


def test_amounts_on_a_bill_are_told_to_the_fen(read: Read) -> None:
    slots = read("总费用 85432.16 自费 3200 乙类先付 4120.5").slots
    assert slots == {"total_cost": 8_543_216, "excluded_cost": 320_000, "first_pay_cost": 412_050}


def test_what_was_paid_oneself_counts_only_for_catastrophic_insurance(read: Read) -> None:
    has(read, "今年住院总费用20万，自己付了8万", "own_cost", None)
    has(read, "今年住院总费用20万，自己付了8万，大病保险能报多少", "own_cost", 8_000_000)
    has(read, "自己付了6万", "own_cost", 6_000_000)


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("二级医院门诊已经付了200起付线", "prior_deductible_level2"),
        ("三甲医院门诊起付线交过200，这次花了500", "prior_deductible_level3"),
        ("门诊起付线交过200，这次花了500", "prior_deductible"),
        ("三甲医院住院起付线交过200", "prior_deductible"),
    ],
)
def test_an_outpatient_deductible_goes_by_the_level_it_was_paid_at(read: Read, text: str, field: str) -> None:
    paid = {name: value for name, value in read(text).slots.items() if name.startswith("prior_deductible")}
    assert paid == {field: 20_000}


@pytest.mark.parametrize(
    ("text", "also"),
    [
        ("第一次2万，第二次1万5", (2_000_000,)),
        ("第一次住院花了2万，第二次住院花了1万5，能报多少", (2_000_000,)),
        ("这次花了3万，上次花了2万", (2_000_000,)),
        ("门诊花了500，住院花了2万", (2_000_000,)),
        ("住院花了2万", ()),
        ("总费用3万，自费5000", ()),
        ("统筹支付12000元，总费用20000元", ()),
        ("住院花了2万，医保支付12000", ()),
        ("总共花了三万，政策范围内两万五", ()),
        ("今年已经报了3万，这次又花了5万", ()),
    ],
)
def test_other_whole_costs_are_kept_aside(read: Read, text: str, also: tuple[int, ...]) -> None:
    assert read(text).also == also


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("急诊抢救80小时", 80),
        ("急诊72个小时后住院", 72),
        ("急诊七十二小时", 72),
        ("急诊隔了三天才住院", 72),
        ("抢救了一天半", 36),
        ("急诊留观两天后转住院", 48),
        ("急诊1.5小时", Decimal("1.5")),
        ("急诊三个半小时", Decimal("3.5")),
        ("抢救了半天", 12),
        ("80小时", 80),
        ("72个小时", 72),
        ("隔了三天", 72),
        ("一天半", 36),
        ("大概三天吧", 72),
        ("急诊后住院7天", None),
        ("急诊住了7天院", None),
        ("急诊超过72小时", None),
        ("急诊几个小时", None),
        ("住院7天", None),
        ("上班8小时", None),
    ],
)
def test_the_length_of_an_emergency_is_told_in_hours(
    read: Read, text: str, hours: int | Decimal | None
) -> None:
    has(read, text, "emergency_hours", hours)


def test_a_vague_cost_stays_a_range(read: Read) -> None:
    has(read, "住院花了一万多", "eligible_cost", (1_000_000, 1_999_999))


@pytest.mark.parametrize("text", ["2万，啊不对，应该是3万", "2万，呃说错了是3万", "2万不对3万"])
def test_of_an_amount_taken_back_the_next_is_the_answer(read: Read, text: str) -> None:
    assert read(text).bare_amount == 3_000_000
