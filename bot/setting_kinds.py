"""What the text of a setting may be. Each reader raises ValueError with what the text is not.

It stands in a message after the text, or after 'the value' where the text is private.
"""

import ipaddress
import os
import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from pathlib import Path
from urllib.parse import unquote

_SQLITE = "sqlite://"
# Strict, so that a password with an unescaped character is refused rather than shown in part.
_POSTGRESQL = re.compile(
    r"""postgres(?:ql)?://
        (?:(?P<user>[^:@/?\#\[\]]+)(?P<password>:[^@/?\#\[\]]*)?@)?
        (?P<host>\[[0-9A-Fa-f:.]+\]|[^:@/?\#\[\]]*)
        (?::(?P<port>[^@/?\#\[\]]*))?
        (?P<database>/[^@/?\#\[\]]*)?
        (?:\?(?P<options>[^@?\#]*))?""",
    re.VERBOSE,
)
_BOT_TOKEN = re.compile(r"[0-9]{3,20}:[A-Za-z0-9_-]{20,100}")
_WEB_ADDRESS = re.compile(
    r"https?://(?:[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*|\[[0-9A-Fa-f:.]+\])(?::(?P<port>[0-9]{1,5}))?(?P<path>/.*)?"
)
_WEBHOOK_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
_LEAST_SECRET = 16
_WEBHOOK_PORTS = ("443", "80", "88", "8443")
_HOST_NAME = re.compile(r"(?=.{1,253}\Z)(?:[A-Za-z0-9_-]{1,63}\.)*[A-Za-z0-9_-]{1,63}")


def day(text: str) -> date:
    """Read a day written as year-month-day."""
    text = text.strip()
    # date.fromisoformat alone would also take 20240501 and 2024-W18-3.
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        raise ValueError("is not written as a day")
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError("is not a day of the calendar") from None


def folder(text: str) -> Path:
    """Read the path of a folder that is there and can be read; relative ones are made absolute."""
    try:
        path = Path(text).expanduser().absolute()
        if not path.exists():
            raise ValueError("does not exist")
        if not path.is_dir():
            raise ValueError("is not a folder")
    except (OSError, RuntimeError):  # a name too long, a closed parent folder, the home of an unknown user
        raise ValueError("cannot be reached") from None
    if not os.access(path, os.R_OK | os.X_OK):
        raise ValueError("cannot be read by this user")
    return path


def whole(low: int, high: int) -> Callable[[str], int]:
    """Return a reader of a whole number from `low` to `high`, both included."""

    def read(text: str) -> int:
        text = text.strip()
        if not re.fullmatch(r"[0-9]+", text):
            raise ValueError("is not a whole number")
        # int() refuses very long numbers, in words of its own.
        if len(text) > 18 or not low <= int(text) <= high:
            raise ValueError(f"is not between {low} and {high}")
        return int(text)

    return read


def one_of(names: Iterable[str]) -> Callable[[str], str]:
    """Return a reader of one of a few names, in capital or small letters."""
    known = tuple(names)

    def read(text: str) -> str:
        name = text.strip().lower()
        if name not in known:
            raise ValueError("is not one of its values")
        return name

    return read


def host(text: str) -> str:
    """Read an IP address or a host name to listen on, without a port."""
    text = text.strip()
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        # What ends in digits alone was meant as an address.
        if _HOST_NAME.fullmatch(text) and not text.rpartition(".")[2].isdigit():
            return text
    raise ValueError("is not an address or a host name")


def bot_token(text: str) -> str:
    """Read the token of a bot, as BotFather writes it."""
    text = text.strip()
    if not _BOT_TOKEN.fullmatch(text):
        raise ValueError("is not a bot's token, which is digits, a colon and some 35 letters and digits")
    return text


def web_address(text: str) -> str:
    """Read the address of a server: http or https, a host, perhaps a port; no path, query or password."""
    text = text.strip()
    found = _WEB_ADDRESS.fullmatch(text)
    if found is None:
        raise ValueError("is not the address of a server")
    if found["port"] is not None and not 1 <= int(found["port"]) <= 65535:
        raise ValueError("has a port that is not a number from 1 to 65535")
    if (found["path"] or "/") != "/":
        raise ValueError("has a path after the host")
    return text.removesuffix("/")


def origins(text: str) -> tuple[str, ...]:
    """Read the addresses of sites, apart by blanks or commas."""
    found: list[str] = []
    for each in text.replace(",", " ").split():
        try:
            found.append(web_address(each).lower())
        except ValueError as error:
            raise ValueError(f"names {each[:60]!r}, which {error}") from None
    return tuple(dict.fromkeys(found))


def proxies(text: str) -> str:
    """Read addresses or networks of proxies, apart by commas; * stands for all."""
    each = [part.strip() for part in text.split(",")]
    if each == ["*"]:
        return "*"
    for part in each:
        try:
            ipaddress.ip_network(part, strict=False)
        except ValueError:
            raise ValueError(f"names {part[:60]!r}, which is no address of a machine or network") from None
    return ",".join(each)


def listed(found: Sequence[str]) -> str:
    """Return several values as they are written in a variable."""
    return " ".join(found)


def public_address(address: str) -> str:
    """Return the address of a server as it is, where Telegram itself posts to such: https, at some ports."""
    scheme, _, rest = address.partition("://")
    if scheme != "https":
        raise ValueError("does not begin with https://, and Telegram posts to nothing else")
    port = rest.rpartition("]")[2].partition(":")[2]
    if port and port not in _WEBHOOK_PORTS:
        raise ValueError(f"has a port that Telegram does not post to, which are {', '.join(_WEBHOOK_PORTS)}")
    return address


def webhook_secret(text: str) -> str:
    """Read what Telegram must send with every update: 16 to 256 letters, digits, _ and -."""
    text = text.strip()
    if not _WEBHOOK_SECRET.fullmatch(text):
        raise ValueError("is not made of up to 256 letters, digits, _ and - alone")
    if len(text) < _LEAST_SECRET:
        raise ValueError(f"is shorter than {_LEAST_SECRET} characters, and could be guessed")
    return text


def hidden(_: object) -> str:
    """Return what is shown in place of a secret."""
    return "***"


def database_url(text: str) -> str:
    """Read where the database is: `sqlite:////full/path.db`, or `postgresql://…` with a database's name.

    `postgres://` comes back as `postgresql://`.
    """
    text = text.strip()
    if not text.isprintable():
        raise ValueError("holds a line break or another character that cannot be printed")
    scheme = text.partition("://")[0] if "://" in text else ""
    if scheme == "sqlite":
        return _sqlite(text)
    if scheme in ("postgresql", "postgres"):
        return _postgresql(text)
    raise ValueError("does not begin with sqlite:// or postgresql://")


def _sqlite(url: str) -> str:
    path = url.removeprefix(_SQLITE)
    if "?" in path:
        raise ValueError("has options after the path, which SQLite is not given here")
    if path in ("", "/", "/:memory:"):
        raise ValueError("names a database in memory, which forgets all when the program ends")
    if not path.startswith("/"):
        raise ValueError("names a host, which SQLite does not have")
    if not path.startswith("//"):
        raise ValueError("names a relative path, which depends on where the program is started")
    try:
        is_folder = path.endswith("/") or Path(unquote(path[1:])).is_dir()
    except OSError:
        raise ValueError("names a path that cannot be reached") from None
    if is_folder:
        raise ValueError("names a folder rather than a file")
    return url


def _postgresql(url: str) -> str:
    parts = _POSTGRESQL.fullmatch(url)
    if parts is None:
        raise ValueError(
            "has one of @ / ? # [ ] where it cannot stand; within names and passwords it is escaped"
        )
    if parts["port"] is not None:
        port = parts["port"]
        if not re.fullmatch(r"[0-9]{1,5}", port) or not 1 <= int(port) <= 65535:
            raise ValueError("has a port that is not a number from 1 to 65535")
    if parts["database"] in (None, "/"):
        raise ValueError("names no database after the host")
    if parts["options"] and not all(re.fullmatch(r"\w+=[^=]*", o) for o in parts["options"].split("&")):
        raise ValueError("has options that are not written name=value, joined by &")
    return "postgresql://" + url.partition("://")[2]


def without_password(url: str) -> str:
    """Return the URL of a database, as `database_url` reads it, with `***` for every password in it."""
    parts = _POSTGRESQL.fullmatch(url)
    if parts is None:
        return url if url.startswith(_SQLITE) else "***"
    user = parts["user"] + (":***" if parts["password"] else "") + "@" if parts["user"] else ""
    port = f":{parts['port']}" if parts["port"] else ""
    options = [_hidden(option) for option in (parts["options"] or "").split("&") if option]
    asked = "?" + "&".join(options) if options else ""
    return f"postgresql://{user}{parts['host']}{port}{parts['database'] or ''}{asked}"


def _hidden(option: str) -> str:
    name, _, value = option.partition("=")
    return f"{name}=***" if "pass" in name.lower() else f"{name}={value}"
