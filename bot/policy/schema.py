"""The shape of the policy files: what may stand where. Strict; nothing is passed over.

Places and terms (`places.yaml`, `terms.yaml`) and documents (every other file) each have one model.
Figures are text in the files and exact whole numbers here: fen for yuan, ten-thousandths for a share.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from bot.policy.codes import INPUTS, Kind
from bot.policy.problem import brief, did_you_mean

Path = tuple[str | int, ...]  # from an entry down to one of its parts: keys, and places in lists


class Misfit(ValueError):
    """An entry is of the right types and still wrong, at `path` below it (`key`: at the key itself)."""

    def __init__(self, what: str, mend: str, path: Path = (), *, key: bool = False) -> None:
        self.what = what
        self.mend = mend
        self.path = path
        self.key = key
        super().__init__(what)


def _once(words: list[str]) -> list[str]:
    for index, word in enumerate(words):
        if word in words[:index]:
            raise Misfit(f"'{word}' stands twice in this list", "Keep one of the two.", (index,))
    return words


def _of_our_time(day: date) -> date:
    # Also keeps the day after within what a date can hold.
    if not 1950 <= day.year <= 2199:
        raise Misfit(f"{day} is hardly meant", "Write a day between 1950 and 2199.")
    return day


def _as_list(value: Any) -> Any:
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

SHARE_SCALE = 10_000  # a share is counted in ten-thousandths: 93% is 9300
# The steps of a figure's table multiply, so few inputs already make thousands of rows.
_MOST_INPUTS_OF_TABLE = 4
_AMOUNT = re.compile(r"(0|[1-9][0-9]*)(\.[0-9]{1,2})?", re.ASCII)
_SHARE = re.compile(r"(0|[1-9][0-9]*)(\.[0-9]{1,2})?%", re.ASCII)
_WHOLE = re.compile(r"(0|[1-9][0-9]*)", re.ASCII)
_MOST_DIGITS = 10


@dataclass(frozen=True, slots=True)
class FigureOf:
    """What a reference to a figure must lead to.

    `single`: one value, no table; `endless`: 'no limit' may be among the values.
    """

    unit: Unit
    single: bool = False
    endless: bool = False


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
_MONEY = InputOf(("money",))
_COUNT = InputOf(("count",))

Codes = Annotated[list[str | bool], BeforeValidator(_as_list), Field(min_length=1)]
Condition = Annotated[dict[str, Codes], Tests()]
ShareRef = Annotated[FigureRef, FigureOf("share")]
YuanRef = Annotated[FigureRef, FigureOf("yuan")]
LimitRef = Annotated[FigureRef, FigureOf("yuan", endless=True)]
MoneyInput = Annotated[Name, _MONEY]
CountInput = Annotated[Name, _COUNT]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


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


def _read_figure(text: str, unit: Unit, path: Path) -> int:
    """Return `text` in the smallest whole step of `unit`: fen, ten-thousandths, or ones."""
    form, what, like = {
        "yuan": (_AMOUNT, "an amount in yuan", '"1600" or "12.50"'),
        "share": (_SHARE, "a share", '"85%"'),
    }.get(unit, (_WHOLE, f"a whole number of {unit}", '"72"'))
    if not form.fullmatch(text):
        raise Misfit(f"'{brief(text)}' is not {what}", f"Write it like {like}.", path)
    number = text.removesuffix("%")
    if len(number.partition(".")[0]) > _MOST_DIGITS:
        raise Misfit(f"{brief(text)} is more than any figure here can be", "Look for a digit too many.", path)
    if unit == "share":
        share = int(Decimal(number) * 100)
        if share > SHARE_SCALE * 10:
            raise Misfit(f"{text} is more than ten times the whole", "Look for a missing point.", path)
        return share
    return int(Decimal(number) * 100) if unit == "yuan" else int(number)


def codes_of(name: str) -> tuple[str, ...]:
    """Return the codes of an input as they are written in a file: `true` and `false` for yes/no."""
    return ("true", "false") if INPUTS[name].kind == "yes_no" else INPUTS[name].codes


Key = tuple[str | bool, ...]


class Figure(_Model):
    """One figure of a provision: a single value, a table by inputs, or a list of names.

    `values` nests once for each input in `by`. `same_as` gives a code the value of another, `not_held`
    names codes for which the document states nothing, `unlimited` those for which it says there is no
    limit. `not_stated` marks a figure that the document leaves blank.
    """

    unit: Unit | None = None
    value: Text | None = None
    by: Annotated[list[Name], AfterValidator(_once)] = []
    values: dict[str, Any] | None = None
    items: Annotated[list[Text], Field(min_length=1)] | None = None
    same_as: dict[str, str] = {}
    not_held: Annotated[list[str], AfterValidator(_once)] = []
    unlimited: Annotated[list[str], AfterValidator(_once)] = []
    not_stated: bool = False
    note: Text | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        self._check_form()
        self._check_inputs()
        self._check_named_codes()
        self.table()
        return self

    def _check_form(self) -> None:
        forms = [self.value is not None, self.values is not None, self.items is not None, self.not_stated]
        if sum(forms) != 1:
            raise Misfit(
                "a figure has exactly one of value, values, items, not_stated",
                "Keep the one that is meant." if any(forms) else "Add one of them.",
            )
        if (self.values is not None) != bool(self.by):
            raise Misfit(
                "values and by go together: by names the inputs that the table goes by",
                "Add the one that is missing, or write a single value.",
            )
        if self.unit is None and self.items is None:
            raise Misfit("a figure needs a unit", "Add unit, such as unit: yuan or unit: share.")
        if self.unit is not None and self.items is not None:
            raise Misfit("a list of names has no unit", "Remove unit.", ("unit",), key=True)

    def _check_inputs(self) -> None:
        if len(self.by) > _MOST_INPUTS_OF_TABLE:
            raise Misfit(
                f"a table goes by {_MOST_INPUTS_OF_TABLE} inputs at most",
                "Split the figure.",
                ("by", _MOST_INPUTS_OF_TABLE),
            )
        for index, name in enumerate(self.by):
            if name not in INPUTS:
                raise Misfit(
                    f"there is no input '{name}'",
                    f"A table goes by inputs such as hospital_level or status.{did_you_mean(name, INPUTS)}",
                    ("by", index),
                )
            if INPUTS[name].kind not in {"code", "yes_no"}:
                raise Misfit(
                    f"{name} has no codes, so no table can go by it",
                    "Choose an input that has codes, or is answered by yes or no.",
                    ("by", index),
                )

    def _check_named_codes(self) -> None:
        """Each code outside the table is a code of it, and stands in one place only."""
        known = [code for name in self.by for code in codes_of(name)]
        seen: dict[str, str] = {}
        for field in ("same_as", "not_held", "unlimited"):
            named: dict[str, str] | list[str] = getattr(self, field)
            for index, code in enumerate(named):
                path = (field, code if isinstance(named, dict) else index)
                if code not in known:
                    raise Misfit(
                        f"{field} names '{brief(code)}', which is no code of this figure",
                        f"The codes are {', '.join(known)}.{did_you_mean(code, known)}"
                        if known
                        else f"Only a figure with values has codes; remove {field}.",
                        path,
                        key=True,
                    )
                if code in seen:
                    raise Misfit(
                        f"'{code}' stands under {seen[code]} and under {field}",
                        "Keep one of the two.",
                        path,
                        key=True,
                    )
                seen[code] = field
        for code, target in self.same_as.items():
            self._check_same_as(code, target)

    def _check_same_as(self, code: str, target: str) -> None:
        path = ("same_as", code)
        codes = next(codes for codes in map(codes_of, self.by) if code in codes)
        if target not in codes:
            raise Misfit(
                f"'{code}' is the same as '{brief(target)}', which is no code beside it",
                f"The codes are {', '.join(codes)}.{did_you_mean(target, codes)}",
                path,
            )
        way = [code, target]
        while way[-1] in self.same_as and way[-1] not in way[:-1]:
            way.append(self.same_as[way[-1]])
        if way[-1] in way[:-1]:
            raise Misfit(
                f"same_as goes in a circle: {' → '.join(way)}", "Give one of them a value of its own.", path
            )
        if target in (*self.same_as, *self.not_held, *self.unlimited):
            raise Misfit(
                f"'{code}' is the same as '{target}', which has no value of its own",
                f"Name a code that stands under values, or put '{code}' where '{target}' stands.",
                path,
            )

    def table(self) -> dict[Key, int | None]:
        """Return the value for each combination of codes of `by`, in order; None means no limit.

        A single value stands under the empty combination. Codes in `not_held` are absent; a figure with
        items, or not stated, has no rows. Raises Misfit, naming the code, where a value is missing.
        """
        rows: dict[Key, int | None] = {}
        if self.value is not None:
            assert self.unit is not None
            rows[()] = _read_figure(self.value, self.unit, ("value",))
        elif self.values is not None:
            self._fill(rows, self.values, (), ("values",))
            if not rows:
                raise Misfit(
                    "no code has a value here",
                    "Write the values, or not_stated: true in place of the table.",
                    ("values",),
                    key=True,
                )
        return rows

    def _fill(self, rows: dict[Key, int | None], values: Any, key: Key, path: Path) -> None:
        """Add to `rows` what stands in `values`, the part of the table below `key`, written at `path`."""
        if len(key) == len(self.by):
            rows[key] = self._cell(values, path)
            return
        name = self.by[len(key)]
        where = f" for {', '.join(brief(part) for part in key)}" if key else ""
        if not isinstance(values, dict):
            raise Misfit(
                f"a value for each {name} is expected here{where}",
                f"Write a mapping with the codes {', '.join(codes_of(name))}.",
                path,
            )
        self._check_codes(name, values, path)
        for code in codes_of(name):
            step: str | bool = code == "true" if INPUTS[name].kind == "yes_no" else code
            written = self.same_as.get(code, code)
            if code in self.unlimited:
                self._fill_endless(rows, (*key, step))
            elif written in values:
                self._fill(rows, values[written], (*key, step), (*path, written))
            elif code not in self.not_held:
                raise Misfit(
                    f"no value for {name} '{written}'{where}",
                    "Write the value, or name the code under same_as, unlimited or not_held.",
                    path,
                    key=True,
                )

    def _fill_endless(self, rows: dict[Key, int | None], key: Key) -> None:
        if len(key) == len(self.by):
            rows[key] = None
            return
        name = self.by[len(key)]
        for code in codes_of(name):
            if code not in self.not_held:
                self._fill_endless(rows, (*key, code == "true" if INPUTS[name].kind == "yes_no" else code))

    def _check_codes(self, name: str, values: dict[str, Any], path: Path) -> None:
        codes = codes_of(name)
        for code in values:
            if code not in codes:
                raise Misfit(
                    f"'{brief(code)}' is no {name}",
                    f"The codes are {', '.join(codes)}.{did_you_mean(code, codes)}",
                    (*path, code),
                    key=True,
                )
            for field in ("same_as", "not_held", "unlimited"):
                if code in getattr(self, field):
                    raise Misfit(
                        f"'{code}' has a value here and stands under {field} as well",
                        f"Remove the value, or take '{code}' out of {field}.",
                        (*path, code),
                        key=True,
                    )

    def _cell(self, value: Any, path: Path) -> int:
        if not isinstance(value, str):
            given = f'"{brief(value)}"' if isinstance(value, int) else 'it like "1600" or "85%"'
            raise Misfit("a figure is written as text in quotes", f"Write {given}.", path)
        assert self.unit is not None
        return _read_figure(value, self.unit, path)


class _Step(_Model):
    """What every part may say: when it applies, and the words told with it."""

    only_if: Condition = {}
    skip_if: Condition = {}
    otherwise: Text | None = None  # told when the part does not apply

    @model_validator(mode="after")
    def _can_be_told(self) -> Self:
        if self.otherwise is None:
            return self
        if "label" not in type(self).model_fields:
            raise Misfit(
                "otherwise is told with a label, and this part has none",
                "Say it in the parts that are used.",
                ("otherwise",),
                key=True,
            )
        if not self.only_if and not self.skip_if:
            raise Misfit(
                "otherwise is told when the part does not apply, and this part always applies",
                "Add only_if or skip_if, or remove otherwise.",
                ("otherwise",),
                key=True,
            )
        return self


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
    input: Annotated[Literal["eligible_cost", "own_cost"], _MONEY]
    label: Text


class Add(_Step):
    """A further cost merged into the first, if it came within so many hours."""

    part: Literal["add"]
    input: MoneyInput
    label: Text
    because: Text
    within: Annotated[FigureRef | None, FigureOf("hours", single=True)] = None
    measured_by: Annotated[Name | None, InputOf(("decimal", "count"))] = None
    beyond: Text | None = None  # told when it came too late

    @model_validator(mode="after")
    def _limit_whole(self) -> Self:
        if not (self.within is None) == (self.measured_by is None) == (self.beyond is None):
            raise Misfit(
                "within, measured_by and beyond go together",
                "Give all three: the limit, the input it is measured by, and what is told beyond it.",
            )
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
    share: ShareRef
    label: Text


class YearlyLimit(_Model):
    """At most `limit` in the calendar year, of which the inputs `used` are already used up."""

    limit: LimitRef
    used: Annotated[list[Name], Field(min_length=1), AfterValidator(_once), _MONEY]
    only_if: Condition = {}
    because: Text


class Repeat(_Model):
    """From the second stay on only a share of the deductible, by the number in the input `counted_by`.

    `refused_if_any` is a wider count: stays that don't earn the reduction, which is then told.
    """

    share: Annotated[FigureRef, FigureOf("share", single=True)]
    counted_by: CountInput
    because: Text
    refused_if_any: Annotated[Name | None, _COUNT] = None
    refused: Text | None = None

    @model_validator(mode="after")
    def _told(self) -> Self:
        if (self.refused_if_any is None) != (self.refused is None):
            raise Misfit(
                "refused_if_any and refused go together",
                "Give both: the wider count, and what is told when it earns no reduction.",
            )
        return self


class Deductible(_Step):
    """The part of the cost below the deductible line, which the person pays."""

    part: Literal["deductible"]
    amount: YuanRef
    label: Text
    below: Text  # told when the cost does not exceed it
    repeat: Repeat | None = None
    limits: list[YearlyLimit] = []


class Cap(_Step):
    """No more than the amount of an input counts."""

    part: Literal["cap"]
    at: MoneyInput
    label: Text
    because: Text


class Rate(_Step):
    """The share of what is left that the fund pays."""

    part: Literal["rate"]
    share: ShareRef
    label: Text


class Limit(_Step):
    """The most that the fund pays in the year; what is above it may go to the next layer."""

    part: Literal["limit"]
    limit: LimitRef
    used: MoneyInput
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
    before: Annotated[Name | None, _MONEY] = None
    label: Text
    because: Text


class Above(_Step):
    """A share of what lies above a threshold, counted over the year, with an optional yearly limit."""

    part: Literal["above"]
    threshold: Annotated[FigureRef | None, FigureOf("yuan")] = None
    share: ShareRef
    limit: Annotated[FigureRef | None, FigureOf("yuan", endless=True)] = None
    label: Text
    below: Text | None = None

    @model_validator(mode="after")
    def _told(self) -> Self:
        if (self.threshold is None) != (self.below is None):
            raise Misfit(
                "threshold and below go together: below is told when nothing exceeds the threshold",
                "Add the one that is missing, or remove the other.",
            )
        return self


Part = Annotated[
    Use | Take | Add | PayNothing | Tell | FirstPay | Deductible | Cap | Rate | Limit | Layer | Carry | Above,
    Field(discriminator="part"),
]


class Exceeds(_Model):
    """True when a layer's amount and an input together exceed a figure."""

    layer: LayerId
    plus: Annotated[Name | None, _MONEY] = None
    figure: Annotated[FigureRef, FigureOf("yuan", single=True)]


class Caution(_Model):
    """A warning of a rule: always, in some cases, or where another reading would pay otherwise."""

    code: Name
    when: Condition = {}
    instead: Annotated[dict[str, str], Changes()] = {}  # the other reading, as inputs changed
    exceeds: Exceeds | None = None


class DocumentCaution(_Model):
    """A warning that goes with every figure of a document, everywhere or outside some places."""

    code: Name
    places_other_than: Annotated[list[Name], AfterValidator(_once)] = []


class Reading(_Model):
    """Two ways to read the text. Both count and give a range, unless one is `taken`.

    The reading is an input of its own name, which parts may ask for in only_if and skip_if.
    """

    when: Annotated[dict[str, Codes], Field(min_length=1), Tests(readings=False)]
    ways: dict[Name, Text] = Field(min_length=2)
    taken: str | None = None

    @model_validator(mode="after")
    def _one_of_the_ways(self) -> Self:
        if self.taken is not None and self.taken not in self.ways:
            raise Misfit(
                f"'{brief(self.taken)}' is no way of this reading",
                f"The ways are {', '.join(self.ways)}.{did_you_mean(self.taken, self.ways)}",
                ("taken",),
            )
        return self


class Rule(_Model):
    """How a topic is worked out, part by part."""

    steps: list[Part] = Field(min_length=1)
    readings: dict[Name, Reading] = {}
    cautions: list[Caution] = []


class Span(_Model):
    """The days on which something holds, both included. `inferred` days are not stated in the text."""

    since: Day
    until: Day | None = None
    basis: Literal["stated", "inferred"]
    note: Text | None = None

    @model_validator(mode="after")
    def _forward(self) -> Self:
        if self.until is not None and self.until < self.since:
            raise Misfit(
                f"until ({self.until}) lies before since ({self.since})",
                "Both days are included; put the earlier one under since.",
                ("until",),
            )
        return self


class Provision(_Model):
    """One provision: where it stands, for whom it is, its figures, and the rule where it can be computed."""

    id: ProvisionId
    article: Text
    status: Literal["in_force", "information", "planned"] = "in_force"
    insurance: Annotated[list[Literal["employee", "resident"]], Field(min_length=1), AfterValidator(_once)]
    effective: Span | None = None
    topics: Annotated[list[Topic], AfterValidator(_once)] = []
    supersedes: Annotated[list[ProvisionRef], AfterValidator(_once)] = []
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
    checked: Day
    may_have_changed_after: Day | None = None
    cautions: list[DocumentCaution] = []
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
