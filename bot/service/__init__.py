"""What ties channels to the dialogue and to storage: receiving, stepping, sending, keeping, and its figures.

`bot.app`, `bot.dialogue` and `bot.storage` may enter; no channel by name, and nothing of the process around.
"""
