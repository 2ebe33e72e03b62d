"""What the tests of the engine share: one engine, the words for it, and cases by their fields."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from support.shared import ENGINE as ENGINE
from support.shared import TEMPLATES

from bot.engine import Case, Estimate, Invalid, Ok, Range
from bot.engine.request import read_request
from bot.policy.codes import BILLED
from bot.rendering import Estimates

ESTIMATES = Estimates(ENGINE, TEMPLATES)
# Late enough that no date in a test lies after it.
TODAY = date(2030, 1, 1)

STAY_2024 = {
    "benefit": "inpatient",
    "city": "hengyang",
    "date": "2024-05-01",
    "insurance": "employee",
    "status": "employed",
    "hospital_level": "level3",
    "eligible_cost": "20000",
}
STAY_2022 = {**STAY_2024, "date": "2022-05-01"}
VISIT_2024 = {**STAY_2024, "benefit": "outpatient", "hospital_level": "level2", "eligible_cost": "1000"}
CHRONIC_2024 = {
    "benefit": "chronic_outpatient",
    "city": "hengyang",
    "date": "2024-05-01",
    "status": "employed",
    "eligible_cost": "600",
    "disease_limit": "450",
}
RESIDENT_2024 = {**STAY_2024, "insurance": "resident"}
RESIDENT_2024.pop("status")
ACCOUNT_2022 = {
    "benefit": "personal_account",
    "city": "hengyang",
    "date": "2022-05-01",
    "status": "employed",
    "wage": "5000",
    "age": 40,
}
LEAVE_2022 = {"benefit": "maternity_leave", "city": "hengyang", "date": "2022-05-01", "event": "birth"}
CATASTROPHIC_2024 = {
    "benefit": "catastrophic",
    "city": "hengyang",
    "date": "2024-05-01",
    "insurance": "employee",
    "own_cost": "46000",
}


def without(request: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in request.items() if name not in names}


def estimate(request: Mapping[str, Any], today: date = TODAY) -> Estimate | Invalid:
    return ENGINE.estimate_request(request, today)


def as_json(request: Mapping[str, Any], today: date = TODAY) -> dict[str, Any]:
    return ESTIMATES.as_json(estimate(request, today))


def case_of(request: Mapping[str, Any], **given: Any) -> Case:
    """Return the case of a request; `given` holds values that no request can hold, such as bounds."""
    case = read_request(request, ENGINE.library.cities, TODAY)
    assert isinstance(case, Case)
    return Case(case.benefit, case.city, case.day, case.today, {**case.given, **given})


def result(request: Mapping[str, Any]) -> Ok | Range:
    found = estimate(request)
    assert isinstance(found, (Ok, Range)), found
    return found


def ok(request: Mapping[str, Any]) -> Ok:
    found = estimate(request)
    assert isinstance(found, Ok), found
    return found


def bounds(found: object) -> tuple[int, ...] | str:
    """Return lowest and highest amount, and own payment if there is a cost; or what else a result is.

    All in hundredths of the result's unit.
    """
    if isinstance(found, Ok):
        return (found.amount,) * 2 + (() if found.own is None else (found.own,) * 2)
    if isinstance(found, Range):
        return (*found.amount, *(found.own or ()))
    return type(found).__name__


def whole_cost(request: Mapping[str, Any]) -> Decimal | None:
    """Return the whole cost that a request gives, in fen; None for a benefit without a cost."""
    if request["benefit"] == "catastrophic":
        return fen(request["own_cost"])
    if request["benefit"] not in BILLED and request["benefit"] != "childbirth":
        return None
    whole = fen(request["total_cost"] if "total_cost" in request else request["eligible_cost"])
    if request["benefit"] == "inpatient":
        whole += fen(request.get("emergency_cost", 0))
    return whole


def fen(yuan: object) -> Decimal:
    return Decimal(str(yuan)) * 100


def span(found: object) -> tuple[int, ...]:
    """Return lowest and highest amount, and own payment (fen), of what must be a result."""
    values = bounds(found)
    assert isinstance(values, tuple), values
    return values
