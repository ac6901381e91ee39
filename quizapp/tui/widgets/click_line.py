"""One line of keys that are also buttons for the mouse; it repaints in place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual import events
from textual.content import Content
from textual.widget import Widget

GAP = 2
"""Columns between two entries."""


@dataclass(frozen=True)
class Entry:
    """A key to press, or nothing, and what stands for it on the line."""

    text: Content
    key: str = ""


class ClickLine(Widget):
    """Shows entries side by side; a click presses the key of the entry."""

    ALLOW_SELECT = False

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._entries: Sequence[Entry] = ()

    def show(self, entries: Sequence[Entry]) -> None:
        """Show these entries."""
        if list(entries) != list(self._entries):
            self._entries = entries
            self.refresh(layout=True)

    def fitting(self, width: int) -> Sequence[Entry]:
        """Return the entries shown when there are `width` columns."""
        return self._entries

    def render(self) -> Content:
        """Return the line."""
        texts = [entry.text for entry in self.fitting(self.content_size.width)]
        return Content(" " * GAP).join(texts)

    def on_click(self, event: events.Click) -> None:
        """Press the key under the pointer."""
        left = self.content_region.x - self.region.x
        for entry in self.fitting(self.content_size.width):
            right = left + entry.text.cell_length
            if left <= event.x < right and entry.key:
                event.stop()
                self.app.simulate_key(entry.key)
                return
            left = right + GAP
