"""What `baoduoshao config` tells: every setting, its origin, and never a password."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.setting_kinds import without_password
from bot.settings import variables
from bot.settings_listing import as_json, lines, listed

PROGRAM = Path(sys.executable).parent / "baoduoshao"
NAMES = [variable.name for variable in variables().values()]


def run(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    known = {*NAMES, *(f"{name}_FILE" for name in NAMES)}
    environment = {name: value for name, value in os.environ.items() if name not in known}
    return subprocess.run(
        [PROGRAM, "config", *arguments],
        capture_output=True,
        encoding="utf-8",
        env={**environment, **settings},
        timeout=60,
    )


def test_every_setting_is_listed_once_with_what_it_means() -> None:
    done = run()
    assert done.returncode == 0, done.stderr
    told = done.stdout.splitlines()
    assert [line.partition(" = ")[0] for line in told[::2]] == NAMES
    assert all(line.startswith("    ") and line.endswith(".") for line in told[1::2])
    assert "BAODUOSHAO_TODAY = (not set)  [default]" in told
    assert "BAODUOSHAO_PORT = 8000  [default]" in told


def test_a_value_is_told_with_where_it_comes_from(tmp_path: Path) -> None:
    (tmp_path / "level").write_text("DEBUG\n", encoding="utf-8")
    done = run(BAODUOSHAO_PORT="9000", BAODUOSHAO_LOG_LEVEL_FILE=str(tmp_path / "level"))
    told = done.stdout.splitlines()
    assert "BAODUOSHAO_PORT = 9000  [environment]" in told
    assert f"BAODUOSHAO_LOG_LEVEL = debug  [file {tmp_path}/level]" in told


def test_programs_get_one_object_by_name(tmp_path: Path) -> None:
    (tmp_path / "day").write_text("2024-05-01", encoding="utf-8")
    done = run("--json", BAODUOSHAO_TODAY_FILE=str(tmp_path / "day"), BAODUOSHAO_HOST="::1")
    told = json.loads(done.stdout)
    assert list(told) == NAMES
    assert {key: told["BAODUOSHAO_TODAY"][key] for key in ("value", "origin", "file")} == {
        "value": "2024-05-01",
        "origin": "file",
        "file": str(tmp_path / "day"),
    }
    assert {key: told["BAODUOSHAO_HOST"][key] for key in ("value", "origin", "file")} == {
        "value": "::1",
        "origin": "environment",
        "file": None,
    }
    assert all(each["meaning"] for each in told.values())


URL = "postgres://ann:hush@db:5433/bds?sslmode=require&password=hush&PassFile=hush&sslpassword=hush"


@pytest.mark.parametrize("through_file", [False, True])
@pytest.mark.parametrize("arguments", [(), ("--json",)])
def test_no_password_is_printed(arguments: tuple[str, ...], through_file: bool, tmp_path: Path) -> None:
    (tmp_path / "url").write_text(URL, encoding="utf-8")
    setting = {"DATABASE_URL_FILE": str(tmp_path / "url")} if through_file else {"DATABASE_URL": URL}
    done = run(*arguments, **setting)
    assert done.returncode == 0
    assert "postgresql://ann:***@db:5433/bds?sslmode=require&password=***" in done.stdout
    assert "hush" not in done.stdout + done.stderr


@pytest.mark.parametrize("through_file", [False, True])
def test_wrong_settings_are_all_told_and_no_password_among_them(through_file: bool, tmp_path: Path) -> None:
    wrong = "postgresql://ann:hu/sh@db/bds"
    (tmp_path / "url").write_text(wrong, encoding="utf-8")
    setting = {"DATABASE_URL_FILE": str(tmp_path / "url")} if through_file else {"DATABASE_URL": wrong}
    done = run(BAODUOSHAO_PORT="x", **setting)
    assert (done.returncode, done.stdout) == (1, "")
    database, port = done.stderr.splitlines()
    assert database.startswith("DATABASE_URL")
    assert port.startswith("BAODUOSHAO_PORT: ")
    assert "hu/sh" not in done.stderr


BOT = {
    "TELEGRAM_TOKEN": "6201234567:AAhush-0123456789abcdefghijklmnopqr",
    "TELEGRAM_WEBHOOK_URL": "https://bot.example.org",
    "TELEGRAM_WEBHOOK_SECRET": "hush-0123456789abcdef",
}


@pytest.mark.parametrize("through_file", [False, True])
def test_neither_a_bots_token_nor_its_secret_is_listed(
    through_file: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, text in BOT.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
        monkeypatch.setenv(*((f"{name}_FILE", str(tmp_path / name)) if through_file else (name, text)))
    found = {each.name: each.value for each in listed()}
    assert (found["TELEGRAM_TOKEN"], found["TELEGRAM_WEBHOOK_SECRET"]) == ("***", "***")
    assert found["TELEGRAM_WEBHOOK_URL"] == "https://bot.example.org"
    assert "hush" not in "\n".join(lines(listed())) + json.dumps(as_json(listed()))


def test_the_program_prints_neither_of_them() -> None:
    done = run(**BOT)
    assert done.returncode == 0, done.stderr
    assert "TELEGRAM_TOKEN = ***  [environment]" in done.stdout.splitlines()
    assert "hush" not in done.stdout + done.stderr


def test_the_program_tells_of_a_wrong_token_or_secret_without_its_text() -> None:
    wrong = {"TELEGRAM_TOKEN": "hush", "TELEGRAM_WEBHOOK_SECRET": "hush"}
    done = run(**wrong)
    assert (done.returncode, done.stdout) == (1, "")
    assert [line.partition(":")[0] for line in done.stderr.splitlines()] == list(wrong)
    assert "hush" not in done.stderr


def test_without_a_bot_nothing_is_said_to_be_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    found = {each.name: each.value for each in listed()}
    assert (found["TELEGRAM_TOKEN"], found["TELEGRAM_WEBHOOK_SECRET"]) == (None, None)
    assert found["TELEGRAM_API_URL"] == "https://api.telegram.org"
    assert found["BAODUOSHAO_INBOX_MOST"] == "20000"


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("sqlite:////var/b.db", "sqlite:////var/b.db"),
        ("postgresql://db/bds", "postgresql://db/bds"),
        ("postgresql://ann@db/bds", "postgresql://ann@db/bds"),
        ("postgresql://ann:a:b%40@[::1]:5432/bds", "postgresql://ann:***@[::1]:5432/bds"),
        ("postgresql:///bds?host=/run/pg", "postgresql:///bds?host=/run/pg"),
        # What the settings would refuse is never shown in part.
        ("postgresql://ann:a@b@db/bds", "***"),
    ],
)
def test_a_database_is_shown_without_its_password(url: str, shown: str) -> None:
    assert without_password(url) == shown


def test_a_listing_is_made_of_the_settings_in_force(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BAODUOSHAO_STOP_SECONDS", "7")
    [stop] = [each for each in listed() if each.name == "BAODUOSHAO_STOP_SECONDS"]
    assert list(lines([stop])) == [
        "BAODUOSHAO_STOP_SECONDS = 7  [environment]",
        "    Seconds for finishing what is begun at a stop.",
    ]
