"""The kinds of value a slot may hold."""

from datetime import date

SlotValue = str | int | bool | date | tuple[int, int]
"""A code, a count or money in fen, yes or no, a day, or (low, high) in fen."""
