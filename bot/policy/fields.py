"""What fields of the policy files are made of: forms of text, days, and names of what stands elsewhere.

A name of something elsewhere carries a mark that says what it must lead to; `marked` finds them all, so
that a new part of rules is checked by how its fields are written.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from bot.policy.codes import Kind

Path = tuple[str | int, ...]  # from an entry down to one of its parts: keys, and places in lists


class Misfit(ValueError):
    """An entry is of the right types and still wrong, at `path` below it (`key`: at the key itself)."""

    def __init__(self, what: str, mend: str, path: Path = (), *, key: bool = False) -> None:
        self.what = what
        self.mend = mend
        self.path = path
        self.key = key
        super().__init__(what)


def once(words: list[str]) -> list[str]:
    """Return `words`, none of which stands twice. Raises Misfit."""
    for index, word in enumerate(words):
        if word in words[:index]:
            raise Misfit(f"'{word}' stands twice in this list", "Keep one of the two.", (index,))
    return words


def without_figures(text: str) -> str:
    """Return `text`, which holds no digits. Raises Misfit."""
    if re.search("[0-9０-９%％]", text):
        raise Misfit(
            "a figure is typed among the words", "Write it under figures, and leave it out of the words."
        )
    return text


def _of_our_time(day: date) -> date:
    # Also keeps the day after within what a date can hold.
    if not 1950 <= day.year <= 2199:
        raise Misfit(f"{day} is hardly meant", "Write a day between 1950 and 2199.")
    return day


def as_list(value: Any) -> Any:
    """Return a single value as a list of it."""
    return value if isinstance(value, list) else [value]


Text = Annotated[str, StringConstraints(min_length=1, max_length=400, strip_whitespace=True)]
Day = Annotated[date, AfterValidator(_of_our_time)]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{1,60}$")]
ProvisionId = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,2}\.[0-9]{1,2}$")]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,40}$")]
Topic = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*(/[a-z][a-z0-9_]*)?$")]
# The own document's provision may be named without the document.
FigureRef = Annotated[
    str, StringConstraints(pattern=r"^([a-z0-9-]+/)?[0-9]{1,2}\.[0-9]{1,2}/[a-z][a-z0-9_]*$")
]
ProvisionRef = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+/[0-9]{1,2}\.[0-9]{1,2}$")]
LayerId = Literal["basic", "catastrophic", "mutual_aid"]
Unit = Literal["yuan", "share", "points", "hours", "days", "months", "years", "count"]


@dataclass(frozen=True, slots=True)
class FigureOf:
    """What a reference to a figure must lead to.

    `single`: one value, no table; `endless`: 'no limit' may be among the values;
    `beyond_whole`: a share may be more than the whole.
    """

    unit: Unit
    single: bool = False
    endless: bool = False
    beyond_whole: bool = False


@dataclass(frozen=True, slots=True)
class InputOf:
    """Of what kinds the input named here must be."""

    kinds: tuple[Kind, ...]


@dataclass(frozen=True, slots=True)
class Tests:
    """Inputs and their codes are named; with `readings`, also the rule's own readings and their ways."""

    readings: bool = True


@dataclass(frozen=True, slots=True)
class Changes:
    """Inputs or readings are named, and the code that each is changed to."""


Mark = FigureOf | InputOf | Tests | Changes
_MARKS = (FigureOf, InputOf, Tests, Changes)
MONEY = InputOf(("money",))
COUNT = InputOf(("count",))

Codes = Annotated[list[str | bool], BeforeValidator(as_list), Field(min_length=1)]
Condition = Annotated[dict[str, Codes], Tests()]
ShareRef = Annotated[FigureRef, FigureOf("share")]
YuanRef = Annotated[FigureRef, FigureOf("yuan")]
LimitRef = Annotated[FigureRef, FigureOf("yuan", endless=True)]
MoneyInput = Annotated[Name, MONEY]
CountInput = Annotated[Name, COUNT]

# All models: an unknown key is an error, and nothing is taken for what it merely looks like.
STRICT = ConfigDict(extra="forbid", frozen=True, strict=True)


def marked(model: BaseModel, path: Path = ()) -> Iterator[tuple[Path, Mark, Any]]:
    """Yield path, mark and value of all that names something elsewhere, in a model and those below it."""
    for name, field in type(model).model_fields.items():
        value = getattr(model, name)
        mark = next((m for m in field.metadata if isinstance(m, _MARKS)), None)
        if mark is None:
            for key, below in _models_in(value):
                yield from marked(below, (*path, name, *key))
        elif value is not None:
            yield (*path, name), mark, value


def _models_in(value: Any) -> Iterator[tuple[Path, BaseModel]]:
    if isinstance(value, BaseModel):
        yield (), value
    elif isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            if isinstance(inner, BaseModel):
                yield (key,), inner
