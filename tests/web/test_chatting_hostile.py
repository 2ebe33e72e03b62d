"""What no person would send, and what some do: it is answered kindly, shown as text, and breaks nothing."""

import asyncio
import unicodedata
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from html import escape
from pathlib import Path

import httpx
import pytest
from hosting import Hosted, app, channelled
from person import Person
from starlette.routing import BaseRoute
from structlog.testing import capture_logs

from bot.channels.web import Site, Web

OPENING = "帮我算衡阳退休职工三级医院住院报销"
WORDS = app().templates.say


def trouble(name: str) -> str:
    """Return what the page says is the matter."""
    return WORDS("web", name, hotline=app().library.numbers.hotline)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hosted]:
    url = f"sqlite:///{tmp_path_factory.mktemp('page')}/talks.db"
    with Hosted(channelled(lambda _: Web(app, Site()), url)) as hosted:
        yield hosted


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Hosted]:
    """A page whose limits nobody has used up."""
    with Hosted(channelled(lambda _: Web(app, Site()), f"sqlite:///{tmp_path}/talks.db")) as hosted:
        yield hosted


@pytest.fixture
def person(fresh: Hosted) -> Iterator[Person]:
    with Person(fresh.address) as found:
        found.looks()
        yield found


TEXTS = [
    "<script>alert(1)</script>",
    "</li></ol><h1>大</h1>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='x",
    "&lt;b&gt; &amp; &#60;",
    "<!-- -->",
    "]]><![CDATA[",
    "{{ 7 * 7 }} {% raw %}",
    "{{ cycler.__init__.__globals__ }}",
    "${7*7} #{7*7} %(x)s %s",
    "**粗** _斜_ `码` [链接](javascript:alert(1))",
    "# 大标题\n- 一\n1. 二\n【三】\n依据：四",
    "😀👨‍👩‍👧‍👦🇨🇳 é e\u0301 \u202eabc\u202c \u200b",
    "第一行\r\n第二行",
    "\ufeff\uffff\U0010ffff",
    "a" * 300,
    "𠮷野家𪚥",
]


@pytest.mark.parametrize("text", TEXTS)
def test_what_is_said_is_shown_as_it_is_and_never_as_markup(served: Hosted, text: str) -> None:
    with Person(served.address, **{"X-Forwarded-For": f"10.1.0.{TEXTS.index(text)}"}) as person:
        empty = {each.tag for each in person.looks().every()}
        person.says(text)
        # What can't be seen could hide a private number, and is left out.
        seen = "".join(each for each in text if unicodedata.category(each) not in {"Cf", "Cn"})
        assert [each.replace("\r\n", "\n") for each in person.said] == [seen.replace("\r\n", "\n")] * bool(
            seen
        )
        assert len(person.told) == 1
        html = person.answers[-1].text
        assert escape(seen, quote=False).replace('"', "&#34;").replace("'", "&#39;").split("\r")[0] in html
        extra = {each.tag for each in person.page.every()} - empty
        assert extra <= {"ul", "li", "ol", "span", "h2", "section", "strong", "p", "button", "form", "br"}
        assert "49" not in person.told[-1]
        assert "__globals__" not in person.told[-1].replace(seen, "")


@pytest.mark.parametrize("text", ["\0", "问\0题", "\x01\x08\x1b[31m", "\ud800"])
def test_characters_that_no_page_can_hold_break_nothing(served: Hosted, text: str) -> None:
    with Person(served.address) as person:
        person.looks()
        raw = "".join(f"%{each:02X}" for each in text.encode("utf-8", "surrogatepass"))
        fields = f"n=abcdefgh&text={raw}"
        response = person.http.post(
            "/say",
            content=fields,
            headers={"Origin": served.address, "Content-Type": "application/x-www-form-urlencoded"},
        )
        person._goes_on(response)
        assert len(person.told) == 1
        person.says("居民医保一年交多少")
        assert len(person.told) == 2


ID = "430402199001011234"


@pytest.mark.parametrize(
    "text",
    [f"我的身份证{ID}住院花了两万", f"身份证 {' '.join(ID)}", f"卡号6222021234567890123，住院花了{'两' * 3}"],
)
def test_private_numbers_are_masked_before_they_are_kept(person: Person, tmp_path: Path, text: str) -> None:
    person.says(text)
    html = person.answers[-1].text
    for private in (ID, " ".join(ID), "6222021234567890123"):
        assert private not in html
        for file in tmp_path.iterdir():
            assert private.encode() not in file.read_bytes()
    assert "〔" in person.said[0]


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        ("20000", "20000元"),
        ("20000.5", "20000.5元"),
        ("20000.00", "20000.00元"),
        (" 20000 ", "20000元"),
        ("２００００", "20000元"),
        ("2e4", "20000元"),
    ],
)
def test_an_amount_is_taken_as_a_sum_of_yuan(person: Person, amount: str, said: str) -> None:
    person.says(OPENING)
    person.types(amount)
    assert person.said[-1] == said
    assert person.page.every("article", class_="sheet")


def test_of_a_bill_of_nothing_there_is_a_result_without_a_bar(person: Person) -> None:
    person.says(OPENING)
    person.types("0")
    assert not person.page.one("article", class_="sheet").every("svg", class_="bar")


@pytest.mark.parametrize(
    "amount",
    [
        "-1",
        "-20000",
        "1e400",
        "1e-400",
        "10^400",
        "1" + "0" * 400,
        "20000.005",
        "NaN",
        "-Infinity",
        "0x10",
        "abc",
        "1e9999999999999999999",
    ],
)
def test_an_amount_that_is_none_is_asked_for_again(person: Person, amount: str) -> None:
    person.says(OPENING)
    asked = len(person.told)
    person.types(amount)
    assert len(person.told) == asked + 1
    assert not person.page.every("article", class_="sheet")
    person.types("20000")
    assert person.page.every("article", class_="sheet")


@pytest.mark.parametrize("field", ["text", "amount", "count", "day", "nothing"])
@pytest.mark.parametrize("text", ["", " ", "\n\t"])
def test_nothing_said_is_nothing_asked(served: Hosted, field: str, text: str) -> None:
    with Person(served.address, **{"X-Forwarded-For": "10.2.0.1"}) as person:
        person.looks()
        person._goes_on(person.posts({"n": "abcdefgh", field: text}))
        assert (person.said, person.told) == ([], [])


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"text": "住院"},
        {"n": "short", "text": "住院"},
        {"n": "x" * 41, "text": "住院"},
        {"n": "不是字母的八个字", "text": "住院"},
        {"n": "abcdefgh"},
        {"n": "abcdefgh", "choice": "1"},
        {"n": "abcdefgh", "choice": "", "form": "1"},
        {"n": "abcdefgh", "choice": "-1", "form": "1"},
        {"n": "abcdefgh", "choice": "1.5", "form": "1"},
        {"n": "abcdefgh", "choice": "１", "form": "1"},
        {"n": "abcdefgh", "choice": "9" * 5000, "form": "1"},
        {"n": "abcdefgh", "choice": "1", "form": str(2**63)},
        {"n": "abcdefgh", "good": "2", "message": "1"},
        {"n": "abcdefgh", "good": "1"},
        {"n": "abcdefgh", "good": "1", "message": "9" * 40},
        {"n": "abcdefgh", "amend": "City!", "form": "1"},
        {"n": "abcdefgh", "amend": "x" * 41, "form": "1"},
    ],
)
def test_a_form_that_is_none_of_ours_changes_nothing(served: Hosted, fields: dict[str, str]) -> None:
    with Person(served.address, **{"X-Forwarded-For": "10.2.0.2"}) as person:
        person.looks()
        person._goes_on(person.posts(fields))
        assert (person.said, person.told) == ([], [])


@pytest.mark.parametrize("name", ["no_such_input", "date", "city"])
def test_a_change_where_nothing_is_calculated_gets_a_kind_word(person: Person, name: str) -> None:
    person._goes_on(person.posts({"n": "abcdefgh", "amend": name, "form": "0"}))
    person._goes_on(person.posts({"n": "abcdefgi", "amend": name, "form": "7"}))
    assert len(person.told) == 2
    assert not any(each.endswith("：") for each in person.said)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"\xff\xfe", "application/x-www-form-urlencoded"),
        (b"&".join(b"a%d=1" % number for number in range(30)), "application/x-www-form-urlencoded"),
    ],
)
def test_a_form_that_cannot_be_read_is_told_of(person: Person, body: bytes, kind: str) -> None:
    headers = {"Origin": person.address, "Content-Type": kind}
    response = person.http.post("/say", content=body, headers=headers)
    assert response.status_code == 400
    assert trouble("broken") in person._got(response).text


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b'{"text": "x"}', "application/json"),
        (
            b'--x\r\nContent-Disposition: form-data; name="text"\r\n\r\nhi\r\n--x--',
            "multipart/form-data; boundary=x",
        ),
        (b"%%%zz=&=&&;", "text/plain"),
        (b"", "application/x-www-form-urlencoded"),
    ],
)
def test_other_kinds_of_posts_say_nothing(person: Person, body: bytes, kind: str) -> None:
    headers = {"Origin": person.address, "Content-Type": kind}
    person._goes_on(person.http.post("/say", content=body, headers=headers))
    assert person.said == []


def test_five_thousand_characters_are_taken_and_shown(person: Person) -> None:
    text = "住院花了两万能报多少。" * 454 + "谢谢您了啊"
    assert len(text) == 4999
    person.says(text)
    assert person.said == [text]
    assert len(person.told) == 1


@pytest.mark.parametrize("text", ["报" * 200_000, "a" * 200_000])
def test_two_hundred_thousand_characters_are_too_long_and_it_is_said_so(person: Person, text: str) -> None:
    response = person.posts({"n": "abcdefgh", "text": text})
    assert response.status_code == 413
    assert trouble("too_long") in response.text
    person.looks()
    assert person.said == []


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {"Origin": "http://[::1"},
        {"Origin": "", "Referer": ""},
        {"Origin": "http://127.0.0.1:1"},
    ],
)
@pytest.mark.parametrize("path", ["/say", "/size"])
def test_a_post_from_another_site_is_refused(person: Person, path: str, headers: dict[str, str]) -> None:
    response = person.posts({"n": "abcdefgh", "text": "住院", "size": "3"}, path, **headers)
    assert response.status_code == 403
    assert trouble("not_ours") in response.text
    assert "set-cookie" not in response.headers
    person.looks()
    assert person.said == []


@pytest.mark.parametrize(
    ("headers", "told"),
    [
        ({"Origin": "https://bot.example.org"}, ("bot.example.org", "127.0.0.1")),
        ({"Origin": "https://me:hush@bot.example.org:8443/x?hush"}, ("bot.example.org:8443", "127.0.0.1")),
        ({"Origin": "null"}, ("null", "127.0.0.1")),
        ({"Origin": "https://" + "a" * 300 + ".example"}, ("a" * 100, "127.0.0.1")),
        ({"Origin": "https://b\x85c.example", "Host": "inner:8000"}, ("b?c.example", "inner:8000")),
        ({"Origin": "https://b.example", "Host": "me:hush@" + "h" * 300}, ("b.example", "h" * 100)),
        ({"Origin": "", "Referer": ""}, ("none", "127.0.0.1")),
    ],
)
def test_a_refused_post_is_told_to_the_operator_once_a_minute_with_the_mend(
    person: Person, headers: dict[str, str], told: tuple[str, str]
) -> None:
    raw = {name.encode(): value.encode("latin-1") for name, value in headers.items()}
    with capture_logs() as logs:
        for _ in range(3):
            response = person.http.post("/say", data={"n": "abcdefgh", "text": "住院"}, headers=raw)
            assert response.status_code == 403
    [line] = [each for each in logs if each["event"].startswith("a post from another origin was refused")]
    assert (line["origin"], line["host"].removesuffix(f":{httpx.URL(person.address).port}")) == told
    assert "BAODUOSHAO_PUBLIC_URL" in line["event"]
    assert "Host header" in line["event"]
    assert "hush" not in str(line)


def test_a_post_that_does_not_say_where_it_comes_from_is_refused(person: Person) -> None:
    response = person.http.post("/say", data={"n": "abcdefgh", "text": "住院"})
    assert response.status_code == 403
    from_us = {"Referer": f"{person.address}/?forgotten"}
    response = person.http.post("/say", data={"n": "abcdefgh", "text": "住院"}, headers=from_us)
    assert response.status_code == 303


@pytest.mark.parametrize("value", [None, "short", "x" * 25, "<script>"])
def test_without_a_cookie_a_kind_page_says_what_to_do(fresh: Hosted, value: str | None) -> None:
    with Person(fresh.address) as person:
        headers = {} if value is None else {"Cookie": f"talk={value}"}
        response = person.posts({"n": "abcdefgh", "text": "住院"}, **headers)
        assert response.status_code == 400
        assert trouble("no_cookies") in response.text
        assert "set-cookie" not in response.headers


def test_a_token_of_ones_own_making_is_a_talk_of_its_own(fresh: Hosted) -> None:
    with Person(fresh.address) as person:
        person.http.cookies.set("talk", "x" * 24, domain="127.0.0.1")
        person.looks()
        assert person.said == []


@pytest.mark.parametrize("host", ["elsewhere.example/frame", "[", "a b", "x" * 3000, "[::1]:99999", "é"])
def test_a_host_that_is_none_leads_nowhere_else(fresh: Hosted, host: str) -> None:
    with Person(fresh.address) as person:
        response = person.http.get("/", headers=[(b"Host", host.encode("latin-1"))])
        assert response.status_code in {200, 400}
        response = person.http.post("/say", data={"text": "x"}, headers=[(b"Host", host.encode("latin-1"))])
        assert response.status_code in {400, 403}


@pytest.mark.parametrize(
    ("back", "leads"),
    [
        ("/policy/", "/policy/"),
        ("/policy/hengyang/employee/2024-05-01", "/policy/hengyang/employee/2024-05-01"),
        ("", "/#last"),
        ("//elsewhere.example", "/#last"),
        ("https://elsewhere.example/policy/", "/#last"),
        ("/policy/\r\nSet-Cookie: a=b", "/policy/"),
        ("/policy/?next=https://elsewhere.example", "/policy/"),
        ("/policy/\\elsewhere.example", "/policy/"),
        ("/policy/" + "a" * 201, "/policy/"),
    ],
)
def test_after_a_new_size_one_is_led_back_and_never_elsewhere(person: Person, back: str, leads: str) -> None:
    response = person.posts({"size": "2", "back": back}, "/size")
    assert (response.status_code, response.headers["location"]) == (303, leads)
    assert response.headers.get_list("set-cookie")[0].startswith("size=2; Path=/; ")


def test_whoever_says_more_than_can_be_answered_is_told_once(person: Person) -> None:
    for number in range(40):
        person.posts({"n": f"nonce-{number:04}", "text": "你好"})
    person.looks()
    assert len(person.said) == 40
    assert "前面的话没有列出" not in person.page.text
    person._goes_on(person.posts({"n": "beyond-0000", "text": "还有"}))
    for number in (1, 2):
        response = person.posts({"n": f"beyond-{number:04}", "text": "还有"})
        assert (response.status_code, response.headers["retry-after"]) == (429, "60")
        assert trouble("too_many") in response.text
    person.looks()
    assert "前面的话没有列出" in person.page.text
    assert person.said[-1] == WORDS("web", "hurried")
    assert person.said.count(WORDS("web", "hurried")) == 1
    assert "".join(WORDS("channel", "too_fast").split()) in person.told[-1]


def test_an_address_that_posts_without_end_is_told_to_wait(fresh: Hosted) -> None:
    statuses: list[int] = []
    with Person(fresh.address) as person:
        for _ in range(300):
            response = person.posts({"size": "2"}, "/size")
            statuses.append(response.status_code)
            if response.status_code == 429:
                break
        assert statuses.count(303) == 240
        assert response.headers["retry-after"] == "60"
        assert trouble("too_many") in response.text
        # Whoever only reads isn't in the way.
        person.looks()


@asynccontextmanager
async def _closed(_: str) -> AsyncIterator[Sequence[BaseRoute]]:
    yield Web(app, Site()).routes


def test_while_it_starts_or_stops_the_page_asks_for_patience() -> None:
    with Hosted(_closed) as hosted, Person(hosted.address) as person:
        person.looks()
        for response in (person.gets("/"), person.posts({"n": "abcdefgh", "text": "住院"})):
            assert response.status_code == 503
            assert trouble("closed") in response.text
        assert person.posts({"size": "2"}, "/size").status_code == 303


def test_a_body_that_never_ends_is_given_up(monkeypatch: pytest.MonkeyPatch, fresh: Hosted) -> None:
    monkeypatch.setattr("bot.channels.web.chatting._LONGEST_POST", 0.3)

    async def ask() -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", fresh.port)
        writer.write(
            f"POST /say HTTP/1.1\r\nHost: 127.0.0.1:{fresh.port}\r\nOrigin: {fresh.address}\r\n"
            "Content-Length: 100\r\n\r\ntext=".encode()
        )
        answer = await asyncio.wait_for(reader.read(), 20)
        writer.close()
        return answer

    answer = asyncio.run(ask())
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert trouble("broken").encode() in answer
