"""What kind of speech a text is: asking for a sum, asking something else, or only telling."""

import re
from collections.abc import Collection, Mapping
from itertools import pairwise

from bot.language.slots import SlotValue

_ASKS_SUM = re.compile(
    r"帮我?(?:们)?算|给我算|算[一算]?下|算算|算哈|试算|自己(?:还)?(?:要|得|该|需要)?(?:出|掏|付|"
    r"承担|负担)(?:好多|多少|几多|多)|能?退(?:回)?(?:来)?(?:多少|几多|好多)|报销金额"
)
_ASKS_BACK = re.compile(
    r"报(?:销)?(?:得)?(?:多少|几|好多|多)|能报|可以报|给报|自己|个人|自付|算|退(?!休)|补多少|多少|几多|好多"
)
_ASKS_OTHER = re.compile(
    r"哪里|哪儿|怎么办|手续|材料|证明|多久|好久|什么时候|带什么|还是|电话|是不是|为什么|救助|"
    r"[吗么不啵没]\W*\Z"
)
_QUESTION = re.compile(
    r"多少|几[成个点多时岁]|怎|如何|咋|什么|啥|么子|吗|么\W*\Z|哪|谁|呢|多久|好多|好久|多长|能|可以|可不可|行不行|"
    r"是不是|有没有|会不会|要不要|需要|需不需|算不算|还是|为何|何时|[?]|[报给]不|(?P<verb>.)不(?P=verb)|[不没啵]\W*\Z|咨询|请问|想|帮"
)
# A subject may be asked about by its mere name, as in a search: 职工住院起付线.
_NAMED = re.compile(
    r"报|补|退(?!休)|查|办理|比例|标准|起付|门[槛坎]|封顶|限额|上限|政策|规定|待遇|流程|手续|材料|证明|条件|范围|区别|"
    r"差别|时间|期限|截止|电话|地址|费率|基数|年限|划|返|津贴|产假|余额|好处|奖励|优惠|资助|救助|减免|情况|问题|影响|"
    r"处罚|举报|方法|方式|意思|文件|依据|减半|累计"
)
# What only a person's own case has.
_FACTS = frozenset(
    {
        "status",
        "mutual_aid",
        "designated",
        "emergency_hours",
        "prior_stays",
        "hardship",
        "route",
        "date",
        "age",
    }
)
_PAID = frozenset({"prior_paid", "prior_deductible", "prior_deductible_level2", "prior_deductible_level3"})


_COSTS = frozenset({"eligible_cost", "total_cost", "own_cost", "emergency_cost"})
_CASE = frozenset({"benefit", "insurance", "status", "hospital_level"})


def says_cost(fields: Collection[str]) -> bool:
    """Tell whether one of the fields a text fills is a whole cost."""
    return not _COSTS.isdisjoint(fields)


def tells_case(fields: Collection[str]) -> bool:
    """Tell whether the fields a text fills make a case: a cost, and what or whose it is."""
    return says_cost(fields) and not _CASE.isdisjoint(fields)


def tells_whole_case(text: str, fields: Collection[str]) -> bool:
    """Tell whether the text tells a cost, the hospital's level and whose or what it is, and asks nothing."""
    told = (
        says_cost(fields) and "hospital_level" in fields and not {"benefit", "insurance"}.isdisjoint(fields)
    )
    return told and not _QUESTION.search(text)


def asks_sum(text: str, fields: Collection[str]) -> bool:
    """Tell whether a sum is wanted of a cost that the text tells, in one of the `fields` it fills."""
    return says_cost(fields) and asks_amount(text, cost_said=True)


def asks_amount(text: str, *, cost_said: bool) -> bool:
    """Tell whether a sum is wanted: a cost told without any other question asks for one too."""
    if not cost_said:
        return bool(_ASKS_SUM.search(text))
    return bool(_ASKS_BACK.search(text)) or not _ASKS_OTHER.search(text)


# Who tells these of himself and asks how much wants his own result.
_OWN_FIGURES: Mapping[object, frozenset[str]] = {
    "catastrophic_limit": frozenset({"consecutive_years", "zero_claim_years"}),
    "maternity_allowance": frozenset({"monthly_base"}),
    "maternity_subsidy": frozenset({"average_cost"}),
    "retirement": frozenset({"years_paid", "years_paid_in_province"}),
}
_ASKS_HOW_MUCH = re.compile(r"多少|几[多年块个]|好多|差|算|领|[报拿]得?到")


def asks_own(text: str, slots: Mapping[str, SlotValue]) -> bool:
    """Tell whether a benefit that goes by no bill is asked for with the person's own figures."""
    own = _OWN_FIGURES.get(slots.get("benefit"), frozenset())
    return not own.isdisjoint(slots) and bool(_ASKS_HOW_MUCH.search(text))


_REPEATED_FROM = 60  # characters
_LEAST_OWN = 8  # one pair of characters in so many must be new


def only_repeats(text: str) -> bool:
    """Tell whether a long text says the same few characters again and again, and so asks nothing."""
    if len(text) < _REPEATED_FROM:
        return False
    return len(set(pairwise(text))) * _LEAST_OWN < len(text)


_OUT_OF_WORK = re.compile(r"(?:没有?|不|未|冇)(?:去|在)?(?:上班|工作)|无业|待业")


def out_of_work(text: str) -> bool:
    """Tell whether the text speaks of somebody without work, who is no employee, retired or not."""
    return bool(_OUT_OF_WORK.search(text))


_OF_MYSELF = re.compile(r"(?:我们?|俺|本人|咱)(?:就|只)?(?:是|在|属于|算)")


def only_introduces(text: str, slots: Mapping[str, SlotValue]) -> bool:
    """Tell whether the text only says who one is: 我是衡阳职工."""
    person = {"city", "insurance", "status"}
    return (
        bool(slots) and slots.keys() <= person and bool(_OF_MYSELF.match(text)) and not _QUESTION.search(text)
    )


_STILL = re.compile(r"(?:那|就)?还是[一二三123][级甲](?:医院)?[的吧啊呀哦,。! ]*")  # 还是 asks nothing there


def only_tells(text: str, slots: Mapping[str, SlotValue]) -> bool:
    """Tell whether the text states a fact of a case and asks nothing: 没交大病互助, 起付线交过800."""
    if _STILL.fullmatch(text):
        return True
    said = {field for field, value in slots.items() if field != "route" or isinstance(value, str)}
    if said.isdisjoint(_FACTS | _PAID) or _QUESTION.search(text):
        return False
    return not said.isdisjoint(_PAID) or not _NAMED.search(text)
