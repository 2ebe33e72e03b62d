"""What the pages on policy tell: what holds in a city on a day for a scheme, and what a document says."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from bot.policy.codes import BENEFITS, INSURANCES
from bot.policy.library import Library, NotInForce, Provision
from bot.policy.schema import DocumentHead
from bot.rendering.provisions import FigureTold, ProvisionTold, figures_told, in_order, told

_ONE_DAY = timedelta(days=1)

# The first words of topics, by the chapter of a page that tells of them; in the order of a page.
CHAPTERS: dict[str, tuple[str, ...]] = {
    "inpatient": ("inpatient", "provincial", "referral", "emergency", "non_designated"),
    "outpatient": ("outpatient", "manual_claim", "overlap", "two_diseases"),
    "illness": ("chronic_outpatient", "special_diseases", "special_drugs"),
    "catastrophic": ("catastrophic", "mutual_aid", "accidents"),
    "away": ("away",),
    "account": ("account",),
    "contribution": ("contribution", "waiting", "enrolment", "hardship"),
    "retirement": ("retirement",),
    "maternity": ("maternity", "childbirth", "transfer"),
    "general": ("whole_city", "settlement_year", "scope", "adjustable", "supervision"),
    "news": ("services", "planned", "news"),
}
OTHER_CHAPTER = "other"
_CHAPTER_OF = {word: chapter for chapter, words in CHAPTERS.items() for word in words}


@dataclass(frozen=True, slots=True)
class Version:
    """A provision of another time on the same matter, and its figures that are otherwise."""

    provision: ProvisionTold
    differing: tuple[FigureTold, ...]
    same: bool  # whether some of its figures are as they are in the provision beside it


@dataclass(frozen=True, slots=True)
class Entry:
    """A provision that holds, what was before it and comes after it, and drafts that would change it."""

    provision: ProvisionTold
    earlier: tuple[Version, ...]
    later: tuple[Version, ...]
    drafts: tuple[ProvisionTold, ...]


@dataclass(frozen=True, slots=True)
class Chapter:
    """The provisions on one subject; `code` is a name of CHAPTERS, or 'other'."""

    code: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class NotNow:
    """What is held for this place and scheme, but not on this day."""

    topics: tuple[str, ...]
    provision: ProvisionTold


@dataclass(frozen=True, slots=True)
class CityPage:
    """What holds in a city for a scheme on a day.

    `first` is the first day of which anything is held; `days` are those from which something is otherwise.
    `not_held` are the calculations for which there is no rule at all.
    """

    city: str
    name: str
    insurance: str
    scheme: str
    day: date
    own_rules: bool
    chapters: tuple[Chapter, ...]
    drafts: tuple[ProvisionTold, ...]
    not_now: tuple[NotNow, ...]
    not_held: tuple[str, ...]
    days: tuple[date, ...]

    @property
    def since(self) -> date | None:
        """The day since which all is as on `day`; None before the first rules."""
        return max((day for day in self.days if day <= self.day), default=None)

    @property
    def until(self) -> date | None:
        """The last day on which all is as on `day`, as far as is known."""
        after = min((day for day in self.days if day > self.day), default=None)
        return None if after is None else after - _ONE_DAY


@dataclass(frozen=True, slots=True)
class DocumentPage:
    """A document: its head, its place's name, the documents it takes the place of, and its provisions."""

    head: DocumentHead
    place: str
    cities: tuple[str, ...]
    replaces: tuple[DocumentHead, ...]
    provisions: tuple[ProvisionTold, ...]


def turning_days(library: Library, city: str, insurance: str) -> tuple[date, ...]:
    """Return the days from which other provisions hold for a city and scheme, in order."""
    days: list[date] = []
    before: frozenset[str] = frozenset()
    for day in library.changes:
        now = frozenset(each.ref for each in library.all_holding(city, insurance, day))
        if now != before:
            days.append(day)
        before = now
    return tuple(days)


def city_page(library: Library, city: str, insurance: str, day: date) -> CityPage:
    """Return what holds in `city` for a scheme on `day`. The codes must be known ones."""
    all_holding = library.all_holding(city, insurance, day)
    holding = sorted((p for p in all_holding if not _draft(p)), key=in_order)
    reaching = sorted(library.all_reaching(city, insurance), key=in_order)
    drafts = [told(library, p, city, insurance, day) for p in reaching if _draft(p) and p.since <= day]
    chapters: dict[str, list[Entry]] = {}
    for provision in holding:
        entry = _entry(library, provision, reaching, drafts, (city, insurance, day))
        chapters.setdefault(chapter_of(provision), []).append(entry)
    for entries in chapters.values():
        entries.sort(key=lambda entry: _place_in_chapter(entry.provision.provision))
    return CityPage(
        city=city,
        name=library.cities[city].name,
        insurance=insurance,
        scheme=library.terms.of("insurance", insurance),
        day=day,
        own_rules=library.has_own_rules(city),
        chapters=tuple(
            Chapter(code, tuple(chapters[code])) for code in (*CHAPTERS, OTHER_CHAPTER) if code in chapters
        ),
        drafts=tuple(drafts),
        not_now=tuple(_not_now(library, reaching, (city, insurance, day))),
        not_held=tuple(_not_held(library, city, insurance)),
        days=turning_days(library, city, insurance),
    )


def document_page(library: Library, document: str, day: date) -> DocumentPage | None:
    """Return what a document says, told on `day`; None if there is none of this id."""
    own = sorted((p for p in library.provisions.values() if p.document.id == document), key=in_order)
    if not own:
        return None
    head = own[0].document.head
    replaced = {
        library.provisions[ref].document.id: library.provisions[ref].document.head
        for provision in own
        for ref in provision.entry.supersedes
    }
    return DocumentPage(
        head=head,
        place=library.places[head.place],
        cities=library.reached_by(own[0]),
        replaces=tuple(replaced.values()),
        provisions=tuple(told(library, p, None, None, day) for p in own),
    )


def documents(library: Library) -> tuple[DocumentHead, ...]:
    """Return the heads of all documents, in the order of their files."""
    return tuple({p.document.id: p.document.head for p in library.provisions.values()}.values())


def cities_in_order(library: Library) -> tuple[tuple[str, bool], ...]:
    """Return every city and whether it has rules of its own; those that have come first."""
    return tuple(
        sorted(((c, library.has_own_rules(c)) for c in library.cities), key=lambda each: not each[1])
    )


def chapter_of(provision: Provision) -> str:
    """Return the chapter that a provision stands in: that of the first thing it is about."""
    for topic in (*provision.entry.topics, *provision.entry.rules):
        word = topic.split("/")[0]
        if word in _CHAPTER_OF:
            return _CHAPTER_OF[word]
    return OTHER_CHAPTER


def _place_in_chapter(provision: Provision) -> int:
    words = CHAPTERS.get(chapter_of(provision), ())
    firsts = [topic.split("/")[0] for topic in provision.entry.topics or provision.topics]
    return min((words.index(first) for first in firsts if first in words), default=len(words))


_Case = tuple[str, str, date]


def _draft(provision: Provision) -> bool:
    return provision.document.head.status == "draft"


def _entry(
    library: Library,
    provision: Provision,
    reaching: list[Provision],
    drafts: list[ProvisionTold],
    case: _Case,
) -> Entry:
    city, insurance, day = case
    earlier, later = [], []
    for other in reaching:
        if other is provision or _draft(other) or not _same_matter(provision, other):
            continue
        last = library.last_day(other, city, insurance)
        if last is not None and last < provision.since:
            earlier.append(other)
        elif other.since > day:
            later.append(other)
    current = [provision, *_beside(library, provision, reaching, case)]
    return Entry(
        told(library, provision, city, insurance, day),
        tuple(_version(library, p, current, case) for p in sorted(earlier, key=_newest_first)),
        tuple(_version(library, p, current, case) for p in sorted(later, key=lambda p: p.since)),
        tuple(draft for draft in drafts if draft.provision.topics & provision.topics),
    )


def _newest_first(provision: Provision) -> tuple[int, tuple[str, tuple[int, ...]]]:
    return -provision.since.toordinal(), in_order(provision)


def _same_matter(one: Provision, other: Provision) -> bool:
    return bool(
        one.topics & other.topics or other.ref in one.entry.supersedes or one.ref in other.entry.supersedes
    )


def _beside(
    library: Library, provision: Provision, reaching: list[Provision], case: _Case
) -> Iterator[Provision]:
    """Yield the other provisions of the same document that took the place of the same ones."""
    gone = set(provision.entry.supersedes)
    for other in reaching:
        if other is not provision and gone & set(other.entry.supersedes) and not _draft(other):
            last = library.last_day(other, case[0], case[1])
            if other.since <= case[2] and (last is None or case[2] <= last):
                yield other


def _version(library: Library, provision: Provision, current: list[Provision], case: _Case) -> Version:
    now = {_bare(figure) for each in current for figure in figures_told(library, each)}
    own = list(figures_told(library, provision))
    differing = tuple(figure for figure in own if _bare(figure) not in now)
    return Version(told(library, provision, *case), differing, len(differing) < len(own))


def _bare(figure: FigureTold) -> FigureTold:
    # What a document remarks on a figure makes it no other figure.
    return replace(figure, name="", columns=(), note=None)


def _not_now(library: Library, reaching: Iterable[Provision], case: _Case) -> Iterator[NotNow]:
    """Yield provisions of another day on what nothing is held for on this one."""
    found: dict[str, tuple[Provision, list[str]]] = {}
    law = [p for p in reaching if not _draft(p)]
    for topic in dict.fromkeys(topic for p in law for topic in p.entry.topics):
        missing = library.find(topic, *case)
        if isinstance(missing, NotInForce):
            held = max(missing.held, key=lambda p: p.since)
            last = library.last_day(held, case[0], case[1])
            if last is not None and (held.until is None or last < held.until) and last < case[2]:
                continue  # Something else has taken its place, and tells of it.
            found.setdefault(held.ref, (held, []))[1].append(library.terms.topics[topic])
    for provision, topics in found.values():
        yield NotNow(tuple(dict.fromkeys(topics)), told(library, provision, *case))


def _not_held(library: Library, city: str, insurance: str) -> Iterator[str]:
    """Yield the calculations for which other places have rules for this scheme, and this one has none."""
    for benefit in BENEFITS:
        elsewhere = (library.candidates(benefit, each, insurance) for each in library.cities)
        if not library.candidates(benefit, city, insurance) and any(elsewhere):
            yield library.terms.of("benefit", benefit)


def schemes(library: Library) -> tuple[tuple[str, str], ...]:
    """Return the codes of the schemes and what they are called."""
    return tuple((code, library.terms.of("insurance", code)) for code in INSURANCES)
