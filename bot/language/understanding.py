"""The room's one door: a text in, everything it says out."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from types import MappingProxyType

from bot.language.amounts import MAX_FEN, Amount, find_amounts, whole_amount
from bot.language.commands import Commands, find_number
from bot.language.dangers import is_alarming
from bot.language.english import English
from bot.language.facts import NO_FACTS, FactFinder
from bot.language.gates import find_gate, is_familiar, is_insured
from bot.language.intents import Risk, Subject, english_phrases
from bot.language.learned import read as read_learned
from bot.language.matching import Hints, Matcher, Plain
from bot.language.normalise import normalise, standard
from bot.language.private import without_telephones
from bot.language.questions import (
    asks_amount,
    asks_own,
    asks_sum,
    only_introduces,
    only_repeats,
    only_tells,
    out_of_work,
    says_cost,
    tells_case,
    tells_whole_case,
)
from bot.language.slashes import TAKING_TEXT, Slash, find_slash
from bot.language.slots import SlotValue
from bot.language.wishes import Wish, find_wish
from bot.policy import Library

_UNREADABLE = frozenset({"empty", "nonsense", "private"})
_ALWAYS_HEEDED = frozenset({"danger", "despair", "private"})
_HEEDED_OF_TEXT = _ALWAYS_HEEDED | {"elsewhere", "foreign"}
_NO_WORDS = Plain("", ())
_TOLD = 0.6  # of the confidence, where a fact is told and nothing asked: never enough to be sure
_ESTIMATE = "estimate"
_TALK = frozenset({"greeting", "thanks", "help", "handoff"})


@dataclass(frozen=True, slots=True)
class RankedIntent:
    id: str
    score: float
    """From 0 to 1."""


@dataclass(frozen=True, slots=True)
class Understanding:
    """All that one text says; nothing in it depends on what was said before."""

    text: str
    """The text as everything here read it: see `normalise`."""
    slots: Mapping[str, SlotValue]
    """Codes of the contract -> value; money in fen, or (low, high) in fen."""
    unknown: frozenset[str]
    """Slots the person says they don't know, or leaves open with what they say."""
    command: str | None
    """One of the names of `commands`: cancel, back, restart, help and so on."""
    intents: tuple[RankedIntent, ...]
    """Best first, at most five, no id twice."""
    confidence: float
    """Of the first intent, 0 to 1."""
    sure: bool
    """The first intent may be answered at once, by the risk it bears."""
    possible: bool
    """The first intents may at least be asked back."""
    gate: str | None
    """Why it must not be answered: empty nonsense elsewhere foreign danger despair private."""
    asks_amount: bool
    """A sum is wanted, not a policy's figure."""
    number: int | None
    """The bare number that is the whole text, for a choice."""
    bare_amount: int | tuple[int, int] | None
    """Fen, where the whole text is one amount."""
    also: tuple[int, ...]
    """Other whole costs in fen that were said and fill no slot: those of earlier stays, or a second sum."""
    hospitals: tuple[str, ...]
    """The registered hospital that was named; several where only the city can tell which."""
    proposed: Mapping[str, SlotValue]
    """Like slots, but to be confirmed by the person: the level of a hospital whose row isn't sure."""
    unknown_hospital: bool
    """A hospital was named that isn't registered."""
    bad_amount: str | None
    """negative, too_large or too_fine, where an amount was said that can't be used."""
    wish: Wish | None = None
    """What is to be done with a calculation; None beside a command."""
    english: bool = False
    """The text was English, understood or not."""
    alarm: bool = False
    """A symptom that may be an emergency is named beside the question: no gate, but 120 comes first."""
    slash: Slash | None = None
    """The command with a slash that the text began with; all but `command` is of what follows it."""


class Reader:
    """Understands texts; built once from a folder of intents, safe to share between threads."""

    def __init__(self, intents_folder: Path, library: Library) -> None:
        """Load what was learned from the files of the folder; places and hospitals are those of the library.

        Raises IntentsError where that was never done, or not since one of them has changed.
        """
        learned = read_learned(intents_folder)
        self._subjects = learned.subjects
        self._matcher = Matcher(learned)
        self._commands = Commands(learned.commands)
        self._english = English(english_phrases(intents_folder))
        self._sure, self._maybe = learned.sure, learned.maybe
        self._facts = FactFinder(library)

    @property
    def subjects(self) -> Collection[str]:
        """The ids of all intents."""
        return self._subjects.keys()

    def subject(self, intent: str) -> Subject:
        """Return what the files say of an intent. Raises KeyError for an id they don't hold."""
        return self._subjects[intent]

    def read(self, text: str, today: date, city: str | None = None) -> Understanding:
        """Return what `text` says on the day `today`; every text gets an answer, none raises.

        `city` is the code of the person's own city where it is known: it tells which 中心医院 is meant.
        """
        text = without_telephones(normalise(text))
        slash = find_slash(text)
        if slash is None:
            return self._read(text, today, city)
        rest = self._read(slash.rest if slash.code is None else "", today, city)
        if slash.name in TAKING_TEXT and rest.command is not None:
            return rest  # /calc 取消
        heeded = _HEEDED_OF_TEXT if slash.name in TAKING_TEXT else _ALWAYS_HEEDED
        gate = rest.gate if rest.gate in heeded else None
        return replace(rest, slash=slash, command=self._commands.find(f"/{slash.name}"), gate=gate)

    def _read(self, text: str, today: date, city: str | None) -> Understanding:
        command = self._commands.find(text)
        reading = self._english.read(text)
        if command is None and reading.chinese is not None:
            text = reading.chinese
            command = self._commands.find(text)
        # The matcher has learned from texts as people write them.
        plain = _NO_WORDS if command else self._matcher.plain(text)
        text = standard(text)
        number = None if command else find_number(text)
        whole = None if command else whole_amount(text)
        amounts = [] if command else find_amounts(text)
        insured = is_insured(plain.text)
        says_value = bool(command or number is not None or whole)
        facts = NO_FACTS if command else self._facts.find(text, amounts, today, city)
        gate = find_gate(
            text,
            says_value=says_value,
            insured=insured,
            case_told=tells_case(facts.slots),
            places=self._facts.places,
            cost_said=says_cost(facts.slots),
        )
        if gate == "private":
            facts = NO_FACTS
        if gate == "nonsense" and (facts.slots or amounts):
            gate = None  # 2022-10-01呢 has no word of our language and still says something
        if gate == "nonsense" and reading.english:
            gate = "foreign"  # words of a language we read, on nothing that we know
        slots = facts.slots
        wish = None
        if not says_value and gate not in _UNREADABLE:
            wish = find_wish(text, today, self._facts.places, cost_said=says_cost(slots))
        if wish is not None and wish.name:
            # 衡阳和湘潭比: what is to be compared is no fact of the case.
            slots = {name: value for name, value in slots.items() if name != wish.name}
        asks = not command and (asks_amount(text, cost_said=says_cost(slots)) or asks_own(text, slots))
        intents: tuple[RankedIntent, ...] = ()
        vague = False
        if command:
            talk = command in _TALK and command in self._subjects
            intents = (RankedIntent(command, 1.0),) if talk else ()
        elif number is None and whole is None and gate not in _UNREADABLE:
            intents, vague = self._ranked(text, plain, slots, insured=insured)
        return Understanding(
            text=text,
            slots=MappingProxyType(slots),
            unknown=facts.unknown,
            command=command,
            intents=intents,
            confidence=intents[0].score if intents else 0.0,
            sure=bool(intents) and intents[0].score >= self._sure[self._risk(intents[0].id)],
            possible=bool(intents) and (vague or intents[0].score >= self._maybe),
            gate=gate,
            asks_amount=asks,
            number=number,
            bare_amount=whole.money if whole and whole.problem is None and whole.high <= MAX_FEN else None,
            also=facts.also,
            hospitals=facts.care.names,
            proposed=MappingProxyType({"hospital_level": level} if (level := facts.care.proposed) else {}),
            unknown_hospital=facts.care.unregistered,
            bad_amount=None if gate == "private" else _bad(whole, amounts),
            wish=wish,
            english=reading.english,
            alarm=gate is None and not command and is_alarming(text, cost_said=says_cost(facts.slots)),
        )

    def _risk(self, intent: str) -> Risk:
        return self._subjects[intent].risk

    def _ranked(
        self, text: str, plain: Plain, slots: Mapping[str, SlotValue], *, insured: bool
    ) -> tuple[tuple[RankedIntent, ...], bool]:
        said = slots.get("insurance")
        wants = asks_sum(text, slots)
        familiar = insured or wants or is_familiar(plain.text)
        if said is None and "status" in slots and not out_of_work(text):
            said = "employee"
        hints = Hints(said if isinstance(said, str) else None, insured, familiar)
        ranked, vague = self._matcher.rank(plain, hints)
        if ranked and tells_whole_case(text, slots) and self._subjects[ranked[0][0]].benefit is None:
            # 三级 住院 2万 备案了: nothing is asked of filing, and the case is to be worked out.
            ranked = _first(_ESTIMATE, ranked)
        if only_repeats(text) or (not wants and only_introduces(text, slots)):
            return tuple(RankedIntent(id_, 0.0) for id_, _ in ranked), False
        if not wants and only_tells(text, slots):
            return tuple(RankedIntent(id_, round(score * _TOLD, 4)) for id_, score in ranked), False
        return tuple(RankedIntent(id_, score) for id_, score in ranked), vague


def _first(id_: str, ranked: Sequence[tuple[str, float]]) -> tuple[tuple[str, float], ...]:
    """Return the ranking with `id_` at its head, by the head's own score."""
    rest = [each for each in ranked if each[0] != id_]
    return ((id_, ranked[0][1]), *rest)[: len(ranked)]


def _bad(whole: Amount | None, amounts: list[Amount]) -> str | None:
    if whole is not None:
        return whole.problem
    return next((amount.problem for amount in amounts if amount.problem), None)
