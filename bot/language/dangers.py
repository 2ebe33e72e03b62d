"""Words of danger: what calls for an ambulance at once, and what for somebody to talk to."""

import re
from typing import Literal

# What a body shows when every minute counts.
_SYMPTOM = (
    r"(?:胸口?[好很]?[痛疼闷](?!中心)|胸口[^,。;!?]{0,4}(?:痛|疼|压得|绞)|心口[好很]?[痛疼]|心绞痛|昏迷|昏倒|昏死|"
    r"昏过去|晕倒|晕死|晕过去|"
    r"不省人事|[喘透]不(?:过|上|赢)气|[喘透]气不过|出不(?:赢|得|来|了)气|扯不(?:上|赢)气|呼吸困难|呼吸不了|"
    r"憋气得|没呼吸|没有呼吸|没气了|冇得?气了|断气|大出血|[吐咳]血|大口(?:吐|呕)血|休克|抽搐|翻白眼|"
    r"心脏骤停|心跳(?:停|骤停|没)了?|没(?:了|有)?(?:心跳|脉搏)|"
    r"[流出]血不止|血流不止|止不住血|血.{0,3}止不住|[流出]了?(?:好多|很多|一地)血|"
    r"口吐白沫|叫不(?:醒|应)|没[了有]?意识(?!到)|失去意识|窒息|噎[住到]了|卡住(?:了)?(?:喉咙|气管)|说不出话|"
    r"嘴巴?(?:都)?歪|口眼歪斜|半边身[子体](?:都)?(?:动不了|麻|没知觉|瘫)|一边手脚(?:动不了|没力|麻))"
)
# Who calls for help or is about to die; not a firm or a telephone that does badly, nor a mere complaint.
_CALLS = re.compile(
    r"救命(?!药|钱|恩|稻草|的|仪)|(?<![机脑池司店厂铺位业意场])快(?:要)?不行了|"
    r"(?:\A|[,。;!? ]|[爸妈爷奶公婆父母崽儿女伢人他她])(?:我)?(?:感觉|觉得|好像|真的?|怕是|可能)?"
    r"(?:快要|快|就要|要)死(?:了|哒)(?!算|心|[之以]?后|的话|还)"
)
# What is happening to a body now; what it cost, or was once, is a matter of insurance.
_EMERGENCY = re.compile(
    rf"{_SYMPTOM}|中毒了|煤气中毒|"
    r"(?<![想要去])[吞喝吃服][了下过]?.{0,5}(?:农药|安眠药|老鼠药|毒药|百草枯|敌敌畏)|"
    r"吞[了下].{0,3}(?:多|瓶|把).{0,2}药|中风了|要生了|羊水破|破了?羊水|坠楼|跳楼[了啦]|"
    r"有人.{0,3}跳(?:楼|河|桥)|摔下楼.{0,4}(?:不动|没反应)|割(?:了)?腕了|上吊了|触电了|溺水了|不会说话了|"
    r"过敏.{0,4}(?:喉咙|喘|休克)|"
    r"撞(?:了|得|伤)[^,。;!?]{0,6}(?:动不了|流血|没反应|昏)"
)
_THIS_MINUTE = r"(?:现在|正在|此刻|这会儿?|眼下|刚刚|刚才|快要)"
_AT_THIS_MINUTE = re.compile(rf"{_THIS_MINUTE}(?:[^,。;!?]{{0,8}}|[^。;!?]{{0,4}}){_SYMPTOM}")
_SUDDENLY = re.compile(rf"(?:突然|忽然|一下子|突发)(?:就|间)?[^,。;!?]{{0,4}}{_SYMPTOM}")
_BADLY = re.compile(
    rf"{_SYMPTOM}[^,。;!?]{{0,2}}得?(?:好|很|太|特别|非常)?(?:厉害|要死|要命|受不了|不行|不得了|凶得很)|"
    r"(?:肚子|腹部?)[痛疼]得(?:打滚|受不了|要死|要命)"
)
# Names of illnesses that many live with; only what is happening now is danger.
_ATTACK = r"(?:心梗|心肌梗[死塞]|脑梗|脑溢血|脑出血|中风)"
_ATTACKED = re.compile(
    rf"(?:突发|突然|正在|疑似|好像|怕是).{{0,3}}{_ATTACK}|{_ATTACK}(?:发作|了)*,?(?:怎么办|咋办|怎么搞|"
    rf"何解|快|救)"
    rf"|{_ATTACK}(?:发作|了)\W*\Z"
)
_A_SYMPTOM = re.compile(_SYMPTOM)
_SUDDEN_ATTACK = re.compile(rf"(?:突发|突然|正在|疑似).{{0,3}}{_ATTACK}")
_LEFT_BEHIND = re.compile(r"后遗症|康复|特病|慢病|特门|特殊病|慢性病|特殊门诊|鉴定|评残|护理险|长护")
_ABOUT_MONEY = re.compile(
    r"[报抱]|费|多少钱|花了|手续|怎么算|医保|住院|药名|救命药|的药|特病|慢病|特门|特殊病|慢性病|比例|起付|"
    r"补助|药钱|"
    r"门诊|申请|鉴定|评残|理赔|赔|补贴|待遇|后遗症|康复|护理险|中心|农合|救助|备案"
)
_NOW = re.compile(
    r"(?:现在(?![^,。;!?]{0,4}(?:康复|好|恢复|后遗))|正在|此刻|这会儿|马上|快来|快救)|痛得(?:要死|厉害|"
    r"受不了|不行)|"
    r"不动了|救命"
)
_TREATED = re.compile(
    r"住院|住了|花|出院|急诊|抢救|门诊|看病|[报抱]销?[多好几]|[报抱][吗么不没]|能[报抱]|可以[报抱]|"
    r"给[报抱]|药|手续|中心|医保|农合|参保"
)
_LONG_AGO = re.compile(
    r"去年|前年|以前|之前|早年|从前|小时候|年前|个月前|上个?月|上周|前几天|那年|那次|当时|好了|\d年了|"
    r"[一二三四五六七八九十几]年了|"
    r"后遗症|恢复|康复|预产期|下个?月|下周"
)
# Who no longer wants to live says so whatever else is spoken of.
_DESPAIR = re.compile(
    r"(?<!我)想死(?!你|我|他|她|咯?他们)|我(?:真的?|好|只|就|都|现在)?想死(?!你|他|她)|不想活(?!动|络|跃|"
    r"力|血)|活不下去(?!的(?:企业|公司|店|厂|单位))|"
    r"活不下切|活不成了想|不想再活|不要活了|活着(?:真的?|也|都|还|太|好)?(?:没|冇|有什么|有么子|有啥|好累)"
    r"(?:得|有|什么|么子|啥)*(?:意思|意义|劲|味|盼头|用)?|活够了|活腻|活得(?:好|太)?(?:累|没意思)(?:了|死)|"
    r"生不如死|不如死|死了算了|死了(?:更|还)?(?:好|干净|痛快)|"
    r"一死了之|一了百了|寻短见|寻死|结束(?:自己的?)?生命|了结(?:自己|生命)|了断|自寻|走绝路|不想过(?:了|哒|"
    r"咯|下去)(?=咯|哒|啊|呀|[,。!?;]|\W*\Z)|"
    r"不想(?:再)?(?:留)?在(?:这个|这)?世[上界]|离开(?:这个|这)世界|没有?活(?:下去|头)|冇得?活(?:头|路)|"
    r"(?:好|很|太|真的?|彻底|非常)绝望|"
    r"(?:我|真的?|快)(?:要|快|都)?(?:撑|熬|挺)不下去(?=[了哒啦咯,。!?]|\W*\Z)|不想醒(?:来|过来)|想(?:要)?解脱"
)
# What somebody wants to do to himself counts whatever it is spoken with.
_ACT = r"(?:跳楼|跳河|跳桥|上吊|自杀|割腕|喝农药|吃安眠药|自尽|轻生)"
_WANTED = re.compile(
    rf"(?<![不没别])(?:只想|想要|想去|想|打算|准备|干脆|不如)(?:去)?{_ACT}|跳楼算|"
    rf"\A\W*(?:我|我去|我要)?(?:{_ACT}|死)(?:吧|算了|啊|咯)?\W*\Z"
)
_SUICIDE = re.compile(r"自杀(?!式)")
# Acts that are told of others and of old as well.
_TOLD = re.compile(
    rf"(?:要|去)(?:去)?{_ACT}|"
    r"轻生(?!的?(?:人|病人|患者|保险|险))|想不开(?!药|门|会|车|户|通|工|支|店|单|票|处方|发票)|割腕|自残"
)
_OF_COST = re.compile(
    r"[报抱]销|能[报抱]|[报抱]多|[报抱][吗么不没]|给[报抱]|花了|住院|住了|抢救费|医保|理赔|保险|别想不开|"
    r"不要想不开|不会想不开"
)
_SPENT = re.compile(r"花了|花去|花掉|用了\d|用掉")
_NOW_AND_THEN = re.compile(r"有时|偶尔|经常|总是|老是|每次|常常|容易|反复|好几年|多年|老毛病")
# A matter of papers, of medicines or of what an attack left behind.
_SETTLED = re.compile(
    r"后遗症|康复|特病|慢病|特门|特殊病|慢性病|慢特病|特殊门诊|鉴定|评残|护理险|长护|备案|材料|手续|申请|证明|"
    r"的药|药费|药钱|开药|病人|患者|[痛闷难迷搐克息]的|费用|抢救费|中心|赔|生孩子|生崽|剖|顺产"
)


def find_danger(text: str, *, cost_said: bool = False) -> Literal["danger", "despair"] | None:
    """Return `danger` for what is an emergency, `despair` for who no longer wants to live, else None.

    What goes on now comes before any word of money; `cost_said`: what it cost is told, so care was given.
    """
    if _is_danger(text, spent=cost_said or bool(_SPENT.search(text))):
        return "danger"
    if _DESPAIR.search(text) or _WANTED.search(text):
        return "despair"
    if _SUICIDE.search(text) and not (_LONG_AGO.search(text) or cost_said):
        return "despair"
    if _TOLD.search(text) and not _OF_COST.search(text):
        return "despair"
    return None


def is_alarming(text: str, *, cost_said: bool = False) -> bool:
    """Tell whether a text that is no danger asks about insurance with a symptom that may be one."""
    if _LONG_AGO.search(text) or _SETTLED.search(text):
        return False
    if cost_said or _SPENT.search(text):
        return bool(_AT_THIS_MINUTE.search(text))
    return bool(_A_SYMPTOM.search(text) or _SUDDEN_ATTACK.search(text))


def _is_danger(text: str, *, spent: bool) -> bool:
    past = _LONG_AGO.search(text) and not _NOW.search(text)
    if _CALLS.search(text):
        return not past
    happening = _EMERGENCY.search(text) or _ATTACKED.search(text) or _BADLY.search(text)
    if not happening or past:
        return False
    if not _ABOUT_MONEY.search(text) or (_NOW.search(text) and not _TREATED.search(text)):
        return True
    if _LEFT_BEHIND.search(text) or _NOW_AND_THEN.search(text):
        return False
    now, badly = _AT_THIS_MINUTE.search(text), _BADLY.search(text)
    if spent:
        return bool(now and badly)
    return bool(now or badly or _SUDDENLY.search(text))
