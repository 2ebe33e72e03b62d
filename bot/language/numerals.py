"""Numbers as they are said, in figures, in characters, or both: 2万3, 三千五, 十几万, 20多万, 两点五万.

A number is a range: its two ends are equal unless 多, 几 or two digits in a row (两三万) leave it open.
"""

import re
from dataclasses import dataclass
from decimal import Decimal

DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | dict(
    zip("〇两俩壹贰叁肆伍陆柒捌玖", (0, 2, 2, 1, 2, 3, 4, 5, 6, 7, 8, 9), strict=True)
)
SMALL_UNITS = {"十": 10, "百": 100, "千": 1000, "拾": 10, "佰": 100, "仟": 1000, "k": 1000, "K": 1000}
LARGE_UNITS = {"万": 10_000, "w": 10_000, "W": 10_000, "亿": 100_000_000}
UNITS = SMALL_UNITS | LARGE_UNITS

HAN_DIGITS = "".join(DIGITS)
UNIT_CHARACTERS = "".join(UNITS)
ARABIC = r"\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?"
_MORE = f"{HAN_DIGITS}{UNIT_CHARACTERS}点几多来余半把"
# A digit right before 级 or 甲 belongs to the hospital (花了500三级医院), and 一 to what it counts (2万一次).
_NO_PART = r"(?![一二三][级甲]|一(?:个|次|天|年|回|月|共|起|直|样|般|定))"
BODY = rf"(?:{ARABIC}|[{HAN_DIGITS}几十上拾百千万])(?: ?(?:{ARABIC}|{_NO_PART}[{_MORE}]))*"
"""Pattern of a run of characters that may be a number."""

_TOKEN = re.compile(rf"{ARABIC}|[^ ]")
_MOST_TOKENS = 40
_MOST_DIGITS = 15  # more than any sum of money, far less than what makes `int` or `Decimal` slow or fail

# 几 is two to nine and something: up to, but without, the next whole one.
_LEAST_SOME, _MOST_SOME = Decimal(2), Decimal(10)
_BELOW = Decimal("0.01")  # a fen
_POINT, _ABOUT = {"点"}, {"把"}
_APPROXIMATE = {("三", "五")}  # not neighbours, and still 'three to five'

Range = tuple[Decimal, Decimal]


class NotANumberError(Exception):
    """The run says no number."""


class TooManyDigitsError(Exception):
    """The number is larger than any sum of money."""


def _figures(part: str) -> Decimal:
    whole, _, fraction = part.replace(",", "").partition(".")
    if len(whole.lstrip("0")) > _MOST_DIGITS:
        raise TooManyDigitsError
    return Decimal(f"{whole}.{fraction[:30]}" if fraction else whole)


def _place(value: Decimal) -> Decimal:
    """Return the place of the last digit that isn't 0: 23,000 -> 1,000; 2.3 -> 0.1."""
    exponent = value.normalize().as_tuple().exponent
    return Decimal(1).scaleb(exponent) if value and isinstance(exponent, int) else Decimal(1)


@dataclass(slots=True)
class _Number:
    """A number being read part by part."""

    parts: list[str]
    position: int = 0
    total: Decimal = Decimal(0)  # whole 万 and 亿
    section: Decimal = Decimal(0)  # what stands below the next 万
    open: Range | None = None  # the digits that wait for their unit
    unit: Decimal = Decimal(0)  # the place that a digit or 多 after it refers to
    zero: bool = False  # 零 was said: the next digit is itself, not a tenth of the unit
    spread: Decimal = Decimal(0)  # how far the upper end lies above the lower
    below: bool = False  # the upper end itself isn't reached

    def following(self) -> str:
        return self.parts[self.position + 1] if self.position + 1 < len(self.parts) else ""

    def read(self) -> Range:
        while self.position < len(self.parts):
            part = self.parts[self.position]
            if part in DIGITS:
                self._digit(part)
            elif part[0].isdigit():
                self._arabic(part)
            elif part in SMALL_UNITS:
                self._small(part)
            elif part in LARGE_UNITS:
                self._large(part)
            else:
                self._vague(part)
            self.position += 1
        return self._value()

    def _digit(self, part: str) -> None:
        digit = Decimal(DIGITS[part])
        if not digit and self.unit:
            self.zero = True
        elif self.following() in _POINT:
            self._decimals(part)
        elif self.open is None:
            self.open = (digit, digit)
        else:
            first = self.open[0]
            if (
                not (first and digit - first == 1)
                and (self.parts[self.position - 1], part) not in _APPROXIMATE
            ):
                raise NotANumberError
            self.open = (first, digit)

    def _decimals(self, whole: str) -> None:
        self.position += 1
        decimals = ""
        while (part := self.following()) and (part in DIGITS or part.isdigit()):
            decimals += str(DIGITS.get(part, part))
            self.position += 1
        if not decimals or len(decimals) > _MOST_DIGITS:
            raise NotANumberError
        number = Decimal(f"{DIGITS[whole]}.{decimals}")
        self.open = (number, number)

    def _arabic(self, part: str) -> None:
        number = _figures(part)
        if self.open is not None or (self.unit >= 100 and number >= self.unit):
            raise NotANumberError
        self.open = (number, number)

    def _small(self, part: str) -> None:
        if self.open is None and part not in "十拾" and self.following() not in _ABOUT:
            raise NotANumberError
        unit = SMALL_UNITS[part]
        low, high = self.open or (Decimal(1), Decimal(1))
        self.section += low * unit
        if self.open and not self.unit:
            self.spread *= unit
        self.spread = max(self.spread, (high - low) * unit)
        self.open, self.unit, self.zero = None, Decimal(unit), False

    def _large(self, part: str) -> None:
        unit = LARGE_UNITS[part]
        if self.following() in _ABOUT and not (self.open or self.section):
            self.open = (Decimal(1), Decimal(1))
        if not (self.open or self.section or self.total):
            raise NotANumberError
        low, high = self.open or (Decimal(0), Decimal(0))
        base = self.section + low
        if unit > 10_000 and self.total:
            base, self.total = self.total + base, Decimal(0)
        self.spread = (self.spread + (high - low)) * unit
        self.total += base * unit
        # 2.3万多 is less than 2.4万, so 多 adds to the place of its last digit.
        place = min(_place(low), Decimal(1)) if low else Decimal(1)
        self.section, self.open, self.unit, self.zero = Decimal(0), None, unit * place, False

    def _vague(self, part: str) -> None:
        if part in "几" and self.open is None:
            self._some()
        elif part in "多余来":
            self._and_more()
        elif part in "半" and self.unit:
            if self.unit >= 10_000:
                self.total += self.unit / 2
            else:
                self.section += self.unit / 2
        elif part in "把" and self.unit:
            # 百把块 is about a hundred: from a fifth less to a half more.
            base = self.total + self.section or self.unit
            self.total, self.section, self.spread = base * Decimal("0.8"), Decimal(0), base * Decimal("0.7")
        else:
            raise NotANumberError

    def _some(self) -> None:
        self.below = True
        if self.unit == 10 and self.following() not in SMALL_UNITS:
            # 十几万 is eleven to nineteen and something.
            self.section += 1
            self.spread = _MOST_SOME - 1
        else:
            self.open = (_LEAST_SOME, _MOST_SOME)

    def _and_more(self) -> None:
        step = self.unit
        if self.open is not None:
            step = _place(self.open[0])
            if self.following() in LARGE_UNITS:
                step = max(step, Decimal(1))
            if self.unit >= 100 and not self.zero and self.open[0] < 10:
                step *= self.unit / 10
        if not step:
            raise NotANumberError
        self.spread += step
        self.below = True

    def _value(self) -> Range:
        low, spread = self.total + self.section, self.spread
        if self.open is not None:
            # 2万3 is 23,000 and 三千五 3,500, but 两万零三 is 20,003 and 2万3500 is 23,500.
            first, last = self.open
            scale = self.unit / 10 if self.unit >= 100 and last < 10 and not self.zero else Decimal(1)
            low, spread = low + first * scale, spread + (last - first) * scale
        return low, max(low, low + spread - (_BELOW if self.below else 0))


def read_number(body: str) -> Range:
    """Return the ends of the number that a run matching `BODY` says.

    Raises NotANumberError, or TooManyDigitsError for a number of more than fifteen digits.
    """
    parts = _TOKEN.findall(body)
    if len(parts) > _MOST_TOKENS:
        raise TooManyDigitsError
    if len(parts) > 2 and all(part in DIGITS for part in parts):
        number = _figures("".join(str(DIGITS[part]) for part in parts))
        return number, number
    if parts[0] == "上":  # 上万: ten thousand or more, less than ten times that
        if len(parts) < 2 or parts[1] not in "百千万":
            raise NotANumberError
        least = Decimal(UNITS[parts[1]])
        return least, least * 10 - Decimal("0.01")
    return _Number(parts).read()
