"""The look that all dialogs share."""

from __future__ import annotations

from typing import Generic, TypeVar

from textual.screen import ModalScreen

from quizapp.tui.widgets.key_bar import KeyBar

Result = TypeVar("Result")


class Dialog(ModalScreen[Result], Generic[Result]):
    """A box over the screen; Esc closes it."""

    CSS_PATH = "dialog.tcss"

    def __init__(self) -> None:
        super().__init__(classes="dialog")

    def on_mount(self) -> None:
        """Show the keys that work here."""
        self.mount(KeyBar())
