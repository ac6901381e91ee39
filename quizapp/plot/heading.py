"""What stands above a chart: its title, the title of the y axis and the legend."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from quizapp.demo.chart import Chart
from quizapp.demo.events import Axes
from quizapp.plot.canvas import Paint, Row, Span
from quizapp.plot.format import cut_front

SERIES_COLOURS = 5
"""Roles series-0 to series-4; later series repeat them with another marker and stroke."""

MARKERS = "●▲■◆○△□◇"
STROKES = "─╌┈━"


def series_role(index: int) -> str:
    """The role of a series by its place in the chart."""
    return f"series-{index % SERIES_COLOURS}"


@dataclass(frozen=True)
class Overlay:
    """The same chart of an earlier run, drawn dim below the current one."""

    label: str
    chart: Chart


@dataclass(frozen=True)
class Entry:
    """One name in the legend with a sample of how it is drawn."""

    swatch: str
    role: str
    name: str


def scale_title(title: str, log: bool) -> str:
    """Return the title of an axis, which says so where the axis is logarithmic."""
    return ", ".join(filter(None, (title, "log scale"))) if log else title


def bars_title(axes: Axes) -> str:
    """Return what the lengths of bars mean, and what their labels are."""
    return " by ".join(filter(None, (scale_title(axes.y, axes.log_y), axes.x)))


def heading(axes: Axes, entries: Sequence[Entry], width: int, most: int) -> tuple[Row, ...]:
    """Return at most `most` rows: title and y axis first, then the legend, cut where it must be."""
    lines = _titles(axes, width, most)
    used = _length(lines[-1]) if lines else 0
    legend = [[Span(f"{e.swatch} ", Paint(e.role)), Span(e.name, Paint())] for e in entries]
    for item in legend:
        gap = 3 if used else 0
        room = width - used - gap
        if lines and _length(item) <= room:
            lines[-1] += [Span(" " * gap, Paint()), *item] if gap else item
            used += gap + _length(item)
        elif len(lines) < most:
            lines.append(_cut(item, width))
            used = min(_length(item), width)
        else:
            lines[-1] = [*_cut(lines[-1], width - 2), Span(" …", Paint())]
            break
    return tuple(tuple(line) for line in lines)


def _titles(axes: Axes, width: int, most: int) -> list[list[Span]]:
    """The title and what is on the y axis: beside it, or in a row of its own."""
    title = [Span(axes.title, Paint("title-strong"))] if axes.title else []
    above = scale_title(axes.y, axes.log_y)
    if not above:
        return [_cut(title, width)] if title else []
    room = width - _length(title) - 2 if title else width
    if title and len(above) > room and most > 1:
        return [_cut(title, width), [Span(cut_front(above, width), Paint("title"))]]
    gap = [Span("  ", Paint())] if title else []
    return [_cut([*title, *gap, Span(cut_front(above, room), Paint("title"))], width)]


def _length(spans: Sequence[Span]) -> int:
    return sum(len(span.text) for span in spans)


def _cut(spans: Sequence[Span], width: int) -> list[Span]:
    """Keep what fits into `width`, with an ellipsis where text is lost."""
    kept: list[Span] = []
    for span in spans:
        room = width - _length(kept)
        if len(span.text) <= room:
            kept.append(span)
            continue
        if room > 1:
            kept.append(Span(span.text[: room - 1] + "…", span.paint))
        break
    return kept
