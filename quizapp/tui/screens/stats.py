"""Statistics: what was done, what is coming, how well it is remembered and known."""

from __future__ import annotations

from typing import ClassVar

from textual import events, getters, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import Screen
from textual.widgets import Static

from quizapp.app.core import Core
from quizapp.app.statistics import statistics
from quizapp.tui.errors import shows_errors
from quizapp.tui.statistics_page import SECTIONS, Text, parts
from quizapp.tui.widgets.key_bar import KeyBar


class Figure(Static):
    """One part of the page, made anew for each width that the layout gives it."""

    text: Text | None = None

    def show(self, text: Text) -> None:
        """Show a part."""
        self.text = text
        self.on_resize()

    def on_resize(self) -> None:
        """Fill the width."""
        if self.text is not None and self.content_size.width:
            self.update(self.text(self.content_size.width))


class StatsScreen(Screen[None]):
    """One page of plain figures."""

    CSS_PATH = "stats.tcss"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (130, "-wide")]  # noqa: RUF012 - as Textual has it
    HELP = """
True retention counts the first review of a card on a day, learning steps left out. A bar is solid
up to the low end of a 95 % interval and shaded up to the high end: with few answers a share says
little. Independent means right without the hint and
with every must-have point.
"""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space,pagedown", "page(1)", "Page down", key_display="space", id="stats.down"),
        Binding("pageup", "page(-1)", "Page up", show=False, id="stats.up"),
        Binding("j", "line(1)", "Down", show=False, id="stats.line-down"),
        Binding("k", "line(-1)", "Up", show=False, id="stats.line-up"),
        Binding("escape", "app.go('home')", "Back", id="stats.back"),
    ]

    figures = getters.query_one("#figures", VerticalScroll)

    def __init__(self, core: Core) -> None:
        super().__init__()
        self._core = core

    def compose(self) -> ComposeResult:
        """A part for each figure."""
        with VerticalScroll(id="figures"):
            for name, title in SECTIONS.items():
                part = Figure(id=name)
                part.border_title = f" {title} "
                yield part
        yield KeyBar()

    @on(events.ScreenResume)
    @work(exclusive=True, group="figures")
    @shows_errors
    async def _look_again(self) -> None:
        """Compute the figures as of now; until they are there, those of the last visit stay."""
        core = self._core
        today, rules = core.today, core.rules
        found = await statistics(core)
        decks, heads = core.library.decks.values(), core.library.heads.values()
        titles = {deck.id: deck.title for deck in decks}
        questions = {head.id: head.question for head in heads}
        for name, text in parts(found, today, rules, titles, questions).items():
            self.query_one(f"#{name}", Figure).show(text)

    def action_page(self, by: int) -> None:
        """Scroll by a page."""
        self.figures.scroll_relative(y=by * max(self.figures.size.height - 2, 1), animate=False)

    def action_line(self, by: int) -> None:
        """Scroll by lines."""
        self.figures.scroll_relative(y=2 * by, animate=False)
