"""What every part of the second reading shares: exact numbers, the days rules begin and end, and the answer.

The figures of these modules are typed a second time on purpose: nothing is read from the policy files, so a
slip in either place shows as a difference. Everything is an exact `Fraction` of a yuan until it is rounded.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
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
XIANGTAN_ACCOUNTS_BEGIN = date(2023, 1, 1)
"""潭政办发〔2022〕36号 第十条."""
RAISED_LIMITS_BEGIN = date(2025, 4, 11)
"""The day the province's measures were reported."""

ZERO = Fraction(0)
AWAY_ROUTES = ("away_filed", "away_unfiled", "away_emergency")
LEVELS = (
    *("grassroots", "central_township", "level1", "level2"),
    *("level3", "level3_provincial", "provincial"),
)


@dataclass(frozen=True)
class Answer:
    """`amounts` and `owns` hold one value for 'ok', low and high for 'range', none for 'refused'.

    `owns` is empty where there is no cost. `layers` is filled for an 'ok' with a cost only; a layer above the
    first that pays nothing is left out. `preview` is what the draft would bring, where it was asked for.
    """

    kind: Literal["ok", "range", "refused"]
    amounts: tuple[Decimal, ...] = ()
    owns: tuple[Decimal, ...] = ()
    layers: dict[str, Decimal] = field(default_factory=dict)
    cautions: frozenset[str] = frozenset()
    unit: str = "yuan"
    preview: "Answer | None" = None


REFUSED = Answer("refused")


class MissingInputError(ValueError):
    """Required inputs that can still move the answer are absent; `fields` are their names in asking order."""

    def __init__(self, fields: Sequence[str]) -> None:
        super().__init__(", ".join(fields))
        self.fields = list(fields)


def number(request: Request, name: str, default: int | None = None) -> Fraction:
    value = request.get(name, default)
    if not isinstance(value, str | int) or isinstance(value, bool):
        raise TypeError(f"{name}: {value!r} is no exact number")
    return Fraction(value)


def flag(request: Request, name: str, default: bool = False) -> bool:
    value = request.get(name, default)
    if not isinstance(value, bool):
        raise TypeError(f"{name}: {value!r} is no yes or no")
    return value


def text(request: Request, name: str, default: str | None = None) -> str:
    value = request.get(name, default)
    if not isinstance(value, str):
        raise TypeError(f"{name}: {value!r} is no text")
    return value


def day_of(request: Request) -> date:
    return date.fromisoformat(text(request, "date"))


def costs(request: Request) -> tuple[Fraction, Fraction]:
    """Return the whole cost given, and the part of it within policy scope."""
    if "total_cost" in request:
        total = number(request, "total_cost")
        return total, total - number(request, "excluded_cost", 0) - number(request, "first_pay_cost", 0)
    eligible = number(request, "eligible_cost")
    return eligible, eligible


def percent(points: int) -> Fraction:
    return Fraction(points, 100)


def round_to_fen(value: Fraction) -> Decimal:
    """Round half-up to two decimals; `value` is not negative."""
    return Decimal(floor(value * 100 + Fraction(1, 2))).scaleb(-2)


def one_layer(whole: Fraction, name: str, paid: Fraction, cautions: Iterable[str] = ()) -> Answer:
    amount = round_to_fen(paid)
    return Answer("ok", (amount,), (round_to_fen(whole) - amount,), {name: amount}, frozenset(cautions))


def without_cost(value: Fraction, unit: str, cautions: Iterable[str] = ()) -> Answer:
    return Answer("ok", (round_to_fen(value),), cautions=frozenset(cautions), unit=unit)


def province_cautions(city: str) -> set[str]:
    """What goes with a figure of 湘政办发〔2022〕66号."""
    if city == "hengyang":
        return {"effective_date_inferred"}
    return {"effective_date_inferred", "city_rule_not_held"}


def city_rules_hold(request: Request) -> bool:
    """Tell whether 衡医保发〔2020〕24号 has a say: in Hengyang alone, from its first day on."""
    return text(request, "city") == "hengyang" and day_of(request) >= CITY_RULES_BEGIN


def city_cautions(day: date, *, probably_changed: bool = False) -> set[str]:
    """What goes with a figure of 衡医保发〔2020〕24号."""
    return {"may_be_outdated"} if probably_changed or day >= PROVINCE_RULES_BEGIN else set()
