"""What a text says in a dialogue: inputs, an answer to the open question, or a question of its own."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from bot.dialogue.hospitals import AWAY_ROUTES
from bot.dialogue.state import Comparison, SlotValue
from bot.language import Understanding, Wish, whole_count
from bot.policy import UNKNOWN, Between, OneOf
from bot.policy.codes import BILLED, COST_FIELDS, INPUTS

COSTS = frozenset({*COST_FIELDS, "own_cost"})
_PAID_AS_RESIDENT = ("一年交一次", "村里收", "社区收", "村里交", "社区交", "居委会")
_MOST_COUNT = 1_000  # of years, months, hours, children or stays: more is a slip
LEAST_COST = 10
"""Yuan; a smaller bare number is hardly a cost."""
OF_COSTS = BILLED | {"catastrophic", "childbirth"}
COST_PARTS = frozenset(COST_FIELDS[2:])
WHOLE_COSTS = frozenset({"eligible_cost", "total_cost", "own_cost"})
# Words that show a message goes on from the result before it, rather than asking something new.
_GOES_ON = ("那", "如果", "要是", "假如", "换成", "改成", "不对", "不是", "说错", "应该是", "其实")
_MEANING = (
    "什么意思",
    "是什么",
    "什么是",
    "啥意思",
    "是啥",
    "啥是",
    "什么叫",
    "啥叫",
    "怎么理解",
    "么子意思",
)
_QUESTION = re.compile(
    r"多少|几[成多个点]|好多|吗|么|怎么|如何|什么|哪|能不能|可不可以|是不是|要不要|[?？呢]"
)


def heard(slots: Mapping[str, object], unknown: Iterable[str]) -> dict[str, SlotValue]:
    """Return what was understood as inputs: bounds as Between, possible codes as OneOf, open ones UNKNOWN."""
    result: dict[str, SlotValue] = {}
    for name, value in slots.items():
        if isinstance(value, tuple) and all(isinstance(each, int) for each in value):
            result[name] = Between(*value)
        elif isinstance(value, tuple):
            result[name] = OneOf(tuple(str(each) for each in value))
        elif isinstance(value, (str, bool, int, date, Decimal)):
            result[name] = value
    for name in unknown:
        if name in INPUTS:
            result.setdefault(name, UNKNOWN)
    return result


# What is only wondered about is neither so nor not so.
_WHETHER = re.compile(
    r"(?:不知道|不清楚|不晓得|晓不得|不确定|搞不清楚?|说不准|不记得)[^,。;!?]{0,4}(?:是不是|算不算|是否)[^,。;!?]{0,2}?"
    r"(?:(?P<status>退休|在职)|(?P<insurance>职工|居民)|(?P<hardship>低保|特困|贫困|困难)"
    r"|(?P<tcm>中医)|(?P<designated>定点))"
)
_FILED = re.compile(r"(?:那|是|我)?(?:异地)?(?:就医)?(?:有)?备案(?:了|的|过)?[啊呀咯,。!]*")


def is_at_home(said: Understanding, short: str) -> bool:
    """Whether the text says that the care was in the own city, called `short`, after all."""
    if len(said.text) > _SHORT:
        return False
    return bool(
        re.search(rf"不是(?:在)?(?:异地|外地)|没有?(?:去|到|出)|(?:就?在|回){short}(?:住|看|治)", said.text)
    )


def is_filed(said: Understanding) -> bool:
    """Whether the text is no more than a word for filing, which in a calculation says that it was done."""
    return bool(_FILED.fullmatch(said.text))


def heard_in(said: Understanding) -> dict[str, SlotValue]:
    """Return all inputs that a text gives."""
    # Of a part of the bill that isn't known nothing is taken off, and the result says so.
    new = heard(said.slots, said.unknown - COST_PARTS)
    for match in _WHETHER.finditer(said.text):
        name = str(match.lastgroup)
        new.pop(name, None)
        if INPUTS[name].kind == "yes_no":
            new[name] = UNKNOWN
    return new


_DENIALS = ("不", "没", "没有", "不是", "非", "别")
_STORY = 60  # characters
_RECKON = re.compile(r"[帮给]我?们?(?:再|重新)?算|算[算下哈]|算一[算下哈]|试算|划一?[下哈]")
_ACCIDENT = re.compile(r"摔|跌倒|车祸|交通事故|工伤|打架|打伤|被狗|狗咬|烫伤|意外")
_ANOTHER = re.compile(
    r"我?(?:老公|老婆|爱人|妈|爸|娘|爹|爷|奶|外公|外婆|崽|女儿|儿子|孩子|朋友|同事|邻居|堂客|公公|婆婆|岳)"
)
_SHORT = 20  # characters; whoever agrees or denies says little else
_AGREES = re.compile(
    r"(?:(?:[对是嗯好👌👍]|没错|[冒冇没]得错|可以|确定|要得|(?:应该|好像|大概|可能|我记得)是|是这样|就?按你说的)"
    r"[的啊呀哦吧嘛了算,。! ]*)+"
)
_AGREES_FIRST = re.compile(r"(?:对|是|嗯+|好|没错|可以|要得)[的啊呀吧]?[,。! ]")
_DENIES = re.compile(r"(?:应该|好像|大概|可能|恐怕|肯定)?(?:不是|不对|要不得|错了)[的啊呀哦吧嘛了,。! ]*")
_LEVEL = re.compile(
    r"(?P<denied>(?:不是|不算|不属于|不到|没到|没有|并非|不像)(?:个|什么|是)?)?(?P<level>[一二三123])[级甲]"
)
_LEVELS = {"一": "level1", "二": "level2", "三": "level3", "1": "level1", "2": "level2", "3": "level3"}
_UNSURE_WHETHER = re.compile(
    r"(?:不知道|不清楚|不晓得|晓不得|不确定|搞不清楚?|说不准|不记得|记不[得清])[^,。;!?]{0,6}(?:是不是|算不算|是否|还是|有没有)"
)
_COMPARES = re.compile(r"(?:报|报销)[得的]?(?:更|要|比较)?(?:少|低|高|多)(?!少)|起付线?[更要]?[高低]")
# Where one is insured, as against treated; nothing of care may follow.
_INSURED = r"(?:医保|社保|农合|参保|保险|户口|户籍)"
_NO_CARE = r"(?![^,。;!?]{0,6}(?:住|看病|门诊|医院|就医|就诊|治|手术|用|刷|报|定点))"


def is_cost(said: Understanding) -> bool:
    """Whether the text is a sum that may well be a cost."""
    amount = said.bare_amount
    return amount is not None and (isinstance(amount, tuple) or amount >= LEAST_COST * 100)


def cost_told(slots: Mapping[str, SlotValue]) -> str:
    """Return the input that a mere sum of money is, in a calculation with these inputs."""
    return next((name for name in ("total_cost", "own_cost") if name in slots), "eligible_cost")


def comparison(wish: Wish) -> Comparison:
    """Return the comparison that is wished for."""
    days = wish.name == "date"
    return Comparison(wish.name, tuple(date.fromisoformat(v) if days else v for v in wish.values))


def is_accident(said: Understanding) -> bool:
    """Whether the text speaks of an injury, which is paid or not by its cause."""
    return bool(_ACCIDENT.search(said.text))


def agrees(said: Understanding) -> bool:
    """Whether the text does nothing but agree."""
    return said.command == "yes" or (len(said.text) <= _SHORT and bool(_AGREES.fullmatch(said.text)))


def agrees_first(said: Understanding) -> bool:
    """Whether the text agrees and goes on to tell more: 对，不过花了9000."""
    return bool(_AGREES_FIRST.match(said.text))


def denies(said: Understanding) -> bool:
    """Whether the text does nothing but deny."""
    return said.command == "no" or (len(said.text) <= _SHORT and bool(_DENIES.fullmatch(said.text)))


def levels_denied(said: Understanding) -> tuple[frozenset[str], str | None]:
    """Return the levels that a text denies, and the one that it says instead: 不算三级，应该是二级."""
    denied: set[str] = set()
    meant: set[str] = set()
    for match in _LEVEL.finditer(said.text):
        (denied if match["denied"] else meant).add(_LEVELS[match["level"]])
    return frozenset(denied), next(iter(meant)) if len(meant) == 1 else None


_UNKNOWN = re.compile(r"不知道|不晓得|不清楚|不确定|搞不[清懂]|说不准|忘[了记]|记不|不记得")
# Each word is taken at once and never given back, so that no text takes long.
_FORGET_ALL = re.compile(
    r"(?:请|麻烦|帮|给|把|将|你|您|我|自己|的|说|过|全部|全|所有|一切|都|情况|信息|数据|记录|资料|东西|内容|话"
    r"|忘记|忘|删除|删|清除|清空|清|掉|了|吧|啊|呀|一下|马上|现在|谢谢|please|about|everything|all|me|[\W_])*+"
)


def wonders_whether(said: Understanding) -> bool:
    """Whether the text names a value only to say that it isn't known: 不知道是不是三级."""
    return bool(_UNSURE_WHETHER.search(said.text)) and "," not in said.text


def does_not_know(said: Understanding) -> bool:
    """Whether the text says no more than that something isn't known: 不知道, 我忘了是哪里."""
    return bool(_UNKNOWN.search(said.text))


def says_so_again(said: Understanding) -> bool:
    """Whether the text beside a command to forget says no other thing, and asks nothing."""
    return bool(_FORGET_ALL.fullmatch(said.text))


def compares(said: Understanding) -> bool:
    """Whether the text is one clause about what pays more or less, and so answers nothing."""
    return bool(_COMPARES.search(said.text)) and "," not in said.text


def names_scheme(said: Understanding) -> bool:
    """Whether the text speaks of an insurance by a word for it."""
    return bool(re.search(_INSURED, said.text))


def says(said: Understanding, label: str) -> bool:
    """Whether the text says a choice by its words; one of a single character must be all it says."""
    if len(label) == 1:
        return label == said.text
    before, found, _ = said.text.partition(label)
    return bool(found) and not before.endswith(_DENIALS)  # 不是中医医院 is no 是中医医院


_WHAT = (
    r"(?P<{0}cost>费用|金额|钱数|花的钱)|(?P<{0}hospital_level>医院|级别|等级)|(?P<{0}city>城市|地方|参保地)"
    r"|(?P<{0}insurance>医保种类|险种|医保)|(?P<{0}status>身份)"
)
_TO_BE_AMENDED = re.compile(
    rf"(?:我?(?:要|想)?(?:改|修改|更改|换)(?:一下|一改|个|下)?(?:{_WHAT.format('a_')}))"
    rf"|(?:(?:{_WHAT.format('b_')})(?:我?(?:搞|说|填|弄|写)?错了?|不对|要改|改一下|改下))"
)


def to_be_amended(said: Understanding, slots: Mapping[str, SlotValue]) -> str | None:
    """Return the input that a text calls wrong without a better value: 医院错了, 改费用."""
    match = _TO_BE_AMENDED.fullmatch(said.text.strip(" ,。!的了吧啊"))
    if match is None or match.lastgroup is None:
        return None
    name = match.lastgroup[2:]
    return cost_told(slots) if name == "cost" else name


def speaks_of_stay(said: Understanding) -> bool:
    """Whether the text speaks of being in hospital."""
    return bool(re.search(r"住[^,。;!?]{0,4}院", said.text))


def of_another(said: Understanding) -> bool:
    """Whether the text speaks of another person than before."""
    return bool(_ANOTHER.search(said.text))


def at_home(
    new: dict[str, SlotValue], known: object, said: Understanding, short: str
) -> dict[str, SlotValue]:
    """Return `new` with a city that is only the place of care read as care away from the known city.

    `short` is how the city in `new` is called.
    """
    if known is None or new.get("city", known) == known or not short:
        return new
    if not re.search(rf"(?:在|去|到|跑到|送到){short}", said.text) or _is_home(said.text, short):
        return new
    return {"route": OneOf(AWAY_ROUTES), **{n: v for n, v in new.items() if n != "city"}}


def _is_home(text: str, short: str) -> bool:
    """Whether the text says that one is insured in the city called `short`."""
    return bool(
        re.search(
            rf"{short}(?:的|市)?(?:职工|居民)"
            rf"|{_INSURED}[^,。;!?]{{0,6}}在{short}{_NO_CARE}"
            rf"|在{short}[市县区]?(?:这边|那边|本地)?(?:参保|[交缴买参上][了加]?的?(?:是|职工|居民)*{_INSURED}|的?户口)"
            rf"|不在[一-鿿]{{2,5}},?(?:而是)?在{short}[市县]?的?[啊呢呀]?(?:[,。;!?]|\Z)",
            text,
        )
    )


def asks_policy(said: Understanding) -> bool:
    """Whether the text is surely about one subject."""
    return said.sure


def is_question(said: Understanding) -> bool:
    """Whether the text asks, rather than tells."""
    return bool(_QUESTION.search(said.text))


def is_story(said: Understanding) -> bool:
    """Whether the text tells a story around its question."""
    return len(said.text) > _STORY


def is_to_be_reckoned(said: Understanding) -> bool:
    """Whether the text asks outright to work something out."""
    return bool(_RECKON.search(said.text))


def goes_on(said: Understanding) -> bool:
    """Whether the text speaks on from the result before it: 那退休的呢."""
    return said.text.startswith(_GOES_ON) or said.text.rstrip("?。 ").endswith("呢")


def asks_meaning(said: Understanding) -> bool:
    """Whether the text asks what a word means, rather than what is paid to whom."""
    if said.sure and not {"insurance", "benefit"}.isdisjoint(said.slots) and "意思" not in said.text:
        return False
    return said.text.rstrip("?。 ").endswith(_MEANING) or said.text.startswith(_MEANING)


def fits(name: str, said: Understanding) -> bool:
    """Whether the text may answer the question for input `name`, however odd it looks by itself."""
    return bool(answer_to(name, said)) or said.number is not None


def _scheme_by_paying(said: Understanding, new: Mapping[str, SlotValue]) -> str | None:
    """Return the scheme by how one pays for it, in the words in which the question tells them apart."""
    if new.get("who") == "employer":
        return "employee"
    return "resident" if any(words in said.text for words in _PAID_AS_RESIDENT) else None


def answer_to(name: str, said: Understanding) -> dict[str, SlotValue] | None:
    """Return the inputs a text gives in answer to the question for `name`; None if that isn't in it."""
    new = heard_in(said)
    kind = INPUTS[name].kind if name in INPUTS else "code"
    if name in new:
        return new
    if name == "insurance" and (scheme := _scheme_by_paying(said, new)) is not None:
        return {name: scheme}
    if said.command == "no" and name in INPUTS and kind in {"money", "count"}:
        usual = INPUTS[name].default  # 没有: none of it, where there is such a thing as none
        return {name: usual} if usual is not None else None
    if kind == "money":
        if said.bare_amount is not None:
            # Whatever kind of cost a bare sum would be taken for, here it is the one that was asked for.
            rest = {n: v for n, v in new.items() if n not in COSTS}
            return {**rest, **heard({name: said.bare_amount}, ())}
        return new if name == "eligible_cost" and "total_cost" in new else None
    if kind in {"count", "decimal"}:
        count = said.number if said.number is not None else whole_count(said.text)
        # Half a stay or half a child is none.
        if count is not None and count <= _MOST_COUNT and (kind == "decimal" or isinstance(count, int)):
            return {**new, name: count}
    return None
