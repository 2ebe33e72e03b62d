"""The examples that stand beside the rules in the policy files."""

import pytest

from bot.engine import Engine

from .support import ENGINE


@pytest.mark.parametrize(("place", "right", "came"), list(ENGINE.examples()))
def test_an_example_comes_out_as_it_was_worked_by_hand(place: str, right: bool, came: str) -> None:
    assert right, f"{place} comes to {came}"


def test_every_rule_in_force_has_an_example_beside_it() -> None:
    engine: Engine = ENGINE
    for provision in engine.library.provisions.values():
        if provision.rules and provision.document.head.status != "draft":
            assert provision.entry.examples, provision.ref
