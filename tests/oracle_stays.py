"""What stays of employees and residents share: the routes, their readings, and the settling of readings."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from oracle_base import (
    AWAY_ROUTES,
    PROVINCE_RULES_BEGIN,
    ZERO,
    Answer,
    Request,
    day_of,
    flag,
    percent,
    round_to_fen,
    text,
)


@dataclass(frozen=True)
class Stay:
    basic: Fraction
    upper: Fraction
    upper_name: str

    def layers(self) -> dict[str, Decimal]:
        rounded = {"basic": round_to_fen(self.basic), self.upper_name: round_to_fen(self.upper)}
        return {name: paid for name, paid in rounded.items() if name == "basic" or paid > 0}

    def amount(self) -> Decimal:
        return round_to_fen(self.basic) + round_to_fen(self.upper)


NO_PAYMENT = Stay(ZERO, ZERO, "none")


@dataclass(frozen=True)
class Way:
    """One reading of a route: the share of the cost taken first, and the points cut from the rate."""

    share: Fraction = ZERO
    points: int = 0
    deductible_first: bool = False

    def after(self, cost: Fraction, deductible: Fraction) -> tuple[Fraction, Fraction]:
        """Return the deductible used, and what is left of the cost after it and the first-pay."""
        if self.deductible_first:
            used = min(cost, deductible)
            return used, (cost - used) * (1 - self.share)
        left = cost * (1 - self.share)
        used = min(left, deductible)
        return used, left - used

    def other_order(self) -> "Way":
        return Way(self.share, self.points, deductible_first=not self.deductible_first)


def ways_of_law(route: str, level: str, day: date) -> list[Way]:
    """衡医保发〔2020〕24号 第五条, 第四十四条."""
    shares = {
        "local": [ZERO],
        "unreferred": [percent(10)],
        "away_filed": [percent(10)],
        "away_unfiled": [percent(15)],
        "away_emergency": [percent(10), ZERO],
    }[route]
    if level == "provincial" and route in AWAY_ROUTES and day >= PROVINCE_RULES_BEGIN and ZERO not in shares:
        shares = [*shares, ZERO]
    return [Way(share) for share in shares]


DRAFT = "2025-pooling-draft"
_POINTS = {"in_province": (10,), "cross_province": (20,)}


def ways_of_draft(request: Request, by_law: Sequence[Way]) -> list[Way]:
    """征求意见稿 二(三): home rates for emergencies and long-term residents, else a cut in points.

    The cut stands where a reading of the law takes a first-pay; a route within the city is left as it is.
    """
    route = text(request, "route", "local")
    if route not in AWAY_ROUTES:
        return list(by_law)
    if route == "away_emergency" or flag(request, "away_long_term"):
        return [Way()]
    cuts = _POINTS[text(request, "away_where")] if "away_where" in request else (10, 20)
    return [Way(points=cut if way.share else 0) for way in by_law for cut in cuts]


def pay_otherwise(readings: Sequence[Stay], others: Sequence[Stay]) -> bool:
    return [reading.amount() for reading in readings] != [other.amount() for other in others]


def settle(whole: Fraction, readings: Sequence[Stay], cautions: Iterable[str]) -> Answer:
    """One answer of all readings: readings that pay the same are one definite result."""
    readings = sorted(readings, key=lambda reading: reading.amount())
    low, high = readings[0].amount(), readings[-1].amount()
    whole_yuan = round_to_fen(whole)
    if low == high:
        layers = readings[-1].layers() if high > 0 else {"basic": Decimal("0.00")}
        return Answer("ok", (high,), (whole_yuan - high,), layers, frozenset(cautions))
    return Answer("range", (low, high), (whole_yuan - high, whole_yuan - low), {}, frozenset(cautions))


def preview_of(
    request: Request, whole: Fraction, by_law: Sequence[Way], pay: Callable[[Way], Sequence[Stay]]
) -> Answer | None:
    """Return what the draft would bring, if that is asked for; `pay` gives the readings of one way."""
    if request.get("preview") != DRAFT:
        return None
    readings = [reading for way in ways_of_draft(request, by_law) for reading in pay(way)]
    if not flag(request, "designated", True):
        emergency = text(request, "route", "local") == "away_emergency"
        readings = [*readings, NO_PAYMENT] if emergency else [NO_PAYMENT]
    return settle(whole, readings, {"draft_only"})


def ways_of(request: Request) -> list[Way]:
    return ways_of_law(text(request, "route", "local"), text(request, "hospital_level"), day_of(request))
