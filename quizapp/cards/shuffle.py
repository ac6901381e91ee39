"""An order that gives nothing away and is the same each time."""

from __future__ import annotations

from random import Random


def shuffled(count: int, seed: str) -> list[int]:
    """Return the numbers below `count` in an order that depends on the seed alone."""
    order = list(range(count))
    Random(seed).shuffle(order)
    return order
