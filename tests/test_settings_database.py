"""Where the database is: read, checked, and shown without its password."""

from pathlib import Path

import pytest
from sqlalchemy import make_url
from support.settings import message_of_settings, nothing_set

from bot.settings import Settings, source_of, variables

__all__ = ["nothing_set"]

MEND_OF_DATABASE = (
    "Write sqlite:////full/path.db or postgresql://user:password@host/name with special characters "
    "escaped (%40 for @), or unset it to use a SQLite file in the user's data directory."
)


def test_the_usual_database_is_a_file_in_the_users_data_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert Settings().database_url == f"sqlite:///{tmp_path}/baoduoshao/baoduoshao.db"


def test_a_data_directory_of_any_name_is_found_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "我的 100%20?"))
    assert make_url(Settings().database_url).database == f"{tmp_path}/我的 100%20?/baoduoshao/baoduoshao.db"


def test_a_user_without_a_home_folder_is_told_to_name_a_database(monkeypatch: pytest.MonkeyPatch) -> None:
    # Every user of the machine that runs the tests has a home folder, so one without is played.
    monkeypatch.setattr("platformdirs.user_data_path", lambda *_, **__: Path("~/.local/share/baoduoshao"))
    assert message_of_settings() == (
        "DATABASE_URL: it is not set, and the usual 'sqlite:///~/.local/share/baoduoshao/baoduoshao.db' "
        "names a relative path, which depends on where the program is started. "
        "Set it to sqlite:////full/path.db."
    )


@pytest.mark.parametrize(
    ("url", "taken"),
    [
        ("sqlite:////var/lib/b/b.db", "sqlite:////var/lib/b/b.db"),
        (" sqlite:////我的 数据/b.db\n", "sqlite:////我的 数据/b.db"),
        ("postgresql://ann:pa%40ss@db/bds", "postgresql://ann:pa%40ss@db/bds"),
        ("postgres://ann@db:5433/bds", "postgresql://ann@db:5433/bds"),
        ("postgresql://ann:a:b@[::1]:5433/bds?sslmode=require", None),
        ("postgresql:///bds?host=/var/run/postgresql&user=ann", None),
    ],
)
@pytest.mark.parametrize("through_file", [False, True])
def test_a_database_is_taken(
    url: str, taken: str | None, through_file: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if through_file:
        (tmp_path / "url").write_text(url, encoding="utf-8")
        monkeypatch.setenv("DATABASE_URL_FILE", str(tmp_path / "url"))
    else:
        monkeypatch.setenv("DATABASE_URL", url)
    assert Settings().database_url == (url if taken is None else taken)


MISPLACED = "has one of @ / ? # [ ] where it cannot stand; within names and passwords it is escaped"
RELATIVE = "names a relative path, which depends on where the program is started"
IN_MEMORY = "names a database in memory, which forgets all when the program ends"


@pytest.mark.parametrize(
    ("url", "wrong"),
    [
        ("mysql://ann:hush@db/bds", "does not begin with sqlite:// or postgresql://"),
        ("postgresql+asyncpg://ann:hush@db/bds", "does not begin with sqlite:// or postgresql://"),
        ("ann:hush@db/bds", "does not begin with sqlite:// or postgresql://"),
        ("/var/lib/hush.db", "does not begin with sqlite:// or postgresql://"),
        ("sqlite:hush.db", "does not begin with sqlite:// or postgresql://"),
        ("sqlite://", IN_MEMORY),
        ("sqlite:///", IN_MEMORY),
        ("sqlite:///:memory:", IN_MEMORY),
        ("sqlite:///hush.db", RELATIVE),
        ("sqlite:///~/hush.db", RELATIVE),
        ("sqlite://hush/b.db", "names a host, which SQLite does not have"),
        ("sqlite:////tmp", "names a folder rather than a file"),
        ("sqlite:////usr/%6Cib", "names a folder rather than a file"),
        ("sqlite:////nowhere/hush/", "names a folder rather than a file"),
        ("sqlite:////hush.db?mode=ro", "has options after the path, which SQLite is not given here"),
        ("sqlite:////" + "x" * 5000, "names a path that cannot be reached"),
        ("postgresql://ann:hu\nsh@db/b", "holds a line break or another character that cannot be printed"),
        ("postgresql://ann:hush@db", "names no database after the host"),
        ("postgresql://ann:hush@db/", "names no database after the host"),
        ("postgresql://ann:hush@db:x/b", "has a port that is not a number from 1 to 65535"),
        ("postgresql://ann:hush@db:/b", "has a port that is not a number from 1 to 65535"),
        ("postgresql://ann:hush@db:0/b", "has a port that is not a number from 1 to 65535"),
        ("postgresql://ann:hush@db:65536/b", "has a port that is not a number from 1 to 65535"),
        ("postgresql://ann:hush@db/b?sslmode", "has options that are not written name=value, joined by &"),
        (
            "postgresql://ann@db/b?p%61ssword=hush",
            "has options that are not written name=value, joined by &",
        ),
        ("postgresql://ann:hu@sh@db/b", MISPLACED),
        ("postgresql://ann:12/hush@db/b", MISPLACED),
        ("postgresql://ann:12?hush=1@db/b", MISPLACED),
        ("postgresql://ann:12#hush@db/b", MISPLACED),
        ("postgresql://ann:[hush]@db/b", MISPLACED),
    ],
)
def test_a_wrong_database_is_told_with_its_mend_and_without_its_text(
    url: str, wrong: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", url)
    message = message_of_settings()
    assert message == f"DATABASE_URL: the value {wrong}. {MEND_OF_DATABASE}"
    assert "hush" not in message


def test_settings_printed_whole_show_no_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://ann:hush@db/bds")
    settings = Settings()
    assert "hush" in settings.database_url
    assert "hush" not in f"{settings!r} {settings} {source_of(variables()['database_url'])!r}"
