"""The rubric of a card: the learner ticks what they said, a run marks what it shows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message

from quizapp.app.proof import SIGNS, WORDS
from quizapp.cards.model import KeyPoint
from quizapp.cards.phrase import in_words
from quizapp.demo.events import State
from quizapp.study.opinion import Opinion
from quizapp.study.reading import Found, Reading
from quizapp.text import shortened
from quizapp.tui.inline import QUIET, STYLES, inline
from quizapp.tui.widgets.row_list import RowList

MOST_WORDS = 160
"""Characters of the learner's words beside a point: two lines, which seldom cut what decides."""


def heard(reading: Reading) -> str:
    """Return what was found of a point, in the learner's own words."""
    words = shortened(reading.words, MOST_WORDS)
    match reading.found:
        case Found.NOTHING:
            return "nothing close found"
        case Found.CONTRADICTS:
            return f"you wrote “{words}”: against this point ({in_words(reading.rule)})"
        case Found.CONFIRMED:
            return f"you: “{words}” ✓"
        case Found.PHRASE:
            return f"you: “{words}”"
    return f"closest: “{words}”"


def opinion_line(opinion: Opinion) -> Content:
    """Return whose opinion it is, what it says, and the words it goes by."""
    words = f" “{shortened(opinion.words, MOST_WORDS)}”" if opinion.words else ""
    return Content.assemble((opinion.head, "$secondary"), (words, "italic $secondary"))


class KeyPoints(RowList):
    """Points with a box each; a tick goes on to the next point."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("x", "tick", "Tick what you said", id="points.tick"),
    ]

    @dataclass
    class Ticked(Message):
        """A box was ticked or unticked."""

        point: int
        points: KeyPoints

    def __init__(
        self,
        points: Sequence[KeyPoint],
        ticked: Sequence[int],
        shown: Sequence[State | None] = (),
        *,
        readings: Sequence[Reading] = (),
        unseen: str = "",
        id: str = "key-points",
    ) -> None:
        """`shown` says of each point what a run has shown, `unseen` that none was made yet.

        `readings` say of each point where a typed answer speaks of it.
        """
        super().__init__(len(points), id=id)
        self._shown = shown
        self._readings = readings
        self._opinions: Sequence[Opinion] = ()
        self._unseen = unseen
        self._points = points
        self._ticked = frozenset(ticked)
        self.border_title = " key points: x ticks what you said "

    def show(self, ticked: Sequence[int]) -> None:
        """Show which boxes are ticked."""
        self._ticked = frozenset(ticked)
        self.update_rows()

    def mark(self, shown: Sequence[State | None]) -> None:
        """Show what a run has shown of each point."""
        self._shown = shown
        self.update_rows()

    def compare(self, opinions: Sequence[Opinion]) -> None:
        """Show what a model says of each point, apart from the boxes."""
        self._opinions = opinions
        self.update_rows()

    def row(self, index: int) -> tuple[Content, Content]:
        """Return a box and a point; a must-have point says so, and what a run has shown of it."""
        point = self._points[index]
        box = "[x] " if index in self._ticked else "[ ] "
        must = "  must" if point.must else ""
        return Content(box), Content.assemble(
            inline(point.point),
            (must, "bold $accent"),
            *self._mark_of(index),
            *self._heard(index),
            *self._opinion(index),
        )

    def _mark_of(self, index: int) -> Iterator[tuple[str, str]]:
        state = self._shown[index] if self._shown else None
        if state is not None:
            yield f"  {SIGNS[state]} {WORDS[state]}", STYLES[state]
        elif self._points[index].shown and not self._shown and self._unseen:
            yield f"  {self._unseen}", QUIET

    def _heard(self, index: int) -> Iterator[tuple[str, str]]:
        """Yield a line with the learner's own words on the point; it never says wrong."""
        if index < len(self._readings):
            reading = self._readings[index]
            style = "$warning" if reading.found is Found.CONTRADICTS else QUIET
            yield f"\n{heard(reading)}", style

    def _opinion(self, index: int) -> Iterator[Content]:
        """Yield a line with what a model says of the point, marked as its own."""
        if index < len(self._opinions):
            yield Content.assemble("\n", opinion_line(self._opinions[index]))

    def row_class(self, index: int) -> str:
        """Green once it is ticked."""
        return "-right" if index in self._ticked else ""

    def choose(self, index: int) -> None:
        """Tick or untick a point."""
        self.post_message(self.Ticked(index, self))

    def action_tick(self) -> None:
        """Tick or untick the point under the cursor, and go on; one out of sight is shown first."""
        row, page = self._rows[self.cursor], self.scrollable_parent
        if page is not None and not page.content_region.overlaps(row.region):
            (row if self.cursor else self).scroll_visible(top=True, animate=False)
            return
        self.choose(self.cursor)
        if self.cursor + 1 < len(self._points):
            self.cursor += 1
        self._rows[self.cursor].scroll_visible(animate=False)
