"""Taking turns in proportion: whose turn it is next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import TypeVar

LaneT = TypeVar("LaneT", bound=Hashable)
ItemT = TypeVar("ItemT")


def turn(taken: int, weight: float, start: float = 1.0) -> float:
    """Return how late a turn is due: the lane with the smallest value is next.

    The Sainte-Laguë method: after any number of turns no lane is more than about one turn away
    from its share (Balinski and Young 1982, Fair Representation, appendix A, Webster's method).

    Args:
        taken: turns the lane has had.
        weight: its share of the turns, in any unit; a lane of weight 0 comes last.
        start: from 0 to 2. Drawn uniformly for each lane, it gives a lane whose share of few turns
            is less than one of them a turn as often as that share says.
    """
    return (2 * taken + start) / weight if weight > 0 else float("inf")


def in_turns(
    lanes: Mapping[LaneT, Sequence[ItemT]], weights: Mapping[LaneT, float]
) -> Iterator[ItemT]:
    """Yield the items of all lanes, each lane in its order and in proportion to its weight.

    Of lanes whose turn it is equally, the first comes first.
    """
    taken: Counter[LaneT] = Counter()
    waiting = [lane for lane, items in lanes.items() if items]
    while waiting:
        lane = min(waiting, key=lambda lane: turn(taken[lane], weights[lane]))
        yield lanes[lane][taken[lane]]
        taken[lane] += 1
        if taken[lane] == len(lanes[lane]):
            waiting.remove(lane)
