"""How a person came to the hospital: at home, unreferred, away with or without filing, in an emergency."""

import re

_AWAY = re.compile(r"异地|外地|外省|省外|跨省|出省|在外面|出差|旅游|市外|外市|外头")
_UNFILED = re.compile(
    r"(?:没有?|未|不|冇|忘了|忘记|来不及)(?:去|做|办|有)?(?:理|"
    r"过)?(?:异地)?(?:就医)?(?:登记)?备案|备案(?:没|都没|也没)|没有?办(?:异地)?手续"
)
_FILED = re.compile(
    r"(?:已经?|办了|做了|办好|办过|有|备了|都)(?:去|办|做)?(?:理)?(?:好|了|"
    r"过)?(?:异地)?(?:就医)?备案|备(?:过|了|好)案|备案(?:了|过|好了)(?!吗|没|么|不)|备案成功|"
    r"备案的(?=去|住|病)"
)
_REFERRED_AWAY = re.compile(r"(?:已经?|办了|开了|有|办好|办理了)(?:好)?(?:了)?(?:转诊|转院)")
_UNREFERRED = re.compile(
    r"(?:没有?|未|不|冇)(?:去|经过|经|办理?|开|做|走|有)?(?:过)?(?:转诊|转院)|(?:没有?|"
    r"冇)(?:经过)?(?:转诊|转院)|转诊(?:单|证明|手续)?(?:没|也没)"
)
_AWAY_EMERGENCY = re.compile(r"急诊|突发|突然|抢救|急救|急病")
_LOCAL = re.compile(r"本地(?:的)?(?:医院|住院|看|就医)?|本市|不用转|没出市|市内(?!省属)")
_SUDDEN = re.compile(r"抢救|急救|突发")
_CARE = re.compile(r"住院|看病|就医|治|医院")
_ASKS_FILING = re.compile(
    r"怎么备案|备案怎么|要备案|需要备案|备案吗|怎么办备案|备案要|补备案|如何备案|"
    r"备案有效|备案手续"
)


def find_route(text: str) -> tuple[str | None, bool]:
    """Return the route `text` tells, and True where it tells of care away but not whether that was filed."""
    away, unfiled = bool(_AWAY.search(text)), bool(_UNFILED.search(text))
    filed = bool(_FILED.search(_UNFILED.sub("", text)))
    route: str | None = None
    if (away and not filed and _AWAY_EMERGENCY.search(text)) or (unfiled and _SUDDEN.search(text)):
        route = "away_emergency"
    elif unfiled:
        route = "away_unfiled"
    elif _ASKS_FILING.search(text):
        route = None
    elif filed or (away and _REFERRED_AWAY.search(text) and not _UNREFERRED.search(text)):
        route = "away_filed"
    elif _UNREFERRED.search(text):
        route = "away_unfiled" if away else "unreferred"
    elif away:
        return None, bool(_CARE.search(text))
    elif _LOCAL.search(text):
        route = "local"
    return route, False
