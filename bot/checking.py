"""The full check of a set of policies: before they are published, and before a running service takes them."""

from dataclasses import dataclass

from bot.app import App


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check went through, and each example that comes out otherwise than written."""

    version: str
    provisions: int
    calculations: int
    examples: int
    wrong: tuple[str, ...]


def check(app: App) -> Checked:
    """Load every policy file, compile every rule in it, and work its examples.

    Raises PolicyProblem where the files don't hold together.
    """
    calculations = app.engine.compile_all()
    examples = list(app.engine.examples())
    return Checked(
        version=app.library.version,
        provisions=len(app.library.provisions),
        calculations=calculations,
        examples=len(examples),
        wrong=tuple(f"{place} comes to {came}" for place, right, came in examples if not right),
    )
