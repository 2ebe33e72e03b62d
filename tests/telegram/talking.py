"""A person talks with the bot, and the bare dialogue beside them: every word must be the same."""

from dataclasses import dataclass, field

from fake import Chat, Message, User
from performing import DAY, app, say

from bot.dialogue import Chose, Event, Kind, Reply, Said, Sent
from bot.service.placing import blocks, is_bare

PATIENCE = 20.0  # seconds


@dataclass
class Twin:
    """The same talk held with the bare dialogue: what the bot should say."""

    replies: list[Reply] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._state = app().dialogue.start({})
        self._head: tuple[str, ...] = ()  # what stands above the open question
        self._bare = False

    @property
    def labels(self) -> tuple[str, ...]:
        """The options that are open, as buttons carry them."""
        return tuple(f"{number}. {each.label}" for number, each in enumerate(self._state.options, 1))

    @property
    def labels_with_rating(self) -> tuple[str, ...]:
        """All buttons under the last reply: an answer or a result can be found good or bad."""
        ratable = self.replies[-1].status in {"answered", "explained", "estimated", "compared"}
        return (*self.labels, *((say("good"), say("bad")) if ratable else ()))

    @property
    def done(self) -> bool:
        return self._state.done

    @property
    def asking(self) -> bool:
        return self.replies[-1].asked is not None

    def says(self, text: str) -> str:
        """Return what a text is answered with."""
        return self._takes(Said(text))

    def sends(self, event: Sent) -> str:
        """Return what something that is no text is answered with."""
        return self._takes(event)

    def presses(self, label: str) -> str:
        """Return what a press of an option, by its label on the button, is answered with."""
        return self._takes(Chose(self.labels.index(label) + 1))

    def presses_stale(self) -> str:
        """Return what a press of a button that is no longer open is answered with."""
        return self._takes(Chose(0, outdated=True))

    def _takes(self, event: Event) -> str:
        self._state, reply = app().dialogue.step(self._state, event, DAY)
        if reply.forgets:
            self._state = app().dialogue.start({})
        self.replies.append(reply)
        said = (*((reply.notice,) if reply.notice else ()), *blocks(reply))
        if isinstance(event, Chose) and not event.outdated and self._bare and is_bare(reply):
            said = (*self._head, *said)
        self._head, self._bare = said[:-1], is_bare(reply)
        return "\n\n".join(said)


def parted(text: str, head: str) -> tuple[str, str]:
    """Return the words below a card, up to the end of its head, and those that follow."""
    end = text.index(head) + len(head)
    return text[:end], text[end:].lstrip("\n")


class Talk:
    """One person's talk in a chat, `by` whom where there are several."""

    def __init__(self, chat: Chat, by: User | None = None) -> None:
        self.chat, self.by = chat, by
        self.twin = Twin()
        self._last: Message | None = None
        self.card: Message
        """The last card that came; there is none before the first result."""

    @property
    def last(self) -> Message:
        """The bot's last answer, as it was when it came."""
        assert self._last is not None
        return self._last

    def says(self, text: str) -> Message:
        """Say something, and return what is answered, below what was said."""
        before = self.seen()
        said = self.chat.says(text, by=self.by)
        answer = self.answer(self.twin.says(text), before)
        assert answer.id > said.id
        return answer

    def sends(self, kind: Kind, text: str = "") -> Message:
        """Return what is answered to something that is no text and was sent already."""
        return self.answer(self.twin.sends(Sent(kind, text)), [])

    def presses(self, label: str) -> Message:
        """Press a button of the last message, and return what is answered, wherever that stands."""
        before = self.seen()
        pressed = self.chat.presses(self.last, label, by=self.by, timeout=PATIENCE)
        assert pressed.text == ""
        return self.answer(self.twin.presses(label), before)

    def seen(self) -> list[tuple[int, int]]:
        """Return what the bot has shown until now."""
        return [(message.id, len(message.history)) for message in self.chat.messages]

    def answer(self, expected: str, before: list[tuple[int, int]]) -> Message:
        """Wait for the answer, newer than what was seen `before`, with what can be pressed under it.

        A result comes as a card, with the first of its words below, and the rest in a message that follows.
        """
        sheet = self.twin.replies[-1].sheet
        if sheet is not None:
            caption, expected = parted(expected, sheet.head)
            self.card = self._shown(caption, (), before)
            assert self.card.photo is not None
        self._last = self._shown(expected, self.twin.labels_with_rating, before)
        assert sheet is None or self.card.id < self._last.id
        return self._last

    def _shown(self, words: str, labels: tuple[str, ...], before: list[tuple[int, int]]) -> Message:
        def shows(message: Message) -> bool:
            # One that was closed has the same words where a question is asked again.
            says_it = message.words == words and message.labels == labels
            return says_it and (message.id, len(message.history)) not in before

        return self.chat.wait_for(shows, PATIENCE)

    def closed(self, message: Message) -> Message:
        """Wait until nothing can be pressed under a message any more, and return it."""
        return self.chat.wait_for(lambda each: each.id == message.id and not each.buttons, PATIENCE)
