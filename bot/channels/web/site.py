"""Where the page is reached, who may frame it, and the cookies by which a browser is known again."""

import re
import secrets
from dataclasses import dataclass
from hashlib import sha256
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

_TOKEN = re.compile(r"[A-Za-z0-9_-]{24}")
_TOKEN_BYTES = 18
_TALK, _SIZE = "talk", "size"
_DAY = 24 * 60 * 60
_SIZES = ("1", "2", "3")


@dataclass(frozen=True, slots=True)
class Site:
    """How the page is reached.

    `public_url` is its address without a path, where that isn't what is asked for; `embed_origins` are the
    sites that may show it in a frame; a browser is known for `days` after its last visit.
    """

    public_url: str | None = None
    embed_origins: tuple[str, ...] = ()
    days: int = 30

    def is_secure(self, request: Request) -> bool:
        """Whether the browser asks over https."""
        return (self.public_url or str(request.url)).startswith("https:")

    def is_own(self, request: Request) -> bool:
        """Whether what was posted comes from a page of ours, so that no other site can post for a person."""
        origin = request.headers.get("origin")
        if origin is None:
            # Browsers that send no origin with a form say where it stood.
            origin = request.headers.get("referer", "")
        found = urlsplit(origin) if origin.isascii() else urlsplit("")
        if (
            self.public_url is not None
            and f"{found.scheme}://{found.netloc}".lower() == self.public_url.lower()
        ):
            return True
        return bool(found.netloc) and found.netloc.lower() == request.headers.get("host", "").lower()

    def token(self, request: Request, framed: bool) -> str | None:
        """Return by what the browser is known; None where it isn't."""
        found = request.cookies.get(self._name(_TALK, request, framed), "")
        return found if _TOKEN.fullmatch(found) else None

    def size(self, request: Request, framed: bool) -> str:
        """Return the size of text that was chosen: 1, 2 or 3."""
        found = request.cookies.get(self._name(_SIZE, request, framed), "")
        return found if found in _SIZES else _SIZES[0]

    def keep_token(self, request: Request, response: Response, framed: bool, token: str) -> None:
        """Have the browser known by a token."""
        self._keep(request, response, framed, _TALK, token)

    def keep_size(self, request: Request, response: Response, framed: bool, size: str) -> None:
        """Remember a size of text; one that there isn't is the smallest."""
        self._keep(request, response, framed, _SIZE, size if size in _SIZES else _SIZES[0])

    def _keep(self, request: Request, response: Response, framed: bool, name: str, value: str) -> None:
        secure = self.is_secure(request)
        kind = "SameSite=None; Secure; Partitioned" if framed else "SameSite=Lax; Secure"
        # Over plain http a browser takes no Secure cookie, and so none that goes to a frame of another site.
        flags = kind if secure else "SameSite=Lax"
        cookie = (
            f"{self._name(name, request, framed)}={value}; Path=/; Max-Age={self.days * _DAY}; "
            f"HttpOnly; {flags}"
        )
        response.headers.append("Set-Cookie", cookie)

    def _name(self, name: str, request: Request, framed: bool) -> str:
        # The prefix has the browser see to it that no other host nor plain http has set it.
        return f"{'__Host-' if self.is_secure(request) else ''}{name}{'-frame' if framed else ''}"


def new_token() -> str:
    """Return a token that nobody can guess."""
    return secrets.token_urlsafe(_TOKEN_BYTES)


def chat_of(token: str) -> str:
    """Return what a talk is called in the database: whoever reads it there can't go on with it."""
    return sha256(token.encode("ascii")).hexdigest()[:32]
