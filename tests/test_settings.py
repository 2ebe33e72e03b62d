import inspect
import os
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from pydantic import ValidationError
from support.settings import VARIABLES, message_of_settings, nothing_set

import bot.settings
from bot.settings import Settings, SettingsError, data_folder, variables

__all__ = ["nothing_set"]

CHECKOUT = Path(__file__).resolve().parent.parent


@pytest.mark.parametrize("name", ["policies", "intents", "templates"])
def test_a_checkout_holds_the_data_folders_beside_the_package(name: bot.settings.DataFolder) -> None:
    assert data_folder(name) == CHECKOUT / name


def test_an_installed_package_uses_its_own_data_and_not_a_neighbour_of_the_same_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "bot" / "_data" / "templates"
    own.mkdir(parents=True)
    (tmp_path / "templates").mkdir()
    monkeypatch.setattr(bot.settings, "_PACKAGE", tmp_path / "bot")
    assert data_folder("templates") == own


def test_a_missing_data_folder_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bot.settings, "_PACKAGE", tmp_path / "bot")
    assert message_of_settings() == (
        "policies: this folder is missing from the installation. Install baoduoshao again."
    )


def test_with_nothing_set_the_shipped_policies_are_used_and_no_day_is_fixed() -> None:
    settings = Settings()
    assert settings.policies_folder == data_folder("policies")
    assert settings.fixed_day is None


@pytest.mark.parametrize("empty", ["", " ", "\n"])
@pytest.mark.parametrize("suffix", ["", "_FILE"])
@pytest.mark.parametrize("variable", VARIABLES)
def test_an_empty_variable_counts_as_not_set(
    variable: str, suffix: str, empty: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = Settings()
    monkeypatch.setenv(variable + suffix, empty)
    assert Settings() == usual


def test_an_empty_variable_leaves_its_file_in_force(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "day").write_text("2024-05-01\n", encoding="utf-8")
    monkeypatch.setenv("BAODUOSHAO_TODAY", "")
    monkeypatch.setenv("BAODUOSHAO_TODAY_FILE", str(tmp_path / "day"))
    assert Settings().today() == date(2024, 5, 1)


@pytest.mark.parametrize(
    ("now", "day"),
    [
        (datetime(2024, 4, 30, 15, 59, 59, tzinfo=UTC), date(2024, 4, 30)),
        (datetime(2024, 4, 30, 16, 0, 0, tzinfo=UTC), date(2024, 5, 1)),
        (datetime(2023, 12, 31, 16, 0, 0, tzinfo=UTC), date(2024, 1, 1)),
    ],
)
def test_today_turns_at_midnight_in_china(now: datetime, day: date, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bot.settings, "_now", lambda: now)
    assert Settings().today() == day


def test_today_needs_no_time_zones_of_the_operating_system() -> None:
    program = "from bot.settings import Settings; print(Settings().today())"
    environment = {**os.environ, "PYTHONTZPATH": ""}
    result = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
    )
    assert date.fromisoformat(result.stdout.strip())


def test_the_fixed_day_is_today() -> None:
    assert Settings(fixed_day=date(2022, 12, 31)).today() == date(2022, 12, 31)


@pytest.mark.parametrize("text", ["2024-02-29", " 2024-02-29\n", "2024-02-29\r\n"])
def test_the_day_is_read_from_the_variable(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BAODUOSHAO_TODAY", text)
    assert Settings().today() == date(2024, 2, 29)


@pytest.mark.parametrize("content", [b"2024-02-29", b"2024-02-29\r\n", b"\xef\xbb\xbf2024-02-29\n"])
def test_the_day_is_read_from_the_file(
    content: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "今天").write_bytes(content)
    monkeypatch.setenv("BAODUOSHAO_TODAY_FILE", str(tmp_path / "今天"))
    assert Settings().today() == date(2024, 2, 29)


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("tomorrow", "'tomorrow' is not written as a day"),
        ("20240501", "'20240501' is not written as a day"),
        ("2024-W18-3", "'2024-W18-3' is not written as a day"),
        ("2024-5-1", "'2024-5-1' is not written as a day"),
        ("1714521600", "'1714521600' is not written as a day"),
        ("2024-05-01T00:00", "'2024-05-01T00:00' is not written as a day"),
        ("２０２４-05-01", "'２０２４-05-01' is not written as a day"),
        ("2023-02-29", "'2023-02-29' is not a day of the calendar"),
        ("0000-01-01", "'0000-01-01' is not a day of the calendar"),
        ("a\nb", r"'a\nb' is not written as a day"),
        ("9" * 5000, f"'{'9' * 200}…' is not written as a day"),
    ],
)
def test_a_wrong_day_is_told_with_its_mend(text: str, wrong: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BAODUOSHAO_TODAY", text)
    assert message_of_settings() == (
        f"BAODUOSHAO_TODAY: {wrong}. "
        "Write it as year-month-day, such as 2024-05-01, or unset it to use the current day."
    )


def test_a_wrong_day_in_a_file_names_the_file_and_keeps_its_text_private(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "day").write_text("hush", encoding="utf-8")
    monkeypatch.setenv("BAODUOSHAO_TODAY_FILE", str(tmp_path / "day"))
    message = message_of_settings()
    assert message.startswith(
        f"BAODUOSHAO_TODAY_FILE: the text in '{tmp_path}/day' is not written as a day. "
    )
    assert "hush" not in message


def test_another_policies_folder_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BAODUOSHAO_POLICIES", str(tmp_path))
    assert Settings().policies_folder == tmp_path


def test_a_relative_policies_folder_is_made_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "我的 政策").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BAODUOSHAO_POLICIES", "我的 政策")
    assert Settings().policies_folder == tmp_path / "我的 政策"


def test_a_tilde_stands_for_the_home_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mine").mkdir()
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("BAODUOSHAO_POLICIES", "~/mine")
    assert Settings().policies_folder == tmp_path / "mine"


@pytest.mark.parametrize(
    ("path", "wrong"),
    [
        ("/nowhere/at/all", "does not exist"),
        (__file__, "is not a folder"),
        ("~nobody-of-this-name/x", "cannot be reached"),
        ("/" + "x" * 5000, "cannot be reached"),
    ],
)
def test_a_wrong_policies_folder_is_told_with_its_mend(
    path: str, wrong: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BAODUOSHAO_POLICIES", path)
    shown = path if len(path) <= 200 else f"{path[:200]}…"
    assert message_of_settings() == (
        f"BAODUOSHAO_POLICIES: '{shown}' {wrong}. "
        "Name a folder of policy files, or unset it to use those that come with baoduoshao."
    )


def test_a_policies_folder_closed_to_this_user_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Root may read every folder, so the answer of the operating system is played.
    monkeypatch.setattr(os, "access", lambda *_: False)
    monkeypatch.setenv("BAODUOSHAO_POLICIES", str(tmp_path))
    assert f"BAODUOSHAO_POLICIES: '{tmp_path}' cannot be read by this user. " in message_of_settings()


@pytest.mark.parametrize(
    ("content", "wrong"),
    [
        (None, "cannot be read (no such file or directory)"),
        (b"", "is empty"),
        (b" \n", "is empty"),
        (b"\xff\xfe", "is not UTF-8 text"),
        (b"x" * 70_000, "is larger than 64 KiB"),
    ],
)
@pytest.mark.parametrize("variable", VARIABLES)
def test_a_file_that_holds_no_value_is_told_with_its_mend(
    variable: str, content: bytes | None, wrong: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "value"
    if content is not None:
        path.write_bytes(content)
    monkeypatch.setenv(f"{variable}_FILE", str(path))
    assert message_of_settings() == (
        f"{variable}_FILE: the file '{path}' {wrong}. "
        "Name a small UTF-8 text file that holds the value alone, or unset the variable."
    )


@pytest.mark.parametrize(
    ("path", "wrong"),
    [("/", "cannot be read (is a directory)"), ("~nobody-of-this-name/x", "cannot be found")],
)
def test_a_file_variable_that_names_no_file_is_told(
    path: str, wrong: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BAODUOSHAO_TODAY_FILE", path)
    assert message_of_settings().startswith(f"BAODUOSHAO_TODAY_FILE: the file '{path}' {wrong}. ")


def test_a_value_given_twice_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "day").write_text("2024-05-01", encoding="utf-8")
    monkeypatch.setenv("BAODUOSHAO_TODAY", "2024-05-01")
    monkeypatch.setenv("BAODUOSHAO_TODAY_FILE", str(tmp_path / "day"))
    assert message_of_settings() == (
        "BAODUOSHAO_TODAY: BAODUOSHAO_TODAY_FILE is set too. Set one of the two and unset the other."
    )


def test_names_of_fields_are_no_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FIXED_DAY", "2020-01-01")
    monkeypatch.setenv("POLICIES_FOLDER", "/nowhere")
    monkeypatch.setenv("HOST", "0.0.0.0")
    monkeypatch.setenv("PORT", "80")
    assert Settings() == Settings(
        fixed_day=None, policies_folder=data_folder("policies"), host="127.0.0.1", port=8000
    )


def test_settings_do_not_change_after_they_are_read() -> None:
    settings = Settings()
    with pytest.raises(ValidationError, match="frozen"):
        settings.fixed_day = date(2024, 5, 1)  # type: ignore[misc]


def test_a_settings_error_is_no_value_error() -> None:
    # pydantic would wrap a ValueError in its own words.
    assert not issubclass(SettingsError, ValueError | AssertionError)
    assert inspect.getmro(SettingsError)[1] is Exception


def test_every_setting_has_its_variable_and_no_other() -> None:
    assert tuple(variable.name for variable in variables().values()) == VARIABLES


@pytest.mark.parametrize(
    "host", ["0.0.0.0", "::", "::1", "localhost", "bds.example.org", "10.0.0.7", "my_host-1"]
)
def test_an_address_to_listen_on_is_taken(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BAODUOSHAO_HOST", f" {host}\n")
    assert Settings().host == host


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1:8000", "http://localhost", "[::1]", "a b", "999.1.1.1", "1", ".", "a..b", "主机", "x" * 64],
)
def test_a_wrong_address_is_told_with_its_mend(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BAODUOSHAO_HOST", host)
    assert message_of_settings() == (
        f"BAODUOSHAO_HOST: {host!r} is not an address or a host name. "
        "Write an address or a name without port, such as 0.0.0.0 or ::1, or unset it for 127.0.0.1."
    )


NUMBERS = [
    ("BAODUOSHAO_PORT", "port", 0, 65535, 8000),
    ("BAODUOSHAO_INBOX_MOST", "inbox_most", 1, 10_000_000, 20_000),
    ("BAODUOSHAO_POOL_SIZE", "pool_size", 1, 50, 5),
    ("BAODUOSHAO_SESSION_DAYS", "session_days", 1, 3650, 30),
    ("BAODUOSHAO_RECORD_DAYS", "record_days", 1, 3650, 180),
    ("BAODUOSHAO_STOP_SECONDS", "stop_seconds", 1, 600, 20),
]


@pytest.mark.parametrize(("variable", "field", "low", "high", "usual"), NUMBERS)
def test_a_number_is_taken_up_to_its_bounds_and_no_further(
    variable: str, field: str, low: int, high: int, usual: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert getattr(Settings(), field) == usual
    for number in (low, high):
        monkeypatch.setenv(variable, f" {number}\n")
        assert getattr(Settings(), field) == number
    mend = f"Write a whole number from {low} to {high}, or unset it for {usual}."
    wrong = {
        str(high + 1): f"is not between {low} and {high}",
        "9" * 5000: f"is not between {low} and {high}",
        str(low - 1): f"is not between {low} and {high}" if low else "is not a whole number",
        "5.0": "is not a whole number",
        "five": "is not a whole number",
        "５": "is not a whole number",
        "1e1": "is not a whole number",
    }
    for text, why in wrong.items():
        monkeypatch.setenv(variable, text)
        shown = text if len(text) <= 200 else f"{text[:200]}…"
        assert message_of_settings() == f"{variable}: '{shown}' {why}. {mend}"


CHOICES = [
    ("BAODUOSHAO_LOGS", "logs", ("console", "json"), "console", "console or json"),
    (
        "BAODUOSHAO_LOG_LEVEL",
        "log_level",
        ("debug", "info", "warning", "error"),
        "info",
        "debug, info, warning or error",
    ),
    ("BAODUOSHAO_ON_AMBIGUOUS", "on_ambiguous", ("resend", "drop"), "resend", "resend or drop"),
]


@pytest.mark.parametrize(("variable", "field", "names", "usual", "listed"), CHOICES)
def test_one_of_the_names_is_taken_and_no_other(
    variable: str,
    field: str,
    names: tuple[str, ...],
    usual: str,
    listed: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert getattr(Settings(), field) == usual
    for name in names:
        for text in (name, f" {name.upper()}\n"):
            monkeypatch.setenv(variable, text)
            assert getattr(Settings(), field) == name
    monkeypatch.setenv(variable, "loud")
    assert message_of_settings() == (
        f"{variable}: 'loud' is not one of its values. Write {listed}, or unset it for {usual}."
    )


def test_all_wrong_settings_are_told_at_once_a_line_each(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BAODUOSHAO_TODAY", "tomorrow")
    monkeypatch.setenv("BAODUOSHAO_PORT", "x")
    with pytest.raises(SettingsError) as caught:
        Settings()
    first, second = str(caught.value).splitlines()
    assert first.startswith("BAODUOSHAO_TODAY: 'tomorrow' is not written as a day. ")
    assert second.startswith("BAODUOSHAO_PORT: 'x' is not a whole number. ")
    assert caught.value.variable == "BAODUOSHAO_TODAY, BAODUOSHAO_PORT"


def test_reading_settings_loads_neither_storage_nor_service() -> None:
    program = (
        "import sys, bot.settings; before = set(sys.modules); bot.settings.Settings();"
        "heavy = {'sqlalchemy', 'starlette', 'prometheus_client', 'structlog'};"
        "print(sorted(heavy & set(sys.modules)), 'platformdirs' in before)"
    )
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[] False"
