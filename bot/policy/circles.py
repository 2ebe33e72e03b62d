"""Circles in what names each other."""

from collections.abc import Mapping, Sequence


def circle_in(graph: Mapping[str, Sequence[str]]) -> list[str]:
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


def chain(circle: Sequence[str]) -> str:
    """Return a circle as people read it: a → b → a."""
    return " → ".join([*circle, circle[0]])
