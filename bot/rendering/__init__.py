"""Results and answers -> words: templates filled from policy figures, and the contract's JSON.

What people typed never enters here. Only `bot.engine` and `bot.policy` may.
"""

from bot.rendering.addresses import Addresses
from bot.rendering.cards import Cards
from bot.rendering.estimates import Estimates, provision_source, slots_json
from bot.rendering.facts import Facts, NothingHeld, shown
from bot.rendering.marked import Marked
from bot.rendering.sheets import (
    Basis,
    ComparisonSheet,
    PartShown,
    ReadingShown,
    ResultSheet,
    RowShown,
    Sheet,
    StepShown,
    Taken,
    sheet_json,
    sheet_of,
)
from bot.rendering.templates import Templates

__all__ = [
    "Addresses",
    "Basis",
    "Cards",
    "ComparisonSheet",
    "Estimates",
    "Facts",
    "Marked",
    "NothingHeld",
    "PartShown",
    "ReadingShown",
    "ResultSheet",
    "RowShown",
    "Sheet",
    "StepShown",
    "Taken",
    "Templates",
    "provision_source",
    "sheet_json",
    "sheet_of",
    "shown",
    "slots_json",
]
