"""What holds where, when and for whom; figures as exact numbers; the version of a set of files."""

import shutil
import time
from datetime import date, timedelta
from itertools import product
from pathlib import Path

import pytest

from bot.policy import Library, NotApplicable, NotHeld, NotInForce, Provision, load
from bot.policy.codes import INSURANCES, PHRASES

from .conftest import HERE, POLICIES, Folder, document, provision

TURNS = (date(2021, 1, 1), date(2022, 10, 1), date(2023, 1, 1), date(2027, 9, 30))
DAYS = tuple(turn + timedelta(days=days) for turn in TURNS for days in (-1, 0, 1))

Answer = str | type
NEVER, NOT_HELD, OTHERS = NotInForce, NotHeld, NotApplicable

# From each day on, up to the next: the provision that settles the topic, or why there is none.
TIMELINES: list[tuple[str, str, str, dict[str, Answer]]] = [
    # Hengyang's own rule gives way to the province's.
    (
        "inpatient",
        "hengyang",
        "employee",
        {"": NEVER, "2021-01-01": "hengyang-2020-24/3.17", "2023-01-01": "hunan-2022-66/0.8"},
    ),
    (
        "inpatient/deductible",
        "hengyang",
        "employee",
        {"": NEVER, "2021-01-01": "hengyang-2020-24/3.16", "2023-01-01": "hunan-2022-66/0.8"},
    ),
    (
        "inpatient/repeat",
        "hengyang",
        "employee",
        {"": NEVER, "2021-01-01": "hengyang-2020-24/3.16", "2023-01-01": "hunan-2022-66/0.9"},
    ),
    (
        "inpatient/limit",
        "hengyang",
        "employee",
        {"": NEVER, "2021-01-01": "hengyang-2020-24/3.18", "2023-01-01": "hunan-2022-66/0.8"},
    ),
    # What ended without a successor stays ended.
    (
        "mutual_aid/layer",
        "hengyang",
        "employee",
        {"": NEVER, "2021-01-01": "hengyang-2020-24/3.36", "2023-01-01": NEVER},
    ),
    ("catastrophic", "hengyang", "employee", {"": NEVER, "2023-01-01": "hunan-2022-66/0.12"}),
    # Hengyang states no outpatient rule for employees before 2023, and Xiangtan's isn't lent to it.
    ("outpatient", "hengyang", "employee", {"": NEVER, "2023-01-01": "hunan-2022-66/0.6"}),
    ("emergency", "hengyang", "employee", {"": NEVER, "2021-01-01": "hengyang-2020-24/3.5"}),
    ("emergency", "hengyang", "resident", {"": NEVER, "2021-01-01": "hengyang-2020-24/3.5"}),
    ("inpatient/route", "hengyang", "resident", {"": NEVER, "2021-01-01": "hengyang-2020-24/3.34"}),
    # Xiangtan's rule replaces the province's even after it has run out.
    (
        "outpatient",
        "xiangtan",
        "employee",
        {"": NEVER, "2022-10-01": "xiangtan-2022-36/1.2", "2027-10-01": NEVER},
    ),
    (
        "account/credit",
        "xiangtan",
        "employee",
        {"": NEVER, "2023-01-01": "xiangtan-2022-36/1.8", "2027-10-01": NEVER},
    ),
    (
        "inpatient/emergency",
        "xiangtan",
        "employee",
        {"": NEVER, "2022-10-01": "xiangtan-2022-36/1.5", "2027-10-01": NEVER},
    ),
    ("inpatient", "xiangtan", "employee", {"": NEVER, "2023-01-01": "hunan-2022-66/0.8"}),
    ("chronic_outpatient", "xiangtan", "employee", {"": NEVER, "2023-01-01": "hunan-2022-66/0.7"}),
    ("inpatient/route", "xiangtan", "employee", {"": NOT_HELD}),
    ("mutual_aid/layer", "xiangtan", "employee", {"": NOT_HELD}),
    # A city of which nothing is held has what the province rules, and no more.
    ("inpatient", "changsha", "employee", {"": NEVER, "2023-01-01": "hunan-2022-66/0.8"}),
    ("outpatient", "changsha", "employee", {"": NEVER, "2023-01-01": "hunan-2022-66/0.6"}),
    ("inpatient/emergency", "changsha", "employee", {"": NOT_HELD}),
    ("account/credit", "changsha", "employee", {"": NOT_HELD}),
    # Rules for employees serve no resident.
    ("inpatient", "xiangtan", "resident", {"": OTHERS}),
    ("inpatient", "changsha", "resident", {"": OTHERS}),
    ("outpatient", "xiangtan", "resident", {"": OTHERS}),
    ("chronic_outpatient", "hengyang", "resident", {"": OTHERS}),
    ("inpatient/emergency", "xiangtan", "resident", {"": OTHERS}),
    ("inpatient/emergency", "changsha", "resident", {"": NOT_HELD}),
    ("no/such_topic", "hengyang", "employee", {"": NOT_HELD}),
]


@pytest.mark.parametrize(
    ("topic", "city", "insurance", "timeline"), TIMELINES, ids=[" ".join(t[:3]) for t in TIMELINES]
)
def test_a_topic_is_settled_by_what_holds_on_the_day(
    real: Library, topic: str, city: str, insurance: str, timeline: dict[str, Answer]
) -> None:
    for day in DAYS:
        expected = timeline[max(since for since in timeline if since <= day.isoformat())]
        found = real.find(topic, city, insurance, day)
        assert (found.ref if isinstance(found, Provision) else type(found)) == expected, day


def test_no_city_is_lent_the_rules_of_another(real: Library) -> None:
    for topic, city, insurance, day in product(real.topics, real.cities, INSURANCES, DAYS):
        found = real.find(topic, city, insurance, day)
        held = (found,) if isinstance(found, Provision) else getattr(found, "held", ())
        assert all(p.document.head.place in {city, "hunan"} for p in held)


def test_no_person_is_served_by_the_rules_of_the_other_scheme(real: Library) -> None:
    for topic, city, insurance, day in product(real.topics, real.cities, INSURANCES, DAYS):
        found = real.find(topic, city, insurance, day)
        assert not isinstance(found, Provision) or insurance in found.entry.insurance


def test_what_is_not_in_force_names_what_is_held(real: Library) -> None:
    found = real.find("outpatient", "hengyang", "employee", date(2022, 6, 1))
    assert isinstance(found, NotInForce)
    assert [p.ref for p in found.held] == ["hunan-2022-66/0.6"]
    found = real.find("outpatient", "xiangtan", "employee", date(2027, 10, 1))
    assert isinstance(found, NotInForce)
    # What has been superseded there is no longer held out to anybody.
    assert [p.ref for p in found.held] == ["xiangtan-2022-36/1.2"]


def test_not_in_force_not_applicable_not_held_and_zero_are_four_things(real: Library) -> None:
    day = date(2022, 6, 1)
    assert isinstance(real.find("outpatient", "hengyang", "employee", day), NotInForce)
    assert isinstance(real.find("chronic_outpatient", "hengyang", "resident", day), NotApplicable)
    assert isinstance(real.find("account/credit", "changsha", "employee", day), NotHeld)
    visit = real.find("outpatient", "hengyang", "employee", date(2023, 1, 1))
    assert isinstance(visit, Provision)
    assert visit.tables["visit_deductible"][("grassroots",)] == 0


# -- figures -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ref", "figure", "key", "exact"),
    [
        ("hunan-2022-66/0.8", "deductible", ("level3",), 110_000),
        ("hunan-2022-66/0.8", "deductible", ("central_township",), 20_000),
        ("hunan-2022-66/0.8", "rate", ("level3_provincial", "retired"), 8_700),
        ("hunan-2022-66/0.8", "rate", ("provincial", "employed"), 8_000),
        ("hunan-2022-66/0.9", "repeat_share", (), 5_000),
        ("hunan-2022-66/0.5", "ceiling", (), 30_000),
        ("hunan-2022-66/0.6", "visit_deductible", ("level1",), 0),
        ("hunan-2022-66/0.12", "threshold", (True,), 800_000),
        ("hunan-2022-66/0.12", "limit", (False,), 50_000_000),
        ("hunan-2022-66/0.12", "limit", (True,), None),
        ("hengyang-2020-24/3.16", "deductible", ("level1", True), 50_000),
        ("hengyang-2020-24/3.36", "rate", (), 9_400),
        ("xiangtan-2022-36/1.5", "hours", (), 72),
        ("xiangtan-2022-36/1.8", "retired_monthly", (), 7_500),
    ],
)
def test_a_figure_is_read_to_the_fen_and_the_ten_thousandth(
    real: Library, ref: str, figure: str, key: tuple[str | bool, ...], exact: int | None
) -> None:
    value = real.provisions[ref].tables[figure][key]
    assert value == exact
    assert value is None or type(value) is int


def test_tables_hold_every_code_but_those_not_held() -> None:
    tables = load(HERE / "good").provisions["good-2023-1/1.1"].tables
    deductible, limit = tables["deductible"], tables["limit"]
    assert deductible[("level2", False)] == 80_050
    assert deductible[("level3_provincial", True)] == deductible[("level3", True)] == 140_000
    assert {level for level, _ in deductible} == {
        "grassroots",
        "central_township",
        "level1",
        "level2",
        "level3",
        "level3_provincial",
    }
    assert tables["rate"] == {("employed",): 8_850, ("retired",): 9_000}
    assert limit == {
        (True, "employed"): None,
        (True, "retired"): None,
        (False, "employed"): 10_000_000,
        (False, "retired"): 12_000_000,
    }
    assert tables["filing"] == {(): 3}
    assert tables["covered"] == tables["premium"] == {}


# -- priority ------------------------------------------------------------------------------------------


def _found(library: Library, city: str, day: str, insurance: str = "employee") -> Answer:
    found = library.find("referral", city, insurance, date.fromisoformat(day))
    return found.ref if isinstance(found, Provision) else type(found)


def test_a_city_comes_before_the_province_only_where_it_says_so(folder: Folder) -> None:
    library = load(
        folder(
            province=document("province"),
            city=document(
                "city", provision(more="supersedes: [province/1.1]"), place="hengyang", since="2024-01-01"
            ),
        )
    )
    assert _found(library, "hengyang", "2023-12-31") == "province/1.1"
    assert _found(library, "hengyang", "2024-01-01") == "city/1.1"
    assert _found(library, "xiangtan", "2024-01-01") == "province/1.1"


def test_what_is_superseded_does_not_come_back(folder: Folder) -> None:
    library = load(
        folder(
            old=document("old"),
            new=document(
                "new", provision(more="supersedes: [old/1.1]"), since="2024-01-01", until="2024-12-31"
            ),
        )
    )
    assert _found(library, "hengyang", "2023-12-31") == "old/1.1"
    assert _found(library, "hengyang", "2024-12-31") == "new/1.1"
    assert _found(library, "hengyang", "2025-01-01") is NotInForce


def test_a_provision_is_superseded_only_for_whom_the_later_one_is_meant(folder: Folder) -> None:
    library = load(
        folder(
            old=document("old", provision(insurance="employee, resident")),
            new=document(
                "new", provision(insurance="resident", more="supersedes: [old/1.1]"), since="2024-01-01"
            ),
        )
    )
    assert _found(library, "hengyang", "2024-01-01", "employee") == "old/1.1"
    assert _found(library, "hengyang", "2024-01-01", "resident") == "new/1.1"


def test_two_provisions_may_follow_each_other_to_the_day(folder: Folder) -> None:
    library = load(
        folder(
            one=document("one", until="2024-02-29"),
            two=document("two", since="2024-03-01"),
        )
    )
    assert _found(library, "hengyang", "2024-02-29") == "one/1.1"
    assert _found(library, "hengyang", "2024-03-01") == "two/1.1"
    assert library.changes == (date(2023, 1, 1), date(2024, 3, 1))
    assert library.period(date(2024, 2, 29)) + 1 == library.period(date(2024, 3, 1))


# -- doubt and version ---------------------------------------------------------------------------------


def test_figures_are_doubtful_once_their_document_says_they_may_have_changed(real: Library) -> None:
    deductible = real.provisions["hengyang-2020-24/3.16"]
    assert not deductible.doubtful_on(date(2022, 12, 31))
    assert deductible.doubtful_on(date(2023, 1, 1))
    assert real.provisions["hengyang-2020-24/3.34"].doubtful_on(date(2021, 1, 1))
    assert not real.provisions["hunan-2022-66/0.8"].doubtful_on(date(2026, 1, 1))


def test_the_version_goes_by_the_bytes_of_the_files(tmp_path: Path, real: Library) -> None:
    copied = tmp_path / "elsewhere"
    shutil.copytree(POLICIES, copied)
    assert load(copied).version == real.version
    file = copied / "places.yaml"
    file.write_bytes(file.read_bytes() + b"\n")
    assert load(copied).version != real.version


def test_the_order_of_files_does_not_matter(tmp_path: Path, real: Library) -> None:
    shutil.copytree(POLICIES, tmp_path / "policies")
    documents = [p for p in sorted((tmp_path / "policies").rglob("*.yaml")) if p.parent.name != "policies"]
    for number, file in enumerate(reversed(documents)):
        file.rename(tmp_path / "policies" / f"{number:03}.yaml")
    turned = load(tmp_path / "policies")
    assert turned.changes == real.changes
    for topic, city, insurance, day in product(real.topics, real.cities, INSURANCES, DAYS):
        found, same = (each.find(topic, city, insurance, day) for each in (turned, real))
        assert type(found) is type(same)
        if isinstance(found, Provision) and isinstance(same, Provision):
            assert found.ref == same.ref


def test_loading_takes_no_noticeable_time() -> None:
    start = time.process_time()
    library = load(POLICIES)
    seconds = time.process_time() - start
    print(f"{len(library.provisions)} provisions loaded in {seconds * 1000:.0f} ms")
    assert seconds < 2


# -- words ---------------------------------------------------------------------------------------------


def test_codes_and_yes_or_no_have_names(real: Library) -> None:
    assert real.terms.of("hospital_level", "level2") == "二级医院"
    assert real.terms.of("hardship", True) != real.terms.of("hardship", False)


def test_the_phrases_are_those_that_the_vocabulary_declares(real: Library) -> None:
    assert set(real.terms.phrases) == set(PHRASES)
