"""Statistics: what was done, what is coming, how well it is remembered and known."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import ClassVar

from textual import events, getters, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from quizapp.app.services import Services
from quizapp.app.statistics import Statistics, statistics
from quizapp.tui import statistics_page as page
from quizapp.tui.errors import told
from quizapp.tui.widgets.key_bar import KeyBar

SECTIONS = {
    "heatmap": "answers",
    "forecast": "reviews to come",
    "retention": "true retention",
    "mastery": "mastery",
    "readiness": "ready for the interview",
    "time": "time per card",
    "calibration": "calibration",
    "predictions": "predictions that came true",
}
"""Id and title of each part, in the order of the page."""


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

    def __init__(self, services: Services) -> None:
        super().__init__()
        self._services = services
        self._texts: dict[str, Callable[[int], Content]] = {}

    def compose(self) -> ComposeResult:
        """A part for each figure."""
        with VerticalScroll(id="figures"):
            for name, title in SECTIONS.items():
                part = Static(id=name)
                part.border_title = f" {title} "
                yield part
        yield KeyBar()

    @on(events.ScreenResume)
    @work(exclusive=True, group="figures")
    @told
    async def _look_again(self) -> None:
        """Compute the figures as of now; until they are there, those of the last visit stay."""
        services = self._services
        today, rules = services.today, services.rules
        found = await statistics(services)
        titles = {deck.id: deck.title for deck in services.library.decks.values()}
        recalled = page.retention_lines(found.recalled, rules.retention, rules.mature_days)
        ready = page.readiness_lines(found.ready, titles)
        spent = self._time(found, titles)
        sure = page.calibration_lines(found.calibration, len(found.confident_errors))
        predicted = page.prediction_lines(found.predictions)
        self._texts = {
            "heatmap": lambda width: page.heatmap_lines(found.days, today, width),
            "forecast": lambda width: page.forecast_lines(found.coming, today, width),
            "retention": lambda width: recalled,
            "mastery": lambda width: page.mastery_lines(found.topics, titles, width),
            "readiness": lambda width: ready,
            "time": lambda width: spent,
            "calibration": lambda width: sure,
            "predictions": lambda width: predicted,
        }
        self.call_after_refresh(self._fill)

    def _time(self, found: Statistics, titles: Mapping[str, str]) -> Content:
        heads = self._services.library.heads
        cards = {card: spent for card, spent in found.time_by_card.items() if card in heads}
        slowest = sorted(cards, key=lambda card: -cards[card].median_s)[:3]
        asked = [
            (heads[card].question.partition("\n")[0], cards[card].median_s) for card in slowest
        ]
        topics = {titles[topic]: spent for topic, spent in found.time_by_topic.items()}
        return page.time_lines(found.time, topics, asked)

    @on(events.Resize)
    def _share_width(self) -> None:
        self.call_after_refresh(self._fill)

    def _fill(self) -> None:
        for name, text in self._texts.items():
            part = self.query_one(f"#{name}", Static)
            part.update(text(part.content_size.width))

    def action_page(self, by: int) -> None:
        """Scroll by a page."""
        self.figures.scroll_relative(y=by * max(self.figures.size.height - 2, 1), animate=False)

    def action_line(self, by: int) -> None:
        """Scroll by lines."""
        self.figures.scroll_relative(y=2 * by, animate=False)
