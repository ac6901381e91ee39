"""Phrases in which the order decides: which of two is more, or comes first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from quizapp.cards.antonyms import opposite_stems
from quizapp.cards.words import NOT, Word, stem

MORE, BEFORE = ">", "->"
"""What an author writes between the two: "lora > full rate", "unscale -> clip"."""

_IN_TIME = {"befor": 1, "then": 1, "after": -1}
_COMPARES = {">": 1, "<": -1, "abov": 1, "exceed": 1, "below": -1}
"""The stems that set two in order, and whether the first is more or earlier."""
_THAN = ("than", "versus", "vs")
_KINDS = ("better", "faster", "cheaper", "stronger", "wider", "easier", "longer")
"""Comparatives that are more of something else than size or number."""

_BEHIND = 4
"""Words behind "than" or "before" among which the second of the two must stand."""
_AROUND = 8
"""Words between the two, or between a comparative and its "than", at most."""
_IMPLIED = 1
"""Words, at most, that name no subject: "it needs a lower rate than"."""


@cache
def _alike(word: str) -> frozenset[str]:
    """Return the words on the side of one that has opposites."""
    return frozenset().union(*map(opposite_stems, opposite_stems(word)))


@dataclass(frozen=True)
class PhraseOrder:
    """That one of two is more than the other, or comes before it.

    "A is higher than B" and "B is lower than A" say the same; "B is higher than A" says the
    opposite, and "A is not higher than B" neither.
    """

    left: frozenset[str]
    right: frozenset[str]
    rest: tuple[frozenset[str], ...]
    """What else must stand in the clause."""
    in_time: bool

    def find(self, clause: Sequence[Word]) -> tuple[int, int] | None:
        """Return where the words of a clause say it, from and to; else None."""
        stems = [word.stem for word in clause]
        up, rest = self._more()
        if not all(part.intersection(stems) for part in rest):
            return None
        for mark, sign, sign_at in self._marks(stems, up):
            second = self._operand(stems, range(mark + 1, mark + 1 + _BEHIND))
            if second is None:
                continue
            is_left = stems[second] in self.left
            wanted = self.right if is_left else self.left
            first = self._first(stems, wanted, min(mark, sign_at), second)
            if first is None and not self._implied(sign_at, mark, second):
                continue
            # the second of the two is the one that is less, or comes later
            if is_left == (sign > 0):
                continue
            places = [place for place in (first, second, mark, sign_at) if place is not None]
            inside = clause[min(places) : max(places) + 1]
            parts = {word.part for word in inside}
            near = clause[max(0, min(places) - 3) : max(places) + 3]
            if not any((word.stem == NOT or word.denied) and word.part in parts for word in near):
                return inside[0].start, inside[-1].end
        return None

    def _more(self) -> tuple[frozenset[str], tuple[frozenset[str], ...]]:
        """Return the words for "more" in this order, and what remains of the rest.

        A comparative of another kind in the rest takes their place: "sum > mean better".
        """
        more = _alike("more")
        for part in self.rest:
            for kind in map(stem, _KINDS):
                for side in (_alike(kind), opposite_stems(kind)):
                    if part & side:
                        return side, tuple(other for other in self.rest if other is not part)
        return more, self.rest

    def _marks(self, stems: Sequence[str], up: frozenset[str]) -> Iterator[tuple[int, int, int]]:
        """Yield where two are set in order, whether the first is more, and what says so."""
        less = opposite_stems(next(iter(up)))
        for place, word in enumerate(stems):
            alone = (_IN_TIME if self.in_time else _COMPARES).get(word)
            if alone is not None:
                yield place, alone, place
            elif word in _THAN and not self.in_time:
                before = range(place - 1, max(-1, place - 1 - _AROUND), -1)
                behind = range(place + 1, min(len(stems), place + 1 + _AROUND))
                for near in (*before, *behind):
                    if stems[near] in up or stems[near] in less:
                        yield place, 1 if stems[near] in up else -1, near
                        break

    def _operand(self, stems: Sequence[str], places: range) -> int | None:
        both = self.left | self.right
        return next((at for at in places if at < len(stems) and stems[at] in both), None)

    def _first(
        self, stems: Sequence[str], wanted: frozenset[str], mark: int, second: int
    ) -> int | None:
        """Return the nearest place of the other of the two.

        It stands before the comparison, or behind where a clause begins with it: "before clipping,
        unscale".
        """
        before = range(mark - 1, max(-1, mark - 1 - _AROUND), -1)
        opens = mark <= _IMPLIED and stems[mark] != "then"
        behind = range(second + 1, min(len(stems), second + 1 + _AROUND)) if opens else ()
        return next((at for at in (*before, *behind) if stems[at] in wanted), None)

    def _implied(self, sign_at: int, mark: int, second: int) -> bool:
        """Whether a comparison leaves its subject out: "it needs a lower rate than full"."""
        if self.in_time or not self.rest or sign_at == mark:
            return False
        if sign_at < mark:
            return sign_at <= _IMPLIED
        return mark == 0 and sign_at - second - 1 <= _IMPLIED  # compared to full, it needs more
