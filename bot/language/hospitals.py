"""What the name or the grade of a hospital tells of its level."""

import re

_PROVINCIAL = (
    r"[湘香]雅(?!常德|博爱|路|萍)(?:附属)?(?:第?[一二三123])?(?:医院)?(?:附[一二三123])?"
    r"|(?:湖南)?省(?:里的?|里那个|那个)?(?:人民|肿瘤)(?:医院)?|湖南(?:人民|肿瘤)医院|长沙的?附[一二12]"
    r"|省中医(?:药大学|药大)?(?:院)?附[一1](?:医院)?|中医药?大?学?(?:第一附属医院|附[一1])"
    r"|省部属|省部直?属"
)
_PROVINCIAL_IN_CITY = (
    r"南华(?:大学)?(?:附属)?(?:第?[一二12]医院|附[一二12]|医院)|南华(?:大学)?附属(?:第[一二12]|南华)医院"
    r"|(?<!长沙)(?<!长沙的)(?<!中医)(?<!湘雅)附[一二12](?!期)(?:医院)?|市内省属"
)

# Names outweigh grades (湘雅三医院 is no third grade), and grades outweigh kinds (县医院).
_NAMED = (("provincial", _PROVINCIAL), ("level3_provincial", _PROVINCIAL_IN_CITY))
_GRADED = (
    ("level3", r"[三3][级甲乙丙](?!残|伤|以下)|衡阳市中心医院"),
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

_LEVELS = tuple(
    (rank, level, re.compile(pattern))
    for rank, group in ((2, _NAMED), (1, _GRADED), (0, _KIND))
    for level, pattern in group
)

_NEGATED = re.compile(r"(?:不是|没去|不在|没住|并非|不去|非)(?:在|个|什么|啥|去|住)?\Z")
_MOVED_TO = re.compile(r"转(?:诊|院)?(?:到|去|往|入|进)(?:了|的)?\Z")

_TCM = re.compile(r"中医(?:医|药大学|药大|附)?(?:院|附|医院|第一附属)|中西医结合医院")


def find_level(text: str) -> str | None:
    """Return the level of the hospital that `text` names, None if it names none or several unlike ones.

    The hospital one was moved to (转到) outweighs the one before.
    """
    taken: list[tuple[int, int]] = []
    found: list[tuple[int, str]] = []
    for rank, level, pattern in _LEVELS:
        for match in pattern.finditer(text):
            start, end = match.span()
            if any(start < other_end and other_start < end for other_start, other_end in taken):
                continue
            taken.append((start, end))
            before = text[max(0, start - 6) : start]
            if _MOVED_TO.search(before):
                return level
            if not _NEGATED.search(before):
                found.append((rank, level))
    best = max((rank for rank, _ in found), default=0)
    levels = {level for rank, level in found if rank == best}
    return levels.pop() if len(levels) == 1 else None


def is_tcm(text: str) -> bool:
    """Tell whether the text names a hospital of Chinese medicine."""
    return bool(_TCM.search(text))
