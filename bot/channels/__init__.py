"""Where people and programs come in: the terminal, and files of questions.

A channel turns what arrives into events of the dialogue, and replies into what its people read. It may
use `bot.app` and what that holds; nothing else may use a channel but the command line.
"""
