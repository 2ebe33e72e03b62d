"""Telegram: updates -> arrivals, messages -> calls of the Bot API. Keeps nothing.

`telegram` (python-telegram-bot) enters here alone.
"""
