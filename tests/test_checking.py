"""The full check of a set of policies: what it counts, and what it finds wrong."""

import os
import shutil
from pathlib import Path

import pytest
from support.forked import baoduoshao

from bot.app import App
from bot.checking import check
from bot.policy import PolicyProblem
from bot.settings import Settings, data_folder


@pytest.fixture
def policies(tmp_path: Path) -> Path:
    return Path(shutil.copytree(data_folder("policies"), tmp_path / "policies"))


def break_an_example(policies: Path) -> None:
    """Make the first example that comes to an amount come to another."""
    for path in sorted(policies.rglob("*.yaml")):
        text = path.read_text(encoding="utf-8")
        before, amount, after = text.partition('amount: "')
        if amount:
            path.write_text(before + amount + "9" + after, encoding="utf-8")
            return
    pytest.fail("no policy file holds an example with an amount")


def test_the_policies_that_come_with_the_project_are_all_right() -> None:
    app = App(Settings())
    checked = check(app)
    assert checked.wrong == ()
    assert checked.version == app.library.version
    assert checked.provisions == len(app.library.provisions)
    assert checked.examples == sum(len(p.entry.examples) for p in app.library.provisions.values()) > 0
    assert checked.calculations > 0


def test_an_example_that_comes_out_otherwise_is_found(policies: Path) -> None:
    break_an_example(policies)
    right, found = check(App(Settings())), check(App(Settings(policies_folder=policies)))
    [wrong] = found.wrong
    assert " example " in wrong
    assert " comes to " in wrong
    assert (found.provisions, found.calculations, found.examples) == (
        right.provisions,
        right.calculations,
        right.examples,
    )


def test_the_command_tells_the_wrong_example_and_fails(policies: Path) -> None:
    break_an_example(policies)
    found = check(App(Settings(policies_folder=policies)))
    [wrong] = found.wrong
    done = baoduoshao("policy", "check", environment={**os.environ, "BAODUOSHAO_POLICIES": str(policies)})
    assert done.returncode == 1
    assert done.stderr == f"{wrong}\n"
    assert done.stdout == (
        f"{found.provisions} provisions and {found.calculations} calculations hold together, "
        f"{found.examples - 1} of {found.examples} examples come out as written "
        f"(policy version {found.version}).\n"
    )


def test_files_that_dont_hold_together_are_a_problem_of_their_own(policies: Path) -> None:
    (policies / "terms.yaml").unlink()
    with pytest.raises(PolicyProblem, match=r"terms\.yaml is missing"):
        check(App(Settings(policies_folder=policies)))
