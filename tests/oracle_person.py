"""Special drugs, maternity, contributions, accounts, retirement, raised limits.

Sources: 衡医保发〔2020〕24号 (Hengyang, from 2021-01-01; contributions and accounts to 2022-12-31),
湘政办发〔2022〕66号 (contributions in every city, from 2023-01-01), 潭政办发〔2022〕36号 第十条 (accounts in
Xiangtan, 2023-01-01 to 2027-09-30), the province's measures as reported on 2025-04-11 (raised limits).
"""

from fractions import Fraction

from oracle_base import (
    PROVINCE_RULES_BEGIN,
    RAISED_LIMITS_BEGIN,
    REFUSED,
    XIANGTAN_ACCOUNTS_BEGIN,
    XIANGTAN_ENDS,
    ZERO,
    Answer,
    Request,
    city_cautions,
    city_rules_hold,
    costs,
    day_of,
    flag,
    number,
    one_layer,
    percent,
    province_cautions,
    text,
    without_cost,
)


def special_drug(request: Request) -> Answer:
    """第五十七条: bands of the year's cost."""
    if not city_rules_hold(request):
        return REFUSED
    whole, cost = costs(request)
    lower_rate, upper_rate = {"employee": (70, 60), "resident": (60, 50)}[text(request, "insurance")]
    before = number(request, "prior_cost", 0)
    in_year = before + cost
    lower = min(in_year, Fraction(60_000)) - min(before, Fraction(60_000))
    upper = min(max(in_year, Fraction(60_000)), Fraction(120_000))
    upper -= min(max(before, Fraction(60_000)), Fraction(120_000))
    paid = lower * percent(lower_rate) + upper * percent(upper_rate)
    return one_layer(whole, "basic", paid, city_cautions(day_of(request)))


def _days_of_leave(request: Request) -> Fraction:
    """第二十八条."""
    if text(request, "event") == "birth":
        difficult = 15 if flag(request, "difficult") else 0
        return 98 + 60 + difficult + 15 * (number(request, "babies", 1) - 1)
    months = number(request, "months")
    return Fraction(15 if months < 2 else 30 if months < 4 else 42 if months < 7 else 75)


def maternity_leave(request: Request) -> Answer:
    """第二十八条: probably changed since, and it says itself that it gives way."""
    if not city_rules_hold(request):
        return REFUSED
    cautions = city_cautions(day_of(request), probably_changed=True)
    return without_cost(_days_of_leave(request), "days", cautions)


def maternity_allowance(request: Request) -> Answer:
    """第二十九条: the days are those of 第二十八条; only the product is rounded."""
    if not city_rules_hold(request):
        return REFUSED
    value = number(request, "monthly_base") * _days_of_leave(request) / 30
    return without_cost(value, "yuan", city_cautions(day_of(request), probably_changed=True))


def maternity_subsidy(request: Request) -> Answer:
    """第三十条."""
    if not city_rules_hold(request):
        return REFUSED
    share = {
        "uninsured_wife_of_male_employee": 50,
        "unemployed_woman": 100,
        "flexible_woman": 100,
        "hardship_company_woman": 100,
    }[text(request, "who")]
    value = number(request, "average_cost") * percent(share)
    return without_cost(value, "yuan", city_cautions(day_of(request)))


def _bounded(wage: Fraction, benchmark: Fraction) -> Fraction:
    """The contribution base: from 60% to 300% of the benchmark."""
    return min(max(wage, benchmark * percent(60)), benchmark * percent(300))


def contribution(request: Request) -> Answer:
    """第十一条, 第十四条, 第四十八条; 湘政办发〔2022〕66号 一."""
    by_province = day_of(request) >= PROVINCE_RULES_BEGIN
    who = text(request, "who")
    if who == "mutual_aid":
        if by_province or not city_rules_hold(request):
            return REFUSED
        return without_cost(Fraction(192), "yuan/year")
    if not by_province and not city_rules_hold(request):
        return REFUSED
    cautions = province_cautions(text(request, "city")) if by_province else set()
    return without_cost(_contribution(request, who, by_province=by_province), "yuan/month", cautions)


def _contribution(request: Request, who: str, *, by_province: bool) -> Fraction:
    if who == "employee":
        return _bounded(number(request, "wage"), number(request, "benchmark")) * percent(2)
    if who == "employer":
        return number(request, "payroll") * (Fraction(80, 1000) if by_province else Fraction(87, 1000))
    benchmark = number(request, "benchmark")
    if who == "unemployed":
        # From 2023 the employer's 8% and the employee's 2%; before, 10% by the article itself.
        return benchmark * percent(60) * percent(10)
    if by_province:
        return benchmark * percent(60) * percent(8)
    if who == "flexible_with_account":
        return benchmark * percent(8)
    if who == "flexible_inpatient_only":
        return benchmark * percent(60) * percent(7)
    raise ValueError("to 2022 the kind of a flexible worker decides")


def personal_account(request: Request) -> Answer:
    """第十五条, 第十六条; 潭政办发〔2022〕36号 第十条."""
    day, city = day_of(request), text(request, "city")
    if city == "xiangtan" and XIANGTAN_ACCOUNTS_BEGIN <= day <= XIANGTAN_ENDS:
        # The bounds of a base are the province's.
        bounded = (
            text(request, "status") == "employed"
            and not flag(request, "pooled_only")
            and _base(request) != number(request, "wage")
        )
        cautions = province_cautions(city) if bounded else set()
        return without_cost(_account_in_xiangtan(request), "yuan/month", cautions)
    if not city_rules_hold(request) or day >= PROVINCE_RULES_BEGIN:
        return REFUSED
    return _account_in_hengyang(request)


def _base(request: Request) -> Fraction:
    wage = number(request, "wage")
    return _bounded(wage, number(request, "benchmark")) if "benchmark" in request else wage


def _account_in_xiangtan(request: Request) -> Fraction:
    if flag(request, "pooled_only"):
        return ZERO
    if text(request, "status") == "retired":
        return Fraction(75)
    return _base(request) * percent(2)


def _account_in_hengyang(request: Request) -> Answer:
    flexible = flag(request, "flexible")
    if flag(request, "pooled_only"):
        yearly = flexible and text(request, "status", "retired") == "employed"
        return without_cost(ZERO, "yuan/year" if yearly else "yuan/month")
    if text(request, "status") == "retired":
        base = number(request, "pension") if flexible else number(request, "unit_average_wage")
        return without_cost(base * Fraction(34, 1000), "yuan/month")
    base = _base(request)
    from_employer = Fraction(7, 1000) if number(request, "age") < 46 else Fraction(12, 1000)
    if flexible:
        return without_cost(base * from_employer, "yuan/year")
    return without_cost(base * (percent(2) + from_employer), "yuan/month")


def retirement(request: Request) -> Answer:
    """第十八条: how many years are lacking."""
    if not city_rules_hold(request):
        return REFUSED
    years = {"male": 30, "female": 25}[text(request, "sex")]
    lacking = max(
        ZERO,
        years - number(request, "years_paid"),
        10 - number(request, "years_paid_in_province"),
    )
    return without_cost(lacking, "years", city_cautions(day_of(request), probably_changed=True))


def catastrophic_limit(request: Request) -> Answer:
    """The measures' two bonuses on 400000, at most 80000 together."""
    if day_of(request) < RAISED_LIMITS_BEGIN:
        return REFUSED
    years_after_four = max(ZERO, number(request, "consecutive_years") - 4)
    bonus = min(Fraction(80_000), 5_000 * (years_after_four + number(request, "zero_claim_years")))
    return without_cost(400_000 + bonus, "yuan", {"effective_date_inferred", "catastrophic_cap_inferred"})
