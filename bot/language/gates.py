"""Texts that must not get a policy answer, and why."""

import re

from bot.language.dangers import find_danger
from bot.language.places import ABROAD, ELSEWHERE, Places
from bot.language.private import says_private

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
    r"村医|卫生[院室]|长护|一站式|大病|退休.{0,5}[交缴]|[三二一][级甲]|转院|文件|规定|断缴|等待期|交重|"
    r"职工|居民|特病|医生|假"
)

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
_INSURED_THERE = re.compile(
    rf"(?:医保|社保|农合|合作医疗|保险|参保地?)(?:关系|卡)?(?:也|都|还|就)?(?:是在?|"
    rf"[交缴买办留参][加保]?在)(?:{'|'.join(ELSEWHERE)})"
    rf"|(?:医保|社保|农合|合作医疗|保险|参保地?)(?:关系|卡)?(?:也|都|还|就)?在(?:{'|'.join(ELSEWHERE)})"
    r"(?:省|市|那边|那里)?(?:[交缴买参回来但]|[上办]的|人在|的?\W|\Z)"
    rf"|(?:[交缴买参][保加]?的?(?:是|了)?|我[是有的]?|[用持拿刷])(?:{'|'.join(ELSEWHERE)})"
    r"(?:省|市)?的?(?:城镇|城乡)?(?:职工|居民)?(?:社保|医保|医疗保险|新?农合)"
    rf"|(?<![一-鿿])(?:{'|'.join(ELSEWHERE)})(?:省|市)?的?(?:城镇|城乡)?(?:职工|居民)?"
    r"(?:社保|医保|医疗保险|新?农合)(?=[,。;!]|[来在到回])"
    rf"|在(?:{'|'.join(ELSEWHERE)})(?:省|市|那边)?(?:参保|[交缴买参上][了加]?的?(?:是|了)?(?:城镇|"
    rf"城乡)?(?:职工|居民)?"
    r"(?:社保|医保|医疗保险|新?农合))"
)
# What makes an insurance of another region one of the past or of here: it is moved, or was left.
_MOVED = re.compile(
    r"转移|转入|接续|(?:社保|医保|农合|关系|保险)[^,。;!?]{0,8}转|转(?!院|诊|氨|[^,。;!?]{0,8}(?:医院|住院|"
    r"治))|"
    r"(?:以前|之前|原来|原先|过去)[^,。;!?住]{0,6}(?:医保|社保|农合|交|缴|参)|断缴|断了|停了|停保|退保|重复"
)
_SCHEME_AFTER = re.compile(
    r"[市县区]?(?:那边|这边|老家|[又也])?(?:[交缴买参][了过加的])?的?(?:城镇|城乡|退休|在职)?的?(?:职工|"
    r"居民|医保|社保|新?农合|合作医疗|参保)"
)
_SCHEME_BEFORE = re.compile(
    r"(?:医保|社保|农合|合作医疗|保险|参保地?)(?:关系)?(?:也|都|还|就|[交缴买办])?(?:是|在|是在)\Z"
)
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
    r"|宠物|(?<!被)(?<!被[野小流])猫(?![抓咬挠])|狗(?:粮|生病)|上学|学区|报名|挂号|专家号|哪个医生|医生好|"
    r"哪家医院好|怎么坐|"
    r"几点发车|快递|外卖(?!员|的)|网购|淘宝|微信怎么|电脑|等于几|几加几|算命|星座|减肥|美容院"
    r"|副科级|正科级|职级|薪资拖欠|编程|代码|作弊"
)
_ANIMAL = r"(?:狗狗|猫猫|猫咪|[猫狗犬]|兔子|仓鼠|鹦鹉|乌龟|泰迪|金毛|柯基|宠物)"
_TREATED = (
    r"(?:住院|住了院|看病|看医生|看兽医|治病|打针|打疫苗|做了?手术|"
    r"开刀|绝育|门诊|输液|生病|得病|病了|骨折|拉肚子|呕吐)"
)
# An animal is the patient: no insurance of ours pays for it, whatever else is said.
_ANIMAL_PATIENT = re.compile(
    rf"宠物(?:医院|诊所|店)|[看找请]兽医|兽医[站院诊]|(?<![属遛溜身喂养]){_ANIMAL}(?:最近|今天|昨天|昨晚|"
    rf"前几天|突然|也|又|在|去|要|的){{0,2}}{_TREATED}"
    rf"|[给带帮送抱](?:我|我们|我家|自家|家里|自己)?(?:养)?的?(?:一?[只条])?小?{_ANIMAL}[去到]?{_TREATED}"
)
# Money spent on things and services; only care beside it makes a case of ours.
_THINGS = re.compile(
    r"(?:修|买|换|装|租|卖|洗|充|订)(?:了|过|个|一个|一?台|一?部|一?辆|一?套|一?条|新|二手|的){0,3}(?:手机|"
    r"电脑|电视|空调|冰箱|洗衣机|"
    r"[小汽轿货单卡]?车(?!祸)|电动车|摩托|房子?|家具|家电|沙发|衣服|鞋|包包?|手表|首饰|黄金|水管|马桶|灯|"
    r"窗|门锁?|地板|屋顶|机票|车票|"
    r"菜|肉|酒|烟|茶|水果|米|油|彩票|股票|课|书|话费|流量|会员|酒店|票)|装修|请客|吃饭|吃酒席|随礼|打牌|"
    r"打麻将|旅游团|理发|美甲|按摩店|健身卡"
)
_CARE = re.compile(
    r"住院|门诊|看病|医院|医生|治|手术|药|急诊|抢救|病|生孩子|生崽|产检|检查|化疗|透析|摔|伤|缴|医疗|出院|"
    r"诊所|卫生[院室]"
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


_MOST_READ = 400  # characters; a word of insurance stands within them, danger and numbers of cards anywhere


def is_insured(plain: str) -> bool:
    """Tell whether a text in the lexicon's words has a word of insurance."""
    return bool(_INSURANCE.search(plain, 0, _MOST_READ))


def is_familiar(plain: str) -> bool:
    """Tell whether a text in the lexicon's words has one of our field, that other fields may use too."""
    return bool(_FAMILIAR.search(plain, 0, _MOST_READ))


def _nonsense(text: str) -> bool:
    if not _HAN.search(text):
        return True
    han = "".join(_HAN.findall(text))
    return bool(_PARTICLES.fullmatch(han)) or (len(han) > 3 and len(set(han)) == 1)


def _own_scheme(text: str, places: Places) -> bool:
    """Tell whether a scheme of Hunan is named, as by 衡阳农合 or 医保在衡阳."""
    spans = [match.span() for match in places.any_city.finditer(text)]
    spans += [match.span() for match in re.finditer("湖南", text)]
    return any(
        _SCHEME_AFTER.match(text, end) or _SCHEME_BEFORE.search(text, max(0, start - 9), start)
        for start, end in spans
    )


def _elsewhere(text: str, places: Places) -> bool:
    if _ABROAD.search(text) and not re.search(r"回国|出国", text):
        return True
    if not _REGION.search(text):
        return False
    if _INSURED_THERE.search(text) and not (_MOVED.search(text) or _own_scheme(text, places)):
        return True
    ours = places.any_city.search(text)
    if _REGION_INSURANCE.search(text) and not (ours or _NAMES_HUNAN.search(text)):
        return True
    return bool(_REGION_SUBJECT.search(text)) and not (ours or _TIE_TO_HUNAN.search(text))


def _foreign(text: str, *, insured: bool, case_told: bool) -> bool:
    if _ANIMAL_PATIENT.search(text):
        return True
    if _THINGS.search(text) and not _CARE.search(text) and not insured:
        return True
    if case_told:
        return False
    if insured:
        # 慢性乙肝吃什么药好: naming the insurance doesn't make advice on medicines ours.
        return bool(_ADVICE_ANYWAY.search(text))
    return bool(_FOREIGN.search(text) or _MEDICAL_ADVICE.search(text) or _ABUSE.search(text))


def find_gate(
    text: str,
    *,
    says_value: bool,
    insured: bool,
    places: Places,
    case_told: bool = False,
    cost_said: bool = False,
) -> str | None:
    """Return why normalised `text` must not be answered, None if it may.

    `says_value`: the text is a command, a number or an amount, which is never nonsense. `insured`: it has a
    word of insurance. `case_told`: it tells a case to work out. Neither of these two is foreign, whatever
    else it mentions. `cost_said`: a whole cost is told, so that what is spoken of was treated.
    """
    if not text:
        return "empty"
    if says_value:
        return "private" if says_private(text) else None
    if danger := find_danger(text, cost_said=cost_said):
        return danger
    if says_private(text):
        return "private"
    text = text[:_MOST_READ]
    if _nonsense(text):
        return "nonsense"
    if _elsewhere(text, places):
        return "elsewhere"
    return "foreign" if _foreign(text, insured=insured, case_told=case_told) else None
