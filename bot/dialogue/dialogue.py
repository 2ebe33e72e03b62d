"""One step of a dialogue: (state, event, today) -> (state, reply). Pure: no clock, no network, no storage."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from bot.dialogue.answering import Answering
from bot.dialogue.asking import Asking
from bot.dialogue.commanding import Commanding
from bot.dialogue.doors import Doors
from bot.dialogue.english import English
from bot.dialogue.following import Following
from bot.dialogue.hospitals import HospitalsOf
from bot.dialogue.putting import Putting
from bot.dialogue.remembering import of_today
from bot.dialogue.replies import Replies
from bot.dialogue.retention import Retention
from bot.dialogue.state import Amend, Chose, Event, Next, Reply, Sent, SlotValue, State
from bot.dialogue.steering import Steering
from bot.engine import Engine, Estimate, Invalid, Needs, Refused
from bot.language import Reader, Understanding
from bot.rendering import Estimates, Templates

_LOST = frozenset({"rephrase", "handed_over"})


class Dialogue:
    """The guided dialogue on one engine, its words and a reader. Keeps nothing between steps."""

    def __init__(
        self,
        engine: Engine,
        estimates: Estimates,
        templates: Templates,
        reader: Reader,
        retention: Retention,
    ) -> None:
        self._engine = engine
        self._estimates = estimates
        self._templates = templates
        self._reader = reader
        library = engine.library
        self._english = English(templates, library.numbers)
        hospitals = HospitalsOf(library)
        self._replies = replies = Replies(engine, estimates, templates)
        putting = Putting(library, templates, replies, hospitals)
        steering = Steering(library, replies)
        asking = Asking(reader, replies, putting)
        following = Following(engine, replies, putting)
        doors = Doors(library, templates, reader, replies, putting, asking, retention)
        commanding = Commanding(doors, asking)
        self._answering = Answering(replies, putting, hospitals, asking, following, doors)
        self._asking = asking
        self._ways = (
            steering.urgent,
            commanding.entered,
            steering.gated,
            steering.commanded,
            following.wished,
            steering.explained,
            self._answering.answered,
            following.gone_on,
            following.followed_up,
            asking.asked,
        )
        """To take a message; the first that knows what to do with it does."""

    def start(self, preset: Mapping[str, Any], *, introduced: bool = False) -> State:
        """Return the first state; `preset` may hold a known city, insurance and date (contract codes).

        `introduced`: the person has read the first words already, or there is no chat to introduce.
        """
        slots: dict[str, SlotValue] = {}
        for name in ("city", "insurance"):
            if preset.get(name):
                slots[name] = str(preset[name]).strip()
        if preset.get("date"):
            slots["date"] = date.fromisoformat(str(preset["date"]).strip())
        return State(preset=slots, slots=slots, introduced=introduced)

    def first_words(self) -> str:
        """Return what a new chat begins with."""
        return self._replies.say("first_words")

    def tell(self, estimate: Estimate | Invalid) -> str:
        """Return an estimate as a person reads it."""
        if isinstance(estimate, Invalid):
            found = self._estimates.as_json(estimate)["errors"]
            return "\n".join(self._templates.say("errors", "line", **each) for each in found)
        if isinstance(estimate, Needs):
            return self._estimates.question(estimate.missing[0])
        if isinstance(estimate, Refused):
            return self._estimates.refusal(estimate.case, estimate.missing)
        assumed = self._engine.assumptions(estimate)
        return self._replies.results.sheet(estimate, assumed, scheme_assumed=False, explain=True).text

    def step(self, state: State, event: Event, today: date) -> Next:
        """Take one event. Never raises for anything a person can send."""
        state, lapsed = of_today(state, today)
        said = self._read(state, event, today)
        state, reply = self._taken(state, event, said, today)
        if reply.status not in _LOST:
            state = replace(state, lost=0)
        text = reply.text
        if isinstance(event, Sent) and said is not None and not reply.alone:
            text = f"{self._of_kind(event)}\n{text}"
        if lapsed and not reply.alone:
            text = f"{self._replies.say('lapsed')}\n{text}"
        if said is not None and said.alarm and not reply.alone:
            text = f"{self._replies.say('alarm')}\n{text}"
        if said is not None and said.english:
            text = f"{self._english.lead(reply, said.command)}\n{text}"
        if reply.alone:
            return state, replace(reply, text=text)
        notice = "" if state.introduced else self.first_words()
        choices = tuple(option.label for option in state.options)
        lead = text.removesuffix(reply.text) + reply.lead
        return replace(state, introduced=True), replace(
            reply, text=text, lead=lead, choices=choices, notice=notice
        )

    def _read(self, state: State, event: Event, today: date) -> Understanding | None:
        if isinstance(event, Chose | Amend):
            return None
        city, day = state.slots.get("city"), state.preset.get("date")
        said = self._reader.read(
            # What was changed may have been answered long ago.
            "" if isinstance(event, Sent) and event.kind == "edited" else event.text,
            # Whoever asks as on another day means last year from there.
            day if isinstance(day, date) else today,
            city if isinstance(city, str) else None,
        )
        return None if isinstance(event, Sent) and said.gate == "empty" else said

    def _of_kind(self, sent: Sent) -> str:
        return self._templates.say("sent", sent.kind)

    def _taken(self, state: State, event: Event, said: Understanding | None, today: date) -> Next:
        if isinstance(event, Chose):
            if event.outdated:
                return self._replies.outdated_choice(state)
            return self._answering.chosen(state, event.number, today)
        if isinstance(event, Amend):
            return self._answering.amended(state, event.name)
        if said is None:
            assert isinstance(event, Sent)
            return self._replies.with_question(state, Reply("unknown", self._of_kind(event), "not_text"))
        for take in self._ways:
            taken = take(state, said, today)
            if taken is not None:
                return taken
        return self._asking.lost(state, said)
