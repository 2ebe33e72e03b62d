"""Which field each amount in a text belongs to."""

import re
from dataclasses import dataclass
from itertools import pairwise

from bot.language.amounts import Amount, Money
from bot.language.numerals import read_number

_VISITS = r"(?:看)?(?:普通)?(?:门诊|看病|特药|靶向药|拿药|买药|药费)"
# What is said right before an amount, or right after it, and the field that makes it; '' is no cost of ours.
# The first pattern that fits nearest to the amount wins.
_ROLES: tuple[tuple[str, str], ...] = (
    (
        "",
        (r"(?:这次|本次|这回)(?:的)?(?:起付[线钱费标准]*|门[槛坎]费?)?(?:付|交|出|扣|收|报)(?:销)?(?:了|掉)"),
    ),
    (
        "prior_deductible",
        (
            r"(?:(?:今年|之前|前面|上次|先前|已经?|总共|累计){0,3})(?:付|交|出|扣|用|收)(?:了|过)的?"
            r"(?:起付[线钱费]?|门[槛坎]费?)|(?:起付[线钱费标准]*|"
            r"门[槛坎]费?)(?:已经?|都|今年|累计|前面|上次|之前){0,2}(?:付|交|出|扣|用|收|花)(?:了|过|掉)?"
        ),
    ),
    (
        "bonus",
        r"(?:连续参保|零报销|大病)?(?:的)?奖励(?:的|了)?(?:额度|限额)(?:已经?|累计|一共|是|有|到)*|(?:额度|"
        r"限额)(?:的)?奖励(?:了|是|有)?",
    ),
    (
        "prior_cost",
        (
            rf"(?:今年)?(?:之前|前面|先前|上半年)(?:的|在)?{_VISITS}(?:已经?|一共|累计|总共){{0,2}}(?:花|"
            rf"用)(?:了|过|掉|去)*|"
            rf"(?:今年|年内)(?:的|在)?{_VISITS}(?:已经?|之前|前面|先前|累计)(?:一共|总共|累计|就)?(?:花|"
            rf"用)(?:了|过|掉|去)*|"
            rf"(?:今年|年内)(?:已经?|之前|前面|先前|累计)(?:的|在)?{_VISITS}(?:一共|总共|累计|就)?(?:花|"
            rf"用)(?:了|过|掉|去)*"
        ),
    ),
    (
        "disease_limit",
        (r"病种(?:的)?(?:年度|剩余|用药|药费)?限额|(?:还剩|剩余|剩下)的?限额|限额还?(?:剩|有)下?"),
    ),
    (
        "prior_paid",
        (
            r"(?:今年|之前|前面|上次|先前|年内|已经?)(?:医保|统筹|基金|基本医保|里|已经?|都|总共|累计|一共|"
            r"给|帮|"
            r"我们?|[他她]){0,5}(?:报|支付|付)(?:销)?(?:了|过|掉)|统筹(?:基金)?(?:已经?|今年)+(?:支付|付|"
            r"报销?)了?|已经?报销?(?:了|过)?|基金已(?:支付|付)"
        ),
    ),
    (
        "prior_own",
        (
            r"(?:之前|前面|先前|上次|年初|上半年)(?:住院)?(?:一共|总共|累计|已经?)?(?:自己|个人)(?:已经?|"
            r"累计|一共|"
            r"总共)?(?:自付|支付|付|出|掏)(?:了|掉|过)?"
        ),
    ),
    ("payroll", r"(?:月|每月)?工资总额(?:是|有|大概|每月|一个月)?"),
    ("pension", r"(?:养老金|退休金|退休工资)(?:每个?月|一个月|月)?(?:能)?(?:是|有|拿|领|发|大概|到手)*"),
    ("benchmark", r"(?:缴费)?基准值(?:是|为)?"),
    ("average_cost", r"(?:人均|平均)的?生育(?:医疗)?费用?(?:是|为)?|生育(?:医疗)?费用?(?:人均|平均)"),
    (
        "wage",
        (
            r"(?:月|每月|基本)?工资(?:条上?写的?)?(?:是|有|大概|每月|一个月|到手)?|月薪|月收入|月入|工资基数|"
            r"(?:一个?|每个?)月(?:能|大概)?(?:拿|挣|赚|到手)(?:到)?"
        ),
    ),
    ("monthly_base", r"月?(?:平均|人均)月?(?:缴费)?(?:基数|工资)|月均(?:缴费)?基数"),
    ("", r"(?:能|可以|给)报(?:销)?(?:到|得)?\Z"),
    ("", r"(?:每[天日]|一天)(?:要|得)?(?:花|用|收)?了?"),
    (
        "",
        (
            r"(?:医保|统筹|公家|单位|农合|保险|基金|国家)(?:已经?|只|就|给|帮我)?(?:报|补|付|出|"
            r"退)(?:销)?(?:了|过|给|回)?|报(?:销)?了|退了|返了|报了"
        ),
    ),
    (
        "",
        (
            r"起付[线钱费标准]*|门[槛坎]费?|封顶线?|限额|最高|上限|超过|大于|低于|以上|津贴|补助|补贴|"
            r"奖励|押金|压金|预交金?|缴费基?数?|基数|缴|交(?:了|过)?|每月(?:返|划|打)?|余额|"
            r"卡里(?:有|还有)?|每年"
        ),
    ),
    (
        "first_pay_cost",
        (
            r"乙类(?:药|项目)?(?:先|部分)?(?:行)?(?:自付|自费|自己付)?|先(?:行)?自付(?:部分)?|先行自费|"
            r"首先自付|乙类"
        ),
    ),
    (
        "excluded_cost",
        (
            r"全?自费(?:药|项目|部分|费用|的钱|的|材料)?|(?:医保)?目录(?:以|之)?外|医保(?:范围)?外|"
            r"进口(?:材料|药)?|不(?:能|可以|给|予)报销?(?:的|费用)?|报不了的?|丙类|范围外|不合规"
        ),
    ),
    (
        "eligible_cost",
        (
            r"(?:政策|报销|医保)?范围(?:以|之)?内(?:的)?(?:费用|医疗费|医药费)?|合规(?:的)?(?:医疗)?费用|"
            r"合规|(?:能|可)(?:以)?报销?的(?:费用|部分|钱)?|可报销?(?:费用|部分|金额)?|医保内|"
            r"目录内(?:费用)?|甲类|进医保的"
        ),
    ),
    (
        "own_cost",
        (
            r"(?:合规)?自付(?:累计|部分|费用|金额|的|了)?|(?:个人|自己|自个儿?|本人)(?:累计|一共|总共|还|"
            r"又|实际|先|得|今年|已经?)?(?:自付|支付|负担|付|出|掏|承担|花)(?:了|掉|的)?(?:费用|部分|金额|"
            r"的)?|"
            r"自掏(?:腰包)?了?|自负|自理"
        ),
    ),
    (
        "emergency_cost",
        (r"(?:急诊|抢救)(?:科|室|那边|上|抢救|留观|急救)?(?:的)?(?:费|费用|花|花费|用|收)?(?:了|掉|去)?"),
    ),
    (
        "total_cost",
        (
            r"总(?:的)?(?:医疗|医药|住院)?(?:费用?|开销|花费|额|金额|价|共|计)(?:花了?|用了?)?|一共|全部|"
            r"合计|总共|共计|共花|共用|拢共|通共|拢总|账单|发票(?:金额)?|全下来"
        ),
    ),
    (
        "cost",
        (
            r"花(?:了|费|掉|去|销)?|用(?:了|掉|去)|费用|医药费|医疗费|住院费|手术费|治疗费|药费|门诊费|"
            r"开销|付(?:了|掉)|交(?:了|掉)?钱|要(?!是)|收(?:了|我)|搞(?:了|掉)|住院"
        ),
    ),
)

_BEFORE = re.compile("|".join(f"(?P<r{index}>{pattern})" for index, (_, pattern) in enumerate(_ROLES)))
_AFTER = re.compile(
    r" ?(?:块钱?|元|钱)?(?:是|都是|算|属于|为|左右|的)?(?:"
    + "|".join(
        f"(?P<r{index}>{pattern})"
        for index, (field, pattern) in enumerate(_ROLES)
        if field in {"excluded_cost", "first_pay_cost", "eligible_cost", "own_cost", "disease_limit"}
    )
    + r"|(?P<deductible>起付[线钱费]|门[槛坎]费?)|(?P<none>以上|以下|封顶|限额|津贴|补助))"
)
_PAID_ALREADY = re.compile(
    r"(?:已经?|今年|之前|前面|上次|先前|过|付|交|出|扣|收)(?:了|过|掉|付|交|出|扣|收)(?:了|过)?\Z"
)
_CLAUSE = re.compile(r"[,。.!?;、]")
_TELLS_COST = re.compile(
    r"职工|居民|农合|退休|在职|[一二三123][级甲]|住院|住了|门诊|看病|花|费|报|治|开刀|手术|化疗|透析|药|"
    r"医院|出院|算|"
    r"第[一二三四五六1-6][次回]|[这上前][次回]"
)

_EMERGENCY_FEE = re.compile(r"(?:急诊|抢救)(?:抢救|科)?的?费")


# Which of several stays a cost belongs to: the last is the one asked about.
_STAY = re.compile(
    r"第(?P<nth>[一二两三四五六1-6])[次回]|(?P<old>上[次回]|前一?[次回]|之前|年初|头一?[次回]|"
    r"先(?=[在去到住]))|"
    r"(?P<now>[这本]一?[次回]|最后一?[次回]|现在)|"
    r"(?P<new>另?一[次回]|又|后来|后(?=[转到又在去住])|转(?:院|诊)?[到去往入进](?!ICU|icu|重症|病房|"
    r"[^,。]{0,3}科))|"
    r"(?<!\d)(?P<year>20\d\d)(?=年|[-./]\d)|(?P<spoken>[今去前])年|(?<![\d.])(?P<month>1[0-2]|[1-9])月"
)
_NTH = {**{c: i for i, c in enumerate("零一二三四五六")}, "两": 2, **{str(i): i for i in range(7)}}
_LATEST = 10
# An amount that is taken back: by a 'not' before it, or by what leads on to the next.
_DENIED = re.compile(r"(?:不是|并非|没有?)(?:花|用|付)?(?:了|到)?\Z")
_CORRECTED = re.compile(
    r"(?:块钱?|元)?[,。!;? ]{0,3}(?:[哦噢喔啊呀呃额嗯诶哎欸唉][,。! ]{0,2}){0,3}我?"
    r"(?:不对|说错了?|错了|搞错了?|记错了?|弄错了?|(?<=哦)不|不不|不是)"
    r"[,。! ]{0,3}(?:了)?(?:应该|其实)?(?:是|花了)?(?:大概|大约)?"
)
_NOTHING_EXCLUDED = re.compile(
    r"(?<!有)(?:没有?|冇|无)(?:得|什么|任何|啥)?自费(?:药|项目|部分|"
    r"的)?(?![\d一二两三四五六七八九十几百千万吗么没])"
)
_WHOLE = frozenset({"cost", "total_cost", "eligible_cost"})
_LEVEL = re.compile(r"(?P<level2>[二2][级甲])|(?P<level3>[三3][级甲])")


def _role(text: str, start: int, amount: Amount, stop: int, *, mine: bool) -> str | None:
    """Return the field of an amount: what stands after it in its clause, else the last thing before it.

    `mine`: a word between two amounts (自费 in 2万自费3000) belongs to the first of them.
    """
    before = text[max(start, amount.start - 40) : amount.start]
    last: tuple[int, str] | None = None
    for match in _BEFORE.finditer(before):
        last = match.end(), _ROLES[int((match.lastgroup or "r0")[1:])][0]
    after = _AFTER.match(text, amount.end, stop)
    if after and after.end() == stop < len(text) and not mine:
        after = None
    near = last is not None and not _CLAUSE.search(before, last[0])
    if after and after["deductible"]:
        return "prior_deductible" if _PAID_ALREADY.search(before) else ""
    if after and not (near and last and last[1] not in {"cost", "total_cost"}):
        group = after.lastgroup or "none"
        return "" if group == "none" else _ROLES[int(group[1:])][0]
    if last is not None and (near or last[1] in {"cost", "total_cost"}):
        return last[1]
    return None


_Stay = tuple[int, int, int]  # year, month, order: it grows with time


def _when(
    text: str, start: int, end: int, position: int, before: _Stay | None, this_year: int
) -> _Stay | None:
    """Return which stay is spoken of between two amounts; what isn't said is as `before`."""
    spoken = list(_STAY.finditer(text, start, end))
    if not spoken:
        return None
    year, month, order = (before[0], before[1], _LATEST) if before else (this_year, 0, _LATEST)
    for match in spoken:
        if match["year"] or match["spoken"]:
            said = match["year"] or this_year - "今去前".index(match["spoken"])
            year, month = int(said), month if int(said) == year else 0
        elif match["month"]:
            month = int(match["month"])
        elif match["nth"]:
            order = _NTH[match["nth"]]
        elif match["old"]:
            order = 0
        else:
            order = _LATEST + position
            if match["now"]:
                year, month = this_year, 13
    return year, month, order


@dataclass(frozen=True, slots=True)
class _Cost:
    stay: _Stay
    field: str
    money: Money
    said: bool  # by a word or a unit, as no bare figure is
    start: int  # of what is told of it
    end: int


def find_costs(
    text: str, amounts: list[Amount], this_year: int, *, outpatient: bool = False
) -> tuple[dict[str, Money], tuple[int, ...], str]:
    """Return money fields -> fen, or (low, high) fen, other whole costs, and the text without their stays.

    A bare cost is the eligible cost, unless a part outside the catalogues or a first-pay part is said with
    it: then it is the whole. Where the whole and the eligible part are both said, their difference is what
    lies outside, because only one of the two kinds may enter a calculation. Of several stays the last one's
    cost is taken; the others are the second value (in fen, of a vague one its lower end). `outpatient`:
    deductibles paid before are told apart by the hospital's level.
    """
    said: dict[str, Money] = {}
    costs: list[_Cost] = []
    usable = _standing(text, [amount for amount in amounts if amount.problem is None])
    labelled_last = bool(usable) and bool(_AFTER.match(text, usable[-1].end))
    position = 0
    for index, amount in enumerate(usable):
        stop = usable[index + 1].start if index + 1 < len(usable) else len(text)
        role = _role(text, position, amount, stop, mine=labelled_last)
        before = costs[-1].stay if costs else None
        several = len(usable) > 1  # of one there is nothing to tell apart
        stay = _when(text, position, amount.start, index, before, this_year) if several else None
        told, position = text[position : amount.start], amount.end
        labelled = amount.marked or role is not None
        if role is None:
            first = not any(each.said for each in costs) and bool(_TELLS_COST.search(text))
            first = first and (not costs or amount.marked)
            role = "cost" if first or (costs and stay is not None) else ""
        if role in _WHOLE:
            if stay is None:
                stay = (*(before[:2] if before else (this_year, 0)), _LATEST)
            ended = costs[-1].end if costs else 0
            start, end = _stretch(text, ended, amount, stop) if several else (0, 0)
            costs.append(_Cost(stay, role, amount.money, labelled, start, end))
        elif role == "prior_deductible" and outpatient:
            said.setdefault(_of_level(text, told, amount.end), amount.money)
        elif role:
            said.setdefault(role, amount.money)
    if any(each.said for each in costs):
        costs = [each for each in costs if each.said]
    also, rest = _take(text, costs, said)
    if "自费" in text and _NOTHING_EXCLUDED.search(text):
        said.setdefault("excluded_cost", 0)
    return _settle(text, said), also, rest


def _standing(text: str, amounts: list[Amount]) -> list[Amount]:
    """Return the amounts without those that the text takes back: 不是2万是3万; 2万，不对，3万."""
    taken_back = {
        amount
        for amount, then in pairwise(amounts)
        if _DENIED.search(text[max(0, amount.start - 6) : amount.start])
        or _CORRECTED.fullmatch(text, amount.end, then.start)
    }
    return [amount for amount in amounts if amount not in taken_back]


def _of_level(text: str, told: str, end: int) -> str:
    """Return prior_deductible with the level of hospital it was paid at, as far as the text says it."""
    levels = list(_LEVEL.finditer(told)) or list(_LEVEL.finditer(text))
    return f"prior_deductible_{levels[-1].lastgroup}" if levels else "prior_deductible"


def _stretch(text: str, start: int, amount: Amount, stop: int) -> tuple[int, int]:
    """Return where the clauses begin and end that tell of one cost, after the one that ends at `start`."""
    if start and (clause := _CLAUSE.search(text, start, amount.start)):
        start = clause.end()
    following = _CLAUSE.search(text, amount.end, stop)
    return start, following.start() if following else amount.end


def _take(text: str, costs: list[_Cost], said: dict[str, Money]) -> tuple[tuple[int, ...], str]:
    """Put the last stay's costs into `said`, the first of each kind; return the others.

    The second value is the text without what it tells of other stays.
    """
    several = len({each.stay for each in costs}) > 1
    last = max((each.stay for each in costs), default=None)
    also: list[int] = []
    for each in reversed(costs):
        if several and each.stay != last:
            text = text[: each.start] + text[each.end :]
    for each in costs:
        if each.field not in said and not (several and each.stay != last):
            said[each.field] = each.money
        elif said.get(each.field) != each.money:
            also.append(_least(each.money))
    if "cost" in said and "total_cost" in said:
        cost = said.pop("cost")
        if cost != said["total_cost"]:
            also.append(_least(cost))
    return tuple(also), text


def _least(money: Money) -> int:
    return money if isinstance(money, int) else money[0]


_N = "[一二两三四五六七八九]"
_EXCLUDED_SHARE = re.compile(
    rf"(?:(?P<before>{_N}|\d{{1,2}}(?:\.\d)?) ?(?P<unit>%|成)|百分之(?P<of_hundred>\d{{1,2}}|{_N}?十{_N}?))"
    r"(?:左右)?(?:都|全)?(?:是|算|属于)?(?:全?自费(?!的?比例)|目录外|医保外|丙类)"
    r"|(?:自费|目录外|医保外)(?:的|部分|药|项目)?(?:大概|大约|差不多)?(?:占|有|是)了?"
    rf"(?P<after>{_N}|\d{{1,2}}(?:\.\d)?) ?(?P<unit_after>%|成)"
)


def _excluded(text: str, whole: Money) -> int | None:
    """Return in fen the share of the whole said to lie outside; None without one, or not to the fen."""
    match = _EXCLUDED_SHARE.search(text)
    if match is None or not isinstance(whole, int):
        return None
    said = match["before"] or match["after"] or match["of_hundred"]
    unit = match["unit"] or match["unit_after"]
    low, high = read_number(said)
    share = low / (10 if unit == "成" else 100)
    part = share * whole
    return int(part) if low == high and share < 1 and part == int(part) else None


def _settle(text: str, said: dict[str, Money]) -> dict[str, Money]:
    cost = said.pop("cost", None)
    if ("%" in text or "成" in text or "百分之" in text) and "excluded_cost" not in said:
        whole = said.get("total_cost", cost)
        if whole is not None and (part := _excluded(text, whole)) is not None:
            said["excluded_cost"] = part
    if "emergency_cost" in said and cost is None and "住" not in text and not _EMERGENCY_FEE.search(text):
        cost = said.pop("emergency_cost")
    parts = "excluded_cost" in said or "first_pay_cost" in said
    if cost is not None and "total_cost" not in said and "eligible_cost" not in said:
        said["total_cost" if parts else "eligible_cost"] = cost
    elif cost is not None and "total_cost" not in said and "eligible_cost" in said:
        said["total_cost"] = cost
    whole, eligible = said.get("total_cost"), said.get("eligible_cost")
    if whole is not None and eligible is not None:
        del said["eligible_cost"]
        if isinstance(whole, int) and isinstance(eligible, int) and eligible <= whole:
            said.pop("first_pay_cost", None)
            said["excluded_cost"] = whole - eligible
        elif not parts:
            said["eligible_cost"] = eligible
            del said["total_cost"]
    return said
