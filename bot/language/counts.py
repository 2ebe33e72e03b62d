"""Counts of years, months and the like: 28年, 二十八年, 三个半月, 两年半."""

import re
from decimal import Decimal

from bot.language.numerals import NotANumberError, TooManyDigitsError, read_number

NUMBER = r"(?:\d{1,3}(?:\.\d)?|[一二两三四五六七八九十百零]{1,5})"
"""Pattern of a number that counts something; give it a name where it stands."""
YEARS = rf"(?<![\d.第])(?P<n>{NUMBER}) ?(?P<half>个半)?年(?P<rest>半)?(?!级|前|后|底|初|月|内|\d)"
MONTHS = rf"(?<![\d.第])(?P<n>{NUMBER}) ?个?(?P<half>半)?月(?P<rest>半)?"

_HEDGE = r"(?:大概|大约|差不多|应该|估计|就是|已经|一共|总共|是|有|交了?|缴了?|满|怀孕?了?|快|约|[,。 ]){0,4}"
_TAIL = r"(?:左右|的样子|吧|了|啊|呢|整|[,。!. ]){0,4}"
_ALONE = tuple(
    re.compile(_HEDGE + pattern + _TAIL)
    for pattern in (YEARS, MONTHS, rf"(?P<n>{NUMBER}) ?(?P<half>个半)?(?:个|次|周岁|岁|胎|位)?(?P<rest>半)?")
)


def read_count(match: re.Match[str]) -> int | Decimal | None:
    """Return the number of a match with `n`, and `half` or `rest` where a half was said; None if vague."""
    try:
        low, high = read_number(match["n"])
    except (NotANumberError, TooManyDigitsError):
        return None
    if low != high:
        return None
    value = low + (Decimal("0.5") if match["half"] or match["rest"] else 0)
    return int(value) if value == int(value) else value


def whole_count(text: str) -> int | Decimal | None:
    """Return the count that is all `text` says, whatever it counts: 大概28年吧, 三个半月."""
    if len(text) > 24:
        return None
    found = (pattern.fullmatch(text) for pattern in _ALONE)
    return next((read_count(match) for match in found if match is not None), None)
