"""What must never be read in a log: secrets, passwords in addresses, private numbers."""

import json
import math
import re
from collections.abc import Iterable, Mapping
from urllib.parse import quote, quote_plus

from bot.language import masked

HIDDEN = "***"

_LEAST_SECRET = 4  # characters; a shorter one would blot out words that have nothing to do with it
_QUOTED = re.compile(r"%[0-9A-F]{2}")
_BOT_TOKEN = re.compile(r"(?<!\d)\d{6,}(?::|%3[Aa]|%253[Aa])[A-Za-z0-9_-]{30,}")
_IN_ADDRESS = re.compile(r"(?P<before>[A-Za-z][A-Za-z0-9+.-]{0,30}://[^\s/:@?#]{0,200}:)[^\s/]{1,400}(?=@)")
_NAME = r"password|passwd|pwd|secret[-_]?token|authorization"
_NAMED = re.compile(rf"(?i)(?P<before>\b(?:{_NAME})['\"]?\s?[=:]\s?['\"]?)[^\s&;,'\"}}]{{1,400}}")
_SECRET_KEY = re.compile(rf"(?i){_NAME}|secret|token|api_?key")
_DEEPEST = 8  # levels of values in values
_LARGEST = 20_000  # characters of one text


class Redactor:
    """Replaces what is secret or private in values of any kind; safe to share between threads."""

    def __init__(self, secrets: Iterable[str]) -> None:
        """`secrets` are found as they are and as they stand in addresses; ones below 4 characters are not."""
        forms = {form for secret in secrets for form in _forms(secret.strip())}
        longest_first = sorted(forms, key=lambda form: (-len(form), form))
        self._secrets = re.compile("|".join(map(re.escape, longest_first))) if forms else None

    def text(self, text: str) -> str:
        """Return `text`, cut after 20,000 characters, without what is secret or private."""
        if self._secrets is not None:
            text = self._secrets.sub(HIDDEN, text)
        text = _BOT_TOKEN.sub(HIDDEN, text)
        text = _IN_ADDRESS.sub(rf"\g<before>{HIDDEN}", text)
        text = _NAMED.sub(rf"\g<before>{HIDDEN}", text)
        if len(text) > _LARGEST:
            # Half a number at the cut would no longer be known as one.
            text = f"{text[:_LARGEST].rstrip('0123456789 -')}… (cut)"
        return masked(text)

    def value(self, value: object, above: tuple[int, ...] = ()) -> object:
        """Return `value` as what JSON can hold, every text in it redacted; never raises.

        `above` are the ids of the values it stands in.
        """
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, str):
            return self.text(str.__str__(value))
        if isinstance(value, float):
            return float(value) if math.isfinite(value) else float.__repr__(value)
        if isinstance(value, int):
            return self._number(value)
        if isinstance(value, bytes | bytearray):
            return self.text(value.decode("utf-8", "backslashreplace"))
        if len(above) < _DEEPEST and id(value) not in above:
            try:
                return self._parts(value, (*above, id(value)))
            except Exception:  # a mapping may be anybody's code
                return _unreadable(value)
        return self.text(_shown(value))

    def _number(self, value: int) -> object:
        try:
            said = int.__repr__(value)
        except ValueError:  # more digits than Python writes
            return _unreadable(value)
        clean = self.text(said)
        return int(value) if clean == said else clean

    def _parts(self, value: object, above: tuple[int, ...]) -> object:
        if isinstance(value, Mapping):
            return {
                self.text(_shown(key)): HIDDEN
                if isinstance(each, str | bytes) and _SECRET_KEY.search(_shown(key))
                else self.value(each, above)
                for key, each in value.items()
            }
        if isinstance(value, list | tuple | set | frozenset):
            return [self.value(each, above) for each in value]
        return self.text(_shown(value))


def _forms(secret: str) -> set[str]:
    """Return how a secret may stand in a text: as it is, in addresses, in a repr, in JSON."""
    if len(secret) < _LEAST_SECRET:
        return set()
    quoted = {quote(secret), quote(secret, safe=""), quote_plus(secret)}
    lower = {_QUOTED.sub(lambda match: match[0].lower(), each) for each in quoted}
    return {secret, *quoted, *lower, repr(secret)[1:-1], json.dumps(secret)[1:-1]}


def _shown(value: object) -> str:
    try:
        return str.__str__(value) if isinstance(value, str) else repr(value)
    except Exception:  # a log line must not fail over what it tells of
        return _unreadable(value)


def _unreadable(value: object) -> str:
    return f"<unreadable {type(value).__name__}>"
