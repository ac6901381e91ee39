"""A small reproducible spread of intervals, with Anki's bounds."""

from __future__ import annotations

import math
from hashlib import blake2b

_RANGES = ((2.5, 7.0, 0.15), (7.0, 20.0, 0.10), (20.0, math.inf, 0.05))
"""From day, to day, share of the days in between (Anki, rslib/src/scheduler/states/fuzz.rs)."""


def draw(card: str, reps: int) -> float:
    """Return a number in [0, 1) that depends on the card and its repetition alone.

    Undo, redo, the preview on the buttons and a second machine all get the same number.
    """
    digest = blake2b(f"{card}\0{reps}".encode(), digest_size=7).digest()
    return (int.from_bytes(digest, "big") >> 3) / 2**53


def bounds(days: int, minimum: int, maximum: int) -> tuple[int, int]:
    """Return the shortest and longest interval, in days, that a computed interval may become.

    Intervals under 2.5 days stay. A range that the limits reduce to one day above 2 is widened
    by a day where the maximum allows.
    """
    minimum = min(minimum, maximum)
    days = min(max(days, minimum), maximum)
    delta = 0.0
    if days >= 2.5:
        delta = 1.0 + sum(
            share * max(min(float(days), end) - start, 0.0) for start, end, share in _RANGES
        )
    low = min(max(_half_up(days - delta), minimum), maximum)
    high = min(max(_half_up(days + delta), minimum), maximum)
    if low == high and 2 < high < maximum:
        high += 1
    return low, high


def spread(days: int, chance: float, minimum: int, maximum: int) -> int:
    """Return the interval in days for a number in [0, 1); each day in the bounds is as likely."""
    low, high = bounds(days, minimum, maximum)
    return low + math.floor(chance * (high - low + 1))


def _half_up(value: float) -> int:
    return math.floor(value + 0.5)
