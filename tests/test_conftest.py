import asyncio
import socket
from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

ELSEWHERE = ("192.0.2.1", 9)  # an address set apart for examples


def test_a_connection_within_this_machine_works() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname()) as client,
    ):
        assert client.getpeername() == server.getsockname()
    assert socket.getaddrinfo("localhost", 80)
    assert socket.getaddrinfo(None, 80, flags=socket.AI_PASSIVE)


@pytest.mark.parametrize(
    "address",
    [ELSEWHERE, ("10.0.0.1", 80), ("0.0.0.0", 80), ("example.com", 80), ("127.0.0.1.example.com", 80)],
)
def test_a_connection_to_another_machine_is_refused(address: tuple[str, int], no_network: list[str]) -> None:
    with socket.socket() as client:
        client.settimeout(0.1)
        with pytest.raises(OSError, match="may only reach this machine"):
            client.connect(address)
        with pytest.raises(OSError, match="may only reach this machine"):
            client.connect_ex(address)
    with socket.socket(type=socket.SOCK_DGRAM) as client:
        with pytest.raises(OSError, match="may only reach this machine"):
            client.sendto(b"x", address)
        with pytest.raises(OSError, match="may only reach this machine"):
            client.sendto(b"x", 0, address)
        with pytest.raises(OSError, match="may only reach this machine"):
            client.sendmsg([b"x"], [], 0, address)
    assert len(no_network) == 5
    no_network.clear()


def test_a_name_of_another_machine_is_not_looked_up(no_network: list[str]) -> None:
    for look_up in (socket.gethostbyname, socket.gethostbyname_ex, socket.gethostbyaddr):
        with pytest.raises(OSError, match="may only reach this machine"):
            look_up("example.com")
    with pytest.raises(OSError, match="may only reach this machine"):
        socket.getaddrinfo("example.com", 80)
    assert len(no_network) == 4
    no_network.clear()


def test_asyncio_is_held_back_too(no_network: list[str]) -> None:
    async def reach(host: str) -> None:
        await asyncio.open_connection(host, 80)

    for host in ("192.0.2.1", "2001:db8::1", "example.com"):
        with pytest.raises(OSError, match="may only reach this machine"):
            asyncio.run(reach(host))
    assert len(no_network) == 3
    no_network.clear()


def test_a_test_that_tried_fails_even_where_the_error_was_caught_unless_marked(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    tests = Path(__file__).resolve().parent
    monkeypatch.setenv("PYTHONPATH", str(tests))  # where its conftest finds the fixtures
    pytester.makeconftest((tests / "conftest.py").read_text(encoding="utf-8"))
    pytester.makeini("[pytest]\nmarkers = network: may reach other machines")
    pytester.makepyfile(
        """
        import contextlib, socket, pytest

        def reach(host):
            with socket.socket() as client, contextlib.suppress(OSError):
                client.settimeout(0)
                client.connect((host, 9))

        def test_caught():
            reach("192.0.2.1")

        def test_this_machine():
            reach("127.0.0.1")

        @pytest.mark.network
        def test_marked():
            assert socket.getaddrinfo.__module__ == "socket"
            assert "connect" not in vars(socket.socket)
        """
    )
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider")
    result.assert_outcomes(passed=3, errors=1)
    result.stdout.fnmatch_lines(["*this test tried to reach another machine: connect ('192.0.2.1', 9)*"])
