"""Where the page is reached, who may frame it, and the cookies by which a browser is known again."""

import re
import secrets
from dataclasses import dataclass
from hashlib import sha256

from starlette.requests import Request
from starlette.responses import Response

_TOKEN = re.compile(r"[A-Za-z0-9_-]{24}")
_TOKEN_BYTES = 18
_ORIGIN = re.compile(
    r"(?P<scheme>https?)://(?P<host>[a-z0-9._-]+|\[[0-9a-f:.]+\])(?P<port>:[0-9]{1,5})?(?:[/?#].*)?",
    re.ASCII | re.DOTALL,
)
_USUAL_PORTS = {"http": ":80", "https": ":443"}
_TALK, _SIZE = "talk", "size"
_DAY = 24 * 60 * 60
_LONGEST_TOLD = 100
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
        # The address would be made of what the request says is our host.
        scheme: str = request.scope["scheme"]
        return (self.public_url or f"{scheme}:").lower().startswith("https:")

    def is_own(self, request: Request) -> bool:
        """Whether what was posted comes from a page of ours, so that no other site can post for a person."""
        origin = request.headers.get("origin")
        if origin is None:
            # Browsers that send no origin with a form say where it stood.
            origin = request.headers.get("referer", "")
        found = _origin(origin)
        if found is None:
            return False
        public = _origin(self.public_url or "")
        if found == public:
            return True
        scheme, host = found
        secure = request.scope["scheme"] == "https" or (public is not None and host == public[1])
        # Whoever sits between may write a page of plain http.
        return found == _origin(f"{scheme}://{request.headers.get('host', '')}") and not (
            secure and scheme == "http"
        )

    def hosts(self, request: Request) -> tuple[str, str]:
        """Return which hosts a post says that it comes from and goes to, as a log may have them."""
        headers = request.headers
        origin = headers.get("origin") or headers.get("referer", "")
        return _told(origin.partition("://")[2] or origin), _told(headers.get("host", ""))

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


def _told(host: str) -> str:
    """Return a host without path and credentials, and without what no host holds."""
    bare = re.split(r"[/?#\\]", host, maxsplit=1)[0].rpartition("@")[2]
    return re.sub(r"[^A-Za-z0-9._:\[\]-]", "?", bare[:_LONGEST_TOLD]) or "none"


def _origin(address: str) -> tuple[str, str] | None:
    """Return scheme and host of an address, with its port unless that is the usual; None where it is none."""
    found = _ORIGIN.fullmatch(address.lower())
    if found is None:
        return None
    port = found["port"] or ""
    return found["scheme"], found["host"] + ("" if port == _USUAL_PORTS[found["scheme"]] else port)
