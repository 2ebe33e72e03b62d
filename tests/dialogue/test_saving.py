"""A state kept as text between two messages."""

import json
from collections.abc import Iterator
from copy import deepcopy
from datetime import date
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from support import warm

from bot.app import App
from bot.dialogue import Chose, Event, Option, Said, State, UnreadableStateError, restored, saved
from bot.dialogue.state import Comparison, SlotValue
from bot.policy import UNKNOWN, Between, OneOf

SLOTS: dict[str, SlotValue] = {
    "benefit": "inpatient",
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


def test_a_decimal_is_not_taken_for_the_same_number_in_whole() -> None:
    state = State(slots={"months": 3}, earlier=(State(slots={"months": Decimal(3)}),))
    assert type(restored(saved(state)).earlier[0].slots["months"]) is Decimal


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "[]",
        "{}",
        '{"form":0}',
        '{"form":1,"more":1}',
        '{"form":true}',
        '{"form":1.0}',
        '{"form":1,"tries":"1"}',
        '{"form":1,"tries":true}',
        '{"form":1,"tries":-1}',
        '{"form":1,"tries":0}',
        '{"form":1,"lost":1.5}',
        '{"form":1,"done":1}',
        '{"form":1,"calculating":null}',
        '{"form":1,"pending":"wish"}',
        '{"form":1,"pending":7}',
        '{"form":1,"asked":["wish"]}',
        '{"form":1,"asked":"city"}',
        '{"form":1,"stays":["level9"]}',
        '{"form":1,"hospitals":[7]}',
        '{"form":1,"slots":{"wish":1}}',
        '{"form":1,"slots":{"eligible_cost":true}}',
        '{"form":1,"slots":{"eligible_cost":-1}}',
        '{"form":1,"slots":{"eligible_cost":99999999999}}',
        '{"form":1,"slots":{"eligible_cost":1.5}}',
        '{"form":1,"slots":{"eligible_cost":"1"}}',
        '{"form":1,"slots":{"eligible_cost":{"between":[2,1]}}}',
        '{"form":1,"slots":{"eligible_cost":{"between":[1,2],"more":1}}}',
        '{"form":1,"slots":{"hospital_level":"level9"}}',
        '{"form":1,"slots":{"hospital_level":{"one_of":[]}}}',
        '{"form":1,"slots":{"hospital_level":{"one_of":["level2","level9"]}}}',
        '{"form":1,"slots":{"tcm":1}}',
        '{"form":1,"slots":{"babies":true}}',
        '{"form":1,"slots":{"months":{"decimal":"NaN"}}}',
        '{"form":1,"slots":{"months":{"decimal":"1e999999"}}}',
        '{"form":1,"slots":{"date":"2024-05-01"}}',
        '{"form":1,"slots":{"city":{"unknown":true}}}',
        '{"form":1,"slots":{"benefit":"holiday"}}',
        '{"form":1,"slots":{"tcm":null}}',
        '{"form":1,"options":[{"label":7}]}',
        '{"form":1,"options":[{"label":"x","does":"fly"}]}',
        '{"form":1,"options":[{"label":"x","does":"compare:wish"}]}',
        '{"form":1,"options":[{"label":"x","asks":"wish"}]}',
        '{"form":1,"options":[{"label":"x","more":1}]}',
        '{"form":1,"comparing":{"name":"prior_paid","values":[]}}',
        '{"form":1,"comparing":{"name":"benefit","values":["inpatient"]}}',
        '{"form":1,"parked":{"parked":{"tries":1}}}',
        '{"form":1,"parked":{"calculating":true}}',
        '{"form":1,"stays_year":0}',
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


@pytest.mark.parametrize(
    "state",
    [
        State(slots={"city": "atlantis"}),
        State(parked=State(calculating=True, slots={"benefit": "inpatient", "city": "atlantis"})),
        State(options=(Option("x", {"city": "atlantis"}),)),
        State(comparing=Comparison("city", ("atlantis",))),
        State(earlier=(State(hospitals=("云中医院",)),)),
        State(answered="no_subject"),
        State(options=(Option("x", intent="no_subject"),)),
    ],
)
def test_what_a_library_does_not_hold_is_refused_with_it(state: State, app: App) -> None:
    assert restored(saved(state)) == state
    with pytest.raises(UnreadableStateError, match="not of this library"):
        restored(saved(state), app.engine.library)


@pytest.fixture(scope="module")
def app() -> App:
    return warm.app()


TODAY = date(2024, 5, 1)
EVENTS: tuple[Event, ...] = (
    Said("两万"), Said("不清楚"), Chose(1), Said("二级和三级差多少"), Said("那退休的呢"), Said("上一步"),
    Said("又住了一次院花了8000"), Said("怎么算的"), Said("继续刚才的"), Chose(2), Said("省级统筹以后呢"),
)  # fmt: skip
OTHER_VALUES: tuple[Any, ...] = (
    None, True, False, 0, 1, -1, 7, 10**30, 1.5, "", "x", "level2", "away_filed", "衡阳", "2024-02-30",
    "city", "eligible_cost", [], ["city"], {}, {"unknown": True}, {"between": [0, 100]},
    {"one_of": ["level2"]},
)  # fmt: skip
TALKS = (
    ("衡阳退休职工三级医院住院花了两万能报多少", "二级和三级差多少", "又住了一次院花了8000"),
    ("住院花了两万能报多少", "衡阳", "职工"),
    ("居民高血压拿药花了500能报多少", "湘潭", "门诊花了300能报多少", "不清楚"),
    ("职工住院起付线是多少", "那湘潭呢", "报销"),
    ("南华附一住院总费用三万，自费三千", "我是衡阳的", "退休", "省级统筹以后呢"),
)


def _places(node: Any) -> Iterator[tuple[Any, Any]]:
    """Yield every holder and key of a JSON tree."""
    keys = list(node) if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else ()
    for key in keys:
        yield node, key
        yield from _places(node[key])


def _mutated(text: str, random: Random) -> str:
    tree = json.loads(text)
    for _ in range(random.choice((1, 1, 2, 4))):
        holder, key = random.choice([*_places(tree)] or [(tree, "form")])
        match random.randrange(4):
            case 0:
                holder.pop(key, None) if isinstance(holder, dict) else holder.pop(key)
            case 1 if isinstance(holder, dict):
                holder[random.choice(("pending", "done", "tries", "slots", "benefit", "tcm"))] = deepcopy(
                    holder[key]
                )
            case 2:
                holder[key] = deepcopy(random.choice(OTHER_VALUES))
            case _:
                holder[key] = deepcopy(random.choice([h[k] for h, k in _places(tree)]))
    return json.dumps(tree)


@pytest.mark.parametrize("talk", TALKS)
def test_a_text_changed_at_random_is_refused_or_goes_on_as_a_state(talk: tuple[str, ...], app: App) -> None:
    random = Random(len(talk[0]))
    texts = []
    state = app.dialogue.start({})
    for said in talk:
        state, _ = app.dialogue.step(state, Said(said), TODAY)
        texts.append(saved(state))
    refused = 0
    for _ in range(80):
        changed = _mutated(random.choice(texts), random)
        try:
            state = restored(changed, app.engine.library)
        except UnreadableStateError:
            refused += 1
            continue
        for event in random.sample(EVENTS, 4):
            state, reply = app.dialogue.step(state, event, TODAY)
            assert reply.text, changed
            saved(state)
    assert 0 < refused < 80


def test_what_is_as_usual_takes_no_room() -> None:
    assert json.loads(saved(State())) == {"form": 1}
