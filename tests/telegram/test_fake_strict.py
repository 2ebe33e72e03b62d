"""Each strict check of the fake Bot API fires: on texts, on buttons, on fields no bot should send."""

import json
import socket
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from fake import Chat, FakeTelegram


@pytest.fixture
def fake() -> Iterator[FakeTelegram]:
    with FakeTelegram() as peer:
        yield peer


@pytest.fixture
def chat(fake: FakeTelegram) -> Chat:
    return fake.private(fake.user(7001))


# Plain HTTP only: to read certificates would take longer than the tests.
http = httpx.Client(verify=False, trust_env=False, headers={"Connection": "close"})


@pytest.fixture(scope="module", autouse=True)
def _close_client() -> Iterator[None]:
    with http:
        yield


def call(fake: FakeTelegram, method: str, **fields: Any) -> dict[str, Any]:
    answer = http.post(f"{fake.url}/bot{fake.token}/{method}", json=fields)
    body: dict[str, Any] = answer.json()
    assert answer.status_code == body.get("error_code", 200)
    return body


def refusal(fake: FakeTelegram, method: str, **fields: Any) -> str:
    body = call(fake, method, **fields)
    assert not body["ok"]
    return str(body["description"])


def send(fake: FakeTelegram, text: str, **more: Any) -> str:
    """What the server says to a text: 'ok' or why not."""
    body = call(fake, "sendMessage", chat_id=7001, text=text, **more)
    return "ok" if body["ok"] else str(body["description"])


@pytest.mark.parametrize(
    ("html", "text", "kinds"),
    [
        (
            "<b>粗</b><i>斜</i><u>下</u><s>删</s>",
            "粗斜下删",
            ["bold", "italic", "underline", "strikethrough"],
        ),
        ("<B >粗</b >", "粗", ["bold"]),
        ("<b>粗</>", "粗", ["bold"]),
        ("<b></b>字", "字", []),
        ("<b>甲<i>乙</i></b>", "甲乙", ["bold", "italic"]),
        ("<span class='tg-spoiler'>密</span>", "密", ["spoiler"]),
        ("<blockquote expandable>引</blockquote>", "引", ["expandable_blockquote"]),
        ('<pre><code class="language-python">x</code></pre>', "x", ["pre"]),
        ("<a href=https>字</a>", "字", []),
        ('<a href="tg://user?id=5">字</a>', "字", ["text_link"]),
        ("&lt;&amp;&quot;&#9733;&#x2605;&nbsp;&", '<&"★★&nbsp;&', []),
        ("  前 \r\n<b>后</b> \n", "前 \n后", ["bold"]),
    ],
)
def test_html_gives_text_and_entities(
    fake: FakeTelegram, chat: Chat, html: str, text: str, kinds: list[str]
) -> None:
    assert send(fake, html, parse_mode="HTML") == "ok"
    assert chat.messages[0].text == text
    assert [entity["type"] for entity in chat.messages[0].entities] == kinds


@pytest.mark.parametrize(
    ("html", "refused"),
    [
        ("1 < 2", 'Unsupported start tag "" at byte offset 2'),
        ("医<br>", 'Unsupported start tag "br" at byte offset 3'),
        ("<b>粗", 'Can\'t find end tag corresponding to start tag "b"'),
        ("粗</b>", "Unexpected end tag at byte offset 3"),
        ("<b>粗</i>", 'Unmatched end tag at byte offset 6, expected "</b>", found "</i>"'),
        ("<b><i>粗</b></i>", 'Unmatched end tag at byte offset 9, expected "</i>", found "</b>"'),
        ("<b", "Unclosed start tag at byte offset 0"),
        ("<b>粗</b", "Unclosed end tag at byte offset 6"),
        ("<b>粗</ b>", "Unclosed end tag at byte offset 6"),
        (
            "<a href>字</a>",
            'Expected equal sign in declaration of an attribute of the tag "a" at byte offset 0',
        ),
        ("<a ='x'>字</a>", 'Empty attribute name in the tag "a" at byte offset 0'),
        ("<a href='x>字</a>", "Unclosed start tag at byte offset 0"),
        ("<a href=http://x>字</a>", "Unexpected end of name token at byte offset 8"),
        ("<span class='x'>字</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ("<tg-emoji emoji-id='x'>字</tg-emoji>", "Invalid custom emoji identifier specified"),
    ],
)
def test_broken_html_is_refused_with_its_place(
    fake: FakeTelegram, chat: Chat, html: str, refused: str
) -> None:
    expected = f"Bad Request: can't parse entities: {refused}"
    given = send(fake, html, parse_mode="HTML")
    assert given == expected
    assert chat.messages == []


def test_other_parse_modes_are_refused(fake: FakeTelegram, chat: Chat) -> None:
    assert send(fake, "*a*", parse_mode="MarkdownV2").endswith("not supported by the fake")
    assert send(fake, "a", parse_mode="BBCode") == "Bad Request: unsupported parse_mode"


def test_a_text_may_have_4096_units_of_utf16_after_its_tags(fake: FakeTelegram, chat: Chat) -> None:
    assert send(fake, "<b>" + "😀" * 2048 + "</b>", parse_mode="HTML") == "ok"
    assert send(fake, "&amp;" * 4096, parse_mode="HTML") == "ok"
    assert send(fake, "😀" * 2048 + "字") == "Bad Request: message is too long"
    assert send(fake, "字" * 4097) == "Bad Request: message is too long"
    assert send(fake, " " * 5000 + "字") == "ok"


@pytest.mark.parametrize("text", ["", " \n ", "<b> </b>"])
def test_an_empty_text_is_refused(fake: FakeTelegram, chat: Chat, text: str) -> None:
    assert send(fake, text, parse_mode="HTML") == "Bad Request: message text is empty"


def test_a_caption_may_have_1024_units(fake: FakeTelegram, chat: Chat) -> None:
    described = refusal(fake, "sendPhoto", chat_id=7001, photo="x", caption="😀" * 513)
    assert described == "Bad Request: message caption is too long"


def test_given_entities_must_lie_in_the_text(fake: FakeTelegram, chat: Chat) -> None:
    assert send(fake, "能报", entities=[{"type": "bold", "offset": 0, "length": 2}]) == "ok"
    outside = [{"type": "bold", "offset": 1, "length": 2}]
    assert send(fake, "能报", entities=outside).startswith("Bad Request: can't parse entities")


def test_commands_links_and_mentions_are_found(fake: FakeTelegram, chat: Chat) -> None:
    said = chat.says("😀 /calc@baoduoshao_bot 看 https://example.org/a，@wang_bot 1/2")
    assert [(e["type"], e["offset"], e["length"]) for e in said.entities] == [
        ("bot_command", 3, 20),
        ("url", 26, 21),
        ("mention", 48, 9),
    ]


def buttons(*given: dict[str, Any]) -> dict[str, Any]:
    return {"reply_markup": {"inline_keyboard": [[button] for button in given]}}


@pytest.mark.parametrize(
    ("button", "refused"),
    [
        ({"text": "好", "callback_data": "字" * 22}, "BUTTON_DATA_INVALID"),
        (
            {"text": "好", "callback_data": ""},
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        ),
        (
            {"text": "好"},
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        ),
        ({"text": " ", "callback_data": "a"}, "inline keyboard button text must be non-empty"),
        ({"text": "好", "url": "ftp://x"}, "inline keyboard button URL 'ftp://x' is invalid: Wrong HTTP URL"),
    ],
)
def test_bad_buttons_are_refused(
    fake: FakeTelegram, chat: Chat, button: dict[str, Any], refused: str
) -> None:
    assert send(fake, "选", **buttons(button)) == f"Bad Request: {refused}"


def test_a_button_may_carry_64_bytes_and_a_keyboard_100_buttons(fake: FakeTelegram, chat: Chat) -> None:
    full = {"text": "好", "callback_data": "字" * 21 + "a"}
    assert send(fake, "选", **buttons(*[full] * 100)) == "ok"
    assert send(fake, "选", **buttons(*[full] * 101)) == "Bad Request: reply markup is too long"


def test_an_edit_takes_only_an_inline_keyboard(fake: FakeTelegram, chat: Chat) -> None:
    assert send(fake, "选") == "ok"
    described = refusal(
        fake,
        "editMessageText",
        chat_id=7001,
        message_id=chat.messages[0].id,
        text="改",
        reply_markup={"keyboard": [[{"text": "甲"}]]},
    )
    assert fake.take_violations()
    assert "reply_markup" in described


@pytest.mark.parametrize(
    ("method", "fields", "named"),
    [
        ("sendMessage", {"chat_id": 7001, "text": "好", "colour": "red"}, "unknown field 'colour'"),
        ("sendMessage", {"chat_id": 7001}, "text: Field required"),
        ("sendMessage", {"text": "好"}, "chat_id: Field required"),
        ("sendMessage", {"chat_id": 7001, "text": 5}, "text: Input should be a valid string"),
        ("sendMessage", {"chat_id": 7001.5, "text": "好"}, "chat_id"),
        ("sendMessage", {"chat_id": 7001, "text": "好", "protect_content": "maybe"}, "protect_content"),
        ("sendMessage", {"chat_id": 7001, "text": "好", "reply_markup": "{"}, "reply_markup"),
        (
            "sendMessage",
            {"chat_id": 7001, "text": "好", **buttons({"text": "好", "callback_data": "a", "data": "b"})},
            "unknown field 'reply_markup.inline_keyboard.0.0.data'",
        ),
        ("getUpdates", {"timeout": 1.5}, "timeout: Input should be a valid integer"),
        ("getUpdates", {"allowed_updates": "message"}, "allowed_updates"),
        ("sendPhoto", {"chat_id": 7001, "photo": "attach://x"}, "no file came for attach://x"),
        (
            "answerInlineQuery",
            {"inline_query_id": "1", "results": [{"type": "article", "id": "a"}]},
            "results",
        ),
        ("editMessageMedia", {"chat_id": 1, "message_id": 1, "media": {"type": "gif"}}, "media"),
    ],
)
def test_fields_the_bot_api_does_not_know_are_violations(
    fake: FakeTelegram, chat: Chat, method: str, fields: dict[str, Any], named: str
) -> None:
    described = refusal(fake, method, **fields)
    violations = fake.take_violations()
    assert any(named in violation for violation in violations), violations
    assert all(violation.startswith(f"{method}: ") for violation in violations)
    assert described.endswith("(refused by the fake)")
    assert chat.messages == []


def test_a_left_over_violation_fails_the_test_that_made_it() -> None:
    with pytest.raises(AssertionError, match="unknown field 'colour'"), FakeTelegram() as fake:
        call(fake, "getMe", colour="red")


@pytest.mark.parametrize("method", ["sendMesage", "sendDice", "setMyName"])
def test_a_method_it_does_not_serve_is_not_found(fake: FakeTelegram, method: str) -> None:
    assert refusal(fake, method) == "Not Found: method not found"
    assert fake.take_violations()


def test_other_paths_and_tokens_are_refused(fake: FakeTelegram) -> None:
    assert http.get(f"{fake.url}/").status_code == 404
    for token in ("1:x", "nonsense"):
        answer = http.get(f"{fake.url}/bot{token}/getMe")
        assert (answer.status_code, answer.json()["error_code"]) == (401, 401)


def test_fields_come_as_query_form_multipart_or_json(fake: FakeTelegram, chat: Chat) -> None:
    url = f"{fake.url}/bot{fake.token}/sendMessage"
    markup = json.dumps(buttons({"text": "好", "callback_data": "a"})["reply_markup"])
    fields = {"chat_id": "7001", "text": "字 & 1=2", "disable_notification": "true", "reply_markup": markup}
    assert http.get(url, params=fields).json()["ok"]
    assert http.post(url, data=fields).json()["ok"]
    assert http.post(url, files={name: (None, value) for name, value in fields.items()}).json()["ok"]
    assert http.post(url, json=fields | {"chat_id": 7001, "disable_notification": True}).json()["ok"]
    assert [(m.text, m.labels) for m in chat.messages] == [("字 & 1=2", ("好",))] * 4
    assert [r.fields["chat_id"] for r in fake.calls("sendmessage")] == [7001] * 4


def test_a_field_given_twice_and_a_file_nobody_uses_are_violations(fake: FakeTelegram, chat: Chat) -> None:
    url = f"{fake.url}/bot{fake.token}/sendMessage"
    http.post(f"{url}?text=a", data={"chat_id": "7001", "text": "b"})
    http.post(url, data={"chat_id": "7001", "text": "b"}, files={"photo": b"x"})
    assert fake.take_violations() == [
        "sendMessage: field 'text' came twice",
        "sendMessage: file 'photo' is used by no field",
    ]


@pytest.mark.parametrize("body", [b"[1]", b"{", b"\xff"])
def test_a_body_that_cannot_be_read_is_refused(fake: FakeTelegram, body: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    answer = http.post(f"{fake.url}/bot{fake.token}/getMe", content=body, headers=headers)
    assert answer.status_code == 400


def test_a_client_that_dies_in_its_request_leaves_no_trace(
    fake: FakeTelegram, chat: Chat, caplog: pytest.LogCaptureFixture
) -> None:
    host, port = fake.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as line:
        head = f"POST /bot{fake.token}/sendMessage HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n\r\n"
        line.sendall(head.encode() + b'{"chat_id"')
    # The broken line is noticed in its own time, so the next request may overtake it.
    for _ in range(20):
        assert send(fake, "好") == "ok"
    assert len(fake.requests) == 20
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []


def test_a_body_over_50_megabytes_is_too_large(fake: FakeTelegram, chat: Chat) -> None:
    url = f"{fake.url}/bot{fake.token}/sendPhoto"
    answer = http.post(url, data={"chat_id": "7001"}, files={"photo": bytes(51 << 20)}, timeout=60)
    assert (answer.status_code, answer.json()["description"]) == (413, "Request Entity Too Large")
