"""What a text tells of the hospital: by its registered name, its grade, or its kind."""

import re
from dataclasses import dataclass

from bot.language.registry import BESIDE, Mention, Registry

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
        r"|基层(?:医院|医疗机构)?(?!首诊|组织|干部|工作|单位)|(?:村|乡)里?的?(?:卫生|医务|诊疗)[室所站]|社区(?:卫生)?(?:服务)?(?:中心|站|医院)?",
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
_FORMER = re.compile(r"(?:以前|之前|从前|早先|先前|原来|上一?[次回]|(?<![首事优])先(?!自))[^,。;!? ]{0,6}\Z")
_MOVED_TO = re.compile(r"转(?:诊|院)?(?:到|去|往|入|进)(?:了|的)?\Z")

_TCM = re.compile(r"中医(?:医|药大学|药大|附)?(?:院|附|医院|第一附属)|中西医结合医院")

_ORDINARY = re.compile(r"(?:那?就|应该|都)?是(?:个|一?家)?(?:普通|综合|西医)(?:性)?的?医院[吧的啊呀咯,。! ]*")


@dataclass(frozen=True, slots=True)
class Care:
    """What a text tells of the place of care.

    `level` is settled; `proposed` is one that the person should confirm. `mention` is the hospital that
    either comes from, or that hides both. `tcm`: it is a hospital of Chinese medicine, or is said not to be.
    """

    level: str | None = None
    proposed: str | None = None
    mention: Mention | None = None
    tcm: bool | None = None

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
    found = registry.find(text, city)
    mentions = [each for each in found if not _denied(text, each.start)]
    if moved := [each for each in mentions if _moved(text, each.start)]:
        mentions = moved
    told = _told(text, mentions)
    tcm = False if _ORDINARY.fullmatch(text) else None
    if "中" in text:
        tcm = _tcm(text, found, elsewhere=[each.start for each in mentions], told=told)
    if not mentions or any(rank == _BY_NAME for rank, *_ in told):
        return Care(_agreed(told), tcm=tcm)
    if not moved and any(there for _, _, there, _ in told):
        return Care(_agreed(told), tcm=tcm)
    return _named(mentions, told, city, tcm=tcm)


_Told = list[tuple[int, str, bool, int]]  # rank, level, whether one was moved there, where it stands


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
            if not _denied(text, start) and not BESIDE.match(text, end):
                told.append((rank, level, _moved(text, start), start))
    if len(told) > 1:
        # 以前在县医院看过,这次二级: what was before gives way to what is said besides.
        told = [each for each in told if not _FORMER.search(text, 0, each[3])] or told
    return told


def _denied(text: str, start: int) -> bool:
    return bool(_NEGATED.search(text[max(0, start - 6) : start]))


def _moved(text: str, start: int) -> bool:
    return bool(_MOVED_TO.search(text[max(0, start - 6) : start]))


def _agreed(told: _Told) -> str | None:
    for _, level, moved, _ in told:
        if moved:
            return level
    best = max((rank for rank, *_ in told), default=0)
    levels = {level for rank, level, *_ in told if rank == best}
    return levels.pop() if len(levels) == 1 else None


def _named(mentions: list[Mention], told: _Told, city: str | None, *, tcm: bool | None) -> Care:
    """Return what hospitals called by name tell, with the grades and kinds said beside them."""
    single = [each.may_be[0] for each in mentions if len(each.may_be) == 1]
    settled = len(single) == len(mentions) and all(
        hospital.sure and not each.misspelt for each, hospital in zip(mentions, single, strict=True)
    )
    levels = {hospital.level_for(city) for hospital in single}
    last = mentions[-1]
    if single:
        tcm = any(hospital.kind is not None for hospital in single) or (tcm and None)
    if settled:
        return Care(levels.pop(), mention=last, tcm=tcm) if len(levels) == 1 else Care(tcm=tcm)
    graded = _agreed([each for each in told if each[0] == _BY_GRADE])
    if graded is None and told and all(each.local for each in mentions):
        # 县医院 says by itself what it is, whichever it is.
        return Care(_agreed(told), tcm=tcm)
    alike = len({each.may_be for each in mentions}) == 1
    proposed = levels.pop() if alike and single and graded is None else None
    return Care(graded, proposed, last if alike else None, tcm)


def _tcm(text: str, found: list[Mention], *, elsewhere: list[int], told: _Told) -> bool | None:
    """Return whether the care was in a hospital of Chinese medicine, None if nothing is said of it.

    `found` are all hospitals named, `elsewhere` is where those stand that count. The one moved to decides
    alone, and one of before gives way to any other.
    """
    said: bool | None = None
    places = [*elsewhere, *(each[3] for each in told)]
    for match in _TCM.finditer(text):
        if BESIDE.match(text, match.end()):
            continue
        inside = (each.start for each in found if each.start <= match.start() < each.end)
        start = next(inside, match.start())
        while start and text[start - 1] in "省市县区":
            start -= 1
        if _denied(text, start):
            said = bool(said)
            continue
        if _moved(text, start):
            return True
        others = [at for at in places if not start <= at <= match.end()]
        if any(_moved(text, at) for at in others) or (others and _FORMER.search(text, 0, start)):
            continue
        said = True
    return said
