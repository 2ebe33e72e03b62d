import re
from typing import Any, get_args

import pytest
from support.shared import LIBRARY, TEMPLATES

from bot.dialogue.english import English
from bot.dialogue.offers import ASKED
from bot.dialogue.state import Outcome, Reply, Status
from bot.policy.codes import INPUTS
from bot.settings import data_folder

ENGLISH = English(TEMPLATES, LIBRARY.numbers)
REQUIRED = [name for name, field in INPUTS.items() if field.default is None]
INPUTS_ASKED = ({*REQUIRED, *ASKED} - {"preview", "away_where"}) | {"city", "benefit", "other_city"}


def asking(name: str | None) -> Reply:
    return Reply("question", "…", "asked", asked=name)


def estimated(**said: Any) -> Reply:
    return Reply("estimate", "…", "estimated", "estimate", 1.0, estimate={"unit": "yuan", **said})


@pytest.mark.parametrize(
    ("said", "lead"),
    [
        (
            {"amount": "16443.00", "own": "3557.00"},
            "The insurance would pay about 16443.00 yuan and you about 3557.00 yuan.",
        ),
        (
            {"amount": ["100.00", "200.00"], "own": ["0.00", "100.00"]},
            "The insurance would pay between 100.00 and 200.00 yuan, and you between 0.00 and 100.00 yuan.",
        ),
        ({"amount": "400000.00"}, "It comes to about 400000.00 yuan."),
        ({"amount": "312.00", "unit": "yuan/month"}, "It comes to about 312.00 yuan a month."),
        ({"amount": "240.00", "unit": "yuan/year"}, "It comes to about 240.00 yuan a year."),
        ({"amount": "158", "unit": "days"}, "It comes to about 158 days."),
        ({"amount": ["3", "4"], "unit": "years"}, "It comes to between 3 and 4 years."),
    ],
)
def test_a_result_is_told_with_its_figures(said: dict[str, Any], lead: str) -> None:
    assert ENGLISH.lead(estimated(**said)) == lead


@pytest.mark.parametrize("name", sorted(INPUTS_ASKED))
def test_every_input_has_its_own_question(name: str) -> None:
    lead = ENGLISH.lead(asking(name))
    assert lead.endswith(".")
    assert "Reply with" in lead
    assert lead != ENGLISH.lead(asking("no such input"))


def test_the_question_for_the_level_is_short() -> None:
    lead = ENGLISH.lead(asking("hospital_level"))
    assert lead == "Which level is the hospital? Reply with a number."


def test_an_unknown_question_is_still_announced() -> None:
    assert ENGLISH.lead(asking(None)).startswith("One more thing is needed")


@pytest.mark.parametrize(
    ("intent", "lead"),
    [
        (
            "maternity_leave",
            "The rule and its figures on maternity leave, in Chinese:",
        ),
        ("village_clinics", "The rule and its figures, in Chinese:"),
        (None, "The rule and its figures, in Chinese:"),
    ],
)
def test_an_answer_is_named_by_its_subject_where_that_is_simple(intent: str | None, lead: str) -> None:
    assert ENGLISH.lead(Reply("answer", "…", "answered", intent)) == lead


def test_every_named_subject_is_one_of_the_projects() -> None:
    words = (data_folder("templates") / "words" / "english.j2").read_text(encoding="utf-8")
    named = set(re.findall(r"macro about_(\w+)", words))
    assert named <= LIBRARY.terms.subjects.keys()
    assert len(named) > 50


def test_danger_and_despair_name_the_numbers_to_call() -> None:
    assert "120" in ENGLISH.lead(Reply("command", "…", "danger"))
    assert "12356" in ENGLISH.lead(Reply("command", "…", "despair"))


@pytest.mark.parametrize("status", ["private", "elsewhere", "foreign"])
def test_what_is_not_ours_has_its_own_words(status: Status) -> None:
    assert ENGLISH.lead(Reply("unknown", "…", status)) != ENGLISH.lead(Reply("unknown", "…", "rephrase"))


@pytest.mark.parametrize("outcome", get_args(Outcome))
def test_every_outcome_has_one_plain_english_sentence(outcome: Outcome) -> None:
    lead = ENGLISH.lead(Reply(outcome, "…", "answered"))
    assert lead.isascii()
    assert lead[0].isupper()
    assert "!" not in lead


@pytest.mark.parametrize("intent", ["help", "greeting", "thanks", "handoff"])
def test_talk_is_told_by_its_subject(intent: str) -> None:
    told = ENGLISH.lead(Reply("command", "…", "steered", intent))
    assert told != ENGLISH.lead(Reply("command", "…", "steered"))


def test_a_comparison_is_announced_without_the_figures_of_one_row() -> None:
    reply = Reply("estimate", "…", "compared", "estimate", 1.0, estimate={"unit": "yuan", "amount": "1.00"})
    assert ENGLISH.lead(reply) == "Several results side by side, in Chinese:"


@pytest.mark.parametrize("command", ["forget", "cancel", "restart", "back", "change", "yes"])
def test_a_command_is_told_by_what_came_of_it(command: str) -> None:
    steered = Reply("command", "…", "steered")
    assert ENGLISH.lead(steered, command) not in {ENGLISH.lead(steered), ""}
    assert ENGLISH.lead(asking("city"), command) == ENGLISH.lead(asking("city"))
