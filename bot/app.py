"""Puts the rooms together: one loaded library, its engine, words and dialogue, for whatever runs them."""

from functools import cached_property
from pathlib import Path

from bot.dialogue import Dialogue, Retention
from bot.engine import Engine
from bot.language import Reader
from bot.policy import Library, load
from bot.rendering import Addresses, Estimates, Templates
from bot.settings import Settings, data_folder


class App:
    """All that answers a question. Loaded once; each part only when it is first needed.

    Raises PolicyProblem where the policy files can't be used.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    def warm(self) -> None:
        """Load every part now, so that the first of many questions takes no longer than the others."""
        _ = self.dialogue
        self.templates.load()

    @cached_property
    def policies_folder(self) -> Path:
        return self.settings.policies_folder or data_folder("policies")

    @cached_property
    def library(self) -> Library:
        return load(self.policies_folder)

    @cached_property
    def engine(self) -> Engine:
        return Engine(self.library)

    @cached_property
    def templates(self) -> Templates:
        return Templates(data_folder("templates"), self.library.terms)

    @cached_property
    def addresses(self) -> Addresses:
        return Addresses(self.library)

    @cached_property
    def estimates(self) -> Estimates:
        return Estimates(self.engine, self.templates)

    @cached_property
    def reader(self) -> Reader:
        return Reader(data_folder("intents"), self.library)

    @cached_property
    def dialogue(self) -> Dialogue:
        retention = Retention(self.settings.session_days, self.settings.record_days)
        return Dialogue(self.engine, self.estimates, self.templates, self.reader, retention)
