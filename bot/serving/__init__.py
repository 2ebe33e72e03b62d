"""The process that serves: settings, database, channels, health over HTTP, signals; exports of its records.

Everything of ours below may enter; only the command line uses it.
"""

from bot.serving.exporting import export_feedback, export_unanswered, save
from bot.serving.process import ServingError, serve
from bot.serving.showing import show

__all__ = ["ServingError", "export_feedback", "export_unanswered", "save", "serve", "show"]
