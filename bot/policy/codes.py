"""The vocabulary of cases: every input a calculation may take, its kind, its codes and its default.

These are the words by which people, rules and programs name a case; the figures are not here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

Kind = Literal["code", "yes_no", "money", "count", "decimal", "day"]


class Unknown:
    """'The person does not know': given, but without a value."""

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final = Unknown()


@dataclass(frozen=True, slots=True)
class Between:
    """An amount of which only the bounds are known, both included, in fen."""

    low: int
    high: int


@dataclass(frozen=True, slots=True)
class OneOf:
    """A code of which only some are still possible."""

    codes: tuple[str, ...]


Value = str | bool | int | Decimal | Unknown | Between | OneOf


@dataclass(frozen=True, slots=True)
class Input:
    """One input: `codes` for kind 'code', `default` where one may be assumed (money in fen)."""

    name: str
    kind: Kind
    codes: tuple[str, ...] = ()
    default: Value | None = None


INSURANCES: Final = ("employee", "resident")
LEVELS: Final = (
    "grassroots",
    "central_township",
    "level1",
    "level2",
    "level3",
    "level3_provincial",
    "provincial",
)
ROUTES: Final = ("local", "unreferred", "away_filed", "away_unfiled", "away_emergency")
BENEFITS: Final = (
    "inpatient",
    "outpatient",
    "chronic_outpatient",
    "two_diseases",
    "special_drug",
    "catastrophic",
    "childbirth",
    "maternity_leave",
    "maternity_allowance",
    "maternity_subsidy",
    "contribution",
    "personal_account",
    "retirement",
    "catastrophic_limit",
)
# Those that start from a bill; the others take other inputs.
BILLED: Final = frozenset({"inpatient", "outpatient", "chronic_outpatient", "two_diseases", "special_drug"})
# The whole cost is given either as the part within policy scope or as a total with its parts.
COST_FIELDS: Final = ("eligible_cost", "total_cost", "excluded_cost", "first_pay_cost")

WHO_PAYS: Final = (
    "employee",
    "employer",
    "flexible",
    "flexible_with_account",
    "flexible_inpatient_only",
    "unemployed",
    "mutual_aid",
)
WHO_GIVES_BIRTH: Final = (
    "uninsured_wife_of_male_employee",
    "unemployed_woman",
    "flexible_woman",
    "hardship_company_woman",
)


def _inputs() -> dict[str, Input]:
    def code(name: str, *codes: str, default: str | None = None) -> Input:
        return Input(name, "code", codes, default)

    def money(name: str, default: int | None = None) -> Input:
        return Input(name, "money", default=default)

    def yes_no(name: str, default: bool | None = None) -> Input:
        return Input(name, "yes_no", default=default)

    def count(name: str, default: int | None = None) -> Input:
        return Input(name, "count", default=default)

    every = (
        code("insurance", *INSURANCES),
        code("hospital_level", *LEVELS),
        code("status", "employed", "retired"),
        money("eligible_cost"),
        money("total_cost"),
        money("excluded_cost", 0),
        money("first_pay_cost", 0),
        money("own_cost"),
        money("disease_limit"),
        code("route", *ROUTES, default="local"),
        count("prior_stays_same_level", 0),
        count("prior_stays", 0),
        money("prior_deductible", 0),
        money("prior_deductible_level2", 0),
        money("prior_deductible_level3", 0),
        money("prior_paid", 0),
        money("prior_own", 0),
        money("prior_cost", 0),
        money("emergency_cost", 0),
        Input("emergency_hours", "decimal"),
        yes_no("tcm", False),
        yes_no("designated", True),
        yes_no("hardship", False),
        yes_no("mutual_aid", True),
        code("disease", "hypertension", "diabetes"),
        money("bonus", 0),
        code("delivery", "vaginal", "caesarean"),
        code("event", "birth", "termination"),
        yes_no("difficult", False),
        count("babies", 1),
        Input("months", "decimal"),
        money("monthly_base"),
        code("who", *WHO_PAYS, *WHO_GIVES_BIRTH),
        money("average_cost"),
        money("wage"),
        money("benchmark"),
        money("payroll"),
        count("age"),
        money("unit_average_wage"),
        money("pension"),
        yes_no("flexible", False),
        yes_no("pooled_only", False),
        code("sex", "male", "female"),
        Input("years_paid", "decimal"),
        Input("years_paid_in_province", "decimal"),
        code("post", "cadre", "worker"),
        count("consecutive_years"),
        count("zero_claim_years"),
        code("preview", "2025-pooling-draft"),
        code("away_where", "in_province", "cross_province"),
        yes_no("away_long_term", False),
    )
    return {each.name: each for each in every}


INPUTS: Final = _inputs()
MOST_MONEY_FEN: Final = 100_000_000 * 100

# The phrases of terms.yaml that steps are explained with, and what may be filled in.
PHRASES: Final[Mapping[str, tuple[str, ...]]] = {
    "given": (),
    "from_total": (),
    "rounded": (),
    "first_pay": ("share",),
    "rate": ("who", "share"),
    "limited": ("who", "because", "amount"),
    "above": ("who", "amount", "share"),
    "at_most": ("amount",),
    "in_bands": ("amount", "low", "high"),
    "part_of": ("who", "share"),
    "at_least": ("share",),
    "no_more_than": ("share",),
    "added": (),
    "stands": (),
    "below_months": ("months",),
    "from_months": (),
    "a_day": ("days",),
    "of_years": ("years",),
    "each_year": ("years", "amount"),
    "points_less": ("points",),
    "total": (),
    "by_bands": ("low", "high"),
}
# Words of terms.yaml that stand among the topics: for any other topic, an open value, yes and no.
TOPIC_WORDS: Final = ("other", "unknown", "yes", "no")
