"""Cards laid out for searching: thousands of them are narrowed without looking at each.

Places are positions in the table, always in rising order.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from operator import attrgetter
from typing import TYPE_CHECKING

from quizapp.study.model import CardState

if TYPE_CHECKING:
    from quizapp.study.search import Record

Places = Sequence[int]

_MEMORY = attrgetter(
    "phase",
    "due",
    "due_day",
    "interval",
    "stability",
    "difficulty",
    "reps",
    "lapses",
    "suspended",
    "buried_until",
    "note",
)
_BLANK = _MEMORY(CardState(""))

FIELDS: Mapping[str, Callable[[Record], Sequence[str]]] = {
    "tag": lambda record: [tag.casefold() for tag in record.tags],
    "topic": lambda record: [record.topic.casefold()],
    "id": lambda record: [record.id.casefold()],
    "difficulty": lambda record: [record.difficulty],
    "kind": lambda record: [record.kind],
    "has": lambda record: sorted(record.has),
    "demo": lambda record: [record.demo.casefold()] if record.demo else [],
    "failed": lambda record: ["failed"] if record.demo_failed else [],
}
"""What a card carries, as words that a term may ask for."""


class Table:
    """The records of one moment, with where each word of a field stands."""

    def __init__(self, records: Sequence[Record]) -> None:
        self.records = records
        self._places: dict[str, dict[str, list[int]]] = {}

    @cached_property
    def everything(self) -> Places:
        """Every place."""
        return range(len(self.records))

    @cached_property
    def texts(self) -> list[str]:
        """What each card says, its id included."""
        return [f"{record.text}\n{record.id}" for record in self.records]

    @cached_property
    def touched(self) -> dict[int, Record]:
        """The cards of which anything is remembered; the others are all alike."""
        return {
            place: record
            for place, record in enumerate(self.records)
            if _MEMORY(record.state) != _BLANK or record.retrievability is not None
        }

    def places(self, field: str) -> Mapping[str, list[int]]:
        """Return where each word of a field stands."""
        if field not in self._places:
            found: dict[str, list[int]] = {}
            words = FIELDS[field]
            for place, record in enumerate(self.records):
                for word in words(record):
                    found.setdefault(word, []).append(place)
            self._places[field] = found
        return self._places[field]
