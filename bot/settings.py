"""Where the data folders lie, and what the environment sets.

Every setting is an environment variable, or the same name with `_FILE` for a file that holds the value.
An empty variable counts as not set. Only a setting that something reads may enter here.
"""

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import Field
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

DataFolder = Literal["policies", "intents", "templates"]

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


@dataclass(frozen=True)
class _Variable:
    """The environment variable of a setting. `read` raises ValueError with what the text is not."""

    name: str
    read: Callable[[str], object]
    mend: str


def _day(text: str) -> date:
    text = text.strip()
    # date.fromisoformat alone would also take 20240501 and 2024-W18-3.
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        raise ValueError("is not written as a day")
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError("is not a day of the calendar") from None


def _folder(text: str) -> Path:
    try:
        folder = Path(text).expanduser().absolute()
        if not folder.exists():
            raise ValueError("does not exist")
        if not folder.is_dir():
            raise ValueError("is not a folder")
    except (OSError, RuntimeError):  # a name too long, a closed parent folder, the home of an unknown user
        raise ValueError("cannot be reached") from None
    if not os.access(folder, os.R_OK | os.X_OK):
        raise ValueError("cannot be read by this user")
    return folder


class _Environment(PydanticBaseSettingsSource):
    """Reads each setting from its variable or from the file its `_FILE` variable names."""

    def __call__(self) -> dict[str, Any]:
        found = (self.get_field_value(field, name) for name, field in self.settings_cls.model_fields.items())
        return {name: value for value, name, _ in found if value is not None}

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[object, str, bool]:
        [variable] = [note for note in field.metadata if isinstance(note, _Variable)]
        text, origin, shown = self._text(variable)
        if text is None:
            return None, field_name, False
        try:
            return variable.read(text), field_name, False
        except ValueError as error:
            raise SettingsError(origin, f"{shown} {error}", variable.mend) from None

    @staticmethod
    def _text(variable: _Variable) -> tuple[str | None, str, str]:
        """Return the value, the variable it came through, and how to call the value in a message."""
        name, name_of_file = variable.name, f"{variable.name}_FILE"
        text, path = (os.environ.get(key, "") for key in (name, name_of_file))
        if text.strip() and path.strip():
            raise SettingsError(name, f"{name_of_file} is set too", "Set one of the two and unset the other.")
        if path.strip():
            # What a file holds may be private, so a message names the file and not its text.
            return _text_of_file(name_of_file, path), name_of_file, f"the text in {_shown(path)}"
        return text if text.strip() else None, name, _shown(text)


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


class Settings(BaseSettings):
    """What the environment sets, read and checked once, when this is made; raises SettingsError."""

    model_config = SettingsConfigDict(frozen=True, extra="forbid")

    fixed_day: Annotated[
        date | None,
        _Variable(
            "BAODUOSHAO_TODAY",
            _day,
            "Write it as year-month-day, such as 2024-05-01, or unset it to use the current day.",
        ),
    ] = None
    policies_folder: Annotated[
        Path,
        _Variable(
            "BAODUOSHAO_POLICIES",
            _folder,
            "Name a folder of policy files, or unset it to use those that come with baoduoshao.",
        ),
    ] = Field(default_factory=lambda: data_folder("policies"))

    def today(self) -> date:
        """Return the fixed day if one is set, else the current day in China."""
        return self.fixed_day or _now().astimezone(ZoneInfo("Asia/Shanghai")).date()

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
