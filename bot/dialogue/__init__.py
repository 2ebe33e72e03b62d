"""(state, event, today) -> (state, reply): guided calculations, policy answers, repairs.

Pure, so that a whole dialogue is a test and can be replayed. `bot.language`, `bot.engine`,
`bot.rendering` and `bot.policy` may enter; no channel, no storage, no clock.
"""

from bot.dialogue.dialogue import Dialogue
from bot.dialogue.saving import UnreadableStateError, restored, saved
from bot.dialogue.state import STATUSES, Chose, Event, Option, Reply, Said, State, Status

__all__ = [
    "STATUSES",
    "Chose",
    "Dialogue",
    "Event",
    "Option",
    "Reply",
    "Said",
    "State",
    "Status",
    "UnreadableStateError",
    "restored",
    "saved",
]
