"""Answering by choosing: one option, several options, or an order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import events, on
from textual.binding import Binding, BindingType
from textual.content import Content

from quizapp.cards.model import Card
from quizapp.study.grading import Grade, grade_choice, grade_multi, grade_order
from quizapp.tui.inline import inline
from quizapp.tui.widgets.row_list import RowList


def _numbered(count: int, verb: str) -> list[BindingType]:
    return [
        Binding(str(n), f"choose({n - 1})", f"{verb} {n}", show=False, id=f"answer.option-{n}")
        for n in range(1, min(count, 9) + 1)
    ]


class OneChoice(RowList):
    """Options of which one is right, in shuffled order."""

    BINDINGS: ClassVar[list[BindingType]] = _numbered(9, "Choose option")

    def __init__(self, card: Card, shuffled: Sequence[int]) -> None:
        super().__init__(len(shuffled), id="answer")
        self._card = card
        self._shuffled = list(shuffled)
        self.chosen: int | None = None
        """Index in the card's own order."""

    @property
    def response(self) -> str:
        """The text of the chosen option."""
        return "" if self.chosen is None else self._card.options[self.chosen]

    def grade(self, hint_used: bool) -> Grade | None:
        """Grade the choice; None when nothing was chosen."""
        if self.chosen is None:
            return None
        return grade_choice(self.chosen, self._card.correct[0], hint_used=hint_used)

    def solve(self) -> None:
        """Give the right answer."""
        self.chosen = self._card.correct[0]

    def row(self, index: int) -> tuple[Content, Content]:
        """Return the option with its number and mark."""
        option = self._shuffled[index]
        mark = "●" if option == self.chosen else "○"
        if self.locked and option in self._card.correct:
            mark = "✓"
        elif self.locked and option == self.chosen:
            mark = "✗"
        return Content(f"{index + 1} {mark} "), inline(self._card.options[option])

    def row_class(self, index: int) -> str:
        """Green for the right option, red for a wrong choice."""
        option = self._shuffled[index]
        if not self.locked:
            return ""
        if option in self._card.correct:
            return "-right"
        return "-wrong" if option == self.chosen else ""

    def choose(self, index: int) -> None:
        """Take this option."""
        self.cursor = index
        self.chosen = self._shuffled[index]
        self.update_rows()

    def action_choose(self, index: int) -> None:
        """Take the option of that number."""
        if index < len(self._shuffled) and not self.locked:
            self.choose(index)

    def action_move(self, by: int) -> None:
        """Choose with the arrows; the first press takes the first option."""
        if self.locked:
            super().action_move(by)
        else:
            here = -1 if self.chosen is None and by > 0 else self.cursor
            self.choose(min(max(here + by, 0), len(self._shuffled) - 1))


class SomeChoices(RowList):
    """Options of which several may be right, in shuffled order."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("x", "choose_here", "Tick", id="answer.tick"),
        *_numbered(9, "Tick option"),
    ]

    def __init__(self, card: Card, shuffled: Sequence[int]) -> None:
        super().__init__(len(shuffled), id="answer")
        self._card = card
        self._shuffled = list(shuffled)
        self.chosen: set[int] = set()
        """Indices in the card's own order."""

    @property
    def response(self) -> str:
        """The texts of the ticked options."""
        return " | ".join(self._card.options[option] for option in sorted(self.chosen))

    def grade(self, hint_used: bool) -> Grade | None:
        """Grade the ticks; None when there are none."""
        if not self.chosen:
            return None
        return grade_multi(self.chosen, self._card.correct, hint_used=hint_used)

    def solve(self) -> None:
        """Give the right answer."""
        self.chosen = set(self._card.correct)

    def row(self, index: int) -> tuple[Content, Content]:
        """Return the option with its number and box; after the reveal, ✓ marks what is right."""
        option = self._shuffled[index]
        box = "[x]" if option in self.chosen else "[ ]"
        verdict = ""
        if self.locked:
            wrong = "✗ " if option in self.chosen else "  "
            verdict = "✓ " if option in self._card.correct else wrong
        return Content(f"{index + 1} {box} {verdict}"), inline(self._card.options[option])

    def row_class(self, index: int) -> str:
        """Green for what belongs, red for a wrong tick, amber for a missed one."""
        option = self._shuffled[index]
        if not self.locked:
            return ""
        if option in self._card.correct:
            return "-right" if option in self.chosen else "-missed"
        return "-wrong" if option in self.chosen else ""

    def choose(self, index: int) -> None:
        """Tick or untick this option."""
        self.chosen ^= {self._shuffled[index]}
        self.update_rows()

    def action_choose(self, index: int) -> None:
        """Tick or untick the option of that number."""
        if index < len(self._shuffled) and not self.locked:
            self.cursor = index
            self.choose(index)

    def action_choose_here(self) -> None:
        """Tick or untick the option under the cursor."""
        if not self.locked:
            self.choose(self.cursor)


class Ordering(RowList):
    """Lines to bring into the right order."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("shift+up,K", "carry(-1)", "Move up", key_display="⇧↑", id="answer.line-up"),
        Binding("shift+down,J", "carry(1)", "Move down", key_display="⇧↓", id="answer.line-down"),
    ]
    ARROWS = "▲▼ "

    def __init__(self, card: Card, shuffled: Sequence[int]) -> None:
        super().__init__(len(shuffled), id="answer")
        self._card = card
        self.order = list(shuffled)
        """Indices of the card's steps in the learner's order."""
        self._touched = False

    @property
    def response(self) -> str:
        """The lines in the learner's order."""
        return " | ".join(self._card.steps[step] for step in self.order) if self._touched else ""

    def grade(self, hint_used: bool) -> Grade | None:
        """Grade the order; None when nothing was moved."""
        return grade_order(self.order, hint_used=hint_used) if self._touched else None

    def solve(self) -> None:
        """Give the right answer."""
        self.order.sort()

    def row(self, index: int) -> tuple[Content, Content]:
        """Return the line at this place; after the reveal with its right place.

        Where no line was moved, the reveal shows the right order.
        """
        step = self.order[index] if self._touched or not self.locked else index
        text = inline(self._card.steps[step])
        if not self.locked:
            return Content.assemble((self.ARROWS, "$primary"), f"{index + 1} "), text
        if step == index:
            return Content(f"✓ {index + 1} "), text
        belongs = Content.assemble(text, f"  belongs at {step + 1}")
        return Content(f"✗ {index + 1} "), belongs

    def row_class(self, index: int) -> str:
        """Green where the line is in its place."""
        if not self.locked:
            return ""
        right = self.order[index] == index or not self._touched
        return "-right" if right else "-wrong"

    def action_carry(self, by: int) -> None:
        """Move the line under the cursor."""
        here, there = self.cursor, self.cursor + by
        if self.locked or not 0 <= there < len(self.order):
            return
        self._touched = True
        self.order[here], self.order[there] = self.order[there], self.order[here]
        self.cursor = there
        self.update_rows()

    def choose(self, index: int) -> None:
        """A click on a line only moves the cursor."""

    @on(events.Click)
    def _click_arrow(self, event: events.Click) -> None:
        """Move a line by its arrows."""
        row = self.row_at(event)
        if row is None or event.screen_y != row.content_region.y:
            return
        column = event.screen_x - row.content_region.x
        if column in (0, 1):
            self.cursor = row.index
            self.action_carry(-1 if column == 0 else 1)
