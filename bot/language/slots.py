"""The kinds of value a slot may hold."""

from datetime import date
from decimal import Decimal

SlotValue = str | int | bool | Decimal | date | tuple[int, int] | tuple[str, ...]
"""A code, a count or money in fen, yes or no, a part of a number, a day, (low, high) in fen, or the codes
that remain possible."""
