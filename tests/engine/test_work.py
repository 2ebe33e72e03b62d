"""How much work it takes to find out what to ask: counted in runs of a program, so that no clock decides."""

from collections.abc import Iterator
from itertools import product

import pytest

from bot.engine import Case, Needs, Ok
from bot.engine.program import Program
from bot.engine.run import Run
from bot.policy import UNKNOWN, OneOf
from bot.policy.codes import BENEFITS, INPUTS, INSURANCES, WHO_PAYS, Value

from .support import ENGINE, TODAY, span

# At some 15 microseconds a run it is less than a tenth of a second.
MOST_RUNS = 3_100
CODES = tuple(
    name for name, field in INPUTS.items() if field.kind == "code" and name not in ("insurance", "preview")
)
YES_NO = tuple(name for name, field in INPUTS.items() if field.kind == "yes_no")
EARLIER = tuple(name for name in INPUTS if name.startswith("prior_"))
OPEN = (
    (),
    *((name,) for name in CODES),
    CODES,
    YES_NO,
    EARLIER,
    (*CODES, *YES_NO),
    (*CODES, *YES_NO, *EARLIER),
)


class Counted:
    runs = 0


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Counted:
    """Count the runs of all programs."""
    count = Counted()
    carried_out = Program.carried_out

    def counting(program: Program, run: Run) -> Run:
        count.runs += 1
        return carried_out(program, run)

    monkeypatch.setattr(Program, "carried_out", counting)
    return count


def bare_cases(benefit: str) -> Iterator[Case]:
    """Yield cases in which nothing but place and scheme is given, and inputs are open by turns."""
    for day, city, insurance in product(
        ENGINE.library.changes, (None, *ENGINE.kinds_of_city), (None, *INSURANCES)
    ):
        for names in OPEN:
            given: dict[str, Value] = dict.fromkeys(names, UNKNOWN)
            if insurance is not None:
                given["insurance"] = insurance
            yield Case(benefit, city, day, TODAY, given)


@pytest.mark.parametrize("benefit", BENEFITS)
def test_what_to_ask_is_found_in_a_bounded_number_of_runs(benefit: str, counted: Counted) -> None:
    most = 0
    for case in bare_cases(benefit):
        counted.runs = 0
        ENGINE.estimate(case)
        assert counted.runs <= MOST_RUNS, case
        most = max(most, counted.runs)
    assert most > 0  # the count is of real runs


def contribution(**given: Value) -> Case:
    day = ENGINE.library.changes[0]
    return Case("contribution", "hengyang", day, TODAY, given)


def test_an_unknown_payer_is_asked_for_as_if_it_were_absent() -> None:
    asked = ENGINE.estimate(contribution())
    assert isinstance(asked, Needs)
    assert "who" in asked.missing
    open_ = ENGINE.estimate(contribution(who=UNKNOWN))
    assert isinstance(open_, Needs)
    assert open_.missing == asked.missing
    amounts: dict[str, Value] = {"wage": 500_000, "benchmark": 650_000, "payroll": 10_000_000}
    asked = ENGINE.estimate(contribution(**amounts, who=UNKNOWN))
    assert isinstance(asked, Needs)
    assert asked.missing == ("who",)


@pytest.mark.parametrize(
    ("payer", "asked"),
    [
        ("employee", {"wage", "benchmark"}),
        ("employer", {"payroll"}),
        ("unemployed", {"benchmark"}),
        (OneOf(("employee", "unemployed")), {"wage", "benchmark"}),
        (OneOf(("employer", "unemployed")), {"payroll", "benchmark"}),
        (OneOf(WHO_PAYS), {"wage", "benchmark", "payroll"}),
    ],
)
def test_only_what_the_possible_payers_take_is_asked_for(
    payer: Value, asked: set[str], counted: Counted
) -> None:
    found = ENGINE.estimate(contribution(who=payer))
    assert isinstance(found, Needs)
    assert set(found.missing) == asked
    assert counted.runs <= MOST_RUNS


def test_an_unknown_mother_gives_the_range_over_all_mothers() -> None:
    day = ENGINE.library.changes[0]
    case = Case("maternity_subsidy", "hengyang", day, TODAY, {"average_cost": 1_000_000, "who": UNKNOWN})
    assert span(ENGINE.estimate(case)) == (500_000, 1_000_000)


def test_where_much_is_open_nothing_that_matters_is_left_out(counted: Counted) -> None:
    day = ENGINE.library.changes[0]
    given: dict[str, Value] = dict.fromkeys((*EARLIER, *YES_NO), UNKNOWN)
    asked = ENGINE.estimate(Case("inpatient", "hengyang", day, TODAY, {**given, "insurance": "employee"}))
    assert isinstance(asked, Needs)
    assert asked.missing[:3] == ("hospital_level", "status", "eligible_cost")
    assert counted.runs <= MOST_RUNS


def test_what_has_no_part_in_a_result_is_not_asked_for_however_many_values_it_has() -> None:
    day = ENGINE.library.changes[0]
    account = Case("personal_account", "hengyang", day, TODAY, {"pooled_only": True})
    assert isinstance(ENGINE.estimate(account), Ok)
    retired = Case("personal_account", "hengyang", day, TODAY, {"status": "retired"})
    asked = ENGINE.estimate(retired)
    assert isinstance(asked, Needs)
    assert asked.missing == ("unit_average_wage",)
