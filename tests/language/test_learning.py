"""What is learned from the files of intents, on small files of the test's own and on the project's."""

import json
from pathlib import Path

import pytest

from bot.language import IntentsError, Reader
from bot.language.learned import FILE, digest, read
from bot.language.learning import Lesson
from bot.language.places import Places

from .conftest import INTENTS, LIBRARY, TODAY

PLACES = Places(LIBRARY.cities)
SMALL = {
    "topics.yaml": (
        "payment:\n  answer: true\n  phrases:\n"
        + "".join(f"    - {text}\n" for text in ("住院报多少", "住院能报几成", "住院报销比例"))
        + "office:\n  answer: true\n  risk: low\n  phrases:\n"
        + "".join(f"    - {text}\n" for text in ("医保局在哪里", "医保局电话", "医保局几点上班"))
    ),
    "lexicon.yaml": "报销: [报账]\n",
    "commands.yaml": "help: [帮助]\n",
    "homophones.yaml": "terms: [住院, 医保]\nkeep: [种药]\n",
    "negatives.yaml": "ood:\n  - 今天下雨吗\n  - 车险怎么赔\nvague:\n  - 医保的事\n",
    "unseen.jsonl": (
        '{"text": "住院报账比例多少", "intents": ["payment"]}\n'
        '{"text": "医保局怎么走", "intents": ["office"]}\n'
        '{"text": "明天下雪吗", "intents": ["ood"]}\n'
    ),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in SMALL.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_what_is_learned_is_read_again_as_it_was(folder: Path) -> None:
    lesson = Lesson(folder, PLACES)
    assert lesson.write() == folder / FILE
    assert read(folder) == lesson.learned()


def test_the_same_files_always_lead_to_the_same_bytes(folder: Path) -> None:
    assert Lesson(folder, PLACES).text() == Lesson(folder, PLACES).text()


def test_a_question_of_the_same_words_is_found(folder: Path) -> None:
    Lesson(folder, PLACES).write()
    reader = Reader(folder, LIBRARY)
    assert reader.read("医保局在哪", TODAY).intents[0].id == "office"
    assert reader.read("主院报账多少", TODAY).intents[0].id == "payment"
    assert set(reader.subjects) == {"payment", "office"}


def test_before_anything_is_learned_the_mend_is_told(folder: Path) -> None:
    with pytest.raises(IntentsError, match="nothing has been learned") as caught:
        Reader(folder, LIBRARY)
    assert "baoduoshao intents learn" in str(caught.value)


@pytest.mark.parametrize("name", SMALL)
def test_after_a_file_has_changed_nothing_old_is_used(folder: Path, name: str) -> None:
    Lesson(folder, PLACES).write()
    with (folder / name).open("a", encoding="utf-8") as file:
        file.write("\n# one more word\n" if name.endswith(".yaml") else "\n")
    with pytest.raises(IntentsError, match="have changed since"):
        Reader(folder, LIBRARY)


def test_other_line_endings_are_no_change(folder: Path) -> None:
    before = digest(folder)
    for name in SMALL:
        file = folder / name
        file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    assert digest(folder) == before


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "null", '{"made_from": 1}', '{"x": 2}', '{"made_from": "DIGEST"}']
)
def test_a_file_that_was_not_written_by_learning_is_refused(folder: Path, text: str) -> None:
    (folder / FILE).write_text(text.replace("DIGEST", digest(folder)), encoding="utf-8")
    with pytest.raises(IntentsError, match=r"can't be read|have changed"):
        read(folder)


@pytest.mark.parametrize(
    ("name", "text", "line", "words"),
    [
        ("unseen.jsonl", '{"text": "住院"}\n', 1, "no labelled question"),
        ("unseen.jsonl", '{"text": "住院", "intents": ["nothing"]}\n', 1, "no subject is called 'nothing'"),
        ("unseen.jsonl", '{"text": "住院", "intents": ["ood"]}\nx\n', 2, "no labelled question"),
        ("unseen.jsonl", '{"text": "住院", "intents": "ood"}\n', 1, "no labelled question"),
        ("unseen.jsonl", '{"text": "醫保局電話", "intents": ["office"]}\n', 1, "so it isn't unseen"),
        ("negatives.yaml", "other:\n  - 下雨\n", 1, "unknown key 'other'"),
        ("negatives.yaml", "ood:\n  - 下雨\n  - 下雨\n", 3, "stands on line 2 too"),
        ("homophones.yaml", "term: [住院]\n", 1, "unknown key 'term'"),
        ("topics.yaml", "a:\n  risk: some\n  phrases: [住院]\n", 2, "risk is 'some'"),
    ],
)
def test_a_slip_in_a_file_is_told_with_its_line(
    folder: Path, name: str, text: str, line: int, words: str
) -> None:
    (folder / name).write_text(text, encoding="utf-8")
    with pytest.raises(IntentsError) as caught:
        Lesson(folder, PLACES)
    assert f"{name}:{line}:" in str(caught.value)
    assert words in str(caught.value)


def test_shares_fall_and_rise_as_the_threshold_does(folder: Path) -> None:
    shares = Lesson(folder, PLACES).shares("high")
    assert [share.threshold for share in shares] == sorted(share.threshold for share in shares)
    assert [share.coverage for share in shares] == sorted((share.coverage for share in shares), reverse=True)
    assert [share.leaked for share in shares] == sorted((share.leaked for share in shares), reverse=True)


@pytest.fixture(scope="module")
def lesson() -> Lesson:
    return Lesson(INTENTS, PLACES)


class TestTheProjectsOwn:
    """The file that is shipped, against the files it was made from."""

    def test_it_is_what_its_files_lead_to(self, lesson: Lesson) -> None:
        held = (INTENTS / FILE).read_text(encoding="utf-8")
        assert held == lesson.text(), "run `baoduoshao intents learn`"

    def test_it_is_small(self) -> None:
        assert (INTENTS / FILE).stat().st_size < 2_500_000

    @pytest.mark.parametrize(("risk", "coverage"), [("high", 0.8), ("low", 0.7)])
    def test_from_the_threshold_on_answers_are_right_and_many(
        self, lesson: Lesson, risk: str, coverage: float
    ) -> None:
        assert risk in {"high", "low"}
        chosen = lesson.threshold("high" if risk == "high" else "low")
        [share] = [s for s in lesson.shares("high" if risk == "high" else "low") if s.threshold == chosen]
        assert share.precision >= 0.98
        assert share.coverage >= coverage
        assert share.leaked <= 0.02

    def test_money_needs_more_certainty_than_addresses(self) -> None:
        learned = read(INTENTS)
        assert learned.sure["high"] > learned.sure["low"] > learned.maybe

    def test_every_line_of_the_file_is_json(self) -> None:
        assert isinstance(json.loads((INTENTS / FILE).read_text(encoding="utf-8")), dict)
