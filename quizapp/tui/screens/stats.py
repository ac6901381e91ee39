"""Statistics: what was done, what is coming, how well it is remembered and known."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar

from textual import events, getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from quizapp.app.core import Core
from quizapp.study.mastery import mastery
from quizapp.study.model import Review
from quizapp.study.readiness import readiness
from quizapp.study.stats import (
    calibration,
    confident_errors,
    forecast,
    heatmap,
    prediction_accuracy,
    time_spent,
    true_retention,
)
from quizapp.tui import statistics_page as page
from quizapp.tui.errors import shows_errors
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

    def __init__(self, core: Core) -> None:
        super().__init__()
        self._core = core
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
    @shows_errors
    def _look_again(self) -> None:
        """Compute the figures as of now."""
        core, today = self._core, self._core.today
        reviews, states = core.store.reviews(), core.states()
        known = {name: state for name, state in states.items() if name in core.library.heads}
        topics = mastery(core.infos, known, reviews, core.scheduler, today)
        titles = {deck.id: deck.title for deck in core.library.decks.values()}
        day = core.interview_date
        ready = None
        if day is not None and day >= today:
            ready = readiness(core.infos, states, reviews, core.scheduler, day)
        when = page.readiness_lines(ready, titles)
        spent = self._time(reviews, titles)
        days, coming = heatmap(reviews), forecast(known.values(), today)
        remembered = page.retention_lines(true_retention(reviews), core.rules.retention)
        sure = page.calibration_lines(calibration(reviews), len(confident_errors(reviews)))
        predicted = page.prediction_lines(prediction_accuracy(core.store.runs()))
        self._texts = {
            "heatmap": lambda width: page.heatmap_lines(days, today, width),
            "forecast": lambda width: page.forecast_lines(coming, today, width),
            "retention": lambda width: remembered,
            "mastery": lambda width: page.mastery_lines(topics, titles, width),
            "readiness": lambda width: when,
            "time": lambda width: spent,
            "calibration": lambda width: sure,
            "predictions": lambda width: predicted,
        }
        self.call_after_refresh(self._fill)

    def _time(self, reviews: Sequence[Review], titles: Mapping[str, str]) -> Content:
        heads = self._core.library.heads
        known = [review for review in reviews if review.card in heads]
        whole = time_spent(known, lambda card: "").get("")
        topics = time_spent(known, lambda card: titles[heads[card].deck])
        cards = time_spent(known, str)
        slowest = sorted(cards, key=lambda card: -cards[card].median_s)[:3]
        asked = [
            (heads[card].question.partition("\n")[0], cards[card].median_s) for card in slowest
        ]
        return page.time_lines(whole, topics, asked)

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
