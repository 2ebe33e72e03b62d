"""What a browser is told with every response of the process."""

from pathlib import Path

import httpx
import pytest

from .running import Served

PATHS = ("/", "/healthz", "/readyz", "/metrics", "/static/page.css", "/policy/", "/nowhere", "/say")


def process(folder: Path, **settings: str) -> Served:
    return Served(f"sqlite:///{folder}/talks.db", log=folder / "log", **settings)


def got(served: Served, *paths: str, **headers: str) -> dict[str, httpx.Response]:
    with httpx.Client(base_url=f"http://{served.address}", headers=headers) as client:
        return {path: client.get(path) for path in paths}


def test_every_response_says_what_a_browser_may_do(tmp_path: Path) -> None:
    with process(tmp_path) as served:
        responses = got(served, *PATHS)
    for path, response in responses.items():
        headers = response.headers
        assert "default-src 'none'" in headers["content-security-policy"], path
        assert "frame-ancestors 'none'" in headers["content-security-policy"], path
        assert "unsafe" not in headers["content-security-policy"], path
        assert headers["x-frame-options"] == "DENY", path
        assert headers["x-content-type-options"] == "nosniff", path
        assert headers["referrer-policy"] == "same-origin", path
        assert headers["cross-origin-opener-policy"] == "same-origin", path
        assert headers["cross-origin-resource-policy"] == "same-origin", path
        assert "camera=()" in headers["permissions-policy"], path
        assert "strict-transport-security" not in headers, path
        assert "server" not in headers, path
    assert responses["/nowhere"].status_code == 404
    assert responses["/say"].status_code == 405


def test_only_the_sites_that_are_named_may_frame_the_chat(tmp_path: Path) -> None:
    origin = "https://ybj.example.org"
    with process(tmp_path, BAODUOSHAO_EMBED_ORIGINS=origin) as served:
        responses = got(served, "/frame", "/embed.js", "/")
    framed, script, page = responses.values()
    assert f"frame-ancestors {origin}" in framed.headers["content-security-policy"]
    assert "x-frame-options" not in framed.headers
    assert script.headers["cross-origin-resource-policy"] == "cross-origin"
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]


@pytest.mark.parametrize("behind_proxy", [False, True])
def test_over_https_nothing_else_will_do_from_then_on(tmp_path: Path, behind_proxy: bool) -> None:
    settings = {} if behind_proxy else {"BAODUOSHAO_PUBLIC_URL": "https://chat.example.org"}
    asked = {"X-Forwarded-Proto": "https"} if behind_proxy else {}
    with process(tmp_path, **settings) as served:
        responses = got(served, *PATHS, **asked)
    for path, response in responses.items():
        assert response.headers["strict-transport-security"].startswith("max-age="), path


def test_what_a_proxy_says_is_taken_only_from_those_that_are_trusted(tmp_path: Path) -> None:
    with process(tmp_path, BAODUOSHAO_PROXIES="10.1.2.3") as served:
        [response] = got(served, "/", **{"X-Forwarded-Proto": "https"}).values()
    assert "strict-transport-security" not in response.headers
    assert response.headers["set-cookie"].startswith("talk=")


def test_where_there_is_nothing_a_browser_gets_a_page_and_a_program_plain_text(tmp_path: Path) -> None:
    with process(tmp_path) as served:
        page = got(served, "/nowhere", Accept="text/html,*/*;q=0.8")["/nowhere"]
        text = got(served, "/nowhere")["/nowhere"]
    assert (page.status_code, text.status_code) == (404, 404)
    assert page.headers["content-type"].startswith("text/html")
    assert "style-src 'self'" in page.headers["content-security-policy"]
    assert "回到聊天" in page.text
    assert text.text == "Not Found"
