"""Telegram's HTML parse mode, as strict as the server's: its tags only, all closed, offsets in bytes."""

from dataclasses import dataclass
from typing import Any, NoReturn

from .errors import bad_request

TAGS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "tg-emoji": "custom_emoji",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
}
NAMED = {b"lt": "<", b"gt": ">", b"amp": "&", b"quot": '"'}
SPACES = b" \t\r\n\0\x0b"
TOKEN = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-"
DIGITS = {10: b"0123456789", 16: b"0123456789abcdefABCDEF"}
LONGEST_REFERENCE = 10


@dataclass
class _Open:
    tag: str
    attributes: dict[str, str]
    offset: int
    begin: int


def _refuse(what: str) -> NoReturn:
    raise bad_request(f"can't parse entities: {what}")


class _Parser:
    """One pass over the bytes; a zero byte stands after the end, as in the server's own parser."""

    def __init__(self, text: str) -> None:
        self.size = len(text.encode("utf-8", "surrogatepass"))
        self.source = text.encode("utf-8", "surrogatepass") + b"\0\0"
        self.at = 0
        self.plain = bytearray()
        self.offset = 0
        self.open: list[_Open] = []
        self.entities: list[dict[str, Any]] = []

    def run(self) -> tuple[str, list[dict[str, Any]]]:
        while self.at < self.size:
            byte = self.source[self.at]
            if byte == ord("<"):
                if self.source[self.at + 1] == ord("/"):
                    self._end_tag()
                else:
                    self._start_tag()
                continue
            reference = self._reference() if byte == ord("&") else None
            if reference is not None:
                self.plain += reference.encode("utf-8", "surrogatepass")
                self.offset += 1 + (ord(reference) > 0xFFFF)
                continue
            self.plain.append(byte)
            if byte & 0xC0 != 0x80:
                self.offset += 1 + (byte >= 0xF0)
            self.at += 1
        if self.open:
            _refuse(f'Can\'t find end tag corresponding to start tag "{self.open[-1].tag}"')
        self.entities.sort(key=lambda e: (e["offset"], -e["length"]))
        return self.plain.decode("utf-8", "surrogatepass"), self.entities

    def _reference(self) -> str | None:
        """The character of the reference at this place, or None where the ampersand stands for itself."""
        end = self.at + 1
        if self.source[end] == ord("#"):
            base = 16 if self.source[end + 1 : end + 2] == b"x" else 10
            end += 2 if base == 16 else 1
            start = end
            while self.source[end] in DIGITS[base]:
                end += 1
            code = int(self.source[start:end] or b"0", base) if end - start < LONGEST_REFERENCE else 0
            if code == 0 or code >= 0x10FFFF or end - self.at >= LONGEST_REFERENCE:
                return None
            found = chr(code)
        else:
            while self.source[end : end + 1].isalpha():
                end += 1
            name = NAMED.get(self.source[self.at + 1 : end])
            if name is None:
                return None
            found = name
        self.at = end + (self.source[end] == ord(";"))
        return found

    def _skip_spaces(self) -> None:
        while self.at < self.size and self.source[self.at] in SPACES:
            self.at += 1

    def _until(self, stops: bytes) -> bytes:
        start = self.at
        while self.source[self.at] not in stops:
            self.at += 1
        return self.source[start : self.at]

    def _start_tag(self) -> None:
        begin = self.at
        self.at += 1
        tag = self._until(SPACES + b">").decode("utf-8", "replace").lower()
        if self.at >= self.size:
            _refuse(f"Unclosed start tag at byte offset {begin}")
        if tag not in TAGS:
            _refuse(f'Unsupported start tag "{tag}" at byte offset {begin}')
        attributes: dict[str, str] = {}
        while True:
            self._skip_spaces()
            if self.at >= self.size:
                _refuse(f"Unclosed start tag at byte offset {begin}")
            if self.source[self.at] == ord(">"):
                break
            name, value = self._attribute(tag, begin)
            attributes[name] = value
        self.at += 1
        if tag == "span" and attributes.get("class") != "tg-spoiler":
            _refuse(f'Tag "span" must have class "tg-spoiler" at byte offset {begin}')
        self.open.append(_Open(tag, attributes, self.offset, len(self.plain)))

    def _attribute(self, tag: str, begin: int) -> tuple[str, str]:
        name = self._until(SPACES + b"=>" if tag == "blockquote" else SPACES + b"=").decode(
            "utf-8", "replace"
        )
        if not name:
            _refuse(f'Empty attribute name in the tag "{tag}" at byte offset {begin}')
        self._skip_spaces()
        if self.source[self.at] != ord("="):
            if tag == "blockquote" and name == "expandable":
                return name, ""
            missing = "Expected equal sign in declaration of an attribute"
            _refuse(f'{missing} of the tag "{tag}" at byte offset {begin}')
        self.at += 1
        self._skip_spaces()
        if self.at >= self.size:
            _refuse(f'Unclosed start tag "{tag}" at byte offset {begin}')
        if self.source[self.at] not in b"'\"":
            return name, self._token()
        quote = self.source[self.at]
        self.at += 1
        value = bytearray()
        while self.at < self.size and self.source[self.at] != quote:
            reference = self._reference() if self.source[self.at] == ord("&") else None
            if reference is None:
                value.append(self.source[self.at])
                self.at += 1
            else:
                value += reference.encode("utf-8", "surrogatepass")
        if self.at >= self.size:
            _refuse(f"Unclosed start tag at byte offset {begin}")
        self.at += 1
        return name, value.decode("utf-8", "replace")

    def _token(self) -> str:
        start = self.at
        while self.source[self.at] in TOKEN:
            self.at += 1
        if self.source[self.at] not in SPACES + b">":
            _refuse(f"Unexpected end of name token at byte offset {start}")
        return self.source[start : self.at].decode().lower()

    def _end_tag(self) -> None:
        begin = self.at
        if not self.open:
            _refuse(f"Unexpected end tag at byte offset {begin}")
        self.at += 2
        name = self._until(SPACES + b">").decode("utf-8", "replace").lower()
        self._skip_spaces()
        if self.source[self.at] != ord(">"):
            _refuse(f"Unclosed end tag at byte offset {begin}")
        self.at += 1
        started = self.open.pop()
        if name and name != started.tag:
            _refuse(
                f'Unmatched end tag at byte offset {begin}, expected "</{started.tag}>", found "</{name}>"'
            )
        if self.offset > started.offset:
            self._mark(started)

    def _mark(self, started: _Open) -> None:
        entity: dict[str, Any] = {
            "type": TAGS[started.tag],
            "offset": started.offset,
            "length": self.offset - started.offset,
        }
        last = self.entities[-1] if self.entities else {}
        same = (last.get("offset"), last.get("length")) == (entity["offset"], entity["length"])
        if started.tag == "a":
            url = started.attributes.get("href") or self.plain[started.begin :].decode("utf-8", "replace")
            # A link the server cannot read is left out without a word.
            if "." not in url and not url.startswith("tg://"):
                return
            entity["url"] = url if "://" in url else f"http://{url}/"
        elif started.tag == "tg-emoji":
            number = started.attributes.get("emoji-id", "")
            if not number.isdigit() or int(number) == 0:
                _refuse("Invalid custom emoji identifier specified")
            entity["custom_emoji_id"] = number
        elif started.tag == "blockquote" and "expandable" in started.attributes:
            entity["type"] = "expandable_blockquote"
        elif started.tag == "code":
            language = started.attributes.get("class", "")
            if language.startswith("language-"):
                entity["_language"] = language.removeprefix("language-")
        elif started.tag == "pre" and same and last.get("type") == "code" and "_language" in last:
            self.entities[-1] = {**entity, "language": last["_language"]}
            return
        self.entities.append(entity)


def parse_html(text: str) -> tuple[str, list[dict[str, Any]]]:
    """The text without tags and its entities; raises ApiError 400 "can't parse entities: …"."""
    plain, entities = _Parser(text).run()
    return plain, [{k: v for k, v in entity.items() if k != "_language"} for entity in entities]
