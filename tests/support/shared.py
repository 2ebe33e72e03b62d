"""What is read from the project's files once for all tests; nothing in it changes."""

from pathlib import Path
from typing import Any

import yaml

from bot.engine import Engine
from bot.policy import load
from bot.rendering import Templates
from bot.settings import data_folder

LIBRARY = load(data_folder("policies"))
ENGINE = Engine(LIBRARY)
TEMPLATES = Templates(data_folder("templates"), LIBRARY.terms)

_CASES = Path(__file__).parents[1] / "engine" / "cases"
# What reads these files safely is written in Python and in C; the latter takes a tenth of the time.
CASES: list[dict[str, Any]] = [
    case
    for path in sorted(_CASES.glob("*.yaml"))
    for case in yaml.load(path.read_text("utf-8"), yaml.CSafeLoader)
]
"""The cases that were worked by hand."""
