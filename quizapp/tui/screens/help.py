"""What a screen is for and every key that works on it."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from quizapp.tui.inline import QUIET
from quizapp.tui.screens.dialog import Dialog


class Help(Dialog[None]):
    """Contextual help, read from the bindings of the screen below."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,question_mark,q", "dismiss", "Close", id="help.close")
    ]

    def __init__(self, about: Screen[object]) -> None:
        super().__init__()
        self._text = " ".join((about.HELP or "").split())
        self._keys = key_table(about)

    def compose(self) -> ComposeResult:
        """Show the text and the table on one page."""
        with VerticalScroll(classes="box") as box:
            box.border_title = "help"
            if self._text:
                yield Static(self._text, markup=False, classes="space")
            yield Static(self._keys, id="keys", classes="space")
            yield Static(
                "The grey name is what stands under [keys] in settings.toml to change a key.",
                markup=False,
                classes="quiet",
            )


def key_table(screen: Screen[object]) -> Content:
    """Return our active bindings: keys, what they do, their names."""
    rows: dict[str, tuple[list[str], str, str]] = {}
    for active in screen.active_bindings.values():
        binding = active.binding
        if binding.id:
            text = binding.tooltip or binding.description
            keys, _, _ = rows.setdefault(binding.action, ([], text, binding.id or ""))
            shown = screen.app.get_key_display(binding)
            if shown not in keys:
                keys.append(shown)
    lines = [
        Content.assemble(
            (f"{' '.join(keys):>12}  ", "bold $primary"), f"{text:<42} ", (name, QUIET)
        )
        for keys, text, name in rows.values()
    ]
    return Content("\n").join(lines)
