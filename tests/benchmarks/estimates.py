"""One estimate: from a ready case, from a raw request, with its assumptions, as JSON, and written by hand."""

from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

from bot.app import App
from bot.channels.jsonl import written
from bot.engine import Case, Ok, read_request

from . import plain
from .timing import Times, in_turns

TODAY = date(2024, 6, 1)
STAY: dict[str, Any] = {
    "benefit": "inpatient",
    "city": "hengyang",
    "date": "2024-05-01",
    "insurance": "employee",
    "status": "retired",
    "hospital_level": "level3",
    "eligible_cost": "20000.50",
    "prior_own": "16000",
    "prior_stays_same_level": 1,
}
STAYS = {
    "a stay": STAY,
    "a stay below the threshold": {**STAY, "prior_own": "0"},
    "a stay in 2022": {**STAY, "date": "2022-05-01", "eligible_cost": "150000"},
    "a stay away, filed": {**STAY, "route": "away_filed"},
    "a visit": {**STAY, "benefit": "outpatient", "hospital_level": "level2"},
    "a stay with two readings": {**STAY, "route": "away_emergency"},
}


def _case(app: App, request: dict[str, Any]) -> Case:
    case = read_request(request, app.library.cities, TODAY)
    assert isinstance(case, Case)
    return case


def one_estimate(app: App) -> dict[str, Times]:
    """Return the times of one stay, done in each way; all come to the same amount."""
    engine, estimates, case = app.engine, app.estimates, _case(app, STAY)
    result = engine.estimate(case)
    assert isinstance(result, Ok)
    assert len(result.steps) == 7
    cost, before = Decimal("20000.50"), Decimal(16000)
    by_hand = plain.stay("level3", "retired", cost, 1, prior_own=before)
    assert by_hand == Decimal(result.amount).scaleb(-2), (by_hand, result.amount)
    open_case = {name: value for name, value in STAY.items() if name not in ("status", "hospital_level")}
    return in_turns(
        {
            "written by hand": lambda: plain.stay("level3", "retired", cost, 1, prior_own=before),
            "with full steps": lambda: engine.estimate(case),
            "from a request": lambda: engine.estimate_request(STAY, TODAY),
            "its assumptions": lambda: engine.assumptions(result),
            "as JSON text": lambda: written(estimates.as_json(engine.estimate_request(STAY, TODAY))),
            "what to ask": lambda: engine.estimate_request(open_case, TODAY),
        }
    )


def kinds_of_estimate(app: App) -> dict[str, Times]:
    """Return the times of one estimate with full steps, for several kinds of case."""
    cases = {name: _case(app, request) for name, request in STAYS.items()}
    return in_turns({name: partial(app.engine.estimate, case) for name, case in cases.items()})
