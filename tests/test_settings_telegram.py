"""What is set of Telegram: read, checked, fitting together, and told to nobody."""

from pathlib import Path

import pytest
from support.settings import message_of_settings, nothing_set

from bot.settings import Settings, SettingsError, source_of, variables

__all__ = ["nothing_set"]

TOKEN = "6201234567:AAhush-0123456789abcdefghijklmnopqr"
SECRET = "hush-0123456789abcdef"
MENDS = {
    "TELEGRAM_TOKEN": "Copy it whole from BotFather's message, or unset it to do without Telegram.",
    "TELEGRAM_API_URL": (
        "Write http:// or https://, a host and perhaps a port, or unset it for Telegram's own."
    ),
    "TELEGRAM_WEBHOOK_URL": (
        "Write https:// and a host without a path, such as https://bot.example.org, or unset it."
    ),
    "TELEGRAM_WEBHOOK_SECRET": "Make one with `openssl rand -hex 32`.",
}


def put(variable: str, text: str, folder: Path | None, monkeypatch: pytest.MonkeyPatch) -> str:
    """Set a variable, or with a folder a file that it names; return how a message calls the text."""
    if folder is None:
        monkeypatch.setenv(variable, text)
        return f"{variable}: the value"
    path = folder / variable
    path.write_text(text, encoding="utf-8")
    monkeypatch.setenv(f"{variable}_FILE", str(path))
    return f"{variable}_FILE: the text in '{path}'"


def test_with_nothing_set_there_is_no_bot_and_the_api_is_telegrams_own() -> None:
    settings = Settings()
    assert settings.telegram_token is None
    assert settings.telegram_api_url == "https://api.telegram.org"
    assert settings.telegram_webhook_url is None
    assert settings.telegram_webhook_secret is None


@pytest.mark.parametrize("through_file", [False, True])
def test_all_of_a_webhook_is_read(
    through_file: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path if through_file else None
    put("TELEGRAM_TOKEN", f" {TOKEN}\n", folder, monkeypatch)
    put("TELEGRAM_API_URL", " http://127.0.0.1:9011/\n", folder, monkeypatch)
    put("TELEGRAM_WEBHOOK_URL", " https://bot.example.org/\n", folder, monkeypatch)
    put("TELEGRAM_WEBHOOK_SECRET", f" {SECRET}\n", folder, monkeypatch)
    settings = Settings()
    assert settings.telegram_token == TOKEN
    assert settings.telegram_api_url == "http://127.0.0.1:9011"
    assert settings.telegram_webhook_url == "https://bot.example.org"
    assert settings.telegram_webhook_secret == SECRET


NO_TOKEN = "is not a bot's token, which is digits, a colon and some 35 letters and digits"
NO_ADDRESS = "is not the address of a server"
BAD_PORT = "has a port that is not a number from 1 to 65535"
HAS_PATH = "has a path after the host"
BAD_SECRET = "is not made of up to 256 letters, digits, _ and - alone"
SHORT_SECRET = "is shorter than 16 characters, and could be guessed"


@pytest.mark.parametrize("through_file", [False, True])
@pytest.mark.parametrize(
    ("variable", "text", "wrong"),
    [
        ("TELEGRAM_TOKEN", "hush", NO_TOKEN),
        ("TELEGRAM_TOKEN", f"bot{TOKEN}", NO_TOKEN),
        ("TELEGRAM_TOKEN", TOKEN.partition(":")[2], NO_TOKEN),
        ("TELEGRAM_TOKEN", "6201234567:hush", NO_TOKEN),
        ("TELEGRAM_TOKEN", f"{TOKEN} {TOKEN}", NO_TOKEN),
        ("TELEGRAM_TOKEN", f"{TOKEN}/getMe", NO_TOKEN),
        ("TELEGRAM_TOKEN", f"{TOKEN}，hush", NO_TOKEN),
        ("TELEGRAM_TOKEN", "６201234567:hush-0123456789abcdefghijklmnop", NO_TOKEN),
        ("TELEGRAM_TOKEN", f"1:{'hush' * 10}", NO_TOKEN),
        ("TELEGRAM_TOKEN", f"6201234567:{'hush' * 5000}", NO_TOKEN),
        ("TELEGRAM_API_URL", "hush", NO_ADDRESS),
        ("TELEGRAM_API_URL", "ftp://hush", NO_ADDRESS),
        ("TELEGRAM_API_URL", "http://", NO_ADDRESS),
        ("TELEGRAM_API_URL", "https://ann:hush@api.example.org", NO_ADDRESS),
        ("TELEGRAM_API_URL", "https://api.example.org?key=hush", NO_ADDRESS),
        ("TELEGRAM_API_URL", "https://api.example.org#hush", NO_ADDRESS),
        ("TELEGRAM_API_URL", "https://api.example.org:hush", NO_ADDRESS),
        ("TELEGRAM_API_URL", "http://a\nhush", NO_ADDRESS),
        ("TELEGRAM_API_URL", "https://api.example.org:0", BAD_PORT),
        ("TELEGRAM_API_URL", "https://api.example.org:65536", BAD_PORT),
        # As people copy it from a tutorial, with the token in it.
        ("TELEGRAM_API_URL", f"https://api.telegram.org/bot{TOKEN}", HAS_PATH),
        ("TELEGRAM_WEBHOOK_URL", "bot.example.org", NO_ADDRESS),
        ("TELEGRAM_WEBHOOK_URL", "https://机器人.中国", NO_ADDRESS),
        ("TELEGRAM_WEBHOOK_URL", "https://bot.example.org:99999", BAD_PORT),
        ("TELEGRAM_WEBHOOK_URL", "https://bot.example.org/telegram", HAS_PATH),
        ("TELEGRAM_WEBHOOK_URL", "https://bot.example.org/hush", HAS_PATH),
        ("TELEGRAM_WEBHOOK_SECRET", "hush hush hush hush", BAD_SECRET),
        ("TELEGRAM_WEBHOOK_SECRET", "hush口令hush口令hush口令", BAD_SECRET),
        ("TELEGRAM_WEBHOOK_SECRET", "hush!0123456789abcdef", BAD_SECRET),
        ("TELEGRAM_WEBHOOK_SECRET", "hush" * 64 + "x", BAD_SECRET),
        ("TELEGRAM_WEBHOOK_SECRET", "hush-0123456789", SHORT_SECRET),
    ],
)
def test_what_is_wrong_is_told_with_its_mend_and_without_its_text(
    variable: str,
    text: str,
    wrong: str,
    through_file: bool,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    called = put(variable, text, tmp_path if through_file else None, monkeypatch)
    message = message_of_settings()
    assert message == f"{called} {wrong}. {MENDS[variable]}"
    assert "hush" not in message


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:9011",
        "http://localhost",
        "http://[::1]:8081",
        "https://api.telegram.org",
        "https://my-proxy.example.org:65535",
        "http://telegram_api:1",
    ],
)
def test_any_server_of_the_api_is_taken(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_API_URL", url)
    assert Settings().telegram_api_url == url


@pytest.mark.parametrize("secret", ["x" * 16, "Az09_-" * 5, "x" * 256])
def test_a_secret_of_16_to_256_characters_is_taken(secret: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_TOKEN", TOKEN)
    monkeypatch.setenv("TELEGRAM_WEBHOOK_URL", "https://bot.example.org")
    monkeypatch.setenv("TELEGRAM_WEBHOOK_SECRET", secret)
    assert Settings().telegram_webhook_secret == secret


@pytest.mark.parametrize("with_token", [False, True])
def test_an_address_to_post_to_needs_a_secret(with_token: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if with_token:
        monkeypatch.setenv("TELEGRAM_TOKEN", TOKEN)
    monkeypatch.setenv("TELEGRAM_WEBHOOK_URL", "https://bot.example.org")
    assert message_of_settings() == (
        "TELEGRAM_WEBHOOK_SECRET: it is not set, and TELEGRAM_WEBHOOK_URL is. Set both, or neither."
    )


@pytest.mark.parametrize("with_token", [False, True])
def test_a_secret_needs_an_address_to_post_to(with_token: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if with_token:
        monkeypatch.setenv("TELEGRAM_TOKEN", TOKEN)
    monkeypatch.setenv("TELEGRAM_WEBHOOK_SECRET", SECRET)
    assert message_of_settings() == (
        "TELEGRAM_WEBHOOK_URL: it is not set, and TELEGRAM_WEBHOOK_SECRET is. Set both, or neither."
    )


def test_a_webhook_needs_a_bot(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_WEBHOOK_URL", "https://bot.example.org")
    monkeypatch.setenv("TELEGRAM_WEBHOOK_SECRET", SECRET)
    message = message_of_settings()
    assert message == (
        "TELEGRAM_TOKEN: it is not set, and the address for Telegram's updates is. "
        "Set it, or unset TELEGRAM_WEBHOOK_URL and _SECRET."
    )


def test_all_that_is_wrong_is_told_at_once_and_nothing_private_among_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TELEGRAM_TOKEN", "hush")
    monkeypatch.setenv("TELEGRAM_WEBHOOK_SECRET", "hush")
    monkeypatch.setenv("BAODUOSHAO_INBOX_MOST", "0")
    with pytest.raises(SettingsError) as caught:
        Settings()
    token, secret, most = str(caught.value).splitlines()
    assert token.startswith("TELEGRAM_TOKEN: the value ")
    assert secret.startswith("TELEGRAM_WEBHOOK_SECRET: the value ")
    assert most.startswith("BAODUOSHAO_INBOX_MOST: '0' is not between 1 and 10000000. ")
    assert "hush" not in str(caught.value)
    assert "hush" not in repr(caught.value)


@pytest.mark.parametrize("through_file", [False, True])
def test_settings_printed_whole_show_neither_token_nor_secret(
    through_file: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path if through_file else None
    put("TELEGRAM_TOKEN", TOKEN, folder, monkeypatch)
    put("TELEGRAM_WEBHOOK_URL", "https://bot.example.org", folder, monkeypatch)
    put("TELEGRAM_WEBHOOK_SECRET", SECRET, folder, monkeypatch)
    settings = Settings()
    sources = [source_of(variables()[name]) for name in ("telegram_token", "telegram_webhook_secret")]
    assert "hush" in f"{settings.telegram_token}"
    assert "hush" in f"{settings.telegram_webhook_secret}"
    assert "bot.example.org" in repr(settings)
    assert "hush" not in f"{settings!r} {settings} {sources!r}"
