"""Real processes: they die, stop, share a database, and say on every route what a browser may do."""

import signal
from collections.abc import Mapping
from pathlib import Path

import httpx
import psycopg
import pytest
from person import Person
from serving.running import Served

OPENING = "住院花了两万能报多少"
TODAY = {"BAODUOSHAO_TODAY": "2024-05-01"}


def served(url: str, log: Path, *arguments: str, **settings: str) -> Served:
    return Served(url, *arguments, log=log, **(TODAY | settings))


def visitor(process: Served, **headers: str) -> Person:
    return Person(f"http://{process.address}", **headers)


def goes_over(person: Person, process: Served) -> Person:
    """Return the same browser at another process."""
    found = visitor(process)
    found.http.cookies.set("talk", person.chat, domain="127.0.0.1")
    return found


def kill(process: Served) -> None:
    process.process.send_signal(signal.SIGKILL)
    process.process.wait()


def test_killed_in_the_middle_of_a_form_the_talk_goes_on(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/talks.db"
    with served(url, tmp_path / "one") as first, visitor(first) as before:
        before.looks()
        before.says(OPENING)
        before.presses(before.choices[0])
        open_form = before.page.every("form", class_="choices")[-1]
        kill(first)
        with pytest.raises(httpx.TransportError):
            before.looks()
    with served(url, tmp_path / "two") as second, goes_over(before, second) as after:
        after.looks()
        assert (after.said, after.told, after.choices) == (before.said, before.told, before.choices)
        # The page that stood open all the while works too.
        after.submits(open_form, open_form.every("button")[0])
        while not after.page.every("article", class_="sheet"):
            after.presses(after.choices[0])
        assert after.page.one("article", class_="sheet").every("svg")
        assert len(after.said) == len(after.told)
        assert second.stopped() == 0
    with served(url, tmp_path / "three") as third, goes_over(before, third) as last:
        last.looks()
        assert (last.said, last.told) == (after.said, after.told)


def everything_stored(dsn: str) -> str:
    with psycopg.connect(dsn) as connection:
        tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        return "\n".join(
            str(row)
            for (table,) in tables
            for row in connection.execute(f'SELECT t::text FROM "{table}" t'.encode())
        )


def test_what_is_posted_to_one_replica_is_read_at_the_other(postgres_dsn: str, tmp_path: Path) -> None:
    with (
        served(postgres_dsn, tmp_path / "one") as one,
        served(postgres_dsn, tmp_path / "two") as two,
        visitor(one) as here,
    ):
        here.looks()
        here.says(OPENING)
        with goes_over(here, two) as there:
            there.looks()
            assert (there.said, there.told, there.choices) == (here.said, here.told, here.choices)
            while not there.page.every("article", class_="sheet"):
                there.presses(there.choices[0])
                here.looks()
                assert (here.said, here.told) == (there.said, there.told)
            # The same form at both of them counts once.
            form = there.page.one("form", id="compose")
            there.submits(form, text="居民医保一年交多少")
            here.submits(form, text="居民医保一年交多少")
            assert here.said.count("居民医保一年交多少") == 1
            # Characters that a database doesn't take end no talk.
            raw = {"Origin": here.address, "Content-Type": "application/x-www-form-urlencoded"}
            response = here.http.post("/say", content="n=abcdefgh&text=a%00%ED%A0%80b", headers=raw)
            assert response.status_code == 303
            token = here.chat
            here.looks()
            assert len(here.said) == len(here.told)
        assert token not in everything_stored(postgres_dsn)
        # One that dies leaves the talk to the other.
        kill(two)
        here.says("居民医保怎么交费")
        assert len(here.said) == len(here.told)


def test_one_takes_in_and_another_answers(postgres_dsn: str, tmp_path: Path) -> None:
    with (
        served(postgres_dsn, tmp_path / "ingest", "--role", "ingest") as ingest,
        visitor(ingest) as person,
    ):
        person.looks()
        person.http.timeout = httpx.Timeout(60)
        # Nobody answers yet: after a while the page is shown without.
        person.says(OPENING)
        assert person.said == [OPENING]
        assert person.page.one("li", id="waits").words.startswith("正在看，请稍等")
        assert person.choices == []
        with served(postgres_dsn, tmp_path / "worker", "--role", "worker") as worker:
            person.waits_for(lambda: not person.page.every("li", id="waits"))
            assert person.choices
            while not person.page.every("article", class_="sheet"):
                person.presses(person.choices[0])
            # Who only works shows no page.
            assert worker.get("/")[0] == 404
            assert worker.get("/healthz")[0] == 200


ROUTES = [
    ("GET", "/", 200),
    ("HEAD", "/", 200),
    ("GET", "/frame", 200),
    ("GET", "/policy/", 200),
    ("GET", "/policy/nowhere", 404),
    ("POST", "/say", 403),
    ("POST", "/frame/say", 403),
    ("POST", "/size", 403),
    ("GET", "/say", 405),
    ("PUT", "/", 405),
    ("DELETE", "/frame", 405),
    ("GET", "/nothing", 404),
    ("GET", "/..%2f..%2fetc/passwd", 404),
    ("GET", "/static/page.css", 200),
    ("GET", "/static/page.js", 200),
    ("GET", "/static/icon.svg", 200),
    ("GET", "/static/nothing.css", 404),
    ("GET", "/embed.js", 200),
    ("GET", "/healthz", 200),
    ("GET", "/readyz", 200),
    ("GET", "/metrics", 200),
    ("POST", "/healthz", 405),
]
EMBEDS = "https://ybj.example.org https://hy.example.org:8443"


def directives(response: httpx.Response) -> Mapping[str, str]:
    policy = response.headers["content-security-policy"]
    return {name: rest for name, _, rest in (each.strip().partition(" ") for each in policy.split(";"))}


def checked(response: httpx.Response, framed: bool, secure: bool) -> None:
    """Check what each response says to a browser."""
    headers = response.headers
    policy = directives(response)
    assert policy["default-src"] == "'none'"
    assert policy["frame-ancestors"] == (EMBEDS if framed else "'none'")
    assert not any(each in headers["content-security-policy"] for each in ("unsafe", "http:", "*", "data:"))
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    embeds = response.request.url.path == "/embed.js"
    assert headers["cross-origin-resource-policy"] == ("cross-origin" if embeds else "same-origin")
    assert "camera=()" in headers["permissions-policy"]
    assert headers.get("x-frame-options") == (None if framed else "DENY")
    assert ("strict-transport-security" in headers) == secure
    assert "server" not in headers
    assert "access-control-allow-origin" not in headers
    if headers.get("content-type", "").startswith("text/html"):
        assert policy["base-uri"] == "'none'"
        assert policy["form-action"] == "'self'"
        assert policy["script-src"] == "'self'"


@pytest.mark.parametrize("public_url", ["", "https://bot.example.org"])
def test_every_response_says_what_a_browser_may_do(public_url: str, tmp_path: Path) -> None:
    settings = {"BAODUOSHAO_EMBED_ORIGINS": EMBEDS, "BAODUOSHAO_PUBLIC_URL": public_url}
    with (
        served(f"sqlite:///{tmp_path}/talks.db", tmp_path / "log", **settings) as process,
        httpx.Client(base_url=f"http://{process.address}") as client,
    ):
        for method, path, status in ROUTES:
            response = client.request(method, path)
            assert response.status_code == status, (method, path)
            checked(response, path.startswith("/frame") and status in {200, 403}, bool(public_url))
        # Asked over https, as the proxy beside it says.
        forwarded = client.get("/", headers={"X-Forwarded-Proto": "https"})
        checked(forwarded, framed=False, secure=True)
        assert forwarded.headers["set-cookie"].startswith("__Host-talk=")
        # Even where something breaks.
        for host in ("[", "a/b", "\xe9"):
            response = client.get("/", headers=[(b"Host", host.encode("latin-1"))])
            assert response.status_code in {200, 400}
            if response.status_code == 200:
                checked(response, framed=False, secure=bool(public_url))


def test_a_frame_is_a_talk_of_its_own_that_other_sites_may_show(tmp_path: Path) -> None:
    url, log = f"sqlite:///{tmp_path}/talks.db", tmp_path / "log"
    with served(url, log, BAODUOSHAO_EMBED_ORIGINS=EMBEDS) as process:
        address = f"http://{process.address}"
        with Person(address, "/frame") as framed, Person(address) as person:
            framed.looks()
            person.http.cookies = framed.http.cookies
            person.looks()
            names = {each.name for each in person.http.cookies.jar}
            assert names == {"talk-frame", "talk"}
            framed.says(OPENING)
            framed.presses(framed.choices[0])
            person.looks()
            assert (person.said, len(framed.said)) == ([], 2)
            assert all(each.attrs["action"].startswith("/frame/") for each in framed.page.every("form"))
            assert framed.answers[-1].url.path == "/frame"
            framed.submits(
                framed.page.one("form", class_="sizes"), framed.page.one("button", name="size", value="3")
            )
            assert "size-3" in framed.page.one("html").attrs["class"]


def test_without_sites_that_may_show_it_there_is_no_frame(tmp_path: Path) -> None:
    with served(f"sqlite:///{tmp_path}/talks.db", tmp_path / "log") as process:
        assert [process.get(path)[0] for path in ("/frame", "/embed.js", "/static/embed.js")] == [404] * 3


def test_what_a_person_says_stands_in_no_log(tmp_path: Path) -> None:
    url, log = f"sqlite:///{tmp_path}/talks.db", tmp_path / "log"
    canary = "金丝雀五一七四"
    with served(url, log, BAODUOSHAO_LOG_LEVEL="debug") as process, visitor(process) as person:
        person.looks()
        person.says(f"{canary} 住院花了两万能报多少")
        person.posts({"n": "abcdefgh", "text": canary}, Origin=f"https://{'x' * 20}.example")
        person.says("删除我的记录")
        token = person.chat
        assert process.stopped() == 0
    told = log.read_text()
    assert '"level": "debug"' in told
    assert canary not in told
    assert token not in told
