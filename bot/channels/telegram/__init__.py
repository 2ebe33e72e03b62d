"""Telegram: updates -> arrivals, messages -> calls of the Bot API. Keeps nothing.

`telegram` (python-telegram-bot) enters here alone. Of it the typed client and the typed updates are used, and
none of what it does with them: its own polling moves on before an update is kept, its handlers swallow the
error that says it wasn't, and its conversations live in memory.
"""

import os

# Read by the library at each error: pauses come as timedelta, without a warning for each.
os.environ.setdefault("PTB_TIMEDELTA", "true")

from bot.channels.telegram.channel import Telegram, Webhook

__all__ = ["Telegram", "Webhook"]
