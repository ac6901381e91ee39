"""The topics as rows: name, mastery in tiers, due, the last two weeks."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from textual import events
from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from quizapp.app.overview import DAYS, TopicRow
from quizapp.study.mastery import Tier, TopicMastery
from quizapp.tui.inline import QUIET

TIERS = (
    (Tier.MASTERED, "█", "$success", "mastered"),
    (Tier.INDEPENDENT, "▓", "$primary", "independent"),
    (Tier.RECALLED, "▒", "$accent", "recalled"),
    (Tier.SEEN, "░", "$error", "missed"),
    (Tier.NEW, "·", QUIET, "new"),
)
"""Sign, colour and word of each tier; the sign tells them apart without colour."""

LEVELS = "▁▂▃▄▅▆▇█"
FIXED, ACTIVITY = 2 + 6 + 7, 3 + DAYS
"""Columns of a row beside name and bar: gaps, share and due; the activity where there is room."""


class TopicList(OptionList):
    """One row per topic; its columns share the width there is."""

    DEFAULT_CSS = """
    TopicList {
        background: transparent;
        border: none;
        padding: 0 1;
        &:focus { border: none; background-tint: $foreground 0%; }
        &:focus > .option-list--option-highlighted { color: $foreground; background: $primary 25%; }
    }
    """

    def __init__(self) -> None:
        super().__init__(id="topics")
        self._rows: Sequence[TopicRow] = ()
        self._shown: object = None

    @property
    def topic(self) -> TopicRow | None:
        """The topic under the cursor."""
        return self._rows[self.highlighted] if self.highlighted is not None else None

    def show(self, rows: Sequence[TopicRow]) -> None:
        """Show these topics."""
        self._rows = rows
        self._fill()

    def on_resize(self, event: events.Resize) -> None:
        """Share the new width."""
        self._fill()

    def _fill(self) -> None:
        width = self.scrollable_content_region.width
        if (self._rows, width) == self._shown or width <= 0:
            return
        self._shown = (self._rows, width)
        cursor = self.highlighted
        layout = columns(width)
        options = [Option(topic_line(row, *layout), id=row.id) for row in self._rows]
        self.clear_options().add_options(options)
        self.highlighted = cursor if cursor is not None else (0 if self._rows else None)


def columns(width: int) -> tuple[int, int, bool]:
    """Return the columns for the name and for the mastery bar, and whether activity is shown."""
    active = width >= FIXED + ACTIVITY + 24
    room = max(width - FIXED - (ACTIVITY if active else 0), 14)
    name = min(max(room * 11 // 20, 10), 48)
    return name, min(room - name, 60), active


def topic_line(row: TopicRow, name: int, bar: int, active: bool) -> Content:
    """Return one row."""
    due = f"{row.due} due" if row.due else ""
    return Content.assemble(
        Content(row.title).truncate(name, ellipsis=True, pad=True),
        "  ",
        mastery_bar(row.mastery, bar),
        (f"{row.mastery.share:>5.0%} ", QUIET),
        f"{due:>7}"[:7],
        Content.assemble("   ", sparkline(row.activity)) if active else "",
    )


def heading(width: int) -> Content:
    """Return the line above the rows."""
    name, bar, active = columns(width)
    text = f"{'topic':<{name}}  {'mastery':<{bar}}{'':6}{'due':>7}"
    return Content.styled(text + (f"   {'last 14 days':<{DAYS}}" if active else ""), QUIET)


def legend() -> Content:
    """Return what the signs of the bar mean."""
    parts = [
        Content.assemble((sign, colour), (f" {word}", QUIET)) for _, sign, colour, word in TIERS
    ]
    return Content("   ").join(parts)


def mastery_bar(mastery: TopicMastery, width: int) -> Content:
    """Return a bar in which each tier has its share; a tier that has cards is seen."""
    counts = [mastery.tiers.get(tier, 0) for tier, *_ in TIERS]
    parts = [
        (sign * cells, colour)
        for (_, sign, colour, _), cells in zip(TIERS, share_out(counts, width), strict=True)
    ]
    return Content.assemble(*parts)


def share_out(counts: Sequence[int], width: int) -> list[int]:
    """Split `width` cells by counts (largest remainder); a count above 0 gets at least one."""
    total = sum(counts)
    if not total:
        return [0] * len(counts)
    exact = [count * width / total for count in counts]
    cells = [max(1, int(share)) if share else 0 for share in exact]
    while sum(cells) < width:
        cells[_largest(share - cell for share, cell in zip(exact, cells, strict=True))] += 1
    while sum(cells) > width:
        cells[
            _largest(
                cell - share if cell > 1 else -math.inf
                for share, cell in zip(exact, cells, strict=True)
            )
        ] -= 1
    return cells


def _largest(values: Iterable[float]) -> int:
    """Return the place of the largest value, the first of equals."""
    listed = list(values)
    return listed.index(max(listed))


def sparkline(values: Sequence[int]) -> Content:
    """Return a line of bars; a day without answers is a dot."""
    top = max(values, default=0)
    parts = [
        (LEVELS[min(7, (8 * value - 1) // top)], "$primary") if value else ("·", QUIET)
        for value in values
    ]
    return Content.assemble(*parts)
