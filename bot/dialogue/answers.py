"""Policy answers: a subject, a place, a day and a scheme -> text from the figures that hold there."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.engine import Case, Engine
from bot.policy import Missing, NotHeld, Provision
from bot.rendering import Estimates, Facts, NothingHeld, Templates, provision_source


@dataclass(frozen=True, slots=True)
class Answer:
    """A policy answer; `held` is false where it only says that the rule isn't held."""

    text: str
    sources: tuple[Mapping[str, str], ...]
    held: bool


@dataclass(frozen=True, slots=True)
class _Part:
    cities: tuple[str, ...]
    text: str
    provisions: tuple[Provision, ...]


class Answers:
    """Finds and words policy answers."""

    def __init__(self, engine: Engine, estimates: Estimates, templates: Templates) -> None:
        self._engine = engine
        self._library = engine.library
        self._estimates = estimates
        self._templates = templates

    def answer(self, intent: str, slots: Mapping[str, Any], today: date) -> Answer:
        """Return the answer to `intent` for the city, scheme and day in `slots`; all cities if none is named."""
        said = slots.get("date")
        day = said if isinstance(said, date) else today
        scheme = _scheme(intent, slots)
        if not self._templates.has_answer(intent):
            return self._refused(NotHeld(intent), slots, day, scheme)
        city = slots.get("city")
        cities = (city,) if isinstance(city, str) else self._engine.kinds_of_city
        parts: list[_Part] = []
        missing: Missing | None = None
        for code in cities:
            facts = Facts(self._library, code, scheme, day)
            try:
                text = self._templates.answer(intent, facts, slots)
            except NothingHeld as silent:
                missing = missing or silent.missing
                continue
            parts = _joined(parts, _Part((code,), text, tuple(facts.used)))
        if not parts:
            assert missing is not None
            return self._refused(missing, slots, day, scheme)
        return self._worded(parts, cities, day, today, scheme)

    def _worded(
        self, parts: list[_Part], cities: tuple[str, ...], day: date, today: date, scheme: str
    ) -> Answer:
        names = self._library.cities
        ruled = {p.document.head.place for p in self._library.provisions.values()}
        worded = []
        for part in parts:
            alone = len(parts) == 1 and len(part.cities) == len(cities)
            own = [names[c].short for c in part.cities if c in ruled]
            worded.append(
                {
                    "heading": self._heading(own, part.cities, ruled)
                    if not alone or len(cities) == 1
                    else "",
                    "text": part.text,
                    "basis": [self._estimates.basis(p) for p in part.provisions],
                    "cautions": self._cautions(part, day, today),
                }
            )
        sources = {
            (p.document.number, p.entry.article): provision_source(p)
            for part in parts
            for p in part.provisions
        }
        text = self._templates.result(
            "answer",
            parts=worded,
            day=day,
            today=today,
            silent=sum(len(p.cities) for p in parts) < len(cities),
            hotline=self._library.numbers.hotline,
        )
        return Answer(text, tuple(sources.values()), held=True)

    def _heading(self, own: list[str], cities: tuple[str, ...], ruled: set[str]) -> str:
        others = any(c not in ruled for c in cities)
        if len(cities) == 1 and others:
            own = [self._library.cities[cities[0]].short]
            others = False
        return self._templates.say("talk", "places", own=own, others=others)

    def _cautions(self, part: _Part, day: date, today: date) -> list[str]:
        codes: dict[str, None] = {}
        for provision in part.provisions:
            for city in part.cities:
                for code in self._engine.cautions_of(provision, city, day):
                    # That the first day is inferred stands in the basis already.
                    if code != "effective_date_inferred":
                        codes[code] = None
        if day > today:
            codes["may_be_outdated"] = None
        if len(part.cities) > 1:
            codes.pop("city_rule_not_held", None)
        return [self._templates.say("cautions", code) for code in codes]

    def _refused(self, missing: Missing, slots: Mapping[str, Any], day: date, scheme: str) -> Answer:
        city = slots.get("city")
        case = Case(None, city if isinstance(city, str) else None, day, day, {"insurance": scheme})
        held = getattr(missing, "held", ())
        sources = {(p.document.number, p.entry.article): provision_source(p) for p in held}
        return Answer(self._estimates.refusal(case, missing), tuple(sources.values()), held=False)


def _scheme(intent: str, slots: Mapping[str, Any]) -> str:
    for scheme in ("employee", "resident"):
        if intent.startswith(f"{scheme}_"):
            return scheme
    said = slots.get("insurance")
    return said if isinstance(said, str) else "employee"


def _joined(parts: list[_Part], new: _Part) -> list[_Part]:
    """Add a part, or its cities to one that says the same from the same provisions."""
    for index, part in enumerate(parts):
        if part.text == new.text and part.provisions == new.provisions:
            parts[index] = _Part(part.cities + new.cities, part.text, part.provisions)
            return parts
    return [*parts, new]
