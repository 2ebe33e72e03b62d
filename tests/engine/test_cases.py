"""The engine, and the form that other programs read, on every hand-worked case."""

from decimal import Decimal
from typing import Any

import pytest
from support.shared import CASES

from .support import as_json, estimate


def name_of(case: dict[str, Any]) -> str:
    return f"{case['inputs']['benefit']}: {case['name']}"


def fen(figure: str) -> int:
    return int(Decimal(figure) * 100)


def assert_figures(found: object, expect: dict[str, Any]) -> None:
    for name in ("amount", "own"):
        if name in expect:
            assert as_tuple(getattr(found, name)) == fens(expect[name])
    if "unit" in expect:
        assert getattr(found, "unit", None) == expect["unit"]


def fens(figures: str | list[str]) -> tuple[int, ...]:
    return tuple(fen(figure) for figure in ([figures] if isinstance(figures, str) else figures))


def as_tuple(value: object) -> tuple[object, ...]:
    return value if isinstance(value, tuple) else (value,)


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_the_engine_comes_to_what_was_worked_by_hand(case: dict[str, Any]) -> None:
    found, expect = estimate(case["inputs"]), case["expect"]
    assert type(found).__name__.lower() == expect["outcome"]
    assert_figures(found, expect)
    if "preview" in expect:
        assert_figures(getattr(found, "preview", None), expect["preview"])
    if "layers" in expect:
        paying = {layer: amount for layer, amount in getattr(found, "layers", ()) if amount}
        assert paying == {layer: fen(amount) for layer, amount in expect["layers"].items()}
    if "missing" in expect:
        assert list(getattr(found, "missing", ())) == expect["missing"]
    cautions = set(getattr(found, "cautions", ()))
    assert cautions >= set(expect.get("cautions", ()))
    assert not cautions & set(expect.get("not_cautions", ()))


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_other_programs_read_what_was_worked_by_hand(case: dict[str, Any]) -> None:
    found, expect = as_json(case["inputs"]), case["expect"]
    assert found["outcome"] == expect["outcome"]
    for name in ("amount", "own", "unit", "missing"):
        if name in expect:
            assert found[name] == expect[name]
    for name in ("outcome", "amount", "own"):
        if name in expect.get("preview", {}):
            assert found["preview"][name] == expect["preview"][name]
    if "layers" in expect:
        paying = {layer["id"]: layer["amount"] for layer in found["layers"] if layer["amount"] != "0.00"}
        assert paying == expect["layers"]
    cautions = {caution["code"] for caution in found.get("cautions", ())}
    assert cautions >= set(expect.get("cautions", ()))
    assert not cautions & set(expect.get("not_cautions", ()))


def test_the_cases_meet_every_outcome_that_a_usable_request_can_have() -> None:
    assert {case["expect"]["outcome"] for case in CASES} >= {"ok", "range", "needs", "refused"}
