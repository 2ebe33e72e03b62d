"""Which city's insurance a text speaks of, as against the city where care was given."""

import re

from bot.language.places import Places

# Strong: said to be where one belongs. Care: where one goes. Weak: where one is treated, perhaps at home.
_BELONGS_BEFORE = re.compile(
    r"(?:我是|我们是|家在|家住|户口在|户籍在|老家在?|老家是|住在|参保地?是?在?|医保在|回|在)\Z"
)
_BELONGS_AFTER = re.compile(
    r"(?:[市县区]|这边|本地|农村|城区|那边)?(?:的?(?:人|城镇|城乡)|的?(?:退休|在职)|"
    r"(?:的)?(?:职工|居民|医保|农合|新农合|户口|农村|老百姓|参保)|的(?=[,。 ]|\Z))"
)
_GOES = re.compile(r"(?:去|到|跑|转|往|上|转院|送|赴)(?:了|的|去)?\Z")
_TREATED_AFTER = re.compile(
    r"[市县区]?.{0,12}?(?:住院|住了|看病|看个?门诊|就医|就诊|治|做手术|做了手术|开刀|抢救|医院|"
    r"湘雅|检查|生孩子|化疗|病)"
)
_PROVINCIAL_AFTER = re.compile(r"[市的]?(?!南华)[^,。;! ]{0,2}(?:[湘香]雅|省|附[一二])")
_AWAY = re.compile(r"异地|备案|外地|外面|老家|打工|出差|旅游|探亲|转诊|转院")
_HOSPITAL_AFTER = re.compile(r"[市县区]?(?:第?[一二三四五六]|中心|人民|中医|妇幼|.{0,4}医院)")
_CORRECTED = re.compile(r"说错|改成|(?<!对)不对")
_SUPPOSED = re.compile(r"那?(?:如果|要是|假如|换成|换到)")  # 如果在长沙住院呢 is no home
_NOT = re.compile(r"(?:不是|不在|没在|非)\Z")
_TAKEN_BACK = re.compile(r"(?:不是|非)在?\Z")
_FORMERLY = re.compile(r"(?:原来|以前|之前|过去|本来|原先|早先)(?:是|住)?在?\Z")

# Where care was given: one is or goes there, and within a few words, before another place, is treated.
_NOT_THERE = re.compile(r"(?:不是|没有?|不|非)[在去到]\Z|(?:不是|非)\Z")
_THERE = re.compile(r"(?:在|去|到|跑|转|往|上|送|赴)(?:了|的|去|院)?\Z")
_CARE_WORD = re.compile(
    r"住院|住了|住的院|看病|看.{0,2}门诊|就医|就诊|治|做.{0,2}手术|开刀|抢救|急诊|医院|湘雅|附[一二]|检查|"
    r"生孩子|化疗|[病回]"
)
_CARE_AT_ONCE = re.compile(r"[省市县区]?(?:住院|住了|看病|就医|就诊|抢救|湘雅|附[一二]|.{0,3}医院)")
_REACH = 12


_INSURED, _OWN, _NAMED, _TREATED = 4, 3, 2, 1
_INSURED_AFTER = re.compile(
    r"[市县区]?的?(?:人|城镇|城乡|退休|在职)?的?(?:职工|居民|医保|农合|新农合|户口|参保)"
)


def _weight(text: str, start: int, end: int) -> int:
    """Return how strongly one mention speaks for the person's own city; 0 for a place of care or a denial."""
    before = text[max(0, start - 6) : start]
    goes = bool(_GOES.search(before))
    treated, belongs = _TREATED_AFTER.match(text, end), _BELONGS_AFTER.match(text, end)
    provincial = _PROVINCIAL_AFTER.match(text, end)
    if _NOT.search(before) or _FORMERLY.search(before):
        return 0
    if before.endswith("在") and treated:
        return 0 if provincial else _TREATED
    if belongs and not goes:
        return _INSURED if _INSURED_AFTER.match(text, end) else _OWN
    if goes:
        return 0
    if _BELONGS_BEFORE.search(before) and not treated:
        return _OWN
    if provincial:
        return 0
    return _TREATED if treated and _HOSPITAL_AFTER.match(text, end) else _NAMED


def find_city(text: str, places: Places) -> str | None:
    """Return the code of the person's own city, None where the text only says where care was given.

    去长沙看病 tells nothing of the person; 在衡阳住院 does, as long as no word speaks of being away. Of
    several cities the most strongly said wins, of equals the first, or the last where one was corrected.
    """
    said: dict[int, list[str]] = {}
    for match in places.any_city.finditer(text):
        code = places.codes[match[0]]
        said.setdefault(_weight(text, *match.span()), []).append(code)
        if _TAKEN_BACK.search(text, max(0, match.start() - 3), match.start()):
            # 我在衡阳,不是衡阳,是湘潭: what was said before is taken back.
            said = {weight: [each for each in cities if each != code] for weight, cities in said.items()}
    for weight in (_INSURED, _OWN, _NAMED):
        if cities := said.get(weight):
            return cities[-1] if _CORRECTED.search(text) else cities[0]
    treated = said.get(_TREATED, [])
    certain = len(set(treated)) == 1 and not _AWAY.search(text) and not _SUPPOSED.match(text)
    return treated[0] if certain else None


def cared_for_away(text: str, city: str | None, places: Places) -> bool:
    """Tell whether care was given in another province, or in another city than `city`, the person's own."""
    named = list(places.any_place.finditer(text))
    for index, match in enumerate(named):
        code = places.codes.get(match[0])
        if code is not None and city in {None, code}:
            continue
        before = text[max(0, match.start() - 6) : match.start()]
        # 广州中山大学: what follows at once is one name with it.
        following = (each.start() for each in named[index + 1 :] if each.start() > match.end() + 1)
        next_place = next(following, len(text))
        care = _CARE_WORD.search(text, match.end(), min(next_place, match.end() + _REACH))
        # 在广州打工，回来住院: what follows 回 happened at home.
        treated = care is not None and care[0] != "回" and _THERE.search(before)
        at_once = _CARE_AT_ONCE.match(text, match.end(), next_place)
        if (treated or at_once) and not _NOT_THERE.search(before):
            return True
    return False
