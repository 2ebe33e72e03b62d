"""Hospitals found in a text by their registered names: the longest name wins, and the place must agree."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from rapidfuzz import fuzz, process

from bot.language.places import Places
from bot.policy import Hospital

# What names are compared in: digits as 汉字, and characters that dictation puts for others of the same sound.
# One character stays one, so that offsets hold.
_SPOKEN = str.maketrans("0123456789香襄亚牙鸦花横恒谭副", "零一二三四五六七八九湘湘雅雅雅华衡衡潭附")

_ORDINALS = "一二三四五六七八九十"
_KINDS = re.compile(
    "中心|中医|中西医|妇幼|儿童|肿瘤|口腔|眼科|精神|传染|胸科|脑科|骨|康复|公共卫生|职工|直|研究|"
    "师范|师大|南华|湘雅|分院"
)
_LIKENESS, _LEAD = 80.0, 4.0  # of 100; by how much the best must lead another hospital

# 华 stands here for 花 too, which is said of money.
_NAME_GOES_ON = r"[^的那这个住看去在是和跟与比或到转从里了华万千百元块后出门报能医,。!?;、: ]{1,8}医院"
_AFTER_SHORT = re.compile(
    rf"附近|旁边|对面|隔壁|路|大道|街|大桥|小区|公园|学院|大学|政府|法院|检察|代表|群众|生活|币|职业"
    rf"|常德|博爱|萍|[仁协祥康济安]和[^,。;!? ]{{0,4}}医院|第?[{_ORDINALS}](?:医院|院|附)|{_NAME_GOES_ON}"
)
# What is only near a hospital is another thing; 后面又住院 tells what came afterwards.
_BESIDE = (
    r"(?:医院|院)?(?:的|那里?|正|斜)?(?:附近|旁边?|对面|隔壁|路(?![上费远程途过])|门口|大门|边上|"
    r"后面(?!又|再|转|去|花|来|就|住|报|出|还))"
)
BESIDE = re.compile(_BESIDE)
_PART_OF = re.compile(r"附属?第?[一二三四五]|[^,。!?;、的 ]{0,6}分院")
_COUNTED = re.compile(r"[万千百十元块毛天次个月年周点楼期号级甲岁分层多几来余半回家种项\d.]")
_BEFORE_PROVINCE = tuple("全外我本跨出各他")  # 全省人民 is no hospital
_BEFORE_SHORT_NAME = re.compile(r"[学大医雅华南师校]\Z")
# Before a name that several towns use may stand a word of everyday talk, but no name we don't know.
_BOUNDARY = re.compile(
    r"(?:\A|[在去到是住从转的那个这里了就往回来于进送跑上找选给和跟与或家们年月日号天次我他她你爸妈公婆人工民休职]"
    r"|[岁底边面方过着得看院级甲说叫,。!?;、:()\"… ]|医保|农合|保险)\Z"
)

# A name we don't know: what stands before 医院, back to a word that is no part of a name.
_ENDING = re.compile(r"医院|保健院|附院")
_NO_NAME = re.compile(
    r"在(?!职)|[去到是住从转的那这个我你他她们了就往回进送跑找给说叫被把让跟哪么吗有没不对问报能钱万千百元块]"
    r"|[,。!?;、:()\"… ]"
)
_LONGEST = 16
_KIND_SAID = re.compile(r"级|[一二三][甲乙]|定点|部属|社区|街道|卫生|诊所|[乡镇村][上里]?的?\Z")
_GENERIC = re.compile(
    r"(?:"
    r"合作医疗|新?农合|互联网|省[内外城直]|市[内外]|县内|乡[镇下]|[省市县][里级]|镇上|"
    r"[省市县区乡镇村]|公立|公办|私立|私人|民营|专科|综合|正规|当地|本地|本市|外地|外省|异地|其他|"
    r"其它|别家|同|一|两|几|家|所|大|小|好|新|老|附近|门口|基层|部队|军队|上|下|住院|出院|转院|看病|"
    r"治病|报销|医保|职工|居民|退休|在职|费用?|私|公|中医?|西医|人民|中心|妇[幼产]|儿童|眼科|口腔|"
    r"骨科|精神病?|肿瘤|传染病?|康复|整形|美容|城里|农村|城市|国家|省城|各|每|多|外面|和|或|就医|"
    r"湖南|全省|医疗|门诊|急诊|普通|一般|重点|公家|单位|厂|校|大学|学校|不同|相同|啥|某|什么|怎么|"
    r"如果|要是|因为|所以|[今去前]年|[昨今前]天|上次|这次|第?[一二三四五六七八九十][次回]?"
    r")+"
)
_OWN_NAME = re.compile(
    r"(?:人民|中心|中医?|妇[幼产]|第?[一二三四五六七八九十]|康复|儿童|肿瘤|骨科|眼科|口腔|精神病?|传染病?)+"
)
_FARTHEST = 600  # characters; a hospital stands within them
_MOST = 8  # hospitals in one text; more would only cost time


_TOO_PEOPLE = re.compile(rf"(附属第[{_ORDINALS}])人民")  # 附属第一人民医院 has a word too many


_COMMON = re.compile("人民|中心|中西?医|结合|附属|医院|大学|妇幼|保健|第|[省市县区]")


def _slip(said: str, name: str) -> bool:
    """Whether one slip of the keyboard makes `said` of `name`: a character lost, or another for it.

    Only in a word that many hospitals bear: another own name is another hospital.
    """
    lost = len(name) - len(said)
    if lost not in {0, 1}:
        return False
    at = next((i for i, (one, other) in enumerate(zip(said, name, strict=False)) if one != other), len(said))
    if said[at + 1 - lost :] != name[at + 1 :]:
        return False
    return any(word.start() <= at < word.end() for word in _COMMON.finditer(name))


@dataclass(frozen=True, slots=True)
class Mention:
    """A hospital named in a text from `start` to `end`.

    `may_be` are the hospitals that the name may mean: one, several where the place isn't known, or none for
    one that isn't registered. `local`: the name is one that several towns use. `misspelt`: the name is only
    like that of the hospital, which the person should confirm.
    """

    start: int
    end: int
    may_be: tuple[Hospital, ...]
    local: bool = False
    misspelt: bool = False


@dataclass(frozen=True, slots=True)
class _Name:
    text: str
    hospitals: tuple[Hospital, ...]
    local: bool
    placed: bool  # the name itself begins with a place or with the province


class Registry:
    """Finds registered hospitals; built once, then only read."""

    def __init__(self, hospitals: Iterable[Hospital], places: Places) -> None:
        self._places = places
        self._with_kind = re.compile(rf"(?P<place>{places.any_city.pattern})[县市区]")
        full: dict[str, Hospital] = {}
        local: dict[str, list[Hospital]] = defaultdict(list)
        for hospital in hospitals:
            for name in (hospital.name, *hospital.aliases):
                full[name.translate(_SPOKEN)] = hospital
            for name in hospital.local_aliases:
                local[name.translate(_SPOKEN)].append(hospital)
        for name, several in self._without_kind(full.values()).items():
            if len(several) == 1:
                full.setdefault(name, *several)
        names = [_Name(name, (hospital,), False, self._placed(name)) for name, hospital in full.items()]
        names += [_Name(name, tuple(several), True, False) for name, several in local.items()]
        self._by_start: dict[str, list[_Name]] = defaultdict(list)
        for each in sorted(names, key=lambda name: -len(name.text)):
            self._by_start[each.text[:2]].append(each)
        # Alike names are looked for only among those whose place, ordinals and kind are the same.
        self._alike: dict[object, dict[str, Hospital]] = defaultdict(dict)
        for name, hospital in full.items():
            if _ENDING.search(name):
                self._alike[self._marks(name)][name] = hospital
        self._before = re.compile(
            rf"(?P<place>{places.any_place.pattern})(?P<kind>[市县区省州])?(?P<of>里?的|里|那个|那边的?|这边的?)?\Z"
        )

    def find(self, text: str, city: str | None) -> list[Mention]:
        """Return the hospitals that `text` names, in order; `city` is the person's own, if known."""
        plain = text[:_FARTHEST].translate(_SPOKEN)
        found: list[Mention] = []
        position = 0
        for start in range(len(plain) - 1):
            if len(found) == _MOST:
                break
            if start >= position and (names := self._by_start.get(plain[start : start + 2])):
                for name in names:
                    if plain.startswith(name.text, start) and (
                        mention := self._read(name, plain, start, city)
                    ):
                        found.append(mention)
                        position = mention.end
                        break
        if "院" in plain:
            found += self._unregistered(plain, found)
        near = [each for each in found if not BESIDE.match(plain, each.end)]
        return sorted(near, key=lambda mention: mention.start)

    def _read(self, name: _Name, plain: str, start: int, city: str | None) -> Mention | None:
        """Return what a name at `start` means, None where it is only part of something else."""
        end = start + len(name.text)
        if plain[end - 1] != "院":
            if _AFTER_SHORT.match(plain, end) or (plain[end - 1] in _ORDINALS and _COUNTED.match(plain, end)):
                return None
            if plain.startswith("医院", end):
                end += 2
        elif _PART_OF.match(plain, end):
            return None
        before = plain[max(0, start - 10) : start]
        if name.placed:
            whole = name.text[0] == "省" and before.endswith(_BEFORE_PROVINCE)
            return None if whole or self._elsewhere(before) else Mention(start, end, name.hospitals)
        if name.text[0] == "南" and before.endswith("湖"):
            return None
        said = self._before.search(before)
        if said is not None and (name.local or not said["of"]):
            fitting = tuple(h for h in name.hospitals if self._stands_in(h, said, name.text))
            return Mention(
                start - len(said[0]) if not said["of"] else start, end, fitting, name.local and bool(fitting)
            )
        if not name.local:
            return Mention(start, end, name.hospitals)
        if (name.text[0] == "附" and _BEFORE_SHORT_NAME.search(before)) or not _BOUNDARY.search(before):
            return None
        near = self._nearby(name.hospitals, plain, city)
        return Mention(start, end, near, local=True) if near is not None else None

    def _elsewhere(self, before: str) -> bool:
        """Whether a place of another province stands right before: 浙江省人民医院."""
        said = self._before.search(before)
        return said is not None and said["place"] not in self._places.codes and not said["of"]

    def _stands_in(self, hospital: Hospital, said: re.Match[str], name: str) -> bool:
        """Whether the hospital stands in the place said right before its name."""
        place = said["place"]
        if self._places.codes.get(place) != hospital.city:
            return False
        kind = said["kind"] or (name[0] if name[0] in "市县区" else "")
        county = hospital.county or ""
        if place + kind == county or (not kind and county.startswith(place)):
            return True
        return kind in {"", "市"} and self._places.is_city(place)

    def _nearby(
        self, hospitals: tuple[Hospital, ...], plain: str, city: str | None
    ) -> tuple[Hospital, ...] | None:
        """Return those of the hospitals in the places that the text names, or else in the person's city.

        Where neither is known they are all possible; of a name that only one is known by, nothing is then.
        """
        named = [match[0] for match in self._places.any_city.finditer(plain)]
        cities = {self._places.codes[name] for name in named} or ({city} if city else set())
        if not cities:
            return hospitals if len(hospitals) > 1 else None
        near = tuple(h for h in hospitals if h.city in cities)
        if len(near) > 1:
            near = tuple(h for h in near if any((h.county or "").startswith(name) for name in named)) or near
        return near

    def _without_kind(self, hospitals: Iterable[Hospital]) -> dict[str, set[Hospital]]:
        """Return the names that leave out 县, 市 or 区, as people do: 衡东人民医院 of 衡东县人民医院.

        衡阳 alone is the city, whose hospitals bear numbers: 衡阳人民医院 is none of 衡阳县. Nor is
        衡东医院 one of 衡东县: it might be private.
        """
        short: dict[str, set[Hospital]] = defaultdict(set)
        for hospital in hospitals:
            for name in (hospital.name, *hospital.aliases):
                match = self._with_kind.match(name)
                if match is None:
                    continue
                place, rest = match["place"], name[match.end() :]
                if rest != "医院" and (rest[:1] == "第" or not self._places.is_city(place)):
                    short[(place + rest).translate(_SPOKEN)].add(hospital)
        return short

    def _placed(self, name: str) -> bool:
        return name.startswith(("湖南", "省", "中南大学")) or bool(self._places.any_city.match(name))

    # -- names that aren't registered -------------------------------------------------------------------

    def _unregistered(self, plain: str, found: list[Mention]) -> Iterator[Mention]:
        last = 0
        for match in islice(_ENDING.finditer(plain), _MOST):
            begin, last = last, match.end()
            if any(each.start <= match.start() < each.end for each in found):
                continue
            earlier = (each.end for each in found if each.end <= match.start())
            floor = max(begin, match.start() - _LONGEST, *earlier)
            for cut in _NO_NAME.finditer(plain, floor, match.start()):
                floor = cut.end()
            places = [*self._places.any_place.finditer(plain, floor, match.start())]
            if places:
                core = plain[places[-1].end() : match.start()].lstrip("市县区省州")
                if core:
                    floor = places[-1].start()
                else:  # 湘雅常德医院: the place ends the name
                    core, places = plain[floor : places[-1].start()], []
            else:
                core = plain[floor : match.start()]
            if self._is_name(core, placed=bool(places)):
                alike = self._likest(plain[floor : match.end()])
                yield Mention(
                    floor, match.end(), (alike,) if alike is not None else (), misspelt=alike is not None
                )

    @staticmethod
    def _is_name(core: str, *, placed: bool) -> bool:
        """Whether what stands before 医院 names one hospital, rather than a kind of hospital."""
        if not core or _KIND_SAID.search(core):
            return False
        general = _GENERIC.match(core)
        own = len(core) - (general.end() if general is not None else 0)
        if own > 1 or (own and placed):
            return True
        # 人民医院 alone is any people's hospital; with its place it is one of its own.
        return placed and bool(_OWN_NAME.fullmatch(core))

    def _likest(self, name: str) -> Hospital | None:
        """Return the one hospital whose name is all but `name`; place, ordinals and kind must agree.

        A character may be left out or be another; one more makes another name.
        """
        names = self._alike.get(self._marks(name))
        if not names:
            return None
        plain = _TOO_PEOPLE.sub(r"\1", name)
        if plain != name and plain in names:
            return names[plain]
        near = [other for other in names if _slip(name, other)]
        ranked = process.extract(name, near, scorer=fuzz.ratio, score_cutoff=_LIKENESS, limit=5)
        if not ranked:
            return None
        best = names[ranked[0][0]]
        rival = max((score for other, score, _ in ranked if names[other] is not best), default=0.0)
        return best if ranked[0][1] - rival >= _LEAD else None

    def _marks(self, name: str) -> object:
        """Return what tells one hospital from another however its name is misspelt."""
        places = {
            match[0] + ("县" if name.startswith("县", match.end()) else "")
            for match in self._places.any_place.finditer(name)
        }
        return (
            frozenset(places),
            "省" in name or "湖南" in name,
            tuple(c for c in name if c in _ORDINALS),
            tuple(sorted(_KINDS.findall(name))),
        )
