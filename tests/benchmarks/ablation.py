"""What each stage of understanding is worth: accuracy with each off in turn, as asked and with two slips.

    python -m tests.benchmarks.ablation [FILE…]

Files are those that `baoduoshao eval` takes; without any the unseen questions of intents/ are ranked. Each
stage is left out of learning too, so a run takes minutes.
"""

import random
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bot.app import App
from bot.channels.evaluation import OUTSIDE, read_questions
from bot.language import features, homophones, learning, lexicon, matching
from bot.language.learning import Lesson
from bot.language.normalise import normalise
from bot.language.places import Places
from bot.settings import Settings, data_folder

Questions = Sequence[tuple[str, Sequence[str]]]
_SLIPS = 2


def stages() -> dict[str, Sequence[tuple[Any, str, Any]]]:
    """Return stage -> what to put in its place: module or class, name, value."""
    nothing: Callable[..., Any] = lambda self, text: (text, [])  # noqa: E731
    return {
        "all stages": (),
        "without mending slips": ((homophones.Homophones, "mend", lambda self, text: text),),
        "without the lexicon": ((lexicon.Lexicon, "read", nothing),),
        "without pairs of sounds": ((features, "_SOUND", 0),),
        "without single characters": ((features, "_CHARACTER", 0),),
        "without known words": ((features, "_WORD", 0), (features, "_WORDS", 0)),
        "without weighing clauses": ((features, "_ASKING", 1),),
        "without nearest phrases": ((matching, "_NEAREST", 0.0),),
        "without heeding the scheme": (
            (matching.Ranker, "_heed_scheme", lambda self, scores, insurance: None),
        ),
        "without what isn't ours": ((learning, "_labelled", _ours),),
        "nearest phrases alone": ((matching, "_NEAREST", 1000.0),),
    }


def _ours(catalogue: Any) -> list[tuple[str, str]]:
    return [(id_, text) for id_, texts in catalogue.phrases.items() for text in texts]


@contextmanager
def _replaced(changes: Sequence[tuple[Any, str, Any]]) -> Iterator[None]:
    before = [(owner, name, getattr(owner, name)) for owner, name, _ in changes]
    for owner, name, value in changes:
        setattr(owner, name, value)
    try:
        yield
    finally:
        for owner, name, value in before:
            setattr(owner, name, value)


def slipped(text: str, characters: Sequence[str], sounds: Any) -> str:
    """Return `text` with two characters replaced by others of the same syllable; always the same two."""
    chance = random.Random(text)
    alike: dict[str, list[str]] = {}
    for character in characters:
        alike.setdefault(sounds.exact(character)[0], []).append(character)
    places = [n for n, syllable in enumerate(sounds.exact(text)) if len(alike.get(syllable, ())) > 1]
    for n in chance.sample(places, min(_SLIPS, len(places))):
        others = [each for each in alike[sounds.exact(text[n])[0]] if each != text[n]]
        text = text[:n] + chance.choice(others) + text[n + 1 :]
    return text


def _common() -> list[str]:
    """Return the commoner characters of GB2312, its first level."""
    found = [bytes([high, low]) for high in range(0xB0, 0xD8) for low in range(0xA1, 0xFF)]
    return [each.decode("gb2312", "ignore") for each in found if each.decode("gb2312", "ignore")]


def _accuracy(lesson: Lesson, questions: Questions) -> tuple[float, float]:
    first = among = 0
    for text, labels in questions:
        found = lesson.rank(text).ids[:3]
        first += bool(found) and found[0] in labels
        among += not set(found).isdisjoint(labels)
    return first / len(questions), among / len(questions)


def main(files: Sequence[str]) -> None:
    app = App(Settings())
    folder = data_folder("intents")
    places = Places(app.library.cities)
    paths = [Path(file) for file in files] or [folder / "unseen.jsonl"]
    sets: dict[str, Questions] = {
        path.name: [
            (normalise(question.text), question.labels)
            for question in read_questions(path, app.reader.subjects)
            if OUTSIDE.isdisjoint(question.labels)
        ]
        for path in paths
    }
    print(f"{'':<28}" + "".join(f"{name:>26}{'with two slips':>18}" for name in sets))
    for stage, changes in stages().items():
        with _replaced(changes):
            lesson = Lesson(folder, places)
            cells = []
            for questions in sets.values():
                wrong = [(slipped(text, _common(), lesson.sounds), labels) for text, labels in questions]
                cells += [_accuracy(lesson, questions), _accuracy(lesson, wrong)]
        shown = "".join(
            f"{f'{first:.3f} / {among:.3f}':>{18 if n % 2 else 26}}" for n, (first, among) in enumerate(cells)
        )
        print(f"{stage:<28}{shown}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
