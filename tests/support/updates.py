"""Updates as Telegram writes them, by hand: also such as no person of the fake would cause."""

from typing import Any

from bot.channels.telegram.reading import Reading

BOT = {"id": 6201234567, "is_bot": True, "first_name": "报多少", "username": "baoduoshao_bot"}
WANG = {"id": 7001, "is_bot": False, "first_name": "王阿姨"}
LI = {"id": 7002, "is_bot": False, "first_name": "李叔"}
PRIVATE = {"id": 7001, "type": "private", "first_name": "王阿姨"}
GROUP = {"id": -1001500000001, "type": "supergroup", "title": "家里人"}
SMALL_GROUP = {"id": -4000001, "type": "group", "title": "家里人"}
FILE = {"file_id": "a", "file_unique_id": "b"}
PHOTO = [{**FILE, "width": 90, "height": 67}]
READING = Reading("baoduoshao_bot", 6201234567)
"""Of the bot."""


def message(chat: Any = PRIVATE, by: Any = WANG, **fields: Any) -> dict[str, Any]:
    return {"message_id": 15, "from": by, "chat": chat, "date": 1_760_000_000, **fields}


def read(kind: str = "message", **fields: Any) -> Any:
    return READING.read({"update_id": 9, kind: message(**fields)})


def entity(kind: str, text: str, part: str, **more: Any) -> dict[str, Any]:
    """Return the mark on a part of a text, in UTF-16 units."""
    before = text[: text.index(part)].encode("utf-16-le")
    return {"type": kind, "offset": len(before) // 2, "length": len(part.encode("utf-16-le")) // 2, **more}


def marked(text: str, kind: str, part: str, **more: Any) -> dict[str, Any]:
    return {"text": text, "entities": [entity(kind, text, part, **more)]}


def press(data: str | None = "c:5:2", **fields: Any) -> dict[str, Any]:
    body = {
        "id": "77",
        "from": WANG,
        "chat_instance": "1",
        "message": message(by=BOT, text="几级医院"),
        **fields,
    }
    return {"update_id": 9, "callback_query": body if data is None else {**body, "data": data}}
