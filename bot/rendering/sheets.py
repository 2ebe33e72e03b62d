"""A result as everything that is shown of it: the text, the page and the card are made of the same sheet.

Amounts are whole numbers of hundredths of their unit (fen for yuan); words are Chinese as people read them.
"""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter

from bot.rendering.addresses import article_path


@dataclass(frozen=True, slots=True)
class Taken:
    """An input that a result is for: its name, what it is called, and its value in words.

    One that follows from the others and so can't be told anew has no name.
    """

    name: str
    label: str
    value: str


@dataclass(frozen=True, slots=True)
class PartShown:
    """A part of a bill, in fen, and why it is paid by whom."""

    id: str
    name: str
    fen: int
    because: str


@dataclass(frozen=True, slots=True)
class StepShown:
    """A step of the working; `shown` is its amount in words, empty where it has none."""

    label: str
    shown: str
    because: str


@dataclass(frozen=True, slots=True)
class ReadingShown:
    """One of the amounts of a range, and in what case it is that."""

    amount: int
    words: str


@dataclass(frozen=True, slots=True)
class Basis:
    """A document with the articles that were used, and on which days they hold.

    `document` is its id in the library, `anchors` those of the provisions; `standing` is its status.
    """

    document: str
    number: str
    title: str
    articles: tuple[str, ...]
    anchors: tuple[str, ...]
    since: date
    until: date | None
    inferred: bool
    standing: str

    @property
    def path(self) -> str:
        """The address of the first of the provisions on the page of its document."""
        return article_path(self.document, self.anchors[0])


@dataclass(frozen=True, slots=True)
class ResultSheet:
    """A result. `low` and `own_high` are set where it is a range, `own` where there is a bill to share.

    `line` tells what was taken in one sentence, `taken` by single inputs. `preview` is the text on a draft.
    `head` is the beginning of `text`: what was taken, both sums and their parts.
    """

    title: str
    line: str
    taken: tuple[Taken, ...]
    unit: str
    amount: int
    low: int | None
    own: int | None
    own_high: int | None
    readings: tuple[ReadingShown, ...]
    by_fund: tuple[PartShown, ...]
    by_person: tuple[PartShown, ...]
    preview: str
    steps: tuple[StepShown, ...]
    explained: tuple[str, ...]
    assumptions: tuple[str, ...]
    others: tuple[str, ...]
    cautions: tuple[str, ...]
    basis: tuple[Basis, ...]
    hotline: str
    day: date
    head: str = ""
    text: str = ""
    kind: Literal["result"] = "result"


@dataclass(frozen=True, slots=True)
class RowShown:
    """A row of a comparison: both ends of what is paid, the same where it is sure; nothing unless `held`.

    `now` marks the case as it stands, `difference` says how this one differs from it.
    """

    label: str
    now: bool
    held: bool
    low: int = 0
    high: int = 0
    own_low: int = 0
    own_high: int = 0
    difference: str = ""


@dataclass(frozen=True, slots=True)
class ComparisonSheet:
    """Results side by side; `billed`: of a bill that is shared. `head` ends with the rows."""

    title: str
    line: str
    unit: str
    billed: bool
    rows: tuple[RowShown, ...]
    bare_cost: bool
    assumptions: tuple[str, ...]
    cautions: tuple[str, ...]
    basis: tuple[Basis, ...]
    hotline: str
    day: date
    head: str = ""
    text: str = ""
    kind: Literal["comparison"] = "comparison"


Sheet = ResultSheet | ComparisonSheet

_adapter: TypeAdapter[Sheet] = TypeAdapter(Annotated[Sheet, Field(discriminator="kind")])


def sheet_json(sheet: Sheet) -> dict[str, Any]:
    """Return a sheet as JSON takes it."""
    found: dict[str, Any] = _adapter.dump_python(sheet, mode="json")
    return found


def sheet_of(found: object) -> Sheet:
    """Return the sheet that `sheet_json` was made of. Raises ValueError for anything else."""
    return _adapter.validate_python(found)
