"""Text -> `Understanding`: what a person said, as codes, sums and likely subjects.

In comes any text and the day; out comes what the text itself says. The room is pure: no clock, no network,
no memory of earlier messages, no figure of policy. What to do with it is for `dialogue` to decide. Nothing
of ours may be imported here except `bot.policy`.
"""

from bot.language.counts import whole_count
from bot.language.intents import IntentsError, Subject
from bot.language.matching import twin_of
from bot.language.payers import whom
from bot.language.places import is_elsewhere
from bot.language.private import masked
from bot.language.slashes import MENU, Slash
from bot.language.slots import SlotValue
from bot.language.understanding import RankedIntent, Reader, Understanding
from bot.language.wishes import Wish

__all__ = [
    "MENU",
    "IntentsError",
    "RankedIntent",
    "Reader",
    "Slash",
    "SlotValue",
    "Subject",
    "Understanding",
    "Wish",
    "is_elsewhere",
    "masked",
    "twin_of",
    "whole_count",
    "whom",
]
