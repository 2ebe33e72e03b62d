"""What people write: scripts of many chats, in an order that a network would bring them."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from support import warm

from bot.app import App
from bot.dialogue import Said, saved
from bot.service.placing import blocks
from bot.service.written import reduced
from bot.settings import Settings

TODAY = date(2026, 5, 1)
_CHEAP = ("你好", "谢谢", "你是谁", "帮助", "好的", "没事了")
_TALKS: tuple[tuple[str, ...], ...] = (
    ("帮我算住院能报多少", "衡阳", "职工", "三级", "退休", "20000"),
    ("帮我算住院能报多少", "1", "1", "2", "1", "3万", "谢谢"),
    ("衡阳职工门诊起付线是多少", "退休呢", "湘潭呢"),
    ("退休职工住院花了两万能报多少", "衡阳", "三级", "改成二级", "退回"),
    ("生孩子能报多少", "居民", "今天天气怎么样", "取消"),
)


@dataclass(frozen=True, slots=True)
class Update:
    """Something that a person said: the `place`-th of its chat, from 1."""

    id: str
    chat: str
    place: int
    text: str


@dataclass(frozen=True, slots=True)
class Load:
    """All updates in the order in which they are handed out.

    Chats that are `disordered` are handed out otherwise than by place, those `forgotten` end with the wish
    to be.
    """

    updates: tuple[Update, ...]
    disordered: frozenset[str] = frozenset()
    forgotten: frozenset[str] = frozenset()

    @property
    def chats(self) -> dict[str, list[Update]]:
        """Return each chat's updates by their place."""
        found: dict[str, list[Update]] = {}
        for update in self.updates:
            found.setdefault(update.chat, []).append(update)
        for updates in found.values():
            updates.sort(key=lambda update: update.place)
        return found


@dataclass(frozen=True, slots=True)
class Replayed:
    """What the bare dialogue remembers at the end, and what it said to each update."""

    state: str
    said: tuple[tuple[str, ...], ...]


@cache
def app() -> App:
    """Return the core, loaded once for all tests."""
    return warm.app(Settings(fixed_day=TODAY))


def replayed(updates: Sequence[Update]) -> Replayed:
    """Step through a chat without storage."""
    dialogue = app().dialogue
    state, said = dialogue.start({}), []
    for update in updates:
        event = reduced(Said(update.text))
        assert isinstance(event, Said)
        state, reply = dialogue.step(state, event, TODAY)
        said.append((*((reply.notice,) if reply.notice else ()), *blocks(reply)))
    return Replayed(saved(state), tuple(said))


def made(
    *,
    updates: int,
    chats: int,
    seed: int = 1,
    talks: float = 0.1,
    disordered: float = 0.0,
    forgotten: Sequence[str] = (),
) -> Load:
    """Return a load of so many updates; `talks` and `disordered` are shares of the chats."""
    rng = random.Random(seed)
    names = [*(f"chat-{n}" for n in range(chats - len(forgotten))), *forgotten]
    lengths = [updates // chats + (n < updates % chats) for n in range(chats)]
    told: dict[str, list[Update]] = {}
    for name, length in zip(names, lengths, strict=True):
        texts = _texts(rng, length, talking=rng.random() < talks)
        if name in forgotten:
            texts[-1] = "忘记我"
        told[name] = [Update(f"{name}.{place}", name, place, text) for place, text in enumerate(texts, 1)]
    ordinary = [name for name in names if name not in forgotten]
    mixed = frozenset(rng.sample(ordinary, int(len(ordinary) * disordered)))
    turns_of = [name for name in names for _ in told[name]]
    rng.shuffle(turns_of)
    lines = {name: iter(_mixed(rng, each) if name in mixed else each) for name, each in told.items()}
    return Load(tuple(next(lines[name]) for name in turns_of), mixed, frozenset(forgotten))


def _texts(rng: random.Random, length: int, *, talking: bool) -> list[str]:
    texts: list[str] = []
    while len(texts) < length:
        texts.extend(rng.choice(_TALKS) if talking else (rng.choice(_CHEAP),))
    return texts[:length]


def _mixed(rng: random.Random, updates: Sequence[Update]) -> list[Update]:
    """Let some change places with a neighbour and hold others back until several later ones are given."""
    found = list(updates)
    for n in range(len(found) - 1):
        if rng.random() < 0.3:
            found[n], found[n + 1] = found[n + 1], found[n]
    if len(found) > 4:
        late = found.pop(rng.randrange(len(found) // 2))
        found.insert(rng.randrange(len(found) // 2, len(found) + 1), late)
    return found
