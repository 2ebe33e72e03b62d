import pytest

from bot.language.features import MOST_CHARACTERS, clauses, features, pared
from bot.language.learned import read
from bot.language.rows import SCALE, Rows
from bot.language.sounds import Sounds

from .conftest import INTENTS

SOUNDS = Sounds(read(INTENTS).syllables)
STORY = (
    "领导您好,我是一名退休的老师,去年做了手术,在家养了半年,孩子都在外面打工,平时靠退休金过日子。"
    "请问一下异地就医怎么备案?谢谢。"
)


def test_fillers_go_and_figures_are_all_alike() -> None:
    assert pared("请问我2024年花了3.5万能报吗?") == "0年花0万能报吗"
    assert pared("咨询A8县新农合的问题") == "县新农合"


def test_a_short_text_is_one_clause() -> None:
    assert clauses("职工住院,起付线多少") == [("职工住院起付线多少", 2)]


def test_of_a_story_the_clause_that_asks_weighs_most() -> None:
    weights = dict(clauses(STORY))
    assert weights["异地就医怎么备案"] > weights["去年做手术"]


def test_the_end_of_a_very_long_text_is_not_read() -> None:
    assert sum(len(clause) for clause, _ in clauses("花钱,看病," * 400)) <= MOST_CHARACTERS


def test_features_are_characters_pairs_sounds_and_words() -> None:
    found = features([("医保", 1)], ["医保", "多少"], SOUNDS)
    assert {"医", "保", "^医", "医保", "保$", "yi bao", "#医保", "#多少", "#医保#多少"} >= found.keys()
    assert features([], [], SOUNDS) == {}


@pytest.mark.parametrize("text", ["", "。。。", "!!!", "，"])
def test_a_text_without_words_has_no_features(text: str) -> None:
    assert [clause for clause, _ in clauses(text) if clause] == []


def test_rows_add_up_for_every_class_at_once() -> None:
    rows = Rows({"a": [0, 3, 2, -SCALE], "b": [1, SCALE]}, 3)
    first, second = rows.get("a"), rows.get("b")
    assert first is not None
    assert second is not None
    assert rows.get("c") is None
    sums = rows.classes(5 * first + 7 * second)
    assert [each - 12 * SCALE for each in sums] == [15, 7 * SCALE, -5 * SCALE]
