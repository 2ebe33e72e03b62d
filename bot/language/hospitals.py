"""What a text tells of the hospital: by its registered name, its grade, or its kind."""

import re
from dataclasses import dataclass

from bot.language.registry import Mention, Registry

# Names outweigh grades (湘雅三医院 is no third grade), and grades outweigh kinds (县医院).
_CALLED = (("provincial", r"省部属|省部直?属"), ("level3_provincial", r"市内省属"))
_GRADED = (
    ("level3", r"[三3][级甲乙丙](?!残|伤|以下)"),
    ("level2", r"[二2][级甲乙丙](?!残|伤|以上|以下)"),
    (
        "level1",
        r"[一1][级甲乙](?!残|伤|以上|护|线|类)|未定级|没有?定?等?级的?医院|没评级|未评级",
    ),
)
_KIND = (
    ("central_township", r"中心卫生院"),
    (
        "grassroots",
        r"(?:乡镇|乡里|镇上|镇里|乡|镇|街道)的?(?:卫生院|医院)|卫生院|卫生[室所]|服务站|村医|乡村医生"
        r"|(?:村|乡)里?的?(?:卫生|医务|诊疗)[室所站]|社区(?:卫生)?(?:服务)?(?:中心|站|医院)?",
    ),
    (
        "level2",
        r"县(?:级|城|里|里的|城里)?的?(?:第?[一二]?人民|中医|第?[一二]|妇幼保健)?(?:医院|中医院)",
    ),
)
_BY_NAME, _BY_GRADE, _BY_KIND = 2, 1, 0
_LEVELS = tuple(
    (rank, level, re.compile(pattern))
    for rank, group in ((_BY_NAME, _CALLED), (_BY_GRADE, _GRADED), (_BY_KIND, _KIND))
    for level, pattern in group
)

_NEGATED = re.compile(r"(?:不是|没去|不在|没住|并非|不去|非)(?:在|个|什么|啥|去|住)?\Z")
_MOVED_TO = re.compile(r"转(?:诊|院)?(?:到|去|往|入|进)(?:了|的)?\Z")

_TCM = re.compile(r"中医(?:医|药大学|药大|附)?(?:院|附|医院|第一附属)|中西医结合医院")


@dataclass(frozen=True, slots=True)
class Care:
    """What a text tells of the place of care.

    `level` is settled; `proposed` is one that the person should confirm. `mention` is the hospital that
    either comes from, or that hides both. `tcm`: it is a hospital of Chinese medicine.
    """

    level: str | None = None
    proposed: str | None = None
    mention: Mention | None = None
    tcm: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """The registered names of the hospitals that may be meant."""
        return tuple(h.name for h in self.mention.may_be) if self.mention is not None else ()

    @property
    def unregistered(self) -> bool:
        """Whether a hospital is named that isn't registered."""
        return self.mention is not None and not self.mention.may_be

    def is_away(self, city: str | None) -> bool:
        """Whether the hospital stands in another city than `city`, the person's own."""
        hospitals = self.mention.may_be if self.mention is not None else ()
        return len(hospitals) == 1 and hospitals[0].is_away(city)


def find_care(text: str, registry: Registry, city: str | None) -> Care:
    """Return what `text` tells of the hospital of a person insured in `city` (None: not known).

    The hospital one was moved to (转到) outweighs the one before; several unlike ones settle nothing. A
    level that the registry isn't sure of is proposed, unless a grade is said with it.
    """
    mentions = [each for each in registry.find(text, city) if not _denied(text, each.start)]
    if moved := [each for each in mentions if _moved(text, each.start)]:
        mentions = moved
    told = _told(text, mentions)
    if not mentions or any(rank == _BY_NAME for rank, _, _ in told):
        return Care(_agreed(told), tcm=is_tcm(text))
    if not moved and any(there for _, _, there in told):
        return Care(_agreed(told), tcm=is_tcm(text))
    return _named(text, mentions, told, city)


_Told = list[tuple[int, str, bool]]  # rank, level, whether one was moved there


def _told(text: str, mentions: list[Mention]) -> _Told:
    """Return the levels that grades and kinds of hospital tell, outside the names of hospitals."""
    taken = [(each.start, each.end) for each in mentions if not each.local]
    told: _Told = []
    for rank, level, pattern in _LEVELS:
        for match in pattern.finditer(text):
            start, end = match.span()
            if any(start < other_end and other_start < end for other_start, other_end in taken):
                continue
            taken.append((start, end))
            if not _denied(text, start):
                told.append((rank, level, _moved(text, start)))
    return told


def _denied(text: str, start: int) -> bool:
    return bool(_NEGATED.search(text[max(0, start - 6) : start]))


def _moved(text: str, start: int) -> bool:
    return bool(_MOVED_TO.search(text[max(0, start - 6) : start]))


def _agreed(told: _Told) -> str | None:
    for _, level, moved in told:
        if moved:
            return level
    best = max((rank for rank, _, _ in told), default=0)
    levels = {level for rank, level, _ in told if rank == best}
    return levels.pop() if len(levels) == 1 else None


def _named(text: str, mentions: list[Mention], told: _Told, city: str | None) -> Care:
    """Return what hospitals called by name tell, with the grades and kinds said beside them."""
    single = [each.may_be[0] for each in mentions if len(each.may_be) == 1]
    settled = len(single) == len(mentions) and all(hospital.sure for hospital in single)
    levels = {hospital.level_for(city) for hospital in single}
    last = mentions[-1]
    tcm = any(hospital.kind is not None for hospital in single) or (not single and is_tcm(text))
    if settled:
        return Care(levels.pop(), mention=last, tcm=tcm) if len(levels) == 1 else Care(tcm=tcm)
    graded = _agreed([each for each in told if each[0] == _BY_GRADE])
    if graded is None and told and all(each.local for each in mentions):
        # 县医院 says by itself what it is, whichever it is.
        return Care(_agreed(told), tcm=tcm or is_tcm(text))
    alike = len({each.may_be for each in mentions}) == 1
    proposed = levels.pop() if alike and single and graded is None else None
    return Care(graded, proposed, last if alike else None, tcm)


def is_tcm(text: str) -> bool:
    """Tell whether the text names a hospital of Chinese medicine."""
    return bool(_TCM.search(text))
