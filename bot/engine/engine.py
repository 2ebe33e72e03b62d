"""Case -> Estimate: the result, what is still missing for it, the range so far, or why there is none."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from functools import lru_cache
from itertools import product
from typing import Any

from bot.engine.exact import Line
from bot.engine.parts import NoRule, Run
from bot.engine.program import Caution, Compiler, Program, source_for
from bot.engine.result import (
    Assumption,
    Case,
    Estimate,
    Invalid,
    Needs,
    Ok,
    Range,
    Reading,
    Refused,
)
from bot.engine.request import read_request
from bot.engine.sweep import turning_points
from bot.policy.codes import (
    BENEFITS,
    COST_FIELDS,
    INPUTS,
    INSURANCES,
    MOST_MONEY_FEN,
    UNKNOWN,
    Between,
    Value,
)
from bot.policy.library import Library, Missing, NotApplicable, NotHeld, Provision

# A benefit that by its nature belongs to one scheme; asking for the scheme would be idle.
SCHEME_OF: Mapping[str, str] = {
    "chronic_outpatient": "employee",
    "two_diseases": "resident",
    "childbirth": "resident",
    "catastrophic_limit": "resident",
}
# Asked in this order; what is not here comes after, by how far it can move the result.
_FIRST = ("city", "insurance", "hospital_level", "status", "eligible_cost", "own_cost")
# Amounts tried for one that is missing, to see what else still matters: nothing, everyday ones, the most.
_TRIED_MONEY = (0, 100_000, 2_000_000, 20_000_000, 100_000_000, MOST_MONEY_FEN)
_COUNTS = (0, 1, 2)
_MOST_READINGS = 8  # more would hide what they depend on
_REFUSED = "refused"

Result = tuple[int, int] | str  # (amount, own) in fen, or _REFUSED


class Engine:
    """Calculates from one library. Holds compiled programs; otherwise without state, and thread-safe."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self._compiler = Compiler(library)
        # Programs differ by place, scheme and span of days only, so there are few of them.
        self._programs: dict[tuple[str, str, str, int], Program | Missing] = {}
        self.kinds_of_city = self._cities_alike()

    def estimate_request(self, request: Mapping[str, Any], today: date) -> Estimate | Invalid:
        """Check a request in the contract's vocabulary and calculate."""
        case = read_request(request, self.library.cities, today)
        return case if isinstance(case, Invalid) else self.estimate(case)

    def estimate(self, case: Case) -> Estimate:
        """Calculate. Open inputs (UNKNOWN) give a range, missing ones a question if they still matter."""
        benefit = case.benefit
        if benefit is None:
            return Needs(case, ("benefit",))
        if case.given.get("preview") is not None:
            return Refused(case, NotHeld("preview"))
        case = self._with_scheme(case)
        if case.city is None or case.insurance is None:
            return self._ask(case, self._open_names(case))
        program = self.program(benefit, case.city, case.insurance, case.day)
        if not isinstance(program, Program):
            return Refused(case, program)
        missing = _missing(program, case)
        if missing:
            return self._ask(case, missing)
        return self._complete(program, case)

    def program(self, benefit: str, city: str, insurance: str, day: date) -> Program | Missing:
        """Return the compiled calculation that holds there and then, or why there is none."""
        key = (benefit, city, insurance, self.library.period(day))
        program = self._programs.get(key)
        if program is None:
            own = SCHEME_OF.get(benefit)
            if own is not None and own != insurance:
                program = NotApplicable(benefit, ())
            else:
                program = self._compiler.compile(benefit, city, insurance, day)
            self._programs[key] = program
        return program

    def cautions_of(self, provision: Provision, city: str, day: date) -> tuple[str, ...]:
        """Return the codes of the cautions that quoting a provision's figures calls for."""
        return source_for(provision, city, day).cautions

    def wrong_fields(self, request: Mapping[str, Any]) -> tuple[str, ...]:
        """Return the names of the fields of a partial request that can't be used."""
        case = read_request(request, self.library.cities, date.min)
        return tuple(error.field for error in case.errors) if isinstance(case, Invalid) else ()

    def compile_all(self) -> int:
        """Compile every calculation for every kind of place, scheme and span of days; return how many."""
        compiled = 0
        for benefit, city, insurance in product(BENEFITS, self.kinds_of_city, INSURANCES):
            for day in self.library.changes:
                compiled += isinstance(self.program(benefit, city, insurance, day), Program)
        return compiled

    def range_so_far(self, case: Case) -> tuple[int, int] | None:
        """Return the lowest and highest amount (fen) that the missing inputs still allow; None if none."""
        case = self._with_scheme(case)
        low = high = None
        for filled in self._fillings(case, self._open_names(case)):
            result = self._value(filled)
            if not isinstance(result, str):
                low = result[0] if low is None else min(low, result[0])
                high = result[0] if high is None else max(high, result[0])
        return None if low is None or high is None else (low, high)

    def assumptions(self, result: Ok | Range) -> tuple[Assumption, ...]:
        """Return the defaults that were taken and could move the result, with what other values give."""
        case = result.case
        assert case.benefit is not None
        assert case.city is not None
        assert case.insurance is not None
        program = self.program(case.benefit, case.city, case.insurance, case.day)
        assert isinstance(program, Program)
        # Another value may ask for more: an emergency before the stay, for its hours.
        x = {**{name: _choices_of(name)[0] for name in program.required}, **_inputs(program, case)}
        own = _value_of(program, x)
        found: list[Assumption] = []
        for name in self._defaulted(program, case):
            others: list[tuple[Value | date, int]] = []
            for value in _alternatives(name, x):
                moved = _value_of(program, _completed({**x, name: value}))
                if moved != own and not isinstance(moved, str):
                    others.append((value, moved[0]))
            if others:
                default = INPUTS[name].default
                assert default is not None
                found.append(Assumption(name, default, tuple(others)))
        if case.day_assumed:
            dates = self._other_days(case, own)
            if dates:
                found.append(Assumption("date", case.day, dates))
        return tuple(found)

    # -- the case itself -------------------------------------------------------------------------------

    def _with_scheme(self, case: Case) -> Case:
        scheme = SCHEME_OF.get(case.benefit or "")
        if scheme is not None and "insurance" not in case.given:
            return replace(case, given={**case.given, "insurance": scheme})
        return case

    def _complete(self, program: Program, case: Case) -> Ok | Range | Refused:
        x = _inputs(program, case)
        open_names = [name for name, value in case.given.items() if _is_open(value) and name in x]
        open_names = [name for name in open_names if name in program.reads or name in COST_FIELDS]
        if not open_names:
            variants = list(program.variants(x))
            try:
                if len(variants) == 1:
                    return _ok(program, case, variants[0])
                runs = [(v, program.run(v, traced=True)) for v in variants]
            except NoRule as error:
                return Refused(case, error.missing)
            return _range(program, case, runs, [_reading(program, v, run, ()) for v, run in runs])
        runs = []
        readings: list[Reading] = []
        refused: Missing | None = None
        for point in _extreme_points(program, x, open_names):
            for variant in program.variants(point):
                try:
                    run = program.run(variant, traced=True)
                except NoRule as error:
                    refused = error.missing
                    continue
                runs.append((variant, run))
                readings.append(_reading(program, variant, run, open_names))
        if not runs:
            assert refused is not None
            return Refused(case, refused)
        return _range(program, case, runs, readings)

    def _open_names(self, case: Case) -> tuple[str, ...]:
        """Return all inputs that some rule for the case requires and that aren't given."""
        names: list[str] = []
        if case.city is None:
            names.append("city")
        if case.insurance is None:
            names.append("insurance")
        for city, insurance in self._places(case):
            assert case.benefit is not None
            program = self.program(case.benefit, city, insurance, case.day)
            if isinstance(program, Program):
                names.extend(name for name in _missing(program, case) if name not in names)
        return tuple(names)

    def _places(self, case: Case) -> Iterator[tuple[str, str]]:
        cities = (case.city,) if case.city is not None else self.kinds_of_city
        schemes = (case.insurance,) if case.insurance is not None else INSURANCES
        return product(cities, schemes)

    def _ask(self, case: Case, names: tuple[str, ...]) -> Estimate:
        """Return the question, the refusal if nothing could lead to a rule, or the result if nothing matters."""
        given = tuple(sorted(case.given.items(), key=lambda item: item[0]))
        key = (case.benefit, case.city, self.library.period(case.day), given)
        movements = self._movements(key, names, case.day)
        if movements is None:
            return Refused(case, self._why_refused(case, names))
        telling = {name: size for name, size in movements if size}
        if not telling:
            filled = next(f for f in self._fillings(case, names) if not isinstance(self._value(f), str))
            result = self.estimate(filled)
            return replace(result, case=case) if isinstance(result, (Ok, Range)) and case.city else result
        order = sorted(
            telling, key=lambda n: (_FIRST.index(n) if n in _FIRST else len(_FIRST), -telling[n], n)
        )
        return Needs(case, tuple(order))

    @lru_cache(maxsize=4096)  # noqa: B019  an engine lives as long as its library
    def _movements(self, key: Any, names: tuple[str, ...], day: date) -> tuple[tuple[str, int], ...] | None:
        """Return for each name how far (fen) it can move the result; None if every case is refused."""
        benefit, city, _, given = key
        case = Case(benefit, city, day, day, dict(given))
        values: dict[tuple[Any, ...], Result] = {}
        choices = self._choices(case, names)
        for chosen in product(*choices):
            values[chosen] = self._value(_filled(case, names, chosen))
        if all(result == _REFUSED for result in values.values()):
            return None
        moved: list[tuple[str, int]] = []
        for index, name in enumerate(names):
            # The city decides whose law it is, whatever the amount: it is never guessed.
            size = MOST_MONEY_FEN if name == "city" else 0
            groups: dict[tuple[Any, ...], list[Result]] = {}
            for chosen, result in values.items():
                groups.setdefault((*chosen[:index], *chosen[index + 1 :]), []).append(result)
            for results in groups.values():
                size = max(size, _spread(results))
            moved.append((name, size))
        return tuple(moved)

    def _choices(self, case: Case, names: Iterable[str]) -> list[tuple[Any, ...]]:
        return [self.kinds_of_city if name == "city" else _choices_of(name) for name in names]

    def _fillings(self, case: Case, names: tuple[str, ...]) -> Iterator[Case]:
        for chosen in product(*self._choices(case, names)):
            yield _filled(case, names, chosen)

    def _value(self, case: Case) -> Result:
        """Return (amount, own) of a case with everything filled in, or that it is refused."""
        assert case.benefit is not None
        assert case.city is not None
        assert case.insurance is not None
        program = self.program(case.benefit, case.city, case.insurance, case.day)
        if not isinstance(program, Program):
            return _REFUSED
        return _value_of(program, _inputs(program, case))

    def _why_refused(self, case: Case, names: tuple[str, ...]) -> Missing:
        reasons: list[Missing] = []
        for filled in self._fillings(case, names):
            result = self.estimate(filled)
            if isinstance(result, Refused):
                reasons.append(result.missing)
        # Nearest to the person is a rule that got as far as one of its parts; then what is held for others.
        return min(reasons, key=lambda r: (r.topic == case.benefit, isinstance(r, NotHeld)))

    def _cities_alike(self) -> tuple[str, ...]:
        """Return one city for each set of rules: cities that only wider places rule are all alike."""
        ruled = {p.document.head.place for p in self.library.provisions.values()}
        seen: dict[tuple[str, ...], str] = {}
        for city in self.library.cities.values():
            seen.setdefault(tuple(place for place in city.inside if place in ruled), city.code)
        return tuple(seen.values())

    def _defaulted(self, program: Program, case: Case) -> Iterator[str]:
        for name in INPUTS:
            if name in case.given or INPUTS[name].default is None:
                continue
            if name in program.reads:
                yield name
            elif name in {"excluded_cost", "first_pay_cost"} and "total_cost" in case.given:
                yield name

    def _other_days(self, case: Case, own: Result) -> tuple[tuple[date, int], ...]:
        """Return the first day of each earlier span of rules under which the result would differ."""
        assert case.benefit is not None
        assert case.city is not None
        assert case.insurance is not None
        others: list[tuple[date, int]] = []
        for day in self.library.changes:
            program = self.program(case.benefit, case.city, case.insurance, day)
            if day < case.day and isinstance(program, Program):
                firsts = {name: _choices_of(name)[0] for name in program.required}
                value = _value_of(program, {**firsts, **_inputs(program, case)})
                if value != own and not isinstance(value, str):
                    others.append((day, value[0]))
        return tuple(others)


def _missing(program: Program, case: Case) -> tuple[str, ...]:
    given = case.given
    return tuple(
        name
        for name in program.required
        if name not in given and not (name == "eligible_cost" and "total_cost" in given)
    )


def _filled(case: Case, names: tuple[str, ...], chosen: tuple[Any, ...]) -> Case:
    given = dict(case.given)
    city = case.city
    for name, value in zip(names, chosen, strict=True):
        if name == "city":
            city = value
        else:
            given[name] = value
    return replace(case, city=city, given=given)


def _choices_of(name: str) -> tuple[Any, ...]:
    field = INPUTS[name]
    match field.kind:
        case "code":
            return field.codes
        case "yes_no":
            return (False, True)
        case "money":
            return _TRIED_MONEY
        case _:
            return (0, 1, 10_000)


def _inputs(program: Program, case: Case) -> dict[str, Any]:
    """Return all inputs of a run: what is given, and the defaults of what the program reads besides."""
    return _completed({**program.defaults, **case.given})


def _completed(x: dict[str, Any]) -> dict[str, Any]:
    """Put in what follows from the inputs: the cost within scope, and stays that must have been."""
    total = x.get("total_cost")
    if total is not None and not isinstance(total, Between):
        x["eligible_cost"] = total - x.get("excluded_cost", 0) - x.get("first_pay_cost", 0)
    same, stays = x.get("prior_stays_same_level"), x.get("prior_stays")
    if isinstance(same, int) and isinstance(stays, int) and stays < same:
        x["prior_stays"] = same
    return x


def _whole(x: Mapping[str, Any]) -> int:
    """Return the whole cost given, in fen: what the person and the fund pay together."""
    whole = x.get("total_cost")
    if whole is None:
        whole = x.get("eligible_cost")
    if whole is None:
        whole = x.get("own_cost", 0)
    return int(whole + x.get("emergency_cost", 0))


def _amount(run: Run) -> int:
    return sum(fen for _, fen in run.layers if isinstance(fen, int))


def _value_of(program: Program, x: dict[str, Any]) -> Result:
    """Return (amount, own) of the first way to read the text; a spread over readings is another matter."""
    if any(_is_open(value) for value in x.values()):
        x = _completed({name: _settled(name, value) for name, value in x.items()})
    try:
        amount = _amount(program.run(next(program.variants(x)), traced=False))
    except NoRule:
        return _REFUSED
    return amount, _whole(x) - amount


def _settled(name: str, value: Any) -> Any:
    if isinstance(value, Between):
        return value.high
    return _choices_of(name)[0] if value is UNKNOWN else value


def _spread(results: list[Result]) -> int:
    values = [result for result in results if not isinstance(result, str)]
    if len(values) < len(results):
        # Refused for one value and not for another: as telling as can be.
        return MOST_MONEY_FEN if values else 0
    return max(max(v[i] for v in values) - min(v[i] for v in values) for i in (0, 1))


def _alternatives(name: str, x: Mapping[str, Any]) -> tuple[Any, ...]:
    """Return other values of a defaulted input: all codes, or some amounts that would show a difference."""
    field = INPUTS[name]
    if field.kind == "code":
        return tuple(code for code in field.codes if code != field.default)
    if field.kind == "yes_no":
        return (not field.default,)
    if field.kind == "count":
        return (1,)
    if name in {"excluded_cost", "first_pay_cost"}:
        rest = int(x["eligible_cost"])
        return (rest // 5, rest)
    return _TRIED_MONEY[1:]


def _extreme_points(program: Program, x: dict[str, Any], names: list[str]) -> Iterator[dict[str, Any]]:
    """Yield inputs with values for the open ones, among which the lowest and highest results lie."""
    candidates: dict[str, list[Any]] = {}
    money = [name for name in names if INPUTS[name].kind == "money"]
    for name in names:
        if name in money:
            candidates[name] = list(_bounds(x[name]))
        elif INPUTS[name].kind == "count":
            # Earlier stays at the same level can't outnumber earlier stays.
            most = x.get("prior_stays") if name == "prior_stays_same_level" else None
            top = most if isinstance(most, int) and most else max(_COUNTS)
            candidates[name] = [count for count in _COUNTS if count <= top]
        else:
            candidates[name] = list(_choices_of(name))
    # Twice: the turns of one amount depend on where the others stand, and theirs on its turns.
    for _ in range(2 if len(money) > 1 else 1):
        for name in money:
            candidates[name] = _turns(program, x, name, {n: candidates[n] for n in names if n != name})
    for chosen in product(*(candidates[n] for n in names)):
        yield _completed({**x, **dict(zip(names, chosen, strict=True))})


def _turns(program: Program, x: dict[str, Any], name: str, others: Mapping[str, list[Any]]) -> list[int]:
    low, high = _bounds(x[name])
    points: set[int] = set()
    for chosen in product(*others.values()):
        base = {**x, **dict(zip(others, chosen, strict=True))}
        # Which ways of reading there are does not depend on amounts, so one amount shows them all.
        for variant in program.variants(_completed({**base, name: low})):

            def course(line: Line, variant: dict[str, Any] = variant) -> dict[str, Any]:
                return _completed({**variant, name: line})

            points.update(turning_points(program, course, low, high))
    return sorted(points)


def _is_open(value: object) -> bool:
    return value is UNKNOWN or isinstance(value, Between)


def _bounds(value: object) -> tuple[int, int]:
    return (value.low, value.high) if isinstance(value, Between) else (0, MOST_MONEY_FEN)


def _reading(program: Program, variant: Mapping[str, Any], run: Run, names: Iterable[str]) -> Reading:
    amount = _amount(run)
    under = {name: variant[name] for name in names}
    under |= {r.name: variant[r.name] for r in program.readings if r.taken is None and r.name in variant}
    return Reading(amount, _whole(variant) - amount, under)


def _cautions(program: Program, x: Mapping[str, Any], run: Run) -> set[str]:
    codes = {code for source in run.used for code in source.cautions}
    for caution in program.cautions:
        if caution.when is not None and not caution.when(x):
            continue
        if caution.layer is not None and not _exceeds(caution, x, run):
            continue
        if caution.instead:
            other = program.run({**x, **caution.instead}, traced=False)
            if _amount(other) == _amount(run):
                continue
        codes.add(caution.code)
    return codes


def _exceeds(caution: Caution, x: Mapping[str, Any], run: Run) -> bool:
    earlier = x.get(caution.plus, 0) if caution.plus is not None else 0
    paid = sum(fen for layer, fen in run.layers if layer == caution.layer and isinstance(fen, int))
    return paid + (earlier if isinstance(earlier, int) else 0) > caution.over


def _ordered(codes: set[str], case: Case) -> tuple[str, ...]:
    if case.day > case.today:
        codes = codes | {"may_be_outdated"}
    return tuple(sorted(codes))


def _ok(program: Program, case: Case, x: Mapping[str, Any]) -> Ok:
    run = program.run(x, traced=True)
    assert run.steps is not None
    amount = _amount(run)
    used = run.deductible
    assert isinstance(used, int)
    return Ok(
        case,
        amount,
        _whole(x) - amount,
        tuple((layer, fen) for layer, fen in run.layers if isinstance(fen, int)),
        tuple(run.steps),
        _ordered(_cautions(program, x, run), case),
        used // program.grain,
    )


def _range(
    program: Program,
    case: Case,
    runs: list[tuple[dict[str, Any], Run]],
    readings: list[Reading],
) -> Ok | Range:
    low = min(readings, key=lambda r: r.amount)
    high = max(readings, key=lambda r: r.amount)
    owns = [r.own for r in readings]
    if low.amount == high.amount and min(owns) == max(owns):
        return _ok(program, case, runs[0][0])
    codes: set[str] = set()
    for x, run in runs:
        codes |= _cautions(program, x, run)
    # One reading for each amount is enough to show what it depends on.
    told: dict[int, Reading] = {}
    for reading in readings:
        told.setdefault(reading.amount, reading)
    if len(told) > _MOST_READINGS:
        told = {low.amount: low, high.amount: high}
    best = runs[readings.index(high)][1].steps
    assert best is not None
    return Range(
        case,
        (low.amount, high.amount),
        (min(owns), max(owns)),
        tuple(sorted(told.values(), key=lambda r: r.amount)),
        tuple(best),
        _ordered(codes, case),
    )
