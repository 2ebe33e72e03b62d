"""The shape of the policy files: what may stand where. Strict; nothing is passed over.

Places and terms (`places.yaml`, `terms.yaml`) and documents (every other file) each have one model.
Figures are text in the files and exact whole numbers here: fen for yuan, ten-thousandths for a share.
"""

import re
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator

from bot.policy.codes import INPUTS

Text = Annotated[str, StringConstraints(min_length=1, max_length=400, strip_whitespace=True)]
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

SHARE_SCALE = 10_000  # a share is counted in ten-thousandths: 93% is 9300
_AMOUNT = re.compile(r"^(0|[1-9][0-9]{0,9})(\.[0-9]{1,2})?$")
_SHARE = re.compile(r"^(0|[1-9][0-9]{0,2})(\.[0-9]{1,2})?%$")
_WHOLE = re.compile(r"^(0|[1-9][0-9]{0,9})$")


def _read_figure(text: str, unit: str) -> int:
    """Return `text` in the smallest whole step of `unit`: fen, ten-thousandths, or ones."""
    if unit == "yuan":
        if not _AMOUNT.match(text):
            raise ValueError(f'{text} is not an amount in yuan; write it like "1600" or "12.50"')
        return int(Decimal(text) * 100)
    if unit == "share":
        if not _SHARE.match(text):
            raise ValueError(f'{text} is not a share; write it like "85%"')
        share = int(Decimal(text[:-1]) * 100)
        if share > SHARE_SCALE * 10:
            raise ValueError(f"{text} is more than ten times the whole")
        return share
    if not _WHOLE.match(text):
        raise ValueError(f'{text} is not a whole number of {unit}; write it like "72"')
    return int(text)


def _as_list(value: Any) -> Any:
    return value if isinstance(value, list) else [value]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


Codes = Annotated[list[str | bool], BeforeValidator(_as_list), Field(min_length=1)]
Condition = dict[str, Codes]


class Figure(_Model):
    """One figure of a provision: a single value, a table by inputs, or a list of names.

    `values` nests once for each input in `by`. `same_as` gives a code the value of another, `not_held`
    names codes for which the document states nothing, `unlimited` those for which it says there is no
    limit. `not_stated` marks a figure that the document leaves blank.
    """

    unit: Unit | None = None
    value: Text | None = None
    by: list[Name] = []
    values: dict[str, Any] | None = None
    items: list[Text] | None = None
    same_as: dict[str, str] = {}
    not_held: list[str] = []
    unlimited: list[str] = []
    not_stated: bool = False
    note: Text | None = None

    @model_validator(mode="after")
    def _one_form(self) -> Self:
        forms = [self.value is not None, self.values is not None, self.items is not None, self.not_stated]
        if sum(forms) != 1:
            raise ValueError("give exactly one of value, values, items, not_stated")
        if (self.values is not None) != bool(self.by):
            raise ValueError("values and by go together: by names the inputs of the table")
        if (self.unit is None) != (self.items is not None):
            raise ValueError("a figure with value, values or not_stated needs a unit; items has none")
        if self.value is not None and self.unit is not None:
            _read_figure(self.value, self.unit)
        for name in self.by:
            if name not in INPUTS or INPUTS[name].kind not in {"code", "yes_no"}:
                raise ValueError(f"{name} is no input with codes, so no table can go by it")
        return self

    def table(self) -> "dict[tuple[str | bool, ...], int | None]":
        """Return the value for each combination of codes of `by`, in order; None means no limit.

        Codes in `not_held` are absent. Raises ValueError, naming the code, where a value is missing.
        """
        if self.value is not None:
            assert self.unit is not None
            return {(): _read_figure(self.value, self.unit)}
        if self.values is None:
            return {}
        return dict(self._rows(self.values, 0, ()))

    def _rows(
        self, values: Any, depth: int, path: tuple[str | bool, ...]
    ) -> "list[tuple[tuple[str | bool, ...], int | None]]":
        name = self.by[depth]
        field = INPUTS[name]
        codes: tuple[str, ...] = ("true", "false") if field.kind == "yes_no" else field.codes
        where = f" for {', '.join(str(p) for p in path)}" if path else ""
        if not isinstance(values, dict):
            raise FigureProblem(path, f"a value for each {name} is expected here{where}")
        for key in values:
            if key not in codes:
                raise FigureProblem((*path, key), f"{key} is no {name}; the codes are {', '.join(codes)}")
        rows: list[tuple[tuple[str | bool, ...], int | None]] = []
        for code in codes:
            step: str | bool = code == "true" if field.kind == "yes_no" else code
            if code in self.not_held:
                continue
            key = code if code in values else self.same_as.get(code, code)
            if code in self.unlimited:
                rows.append(((*path, step), None))
                continue
            if key not in values:
                raise FigureProblem(path, f"no value for {name} '{code}'{where}")
            entry = values[key]
            if depth + 1 < len(self.by):
                rows.extend(self._rows_renamed(entry, depth + 1, (*path, step), (*path, key)))
                continue
            if not isinstance(entry, str):
                raise FigureProblem(
                    (*path, key), 'a figure is written as text in quotes, like "1600" or "85%"'
                )
            assert self.unit is not None
            try:
                rows.append(((*path, step), _read_figure(entry, self.unit)))
            except ValueError as error:
                raise FigureProblem((*path, key), str(error)) from None
        return rows

    def _rows_renamed(
        self, entry: Any, depth: int, path: tuple[str | bool, ...], written: tuple[str | bool, ...]
    ) -> "list[tuple[tuple[str | bool, ...], int | None]]":
        """Read the rows below `path`, but report problems where they are `written`."""
        try:
            return self._rows(entry, depth, path)
        except FigureProblem as problem:
            raise FigureProblem((*written, *problem.path[len(written) :]), str(problem)) from None


class FigureProblem(ValueError):
    """A table of a figure is wrong at `path` below its values."""

    def __init__(self, path: tuple[str | bool, ...], what: str) -> None:
        self.path = path
        super().__init__(what)


class _Step(_Model):
    """What every part may say: when it applies, and the words told with it."""

    only_if: Condition = {}
    skip_if: Condition = {}
    otherwise: Text | None = None  # told when the part does not apply


class Use(_Step):
    """The steps of another topic, by whatever holds for the place and day.

    Where nothing holds, a case with all of `harmless_if` goes on without it; any other is refused.
    """

    part: Literal["use"]
    topic: Topic
    harmless_if: Condition = {}


class Take(_Step):
    """The amount that a calculation starts from: the cost within scope, or another input."""

    part: Literal["take"]
    input: Literal["eligible_cost", "own_cost"]
    label: Text


class Add(_Step):
    """A further cost merged into the first, if it came within so many hours."""

    part: Literal["add"]
    input: Name
    label: Text
    because: Text
    within: FigureRef | None = None
    measured_by: Name | None = None
    beyond: Text | None = None  # told when it came too late

    @model_validator(mode="after")
    def _limit_whole(self) -> Self:
        if not (self.within is None) == (self.measured_by is None) == (self.beyond is None):
            raise ValueError("within, measured_by and beyond go together")
        return self


class PayNothing(_Step):
    """The fund pays nothing for this case, and no later part applies."""

    part: Literal["pay_nothing"]
    layer: LayerId
    label: Text
    because: Text


class Tell(_Step):
    """Something that changed nothing and mattered to the person all the same."""

    part: Literal["tell"]
    label: Text
    because: Text


class FirstPay(_Step):
    """A share of the cost that the person bears before anything else is worked out."""

    part: Literal["first_pay"]
    share: FigureRef
    label: Text


class YearlyLimit(_Model):
    """At most `limit` in the calendar year, of which the inputs `used` are already used up."""

    limit: FigureRef
    used: list[Name] = Field(min_length=1)
    only_if: Condition = {}
    because: Text


class Repeat(_Model):
    """From the second stay on only a share of the deductible, by the number in the input `counted_by`.

    `refused_if_any` is a wider count: stays that don't earn the reduction, which is then told.
    """

    share: FigureRef
    counted_by: Name
    because: Text
    refused_if_any: Name | None = None
    refused: Text | None = None


class Deductible(_Step):
    """The part of the cost below the deductible line, which the person pays."""

    part: Literal["deductible"]
    amount: FigureRef
    label: Text
    below: Text  # told when the cost does not exceed it
    repeat: Repeat | None = None
    limits: list[YearlyLimit] = []


class Cap(_Step):
    """No more than the amount of an input counts."""

    part: Literal["cap"]
    at: Name
    label: Text
    because: Text


class Rate(_Step):
    """The share of what is left that the fund pays."""

    part: Literal["rate"]
    share: FigureRef
    label: Text


class Limit(_Step):
    """The most that the fund pays in the year; what is above it may go to the next layer."""

    part: Literal["limit"]
    limit: FigureRef
    used: Name
    label: Text
    because: Text


class Layer(_Step):
    """The final amount of a layer, rounded half-up to the fen: the only rounding there is."""

    part: Literal["layer"]
    id: LayerId
    label: Text


class Carry(_Step):
    """What the next layer works on.

    `own`: the exact own payment so far, without first-pay; `excess`: the cost above the yearly limit.
    """

    part: Literal["carry"]
    of: Literal["own", "excess"]
    before: Name | None = None
    label: Text
    because: Text


class Above(_Step):
    """A share of what lies above a threshold, counted over the year, with an optional yearly limit."""

    part: Literal["above"]
    threshold: FigureRef | None = None
    share: FigureRef
    limit: FigureRef | None = None
    label: Text
    below: Text | None = None

    @model_validator(mode="after")
    def _told(self) -> Self:
        if (self.threshold is None) != (self.below is None):
            raise ValueError("threshold and below go together: below is told when nothing exceeds it")
        return self


Part = Annotated[
    Use | Take | Add | PayNothing | Tell | FirstPay | Deductible | Cap | Rate | Limit | Layer | Carry | Above,
    Field(discriminator="part"),
]


class Exceeds(_Model):
    """True when a layer's amount and an input together exceed a figure."""

    layer: LayerId
    plus: Name | None = None
    figure: FigureRef


class Caution(_Model):
    """A warning by its code: always, in some cases, or where another reading would pay otherwise."""

    code: Name
    when: Condition = {}
    places_other_than: list[Name] = []
    instead: dict[str, str] = {}  # the other reading, as inputs changed
    exceeds: Exceeds | None = None


class Reading(_Model):
    """Two ways to read the text. Both count and give a range, unless one is `taken`.

    The reading is an input of its own name, which parts may ask for in only_if and skip_if.
    """

    when: Condition
    ways: dict[str, Text] = Field(min_length=2)
    taken: str | None = None


class Rule(_Model):
    """How a topic is worked out, part by part."""

    steps: list[Part] = Field(min_length=1)
    readings: dict[str, Reading] = {}
    cautions: list[Caution] = []


class Span(_Model):
    """The days on which something holds, both included. `inferred` days are not stated in the text."""

    since: date
    until: date | None = None
    basis: Literal["stated", "inferred"]
    note: Text | None = None

    @model_validator(mode="after")
    def _forward(self) -> Self:
        if self.until is not None and self.until < self.since:
            raise ValueError("until lies before since")
        return self


class Provision(_Model):
    """One provision: where it stands, for whom it is, its figures, and the rule where it can be computed."""

    id: ProvisionId
    article: Text
    status: Literal["in_force", "information", "planned"] = "in_force"
    insurance: list[Literal["employee", "resident"]] = Field(min_length=1)
    effective: Span | None = None
    topics: list[Topic] = []
    supersedes: list[ProvisionRef] = []
    may_have_changed: bool = False
    figures: dict[Name, Figure] = {}
    rules: dict[Topic, Rule] = {}
    note: Text | None = None


class DocumentHead(_Model):
    """What a document is, where and from when it holds, and where its text was read."""

    id: Slug
    number: Text  # how it is cited
    title: Text
    issuer: Text
    place: Name
    status: Literal["in_force", "draft", "information"]
    effective: Span
    read_in: Text
    checked: date
    may_have_changed_after: date | None = None
    cautions: list[Caution] = []
    note: Text | None = None


class DocumentFile(_Model):
    """One file of policies/: a document."""

    document: DocumentHead
    provisions: list[Provision] = Field(min_length=1)


class PlaceEntry(_Model):
    """A place: its name, how else it is called, and the place it lies in."""

    name: Text
    short: Text
    inside: Name | None = None


class PlacesFile(_Model):
    """places.yaml: the places, and whom to ask."""

    places: dict[Name, PlaceEntry] = Field(min_length=1)
    hotline: Text
    emergency: Text


class TermsFile(_Model):
    """terms.yaml: what codes and terms are called, in the words that people read."""

    inputs: dict[str, Text]
    codes: dict[str, dict[str, Text]]
    explained: dict[str, Text]
    subjects: dict[Name, Text]
    topics: dict[str, Text]
    phrases: dict[Name, Text]
