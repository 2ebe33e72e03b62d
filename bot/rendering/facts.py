"""What a template may ask of the policy: figures by topic, for one city, scheme and day.

A template never holds a figure. It asks for the topic that settles the matter and reads figures off it;
what was asked for is remembered, and becomes the sources of the answer.
"""

from datetime import date

from bot.policy.codes import INPUTS
from bot.policy.library import Library, Missing, Provision


class NothingHeld(Exception):
    """The template needs a topic that isn't held for this city, scheme and day."""

    def __init__(self, missing: Missing) -> None:
        self.missing = missing
        super().__init__(missing.topic)


class Facts:
    """Figures for one city, scheme and day: `rule('inpatient/deductible').deductible.level3`."""

    def __init__(self, library: Library, city: str, insurance: str, day: date) -> None:
        self.library = library
        self.city = library.cities[city]
        self.insurance = insurance
        self.day = day
        self.used: list[Provision] = []

    def rule(self, topic: str) -> "View":
        """Return the provision that settles `topic`. Raises NothingHeld."""
        found = self.library.find(topic, self.city.code, self.insurance, self.day)
        if not isinstance(found, Provision):
            raise NothingHeld(found)
        if found not in self.used:
            self.used.append(found)
        return View(found)

    def held(self, topic: str) -> bool:
        """Whether a provision settles `topic` here and now."""
        return isinstance(self.library.find(topic, self.city.code, self.insurance, self.day), Provision)


class View:
    """A provision as templates see it: each figure by its name, tables by their codes, lists as lists."""

    def __init__(self, provision: Provision) -> None:
        self.provision = provision

    @property
    def document(self) -> str:
        """The document's title and number; the number alone where it says the title."""
        head = self.provision.document.head
        return head.number if head.number.startswith("《") else f"《{head.title}》（{head.number}）"

    @property
    def read_in(self) -> str:
        """Where the document's text was read."""
        return self.provision.document.head.read_in

    def has(self, name: str) -> bool:
        """Whether the text states the figure `name`: there, and not left blank."""
        figure = self.provision.entry.figures.get(name)
        return figure is not None and not figure.not_stated

    def goes_by(self, name: str, field: str) -> bool:
        """Whether the figure `name` differs by the input `field`."""
        figure = self.provision.entry.figures.get(name)
        return figure is not None and field in figure.by

    def __getattr__(self, name: str) -> "str | list[str] | Table":
        figure = self.provision.entry.figures.get(name)
        if figure is None:
            raise AttributeError(f"{self.provision.ref} has no figure {name}")
        if figure.items is not None:
            return figure.items
        if figure.not_stated:
            raise AttributeError(f"{self.provision.ref}/{name} is not stated in the text")
        assert figure.unit is not None
        table = Table(self.provision.tables[name], figure.unit, figure.by, ())
        return table if figure.by else table.cell()


class Table:
    """A figure that goes by inputs: `.level3`, `.level3.retired`; `.yes` and `.no` for yes/no inputs."""

    def __init__(
        self,
        rows: "dict[tuple[str | bool, ...], int | None] | object",
        unit: str,
        by: list[str],
        path: tuple[str | bool, ...],
    ) -> None:
        self._rows = rows
        self._unit = unit
        self._by = by
        self._path = path

    def __getattr__(self, name: str) -> "str | Table":
        kind = INPUTS[self._by[len(self._path)]].kind
        code: str | bool = {"yes": True, "no": False}[name] if kind == "yes_no" else name
        deeper = Table(self._rows, self._unit, self._by, (*self._path, code))
        return deeper.cell() if len(deeper._path) == len(self._by) else deeper

    def cell(self) -> str:
        assert isinstance(self._rows, dict)
        if self._path not in self._rows:
            raise AttributeError(f"no value for {self._path}")
        value = self._rows[self._path]
        return Shown(shown(value, self._unit), nothing=value == 0)


class Shown(str):
    """A figure as people read it; `nothing` tells a zero, for which there are better words."""

    __slots__ = ("nothing",)
    nothing: bool

    def __new__(cls, text: str, *, nothing: bool) -> "Shown":
        shown = super().__new__(cls, text)
        shown.nothing = nothing
        return shown


_UNITS = {"hours": "小时", "days": "天", "months": "个月", "years": "年", "points": "个百分点", "count": ""}


def shown(value: int | None, unit: str) -> str:
    """Return a figure with its unit, as people read it: 1100元, 50万元, 85%, 72小时; None is 不封顶."""
    if value is None:
        return "不封顶"
    if unit == "share":
        whole, rest = divmod(value, 100)
        return (f"{whole}.{rest:02d}".rstrip("0") if rest else str(whole)) + "%"
    if unit == "yuan":
        if value and value % 1_000_000 == 0:
            return f"{value // 1_000_000}万元"
        whole, rest = divmod(value, 100)
        return (f"{whole}.{rest:02d}" if rest else str(whole)) + "元"
    return f"{value}{_UNITS[unit]}"
