"""The typed parts that calculations in the policy files are built of. Strict; nothing is passed over."""

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, Field, model_validator

from bot.policy.codes import INPUTS
from bot.policy.fields import (
    COUNT,
    MONEY,
    STRICT,
    Condition,
    CountInput,
    Day,
    FigureOf,
    FigureRef,
    InputOf,
    LayerId,
    LimitRef,
    Misfit,
    MoneyInput,
    Name,
    ShareRef,
    Text,
    Topic,
    YuanRef,
    once,
)
from bot.policy.problem import brief, did_you_mean


class Model(BaseModel):
    model_config = STRICT


def check_forward(since: date | None, until: date | None) -> None:
    if since is not None and until is not None and until < since:
        raise Misfit(
            f"until ({until}) lies before since ({since})",
            "Both days are included; put the earlier one under since.",
            ("until",),
        )


class Dated(Model):
    """What may hold for a part of a provision's days only, where a ruling on the dates divides it."""

    since: Day | None = None
    until: Day | None = None

    @model_validator(mode="after")
    def _forward(self) -> Self:
        check_forward(self.since, self.until)
        return self


class _Step(Dated):
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


def _check_open_end(ends: list[str | None], field: str, end: str) -> None:
    """All bands but the last have an end, and the last has none."""
    for index, given in enumerate(ends):
        last = index == len(ends) - 1
        if (given is None) != last:
            raise Misfit(
                "the last band has no end" if last else "only the last band has no end",
                f"Remove '{end}' here." if last else f"Add '{end}' here.",
                (field, index),
            )


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
    input: MoneyInput
    label: Text


class Add(_Step):
    """A further cost merged into the first, if it came within so many hours."""

    part: Literal["add"]
    input: MoneyInput
    label: Text
    because: Text
    within: Annotated[FigureRef | None, FigureOf("hours")] = None
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


class YearlyLimit(Model):
    """At most `limit` in the calendar year, of which the inputs `used` are already used up."""

    limit: LimitRef
    used: Annotated[list[Name], Field(min_length=1), AfterValidator(once), MONEY]
    only_if: Condition = {}
    because: Text


class Repeat(Model):
    """From the second stay on only a share of the deductible, by the number in the input `counted_by`.

    `refused_if_any` is a wider count: stays that don't earn the reduction, which is then told.
    """

    share: ShareRef
    counted_by: CountInput
    because: Text
    refused_if_any: Annotated[Name | None, COUNT] = None
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
    """No more than the amount of an input counts, or than a figure less what the input `used` has used up."""

    part: Literal["cap"]
    at: Annotated[Name | None, MONEY] = None
    limit: Annotated[FigureRef | None, FigureOf("yuan")] = None
    used: Annotated[Name | None, MONEY] = None
    label: Text
    because: Text

    @model_validator(mode="after")
    def _one_cap(self) -> Self:
        if (self.at is None) == (self.limit is None):
            raise Misfit(
                "a cap is either at an input or at a figure",
                "Give one of at and limit.",
            )
        if self.used is not None and self.limit is None:
            raise Misfit(
                "used is what of a figure is used up, and this cap is at an input",
                "Remove used, or give limit in place of at.",
                ("used",),
                key=True,
            )
        return self


class AgeBand(Model):
    """A share up to an age, that year included; the last band has none."""

    up_to: Annotated[FigureRef | None, FigureOf("count", single=True)] = None
    share: ShareRef


class Rate(_Step):
    """The share of what is left that the fund pays; with `adds`, on top of what is paid already.

    The share may go by age instead.
    """

    part: Literal["rate"]
    share: Annotated[FigureRef | None, FigureOf("share")] = None
    by_age: list[AgeBand] = []
    adds: bool = False
    label: Text

    @model_validator(mode="after")
    def _one_share(self) -> Self:
        if (self.share is None) == (not self.by_age):
            raise Misfit("a rate has either a share or shares by age", "Give one of share and by_age.")
        _check_open_end([band.up_to for band in self.by_age], "by_age", "up_to")
        return self


class CutRate(_Step):
    """So many points off the rate that follows."""

    part: Literal["cut_rate"]
    points: Annotated[FigureRef, FigureOf("points")]
    label: Text


class ShareOf(_Step):
    """Go on with a share of what there is, such as a base that is part of an average wage."""

    part: Literal["share_of"]
    share: ShareRef
    label: Text


class Clamp(_Step):
    """No less and no more than shares of an amount; with `if_given` only where that amount is known."""

    part: Literal["clamp"]
    of: MoneyInput
    floor: ShareRef
    ceiling: Annotated[FigureRef, FigureOf("share", beyond_whole=True)]
    if_given: bool = False
    label: Text


class Plus(_Step):
    """Add a figure: once, or for each of a count beyond the first."""

    part: Literal["plus"]
    days: Annotated[FigureRef, FigureOf("days")]
    beyond_first: Annotated[Name | None, COUNT] = None
    label: Text


class MonthBand(Model):
    """The days for fewer than so many months; the last band has no end."""

    below: Annotated[FigureRef | None, FigureOf("months", single=True)] = None
    days: Annotated[FigureRef, FigureOf("days", single=True)]


class Pick(_Step):
    """Add the days of the band that an input lies in."""

    part: Literal["pick"]
    input: Annotated[Name, InputOf(("decimal",))]
    bands: list[MonthBand] = Field(min_length=2)
    label: Text

    @model_validator(mode="after")
    def _open_end(self) -> Self:
        _check_open_end([band.below for band in self.bands], "bands", "below")
        return self


class Times(_Step):
    """As many times a daily amount: a monthly amount divided by the days of a month."""

    part: Literal["times"]
    input: MoneyInput
    divided_by: Annotated[FigureRef, FigureOf("days", single=True)]
    label: Text


class Fixed(_Step):
    """An amount that stands in the text, whatever the case."""

    part: Literal["fixed"]
    amount: YuanRef
    label: Text
    because: Text | None = None  # where it isn't simply stated


class Shortfall(_Step):
    """What an input lacks of a figure; of several shortfalls the largest counts."""

    part: Literal["shortfall"]
    required: Annotated[FigureRef, FigureOf("years")]
    has: Annotated[Name, InputOf(("decimal",))]
    label: Text


class Reward(_Step):
    """So much for each year of a count beyond a number of years."""

    part: Literal["reward"]
    amount: YuanRef
    each: CountInput
    beyond: Annotated[FigureRef | None, FigureOf("years", single=True)] = None
    label: Text


class Compare(_Step):
    """Whether an age is reached, where it is known: told, without a part in the amount."""

    part: Literal["compare"]
    required: Annotated[FigureRef, FigureOf("count")]
    has: CountInput
    label: Text
    reached: Text
    short: Text


class AskAgain(_Step):
    """The answer to an input is too general here: ask which `among` more exact ones it is."""

    part: Literal["ask_again"]
    input: Annotated[Name, InputOf(("code",))]
    among: Annotated[list[str], Field(min_length=2), AfterValidator(once)]

    @model_validator(mode="after")
    def _more_exact(self) -> Self:
        codes = INPUTS[self.input].codes if self.input in INPUTS else ()
        general = self.only_if.get(self.input, [])
        if codes and not general:
            raise Misfit(
                f"this asks for {self.input} again whatever the answer was",
                "Name the answer that is too general under only_if.",
            )
        for index, code in enumerate(self.among):
            if codes and code not in codes:
                raise Misfit(
                    f"{self.input} is never '{brief(code)}'",
                    f"The codes are {', '.join(codes)}.{did_you_mean(code, codes)}",
                    ("among", index),
                )
            if code in general:
                raise Misfit(
                    f"'{code}' is the answer that is too general, and would be offered again",
                    "Take it out of among, or out of only_if.",
                    ("among", index),
                )
        return self


class Pay(_Step):
    """All that is left is paid."""

    part: Literal["pay"]


class Result(_Step):
    """The final amount of a calculation that has no layers, rounded half-up, and its unit."""

    part: Literal["result"]
    unit: Literal["yuan", "yuan/month", "yuan/year", "days", "years"]
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

    `own`: the exact own payment so far, without first-pay and without the cost above a yearly limit;
    `excess`: the cost above the yearly limit.
    """

    part: Literal["carry"]
    of: Literal["own", "excess"]
    plus: Annotated[Name | None, MONEY] = None  # an own payment outside the cost within scope that counts
    before: Annotated[Name | None, MONEY] = None
    label: Text
    because: Text


class Band(Model):
    """A share up to so much above the threshold; the last band has no end."""

    to: Annotated[FigureRef | None, FigureOf("yuan", single=True)] = None
    share: ShareRef


class Above(_Step):
    """A share of what lies above a threshold, or shares by bands, counted over the year.

    The yearly limit may be raised by an input; `before` is what the year had before this case.
    """

    part: Literal["above"]
    threshold: Annotated[FigureRef | None, FigureOf("yuan")] = None
    share: Annotated[FigureRef | None, FigureOf("share")] = None
    bands: list[Band] = []
    limit: Annotated[FigureRef | None, FigureOf("yuan", endless=True)] = None
    raised_by: Annotated[Name | None, MONEY] = None
    raised_at_most: Annotated[FigureRef | None, FigureOf("yuan", single=True)] = None
    before: Annotated[Name | None, MONEY] = None
    label: Text
    below: Text | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.share is None) == (not self.bands):
            raise Misfit("what is above is paid by one share or by bands", "Give one of share and bands.")
        _check_open_end([band.to for band in self.bands], "bands", "to")
        if self.raised_by is not None and self.limit is None:
            raise Misfit(
                "raised_by raises a limit, and there is none",
                "Add limit, or remove raised_by.",
                ("raised_by",),
                key=True,
            )
        if self.raised_at_most is not None and self.raised_by is None:
            raise Misfit(
                "raised_at_most bounds what raised_by adds, and there is no raised_by",
                "Add raised_by, or remove raised_at_most.",
                ("raised_at_most",),
                key=True,
            )
        return self

    @model_validator(mode="after")
    def _told(self) -> Self:
        if (self.threshold is None) != (self.below is None):
            raise Misfit(
                "threshold and below go together: below is told when nothing exceeds the threshold",
                "Add the one that is missing, or remove the other.",
            )
        return self


Part = Annotated[
    Use
    | Take
    | Add
    | PayNothing
    | Tell
    | FirstPay
    | Deductible
    | Cap
    | Rate
    | CutRate
    | ShareOf
    | Clamp
    | Plus
    | Pick
    | Times
    | Fixed
    | Shortfall
    | Reward
    | Compare
    | AskAgain
    | Pay
    | Limit
    | Layer
    | Carry
    | Above
    | Result,
    Field(discriminator="part"),
]
# The parts that bring an amount into a calculation: it needs one of them.
SOURCES_OF_AMOUNTS = (Take, Plus, Pick, Fixed, Shortfall)
