"""The register of hospitals: what a row means for a person, and that the real one agrees with the rule."""

import pytest

from bot.policy import Hospital, Library, load

from .conftest import Folder, document


def test_a_folder_without_the_file_has_no_hospitals(folder: Folder) -> None:
    assert load(folder(document=document("test-2023-1"))).hospitals == {}


def test_the_hospitals_called_provincial_are_those_of_the_rule(real: Library) -> None:
    named = real.provisions["hunan-2022-66/0.11"].figure("hospitals").items
    assert [h.name for h in real.hospitals.values() if h.provincial] == named


def test_every_row_says_where_it_was_read_and_when(real: Library) -> None:
    assert len(real.hospitals) == 109
    assert all(h.source and h.checked for h in real.hospitals.values())


def test_what_has_no_source_for_its_level_is_never_sure(real: Library) -> None:
    guessed = [h for h in real.hospitals.values() if "没有查到来源" in h.source]
    assert guessed
    assert not any(h.sure for h in guessed)


@pytest.mark.parametrize(
    ("name", "city", "level"),
    [
        ("中南大学湘雅医院", "hengyang", "provincial"),
        ("中南大学湘雅医院", None, "provincial"),
        ("南华大学附属第一医院", "hengyang", "level3_provincial"),
        ("南华大学附属第一医院", None, "level3_provincial"),
        ("南华大学附属第一医院", "xiangtan", "level3"),
        ("衡阳市中心医院", "hengyang", "level3"),
        ("耒阳市人民医院", "hengyang", "level2"),
        ("白地市医院", "hengyang", None),
    ],
)
def test_the_level_goes_by_who_runs_it_and_where_one_is_insured(
    real: Library, name: str, city: str | None, level: str | None
) -> None:
    assert _called(real, name).level_for(city) == level


@pytest.mark.parametrize(
    ("name", "city", "away"),
    [
        ("南华大学附属第一医院", "xiangtan", True),
        ("南华大学附属第一医院", "hengyang", False),
        ("南华大学附属第一医院", None, False),
        ("中南大学湘雅医院", "hengyang", False),
    ],
)
def test_care_in_another_city_is_away_but_for_the_six(
    real: Library, name: str, city: str | None, away: bool
) -> None:
    assert _called(real, name).is_away(city) is away


def _called(library: Library, name: str) -> Hospital:
    return next(h for h in library.hospitals.values() if name in (h.name, *h.aliases))
