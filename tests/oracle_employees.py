"""Employees: stays, visits, chronic diseases and the catastrophic layer.

Sources: 衡医保发〔2020〕24号 (Hengyang, 2021-2022 and everything about routes and emergencies there),
湘政办发〔2022〕66号 (every city, from 2023-01-01), 潭政办发〔2022〕36号 (Xiangtan, 2022-10-01 to 2027-09-30).
"""

from dataclasses import replace
from datetime import date
from fractions import Fraction

from oracle_base import (
    AWAY_ROUTES,
    CITY_RULES_BEGIN,
    PROVINCE_RULES_BEGIN,
    REFUSED,
    XIANGTAN_BEGINS,
    XIANGTAN_ENDS,
    ZERO,
    Answer,
    Request,
    costs,
    day_of,
    flag,
    number,
    one_layer,
    province_cautions,
    round_to_fen,
    text,
)
from oracle_stays import NO_PAYMENT, Stay, Way, pay_otherwise, preview_of, settle, ways_of

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


def _stay_2021(request: Request, level: str, cost: Fraction, way: Way) -> Stay:
    """衡医保发〔2020〕24号 第二十二条, 第四十六至四十九条."""
    general, chinese_medicine = DEDUCTIBLE_2021[level]
    deductible = Fraction(chinese_medicine if flag(request, "tcm") else general)
    earlier_stays = max(number(request, "prior_stays", 0), number(request, "prior_stays_same_level", 0))
    if earlier_stays >= 1:
        deductible /= 2
    _, covered = way.after(cost, deductible)
    rate = Fraction(PERCENT_2021[level][text(request, "status")] - way.points, 100)
    unlimited = covered * rate
    basic = min(unlimited, max(ZERO, 100_000 - number(request, "prior_paid", 0)))
    if not flag(request, "mutual_aid", True):
        return Stay(basic, ZERO, "mutual_aid")
    cost_above_limit = (unlimited - basic) / rate
    mutual_aid = min(cost_above_limit * Fraction(94, 100), Fraction(260_000))
    return Stay(basic, mutual_aid, "mutual_aid")


def _stay_2023(request: Request, level: str, cost: Fraction, way: Way) -> Stay:
    """湘政办发〔2022〕66号 三, 四."""
    deductible = Fraction(DEDUCTIBLE_2023[level])
    if number(request, "prior_stays_same_level", 0) >= 1:
        deductible /= 2
    deductible = min(deductible, max(ZERO, 2000 - number(request, "prior_deductible", 0)))
    used, covered = way.after(cost, deductible)
    basic = covered * Fraction(PERCENT_2023[level][text(request, "status")] - way.points, 100)
    own_before = number(request, "prior_own", 0)
    own_after = own_before + used + covered - basic
    hardship = flag(request, "hardship")
    upper = _catastrophic_of_year(own_after, hardship) - _catastrophic_of_year(own_before, hardship)
    return Stay(basic, upper, "catastrophic")


def _catastrophic_of_year(own: Fraction, hardship: bool) -> Fraction:
    """湘政办发〔2022〕66号 四: what a year's compliant own payment brings back in all."""
    if hardship:
        return max(ZERO, own - 8_000) * Fraction(95, 100)
    return min(max(ZERO, own - 16_000) * Fraction(90, 100), Fraction(500_000))


def inpatient(request: Request) -> Answer:
    day, city = day_of(request), text(request, "city")
    route, level = text(request, "route", "local"), text(request, "hospital_level")
    designated = flag(request, "designated", True)
    by_province = day >= PROVINCE_RULES_BEGIN

    if day < CITY_RULES_BEGIN or (not by_province and city != "hengyang"):
        return REFUSED
    if city != "hengyang" and (route != "local" or not designated):
        return REFUSED
    whole, cost = costs(request)
    emergency = number(request, "emergency_cost", 0)
    if emergency > 0:
        merged = _emergency_is_merged(request, city, day)
        if merged is None:
            return REFUSED
        whole += emergency
        cost += emergency if merged else 0
    stay, ways = (_stay_2023 if by_province else _stay_2021), ways_of(request)
    preview = preview_of(request, whole, ways, lambda way: [stay(request, level, cost, way)])
    if not designated and route != "away_emergency":
        cautions = _table_cautions(request, [NO_PAYMENT]) if by_province else set()
        return replace(settle(whole, [NO_PAYMENT], cautions), preview=preview)

    readings = [stay(request, level, cost, way) for way in ways]
    cautions = set()
    if by_province:
        cautions |= province_cautions(city) | _table_cautions(request, readings)
        first_row = [_stay_2023(request, "grassroots", cost, way) for way in ways]
        if level == "level1" and pay_otherwise(readings, first_row):
            cautions.add("level1_row_conflict")
    if route in AWAY_ROUTES or (route == "unreferred" and by_province):
        cautions.add("may_be_outdated")
    if pay_otherwise(readings, [stay(request, level, cost, way.other_order()) for way in ways]):
        cautions.add("first_pay_order")
    answer = settle(whole, readings if designated else [*readings, NO_PAYMENT], cautions)
    return replace(answer, preview=preview)


def _emergency_is_merged(request: Request, city: str, day: date) -> bool | None:
    """衡医保发〔2020〕24号 第七条, 潭政办发〔2022〕36号 第七条; None where no rule is held."""
    if city == "hengyang":
        return True
    if city == "xiangtan" and day <= XIANGTAN_ENDS:
        return number(request, "emergency_hours") <= 72
    return None


def _table_cautions(request: Request, readings: list[Stay]) -> set[str]:
    cautions = set()
    if flag(request, "tcm"):
        cautions.add("tcm_not_listed")
    paid_before = number(request, "prior_paid", 0)
    if any(Fraction(round_to_fen(reading.basic)) + paid_before > 100_000 for reading in readings):
        cautions.add("yearly_cap_unknown")
    return cautions


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
    day, city = day_of(request), text(request, "city")
    group = LEVEL_GROUP[text(request, "hospital_level")]
    by_xiangtan = city == "xiangtan"
    if by_xiangtan and not XIANGTAN_BEGINS <= day <= XIANGTAN_ENDS:
        return REFUSED
    if not by_xiangtan and day < PROVINCE_RULES_BEGIN:
        return REFUSED

    whole, cost = costs(request)
    if not flag(request, "designated", True):
        if city not in ("hengyang", "xiangtan"):
            return REFUSED
        return one_layer(whole, "basic", ZERO)

    used_second = number(request, "prior_deductible_level2", 0)
    used_third = number(request, "prior_deductible_level3", 0)
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

    limit = 1_500 if text(request, "status") == "employed" else 2_000
    room = max(ZERO, limit - number(request, "prior_paid", 0))
    paid = min(max(ZERO, cost - deductible) * rate, room)
    return one_layer(whole, "basic", paid, set() if by_xiangtan else province_cautions(city))


def chronic_outpatient(request: Request) -> Answer:
    """湘政办发〔2022〕66号 二.2: the limit is one of cost."""
    if text(request, "insurance", "employee") != "employee" or day_of(request) < PROVINCE_RULES_BEGIN:
        return REFUSED
    whole, cost = costs(request)
    rate = Fraction(80 if text(request, "status") == "employed" else 85, 100)
    paid = min(cost, number(request, "disease_limit")) * rate
    return one_layer(whole, "basic", paid, province_cautions(text(request, "city")))


def catastrophic(request: Request) -> Answer:
    """湘政办发〔2022〕66号 四."""
    if day_of(request) < PROVINCE_RULES_BEGIN:
        return REFUSED
    own = number(request, "own_cost")
    paid = _catastrophic_of_year(own, flag(request, "hardship"))
    return one_layer(own, "catastrophic", paid, province_cautions(text(request, "city")))
