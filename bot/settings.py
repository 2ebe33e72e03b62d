"""Where the data folders lie, and what the environment sets.

Every setting is an environment variable, or the same name with `_FILE` for a file that holds the value.
An empty variable counts as not set. Only a setting that something reads may enter here.
"""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any, Literal, Self, get_args
from zoneinfo import ZoneInfo

from pydantic import Field, model_validator
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from bot import setting_kinds as kinds

DataFolder = Literal["policies", "intents", "templates"]
Logs = Literal["console", "json"]
LogLevel = Literal["debug", "info", "warning", "error"]
OnAmbiguous = Literal["resend", "drop"]

_TELEGRAMS_OWN = "https://api.telegram.org"
_OF_WEBHOOK = "Write https:// and a host without a path, such as https://bot.example.org, or unset it."
_PACKAGE = Path(__file__).resolve().parent
_LARGEST_VALUE = 64 * 1024


class SettingsError(Exception):
    """A setting that cannot be used: which one, what is wrong with it, and how to mend it."""

    def __init__(self, variable: str, wrong: str, mend: str) -> None:
        super().__init__(f"{variable}: {wrong}. {mend}")
        self.variable = variable
        self.wrong = wrong
        self.mend = mend


def data_folder(name: DataFolder) -> Path:
    """Find a folder of data: within the installed package, or in a checkout beside it."""
    # The package's own comes first: an installed package lies among others, which may own a `templates` too.
    for folder in (_PACKAGE / "_data" / name, _PACKAGE.parent / name):
        if folder.is_dir():
            return folder
    raise SettingsError(name, "this folder is missing from the installation", "Install baoduoshao again.")


class SettingsErrors(SettingsError):
    """Several settings that cannot be used; the message has a line for each."""

    def __init__(self, errors: Sequence[SettingsError]) -> None:
        Exception.__init__(self, "\n".join(map(str, errors)))
        self.variable = ", ".join(error.variable for error in errors)
        self.wrong = "; ".join(error.wrong for error in errors)
        self.mend = " ".join(error.mend for error in errors)


@dataclass(frozen=True)
class Variable:
    """The environment variable of a setting, with what it means.

    `read` raises ValueError with what the text is not; `shown` returns a value as an operator may see it.
    The text of a private one stands in no message.
    """

    name: str
    meaning: str
    read: Callable[[str], object]
    mend: str
    shown: Callable[[Any], str] = str
    private: bool = False


@dataclass(frozen=True)
class Source:
    """Where a value comes from: its text, the variable that was set, and the file that one names."""

    text: str = field(repr=False)
    variable: str
    file: str | None = None


def variables() -> dict[str, Variable]:
    """Return the variable of each setting by the name of its field."""
    return {name: _variable(info) for name, info in Settings.model_fields.items()}


def source_of(variable: Variable) -> Source | None:
    """Return where the environment sets a variable, or None if it doesn't. Raises SettingsError."""
    name, name_of_file = variable.name, f"{variable.name}_FILE"
    text, path = (os.environ.get(key, "") for key in (name, name_of_file))
    if text.strip() and path.strip():
        raise SettingsError(name, f"{name_of_file} is set too", "Set one of the two and unset the other.")
    if path.strip():
        return Source(_text_of_file(name_of_file, path), name_of_file, path)
    return Source(text, name) if text.strip() else None


def _variable(info: FieldInfo) -> Variable:
    [variable] = [note for note in info.metadata if isinstance(note, Variable)]
    return variable


class _Environment(PydanticBaseSettingsSource):
    """Reads each setting from its variable or from the file its `_FILE` variable names."""

    def __call__(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        errors: list[SettingsError] = []
        for name, info in self.settings_cls.model_fields.items():
            try:
                value, _, _ = self.get_field_value(info, name)
            except SettingsError as error:
                errors.append(error)
            else:
                found |= {} if value is None else {name: value}
        if errors:
            raise errors[0] if len(errors) == 1 else SettingsErrors(errors)
        return found

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[object, str, bool]:
        variable = _variable(field)
        source = source_of(variable)
        if source is None:
            return None, field_name, False
        try:
            return variable.read(source.text), field_name, False
        except ValueError as error:
            wrong = f"{_called(variable, source)} {error}"
            raise SettingsError(source.variable, wrong, variable.mend) from None


def _called(variable: Variable, source: Source) -> str:
    """Return how a message calls a value: by its text, unless that may be private, as in any file."""
    if source.file is not None:
        return f"the text in {_shown(source.file)}"
    return "the value" if variable.private else _shown(source.text)


def _text_of_file(variable: str, path: str) -> str:
    mend = "Name a small UTF-8 text file that holds the value alone, or unset the variable."
    shown = f"the file {_shown(path)}"
    try:
        with Path(path).expanduser().open("rb") as file:
            content = file.read(_LARGEST_VALUE + 1)
    except OSError as error:
        reason = (error.strerror or "unknown reason").lower()
        raise SettingsError(variable, f"{shown} cannot be read ({reason})", mend) from None
    except RuntimeError:  # the home of an unknown user
        raise SettingsError(variable, f"{shown} cannot be found", mend) from None
    if len(content) > _LARGEST_VALUE:
        raise SettingsError(variable, f"{shown} is larger than {_LARGEST_VALUE // 1024} KiB", mend)
    try:
        text = content.decode("utf-8-sig").strip()
    except UnicodeDecodeError:
        raise SettingsError(variable, f"{shown} is not UTF-8 text", mend) from None
    if not text:
        raise SettingsError(variable, f"{shown} is empty", mend)
    return text


def _shown(text: str) -> str:
    return repr(text if len(text) <= 200 else f"{text[:200]}…")


def _now() -> datetime:
    return datetime.now(UTC)


def _usual_database() -> str:
    # Imported here, for most commands read settings and no database.
    from platformdirs import user_data_path

    path = str(user_data_path("baoduoshao", appauthor=False) / "baoduoshao.db")
    url = "sqlite:///" + path.replace("%", "%25").replace("?", "%3F")  # what SQLAlchemy would read otherwise
    try:
        return kinds.database_url(url)
    except ValueError as error:  # such as for a user without a home folder
        wrong = f"it is not set, and the usual {_shown(url)} {error}"
        raise SettingsError("DATABASE_URL", wrong, "Set it to sqlite:////full/path.db.") from None


def _number(name: str, meaning: str, low: int, high: int, usual: int) -> Variable:
    mend = f"Write a whole number from {low} to {high}, or unset it for {usual}."
    return Variable(name, meaning, kinds.whole(low, high), mend)


def _choice(name: str, meaning: str, choices: object, usual: str) -> Variable:
    *others, last = names = get_args(choices)
    mend = f"Write {', '.join(others)} or {last}, or unset it for {usual}."
    return Variable(name, meaning, kinds.one_of(names), mend)


class Settings(BaseSettings):
    """What the environment sets, read and checked once, when this is made; raises SettingsError."""

    model_config = SettingsConfigDict(frozen=True, extra="forbid")

    fixed_day: Annotated[
        date | None,
        Variable(
            "BAODUOSHAO_TODAY",
            "A day to take for today, for tests and previews.",
            kinds.day,
            "Write it as year-month-day, such as 2024-05-01, or unset it to use the current day.",
        ),
    ] = None
    policies_folder: Annotated[
        Path,
        Variable(
            "BAODUOSHAO_POLICIES",
            "The folder of policy files.",
            kinds.folder,
            "Name a folder of policy files, or unset it to use those that come with baoduoshao.",
        ),
    ] = Field(default_factory=lambda: data_folder("policies"))
    # Left out of repr, for it may hold a password.
    database_url: Annotated[
        str,
        Variable(
            "DATABASE_URL",
            "The database: a SQLite file, or PostgreSQL for several processes.",
            kinds.database_url,
            "Write sqlite:////full/path.db or postgresql://user:password@host/name with special characters "
            "escaped (%40 for @), or unset it to use a SQLite file in the user's data directory.",
            shown=kinds.without_password,
            private=True,
        ),
    ] = Field(default_factory=_usual_database, repr=False)
    host: Annotated[
        str,
        Variable(
            "BAODUOSHAO_HOST",
            "The address that the service listens on.",
            kinds.host,
            "Write an address or a name without port, such as 0.0.0.0 or ::1, or unset it for 127.0.0.1.",
        ),
    ] = "127.0.0.1"
    port: Annotated[
        int,
        _number(
            "BAODUOSHAO_PORT", "The port that the service listens on; 0 is any free one.", 0, 65535, 8000
        ),
    ] = 8000
    logs: Annotated[
        Logs,
        _choice(
            "BAODUOSHAO_LOGS", "How logs are written: for people, or one JSON object a line.", Logs, "console"
        ),
    ] = "console"
    log_level: Annotated[
        LogLevel,
        _choice("BAODUOSHAO_LOG_LEVEL", "The least that is logged.", LogLevel, "info"),
    ] = "info"
    on_ambiguous: Annotated[
        OnAmbiguous,
        _choice(
            "BAODUOSHAO_ON_AMBIGUOUS",
            "What to do with a message that was being sent when the process died.",
            OnAmbiguous,
            "resend",
        ),
    ] = "resend"
    telegram_token: Annotated[
        str | None,
        Variable(
            "TELEGRAM_TOKEN",
            "The token of the Telegram bot; without one there is no Telegram.",
            kinds.bot_token,
            "Copy it whole from BotFather's message, or unset it to do without Telegram.",
            shown=kinds.hidden,
            private=True,
        ),
    ] = Field(default=None, repr=False)
    # People paste the token into it, so what is refused stands in no message.
    telegram_api_url: Annotated[
        str,
        Variable(
            "TELEGRAM_API_URL",
            "The server of the Bot API.",
            kinds.web_address,
            "Write http:// or https://, a host and perhaps a port, or unset it for Telegram's own.",
            private=True,
        ),
    ] = _TELEGRAMS_OWN
    telegram_webhook_url: Annotated[
        str | None,
        Variable(
            "TELEGRAM_WEBHOOK_URL",
            "The public address at which Telegram reaches this service; without one it is asked for updates.",
            kinds.web_address,
            _OF_WEBHOOK,
            private=True,
        ),
    ] = None
    telegram_webhook_secret: Annotated[
        str | None,
        Variable(
            "TELEGRAM_WEBHOOK_SECRET",
            "What Telegram must send with every update, so that nobody else can.",
            kinds.webhook_secret,
            "Make one with `openssl rand -hex 32`.",
            shown=kinds.hidden,
            private=True,
        ),
    ] = Field(default=None, repr=False)
    public_url: Annotated[
        str | None,
        Variable(
            "BAODUOSHAO_PUBLIC_URL",
            "The address at which people reach the page, where it isn't that listened on.",
            kinds.web_address,
            "Write http:// or https:// and a host, such as https://bot.example.org, or unset it.",
        ),
    ] = None
    embed_origins: Annotated[
        tuple[str, ...],
        Variable(
            "BAODUOSHAO_EMBED_ORIGINS",
            "The sites that may show the chat in a frame; without one none may.",
            kinds.origins,
            "Write one or several such as https://ybj.example.org, apart by blanks, or unset it.",
            shown=kinds.listed,
        ),
    ] = ()
    proxies: Annotated[
        str,
        Variable(
            "BAODUOSHAO_PROXIES",
            "The proxies whose word is taken for who asks and whether over https.",
            kinds.proxies,
            "Write addresses or networks apart by commas, * where nobody else reaches the port, or unset it "
            "for 127.0.0.1.",
        ),
    ] = "127.0.0.1"
    inbox_most: Annotated[
        int,
        _number(
            "BAODUOSHAO_INBOX_MOST",
            "Messages that may wait to be answered before no more are taken in.",
            1,
            10_000_000,
            20_000,
        ),
    ] = 20_000
    pool_size: Annotated[
        int, _number("BAODUOSHAO_POOL_SIZE", "Connections to PostgreSQL that a process keeps.", 1, 50, 5)
    ] = 5
    session_days: Annotated[
        int,
        _number(
            "BAODUOSHAO_SESSION_DAYS", "Days that a talk nobody went on with is remembered.", 1, 3650, 30
        ),
    ] = 30
    record_days: Annotated[
        int,
        _number(
            "BAODUOSHAO_RECORD_DAYS", "Days that unanswered questions and feedback are kept.", 1, 3650, 180
        ),
    ] = 180
    stop_seconds: Annotated[
        int, _number("BAODUOSHAO_STOP_SECONDS", "Seconds for finishing what is begun at a stop.", 1, 600, 20)
    ] = 20

    def today(self) -> date:
        """Return the fixed day if one is set, else the current day in China."""
        return self.fixed_day or _now().astimezone(ZoneInfo("Asia/Shanghai")).date()

    @model_validator(mode="after")
    def _goes_together(self) -> Self:
        webhook = {
            "TELEGRAM_WEBHOOK_URL": self.telegram_webhook_url,
            "TELEGRAM_WEBHOOK_SECRET": self.telegram_webhook_secret,
        }
        given = [name for name, value in webhook.items() if value is not None]
        if len(given) == 1:
            [missing] = webhook.keys() - set(given)
            raise SettingsError(missing, f"it is not set, and {given[0]} is", "Set both, or neither.")
        if self.telegram_webhook_url is not None and self.telegram_api_url == _TELEGRAMS_OWN:
            # Another server of the Bot API, such as one in the same house, posts to any.
            try:
                kinds.public_address(self.telegram_webhook_url)
            except ValueError as error:
                raise SettingsError("TELEGRAM_WEBHOOK_URL", f"the value {error}", _OF_WEBHOOK) from None
        if given and self.telegram_token is None:
            wrong = "it is not set, and the address for Telegram's updates is"
            raise SettingsError("TELEGRAM_TOKEN", wrong, "Set it, or unset TELEGRAM_WEBHOOK_URL and _SECRET.")
        return self

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, _Environment(settings_cls)
