"""What the draft would bring: only where it is asked for, marked, and never in a result."""

import random
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from oracle import AWAY_ROUTES, random_case
from support.drafts import without_drafts
from support.shared import LIBRARY

from bot.engine import Engine, Estimate, Invalid, Ok, Range
from bot.rendering import Estimates, Templates
from bot.settings import data_folder

from .support import (
    RESIDENT_2024,
    STAY_2024,
    TODAY,
    VISIT_2024,
    as_json,
    bounds,
    estimate,
    ok,
    result,
    span,
    without,
)

Request = Mapping[str, Any]
DRAFT = {"preview": "2025-pooling-draft"}
AWAY = {**STAY_2024, "date": "2026-03-01", "route": "away_filed"}
NUMBER = "《关于推进基本医疗保险省级统筹的实施意见》（征求意见稿）"


@pytest.fixture(scope="module")
def engine_without_draft() -> Engine:
    return Engine(without_drafts(LIBRARY))


def previewed(request: Request) -> Ok | Range:
    preview = result({**request, **DRAFT}).preview
    assert preview is not None
    return preview


def unpreviewed(found: Estimate | Invalid) -> Estimate | Invalid:
    return replace(found, preview=None) if isinstance(found, Ok | Range) else found


def test_a_preview_stands_beside_the_result_and_is_marked_as_a_draft() -> None:
    found = as_json({**AWAY, **DRAFT, "away_where": "cross_province"})
    preview = found["preview"]
    assert (found["amount"], preview["amount"]) == ("14365.00", "12285.00")
    assert "draft_only" in [caution["code"] for caution in preview["cautions"]]
    assert "draft_only" not in [caution["code"] for caution in found["cautions"]]
    assert NUMBER in [source["document"] for source in preview["sources"]]
    assert NUMBER not in [source["document"] for source in found["sources"]]
    assert all(step["source"]["document"] != NUMBER for step in found["steps"])


@pytest.mark.parametrize("seed", range(3))
def test_a_preview_is_there_only_if_asked_for_and_changes_nothing_beside_it(seed: int) -> None:
    rng = random.Random(seed)
    for _ in range(100):
        request = without(random_case(rng), "preview")
        plain, beside = estimate(request), estimate({**request, **DRAFT})
        if not isinstance(plain, Ok | Range):
            assert type(beside) is type(plain)
            continue
        assert plain.preview is None
        assert unpreviewed(beside) == plain, request
        assert isinstance(beside, Ok | Range)
        assert beside.preview is not None
        assert "draft_only" in beside.preview.cautions
        assert "draft_only" not in beside.cautions
        if request["benefit"] != "inpatient" or request.get("route", "local") not in AWAY_ROUTES:
            assert bounds(beside.preview) == bounds(plain)


def test_what_only_the_draft_asks_for_may_be_left_open() -> None:
    preview = previewed(AWAY)
    ends = [ok({**AWAY, **DRAFT, "away_where": where}).preview for where in ("cross_province", "in_province")]
    assert isinstance(preview, Range)
    assert preview.amount == tuple(span(end)[0] for end in ends)
    assert all(set(reading.under) == {"away_where"} for reading in preview.readings)
    assert isinstance(previewed({**AWAY, "away_long_term": True}), Ok)


@pytest.mark.parametrize("route", ["local", "unreferred"])
def test_the_draft_changes_nothing_inside_the_city(route: str) -> None:
    request = {**AWAY, "route": route}
    assert bounds(previewed(request)) == bounds(estimate(request))


@pytest.mark.parametrize("request_", [AWAY, {**RESIDENT_2024, "date": "2026-03-01"}])
def test_living_away_and_critical_emergencies_are_as_at_home(request_: dict[str, Any]) -> None:
    home = bounds(estimate({**request_, "route": "local"}))
    for route in ("away_filed", "away_unfiled"):
        assert bounds(previewed({**request_, "route": route, "away_long_term": True})) == home
    assert bounds(previewed({**request_, "route": "away_emergency"})) == home


def test_a_preview_says_how_many_points_the_rate_is_cut() -> None:
    step = next(
        each for each in previewed({**AWAY, "away_where": "in_province"}).steps if "草案" in each.label
    )
    assert "10个百分点" in step.because
    assert step.source.document == NUMBER


def test_an_input_that_can_move_only_the_preview_is_not_asked_for() -> None:
    # The first-pay brings the cost below the deductible of both schemes; the draft would take none.
    request = {**without(AWAY, "insurance", "status"), "eligible_cost": "1200", "away_where": "in_province"}
    found = ok({**request, **DRAFT})
    assert found.amount == 0
    assert unpreviewed(found) == estimate(request)
    # An employee gets 75% or 77% of 100, a resident nothing: the deductible is 1200.
    assert span(found.preview) == (0, 7_700, 112_300, 120_000)
    assert all(reading["reading"] for reading in as_json({**request, **DRAFT})["preview"]["readings"])


def test_a_scheme_that_moves_nothing_leaves_one_preview() -> None:
    request = {**without(AWAY, "insurance", "status", "hospital_level"), "designated": False}
    assert bounds(previewed(request)) == (0, 0, 2_000_000, 2_000_000)


def test_a_draft_that_is_not_held_is_not_previewed(engine_without_draft: Engine) -> None:
    words = Estimates(
        engine_without_draft, Templates(data_folder("templates"), engine_without_draft.library.terms)
    )
    found = words.as_json(engine_without_draft.estimate_request({**AWAY, **DRAFT}, TODAY))
    assert found["outcome"] == "refused"
    assert "12393" in found["reason"]
    assert isinstance(estimate({**AWAY, "preview": "2019-other-draft"}), Invalid)


def test_the_draft_file_changes_no_result_on_any_day(engine_without_draft: Engine) -> None:
    words = Estimates(
        engine_without_draft, Templates(data_folder("templates"), engine_without_draft.library.terms)
    )
    rng = random.Random(17)
    for number in range(300):
        request = without(random_case(rng), "preview")
        today = TODAY
        if number % 5 == 0:
            today = date.fromisoformat(request.pop("date"))
        if number % 7 == 0:
            request.pop(rng.choice(sorted(request)))
        with_draft = as_json(request, today)
        without_draft = words.as_json(engine_without_draft.estimate_request(request, today))
        assert with_draft.pop("policy_version", 0) != without_draft.pop("policy_version", 1)
        assert with_draft == without_draft, request


@pytest.mark.parametrize("day", ["2025-11-17", "2025-11-18", "2025-11-19", "2027-01-01", "2040-01-01"])
def test_the_days_of_the_draft_are_days_like_others(day: str, engine_without_draft: Engine) -> None:
    for request in (AWAY, RESIDENT_2024, VISIT_2024):
        found = estimate({**request, "date": day})
        other = engine_without_draft.estimate_request({**request, "date": day}, TODAY)
        assert bounds(found) == bounds(other)
        assert bounds(found) == bounds(estimate({**request, "date": "2025-11-01"}))
