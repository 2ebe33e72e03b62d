"""Policy files -> a checked, typed Library, and what of it holds in a city on a day for a person.

Nothing of ours enters this room but the settings; every other room may read from it.
"""

from bot.policy.codes import UNKNOWN, Between, OneOf, Value
from bot.policy.hospitals import Hospital
from bot.policy.library import Library, Missing, NotApplicable, NotHeld, NotInForce, Provision
from bot.policy.loading import load
from bot.policy.problem import PolicyProblem

__all__ = [
    "UNKNOWN",
    "Between",
    "Hospital",
    "Library",
    "Missing",
    "NotApplicable",
    "NotHeld",
    "NotInForce",
    "OneOf",
    "PolicyProblem",
    "Provision",
    "Value",
    "load",
]
