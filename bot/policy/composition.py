"""Rules as wholes: what they use of others, what they start from, and the layers they come to."""

from collections.abc import Mapping

from bot.policy.circles import chain, circle_in
from bot.policy.codes import BENEFITS
from bot.policy.documents import Entries, rules_of
from bot.policy.parts import SOURCES_OF_AMOUNTS, Layer, PayNothing, Result, Use
from bot.policy.problem import Place, PolicyProblem, did_you_mean
from bot.policy.schema import Exceeds, Rule


def check_composition(entries: Entries) -> None:
    """Raise PolicyProblem for a rule that can't be put together or leads to nothing."""
    _check_uses(entries)
    reached = _reached(entries)
    _check_beginnings(entries, reached)
    _check_readings(entries, reached)
    _check_layers(entries, reached)


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
    circle = circle_in(computed)
    if circle:
        steps = zip(circle, [*circle[1:], circle[0]], strict=True)
        raise PolicyProblem(
            f"the rule for '{circle[0]}' uses itself: {chain(circle)}",
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


def _reached(entries: Entries) -> dict[str, set[str]]:
    """Return for each topic itself and all that its rules use, and those in turn, in whatever place."""
    used: dict[str, set[str]] = {}
    for _, topic, rule in rules_of(entries):
        used.setdefault(topic, set()).update(_uses(rule))
    reached: dict[str, set[str]] = {}
    for topic in used:
        found: set[str] = set()
        todo = [topic]
        while todo:
            found.add(todo[-1])
            todo.extend(used[todo.pop()] - found)
        reached[topic] = found
    return reached


def _check_readings(entries: Entries, reached: Mapping[str, set[str]]) -> None:
    """Rules that run together don't call two readings alike: one answer would settle both."""
    for entry, topic, rule in rules_of(entries):
        for other, below, used in rules_of(entries):
            if below == topic or below not in reached[topic]:
                continue
            for name in rule.readings:
                if name in used.readings:
                    raise PolicyProblem(
                        f"'{topic}' and '{below}', which it uses, both have a reading '{name}'",
                        "Give one of the two another name.",
                        entry.place("rules", topic, "readings", name, key=True),
                        other.place("rules", below, "readings", name, key=True),
                    )


def _check_beginnings(entries: Entries, reached: Mapping[str, set[str]]) -> None:
    """A calculation that people ask for, or a rule that it uses, brings an amount in."""
    bringing = {
        topic
        for _, topic, rule in rules_of(entries)
        if any(isinstance(part, SOURCES_OF_AMOUNTS) for part in rule.steps)
    }
    for entry, topic, _ in rules_of(entries):
        if topic in BENEFITS and not bringing & reached[topic]:
            raise PolicyProblem(
                f"the rule for '{topic}' doesn't start from an amount",
                "Begin with a part 'take', or with another that brings an amount in.",
                entry.place("rules", topic, "steps", 0),
            )


def _check_layers(entries: Entries, reached: Mapping[str, set[str]]) -> None:
    """A benefit comes to a layer or a result, and a caution goes by a layer that is come to."""
    made: dict[str, set[str]] = {}
    ending: set[str] = set()
    for _, topic, rule in rules_of(entries):
        for part in rule.steps:
            if isinstance(part, Layer | PayNothing):
                made.setdefault(topic, set()).add(part.id if isinstance(part, Layer) else part.layer)
            elif isinstance(part, Result):
                ending.add(topic)
    for entry, topic, rule in rules_of(entries):
        layers = sorted(set().union(*(made.get(each, ()) for each in reached[topic])))
        if topic in BENEFITS and not layers and not ending & reached[topic]:
            raise PolicyProblem(
                f"the rule for '{topic}' comes to no layer and no result, whatever the case",
                "End it with a part 'layer' or 'result', or with 'pay_nothing' if that is meant.",
                entry.place("rules", topic, key=True),
            )
        for number, caution in enumerate(rule.cautions):
            exceeds: Exceeds | None = caution.exceeds
            if exceeds is not None and exceeds.of not in {*layers, "cost", "year"}:
                raise PolicyProblem(
                    f"the rule never comes to a layer '{exceeds.of}'",
                    f"Its layers are {', '.join(layers)}."
                    if layers
                    else "Give the rule, or one that it uses, a part 'layer'.",
                    entry.place("rules", topic, "cautions", number, "exceeds", "of"),
                )
