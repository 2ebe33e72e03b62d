from rapidfuzz import fuzz, process

from bot.language.index import Index
from bot.language.learned import read

from .conftest import INTENTS

PHRASES = [phrase for said in read(INTENTS).phrases.values() for phrase in said]


def test_a_text_that_stands_in_the_index_is_its_own_nearest() -> None:
    index = Index(PHRASES)
    assert len(index) == len(PHRASES)
    for place in range(0, len(PHRASES), 97):
        found, ratio = next(index.nearest(PHRASES[place], 1))
        assert (PHRASES[found], ratio) == (PHRASES[place], 1.0)


def test_the_nearest_of_all_is_mostly_found_without_comparing_all() -> None:
    index = Index(PHRASES)
    right = 0
    asked = [phrase[:-1] + "呢" for phrase in PHRASES[::113]]
    for text in asked:
        best = process.extractOne(text, PHRASES, scorer=fuzz.ratio)
        right += next(index.nearest(text, 1), (0, 0.0))[1] * 100 >= best[1] - 0.01
    assert right / len(asked) > 0.9


def test_ratios_fall_and_none_is_below_the_cutoff() -> None:
    found = [ratio for _, ratio in Index(PHRASES).nearest("职工住院起付线多少", 6, 0.5)]
    assert found == sorted(found, reverse=True)
    assert 0 < len(found) <= 6
    assert min(found) >= 0.5


def test_a_text_that_shares_nothing_has_no_nearest() -> None:
    assert list(Index(["职工住院"]).nearest("xyz", 3)) == []
    assert list(Index([]).nearest("职工住院", 3)) == []
    assert list(Index(["职工住院"]).nearest("", 3)) == []


def test_the_same_texts_are_found_in_every_process() -> None:
    """The order of a set of strings differs by process; nothing here may hang on it."""
    texts = ["甲乙丙丁", "乙丙丁戊", "丙丁戊己", "丁戊己庚"]
    assert [place for place, _ in Index(texts).nearest("乙丙丁戊己", 4)] == [1, 2, 0, 3]
