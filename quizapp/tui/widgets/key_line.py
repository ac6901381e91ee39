"""One line of keys, each of them also a button for the mouse."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual.content import Content
from textual.message import Message
from textual.widgets import Static

Hint = tuple[str, str, str]
"""Key, what it does, and the action behind it."""


class KeyLine(Static):
    """The keys that work now."""

    DEFAULT_CSS = """
    KeyLine {
        height: 1; width: 1fr; padding: 0 1; color: $text-muted;
        text-wrap: nowrap; text-overflow: ellipsis;
        link-color: $foreground; link-style: none; link-background: transparent;
    }
    """

    @dataclass
    class Pressed(Message):
        """A key was clicked."""

        action: str

    def __init__(self) -> None:
        super().__init__()
        self._hints: Sequence[Hint] = ()

    def show(self, hints: Sequence[Hint]) -> None:
        """Show these keys."""
        if hints == self._hints:
            return
        self._hints = hints
        parts = []
        for key, text, action in hints:
            link = Content.from_markup(f"[@click=press('{action}')][b]$key[/b] $text[/]", key=key,
                                       text=text)  # fmt: skip
            parts += [link, Content("  ")]
        self.update(Content.assemble(*parts))

    def action_press(self, action: str) -> None:
        """Tell the panel that a key was clicked."""
        self.post_message(self.Pressed(action))
