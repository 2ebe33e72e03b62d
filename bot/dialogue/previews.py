"""What a draft would make of a case, beside the law of today and marked as no law."""

from bot.engine import Engine, Ok, Range
from bot.rendering import Estimates, Templates

_OF_DRAFT = "draft"
# What only a draft asks for.
_ITS_INPUTS = frozenset({"away_where", "away_long_term"})


class Previews:
    """Words the preview of a result."""

    def __init__(self, engine: Engine, estimates: Estimates, templates: Templates) -> None:
        self._engine = engine
        self._estimates = estimates
        self._templates = templates

    def text(self, estimate: Ok | Range) -> str:
        """Return the block on the draft; nothing where none was asked for."""
        then = estimate.preview
        if then is None:
            return ""
        low, high = ends(then.amount)
        own_low, own_high = ends(then.own or 0)
        changes = [s for s in then.steps if s.source.provision.document.head.status == _OF_DRAFT]
        kept = {step.label for step in then.steps}
        of_today = [step for step in estimate.steps if step.label not in kept]
        same = ends(estimate.amount) == (low, high)
        drafts = [
            provision
            for provision in self._engine.library.provisions.values()
            if provision.document.head.preview == then.case.given.get("preview") and provision.rules
        ]
        return self._templates.result(
            "preview",
            same=same,
            taken=[
                self._engine.library.terms.of(name, value)
                for name, value in then.case.given.items()
                if name in _ITS_INPUTS and isinstance(value, str | bool) and changes
            ],
            billed=then.own is not None,
            unit=then.unit,
            low=low,
            high=high,
            own_low=own_low,
            own_high=own_high,
            difference="" if same or then.own is None else self._difference(estimate, low, high),
            readings=[
                {"amount": amount, "words": words}
                for amount, words in (self._estimates.readings(then) if isinstance(then, Range) else ())
            ],
            changes=changes,
            dropped=of_today,
            assumptions=[
                self._estimates.assumption(assumption, then)
                for assumption in self._engine.assumptions(then)
                if assumption.name == "away_long_term"
            ],
            basis=self._estimates.basis(
                {step.source.provision.ref: step.source.provision for step in changes}.values() or drafts
            ),
        )

    def _difference(self, estimate: Ok | Range, low: int, high: int) -> str:
        """Return how much more or less the draft would pay; of two ranges nothing simple can be said."""
        say = self._templates.say
        if isinstance(estimate, Range):
            return ""
        less, more = low - estimate.amount, high - estimate.amount
        if less < 0 < more:
            return say("comparisons", "either_way", less=-less, more=more)
        least, most = sorted((abs(less), abs(more)))
        return say("comparisons", "than_today", least=least, most=most, more=more > 0)


def ends(amount: int | tuple[int, int]) -> tuple[int, int]:
    """Return both ends of an amount, the same where it is sure."""
    return (amount, amount) if isinstance(amount, int) else amount
