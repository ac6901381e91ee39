"""The placement: ten minutes of questions that skip what one knows."""

from __future__ import annotations

from typing import ClassVar

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Static

from quizapp.app.core import Core
from quizapp.app.placement import Placing, Topic
from quizapp.errors import QuizError
from quizapp.text import plural, shortened
from quizapp.tui.errors import shows_errors
from quizapp.tui.inline import QUIET, inline
from quizapp.tui.typing import AnswerScreen
from quizapp.tui.widgets.card.card_line import CardLine
from quizapp.tui.widgets.card.page import CardPage
from quizapp.tui.widgets.key_bar import KeyBar

ANSWERING = frozenset({"take", "skip", "finish"})

ABOUT = "What you know is skipped, nothing is rated. Not known: s. Undo: u."
TYPED = "What you know is skipped, nothing is rated. Not known: Esc, then s."
"""The same over a box, which has the keys."""

ONE_LINE = 70
"""Characters of a question in the list of what is skipped: one line of 80 columns."""


class PlacementScreen(AnswerScreen):
    """Asks one question after another; then it says what is assumed."""

    AUTO_FOCUS = ""
    CSS_PATH = "placement.tcss"
    HELP = """
Up to 30 questions that the app grades itself, from the topics that are asked most, each at the
level that you hold so far. What lies at or below your level in a topic is then assumed, and listed:
study begins where knowledge ends, and what was assumed comes back after a month to be checked.
Press s when you do not know. Nothing is written to the log of your answers. u takes the last answer
back, and at the end the whole placement.
"""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space,enter", "take", "Answer", key_display="space", id="placement.take"),
        Binding("s", "skip", "I don't know", id="placement.skip"),
        Binding("f", "finish", "Finish now", id="placement.finish"),
        Binding("u", "take_back", "Take back", id="placement.take-back"),
        Binding("pagedown,j", "scroll(1)", "Scroll down", show=False, id="placement.down"),
        Binding("pageup,k", "scroll(-1)", "Scroll up", show=False, id="placement.up"),
        Binding("escape", "app.go('home')", "Back", show=False, id="placement.back"),
    ]

    line = getters.query_one(CardLine)
    page = getters.query_one(CardPage)
    found = getters.query_one("#found", VerticalScroll)

    def __init__(self, core: Core) -> None:
        super().__init__()
        self._core = core
        self._placing = Placing(core)

    def compose(self) -> ComposeResult:
        """The line above, the question or what was found, the keys."""
        yield CardLine()
        yield Static(id="about", markup=False)
        yield CardPage()
        yield VerticalScroll(Static(markup=False), id="found", can_focus=False)
        yield KeyBar()

    async def on_mount(self) -> None:
        """Ask the first question, or show what an earlier placement found."""
        await self._show()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer what can be done now."""
        if action in ANSWERING:
            return not self._placing.made
        return action != "take_back" or self._placing.made or self._placing.asked > 0

    @property
    def text_target(self) -> Widget | None:
        """The box of the answer; where the card has none, the screen says so."""
        return None if self._placing.made else self.page.answer.text_box or self

    def on_paste(self) -> None:
        """Say where text has no place; a box lets its paste come up here too."""
        if not self._placing.made and self.page.answer.text_box is None:
            self.line.message = "This card takes no text"

    @on(Input.Submitted)
    @shows_errors
    async def action_take(self) -> None:
        """Take the answer."""
        given = self.page.answer.given
        if not given:
            self.line.message = "Choose or type an answer, or press s"
            return
        try:
            right = self._placing.answer(given)
        except QuizError as error:  # what was typed is no number
            self.page.show_problem(error)
            return
        await self._show("Right" if right else "Not right")

    @shows_errors
    async def action_skip(self) -> None:
        """Go on without an answer."""
        self._placing.answer(())
        await self._show("Not known")

    @shows_errors
    async def action_finish(self) -> None:
        """End the placement with the answers so far."""
        self._placing.finish()
        await self._show()

    @shows_errors
    async def action_take_back(self) -> None:
        """Ask the last question again; once it is over, forget the placement and begin anew."""
        if self._placing.made:
            self._placing.take_back()
            await self._show("Taken back: every card is as it was")
        else:
            self._placing.undo()
            await self._show("Taken back: the last answer")

    def action_scroll(self, by: int) -> None:
        """Scroll what is on the page."""
        page = self.found if self._placing.made else self.page
        page.scroll_relative(y=by * max(page.size.height - 2, 1), animate=False)

    async def _show(self, message: str = "") -> None:
        placing = self._placing
        card = placing.card
        if card is None and not placing.made:
            placing.finish()
        self.page.display, self.found.display = card is not None, card is None
        self.query_one("#about").display = card is not None
        self.line.message = message
        if card is not None:
            topic = self._core.library.decks[card.deck].title
            self.line.place, self.line.progress = f"Placement · {topic}", placing.place
            await self.page.show(card, card.id)
            about = ABOUT if self.page.answer.text_box is None else TYPED
            self.query_one("#about", Static).update(about)
        else:
            await self.page.clear()
            self.set_focus(None)
            self.line.place, self.line.progress = "Placement", ""
            self.found.query_one(Static).update(found_page(placing.topics(), len(placing.cards)))
        self.refresh_bindings()


def found_page(topics: list[Topic], cards: int) -> Content:
    """Return what a placement found and what follows from it."""
    width = max((len(topic.title) for topic in topics), default=0)
    rows = [
        Content.assemble(
            f"{topic.title:<{width}}  ",
            (f"{topic.level or 'none':<8}", "bold" if topic.level else QUIET),
            (f"{topic.right} of {topic.asked} right, ", QUIET),
            f"{len(topic.assumed)} skipped",
        )
        for topic in topics
    ]
    listed: list[Content] = []
    for topic in topics:
        if topic.assumed:
            listed += [Content(""), Content.styled(f"Assumed in {topic.title}", "bold")]
            firsts = (question.partition("\n")[0] for question in topic.assumed)
            listed += [Content.assemble("· ", inline(shortened(one, ONE_LINE))) for one in firsts]
    head = f"{plural(cards, 'card is', 'cards are')} assumed known"
    return Content("\n").join(
        [
            Content.styled(head, "bold $success" if cards else "bold"),
            Content.styled(
                "Study begins behind them. They come back from a month on, to be checked; none of "
                "them counts as answered. u takes all of it back.",
                QUIET,
            ),
            Content(""),
            Content.styled(f"{'topic':<{width}}  level held", QUIET),
            *rows,
            *listed,
        ]
    )
