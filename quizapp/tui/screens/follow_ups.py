"""What an interviewer would ask next: questions first, answers on demand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from quizapp.cards.model import Card
from quizapp.tui.inline import inline
from quizapp.tui.screens.dialog import Dialog
from quizapp.tui.widgets.card.answer import CardText


class FollowUps(Dialog[None]):
    """The follow-up questions one after another; they are not rated here."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "space,enter",
            "go_on",
            "Answer, then the next",
            key_display="space",
            id="follow-up.next",
        ),
        Binding("escape,f", "dismiss", "Close", key_display="esc", id="follow-up.close"),
        Binding("j,down", "scroll(1)", "Scroll down", show=False, id="follow-up.down"),
        Binding("k,up", "scroll(-1)", "Scroll up", show=False, id="follow-up.up"),
    ]

    def __init__(self, cards: Sequence[Card]) -> None:
        super().__init__()
        self._cards = cards
        self._index = 0
        self._answered = False

    def compose(self) -> ComposeResult:
        """A page for one question."""
        yield VerticalScroll(id="follow-up", classes="box", can_focus=False)

    @on(events.Mount)
    async def _begin(self) -> None:
        """Ask the first."""
        await self._show()

    async def action_go_on(self) -> None:
        """Show the answer, or ask the next question; after the last one, close."""
        if not self._answered:
            self._answered = True
        elif self._index + 1 < len(self._cards):
            self._index, self._answered = self._index + 1, False
        else:
            self.dismiss()
            return
        await self._show()

    def action_scroll(self, by: int) -> None:
        """Scroll the page."""
        self.query_one("#follow-up").scroll_relative(y=3 * by, animate=False)

    async def _show(self) -> None:
        card = self._cards[self._index]
        page = self.query_one("#follow-up", VerticalScroll)
        page.border_title = f"asked next, {self._index + 1} of {len(self._cards)}"
        parts: list[CardText | Static] = [CardText(card.question)]
        if self._answered:
            parts += [CardText(card.answer), Static(_points(card))]
        with self.app.batch_update():
            await page.remove_children()
            await page.mount_all(parts)


def _points(card: Card) -> Content:
    rows = [
        Content.assemble(
            "· ", inline(point.point), ("  must" if point.must else "", "bold $accent")
        )
        for point in card.key_points
    ]
    return Content("\n").join(rows)
