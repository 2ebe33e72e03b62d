"""Which documents are warned of before they run out, and from which day to which."""

from datetime import date, timedelta

import pytest

from bot.policy import Library, load
from bot.policy.expiry import Expiry, days_left, expiring

from .conftest import Folder, document, provision

LAST = date(2025, 6, 30)
OLD = {"since": "2023-01-01", "until": "2025-06-30"}
AFTER = document("new-1", since="2025-07-01")


def warned(library: Library, today: date) -> list[tuple[str, int]]:
    return [(each.document, each.days_left) for each in expiring(library, today)]


def test_a_document_is_warned_of_from_90_days_before_its_last_day_to_90_days_after(folder: Folder) -> None:
    library = load(folder(a=document("old-1", **OLD)))
    for days in (-91, -90, 0, 90, 91):
        today = LAST - timedelta(days=days)
        assert warned(library, today) == ([("old-1", days)] if abs(days) <= 90 else []), days


def test_a_warning_names_the_document_as_it_is_cited(folder: Folder) -> None:
    library = load(folder(a=document("old-1", **OLD)))
    assert expiring(library, date(2025, 6, 1)) == [Expiry("old-1", "测〔2023〕1号", LAST, 29)]


def test_warnings_may_be_asked_for_a_shorter_time(folder: Folder) -> None:
    library = load(folder(a=document("old-1", **OLD)))
    assert [len(expiring(library, LAST - timedelta(days=days), 7)) for days in (8, 7, -7, -8)] == [0, 1, 1, 0]


def test_the_soonest_to_run_out_comes_first(folder: Folder) -> None:
    library = load(
        folder(
            a=document("old-1", place="hengyang", since="2023-01-01", until="2025-07-31"),
            b=document("new-1", place="xiangtan", **OLD),
        )
    )
    assert [each.document for each in expiring(library, date(2025, 6, 1))] == ["new-1", "old-1"]


def test_days_left_are_told_long_before_and_until_90_days_after(folder: Folder) -> None:
    library = load(folder(a=document("old-1", **OLD)))
    assert days_left(library, date(2023, 1, 1)) == {"old-1": (LAST - date(2023, 1, 1)).days}
    assert days_left(library, LAST + timedelta(days=90)) == {"old-1": -90}
    assert days_left(library, LAST + timedelta(days=91)) == {}


def test_a_document_without_a_last_day_is_never_warned_of(folder: Folder) -> None:
    ended = provision("1.1", more="effective: {since: 2023-01-01, until: 2025-06-30, basis: stated}")
    library = load(folder(a=document("old-1", ended, provision("1.2").replace("referral", "scope"))))
    assert expiring(library, LAST) == []
    assert days_left(library, LAST) == {}


def test_the_last_day_is_that_of_the_last_provision(folder: Folder) -> None:
    first = provision("1.1", more="effective: {since: 2023-01-01, until: 2024-12-31, basis: stated}")
    library = load(folder(a=document("old-1", first, provision("1.2").replace("referral", "scope"), **OLD)))
    assert warned(library, LAST) == [("old-1", 0)]
    assert warned(library, date(2024, 12, 1)) == []


@pytest.mark.parametrize("status", ["draft", "information"])
def test_what_is_not_in_force_is_never_warned_of(status: str, folder: Folder) -> None:
    text = document("old-1", provision().replace("referral", "draft/x"), **OLD)
    library = load(folder(a=text.replace("status: in_force", f"status: {status}")))
    assert expiring(library, LAST) == []
    assert days_left(library, LAST) == {}


def test_a_document_replaced_before_its_last_day_is_not_warned_of(folder: Folder) -> None:
    later = document("new-1", provision(more="supersedes: [old-1/1.1]"), since="2024-01-01")
    library = load(folder(a=document("old-1", **OLD), b=later))
    for today in (date(2023, 6, 1), LAST, LAST + timedelta(days=30)):
        assert expiring(library, today) == []
        assert days_left(library, today) == {}


def test_a_document_followed_by_another_on_the_next_day_is_not_warned_of(folder: Folder) -> None:
    library = load(folder(a=document("old-1", **OLD), b=AFTER))
    assert warned(library, LAST) == []


def test_a_follower_that_runs_out_is_warned_of_in_its_turn(folder: Folder) -> None:
    next_one = document("new-1", since="2025-07-01", until="2025-08-31")
    library = load(folder(a=document("old-1", **OLD), b=next_one))
    assert warned(library, LAST) == [("new-1", 62)]
    assert warned(library, date(2025, 9, 1)) == [("new-1", -1)]


def test_a_document_replaced_in_part_is_still_warned_of(folder: Folder) -> None:
    both = document("old-1", provision("1.1"), provision("1.2").replace("referral", "scope"), **OLD)
    later = document("new-1", provision(more="supersedes: [old-1/1.1]"), since="2024-01-01")
    library = load(folder(a=both, b=later))
    assert warned(library, LAST) == [("old-1", 0)]


@pytest.mark.parametrize("insurance", ["employee", "resident"])
def test_a_document_replaced_for_one_scheme_alone_is_still_warned_of(insurance: str, folder: Folder) -> None:
    old = document("old-1", provision(insurance="employee, resident"), **OLD)
    more = "supersedes: [old-1/1.1]"
    later = document("new-1", provision(insurance=insurance, more=more), since="2024-01-01")
    library = load(folder(a=old, b=later))
    assert warned(library, LAST) == [("old-1", 0)]


def test_what_ended_before_the_last_day_needs_no_follower(folder: Folder) -> None:
    ended = provision("1.1", more="effective: {since: 2023-01-01, until: 2024-12-31, basis: stated}")
    going = provision("1.2").replace("referral", "scope")
    follower = document("new-1", provision().replace("referral", "scope"), since="2025-07-01")
    library = load(folder(a=document("old-1", ended, going, **OLD), b=follower))
    assert warned(library, LAST) == []


def test_a_provision_that_settles_no_topic_is_followed_by_none(folder: Folder) -> None:
    bare = provision("1.2").replace("[referral]", "[]")
    library = load(folder(a=document("old-1", provision("1.1"), bare, **OLD), b=AFTER))
    assert warned(library, LAST) == [("old-1", 0)]


def test_a_document_replaced_in_one_city_alone_is_still_warned_of(folder: Folder) -> None:
    later = document("new-1", provision(more="supersedes: [old-1/1.1]"), place="xiangtan", since="2024-01-01")
    library = load(folder(a=document("old-1", **OLD), b=later))
    assert warned(library, LAST) == [("old-1", 0)]


def test_a_draft_replaces_nothing(folder: Folder) -> None:
    later = document(
        "new-1",
        provision(more="supersedes: [old-1/1.1]").replace("[referral]", "[draft/x]"),
        since="2024-01-01",
    )
    library = load(folder(a=document("old-1", **OLD), b=later.replace("status: in_force", "status: draft")))
    assert warned(library, LAST) == [("old-1", 0)]


def test_xiangtans_rules_are_the_only_ones_to_run_out_and_are_warned_of_in_time(real: Library) -> None:
    assert days_left(real, date(2026, 11, 22)) == {"xiangtan-2022-36": 312}
    assert expiring(real, date(2027, 7, 1)) == []
    assert expiring(real, date(2027, 7, 2)) == [
        Expiry("xiangtan-2022-36", "潭政办发〔2022〕36号", date(2027, 9, 30), 90)
    ]
    assert warned(real, date(2027, 10, 1)) == [("xiangtan-2022-36", -1)]
