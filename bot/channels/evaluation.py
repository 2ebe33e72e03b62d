"""How well questions are understood: labelled questions from files, asked one by one and scored."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import yaml

from bot.app import App
from bot.channels.batch import Batch
from bot.channels.jsonl import BadLineError, read_line

OUTSIDE = frozenset({"ood", "vague"})
"""Labels of what must not be answered: no subject of ours, or too unclear."""

_ANSWERED = frozenset({"answer", "estimate", "refused", "question"})
_LEAKS = frozenset({"answer", "estimate"})
_TOP = 3
_LONGEST_SHOWN = 60  # characters of a question in the list of errors


class QuestionsError(Exception):
    """A file of questions can't be used; the message names the file, the line and the mend."""

    def __init__(self, file: Path, line: int, what: str, mend: str) -> None:
        super().__init__(f"{file.as_posix()}:{line}: {what}\n  {mend}")


@dataclass(frozen=True, slots=True)
class Question:
    """A text, every subject that would be right for it (none: not labelled), and where it stands."""

    text: str
    labels: tuple[str, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Scored:
    """A question, its outcome, the reply's subject, those it was taken for, best first, and milliseconds."""

    question: Question
    outcome: str
    subject: str | None
    found: tuple[str, ...]
    milliseconds: float

    @property
    def outside(self) -> bool:
        return not OUTSIDE.isdisjoint(self.question.labels)

    @property
    def inside(self) -> bool:
        return bool(self.question.labels) and not self.outside

    @property
    def answered(self) -> bool:
        return self.outcome in _ANSWERED

    @property
    def leaked(self) -> bool:
        return self.outside and self.outcome in _LEAKS

    def right_among(self, first: int) -> bool:
        """Whether one of the `first` subjects it was taken for is right."""
        return not set(self.found[:first]).isdisjoint(self.question.labels)

    @property
    def right(self) -> bool:
        """Whether the reply is on a right subject; a calculation's is narrower than what was asked."""
        return self.right_among(1) or self.subject in self.question.labels

    @property
    def wrong(self) -> bool:
        return self.leaked or (self.inside and not self.right)


def read_questions(file: Path, known: Iterable[str], label: str | None = None) -> list[Question]:
    """Return the questions of a file: `.jsonl` with `text` and `intents`, or YAML of id -> questions.

    A bare YAML list, and a line without `intents`, has the label `label`, if one is given. Raises
    QuestionsError for what can't be read or names a subject that isn't among `known`.
    """
    try:
        text = file.read_text(encoding="utf-8-sig")
    except OSError as error:
        reason = (error.strerror or "unknown reason").lower()
        raise QuestionsError(
            file, 1, f"the file can't be read ({reason})", "Look at the name given."
        ) from None
    except UnicodeDecodeError:
        raise QuestionsError(file, 1, "the file can't be read as UTF-8", "Save it as UTF-8 text.") from None
    default = () if label is None else (label,)
    read = _from_lines if file.suffix.lower() in {".jsonl", ".ndjson"} else _from_yaml
    questions = list(read(file, text, default))
    allowed = {*known, *OUTSIDE}
    for question in questions:
        for each in question.labels:
            if each not in allowed:
                raise QuestionsError(
                    file, question.line, f"no subject is called '{each[:40]}'", "Use an id, ood or vague."
                )
    return questions


def _from_lines(file: Path, text: str, default: tuple[str, ...]) -> Iterator[Question]:
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            fields = read_line(line).fields
        except BadLineError:
            raise QuestionsError(file, number, "no object of JSON", "Write one object a line.") from None
        said, labels = fields.get("text"), fields.get("intents", list(default))
        if not isinstance(said, str):
            raise QuestionsError(file, number, "no text", 'Write {"text": …, "intents": […]}.')
        if not isinstance(labels, list) or not all(isinstance(each, str) for each in labels):
            raise QuestionsError(file, number, "intents is no list of ids", 'Write "intents": ["…"].')
        yield Question(said, tuple(labels), number)


def _from_yaml(file: Path, text: str, default: tuple[str, ...]) -> Iterator[Question]:
    try:
        root = yaml.compose(text, yaml.SafeLoader)
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        raise QuestionsError(file, line, "no sound YAML", "Write `id:` and a list of questions.") from None
    if isinstance(root, yaml.SequenceNode):
        yield from _listed(file, root, default)
    elif isinstance(root, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in root.value:
            if not isinstance(key, yaml.ScalarNode) or key.value in seen:
                line = key.start_mark.line + 1
                raise QuestionsError(file, line, "no id, or one that stands above already", "Write it once.")
            seen.add(key.value)
            yield from _listed(file, value, (str(key.value),))
    else:
        raise QuestionsError(file, 1, "neither a mapping nor a list", "Write `id:` and a list of questions.")


def _listed(file: Path, node: Any, labels: tuple[str, ...]) -> Iterator[Question]:
    line = node.start_mark.line + 1
    if not isinstance(node, yaml.SequenceNode):
        raise QuestionsError(file, line, "no list of questions", "Write each on a line of its own after '-'.")
    for each in node.value:
        line = each.start_mark.line + 1
        if not isinstance(each, yaml.ScalarNode):
            raise QuestionsError(file, line, "a question is plain text", "Put quotation marks around it.")
        yield Question(str(each.value), labels, line)


def score(app: App, questions: Sequence[Question], preset: dict[str, Any] | None = None) -> list[Scored]:
    """Ask every question by itself, as a new person would."""
    batch = Batch(app, preset)
    app.warm()  # what is loaded once is no part of a question's time
    return [_asked(batch, question) for question in questions]


def _asked(batch: Batch, question: Question) -> Scored:
    reply = batch.ask(question.text)
    subject = reply["intent"]
    found = tuple(dict.fromkeys([*reply["candidates"], *([subject] if subject else [])]))
    return Scored(question, reply["outcome"], subject, found, reply["elapsed_ms"])


def summary(scored: Sequence[Scored]) -> list[tuple[str, str]]:
    """Return name and value of every measure that the labels allow."""
    inside = [each for each in scored if each.inside]
    outside = [each for each in scored if each.outside]
    answered = [each for each in inside if each.answered]
    asked = [each for each in inside if each.outcome == "clarify"]
    times = sorted(each.milliseconds for each in scored)
    rows = [("questions", str(len(scored)))]
    if inside:
        rows += [
            ("accuracy@1", _share([each.right_among(1) for each in inside])),
            ("accuracy@3", _share([each.right_among(_TOP) for each in inside])),
            ("answered", _share([each.answered for each in inside])),
            ("precision of answered", _share([each.right for each in answered])),
            ("clarify", _share([each.outcome == "clarify" for each in inside])),
            ("clarify hits", _share([each.right_among(_TOP) for each in asked])),
        ]
    if outside:
        rows.append(("out-of-domain leaks", _share([each.leaked for each in outside])))
    unlabelled = [each for each in scored if not each.question.labels]
    if unlabelled:
        rows.append(("answered, not labelled", _share([each.answered for each in unlabelled])))
    if scored:
        counted = Counter(each.outcome for each in scored).most_common()
        rows.append(("outcomes", ", ".join(f"{outcome} {count}" for outcome, count in counted)))
    if times:
        rows.append(("latency p50", f"{times[len(times) // 2]:.2f} ms"))
        rows.append(("latency p99", f"{times[min(len(times) - 1, len(times) * 99 // 100)]:.2f} ms"))
    return rows


def _share(holds: Sequence[bool]) -> str:
    if not holds:
        return "none"
    share = (Decimal(sum(holds)) / len(holds)).quantize(Decimal("0.001"), ROUND_HALF_UP)
    return f"{share} ({sum(holds)} of {len(holds)})"


def lines(file: Path, scored: Sequence[Scored]) -> Iterator[str]:
    """Yield a file's measures and then its errors, as they are printed."""
    yield file.as_posix()
    for name, value in summary(scored):
        yield f"  {name:<24}{value}"
    wrong = [each for each in scored if each.wrong]
    if wrong:
        yield "  errors:"
    for each in wrong:
        text = " ".join(each.question.text.split())
        shown = text if len(text) <= _LONGEST_SHOWN else text[:_LONGEST_SHOWN] + "…"
        took = ", ".join(each.found[:_TOP]) or "nothing"
        wanted = ", ".join(each.question.labels)
        yield f"  {each.question.line}: {shown}\n      {each.outcome}: {took}; wanted {wanted}"
