"""Random requests over all benefits and both schemes, with many values on or next to a boundary."""

import random
from decimal import Decimal

from oracle_employee_cases import (
    OTHER_CITIES,
    ROUTES,
    Case,
    draw_cost,
    employee_case,
    maybe,
    near,
    random_day,
    truncate,
)
from oracle_residents import DEDUCTIBLE, PERCENT
from oracle_stays import DRAFT

_WEIGHTS = {
    "inpatient": 26,
    "outpatient": 7,
    "two_diseases": 5,
    "special_drug": 8,
    "catastrophic": 8,
    "childbirth": 3,
    "maternity_leave": 3,
    "maternity_allowance": 4,
    "maternity_subsidy": 3,
    "contribution": 9,
    "personal_account": 8,
    "retirement": 4,
    "catastrophic_limit": 4,
}
# The own payment at which the catastrophic layer of a resident's year meets a band or a limit.
_OWN_EDGES = (14_000, 44_000, 94_000, 164_000, "395764.70", "513411.76", "607529.41")


def random_case(rng: random.Random) -> Case:
    """Draw a valid, complete request."""
    if rng.random() < 0.4:
        request = employee_case(rng)
        if request["benefit"] == "inpatient":
            _draw_preview(rng, request)
        return request
    benefit = rng.choices(list(_WEIGHTS), weights=list(_WEIGHTS.values()))[0]
    request = {"benefit": benefit, "city": _city(rng, benefit), "date": random_day(rng)}
    if benefit in ("inpatient", "outpatient", "catastrophic"):
        request["insurance"] = "resident"
    elif benefit == "special_drug":
        request["insurance"] = rng.choice(("employee", "resident"))
    elif benefit in ("two_diseases", "childbirth") and rng.random() < 0.5:
        request["insurance"] = rng.choices(("resident", "employee"), weights=(4, 1))[0]
    _DRAW[benefit](rng, request)
    return request


def _city(rng: random.Random, benefit: str) -> str:
    weights = {
        "contribution": (50, 25, 25),
        "personal_account": (50, 40, 10),
        "catastrophic_limit": (40, 30, 30),
    }
    return rng.choices(
        ("hengyang", "xiangtan", rng.choice(OTHER_CITIES)), weights=weights.get(benefit, (90, 6, 4))
    )[0]


def _draw_preview(rng: random.Random, request: Case) -> None:
    if rng.random() < 0.2:
        request["preview"] = DRAFT
        request["away_where"] = rng.choice(("in_province", "cross_province"))
        maybe(rng, request, "away_long_term", rng.random() < 0.5)


def _inpatient(rng: random.Random, request: Case) -> None:
    level = rng.choices((*DEDUCTIBLE, "provincial"), weights=(2, 3, 2, 2, 3, 2, 1))[0]
    request["hospital_level"] = level
    if rng.random() < 0.5:
        request["route"] = rng.choice(ROUTES)
    maybe(rng, request, "tcm", rng.random() < 0.6)
    maybe(rng, request, "hardship", rng.random() < 0.5)
    maybe(rng, request, "designated", rng.random() < 0.6)
    maybe(rng, request, "mutual_aid", rng.random() < 0.5, often=0.05)
    maybe(rng, request, "prior_stays_same_level", rng.choice((0, 1, 2)))
    maybe(rng, request, "prior_deductible", near(rng, 0, 800, 1_100, 1_700, 1_900, 2_100, 2_300, high=2_500))
    maybe(rng, request, "prior_paid", near(rng, 0, 140_000, 149_999, 150_000, high=180_000))
    maybe(rng, request, "prior_own", near(rng, 0, *_OWN_EDGES, high=700_000), often=0.5)
    maybe(rng, request, "bonus", rng.choice((0, 5_000, 80_000)), often=0.15)
    if rng.random() < 0.15:
        request["emergency_cost"] = near(rng, 0, 3_000, high=20_000)
        maybe(rng, request, "emergency_hours", rng.choice((1, 72, 73)), often=0.7)
    _draw_preview(rng, request)
    edges: list[int | str] = [0]
    if level in DEDUCTIBLE:
        rates = {rate for pair in PERCENT[level] for rate in pair}
        limits = [
            Decimal(DEDUCTIBLE[level]),
            *(DEDUCTIBLE[level] + Decimal(15_000_000) / rate for rate in rates),
        ]
        edges += [str(truncate(edge / Decimal(left))) for edge in limits for left in ("1", "0.90", "0.85")]
    draw_cost(rng, request, near(rng, *edges, high=400_000))
    if "first_pay_cost" in request and rng.random() < 0.3:
        more = rng.choice((14_000, 44_000, 200_000))
        request["first_pay_cost"] = str(Decimal(str(request["first_pay_cost"])) + more)
        request["total_cost"] = str(Decimal(str(request["total_cost"])) + more)


def _outpatient(rng: random.Random, request: Case) -> None:
    levels = ("grassroots", "central_township", "level1", "level2", "level3")
    request["hospital_level"] = rng.choices(levels, weights=(6, 3, 1, 1, 1))[0]
    maybe(rng, request, "designated", rng.random() < 0.6)
    before = near(rng, 0, 100, 500, 600, high=900)
    maybe(rng, request, "prior_cost", before, often=0.6)
    maybe(rng, request, "prior_paid", near(rng, 0, 420, high=500), often=0.1)
    room = max(Decimal(0), 600 - Decimal(str(request.get("prior_cost", 0))))
    draw_cost(rng, request, near(rng, 0, 600, str(room), high=2_000))


def _two_diseases(rng: random.Random, request: Case) -> None:
    request["disease"] = rng.choice(("hypertension", "diabetes"))
    maybe(rng, request, "prior_paid", near(rng, 0, 100, 359, 360, 600, high=700), often=0.5)
    draw_cost(rng, request, near(rng, 0, "514.28", "857.14", 500, high=2_000))


def _special_drug(rng: random.Random, request: Case) -> None:
    before = near(rng, 0, 30_000, 60_000, 90_000, 120_000, high=150_000)
    maybe(rng, request, "prior_cost", before, often=0.6)
    draw_cost(rng, request, near(rng, 0, 30_000, 60_000, 90_000, 120_000, high=200_000))


def _catastrophic(rng: random.Random, request: Case) -> None:
    request["own_cost"] = near(rng, 0, *_OWN_EDGES, high=800_000)
    maybe(rng, request, "hardship", rng.random() < 0.5)
    maybe(rng, request, "bonus", near(rng, 0, 5_000, 40_000, "79999.99", high=80_000), often=0.4)
    request["bonus"] = str(min(Decimal(str(request.get("bonus", 0))), Decimal(80_000)))


def _childbirth(rng: random.Random, request: Case) -> None:
    request["delivery"] = rng.choice(("vaginal", "caesarean"))
    request["total_cost"] = near(rng, 0, 1_300, 1_600, high=20_000)


def _maternity_leave(rng: random.Random, request: Case) -> None:
    request["event"] = rng.choice(("birth", "termination"))
    if request["event"] == "termination":
        request["months"] = rng.choice(("0.5", "1", "1.9", "2", "3.5", "3.9", "4", "6.9", "7", "9"))
    else:
        maybe(rng, request, "difficult", rng.random() < 0.6, often=0.5)
        maybe(rng, request, "babies", rng.choice((1, 2, 3, 4)), often=0.5)


def _maternity_allowance(rng: random.Random, request: Case) -> None:
    _maternity_leave(rng, request)
    request["monthly_base"] = near(rng, 0, 5_000, 6_000, "4000.01", high=30_000)


def _maternity_subsidy(rng: random.Random, request: Case) -> None:
    women = ("unemployed_woman", "flexible_woman", "hardship_company_woman")
    request["who"] = rng.choice(("uninsured_wife_of_male_employee", rng.choice(women)))
    request["average_cost"] = near(rng, 0, 5_200, "5200.01", high=20_000)


def _contribution(rng: random.Random, request: Case) -> None:
    kinds = ["flexible_with_account", "flexible_inpatient_only", "unemployed", "mutual_aid", "employer"]
    if str(request["date"]) >= "2023":
        kinds.append("flexible")
    request["who"] = rng.choice((*kinds, "employee", "employee", "employee"))
    benchmark = near(rng, 5_000, 6_500, "6666.67", high=9_000)
    if request["who"] == "employee":
        request["wage"] = _wage(rng, benchmark)
    if request["who"] == "employer":
        request["payroll"] = near(rng, 0, 5_000, 500_000, high=5_000_000)
        maybe(rng, request, "benchmark", benchmark)
    elif request["who"] != "mutual_aid":
        request["benchmark"] = benchmark


def _wage(rng: random.Random, benchmark: str) -> str:
    bounds = [str(truncate(Decimal(benchmark) * Decimal(share))) for share in ("0.6", "3")]
    return near(rng, 0, benchmark, *bounds, high=40_000)


def _personal_account(rng: random.Random, request: Case) -> None:
    if rng.random() < 0.5:
        year = {"hengyang": rng.choice(("2021", "2022")), "xiangtan": rng.choice(("2023", "2025", "2027"))}
        request["date"] = year.get(str(request["city"]), "2024") + rng.choice(("-01-01", "-05-31", "-09-30"))
    request["status"] = rng.choice(("employed", "retired"))
    maybe(rng, request, "flexible", rng.random() < 0.7)
    maybe(rng, request, "pooled_only", rng.random() < 0.5)
    benchmark = near(rng, 5_000, 6_500, "6666.67", high=9_000)
    maybe(rng, request, "benchmark", benchmark, often=0.4)
    if request["status"] == "employed":
        request["wage"] = _wage(rng, benchmark)
        request["age"] = rng.choice((20, 44, 45, 46, 47, 59))
    else:
        request["unit_average_wage"] = near(rng, 0, 5_000, high=12_000)
        request["pension"] = near(rng, 0, 2_800, high=8_000)


def _retirement(rng: random.Random, request: Case) -> None:
    request["sex"] = rng.choice(("male", "female"))
    request["years_paid"] = rng.choice((0, 5, 15, 20, 24, 25, 26, 29, 30, 31, 40))
    in_province = rng.choice((0, 5, 9, 10, 11, 20))
    request["years_paid_in_province"] = min(in_province, int(str(request["years_paid"])))
    maybe(rng, request, "age", rng.choice((49, 50, 55, 60, 61)))
    if request["sex"] == "female":
        maybe(rng, request, "post", rng.choice(("cadre", "worker")))


def _catastrophic_limit(rng: random.Random, request: Case) -> None:
    if rng.random() < 0.5:
        request["date"] = rng.choice(("2025-04-10", "2025-04-11", "2026-01-01", "2027-10-01"))
    request["consecutive_years"] = rng.choice((0, 3, 4, 5, 10, 19, 20, 21, 30))
    request["zero_claim_years"] = rng.choice((0, 1, 2, 5, 15, 16, 17))


_DRAW = {
    "inpatient": _inpatient,
    "outpatient": _outpatient,
    "two_diseases": _two_diseases,
    "special_drug": _special_drug,
    "catastrophic": _catastrophic,
    "childbirth": _childbirth,
    "maternity_leave": _maternity_leave,
    "maternity_allowance": _maternity_allowance,
    "maternity_subsidy": _maternity_subsidy,
    "contribution": _contribution,
    "personal_account": _personal_account,
    "retirement": _retirement,
    "catastrophic_limit": _catastrophic_limit,
}
