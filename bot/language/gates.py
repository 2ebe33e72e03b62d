"""Texts that must not get a policy answer, and why."""

import re

from bot.language.places import ABROAD, ELSEWHERE, Places

# With any of these a text is about insurance, whatever else it mentions.
_INSURANCE = re.compile(
    r"医保|医疗保险|社保卡|报销|报账|报帐|农合|合作医疗|起付|门槛费|门坎费|统筹|生育险|生育保险|"
    r"生育津贴|生育补助|大病保险|大病险|大病互助|慢特病|特殊门诊"
    r"|特门|特药|双通道|共济|个人账户|参保|异地就医|转诊|医疗救助|大病救助|医惠保|定点|集采|"
    r"住院费|医药费|医疗费|[给能得可]不?[报抱]|报不|报多少|报几|补偿|骗保|备案"
)

# Words of our field that other fields use too; without even one of these a match is mere likeness.
_FAMILIAR = re.compile(
    r"住院|出院|门诊|看病|就医|急诊|抢救|手术费|产假|小产|流产|双胞?胎|生育|生孩子|生崽|灵活就业|"
    r"社保|两病|发票|票子|签约|家庭医生|"
    r"村医|卫生[院室]|长护|一站式|大病|退休.{0,5}[交缴]|[三二一][级甲]|转院|文件|规定|断缴|等待期|交重|职工|居民|特病|医生|假"
)

_SELF_HARM = re.compile(r"想死|不想活|活不下去|想自杀|要自杀|去自杀|轻生|割腕|寻短见|结束生命|跳楼算")
_EMERGENCY = re.compile(
    r"救命|胸口?[好很]?[痛疼闷]|心口[痛疼]|昏迷|昏倒|晕倒|不省人事|[喘透]不过气|喘不上气|呼吸困难|"
    r"没呼吸|没有呼吸|没气了|大出血|吐血|休克|抽搐|中毒了|喝了?农药|吃了?安眠药|心脏骤停|中风了|"
    r"快不行了|要生了"
)
_ABOUT_MONEY = re.compile(r"[报抱]|费|多少钱|花了|手续|怎么算|医保|住院|药名|救命药|的药")

_CARD = re.compile(r"(?<![\d.])(?:\d[ -]?){15,18}[\dXx](?![\d.])")
_MONEY_AFTER = re.compile(r" ?[元块万亿圆]")

_PARTICLES = re.compile(r"[哈呵嘿嘻啊嗯哦噢呃额唉哎呀啦嘞咦哇嗷吧呢嘛]+")
_HAN = re.compile(r"[一-鿿]")

_REGION = re.compile(f"(?:{'|'.join(ELSEWHERE)})(?!路|街|大道|籍|回来)")
_ABROAD = re.compile(f"(?:{'|'.join(ABROAD)})")
_REGION_SUBJECT = re.compile(
    rf"(?:{'|'.join(ELSEWHERE)})(?:省|市|区|县|那边|本地|这边)?的?(?:城镇|城乡|灵活就业|退休|在职|新)?"
    r"(?:职工|居民|医保|社保|医疗|生育|产假|新农合|农合|住院|门诊|报销|大病|长护|异地|慢病|特殊|"
    r"起付|个人账户|家庭共济|灵活|\S{0,8}医院(?:有|能|是))"
)
# The insurance of another region itself, as against care given there; only naming Hunan ties it to us.
_REGION_INSURANCE = re.compile(
    rf"(?:{'|'.join(ELSEWHERE)})(?:省|市|市民|本地|那边|当地)?的?(?:城镇|城乡|灵活就业|退休|在职|新)?"
    r"(?:职工|居民|医保|社保|个人账户|门诊统筹|门诊共济|慢性病|慢特病|特殊病|生育津贴|产假|大病保险|长护险)"
)
_NAMES_HUNAN = re.compile(r"湖南|湘|老家|家乡|回来|回家|转回|转到|转来|转过|转移|转入|备案")
_TIE_TO_HUNAN = re.compile(
    r"湖南|湘|老家|家乡|回来|回家|转回|转到|转来|转过|转移|转入|这边|打工|出差|旅游|探亲|上班|"
    r"工作|读书|上学|带孙|随子女|跟崽|跟儿|跟女|异地|外地|外省|跨省|备案"
    r"|[去到在跑来往](?:" + "|".join(ELSEWHERE) + r")"
)

_FOREIGN = re.compile(
    r"天气|下雨|气温|下雪|车险|交强险|车被|追尾理赔|养老金|养老保险|退休金|社保怎么查|公积金|离婚|"
    r"结婚证|房产|驾驶证|驾照|身份证|户口本|护照|签证|股票|基金(?!支付|会)|彩票|中奖"
    r"|手机没|信号|wifi|WIFI|WiFi|电费|水费|水管|燃气|公务员|考试|二手房|房贷|房租|红烧|做菜|好吃|"
    r"美食|火车|高铁|机票|飞机|公交|地铁|坐车|导航|笑话|唱首|唱歌|写诗|首诗|作文|翻译"
    r"|游戏|电影|小说|足球|股市|比特币|劳动合同|劳动仲裁|工伤(?:赔|认定|鉴定|等级|待遇)|失业金|"
    r"失业保险金|低保(?:怎么|如何|申请|标准|条件)|残疾证|重疾险|平安保险|人寿保险|商业保险(?:哪|"
    r"理)|理财|贷款"
    r"|宠物|猫|狗(?:粮|生病)|上学|学区|报名|挂号|专家号|哪个医生|医生好|哪家医院好|怎么坐|"
    r"几点发车|快递|外卖(?!员|的)|网购|淘宝|微信怎么|电脑|等于几|几加几|算命|星座|减肥|美容院"
    r"|副科级|正科级|职级|薪资拖欠|编程|代码|作弊"
)
_MEDICAL_ADVICE = re.compile(
    r"[吃喝用呷][点些]?(?:什么|啥|么子|哪种|哪个)(?:药|水果|东西|菜|好)?|能吃|可以吃|能喝|"
    r"能不能吃|怎么吃|一天几次|饭前|饭后|要不要打针|要打针|打针吗|疼不疼|痛不痛|是不是.{0,6}(?:病|"
    r"癌|炎|瘤)\W*\Z"
    r"|有没有副作用|副作用|怎么治|能治好|治得好|会不会传染|传染吗|偏方|食疗|忌口|怎么预防|算正常|"
    r"正常值|吃几[片粒颗次]|(?:咳嗽|发烧|"
    r"头痛|头疼|感冒|拉肚子|肚子[痛疼]|牙[痛疼]|失眠|呕吐).{0,8}(?:怎么办|咋办|吃|打针)|"
    r"是有什么.{0,6}病|片好\W|哪种药好"
)
_ADVICE_ANYWAY = re.compile(r"[吃喝].{1,12}(?:好|效果)[,?。 还]|是有?什么.{0,4}病|是不是得了")
_ABUSE = re.compile(
    r"傻[子逼瓜bB]|滚蛋|滚开|废物|垃圾机器|骗子|蠢货|他妈|去死|王八|神经病|叫什么名字|你是谁|"
    r"真人吗|机器人吗|你几岁|你是男"
)


_MOST_READ = 400  # characters; a word of insurance stands within them


def is_insured(plain: str) -> bool:
    """Tell whether a text in the lexicon's words has a word of insurance."""
    return bool(_INSURANCE.search(plain, 0, _MOST_READ))


def is_familiar(plain: str) -> bool:
    """Tell whether a text in the lexicon's words has one of our field, that other fields may use too."""
    return bool(_FAMILIAR.search(plain, 0, _MOST_READ))


def _danger(text: str) -> bool:
    if _SELF_HARM.search(text):
        return True
    return bool(_EMERGENCY.search(text)) and not _ABOUT_MONEY.search(text)


def _private(text: str) -> bool:
    for match in _CARD.finditer(text):
        digits = re.sub(r"[ -]", "", match[0])
        # A sum with that many digits is no card; it is refused as an amount.
        if not _MONEY_AFTER.match(text, match.end()) and not digits.endswith("000000"):
            return True
    return False


def _nonsense(text: str) -> bool:
    if not _HAN.search(text):
        return True
    han = "".join(_HAN.findall(text))
    return bool(_PARTICLES.fullmatch(han)) or (len(han) > 3 and len(set(han)) == 1)


def _elsewhere(text: str, places: Places) -> bool:
    if _ABROAD.search(text) and not re.search(r"回国|出国", text):
        return True
    if not _REGION.search(text):
        return False
    ours = places.any_city.search(text)
    if _REGION_INSURANCE.search(text) and not (ours or _NAMES_HUNAN.search(text)):
        return True
    return bool(_REGION_SUBJECT.search(text)) and not (ours or _TIE_TO_HUNAN.search(text))


def _foreign(text: str, insured: bool) -> bool:
    if insured:
        # 慢性乙肝吃什么药好: naming the insurance doesn't make advice on medicines ours.
        return bool(_ADVICE_ANYWAY.search(text))
    return bool(_FOREIGN.search(text) or _MEDICAL_ADVICE.search(text) or _ABUSE.search(text))


def find_gate(text: str, *, says_value: bool, insured: bool, places: Places) -> str | None:
    """Return why normalised `text` must not be answered, None if it may.

    `says_value`: the text is a command, a number or an amount, which is never nonsense. `insured`: it has a
    word of insurance, and so isn't foreign.
    """
    if not text:
        return "empty"
    if says_value:
        return "private" if _private(text) else None
    text = text[:_MOST_READ]
    for gate, holds in _GATES:
        if holds(text):
            return gate
    if _elsewhere(text, places):
        return "elsewhere"
    return "foreign" if _foreign(text, insured) else None


_GATES = (("danger", _danger), ("private", _private), ("nonsense", _nonsense))
