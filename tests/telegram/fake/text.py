"""Text as Telegram measures, cleans and marks it up; offsets and lengths are UTF-16 code units."""

import re
from collections.abc import Iterable
from typing import Any

from .errors import bad_request
from .markup import parse_html

Entity = dict[str, Any]

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024
# The server refuses texts of more bytes than this before it parses them.
RAW_LIMIT = 1 << 15

_FOUND = (
    ("url", re.compile(r"https?://[^\s<>\"。，、；！？）】》]+", re.IGNORECASE)),
    ("email", re.compile(r"[\w.+-]+@[a-zA-Z0-9-]+(?:\.[a-zA-Z0-9-]+)*\.[a-zA-Z]{2,}", re.ASCII)),
    ("bot_command", re.compile(r"(?<![\w/<>])/[a-zA-Z0-9_]{1,64}(?:@\w{3,32})?(?![\w/])", re.ASCII)),
    ("mention", re.compile(r"(?<![\w/@.])@[a-zA-Z0-9_]{4,32}(?!\w)", re.ASCII)),
    ("hashtag", re.compile(r"(?<![\w#])#\w*[^\W\d]\w*")),
)
# As the server does: line feeds stay, other control characters become spaces.
_CONTROL = dict.fromkeys((*range(10), *range(11, 32)), " ") | {13: None}


def utf16_length(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def utf16_slice(text: str, offset: int, length: int) -> str:
    units = text.encode("utf-16-le", "surrogatepass")
    return units[2 * offset : 2 * (offset + length)].decode("utf-16-le", "surrogatepass")


def found_entities(text: str, besides: Iterable[Entity] = ()) -> list[Entity]:
    """The entities Telegram finds by itself (links, commands, mentions), clear of those in `besides`."""
    entities = [*besides]
    for kind, pattern in _FOUND:
        for match in pattern.finditer(text):
            offset = utf16_length(text[: match.start()])
            length = utf16_length(match.group())
            if all(offset + length <= e["offset"] or e["offset"] + e["length"] <= offset for e in entities):
                entities.append({"type": kind, "offset": offset, "length": length})
    return sorted(entities, key=lambda e: (e["offset"], -e["length"]))


def _trimmed(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    kept = text.strip()
    cut = utf16_length(text[: len(text) - len(text.lstrip())])
    end = utf16_length(kept)
    moved: list[Entity] = []
    for entity in entities:
        first = max(0, entity["offset"] - cut)
        last = min(end, entity["offset"] + entity["length"] - cut)
        if last > first:
            moved.append({**entity, "offset": first, "length": last - first})
    return kept, moved


def _given(text: str, entities: list[Entity]) -> list[Entity]:
    for entity in entities:
        if entity["offset"] < 0 or entity["offset"] + entity["length"] > utf16_length(text):
            place = entity["offset"]
            raise bad_request(
                f"can't parse entities: entity begins or ends outside of the text at UTF-16 offset {place}"
            )
    return [dict(entity) for entity in entities]


def formatted(
    text: str, parse_mode: str | None, entities: list[Entity] | None, *, limit: int, what: str
) -> tuple[str, list[Entity]]:
    """Text and entities as people see them.

    `what` is the name in the refusals, such as 'message' or 'message caption'; `limit` counts UTF-16 units
    after the entities are parsed. An empty result is returned, not refused: a caption may be empty.
    """
    if len(text.encode("utf-8", "surrogatepass")) > RAW_LIMIT:
        raise bad_request(f"{what} is too long")
    text = text.translate(_CONTROL)
    mode = (parse_mode or "").lower()
    if mode == "html":
        text, marked = parse_html(text)
    elif mode in ("", "none"):
        marked = _given(text, entities or [])
    elif mode in ("markdown", "markdownv2"):
        raise bad_request(f"parse_mode {parse_mode} is not supported by the fake")
    else:
        raise bad_request("unsupported parse_mode")
    text, marked = _trimmed(text, marked)
    if utf16_length(text) > limit:
        raise bad_request(f"{what} is too long")
    return text, found_entities(text, marked)
