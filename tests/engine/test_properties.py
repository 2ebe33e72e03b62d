"""What holds for every case, whatever the figures."""

import random
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from oracle import employee_case, random_case

from bot.engine import Engine, Estimate, Invalid, Ok, Range
from bot.policy.codes import COST_FIELDS

from .support import (
    CATASTROPHIC_2024,
    ENGINE,
    STAY_2024,
    TODAY,
    bounds,
    estimate,
    fen,
    ok,
    whole_cost,
    without,
)

Request = Mapping[str, Any]
seeds = st.integers(min_value=0)
requests = seeds.map(lambda seed: random_case(random.Random(seed)))
billed = requests.filter(lambda request: whole_cost(request) is not None)
unbilled = requests.filter(lambda request: whole_cost(request) is None)
by_employees = seeds.map(lambda seed: employee_case(random.Random(seed)))
rising_levels = st.sampled_from(
    tuple(pairwise(("grassroots", "level1", "level2", "level3", "level3_provincial")))
)
amounts = st.decimals(min_value=0, max_value=1_000_000, places=2)
# Each of two layers is rounded by itself, so a sum may fall a fen short of one that is exactly as large.
ROUNDING = 1


def ends(found: Estimate | Invalid) -> tuple[int, int]:
    values = bounds(found)
    return (values[0], values[1]) if isinstance(values, tuple) else (0, 0)


def of(benefit: str, **wanted: str) -> st.SearchStrategy[dict[str, Any]]:
    wanted["benefit"] = benefit

    def draw(seed: int) -> dict[str, Any]:
        rng = random.Random(seed)
        drawn = iter(lambda: random_case(rng), None)
        return next(request for request in drawn if wanted.items() <= request.items())

    return seeds.map(draw)


def within_the_fund(request: Request) -> dict[str, Any]:
    """Return a resident's stay that no limit of the basic fund cuts.

    Cost beyond it counts for nothing more, so there a better rate or less deductible may pay less in all.
    """
    request = {**request, "prior_paid": 0}
    whole = whole_cost(request)
    assert whole is not None
    if whole > 15_000_000:
        request = without(request, *COST_FIELDS, "emergency_cost") | {"eligible_cost": 150_000}
    return request


def cost_of(request: Request) -> str:
    return next(name for name in ("own_cost", "total_cost", "eligible_cost") if name in request)


def with_more(request: Request, name: str, more: Decimal) -> dict[str, Any]:
    return {**request, name: str(Decimal(str(request.get(name, 0))) + more)}


@given(billed)
def test_what_is_paid_and_what_is_left_make_up_the_whole_cost(request: Request) -> None:
    found = bounds(estimate(request))
    if isinstance(found, tuple):
        low, high, own_low, own_high = found
        assert low + own_high == high + own_low == whole_cost(request)
        assert 0 <= low <= high
        assert 0 <= own_low <= own_high


@given(unbilled)
def test_without_a_cost_there_is_no_own_payment(request: Request) -> None:
    found = estimate(request)
    assert not isinstance(found, Range)
    if isinstance(found, Ok):
        assert found.own is None
        assert found.amount >= 0
        assert found.deductible == 0


@given(billed, amounts)
def test_more_cost_never_pays_less(request: Request, more: Decimal) -> None:
    low, high = ends(estimate(request))
    more_low, more_high = ends(estimate(with_more(request, cost_of(request), more)))
    assert low <= more_low
    assert high <= more_high


@given(billed, amounts)
def test_more_cost_never_pays_more_than_itself(request: Request, more: Decimal) -> None:
    before, after = estimate(request), estimate(with_more(request, cost_of(request), more))
    if isinstance(before, Ok) and isinstance(after, Ok):
        # Half a fen of each layer may be rounded up that was rounded down before.
        assert after.amount - before.amount <= more * 100 + 2 * ROUNDING


@given(by_employees)
def test_a_retired_person_never_gets_less(request: Request) -> None:
    employed = ends(estimate({**request, "status": "employed"}))
    retired = ends(estimate({**request, "status": "retired"}))
    assert retired[0] >= employed[0] - ROUNDING
    assert retired[1] >= employed[1] - ROUNDING


@given(by_employees | of("inpatient", insurance="resident").map(within_the_fund), amounts)
def test_more_deductible_paid_earlier_never_pays_less(request: Request, more: Decimal) -> None:
    low, high = ends(estimate(request))
    for name in ("prior_deductible", "prior_deductible_level2", "prior_deductible_level3"):
        # What the basic fund pays more, the next layer pays less, but never all of it.
        more_low, more_high = ends(estimate(with_more(request, name, more)))
        assert more_low >= low - ROUNDING
        assert more_high >= high - ROUNDING


@given(requests, amounts)
def test_more_paid_by_the_fund_earlier_never_lets_the_basic_layer_pay_more(
    request: Request, more: Decimal
) -> None:
    before, after = estimate(request), estimate(with_more(request, "prior_paid", more))
    if isinstance(before, Ok) and isinstance(after, Ok):
        assert dict(after.layers).get("basic", 0) <= dict(before.layers).get("basic", 0)


def hundredths(request: Request, name: str) -> int:
    return int(fen(request.get(name, 0)))


@given(by_employees)
def test_yearly_limits_of_employees_hold(request: Request) -> None:
    found = estimate(request)
    if not isinstance(found, Ok):
        return
    paid_before = hundredths(request, "prior_paid")
    layers = dict(found.layers)
    if request["benefit"] == "outpatient":
        limit = 150_000 if request["status"] == "employed" else 200_000
        assert found.amount <= max(0, limit - paid_before)
    if request["benefit"] == "inpatient" and str(request["date"]) < "2023":
        assert layers.get("basic", 0) <= max(0, 10_000_000 - paid_before)
        assert layers.get("mutual_aid", 0) <= 26_000_000
    if not request.get("hardship"):
        assert layers.get("catastrophic", 0) <= 50_000_000


@given(of("inpatient", insurance="resident") | of("catastrophic", insurance="resident"))
def test_yearly_limits_of_residents_hold(request: Request) -> None:
    found, day = estimate(request), str(request["date"])
    if isinstance(found, Ok):
        layers = dict(found.layers)
        assert layers.get("basic", 0) <= max(0, 15_000_000 - hundredths(request, "prior_paid"))
        raised = min(hundredths(request, "bonus"), 8_000_000) if day >= "2025-04-11" else 0
        limit = 40_000_000 if day >= "2023" else 30_000_000
        before = 0 if request["benefit"] == "catastrophic" else catastrophic_before(request)
        assert layers.get("catastrophic", 0) <= limit + raised - before + ROUNDING


def catastrophic_before(request: Request) -> int:
    """Return what the catastrophic layer paid before a stay, in fen."""
    year = {**request, "benefit": "catastrophic", "own_cost": request.get("prior_own", 0)}
    return ends(estimate(year))[0]


OF_ONE_LIMIT = [of("outpatient", insurance="resident")]
OF_ONE_LIMIT += [of(benefit) for benefit in ("two_diseases", "childbirth", "special_drug")]


@given(st.one_of(OF_ONE_LIMIT))
def test_limits_of_one_benefit_hold(request: Request) -> None:
    paid_before = hundredths(request, "prior_paid")
    most = {
        "outpatient": max(0, 60_000 - hundredths(request, "prior_cost")) * 70 // 100 + ROUNDING,
        "two_diseases": max(
            0, (36_000 if request.get("disease") == "hypertension" else 60_000) - paid_before
        ),
        "childbirth": 130_000 if request.get("delivery") == "vaginal" else 160_000,
        "special_drug": 7_800_000 if request.get("insurance") == "employee" else 6_600_000,
    }
    assert ends(estimate(request))[1] <= most[str(request["benefit"])]


@given(st.lists(st.decimals(min_value=0, max_value=1_100, places=2), min_size=2, max_size=12), st.booleans())
def test_the_years_catastrophic_cover_does_not_depend_on_how_the_year_is_cut(
    stays: list[Decimal], hardship: bool
) -> None:
    # A stay that does not exceed its deductible is all own payment.
    stay = {**STAY_2024, "hardship": hardship}
    before = start = Decimal(7_500) if hardship else Decimal(15_500)
    paid = 0
    for own in stays:
        paid += ok({**stay, "eligible_cost": str(own), "prior_own": str(before)}).amount
        before += own
    year = {**CATASTROPHIC_2024, "hardship": hardship, "own_cost": str(start + sum(stays))}
    # Each stay is rounded by itself, and so is the year.
    assert abs(2 * (paid - ok(year).amount)) <= len(stays) + 1


@given(st.lists(amounts, min_size=2, max_size=6), st.sampled_from(["employee", "resident"]))
def test_the_years_drugs_do_not_depend_on_how_they_are_bought(costs: list[Decimal], insurance: str) -> None:
    drug = {"benefit": "special_drug", "city": "hengyang", "date": "2022-05-01", "insurance": insurance}
    before = Decimal(0)
    paid = 0
    for cost in costs:
        paid += ok({**drug, "eligible_cost": str(cost), "prior_cost": str(before)}).amount
        before += cost
    year = ok({**drug, "eligible_cost": str(before)})
    assert abs(2 * (paid - year.amount)) <= len(costs) + 1


@given(of("inpatient", insurance="resident"), rising_levels)
def test_a_resident_is_never_paid_less_at_a_lower_level(request: Request, pair: tuple[str, str]) -> None:
    request = within_the_fund(request)
    lower, higher = (ends(estimate({**request, "hospital_level": level})) for level in pair)
    assert lower[0] >= higher[0] - ROUNDING
    assert lower[1] >= higher[1] - ROUNDING


@given(of("inpatient", insurance="resident"), amounts)
def test_a_raised_limit_never_pays_a_resident_less(request: Request, more: Decimal) -> None:
    low, high = ends(estimate(request))
    more_low, more_high = ends(estimate(with_more(request, "bonus", more)))
    assert low <= more_low
    assert high <= more_high


@given(st.decimals(min_value=0, max_value=1_000_000, places=2), amounts)
def test_more_own_payment_in_a_year_never_brings_a_resident_less(own: Decimal, more: Decimal) -> None:
    year = {"benefit": "catastrophic", "city": "hengyang", "insurance": "resident"}
    for day in ("2022-05-01", "2024-05-01", "2026-05-01"):
        less, most = (
            ends(estimate({**year, "date": day, "own_cost": str(paid)})) for paid in (own, own + more)
        )
        assert less[0] <= most[0]
        assert less[1] <= most[1]


@given(of("maternity_leave") | of("maternity_allowance"))
def test_leave_is_never_less_for_more_babies_or_a_difficult_birth(request: Request) -> None:
    found = [ends(estimate({**request, "babies": babies}))[0] for babies in (1, 2, 3, 4)]
    assert found == sorted(found)
    easy, hard = (ends(estimate({**request, "difficult": difficult}))[0] for difficult in (False, True))
    assert easy <= hard


@given(of("maternity_leave"), st.decimals(0, 10, places=1), st.decimals(0, 10, places=1))
def test_leave_after_a_termination_is_never_less_for_more_months(
    request: Request, months: Decimal, more: Decimal
) -> None:
    lost = {**request, "event": "termination"}
    shorter, longer = (ends(estimate({**lost, "months": str(m)}))[0] for m in (months, months + more))
    assert shorter <= longer
    assert longer in (0, 1_500, 3_000, 4_200, 7_500)


@given(of("maternity_allowance"))
def test_an_allowance_is_what_the_days_of_leave_bring(request: Request) -> None:
    found, days = estimate(request), estimate({**request, "benefit": "maternity_leave"})
    if isinstance(found, Ok) and isinstance(days, Ok):
        exact = Decimal(str(request["monthly_base"])) * days.amount / 30
        assert abs(found.amount - exact) <= Decimal("0.5")


YEARS = st.decimals(min_value=0, max_value=60, places=1)


@given(of("retirement"), YEARS, YEARS)
def test_a_longer_paid_record_never_lacks_more_years(request: Request, paid: Decimal, more: Decimal) -> None:
    for name in ("years_paid", "years_paid_in_province"):
        shorter, longer = (ends(estimate({**request, name: str(years)}))[0] for years in (paid, paid + more))
        assert shorter >= longer
    assert ends(estimate({**request, "years_paid": "30", "years_paid_in_province": "10"}))[0] == 0
    assert ends(estimate(request))[0] <= 3_000


@given(of("contribution"), amounts)
def test_a_contribution_grows_with_what_it_is_worked_out_from(request: Request, more: Decimal) -> None:
    for name in ("wage", "payroll", "benchmark"):
        if name in request:
            assert ends(estimate(request))[0] <= ends(estimate(with_more(request, name, more)))[0]


@given(of("contribution", who="employee"))
def test_an_employees_contribution_lies_between_its_bounds(request: Request) -> None:
    found = estimate(request)
    if isinstance(found, Ok):
        benchmark = Decimal(str(request["benchmark"]))
        # Two hundredths of 60% and of 300%, in fen.
        assert benchmark * Decimal("1.2") - 1 <= found.amount <= benchmark * 6 + 1


@given(of("personal_account"), amounts)
def test_an_account_grows_with_wage_pension_and_age(request: Request, more: Decimal) -> None:
    found = ends(estimate(request))[0]
    for name in ("wage", "unit_average_wage", "pension", "benchmark"):
        if name in request:
            assert found <= ends(estimate(with_more(request, name, more)))[0]
    if "age" in request:
        assert found <= ends(estimate({**request, "age": int(str(request["age"])) + 10}))[0]


@given(of("personal_account"))
def test_who_has_no_account_is_credited_nothing(request: Request) -> None:
    assert ends(estimate({**request, "pooled_only": True})) == (0, 0)


@given(of("catastrophic_limit"), st.integers(0, 40))
def test_more_years_never_lower_the_limit(request: Request, more: int) -> None:
    for name in ("consecutive_years", "zero_claim_years"):
        assert ends(estimate(request))[0] <= ends(estimate(with_more(request, name, Decimal(more))))[0]


@given(requests)
def test_the_same_case_always_gives_the_same_result(request: Request) -> None:
    found = estimate(request)
    assert found == estimate(dict(reversed(list(request.items()))))
    assert found == Engine(ENGINE.library).estimate_request(request, TODAY)


def test_threads_share_an_engine_without_disturbing_each_other() -> None:
    rng = random.Random(7)
    cases = [random_case(rng) for _ in range(300)]
    for position, case in enumerate(cases):
        if position % 3 == 0:
            case.pop("status", None)
        if position % 5 == 0:
            case["prior_own"] = None
    expected = [estimate(case) for case in cases]
    # Nothing is compiled yet in this one.
    fresh = Engine(ENGINE.library)

    def work(number: int) -> list[Estimate | Invalid]:
        order = [*cases[number * 37 :], *cases[: number * 37]]
        found = [fresh.estimate_request(case, TODAY) for case in order]
        return found[len(found) - number * 37 :] + found[: len(found) - number * 37]

    with ThreadPoolExecutor(8) as pool:
        for found in pool.map(work, range(8)):
            assert found == expected


def test_a_result_does_not_share_what_can_be_changed_with_the_next() -> None:
    request = employee_case(random.Random(3))
    first = estimate(request)
    assert isinstance(first, (Ok, Range))
    assert isinstance(first.steps, tuple)
    assert replace(first, cautions=()) != first or first.cautions == ()
    assert estimate(request) == first
