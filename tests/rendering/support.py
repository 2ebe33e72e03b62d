"""What the tests of answers share: the templates, and where each answer must be given."""

from collections.abc import Mapping
from datetime import date

from support.shared import LIBRARY as LIBRARY
from support.shared import TEMPLATES as TEMPLATES

from bot.policy import UNKNOWN
from bot.rendering import Facts
from bot.settings import data_folder

INTENTS = sorted(path.stem for path in (data_folder("templates") / "answers").glob("*.j2"))

DAYS = ("2021-06-01", "2022-06-10", "2022-11-01", "2024-05-01", "2026-06-01", "2028-01-01")
CITIES = ("hengyang", "xiangtan", "changsha")
Cases = frozenset[tuple[str, str]]


def cases(*cities: str, days: tuple[str, ...] = DAYS) -> Cases:
    return frozenset((city, day) for city in cities for day in days)


HENGYANG = cases("hengyang")
HENGYANG_TO_2022 = cases("hengyang", days=("2021-06-01", "2022-06-10", "2022-11-01"))
HENGYANG_FROM_2023 = HENGYANG - HENGYANG_TO_2022
XIANGTAN = cases("xiangtan", days=("2022-11-01", "2024-05-01", "2026-06-01"))
FROM_2023 = cases(*CITIES, days=("2024-05-01", "2026-06-01", "2028-01-01"))
FROM_2025 = cases(*CITIES, days=("2026-06-01", "2028-01-01"))
EVERY_CASE = cases(*CITIES)
XIANGTAN_RUN_OUT = cases("xiangtan", days=("2028-01-01",))

STAYS = ("hospital_levels", "provincial_hospitals", "repeat_admission", "tcm_hospitals")
OF_HENGYANG_ALONE = (
    "accidents",
    "away_emergency",
    "away_filing",
    "away_rate",
    "away_settlement",
    "referral",
    "settlement_year",
    "special_drugs",
)
OF_BOTH_CITIES = ("emergency_to_inpatient", "exclusions", "manual_claim", "non_designated")
OF_THE_PROVINCE_FROM_2025 = (
    "drug_coverage",
    "medical_assistance",
    "one_stop_settlement",
    "provincial_pooling",
)

SPOKEN_FOR_EMPLOYEES: dict[str, Cases] = {
    **dict.fromkeys(
        (
            *STAYS,
            "chronic_outpatient",
            "employee_catastrophic",
            "employee_contribution",
            "employee_inpatient_deductible",
            "employee_inpatient_rate",
            "employee_yearly_cap",
            "flexible_contribution",
            "retirement_years",
            "unemployment_cover",
        ),
        HENGYANG | FROM_2023,
    ),
    **dict.fromkeys(("catastrophic_scope", "hardship_aid"), FROM_2023),
    "employee_outpatient": FROM_2023 - XIANGTAN_RUN_OUT | XIANGTAN,
    **dict.fromkeys(
        (
            *OF_HENGYANG_ALONE,
            "account_withdrawal",
            "early_retirement",
            "employer_registration",
            "maternity_allowance",
            "maternity_leave",
            "maternity_medical",
            "maternity_subsidy",
            "retirement_shortfall",
            "transfer",
            "waiting_period",
        ),
        HENGYANG,
    ),
    **dict.fromkeys(OF_BOTH_CITIES, HENGYANG | XIANGTAN),
    **dict.fromkeys(("inpatient_outpatient_overlap", "internet_prescription"), XIANGTAN),
    "fraud_report": XIANGTAN | HENGYANG_FROM_2023,
    "offices_contacts": HENGYANG_FROM_2023,
    "account_credit": HENGYANG_TO_2022 | cases("xiangtan", days=("2024-05-01", "2026-06-01")),
    "account_use": HENGYANG | XIANGTAN | FROM_2025,
    **dict.fromkeys(("commercial_supplement", "family_sharing"), XIANGTAN | FROM_2025),
    "flexible_enrolment": HENGYANG | FROM_2025,
    "policy_sources": HENGYANG | FROM_2023 | XIANGTAN,
    "village_clinics": HENGYANG_FROM_2023 | FROM_2025,
    **dict.fromkeys(OF_THE_PROVINCE_FROM_2025, FROM_2025),
}
SPOKEN_FOR_RESIDENTS: dict[str, Cases] = {
    **dict.fromkeys(
        (
            *STAYS,
            *OF_HENGYANG_ALONE,
            *OF_BOTH_CITIES,
            "catastrophic_scope",
            "childbirth_resident",
            "chronic_outpatient",
            "hardship_aid",
            "resident_catastrophic",
            "resident_contribution",
            "resident_inpatient_deductible",
            "resident_inpatient_rate",
            "resident_outpatient",
            "resident_yearly_cap",
            "two_diseases",
        ),
        HENGYANG,
    ),
    **dict.fromkeys(("college_student", "policy_sources", "resident_enrolment"), HENGYANG | FROM_2025),
    **dict.fromkeys(
        (
            *OF_THE_PROVINCE_FROM_2025,
            "commercial_supplement",
            "continuous_enrolment_reward",
            "family_doctor_reform",
            "flexible_enrolment",
            "newborn",
            "welfare_child",
        ),
        FROM_2025,
    ),
    **dict.fromkeys(("fraud_report", "offices_contacts"), HENGYANG_FROM_2023),
    "village_clinics": HENGYANG_FROM_2023 | FROM_2025,
}
"""Where an answer must be given; everywhere else the sources hold nothing, and no answer may be given."""
SPOKEN = {"employee": SPOKEN_FOR_EMPLOYEES, "resident": SPOKEN_FOR_RESIDENTS}

SAID_OF_PERSON: tuple[Mapping[str, object], ...] = (
    {},
    {"status": "retired"},
    {"hospital_level": "provincial", "status": "employed"},
    {"hospital_level": "central_township", "tcm": True},
    {"hardship": True, "route": "away_unfiled"},
    {"hospital_level": UNKNOWN, "status": UNKNOWN, "eligible_cost": 2_000_000},
    {"hospital_level": "level3_provincial", "tcm": True, "sex": "female", "disease": "diabetes"},
    {"hospital_level": "level2", "delivery": "caesarean", "event": "termination", "sex": "male"},
)


def say(
    intent: str,
    city: str,
    day: str,
    slots: Mapping[str, object] | None = None,
    insurance: str = "employee",
) -> str:
    return TEMPLATES.answer(
        intent, Facts(LIBRARY, city, insurance, date.fromisoformat(day)), slots if slots is not None else {}
    )


def of(insurance: str) -> list[str]:
    """Return the intents that are asked for this scheme: all but those that name the other."""
    other = {"employee": "resident_", "resident": "employee_"}[insurance]
    return [intent for intent in INTENTS if not intent.startswith(other)]


def expected(*, spoken: bool) -> list[tuple[str, str, str, str]]:
    return [
        (intent, *case, insurance)
        for insurance, table in SPOKEN.items()
        for intent in of(insurance)
        for case in sorted(EVERY_CASE)
        if (case in table.get(intent, ())) == spoken
    ]
