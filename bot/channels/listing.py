"""The library as a list: what holds for a person on a day, and what is held for each place and year."""

from collections.abc import Iterator
from datetime import date

from bot.engine import Engine
from bot.policy import Provision
from bot.policy.codes import BENEFITS, INSURANCES
from bot.rendering import shown
from bot.rendering.provisions import in_order

_HELD, _NOT_HELD, _DRAFT = "held", "-", "draft"
_PREVIEW_OF = "inpatient"  # the one benefit that the draft would change by figures


def show(engine: Engine, city: str, insurance: str | None, day: date) -> Iterator[str]:
    """Yield lines on every provision that holds in `city` on `day`, with its article and figures."""
    library = engine.library
    schemes = INSURANCES if insurance is None else (insurance,)
    holding = {found.ref: found for each in schemes for found in library.all_holding(city, each, day)}
    yield f"{library.cities[city].name} {day} {' / '.join(library.terms.of('insurance', s) for s in schemes)}"
    document = ""
    for provision in sorted(holding.values(), key=in_order):
        if provision.document.number != document:
            document = provision.document.number
            head = provision.document.head
            yield ""
            yield f"{document} [{head.status}] {head.title}"
        until = f"..{provision.until}" if provision.until else ".."
        scheme = "/".join(provision.entry.insurance)
        entry = provision.entry
        yield f"  {entry.id} {entry.article} [{entry.status}] {scheme} {provision.since}{until}"
        yield from (f"      {line}" for line in _figures(engine, provision))
        if provision.rules:
            yield f"      = {', '.join(provision.rules)}"
        if provision.entry.note:
            yield f"      # {provision.entry.note}"


def _figures(engine: Engine, provision: Provision) -> Iterator[str]:
    terms = engine.library.terms
    for name, figure in provision.entry.figures.items():
        if figure.items is not None:
            yield f"{name}: {'、'.join(figure.items)}"
        elif figure.not_stated or figure.unit is None:
            yield f"{name}: not stated"
        else:
            unit = figure.unit
            cells = [
                " ".join([*(terms.of(n, k) for n, k in zip(figure.by, key, strict=True)), shown(value, unit)])
                for key, value in provision.tables[name].items()
            ]
            yield f"{name}: {'; '.join(cells)}"


def coverage(engine: Engine, years: range) -> Iterator[str]:
    """Yield a table of place, scheme and benefit against years: held, not held, or in a draft only.

    A year counts as held if the rule holds on its last day; `from` and `to` tell a day within it.
    """
    library = engine.library
    yield "\t".join(["place", "insurance", "benefit", *(str(year) for year in years)])
    for city in engine.kinds_of_city:
        alike = city if library.cities[city].code in _ruled(engine) else "other cities"
        for insurance in INSURANCES:
            for benefit in BENEFITS:
                cells = [_cell(engine, benefit, city, insurance, year) for year in years]
                yield "\t".join([alike, insurance, benefit, *cells])


def _ruled(engine: Engine) -> set[str]:
    return {provision.document.head.place for provision in engine.library.provisions.values()}


def _cell(engine: Engine, benefit: str, city: str, insurance: str, year: int) -> str:
    first = engine.holds(benefit, city, insurance, date(year, 1, 1))
    last = engine.holds(benefit, city, insurance, date(year, 12, 31))
    if first and last:
        return _HELD
    changes = [day for day in engine.library.changes if day.year == year]
    for day in changes:
        if engine.holds(benefit, city, insurance, day) and not first:
            return f"from {day}"
        if first and not engine.holds(benefit, city, insurance, day):
            return f"to {date.fromordinal(day.toordinal() - 1)}"
    return _DRAFT if benefit == _PREVIEW_OF and _draft_alone(engine, city, insurance, year) else _NOT_HELD


def _draft_alone(engine: Engine, city: str, insurance: str, year: int) -> bool:
    """Whether only the draft says something of care away from home for this place."""
    found = engine.library.find("draft/benefits", city, insurance, date(year, 12, 31))
    return isinstance(found, Provision)
