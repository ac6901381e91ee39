"""Draw bars: one row per label and group, the value at the bar's end.

Bars are as long as their values: linear, from zero. On a logarithmic axis there is no zero to start
from, and dots above an axis stand in their place.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from quizapp.demo.chart import Chart
from quizapp.demo.events import Axes, Bars, Reference
from quizapp.plot.axis import x_axis
from quizapp.plot.canvas import Canvas, Paint, Picture, Row
from quizapp.plot.format import short
from quizapp.plot.heading import MARKERS, Entry, Overlay, bars_title, heading, series_role
from quizapp.plot.points import NO_NUMBER, TOO_LEFT
from quizapp.plot.scale import Scale, fit, is_number

FILLS = "█▓▒░"
"""One fill per group, so that groups differ without colour."""

LABEL, LENGTH = 8, 3
"""Cells that a label and a bar have at least where bars stand in several columns."""

_EIGHTHS = " ▏▎▍▌▋▊▉"


@dataclass(frozen=True)
class Bar:
    """One row: a value under a label, in the group at `index`."""

    label: str
    value: float
    index: int
    earlier: tuple[float, ...] = ()
    """The same bar in the overlaid runs."""
    first: bool = True
    """Whether it is the first of its label, which stands beside it."""


def rows_of_bars(chart: Chart, width: int) -> int:
    """Return how many rows the bars need below each other, with heading and axis."""
    head = _heading(chart, (), width, most=len(chart.marks) + 1)
    return len(head) + sum(1 for _ in _bars(chart, ())) + 2 * chart.axes.log_y


def draw_bars(chart: Chart, width: int, height: int, overlays: Sequence[Overlay] = ()) -> Picture:
    """Return the bars of the chart in `width` columns and `height` rows.

    Bars that do not fit below each other stand in several columns of one scale.
    """
    bars, log = list(_bars(chart, overlays)), chart.axes.log_y
    foot = 2 if log and height > 3 else 0
    head = _heading(chart, overlays, width, max(1, height // 4, height - foot - len(bars)))
    space = max(height - len(head) - foot, 1)
    longest = max((len(bar.label) for bar in bars), default=0)
    right = max((len(short(bar.value)) for bar in bars), default=0) + 2
    most = max(width // (min(longest, LABEL) + 1 + LENGTH + right), 1)
    columns = min(-(-len(bars) // space), most) or 1
    share, scale = width // columns, _scale(chart, overlays)
    canvas = Canvas(width, space)
    left = min(longest, max(share * 2 // 5, 6)) + 1
    room = max(share - left - right, 1)
    rows = _rows(bars, space) if columns == 1 else _in_columns(bars, space, columns)
    for x, y, bar in rows:
        start = x * share
        if bar is None:
            rest = len(bars) - columns * space + 1
            canvas.text(start, y, f"… {rest} more".ljust(share), Paint("axis"))
            continue
        for reference in chart.of(Reference):
            if (place := scale.place(reference.value)) is not None:
                column = start + left + min(round(place * room), room - 1)
                canvas.text(column, y, "┊", Paint("reference"))
        (_dot if log else _draw)(canvas, start, y, bar, scale, left, room)
    return (*head, *canvas.rows(), *(x_axis(scale, room, left) if foot else ()))


def _heading(chart: Chart, overlays: Sequence[Overlay], width: int, most: int) -> tuple[Row, ...]:
    groups, axes = chart.of(Bars), chart.axes
    title = axes.title
    if not title and not axes.y and len(groups) == 1:
        title = groups[0].name
    titles = Axes(title=title, y=bars_title(axes))
    return heading(titles, _legend(chart, overlays), width, most)


def _legend(chart: Chart, overlays: Sequence[Overlay]) -> list[Entry]:
    groups = chart.of(Bars)
    swatches = itertools.cycle(MARKERS if chart.axes.log_y else FILLS)
    entries = [Entry(next(swatches), series_role(i), bars.name) for i, bars in enumerate(groups)]
    entries = entries if len(groups) > 1 else []
    entries += [
        Entry("┊", "reference", f"{r.name} {short(r.value, 3)}") for r in chart.of(Reference)
    ]
    return entries + [Entry("╎", "overlay", overlay.label) for overlay in overlays]


def _rows(bars: Sequence[Bar], space: int) -> Iterator[tuple[int, int, Bar | None]]:
    """Places of bars below each other, with an empty row between labels where there is room."""
    labels = sum(bar.first for bar in bars)
    gap = 1 if len(bars) + labels - 1 <= space else 0
    y = -gap
    for count, bar in enumerate(bars, 1):
        y += gap if bar.first else 0
        if y == space - 1 and count < len(bars):
            yield 0, y, None
            return
        yield 0, y, bar
        y += 1


def _in_columns(
    bars: Sequence[Bar], space: int, columns: int
) -> Iterator[tuple[int, int, Bar | None]]:
    """Places of bars column by column; each column names the label that it begins with."""
    for number, bar in enumerate(bars[: columns * space]):
        x, y = divmod(number, space)
        last = number == columns * space - 1
        lost = last and len(bars) > columns * space
        yield x, y, None if lost else replace(bar, first=bar.first or y == 0)


def _bars(chart: Chart, overlays: Sequence[Overlay]) -> Iterator[Bar]:
    """The bars in reading order: by label, then by group."""
    groups = chart.of(Bars)
    for label in dict.fromkeys(label for bars in groups for label in bars.labels):
        first = True
        for index, bars in enumerate(groups):
            if label not in bars.labels:
                continue
            earlier = tuple(
                value
                for overlay in overlays
                for old in overlay.chart.of(Bars)
                if old.name == bars.name
                for name, value in zip(old.labels, old.values, strict=True)
                if name == label
            )
            yield Bar(label, bars.values[bars.labels.index(label)], index, earlier, first)
            first = False


def fit_bars(charts: Sequence[Chart], *, log: bool) -> Scale:
    """Return the scale of all bars of the charts: from zero, or logarithmic for dots."""
    values = [v for c in charts for bars in c.of(Bars) for v in bars.values]
    references = [r.value for r in charts[0].of(Reference)]
    if not log:
        return fit(values, include=[0.0, *references, *([] if any(values) else [1.0])])
    return fit(values, log=True, include=references).padded()


def _scale(chart: Chart, overlays: Sequence[Overlay]) -> Scale:
    charts = [chart, *(overlay.chart for overlay in overlays)]
    return fit_bars(charts, log=chart.axes.log_y)


def _label(canvas: Canvas, x: int, y: int, bar: Bar, left: int) -> None:
    label = bar.label if len(bar.label) < left else bar.label[: left - 2] + "…"
    canvas.text(x, y, (label if bar.first else "").rjust(left - 1), Paint())


def _draw(canvas: Canvas, x: int, y: int, bar: Bar, scale: Scale, left: int, room: int) -> None:
    _label(canvas, x, y, bar, left)
    left += x
    value, paint = Paint("title-strong"), Paint(series_role(bar.index))
    place = scale.place(bar.value)
    if place is None:
        canvas.text(left, y, NO_NUMBER, paint)
        canvas.text(left + 2, y, short(bar.value), value)
        return
    zero = scale.place(0.0) or 0.0
    start, end = sorted((zero * room, min(max(place, 0.0), 1.0) * room))
    text = _fill(start, end, FILLS[bar.index % len(FILLS)]) if bar.value else ""
    canvas.text(left + int(start), y, text, paint)
    _earlier(canvas, y, bar, scale, left, room)
    canvas.text(left + int(start) + len(text) + 1, y, short(bar.value), value)


def _dot(canvas: Canvas, x: int, y: int, bar: Bar, scale: Scale, left: int, room: int) -> None:
    """A marker on a logarithmic axis; what has no place on it is marked before its beginning."""
    _label(canvas, x, y, bar, left)
    left += x
    place = scale.place(bar.value)
    marker = MARKERS[bar.index % len(MARKERS)]
    if place is None:
        marker = TOO_LEFT if is_number(bar.value) else NO_NUMBER
    column = left + min(round((place or 0.0) * room), room - 1)
    _earlier(canvas, y, bar, scale, left, room)
    canvas.text(column, y, marker, Paint(series_role(bar.index)))
    canvas.text(column + 2, y, short(bar.value), Paint("title-strong"))


def _earlier(canvas: Canvas, y: int, bar: Bar, scale: Scale, left: int, room: int) -> None:
    for earlier in bar.earlier:
        if (was := scale.place(earlier)) is not None:
            canvas.text(left + min(round(was * room), room - 1), y, "╎", Paint("overlay"))


def _fill(start: float, end: float, fill: str) -> str:
    """Full cells and, for the plain fill, the last one in eighths; at least a hair."""
    length = end - int(start)
    whole = int(length)
    if fill != FILLS[0]:
        return fill * round(length) or "▏"
    rest = _EIGHTHS[int((length - whole) * 8)].strip()
    return fill * whole + rest or "▏"
