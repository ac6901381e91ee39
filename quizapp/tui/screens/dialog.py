"""The look that all dialogs share."""

from __future__ import annotations

from typing import ClassVar, Generic, TypeVar

from textual.binding import Binding, BindingType
from textual.screen import ModalScreen

from quizapp.tui.widgets.key_bar import KeyBar

Result = TypeVar("Result")


class Dialog(ModalScreen[Result], Generic[Result]):
    """A box over the screen; Esc closes it."""

    CSS_PATH = "dialog.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+q", "quit", "Quit", show=False, id="dialog.quit"),
        Binding("ctrl+z", "app.suspend_process", "Suspend", show=False, id="dialog.suspend"),
    ]

    def __init__(self) -> None:
        super().__init__(classes="dialog")

    def on_mount(self) -> None:
        """Show the keys that work here."""
        self.mount(KeyBar())

    async def action_quit(self) -> None:
        """Quit the app."""
        await self.app.action_quit()
