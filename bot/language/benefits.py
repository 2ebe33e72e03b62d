"""Which benefit a text is about: by the care it speaks of, or by what it tells of the person."""

import re
from collections.abc import Mapping

from bot.language.slots import SlotValue

_CATASTROPHIC = re.compile(
    r"大病保险|大病险|大病互助|大病医疗互助|二次报[销账消]|二次补偿|大病报销|大病二次|大病补偿"
)
_CHRONIC = re.compile(r"慢特病|慢性病门诊|慢性病|慢病|特殊门诊|特门|特殊病种|门诊特殊|门诊慢")
_INPATIENT = re.compile(
    r"住院|住(?:的|了|在)?(?:[一二三]级|[一二三]甲|湘雅|附[一二])|住[了的].{0,6}院|住.{0,5}医院|"
    r"住了(?:[\d几一二两三四五六七八九十]+天|半个多?月|[\d几一二两三四五六七八九十]+(?:个?多?(?:星期|礼拜)|周))|出院|开刀|做(?:了|过)?(?:个|一个|台)?.{0,6}手术|住过?院|住进|"
    r"入的?院"
)
_OUTPATIENT = re.compile(
    r"门诊|门珍|门针|看病拿药|拿药|开药|看个?感冒|"
    r"(?:社区|卫生[院室所]|诊所|服务站|村医)(?:医院|中心)?(?:那里|那边)?(?:里)?(?:看|打针|打吊针|输液)"
)
_TWO_DISEASES = re.compile(r"两病|血压药|降压药|降糖药|(?:高血压|糖尿病|血糖高|血压高).{0,6}(?:药|门诊)")
_SPECIAL_DRUG = re.compile(r"特药|双通道|靶向药|谈判药|国谈药|特殊药品")
_ALLOWANCE = re.compile(r"生育津[贴帖]|产假津贴")
_CHILDBIRTH = re.compile(r"(?:生孩子|生小孩|生崽|生娃|生毛毛|分娩|顺产|剖[腹宫]产|生育).{0,8}(?:补|报|多少)")
# How a birth went is told for leave and allowance too; only beside money or care is it one to be paid.
_DELIVERED = re.compile(r"顺产|剖[腹宫]产")
_OF_A_BILL = re.compile(r"[报补花费钱块元万]|住院|医保|保险|多少(?!天|日)|\d{3}")
_STAY_AND_VISIT = re.compile(r"住院期间|住院的时候|住院时|在住院|门诊待遇|急诊.{0,4}转住院")

NOT_MUTUAL = re.compile(
    r"(?:没有?|未|不|冇)(?:交|参加|参|买|缴|得|办)(?:过)?(?:那个)?大病(?:医疗)?互助|"
    r"大病(?:医疗)?互助(?:费|的钱)?(?:没|未|冇)(?:有)?(?:交|缴|买|参加)"
)
MUTUAL = re.compile(
    r"(?:交|参加|买|缴|有)(?:了|过)(?:那个)?大病(?:医疗)?互助|大病(?:医疗)?互助(?:费|的钱)?(?:交|"
    r"缴|买|参加)(?:了|过)(?!吗|没)|有大病(?:医疗)?互助"
)


def find_benefit(text: str) -> str | None:
    """Return the benefit that a text names by the care or the insurance it speaks of, None for none."""
    inpatient = bool(_INPATIENT.search(text))
    if _ALLOWANCE.search(text):
        return "maternity_allowance"
    if _SPECIAL_DRUG.search(text):
        return None if inpatient else "special_drug"
    if _CATASTROPHIC.search(MUTUAL.sub("", NOT_MUTUAL.sub("", text))):
        return "catastrophic"
    if _STAY_AND_VISIT.search(text) and _OUTPATIENT.search(text):
        return None
    if _CHRONIC.search(text):
        return None if inpatient else "chronic_outpatient"
    if _CHILDBIRTH.search(text) or (_DELIVERED.search(text) and _OF_A_BILL.search(text)):
        return "childbirth"
    if inpatient:
        return None if re.search(r"门诊|门珍", text) else "inpatient"
    if _TWO_DISEASES.search(text):
        return "two_diseases"
    return "outpatient" if _OUTPATIENT.search(text) else None


_SUBSIDY = re.compile(r"生育补[助贴]")
_LEAVE = re.compile(r"产假(?!津[贴帖]|工资|期间|里|前|的?时候|的?钱)")
_LIMIT = re.compile(r"限额|封顶|上限|最多|最高")
_RECKON = re.compile(r"[帮给]我?们?算|算[算下哈]|算一[算下哈]|试算")
_YEARS_LEFT = re.compile(r"退休[^,。;!?]{0,6}(?:[差缺够]|补|还要)|[差缺补][^,。;!?]{0,4}年")
_COSTS = frozenset({"eligible_cost", "total_cost", "own_cost", "emergency_cost"})
_ENROLLED = frozenset({"consecutive_years", "zero_claim_years"})
_PAID_YEARS = frozenset({"years_paid", "years_paid_in_province"})


def of_person(text: str, slots: Mapping[str, SlotValue]) -> str | None:
    """Return the benefit that goes by the person and by no bill, None where a cost is told or it is another.

    `slots` are those that the text fills, with the benefit that its words name by themselves.
    """
    if not _COSTS.isdisjoint(slots):
        return None
    benefit, resident = slots.get("benefit"), slots.get("insurance") == "resident"
    if "average_cost" in slots or (_SUBSIDY.search(text) and not resident):
        return "maternity_subsidy"
    if benefit == "catastrophic" and slots.get("insurance") != "employee" and _LIMIT.search(text):
        reckoned = not _ENROLLED.isdisjoint(slots) or _RECKON.search(text)
        return "catastrophic_limit" if reckoned else None
    if _LEAVE.search(text) and (benefit == "childbirth" or (benefit is None and _RECKON.search(text))):
        return "maternity_leave"
    told_years = benefit is None and not _PAID_YEARS.isdisjoint(slots)
    return "retirement" if told_years and "退休" in text and _YEARS_LEFT.search(text) else None
