"""Figures, inputs, codes and readings that rules name: each must be there, and of the kind that is needed."""

import re
from collections.abc import Mapping

from bot.policy.codes import INPUTS, Kind
from bot.policy.documents import Entries, Entry, rules_of
from bot.policy.fields import Changes, FigureOf, InputOf, Path, Tests, marked
from bot.policy.figures import SHARE_SCALE, codes_of
from bot.policy.problem import PolicyProblem, brief, did_you_mean, such_as
from bot.policy.schema import Reading, Rule

Readings = Mapping[str, Reading] | None  # of the rule at hand; None where none may be named
_KINDS: Mapping[Kind, str] = {
    "money": "an amount",
    "count": "a count",
    "decimal": "a number with decimals",
    "code": "a choice among codes",
}
_WHOLE = re.compile(r"0|[1-9][0-9]{0,9}", re.ASCII)


def check_references(entries: Entries) -> None:
    """All figures, inputs, codes and topics that rules name are there, and of the kind that is needed."""
    for entry, topic, rule in rules_of(entries):
        _check_readings(entry, topic, rule)
        for path, mark, value in marked(rule):
            spot = ("rules", topic, *path)
            match mark:
                case FigureOf():
                    _check_figure(entries, entry, spot, mark, value)
                case InputOf():
                    for number, name in enumerate(value) if isinstance(value, list) else [(None, value)]:
                        at = spot if number is None else (*spot, number)
                        _check_input(entry, at, mark, name)
                case Tests():
                    _check_condition(entry, spot, rule.readings if mark.readings else None, value)
                case Changes():
                    _check_changes(entry, spot, rule, value)


def figure_at(entries: Entries, home: Entry, ref: str) -> tuple[Entry, str] | None:
    """Return the provision and the name that a reference to a figure leads to, if it leads anywhere."""
    place, name = ref.rsplit("/", 1)
    target = entries.get(place if "/" in place else f"{home.provision.document.id}/{place}")
    return (target, name) if target is not None and name in target.provision.entry.figures else None


def _check_figure(entries: Entries, home: Entry, spot: Path, wanted: FigureOf, ref: str) -> None:
    found = figure_at(entries, home, ref)
    if found is None:
        document = home.provision.document.id
        known = [f"{r}/{name}" for r, e in entries.items() for name in e.provision.entry.figures]
        known += [name.removeprefix(f"{document}/") for name in known if name.startswith(f"{document}/")]
        raise PolicyProblem(
            f"there is no figure {brief(ref)}",
            f"Figures are named id/name, or document/id/name.{did_you_mean(ref, known)}",
            home.place(*spot),
        )
    target, name = found
    figure = target.provision.entry.figures[name]
    values = target.provision.tables[name].values()
    part = spot[-1]
    problem: tuple[str, str] | None = None
    if figure.items is not None:
        problem = f"{ref} is a list of names", f"Name a figure with a value; {part} calculates with it."
    elif figure.not_stated:
        problem = (
            f"{ref} is not stated in its document",
            f"A rule can't calculate with it: leave {part} out, or name a figure that has a value.",
        )
    elif figure.unit != wanted.unit:
        problem = (
            f"{ref} has the unit {figure.unit}",
            f"Name a figure with the unit {wanted.unit}, which {part} needs.",
        )
    elif wanted.single and figure.by:
        problem = (
            f"{ref} goes by {' and '.join(figure.by)}, but {part} needs a single value",
            "Name a figure with one value.",
        )
    elif not wanted.endless and None in values:
        problem = f"{ref} is unlimited for some codes, but {part} needs a value", "Name a figure with values."
    elif not wanted.beyond_whole and any((v or 0) > SHARE_SCALE for v in values if figure.unit == "share"):
        problem = f"{ref} is more than 100%, which {part} can't be", "Look for a digit too many."
    if problem:
        raise PolicyProblem(*problem, home.place(*spot), target.place("figures", name, key=True))


def _check_input(entry: Entry, spot: Path, wanted: InputOf, name: str) -> None:
    fitting = [each.name for each in INPUTS.values() if each.kind in wanted.kinds]
    if name in fitting:
        return
    kinds = " or ".join(_KINDS[kind] for kind in wanted.kinds)
    what = f"{name} is not {kinds}" if name in INPUTS else f"there is no input '{name}'"
    raise PolicyProblem(
        what,
        f"Name an input that is {kinds}{such_as(name, fitting)}.{did_you_mean(name, fitting)}",
        entry.place(*spot),
    )


def _check_condition(
    entry: Entry, spot: Path, readings: Readings, wanted: Mapping[str, list[str | bool]]
) -> None:
    for name, codes in wanted.items():
        ways = readings[name].ways if readings and name in readings else None
        if ways is None:
            _check_testable(entry, (*spot, name), name, readings)
        for number, code in enumerate(codes):
            mend = _unfit_way(ways, code) if ways is not None else _unfit_code(name, code)
            if mend:
                said = f"'{brief(code)}'" if isinstance(code, str) else brief(code)
                raise PolicyProblem(f"{name} is never {said}", mend, entry.place(*spot, name, number))


def _check_testable(entry: Entry, spot: Path, name: str, readings: Readings) -> None:
    if name in INPUTS and INPUTS[name].kind not in {"decimal", "day"}:
        return
    if name in INPUTS:
        what, mend = f"a condition can't go by {name}", "It has no codes; write the limit as a figure."
    else:
        known = [*INPUTS, *(readings or ())]
        what = f"there is no input '{brief(name)}'"
        if readings is None:
            mend = "Whether a reading bears on a case goes by inputs, not by other readings."
        else:
            what += ", and no reading of this rule is called so"
            mend = f"Name an input or a reading{such_as(name, known)}.{did_you_mean(name, known)}"
    raise PolicyProblem(what, mend, entry.place(*spot, key=True))


def _unfit_way(ways: Mapping[str, str], code: str | bool) -> str:
    """Return the mend where `code` is no way of a reading; nothing where it is one."""
    if isinstance(code, str) and code in ways:
        return ""
    return f"The ways of this reading are {', '.join(ways)}.{did_you_mean(brief(code), ways)}"


def _unfit_code(name: str, code: str | bool) -> str:
    """Return the mend where the input `name` can't have the value `code`; nothing where it can."""
    kind = INPUTS[name].kind
    if kind == "yes_no":
        return "" if isinstance(code, bool) else "Write true or false, without quotes."
    if kind in {"money", "count"}:
        whole = isinstance(code, str) and _WHOLE.fullmatch(code)
        return "" if whole else 'Write a whole number in quotes, like "0".'
    codes = codes_of(name)
    if isinstance(code, str) and code in codes:
        return ""
    return f"The codes are {', '.join(codes)}.{did_you_mean(brief(code), codes)}"


def _check_changes(entry: Entry, spot: Path, rule: Rule, changes: Mapping[str, str]) -> None:
    for name, code in changes.items():
        known = {reading: list(rule.readings[reading].ways) for reading in rule.readings}
        known |= {each.name: list(each.codes) for each in INPUTS.values() if each.kind == "code"}
        if name not in known:
            raise PolicyProblem(
                f"'{brief(name)}' is no input with codes, and no reading of this rule",
                "Another reading of the text is told by a code: "
                f"name the input or the reading that it changes.{did_you_mean(name, known)}",
                entry.place(*spot, name, key=True),
            )
        if code not in known[name]:
            raise PolicyProblem(
                f"{name} is never '{brief(code)}'",
                f"It is one of {', '.join(known[name])}.{did_you_mean(code, known[name])}",
                entry.place(*spot, name),
            )


def _check_readings(entry: Entry, topic: str, rule: Rule) -> None:
    for name in rule.readings:
        if name in INPUTS:
            raise PolicyProblem(
                f"the reading '{name}' is called like an input",
                "Give it a name of its own; people answer inputs, not readings.",
                entry.place("rules", topic, "readings", name, key=True),
            )
