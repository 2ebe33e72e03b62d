"""A talk as the page shows it: who said what, and what can be pressed now."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from bot.app import App
from bot.dialogue import Said, Sent
from bot.rendering import ResultSheet, Sheet
from bot.service.protocol import Amending, Answer, Event, Hurried, Message, Pressed, Rated, Recalled


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of the bar of a bill by its number in the list: where it lies, in percent with two decimals.

    `part` is its id in the sheet, by which it has its colour; the number fits in where it is `wide`.
    """

    number: int
    part: str
    x: str
    middle: str
    width: str
    wide: bool


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph of plain text, or the sheet in its place, with the bar of its bill and its card as SVG.

    Of the newest sheet alone the card is drawn: it is as large as all else of its result.
    """

    text: str
    sheet: Sheet | None = None
    bar: tuple[Segment, ...] = ()
    card: str = ""


@dataclass(frozen=True, slots=True)
class ShownAnswer:
    """A message of ours. `choices` are those that are open, `amends` says whether inputs may be changed.

    `last` is the one below which nothing stands; `good` is what the person thought of it.
    """

    message: Message
    blocks: tuple[Block, ...]
    choices: tuple[str, ...]
    amends: bool
    last: bool
    good: bool | None


@dataclass(frozen=True, slots=True)
class ShownTurn:
    """What a person did, in words, and what was answered."""

    id: int
    said: str
    answers: tuple[ShownAnswer, ...]
    waits: bool


def shown(recalled: Recalled, app: App, card: Callable[[Message], str]) -> tuple[ShownTurn, ...]:
    """Return the turns of a talk as they are shown; `card` draws that of the newest sheet."""
    every = [answer.message for turn in recalled.turns for answer in turn.answers]
    by_form = {message.form: message for message in every if message.options}
    last = every[-1] if every else None
    # Of several messages with the same choices the last has them.
    live = by_form.get(recalled.form)
    changing = next((m for m in reversed(every) if isinstance(m.sheet, ResultSheet)), None)
    pictured = next((m for m in reversed(every) if m.sheet is not None), None)
    found: list[ShownTurn] = []

    def drawn(message: Message) -> str:
        return card(message) if message is pictured else ""

    for turn in recalled.turns:
        said = _said(turn.event, by_form, app)
        if said is None and not turn.answers:
            continue
        answers = tuple(_answer(each, live, last, changing, drawn) for each in turn.answers)
        found.append(ShownTurn(turn.id, said or "", answers, turn.waits))
    return tuple(found)


def _answer(
    answer: Answer,
    live: Message | None,
    last: Message | None,
    changing: Message | None,
    card: Callable[[Message], str],
) -> ShownAnswer:
    message = answer.message
    return ShownAnswer(
        message,
        tuple(_blocks(message, card)),
        message.options if message is live else (),
        message is changing,
        message is last,
        answer.good,
    )


def _blocks(message: Message, card: Callable[[Message], str]) -> Iterator[Block]:
    for text in message.blocks:
        sheet = message.sheet
        if sheet is None or sheet.text != text:
            yield Block(text)
        else:
            yield Block(text, sheet, bar(sheet) if isinstance(sheet, ResultSheet) else (), card(message))


def _said(event: Event, by_form: Mapping[int, Message], app: App) -> str | None:
    """Return what a person did in words; None where it says nothing."""
    say = app.templates.say
    match event:
        case Said(text) | Sent(_, text):
            return text
        case Pressed(number, form):
            options = by_form[form].options if form in by_form else ()
            return options[number - 1] if 0 < number <= len(options) else say("web", "pressed")
        case Amending(name):
            label = app.library.terms.inputs.get(name)
            return say("web", "pressed") if label is None else say("web", "amends", label=label)
        case Hurried():
            return say("web", "hurried")
        case Rated():
            return None
    return None


_WHOLE = 100
_WIDE = 7.0
"""Percent of a bar that have room for a number."""
_LEAST = 0.6
"""Percent below which a part can't be seen."""


def bar(sheet: ResultSheet) -> tuple[Segment, ...]:
    """Return the bar of a bill: its parts side by side, each as wide as its share."""
    parts = [*sheet.by_fund, *sheet.by_person]
    whole = sum(part.fen for part in parts)
    if not whole:
        return ()
    widths = [max(part.fen * _WHOLE / whole, _LEAST if part.fen else 0) for part in parts]
    scale = _WHOLE / sum(widths)
    found: list[Segment] = []
    x = 0.0
    for number, (part, share) in enumerate(zip(parts, widths, strict=True), 1):
        width = share * scale
        middle = f"{x + width / 2:.2f}"
        found.append(Segment(number, part.id, f"{x:.2f}", middle, f"{width:.2f}", width >= _WIDE))
        x += width
    return tuple(found)
