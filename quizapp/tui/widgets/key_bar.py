"""The line of keys at the bottom of a screen."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content
from textual.screen import Screen

from quizapp.tui.widgets.click_line import GAP, ClickLine, Entry


class KeyBar(ClickLine):
    """Shows the keys that work now, from the active bindings."""

    DEFAULT_CSS = """
    KeyBar {
        dock: bottom;
        height: 1;
        padding: 0 1;
        background: $panel;
        color: $text-muted;
    }
    """

    def on_mount(self) -> None:
        """Follow the screen's bindings."""
        self.screen.bindings_updated_signal.subscribe(self, self._follow)
        self._follow(self.screen)

    def fitting(self, width: int) -> Sequence[Entry]:
        """Return the entries that fit; the last one, help, always stays."""
        if not self._entries:
            return ()
        *others, last = self._entries
        room = width - last.text.cell_length
        kept = []
        for entry in others:
            room -= entry.text.cell_length + GAP
            if room < 0:
                break
            kept.append(entry)
        return [*kept, last]

    def _follow(self, screen: Screen[object]) -> None:
        self.show(entries(screen))


def entries(screen: Screen[object]) -> list[Entry]:
    """Return the shown bindings that are active on a screen, one per action, help last."""
    found: dict[str, Entry] = {}
    for active in screen.active_bindings.values():
        binding = active.binding
        if binding.show and binding.action not in found:
            key = screen.app.get_key_display(binding)
            style = "bold $primary" if active.enabled else "dim"
            text = Content.assemble((key, style), f" {binding.description.lower()}")
            found[binding.action] = Entry(text, binding.key)
    last = found.pop("app.help", None)
    return [*found.values(), *([last] if last else [])]
