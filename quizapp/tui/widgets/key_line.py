"""One line of the keys that work now in a part of the screen, clickable."""

from __future__ import annotations

from collections.abc import Sequence

from textual.binding import Binding
from textual.content import Content
from textual.dom import DOMNode
from textual.widget import Widget

from quizapp.tui.widgets.click_line import ClickLine, Entry

Hint = tuple[str, str]
"""An action and what it does, in a word or two."""


class KeyLine(ClickLine):
    """Names the keys of its parent for the actions it is given, also when they were remapped."""

    DEFAULT_CSS = """
    KeyLine { height: 1; padding: 0 1; color: $foreground 60%; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._known: tuple[Sequence[Hint], Widget | None] = ((), None)

    def show_keys(self, hints: Sequence[Hint]) -> None:
        """Show the keys of these actions."""
        if (hints, self.screen.focused) != self._known:
            self._known = (hints, self.screen.focused)
            keys = bindings_of(self.parent)
            self.show([self._entry(keys[action], words) for action, words in hints])

    def fitting(self, width: int) -> Sequence[Entry]:
        """Return the entries that fit."""
        kept: list[Entry] = []
        for entry in self._entries:
            width -= entry.text.cell_length
            if width < 0:
                break
            kept.append(entry)
            width -= 2
        return kept

    def _entry(self, binding: Binding, words: str) -> Entry:
        key = self.app.get_key_display(binding)
        return Entry(Content.assemble((key, "bold $foreground"), f" {words}"), binding.key)


def bindings_of(node: DOMNode | None) -> dict[str, Binding]:
    """Return the first binding of each action of a node, as the user has mapped it."""
    if not isinstance(node, Widget):
        return {}
    declared = [b for b in Binding.make_bindings(node.BINDINGS)]
    active = [a.binding for a in node.screen.active_bindings.values() if a.node is node]
    found: dict[str, Binding] = {}
    for binding in (*active, *declared):
        found.setdefault(binding.action, binding)
    return found
