"""The page that a reply's sources stand on."""

from datetime import date
from typing import Any

import pytest
from support.shared import ENGINE, LIBRARY, TEMPLATES

from bot.rendering.addresses import policy_path, provision_path
from bot.rendering.estimates import Estimates

TODAY = date(2026, 11, 21)
D0 = "湘政办发〔2022〕66号"
D3 = "衡医保发〔2020〕24号"
DRAFT = "《关于推进基本医疗保险省级统筹的实施意见》（征求意见稿）"
STAY = {"document": D0, "article": "三、医保住院待遇"}
AWAY = {"document": D3, "article": "第四十三条、第四十四条"}


@pytest.mark.parametrize(
    ("slots", "sources", "path"),
    [
        (
            {"city": "hengyang", "insurance": "employee"},
            [STAY],
            "/policy/hengyang/employee#hunan-2022-66-0.8",
        ),
        (
            {"city": "hengyang", "insurance": "employee", "date": "2024-05-01"},
            [STAY, AWAY],
            "/policy/hengyang/employee/2024-05-01#hunan-2022-66-0.8",
        ),
        (
            {"city": "changsha", "insurance": "employee", "date": date(2024, 5, 1)},
            [STAY],
            "/policy/changsha/employee/2024-05-01#hunan-2022-66-0.8",
        ),
        ({"insurance": "employee"}, [STAY], "/policy/document/hunan-2022-66#hunan-2022-66-0.8"),
        ({"city": "hengyang"}, [AWAY], "/policy/document/hengyang-2020-24#hengyang-2020-24-3.34"),
        ({}, [AWAY, STAY], "/policy/document/hengyang-2020-24#hengyang-2020-24-3.34"),
        (
            {"city": "hengyang", "insurance": "resident"},
            [STAY],
            "/policy/document/hunan-2022-66#hunan-2022-66-0.8",
        ),
        (
            {"city": "xiangtan", "insurance": "employee"},
            [AWAY, STAY],
            "/policy/document/hengyang-2020-24#hengyang-2020-24-3.34",
        ),
        (
            {"city": "hengyang", "insurance": "employee", "date": "2022-06-10"},
            [STAY],
            "/policy/document/hunan-2022-66#hunan-2022-66-0.8",
        ),
        (
            {"city": "hengyang", "insurance": "employee", "date": "no day"},
            [STAY],
            "/policy/hengyang/employee#hunan-2022-66-0.8",
        ),
        (
            {"city": "hengyang", "insurance": "employee"},
            [{"document": DRAFT, "article": "二（三）"}],
            "/policy/hengyang/employee#hunan-pooling-draft-2025-2.2",
        ),
        (
            {"city": "nowhere", "insurance": "<b>"},
            [STAY],
            "/policy/document/hunan-2022-66#hunan-2022-66-0.8",
        ),
    ],
)
def test_sources_lead_to_the_page_that_shows_the_first_of_them(
    slots: dict[str, Any], sources: list[dict[str, str]], path: str
) -> None:
    assert policy_path(LIBRARY, slots, sources, TODAY) == path


@pytest.mark.parametrize("sources", [[], [{"document": "没有的文件", "article": "第一条"}], [{}]])
def test_without_a_source_that_is_held_there_is_no_page(sources: list[dict[str, str]]) -> None:
    assert policy_path(LIBRARY, {"city": "hengyang", "insurance": "employee"}, sources, TODAY) is None


def test_a_source_that_is_not_held_is_passed_over() -> None:
    sources = [{"document": "没有的文件", "article": "第一条"}, STAY]
    path = policy_path(LIBRARY, {"city": "hengyang", "insurance": "employee"}, sources, TODAY)
    assert path == "/policy/hengyang/employee#hunan-2022-66-0.8"


@pytest.mark.parametrize("ref", LIBRARY.provisions)
def test_every_provision_has_an_address(ref: str) -> None:
    provision = LIBRARY.provisions[ref]
    source = {"document": provision.document.number, "article": provision.entry.article}
    assert policy_path(LIBRARY, {}, [source], TODAY) is not None


@pytest.mark.parametrize("ref", LIBRARY.provisions)
def test_a_sheet_leads_to_its_provisions_as_the_pages_do(ref: str) -> None:
    provision = LIBRARY.provisions[ref]
    [basis] = Estimates(ENGINE, TEMPLATES).basis([provision])
    assert basis.path == provision_path(provision)
