"""The learner's own note on a card."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Static, TextArea

from quizapp.tui.screens.dialog import Dialog


class NoteEditor(Dialog[str | None]):
    """A box to type in; the result is the text, or None when nothing is to change."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "save", "Save", id="note.save", priority=True),
        Binding("escape", "leave", "Leave", id="note.cancel"),
    ]

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text
        self._warned = ""

    def compose(self) -> ComposeResult:
        """Show the box."""
        with Vertical(classes="box") as box:
            box.border_title = "your note"
            area = TextArea(self._text, compact=True)
            area.cursor_blink = False
            yield area
            yield Static(
                "Ctrl+S saves it; it shows with the answer. Esc leaves it as it was.",
                classes="quiet",
            )

    def action_save(self) -> None:
        """Close with the text."""
        self.dismiss(self.query_one(TextArea).text.strip())

    def action_leave(self) -> None:
        """Close without a change; what was typed is dropped only at the second time."""
        if self._may_drop("Esc"):
            self.dismiss(None)

    async def action_quit(self) -> None:
        """Quit the app; what was typed is dropped only at the second time."""
        if self._may_drop("Ctrl+Q"):
            await super().action_quit()

    def _may_drop(self, key: str) -> bool:
        """Whether nothing is lost, or the learner was warned; else warn."""
        text = self.query_one(TextArea).text
        may = text in (self._text, self._warned)
        if not may:
            self._warned = text
            warning = f"Not saved. Ctrl+S saves it; {key} again drops the change."
            self.query_one(Static).update(warning)
        return may
