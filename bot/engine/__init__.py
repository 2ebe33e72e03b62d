"""Rule and inputs -> Estimate: the amount with every step, or what is still missing for it.

Money comes and goes in whole fen. What a case pays stands in policies/; this room knows only the typed
parts that rules are built of. Only `bot.policy` may enter.
"""

from bot.engine.engine import SCHEME_OF, Engine
from bot.engine.inputs import codes_of, filled, narrowed
from bot.engine.request import cost_error, read_request
from bot.engine.result import (
    Assumption,
    Case,
    Estimate,
    InputError,
    Invalid,
    Needs,
    Ok,
    Part,
    Range,
    Reading,
    Refused,
    Source,
    Step,
)

__all__ = [
    "SCHEME_OF",
    "Assumption",
    "Case",
    "Engine",
    "Estimate",
    "InputError",
    "Invalid",
    "Needs",
    "Ok",
    "Part",
    "Range",
    "Reading",
    "Refused",
    "Source",
    "Step",
    "codes_of",
    "cost_error",
    "filled",
    "narrowed",
    "read_request",
]
