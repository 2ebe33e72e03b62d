"""Random requests of employees, and the drawing of days, sums and costs for all."""

import random
from datetime import date, timedelta
from decimal import Decimal
from math import floor

from oracle_base import AWAY_ROUTES, LEVELS
from oracle_employees import DEDUCTIBLE_2021, DEDUCTIBLE_2023

Case = dict[str, object]

OTHER_CITIES = (
    *("changsha", "zhuzhou", "shaoyang", "yueyang", "changde", "zhangjiajie"),
    *("yiyang", "chenzhou", "yongzhou", "huaihua", "loudi", "xiangxi"),
)
BOUNDARY_DAYS = (
    *("2020-12-31", "2021-01-01", "2021-12-31", "2022-01-01", "2022-09-30", "2022-10-01", "2022-12-31"),
    *("2023-01-01", "2025-04-10", "2025-04-11", "2027-09-30", "2027-10-01", "2028-12-31"),
)
ROUTES = ("local", "unreferred", *AWAY_ROUTES)
FEN = Decimal("0.01")


def employee_case(rng: random.Random) -> Case:
    """Draw a request of an employee for a stay, a visit, a chronic disease or the catastrophic layer."""
    benefits = ("inpatient", "outpatient", "chronic_outpatient", "catastrophic")
    benefit = rng.choices(benefits, weights=(60, 24, 8, 8))[0]
    city = rng.choices(("hengyang", "xiangtan", rng.choice(OTHER_CITIES)), weights=(60, 25, 15))[0]
    day = random_day(rng)
    if city != "hengyang" and day < "2022-10-01" and rng.random() < 0.7:
        day = random_day(rng)
    request: Case = {"benefit": benefit, "city": city, "date": day}
    if benefit != "chronic_outpatient":
        request["insurance"] = "employee"
    elif rng.random() < 0.5:
        request["insurance"] = rng.choices(("employee", "resident"), weights=(4, 1))[0]
    if benefit == "catastrophic":
        request["own_cost"] = near(rng, 0, 8_000, 16_000, "571555.55", 600_000, high=800_000)
        maybe(rng, request, "hardship", rng.random() < 0.5)
        return request
    request["status"] = rng.choice(("employed", "retired"))
    if benefit == "chronic_outpatient":
        limit = near(rng, 0, 350, 500, high=2_000)
        request["disease_limit"] = limit
        draw_cost(rng, request, near(rng, 0, limit, high=3_000))
        return request
    request["hospital_level"] = rng.choice(LEVELS)
    if rng.random() < 0.08:
        request["designated"] = False
    if benefit == "outpatient":
        _draw_outpatient(rng, request)
    else:
        _draw_inpatient(rng, request)
    return request


def _draw_outpatient(rng: random.Random, request: Case) -> None:
    maybe(rng, request, "prior_deductible_level2", near(rng, 0, 50, 100, 150, 200, high=200))
    maybe(rng, request, "prior_deductible_level3", near(rng, 0, 100, 150, 200, 250, 300, high=300))
    maybe(rng, request, "prior_paid", near(rng, 0, 1_400, 1_500, 1_900, 2_000, high=2_100))
    draw_cost(
        rng, request, near(rng, 0, 50, 100, 200, 300, "2142.85", "2857.14", 2_550, 2_600, 3_400, high=6_000)
    )
    if rng.random() < 0.1:
        request |= {"route": rng.choice(ROUTES), "tcm": True, "prior_cost": "900"}


def _draw_inpatient(rng: random.Random, request: Case) -> None:
    level = str(request["hospital_level"])
    edges: list[int | str] = [0, *DEDUCTIBLE_2021[level], DEDUCTIBLE_2023[level], 300_000]
    for first_pay in ("0.90", "0.85"):
        edges += [str(truncate(edge / Decimal(first_pay))) for edge in (*DEDUCTIBLE_2021[level], 1_100)]
    # The costs at which a first stay meets 100000 of basic payment, 260000 above it, 16000 of own payment.
    edges += ["115236.36", "112711.11", "108695.65", "391832.10", "100433.33"]
    if rng.random() < 0.5:
        request["route"] = rng.choice(ROUTES) if request["city"] == "hengyang" else "local"
        if rng.random() < 0.05:
            request["route"] = rng.choice(ROUTES)
    maybe(rng, request, "tcm", rng.random() < 0.5)
    maybe(rng, request, "hardship", rng.random() < 0.5)
    maybe(rng, request, "mutual_aid", rng.random() < 0.6)
    maybe(rng, request, "prior_stays_same_level", rng.choice((0, 1, 2)))
    maybe(rng, request, "prior_stays", rng.choice((0, 1, 3)))
    maybe(rng, request, "prior_deductible", near(rng, 0, 400, 900, 1_450, 1_500, 1_600, 2_000, high=2_500))
    maybe(rng, request, "prior_paid", near(rng, 0, 83_935, 90_000, 100_000, high=150_000))
    maybe(rng, request, "prior_own", near(rng, 0, 4_065, 8_000, 12_065, 16_000, "571555.55", high=600_000))
    if rng.random() < 0.15:
        request["emergency_cost"] = near(rng, 0, 3_000, high=20_000)
        request["emergency_hours"] = rng.choice((1, 71, 72, 73, 100))
    draw_cost(rng, request, near(rng, *edges, high=400_000))


def random_day(rng: random.Random) -> str:
    if rng.random() < 0.3:
        return rng.choice(BOUNDARY_DAYS)
    first = date(2021, 1, 1)
    days = (date(2028, 12, 31) - first).days
    return (first + timedelta(days=rng.randint(0, days))).isoformat()


def near(rng: random.Random, *edges: int | str, high: int) -> str:
    """Draw an edge, its neighbour by a fen, a round sum, or any sum up to `high`, small ones more often."""
    way = rng.random()
    if way < 0.4:
        return str(max(Decimal(0), Decimal(rng.choice(edges)) + rng.choice((-1, 0, 1)) * FEN))
    value = Decimal(str(high ** rng.uniform(0.4, 1)))
    if way < 0.6:
        return str(int(value) // 10 * 10)
    return str(truncate(value))


def truncate(value: Decimal) -> Decimal:
    return Decimal(floor(value * 100)).scaleb(-2)


def maybe(rng: random.Random, request: Case, name: str, value: object, often: float = 0.3) -> None:
    if rng.random() < often:
        request[name] = value


def draw_cost(rng: random.Random, request: Case, eligible: str) -> None:
    if rng.random() < 0.7:
        whole_yuan = Decimal(eligible) == Decimal(eligible).to_integral()
        request["eligible_cost"] = int(Decimal(eligible)) if whole_yuan and rng.random() < 0.5 else eligible
        return
    excluded = Decimal(near(rng, 0, 1_000, high=5_000)) if rng.random() < 0.7 else Decimal(0)
    first_pay = Decimal(near(rng, 0, 500, high=5_000)) if rng.random() < 0.7 else Decimal(0)
    request["total_cost"] = str(Decimal(eligible) + excluded + first_pay)
    if excluded:
        request["excluded_cost"] = str(excluded)
    if first_pay:
        request["first_pay_cost"] = str(first_pay)
