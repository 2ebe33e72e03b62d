"""Which field each amount in a text belongs to."""

import re
from dataclasses import dataclass
from itertools import pairwise

from bot.language.amounts import Amount, Money
from bot.language.numerals import read_number
from bot.language.roles import AFTER, BEFORE, ROLES

_PAID_ALREADY = re.compile(
    r"(?:已经?|今年|之前|前面|上次|先前|过|付|交|出|扣|收)(?:了|过|掉|付|交|出|扣|收)(?:了|过)?\Z"
)
_CLAUSE = re.compile(r"[,。.!?;、]")
_LEADS_ON = re.compile(r"(?:是|为|有|了|:| )*")  # from a label to the amount after it
_TELLS_COST = re.compile(
    r"职工|居民|农合|退休|在职|[一二三123][级甲]|住院|住了|门诊|看病|花|费|报|治|开刀|手术|化疗|透析|药|"
    r"医院|出院|算|"
    r"第[一二三四五六1-6][次回]|[这上前][次回]"
)

_EMERGENCY_FEE = re.compile(r"(?:急诊|抢救)(?:抢救|科)?的?费")


# Which of several stays a cost belongs to: the last is the one asked about.
_STAY = re.compile(
    r"第(?P<nth>[一二两三四五六1-6])[次回]|(?P<old>上[次回]|前一?[次回]|之前|年初|头一?[次回]|"
    r"先(?=[在去到住]))|"
    r"(?P<now>[这本]一?[次回]|最后一?[次回]|现在)|"
    r"(?P<new>另?一[次回]|又|后来|后(?=[转到又在去住])|转(?:院|诊)?[到去往入进](?!ICU|icu|重症|病房|"
    r"[^,。]{0,3}科))|"
    r"(?<!\d)(?P<year>20\d\d)(?=年|[-./]\d)|(?P<spoken>[今去前])年|(?<![\d.])(?P<month>1[0-2]|[1-9])月"
)
_NTH = {**{c: i for i, c in enumerate("零一二三四五六")}, "两": 2, **{str(i): i for i in range(7)}}
_LATEST = 10
# An amount that is taken back: by a 'not' before it, or by what leads on to the next.
_DENIED = re.compile(r"(?:不是|并非|没有?)(?:花|用|付)?(?:了|到)?\Z")
_CORRECTED = re.compile(
    r"(?:块钱?|元)?[,。!;? ]{0,3}(?:[哦噢喔啊呀呃额嗯诶哎欸唉][,。! ]{0,2}){0,3}我?"
    r"(?:不对|说错了?|错了|搞错了?|记错了?|弄错了?|(?<=哦)不|不不|不是)"
    r"[,。! ]{0,3}(?:了)?(?:应该|其实)?(?:是|花了)?(?:大概|大约)?"
)
_NOTHING_EXCLUDED = re.compile(
    r"(?<!有)(?:没有?|冇|无)(?:得|什么|任何|啥)?自费(?:药|项目|部分|"
    r"的)?(?![\d一二两三四五六七八九十几百千万吗么没])"
)
_WHOLE = frozenset({"cost", "total_cost", "eligible_cost"})
_LEVEL = re.compile(r"(?P<level2>[二2][级甲])|(?P<level3>[三3][级甲])")


def _role(text: str, start: int, amount: Amount, stop: int, *, mine: bool) -> str | None:
    """Return the field of an amount: what stands after it in its clause, else the last thing before it.

    `mine`: a word between two amounts (自费 in 2万自费3000) belongs to the first of them.
    """
    before = text[max(start, amount.start - 40) : amount.start]
    last: tuple[int, str] | None = None
    for match in BEFORE.finditer(before):
        last = match.end(), ROLES[int((match.lastgroup or "r0")[1:])][0]
    after = AFTER.match(text, amount.end, stop)
    if after and stop < len(text) and not mine and _LEADS_ON.fullmatch(text, after.end(), stop):
        after = None
    near = last is not None and not _CLAUSE.search(before, last[0])
    if after and after["deductible"]:
        return "prior_deductible" if _PAID_ALREADY.search(before) else ""
    if after and not (near and last and last[1] not in {"cost", "total_cost"}):
        group = after.lastgroup or "none"
        return "" if group == "none" else ROLES[int(group[1:])][0]
    if last is not None and (near or last[1] in {"cost", "total_cost"}):
        return last[1]
    return None


_Stay = tuple[int, int, int]  # year, month, order: it grows with time


def _when(
    text: str, start: int, end: int, position: int, before: _Stay | None, this_year: int
) -> _Stay | None:
    """Return which stay is spoken of between two amounts; what isn't said is as `before`."""
    spoken = list(_STAY.finditer(text, start, end))
    if not spoken:
        return None
    year, month, order = (before[0], before[1], _LATEST) if before else (this_year, 0, _LATEST)
    for match in spoken:
        if match["year"] or match["spoken"]:
            said = match["year"] or this_year - "今去前".index(match["spoken"])
            year, month = int(said), month if int(said) == year else 0
        elif match["month"]:
            month = int(match["month"])
        elif match["nth"]:
            order = _NTH[match["nth"]]
        elif match["old"]:
            order = 0
        else:
            order = _LATEST + position
            if match["now"]:
                year, month = this_year, 13
    return year, month, order


@dataclass(frozen=True, slots=True)
class _Cost:
    stay: _Stay
    field: str
    money: Money
    said: bool  # by a word or a unit, as no bare figure is
    start: int  # of what is told of it
    end: int


def find_costs(
    text: str, amounts: list[Amount], this_year: int, *, outpatient: bool = False
) -> tuple[dict[str, Money], tuple[int, ...], str]:
    """Return money fields -> fen, or (low, high) fen, other whole costs, and the text without their stays.

    A bare cost is the eligible cost, unless a part outside the catalogues or a first-pay part is said with
    it: then it is the whole. Where the whole and the eligible part are both said, their difference is what
    lies outside, because only one of the two kinds may enter a calculation. Of several stays the last one's
    cost is taken; the others are the second value (in fen, of a vague one its lower end). `outpatient`:
    deductibles paid before are told apart by the hospital's level.
    """
    said: dict[str, Money] = {}
    costs: list[_Cost] = []
    usable = _standing(text, [amount for amount in amounts if amount.problem is None])
    labelled_last = bool(usable) and bool(AFTER.match(text, usable[-1].end))
    position = 0
    for index, amount in enumerate(usable):
        stop = usable[index + 1].start if index + 1 < len(usable) else len(text)
        role = _role(text, position, amount, stop, mine=labelled_last)
        before = costs[-1].stay if costs else None
        several = len(usable) > 1  # of one there is nothing to tell apart
        stay = _when(text, position, amount.start, index, before, this_year) if several else None
        told, position = text[position : amount.start], amount.end
        labelled = amount.marked or role is not None
        if role is None:
            first = not any(each.said for each in costs) and bool(_TELLS_COST.search(text))
            first = first and (not costs or amount.marked)
            role = "cost" if first or (costs and stay is not None) else ""
        if role in _WHOLE:
            if stay is None:
                stay = (*(before[:2] if before else (this_year, 0)), _LATEST)
            ended = costs[-1].end if costs else 0
            start, end = _stretch(text, ended, amount, stop) if several else (0, 0)
            costs.append(_Cost(stay, role, amount.money, labelled, start, end))
        elif role == "prior_deductible" and outpatient:
            said.setdefault(_of_level(text, told, amount.end), amount.money)
        elif role:
            said.setdefault(role, amount.money)
    if any(each.said for each in costs):
        costs = [each for each in costs if each.said]
    also, rest = _take(text, costs, said)
    if "自费" in text and _NOTHING_EXCLUDED.search(text):
        said.setdefault("excluded_cost", 0)
    return _settle(text, said), also, rest


def _standing(text: str, amounts: list[Amount]) -> list[Amount]:
    """Return the amounts without those that the text takes back: 不是2万是3万; 2万，不对，3万."""
    taken_back = {
        amount
        for amount, then in pairwise(amounts)
        if _DENIED.search(text[max(0, amount.start - 6) : amount.start])
        or _CORRECTED.fullmatch(text, amount.end, then.start)
    }
    return [amount for amount in amounts if amount not in taken_back]


def _of_level(text: str, told: str, end: int) -> str:
    """Return prior_deductible with the level of hospital it was paid at, as far as the text says it."""
    levels = list(_LEVEL.finditer(told)) or list(_LEVEL.finditer(text))
    return f"prior_deductible_{levels[-1].lastgroup}" if levels else "prior_deductible"


def _stretch(text: str, start: int, amount: Amount, stop: int) -> tuple[int, int]:
    """Return where the clauses begin and end that tell of one cost, after the one that ends at `start`."""
    if start and (clause := _CLAUSE.search(text, start, amount.start)):
        start = clause.end()
    following = _CLAUSE.search(text, amount.end, stop)
    return start, following.start() if following else amount.end


def _take(text: str, costs: list[_Cost], said: dict[str, Money]) -> tuple[tuple[int, ...], str]:
    """Put the last stay's costs into `said`, the first of each kind; return the others.

    The second value is the text without what it tells of other stays.
    """
    several = len({each.stay for each in costs}) > 1
    last = max((each.stay for each in costs), default=None)
    also: list[int] = []
    for each in reversed(costs):
        if several and each.stay != last:
            text = text[: each.start] + text[each.end :]
    for each in costs:
        if each.field not in said and not (several and each.stay != last):
            said[each.field] = each.money
        elif said.get(each.field) != each.money:
            also.append(_least(each.money))
    if "cost" in said and "total_cost" in said:
        cost = said.pop("cost")
        if cost != said["total_cost"]:
            also.append(_least(cost))
    return tuple(also), text


def _least(money: Money) -> int:
    return money if isinstance(money, int) else money[0]


_N = "[一二两三四五六七八九]"
_EXCLUDED_SHARE = re.compile(
    rf"(?:(?P<before>{_N}|\d{{1,2}}(?:\.\d)?) ?(?P<unit>%|成)|百分之(?P<of_hundred>\d{{1,2}}|{_N}?十{_N}?))"
    r"(?:左右)?(?:都|全)?(?:是|算|属于)?(?:全?自费(?!的?比例)|目录外|医保外|丙类)"
    r"|(?:自费|目录外|医保外)(?:的|部分|药|项目)?(?:大概|大约|差不多)?(?:占|有|是)了?"
    rf"(?P<after>{_N}|\d{{1,2}}(?:\.\d)?) ?(?P<unit_after>%|成)"
)


def _excluded(text: str, whole: Money) -> int | None:
    """Return in fen the share of the whole said to lie outside; None without one, or not to the fen."""
    match = _EXCLUDED_SHARE.search(text)
    if match is None or not isinstance(whole, int):
        return None
    said = match["before"] or match["after"] or match["of_hundred"]
    unit = match["unit"] or match["unit_after"]
    low, high = read_number(said)
    share = low / (10 if unit == "成" else 100)
    part = share * whole
    return int(part) if low == high and share < 1 and part == int(part) else None


def _settle(text: str, said: dict[str, Money]) -> dict[str, Money]:
    cost = said.pop("cost", None)
    if ("%" in text or "成" in text or "百分之" in text) and "excluded_cost" not in said:
        whole = said.get("total_cost", cost)
        if whole is not None and (part := _excluded(text, whole)) is not None:
            said["excluded_cost"] = part
    if "emergency_cost" in said and cost is None and "住" not in text and not _EMERGENCY_FEE.search(text):
        cost = said.pop("emergency_cost")
    parts = "excluded_cost" in said or "first_pay_cost" in said
    if cost is not None and "total_cost" not in said and "eligible_cost" not in said:
        said["total_cost" if parts else "eligible_cost"] = cost
    elif cost is not None and "total_cost" not in said and "eligible_cost" in said:
        said["total_cost"] = cost
    whole, eligible = said.get("total_cost"), said.get("eligible_cost")
    if whole is not None and eligible is not None:
        del said["eligible_cost"]
        if isinstance(whole, int) and isinstance(eligible, int) and eligible <= whole:
            said.pop("first_pay_cost", None)
            said["excluded_cost"] = whole - eligible
        elif not parts:
            said["eligible_cost"] = eligible
            del said["total_cost"]
    return said
