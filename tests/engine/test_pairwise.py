"""Every value of each input beside every value of each other, against the second reading of the articles."""

from collections.abc import Iterator
from itertools import combinations, product

import pytest
from oracle import answer

from .support import estimate
from .test_against_oracle import as_answer

Request = dict[str, object]
STAY: Request = {
    "benefit": "inpatient",
    "city": "hengyang",
    "date": "2024-05-01",
    "insurance": "employee",
    "status": "employed",
    "hospital_level": "level3",
    "eligible_cost": "20000.55",
}
VALUES: dict[str, tuple[object, ...]] = {
    "city": ("hengyang", "xiangtan", "changsha"),
    "date": ("2020-12-31", "2021-01-01", "2022-12-31", "2023-01-01", "2025-04-10", "2025-04-11"),
    "insurance": ("employee", "resident"),
    "status": ("employed", "retired"),
    "hospital_level": (
        "grassroots",
        "central_township",
        "level1",
        "level2",
        "level3",
        "level3_provincial",
        "provincial",
    ),
    "eligible_cost": ("0", "0.01", "199.99", "1100", "1600.01", "150000", "400000"),
    "route": ("local", "unreferred", "away_filed", "away_unfiled", "away_emergency"),
    "tcm": (False, True),
    "designated": (True, False),
    "hardship": (False, True),
    "mutual_aid": (True, False),
    "prior_stays": ("0", "2"),
    "prior_stays_same_level": ("0", "1"),
    "prior_deductible": ("0", "1999.99", "2300"),
    "prior_paid": ("0", "99999.99", "150000"),
    "prior_own": ("0", "16000", "500000"),
}


def stays() -> Iterator[Request]:
    for first, second in combinations(VALUES, 2):
        for one, other in product(VALUES[first], VALUES[second]):
            yield {**STAY, first: one, second: other}


@pytest.mark.parametrize("insurance", ["employee", "resident"])
def test_every_pair_of_values_comes_to_what_the_second_reading_does(insurance: str) -> None:
    for request in stays():
        asked = {
            **request,
            "insurance": request["insurance"] if request["insurance"] != "employee" else insurance,
        }
        assert as_answer(estimate(asked)) == answer(asked), asked
