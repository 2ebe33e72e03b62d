"""What a text tells of a birth: how it went, how many children, or in which month it ended."""

import re
from collections.abc import Iterator
from decimal import Decimal

from bot.language.counts import MONTHS, read_count

Said = tuple[str, str | int | bool | Decimal]

_ENDED = re.compile(r"(?<!复发性)流产|小产|人流|引产|终止妊娠|胎停|打胎")
_BORN = re.compile(
    r"生(?:了|下)?(?:个|一个|两个)?(?:孩子|小孩|宝宝|崽|毛毛|娃|双胞?胎|龙凤胎|女儿|儿子|妹子|伢子|二胎|三胎|头胎)|分娩|顺产|"
    r"剖[腹宫]|生产(?!力|队|日期|厂)"
)
_TO_CAESAREAN = re.compile(r"顺(?:产)?(?:不成|没成|失败)?(?:转|改|变)(?:成)?(?:了)?剖")
_CAESAREAN = re.compile(r"[剖刨]|破腹产")
_VAGINAL = re.compile(r"顺产|自然分娩|平产|顺的|自己生的|顺生")
_TWINS, _TRIPLETS = re.compile(r"双胞胎|龙凤胎|双胎|一对(?:崽|女|儿)"), re.compile(r"三胞胎")
_DIFFICULT = re.compile(r"难产")
_NOT = re.compile(r"(?:不是|没有?|冇得?|不算|非|并非|无)(?:什么|啥|生)?\Z")
_MONTHS = (
    re.compile(rf"(?:怀孕|怀了?|孕|有了)(?:了|到|满|才|已经|大概|差不多|快){{0,2}}{MONTHS}"),
    re.compile(rf"{MONTHS}(?:的?时候|时|大)?(?:的|就|做|才|自然){{0,2}}(?:流产|小产|人流|引产|胎停)"),
)


# One quick look tells most texts from those that speak of any of these.
_ABOUT = re.compile(r"[产孕胎娩剖刨怀]|人流|生[了下个孩小崽娃毛宝的双龙女儿妹伢二三头]|顺[的转]|一对|有了")


def find_birth(text: str) -> Iterator[Said]:
    """Yield (input, value) of what the text tells of a birth or a pregnancy that ended."""
    if not _ABOUT.search(text):
        return
    ended, born = _said(_ENDED, text), _said(_BORN, text)
    if ended != born:
        yield "event", "termination" if ended else "birth"
    delivery = _delivery(text)
    if delivery is not None:
        yield "delivery", delivery
    if _said(_TRIPLETS, text):
        yield "babies", 3
    elif _said(_TWINS, text):
        yield "babies", 2
    if _DIFFICULT.search(text):
        yield "difficult", _said(_DIFFICULT, text)
    months = _months(text)
    if months is not None:
        yield "months", months


def _said(pattern: re.Pattern[str], text: str) -> bool:
    """Whether the pattern is said, and not with a 'not' before it."""
    return any(not _NOT.search(text[max(0, m.start() - 5) : m.start()]) for m in pattern.finditer(text))


def _delivery(text: str) -> str | None:
    if _TO_CAESAREAN.search(text):
        return "caesarean"
    caesarean, vaginal = _said(_CAESAREAN, text), _said(_VAGINAL, text)
    if caesarean != vaginal:
        return "caesarean" if caesarean else "vaginal"
    if not caesarean and bool(_CAESAREAN.search(text)) != bool(_VAGINAL.search(text)):
        # 不是顺产 leaves only the other.
        return "vaginal" if _CAESAREAN.search(text) else "caesarean"
    return None


def _months(text: str) -> int | Decimal | None:
    for pattern in _MONTHS:
        if match := pattern.search(text):
            return read_count(match)
    return None
