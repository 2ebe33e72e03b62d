"""What a person wants done with a calculation: compare, add a stay, see the draft, go on, hear why."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from bot.language.dates import same_day_of
from bot.language.places import Places

Kind = Literal["compare", "another", "draft", "resume", "memory", "explain"]


@dataclass(frozen=True, slots=True)
class Wish:
    """One wish.

    Of `compare`, `name` is the input and `values` are its codes in the order said: () means all, one alone
    is to be set against what holds now; a date is in ISO form.
    """

    kind: Kind
    name: str = ""
    values: tuple[str, ...] = ()


_FARTHEST = 400  # characters; a wish stands within them
_SHORT = 24  # characters; what only makes sense of a result says little else

_DIFFERS = re.compile(
    r"差(?:多少|几多|好多|几[成千万块]|多大|得多|别|距|额|远)|相差|(?<!最)[多少](?:报|付|出|花|得)(?:了|"
    r"掉)?(?:多少|几多|好多)"
    r"|(?:报|付|花|出)[得的]?(?:更|要)?[多少](?:了|掉|出)?(?:多少|几多|好多)"
    r"|哪[个种边家级样头里]?(?:医院|医保)?(?:更|最|要|比较)?(?:划算|合算|划得来|强些?|值得|好些)"
    r"|(?:哪[个种边家级样里]?|谁|哪个医院|哪级医院|哪种医保)[^,。;!?]{0,3}(?:报|付|花|"
    r"省)(?:销)?[得的]?(?:钱)?(?:更|最|要|比较)?[多少高低省]"
    r"|比一?[比下哈](?!例)|对比|比较(?!高|低|多|少|大|好|贵)|比起来|作比|相比"
    r"|(?:\A|[,。;!? ])[^,。;!?]{1,16}[和跟与同][^,。;!?]{1,10}比(?:呢|吧|哈|看看|怎么样|如何)?(?=\W*\Z)"
    r"|(?:\A|那)[和跟与同][^,。;!?]{1,8}比(?:呢|吧|哈|看看|怎么样|如何)?(?=\W*\Z)"
)
# A figure of policy is asked for, which the rule itself answers.
_OF_POLICY = re.compile(
    r"比例|百分|起付|门[槛坎]|封顶|限额|上限|几个点|几成|标准|区别|[交缴](?:费|多少|几|钱|好多|得)|手续|"
    r"流程|材料|分别|怎么办理"
)
_ALL_LEVELS = re.compile(
    r"(?:各|每|几|不同|所有|各种|哪一?)个?(?:级别?|等级|类|种|家)(?:的|别的)?医院|(?:各|哪)(?:个|种|类|"
    r"家)?医院|"
    r"(?:不同|各个?|哪个?)(?:级别|等级)|哪一?级"
)
_ALL_ROUTES = re.compile(r"(?:各种|几种|不同)(?:的)?(?:就医|走法|路子|情况)")
_BOTH_SCHEMES = re.compile(r"[两哪]一?种医保|哪个医保")
_BY_NAME = re.compile(r"附[一二三123]|湘雅|附属|(?<!县)(?:人民|中心|中医)医院")
_HAN_LEVELS = {"一": "level1", "二": "level2", "三": "level3", "1": "level1", "2": "level2", "3": "level3"}
_LEVELS = re.compile(
    r"(?P<central_township>中心卫生院)|(?P<grassroots>卫生[院室所]|社区|乡镇医院|村医|基层)|"
    r"(?P<provincial>省部属)|"
    r"(?P<level3_provincial>市内省属)|(?P<row>[一二三123][、和跟,]?[一二三123][、和跟,]?[一二三123]?)[级甲]|"
    r"(?P<one>[一二三123])[级甲]|(?P<level2>县医院|县人民医院)"
)
_CODES: Mapping[str, re.Pattern[str]] = {
    "insurance": re.compile(
        r"(?P<employee>职工|单位(?:医保|买|交)|灵活就业)|(?P<resident>居民|新?农合|合作医疗|农村医保)"
    ),
    "status": re.compile(r"(?P<employed>在职|(?:没有?|未|不)退休|上班)|(?P<retired>(?<!没)(?<!没有)退休)"),
    "disease": re.compile(r"(?P<hypertension>高血压)|(?P<diabetes>糖尿病)"),
}
_FILING = re.compile(
    r"(?P<away_unfiled>(?:不|没有?|未|冇|忘了|忘记)(?:去|办|做|搞|提前|先){0,2}(?:理)?(?:异地)?备案|"
    r"备不备案)|"
    r"(?P<away_filed>备了?案)|(?P<local>本地|在家|当地|市内(?!省属)|(?:不|没)(?:去|到|在)(?:外地|异地|"
    r"外省))|(?P<away>异地|外地|外省|省外)"
)
_REFERRED = re.compile(
    r"(?P<unreferred>(?:不|没有?|未|冇)(?:办|开|经|经过)?转诊)|(?P<local>(?:办|开|有)?了?转诊)"
)
_YEARS = re.compile(r"(?P<spoken>[今去前明])年|(?P<year>20[0-4]\d)(?=年|\D|\Z)")
_PAIRS = (
    ("away_filed", "away_unfiled"),
    ("employee", "resident"),
    ("employed", "retired"),
    ("hypertension", "diabetes"),
    ("local", "unreferred"),
)


def _levels(text: str) -> Iterator[str]:
    for match in _LEVELS.finditer(text):
        if match["row"]:
            yield from (_HAN_LEVELS[each] for each in match["row"] if each in _HAN_LEVELS)
        elif match["one"]:
            yield _HAN_LEVELS[match["one"]]
        else:
            yield match.lastgroup or ""


def _routes(text: str) -> Iterator[str]:
    if "转诊" in text and "备" not in text:
        yield from (match.lastgroup or "" for match in _REFERRED.finditer(text))
        return
    for match in _FILING.finditer(text):
        if match["away"]:
            if "备案" not in text:  # 本地和异地: what comes of going away hangs on filing
                yield from ("away_filed", "away_unfiled")
        elif match[0] == "备不备案":
            yield from ("away_filed", "away_unfiled")
        else:
            yield match.lastgroup or ""


def _years(text: str, today: date) -> Iterator[str]:
    for match in _YEARS.finditer(text):
        year = int(match["year"]) if match["year"] else today.year + "前去今明".index(match["spoken"]) - 2
        if (day := same_day_of(year, today)) is not None:
            yield day.isoformat()


def _named(text: str, today: date, places: Places) -> Mapping[str, tuple[str, ...]]:
    """Return input -> the codes of it that the text names, in order, none twice."""
    found: dict[str, Iterator[str]] = {"hospital_level": _levels(text), "route": _routes(text)}
    for name, pattern in _CODES.items():
        found[name] = (match.lastgroup or "" for match in pattern.finditer(text))
    found["city"] = (places.codes[match[0]] for match in places.any_city.finditer(text))
    found["date"] = _years(text, today)
    return {name: tuple(dict.fromkeys(codes)) for name, codes in found.items()}


def _with_other(codes: tuple[str, ...]) -> tuple[str, ...]:
    """Return a single code with the one other that it can only be compared with."""
    if len(codes) == 1:
        for pair in _PAIRS:
            if codes[0] in pair and codes[0] != "local":
                return (codes[0], next(each for each in pair if each != codes[0]))
    return codes


def _comparison(text: str, today: date, places: Places) -> Wish | None:
    if not _DIFFERS.search(text) or _OF_POLICY.search(text):
        return None
    named = _named(text, today, places)
    name = max(named, key=lambda each: len(named[each]))
    if name == "hospital_level" and _BY_NAME.search(text):
        return None  # which level a hospital by name is isn't known here
    if len(named[name]) > 1:
        return Wish("compare", name, named[name])
    if _ALL_LEVELS.search(text):
        return Wish("compare", "hospital_level")
    if _BOTH_SCHEMES.search(text):
        return Wish("compare", "insurance")
    if _ALL_ROUTES.search(text):
        return Wish("compare", "route")
    # 我是衡阳职工,不备案少报多少: who one is says nothing of what is to be compared.
    order = ("route", "hospital_level", "date", "status", "disease", "insurance", "city")
    alone = next((each for each in order if named[each]), None)
    return Wish("compare", alone, _with_other(named[alone])) if alone else None


_OF_CARE = r"(?:住院|住|门诊|看病|看|入院|做手术|开刀|化疗)"
_ANOTHER = re.compile(
    r"再(?:去|来|要)?(?:住|看|做)(?:了|个|上)?(?:[一两1]?[次回趟])?(?:院|门诊|病|化疗|手术)|再(?:去|"
    r"来)?住(?:一[次回]|院)|"
    r"再算(?:上)?(?:一|1|另)?一?[次笔个回](?:" + _OF_CARE + r")|"
    r"又(?:要|去|来|得|在[^,。;!?]{1,10})?(?:住(?:了)?(?:[一1][次回])?院|住了(?:[一1][次回])?(?!\d)|入院|"
    r"看了(?:一[次回])?(?:门诊|病))|"
    r"(?:还有|另外|另有|还要|还得|还)(?:再)?(?:住|看)?(?:了|过)?(?:另外)?[一1][次回笔](?:" + _OF_CARE + r")?|"
    r"(?:还要|还得|又要|要再|又得|得再|准备再)(?:去)?(?:住院|住一[次回]|看门诊|入院)|另一次(?:"
    + _OF_CARE
    + r")|后来又住"
)
_NTH_STAY = re.compile(
    r"第[二三四五六两2-6][次回](?:又|再|去|在|是)?[^,。;!?]{0,6}(?:住院|入院|住|门诊)?[^,。;!?]{0,8}(?:花|"
    r"用)了?"
)
_ABOUT_RULES = re.compile(
    r"起付|门[槛坎]|比例|减半|多久|几天|几次|限制|规定|能不能|可不可|可以.{0,8}[吗么]|算不算|什么时候|"
    r"为什么|怎么办|又要交|"
    r"还要(?:付|交|扣)"
)
_DRAFT_NAME = (
    r"(?:省级统筹|省统筹|全省统筹|草案|征求意见稿|意见稿|新(?:的)?(?:医保)?(?:政策?|规定?|办法|方案)|新政)"
)
_DRAFT = re.compile(
    rf"{_DRAFT_NAME}[^,。;!?]{{0,6}}(?:以后|之后|后|出来|通过|实施|落地|执行|实行|生效|施行|定了)"
    r"(?:了|以后|之后|后|的话)?[^,。;!?]{0,8}(?:呢|报|算|多少|几多|好多|拿|付|出|怎么样|\Z)"
    rf"|(?:按|照|用|换成?)照?(?:那个|这个|省里的?)?{_DRAFT_NAME}(?:的话|来|去|再|给我)*(?:算|呢|能|报|会|"
    rf"要|看|\W*\Z)"
    rf"|\A那?(?:要是|如果)?{_DRAFT_NAME}(?:的话)?呢?\W*\Z"
)
_ABOUT_DRAFT = re.compile(r"什么时候|啥时候|几时|哪[年天]|何时|是什么|什么意思|内容|有哪些|变化|改了什么")
_RESUME = re.compile(
    r"\A(?:那|好|我们?|先|还是|可以|想|要|[,。 ])*+(?:再)?(?:"
    r"(?:继续|接[着著]|接到|回到|返回|转回|接回)(?:来)?(?:说|算|讲|弄|看)?(?:一下)?"
    r"(?:刚才|刚刚|方才|之前|前面|上面|先前|原来|上一个|前一个|没算完)(?:的|那个|那笔|那|没算完|"
    r"[^,。;!?]{0,2})*?"
    r"[^,。;!?]{0,8}|(?:继续|接[着著]|接到)(?:往下)?(?:算|说|来|填|答|问)?(?:一?下)?(?:去)?|(?:刚才|之前|"
    r"前面)(?:的|那个)?[^,。;!?]{0,6}(?:接着|继续)算?"
    r")(?:吧|啊|呀|咯|了|嘛)?\W*"
)
_MEMORY = re.compile(
    r"\A(?:你|您|系统|这里|现在)?(?:还|都|现在|到底|已经|里)*+(?:记得|记住|记着|记了|记下|保存|存|留|知道|"
    r"晓得)(?:了|着|下)?"
    r"(?:关于)?我?(?:的|些)?(?:什么|哪些|啥|么子|多少)(?:信息|资料|数据|东西|内容|事)?(?:了|啊|呢|吗)?\W*"
    r"|(?:请|帮我|给我|我要|我想|让我)?(?:看看?|查看|看一?下|显示|打开|告诉我)?(?:你(?:记|存)(?:的|"
    r"了))?我的(?:信息|资料|设置|情况|记录|档案)"
    r"(?:是什么|有哪些|是啥|呢|看看)?\W*"
    r"|(?:你|您)(?:还)?记得我(?:是谁|吗|么|不)\W*"
)
_WHY = r"(?:为什么|为啥|为何|何解|凭什么|怎么|咋|么子)"
_EXPLAIN = re.compile(
    r"\A(?:这也|也|这么|这个|那个|这些|那么|那|这|你们?|它|数字?|结果|钱|金额|刚才|上面|到底|请问|是|的|我|才|只|就|"
    r"给|报销?|少|多|点|自己|要|付|出|能|,| )*+"
    rf"(?:{_WHY}(?:会|才|只|就|要|能|是|我|报|报销|付|出|给|得|自己|个人|的|了)*+(?:这么|那么|这|那|"
    rf"恁)(?:少|多|低|高|点|些|一点|贵|个数)"
    r"|(?:怎么|咋|如何|怎样)(?:算|来|得|计算)(?:出来|出)?的|(?:怎么|咋)算出来"
    r"|(?:为什么|为啥|为何|何解|凭什么)(?:会|是)?(?:这样|这个数|呢|啊|呀)?"
    r"|(?:依据|根据)(?:是|在)?(?:什么|啥|哪里?)|(?:解释|说明|讲讲?|说说)(?:一?下|一?哈|清楚|"
    r"明白)?(?:怎么算的?|为什么|过程|原因)?"
    r"|(?:太|好|真|怎么|怎么才)(?:少|低|贵)(?:了)?|不(?:会|可能)吧|(?:看|听|弄|搞|还是)不(?:太)?懂|没(?:看|听)懂|详细(?:的)?(?:过程|怎么算的?|说明|一?点)|计算过程|怎么个算法)"
    r"(?:呢|啊|呀|的|了|吧|钱|吗|嘛|咯|哦|给我听|[?。!, ])*+"
)


def find_wish(text: str, today: date, places: Places, *, cost_said: bool = False) -> Wish | None:
    """Return what normalised `text` wants done with a calculation, None for anything else.

    `cost_said`: the text tells a whole cost, as only a stay of its own has.
    """
    if len(text) <= _SHORT:
        for pattern, kind in _ALONE:
            if pattern.fullmatch(text):
                return Wish(kind)
    text = text[:_FARTHEST]
    if _DRAFT.search(text) and not _ABOUT_DRAFT.search(text):
        return Wish("draft")
    if compared := _comparison(text, today, places):
        return compared
    another = _ANOTHER.search(text) or (cost_said and _NTH_STAY.search(text))
    return Wish("another") if another and not _ABOUT_RULES.search(text) else None


_ALONE: tuple[tuple[re.Pattern[str], Kind], ...] = (
    (_RESUME, "resume"),
    (_MEMORY, "memory"),
    (_EXPLAIN, "explain"),
)
