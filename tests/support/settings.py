"""Settings as tests read them: none set by whoever runs the tests, and what a wrong one is told as."""

import pytest

from bot.settings import Settings, SettingsError

VARIABLES = (
    "BAODUOSHAO_TODAY",
    "BAODUOSHAO_POLICIES",
    "DATABASE_URL",
    "BAODUOSHAO_HOST",
    "BAODUOSHAO_PORT",
    "BAODUOSHAO_LOGS",
    "BAODUOSHAO_LOG_LEVEL",
    "BAODUOSHAO_ON_AMBIGUOUS",
    "TELEGRAM_TOKEN",
    "TELEGRAM_API_URL",
    "TELEGRAM_WEBHOOK_URL",
    "TELEGRAM_WEBHOOK_SECRET",
    "BAODUOSHAO_PUBLIC_URL",
    "BAODUOSHAO_EMBED_ORIGINS",
    "BAODUOSHAO_PROXIES",
    "BAODUOSHAO_INBOX_MOST",
    "BAODUOSHAO_POOL_SIZE",
    "BAODUOSHAO_SESSION_DAYS",
    "BAODUOSHAO_RECORD_DAYS",
    "BAODUOSHAO_STOP_SECONDS",
)


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in VARIABLES:
        monkeypatch.delenv(variable, raising=False)
        monkeypatch.delenv(f"{variable}_FILE", raising=False)


def message_of_settings() -> str:
    """Return the one line in which what is set is refused."""
    with pytest.raises(SettingsError) as caught:
        Settings()
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
    message = str(caught.value)
    assert "\n" not in message
    return message
