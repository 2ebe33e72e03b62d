"""One rule written by hand, without steps, sources or any other rule: what the engine is held to.

湘政办发〔2022〕66号 三 and 四: a stay of an employee from 2023. The figures are typed here on purpose.
"""

from decimal import ROUND_HALF_UP, Decimal

_DEDUCTIBLE = {"level1": Decimal(500), "level2": Decimal(800), "level3": Decimal(1100)}
_RATE = {
    ("level1", "employed"): Decimal("0.92"),
    ("level1", "retired"): Decimal("0.94"),
    ("level2", "employed"): Decimal("0.90"),
    ("level2", "retired"): Decimal("0.92"),
    ("level3", "employed"): Decimal("0.85"),
    ("level3", "retired"): Decimal("0.87"),
}
_FEN = Decimal("0.01")
_NOTHING = Decimal(0)


def stay(
    level: str,
    status: str,
    cost: Decimal,
    stays_same_level: int = 0,
    prior_deductible: Decimal = _NOTHING,
    prior_own: Decimal = _NOTHING,
    *,
    hardship: bool = False,
) -> Decimal:
    """Return what is paid, in yuan."""
    deductible = _DEDUCTIBLE[level]
    if stays_same_level:
        deductible /= 2
    deductible = min(deductible, max(_NOTHING, Decimal(2000) - prior_deductible))
    basic = max(_NOTHING, cost - deductible) * _RATE[level, status]
    own = prior_own + cost - basic
    if hardship:
        upper = max(_NOTHING, own - 8000) - max(_NOTHING, prior_own - 8000)
        upper *= Decimal("0.95")
    else:
        upper = _ordinary(own) - _ordinary(prior_own)
    return basic.quantize(_FEN, ROUND_HALF_UP) + upper.quantize(_FEN, ROUND_HALF_UP)


def _ordinary(own: Decimal) -> Decimal:
    return min(max(_NOTHING, own - 16000) * Decimal("0.90"), Decimal(500_000))
