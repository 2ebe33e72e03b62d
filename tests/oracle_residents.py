"""Residents: stays, visits, the two diseases, childbirth, the catastrophic layer. Only Hengyang has rules.

Sources: 衡医保发〔2020〕24号 (Hengyang, from 2021-01-01); the province's measures as reported on 2025-04-11,
which presuppose a catastrophic limit of 400000 and raise it by a bonus.
"""

from dataclasses import replace
from datetime import date
from fractions import Fraction
from itertools import product

from oracle_base import (
    AWAY_ROUTES,
    PROVINCE_RULES_BEGIN,
    RAISED_LIMITS_BEGIN,
    REFUSED,
    ZERO,
    Answer,
    Request,
    city_cautions,
    city_rules_hold,
    costs,
    day_of,
    flag,
    number,
    one_layer,
    percent,
    text,
)
from oracle_stays import NO_PAYMENT, Stay, Way, pay_otherwise, preview_of, settle, ways_of

# 第四十条（一）: a 中心卫生院 has the deductible of level 1.
DEDUCTIBLE = {
    "grassroots": 200,
    "central_township": 400,
    "level1": 400,
    "level2": 600,
    "level3": 1200,
    "level3_provincial": 1500,
}
# 第四十条（二）: general, and at a hospital of Chinese medicine. A 中心卫生院 is a township hospital (90) and
# stands in the row of level 1 for the deductible (80, or 85 if it is one of Chinese medicine): both readings.
PERCENT: dict[str, tuple[tuple[int, int], ...]] = {
    "grassroots": ((90, 90),),
    "central_township": ((80, 85), (90, 90)),
    "level1": ((80, 85),),
    "level2": ((75, 80),),
    "level3": ((60, 65),),
    "level3_provincial": ((60, 65),),
}
DEDUCTIBLES_OF_YEAR = 2_300
BASIC_LIMIT = 150_000

CATASTROPHIC_THRESHOLD = 14_000
# 第五十三条: from and up to which excess over the threshold, and the percentage of that band.
BANDS: tuple[tuple[int, int | None, int], ...] = (
    (0, 30_000, 60),
    (30_000, 80_000, 65),
    (80_000, 150_000, 75),
    (150_000, None, 85),
)
OLD_LIMIT, NEW_LIMIT, MOST_BONUS = Fraction(300_000), Fraction(400_000), Fraction(80_000)


def _before_limit(own: Fraction) -> Fraction:
    """What a year's compliant own payment brings back, were there no limit."""
    excess = max(ZERO, own - CATASTROPHIC_THRESHOLD)
    paid = ZERO
    for lower, upper, rate in BANDS:
        within = excess if upper is None else min(excess, Fraction(upper))
        paid += max(ZERO, within - lower) * percent(rate)
    return paid


def _limits(request: Request) -> list[Fraction]:
    """List the limits of the year that the sources allow."""
    if day_of(request) < PROVINCE_RULES_BEGIN:
        return [OLD_LIMIT]
    if day_of(request) < RAISED_LIMITS_BEGIN:
        return [OLD_LIMIT, NEW_LIMIT]
    return [NEW_LIMIT + min(number(request, "bonus", 0), MOST_BONUS)]


def _above_old_limit(own: Fraction) -> bool:
    return _before_limit(own) > OLD_LIMIT


def _limit_cautions(day: date, *, above: bool, open_limit: bool) -> set[str]:
    """A figure of the measures is used above 300000 alone: as the limit, or as one reading of it."""
    if day >= RAISED_LIMITS_BEGIN and above:
        return {"catastrophic_cap_inferred", "effective_date_inferred"}
    return {"effective_date_inferred"} if open_limit else set()


def catastrophic(request: Request) -> Answer:
    """第五十二至五十四条; hardship changes nothing."""
    if not city_rules_hold(request):
        return REFUSED
    own = number(request, "own_cost")
    readings = [Stay(ZERO, min(_before_limit(own), limit), "catastrophic") for limit in _limits(request)]
    low, high = min(one.amount() for one in readings), max(one.amount() for one in readings)
    cautions = city_cautions(day_of(request))
    cautions |= _limit_cautions(day_of(request), above=_above_old_limit(own), open_limit=low != high)
    if low == high:
        return one_layer(own, "catastrophic", readings[0].upper, cautions)
    return settle(own, readings, cautions)


def _own_payment(request: Request, percentage: int, way: Way) -> tuple[Fraction, Fraction]:
    """Return the basic payment of a stay, and the own payment that counts for the catastrophic layer.

    Counted are the 乙类 first-pay, the deductible and the co-payment (第五十四条); a route's first-pay and
    the cost above the yearly limit are not.
    """
    _, cost = costs(request)
    cost += number(request, "emergency_cost", 0)
    room_of_deductible = max(ZERO, DEDUCTIBLES_OF_YEAR - number(request, "prior_deductible", 0))
    deductible = min(Fraction(DEDUCTIBLE[text(request, "hospital_level")]), room_of_deductible)
    used, covered = way.after(cost, deductible)
    rate = percent(percentage - way.points)
    basic = min(covered * rate, max(ZERO, BASIC_LIMIT - number(request, "prior_paid", 0)))
    first_pay_of_list = number(request, "first_pay_cost", 0) if "total_cost" in request else ZERO
    return basic, first_pay_of_list + used + basic / rate - basic


def _stay(request: Request, percentage: int, limit: Fraction, way: Way) -> Stay:
    basic, own = _own_payment(request, percentage, way)
    before = number(request, "prior_own", 0)
    upper = min(_before_limit(before + own), limit) - min(_before_limit(before), limit)
    return Stay(basic, upper, "catastrophic")


def inpatient(request: Request) -> Answer:
    """第四十条, with 第五至七条 and 第四十四条."""
    if not city_rules_hold(request):
        return REFUSED
    route, level = text(request, "route", "local"), text(request, "hospital_level")
    day, designated = day_of(request), flag(request, "designated", True)
    whole = costs(request)[0] + number(request, "emergency_cost", 0)
    if not designated and route != "away_emergency":
        answer = settle(whole, [NO_PAYMENT], ())
        return replace(answer, preview=preview_of(request, whole, [Way()], lambda _: [NO_PAYMENT]))
    if level == "provincial":
        return REFUSED

    ways, limits = ways_of(request), _limits(request)
    rates = [chinese if flag(request, "tcm") else general for general, chinese in PERCENT[level]]

    def pay(way: Way, of: list[Fraction] = limits) -> list[Stay]:
        return [_stay(request, rate, limit, way) for rate, limit in product(rates, of)]

    readings = [reading for way in ways for reading in pay(way)]
    cautions = city_cautions(day, probably_changed=route in AWAY_ROUTES)
    if pay_otherwise(readings, [reading for way in ways for reading in pay(way.other_order())]):
        cautions.add("first_pay_order")
    owns = [_own_payment(request, rate, way)[1] for rate, way in product(rates, ways)]
    above = any(_above_old_limit(number(request, "prior_own", 0) + own) for own in owns)
    with_first, with_last = (
        [one for way in ways for one in pay(way, [limit])] for limit in (limits[0], limits[-1])
    )
    cautions |= _limit_cautions(day, above=above, open_limit=pay_otherwise(with_first, with_last))
    answer = settle(whole, readings if designated else [*readings, NO_PAYMENT], cautions)
    return replace(answer, preview=preview_of(request, whole, ways, pay))


def outpatient(request: Request) -> Answer:
    """第三十七条: the limit is one of cost; only grassroots places are held."""
    if not city_rules_hold(request):
        return REFUSED
    whole, cost = costs(request)
    before = number(request, "prior_cost", 0)
    reading = {"cost_limit_reading"} if cost + before > 600 else set()
    if not flag(request, "designated", True):
        return one_layer(whole, "basic", ZERO, reading)
    if text(request, "hospital_level") not in ("grassroots", "central_township"):
        return REFUSED
    cautions = city_cautions(day_of(request)) | reading
    return one_layer(whole, "basic", min(cost, max(ZERO, 600 - before)) * percent(70), cautions)


def two_diseases(request: Request) -> Answer:
    """第三十八条: the limits are of payment."""
    if not city_rules_hold(request) or text(request, "insurance", "resident") != "resident":
        return REFUSED
    whole, cost = costs(request)
    limit = {"hypertension": 360, "diabetes": 600}[text(request, "disease")]
    room = max(ZERO, limit - number(request, "prior_paid", 0))
    return one_layer(whole, "basic", min(cost * percent(70), room), city_cautions(day_of(request)))


def childbirth(request: Request) -> Answer:
    """第四十一条: a subsidy up to a limit."""
    if not city_rules_hold(request) or text(request, "insurance", "resident") != "resident":
        return REFUSED
    whole = number(request, "total_cost")
    limit = {"vaginal": 1_300, "caesarean": 1_600}[text(request, "delivery")]
    return one_layer(whole, "basic", min(whole, Fraction(limit)), city_cautions(day_of(request)))
