"""What is held, and what of it holds in a city on a day for a person."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from bot.policy.figures import Figure
from bot.policy.hospitals import Hospital
from bot.policy.schema import DocumentHead, Rule
from bot.policy.schema import Provision as ProvisionEntry


@dataclass(frozen=True, slots=True)
class Document:
    """A document's head; its provisions are in the library."""

    head: DocumentHead

    @property
    def id(self) -> str:
        return self.head.id

    @property
    def number(self) -> str:
        """How the document is cited."""
        return self.head.number


@dataclass(frozen=True, slots=True)
class Provision:
    """One provision with its document, its days and its figures read."""

    document: Document
    entry: ProvisionEntry
    since: date
    until: date | None
    tables: Mapping[str, Mapping[tuple[str | bool, ...], int | None]]

    @property
    def ref(self) -> str:
        """`document/provision`, unique in the library."""
        return f"{self.document.id}/{self.entry.id}"

    @property
    def topics(self) -> frozenset[str]:
        """All that this provision settles: the topics it names and the rules it holds."""
        return frozenset(self.entry.topics) | self.entry.rules.keys()

    @property
    def rules(self) -> Mapping[str, Rule]:
        return self.entry.rules

    def holds_on(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day <= self.until)

    def doubtful_on(self, day: date) -> bool:
        """Whether its figures have probably changed by then through rules that aren't held."""
        after = self.document.head.may_have_changed_after
        return self.entry.may_have_changed or (after is not None and day > after)

    def figure(self, name: str) -> Figure:
        return self.entry.figures[name]


@dataclass(frozen=True, slots=True)
class NotHeld:
    """No document in the library settles this topic for this place and person."""

    topic: str


@dataclass(frozen=True, slots=True)
class NotInForce:
    """Provisions are held, but none holds on that day."""

    topic: str
    held: tuple[Provision, ...]


@dataclass(frozen=True, slots=True)
class NotApplicable:
    """What is held in this place is for the other scheme only."""

    topic: str
    held: tuple[Provision, ...]


Missing = NotHeld | NotInForce | NotApplicable


@dataclass(frozen=True, slots=True)
class City:
    """A place that people are insured in.

    `inside` are the places whose rules reach it, itself first; `within` names of counties that lie in it.
    """

    code: str
    name: str
    short: str
    inside: tuple[str, ...]
    within: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Terms:
    """What inputs, codes and terms are called, and the phrases in which a step gives its reason."""

    inputs: Mapping[str, str]
    codes: Mapping[str, Mapping[str, str]]
    explained: Mapping[str, str]
    subjects: Mapping[str, str]
    topics: Mapping[str, str]
    figures: Mapping[str, str]
    measures: Mapping[str, str]
    phrases: Mapping[str, str]

    def of(self, name: str, value: object) -> str:
        """Return what the code `value` of input `name` is called; yes/no values too."""
        key = str(value).lower() if isinstance(value, bool) else str(value)
        return self.codes[name][key]

    def figure(self, provision: Provision, name: str) -> str:
        """Return what a figure is called: by its name in this provision only, or by its general one."""
        return self.figures.get(f"{provision.ref}/{name}") or self.figures[name]

    def measure(self, provision: Provision, name: str) -> str:
        """Return the measure word of a figure that counts; empty for any other."""
        return self.measures.get(f"{provision.ref}/{name}") or self.measures.get(name, "")


@dataclass(frozen=True, slots=True)
class Numbers:
    """Telephone numbers: the insurance hot-line, the ambulance, and somebody to talk to in despair."""

    hotline: str
    emergency: str
    crisis: str


def _turns(since: date | None, until: date | None) -> set[date]:
    """Return the days from which something is otherwise."""
    return {*(() if since is None else (since,)), *(() if until is None else (until + timedelta(days=1),))}


class Library:
    """All documents, checked against each other. Immutable; build a new one to reload.

    `places` are the names of all places by their codes. `version` is a short digest of the files' bytes:
    the same files always give the same version.
    """

    def __init__(
        self,
        provisions: Mapping[str, Provision],
        cities: Mapping[str, City],
        places: Mapping[str, str],
        terms: Terms,
        numbers: "Numbers",
        version: str,
        hospitals: tuple[Hospital, ...] = (),
    ) -> None:
        self.provisions = provisions
        self.cities = cities
        self.terms = terms
        self.numbers = numbers
        self.version = version
        self.hospitals = {hospital.name: hospital for hospital in hospitals}
        self.places = places
        self._ruled = frozenset(p.document.head.place for p in provisions.values())
        self._by_topic: dict[str, list[Provision]] = {}
        self._superseded_by: dict[str, list[Provision]] = {}
        self._previewed: dict[tuple[str, str], list[Provision]] = {}
        changes: set[date] = set()
        for provision in provisions.values():
            head = provision.document.head
            for topic in provision.topics:
                if head.preview is not None:
                    self._previewed.setdefault((head.preview, topic), []).append(provision)
                # A draft is no law: only questions about the draft itself find it unasked.
                if head.status != "draft" or topic.startswith("draft/"):
                    self._by_topic.setdefault(topic, []).append(provision)
            if head.status != "draft":
                for ref in provision.entry.supersedes:
                    self._superseded_by.setdefault(ref, []).append(provision)
            for rule in provision.rules.values():
                for dated in (*rule.steps, *rule.readings.values(), *rule.cautions):
                    changes |= _turns(dated.since, dated.until)
            changes |= _turns(provision.since, provision.until) | _turns(None, head.may_have_changed_after)
        self.changes: tuple[date, ...] = tuple(sorted(changes))

    @property
    def topics(self) -> frozenset[str]:
        return frozenset(self._by_topic)

    @property
    def drafts(self) -> tuple[str, ...]:
        """The names by which the drafts held are asked for."""
        return tuple(sorted({name for name, _ in self._previewed}))

    def holds_draft(self, preview: str) -> bool:
        """Whether a draft is held that is asked for by this name."""
        return any(name == preview for name, _ in self._previewed)

    def has_own_rules(self, city: str) -> bool:
        """Whether any document is of this city alone, rather than of the province it lies in."""
        return city in self._ruled

    def period(self, day: date) -> int:
        """Return the number of the span of days, all alike for the library, that `day` lies in."""
        return bisect_right(self.changes, day)

    def find(
        self, topic: str, city: str, insurance: str, day: date, preview: str | None = None
    ) -> Provision | Missing:
        """Return the one provision that settles `topic`, or why there is none. Never the nearest.

        With `preview` the rules of that draft come before all others, as if it were law already.
        """
        for draft in self._previewed.get((preview, topic), ()) if preview is not None else ():
            if self._reaches(draft, city) and insurance in draft.entry.insurance:
                return draft
        here = [p for p in self._by_topic.get(topic, ()) if self._reaches(p, city)]
        if not here:
            return NotHeld(topic)
        mine = [p for p in here if insurance in p.entry.insurance]
        if not mine:
            return NotApplicable(topic, tuple(here))
        standing = list(self.holding(mine, city, insurance, day))
        holding = [p for p in standing if p.holds_on(day)]
        if not holding:
            return NotInForce(topic, tuple(standing or mine))
        return holding[0]

    def holding(
        self, provisions: list[Provision], city: str, insurance: str, day: date
    ) -> Iterator[Provision]:
        """Yield those of `provisions` that nothing has superseded by `day`.

        What is superseded stays so, even after the later provision has run out: an older rule never comes
        back by itself.
        """
        for provision in provisions:
            if not any(
                later.since <= day and insurance in later.entry.insurance and self._reaches(later, city)
                for later in self._superseded_by.get(provision.ref, ())
            ):
                yield provision

    def last_day(self, provision: Provision, city: str | None, insurance: str) -> date | None:
        """Return the last day a provision holds in `city`: its own, or the one before it is superseded."""
        ends = [] if provision.until is None else [provision.until]
        ends += [
            later.since - timedelta(days=1)
            for later in self._superseded_by.get(provision.ref, ())
            if insurance in later.entry.insurance and (city is None or self._reaches(later, city))
        ]
        return min(ends, default=None)

    def candidates(self, topic: str, city: str, insurance: str) -> list[Provision]:
        """Return all provisions on `topic` that reach this city and scheme, on whatever day."""
        return [
            p
            for p in self._by_topic.get(topic, ())
            if self._reaches(p, city) and insurance in p.entry.insurance
        ]

    def all_holding(self, city: str, insurance: str, day: date) -> tuple[Provision, ...]:
        """Return every provision that settles a topic in `city` for a scheme on `day`, in no order."""
        found = (self.find(topic, city, insurance, day) for topic in self._by_topic)
        return tuple({each.ref: each for each in found if isinstance(each, Provision)}.values())

    def all_reaching(self, city: str, insurance: str) -> tuple[Provision, ...]:
        """Return every provision, drafts too, that is for `city` and a scheme, on whatever day."""
        return tuple(
            p for p in self.provisions.values() if self._reaches(p, city) and insurance in p.entry.insurance
        )

    def superseding(self, provision: Provision) -> tuple[Provision, ...]:
        """Return the provisions that come in this one's place, wherever and for whomever they do."""
        return tuple(self._superseded_by.get(provision.ref, ()))

    def reached_by(self, provision: Provision) -> tuple[str, ...]:
        """Return the cities that a provision holds in."""
        return tuple(city for city in self.cities if self._reaches(provision, city))

    def _reaches(self, provision: Provision, city: str) -> bool:
        return provision.document.head.place in self.cities[city].inside
