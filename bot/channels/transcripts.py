"""Scenarios as the command line tells them: the talk as a person reads it, and what differs."""

from collections.abc import Iterator, Sequence
from datetime import date

from bot.channels.scenarios import Difference, Exchange, Scenario, differences, played
from bot.channels.streams import numbered, put
from bot.dialogue import Chose, Dialogue, Said

_LONGEST = 300  # characters of what is said that are shown


def tell_all(dialogue: Dialogue, scenarios: Sequence[Scenario], today: date, *, show: bool) -> bool:
    """Play scenarios, print what differs from what is written, and return whether nothing does.

    `show`: print every talk in whole.
    """
    failed = 0
    for scenario in scenarios:
        exchanges = tuple(played(dialogue, scenario, today))
        found = tuple(each for exchange in exchanges for each in differences(exchange))
        failed += bool(found)
        if found or show:
            put(f"{scenario.file.as_posix()}:{scenario.line}: {_line(scenario.name)}")
        if show:
            for line in _talk(exchanges):
                put(line)
        for line in _told(scenario, exchanges, found, replies=not show):
            put(line)
        if found or show:
            put("")
    put(f"{len(scenarios)} scenarios, {failed} failed")
    return not failed


def _talk(exchanges: Sequence[Exchange]) -> Iterator[str]:
    """Yield a talk as it would stand in a terminal."""
    offered: tuple[str, ...] = ()
    day: date | None = None
    for exchange in exchanges:
        yield ""
        if day not in {None, exchange.day}:
            yield f"({exchange.day})"
        day = exchange.day
        yield f"> {_said(exchange, offered)}"
        yield ""
        yield numbered(exchange.reply.text, exchange.reply.choices)
        offered = exchange.reply.choices


def _told(
    scenario: Scenario, exchanges: Sequence[Exchange], found: Sequence[Difference], *, replies: bool
) -> Iterator[str]:
    """Yield what differs, turn by turn, with the reply unless it stands above already."""
    offered: tuple[str, ...] = ()
    for exchange in exchanges:
        here = [each for each in found if each.turn == exchange.number]
        if here:
            place = f"{scenario.file.as_posix()}:{exchange.turn.line}"
            yield f"  turn {exchange.number} ({place}): {_said(exchange, offered)}"
        for each in here:
            yield f"    expected: {each.expected}"
            yield f"    came:     {each.came}"
        if here and replies:
            yield "    reply:"
            text = numbered(exchange.reply.text, exchange.reply.choices)
            yield from (f"      {line}".rstrip() for line in text.split("\n"))
        offered = exchange.reply.choices


def _said(exchange: Exchange, offered: Sequence[str]) -> str:
    """Return what is said, or the number of a choice with its words, on one line."""
    match exchange.turn.event:
        case Said(text):
            return _line(text)
        case Chose(number):
            return f"{number}. {offered[number - 1]}" if 1 <= number <= len(offered) else str(number)
        case _:
            return ""


def _line(text: str) -> str:
    """Return a text on one line, the end of a long one left out."""
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…"
