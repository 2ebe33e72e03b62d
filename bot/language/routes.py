"""How a person came to the hospital: at home, unreferred, away with or without filing, in an emergency."""

import re
from collections.abc import Iterator

from bot.language.homes import cared_for_away
from bot.language.places import Places

Route = str | tuple[str, ...]

_AWAY = re.compile(
    r"(?<!不是)(?<!不算)(?<!没去)(?<!没有去)(?:异地|外地|外省|省外|跨省|出省|在外面|在外打工|出差|旅游|"
    r"市外|外市|外头)"
)
_FILING_OPEN = re.compile(
    r"(?:不知道|不清楚|不晓得|不确定|忘了|记不得|记不清|不记得).{0,4}(?:备没备案?|有没有?备案?|备案)|"
    r"备没备案|有没有?备案|备案(?:了)?(?:没|没有)(?:,|。|\?)?(?:不知道|不清楚|不晓得|不确定|忘了|记不|不记得)"
)
_UNFILED = re.compile(
    r"(?:没[有得]?|未|不|冇得?|(?<!感)冒得?|忘了|忘记|来不及)(?:去|做|办|有|来得及)?(?:理|"
    r"过)?(?:异地)?(?:就医)?(?:登记)?备案|备案(?:没|都没|也没)|没有?办(?:异地)?手续|"
    r"(?:\A|[,。;! ])(?:我|都|就|也|还)*(?:没有?|未|冇|冒)得?备(?:过)?(?:[的咯哒啊呢嘞]|\W)*\Z"
)
_FILED = re.compile(
    r"(?:已经?|办了|做了|办好|办过|有|备了|都)(?:去|办|做)?(?:理)?(?:好|了|"
    r"过)?(?:异地)?(?:就医)?备案|备(?:过|了|好)案|备案(?:了|过|好了)(?!吗|没|么|不)|备案成功|"
    r"备案的(?=去|住|病)|"
    r"(?:\A|[,。;! ]|异地|就医|都|已经?)备案[咯哒](?=\W|\Z)|"
    r"备案(?:都|已经?)?(?:办|弄|搞|做)(?:好|过|完|了)(?:了)?(?!吗|没|么|不)"
)
_REFERRED_AWAY = re.compile(r"(?:已经?|办了|开了|有|办好|办理了)(?:好)?(?:了)?(?:转诊|转院)")
_UNREFERRED = re.compile(
    r"(?:没有?|未|不|冇)(?:去|经过|经|办理?|开|做|走|有)?(?:过)?(?:转诊|转院)|(?:没有?|"
    r"冇)(?:经过)?(?:转诊|转院)|转诊(?:单|证明|手续)?(?:没|也没)"
)
_EMERGENCY = re.compile(r"急诊|突发|突然|抢救|急救|急病|急症")
_NO_EMERGENCY = re.compile(
    r"(?:不是|不算|非|没有?|没走|不属于)(?:因为|什么)?(?:急诊|突发|抢救|急救|急病|急症)"
)
_LOCAL = re.compile(r"本地(?:的)?(?:医院|住院|看|就医)?|本市|不用转|没出市|市内(?!省属)")
_CARE = re.compile(r"住院|看病|就医|治|医院")
_CLAUSE = re.compile(r"[,。.!?;]")
# 三级 2万 备案: the mere word, where a case is told and nothing of filing asked.
_TERSELY_FILED = re.compile(
    r"(?<![没未不要补办理需用去先能可冇得])(?:异地)?(?:就医)?备案(?= *(?:[,。;!]|\Z)| |能?报|可以报|多少)"
)
_STANDS_APART = re.compile(r"(?:\A|[,。;! ])(?:异地)?(?:就医)?备案(?=[,。;! ]|\Z)")
_ASKS_ELSE = re.compile(r"备案 *[?]|[吗么]|怎|如何|什么|多久|哪|要不要|需要|流程|材料|手续|电话|有效|条件")
_ASKS_FILING = re.compile(
    r"怎么备案|备案怎么|要备案|需要备案|备案吗|怎么办备案|备案要|补备案|如何备案|"
    r"备案有效|备案手续"
)


# What asks for the same again in another way: 如果备案呢, 要是去长沙呢.
_FOLLOW_UP_LENGTH = 20
_SUPPOSED = r"\A(?:那么?|要是|如果|假如|换成|改成|改|先|提前|我|是| )*+"
_FOLLOW_UPS: tuple[tuple[Route, re.Pattern[str]], ...] = (
    (
        "away_filed",
        re.compile(
            rf"{_SUPPOSED}(?:去)?(?:办|做)?(?:理|了)?(?:异地)?(?:备案|备了?案|备(?:过|好)了?案)(?:的|了|"
            rf"过)?(?:的话)?呢\W*"
        ),
    ),
    (
        "local",
        re.compile(
            rf"{_SUPPOSED}(?:(?:不|没有?|冇|冒)(?:去|到|在|跑)(?:过)?(?:外地|外面|异地|外省|外头)|(?:没有?|冇|冒)出(?:去|远门)(?:过)?|留在(?:本地|家|这边)|(?:办|"
            rf"开)?了?转诊了?|有转诊)"
            r"(?:住院|住|看病|看|治)?(?:的话)?呢?\W*"
        ),
    ),
)
_GOES = re.compile(
    rf"{_SUPPOSED}(?:去|到|跑到|转到)(?:了)?(?P<place>[^,。;!? ]{{2,4}}?)(?:市|那边)?(?:住院|住|看病|看|治|"
    rf"治病)?(?:的话)?呢\W*"
)
_IN_PROVINCE, _CROSS_PROVINCE = (
    re.compile(r"省内(?!外|[^,。;!?]{0,6}年)|本省(?![^,。;!?]{0,6}年)|没出省|不出省"),
    re.compile(r"跨省|外省|(?<!没)(?<!不)出(?:了)?省(?!城)|省外"),
)
_LONG_TERM = re.compile(
    r"(?<!不是)(?<!没办)(?:长期(?:都|一直)?(?:住|居住|在|定居)(?:在)?(?:外地|外省|异地|外面|那边|"
    r"[^,。;!?]{0,6}(?:崽|儿|女|孙))|异地(?:长期居住|安置)|"
    r"异地长居|常驻异地|定居(?:在)?(?:外地|外省|异地)|(?:在)?(?:外地|外省|异地)(?:长期|常年|定居|常住|长住))"
)
_SHORT_TERM = re.compile(r"临时外出|临时(?:去|到|在)(?:外地|外省|异地)|不是(?:异地)?(?:长期|安置)")


def find_distance(text: str) -> Iterator[tuple[str, str | bool]]:
    """Yield whether care away was within the province, and whether the person has settled there."""
    inside, across = bool(_IN_PROVINCE.search(text)), bool(_CROSS_PROVINCE.search(text))
    if inside != across:
        yield "away_where", "in_province" if inside else "cross_province"
    if _SHORT_TERM.search(text):
        yield "away_long_term", False
    elif _LONG_TERM.search(text):
        yield "away_long_term", True


def find_route(
    text: str,
    city: str | None,
    places: Places,
    *,
    hospital_away: bool,
    cost_told: bool = False,
    level_told: bool = False,
) -> Route | None:
    """Return the route `text` tells, or the routes it leaves possible, None if it tells of none.

    `city` is the code of the person's own city, where the text says it; `hospital_away` that a hospital of
    another city is named; `cost_told` and `level_told` that these are, beside which a mere 备案
    means it was filed. Whoever is taken ill suddenly has filed nothing beforehand, so an emergency away is
    unfiled unless filing is said.
    """
    return _follow_up(text, places) or _told(
        text, city, places, hospital_away=hospital_away, filed=_tersely_filed(text, cost_told, level_told)
    )


def _tersely_filed(text: str, cost_told: bool, level_told: bool) -> bool:
    """Tell whether a mere 备案 stands in a case that is told and asks nothing of filing."""
    if _ASKS_ELSE.search(text):
        return False
    said = _TERSELY_FILED if cost_told else _STANDS_APART
    return (cost_told or level_told) and bool(said.search(text))


def _follow_up(text: str, places: Places) -> Route | None:
    if len(text) > _FOLLOW_UP_LENGTH:
        return None
    goes = _GOES.fullmatch(text)
    if goes is not None and places.any_place.fullmatch(goes["place"]):
        return ("away_filed", "away_unfiled")
    return next((route for route, pattern in _FOLLOW_UPS if pattern.fullmatch(text)), None)


def _told(text: str, city: str | None, places: Places, *, hospital_away: bool, filed: bool) -> Route | None:
    elsewhere = hospital_away or cared_for_away(text, city, places)
    away = elsewhere or bool(_AWAY.search(text))
    filing_open = bool(_FILING_OPEN.search(text))
    text = _FILING_OPEN.sub("", text)
    unfiled = bool(_UNFILED.search(text))
    filed = filed or bool(_FILED.search(_UNFILED.sub("", text)))
    denied = bool(_NO_EMERGENCY.search(text))
    emergency = bool(_EMERGENCY.search(_NO_EMERGENCY.sub("", text)))
    if emergency and away and not elsewhere and _ASKS_FILING.search(text):
        # 突然头晕住院。异地就医怎么备案: a clause that only asks tells of no care away.
        away = any(_AWAY.search(each) and not _ASKS_FILING.search(each) for each in _CLAUSE.split(text))
    if emergency and (unfiled or (away and not filed)):
        return "away_emergency"
    if unfiled:
        return "away_unfiled"
    if _ASKS_FILING.search(text):
        return None
    if filed or (away and _REFERRED_AWAY.search(text) and not _UNREFERRED.search(text)):
        return "away_filed"
    if _UNREFERRED.search(text):
        return "away_unfiled" if away else "unreferred"
    if filing_open or (away and (elsewhere or _CARE.search(text))):
        known = denied or filing_open
        return ("away_filed", "away_unfiled") if known else ("away_filed", "away_unfiled", "away_emergency")
    return "local" if _LOCAL.search(text) else None
