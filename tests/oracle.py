"""A second, independent reading of the employee rules, to hold against the engine.

The figures are typed here a second time on purpose: nothing is read from the policy files, so a slip in
either place shows as a difference. Everything is an exact `Fraction` of a yuan until a layer is rounded.

Sources: 衡医保发〔2020〕24号 (Hengyang, 2021-2022 and everything about routes and emergencies there),
湘政办发〔2022〕66号 (every city, from 2023-01-01), 潭政办发〔2022〕36号 (Xiangtan, 2022-10-01 to 2027-09-30).
"""

import itertools
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from math import floor
from typing import Literal

Request = Mapping[str, object]

CITY_RULES_BEGIN = date(2021, 1, 1)
"""衡医保发〔2020〕24号 第六十条."""
PROVINCE_RULES_BEGIN = date(2023, 1, 1)
"""湘政办发〔2022〕66号; the day is inferred."""
XIANGTAN_BEGINS = date(2022, 10, 1)
XIANGTAN_ENDS = date(2027, 9, 30)
"""潭政办发〔2022〕36号 第十九条: five years."""

ZERO = Fraction(0)
AWAY_ROUTES = ("away_filed", "away_unfiled", "away_emergency")


@dataclass(frozen=True)
class Answer:
    """`amounts` and `owns` hold one value for 'ok', low and high for 'range', none for 'refused'.

    `layers` is filled for 'ok' only; a layer above the first that pays nothing is left out.
    """

    kind: Literal["ok", "range", "refused"]
    amounts: tuple[Decimal, ...] = ()
    owns: tuple[Decimal, ...] = ()
    layers: dict[str, Decimal] = field(default_factory=dict)
    cautions: frozenset[str] = frozenset()


REFUSED = Answer("refused")


class MissingInputError(ValueError):
    """Required inputs that can still move the answer are absent; `fields` are their names in asking order."""

    def __init__(self, fields: Sequence[str]) -> None:
        super().__init__(", ".join(fields))
        self.fields = list(fields)


def _number(request: Request, name: str, default: int | None = None) -> Fraction:
    value = request.get(name, default)
    if not isinstance(value, str | int) or isinstance(value, bool):
        raise TypeError(f"{name}: {value!r} is no exact number")
    return Fraction(value)


def _flag(request: Request, name: str, default: bool) -> bool:
    value = request.get(name, default)
    if not isinstance(value, bool):
        raise TypeError(f"{name}: {value!r} is no yes or no")
    return value


def _text(request: Request, name: str, default: str | None = None) -> str:
    value = request.get(name, default)
    if not isinstance(value, str):
        raise TypeError(f"{name}: {value!r} is no text")
    return value


def _day(request: Request) -> date:
    return date.fromisoformat(_text(request, "date"))


def _costs(request: Request) -> tuple[Fraction, Fraction]:
    """Return the whole cost given, and the part of it within policy scope."""
    if "total_cost" in request:
        total = _number(request, "total_cost")
        return total, total - _number(request, "excluded_cost", 0) - _number(request, "first_pay_cost", 0)
    eligible = _number(request, "eligible_cost")
    return eligible, eligible


def round_to_fen(value: Fraction) -> Decimal:
    """Round half-up to two decimals; `value` is not negative."""
    return Decimal(floor(value * 100 + Fraction(1, 2))).scaleb(-2)


@dataclass(frozen=True)
class _Stay:
    basic: Fraction
    upper: Fraction
    upper_name: str

    def layers(self) -> dict[str, Decimal]:
        rounded = {"basic": round_to_fen(self.basic), self.upper_name: round_to_fen(self.upper)}
        return {name: paid for name, paid in rounded.items() if name == "basic" or paid > 0}

    def amount(self) -> Decimal:
        return round_to_fen(self.basic) + round_to_fen(self.upper)


NO_PAYMENT = _Stay(ZERO, ZERO, "none")

# 衡医保发〔2020〕24号 第二十二条: deductible, and that of a hospital of Chinese medicine.
# A 中心卫生院 is a township hospital; every level-3 hospital, whoever runs it, has the level-3 row.
DEDUCTIBLE_2021 = {
    "grassroots": (400, 400),
    "central_township": (400, 400),
    "level1": (600, 500),
    "level2": (800, 700),
    "level3": (1600, 1400),
    "level3_provincial": (1600, 1400),
    "provincial": (1600, 1400),
}
PERCENT_2021 = {
    "grassroots": {"employed": 92, "retired": 94},
    "central_township": {"employed": 92, "retired": 94},
    "level1": {"employed": 92, "retired": 94},
    "level2": {"employed": 90, "retired": 92},
    "level3": {"employed": 88, "retired": 90},
    "level3_provincial": {"employed": 88, "retired": 90},
    "provincial": {"employed": 88, "retired": 90},
}

# 湘政办发〔2022〕66号 三, the rows of the table from top to bottom.
DEDUCTIBLE_2023 = {
    "grassroots": 200,
    "central_township": 200,
    "level1": 500,
    "level2": 800,
    "level3": 1100,
    "level3_provincial": 1100,
    "provincial": 1600,
}
PERCENT_2023 = {
    "grassroots": {"employed": 93, "retired": 95},
    "central_township": {"employed": 93, "retired": 95},
    "level1": {"employed": 92, "retired": 94},
    "level2": {"employed": 90, "retired": 92},
    "level3": {"employed": 85, "retired": 87},
    "level3_provincial": {"employed": 85, "retired": 87},
    "provincial": {"employed": 80, "retired": 82},
}


def _after_first_pay_and_deductible(
    cost: Fraction, share: Fraction, deductible: Fraction, *, deductible_first: bool
) -> tuple[Fraction, Fraction]:
    """Return what is left of the cost after a route's first-pay, and after the deductible as well."""
    if deductible_first:
        above = max(ZERO, cost - deductible)
        first_pay = above * share
        return cost - first_pay, above - first_pay
    left = cost - cost * share
    return left, max(ZERO, left - deductible)


def _stay_2021(
    request: Request, level: str, cost: Fraction, share: Fraction, *, deductible_first: bool = False
) -> _Stay:
    """衡医保发〔2020〕24号 第二十二条, 第四十六至四十九条."""
    general, chinese_medicine = DEDUCTIBLE_2021[level]
    deductible = Fraction(chinese_medicine if _flag(request, "tcm", False) else general)
    earlier_stays = max(_number(request, "prior_stays", 0), _number(request, "prior_stays_same_level", 0))
    if earlier_stays >= 1:
        deductible /= 2
    _, covered = _after_first_pay_and_deductible(cost, share, deductible, deductible_first=deductible_first)
    rate = Fraction(PERCENT_2021[level][_text(request, "status")], 100)
    unlimited = covered * rate
    basic = min(unlimited, max(ZERO, 100_000 - _number(request, "prior_paid", 0)))
    if not _flag(request, "mutual_aid", True):
        return _Stay(basic, ZERO, "mutual_aid")
    cost_above_limit = (unlimited - basic) / rate
    mutual_aid = min(cost_above_limit * Fraction(94, 100), Fraction(260_000))
    return _Stay(basic, mutual_aid, "mutual_aid")


def _stay_2023(
    request: Request, level: str, cost: Fraction, share: Fraction, *, deductible_first: bool = False
) -> _Stay:
    """湘政办发〔2022〕66号 三, 四."""
    deductible = Fraction(DEDUCTIBLE_2023[level])
    if _number(request, "prior_stays_same_level", 0) >= 1:
        deductible /= 2
    deductible = min(deductible, max(ZERO, 2000 - _number(request, "prior_deductible", 0)))
    left, covered = _after_first_pay_and_deductible(
        cost, share, deductible, deductible_first=deductible_first
    )
    basic = covered * Fraction(PERCENT_2023[level][_text(request, "status")], 100)
    own_before = _number(request, "prior_own", 0)
    own_after = own_before + left - basic
    hardship = _flag(request, "hardship", False)
    upper = _catastrophic_of_year(own_after, hardship) - _catastrophic_of_year(own_before, hardship)
    return _Stay(basic, upper, "catastrophic")


def _catastrophic_of_year(own: Fraction, hardship: bool) -> Fraction:
    """湘政办发〔2022〕66号 四: what a year's compliant own payment brings back in all."""
    if hardship:
        return max(ZERO, own - 8_000) * Fraction(95, 100)
    return min(max(ZERO, own - 16_000) * Fraction(90, 100), Fraction(500_000))


def _first_pay_shares(route: str, level: str, day: date) -> list[Fraction]:
    """List the share each admissible reading takes first (衡医保发〔2020〕24号 第五条, 第四十四条)."""
    shares = {
        "local": [ZERO],
        "unreferred": [Fraction(10, 100)],
        "away_filed": [Fraction(10, 100)],
        "away_unfiled": [Fraction(15, 100)],
        "away_emergency": [Fraction(10, 100), ZERO],
    }[route]
    if level == "provincial" and route in AWAY_ROUTES and day >= PROVINCE_RULES_BEGIN and ZERO not in shares:
        return [*shares, ZERO]
    return shares


def inpatient(request: Request) -> Answer:
    day, city = _day(request), _text(request, "city")
    route, level = _text(request, "route", "local"), _text(request, "hospital_level")
    designated = _flag(request, "designated", True)
    by_province = day >= PROVINCE_RULES_BEGIN

    if day < CITY_RULES_BEGIN or (not by_province and city != "hengyang"):
        return REFUSED
    if city != "hengyang" and (route != "local" or not designated):
        return REFUSED
    whole, cost = _costs(request)
    emergency = _number(request, "emergency_cost", 0)
    if emergency > 0:
        merged = _emergency_is_merged(request, city, day)
        if merged is None:
            return REFUSED
        whole += emergency
        cost += emergency if merged else 0
    if not designated and route != "away_emergency":
        return _settle(whole, [NO_PAYMENT], _table_cautions(request, [NO_PAYMENT]) if by_province else set())

    stay = _stay_2023 if by_province else _stay_2021
    shares = _first_pay_shares(route, level, day)
    readings = [stay(request, level, cost, share) for share in shares]
    other_order = [stay(request, level, cost, share, deductible_first=True) for share in shares]

    cautions: set[str] = set()
    if by_province:
        cautions |= {*_province_cautions(city), *_table_cautions(request, readings)}
        first_row = [_stay_2023(request, "grassroots", cost, share) for share in shares]
        if level == "level1" and _pay_otherwise(readings, first_row):
            cautions.add("level1_row_conflict")
    if route in AWAY_ROUTES or (route == "unreferred" and by_province):
        cautions.add("may_be_outdated")
    if _pay_otherwise(readings, other_order):
        cautions.add("first_pay_order")
    return _settle(whole, readings if designated else [*readings, NO_PAYMENT], cautions)


def _emergency_is_merged(request: Request, city: str, day: date) -> bool | None:
    """衡医保发〔2020〕24号 第七条, 潭政办发〔2022〕36号 第七条; None where no rule is held."""
    if city == "hengyang":
        return True
    if city == "xiangtan" and day <= XIANGTAN_ENDS:
        return _number(request, "emergency_hours") <= 72
    return None


def _table_cautions(request: Request, readings: list[_Stay]) -> set[str]:
    cautions = set()
    if _flag(request, "tcm", False):
        cautions.add("tcm_not_listed")
    paid_before = _number(request, "prior_paid", 0)
    if any(Fraction(round_to_fen(reading.basic)) + paid_before > 100_000 for reading in readings):
        cautions.add("yearly_cap_unknown")
    return cautions


def _pay_otherwise(readings: list[_Stay], others: list[_Stay]) -> bool:
    return [reading.amount() for reading in readings] != [other.amount() for other in others]


def _settle(whole: Fraction, readings: list[_Stay], cautions: set[str]) -> Answer:
    """One answer of all readings: readings that pay the same are one definite result."""
    readings = sorted(readings, key=lambda reading: reading.amount())
    low, high = readings[0].amount(), readings[-1].amount()
    whole_yuan = round_to_fen(whole)
    if low == high:
        layers = readings[-1].layers() if high > 0 else {"basic": Decimal("0.00")}
        return Answer("ok", (high,), (whole_yuan - high,), layers, frozenset(cautions))
    return Answer("range", (low, high), (whole_yuan - high, whole_yuan - low), {}, frozenset(cautions))


LEVEL_GROUP = {
    "grassroots": "first",
    "central_township": "first",
    "level1": "first",
    "level2": "second",
    "level3": "third",
    "level3_provincial": "third",
    "provincial": "third",
}


def outpatient(request: Request) -> Answer:
    """湘政办发〔2022〕66号 二.1, and in Xiangtan 潭政办发〔2022〕36号 第四条."""
    day, city = _day(request), _text(request, "city")
    group = LEVEL_GROUP[_text(request, "hospital_level")]
    by_xiangtan = city == "xiangtan"
    if by_xiangtan and not XIANGTAN_BEGINS <= day <= XIANGTAN_ENDS:
        return REFUSED
    if not by_xiangtan and day < PROVINCE_RULES_BEGIN:
        return REFUSED

    whole, cost = _costs(request)
    if not _flag(request, "designated", True):
        if city not in ("hengyang", "xiangtan"):
            return REFUSED
        return _one_layer(whole, "basic", ZERO)

    used_second = _number(request, "prior_deductible_level2", 0)
    used_third = _number(request, "prior_deductible_level3", 0)
    room_of_year = max(ZERO, 300 - used_second - used_third)
    if group == "first":
        deductible, rate = ZERO, Fraction(70, 100)
    elif group == "second":
        deductible, rate = max(ZERO, 200 - used_second), Fraction(60, 100)
        if not by_xiangtan:
            deductible = min(deductible, Fraction(50))
    else:
        deductible, rate = max(ZERO, 300 - used_third), Fraction(60, 100)
        if not by_xiangtan:
            deductible = min(deductible, Fraction(100))
    deductible = min(deductible, room_of_year)

    limit = 1_500 if _text(request, "status") == "employed" else 2_000
    room = max(ZERO, limit - _number(request, "prior_paid", 0))
    paid = min(max(ZERO, cost - deductible) * rate, room)
    return _one_layer(whole, "basic", paid, () if by_xiangtan else _province_cautions(city))


def chronic_outpatient(request: Request) -> Answer:
    """湘政办发〔2022〕66号 二.2: the limit is one of cost."""
    if _text(request, "insurance", "employee") != "employee" or _day(request) < PROVINCE_RULES_BEGIN:
        return REFUSED
    whole, cost = _costs(request)
    rate = Fraction(80 if _text(request, "status") == "employed" else 85, 100)
    paid = min(cost, _number(request, "disease_limit")) * rate
    return _one_layer(whole, "basic", paid, _province_cautions(_text(request, "city")))


def catastrophic(request: Request) -> Answer:
    """湘政办发〔2022〕66号 四."""
    if _day(request) < PROVINCE_RULES_BEGIN:
        return REFUSED
    own = _number(request, "own_cost")
    paid = _catastrophic_of_year(own, _flag(request, "hardship", False))
    return _one_layer(own, "catastrophic", paid, _province_cautions(_text(request, "city")))


def _province_cautions(city: str) -> tuple[str, ...]:
    if city == "hengyang":
        return ("effective_date_inferred",)
    return ("effective_date_inferred", "city_rule_not_held")


def _one_layer(whole: Fraction, name: str, paid: Fraction, cautions: Sequence[str] = ()) -> Answer:
    amount = round_to_fen(paid)
    return Answer("ok", (amount,), (round_to_fen(whole) - amount,), {name: amount}, frozenset(cautions))


BENEFITS: dict[str, Callable[[Request], Answer]] = {
    "inpatient": inpatient,
    "outpatient": outpatient,
    "chronic_outpatient": chronic_outpatient,
    "catastrophic": catastrophic,
}
LEVELS = tuple(LEVEL_GROUP)
_COSTS = ("0", "150", "450", "900", "3000", "30000", "400000")
# In asking order; the values are tried in place of an input that is missing.
REQUIRED: dict[str, dict[str, tuple[str, ...]]] = {
    "inpatient": {
        "hospital_level": LEVELS,
        "status": ("employed", "retired"),
        "eligible_cost": _COSTS,
        "emergency_hours": ("72", "73"),
    },
    "outpatient": {"hospital_level": LEVELS, "status": ("employed", "retired"), "eligible_cost": _COSTS},
    "chronic_outpatient": {
        "status": ("employed", "retired"),
        "eligible_cost": _COSTS,
        "disease_limit": ("0", "100", "10000"),
    },
    "catastrophic": {"own_cost": _COSTS},
}


def answer(request: Request) -> Answer:
    """Answer a request of an employee whose city and date are given.

    Raises `MissingInputError` where a required input is absent and could still move amount or own.
    """
    benefit = _text(request, "benefit")
    if benefit != "chronic_outpatient" and _text(request, "insurance", "employee") != "employee":
        raise ValueError("this oracle knows employees only")
    calculate = BENEFITS[benefit]
    absent = [
        name
        for name in REQUIRED[benefit]
        if name not in request and not (name == "eligible_cost" and "total_cost" in request)
    ]
    if not absent:
        return calculate(request)

    values = [REQUIRED[benefit][name] for name in absent]
    tried = {
        chosen: calculate({**request, **dict(zip(absent, chosen, strict=True))})
        for chosen in itertools.product(*values)
    }
    moving = [name for position, name in enumerate(absent) if _moves(tried, position)]
    if moving:
        raise MissingInputError(moving)
    answers = list(tried.values())
    return replace(answers[0], cautions=frozenset.intersection(*(found.cautions for found in answers)))


def _moves(tried: Mapping[tuple[str, ...], Answer], position: int) -> bool:
    """Tell whether two attempts that differ at `position` alone differ in kind, amount or own."""
    seen: dict[tuple[str, ...], tuple[object, ...]] = {}
    for chosen, found in tried.items():
        others = chosen[:position] + chosen[position + 1 :]
        result = (found.kind, found.amounts, found.owns)
        if seen.setdefault(others, result) != result:
            return True
    return False


OTHER_CITIES = (
    *("changsha", "zhuzhou", "shaoyang", "yueyang", "changde", "zhangjiajie"),
    *("yiyang", "chenzhou", "yongzhou", "huaihua", "loudi", "xiangxi"),
)
BOUNDARY_DAYS = (
    *("2020-12-31", "2021-01-01", "2021-12-31", "2022-01-01", "2022-09-30", "2022-10-01", "2022-12-31"),
    *("2023-01-01", "2025-04-10", "2025-04-11", "2027-09-30", "2027-10-01", "2028-12-31"),
)
ROUTES = ("local", "unreferred", *AWAY_ROUTES)
_FEN = Decimal("0.01")


def random_case(rng: random.Random) -> dict[str, object]:
    """Draw a valid, complete employee request: realistic, with many values on or next to a boundary."""
    benefit = rng.choices(list(BENEFITS), weights=(60, 24, 8, 8))[0]
    city = rng.choices(("hengyang", "xiangtan", rng.choice(OTHER_CITIES)), weights=(60, 25, 15))[0]
    day = _random_day(rng)
    if city != "hengyang" and day < "2022-10-01" and rng.random() < 0.7:
        day = _random_day(rng)
    request: dict[str, object] = {"benefit": benefit, "city": city, "date": day}
    if benefit != "chronic_outpatient":
        request["insurance"] = "employee"
    elif rng.random() < 0.5:
        request["insurance"] = rng.choices(("employee", "resident"), weights=(4, 1))[0]
    if benefit == "catastrophic":
        request["own_cost"] = _near(rng, 0, 8_000, 16_000, "571555.55", 600_000, high=800_000)
        _maybe(rng, request, "hardship", rng.random() < 0.5)
        return request
    request["status"] = rng.choice(("employed", "retired"))
    if benefit == "chronic_outpatient":
        limit = _near(rng, 0, 350, 500, high=2_000)
        request["disease_limit"] = limit
        _draw_cost(rng, request, _near(rng, 0, limit, high=3_000))
        return request
    request["hospital_level"] = rng.choice(LEVELS)
    if rng.random() < 0.08:
        request["designated"] = False
    if benefit == "outpatient":
        _draw_outpatient(rng, request)
    else:
        _draw_inpatient(rng, request)
    return request


def _draw_outpatient(rng: random.Random, request: dict[str, object]) -> None:
    _maybe(rng, request, "prior_deductible_level2", _near(rng, 0, 50, 100, 150, 200, high=200))
    _maybe(rng, request, "prior_deductible_level3", _near(rng, 0, 100, 150, 200, 250, 300, high=300))
    _maybe(rng, request, "prior_paid", _near(rng, 0, 1_400, 1_500, 1_900, 2_000, high=2_100))
    _draw_cost(
        rng, request, _near(rng, 0, 50, 100, 200, 300, "2142.85", "2857.14", 2_550, 2_600, 3_400, high=6_000)
    )
    if rng.random() < 0.1:
        request |= {"route": rng.choice(ROUTES), "tcm": True, "prior_cost": "900"}


def _draw_inpatient(rng: random.Random, request: dict[str, object]) -> None:
    level = str(request["hospital_level"])
    edges: list[int | str] = [0, *DEDUCTIBLE_2021[level], DEDUCTIBLE_2023[level], 300_000]
    for first_pay in ("0.90", "0.85"):
        edges += [str(_truncate(edge / Decimal(first_pay))) for edge in (*DEDUCTIBLE_2021[level], 1_100)]
    # The costs at which a first stay meets 100000 of basic payment, 260000 above it, 16000 of own payment.
    edges += ["115236.36", "112711.11", "108695.65", "391832.10", "100433.33"]
    if rng.random() < 0.5:
        request["route"] = rng.choice(ROUTES) if request["city"] == "hengyang" else "local"
        if rng.random() < 0.05:
            request["route"] = rng.choice(ROUTES)
    _maybe(rng, request, "tcm", rng.random() < 0.5)
    _maybe(rng, request, "hardship", rng.random() < 0.5)
    _maybe(rng, request, "mutual_aid", rng.random() < 0.6)
    _maybe(rng, request, "prior_stays_same_level", rng.choice((0, 1, 2)))
    _maybe(rng, request, "prior_stays", rng.choice((0, 1, 3)))
    _maybe(rng, request, "prior_deductible", _near(rng, 0, 400, 900, 1_450, 1_500, 1_600, 2_000, high=2_500))
    _maybe(rng, request, "prior_paid", _near(rng, 0, 83_935, 90_000, 100_000, high=150_000))
    _maybe(rng, request, "prior_own", _near(rng, 0, 4_065, 8_000, 12_065, 16_000, "571555.55", high=600_000))
    if rng.random() < 0.15:
        request["emergency_cost"] = _near(rng, 0, 3_000, high=20_000)
        request["emergency_hours"] = rng.choice((1, 71, 72, 73, 100))
    _draw_cost(rng, request, _near(rng, *edges, high=400_000))


def _random_day(rng: random.Random) -> str:
    if rng.random() < 0.3:
        return rng.choice(BOUNDARY_DAYS)
    first = date(2021, 1, 1)
    days = (date(2028, 12, 31) - first).days
    return (first + timedelta(days=rng.randint(0, days))).isoformat()


def _near(rng: random.Random, *edges: int | str, high: int) -> str:
    """Draw an edge, its neighbour by a fen, a round sum, or any sum up to `high`, small ones more often."""
    way = rng.random()
    if way < 0.4:
        return str(max(Decimal(0), Decimal(rng.choice(edges)) + rng.choice((-1, 0, 1)) * _FEN))
    value = Decimal(str(high ** rng.uniform(0.4, 1)))
    if way < 0.6:
        return str(int(value) // 10 * 10)
    return str(_truncate(value))


def _truncate(value: Decimal) -> Decimal:
    return Decimal(floor(value * 100)).scaleb(-2)


def _maybe(
    rng: random.Random, request: dict[str, object], name: str, value: object, often: float = 0.3
) -> None:
    if rng.random() < often:
        request[name] = value


def _draw_cost(rng: random.Random, request: dict[str, object], eligible: str) -> None:
    if rng.random() < 0.7:
        whole_yuan = Decimal(eligible) == Decimal(eligible).to_integral()
        request["eligible_cost"] = int(Decimal(eligible)) if whole_yuan and rng.random() < 0.5 else eligible
        return
    excluded = Decimal(_near(rng, 0, 1_000, high=5_000)) if rng.random() < 0.7 else Decimal(0)
    first_pay = Decimal(_near(rng, 0, 500, high=5_000)) if rng.random() < 0.7 else Decimal(0)
    request["total_cost"] = str(Decimal(eligible) + excluded + first_pay)
    if excluded:
        request["excluded_cost"] = str(excluded)
    if first_pay:
        request["first_pay_cost"] = str(first_pay)
