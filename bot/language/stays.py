"""Which stay of the year this one is, and whether those before were at the same level."""

import re

_LEVEL_WORD = r"(?:三级|二级|一级|三甲|二甲|一甲|卫生院|社区|县医院|湘雅|附[一二]|[123]级|[123]甲)"
_NTH = re.compile(
    r"(?:今年|这是|这次是|同年|年内|我)?第(?P<n>[二三四五六两2-6])(?:次|"
    r"回)(?=.{0,6}(?:住|院|进)|(?!.{0,4}(?:门诊|看病|检查|化疗|透析)).{0,4}(?:花|\d|"
    r"[一二两三四五六七八九十]+[万千])|"
    rf"\W*(?:也是|还是|都是)?(?:同(?:一)?(?:级|等级|家)|都是{_LEVEL_WORD})|\W*\Z)"
)
_NTH_BEFORE = re.compile(r"住院.{0,3}第(?P<n>[二三四五六2-6])(?:次|回)")
_EARLIER = re.compile(
    r"(?:之前|前面|上半年|年初|今年已经|先前|已经|以前|今年|"
    r"早前)(?:在.{1,8})?住(?:过)?(?:了)?(?P<n>[一两二三四五六1-6])(?:次|"
    r"回)(?:院)?(?P<now>.{0,12}(?:这次|又住|又|再住|现在|这回))?"
)
_FIRST = re.compile(
    r"(?:第[一1]|头一|首)(?:次|回)(?:去|来|在)?.{0,6}(?:住|入院|院)|(?:没|没有|未)住过院|"
    r"(?:今年)?(?:第[一1]|头一|首)(?:次|回)\W*\Z|住院.{0,3}(?:第[一1]|头一|首)(?:次|回)"
)
_SAME_LEVEL = re.compile(
    rf"同(?:一)?(?:级别|等级|级|家|个医院|所)|又住(?:进|在|到)?(?:了)?(?:同|这|那|原来|原)|"
    rf"还是(?:那|这|同|原来)|都是{_LEVEL_WORD}|都在同"
)
_NTH_AT_LEVEL = re.compile(
    rf"第[二三四五六两2-6](?:次|回)(?:去|又|再|还)?(?:是)?(?:住|进)(?:了|在|院在|的是|的|"
    rf"到)?(?:还是)?{_LEVEL_WORD}|第[二三四五六两2-6](?:次|回){_LEVEL_WORD}"
)
_OTHER_LEVEL = re.compile(r"(?:不同|别的|不是同)(?:一)?(?:级别|等级|级|家)")
_COUNT = {**{c: i for i, c in enumerate("零一二三四五六")}, "两": 2}

_SAME_AGAIN = re.compile(r"又住(?:进|在|到)?(?:了)?(?:同一|原来|这)")


# What asks for the same again as a later stay: it is taken to be at the same level.
_FOLLOW_UP = re.compile(
    r"\A(?P<lead>(?:那么?|要是|如果|假如|假设|换成|改成|算|算成|按|我|这是|是|"
    r" )*+)(?:第(?P<n>[二三四五六两2-6])(?:次|回)|(?P<times>[二三四五六两2-6])(?:次|回)(?=住院))"
    r"(?:的)?(?:再|又|去)?(?P<stay>住院|入院|住)?(?:了)?(?:的话|来算|算)?(?P<tail>呢?)\W*"
)
_FOLLOW_UP_LENGTH = 20
# What answers whether the stay before was at the same level.
_SAME = re.compile(
    r"\A(?:对|是|嗯|就|还是|[, ])*+"
    r"(?:(?:上次|前次|前面|之前)?(?:也|都)?是?同(?:一个?)?(?:级别?|等级)(?:的?医院)?|"
    rf"(?:(?:两次)?都|(?:上次|前次|前面|之前)也)是{_LEVEL_WORD}(?:医院)?)"
    r"[的啊呀哦咯吧,。! ]*"
)


def find_stays(text: str) -> tuple[dict[str, int], bool]:
    """Return `prior_stays` and `prior_stays_same_level` as far as `text` tells them.

    The second value is True where earlier stays are told but not their level, which halves the deductible
    or doesn't.
    """
    asked = _FOLLOW_UP.fullmatch(text) if len(text) <= _FOLLOW_UP_LENGTH else None
    if asked is not None and (
        asked["tail"]
        or (asked["stay"] and asked["n"])
        or re.search("要是|如果|假如|假设|换成|改成|算|按|那", asked["lead"])
    ):
        nth = asked["n"] or asked["times"]
        before = int(_COUNT.get(nth, nth)) - 1
        return {"prior_stays": before, "prior_stays_same_level": before}, False
    if len(text) <= _FOLLOW_UP_LENGTH and _SAME.fullmatch(text):
        return {"prior_stays": 1, "prior_stays_same_level": 1}, False
    earlier = 0
    if match := _NTH.search(text) or _NTH_BEFORE.search(text):
        earlier = int(_COUNT.get(match["n"], match["n"])) - 1
    elif match := _EARLIER.search(text):
        said = int(_COUNT.get(match["n"], match["n"]))
        if match["now"] or "已经" in match[0] or "今年" not in match[0]:
            earlier = said
    elif _FIRST.search(text):
        return {"prior_stays": 0, "prior_stays_same_level": 0}, False
    if not earlier:
        again = _SAME_AGAIN.search(text)
        return ({"prior_stays": 1, "prior_stays_same_level": 1} if again else {}), False
    other = bool(_OTHER_LEVEL.search(text))
    if not other and (_SAME_LEVEL.search(text) or _NTH_AT_LEVEL.search(text)):
        return {"prior_stays": earlier, "prior_stays_same_level": earlier}, False
    if other and earlier == 1:
        return {"prior_stays": 1, "prior_stays_same_level": 0}, False
    return {"prior_stays": earlier}, True
