"""Answering the card that is asked in writing: what is typed goes into its box, and is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import getters
from textual.binding import Binding, BindingType
from textual.widget import Widget

from quizapp.app import phases
from quizapp.app.core import Core
from quizapp.app.studying import Studying
from quizapp.tui.errors import shows_errors
from quizapp.tui.screens.code_screen import CodeScreen
from quizapp.tui.widgets.card.card_line import CardLine
from quizapp.tui.widgets.card.written import Field

if TYPE_CHECKING:
    from quizapp.app.coding import Coding

WRITING_KEYS: list[BindingType] = [
    Binding("t", "type", "Type", tooltip="Type the answer", id="study.type"),
    Binding(
        "ctrl+d",
        "done",
        "Show answer",
        priority=True,
        tooltip="Show the answer, from the box",
        id="study.done",
    ),
]
"""Bindings of such a screen."""

WRITING = frozenset({"type", "done"})
"""Actions that depend on whether the box of the answer has the keys."""


class WrittenAnswer(CodeScreen):
    """A screen that asks cards, where text that is typed or pasted answers the one asked."""

    card_line = getters.query_one(CardLine)

    def __init__(self, core: Core) -> None:
        super().__init__(core)
        self.studying = Studying(core)
        self._asked = False
        """Whether the page shows the card that is asked: between two cards it is still the last."""

    @property
    def coding(self) -> Coding | None:
        """The work at the card that is asked, if it is answered in code."""
        return self.studying.coding

    @property
    def given(self) -> tuple[str, ...]:
        """The answer so far to the card that is asked, where only the page has it."""
        if self.coding is not None:
            return ()
        return self.page.answer.given if isinstance(self.studying.phase, phases.OnCard) else ()

    @shows_errors
    def keep_typed(self) -> None:
        """Remember what is typed: a kill takes no more than a second of it."""
        if self._asked and self.page.answer.text_box is not None:
            self.studying.keep_typed(self.page.answer.given)
            self.take_in_file()

    @property
    def text_target(self) -> Widget | None:
        """The box of the answer on a question; where it has none, the screen says so."""
        answer = self.page.answer
        on_card = self.focused is None or self.focused in answer.walk_children(with_self=True)
        asked = isinstance(self.studying.phase, phases.Hidden) and on_card and self.page.display
        return (answer.text_box or self) if asked else None

    def on_paste(self) -> None:
        """Say where text has no place; a box lets its paste come up here too."""
        if isinstance(self.studying.phase, phases.Revealed):
            self.card_line.message = "The answer is shown: a note, n, takes text"
        elif self.page.answer.text_box is None:
            self.card_line.message = "This card takes no text"

    def is_command(self, key: str) -> bool:
        """Whether a key is a command; digits, which rate, are none before a number is given.

        Code is not begun by a key that was pressed by mistake.
        """
        if self.coding is not None:
            return True
        if isinstance(self.page.answer.text_box, Field):
            return key in self.active_bindings
        return super().is_command(key)

    def can_write(self, action: str) -> bool:
        """Whether one of `WRITING` can be done now."""
        answer, focused = self.page.answer, self.focused
        if answer.text_box is None:
            return False
        if focused is None or focused not in answer.walk_children(with_self=True):
            return action == "type"
        types_space = focused.check_consume_key("space", " ")  # else Space shows the answer
        return action == "done" and types_space and self.coding is None
