"""What holds for every test: none of them talks to another machine, and programs start quickly."""

import ipaddress
import os
import socket
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from support.fixtures import postgres, postgres_dsn

__all__ = ["no_network", "postgres", "postgres_dsn"]

# Where each method of a socket takes the address.
METHODS = {
    "connect": slice(0, 1),
    "connect_ex": slice(0, 1),
    "sendto": slice(-1, None),
    "sendmsg": slice(3, 4),
}
LOOKUPS = ("getaddrinfo", "gethostbyname", "gethostbyname_ex", "gethostbyaddr")


class NetworkRefusedError(OSError):
    """A test tried to reach another machine; an OSError, so the code under test takes it for a dead line."""


def _is_here(host: object) -> bool:
    text = host.decode("ascii", "replace") if isinstance(host, bytes | bytearray) else str(host)
    if text == "localhost":
        return True
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return (mapped or address).is_loopback


def _refuse(refused: list[str], what: str, target: object) -> None:
    refused.append(f"{what} {target!r}")
    raise NetworkRefusedError(
        f"{what} {target!r}: a test may only reach this machine, unless marked `network`"
    )


def _guarded_method(name: str, refused: list[str]) -> Callable[..., Any]:
    original: Callable[..., Any] = getattr(socket.socket, name)

    def guarded(self: socket.socket, *arguments: Any) -> Any:
        for address in arguments[METHODS[name]]:
            internet = self.family in (socket.AF_INET, socket.AF_INET6)
            if internet and isinstance(address, tuple) and not _is_here(address[0]):
                _refuse(refused, name, address)
        return original(self, *arguments)

    return guarded


def _guarded_lookup(name: str, refused: list[str]) -> Callable[..., Any]:
    original: Callable[..., Any] = getattr(socket, name)

    def guarded(host: Any, *arguments: Any, **named: Any) -> Any:
        if host not in (None, "", b"") and not _is_here(host):
            _refuse(refused, name, host)
        return original(host, *arguments, **named)

    return guarded


def pytest_configure(config: pytest.Config) -> None:
    """Let the programs that tests start keep what they compile; each would do all of it anew.

    Where nothing may be written beside the sources, it is kept with what pytest keeps.
    """
    if os.environ.pop("PYTHONDONTWRITEBYTECODE", None):
        os.environ["PYTHONPYCACHEPREFIX"] = str(config.rootpath / ".pytest_cache" / "compiled")


@pytest.fixture(autouse=True)
def no_network(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Refuse every connection and name look-up that would leave this machine, then fail the test that tried.

    A test marked `network` may do so. Programs that a test starts are not held back by this.
    """
    refused: list[str] = []
    if not request.node.get_closest_marker("network"):
        for name in METHODS:
            monkeypatch.setattr(socket.socket, name, _guarded_method(name, refused))
        for name in LOOKUPS:
            monkeypatch.setattr(socket, name, _guarded_lookup(name, refused))
    yield refused
    # The code under test may have caught the error and gone on.
    if refused:
        pytest.fail(f"this test tried to reach another machine: {'; '.join(refused)}", pytrace=False)
