"""A second, independent reading of the rules, to hold against the engine: `answer` answers a request.

The parts are in the modules beside it: employees, residents, and what concerns a person rather than a bill.
"""

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import oracle_employees as employees
import oracle_person as person
import oracle_residents as residents
from oracle_base import (
    AWAY_ROUTES,
    LEVELS,
    PROVINCE_RULES_BEGIN,
    REFUSED,
    Answer,
    MissingInputError,
    Request,
    day_of,
    round_to_fen,
    text,
)
from oracle_cases import random_case
from oracle_employee_cases import OTHER_CITIES, employee_case

__all__ = [
    "AWAY_ROUTES",
    "BENEFITS",
    "OTHER_CITIES",
    "REFUSED",
    "REQUIRED",
    "SCHEMES",
    "Answer",
    "MissingInputError",
    "answer",
    "employee_case",
    "random_case",
    "round_to_fen",
]

SCHEMES = ("employee", "resident")
Rule = Callable[[Request], Answer]


def _by_scheme(of_employees: Rule, of_residents: Rule) -> Rule:
    rules = {"employee": of_employees, "resident": of_residents}
    return lambda request: rules[text(request, "insurance")](request)


BENEFITS: dict[str, Rule] = {
    "inpatient": _by_scheme(employees.inpatient, residents.inpatient),
    "outpatient": _by_scheme(employees.outpatient, residents.outpatient),
    "chronic_outpatient": employees.chronic_outpatient,
    "catastrophic": _by_scheme(employees.catastrophic, residents.catastrophic),
    "two_diseases": residents.two_diseases,
    "special_drug": person.special_drug,
    "childbirth": residents.childbirth,
    "maternity_leave": person.maternity_leave,
    "maternity_allowance": person.maternity_allowance,
    "maternity_subsidy": person.maternity_subsidy,
    "contribution": person.contribution,
    "personal_account": person.personal_account,
    "retirement": person.retirement,
    "catastrophic_limit": person.catastrophic_limit,
}
ASKS_THE_SCHEME = ("inpatient", "outpatient", "catastrophic", "special_drug")

_STATUS = ("employed", "retired")
_COSTS = ("0", "150", "450", "900", "3000", "30000", "400000")
_MONEY = ("0", "1000", "5000", "50000")
_YEARS = ("0", "5", "12", "26", "40")
_LEAVE = {"event": ("birth", "termination"), "months": ("1", "3", "5", "8")}
_FLEXIBLE_KINDS = ("flexible_with_account", "flexible_inpatient_only")
# In asking order; the values are tried in place of an input that is missing.
REQUIRED: dict[str, dict[str, tuple[str, ...]]] = {
    "inpatient": {
        "hospital_level": LEVELS,
        "status": _STATUS,
        "eligible_cost": _COSTS,
        "emergency_hours": ("72", "73"),
    },
    "outpatient": {"hospital_level": LEVELS, "status": _STATUS, "eligible_cost": _COSTS},
    "chronic_outpatient": {
        "status": _STATUS,
        "eligible_cost": _COSTS,
        "disease_limit": ("0", "100", "10000"),
    },
    "catastrophic": {"own_cost": _COSTS},
    "two_diseases": {"eligible_cost": _COSTS, "disease": ("hypertension", "diabetes")},
    "special_drug": {"eligible_cost": (*_COSTS, "90000")},
    "childbirth": {"total_cost": _COSTS, "delivery": ("vaginal", "caesarean")},
    "maternity_leave": _LEAVE,
    "maternity_allowance": {"monthly_base": _MONEY, **_LEAVE},
    "maternity_subsidy": {
        "average_cost": _MONEY,
        "who": ("uninsured_wife_of_male_employee", "unemployed_woman", "flexible_woman"),
    },
    "contribution": {
        "who": ("employee", "employer", *_FLEXIBLE_KINDS, "unemployed", "mutual_aid"),
        "payroll": _MONEY,
        "wage": _MONEY,
        "benchmark": _MONEY,
    },
    "personal_account": {
        "status": _STATUS,
        "wage": _MONEY,
        "unit_average_wage": _MONEY,
        "pension": _MONEY,
        "age": ("45", "46"),
    },
    "retirement": {"years_paid": _YEARS, "years_paid_in_province": _YEARS, "sex": ("male", "female")},
    "catastrophic_limit": {"consecutive_years": _YEARS, "zero_claim_years": _YEARS},
}
# What an unknown input may be; each of them moves a result one way only.
_YES_NO = ("tcm", "hardship", "mutual_aid", "designated", "difficult", "pooled_only")
_OPEN: dict[str, tuple[object, ...]] = {
    **dict.fromkeys(_YES_NO, (False, True)),
    **dict.fromkeys(("prior_stays", "prior_stays_same_level"), (0, 9)),
    **dict.fromkeys(("prior_paid", "prior_cost", "prior_deductible"), ("0", "100000000")),
    **dict.fromkeys(("prior_deductible_level2", "prior_deductible_level3"), ("0", "100000000")),
}


def answer(request: Request) -> Answer:
    """Answer a request whose city and date are given; an unknown (None) of `_OPEN` leads to a range.

    Raises `MissingInputError` where a required input is absent and could still move amount or own.
    """
    unknown = [name for name, value in request.items() if value is None and name in _OPEN]
    known = {name: value for name, value in request.items() if value is not None}
    if not unknown:
        return _answer(known)
    choices = itertools.product(*(_OPEN[name] for name in unknown))
    return _span([_answer({**known, **dict(zip(unknown, chosen, strict=True))}) for chosen in choices])


def _span(answers: Sequence[Answer]) -> Answer:
    if any(found.kind == "refused" for found in answers):
        return REFUSED
    cautions = frozenset().union(*(found.cautions for found in answers))
    amounts = [amount for found in answers for amount in found.amounts]
    owns = [own for found in answers for own in found.owns]
    if min(amounts) == max(amounts):
        return replace(answers[0], cautions=cautions)
    ends = (min(owns), max(owns)) if owns else ()
    return Answer("range", (min(amounts), max(amounts)), ends, {}, cautions, answers[0].unit)


def _answer(request: Request) -> Answer:
    benefit = text(request, "benefit")
    values = {name: tried for name, tried in _possible(request).items() if name not in request}
    if (
        benefit == "contribution"
        and request.get("who") == "flexible"
        and day_of(request) < PROVINCE_RULES_BEGIN
    ):
        values = {"who": _FLEXIBLE_KINDS, **values}
    if not values:
        return BENEFITS[benefit](request)

    tried = {
        chosen: BENEFITS[benefit]({**request, **dict(zip(values, chosen, strict=True))})
        for chosen in itertools.product(*values.values())
    }
    moving = [name for position, name in enumerate(values) if _moves(tried, position)]
    if moving:
        raise MissingInputError(moving)
    answers = list(tried.values())
    return replace(answers[0], cautions=frozenset.intersection(*(found.cautions for found in answers)))


def _possible(request: Request) -> dict[str, tuple[str, ...]]:
    benefit = text(request, "benefit")
    scheme = {"insurance": SCHEMES} if benefit in ASKS_THE_SCHEME else {}
    required = {**scheme, **REQUIRED[benefit]}
    if "total_cost" in request:
        required.pop("eligible_cost", None)
    return required


def _moves(tried: Mapping[tuple[str, ...], Answer], position: int) -> bool:
    """Tell whether two attempts that differ at `position` alone differ in kind, amount or own."""
    seen: dict[tuple[str, ...], tuple[object, ...]] = {}
    for chosen, found in tried.items():
        others = chosen[:position] + chosen[position + 1 :]
        result = (found.kind, found.amounts, found.owns)
        if seen.setdefault(others, result) != result:
            return True
    return False
