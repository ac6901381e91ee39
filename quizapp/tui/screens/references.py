"""Where to read on; nothing opens before the learner chooses it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import ClassVar
from urllib.parse import urlsplit

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from quizapp.cards.model import Reference
from quizapp.tui.inline import QUIET
from quizapp.tui.screens.dialog import Dialog


class Places(OptionList):
    """Where one can read on."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "select", "Open in your browser", id="references.open")
    ]


class References(Dialog[None]):
    """A list of references with their addresses; Enter opens one in the browser."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,r", "dismiss", "Close", id="references.close")
    ]

    def __init__(self, references: Sequence[Reference]) -> None:
        super().__init__()
        self._references = references

    def compose(self) -> ComposeResult:
        """Show title, place and address of each."""
        with Vertical(classes="box") as box:
            box.border_title = "read on"
            yield Places(*[Option(_prompt(reference)) for reference in self._references])

    @on(OptionList.OptionSelected)
    def _open(self, event: OptionList.OptionSelected) -> None:
        reference = self._references[event.option_index]
        if address := web_address(reference):
            self.app.open_url(address)
            self.notify(address, title="Opened in your browser", markup=False, timeout=4)
        else:
            self.notify(f"{reference.title} has no web address.", markup=False, timeout=4)


def web_address(reference: Reference) -> str:
    """Return the address of a reference: its own, or that of the arXiv paper it names."""
    if reference.url:
        return reference.url if urlsplit(reference.url).scheme in ("http", "https") else ""
    paper = re.search(r"arXiv:?\s*(\d{4}\.\d{4,5})", reference.where)
    return f"https://arxiv.org/abs/{paper[1]}" if paper else ""


def _prompt(reference: Reference) -> Content:
    address = web_address(reference)
    return Content.assemble(
        (reference.title, "bold"),
        f" · {reference.place}" if reference.place != address else "",
        (f"\n{address or 'no web address'}", QUIET),
    )
