"""What became of a load: figures from the database and from what the peer saw."""

import itertools
import json
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, select

from bot.service.sending import IN_FLIGHT
from bot.storage import keys, reading
from bot.storage.schema import inbox, outbox, sessions

from .load import Load, Update, replayed
from .peer import Peer
from .wire import NAME


@dataclass(frozen=True, slots=True)
class Figures:
    """What was found; all but the first line should be 0, save for repeats within what is allowed.

    `lost`: updates without a reply that was shown, those given up on purpose apart. `doubled`: chats whose
    steps aren't as many as their updates, and updates kept or answered twice. `disordered`: replies shown or
    updates taken out of their order. `untrue`: chats otherwise than the bare dialogue makes them, of those
    `compared`.
    """

    updates: int
    shown: int
    kills: int
    most_in_flight: int
    lost: int
    given_up: int
    doubled: int
    disordered: int
    untrue: int
    compared: int
    repeated: int
    allowed: int
    integrity: str

    @property
    def wrong(self) -> list[str]:
        """Return what is not as it must be."""
        found = [
            f"{name}: {value}"
            for name in ("lost", "doubled", "disordered", "untrue")
            if (value := getattr(self, name))
        ]
        if self.repeated > self.allowed:
            found.append(f"repeated: {self.repeated}, allowed: {self.allowed}")
        if self.given_up > self.allowed:
            found.append(f"given up: {self.given_up}, allowed: {self.allowed}")
        if self.integrity != "ok":
            found.append(f"integrity: {self.integrity}")
        return found

    def table(self, **more: object) -> str:
        """Return a line for each figure."""
        rows = {name: getattr(self, name) for name in self.__slots__} | more
        return "\n".join(f"  {name.replace('_', ' '):<24}{value}" for name, value in rows.items())


class _Kept:
    """What the database holds of a load."""

    def __init__(self, connection: Connection, load: Load) -> None:
        salt = keys.salt(connection)
        self.update_of = {keys.digest(salt, NAME, update.id): update for update in load.updates}
        self.rows: dict[str, list[Row[Any, Any, Any]]] = defaultdict(list)
        columns = (inbox.c.id, inbox.c.key, inbox.c.done_at)
        self.key_of: dict[int, str] = {}
        for row in connection.execute(select(*columns).order_by(inbox.c.id)):
            self.rows[row.key].append(row)
            self.key_of[row.id] = row.key
        self.sessions = {row.chat: row for row in connection.execute(select(sessions))}
        fields = (outbox.c.id, outbox.c.chat, outbox.c.inbox_id, outbox.c.state)
        self.letters = list(connection.execute(select(*fields).order_by(outbox.c.id)))
        self.integrity = "ok"
        if connection.dialect.name == "sqlite":
            self.integrity = str(connection.exec_driver_sql("PRAGMA integrity_check").scalar())


def judged(
    peer: Peer, url: str, *, kills: int, compare: int = 50, taking_apart: float = 1.0, silent: int = 0
) -> Figures:
    """Return the figures of a run that has settled; a process that was frozen counts as killed.

    `compare`: how many chats are stepped through again without storage. `taking_apart`: seconds after which a
    waiting update must have been seen by whoever takes the next. `silent`: deliveries that the peer left
    without an answer.
    """
    load = peer.load
    with reading(url) as connection:
        kept = _Kept(connection, load)
    shown: dict[str, list[int]] = defaultdict(list)
    texts: dict[int, tuple[str, ...]] = {}
    for delivery in peer.deliveries:
        if delivery.shown and delivery.message not in texts:
            shown[delivery.chat].append(delivery.message)
            texts[delivery.message] = delivery.blocks
    untrue, compared = _untrue(load, kept, shown, texts, compare)
    given_up = sum(letter.state == "given_up" and letter.id not in texts for letter in kept.letters)
    return Figures(
        updates=len(load.updates),
        shown=len(texts),
        kills=kills,
        most_in_flight=peer.most_in_flight,
        lost=_lost(load, kept, shown, texts),
        given_up=given_up,
        doubled=_doubled(load, kept),
        disordered=_disordered(load, kept, shown) + _overtaken(peer, kept, taking_apart),
        untrue=untrue,
        compared=compared,
        repeated=peer.repeated,
        allowed=kills * IN_FLIGHT + silent,
        integrity=kept.integrity,
    )


def _lost(load: Load, kept: _Kept, shown: dict[str, list[int]], texts: dict[int, tuple[str, ...]]) -> int:
    done = {key for key, rows in kept.rows.items() if any(row.done_at is not None for row in rows)}
    ended = {
        kept.key_of[letter.inbox_id]
        for letter in kept.letters
        if letter.id in texts or letter.state in {"given_up", "refused"}
    }
    lost = 0
    for key, update in kept.update_of.items():
        # Of a forgotten chat no letter is left, only what was shown tells.
        answered = key in ended or update.chat in load.forgotten
        lost += key not in done or not answered
    for chat in load.forgotten:
        lost += max(0, len(load.chats[chat]) - len(set(shown[chat])))
    return lost


def _doubled(load: Load, kept: _Kept) -> int:
    doubled = sum(len(rows) > 1 for rows in kept.rows.values())
    answers = Counter(letter.inbox_id for letter in kept.letters)
    doubled += sum(count > 1 for count in answers.values())
    for chat, updates in load.chats.items():
        if chat in load.forgotten:
            doubled += chat in kept.sessions
        else:
            session = kept.sessions.get(chat)
            doubled += session is None or session.version != len(updates)
    return doubled


def _disordered(load: Load, kept: _Kept, shown: dict[str, list[int]]) -> int:
    """Return how many replies were first shown before one whose update was taken earlier."""
    update_of = {letter.id: kept.update_of[kept.key_of[letter.inbox_id]] for letter in kept.letters}
    done_at = {letter.id: kept.rows[kept.key_of[letter.inbox_id]][0].done_at for letter in kept.letters}
    found = 0
    for chat, messages in shown.items():
        if chat in load.forgotten:
            continue
        for before, after in itertools.pairwise(messages):
            wrong = after < before or done_at[after] < done_at[before]
            # What was handed out in order is answered in order.
            if chat not in load.disordered:
                wrong = wrong or update_of[after].place <= update_of[before].place
            found += wrong
    return found


def _overtaken(peer: Peer, kept: _Kept, apart: float) -> int:
    """Return how many updates were taken while one with an earlier place had waited for long enough."""
    found = 0
    chats: dict[str, list[tuple[int, float, float]]] = defaultdict(list)
    for letter in kept.letters:
        key = kept.key_of[letter.inbox_id]
        update = kept.update_of[key]
        if update.chat in peer.load.disordered and update.id in peer.acknowledged:
            done = kept.rows[key][0].done_at / 1000
            chats[letter.chat].append((update.place, peer.acknowledged[update.id], done))
    for taken in chats.values():
        for n, (place, _, done) in enumerate(taken):
            found += any(
                earlier < place and acknowledged + apart < done for earlier, acknowledged, _ in taken[n + 1 :]
            )
    return found


def _untrue(
    load: Load, kept: _Kept, shown: dict[str, list[int]], texts: dict[int, tuple[str, ...]], most: int
) -> tuple[int, int]:
    """Return how many chats differ from the bare dialogue, and how many were compared."""
    given_up = {letter.chat for letter in kept.letters if letter.state != "sent"}
    fit = [
        chat
        for chat in load.chats
        if chat not in load.disordered and chat not in load.forgotten and chat not in given_up
    ]
    # The long ones tell more than greetings.
    chosen = sorted(fit, key=lambda chat: -sum(_talks(load.chats[chat])))[:most]
    found = 0
    for chat in chosen:
        bare = replayed(load.chats[chat])
        session = kept.sessions.get(chat)
        said = tuple(texts[message] for message in shown[chat])
        # The order of inputs within a state says nothing.
        same = session is not None and json.loads(session.state) == json.loads(bare.state)
        found += not same or said != bare.said
    return found, len(chosen)


def _talks(updates: Sequence[Update]) -> list[bool]:
    return [len(update.text) > 4 for update in updates]
