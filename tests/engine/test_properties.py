"""What holds for every case, whatever the figures."""

import random
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from oracle import random_case

from bot.engine import Engine, Estimate, Invalid, Ok, Range

from .support import CATASTROPHIC_2024, ENGINE, STAY_2024, TODAY, bounds, estimate, ok

Request = Mapping[str, Any]
requests = st.integers(min_value=0).map(lambda seed: random_case(random.Random(seed)))
amounts = st.decimals(min_value=0, max_value=1_000_000, places=2)
# Each of two layers is rounded by itself, so a sum may fall a fen short of one that is exactly as large.
ROUNDING = 1


def ends(found: Estimate | Invalid) -> tuple[int, int]:
    values = bounds(found)
    return (values[0], values[1]) if isinstance(values, tuple) else (0, 0)


def cost_of(request: Request) -> str:
    return next(name for name in ("own_cost", "total_cost", "eligible_cost") if name in request)


def with_more(request: Request, name: str, more: Decimal) -> dict[str, Any]:
    return {**request, name: str(Decimal(str(request.get(name, 0))) + more)}


@given(requests)
def test_what_is_paid_and_what_is_left_make_up_the_whole_cost(request: Request) -> None:
    found = bounds(estimate(request))
    if isinstance(found, tuple):
        low, high, own_low, own_high = found
        whole = Decimal(str(request[cost_of(request)]))
        if request["benefit"] == "inpatient":
            whole += Decimal(str(request.get("emergency_cost", 0)))
        assert low + own_high == high + own_low == whole * 100
        assert 0 <= low <= high
        assert 0 <= own_low <= own_high


@given(requests, amounts)
def test_more_cost_never_pays_less(request: Request, more: Decimal) -> None:
    low, high = ends(estimate(request))
    more_low, more_high = ends(estimate(with_more(request, cost_of(request), more)))
    assert low <= more_low
    assert high <= more_high


@given(requests, amounts)
def test_more_cost_never_pays_more_than_itself(request: Request, more: Decimal) -> None:
    before, after = estimate(request), estimate(with_more(request, cost_of(request), more))
    if isinstance(before, Ok) and isinstance(after, Ok):
        # Half a fen of each layer may be rounded up that was rounded down before.
        assert after.amount - before.amount <= more * 100 + 2 * ROUNDING


@given(requests)
def test_a_retired_person_never_gets_less(request: Request) -> None:
    employed = ends(estimate({**request, "status": "employed"}))
    retired = ends(estimate({**request, "status": "retired"}))
    assert retired[0] >= employed[0] - ROUNDING
    assert retired[1] >= employed[1] - ROUNDING


@given(requests, amounts)
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


@given(requests)
def test_yearly_limits_hold(request: Request) -> None:
    found = estimate(request)
    if not isinstance(found, Ok):
        return
    paid_before = int(Decimal(str(request.get("prior_paid", 0))) * 100)
    layers = dict(found.layers)
    if request["benefit"] == "outpatient":
        limit = 150_000 if request["status"] == "employed" else 200_000
        assert found.amount <= max(0, limit - paid_before)
    if request["benefit"] == "inpatient" and str(request["date"]) < "2023":
        assert layers.get("basic", 0) <= max(0, 10_000_000 - paid_before)
        assert layers.get("mutual_aid", 0) <= 26_000_000
    if not request.get("hardship"):
        assert layers.get("catastrophic", 0) <= 50_000_000


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
    request = random_case(random.Random(3))
    first = estimate(request)
    assert isinstance(first, (Ok, Range))
    assert isinstance(first.steps, tuple)
    assert replace(first, cautions=()) != first or first.cautions == ()
    assert estimate(request) == first
