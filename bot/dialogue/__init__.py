"""(state, event, today) -> (state, reply): guided calculations, policy answers, repairs.

Pure, so that a whole dialogue is a test and can be replayed. `bot.language`, `bot.engine`,
`bot.rendering` and `bot.policy` may enter; no channel, no storage, no clock.
"""

from bot.dialogue.dialogue import Dialogue
from bot.dialogue.links import DeepLink, link_of, payload_of
from bot.dialogue.retention import Retention
from bot.dialogue.saving import UnreadableStateError, restored, saved
from bot.dialogue.state import (
    KINDS,
    STATUSES,
    Amend,
    Chose,
    Event,
    Kind,
    Option,
    Reply,
    Said,
    Sent,
    State,
    Status,
)

__all__ = [
    "KINDS",
    "STATUSES",
    "Amend",
    "Chose",
    "DeepLink",
    "Dialogue",
    "Event",
    "Kind",
    "Option",
    "Reply",
    "Retention",
    "Said",
    "Sent",
    "State",
    "Status",
    "UnreadableStateError",
    "link_of",
    "payload_of",
    "restored",
    "saved",
]
