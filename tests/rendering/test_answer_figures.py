"""The figures that answers tell, and those of another time, place or scheme that they don't."""

import pytest

from .support import say

FIGURES: list[tuple[str, str, str, list[str]]] = [
    (
        "employee_inpatient_rate",
        "hengyang",
        "2024-05-01",
        ["85%", "87%", "80%", "82%", "93%", "95%", "6家"],
    ),
    ("employee_inpatient_rate", "hengyang", "2022-06-10", ["三级医院：在职88%，退休90%", "92%", "94%"]),
    ("employee_inpatient_rate", "changsha", "2024-05-01", ["三级医院：在职85%，退休87%"]),
    (
        "employee_inpatient_deductible",
        "hengyang",
        "2024-05-01",
        [
            "三级医院：1100元",
            "二级医院：800元",
            "一级医院：500元",
            "社区：200元",
            "1600元",
            "50%",
            "2000元",
            "同级别",
        ],
    ),
    (
        "employee_inpatient_deductible",
        "hengyang",
        "2022-06-10",
        [
            "1600元，中医医院1400元",
            "800元，中医医院700元",
            "600元，中医医院500元",
            "社区：400元",
            "50%",
            "任何级别",
        ],
    ),
    ("employee_yearly_cap", "hengyang", "2022-06-10", ["10万元", "94%", "26万元"]),
    ("employee_yearly_cap", "hengyang", "2024-05-01", ["空的", "1500元", "2000元", "50万元", "不封顶"]),
    (
        "employee_outpatient",
        "hengyang",
        "2024-05-01",
        [
            "没有起付线，报70%",
            "每次50元，一年合计最多200元，报60%",
            "每次100元，一年合计最多300元",
            "1500元",
            "2000元",
        ],
    ),
    (
        "employee_outpatient",
        "xiangtan",
        "2022-10-01",
        ["二级医院：起付线一年200元，报60%", "三级医院：起付线一年300元，报60%", "1500元", "2000元", "管5年"],
    ),
    ("employee_outpatient", "xiangtan", "2027-09-30", ["1500元"]),
    ("employee_catastrophic", "hengyang", "2022-12-31", ["94%", "26万元", "192元", "10万元"]),
    (
        "employee_catastrophic",
        "hengyang",
        "2023-01-01",
        ["超过16000元的部分", "90%", "50万元", "8000元", "95%", "不封顶"],
    ),
    ("employee_contribution", "xiangtan", "2024-05-01", ["2%", "8%", "60%", "300%", "不含生育保险"]),
    ("employee_contribution", "hengyang", "2022-12-31", ["上年工资的2%", "8.7%", "0.7%", "300%", "192元"]),
    (
        "flexible_contribution",
        "hengyang",
        "2022-12-31",
        ["月平均工资 × 100% × 8%", "月平均工资 × 60% × 7%", "2月底"],
    ),
    ("unemployment_cover", "hengyang", "2022-12-31", ["60%", "费率：10%"]),
    (
        "account_credit",
        "hengyang",
        "2022-12-31",
        ["自己交的2%", "45岁及以下", "0.7%", "46岁", "1.2%", "3.4%", "30%"],
    ),
    ("account_use", "hengyang", "2025-04-11", ["定点药店", "不能取现金", "近亲属", "湖南医惠保"]),
    ("account_use", "xiangtan", "2025-04-11", ["配偶、父母、子女", "近亲属", "健身"]),
    ("account_use", "changsha", "2025-04-11", ["近亲属", "长期护理保险", "没有收录"]),
    ("family_sharing", "hengyang", "2025-04-11", ["近亲属", "直系亲属", "没有写", "湖南医惠保"]),
    ("family_sharing", "xiangtan", "2025-04-11", ["近亲属", "配偶、父母、子女", "居民医保的保费"]),
    ("account_withdrawal", "hengyang", "2024-05-01", ["不能取现金", "继承", "退给本人"]),
    ("flexible_enrolment", "hengyang", "2024-05-01", ["户口所在地", "180天", "60天", "2月底"]),
    ("flexible_enrolment", "changsha", "2025-04-11", ["户口所在地、工作的地方、常住的地方", "居民医保"]),
    ("waiting_period", "hengyang", "2024-05-01", ["180天", "60天", "2个月", "2月底", "不用等"]),
    ("employer_registration", "hengyang", "2024-05-01", ["30天内", "1个月的费"]),
    (
        "retirement_years",
        "hengyang",
        "2024-05-01",
        ["男的30年，女的25年", "10年", "2003年1月1日", "60岁", "55岁", "50岁", "推迟了退休年龄"],
    ),
    ("retirement_years", "hengyang", "2022-12-31", ["192元"]),
    (
        "retirement_shortfall",
        "hengyang",
        "2024-05-01",
        ["男的30年", "女的25年", "10年", "比例和工资数资料里没有"],
    ),
    ("early_retirement", "hengyang", "2024-05-01", ["10.7%", "60岁", "推迟了退休年龄"]),
    (
        "maternity_leave",
        "hengyang",
        "2024-05-01",
        ["158天", "98天", "60天", "15天", "30天", "42天", "75天", "满7个月"],
    ),
    ("maternity_allowance", "hengyang", "2024-05-01", ["÷ 30天", "158天", "10个月", "3个月"]),
    ("maternity_subsidy", "hengyang", "2024-05-01", ["的50%", "的100%", "没有收录"]),
    (
        "special_drugs",
        "hengyang",
        "2022-12-31",
        ["6万元以内：报70%", "12万元：报60%", "12万元以上：不报", "互助"],
    ),
    (
        "provincial_pooling",
        "changsha",
        "2025-11-18",
        [
            "征求意见稿",
            "不是规定",
            "省内少报10个百分点",
            "省外少报20个百分点",
            "2026年",
            "2027年",
            "11月19日到11月26日",
            "0731-84900223",
        ],
    ),
    ("drug_coverage", "hengyang", "2025-04-11", ["没有收录", "人工耳蜗", "辅助生殖", "89种"]),
    ("one_stop_settlement", "hengyang", "2025-04-11", ["医疗救助", "湖南医惠保"]),
    ("offices_contacts", "hengyang", "2024-05-01", ["187个", "2775个", "12393"]),
    ("flexible_contribution", "changsha", "2024-05-01", ["缴费基准值 × 60% × 8%"]),
    ("unemployment_cover", "hengyang", "2024-05-01", ["60%", "单位的8%加上个人的2%", "失业保险基金"]),
    ("account_credit", "xiangtan", "2023-01-01", ["2%", "每月75元", "单建统筹"]),
    ("account_use", "xiangtan", "2024-05-01", ["配偶、父母、子女", "健身"]),
    ("chronic_outpatient", "hengyang", "2024-05-01", ["80%", "85%"]),
    ("away_rate", "hengyang", "2024-05-01", ["10%", "15%", "1100元", "85%", "87%", "湘雅"]),
    ("away_rate", "hengyang", "2022-06-10", ["10%", "15%", "1600元", "88%", "90%"]),
    ("away_settlement", "hengyang", "2024-05-01", ["第二年3月31日以前"]),
    ("away_filing", "hengyang", "2024-05-01", ["10%", "15%", "2775个"]),
    ("away_emergency", "hengyang", "2024-05-01", ["15%", "10%", "入院3天内（按工作日算）"]),
    ("referral", "hengyang", "2024-05-01", ["自己先承担10%", "15%"]),
    ("repeat_admission", "hengyang", "2022-06-10", ["任何级别的医院", "50%"]),
    ("repeat_admission", "hengyang", "2024-05-01", ["同级别医院", "50%", "2000元"]),
    (
        "provincial_hospitals",
        "hengyang",
        "2024-05-01",
        ["1600元", "80%", "82%", "6家", "1个百分点到5个百分点", "10%"],
    ),
    ("provincial_hospitals", "hengyang", "2022-06-10", ["1600元", "88%", "90%", "10%", "15%"]),
    ("tcm_hospitals", "hengyang", "2022-06-10", ["中医1400元，普通1600元", "中医700元", "中医500元"]),
    ("tcm_hospitals", "hengyang", "2024-05-01", ["没有给中医医院单列", "起付线1100元"]),
    ("emergency_to_inpatient", "xiangtan", "2024-05-01", ["在72小时内转住院"]),
    ("non_designated", "hengyang", "2024-05-01", ["入院3天内（按工作日算）"]),
    ("hardship_aid", "hengyang", "2024-05-01", ["8000元", "95%", "不封顶", "16000元", "90%", "50万元"]),
    ("internet_prescription", "xiangtan", "2024-05-01", ["一级70%，二级60%，三级60%"]),
    ("village_clinics", "hengyang", "2024-05-01", ["2337家", "70%"]),
]


@pytest.mark.parametrize(("intent", "city", "day", "figures"), FIGURES)
def test_an_answer_tells_its_figures(intent: str, city: str, day: str, figures: list[str]) -> None:
    text = say(intent, city, day)
    assert [figure for figure in figures if figure not in text] == [], text


RESIDENT_FIGURES: list[tuple[str, str, str, list[str]]] = [
    (
        "resident_inpatient_rate",
        "hengyang",
        "2024-05-01",
        [
            "三级医院：60%，中医医院65%",
            "二级医院：75%，中医医院80%",
            "一级医院：80%，中医医院85%",
            "社区：90%",
            "中心卫生院：80%还是90%",
            "省级医院另有文件",
            "困难群众",
        ],
    ),
    (
        "resident_inpatient_deductible",
        "hengyang",
        "2024-05-01",
        [
            "1200元",
            "1500元",
            "二级医院：600元",
            "一级医院和中心卫生院：400元",
            "社区：200元",
            "2300元",
            "不打折",
        ],
    ),
    (
        "resident_yearly_cap",
        "hengyang",
        "2022-12-31",
        ["15万元", "30万元", "420元", "360元", "600元（糖尿病）"],
    ),
    ("resident_yearly_cap", "hengyang", "2025-04-10", ["30万元或40万元"]),
    ("resident_yearly_cap", "hengyang", "2025-04-11", ["40万元（按报道推算的）", "8万元"]),
    ("resident_outpatient", "hengyang", "2024-05-01", ["70%", "没有起付线", "600元", "420元", "费用的限额"]),
    (
        "two_diseases",
        "hengyang",
        "2024-05-01",
        ["70%", "高血压：一年最多报360元", "糖尿病：一年最多报600元", "没写"],
    ),
    (
        "resident_catastrophic",
        "hengyang",
        "2022-12-31",
        [
            "超过14000元",
            "3万元以内：报60%",
            "3万元到8万元：报65%",
            "8万元到15万元：报75%",
            "15万元以上：报85%",
            "一年最多报30万元。",
        ],
    ),
    ("resident_catastrophic", "hengyang", "2023-01-01", ["30万元或40万元", "没写清"]),
    ("resident_catastrophic", "hengyang", "2025-04-10", ["30万元或40万元"]),
    ("resident_catastrophic", "hengyang", "2025-04-11", ["40万元（按报道推算的）", "8万元"]),
    ("catastrophic_scope", "hengyang", "2024-05-01", ["乙类", "起付线", "意外伤害", "第二年3月31日"]),
    ("childbirth_resident", "hengyang", "2024-05-01", ["最多1300元", "最多1600元", "困难群众"]),
    ("resident_enrolment", "hengyang", "2024-05-01", ["6个月", "村或社区", "学校"]),
    ("resident_enrolment", "changsha", "2025-04-11", ["户口所在地或常住的地方", "没有收录"]),
    ("resident_contribution", "hengyang", "2024-05-01", ["今年要交多少，我没有收录", "一年交一次"]),
    ("newborn", "xiangtan", "2025-04-11", ["10月1日以后", "不用等", "当天出生的算不算：报道没有写清"]),
    ("college_student", "changsha", "2025-04-11", ["9月1日", "12月31日"]),
    ("continuous_enrolment_reward", "hengyang", "2025-04-11", ["4年", "5000元", "20%", "8万元", "40万元"]),
    ("welfare_child", "hengyang", "2025-04-11", ["随时", "进机构那天"]),
    ("family_doctor_reform", "hengyang", "2025-04-11", ["还在推进", "70%", "90%左右", "职工"]),
    ("special_drugs", "hengyang", "2024-05-01", ["6万元以内：报60%", "12万元：报50%", "大病保险接着付"]),
    ("repeat_admission", "hengyang", "2024-05-01", ["不打折", "2300元", "1500元"]),
    ("hospital_levels", "hengyang", "2024-05-01", ["起付线1200元，报60%", "起付线400元，报80%还是90%"]),
    ("tcm_hospitals", "hengyang", "2024-05-01", ["中医报65%，普通60%", "中医报85%，普通80%"]),
    ("provincial_hospitals", "hengyang", "2024-05-01", ["我没有收录", "10%", "15%"]),
    ("away_rate", "hengyang", "2024-05-01", ["10%", "15%", "1200元", "60%", "我没有收录"]),
    ("accidents", "hengyang", "2024-05-01", ["文件没有写", "大病保险不算意外伤害", "怎么受的伤"]),
    ("hardship_aid", "hengyang", "2024-05-01", ["更高的规定", "没有收录"]),
    ("chronic_outpatient", "hengyang", "2024-05-01", ["没有收录"]),
    ("village_clinics", "hengyang", "2025-04-11", ["2337家", "70%", "甲类"]),
    ("settlement_year", "hengyang", "2024-05-01", ["居民大病保险：第二年3月31日以前"]),
]


@pytest.mark.parametrize(("intent", "city", "day", "figures"), RESIDENT_FIGURES)
def test_an_answer_to_residents_tells_its_figures(
    intent: str, city: str, day: str, figures: list[str]
) -> None:
    text = say(intent, city, day, insurance="resident")
    assert [figure for figure in figures if figure not in text] == [], text


NOT_TOLD = [
    ("employee_yearly_cap", "hengyang", "2024-05-01", ["10万元", "26万元"]),
    ("employee_catastrophic", "hengyang", "2024-05-01", ["192", "94%"]),
    ("employee_outpatient", "xiangtan", "2024-05-01", ["每次"]),
    ("employee_inpatient_rate", "hengyang", "2022-06-10", ["省部属", "85%", "93%"]),
    ("provincial_hospitals", "xiangtan", "2024-05-01", ["10%", "15%"]),
    ("emergency_to_inpatient", "hengyang", "2024-05-01", ["72"]),
    ("away_filing", "hengyang", "2022-06-10", ["日报"]),
    ("account_use", "hengyang", "2025-04-10", ["近亲属"]),
    ("account_use", "hengyang", "2024-05-01", ["家人", "75"]),
    ("family_sharing", "xiangtan", "2025-04-10", ["近亲属"]),
    ("flexible_enrolment", "hengyang", "2025-04-10", ["常住", "居民医保"]),
    ("flexible_enrolment", "hengyang", "2025-04-11", ["要到户口所在地"]),
    ("flexible_contribution", "hengyang", "2023-01-01", ["100%", "7%"]),
    ("employee_contribution", "hengyang", "2023-01-01", ["8.7%", "192"]),
    ("unemployment_cover", "hengyang", "2023-01-01", ["10%"]),
    ("retirement_years", "hengyang", "2023-01-01", ["192"]),
    ("retirement_years", "changsha", "2024-05-01", ["30年", "25年", "60岁"]),
    ("special_drugs", "hengyang", "2023-01-01", ["要同时参加"]),
]


@pytest.mark.parametrize(("intent", "city", "day", "figures"), NOT_TOLD)
def test_a_figure_of_another_time_or_place_is_not_told(
    intent: str, city: str, day: str, figures: list[str]
) -> None:
    text = say(intent, city, day)
    assert [figure for figure in figures if figure in text] == [], text


NOT_TOLD_TO_RESIDENTS = [
    ("resident_catastrophic", "hengyang", "2022-12-31", ["40万元"]),
    ("resident_catastrophic", "hengyang", "2025-04-11", ["30万元"]),
    ("resident_catastrophic", "hengyang", "2025-04-10", ["8万元。"]),
    ("resident_inpatient_deductible", "hengyang", "2024-05-01", ["50%", "2000元"]),
    ("repeat_admission", "hengyang", "2024-05-01", ["50%", "2000元", "职工"]),
    ("resident_enrolment", "hengyang", "2025-04-10", ["放宽"]),
    ("resident_enrolment", "changsha", "2025-04-11", ["6个月"]),
    ("college_student", "hengyang", "2025-04-10", ["9月1日", "12月31日"]),
    ("newborn", "hengyang", "2025-04-11", ["3个月", "三个月"]),
    ("village_clinics", "changsha", "2025-04-11", ["70%", "420元", "2337"]),
    ("away_rate", "hengyang", "2026-06-01", ["20个百分点", "征求意见"]),
    ("tcm_hospitals", "hengyang", "2024-05-01", ["职工", "在职"]),
]


@pytest.mark.parametrize(("intent", "city", "day", "figures"), NOT_TOLD_TO_RESIDENTS)
def test_residents_are_not_told_what_is_of_another_scheme_time_or_place(
    intent: str, city: str, day: str, figures: list[str]
) -> None:
    text = say(intent, city, day, insurance="resident")
    assert [figure for figure in figures if figure in text] == [], text
