"""What an interviewer would ask next: questions first, answers on demand."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from quizapp.app.core import Core
from quizapp.cards.model import Card
from quizapp.tui.inline import inline
from quizapp.tui.screens.dialog import Dialog
from quizapp.tui.typing import AnswerScreen
from quizapp.tui.widgets.card.answer import CardText
from quizapp.tui.widgets.card.bench import draw_figure

if TYPE_CHECKING:
    from quizapp.tui.widgets.demo_panel import DemoPanel


class FollowUps(Dialog[None], AnswerScreen):
    """The follow-up questions one after another; they are not rated here."""

    AUTO_FOCUS = ""  # a figure would take the keys
    DEFAULT_CSS = """
    FollowUps DemoPanel { height: 14; }
    """

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
        Binding("v", "chart", "Next chart", id="follow-up.chart"),
    ]

    def __init__(
        self, core: Core, cards: Sequence[str], exposed: Callable[[str], Awaitable[None]]
    ) -> None:
        """`exposed` is given each card whose answer is shown."""
        super().__init__()
        self._core = core
        self._cards = [core.library.cards[name] for name in cards]
        self._exposed = exposed
        self._figure: DemoPanel | None = None
        self._index = 0
        self._answered = False

    def compose(self) -> ComposeResult:
        """A page for one question."""
        yield VerticalScroll(id="follow-up", classes="box", can_focus=False)

    @on(events.Mount)
    async def _begin(self) -> None:
        """Ask the first."""
        await self._ask()

    @property
    def text_target(self) -> Widget | None:
        """The dialog itself while a question waits for an answer: text presses no key of it."""
        return None if self._answered else self

    def on_paste(self) -> None:
        """Say that text has no place here."""
        self.query_one("#follow-up").border_subtitle = "a follow-up takes no text: answer aloud"

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer the next chart where they are shown one at a time."""
        return action != "chart" or (self._figure is not None and self._figure.turns_charts)

    def action_chart(self) -> None:
        """Show the next chart of the question."""
        if self._figure is not None:
            self._figure.action_chart()

    async def action_go_on(self) -> None:
        """Show the answer, or ask the next question; after the last one, close."""
        if not self._answered:
            self._answered = True
            await self._answer()
        elif self._index + 1 < len(self._cards):
            self._index, self._answered = self._index + 1, False
            await self._ask()
        else:
            self.dismiss()

    def on_demo_panel_closed(self) -> None:
        """Close: a figure that was clicked has nothing to go back to."""
        self.dismiss()

    def action_scroll(self, by: int) -> None:
        """Scroll the page."""
        self.query_one("#follow-up").scroll_relative(y=3 * by, animate=False)

    async def _ask(self) -> None:
        card = self._cards[self._index]
        page = self.query_one("#follow-up", VerticalScroll)
        page.border_title = f"asked next, {self._index + 1} of {len(self._cards)}"
        page.border_subtitle = "answer aloud; Space shows the answer"
        self._figure = draw_figure(self, self._core, card)
        figure = [] if self._figure is None else [self._figure]
        with self.app.batch_update():
            await page.remove_children()
            await page.mount_all([CardText(card.question), *figure])
        if self._figure is not None:
            self._figure.begin()

    async def _answer(self) -> None:
        card = self._cards[self._index]
        page = self.query_one("#follow-up", VerticalScroll)
        if self._figure is not None:
            self._figure.reveal()
        await page.mount_all([CardText(card.answer), Static(_points(card))])
        last = self._index + 1 == len(self._cards)
        page.border_subtitle = f"Space {'closes' if last else 'asks the next'}"
        await self._exposed(card.id)


def _points(card: Card) -> Content:
    rows = [
        Content.assemble(
            "· ", inline(point.point), ("  must" if point.must else "", "bold $accent")
        )
        for point in card.key_points
    ]
    return Content("\n").join(rows)
