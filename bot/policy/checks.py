"""What one provision says of another, of an input or of a code: each must be there, and fit.

Nothing here may be left to the engine: a rule that gets through can be compiled and run.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from bot.policy.codes import BENEFITS, INPUTS, Kind
from bot.policy.documents import Entry
from bot.policy.library import City
from bot.policy.problem import Place, PolicyProblem, brief, did_you_mean, such_as
from bot.policy.schema import (
    SHARE_SCALE,
    Changes,
    Exceeds,
    FigureOf,
    InputOf,
    Layer,
    Path,
    PayNothing,
    Reading,
    Rule,
    Tests,
    Use,
    codes_of,
    marked,
)

Entries = Mapping[str, Entry]
Readings = Mapping[str, Reading] | None  # of the rule at hand; None where none may be named
_KINDS: Mapping[Kind, str] = {"money": "an amount", "count": "a count", "decimal": "a number with decimals"}
_WHOLE = re.compile(r"0|[1-9][0-9]{0,9}", re.ASCII)


def check_supersedes(entries: Entries, cities: Mapping[str, City]) -> None:
    """What a provision supersedes is held, is not itself, and meets it somewhere."""
    for ref, entry in entries.items():
        for number, other in enumerate(entry.provision.entry.supersedes):
            place = entry.place("supersedes", number)
            if other not in entries:
                raise PolicyProblem(
                    f"{ref} supersedes {other}, which is not held",
                    f"Provisions are named document/id.{did_you_mean(other, entries)}",
                    place,
                )
            if other == ref:
                raise PolicyProblem(f"{ref} supersedes itself", "Name the provision that it replaces.", place)
            if not _meet(entry, entries[other], cities):
                raise PolicyProblem(
                    f"{ref} supersedes {other}, but there is nobody for whom both are meant",
                    "Look at the places of the two documents and at the insurance of the two provisions.",
                    place,
                    entries[other].place("id"),
                )
    graph = {ref: list(entry.provision.entry.supersedes) for ref, entry in entries.items()}
    circle = _circle(graph)
    if circle:
        places = [
            entries[ref].place("supersedes", graph[ref].index(after))
            for ref, after in zip(circle, [*circle[1:], circle[0]], strict=True)
        ]
        raise PolicyProblem(
            f"provisions supersede each other in a circle: {_chain(circle)}",
            "Keep only the later one's word on the earlier.",
            *places,
        )


def _meet(one: Entry, other: Entry, cities: Mapping[str, City]) -> bool:
    schemes = set(one.provision.entry.insurance) & set(other.provision.entry.insurance)
    wanted = {entry.provision.document.head.place for entry in (one, other)}
    return bool(schemes) and any(wanted <= set(city.inside) for city in cities.values())


def check_rules(entries: Entries) -> None:
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
    _check_uses(entries)
    _check_layers(entries)


def rules_of(entries: Entries) -> Iterator[tuple[Entry, str, Rule]]:
    """Yield every rule with its topic and the provision that holds it."""
    for entry in entries.values():
        for topic, rule in entry.provision.rules.items():
            yield entry, topic, rule


# -- figures and inputs --------------------------------------------------------------------------------


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
        problem = f"{ref} has the unit {figure.unit}", f"{part} needs a figure with the unit {wanted.unit}."
    elif wanted.single and figure.by:
        problem = (
            f"{ref} goes by {' and '.join(figure.by)}, but {part} needs a single value",
            "Name a figure with one value.",
        )
    elif not wanted.endless and None in values:
        problem = f"{ref} is unlimited for some codes, but {part} needs a value", "Name a figure with values."
    elif figure.unit == "share" and any(value is not None and value > SHARE_SCALE for value in values):
        problem = f"{ref} is more than 100%, which {part} can't be", "Look for a digit too many."
    if problem:
        raise PolicyProblem(*problem, home.place(*spot), target.place("figures", name, key=True))


def _check_input(entry: Entry, spot: Path, wanted: InputOf, name: str) -> None:
    fitting = [each.name for each in INPUTS.values() if each.kind in wanted.kinds]
    if name in fitting:
        return
    kinds = " or ".join(_KINDS[kind] for kind in wanted.kinds)
    what = f"{name} is not {kinds}" if name in INPUTS else f"there is no input '{name}'"
    field = next(step for step in reversed(spot) if isinstance(step, str))
    raise PolicyProblem(
        what,
        f"'{field}' names an input that is {kinds}{such_as(name, fitting)}.{did_you_mean(name, fitting)}",
        entry.place(*spot),
    )


# -- conditions and readings ---------------------------------------------------------------------------


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


# -- rules that use others -----------------------------------------------------------------------------


def _uses(rule: Rule) -> dict[str, int]:
    """Return the topics that a rule uses, and the step that first does so."""
    found: dict[str, int] = {}
    for number, part in enumerate(rule.steps):
        if isinstance(part, Use):
            found.setdefault(part.topic, number)
    return found


def _check_uses(entries: Entries) -> None:
    computed: dict[str, list[str]] = {}
    where: dict[tuple[str, str], Place] = {}
    for entry, topic, rule in rules_of(entries):
        used = computed.setdefault(topic, [])
        for other, number in _uses(rule).items():
            used.append(other)
            where.setdefault((topic, other), entry.place("rules", topic, "steps", number, "topic"))
    for (_, other), place in where.items():
        if other not in computed:
            raise PolicyProblem(
                f"no provision has a rule for '{other}'",
                f"Write the rule, or use one of {', '.join(sorted(computed))}."
                f"{did_you_mean(other, computed)}",
                place,
            )
    # By topic, wherever it holds: a circle that no place closes today, a new document could close.
    circle = _circle(computed)
    if circle:
        steps = zip(circle, [*circle[1:], circle[0]], strict=True)
        raise PolicyProblem(
            f"the rule for '{circle[0]}' uses itself: {_chain(circle)}",
            "Take one of these steps out.",
            *(where[step] for step in steps),
        )
    wanted = {*BENEFITS, *(other for used in computed.values() for other in used)}
    for entry, topic, _ in rules_of(entries):
        if topic not in wanted:
            raise PolicyProblem(
                f"no rule uses '{topic}', and it is no benefit that could be asked for",
                f"Use it in a step, or look at its name.{did_you_mean(topic, wanted)}",
                entry.place("rules", topic, key=True),
            )


def _check_layers(entries: Entries) -> None:
    """A caution goes by the amount of a layer that its rule, or one that this uses, arrives at."""
    made: dict[str, set[str]] = {}
    used: dict[str, set[str]] = {}
    for _, topic, rule in rules_of(entries):
        for part in rule.steps:
            if isinstance(part, Layer | PayNothing):
                made.setdefault(topic, set()).add(part.id if isinstance(part, Layer) else part.layer)
        used.setdefault(topic, set()).update(_uses(rule))
    for entry, topic, rule in rules_of(entries):
        reached: set[str] = set()
        todo = [topic]
        while todo:
            reached.add(todo[-1])
            todo.extend(used[todo.pop()] - reached)
        layers = sorted(set().union(*(made.get(each, ()) for each in reached)))
        for number, caution in enumerate(rule.cautions):
            exceeds: Exceeds | None = caution.exceeds
            if exceeds is not None and exceeds.layer not in layers:
                raise PolicyProblem(
                    f"the rule never comes to a layer '{exceeds.layer}'",
                    f"Its layers are {', '.join(layers)}." if layers else "Give the rule a part 'layer'.",
                    entry.place("rules", topic, "cautions", number, "exceeds", "layer"),
                )


def _circle(graph: Mapping[str, Sequence[str]]) -> list[str]:
    """Return the names of one circle of a graph, in order; an empty list if there is none."""
    done: set[str] = set()
    for start in graph:
        way: list[str] = []
        todo = [iter([start])]
        while todo:
            name = next(todo[-1], None)
            if name is None:
                todo.pop()
                if way:
                    done.add(way.pop())
            elif name in way:
                return way[way.index(name) :]
            elif name not in done:
                way.append(name)
                todo.append(iter(graph.get(name, ())))
    return []


def _chain(circle: Sequence[str]) -> str:
    return " → ".join([*circle, circle[0]])
