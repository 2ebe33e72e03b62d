"""What a text says in a dialogue: inputs, an answer to the open question, or a question of its own."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from bot.dialogue.hospitals import AWAY_ROUTES
from bot.dialogue.state import SlotValue
from bot.language import Understanding, whole_count
from bot.policy import UNKNOWN, Between, OneOf
from bot.policy.codes import COST_FIELDS, INPUTS

COSTS = frozenset({*COST_FIELDS, "own_cost"})
# Words that show a message goes on from the result before it, rather than asking something new.
_GOES_ON = ("那", "如果", "要是", "假如", "换成", "改成", "不对", "不是", "说错", "应该是", "其实")
_MEANING = ("什么意思", "是什么", "啥意思", "是啥", "什么叫", "怎么理解", "么子意思")
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


def heard_in(said: Understanding) -> dict[str, SlotValue]:
    """Return all inputs that a text gives."""
    return heard(said.slots, said.unknown)


_STORY = 60  # characters
_RECKON = re.compile(r"[帮给]我?们?(?:再|重新)?算|算[算下哈]|算一[算下哈]|试算|划一?[下哈]")
_ACCIDENT = re.compile(r"摔|跌倒|车祸|交通事故|工伤|打架|打伤|被狗|狗咬|烫伤|意外")
_ANOTHER = re.compile(
    r"我?(?:老公|老婆|爱人|妈|爸|娘|爹|爷|奶|外公|外婆|崽|女儿|儿子|孩子|朋友|同事|邻居|堂客|公公|婆婆|岳)"
)
_AGREES = re.compile(r"(?:[对是嗯好]|没错|可以|确定|应该是)[的啊呀哦吧嘛对是嗯了,。! ]*")


def is_accident(said: Understanding) -> bool:
    """Whether the text speaks of an injury, which is paid or not by its cause."""
    return bool(_ACCIDENT.search(said.text))


def agrees(said: Understanding) -> bool:
    """Whether the text does nothing but agree."""
    return said.command == "yes" or bool(_AGREES.fullmatch(said.text))


def says(said: Understanding, label: str) -> bool:
    """Whether the text says a choice by its words; one of a single character must be all it says."""
    return label in said.text if len(label) > 1 else label == said.text


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
    if not re.search(rf"(?:在|去|到|跑到|送到){short}", said.text) or re.search(
        rf"{short}(?:的|市)?(?:职工|居民)", said.text
    ):
        return new
    return {"route": OneOf(AWAY_ROUTES), **{n: v for n, v in new.items() if n != "city"}}


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
    """Whether the text asks what a word means."""
    return said.text.rstrip("?。 ").endswith(_MEANING) or said.text.startswith(_MEANING)


def fits(name: str, said: Understanding) -> bool:
    """Whether the text may answer the question for input `name`, however odd it looks by itself."""
    return bool(answer_to(name, said)) or said.number is not None


def answer_to(name: str, said: Understanding) -> dict[str, SlotValue] | None:
    """Return the inputs a text gives in answer to the question for `name`; None if that isn't in it."""
    new = heard_in(said)
    kind = INPUTS[name].kind if name in INPUTS else "code"
    if name in new:
        return new
    if kind == "money":
        if said.bare_amount is not None:
            # Whatever kind of cost a bare sum would be taken for, here it is the one that was asked for.
            rest = {n: v for n, v in new.items() if n not in COSTS}
            return {**rest, **heard({name: said.bare_amount}, ())}
        return new if name == "eligible_cost" and "total_cost" in new else None
    if kind in {"count", "decimal"}:
        count = said.number if said.number is not None else whole_count(said.text)
        # Half a stay or half a child is none.
        if count is not None and (kind == "decimal" or isinstance(count, int)):
            return {**new, name: count}
    return None
