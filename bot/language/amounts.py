"""Amounts of money as people say them: 2万3, 三千五百元, 2.3w, 一万多, 小两万, 3毛5.

All arithmetic is on whole numbers and `Decimal` of bounded length, so no text can make it slow or overflow.
What is no money (years, telephone numbers, ages, days, percentages, document numbers) is left out here, by
what stands right before and after; which field an amount belongs to is decided in `costs`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from bot.language.numerals import (
    BODY,
    DIGITS,
    HAN_DIGITS,
    UNIT_CHARACTERS,
    UNITS,
    NotANumberError,
    TooManyDigitsError,
    read_number,
)

MAX_FEN = 100_000_000 * 100
"""The largest amount the project accepts, in fen."""

Money = int | tuple[int, int]


@dataclass(frozen=True, slots=True)
class Amount:
    """One amount in a text.

    `start` and `end` are offsets; `low` and `high` are fen, equal unless a range was said. `marked`: a unit
    of money, 万 or 千 makes it plain that this is money. `problem`: `negative`, `too_large`, `too_fine`.
    """

    start: int
    end: int
    low: int
    high: int
    marked: bool
    problem: str | None = None

    @property
    def money(self) -> Money:
        """Fen, or (low, high) in fen."""
        return self.low if self.low == self.high else (self.low, self.high)


_MONEY_UNIT = r"(?:元整|圆整|元|圆|块钱|块|毛钱|毛|角|分钱|rmb|RMB|人民币)"
_RUN = re.compile(
    rf"(?P<minus>[-−–－负](?=[\d{HAN_DIGITS}¥$十]))?(?P<sign>[¥¥$] ?)?(?P<body>{BODY})"
    rf"(?P<power>\^\d+|[eE]\+?\d+)?(?: ?(?P<unit>{_MONEY_UNIT}))?"
)
_SMALL = HAN_DIGITS.replace("零", "").replace("〇", "")
_AFTER_YUAN = re.compile(
    rf" ?零?(?P<jiao>\d|[{_SMALL}])(?:(?P<jiao_unit>[毛角])(?:钱|(?P<fen>\d|[零{_SMALL}])分?)?"
    r"|(?P<fen_unit>分)|(?P<cents>\d)(?!\d)|(?=$|[ ,。.!?;、)钱的]))"
)
_AFTER_JIAO = re.compile(rf" ?(?P<fen>\d|[{_SMALL}])分?(?![\d次个天年%])")

# What must not stand right after or before a number that is money.
_COUNTED = (
    r"年|个?月(?!供)|天|次|岁|%|‰|个|成|折|倍|小时|分钟|人|名|例|公里|米|斤|份|盒|分之|多(?:年|天|个|"
    r"次|岁|人)"
)
_NOT_AFTER_LARGE = re.compile(rf" ?(?:{_COUNTED})")
_NOT_AFTER = re.compile(
    rf" ?(?:{_COUNTED}|日|号|回|级|周|星期|点|位|口|楼|条|款|期|届|种|项|张|针|胎|片|层|室|遍|趟|"
    rf"瓶|粒|颗|克|毫|ml|mg)"
)
_NOT_BEFORE = re.compile(
    r"(?:第|附|分之|湘雅|(?:住院|病历|床位?|单|账|卡|门诊|流水|发票|社保|房)号(?:是|为|:)? ?|"
    r"发 ?[\[〔(【] ?|[\[〔【] ?|电话|热线|手机号?|尾号|编号|号码|拨打|满|年龄|"
    r"[A-Za-z./_#])\Z"
)
_MEASURED = re.compile(r"(?:血压|血糖|高压|低压|心率|心跳|体重|身高)[有到是都了高达:]{0,2} ?\Z")
_AT = re.compile(r"(?<!现)在\Z")
_PLACE_AFTER = re.compile(r"[住花看做治用开生]")  # 在415花了2万
_HOTLINE = {"12393", "12345", "12333", "12315", "12320", "120", "110", "119", "10086"}
_CALLED_OUT = re.compile(r"送|急救|救护|车|来|拉|接")  # 120送去的
_HOSPITAL_AFTER = re.compile(r"医院")  # 169医院
_LONGEST_NAME = 3  # digits
_MOBILE = re.compile(r"1\d{10}")
_DATE_AFTER = re.compile(r"\.\d")  # 2022.12 in 2022.12.28
_NEARLY = re.compile(r"(?:将近|接近|不到|没到|近|快|小|差点) ?\Z")
_NEARLY_AHEAD = re.compile(r"[将接不近快小差]|没到")
_NEARLY_AFTER = re.compile(r" ?(?:不到|都不到|都?没到|差点|出头)")
_JOIN = re.compile(r" ?(?:到|至|~|-|–|—|或者?) ?")


def _fen(value: Decimal, unit: Decimal) -> tuple[int, str | None]:
    """Return the value as fen, and what is wrong with it."""
    fen = value * unit * 100
    if fen > MAX_FEN:
        return 0, "too_large"
    whole = int(fen)
    return whole, None if whole == fen else "too_fine"


_UNIT_SHARE = {"毛": Decimal("0.1"), "角": Decimal("0.1"), "分": Decimal("0.01")}


def _is_money(text: str, match: re.Match[str]) -> bool:
    """Tell whether a run of number characters is money, by its unit and by what stands around it."""
    body, start, end = match["body"], match.start(), match.end()
    after = text[end : end + 1]
    if (
        (after.isascii() and after.isalpha())
        or _DATE_AFTER.match(text, end)
        or text[max(0, start - 1) : start] == "第"
        or (body[0] == "0" and body[1:2].isdigit())  # 0734 is a dialling code
    ):
        return False
    if match["unit"] or match["sign"]:
        return True
    before = text[max(0, start - 6) : start]
    if match["minus"] and before[-1:].isdigit():
        return False  # 0734-8812345
    not_after = _NOT_AFTER_LARGE if body[-1] in UNIT_CHARACTERS else _NOT_AFTER
    if not_after.match(text, end) or _NOT_BEFORE.search(before):
        return False
    if not _marked(match) and body[0] in HAN_DIGITS + "十几上拾":
        return False
    if len(body) <= _LONGEST_NAME and _HOSPITAL_AFTER.match(text, end) and not _SPENT.search(before):
        return False
    if not _marked(match) and (
        _MEASURED.search(before)
        or (len(body) <= _LONGEST_NAME and _AT.search(before) and _PLACE_AFTER.match(text, end))
    ):
        return False
    called = body in _HOTLINE and (before or _CALLED_OUT.match(text, end))
    return not called and not _MOBILE.fullmatch(body)


def _marked(match: re.Match[str]) -> bool:
    return bool(match["unit"] or match["sign"]) or any(c in "百千万亿wWkK佰仟" for c in match["body"])


def _amount(text: str, match: re.Match[str]) -> Amount | None:
    """Return what the run says as money, None if it says no number."""
    start, end = match.span()
    marked = _marked(match)
    before = text[max(0, start - 6) : start]
    try:
        if match["power"]:
            raise TooManyDigitsError
        low, high = read_number(match["body"])
    except TooManyDigitsError:
        return Amount(start, end, 0, 0, marked, "too_large")
    except NotANumberError:
        return None
    # A dash between two words is no sign: only one at the start, or after a Han character, is.
    if match["minus"] and (
        not before or match["minus"] == "负" or not before[-1].isalnum() or before[-1] > "一"
    ):
        return Amount(start, end, 0, 0, marked, "negative")
    extra, end = _small_change(text, end, match["unit"])
    low, high = low + extra, high + extra
    if nearly := _NEARLY.search(before):
        high, low = low, low * Decimal("0.9")
        start -= len(nearly[0])
    elif after := _NEARLY_AFTER.match(text, end):
        end = after.end()
        low, high = (low, low * Decimal("1.1")) if "出头" in after[0] else (low * Decimal("0.9"), low)
    share = _UNIT_SHARE.get((match["unit"] or "元")[0], Decimal(1))
    low_fen, low_problem = _fen(low, share)
    high_fen, high_problem = _fen(high, share)
    if low != high:
        # The ends of a range are our reading of a vague word; they may be cut to the fen.
        problem = "too_large" if "too_large" in {low_problem, high_problem} else None
    else:
        problem = low_problem
    return (
        Amount(start, end, 0, 0, marked, problem)
        if problem
        else Amount(start, end, low_fen, high_fen, marked)
    )


def _small_change(text: str, end: int, unit_word: str | None) -> tuple[Decimal, int]:
    """Return what 块 or 毛 is followed by (5 in 3块5, in the unit said), and where it ends."""
    if not unit_word or unit_word[-1] not in "块元圆毛角":
        return Decimal(0), end

    def digit(said: str | None) -> Decimal:
        return Decimal(DIGITS.get(said, said)) if said else Decimal(0)

    if unit_word[0] in "毛角":
        after = _AFTER_JIAO.match(text, end)
        return (digit(after["fen"]) / 10, after.end()) if after else (Decimal(0), end)
    after = _AFTER_YUAN.match(text, end)
    if not after:
        return Decimal(0), end
    if after["fen_unit"]:
        return digit(after["jiao"]) / 100, after.end()
    return digit(after["jiao"]) / 10 + digit(after["fen"] or after["cents"]) / 100, after.end()


# What is written for a machine: {% for i in range(99999) %}, <b onclick=5000>.
_CODE = re.compile(r"\{[{%].{0,200}?[%}]\}|<[A-Za-z/!][^<>]{0,200}>")


def find_amounts(text: str) -> list[Amount]:
    """Return the amounts of money in normalised `text`, in order.

    两万到三万 is one amount with a range, and so is 2-3万. A bare figure without any unit counts when it is
    a whole number of at least three digits or has decimals, and is no year.
    """
    if "{" in text or "<" in text:
        text = _CODE.sub(lambda code: "," * len(code[0]), text)
    found = list(_spans(text))
    position = 0
    for match in _RUN.finditer(text):
        if any(range_.start <= match.start() < range_.end for range_ in found[:8]):
            continue
        if match.start() < position or not _is_money(text, match) or not (amount := _amount(text, match)):
            continue
        position = amount.end
        if found and (join := _joined(text, found[-1], amount)):
            found[-1] = join
            continue
        if amount.marked or amount.problem or _plain_figure(text, amount):
            found.append(amount)
    return sorted(found, key=lambda amount: amount.start)


_FIGURE = r"\d{1,9}(?:\.\d{1,4})?"
_SPAN = re.compile(
    rf"(?<![\d.\-年])(?P<low>{_FIGURE})[-~–—到至](?P<high>{_FIGURE})(?![\d.\-年月日号岁天次个%])"
    rf"(?P<scale>[百千万wWkK])?(?P<unit>{_MONEY_UNIT})?"
)


def _spans(text: str) -> Iterator[Amount]:
    """Yield 2-3万 and 3000到5000块: two figures of which only the second bears the unit."""
    for match in _SPAN.finditer(text):
        scale = Decimal(UNITS.get(match["scale"] or "", 1))
        low, high = Decimal(match["low"]) * scale, Decimal(match["high"]) * scale
        if low >= high or not (match["scale"] or match["unit"]) or (match["low"][0] == "0" and low >= 1):
            continue
        low_fen, high_fen = int(low * 100), int(high * 100)
        if high_fen <= MAX_FEN:
            yield Amount(match.start(), match.end(), low_fen, high_fen, True)


def _joined(text: str, first: Amount, second: Amount) -> Amount | None:
    """Return 两万到三万, said in full twice, as one range."""
    between = text[first.end : second.start]
    if not _JOIN.fullmatch(between) or first.problem or second.problem or not first.low < second.high:
        return None
    return Amount(first.start, second.end, first.low, second.high, first.marked or second.marked)


_SPENT = re.compile(r"(?:花了?|花费|用了|花掉|药费|费用|付了)(?:是|有|:|大概|差不多)? ?\Z")


def _plain_figure(text: str, amount: Amount) -> bool:
    said = text[amount.start : amount.end].rstrip("多余来 ")
    if "." in said or "," in said:
        return True
    whole = said.lstrip("-−–负")
    if not whole.isdigit():
        return False
    if len(whole) < 3:
        return len(whole) == 2 and bool(_SPENT.search(text, max(0, amount.start - 8), amount.start))
    return not _like_a_year(whole)


def _like_a_year(figures: str) -> bool:
    return len(figures) == 4 and figures[:2] in {"19", "20"} and figures[2:] != "00"


_LONGEST = 60
_TAIL = " 吧啊呢了哦钱整,。!的样子左右上下这话才对?"
_CORRECTION = re.compile(
    r"(?:(?:不是[^,是]{1,10},?(?:而是|应该是|是)|我?[说搞记弄打讲]?错了?|不对|不是(?=[, ]?是)|"
    r"[哦噢喔啊]不|更正|改成|改为|换成|如果|要是|假如|假设|那么?|还是|应该是|其实是?|是)[,。!、: ]*)+"
)
# 2万,啊不对,: the amount before is no longer meant.
_TAKEN_BACK = re.compile(
    rf"\A(?:大概|大约|花了|用了)?(?>{BODY})(?:{_MONEY_UNIT})?[,。!;? ]{{0,3}}"
    r"(?:[哦噢喔啊呀呃额嗯诶哎欸唉][,。! ]{0,2}){0,3}我?(?:不对|(?:说|搞|记|弄|打|讲)?错了?)[,。! ]{0,3}"
)
_HEDGE = re.compile(
    r"(?:大概|大约|好(?=几)|差不多|约莫|约|应该|估计|可能|好像|就是|就|是|有|一共|总共|共|花了|用了|花|费用)"
    r"|(?:左右|上下|的样子|样子|这样|以内|吧|啊|呢|了|哦|钱|整|人民币|块|元|,|。|!|\.(?=\Z)| )"
)


def whole_amount(text: str) -> Amount | None:
    """Return the amount that is all `text` says, whatever its size or unit.

    Hedges and what leads a correction are no words of their own: 大概两万吧, 不对,是两万五, 那要是五万呢.
    """
    if ("不对" in text or "错" in text) and (taken_back := _TAKEN_BACK.match(text)):
        text = text[taken_back.end() :]
    corrects = _CORRECTION.match(text)
    start = corrects.end() if corrects else 0
    while (hedge := _HEDGE.match(text, start)) and hedge.end() > start:
        start = hedge.end()
    inner = text[start:].rstrip(_TAIL)
    if corrects and _like_a_year(inner):
        return None  # 那2022呢 asks about a year
    match = _RUN.match(inner)
    # Alone, a bare 五 or 12393 is a number too, so what `find_amounts` asks of it isn't asked here.
    alone = _amount(inner, match) if match else None
    if alone is not None and alone.end == len(inner):
        return alone
    if len(inner) > _LONGEST or not (match or _NEARLY_AHEAD.match(inner)):
        return None
    found = find_amounts(inner)
    return found[0] if len(found) == 1 and (found[0].start, found[0].end) == (0, len(inner)) else None
