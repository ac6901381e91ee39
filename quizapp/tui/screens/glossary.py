"""Looking up a term: what it means, and what it is called in Chinese."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Input, Static

from quizapp.cards.glossary import Term, find_terms, mentioned
from quizapp.tui.inline import QUIET
from quizapp.tui.screens.dialog import Dialog


class Glossary(Dialog[None]):
    """A field to type a word in either language, over the terms that it means."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss", "Close", id="glossary.close"),
        Binding("down,pagedown", "page(1)", "Down", key_display="↓", id="glossary.down"),
        Binding("up,pageup", "page(-1)", "Up", key_display="↑", id="glossary.up"),
    ]

    def __init__(self, terms: Sequence[Term], text: str = "") -> None:
        """Show the terms that a text mentions first, then all others."""
        super().__init__()
        self._terms = terms
        self._here = mentioned(terms, text)

    def compose(self) -> ComposeResult:
        """Show the field and the terms."""
        with Vertical(classes="box", id="glossary") as box:
            box.border_title = "glossary"
            field = Input(placeholder="a term in English or 中文", compact=True, classes="space")
            field.cursor_blink = False
            yield field
            with VerticalScroll(can_focus=False):
                yield Static(self._listed(""), id="terms", markup=False)

    @on(Input.Changed)
    def _look_up(self, event: Input.Changed) -> None:
        self.query_one("#terms", Static).update(self._listed(event.value))
        self.query_one(VerticalScroll).scroll_home(animate=False)

    def action_page(self, way: int) -> None:
        """Scroll the terms."""
        scroll = self.query_one(VerticalScroll)
        scroll.scroll_page_down(animate=False) if way > 0 else scroll.scroll_page_up(animate=False)

    def _listed(self, query: str) -> Content:
        found = find_terms(self._terms, query)
        if not query.strip() and self._here:
            heading = Content.styled("on this card", QUIET)
            others = [term for term in found if term not in self._here]
            parts = [heading, lines(self._here), Content.styled("all others", QUIET), lines(others)]
            return Content("\n").join(parts)
        return lines(found) if found else Content.styled("No term is like that.", QUIET)


def lines(terms: Iterable[Term]) -> Content:
    """Return each term with its Chinese names, and its meaning below."""
    return Content("\n").join(
        Content.assemble(
            (term.term, "bold"),
            "  ",
            (" · ".join(dict.fromkeys((term.simplified, term.traditional))), "$accent"),
            "\n  ",
            term.means,
        )
        for term in terms
    )
