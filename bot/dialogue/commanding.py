"""Commands with a slash, and the same wishes in words."""

from datetime import date

from bot.dialogue.asking import Asking
from bot.dialogue.doors import Doors
from bot.dialogue.hearing import asks_policy, is_question, says_so_again
from bot.dialogue.links import link_of
from bot.dialogue.state import REMEMBER, Next, State
from bot.language import Understanding, is_elsewhere


class Commanding:
    """Takes what opens one of the doors."""

    def __init__(self, doors: Doors, asking: Asking) -> None:
        self._doors = doors
        self._asking = asking

    def entered(self, state: State, said: Understanding, today: date) -> Next | None:
        """Take a command with a slash or its words; None for what is said otherwise."""
        if said.slash is not None:
            return self._slashed(state, said, today)
        if said.command is not None:
            return self._worded(state, said, today)
        if any(option.does == REMEMBER for option in state.options) and _only_names_place(said):
            return self._doors.city_told(state, said, today)
        return None

    def _slashed(self, state: State, said: Understanding, today: date) -> Next | None:
        assert said.slash is not None
        if said.slash.name == "start":
            if not said.slash.carries_link:
                return self._doors.welcome(state, today)
            link = link_of(said.slash.code or "")
            led = self._doors.linked(state, link, today) if link is not None else None
            return led or self._doors.lost_link(state, today)
        if said.command is None:
            return self._doors.unknown(state)
        tells = bool(said.slash.rest)
        match said.command:
            case "calc":
                if not tells:
                    return self._doors.reckon(state, today)
                unusable = said.gate is not None or said.bad_amount is not None
                return None if unusable else self._asking.reckoned(state, said, today)
            case "policy":
                return None if tells else self._doors.subjects(state, today)
            case "city":
                return self._doors.city_told(state, said, today) if tells else self._doors.cities(state)
            case "privacy":
                return self._doors.privacy(state)
            case "forget":
                return None if says_so_again(said) else self._doors.not_forgotten(state)
        return None

    def _worded(self, state: State, said: Understanding, today: date) -> Next | None:
        match said.command:
            case "greeting":
                return self._doors.welcome(state, today)
            case "calc":
                # 算一算 with a question still open is no wish for another calculation.
                go_on = state.pending is not None
                return self._doors.go_on(state, today) if go_on else self._doors.reckon(state, today)
            case "policy":
                return self._doors.subjects(state, today)
            case "city":
                return self._doors.cities(state)
            case "privacy":
                return self._doors.privacy(state)
        return None


def _only_names_place(said: Understanding) -> bool:
    if said.slots.keys() == {"city"}:
        return not (is_question(said) or asks_policy(said))
    return is_elsewhere(said.text)
