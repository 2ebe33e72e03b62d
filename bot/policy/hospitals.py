"""hospitals.yaml: hospitals by name, and what level each means for a person."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from bot.policy.problem import PolicyProblem, did_you_mean
from bot.policy.schema import HospitalsFile
from bot.policy.strict_yaml import Source
from bot.policy.translating import read_model

Path = list[str | int]
_HAN = str.maketrans("0123456789", "零一二三四五六七八九")


@dataclass(frozen=True, slots=True)
class Hospital:
    """One hospital as registered.

    `level` is level1, level2 or level3, None where it isn't established; `grade` is the level as written.
    `sure`: the level may be taken as it is; else it is only proposed to the person. `local_aliases` mean
    this hospital only where its city or county is known. `provincial`: one of the six 省部属 of the rule.
    """

    name: str
    aliases: tuple[str, ...]
    local_aliases: tuple[str, ...]
    city: str
    county: str | None
    level: str | None
    grade: str | None
    run_by: str
    kind: str | None
    provincial: bool
    sure: bool
    source: str
    checked: date

    def level_for(self, city: str | None) -> str | None:
        """Return the contract's level that this hospital has for a person insured in `city` (None: unknown).

        市内省属三级 is a matter of one's own city: elsewhere such a hospital is any level-3 one.
        """
        if self.provincial:
            return "provincial"
        if self.level == "level3" and self.run_by == "province" and city in {None, self.city}:
            return "level3_provincial"
        return self.level

    def is_away(self, city: str | None) -> bool:
        """Whether care here is care away for a person insured in `city`; the six have rates of their own."""
        return city is not None and city != self.city and not self.provincial


def with_han_digits(name: str) -> str:
    """Return a name as it is compared: 169医院 and 一六九医院 are one name."""
    return name.translate(_HAN)


def read_hospitals(source: Source, cities: Mapping[str, object]) -> tuple[Hospital, ...]:
    """Return the hospitals of the file, in its order. Raises PolicyProblem."""
    file = read_model(source, HospitalsFile)
    found: list[Hospital] = []
    for name, entry in file.hospitals.items():
        if entry.city not in cities:
            raise PolicyProblem(
                f"{entry.city} is no city of places.yaml",
                f"Add it there, or use one of {', '.join(sorted(cities))}.{did_you_mean(entry.city, cities)}",
                source.place(["hospitals", name, "city"]),
            )
        fields = entry.model_dump()
        for several in ("aliases", "local_aliases"):
            fields[several] = tuple(fields[several])
        found.append(Hospital(name, **fields))
    _check_names(source, found)
    return tuple(found)


def _check_names(source: Source, hospitals: list[Hospital]) -> None:
    """Raise PolicyProblem where one name would mean two hospitals, or stands twice."""
    everywhere: dict[str, tuple[Hospital, Path]] = {}
    for hospital in hospitals:
        for name, path in _full_names(hospital):
            first = everywhere.setdefault(with_han_digits(name), (hospital, path))
            if first[1] is not path:
                raise _twice(source, name, hospital, path, *first)
    by_place: dict[tuple[str, str], list[tuple[Hospital, Path]]] = {}
    for hospital in hospitals:
        for index, alias in enumerate(hospital.local_aliases):
            path = ["hospitals", hospital.name, "local_aliases", index]
            plain = with_han_digits(alias)
            others = by_place.setdefault((hospital.city, plain), [])
            # Two towns of one city may each call theirs 县医院: the county tells them apart.
            same = [each for each in others if each[0].county == hospital.county or each[0] is hospital]
            full = everywhere.get(plain)
            if full is not None and full[0].city == hospital.city:
                same.append(full)
            if same:
                raise _twice(source, alias, hospital, path, *same[0])
            others.append((hospital, path))


def _full_names(hospital: Hospital) -> list[tuple[str, Path]]:
    at: Path = ["hospitals", hospital.name]
    aliases = [(alias, [*at, "aliases", index]) for index, alias in enumerate(hospital.aliases)]
    return [(hospital.name, at), *aliases]


def _twice(
    source: Source, name: str, new: Hospital, path: Path, old: Hospital, old_path: Path
) -> PolicyProblem:
    if new is old:
        what = f"'{name}' stands twice for {new.name}"
        mend = "Keep one of the two; digits are read as 一二三."
    else:
        what = f"'{name}' means both {old.name} and {new.name}"
        mend = (
            "Keep it at one of the two; or make it one of the local_aliases, which hold in one county only."
        )
    places = (source.place(each, key=len(each) == 2) for each in (path, old_path))
    return PolicyProblem(what, mend, *places)
