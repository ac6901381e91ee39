"""The four ratings after the reveal: key, word, next interval, and which one is suggested."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from textual.app import ComposeResult
from textual.containers import HorizontalGroup
from textual.content import Content
from textual.widgets import Static

from quizapp.study.model import Rating
from quizapp.study.schedule import interval_text
from quizapp.tui.widgets.click_line import GAP, ClickLine, Entry

LOW = 16
"""Rows of a screen below which the answer needs those of the reason."""

COLOURS = {
    Rating.AGAIN: "$error",
    Rating.HARD: "$warning",
    Rating.GOOD: "$success",
    Rating.EASY: "$primary",
}


class RatingBar(HorizontalGroup):
    """Rating buttons; the suggested one stands out and says why."""

    DEFAULT_CSS = """
    RatingBar {
        height: auto;
        background: $surface;
        & > ClickLine { width: auto; height: 1; margin: 0 1; }
        & > Static { width: 1fr; height: auto; padding: 0 1; color: $text-muted; }
    }
    """

    def compose(self) -> ComposeResult:
        """The buttons and the reason."""
        yield ClickLine(id="ratings")
        yield Static(id="reason", markup=False)

    def show(
        self, intervals: Mapping[Rating, timedelta], suggested: Rating | None, reason: str
    ) -> None:
        """Show the next intervals (none: no numbers) and the suggestion."""
        entries = _entries(intervals, suggested)
        room = self.screen.size
        if sum(entry.text.cell_length + GAP for entry in entries) > room.width:
            entries = _entries({}, suggested)
        self.query_one(ClickLine).show(entries)
        label = self.query_one("#reason", Static)
        if suggested not in (None, Rating.GOOD):  # Space stays Good, which a glance may miss
            reason = f"{reason} Press {int(suggested)} for it; Space is Good."
        label.update(reason)
        label.display = bool(reason) and room.height >= LOW
        self.display = True

    def ask_confidence(self) -> None:
        """Ask how sure the learner is, before the answer is shown."""
        words = {"1": "guessing", "2": "fairly", "3": "certain"}
        entries = [Entry(Content("How sure are you?"))]
        entries += [
            Entry(Content.assemble((f" {key} ", "bold $primary"), word), key)
            for key, word in words.items()
        ]
        self.query_one(ClickLine).show(entries)
        self.query_one("#reason", Static).display = False
        self.display = True


def _entries(intervals: Mapping[Rating, timedelta], suggested: Rating | None) -> list[Entry]:
    return [
        Entry(_button(rating, intervals.get(rating), rating is suggested), str(int(rating)))
        for rating in Rating
    ]


def _button(rating: Rating, interval: timedelta | None, suggested: bool) -> Content:
    colour = COLOURS[rating]
    when = "" if interval is None else f" {interval_text(interval)}"
    if suggested:
        return Content.assemble((f" {int(rating)} {rating.label}{when} ", f"bold reverse {colour}"))
    return Content.assemble(
        (f" {int(rating)} ", f"bold {colour}"), f"{rating.label}", (when, "dim")
    )
