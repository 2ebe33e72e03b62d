"""What is told of one provision: its figures as tables with names, its days and its weight. Plain data."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from bot.policy.codes import BENEFITS, INPUTS
from bot.policy.figures import Figure, codes_of
from bot.policy.library import Library, Provision
from bot.rendering.facts import shown

Standing = Literal["in_force", "draft", "planned", "information", "future", "superseded", "ended"]


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table: what it is for, and its values; None where the text states nothing."""

    label: str
    values: tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class FigureTold:
    """A figure with its name, in exactly one form: `value`, `items`, `rows`, or none: not stated.

    `label` heads the labels of the rows and `columns` their values. `not_held` names cases for which the
    text states nothing.
    """

    key: str
    name: str
    value: str | None = None
    items: tuple[str, ...] = ()
    label: str = ""
    columns: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    not_held: tuple[str, ...] = ()
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Replacing:
    """A provision that comes in another's place from a day on: where, and for which schemes."""

    provision: Provision
    place: str
    schemes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ProvisionTold:
    """A provision in words. `until` is the last day it holds for whom it is told; both days included."""

    provision: Provision
    anchor: str
    topics: tuple[str, ...]
    schemes: tuple[str, ...]
    place: str
    since: date
    until: date | None
    inferred: bool
    standing: Standing
    doubtful: bool
    figures: tuple[FigureTold, ...]
    computed: tuple[str, ...]
    replaced_by: tuple[Replacing, ...] = ()

    @property
    def article(self) -> str:
        return self.provision.entry.article

    @property
    def number(self) -> str:
        """How the document is cited."""
        return self.provision.document.number

    @property
    def document(self) -> str:
        """The document's id, which its address holds."""
        return self.provision.document.id

    @property
    def says(self) -> str | None:
        return self.provision.entry.says

    @property
    def note(self) -> str | None:
        return self.provision.entry.note


def anchor_of(provision: Provision) -> str:
    """Return the id under which a page holds a provision: `<document id>-<provision id>`."""
    return anchor(provision.document.id, provision.entry.id)


def anchor(document: str, entry: str) -> str:
    """Return what `anchor_of` does, of the ids of both."""
    return f"{document}-{entry}"


def in_order(provision: Provision) -> tuple[str, tuple[int, ...]]:
    """Return what provisions are sorted by: document, then the numbers of the provision."""
    return provision.document.id, tuple(int(part) for part in provision.entry.id.split("."))


def told(
    library: Library, provision: Provision, city: str | None, scheme: str | None, day: date
) -> ProvisionTold:
    """Return what is told of a provision on `day`: to people of a city and scheme, or to everybody."""
    until = provision.until if city is None or scheme is None else library.last_day(provision, city, scheme)
    entry, head = provision.entry, provision.document.head
    return ProvisionTold(
        provision=provision,
        anchor=anchor_of(provision),
        topics=tuple(dict.fromkeys(topic_names(library, provision))),
        schemes=tuple(library.terms.of("insurance", each) for each in entry.insurance),
        place=library.places[head.place],
        since=provision.since,
        until=until,
        inferred=(entry.effective or head.effective).basis == "inferred",
        standing=standing(library, provision, city, scheme, day),
        doubtful=provision.doubtful_on(day),
        figures=tuple(figures_told(library, provision)),
        computed=tuple(library.terms.of("benefit", topic) for topic in entry.rules if topic in BENEFITS),
        replaced_by=() if city is not None else tuple(_replacing(library, provision)),
    )


def topic_names(library: Library, provision: Provision) -> Iterator[str]:
    """Yield what a provision is about; what it computes, where it names no topic."""
    terms = library.terms
    for topic in provision.entry.topics:
        yield terms.topics[topic]
    if not provision.entry.topics:
        for topic in provision.entry.rules:
            if topic in BENEFITS or topic in terms.topics:
                yield terms.of("benefit", topic) if topic in BENEFITS else terms.topics[topic]


def standing(
    library: Library, provision: Provision, city: str | None, scheme: str | None, day: date
) -> Standing:
    """Return what weight a provision has on `day`; superseded only once it is for all whom it is told to."""
    head, entry = provision.document.head, provision.entry
    if head.status == "draft":
        return "draft"
    if entry.status != "in_force" or head.status != "in_force":
        return "planned" if entry.status == "planned" else "information"
    if provision.since > day:
        return "future"
    ends = [
        library.last_day(provision, place, each)
        for place in ([city] if city is not None else library.reached_by(provision))
        for each in ([scheme] if scheme is not None else entry.insurance)
    ]
    if all(end is not None and end < day for end in ends):
        return "ended" if provision.until is not None and provision.until < day else "superseded"
    return "in_force"


def _replacing(library: Library, provision: Provision) -> Iterator[Replacing]:
    for later in library.superseding(provision):
        schemes = [each for each in provision.entry.insurance if each in later.entry.insurance]
        here, there = provision.document.head.place, later.document.head.place
        # A rule of the province replaces one of a city in that city only.
        inner = there if there in library.cities and here not in library.cities else here
        yield Replacing(
            later,
            library.places[inner],
            tuple(library.terms.of("insurance", each) for each in schemes),
        )


def figures_told(library: Library, provision: Provision) -> Iterator[FigureTold]:
    """Yield every figure of a provision, in the order of its file."""
    for key, figure in provision.entry.figures.items():
        name = library.terms.figure(provision, key)
        measure = library.terms.measure(provision, key)
        if figure.items is not None:
            yield FigureTold(key, name, items=tuple(figure.items), note=figure.note)
        elif figure.not_stated or figure.unit is None:
            yield FigureTold(key, name, note=figure.note)
        elif not figure.by:
            value = with_unit(provision.tables[key][()], figure.unit, measure)
            yield FigureTold(key, name, value=value, note=figure.note)
        else:
            yield _table(library, provision, key, name, measure)


def with_unit(value: int | None, unit: str, measure: str) -> str:
    """Return a figure with its unit as people read it; what is counted with its measure word."""
    if unit == "count" and value is not None and value and value % 10_000 == 0 and measure not in {"年", ""}:
        return f"{value // 10_000}万{measure}"
    return shown(value, unit) + (measure if unit == "count" else "")


def _table(library: Library, provision: Provision, key: str, name: str, measure: str) -> FigureTold:
    """Return a figure by inputs: the last of two or more makes the columns, the others the rows."""
    figure = provision.entry.figures[key]
    assert figure.unit is not None
    terms = library.terms
    heads, across = (figure.by[:-1], figure.by[-1]) if len(figure.by) > 1 else (figure.by, None)
    cells = {path: with_unit(value, figure.unit, measure) for path, value in provision.tables[key].items()}
    steps: list[str | bool] = []
    if across is not None:
        used = {path[-1] for path in cells}
        steps = [step for step in _steps(across) if step in used]
    rows: dict[tuple[str | bool, ...], Row] = {}
    together: dict[tuple[str | bool, ...], list[str]] = {}
    for path in cells:
        place = path if across is None else path[:-1]
        leader = tuple(figure.same_as.get(_code(step), step) for step in place)
        label = "，".join(terms.of(head, step) for head, step in zip(heads, place, strict=True))
        if label not in together.setdefault(leader, []):
            together[leader].append(label)
        values = (cells[path],) if across is None else tuple(cells.get((*place, step)) for step in steps)
        rows[leader] = Row("、".join(together[leader]), values)
    return FigureTold(
        key,
        name,
        label="，".join(terms.inputs[head] for head in heads),
        columns=(name,) if across is None else tuple(terms.of(across, step) for step in steps),
        rows=tuple(rows.values()),
        not_held=tuple(_not_held(library, figure)),
        note=figure.note,
    )


def _steps(name: str) -> list[str | bool]:
    """Return the steps of an input in the order of columns: what is usual comes first."""
    return [False, True] if INPUTS[name].kind == "yes_no" else list(codes_of(name))


def _code(step: str | bool) -> str:
    return str(step).lower() if isinstance(step, bool) else step


def _not_held(library: Library, figure: Figure) -> Iterator[str]:
    for code in figure.not_held:
        name = next(name for name in figure.by if code in codes_of(name))
        # Of people the table is for those it names; of hospitals all levels are looked for.
        if name == "hospital_level":
            yield library.terms.of(name, code)
