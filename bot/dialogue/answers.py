"""Policy answers: a subject, a place, a day and a scheme -> text from the figures that hold there."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any

from bot.engine import Case, Engine
from bot.policy import Missing, NotHeld, Provision
from bot.rendering import Estimates, Facts, NothingHeld, Templates, provision_source

_MOST_KEPT = 1_000  # answers


@dataclass(frozen=True, slots=True)
class Answer:
    """A policy answer to a subject; `held` is false where it only says that the rule isn't held."""

    intent: str
    text: str
    sources: tuple[Mapping[str, str], ...]
    held: bool


@dataclass(frozen=True, slots=True)
class _Part:
    schemes: tuple[str, ...]
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
        # Many people ask the same; what is asked of a library that never changes has one answer a day.
        self._made_once = lru_cache(maxsize=_MOST_KEPT)(self._made)

    def answer(self, intent: str, slots: Mapping[str, Any], today: date) -> Answer:
        """Return the answer to `intent` for the city, scheme and day in `slots`.

        Where no city is named the answer gives each place's rule. Where no scheme is named and the subject
        is one of both schemes, both are told: once if they say the same.
        """
        told = {name: value for name, value in slots.items() if isinstance(value, str | bool | date)}
        return self._made_once(intent, tuple(sorted(told.items())), today)

    def _made(self, intent: str, told: tuple[tuple[str, Any], ...], today: date) -> Answer:
        slots = dict(told)
        said = slots.get("date")
        day = said if isinstance(said, date) else today
        city = slots.get("city")
        cities = (city,) if isinstance(city, str) else self._engine.kinds_of_city
        parts: list[_Part] = []
        silent: list[str] = []
        partly: list[str] = []  # schemes whose rule isn't held for some of the places
        missing: tuple[str, Missing] | None = None
        subjects = _subjects(intent, slots, self._library.terms.subjects)
        for subject, scheme in subjects:
            found, why = self._found(subject, scheme, cities, day, slots)
            parts = _joined_schemes(parts, found)
            if missing is None and why is not None:
                missing = (scheme, why)
            if not found:
                name = self._library.terms.of("insurance", scheme)
                silent.append(self._templates.say("talk", "other_scheme_silent", scheme=name))
            elif why is not None:
                partly.append(scheme)
        for scheme in partly if len(partly) < len(subjects) else partly[:1]:
            name = self._library.terms.of("insurance", scheme) if len(partly) < len(subjects) else ""
            silent.append(self._templates.say("talk", "other_places_silent", scheme=name))
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
            parts=[
                self._worded(
                    part,
                    cities,
                    day,
                    today,
                    # The scheme is named where another could be meant: both were asked, or another was said.
                    named=len(part.schemes) < len(subjects)
                    or slots.get("insurance", part.schemes[0]) not in part.schemes,
                )
                for part in parts
            ],
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
                parts = _joined(parts, _Part((scheme,), (code,), text, tuple(facts.used)))
        return parts, missing

    def _worded(
        self, part: _Part, cities: tuple[str, ...], day: date, today: date, *, named: bool
    ) -> dict[str, Any]:
        everywhere = len(cities) > 1 and part.cities == cities
        return {
            "heading": self._templates.say(
                "talk",
                "heading",
                scheme=self._library.terms.of("insurance", part.schemes[0]) if named else "",
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

# Whatever scheme the asking person is in, these are matters of residents.
_OF_RESIDENTS = frozenset(
    {
        "college_student",
        "continuous_enrolment_reward",
        "family_doctor_reform",
        "newborn",
        "two_diseases",
        "welfare_child",
    }
)
# And these of employees.
_OF_EMPLOYEES = frozenset(
    {
        "account_credit",
        "account_use",
        "account_withdrawal",
        "early_retirement",
        "employer_registration",
        "family_sharing",
        "flexible_contribution",
        "flexible_enrolment",
        "maternity_allowance",
        "maternity_leave",
        "maternity_subsidy",
        "retirement_shortfall",
        "retirement_years",
        "unemployment_cover",
    }
)
# One subject, a rule in each scheme.
_OF_BOTH = frozenset(
    {
        "accidents",
        "away_emergency",
        "away_filing",
        "away_rate",
        "away_settlement",
        "catastrophic_scope",
        "chronic_outpatient",
        "drug_coverage",
        "emergency_to_inpatient",
        "exclusions",
        "hardship_aid",
        "hospital_levels",
        "medical_assistance",
        "non_designated",
        "offices_contacts",
        "one_stop_settlement",
        "provincial_hospitals",
        "provincial_pooling",
        "referral",
        "repeat_admission",
        "settlement_year",
        "special_drugs",
        "tcm_hospitals",
        "village_clinics",
        "waiting_period",
    }
)
# The same matter under two names: the employees' and the residents'.
_TWINS = (("maternity_medical", "childbirth_resident"),)


def _subjects(intent: str, slots: Mapping[str, Any], known: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return (subject, scheme) pairs to answer: both schemes' where both have one and none was said.

    What belongs to one scheme alone is asked of the scheme that was said, or of employees' where none was.
    """
    said = slots.get("insurance")
    if said not in _SCHEMES:
        said = "employee" if "status" in slots else None
    if intent in _OF_RESIDENTS:
        return [(intent, "resident")]
    if intent in _OF_EMPLOYEES:
        return [(intent, "employee")]
    if intent in _OF_BOTH:
        return [(intent, scheme) for scheme in _SCHEMES if said in (None, scheme)]
    names = _names(intent)
    if names is None:
        return [(intent, said or "employee")]
    pairs = [(name, scheme) for name, scheme in zip(names, _SCHEMES, strict=True) if name in known]
    pairs.sort(key=lambda pair: pair[0] != intent)
    return [pair for pair in pairs if said in (None, pair[1])] or pairs


def _names(intent: str) -> tuple[str, str] | None:
    """Return what the subject would be called in each scheme, if its name tells the scheme."""
    for pair in _TWINS:
        if intent in pair:
            return pair
    for scheme in _SCHEMES:
        if intent.startswith(f"{scheme}_"):
            topic = intent.removeprefix(f"{scheme}_")
            return f"employee_{topic}", f"resident_{topic}"
    return None


def _joined(parts: list[_Part], new: _Part) -> list[_Part]:
    """Add a part, or its cities to one that says the same from the same provisions."""
    for index, part in enumerate(parts):
        if part.text == new.text and part.provisions == new.provisions:
            parts[index] = replace(part, cities=part.cities + new.cities)
            return parts
    return [*parts, new]


def _joined_schemes(parts: list[_Part], more: list[_Part]) -> list[_Part]:
    """Add the parts of another scheme, or the scheme to those that say the same for the same cities."""
    for new in more:
        for index, part in enumerate(parts):
            if (part.text, part.cities) == (new.text, new.cities):
                parts[index] = replace(
                    part,
                    schemes=part.schemes + new.schemes,
                    provisions=tuple({p.ref: p for p in part.provisions + new.provisions}.values()),
                )
                break
        else:
            parts = [*parts, new]
    return parts
