"""A state kept as text between two messages."""

import json
from datetime import date
from decimal import Decimal

import pytest

from bot.dialogue import Option, State, UnreadableStateError, restored, saved
from bot.dialogue.state import Comparison, SlotValue
from bot.policy import UNKNOWN, Between, OneOf

SLOTS: dict[str, SlotValue] = {
    "city": "hengyang",
    "eligible_cost": 2_000_000,
    "total_cost": Between(1, 5_000_000),
    "route": OneOf(("away_filed", "away_unfiled")),
    "tcm": True,
    "prior_stays": 1,
    "months": Decimal("3.5"),
    "date": date(2022, 6, 10),
    "hardship": UNKNOWN,
}


def test_every_kind_of_value_comes_back_as_it_was() -> None:
    state = State(slots=SLOTS, about={"date": date(2020, 1, 1)}, preset={"city": "xiangtan"})
    back = restored(saved(state))
    assert back == state
    assert back.slots["hardship"] is UNKNOWN
    assert back.slots["tcm"] is True
    assert type(back.slots["prior_stays"]) is int


def test_options_comparison_and_a_calculation_put_aside_come_back() -> None:
    state = State(
        options=(Option("二级", {"hospital_level": "level2"}), Option("比", does="compare:hospital_level")),
        comparing=Comparison("hospital_level", ("level2", "level3")),
        parked=State(slots=SLOTS, calculating=True, pending="status", asked=("city", "status")),
        day=date(2024, 5, 1),
        stays=("level3", "level2"),
        stays_year=2024,
    )
    assert restored(saved(state)) == state


def test_the_way_back_is_kept_as_what_differs() -> None:
    base = State(slots=SLOTS, calculating=True)
    earlier = tuple(
        State(slots={**SLOTS, "eligible_cost": n, **({"sex": "male"} if n % 2 else {})}, calculating=True)
        for n in range(12)
    )
    state = State(slots={**base.slots, "age": 60}, calculating=True, done=True, earlier=earlier)
    text = saved(state)
    assert restored(text) == state
    assert len(text) < 2 * len(saved(base)) + 1_000


def test_a_yes_is_not_taken_for_the_count_of_one() -> None:
    state = State(slots={"babies": 1}, earlier=(State(slots={"babies": True}),))
    assert restored(saved(state)).earlier[0].slots["babies"] is True


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "[]",
        "{}",
        '{"form":0}',
        '{"form":1,"more":1}',
        '{"form":1,"slots":{"a":{"day":"x"}}}',
        '{"form":1,"slots":{"a":[]}}',
        '{"form":1,"slots":7}',
        '{"form":1,"day":"2024-13-01"}',
        '{"form":1,"earlier":[7]}',
        '{"form":1,"options":[{"name":"x"}]}',
        '{"form":1,"slots":{"a":{"decimal":"x"}}}',
        "[" * 100_000,
    ],
)
def test_any_other_text_is_refused_by_one_error(text: str) -> None:
    with pytest.raises(UnreadableStateError):
        restored(text)


def test_what_is_as_usual_takes_no_room() -> None:
    assert json.loads(saved(State())) == {"form": 1}
