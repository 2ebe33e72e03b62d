"""The methods that answer presses and inline queries."""

from typing import Any

from .errors import bad_request, query_too_old
from .keyboards import check_markup
from .sending import Call
from .text import TEXT_LIMIT, formatted, utf16_length
from .world import CallbackAnswer, InlineAnswer, OpenQuery

LONGEST_NOTICE = 200
MOST_RESULTS = 50
LONGEST_ID = 64


def _open_query(call: Call, name: str) -> OpenQuery:
    query = call.world.queries.get(call.fields[name])
    if query is None or query.expired or query.answer is not None:
        raise query_too_old()
    return query


def answer_callback_query(call: Call) -> bool:
    text = call.fields.get("text") or ""
    query = _open_query(call, "callback_query_id")
    if utf16_length(text) > LONGEST_NOTICE:
        raise bad_request("MESSAGE_TOO_LONG")
    query.answer = CallbackAnswer(text, bool(call.fields.get("show_alert")), call.fields.get("url") or "")
    call.world.changed.notify_all()
    return True


def _check_result(result: dict[str, Any]) -> None:
    if not 1 <= len(result["id"].encode()) <= LONGEST_ID:
        raise bad_request("RESULT_ID_INVALID")
    if result["type"] != "article":
        raise bad_request(f"inline results of type {result['type']} are not supported by the fake")
    if not result["title"].strip():
        raise bad_request("ARTICLE_TITLE_EMPTY")
    content = result["input_message_content"]
    if "message_text" not in content:
        raise bad_request("inline contents without message_text are not supported by the fake")
    text, _ = formatted(
        content["message_text"],
        content.get("parse_mode"),
        content.get("entities"),
        limit=TEXT_LIMIT,
        what="message",
    )
    if not text:
        raise bad_request("message text is empty")
    check_markup(result.get("reply_markup"), inline_only=True)


def answer_inline_query(call: Call) -> bool:
    results = call.fields["results"]
    if len(results) > MOST_RESULTS:
        raise bad_request("too many inline query results specified")
    for result in results:
        _check_result(result)
    if len({result["id"] for result in results}) < len(results):
        raise bad_request("RESULT_ID_DUPLICATE")
    next_offset = call.fields.get("next_offset") or ""
    if len(next_offset.encode()) > LONGEST_ID:
        raise bad_request("NEXT_OFFSET_INVALID")
    query = _open_query(call, "inline_query_id")
    query.answer = InlineAnswer(
        tuple(results),
        call.fields.get("cache_time", 300),
        bool(call.fields.get("is_personal")),
        next_offset,
        call.fields.get("button"),
    )
    call.world.changed.notify_all()
    return True
