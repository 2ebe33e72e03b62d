"""The hospital that a dialogue speaks of: which one it is, and what follows from it for the calculation."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot.dialogue.state import SlotValue, State
from bot.language import Understanding
from bot.policy import Hospital, Library, OneOf

AWAY_ROUTES = ("away_filed", "away_unfiled", "away_emergency")
_LEVEL = "hospital_level"


def names_hospital(said: Understanding | None) -> bool:
    """Whether the text calls a hospital by a name, registered or not."""
    return said is not None and bool(said.hospitals or said.unknown_hospital)


@dataclass(frozen=True, slots=True)
class HospitalsOf:
    """Follows the hospital through the states of a dialogue, by the register of a library."""

    library: Library

    def meant(self, state: State) -> Hospital | None:
        """Return the hospital that is spoken of; None as long as the city that tells it isn't known."""
        found = [self.library.hospitals[name] for name in state.hospitals]
        if len(found) > 1:
            found = [hospital for hospital in found if hospital.city == state.slots.get("city")]
        return found[0] if len(found) == 1 else None

    def proposed(self, state: State) -> str | None:
        """Return the level to propose for the hospital that is spoken of, if there is one."""
        hospital = self.meant(state)
        return hospital.level_for(_city(state.slots)) if hospital is not None else None

    def decided(self, state: State) -> Hospital | None:
        """Return the hospital that the level comes from, None where the person told the level itself."""
        return self.meant(state) if self.proposed(state) == state.slots.get(_LEVEL) else None

    def followed(self, state: State, new: Mapping[str, SlotValue], said: Understanding | None) -> State:
        """Return the state, which has `new` in its slots already, with what the hospital means for it.

        A hospital named anew takes the place of the one before and of its level; a level told without a
        hospital does away with the hospital, unless it is just the level that was proposed.
        """
        slots = dict(state.slots)
        if names_hospital(said):
            assert said is not None
            self._forget(slots, self.meant(state), new)
            state = replace(state, hospitals=said.hospitals, hospital_unknown=said.unknown_hospital)
            if _LEVEL not in new:
                slots.pop(_LEVEL, None)
        elif _LEVEL in new and new[_LEVEL] != self.proposed(state):
            state = replace(state, hospitals=(), hospital_unknown=False)
        hospital, city = self.meant(state), _city(slots)
        if hospital is None:
            return replace(state, slots=slots)
        if hospital.sure:
            slots[_LEVEL] = hospital.level_for(city) or slots[_LEVEL]
        if hospital.kind is not None:
            slots.setdefault("tcm", True)
        if hospital.is_away(city):
            slots.setdefault("route", OneOf(AWAY_ROUTES))
        elif "city" in new and slots.get("route") == OneOf(AWAY_ROUTES):
            del slots["route"]
        return replace(state, slots=slots)

    @staticmethod
    def _forget(slots: dict[str, SlotValue], before: Hospital | None, new: Mapping[str, SlotValue]) -> None:
        """Take out what only the hospital before had brought in."""
        if before is None:
            return
        if before.kind is not None and "tcm" not in new:
            slots.pop("tcm", None)
        if "route" not in new and slots.get("route") == OneOf(AWAY_ROUTES):
            del slots["route"]


def _city(slots: Mapping[str, SlotValue]) -> str | None:
    city = slots.get("city")
    return city if isinstance(city, str) else None
