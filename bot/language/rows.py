"""The weights of features, each feature's for all classes in one whole number.

One multiplication and one addition of large numbers then do for a feature what would be one for each class:
that is several times as fast as lists of numbers, and as exact.
"""

import sys
from array import array
from collections.abc import Mapping, Sequence

SCALE = 45
"""The largest weight of a feature; every weight is held with this added, so that none is negative."""

_BYTES = array("I").itemsize  # room for sums of weights times counts over any text that is read


class Rows:
    """The rows of a model; a row is made when its feature is first met, and kept."""

    def __init__(self, weights: Mapping[str, Sequence[int]], classes: int) -> None:
        """Take the rows from `weights`: feature -> class, weight, class, weight and so on."""
        self._weights = weights
        self._classes = classes
        self._rows: dict[str, int] = {}

    def get(self, feature: str) -> int | None:
        """Return the row of a feature, None for one that was never met in learning."""
        row = self._rows.get(feature)
        if row is None and feature in self._weights:
            row = self._rows[feature] = self._row(self._weights[feature])
        return row

    def _row(self, sparse: Sequence[int]) -> int:
        weights = array("I", [SCALE]) * self._classes
        for place in range(0, len(sparse), 2):
            weights[sparse[place]] = SCALE + sparse[place + 1]
        return int.from_bytes(weights.tobytes(), sys.byteorder)

    def classes(self, total: int) -> Sequence[int]:
        """Return the sum for each class of a sum of rows, with `SCALE` in it for every row added."""
        return array("I", total.to_bytes(_BYTES * self._classes, sys.byteorder))
