"""The shape of the policy files: what may stand where. Strict; nothing is passed over.

Places, terms and hospitals (`places.yaml`, `terms.yaml`, `hospitals.yaml`) and documents (every other file)
each have one model.
"""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from bot.policy.codes import INPUTS
from bot.policy.fields import (
    MONEY,
    Changes,
    Codes,
    Condition,
    Day,
    FigureOf,
    FigureRef,
    LayerId,
    Misfit,
    Name,
    ProvisionId,
    ProvisionRef,
    Slug,
    Tests,
    Text,
    Topic,
    as_list,
    once,
    without_figures,
)
from bot.policy.figures import Figure
from bot.policy.parts import Dated, Model, Part, check_forward
from bot.policy.problem import brief, did_you_mean


class Exceeds(Model):
    """True when something and an input together exceed a figure.

    `of`: a layer's amount; `cost`, the cost within scope; or `year`, what a layer counted over the year
    comes to before its limit.
    """

    of: Literal[LayerId, "cost", "year"]
    plus: Annotated[Name | None, MONEY] = None
    figure: Annotated[FigureRef, FigureOf("yuan", single=True)]


class Caution(Dated):
    """A warning of a rule: always, in some cases, or where another reading would pay otherwise."""

    code: Name
    when: Condition = {}
    instead: Annotated[dict[str, str], Changes()] = {}  # the other reading, as inputs changed
    exceeds: Exceeds | None = None


class DocumentCaution(Model):
    """A warning that goes with every figure of a document, everywhere or outside some places."""

    code: Name
    places_other_than: Annotated[list[Name], AfterValidator(once)] = []


class Reading(Dated):
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


class Rule(Model):
    """How a topic is worked out, part by part."""

    steps: list[Part] = Field(min_length=1)
    readings: dict[Name, Reading] = {}
    cautions: list[Caution] = []


class Span(Model):
    """The days on which something holds, both included. `inferred` days are not stated in the text."""

    since: Day
    until: Day | None = None
    basis: Literal["stated", "inferred"]
    note: Text | None = None

    @model_validator(mode="after")
    def _forward(self) -> Self:
        check_forward(self.since, self.until)
        return self


class Example(Model):
    """A case worked by hand from the article: its inputs, and what it comes to or what it asks.

    Inputs and amounts are text in quotes, as in a request; `amount` is two amounts for a range.
    """

    inputs: dict[Name, str | bool | Day]
    amount: Annotated[list[Text], BeforeValidator(as_list), Field(min_length=1, max_length=2)] | None = None
    asks: list[Name] | None = None
    refused: bool = False

    @model_validator(mode="after")
    def _one_end(self) -> Self:
        if (self.amount is not None) + (self.asks is not None) + self.refused != 1:
            raise Misfit("an example has one end", "Give exactly one of amount, asks and refused: true.")
        return self


class Provision(Model):
    """One provision: where it stands, for whom it is, its figures, and the rule where it can be computed.

    `says` is what it settles besides its figures, in our own words and without any figure.
    """

    id: ProvisionId
    article: Text
    says: Annotated[Text, AfterValidator(without_figures)] | None = None
    status: Literal["in_force", "information", "planned"] = "in_force"
    insurance: Annotated[list[Literal["employee", "resident"]], Field(min_length=1), AfterValidator(once)]
    effective: Span | None = None
    topics: Annotated[list[Topic], AfterValidator(once)] = []
    supersedes: Annotated[list[ProvisionRef], AfterValidator(once)] = []
    may_have_changed: bool = False
    figures: dict[Name, Figure] = {}
    rules: dict[Topic, Rule] = {}
    examples: list[Example] = []
    note: Text | None = None


class DocumentHead(Model):
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
    preview: Slug | None = None  # of a draft: the name under which its rules are asked for
    cautions: list[DocumentCaution] = []
    note: Text | None = None

    @model_validator(mode="after")
    def _can_be_previewed(self) -> Self:
        names = INPUTS["preview"].codes
        if self.preview is None or (self.status == "draft" and self.preview in names):
            return self
        if self.status != "draft":
            raise Misfit(
                "only a draft is previewed, and this document is none",
                "Remove preview, or write status: draft.",
                ("preview",),
                key=True,
            )
        raise Misfit(
            f"no request can ask for the preview '{self.preview}'",
            f"It is one of {', '.join(names)}.{did_you_mean(self.preview, names)}",
            ("preview",),
        )


class DocumentFile(Model):
    """One file of policies/: a document."""

    document: DocumentHead
    provisions: list[Provision] = Field(min_length=1)


class PlaceEntry(Model):
    """A place: its name, how else it is called, the place it lies in, and the counties within it.

    `within` are names as people say them, which stand for nothing else in everyday talk.
    """

    name: Text
    short: Text
    inside: Name | None = None
    within: Annotated[list[Text], AfterValidator(once)] = []


class PlacesFile(Model):
    """places.yaml: the places, and whom to ask."""

    places: dict[Name, PlaceEntry] = Field(min_length=1)
    hotline: Text
    emergency: Text
    crisis: Text


_GRADES = {"三级": "level3", "二级": "level2", "一级": "level1"}


class HospitalEntry(Model):
    """A hospital: what else it is called, where it stands, its level, and where that was read."""

    aliases: Annotated[list[Text], AfterValidator(once)] = []
    local_aliases: Annotated[list[Text], AfterValidator(once)] = []
    city: Name
    county: Text | None = None
    level: Literal["level1", "level2", "level3"] | None = None
    grade: Text | None = None  # the level as written
    run_by: Literal[
        "province", "city", "county", "district", "university", "enterprise", "private", "military"
    ]
    kind: Literal["tcm", "integrated"] | None = None
    provincial: bool = False
    sure: bool = False
    source: Text
    checked: Day

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Self:
        if (self.level is None) != (self.grade is None):
            lacking = "grade" if self.grade is None else "level"
            given = "level" if self.grade is None else "grade"
            raise Misfit(
                f"a {given} without a {lacking}", f"Write both, or leave out the {given}.", (given,), key=True
            )
        if self.grade is not None and _GRADES.get(self.grade[:2]) != self.level:
            raise Misfit(
                f"'{brief(self.grade)}' is not {self.level}",
                "Write the grade as 三级甲等, 二级乙等 or 一级, and the level that it means.",
                ("grade",),
            )
        if self.sure and (self.level is None or self._unsettled):
            raise Misfit(
                "the level of a military level-3 hospital is never sure, for the rules don't name it"
                if self._unsettled
                else "a level that isn't established can't be sure",
                "Leave out sure.",
                ("sure",),
            )
        if self.provincial and self.level != "level3":
            raise Misfit("a 省部属 hospital has level3", "Write level: level3.", ("provincial",))
        return self

    @property
    def _unsettled(self) -> bool:
        return self.run_by == "military" and self.level == "level3"


class HospitalsFile(Model):
    """hospitals.yaml: hospitals by name."""

    hospitals: dict[Text, HospitalEntry] = Field(min_length=1)


class TermsFile(Model):
    """terms.yaml: what codes and terms are called, in the words that people read."""

    inputs: dict[str, Text]
    codes: dict[str, dict[str, Text]]
    explained: dict[str, Text]
    subjects: dict[Name, Text]
    topics: dict[str, Text]
    figures: dict[str, Text] = {}
    measures: dict[str, Text] = {}
    phrases: dict[Name, Text]
