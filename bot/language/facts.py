"""What a text says of the person and the case, as the contract's codes."""

import re
from dataclasses import dataclass
from datetime import date

from bot.language.amounts import Amount
from bot.language.benefits import MUTUAL, NOT_MUTUAL, find_benefit, of_person
from bot.language.births import find_birth
from bot.language.careers import find_career
from bot.language.costs import find_costs
from bot.language.dates import find_date
from bot.language.doubts import find_unknown
from bot.language.homes import find_city
from bot.language.hospitals import Care, find_care
from bot.language.hours import find_hours
from bot.language.payers import find_who
from bot.language.places import Places
from bot.language.registry import Registry
from bot.language.routes import find_distance, find_route
from bot.language.slots import SlotValue
from bot.language.stays import find_stays
from bot.policy import Library

_NOT = re.compile(r"(?:不是|没有|没|冇得|冇|莫|非|不算|并非|未|不)(?:个|啥|什么|交|买|参加|在|办)?\Z")

_CORRECTION = re.compile(r"(?<!对)不对(?!吗|吧|劲)|(?:说|搞|弄|讲|打|记)错|(?<![没有])错了|更正")

_OH_NO = re.compile(r"[哦噢喔]不[, ]?(?=在职|退休|职工|居民)")  # 退休哦不在职

_EMPLOYEE = re.compile(
    r"职工(?!生育|大病互助)|单位(?:给|帮)?(?:我|我们|他|她)?(?:买|交|上)?的?(?:那个|这个)?(?:医保|"
    r"保险)|厂里|公司(?:给)?(?:我|我们)?(?:交|买|上)的?(?:那个)?(?:医保|保险)|单位医保|灵活就业|"
    r"在单位上班|(?:\A|[,。;!?、 ]|是)单位的(?:呢|啊|呀|哦|咯)?(?=\W*\Z|[,。;!? ])"
)
_RESIDENT = re.compile(
    r"居民|新?农合|合作医疗|农村(?:那个|这个|里)?(?:的)?(?:那个|这个)?(?:居民)?(?:医保|保险|户口|"
    r"人|的)|农民|学生医保|农保|村里交的|大学生医保|少儿医保"
)
_WORKED = re.compile(r"(?<!不是)退休(?:的)?工人")  # who retires as a worker was insured by the work
_RETIRED = re.compile(
    r"(?<!到)(?<!快)(?<!等)(?<!才能)(?<!提前)(?<!年)(?:退休(?!年限|年龄|前|以前|之前|时|金|条件|"
    r"待遇|缴费|医保要|手续|还差|后|以后|之后|差(?!不多)|缺|还缺|还有[\d一二两三四五六七八九十几]+年)|退了休)"
)
_EMPLOYED = re.compile(r"在职|(?<!几点)(?<!时候)上班(?!时间|没|吗|不|几点)|在岗|在单位(?!买|交)")

# Where a retired person used to work, and who is out of work: neither is employed, nor thereby retired.
_NO_WORK = re.compile(
    r"(?:原来|以前|之前|原先|过去|年轻时?).{0,8}上班|(?:没有?|不|未|冇)(?:再|去|在|得){0,2}(?:上班|工作)"
)

_BILL = frozenset({"total_cost", "eligible_cost"})

_NOW = re.compile(r"今年|[这本][次回]|现在")

_NOT_DESIGNATED = re.compile(r"非定点|不是(?:医保)?定点|没有?定点|不在定点|不定点")
_HARDSHIP = re.compile(
    r"低保|特困(?!企业)|五保|返贫致贫|返贫|监测对象|建档立卡|(?:困难(?:群众|人员|户|家庭|对象)|"
    r"贫困户)(?=呢|住|花|报|的呢|[,。;!? ]|\Z)"
)
_HYPERTENSION, _DIABETES = (
    re.compile(r"高血压|血压高|血压药|降压药"),
    re.compile(r"糖尿病|血糖高|胰岛素|降糖药"),
)
_MALE, _FEMALE = (
    re.compile(r"男(?:的|性|士|职工|同志|工|干部)|(?:\A|[,。;、 ])男(?=[,。;、 \d]|\Z)|我是男"),
    re.compile(r"女(?:的|性|士|职工|同志|工|干部)|(?:\A|[,。;、 ])女(?=[,。;、 \d]|\Z)|我是女"),
)


def _affirmed(pattern: re.Pattern[str], text: str) -> tuple[bool, bool]:
    """Return whether the pattern is said, and whether it is said with a 'not' before it."""
    said = denied = False
    for match in pattern.finditer(text):
        if _NOT.search(text, max(0, match.start() - 5), match.start()):
            denied = True
        else:
            said = True
    return said, denied


def _either(text: str, first: tuple[str, re.Pattern[str]], second: tuple[str, re.Pattern[str]]) -> str | None:
    """Return which of two exclusive values is said; a denied one means the other; both said means neither."""
    first_said, first_denied = _affirmed(first[1], text)
    second_said, second_denied = _affirmed(second[1], text)
    if first_said != second_said:
        return first[0] if first_said else second[0]
    if first_said:
        return _corrected(text, first, second)
    if first_denied != second_denied:
        return second[0] if first_denied else first[0]
    return None


def _corrected(
    text: str, first: tuple[str, re.Pattern[str]], second: tuple[str, re.Pattern[str]]
) -> str | None:
    """Return the value that follows a correction where the other only stands before it."""
    correction = _CORRECTION.search(text)
    if correction is None:
        return None
    before, after = text[: correction.start()], text[correction.end() :]
    values = {
        (bool(pattern.search(before)), bool(pattern.search(after))): value
        for value, pattern in (first, second)
    }
    return values.get((False, True)) if (True, False) in values else None


def find_insurance(text: str) -> str | None:
    """Return the scheme that a text names, None where it names none or both."""
    text = _OH_NO.sub(",不对,", text)
    named = _either(text, ("employee", _EMPLOYEE), ("resident", _RESIDENT))
    if named is None and _WORKED.search(text) and not _RESIDENT.search(text):
        return "employee"
    return named


def _details(text: str, slots: dict[str, SlotValue]) -> None:
    """Add the small facts that only some benefits read."""
    for field, first, second in (
        ("disease", ("hypertension", _HYPERTENSION), ("diabetes", _DIABETES)),
        ("sex", ("male", _MALE), ("female", _FEMALE)),
    ):
        if value := _either(text, first, second):
            slots[field] = value
    slots.update(find_career(text))
    slots.update(find_birth(text))
    if _NOT_DESIGNATED.search(text):
        slots["designated"] = False
    hardship, not_hardship = _affirmed(_HARDSHIP, text)
    if hardship or not_hardship:
        slots["hardship"] = hardship
    if NOT_MUTUAL.search(text):
        slots["mutual_aid"] = False
    elif MUTUAL.search(text):
        slots["mutual_aid"] = True


def _settle(text: str, slots: dict[str, SlotValue]) -> None:
    """Settle the benefit by all that is told, and the cost by the benefit."""
    if (own := of_person(text, slots)) is not None:
        slots["benefit"] = own
    if (
        slots.get("benefit") == "inpatient"
        and slots.get("insurance") == "resident"
        and slots.get("event") == "birth"
    ):
        slots["benefit"] = "childbirth"
    if slots.get("benefit") == "childbirth" and "eligible_cost" in slots:
        slots["total_cost"] = slots.pop("eligible_cost")  # a birth is paid by its whole cost
    if slots.get("benefit") != "catastrophic" and not _BILL.isdisjoint(slots):
        slots.pop("own_cost", None)  # what of the bill the person paid is the result, no input
    if "prior_own" in slots and slots.get("benefit") == "catastrophic":
        slots.setdefault("own_cost", slots.pop("prior_own"))  # there the whole year's is the matter


@dataclass(frozen=True, slots=True)
class Facts:
    """Slots filled, slots said not to be known, whole costs in fen that fill none, and the place of care."""

    slots: dict[str, SlotValue]
    unknown: frozenset[str]
    also: tuple[int, ...]
    care: Care


NO_FACTS = Facts({}, frozenset(), (), Care())


class FactFinder:
    """Reads facts with the places and hospitals of a library; built once, then only read."""

    def __init__(self, library: Library) -> None:
        self.places = Places(library.cities)
        self._registry = Registry(library.hospitals.values(), self.places)

    def find(self, text: str, amounts: list[Amount], today: date, city: str | None = None) -> Facts:
        """Return what normalised `text` tells of the person and the case.

        `city` is the person's own city as far as it is known already. Money is in fen; nothing is guessed: a
        text that names both schemes fills neither.
        """
        text = text[:600]
        benefit = find_benefit(text)
        costs, also, rest = find_costs(text, amounts, today.year, outpatient=benefit == "outpatient")
        said_city, care = self._place(text, city)
        day = find_date(rest, today)
        if rest is not text:
            # Of several stays the last one's cost, day and hospital go together.
            last = find_care(rest, self._registry, said_city or city)
            care = last if last.level or last.mention else care
            if day is None:
                day = today if _NOW.search(rest) else find_date(text, today)
        said = {
            "city": said_city,
            "insurance": find_insurance(text),
            "status": _either(
                _OH_NO.sub(",不对,", _NO_WORK.sub("", text)), ("retired", _RETIRED), ("employed", _EMPLOYED)
            ),
            "hospital_level": care.level,
            "tcm": care.tcm,
            "benefit": benefit,
            "date": day,
        }
        slots: dict[str, SlotValue] = {field: value for field, value in said.items() if value is not None}
        unknown: set[str] = set()
        stays, level_open = find_stays(text)
        slots.update(stays)
        if level_open:
            unknown.add("prior_stays_same_level")
        away = care.is_away(said_city or city)
        route = find_route(
            text,
            said_city,
            self.places,
            hospital_away=away,
            cost_told=not _BILL.isdisjoint(costs),
            level_told=care.level is not None,
        )
        if route is not None:
            slots["route"] = route
        slots.update(find_distance(text))
        if (who := find_who(text)) is not None:
            slots["who"] = who
        if hours := find_hours(text):
            slots["emergency_hours"] = hours
        _details(text, slots)
        slots.update(costs)
        _settle(text, slots)
        unknown.update(find_unknown(text))
        return Facts(slots, frozenset(unknown - set(slots)), also, care)

    def _place(self, text: str, known: str | None) -> tuple[str | None, Care]:
        """Return the person's own city as the text says it, and the place of care."""
        said = find_city(text, self.places)
        care = find_care(text, self._registry, said or known)
        mention = care.mention
        if mention is not None and known is not None and said not in {None, known}:
            # 长沙市第四医院 names no home: who is known to live elsewhere only went there.
            elsewhere = find_city(text[: mention.start] + text[mention.end :], self.places)
            if elsewhere in {None, known}:
                return elsewhere, find_care(text, self._registry, known)
        return said, care
