"""Reading: the lessons, with their demos run in place."""

from __future__ import annotations

from functools import partial
from typing import ClassVar

from textual import events, getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Markdown, OptionList, Static
from textual.widgets.option_list import Option

from quizapp.app.core import Core
from quizapp.app.scope import Scope
from quizapp.cards.lesson import CardList, DemoEmbed, Segment, Text, parse_lesson
from quizapp.cards.model import Deck, Reference
from quizapp.errors import QuizError
from quizapp.tui.errors import shows_errors
from quizapp.tui.inline import QUIET, inline
from quizapp.tui.messages import Study
from quizapp.tui.screens.references import References
from quizapp.tui.widgets.card.answer import CardText
from quizapp.tui.widgets.card.bench import make_panel
from quizapp.tui.widgets.card.card_line import CardLine
from quizapp.tui.widgets.demo_slot import DemoSlot
from quizapp.tui.widgets.key_bar import KeyBar


class Contents(OptionList):
    """The lessons to choose from."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "select", "Read this lesson", id="read.open"),
        Binding("escape", "screen.back", "Back", id="read.home"),
    ]


class ReadScreen(Screen[None]):
    """The list of lessons, or one of them."""

    CSS_PATH = "read.tcss"
    HELP = """
A lesson reads like a page: Space goes down. Where a line begins with a triangle, d runs the demo
in place; Tab goes to the next one. s asks the cards of this topic, n opens the next lesson.
"""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space,pagedown", "page(1)", "Page down", key_display="space", id="read.down"),
        Binding(
            "d", "demo", "Run demo", tooltip="Open the next demo in sight", id="read.next-demo"
        ),
        Binding("s", "study", "Study this topic", id="read.study"),
        Binding("n", "lesson(1)", "Next lesson", id="read.next"),
        Binding("p", "lesson(-1)", "Previous lesson", id="read.previous"),
        Binding("pageup,b", "page(-1)", "Page up", show=False, id="read.up"),
        Binding("j", "line(1)", "Down", show=False, id="read.line-down"),
        Binding("k", "line(-1)", "Up", show=False, id="read.line-up"),
        Binding("escape", "back", "Back", show=False, id="read.back"),
    ]

    page = getters.query_one("#lesson", VerticalScroll)
    contents = getters.query_one(Contents)
    line = getters.query_one(CardLine)

    def __init__(self, core: Core) -> None:
        super().__init__()
        self._core = core
        self._deck: Deck | None = None

    def compose(self) -> ComposeResult:
        """The line above, the contents, the lesson, the keys."""
        yield CardLine()
        yield Contents(id="contents")
        yield VerticalScroll(id="lesson")
        yield KeyBar()

    @property
    def lessons(self) -> list[Deck]:
        """The decks that have a lesson."""
        return [deck for deck in self._core.library.decks.values() if deck.lesson]

    @on(events.ScreenResume)
    async def take_in_decks(self) -> None:
        """Show the list, or the lesson at the same place, as the decks are now."""
        if self._deck is None:
            self._show_contents()
            return
        deck = self._core.library.decks.get(self._deck.id)
        if deck is None or not deck.lesson:
            await self._leave_lesson()
        elif deck.lesson != self._deck.lesson:
            row = self.page.scroll_offset.y
            await self.open(deck.id)
            self.call_after_refresh(self.page.scroll_to, y=row, animate=False)

    def _show_contents(self) -> None:
        self._deck = None
        self.line.place, self.line.progress = "Lessons", ""
        rows = [
            Option(Content.assemble(deck.title, (f"  {len(deck.cards)} cards", QUIET)), id=deck.id)
            for deck in self.lessons
        ]
        self.contents.clear_options().add_options(rows)
        self.contents.highlighted = 0 if rows else None
        self.set_class(True, "-contents")
        self.contents.focus()
        self.refresh_bindings()

    @on(OptionList.OptionSelected, "#contents")
    async def _choose(self, event: OptionList.OptionSelected) -> None:
        if event.option.id is not None:
            await self.open(event.option.id)

    @shows_errors
    async def open(self, name: str) -> None:
        """Show the lesson of a deck."""
        deck = self._core.library.decks[name]
        if not deck.lesson:
            raise QuizError("No lesson", f"{deck.title} has no lesson yet.", "s asks its cards.")
        self._deck = deck
        number = [lesson.id for lesson in self.lessons].index(name) + 1
        self.line.place = deck.title
        self.line.progress = f"lesson {number} of {len(self.lessons)}"
        parts = [self._part(segment) for segment in parse_lesson(deck.lesson)]
        self.set_class(False, "-contents")
        with self.app.batch_update():
            await self.page.remove_children()
            await self.page.mount_all(parts)
        self.page.scroll_home(animate=False)
        self.page.focus()
        self.refresh_bindings()

    def _part(self, segment: Segment) -> Widget:
        if isinstance(segment, Text):
            return CardText(segment.markdown)
        if isinstance(segment, CardList):
            return Static(self._questions(segment), classes="cards")
        return self._slot(segment)

    def _slot(self, segment: DemoEmbed) -> Widget:
        """Return the place of a demo; one that is missing says so and the lesson goes on."""
        assert self._deck is not None
        try:
            spec = self._core.demos.find(segment.run)
        except QuizError as error:
            return Static(f"{error.message} {error.hint}", classes="problem", markup=False)
        where = f"the lesson of {self._deck.id}"
        make = partial(make_panel, self._core, segment, where=where)
        return DemoSlot(spec, make)

    def _questions(self, segment: CardList) -> Content:
        heads = self._core.library.heads
        rows = [Content.styled("Can you answer these? s asks the cards of this topic.", "bold")]
        rows += [
            Content.assemble("· ", inline(heads[name].question.partition("\n")[0]))
            for name in segment.ids
            if name in heads
        ]
        return Content("\n").join(rows)

    @on(Markdown.LinkClicked)
    def _confirm_link(self, event: Markdown.LinkClicked) -> None:
        self.app.push_screen(References([Reference("Link in the text", event.href, event.href)]))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer what belongs to an open lesson."""
        if action in ("page", "line", "demo", "study"):
            return self._deck is not None
        if action == "lesson":
            return self._deck is not None and len(self.lessons) > 1
        return True

    @shows_errors
    async def action_demo(self) -> None:
        """Open the first demo that begins in sight or below."""
        top = self.page.scroll_offset.y
        slots = list(self.query(DemoSlot))
        below = [slot for slot in slots if slot.virtual_region.y >= top]
        for slot in (below or slots)[:1]:
            await slot.action_open()

    def action_study(self) -> None:
        """Ask the cards of this topic."""
        if self._deck is not None:
            self.post_message(Study(Scope(self._deck.title, frozenset(self._deck.cards))))

    async def action_lesson(self, by: int) -> None:
        """Open a neighbouring lesson."""
        names = [deck.id for deck in self.lessons]
        if self._deck is not None:
            await self.open(names[(names.index(self._deck.id) + by) % len(names)])

    def action_page(self, by: int) -> None:
        """Scroll by a page."""
        self.page.scroll_relative(y=by * max(self.page.size.height - 2, 1), animate=False)

    def action_line(self, by: int) -> None:
        """Scroll by lines."""
        self.page.scroll_relative(y=2 * by, animate=False)

    async def action_back(self) -> None:
        """Go back to the list of lessons, then home."""
        if self._deck is None:
            await self.app.run_action("app.go('home')")
        else:
            await self._leave_lesson()

    async def _leave_lesson(self) -> None:
        await self.page.remove_children()
        self._show_contents()
