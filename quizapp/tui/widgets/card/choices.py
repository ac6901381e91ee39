"""Answering by choosing: one option, several options, or an order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.binding import Binding, BindingType
from textual.content import Content

from quizapp.cards.shuffle import shuffled
from quizapp.tui.inline import inline
from quizapp.tui.widgets.card.answer_widget import AnswerWidget
from quizapp.tui.widgets.row_list import RowList

if TYPE_CHECKING:
    from quizapp.cards.kinds.options import Options
    from quizapp.cards.kinds.order import Order


def _numbered(verb: str) -> list[BindingType]:
    return [
        Binding(str(n), f"choose({n - 1})", f"{verb} {n}", show=False, id=f"answer.option-{n}")
        for n in range(1, 10)
    ]


class _OptionList(RowList, AnswerWidget):
    """Options in shuffled order."""

    MISSED: ClassVar[str]
    """The class that colours a right option which was not chosen."""

    def __init__(self, body: Options, seed: str) -> None:
        super().__init__(len(body.options), id="answer")
        self._body = body
        self._options = [body.options[index] for index in shuffled(len(body.options), seed)]
        self.given: tuple[str, ...] = ()

    def row_class(self, index: int) -> str:
        """Green for what is right, red for a wrong choice."""
        option = self._options[index]
        if not self.locked:
            return ""
        if option in self._body.right:
            return "-right" if option in self.given else self.MISSED
        return "-wrong" if option in self.given else ""

    def action_choose(self, index: int) -> None:
        """Act on the option of that number."""
        if index < len(self._options) and not self.locked:
            self.cursor = index
            self._rows[index].scroll_visible(animate=False)
            self.choose(index)


class OneChoice(_OptionList):
    """Options of which one is right, in shuffled order."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "move(1)", "Choose", key_display="↓ 1-9", id="answer.choose"),
        *_numbered("Choose option"),
    ]
    MISSED = "-right"

    def row(self, index: int) -> tuple[Content, Content]:
        """Return the option with its number and mark."""
        option = self._options[index]
        mark = "●" if option in self.given else "○"
        if self.locked and option in self._body.right:
            mark = "✓"
        elif self.locked and option in self.given:
            mark = "✗"
        return Content(f"{index + 1} {mark} "), inline(option)

    def choose(self, index: int) -> None:
        """Take this option."""
        self.cursor = index
        self.given = (self._options[index],)
        self.update_rows()

    def action_move(self, by: int) -> None:
        """Choose with the arrows; the first press takes the first option."""
        if self.locked:
            super().action_move(by)
        else:
            here = self.cursor if self.given or by < 0 else -1
            self.choose(min(max(here + by, 0), len(self._options) - 1))


class SomeChoices(_OptionList):
    """Options of which several may be right, in shuffled order."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("x", "choose_here", "Tick", key_display="x 1-9", id="answer.tick"),
        *_numbered("Tick option"),
    ]
    MISSED = "-missed"

    def row(self, index: int) -> tuple[Content, Content]:
        """Return the option with its number and box.

        After the reveal, ✓ marks what was rightly chosen, ✗ what was not, and ! what was missed;
        where nothing was chosen, ✓ marks the answer.
        """
        option = self._options[index]
        chosen, right = option in self.given, option in self._body.right
        mark, text = " ", inline(option)
        if self.locked and chosen:
            mark = "✓" if right else "✗"
        elif self.locked and right and not self.given:
            mark = "✓"
        elif self.locked and right:
            mark, text = "!", Content.assemble(text, "  missed")
        sign = f"{mark} " if self.locked else ""
        return Content(f"{index + 1} [{'x' if chosen else ' '}] {sign}"), text

    def choose(self, index: int) -> None:
        """Tick or untick this option."""
        ticked = {*self.given} ^ {self._options[index]}
        self.given = tuple(option for option in self._body.options if option in ticked)
        self.update_rows()

    def action_choose_here(self) -> None:
        """Tick or untick the option under the cursor."""
        if not self.locked:
            self.choose(self.cursor)


class Ordering(RowList, AnswerWidget):
    """Lines to bring into the right order."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("shift+up,K", "carry(-1)", "Move up", key_display="⇧↑", id="answer.line-up"),
        Binding("shift+down,J", "carry(1)", "Move down", key_display="⇧↓", id="answer.line-down"),
        *(
            Binding(str(n), f"put({n - 1})", f"Move to {n}", show=False, id=f"answer.place-{n}")
            for n in range(1, 10)
        ),
    ]
    ARROWS = "▲▼ "

    def __init__(self, body: Order, seed: str) -> None:
        super().__init__(len(body.steps), id="answer")
        self._right = body.right
        order = [body.steps[index] for index in shuffled(len(body.steps), seed)]
        # never in the right order already
        self.order = order if tuple(order) != body.steps else [*order[1:], order[0]]
        """The steps in the learner's order."""
        self._touched = False

    @property
    def given(self) -> tuple[str, ...]:
        """The steps in the learner's order; nothing while none was moved."""
        return tuple(self.order) if self._touched else ()

    @given.setter
    def given(self, steps: Sequence[str]) -> None:
        self.order = list(steps)

    def row(self, index: int) -> tuple[Content, Content]:
        """Return the line at this place; after the reveal with its right place.

        Where no line was moved, the reveal shows the right order.
        """
        step = self.order[index] if self._touched or not self.locked else self._right[index]
        text, place = inline(step), self._right.index(step)
        if not self.locked:
            return Content.assemble((self.ARROWS, "$primary"), f"{index + 1} "), text
        if place == index:
            return Content(f"✓ {index + 1} "), text
        belongs = Content.assemble(text, f"  belongs at {place + 1}")
        return Content(f"✗ {index + 1} "), belongs

    def row_class(self, index: int) -> str:
        """Green where the line is in its place."""
        if not self.locked:
            return ""
        right = self.order[index] == self._right[index] or not self._touched
        return "-right" if right else "-wrong"

    def action_carry(self, by: int) -> None:
        """Move the line under the cursor by one place."""
        self.action_put(self.cursor + by)

    def action_put(self, place: int) -> None:
        """Move the line under the cursor to a place."""
        if self.locked or not 0 <= place < len(self.order):
            return
        self._touched = True
        self.order.insert(place, self.order.pop(self.cursor))
        self.cursor = place
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
