"""Which provision settles a topic, for a city, a scheme and a day."""

from datetime import date

import pytest
from support.shared import LIBRARY

from bot.policy import Missing, NotApplicable, NotHeld, NotInForce, Provision

D0, D1, D3, D4 = "hunan-2022-66", "xiangtan-2022-36", "hengyang-2020-24", "hunan-measures-2025"

SETTLED: list[tuple[str, str, str, str, str]] = [
    ("contribution/employee", "hengyang", "employee", "2021-01-01", f"{D3}/3.7"),
    ("contribution/employee", "hengyang", "employee", "2022-12-31", f"{D3}/3.7"),
    ("contribution/employee", "hengyang", "employee", "2023-01-01", f"{D0}/0.1"),
    ("contribution/unemployed", "hengyang", "employee", "2022-12-31", f"{D3}/3.7"),
    ("contribution/unemployed", "hengyang", "employee", "2023-01-01", f"{D0}/0.4"),
    ("contribution/benchmark", "hengyang", "employee", "2023-01-01", f"{D0}/0.5"),
    ("contribution/retired", "hengyang", "employee", "2022-12-31", f"{D3}/3.7"),
    ("contribution/retired", "hengyang", "employee", "2023-01-01", f"{D0}/0.2"),
    ("contribution/flexible", "hengyang", "employee", "2022-12-31", f"{D3}/3.10"),
    ("contribution/flexible", "hengyang", "employee", "2023-01-01", f"{D0}/0.3"),
    ("account/credit", "hengyang", "employee", "2022-12-31", f"{D3}/3.11"),
    ("account/credit", "xiangtan", "employee", "2023-01-01", f"{D1}/1.8"),
    ("account/use", "hengyang", "employee", "2026-06-01", f"{D3}/3.12"),
    ("account/use", "xiangtan", "employee", "2026-06-01", f"{D1}/1.9"),
    ("account/widened", "xiangtan", "employee", "2025-04-11", f"{D4}/4.5"),
    ("enrolment/flexible", "hengyang", "employee", "2025-04-10", f"{D3}/3.8"),
    ("enrolment/flexible", "hengyang", "employee", "2025-04-11", f"{D4}/4.1"),
    ("enrolment/residence", "loudi", "resident", "2025-04-11", f"{D4}/4.1"),
    ("enrolment/resident", "hengyang", "resident", "2026-06-01", f"{D3}/3.26"),
    ("retirement/years", "hengyang", "employee", "2026-06-01", f"{D3}/3.13"),
    ("mutual_aid", "hengyang", "employee", "2022-12-31", f"{D3}/3.36"),
    ("inpatient/rate", "hengyang", "employee", "2022-12-31", f"{D3}/3.17"),
    ("inpatient/rate", "hengyang", "employee", "2023-01-01", f"{D0}/0.8"),
    ("inpatient/rate", "hengyang", "resident", "2022-12-31", f"{D3}/3.30"),
    ("inpatient/rate", "hengyang", "resident", "2023-01-01", f"{D3}/3.30"),
    ("inpatient/deductible", "hengyang", "resident", "2026-06-01", f"{D3}/3.29"),
    ("inpatient/repeat", "hengyang", "resident", "2026-06-01", f"{D3}/3.29"),
    ("inpatient/repeat", "hengyang", "employee", "2026-06-01", f"{D0}/0.9"),
    ("inpatient/limit", "hengyang", "resident", "2026-06-01", f"{D3}/3.32"),
    ("inpatient/provincial", "hengyang", "resident", "2026-06-01", f"{D3}/3.31"),
    ("outpatient/figures", "hengyang", "resident", "2021-01-01", f"{D3}/3.27"),
    ("outpatient/figures", "hengyang", "employee", "2023-01-01", f"{D0}/0.6"),
    ("catastrophic/figures", "hengyang", "resident", "2026-06-01", f"{D3}/3.38"),
    ("catastrophic/figures", "hengyang", "employee", "2026-06-01", f"{D0}/0.12"),
    ("catastrophic/limit", "hengyang", "resident", "2022-12-31", f"{D3}/3.43"),
    ("catastrophic/limit", "hengyang", "resident", "2023-01-01", f"{D3}/3.44"),
    ("catastrophic/limit", "hengyang", "resident", "2025-04-10", f"{D3}/3.44"),
    ("catastrophic/limit", "hengyang", "resident", "2025-04-11", f"{D4}/4.6"),
    ("catastrophic/limit", "changsha", "resident", "2025-04-11", f"{D4}/4.6"),
    ("catastrophic/bonus", "changsha", "resident", "2025-04-11", f"{D4}/4.6"),
    ("special_drugs", "hengyang", "employee", "2026-06-01", f"{D3}/3.41"),
    ("special_drugs", "hengyang", "resident", "2026-06-01", f"{D3}/3.41"),
]


@pytest.mark.parametrize(("topic", "city", "insurance", "day", "ref"), SETTLED)
def test_a_topic_is_settled_by_the_provision_that_holds(
    topic: str, city: str, insurance: str, day: str, ref: str
) -> None:
    found = LIBRARY.find(topic, city, insurance, date.fromisoformat(day))
    assert isinstance(found, Provision)
    assert found.ref == ref


UNSETTLED: list[tuple[str, str, str, str, type[Missing]]] = [
    ("account/credit", "hengyang", "employee", "2023-01-01", NotInForce),
    ("account/credit", "changsha", "employee", "2024-05-01", NotHeld),
    ("account/family", "hengyang", "employee", "2024-05-01", NotHeld),
    ("account/widened", "hengyang", "employee", "2025-04-10", NotInForce),
    ("account/widened", "hengyang", "resident", "2025-04-11", NotApplicable),
    ("mutual_aid", "hengyang", "employee", "2023-01-01", NotInForce),
    ("outpatient/figures", "hengyang", "employee", "2022-12-31", NotInForce),
    ("outpatient/figures", "xiangtan", "resident", "2024-05-01", NotApplicable),
    ("inpatient/rate", "changsha", "resident", "2024-05-01", NotApplicable),
    ("inpatient/rate", "hengyang", "resident", "2020-12-31", NotInForce),
    ("catastrophic/limit", "changsha", "resident", "2025-04-10", NotInForce),
    ("retirement/years", "changsha", "employee", "2026-06-01", NotHeld),
    ("maternity/leave", "xiangtan", "employee", "2026-06-01", NotHeld),
    ("maternity/leave", "hengyang", "resident", "2026-06-01", NotApplicable),
    ("special_drugs", "changsha", "resident", "2026-06-01", NotHeld),
    ("enrolment/newborn", "hengyang", "employee", "2026-06-01", NotApplicable),
]


@pytest.mark.parametrize(("topic", "city", "insurance", "day", "why"), UNSETTLED)
def test_a_topic_that_nothing_settles_says_why(
    topic: str, city: str, insurance: str, day: str, why: type
) -> None:
    assert isinstance(LIBRARY.find(topic, city, insurance, date.fromisoformat(day)), why)


ROWS = {
    D0: [f"0.{n}" for n in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12)],
    "hengyang-daily-2023": ["0.14", "0.15"],
    D1: [f"1.{n}" for n in range(1, 13)],
    "hunan-pooling-draft-2025": [f"2.{n}" for n in range(1, 7)],
    D3: [f"3.{n}" for n in range(1, 45)],
    D4: [f"4.{n}" for n in range(1, 10)],
}


def test_every_provision_is_there_once_in_its_document() -> None:
    assert set(LIBRARY.provisions) == {f"{document}/{n}" for document, all_ in ROWS.items() for n in all_}


def test_what_has_probably_changed_is_marked() -> None:
    marked = {ref for ref, provision in LIBRARY.provisions.items() if provision.entry.may_have_changed}
    assert marked == {f"{D3}/{n}" for n in ("3.9", "3.13", "3.22", "3.34")}


@pytest.mark.parametrize(
    ("status", "topics"), [("planned", "planned/"), ("information", "news/"), ("draft", "draft/")]
)
def test_what_is_no_rule_in_force_has_topics_of_its_own(status: str, topics: str) -> None:
    """So that no question about what holds can ever lead to it."""
    for provision in LIBRARY.provisions.values():
        weight = {provision.entry.status, provision.document.head.status}
        for topic in provision.entry.topics:
            assert topic.startswith(topics) == (status in weight), provision.ref


DRAFT, PREVIEW = "hunan-pooling-draft-2025", "2025-pooling-draft"


@pytest.mark.parametrize("city", ["hengyang", "xiangtan", "changsha"])
@pytest.mark.parametrize("day", ["2022-12-31", "2026-11-21"])
def test_a_rule_of_the_draft_is_found_in_its_preview_only(city: str, day: str) -> None:
    case = city, "employee", date.fromisoformat(day)
    for provision in LIBRARY.provisions.values():
        if provision.document.id != DRAFT:
            continue
        for topic in provision.rules:
            assert LIBRARY.find(topic, *case, PREVIEW) == provision
            for preview in (None, "2026-pooling-draft"):
                found = LIBRARY.find(topic, *case, preview)
                assert not isinstance(found, Provision) or found.document.id != DRAFT


def test_what_the_draft_is_silent_on_is_the_same_in_its_preview() -> None:
    case = "hengyang", "employee", date(2026, 11, 21)
    assert LIBRARY.find("inpatient/rate", *case, PREVIEW) == LIBRARY.find("inpatient/rate", *case)
    assert LIBRARY.holds_draft(PREVIEW)
    assert not LIBRARY.holds_draft("2026-pooling-draft")
