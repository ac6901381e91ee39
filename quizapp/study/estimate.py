"""Honest intervals for shares and counts, without a statistics library."""

from __future__ import annotations

import math
from dataclasses import dataclass

Z_95 = 1.959964
"""Standard normal quantile of a two-sided 95 % interval."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A range that holds the true value 95 times in 100."""

    low: float
    high: float

    @property
    def text(self) -> str:
        """The range of a share in percent: "48 to 88 %"."""
        return f"{100 * self.low:.0f} to {100 * self.high:.0f} %"


def proportion(successes: float, total: int, z: float = Z_95) -> Interval:
    """Return the Wilson score interval of a share (Wilson 1927, JASA 22); (0, 1) of nothing.

    Unlike the textbook interval it stays honest for few trials and for shares near 0 and 1.
    """
    if total == 0:
        return Interval(0.0, 1.0)
    share = successes / total
    scale = 1 + z * z / total
    middle = (share + z * z / (2 * total)) / scale
    half = z / scale * math.sqrt(share * (1 - share) / total + z * z / (4 * total * total))
    return Interval(max(0.0, middle - half), min(1.0, middle + half))
