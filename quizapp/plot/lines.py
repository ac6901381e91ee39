"""Draw what lies between two axes: lines, points, histograms and references."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from quizapp.demo.chart import Chart
from quizapp.demo.events import Axes, Histogram, Points, Reference
from quizapp.plot.axis import AXIS, x_axis
from quizapp.plot.canvas import Canvas, Picture, Span
from quizapp.plot.format import short
from quizapp.plot.frame import Frame, Ink, scales
from quizapp.plot.heading import Entry, Overlay, heading, scale_title
from quizapp.plot.histogram import HistogramInk
from quizapp.plot.points import LineInk, ScatterInk, lost_entries
from quizapp.plot.reference import draw_reference, name_reference
from quizapp.plot.scale import Scale, Tick
from quizapp.plot.thin import thin_chart


def draw_lines(
    chart: Chart,
    width: int,
    height: int,
    overlays: Sequence[Overlay] = (),
    cursor: int | None = None,
) -> Picture:
    """Return the chart in `width` columns and `height` rows; values at column `cursor` are read."""
    chart = thin_chart(chart, 2 * width)
    overlays = [replace(o, chart=thin_chart(o.chart, 2 * width)) for o in overlays]
    inks, behind = inks_of(chart), [ink for o in overlays for ink in inks_of(o.chart)]
    x_scale, y_scale = fit_scales(chart, [chart, *(overlay.chart for overlay in overlays)])
    entries = [entry for ink in inks for entry in ink.legend()]
    entries += lost_entries(inks, chart.axes)
    entries += [Entry("──", "overlay", overlay.label) for overlay in overlays]
    head = heading(chart.axes, entries, width, most=max(1, min(height * 2 // 5, height - 7)))
    title = scale_title(chart.axes.x, chart.axes.log_x)
    below = height >= 14 and len(title) > width // 6
    rows = max(height - len(head) - 2 - below, 1)
    y_ticks = _rows_of(y_scale, y_scale.ticks(max(2, min(rows // 3 + 1, 8))), rows)
    gutter = max((len(label) for label in y_ticks.values()), default=0) + 1
    frame = Frame(Canvas(max(width - gutter, 1), rows), x_scale, y_scale)
    references = chart.of(Reference)
    for ink in behind:
        ink.draw_behind(frame)
    for reference in references:
        draw_reference(frame, reference)
    for ink in inks:
        ink.draw(frame)
    for reference in references:
        name_reference(frame, reference)
    if cursor is not None:
        _read_values(frame, chart.axes, inks, cursor - gutter)
    body = [
        (Span(y_ticks.get(y, "").rjust(gutter - 1) + ("┤" if y in y_ticks else "│"), AXIS), *row)
        for y, row in enumerate(frame.canvas.rows())
    ]
    levels = [level for ink in inks for level in ink.levels]
    foot = x_axis(x_scale, frame.canvas.width, gutter, title, levels, below=below)
    return (*head, *body, *foot)


def inks_of(chart: Chart) -> list[Ink]:
    """Return what draws the data of a chart, histograms below the others."""
    histograms, series = chart.of(Histogram), chart.series
    total = len(histograms) + len(series)
    inks: list[Ink] = [
        HistogramInk(histogram, index, total, filled=len(histograms) == 1)
        for index, histogram in enumerate(histograms)
    ]
    for index, one in enumerate(series, len(histograms)):
        inks.append((LineInk if isinstance(one, Points) else ScatterInk)(one, index, total))
    return inks


def fit_scales(chart: Chart, charts: Sequence[Chart]) -> tuple[Scale, Scale]:
    """Return the scales of both axes, wide enough for all `charts`, drawn as `chart` says."""
    references = [reference for c in charts for reference in c.of(Reference)]
    return scales(
        chart.axes,
        [ink for c in charts for ink in inks_of(c)],
        [r.value for r in references if r.axis == "x"],
        [r.value for r in references if r.axis == "y"],
    )


def _read_values(frame: Frame, axes: Axes, inks: Sequence[Ink], column: int) -> None:
    """Draw a vertical line and the values of each series beside it."""
    canvas = frame.canvas
    column = min(max(column, 0), canvas.width - 1)
    under = frame.x.value(column / max(canvas.width - 1, 1))
    stops = [x for ink in inks for x in ink.stops]
    at = min(stops, key=lambda x: abs(x - under), default=under)
    for y in range(canvas.height):
        if canvas.is_free(column, y, 1):
            canvas.text(column, y, "┊", AXIS)
    lines = [(f"{axes.x or 'x'} {short(at)}", AXIS)]
    for ink in inks:
        if (text := ink.read(frame, column, at)) is not None:
            lines.append((text, ink.paint))
    widest = max(len(text) for text, _ in lines)
    left = column + 2 if column + 2 + widest <= canvas.width else column - 1 - widest
    for y, (text, paint) in enumerate(lines):
        canvas.text(max(left, 0), y, text.ljust(widest), paint)


def _rows_of(scale: Scale, ticks: Sequence[Tick], rows: int) -> dict[int, str]:
    """The labels of the y axis by the row they stand on."""
    labels: dict[int, str] = {}
    for tick in ticks:
        place = scale.place(tick.value)
        if place is not None:
            labels.setdefault(round((1 - place) * (4 * rows - 1)) // 4, tick.label)
    return labels
