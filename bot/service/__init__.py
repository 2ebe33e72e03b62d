"""Ties channels to the dialogue: what comes in is kept before it is acknowledged, what is said until sent.

`bot.app`, `bot.dialogue` and `bot.storage` may enter; no channel and no web server.
"""
