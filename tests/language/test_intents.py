from pathlib import Path

import pytest

from bot.language.commands import NAMES
from bot.language.intents import IntentsError, load

from .conftest import INTENTS

GOOD = "greeting:\n  answer: false\n  phrases:\n    - 你好\n"


def problem(folder: Path, text: str, name: str = "a.yaml") -> str:
    (folder / name).write_text(text, encoding="utf-8")
    with pytest.raises(IntentsError) as caught:
        load(folder)
    return str(caught.value)


def test_every_intent_has_at_least_twelve_phrases() -> None:
    catalogue = load(INTENTS)
    assert [id_ for id_, phrases in catalogue.phrases.items() if len(phrases) < 12] == []


def test_only_talk_and_the_estimate_stand_without_an_answer() -> None:
    catalogue = load(INTENTS)
    silent = {subject.id for subject in catalogue.subjects.values() if not subject.answer}
    assert silent == {"greeting", "thanks", "help", "handoff", "estimate"}


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        (GOOD + "  anser: true\n", 5, "unknown key 'anser'"),
        (GOOD + GOOD, 5, "stands twice"),
        ("a:\n  answer: maybe\n  phrases: [你好]\n", 2, "answer is 'maybe'"),
        ("a:\n  answer: true\n", 1, "no phrases"),
        ("a:\n  phrases: []\n", 2, "must be a list"),
        ("a:\n  phrases: 你好\n", 2, "must be a list"),
        ("- a\n", 1, "must be a mapping"),
        ("a:\n  phrases:\n    - ''\n", 3, "must be text"),
        ("a:\n  phrases:\n    - 你好\nb:\n  phrases:\n    - 你好\n", 6, "said for a already"),
        ("a: [\n", 2, "this isn't YAML"),
        ("", 1, "the file is empty"),
    ],
)
def test_a_file_that_cannot_be_used_is_named_with_its_line(
    tmp_path: Path, text: str, line: int, words: str
) -> None:
    message = problem(tmp_path, text)
    assert f"a.yaml:{line}:" in message
    assert words in message


def test_an_id_in_two_files_names_both(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(GOOD, encoding="utf-8")
    message = problem(tmp_path, GOOD.replace("你好", "您好"), "b.yaml")
    assert "b.yaml:1:" in message
    assert "a.yaml:1" in message


def test_a_word_of_the_lexicon_means_one_thing(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(GOOD, encoding="utf-8")
    assert "lexicon.yaml:2: '门槛' already means '起付线'" in problem(
        tmp_path, "起付线: [门槛]\n门: [门槛]\n", "lexicon.yaml"
    )


def test_every_command_is_said_somehow() -> None:
    assert set(load(INTENTS).commands.values()) == NAMES


def test_only_known_commands_have_words(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(GOOD, encoding="utf-8")
    assert "commands.yaml:2: unknown command 'stop'" in problem(
        tmp_path, "cancel: [算了]\nstop: [停]\n", "commands.yaml"
    )


def test_an_empty_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(IntentsError, match="no file of intents"):
        load(tmp_path)
