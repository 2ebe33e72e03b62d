from pathlib import Path

import pytest
from support import warm

from bot.app import App
from bot.channels.evaluation import Question, QuestionsError, lines, read_questions, score, summary

KNOWN = ("employee_inpatient_deductible", "estimate", "away_filing")


@pytest.fixture(scope="module")
def app() -> App:
    return warm.app()


def read(tmp_path: Path, name: str, text: str, label: str | None = None) -> list[Question]:
    file = tmp_path / name
    file.write_text(text, encoding="utf-8")
    return read_questions(file, KNOWN, label)


def test_yaml_of_ids_gives_each_question_its_id(tmp_path: Path) -> None:
    found = read(tmp_path, "a.yaml", "# one\nestimate:\n- 花了两万\n-  123\naway_filing: ['备案']\n")
    assert found == [
        Question("花了两万", ("estimate",), 3),
        Question("123", ("estimate",), 4),
        Question("备案", ("away_filing",), 5),
    ]


def test_json_lines_may_name_several_ids_or_none(tmp_path: Path) -> None:
    text = '{"text": "a", "intents": ["estimate", "away_filing"]}\n\n{"text": "b", "status": "unknown"}\n'
    assert read(tmp_path, "a.jsonl", text) == [
        Question("a", ("estimate", "away_filing"), 1),
        Question("b", (), 3),
    ]


def test_a_bare_list_has_the_label_that_is_given(tmp_path: Path) -> None:
    assert read(tmp_path, "a.yaml", "- 下雨吗\n", "ood") == [Question("下雨吗", ("ood",), 1)]
    assert read(tmp_path, "a.yaml", "- 下雨吗\n") == [Question("下雨吗", (), 1)]


@pytest.mark.parametrize(
    ("name", "text", "line", "words"),
    [
        ("a.yaml", "estimate:\n- a\nnobody:\n- b\n", 4, "no subject is called 'nobody'"),
        ("a.yaml", "estimate:\n- a\n- 'b\n", 4, "no sound YAML"),
        ("a.yaml", "estimate:\n- a\nestimate:\n- b\n", 3, "stands above already"),
        ("a.yaml", "[estimate]:\n- a\n", 1, "no id"),
        ("a.NDJSON", "nonsense\n", 1, "no object of JSON"),
        ("a.yaml", "estimate: a\n", 1, "no list of questions"),
        ("a.yaml", "estimate:\n- [a]\n", 2, "a question is plain text"),
        ("a.yaml", "", 1, "neither a mapping nor a list"),
        ("a.yaml", "a text", 1, "neither a mapping nor a list"),
        ("a.jsonl", '{"text": "a"}\nnonsense\n', 2, "no object of JSON"),
        ("a.jsonl", '{"intents": []}\n', 1, "no text"),
        ("a.jsonl", '{"text": "a", "intents": "estimate"}\n', 1, "intents is no list of ids"),
    ],
)
def test_a_file_that_cannot_be_used_is_told_with_its_line(
    tmp_path: Path, name: str, text: str, line: int, words: str
) -> None:
    with pytest.raises(QuestionsError) as caught:
        read(tmp_path, name, text)
    assert f"{name}:{line}:" in str(caught.value)
    assert words in str(caught.value)


def test_a_missing_file_and_one_of_another_encoding_are_told(tmp_path: Path) -> None:
    with pytest.raises(QuestionsError, match="can't be read"):
        read_questions(tmp_path / "none.yaml", KNOWN)
    (tmp_path / "gbk.yaml").write_bytes("estimate:\n- 花了两万\n".encode("gbk"))
    with pytest.raises(QuestionsError, match="can't be read"):
        read_questions(tmp_path / "gbk.yaml", KNOWN)


def test_every_measure_counts_what_it_says(app: App) -> None:
    questions = [
        Question("职工住院起付线是多少", ("employee_inpatient_deductible",), 1),
        Question("职工住院起付线多少钱", ("away_filing",), 2),  # labelled wrongly, so that there is an error
        Question("今天天气怎么样", ("ood",), 3),
        Question("职工医保住院报销比例是多少", ("ood",), 4),
        Question("异地就医怎么备案", (), 5),
    ]
    scored = score(app, questions)
    found = dict(summary(scored))
    assert found["questions"] == "5"
    assert found["accuracy@1"] == "0.500 (1 of 2)"
    assert found["answered"] == "1.000 (2 of 2)"
    assert found["precision of answered"] == "0.500 (1 of 2)"
    assert found["out-of-domain leaks"] == "0.500 (1 of 2)"
    assert found["answered, not labelled"] == "1.000 (1 of 1)"
    assert found["outcomes"] == "answer 4, unknown 1"
    assert found["latency p50"].endswith(" ms")
    shown = "\n".join(lines(Path("a.yaml"), scored))
    assert "2: 职工住院起付线多少钱" in shown
    assert "4: 职工医保住院报销比例是多少" in shown
    assert "1: 职工" not in shown


def test_a_calculation_may_be_on_a_narrower_subject_than_was_asked(app: App) -> None:
    [found] = score(app, [Question("在职职工三级医院住院花了2万能报多少", ("employee_inpatient_rate",), 1)])
    assert found.answered
    assert found.right


def test_no_questions_make_no_measures(app: App) -> None:
    assert dict(summary(score(app, []))) == {"questions": "0"}
