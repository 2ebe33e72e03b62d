"""What is set of the page: where it is, who may show it in a frame, and which proxies are believed."""

from pathlib import Path

import pytest
from support.settings import message_of_settings, nothing_set

from bot.settings import Settings, variables

__all__ = ["nothing_set"]

PUBLIC, EMBED, PROXIES = "BAODUOSHAO_PUBLIC_URL", "BAODUOSHAO_EMBED_ORIGINS", "BAODUOSHAO_PROXIES"
MENDS = {
    PUBLIC: "Write http:// or https:// and a host, such as https://bot.example.org, or unset it.",
    EMBED: "Write one or several such as https://ybj.example.org, apart by blanks, or unset it.",
    PROXIES: (
        "Write addresses or networks apart by commas, * where nobody else reaches the port, or unset it "
        "for 127.0.0.1."
    ),
}


def put(variable: str, text: str, folder: Path | None, monkeypatch: pytest.MonkeyPatch) -> str:
    """Set a variable, or with a folder a file that it names; return how a message calls the text."""
    if folder is None:
        monkeypatch.setenv(variable, text)
        return f"{variable}: {text!r}"
    path = folder / variable
    path.write_text(text, encoding="utf-8")
    monkeypatch.setenv(f"{variable}_FILE", str(path))
    return f"{variable}_FILE: the text in '{path}'"


def test_with_nothing_set_the_page_is_where_it_is_asked_and_stands_in_no_frame() -> None:
    settings = Settings()
    assert (settings.public_url, settings.embed_origins, settings.proxies) == (None, (), "127.0.0.1")


@pytest.mark.parametrize("through_file", [False, True])
def test_all_three_are_read(through_file: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path if through_file else None
    put(PUBLIC, " https://bot.example.org/\n", folder, monkeypatch)
    put(
        EMBED,
        "https://ybj.example.org,\n https://HY.example.org:8443/\thttps://ybj.example.org",
        folder,
        monkeypatch,
    )
    put(PROXIES, " 10.0.0.0/8, ::1 ,192.168.1.7\n", folder, monkeypatch)
    settings = Settings()
    assert settings.public_url == "https://bot.example.org"
    assert settings.embed_origins == ("https://ybj.example.org", "https://hy.example.org:8443")
    assert settings.proxies == "10.0.0.0/8,::1,192.168.1.7"


@pytest.mark.parametrize(
    ("variable", "text", "wrong"),
    [
        (PUBLIC, "bot.example.org", "is not the address of a server"),
        (PUBLIC, "ftp://bot.example.org", "is not the address of a server"),
        (PUBLIC, "https://", "is not the address of a server"),
        (PUBLIC, "https://a b", "is not the address of a server"),
        (PUBLIC, "https://ann:pw@bot.example.org", "is not the address of a server"),
        (PUBLIC, "https://bot.example.org?x=1", "is not the address of a server"),
        (PUBLIC, "https://机器人.中国", "is not the address of a server"),
        (PUBLIC, "https://bot.example.org:0", "has a port that is not a number from 1 to 65535"),
        (PUBLIC, "https://bot.example.org:65536", "has a port that is not a number from 1 to 65535"),
        (PUBLIC, "https://bot.example.org/chat", "has a path after the host"),
        (EMBED, "*", "names '*', which is not the address of a server"),
        (
            EMBED,
            "https://*.example.org",
            "names 'https://*.example.org', which is not the address of a server",
        ),
        (EMBED, "'self'", "names \"'self'\", which is not the address of a server"),
        (EMBED, "https:", "names 'https:', which is not the address of a server"),
        (
            EMBED,
            "https://ybj.example.org; script-src *",
            "names 'https://ybj.example.org;', which is not the address of a server",
        ),
        (
            EMBED,
            "https://ybj.example.org hy.example.org",
            "names 'hy.example.org', which is not the address of a server",
        ),
        (
            EMBED,
            "https://ybj.example.org/page",
            "names 'https://ybj.example.org/page', which has a path after the host",
        ),
        (
            EMBED,
            "https://ybj.example.org:99999",
            "names 'https://ybj.example.org:99999', which has a port that is not a number from 1 to 65535",
        ),
        (EMBED, f"https://{'a' * 70}!", f"names 'https://{'a' * 52}', which is not the address of a server"),
        (
            PROXIES,
            "proxy.example.org",
            "names 'proxy.example.org', which is no address of a machine or network",
        ),
        (
            PROXIES,
            "127.0.0.1 10.0.0.1",
            "names '127.0.0.1 10.0.0.1', which is no address of a machine or network",
        ),
        (PROXIES, "127.0.0.1,", "names '', which is no address of a machine or network"),
        (PROXIES, "*,127.0.0.1", "names '*', which is no address of a machine or network"),
        (PROXIES, "10.0.0.0/33", "names '10.0.0.0/33', which is no address of a machine or network"),
        (PROXIES, "10.0.0.256", "names '10.0.0.256', which is no address of a machine or network"),
        (PROXIES, "127.0.0.1:80", "names '127.0.0.1:80', which is no address of a machine or network"),
    ],
)
@pytest.mark.parametrize("through_file", [False, True])
def test_what_is_wrong_is_told_with_its_mend(
    variable: str, text: str, wrong: str, through_file: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    called = put(variable, text, tmp_path if through_file else None, monkeypatch)
    assert message_of_settings() == f"{called} {wrong}. {MENDS[variable]}"


@pytest.mark.parametrize(
    ("variable", "text", "value"),
    [
        (PUBLIC, "http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        (PUBLIC, "http://[::1]:8000", "http://[::1]:8000"),
        (EMBED, "http://localhost:5500", ("http://localhost:5500",)),
        (EMBED, ",, ,", ()),
        (PROXIES, "*", "*"),
        (PROXIES, " * ", "*"),
        (PROXIES, "10.1.2.3/8", "10.1.2.3/8"),
    ],
)
def test_what_is_right_is_taken(
    variable: str, text: str, value: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, text)
    [name] = [name for name, each in variables().items() if each.name == variable]
    assert getattr(Settings(), name) == value


@pytest.mark.parametrize("variable", [PUBLIC, EMBED, PROXIES])
def test_an_empty_one_counts_as_not_set(variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(variable, "")
    assert Settings() == Settings()
    assert Settings().proxies == "127.0.0.1"


def test_an_operator_sees_them_as_they_are_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(EMBED, "https://a.example.org,https://b.example.org")
    shown = variables()["embed_origins"].shown
    assert shown(Settings().embed_origins) == "https://a.example.org https://b.example.org"
