"""A draft changes nothing: with and without it, every question leads to the same provision."""

from itertools import product

import pytest
from support.drafts import without_drafts

from bot.engine import Engine
from bot.policy import Library, Provision, load
from bot.policy.codes import BENEFITS, INSURANCES
from bot.settings import data_folder


@pytest.fixture(scope="module")
def library() -> Library:
    return load(data_folder("policies"))


@pytest.fixture(scope="module")
def without(library: Library) -> Library:
    return without_drafts(library)


def _found(library: Library, topic: str, city: str, insurance: str, day: object) -> object:
    found = library.find(topic, city, insurance, day)  # type: ignore[arg-type]
    if isinstance(found, Provision):
        return found.ref, found.entry
    return type(found), tuple(p.ref for p in getattr(found, "held", ()))


def test_the_draft_is_in_the_library(library: Library, without: Library) -> None:
    drafts = library.provisions.keys() - without.provisions.keys()
    assert drafts
    assert all(library.provisions[ref].document.head.status == "draft" for ref in drafts)


def test_no_other_topic_resolves_differently_with_the_draft(library: Library, without: Library) -> None:
    assert {topic for topic in library.topics if not topic.startswith("draft/")} == without.topics
    for topic, city, insurance, day in product(
        sorted(without.topics), library.cities, INSURANCES, library.changes
    ):
        case = topic, city, insurance, day
        assert _found(library, *case) == _found(without, *case), case


def test_no_calculation_differs_with_the_draft(library: Library, without: Library) -> None:
    ours, theirs = Engine(library), Engine(without)
    assert ours.kinds_of_city == theirs.kinds_of_city
    for benefit, city, insurance, day in product(BENEFITS, ours.kinds_of_city, INSURANCES, library.changes):
        one, other = (
            getattr(engine.program(benefit, city, insurance, day), "provision", None)
            for engine in (ours, theirs)
        )
        assert (one and one.ref) == (other and other.ref)
