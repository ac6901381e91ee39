"""What is known of one card: its place, its memory, its history."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content

from quizapp.tui.inline import QUIET
from quizapp.tui.screens.dialog import Dialog
from quizapp.tui.widgets.facts import Facts


class CardInfoScreen(Dialog[None]):
    """A table of facts."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,i,q", "dismiss", "Close", id="info.close")
    ]

    def __init__(self, title: str, facts: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self._title = title
        self._facts = facts

    def compose(self) -> ComposeResult:
        """Show a line for each fact."""
        with VerticalScroll(classes="box") as box:
            box.border_title = self._title
            yield Facts([(Content.styled(name, QUIET), text) for name, text in self._facts], 14)
