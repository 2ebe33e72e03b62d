"""The words: Jinja templates from our own folder, never from anybody's input."""

from collections.abc import Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, TypeVar

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.policy.library import Terms
from bot.rendering.facts import Facts, shown
from bot.rendering.sheets import ComparisonSheet, ResultSheet

_Sheet = TypeVar("_Sheet", ResultSheet, ComparisonSheet)


class Templates:
    """All templates: `words/*.j2` hold macros by code, `answers/*.j2` an answer each, `results/*.j2` results.

    Nothing a person typed may be passed in: texts are made of figures, names of codes and our own words.
    """

    def __init__(self, folder: Path, terms: Terms) -> None:
        self._answers = frozenset(file.stem for file in (folder / "answers").glob("*.j2"))
        # Plain text comes out; a channel that needs HTML escapes it at its own edge.
        self._env = Environment(
            loader=FileSystemLoader(folder),
            undefined=StrictUndefined,
            autoescape=False,  # noqa: S701
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        self._env.globals["explain"] = lambda term: terms.explained[term]
        self._env.globals["called"] = terms.of
        self._env.globals["input"] = lambda name: terms.inputs[name]
        self._env.filters["yuan"] = amount
        self._env.filters["amount"] = quantity
        self._words: dict[str, Any] = {}

    def say(self, group: str, name: str, /, **words: Any) -> str:
        """Return what macro `name` of `words/<group>.j2` says."""
        return str(getattr(self._macros(group), name)(**words)).strip()

    def _macros(self, group: str) -> Any:
        if group not in self._words:
            self._words[group] = self._env.get_template(f"words/{group}.j2").module
        return self._words[group]

    def can_say(self, group: str, name: str) -> bool:
        """Whether `words/<group>.j2` has a macro `name`."""
        return hasattr(self._macros(group), name)

    def load(self) -> None:
        """Compile every template now rather than when it is first needed."""
        for name in self._env.list_templates(extensions=["j2"]):
            self._env.get_template(name)

    def has_answer(self, intent: str) -> bool:
        return intent in self._answers

    def answer(self, intent: str, facts: Facts, slots: Mapping[str, Any]) -> str:
        """Return the answer to `intent` from `facts`. Raises NothingHeld where the policy is silent."""
        text = self._env.get_template(f"answers/{intent}.j2").render(
            rule=facts.rule,
            held=facts.held,
            city=facts.city,
            day=facts.day,
            insurance=facts.insurance,
            # What the person doesn't know is no code; amounts have no place in a rule.
            slots={name: said for name, said in slots.items() if isinstance(said, str | bool)},
            hotline=facts.library.numbers.hotline,
        )
        return tidy(text)

    def told(self, name: str, sheet: _Sheet) -> _Sheet:
        """Return a sheet with its text by `results/<name>_head.j2` and `results/<name>_rest.j2`."""
        words = {field.name: getattr(sheet, field.name) for field in fields(sheet)}
        head, rest = (self.result(f"{name}_{part}", **words) for part in ("head", "rest"))
        return replace(sheet, head=head, text=f"{head}\n\n{rest}")

    def result(self, name: str, **words: Any) -> str:
        """Return what `results/<name>.j2` makes of a calculation."""
        return tidy(self._env.get_template(f"results/{name}.j2").render(**words))


def amount(fen: int) -> str:
    """Return fen as people read an amount: 16443.00元."""
    return f"{fen // 100}.{fen % 100:02d}元"


def quantity(hundredths: int, unit: str) -> str:
    """Return an amount of `unit` as people read it: 16443.00元, 312.00元/月, 158天, 4年."""
    if unit.startswith("yuan"):
        return amount(hundredths) + {"yuan/month": "/月", "yuan/year": "/年"}.get(unit, "")
    return figure(hundredths, unit) + {"days": "天", "years": "年"}[unit]


def figure(hundredths: int, unit: str) -> str:
    """Return an amount for the eye without its unit: yuan with their thousands apart, days as they are."""
    whole, rest = divmod(hundredths, 100)
    if unit.startswith("yuan"):
        return f"{whole:,}.{rest:02d}"
    return f"{whole}.{rest:02d}".rstrip("0") if rest else str(whole)


def grouped(hundredths: int, unit: str = "yuan") -> str:
    """Return an amount for the eye: 16,443.00元, 312.00元/月, 158天."""
    return figure(hundredths, unit) + quantity(0, unit).lstrip("0.")


def tidy(text: str) -> str:
    """Return `text` without trailing blanks, with at most one empty line in a row."""
    lines: list[str] = []
    for line in text.strip().splitlines():
        stripped = line.rstrip()
        if stripped or (lines and lines[-1]):
            lines.append(stripped)
    return "\n".join(lines)


__all__ = ["Templates", "amount", "shown", "tidy"]
