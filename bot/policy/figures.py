"""Figures: text in the files, exact whole numbers here: fen for yuan, ten-thousandths for a share."""

import re
from decimal import Decimal
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, Field, model_validator

from bot.policy.codes import INPUTS
from bot.policy.fields import STRICT, Misfit, Name, Path, Text, Unit, once
from bot.policy.problem import brief, did_you_mean

SHARE_SCALE = 10_000  # a share is counted in ten-thousandths: 93% is 9300
# The steps of a figure's table multiply, so few inputs already make thousands of rows.
_MOST_INPUTS_OF_TABLE = 4
_AMOUNT = re.compile(r"(0|[1-9][0-9]*)(\.[0-9]{1,2})?", re.ASCII)
_SHARE = re.compile(r"(0|[1-9][0-9]*)(\.[0-9]{1,2})?%", re.ASCII)
_WHOLE = re.compile(r"(0|[1-9][0-9]*)", re.ASCII)
_MOST_DIGITS = 10


def _read_figure(text: str, unit: Unit, path: Path) -> int:
    """Return `text` in the smallest whole step of `unit`: fen, ten-thousandths, or ones."""
    form, what, like = {
        "yuan": (_AMOUNT, "an amount in yuan", '"1600" or "12.50"'),
        "share": (_SHARE, "a share", '"85%"'),
    }.get(unit, (_WHOLE, f"a whole number of {unit}", '"72"'))
    if not form.fullmatch(text):
        raise Misfit(f"'{brief(text)}' is not {what}", f"Write it like {like}.", path)
    number = text.removesuffix("%")
    if len(number.partition(".")[0]) > _MOST_DIGITS:
        raise Misfit(f"{brief(text)} is more than any figure here can be", "Look for a digit too many.", path)
    if unit == "share":
        share = int(Decimal(number) * 100)
        if share > SHARE_SCALE * 10:
            raise Misfit(f"{text} is more than ten times the whole", "Look for a missing point.", path)
        return share
    return int(Decimal(number) * 100) if unit == "yuan" else int(number)


def codes_of(name: str) -> tuple[str, ...]:
    """Return the codes of an input as they are written in a file: `true` and `false` for yes/no."""
    return ("true", "false") if INPUTS[name].kind == "yes_no" else INPUTS[name].codes


Key = tuple[str | bool, ...]


class Figure(BaseModel):
    """One figure of a provision: a single value, a table by inputs, or a list of names.

    `values` nests once for each input in `by`. `same_as` gives a code the value of another, `not_held`
    names codes for which the document states nothing, `unlimited` those for which it says there is no
    limit. `not_stated` marks a figure that the document leaves blank.
    """

    model_config = STRICT

    unit: Unit | None = None
    value: Text | None = None
    by: Annotated[list[Name], AfterValidator(once)] = []
    values: dict[str, Any] | None = None
    items: Annotated[list[Text], Field(min_length=1)] | None = None
    same_as: dict[str, str] = {}
    not_held: Annotated[list[str], AfterValidator(once)] = []
    unlimited: Annotated[list[str], AfterValidator(once)] = []
    not_stated: bool = False
    note: Text | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        self._check_form()
        self._check_inputs()
        self._check_named_codes()
        self.table()
        return self

    def _check_form(self) -> None:
        forms = [self.value is not None, self.values is not None, self.items is not None, self.not_stated]
        if sum(forms) != 1:
            raise Misfit(
                "a figure has exactly one of value, values, items, not_stated",
                "Keep the one that is meant." if any(forms) else "Add one of them.",
            )
        if (self.values is not None) != bool(self.by):
            raise Misfit(
                "values and by go together: by names the inputs that the table goes by",
                "Add the one that is missing, or write a single value.",
            )
        if self.unit is None and self.items is None:
            raise Misfit("a figure needs a unit", "Add unit, such as unit: yuan or unit: share.")
        if self.unit is not None and self.items is not None:
            raise Misfit("a list of names has no unit", "Remove unit.", ("unit",), key=True)

    def _check_inputs(self) -> None:
        if len(self.by) > _MOST_INPUTS_OF_TABLE:
            raise Misfit(
                f"a table goes by {_MOST_INPUTS_OF_TABLE} inputs at most",
                "Split the figure.",
                ("by", _MOST_INPUTS_OF_TABLE),
            )
        for index, name in enumerate(self.by):
            if name not in INPUTS:
                raise Misfit(
                    f"there is no input '{name}'",
                    f"A table goes by inputs such as hospital_level or status.{did_you_mean(name, INPUTS)}",
                    ("by", index),
                )
            if INPUTS[name].kind not in {"code", "yes_no"}:
                raise Misfit(
                    f"{name} has no codes, so no table can go by it",
                    "Choose an input that has codes, or is answered by yes or no.",
                    ("by", index),
                )

    def _check_named_codes(self) -> None:
        """Each code outside the table is a code of it, and stands in one place only."""
        known = [code for name in self.by for code in codes_of(name)]
        seen: dict[str, str] = {}
        for field in ("same_as", "not_held", "unlimited"):
            named: dict[str, str] | list[str] = getattr(self, field)
            for index, code in enumerate(named):
                path = (field, code if isinstance(named, dict) else index)
                if code not in known:
                    raise Misfit(
                        f"{field} names '{brief(code)}', which is no code of this figure",
                        f"The codes are {', '.join(known)}.{did_you_mean(code, known)}"
                        if known
                        else f"Only a figure with values has codes; remove {field}.",
                        path,
                        key=True,
                    )
                if code in seen:
                    raise Misfit(
                        f"'{code}' stands under {seen[code]} and under {field}",
                        "Keep one of the two.",
                        path,
                        key=True,
                    )
                seen[code] = field
        for code, target in self.same_as.items():
            self._check_same_as(code, target)

    def _check_same_as(self, code: str, target: str) -> None:
        path = ("same_as", code)
        codes = next(codes for codes in map(codes_of, self.by) if code in codes)
        if target not in codes:
            raise Misfit(
                f"'{code}' is the same as '{brief(target)}', which is no code beside it",
                f"The codes are {', '.join(codes)}.{did_you_mean(target, codes)}",
                path,
            )
        way = [code, target]
        while way[-1] in self.same_as and way[-1] not in way[:-1]:
            way.append(self.same_as[way[-1]])
        if way[-1] in way[:-1]:
            raise Misfit(
                f"same_as goes in a circle: {' → '.join(way)}", "Give one of them a value of its own.", path
            )
        if target in (*self.same_as, *self.not_held, *self.unlimited):
            raise Misfit(
                f"'{code}' is the same as '{target}', which has no value of its own",
                f"Name a code that stands under values, or put '{code}' where '{target}' stands.",
                path,
            )

    def table(self) -> dict[Key, int | None]:
        """Return the value for each combination of codes of `by`, in order; None means no limit.

        A single value stands under the empty combination. Codes in `not_held` are absent; a figure with
        items, or not stated, has no rows. Raises Misfit, naming the code, where a value is missing.
        """
        rows: dict[Key, int | None] = {}
        if self.value is not None:
            assert self.unit is not None
            rows[()] = _read_figure(self.value, self.unit, ("value",))
        elif self.values is not None:
            self._fill(rows, self.values, (), ("values",))
            if not rows:
                raise Misfit(
                    "no code has a value here",
                    "Write the values, or not_stated: true in place of the table.",
                    ("values",),
                    key=True,
                )
        return rows

    def _fill(self, rows: dict[Key, int | None], values: Any, key: Key, path: Path) -> None:
        """Add to `rows` what stands in `values`, the part of the table below `key`, written at `path`."""
        if len(key) == len(self.by):
            rows[key] = self._cell(values, path)
            return
        name = self.by[len(key)]
        where = f" for {', '.join(brief(part) for part in key)}" if key else ""
        if not isinstance(values, dict):
            raise Misfit(
                f"a value for each {name} is expected here{where}",
                f"Write a mapping with the codes {', '.join(codes_of(name))}.",
                path,
            )
        self._check_codes(name, values, path)
        for code in codes_of(name):
            step: str | bool = code == "true" if INPUTS[name].kind == "yes_no" else code
            written = self.same_as.get(code, code)
            if code in self.unlimited:
                self._fill_endless(rows, (*key, step))
            elif written in values:
                self._fill(rows, values[written], (*key, step), (*path, written))
            elif code not in self.not_held:
                raise Misfit(
                    f"no value for {name} '{written}'{where}",
                    "Write the value, or name the code under same_as, unlimited or not_held.",
                    path,
                    key=True,
                )

    def _fill_endless(self, rows: dict[Key, int | None], key: Key) -> None:
        if len(key) == len(self.by):
            rows[key] = None
            return
        name = self.by[len(key)]
        for code in codes_of(name):
            if code not in self.not_held:
                self._fill_endless(rows, (*key, code == "true" if INPUTS[name].kind == "yes_no" else code))

    def _check_codes(self, name: str, values: dict[str, Any], path: Path) -> None:
        codes = codes_of(name)
        for code in values:
            if code not in codes:
                raise Misfit(
                    f"'{brief(code)}' is no {name}",
                    f"The codes are {', '.join(codes)}.{did_you_mean(code, codes)}",
                    (*path, code),
                    key=True,
                )
            for field in ("same_as", "not_held", "unlimited"):
                if code in getattr(self, field):
                    raise Misfit(
                        f"'{code}' has a value here and stands under {field} as well",
                        f"Remove the value, or take '{code}' out of {field}.",
                        (*path, code),
                        key=True,
                    )

    def _cell(self, value: Any, path: Path) -> int:
        if not isinstance(value, str):
            given = f'"{brief(value)}"' if isinstance(value, int) else 'it like "1600" or "85%"'
            raise Misfit("a figure is written as text in quotes", f"Write {given}.", path)
        assert self.unit is not None
        return _read_figure(value, self.unit, path)
