"""What a text tells of a working life: age, years paid, post, the kind of insurance a worker has."""

import re
from collections.abc import Iterator
from decimal import Decimal

from bot.language.counts import NUMBER, YEARS, read_count

Said = tuple[str, str | int | bool | Decimal]

_AGE = re.compile(
    rf"(?<![\d.到满过])(?P<n>[1-9]\d|{NUMBER}) ?周?(?P<half>(?!))?(?P<rest>(?!))?岁(?!以[上下]|之前|前|退)"
)
_SINCE = re.compile(
    r"(?:今年|我|都|快|有|已经?)(?P<n>[4-9]\d)(?P<half>(?!))?(?P<rest>(?!))?(?:了|啦)(?![\d万千百元块])"
)
_OLDEST = 120

_PAID = re.compile(
    r"(?:交|缴)(?:费|纳|医保|社保|职工医保)?(?P<done>(?:了|过|满了|够了|满|有)?)(?:差不多|大概|大约|整整)?"
    rf"{YEARS}"
)
_BEFORE = 14
_NOT_PAID = re.compile(
    r"(?:要|得|需要?|必须|应该?|规定|至少|还差|还要|补|断|养老保险|养老金|欠|没|未|少|再|多|停|房租|公积金)[^,。]{0,3}\Z"
)
_ELSEWHERE = re.compile(r"外省|外地|省外")
_IN_PROVINCE = re.compile(r"湖南|省内|本省|我们?省|[衡湘]")
_HERE = re.compile(
    rf"(?:省内|本省|湖南)(?:省)?(?:的|有|是|交|缴|了| )*{YEARS}(?=[吧呢啊的了左右]*(?:[,。;!? ]|\Z))"
)
_RUNNING = re.compile(rf"连续(?:参保|交费?|缴费?|买)?(?:了|满了?)?{YEARS}")
_UNCLAIMED = re.compile(
    rf"(?:连续|有|都|已经)?{YEARS}(?:多)?(?:都|里|一次|时间|从来|也){{0,3}}(?:(?:没有?|未|冇|冒)(?:去)?(?:报|用|住|花|看过|生病)|"
    r"零报销)"
)
_UNCLAIMED_FOR = re.compile(rf"(?:零报销|没有?报过?销过?|未报销)(?:了|有|已经?|满){{0,2}}{YEARS}")
_CADRE, _WORKER = (
    re.compile(r"(?<![村乡镇组])(?<!社区)(?<!扶贫)干部(?!病房|医院|门诊|说|讲|告诉|通知|来|叫|让|解释)"),
    re.compile(r"(?<!农民)(?<!职)工人(?!医院|日报|文化)"),
)
_FLEXIBLE = re.compile(r"灵活就业|自由职业|个体户|自己(?:去)?(?:交|缴)的?职工")
_POOLED_ONLY = re.compile(
    r"单建统筹|只建统筹|统筹单建|(?:没有?|不带|不建|未建|没建)(?:个人账户|个账)|只(?:交|买|保)(?:的)?(?:住院|统筹)"
)


# One quick look tells most texts from those that speak of any of these.
_ABOUT = re.compile(r"[岁年]|干部|工人|灵活|自由职业|个体|自己|统筹|账|只[交买保]|今|[我都快有已经][4-9]\d")


def find_career(text: str) -> Iterator[Said]:
    """Yield (input, value) of what the text tells; a rule that is quoted or asked for tells nothing."""
    if not _ABOUT.search(text):
        return
    if (age := _age(text)) is not None:
        yield "age", age
    cadre, worker = bool(_CADRE.search(text)), bool(_WORKER.search(text))
    if cadre != worker:
        yield "post", "cadre" if cadre else "worker"
    if "年" in text:
        yield from _years(text)
    if _FLEXIBLE.search(text):
        yield "flexible", True
    if _POOLED_ONLY.search(text):
        yield "pooled_only", True


def _age(text: str) -> int | None:
    for pattern in (_AGE, _SINCE) if "岁" in text else (_SINCE,):
        for match in pattern.finditer(text):
            age = read_count(match)
            if isinstance(age, int) and 0 < age <= _OLDEST:
                return age
    return None


def _years(text: str) -> Iterator[Said]:
    if match := _UNCLAIMED_FOR.search(text) or _UNCLAIMED.search(text):
        yield from _told("zero_claim_years", match)
        text = text[: match.start()] + " " + text[match.end() :]
    running = _RUNNING.search(text)
    if running is not None and "职工" not in text:
        yield from _told("consecutive_years", running)
        return
    total: int | Decimal | None = None
    here: int | Decimal | None = None
    for match in _PAID.finditer(text):
        before = text[max(0, match.start() - _BEFORE) : match.start()]
        clause = re.split(r"[,。;]", before)[-1]
        if _NOT_PAID.search(before) or _ELSEWHERE.search(clause):
            continue
        if match["n"] in {"1", "一"} and not match["done"]:
            continue  # 交医保一年多少钱 asks for the price of a year
        if _IN_PROVINCE.search(clause) and not clause.endswith("职工医保"):
            here = read_count(match) if here is None else here
        elif total is None:
            total = read_count(match)
    yield from _paid(text, total, here)


def _paid(text: str, total: int | Decimal | None, here: int | Decimal | None) -> Iterator[Said]:
    """Yield the years paid in all and in the province; the latter may be told without any word for paying."""
    if here is None and (match := _HERE.search(text)):
        here = read_count(match)
    if total is not None:
        yield "years_paid", total
    if here is not None:
        yield "years_paid_in_province", here


def _told(name: str, match: re.Match[str]) -> Iterator[Said]:
    value = read_count(match)
    if value is not None:
        yield name, value
