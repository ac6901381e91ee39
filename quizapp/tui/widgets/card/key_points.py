"""The rubric of a card: the learner ticks what they said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message

from quizapp.cards.model import KeyPoint
from quizapp.tui.inline import inline
from quizapp.tui.widgets.row_list import RowList


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
        self, points: Sequence[KeyPoint], ticked: Sequence[int], *, id: str = "key-points"
    ) -> None:
        super().__init__(len(points), id=id)
        self._points = points
        self._ticked = frozenset(ticked)
        self.border_title = " key points: x ticks what you said "

    def show(self, ticked: Sequence[int]) -> None:
        """Show which boxes are ticked."""
        self._ticked = frozenset(ticked)
        self.update_rows()

    def row(self, index: int) -> tuple[Content, Content]:
        """Return a box and a point; a must-have point says so."""
        point = self._points[index]
        box = "[x] " if index in self._ticked else "[ ] "
        must = "  must" if point.must else ""
        return Content(box), Content.assemble(inline(point.point), (must, "bold $accent"))

    def row_class(self, index: int) -> str:
        """Green once it is ticked."""
        return "-right" if index in self._ticked else ""

    def choose(self, index: int) -> None:
        """Tick or untick a point."""
        self.post_message(self.Ticked(index, self))

    def action_tick(self) -> None:
        """Tick or untick the point under the cursor, and go on."""
        self.choose(self.cursor)
        if self.cursor + 1 < len(self._points):
            self.cursor += 1
        self._rows[self.cursor].scroll_visible(animate=False)
