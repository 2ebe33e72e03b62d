"""The policy library as pages: all of it, rightly told, to be gone through by links alone."""

import asyncio
import re
import threading
from copy import copy
from datetime import date, timedelta
from functools import cache

import httpx
import pytest
from policy_site import APP, LIBRARY, TODAY, Parsed, get, internal, parsed, site_of
from starlette.applications import Starlette

from bot.app import App
from bot.channels.web.pages import Pages
from bot.channels.web.policies import routes
from bot.channels.web.site import Site
from bot.policy import Library, Provision
from bot.policy.codes import INSURANCES
from bot.rendering.addresses import city_path, document_path
from bot.rendering.library_pages import CityPage, city_page, documents, turning_days
from bot.rendering.provisions import anchor_of, figures_told
from bot.settings import Settings, data_folder

ONE_DAY = timedelta(days=1)
DAYS = sorted({day for change in LIBRARY.changes for day in (change - ONE_DAY, change)} | {TODAY})
CITY_PATHS = [
    city_path(city, insurance, day) for city in LIBRARY.cities for insurance in INSURANCES for day in DAYS
]
DOCUMENT_PATHS = [document_path(head.id) for head in documents(LIBRARY)]
TODAYS = [city_path(city, insurance) for city in LIBRARY.cities for insurance in INSURANCES]
PATHS = ["/policy/", *DOCUMENT_PATHS, *TODAYS, *CITY_PATHS]

HOSTILE = [
    "/policy/%3Cscript%3Ealert(1)%3C/script%3E/employee",
    "/policy/hengyang/%3Cscript%3E",
    "/policy/hengyang/employee/9999-99-99",
    "/policy/hengyang/employee/2026-02-30",
    "/policy/hengyang/employee/0001-01-01",
    "/policy/hengyang/employee/9999-12-31",
    "/policy/hengyang/employee/２０２６-01-01",
    "/policy/hengyang/employee/20260101",
    "/policy/hengyang/employee/2026-01-01/more",
    "/policy/hengyang",
    "/policy/hunan/employee",
    "/policy/document/%22%3E%3Cscript%3E",
    "/policy/document/..%2f..%2fetc%2fpasswd",
    "/policy/../../etc/passwd",
    "/policy/%00/employee",
    "/policy/%ff%fe/employee",
    "/policy/" + "a" * 20_000 + "/employee",
    "/policy/document/" + "%E6%B9%96" * 3_000,
    "/policy/{{7*7}}/employee",
]


@cache
def page(path: str) -> tuple[httpx.Response, Parsed]:
    response = asyncio.run(get(path))
    return response, parsed(response.text)


@pytest.mark.parametrize("path", PATHS)
def test_a_page_is_found_and_in_order(path: str) -> None:
    response, found = page(path)
    assert response.status_code == 200
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert found.wrong == []
    assert 'lang="zh-CN"' in response.text
    assert re.search(r"<title>[^<]{6,60}</title>", response.text)
    assert found.metas["description"]
    assert not {"style", "onclick", "onload"} & found.attributes
    assert "<script" not in response.text


@pytest.mark.parametrize("path", PATHS)
def test_every_link_leads_to_a_page_and_a_place_on_it(path: str) -> None:
    for to, anchor in internal(page(path)[1].links, path):
        response, there = page(to)
        assert response.status_code == 200, to
        assert not anchor or anchor in there.ids, f"{to}#{anchor}"


def test_every_page_of_today_and_every_document_is_reached_from_the_first() -> None:
    seen, todo = set(), ["/policy/"]
    while todo:
        path = todo.pop()
        if path not in seen:
            seen.add(path)
            todo += [to for to, _ in internal(page(path)[1].links, path)]
    assert {"/policy/", *DOCUMENT_PATHS, *TODAYS} <= seen


@pytest.mark.parametrize("ref", LIBRARY.provisions)
def test_every_provision_stands_on_its_document_with_all_that_is_held_of_it(ref: str) -> None:
    provision = LIBRARY.provisions[ref]
    _, found = page(document_path(provision.document.id))
    text = found.by_id[anchor_of(provision)]
    assert provision.entry.article in text
    assert provision.entry.says is None or provision.entry.says in text
    assert provision.entry.note is None or provision.entry.note in text
    assert provision.entry.figures or provision.entry.says, "a provision says something"
    for topic in provision.entry.topics:
        assert LIBRARY.terms.topics[topic] in text


@pytest.mark.parametrize("ref", LIBRARY.provisions)
def test_every_provision_stands_on_a_page_of_a_city_it_reaches(ref: str) -> None:
    provision = LIBRARY.provisions[ref]
    for insurance in provision.entry.insurance:
        paths = [
            city_path(city, insurance, day)
            for city in LIBRARY.reached_by(provision)
            for day in DAYS
            if provision.holds_on(day)
        ]
        assert any(anchor_of(provision) in page(path)[1].ids for path in paths)


# What the pages show of values, worked out by other means than the pages'.
_UNITS = {"hours": "小时", "days": "天", "months": "个月", "years": "年", "points": "个百分点"}


def _written(value: int | None, unit: str) -> str:
    if value is None:
        return "不封顶"
    if unit == "share":
        return f"{value / 100:.10g}%"
    if unit == "yuan":
        whole = value / 100
        return f"{whole / 10_000:.10g}万元" if value and value % 1_000_000 == 0 else f"{whole:.10g}元"
    if unit == "count":
        return f"{value / 10_000:.10g}万" if value % 10_000 == 0 and value else str(value)
    return f"{value}{_UNITS[unit]}"


@pytest.mark.parametrize("ref", LIBRARY.provisions)
def test_figures_are_those_of_the_library(ref: str) -> None:
    provision = LIBRARY.provisions[ref]
    terms = LIBRARY.terms
    told = {figure.key: figure for figure in figures_told(LIBRARY, provision)}
    assert list(told) == list(provision.entry.figures)
    text = page(document_path(provision.document.id))[1].by_id[anchor_of(provision)]
    for name, figure in provision.entry.figures.items():
        shown = told[name]
        assert shown.name in text
        if figure.items is not None:
            assert all(item in text for item in figure.items)
        if figure.not_stated:
            assert (shown.value, shown.items, shown.rows) == (None, (), ())
            assert "文件没有写" in text
        cells = {}
        for row in shown.rows:
            for column, cell in zip(shown.columns, row.values, strict=True):
                for label in row.label.split("、"):
                    cells[(label,) if len(figure.by) == 1 else (*label.split("，"), column)] = cell
        for key, value in provision.tables[name].items():
            assert figure.unit is not None
            named = tuple(terms.of(by, code) for by, code in zip(figure.by, key, strict=True))
            said = cells[named] if figure.by else shown.value
            assert said is not None
            assert said.startswith(_written(value, figure.unit)), (name, key)
            assert said in text
        assert len(cells) <= max(1, len(provision.tables[name])) or None in cells.values()


@pytest.mark.parametrize("path", [*TODAYS, *CITY_PATHS])
def test_a_page_shows_what_holds_there_and_then(path: str) -> None:
    _, _, city, insurance, *rest = path.split("/")
    day = date.fromisoformat(rest[0]) if rest else TODAY
    holding = {anchor_of(p) for p in LIBRARY.all_holding(city, insurance, day) if not _draft(p)}
    drafts = {anchor_of(p) for p in LIBRARY.all_reaching(city, insurance) if _draft(p) and p.since <= day}
    _, found = page(path)
    known = {anchor_of(p) for p in LIBRARY.provisions.values()}
    assert known & set(found.ids) == holding | drafts
    for id_ in drafts:
        assert "征求意见稿，还没有生效" in found.by_id[id_]
        assert "现行" not in found.by_id[id_]
        assert "当时有效" not in found.by_id[id_]


def _draft(provision: Provision) -> bool:
    return provision.document.head.status == "draft"


def test_a_draft_is_marked_on_its_document_and_never_in_force() -> None:
    for head in documents(LIBRARY):
        if head.status == "draft":
            _, found = page(document_path(head.id))
            assert "现行</strong>" not in page(document_path(head.id))[0].text
            assert found.words.count("征求意见稿，还没有生效") > len(LIBRARY.drafts)


def test_before_the_first_rules_nothing_is_held_and_the_first_day_is_named() -> None:
    _, found = page("/policy/hengyang/employee/2020-12-31")
    assert "这一天的规定一条也没有收录" in found.words
    assert "/policy/hengyang/employee/2021-01-01" in found.links


def test_a_city_without_rules_of_its_own_says_so() -> None:
    assert "长沙市自己的规定我没有收录" in page("/policy/changsha/employee")[1].words
    assert "自己的规定我没有收录" not in page("/policy/hengyang/employee")[1].words


def test_what_was_before_is_told_with_the_figures_that_differ() -> None:
    _, found = page("/policy/hengyang/employee")
    now = found.by_id["hunan-2022-66-0.8"]
    assert "以前怎么规定" in now
    assert {"1100元", "1600元", "600元"} <= set(re.findall(r"\d+元", now))
    then = page("/policy/hengyang/employee/2022-06-10")[1].by_id["hengyang-2020-24-3.17"]
    assert "以后怎么变" in then


def test_a_draft_that_would_change_a_provision_is_named_beside_it() -> None:
    _, found = page("/policy/hengyang/employee")
    assert "草案想改这一条" in found.by_id["hengyang-2020-24-3.34"]
    assert "#hunan-pooling-draft-2025-2.2" in found.links


def test_inferred_days_are_said_to_be() -> None:
    assert "推定" in page("/policy/hengyang/employee")[1].by_id["hunan-2022-66-0.8"]
    assert "推定" not in page("/policy/hengyang/employee")[1].by_id["hengyang-2020-24-3.13"]


@pytest.mark.parametrize("path", HOSTILE, ids=lambda path: path[:48])
def test_an_address_of_nothing_is_told_kindly_and_never_repeated(path: str) -> None:
    response, found = page(path)
    assert response.status_code == 404
    assert found.wrong == []
    if path.startswith("/policy/") and ".." not in path:
        assert "没有这一页" in found.words
        assert "/policy/" in found.links
        assert found.metas["robots"] == "noindex"
    assert not {"script", "alert", "passwd", "aaaa", "49", "9999"} & set(re.findall(r"\w+", response.text))
    assert len(response.text) < 10_000


@pytest.mark.parametrize(
    ("query", "path"),
    [
        ("city=hengyang&insurance=employee&date=2022-06-10", "/policy/hengyang/employee/2022-06-10"),
        (f"city=hengyang&insurance=resident&date={TODAY}", "/policy/hengyang/resident"),
        ("city=changsha&insurance=employee&date=", "/policy/changsha/employee"),
    ],
)
def test_a_choice_leads_to_its_address(query: str, path: str) -> None:
    response = asyncio.run(get(f"/policy/?{query}"))
    assert (response.status_code, response.headers["location"]) == (303, path)


@pytest.mark.parametrize(
    "query", ["city=hengyang", "city=<b>&insurance=employee", "city=hengyang&insurance=employee&date=never"]
)
def test_an_incomplete_choice_is_asked_for_again(query: str) -> None:
    response = asyncio.run(get(f"/policy/?{query}"))
    assert response.status_code == 400
    assert "请重新选" in response.text
    assert "<b>" not in response.text


def test_days_that_are_alike_have_one_canonical_address() -> None:
    now = page("/policy/hengyang/employee")[1].canonical
    assert now == page(f"/policy/hengyang/employee/{TODAY}")[1].canonical == "/policy/hengyang/employee"
    for day in ("2022-01-01", "2022-12-31"):
        assert page(f"/policy/hengyang/employee/{day}")[1].canonical == "/policy/hengyang/employee/2021-01-01"


def test_a_page_that_was_read_before_is_not_sent_again() -> None:
    first = page("/policy/hengyang/employee")[0]
    assert first.headers["cache-control"] == "no-cache"
    tag = {"if-none-match": first.headers["etag"]}
    again = asyncio.run(get("/policy/hengyang/employee", tag))
    assert (again.status_code, again.content) == (304, b"")
    assert asyncio.run(get("/policy/hengyang/resident", tag)).status_code == 200
    tomorrow = site_of(App(Settings(fixed_day=TODAY + ONE_DAY)))
    assert asyncio.run(get("/policy/hengyang/employee", tag, tomorrow)).status_code == 200
    larger = {**tag, "cookie": "size=3"}
    assert asyncio.run(get("/policy/hengyang/employee", larger)).status_code == 200


def test_search_engines_find_policy_pages_and_nothing_else() -> None:
    robots = asyncio.run(get("/robots.txt")).text
    assert "Disallow: /\n" in robots
    assert "Allow: /policy/\n" in robots
    assert "Sitemap" not in robots
    assert asyncio.run(get("/sitemap.xml")).status_code == 404


def test_a_public_address_makes_a_sitemap_and_absolute_addresses() -> None:
    site = site_of(App(Settings(fixed_day=TODAY, public_url="https://bot.example.org")))
    assert "Sitemap: https://bot.example.org/sitemap.xml" in asyncio.run(get("/robots.txt", site=site)).text
    places = re.findall("<loc>(.*?)</loc>", asyncio.run(get("/sitemap.xml", site=site)).text)
    assert len(places) == len(set(places))
    expected = {"/policy/", *DOCUMENT_PATHS, *TODAYS}
    assert {f"https://bot.example.org{path}" for path in expected} <= set(places)
    for place in places:
        found = page(place.removeprefix("https://bot.example.org"))
        assert found[0].status_code == 200
        assert f"https://bot.example.org{found[1].canonical}" == place


def test_a_library_without_a_city_that_changed_shows_its_days() -> None:
    assert turning_days(LIBRARY, "hengyang", "employee")[0] == date(2021, 1, 1)
    assert date(2022, 10, 1) not in turning_days(LIBRARY, "hengyang", "employee")
    assert date(2022, 10, 1) in turning_days(LIBRARY, "xiangtan", "employee")


def counted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list that grows by each page of a city that is made."""
    made: list[str] = []

    def counting(library: Library, city: str, insurance: str, day: date) -> CityPage:
        made.append(city)
        return city_page(library, city, insurance, day)

    monkeypatch.setattr("bot.channels.web.policies.city_page", counting)
    return made


def test_a_page_is_made_once_whoever_asks_in_whatever_way(monkeypatch: pytest.MonkeyPatch) -> None:
    made = counted(monkeypatch)
    site = site_of(APP)

    def asked(path: str = "/policy/hengyang/employee", **headers: str) -> httpx.Response:
        return asyncio.run(get(path, headers, site))

    first = asked()
    for other in (
        asked(cookie="talk=abcdefghijklmnopqrstuvwx"),
        asked("/policy/hengyang/employee?x=1"),
        asked(cookie="size=1; theirs=2"),
    ):
        assert (other.text, other.headers) == (first.text, first.headers)
    assert asked(**{"if-none-match": first.headers["etag"]}).status_code == 304
    assert made == ["hengyang"]
    assert 'class="size-3"' in asked(cookie="size=3").text
    assert "size-3" not in asked().text
    assert len(made) == 2


def test_of_another_library_or_day_pages_are_made_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    made = counted(monkeypatch)
    apps = [APP]
    site = Starlette(routes=routes(lambda: apps[-1], Pages(data_folder("templates"), Site())))

    def asked() -> httpx.Response:
        return asyncio.run(get("/policy/hengyang/employee", None, site))

    first = asked()
    apps.append(App(Settings(fixed_day=TODAY + ONE_DAY)))
    assert asked().headers["etag"] != first.headers["etag"]
    assert len(made) == 2
    changed = App(Settings(fixed_day=TODAY))
    changed.__dict__["library"] = copy(LIBRARY)
    changed.library.version = "another"
    apps.append(changed)
    assert asked().headers["etag"] != first.headers["etag"]
    assert len(made) == 3


def test_pages_are_made_beside_the_loop_that_serves_all(monkeypatch: pytest.MonkeyPatch) -> None:
    threads = set()

    def noting(library: Library, city: str, insurance: str, day: date) -> CityPage:
        threads.add(threading.current_thread())
        return city_page(library, city, insurance, day)

    monkeypatch.setattr("bot.channels.web.policies.city_page", noting)
    asyncio.run(get("/policy/hengyang/employee", None, site_of(APP)))
    assert threads
    assert threading.current_thread() not in threads
