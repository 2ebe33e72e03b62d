"""The day a text speaks of: a discharge or a visit, resolved against the day it is asked."""

import calendar
import re
from datetime import date, timedelta

_HAN_DIGITS = {c: str(i) for i, c in enumerate("零一二三四五六七八九")} | {"〇": "0"}

_YEAR = (
    r"(?:(?P<year>(?:19|20)\d\d)|(?P<han>[二][零〇][零〇一二三四五六七八九]{2})|"
    r"(?P<short>(?<![\d.])[0-4]\d(?=年))|(?P<spoken>今|去|前|明))"
)
_MONTH = r"(?P<month>\d{1,2}|十[一二]?|[一二三四五六七八九])"
_DAY = r"(?P<day>\d{1,2}|[二三]?十[一二三四五六七八九]?|[一二三四五六七八九])"

_FULL = re.compile(rf"{_YEAR}(?:年 ?|[-./])(?:的)?{_MONTH}(?:月 ?|[-./]){_DAY}(?!\d)(?:日|号)?")
_MONTH_ONLY = re.compile(rf"{_YEAR}(?:年 ?的?{_MONTH}月|[-./](?P<numeric>0\d|1[0-2])(?![\d./-]))")
_YEAR_ONLY = re.compile(rf"(?:{_YEAR}年|(?P<bare>20[0-4]\d)(?=[住出看花医职居门]))")
_NO_YEAR = re.compile(rf"(?<![\d.年零〇一二三四五六七八九十个\-/]){_MONTH}月(?:份|{_DAY}[日号])")
_RELATIVE = re.compile(r"今天|今日|今早|昨天|昨日|大前天|前天|上个?月|这个?月|本月|上周|下个?月")

_DATES = (_FULL, _MONTH_ONLY, _NO_YEAR, _RELATIVE, _YEAR_ONLY)

# A year that isn't the day of care: birth, first enrolment, a deadline, years of payment.
_OTHER_PURPOSE = re.compile(
    r"[\d月日号份底初]{0,6}(?:出生|生的|生人|参保|入职|参加工作|进厂|退休|建的|开始|以后|以前|"
    r"之前|前|起|截止|以来|的?(?:文件|政策文件)|工龄|发|"
    r"(?:全省|全市|单位|本市|当地)?的?(?:人均|平均|月均))"
)
# 出院 decides, wherever it stands: after its day (1月5日出院) or before it (出院日期:1月5日).
_DISCHARGE = re.compile(r"出(?:的|了)?院(?!手续|报销|结算|小结|证明|单)(?:日期|时间|日)?")
_LEADS_ON = re.compile(r"(?:是|在|为|:| )*")
_CLAUSE_START = re.compile(r"[,。;!?、]|(?:住|入|进)(?:的|了)?院(?:日期|时间)?")
_UNTIL = re.compile(r" ?(?:到|至|~|-|—|–) ?")
_STAY = re.compile(r"住|院")
_DAY_ALONE = re.compile(r"(?<![\d月])(?P<day>\d{1,2})[日号]")
_REACH = 24
_CLAUSES = re.compile(r"[,。;!?]")
_CARE = re.compile(r"住院|入院|住了|看病|门诊|手术|开刀|就诊|花了|抢救")
_FOLLOW_UP_LENGTH = 16
# What asks for the same again in another year: 那去年呢, 要是2022年呢.
_FOLLOW_UP = re.compile(
    r"\A(?P<lead>(?:(?:那么?|要是|如果|假如|换成|换到|改成|按|在|放在|放到| )+(?=[\d今去前明二]))?)"
    rf"{_YEAR}(?:年|(?<=\d\d\d\d))(?:的|时|时候|的话|来算|算|住院|住){{0,3}}(?P<tail>呢?)\W*"
)

_LENGTH_BEFORE = re.compile(
    r"(?:交|缴|费|满|够|差|有|男|女|共|干|达|少|每|几|近|至|了|工龄|限|连续|医保|参保|报销|"
    r"退休|省内|本省|湖南) ?\Z"
)
# Without any of these beside it, 22年 is a length of time; beside a working life they must share its clause.
_OF_CARE = re.compile(r"[住院看花治]|门诊|手术|开刀|就诊|抢救|生(?:孩|小|崽|娃|毛)")
_OF_CAREER = re.compile(r"[交缴]|退休|参保|工龄|年限|省内|本省")
_AFTER_SHORT_YEAR = re.compile(r"[住出看花生做去在的我上下前后初底冬夏]|\Z|[ ,]")
_ALONE = 6


def _number(said: str) -> int:
    if said.isdigit():
        return int(said)
    tens, _, ones = said.rpartition("十")
    digit = {c: i for i, c in enumerate("零一二三四五六七八九")}
    if "十" in said:
        return digit.get(tens, 1) * 10 + digit.get(ones, 0)
    return digit[said]


def _year(match: re.Match[str], today: date) -> int:
    groups = match.groupdict()
    if groups.get("year") or groups.get("bare"):
        return int(groups.get("year") or groups["bare"] or 0)
    if groups.get("han"):
        return int("".join(_HAN_DIGITS[c] for c in groups["han"] or ""))
    if groups.get("short"):
        return 2000 + int(groups["short"] or 0)
    return today.year + {"今": 0, "去": -1, "前": -2, "明": 1}[groups["spoken"] or "今"]


def same_day_of(year: int, today: date) -> date | None:
    """Return the day of `year` that `today` is in its own, 28 February for a 29th that isn't there."""
    return _day(year, today.month, today.day) or _day(year, today.month, 28)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _end_of_month(year: int, month: int, today: date) -> date | None:
    if not (1 <= month <= 12 and 1 <= year <= 9999):
        return None
    if (year, month) == (today.year, today.month):
        return today
    return date(year, month, calendar.monthrange(year, month)[1])


def _is_length(text: str, match: re.Match[str]) -> bool:
    """Tell whether 23年 is a length of time ('交了23年') rather than the year 2023."""
    groups = match.groupdict()
    if not groups.get("short"):
        return False
    if _LENGTH_BEFORE.search(text, 0, match.start()):
        return True
    if groups.get("month"):
        return False
    if _OF_CAREER.search(text):
        clauses = (each for each in _CLAUSES.finditer(text, 0, match.start()))
        start = max((each.end() for each in clauses), default=0)
        following = _CLAUSES.search(text, match.end())
        text = text[start : following.start() if following else len(text)]
    return not _OF_CARE.search(text)


def _usable(text: str, match: re.Match[str]) -> bool:
    return not _OTHER_PURPOSE.match(text, match.end()) and not _is_length(text, match)


def find_date(text: str, today: date) -> date | None:
    """Return the day `text` names, None when it names none or one that doesn't exist.

    A whole date is taken as it is; a month as its last day, a year as 31 December, and neither later than
    `today` when it is the present one; a mere 去年呢 means this day of that year. A day of discharge wins
    over the rest, and one beside the care over others; else the most exact of several, and of equals the
    first.
    """
    text = text[:400]
    follow_up = _FOLLOW_UP.fullmatch(text) if len(text) <= _FOLLOW_UP_LENGTH else None
    if follow_up is not None and (follow_up["lead"] or follow_up["tail"]) and not _is_length(text, follow_up):
        return same_day_of(_year(follow_up, today), today)
    for match in _DISCHARGE.finditer(text):
        if found := _discharged(text, match, today):
            return found
    parts = _CLAUSES.split(text)
    if len(parts) > 1:
        # 去年十月接我过去,上个月住院: the day of care stands with the care.
        of_care = ",".join(part for part in parts if _CARE.search(part))
        if found := _named(of_care, today):
            return found
    return _named(text, today)


def _discharged(text: str, match: re.Match[str], today: date) -> date | None:
    """Return the day beside one 出院: before it in its clause, or right after it."""
    start = max(0, match.start() - _REACH)
    start = max([start, *(edge.end() for edge in _CLAUSE_START.finditer(text, start, match.start()))])
    admitted = _named(text[:start], today) if start else None
    after = _LEADS_ON.match(text, match.end())
    begin = after.end() if after else match.end()
    following = text[begin : begin + _REACH]
    if end := _CLAUSE_START.search(following):
        following = following[: end.start()]
    stretches = [text[start : match.start()]]
    if any(pattern.match(following) for pattern in _DATES):
        stretches.append(following)
    for stretch in stretches:
        if found := _named(stretch, today, admitted, exact=True) or _day_alone(stretch, admitted):
            return found
    return None


def _named(text: str, today: date, admitted: date | None = None, *, exact: bool = False) -> date | None:
    """Return the most exact day in `text`; a day without a year is the first from `admitted` on.

    `exact`: the text is that of a discharge, where even a bare 今年 says something.
    """
    for match in _FULL.finditer(text):
        if _usable(text, match):
            day = _day(_year(match, today), _number(match["month"]), _number(match["day"]))
            return _until(text, match, today, day) or day
    for match in _MONTH_ONLY.finditer(text):
        if _usable(text, match):
            return _end_of_month(_year(match, today), _number(match["month"] or match["numeric"]), today)
    for match in _NO_YEAR.finditer(text):
        if _usable(text, match):
            month = _number(match["month"])
            if admitted is not None:
                return _first_from(admitted, month, match["day"], today)
            day = _latest(month, match["day"], today)
            return _until(text, match, today, day) or day
    if relative := _RELATIVE.search(text):
        return _relative(relative[0], today)
    return _from_year(text, today, exact=exact)


def _until(text: str, match: re.Match[str], today: date, first: date | None) -> date | None:
    """Return the second day of 6月1日到6月10日住院: a stay's last day is that of discharge."""
    joint = _UNTIL.match(text, match.end())
    if joint is None or first is None or not _STAY.search(text):
        return None
    stretch = text[joint.end() : joint.end() + _REACH]
    if any(pattern.match(stretch) for pattern in (_FULL, _NO_YEAR)):
        last = _named(stretch, today, first)
        return last if last and last >= first else None
    alone = _DAY_ALONE.match(stretch)
    return _day_alone(alone[0], first) if alone else None


def _first_from(admitted: date, month: int, day: str | None, today: date) -> date | None:
    """Return the first such day or month that isn't before the admission."""
    year = admitted.year if month >= admitted.month else admitted.year + 1
    if year > today.year:
        return _latest(month, day, today)
    if day is None:
        return _end_of_month(year, month, today)
    found = _day(year, month, _number(day))
    return _day(year + 1, month, _number(day)) if found and found < admitted else found


def _day_alone(text: str, admitted: date | None) -> date | None:
    """Return 10日 as a day of the admission's month, or of the next where that is past."""
    match = _DAY_ALONE.search(text)
    if match is None or admitted is None:
        return None
    day = int(match["day"])
    if day >= admitted.day:
        return _day(admitted.year, admitted.month, day)
    year, month = divmod(admitted.year * 12 + admitted.month, 12)
    return _day(year, month + 1, day)


def _from_year(text: str, today: date, *, exact: bool) -> date | None:
    for match in _YEAR_ONLY.finditer(text):
        # 今年 beside a case says nothing of the day; alone ('那今年呢') it does.
        if not _usable(text, match) or (match["spoken"] == "今" and len(text) > _ALONE and not exact):
            continue
        if match["short"] and not _AFTER_SHORT_YEAR.match(text, match.end()):
            continue
        year = _year(match, today)
        return today if year == today.year else _day(year, 12, 31)
    return None


def _latest(month: int, day: str | None, today: date) -> date | None:
    """Return the last such day or month that isn't in the future."""
    year = today.year
    if day is None:
        return _end_of_month(year if month <= today.month else year - 1, month, today)
    found = _day(year, month, _number(day))
    return _day(year - 1, month, _number(day)) if found and found > today else found


def _relative(said: str, today: date) -> date | None:
    days = {"今": 0, "昨": 1, "前": 2, "大": 3}.get(said[0])
    if days is not None:
        return today - timedelta(days=days) if today.toordinal() > days else None
    if said == "上周":
        return today - timedelta(days=7) if today.toordinal() > 7 else None
    months = {"上": -1, "下": 1}.get(said[0], 0)
    year, month = divmod(today.year * 12 + today.month - 1 + months, 12)
    return _end_of_month(year, month + 1, today)
