"""How many hours emergency care lasted before the stay: 80小时, 隔了三天, 一天半."""

import re
from decimal import Decimal

from bot.language.numerals import NotANumberError, TooManyDigitsError, read_number

_NUMBER = r"(?P<n>\d{1,4}(?:\.\d{1,2})?|[一二两三四五六七八九十百零]{1,6}|半)"
_HOURS = rf"(?<![\d.\-超过多第]){_NUMBER} ?个?(?P<half>半)? ?(?:小时|钟头|个钟)(?P<rest>半)?"
_DAYS = rf"(?<![\d.第]){_NUMBER} ?(?:天|昼夜|日夜)(?P<rest>半)?(?:[一二两三四五六七八九]夜)?"
_EMERGENCY = re.compile(r"急诊|抢救|急救|留观")

_IN_HOURS = re.compile(_HOURS)
# A stay's length in days is told much like that of the emergency; only beside these words is it the latter.
_IN_DAYS = (
    re.compile(
        r"(?:隔|过|等|抢救|急救|留观|观察|急诊(?:室|科)?(?:里|那里)?(?:待|呆|躺|治疗)?|急诊[室科]里?住)(?:了|过)?"
        + _DAYS
    ),
    re.compile(rf"(?<!住院)(?<!住了){_DAYS}(?:以?后|之后|才)(?:才|再|又)?(?:转|住|收|入)"),
)
_BEFORE = r"(?:不对|不是|改成|应该是|那|[,。 ]|大概|大约|差不多|约|是|有|一共|总共|隔了?|过了?|等了?|就){0,5}"
_AFTER = r"(?:吧|左右|了|的样子|以?后|啊|呢|[。,. !]){0,4}"
_ONLY_HOURS, _ONLY_DAYS = re.compile(_BEFORE + _HOURS + _AFTER), re.compile(_BEFORE + _DAYS + _AFTER)


def _value(match: re.Match[str], hours_a_unit: int) -> int | Decimal | None:
    try:
        low, high = (Decimal("0.5"),) * 2 if match["n"] == "半" else read_number(match["n"])
    except (NotANumberError, TooManyDigitsError):
        return None
    if low != high:
        return None
    half = match["rest"] or match.groupdict().get("half")
    value = (low + (Decimal("0.5") if half else 0)) * hours_a_unit
    return int(value) if value == int(value) else value


def find_hours(text: str) -> int | Decimal | None:
    """Return the hours of emergency care, where `text` speaks of an emergency or tells only a length.

    超过72小时 names a bound and no length; it gives None.
    """
    if match := _ONLY_HOURS.fullmatch(text):
        return _value(match, 1)
    if match := _ONLY_DAYS.fullmatch(text):
        return _value(match, 24)
    if not _EMERGENCY.search(text):
        return None
    if match := _IN_HOURS.search(text):
        return _value(match, 1)
    match = next((found for pattern in _IN_DAYS if (found := pattern.search(text))), None)
    return _value(match, 24) if match else None
