"""Figures by reference, made ready to be looked up: exact, with their words beside them."""

from collections.abc import Callable, Mapping
from math import gcd
from typing import Any, NamedTuple, TypeVar

from bot.engine.result import Source
from bot.engine.run import NoRule
from bot.policy.figures import SHARE_SCALE
from bot.policy.library import NotHeld, Provision, Terms

_Row = TypeVar("_Row")
Find = Callable[[Mapping[str, Any]], _Row]


class Money(NamedTuple):
    """An amount in grains (None: no limit), the yuan in words, and the reason that a step gives with it."""

    grains: int | None
    words: str
    because: str


class Share(NamedTuple):
    """A share, what its row of the table is called, the share in words, and the reason of its step."""

    numerator: int
    denominator: int
    name: str
    words: str
    because: str


class Figures:
    """All figures that one calculation may cite."""

    def __init__(
        self,
        provisions: Mapping[str, Provision],
        terms: Terms,
        source: Callable[[Provision], Source],
    ) -> None:
        self._provisions = provisions
        self.terms = terms
        self.source = source

    def provision(self, ref: str, home: Provision) -> Provision:
        """Return the provision that `ref` names: `1.2/rate` is in the document of `home`."""
        place, _ = ref.rsplit("/", 1)
        return self._provisions[place if "/" in place else f"{home.document.id}/{place}"]

    def table(
        self, ref: str, home: Provision
    ) -> tuple[list[str], Mapping[tuple[str | bool, ...], int | None]]:
        """Return the inputs that a figure goes by, and its value for each combination of them."""
        provision = self.provision(ref, home)
        name = ref.rsplit("/", 1)[1]
        return provision.figure(name).by, provision.tables[name]

    def shares(self, ref: str, home: Provision) -> list[tuple[int, int]]:
        """Return all values of a share above zero, as numerator and denominator."""
        return [reduced(value) for value in self.table(ref, home)[1].values() if value]

    def row_name(self, by: list[str], key: tuple[str | bool, ...]) -> str:
        """Return what a row of a table is called; a yes/no input is named only when it is yes."""
        words = [self.terms.of(n, k) for n, k in zip(by, key, strict=True) if k is not False]
        return "、".join(words)


class Bench:
    """What a part is made with: the provision its rule stands in, the figures it may cite, the grain."""

    def __init__(self, figures: Figures, home: Provision, grain: int) -> None:
        self._figures = figures
        self._home = home
        self._grain = grain
        self.here = figures.source(home)

    def source(self, ref: str) -> Source:
        """Return where a figure stands."""
        return self._figures.source(self._figures.provision(ref, self._home))

    def money(self, ref: str, phrase: str | None = None, **words: str) -> Find[Money]:
        """Return a function from inputs to an amount; its reason is `phrase`, or else its row's name."""

        def row(fen: int | None, name: str) -> Money:
            if fen is None:
                return Money(None, "", "")
            yuan = _yuan(fen)
            because = self.say(phrase, who=name, amount=yuan, **words) if phrase else name
            return Money(fen * self._grain, yuan, because)

        return self.rows(ref, row)

    def share(self, ref: str, phrase: str) -> Find[Share]:
        """Return a function from inputs to a share, with `phrase` as its reason."""

        def row(share: int | None, name: str) -> Share:
            assert share is not None
            words = _percent(share)
            return Share(*reduced(share), name, words, self.say(phrase, who=name, share=words))

        return self.rows(ref, row)

    def rows_by(self, ref: str) -> tuple[list[str], Mapping[tuple[str | bool, ...], int | None]]:
        """Return the inputs that a figure goes by, and its plain values."""
        return self._figures.table(ref, self._home)

    def grains(self, ref: str) -> int:
        """Return a single amount in grains."""
        return self.single(ref) * self._grain

    def single(self, ref: str) -> int:
        """Return a single value in the smallest step of its unit: fen, days, years."""
        value = self._figures.table(ref, self._home)[1][()]
        assert value is not None
        return value

    @staticmethod
    def percent(share: int) -> str:
        """Return a share (ten-thousandths) as people write it."""
        return _percent(share)

    def rows(self, ref: str, make: Callable[[int | None, str], _Row]) -> Find[_Row]:
        """Return a function from inputs to a row of the table of `ref`; it raises NoRule where there is none.

        `make` is called once for each row, with its value (None: no limit) and what it is called.
        """
        by, table = self._figures.table(ref, self._home)
        rows = {key: make(value, self._figures.row_name(by, key)) for key, value in table.items()}
        nothing = NotHeld(ref)
        if not by:
            only = rows[()]
            return lambda x: only
        if len(by) == 1:
            return _in_column({key[0]: row for key, row in rows.items()}, by[0], nothing)

        def find(x: Mapping[str, Any]) -> _Row:
            row = rows.get(tuple(map(x.get, by)))  # type: ignore[arg-type]
            if row is None:
                raise NoRule(nothing)
            return row

        return find

    def say(self, phrase: str, **words: str) -> str:
        """Return a phrase of the terms with its words filled in."""
        said = self._figures.terms.phrases[phrase].format(**words)
        # A row without a name leaves its comma behind.
        return said.lstrip("，")


def _in_column(column: Mapping[str | bool, _Row], name: str, nothing: NotHeld) -> Find[_Row]:
    def find(x: Mapping[str, Any]) -> _Row:
        row = column.get(x.get(name))  # type: ignore[arg-type]
        if row is None:
            raise NoRule(nothing)
        return row

    return find


def reduced(share: int) -> tuple[int, int]:
    """Return a share (ten-thousandths) as the smallest numerator and denominator."""
    common = gcd(share, SHARE_SCALE)
    return share // common, SHARE_SCALE // common


def _percent(share: int) -> str:
    """Return a share (ten-thousandths) as people write it: 85% or 7.5%."""
    whole, rest = divmod(share, 100)
    return f"{whole}.{rest:02d}".rstrip("0") + "%" if rest else f"{whole}%"


def _yuan(fen: int) -> str:
    """Return an amount as people write it: 1600 or 12.50."""
    whole, rest = divmod(fen, 100)
    return f"{whole}.{rest:02d}" if rest else str(whole)
