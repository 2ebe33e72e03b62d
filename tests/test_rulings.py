"""How each contradiction and each gap of the sources is handled, one test for each ruling.

The cases are small and worked by hand; every one is as of the same day.
"""

import json
from datetime import date
from typing import Any

import pytest
from support import warm

from bot.channels.batch import Batch
from bot.policy import Provision
from bot.policy.codes import BENEFITS
from bot.settings import Settings, data_folder

TODAY = date(2026, 11, 21)
APP = warm.app(Settings(fixed_day=TODAY))
BATCH = Batch(APP)
D0, D1, D3, D4 = "hunan-2022-66", "xiangtan-2022-36", "hengyang-2020-24", "hunan-measures-2025"

Found = dict[str, Any]


def worked(**fields: Any) -> Found:
    """Return the estimate of a case in Hengyang, as other programs read it."""
    return APP.estimates.as_json(APP.engine.estimate_request({"city": "hengyang", **fields}, TODAY))


def employee(**fields: Any) -> Found:
    """Return the estimate of a stay: an employed person, 20000 yuan at a level-3 hospital in 2024."""
    case = {"insurance": "employee", "status": "employed", "hospital_level": "level3", "date": "2024-05-01"}
    return worked(**{"benefit": "inpatient", "eligible_cost": "20000", **case, **fields})


def resident(**fields: Any) -> Found:
    """Return the estimate of a resident's stay: 20000 yuan at a level-3 hospital in 2026."""
    case = {"insurance": "resident", "hospital_level": "level3", "date": "2026-05-01"}
    return worked(**{"benefit": "inpatient", "eligible_cost": "20000", **case, **fields})


def outpatient(**fields: Any) -> Found:
    """Return the estimate of a visit: an employed person, 500 yuan at a level-3 hospital in 2024."""
    return employee(**{"benefit": "outpatient", "eligible_cost": "500", **fields})


def answered(text: str, **fields: str) -> str:
    """Return what a person reads who asks this; in Hengyang unless another city is given."""
    line = {"id": 1, "text": text, "city": "hengyang", **fields}
    reply = json.loads(BATCH.ask_line(json.dumps(line)))
    assert reply["outcome"] in {"answer", "refused", "question", "estimate"}, reply
    return str(reply["text"])


def cautions(found: Found) -> set[str]:
    return {caution["code"] for caution in found["cautions"]}


def layer(found: Found, name: str) -> str:
    return str({each["id"]: each["amount"] for each in found["layers"]}[name])


def told(found: Found) -> str:
    """Return the reasons of all steps."""
    return "；".join(step["because"] for step in found["steps"])


def provision(ref: str) -> Provision:
    return APP.library.provisions[ref]


def test_x01_the_employee_rule_begins_in_2023_by_inference() -> None:
    """The source names no day; 1 January 2023 is taken, shown as inferred; a stay over the year is told."""
    span = provision(f"{D0}/0.8").document.head.effective
    assert (span.since, span.basis) == (date(2023, 1, 1), "inferred")
    assert "effective_date_inferred" not in cautions(employee(date="2022-12-31"))
    [said] = [c for c in employee(date="2023-01-01")["cautions"] if c["code"] == "effective_date_inferred"]
    assert "跨了年" in said["text"]
    assert "日期是推定的" in answered("职工住院报销比例")


def test_x02_the_first_row_is_for_grassroots_and_the_second_for_level_1() -> None:
    """Both rows of the table name level 1; the second is taken for it, and the conflict is told."""
    assert employee(hospital_level="grassroots")["amount"] == "18414.00"
    level1 = employee(hospital_level="level1")
    assert level1["amount"] == "17940.00"
    assert "level1_row_conflict" in cautions(level1)
    assert "level1_row_conflict" not in cautions(employee(hospital_level="grassroots"))


def test_x03_employee_stays_go_by_the_rule_of_their_day() -> None:
    """To 2022 the city's rule holds, then the province's: rate, halving, limit, TCM, provincial hospitals."""
    before, after = {"date": "2022-12-31"}, {"date": "2023-01-01"}
    assert (employee(**before)["amount"], employee(**after)["amount"]) == ("16192.00", "16065.00")
    assert employee(**before, prior_stays=1)["amount"] == "16896.00"  # halved after a stay at any level
    assert employee(**after, prior_stays=1)["amount"] == "16065.00"
    assert employee(**after, prior_stays_same_level=1)["amount"] == "16532.50"
    assert employee(**after, prior_deductible="1900")["amount"] == "16915.00"  # 2000 a year at most
    assert employee(**before, tcm=True)["amount"] == "16368.00"
    assert employee(**after, tcm=True)["amount"] == "16065.00"
    assert "tcm_not_listed" in cautions(employee(**after, tcm=True))
    assert employee(**before, hospital_level="provincial")["amount"] == "16192.00"
    assert employee(**after, hospital_level="provincial")["amount"] == "14720.00"


def test_x04_no_yearly_limit_is_made_up_where_the_column_is_blank() -> None:
    """All is paid; above 100000 a warning says that there is a limit which the source leaves out."""
    assert provision(f"{D0}/0.8").figure("limit").not_stated
    high = employee(eligible_cost="200000")
    assert layer(high, "basic") == "169065.00"
    assert "yearly_cap_unknown" in cautions(high)
    assert "yearly_cap_unknown" in cautions(employee(prior_paid="90000"))
    assert "yearly_cap_unknown" not in cautions(employee(prior_paid="80000"))


def test_x05_mutual_aid_ends_with_2022_and_catastrophic_insurance_follows() -> None:
    """The first pays to the end of 2022, the second from 2023; 192 yuan is never told as today's."""
    assert layer(employee(eligible_cost="150000", date="2022-12-31"), "mutual_aid") == "32677.82"
    assert layer(employee(eligible_cost="150000", date="2023-01-01"), "catastrophic") == "6691.50"
    assert worked(benefit="contribution", who="mutual_aid", date="2022-12-31")["amount"] == "192.00"
    assert worked(benefit="contribution", who="mutual_aid", date="2023-01-01")["outcome"] == "refused"
    assert "192" not in answered("大病医疗互助多少钱")


def test_x06_the_resident_catastrophic_limit_goes_by_three_spans() -> None:
    """300000 to 2022, either reading to 10 April 2025, then 400000 by inference and the bonus on top."""
    case = {"benefit": "catastrophic", "insurance": "resident", "own_cost": "414000"}
    assert worked(**case, date="2022-12-31")["amount"] == "300000.00"
    assert worked(**case, date="2023-01-01")["amount"] == ["300000.00", "315500.00"]
    assert worked(**case, date="2025-04-10")["amount"] == ["300000.00", "315500.00"]
    now = worked(**case, date="2025-04-11")
    assert now["amount"] == "315500.00"
    assert {"catastrophic_cap_inferred", "may_be_outdated"} <= cautions(now)
    most = {**case, "own_cost": "1000000", "date": "2025-04-11"}
    assert worked(**most)["amount"] == "400000.00"
    assert worked(**most, bonus="80000")["amount"] == "480000.00"


def test_x07_outpatient_deductibles_are_a_visit_in_the_province_and_a_year_in_xiangtan() -> None:
    """Hengyang and other cities go by the province's rule from 2023, Xiangtan by its own from late 2022."""
    assert outpatient()["amount"] == "240.00"
    assert outpatient(city="changsha")["amount"] == "240.00"
    assert outpatient(city="xiangtan")["amount"] == "120.00"
    assert outpatient(city="xiangtan", date="2022-10-01")["amount"] == "120.00"


def test_x08_what_no_source_holds_is_refused() -> None:
    """Visits before each city's rule, and Hengyang's accounts from 2023: neither 75 yuan nor the old 3.4%."""
    assert outpatient(date="2022-12-31")["outcome"] == "refused"
    assert outpatient(city="xiangtan", date="2022-09-30")["outcome"] == "refused"
    account = {"benefit": "personal_account", "status": "retired", "unit_average_wage": "5000"}
    assert worked(**account, date="2022-12-31")["amount"] == "170.00"
    assert worked(**account, date="2023-01-01")["outcome"] == "refused"
    assert worked(**account, city="xiangtan", date="2023-01-01")["amount"] == "75.00"


def test_x09_the_province_reaches_every_city_and_hengyang_none_but_itself() -> None:
    """Employee rows of the province hold anywhere, with a caution; Hengyang's figures are lent to nobody."""
    own_cost = {"own_cost": "20000", "wage": "6500", "benchmark": "6500", "who": "employee"}
    for benefit in ("inpatient", "chronic_outpatient", "catastrophic", "contribution"):
        for city in ("xiangtan", "changsha"):
            found = employee(benefit=benefit, city=city, disease_limit="30000", **own_cost)
            assert found["outcome"] == "ok", (benefit, city)
            assert "city_rule_not_held" in cautions(found)
            home = employee(benefit=benefit, disease_limit="30000", **own_cost)
            assert "city_rule_not_held" not in cautions(home)
            assert found["amount"] == home["amount"]
    for city in ("xiangtan", "changsha"):
        assert resident(city=city)["outcome"] == "refused"
        for route in ("unreferred", "away_filed", "away_unfiled", "away_emergency"):
            assert employee(city=city, route=route)["outcome"] == "refused"
        hengyang_only = set(BENEFITS) - {
            *("inpatient", "outpatient", "chronic_outpatient", "catastrophic", "contribution"),
            *("personal_account", "catastrophic_limit"),
        }
        for benefit in hengyang_only:
            assert worked(benefit=benefit, city=city)["outcome"] == "refused", benefit


def test_x10_flexible_workers_pay_by_the_rule_of_the_day() -> None:
    """To 2022 8% of the whole benchmark or 7% of 60% of it; from 2023 8% of 60% of it."""
    case = {"benefit": "contribution", "benchmark": "6500"}
    old = {**case, "date": "2022-12-31"}
    assert worked(**old, who="flexible_with_account")["amount"] == "520.00"
    assert worked(**old, who="flexible_inpatient_only")["amount"] == "273.00"
    assert worked(**old, who="flexible")["missing"] == ["who"]
    assert worked(**case, date="2023-01-01", who="flexible")["amount"] == "312.00"


def test_x11_places_to_enrol_and_who_may_use_an_account_go_by_the_day() -> None:
    """Hukou, then three places; the close family named, then 近亲属, which the source doesn't spell out."""
    enrol, share = "灵活就业在哪里参保", "个人账户家人能用吗"
    assert "常住的地方" not in answered(enrol, date="2025-04-10")
    assert "常住的地方" in answered(enrol, date="2025-04-11")
    before = answered(share, city="xiangtan", date="2025-04-10")
    assert "配偶、父母、子女" in before
    assert "近亲属" not in before
    assert "近亲属用，范围比以前的直系亲属大；包括哪些人，报道没有写" in answered(share, city="xiangtan")


def test_x12_the_600_yuan_of_residents_outside_hospital_limit_the_cost() -> None:
    """At most 420 yuan are paid; that the limit might be one of payment is mentioned."""
    visit = {"benefit": "outpatient", "hospital_level": "grassroots"}
    found = resident(**visit, eligible_cost="700")
    assert found["amount"] == "420.00"
    assert "cost_limit_reading" in cautions(found)
    assert "cost_limit_reading" not in cautions(resident(**visit, eligible_cost="600"))
    assert "也有可能说的是报销的限额" in answered("居民门诊一年报多少")


def test_x13_the_draft_never_enters_a_result() -> None:
    """Away from home 10% or 15% come off first; the draft's points stand in a marked preview only."""
    away = {"route": "away_filed", "date": "2026-05-01"}
    assert employee(**away)["amount"] == "14365.00"
    for where, amount in (("in_province", "14175.00"), ("cross_province", "12285.00")):
        found = employee(**away, preview="2025-pooling-draft", away_where=where)
        assert found["amount"] == "14365.00"
        assert "draft_only" not in cautions(found)
        assert found["preview"]["amount"] == amount
        assert "draft_only" in cautions(found["preview"])


def test_x14_the_first_pay_comes_before_the_deductible_and_counts_for_nothing_later() -> None:
    """First-pay, deductible, rate; the other order is warned of; catastrophic cover doesn't count it."""
    found = employee(route="away_filed")
    assert [step["label"] for step in found["steps"]][1:3] == ["异地已备案先行自付", "起付线"]
    assert found["amount"] == "14365.00"
    assert "first_pay_order" in cautions(found)
    large = employee(route="away_filed", eligible_cost="150000")
    assert (layer(large, "basic"), layer(large, "catastrophic")) == ("113815.00", "4666.50")
    assert "不含转外先行自付" in told(resident(route="away_filed"))


def test_x15_an_emergency_away_is_read_both_ways() -> None:
    """Whether 10% come off for an emergency that was not filed is open: a range."""
    found = employee(route="away_emergency")
    assert (found["outcome"], found["amount"]) == ("range", ["14365.00", "16065.00"])


def test_x16_the_rate_of_a_central_township_hospital_is_read_both_ways() -> None:
    """A resident's deductible is that of level 1; the rate is 80% or 90%: a range."""
    found = resident(hospital_level="central_township", eligible_cost="5000")
    assert (found["outcome"], found["amount"]) == ("range", ["3680.00", "4140.00"])


def test_x17_residents_at_provincial_hospitals_are_not_held() -> None:
    """Another document rules them, which is not held: refused, and said so."""
    assert resident(hospital_level="provincial")["outcome"] == "refused"
    assert "居民医保住湘雅这样的省级医院，起付线和报销比例另有文件规定，我没有收录" in answered(
        "湘雅医院住院怎么报"
    )


def test_x18_a_question_gets_both_schemes_and_a_calculation_asks_for_it() -> None:
    """Employees halve up to 2000 a year, residents never and up to 2300: both told, briefly."""
    both = answered("二次住院起付线减半吗")
    assert "【职工医保，衡阳】" in both
    assert "【居民医保，衡阳】" in both
    assert "2000元" in both
    assert "2300元" in both
    assert worked(benefit="inpatient", eligible_cost="20000")["missing"][0] == "insurance"
    assert resident(prior_stays_same_level=1)["amount"] == resident()["amount"]


def test_x19_a_stay_under_its_deductible_pays_nothing_and_is_no_stay() -> None:
    """It is not settled and taken as not counting, which is said."""
    found = employee(eligible_cost="1100")
    assert found["amount"] == "0.00"
    assert "算不算住过一次院，我按不算处理" in told(employee(eligible_cost="1000"))
    assert "算不算住过一次，文件没写，我按不算来算" in answered("二次住院起付线减半吗")


def test_x20_what_exceeds_the_yearly_limit_of_residents_is_lost() -> None:
    """Cost above it doesn't go into catastrophic cover; said."""
    found = resident(hospital_level="level2", eligible_cost="300000")
    assert (layer(found, "basic"), layer(found, "catastrophic")) == ("150000.00", "22290.00")
    assert resident(hospital_level="level2", eligible_cost="400000")["amount"] == found["amount"]
    assert "没写能不能进大病保险，这里不算" in told(found)


def test_x21_each_of_the_two_diseases_keeps_its_own_limit() -> None:
    """Whether somebody with both has both limits is not stated; each is named."""
    for disease, limit in (("hypertension", "360.00"), ("diabetes", "600.00")):
        case = {"benefit": "two_diseases", "disease": disease, "eligible_cost": "5000"}
        assert worked(**case)["amount"] == limit
    text = answered("高血压糖尿病两种都有，一年能报多少")
    assert "限额能不能加在一起，文件没写" in text
    assert "360元" in text
    assert "600元" in text


def test_x22_residents_with_an_injury_are_asked_for_its_cause() -> None:
    """The document is silent on them: nothing is promised, the exclusion is named, the cause is asked."""
    text = answered("意外摔伤能报吗", insurance="resident")
    assert "文件没有写" in text
    assert "居民大病保险不算意外伤害" in text
    assert "怎么受的伤" in text


def test_x24_the_ages_of_retirement_are_not_told_as_the_last_word() -> None:
    """A later national rule delays retirement; it is outside the sources, and that is said."""
    years = {"years_paid": "20", "years_paid_in_province": "12", "sex": "female", "post": "worker"}
    found = worked(benefit="retirement", **years, age=50)
    assert (found["amount"], found["unit"]) == ("5", "years")
    assert "国家后来推迟了退休年龄" in told(found)
    man = worked(benefit="retirement", years_paid="20", years_paid_in_province="12", sex="male", age=58)
    assert "国家后来推迟了退休年龄" in told(man)  # his age doesn't depend on his post
    assert "国家后来推迟了退休年龄：新规定我没有收录" in answered("退休要交多少年医保")


def test_x25_the_limit_of_a_chronic_disease_is_one_of_cost() -> None:
    """The limits stand elsewhere: the person is asked for the disease's own; cost above it doesn't count."""
    case = {"benefit": "chronic_outpatient", "eligible_cost": "1000"}
    assert employee(**case)["missing"] == ["disease_limit"]
    assert employee(**case, disease_limit="500")["amount"] == "400.00"


def test_x26_absent_figures_are_asked_for_or_left_as_a_formula() -> None:
    """Lump-sum rate, benchmark, average maternity cost and resident premium stand in no source."""
    assert provision(f"{D3}/3.13").figure("lump_rate").not_stated
    assert worked(benefit="contribution", who="flexible")["missing"] == ["benchmark"]
    assert worked(benefit="maternity_subsidy", who="flexible_woman")["missing"] == ["average_cost"]
    assert "今年要交多少，我没有收录" in answered("居民医保一年交多少钱")


def test_x27_no_waiting_period_of_residents_is_made_up() -> None:
    """None is in the sources: refused, never 'three months'."""
    text = answered("居民医保断缴等待期多久")
    assert "没有收录" in text
    assert "月" not in text


def test_x28_whether_the_first_of_october_is_inside_is_left_open() -> None:
    """Born after 1 October pays for the next year only; that day itself is unclear, which is said."""
    assert "10月1日当天出生的算不算：报道没有写清" in answered("新生儿怎么参保")


def test_x29_special_drugs_keep_their_rate_beyond_the_basic_limit() -> None:
    """No other rate is written for the part that another layer pays; said, and flagged as old."""
    case = {"benefit": "special_drug", "insurance": "employee", "eligible_cost": "150000"}
    found = worked(**case)
    assert found["amount"] == "78000.00"  # 70% to 60000, 60% to 120000, nothing above
    assert "may_be_outdated" in cautions(found)
    assert "报满以后的比例没有另写，我还按上面的比例" in answered("特药怎么报")


def test_x30_a_visit_under_its_deductible_uses_up_what_it_cost() -> None:
    """A visit of 60 yuan pays nothing and uses 60 of the year's deductibles."""
    found = outpatient(eligible_cost="60")
    assert found["amount"] == "0.00"
    assert "算用掉的起付线就是这次的费用" in told(found)
    used_up = outpatient(prior_deductible_level3="260")
    assert used_up["amount"] == "276.00"  # 40 of the 300 are left


def test_x34_nothing_is_said_to_have_doubled() -> None:
    """The headline of the report is not borne out by its text."""
    texts = [
        path.read_text("utf-8")
        for folder in (data_folder("policies"), data_folder("templates"))
        for path in folder.rglob("*.*")
        if path.suffix != ".ttf"
    ]
    assert texts
    for word in ("翻倍", "翻番", "加倍"):
        assert not any(word in text for text in texts)


@pytest.mark.parametrize("route", ["away_filed", "away_unfiled"])
def test_x38_a_provincial_hospital_away_is_read_with_and_without_first_pay(route: str) -> None:
    """Whether its own row and the route's first-pay both apply is not stated: a range."""
    found = employee(hospital_level="provincial", route=route)
    low = {"away_filed": "13120.00", "away_unfiled": "12320.00"}[route]
    assert (found["outcome"], found["amount"]) == ("range", [low, "14720.00"])
    assert "这些医院在长沙，您去住院同时是异地就医" in answered("湘雅医院住院怎么报")


def test_x39_figures_of_the_news_are_quoted_as_reported() -> None:
    """They don't add up: given as the newspaper's, or not at all."""
    text = answered("医保基金违规")
    assert "报道" in text
    assert "229家次" in text
    assert "106.42" not in text


def test_x40_deductible_and_share_count_for_employees_first_pay_does_not() -> None:
    """The document is silent; neither the catalogue's nor a route's first-pay is counted; said."""
    found = employee(eligible_cost="150000")
    assert layer(found, "catastrophic") == "6691.50"
    whole = {"eligible_cost": None, "total_cost": "160000", "first_pay_cost": "10000"}
    assert layer(employee(**whole), "catastrophic") == "6691.50"
    assert "不含先行自付" in told(found)


def test_x41_a_central_township_hospital_is_grassroots_for_employees() -> None:
    """It is a township hospital, so the first row holds."""
    central, grassroots = (employee(hospital_level=each) for each in ("central_township", "grassroots"))
    assert central["amount"] == grassroots["amount"] == "18414.00"


def test_x42_residents_in_hardship_get_the_general_result_with_a_word() -> None:
    """Higher rules exist and are not held: said beside the result for everybody."""
    found = resident(hardship=True)
    assert found["amount"] == resident()["amount"]
    assert "可能报得更多，那份规定没有收录" in told(found)


def test_x43_an_emergency_long_before_a_stay_is_merged_in_hengyang_only() -> None:
    """Xiangtan merges within 72 hours and pays the stay alone beyond; Hengyang names no hours."""
    stay = {"eligible_cost": "17000", "emergency_cost": "3000"}
    assert employee(**stay, city="xiangtan", emergency_hours="72")["amount"] == "16065.00"
    late = employee(**stay, city="xiangtan", emergency_hours="72.5")
    assert late["amount"] == "13515.00"
    assert "门诊" in told(late)
    assert employee(**stay, emergency_hours="100")["amount"] == "16065.00"


def test_x44_xiangtan_has_no_rule_once_its_own_has_run_out() -> None:
    """Five years from October 2022, and the province's outpatient rule doesn't step in; warned of before."""
    assert outpatient(city="xiangtan", date="2027-09-30")["outcome"] == "ok"
    gone = outpatient(city="xiangtan", date="2027-10-01")
    assert gone["outcome"] == "refused"
    assert "2027-09-30" in gone["reason"]
    text = answered("湘潭普通门诊报销", city="xiangtan", insurance="employee")
    assert "到期以后的规定我还没有" in text
