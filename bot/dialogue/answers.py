"""Policy answers: a subject, a place, a day and a scheme -> text from the figures that hold there."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from bot.engine import Case, Engine
from bot.policy import Missing, NotHeld, Provision
from bot.rendering import Estimates, Facts, NothingHeld, Templates, provision_source


@dataclass(frozen=True, slots=True)
class Answer:
    """A policy answer to a subject; `held` is false where it only says that the rule isn't held."""

    intent: str
    text: str
    sources: tuple[Mapping[str, str], ...]
    held: bool


@dataclass(frozen=True, slots=True)
class _Part:
    scheme: str
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
        """Return the answer to `intent` for the city, scheme and day in `slots`.

        Where no city is named the answer gives each place's rule, and where no scheme is named and the
        subject has a twin in the other scheme, both.
        """
        said = slots.get("date")
        day = said if isinstance(said, date) else today
        city = slots.get("city")
        cities = (city,) if isinstance(city, str) else self._engine.kinds_of_city
        parts: list[_Part] = []
        silent: list[str] = []
        missing: tuple[str, Missing] | None = None
        subjects = _subjects(intent, slots, self._library.terms.subjects)
        for subject, scheme in subjects:
            found, why = self._found(subject, scheme, cities, day, slots)
            parts += found
            if missing is None and why is not None:
                missing = (scheme, why)
            if not found:
                name = self._library.terms.of("insurance", scheme)
                silent.append(self._templates.say("talk", "other_scheme_silent", scheme=name))
            elif why is not None:
                silent.append(self._templates.say("talk", "other_places_silent"))
        if not parts:
            assert missing is not None
            return self._refused(subjects[0][0], missing[1], slots, day, missing[0])
        sources = {
            (p.document.number, p.entry.article): provision_source(p)
            for part in parts
            for p in part.provisions
        }
        text = self._templates.result(
            "answer",
            parts=[self._worded(part, cities, day, today, both=len(subjects) > 1) for part in parts],
            day=day,
            today=today,
            silent=silent,
            hotline=self._library.numbers.hotline,
        )
        return Answer(subjects[0][0], text, tuple(sources.values()), held=True)

    def _found(
        self, intent: str, scheme: str, cities: tuple[str, ...], day: date, slots: Mapping[str, Any]
    ) -> tuple[list[_Part], Missing | None]:
        """Return what is held for each kind of city, and why not where something isn't."""
        if not self._templates.has_answer(intent):
            return [], NotHeld(intent)
        parts: list[_Part] = []
        missing: Missing | None = None
        for code in cities:
            facts = Facts(self._library, code, scheme, day)
            try:
                text = self._templates.answer(intent, facts, slots)
            except NothingHeld as silent:
                missing = missing or silent.missing
            else:
                parts = _joined(parts, _Part(scheme, (code,), text, tuple(facts.used)))
        return parts, missing

    def _worded(
        self, part: _Part, cities: tuple[str, ...], day: date, today: date, *, both: bool
    ) -> dict[str, Any]:
        everywhere = len(cities) > 1 and part.cities == cities
        return {
            "heading": self._templates.say(
                "talk",
                "heading",
                scheme=self._library.terms.of("insurance", part.scheme) if both else "",
                place="" if everywhere else self._place(part.cities),
            ),
            "text": part.text,
            "basis": self._estimates.basis(part.provisions),
            "cautions": self._cautions(part, day, today),
        }

    def _place(self, cities: tuple[str, ...]) -> str:
        if len(cities) == 1:
            own, others = list(cities), False
        else:
            ruled = {p.document.head.place for p in self._library.provisions.values()}
            own = [city for city in cities if city in ruled]
            others = len(own) < len(cities)
        names = [self._library.cities[city].short for city in own]
        return self._templates.say("talk", "places", own=names, others=others)

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

    def _refused(
        self, intent: str, missing: Missing, slots: Mapping[str, Any], day: date, scheme: str
    ) -> Answer:
        city = slots.get("city")
        case = Case(None, city if isinstance(city, str) else None, day, day, {"insurance": scheme})
        held = getattr(missing, "held", ())
        sources = {(p.document.number, p.entry.article): provision_source(p) for p in held}
        return Answer(intent, self._estimates.refusal(case, missing), tuple(sources.values()), held=False)


_SCHEMES = ("employee", "resident")


def _subjects(intent: str, slots: Mapping[str, Any], known: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return (subject, scheme) pairs to answer: the one asked about, and its twin where no scheme is said."""
    said = slots.get("insurance") or ("employee" if "status" in slots else None)
    for scheme, other in (_SCHEMES, _SCHEMES[::-1]):
        if not intent.startswith(f"{scheme}_"):
            continue
        topic = intent.removeprefix(f"{scheme}_")
        if said is None and f"{other}_{topic}" in known:
            return [(f"{each}_{topic}", each) for each in _SCHEMES]
        if said == other and f"{other}_{topic}" in known:
            return [(f"{other}_{topic}", other)]
        return [(intent, scheme)]
    return [(intent, str(said or "employee"))]


def _joined(parts: list[_Part], new: _Part) -> list[_Part]:
    """Add a part, or its cities to one that says the same from the same provisions."""
    for index, part in enumerate(parts):
        if part.text == new.text and part.provisions == new.provisions:
            parts[index] = replace(part, cities=part.cities + new.cities)
            return parts
    return [*parts, new]
