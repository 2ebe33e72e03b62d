"""The ways into the talk that a person can ask for: a welcome, a calculation, subjects, the city, privacy."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from bot.dialogue.asking import Asking
from bot.dialogue.hearing import does_not_know, heard_in, is_question
from bot.dialogue.links import DeepLink
from bot.dialogue.putting import Putting
from bot.dialogue.remembering import anew, begun, behind, noted
from bot.dialogue.replies import Replies
from bot.dialogue.retention import Retention
from bot.dialogue.state import REMEMBER, Next, Option, Reply, SlotValue, State
from bot.language import MENU, Reader, Understanding, is_elsewhere
from bot.policy import Library
from bot.policy.codes import BENEFITS, INSURANCES
from bot.rendering import Templates

_WORDS = "doors"
# What most people come for, by the subject or by what it is in each scheme.
_FIRST = ("inpatient_rate", "outpatient", "contribution")
_SUBJECTS = (
    "inpatient_rate",
    "inpatient_deductible",
    "outpatient",
    "chronic_outpatient",
    "away_rate",
    "maternity_allowance",
    "contribution",
    "catastrophic",
)


class Doors:
    """Opens them, on one library and its words."""

    def __init__(
        self,
        library: Library,
        templates: Templates,
        reader: Reader,
        replies: Replies,
        putting: Putting,
        asking: Asking,
        retention: Retention,
    ) -> None:
        self._library = library
        self._templates = templates
        self._reader = reader
        self._replies = replies
        self._putting = putting
        self._asking = asking
        self._retention = retention

    def welcome(self, state: State, today: date) -> Next:
        """Greet, and offer what most people come for, unless a question is open."""
        after, reply = self._replies.with_question(state, self._replies.talk(state, "greeting"))
        if after.pending is not None:
            return after, reply
        back = after.options if state.calculating else ()
        offered = (Option(self._say("reckon"), does="calc"), *self._offered(after, _FIRST, today))
        options = (*back, *offered, *self._replies.to_resume(after))
        text = f"{reply.text}{self._say('press')}"
        return replace(after, options=options, clarifying=False), replace(reply, text=text)

    def linked(self, state: State, link: DeepLink, today: date) -> Next | None:
        """Go where a link leads; None where its ids are none of ours."""
        if link.city is not None and link.city not in self._library.cities:
            return None
        new: dict[str, SlotValue] = {"city": link.city} if link.city is not None else {}
        if link.kind == "topic" and link.name in self._reader.subjects:
            if link.name == "greeting":
                return self.welcome(state, today)
            return self._asking.subject(state, link.name, (link.name,), 1.0, new, today)
        if link.kind == "calc" and link.name in BENEFITS:
            new["benefit"] = link.name
            return self._putting.put(begun(state, new), new, None, today)
        return None

    def lost_link(self, state: State, today: date) -> Next:
        """Greet a person whose link leads nowhere, saying so."""
        after, reply = self.welcome(state, today)
        return after, replace(reply, text=f"{self._say('lost_link')}\n{reply.text}")

    def reckon(self, state: State, today: date) -> Next:
        """Begin a calculation by asking what is to be worked out; one that is open is put aside."""
        after = anew(state) if state.calculating else begun(state, {})
        kept = {name: value for name, value in after.slots.items() if name != "benefit"}
        return self._replies.calculated(replace(after, slots=kept), today)

    def go_on(self, state: State, today: date) -> Next:
        """Go on with the open calculation: its next question, or its result."""
        return self._replies.calculated(state, today)

    def subjects(self, state: State, today: date) -> Next:
        """Offer what can be asked about policy, as far as it is held for the person's place."""
        options = self._offered(state, _SUBJECTS, today)
        names = self._replies.names_remembered(state)
        text = (
            self._say("subjects")
            if options
            else self._say("no_subjects", names=names, hotline=self._library.numbers.hotline)
        )
        reply = Reply("command", text, "steered", "help", 1.0)
        options += self._replies.ways_back(state)
        return replace(state, options=options, clarifying=state.pending is not None), reply

    def cities(self, state: State) -> Next:
        """Say which city is remembered, and offer the others."""
        city = state.slots.get("city")
        known = self._library.cities[city].short if isinstance(city, str) else ""
        if state.calculating:
            asked, reply = self._replies.question(replace(state, earlier=behind(state), tries=0), "city")
            lead = f"{self._say('city_of_calculation', city=known)}\n" if known else ""
            return asked, replace(reply, text=f"{lead}{reply.text}")
        text = self._say("city_now", city=known) if known else self._say("no_city")
        return self._to_choose_city(state, text)

    def city_told(self, state: State, said: Understanding, today: date) -> Next:
        """Take the city that was named; say so kindly where it isn't one of ours, or none was named."""
        city = heard_in(said).get("city")
        if isinstance(city, str) and city in self._library.cities:
            return self.remember(state, {"city": city}, today)
        if is_elsewhere(said.text):
            text = self._say("city_unknown")
        elif does_not_know(said):
            text = self._templates.say("whereabouts", "city", hotline=self._library.numbers.hotline)
        elif is_question(said):
            return self.cities(state)
        else:
            text = self._say("no_city_named")
        if not state.calculating:
            return self._to_choose_city(state, f"{text}{self._say('choose_city')}")
        known = state.slots.get("city")
        if isinstance(known, str):
            text = f"{text}{self._say('city_stays', city=self._library.cities[known].short)}"
            return self._replies.with_question(state, Reply("command", text, "steered", None, 1.0))
        asked, reply = self._replies.question(replace(state, earlier=behind(state), tries=0), "city")
        return asked, replace(reply, text=f"{text}\n{reply.text}")

    def remember(self, state: State, new: Mapping[str, SlotValue], today: date) -> Next:
        """Keep a city for later questions, and go on with the calculation that is open."""
        if state.calculating:
            return self._putting.put(state, new, None, today)
        city = self._library.cities[str(new["city"])]
        text = self._say("city_kept", city=city.short, ruled=self._library.has_own_rules(city.code))
        kept = noted(replace(state, options=self._replies.to_resume(state), clarifying=False), new)
        return kept, Reply("command", text, "steered", None, 1.0, slots=kept.slots)

    def not_forgotten(self, state: State) -> Next:
        """Say what would be erased, to a person who asks rather than tells to forget."""
        after, reply = self.privacy(state)
        return after, replace(reply, text=f"{self._say('not_forgotten')}\n{reply.text}")

    def privacy(self, state: State) -> Next:
        """Say what is kept, for how long, and how to erase it."""
        kept = self._retention
        text = self._say(
            "privacy", session=kept.session_days, record=kept.record_days, message=kept.message_days
        )
        return self._replies.with_question(state, Reply("command", text, "steered", None, 1.0))

    def unknown(self, state: State) -> Next:
        """Say that there is no such command, and which there are."""
        names = [(name, self._templates.say("channel", f"menu_{name}")) for name in MENU]
        text = self._say("no_such_command", names=names)
        return self._replies.with_question(state, Reply("command", text, "steered", None, 1.0))

    def _to_choose_city(self, state: State, text: str) -> Next:
        options = tuple(
            Option(city.short, {"city": city.code}, does=REMEMBER) for city in self._library.cities.values()
        )
        reply = Reply("command", text, "steered", None, 1.0, slots=state.slots)
        return replace(state, options=options, clarifying=False), reply

    def _offered(self, state: State, topics: tuple[str, ...], today: date) -> tuple[Option, ...]:
        """Return the subjects that the topics are for the person, as far as they are held for the place."""
        scheme = state.slots.get("insurance", "employee" if "status" in state.slots else None)
        known = {name: value for name, value in state.slots.items() if name in {"city", "date"}}
        options = []
        for topic in topics:
            for each in (scheme,) if scheme else (None, *INSURANCES):
                subject = self._replies.of_scheme(topic, each)
                of = next((one for one in INSURANCES if subject.startswith(f"{one}_")), scheme)
                if self._replies.holds(subject, {**known, **({"insurance": of} if of else {})}, today):
                    options.append(Option(self._templates.say("everyday", subject), intent=subject))
                    break
        return tuple(options)

    def _say(self, name: str, /, **words: Any) -> str:
        return self._templates.say(_WORDS, name, **words)
