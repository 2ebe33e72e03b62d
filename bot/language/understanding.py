"""The room's one door: a text in, everything it says out."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType

from bot.language.amounts import MAX_FEN, Amount, find_amounts, whole_amount
from bot.language.commands import find_command, find_number
from bot.language.facts import find_facts
from bot.language.gates import FAMILIAR, INSURANCE, find_gate
from bot.language.intents import Subject, load
from bot.language.matching import Matcher
from bot.language.normalise import normalise
from bot.language.slots import SlotValue

_COSTS = frozenset({"eligible_cost", "total_cost", "own_cost", "emergency_cost"})
_ASKS_SUM = re.compile(
    r"帮我?(?:们)?算|给我算|算[一算]?下|算算|算哈|试算|自己(?:还)?(?:要|得|该|需要)?(?:出|掏|付|"
    r"承担|负担)(?:好多|多少|几多|多)|能?退(?:回)?(?:来)?(?:多少|几多|好多)|报销金额"
)
_ASKS_BACK = re.compile(
    r"报(?:销)?(?:得)?(?:多少|几|好多|多)|能报|可以报|给报|自己|个人|自付|算|退(?!休)|补多少|多少|几多|好多"
)
_ASKS_OTHER = re.compile(
    r"哪里|哪儿|怎么办|手续|材料|证明|多久|好久|什么时候|带什么|还是|电话|是不是|为什么|救助|"
    r"[吗么不啵没]\W*\Z"
)
_UNREADABLE = frozenset({"empty", "nonsense", "private"})
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
    """cancel back restart help greeting thanks handoff unsure yes no change forget."""
    intents: tuple[RankedIntent, ...]
    """Best first, at most five, no id twice."""
    confidence: float
    """Of the first intent, 0 to 1."""
    gate: str | None
    """Why it must not be answered: empty nonsense elsewhere foreign danger private."""
    asks_amount: bool
    """A sum is wanted, not a policy's figure."""
    number: int | None
    """The bare number that is the whole text, for a choice."""
    bare_amount: int | tuple[int, int] | None
    """Fen, where the whole text is one amount."""
    bad_amount: str | None
    """negative, too_large or too_fine, where an amount was said that can't be used."""


class Reader:
    """Understands texts; built once from a folder of intents, safe to share between threads."""

    def __init__(self, intents_folder: Path) -> None:
        """Load every file of the folder.

        Raises IntentsError, naming file and line, for a file that can't be used.
        """
        catalogue = load(intents_folder)
        self._subjects = catalogue.subjects
        self._matcher = Matcher(catalogue)

    def subject(self, intent: str) -> Subject:
        """Return what the files say of an intent. Raises KeyError for an id they don't hold."""
        return self._subjects[intent]

    def read(self, text: str, today: date) -> Understanding:
        """Return what `text` says on the day `today`; every text gets an answer, none raises."""
        text = normalise(text)
        command = find_command(text)
        number = None if command else find_number(text)
        whole = None if command else whole_amount(text)
        amounts = [] if command else find_amounts(text)
        insured = not command and bool(INSURANCE.search(self._matcher.plain(text[:400])))
        gate = find_gate(text, says_value=bool(command or number is not None or whole), insured=insured)
        slots: dict[str, SlotValue] = {}
        unknown: frozenset[str] = frozenset()
        if text and not command and gate not in _UNREADABLE:
            slots, unknown = find_facts(text, amounts, today)
        asks = not command and _asks_amount(text, slots)
        intents: tuple[RankedIntent, ...] = ()
        if command:
            talk = command in _TALK and command in self._subjects
            intents = (RankedIntent(command, 1.0),) if talk else ()
        elif number is None and whole is None and gate not in _UNREADABLE:
            intents = self._ranked(text, slots, insured=insured, asks=asks)
        return Understanding(
            text=text,
            slots=MappingProxyType(slots),
            unknown=unknown,
            command=command,
            intents=intents,
            confidence=intents[0].score if intents else 0.0,
            gate=gate,
            asks_amount=asks,
            number=number,
            bare_amount=whole.money if whole and whole.problem is None and whole.high <= MAX_FEN else None,
            bad_amount=None if gate == "private" else _bad(whole, amounts),
        )

    def _ranked(
        self, text: str, slots: Mapping[str, SlotValue], *, insured: bool, asks: bool
    ) -> tuple[RankedIntent, ...]:
        said = slots.get("insurance")
        insurance = said if isinstance(said, str) else None
        asks_sum = asks and not _COSTS.isdisjoint(slots)
        familiar = insured or asks_sum or bool(FAMILIAR.search(self._matcher.plain(text)))
        ranked = self._matcher.rank(text, insurance, insured=insured, familiar=familiar, asks_sum=asks_sum)
        return tuple(RankedIntent(id_, score) for id_, score in zip(ranked.ids, ranked.scores, strict=True))


def _asks_amount(text: str, slots: Mapping[str, SlotValue]) -> bool:
    """Tell whether a sum is wanted: a cost told without any other question asks for one too."""
    if _COSTS.isdisjoint(slots):
        return bool(_ASKS_SUM.search(text))
    return bool(_ASKS_BACK.search(text)) or not _ASKS_OTHER.search(text)


def _bad(whole: Amount | None, amounts: list[Amount]) -> str | None:
    if whole is not None:
        return whole.problem
    return next((amount.problem for amount in amounts if amount.problem), None)
