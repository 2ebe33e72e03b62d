"""(state, event, today) -> (state, reply): guided calculations, policy answers, repairs.

Pure, so that a whole dialogue is a test and can be replayed. `bot.language`, `bot.engine`,
`bot.rendering` and `bot.policy` may enter; no channel, no storage, no clock.
"""

from bot.dialogue.dialogue import Dialogue
from bot.dialogue.state import Chose, Event, Option, Reply, Said, State

__all__ = ["Chose", "Dialogue", "Event", "Option", "Reply", "Said", "State"]
