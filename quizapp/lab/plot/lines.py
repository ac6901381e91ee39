"""Draw lines, points, histograms and reference lines between two axes."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from quizapp.lab.plot.canvas import SOLID, Canvas, Dash, Paint, Picture, Row, Span
from quizapp.lab.plot.heading import (
    MARKERS,
    STROKES,
    Entry,
    Overlay,
    heading,
    series_role,
)
from quizapp.lab.plot.scale import Scale, Tick, fit, is_number, short
from quizapp.lab.plot.thin import thin_chart
from quizapp.lab.state import Chart, Histogram, Reference, Series

DASHES = (SOLID, Dash(5, 3), Dash(1, 2), Dash(8, 3))
"""Patterns of the lines, in the order of the strokes that the legend shows."""

AXIS = Paint("axis")
MOST_MARKERS = 40
"""Markers on one scatter; its other points are dots."""

Point = tuple[float, float]


@dataclass(frozen=True)
class Frame:
    """A canvas with the scales of its two axes."""

    canvas: Canvas
    x: Scale
    y: Scale

    @property
    def right(self) -> int:
        """Dots from the left edge to the right one."""
        return 2 * self.canvas.width - 1

    @property
    def bottom(self) -> int:
        """Dots from the top edge to the bottom one."""
        return 4 * self.canvas.height - 1

    def dot(self, x: float, y: float) -> Point | None:
        """Return the dot of a data point; None if it has no place on an axis."""
        across, up = self.x.place(x), self.y.place(y)
        if across is None or up is None:
            return None
        return across * self.right, (1 - up) * self.bottom


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
    x_scale, y_scale = scales(chart, [chart, *(overlay.chart for overlay in overlays)])
    head = heading(
        chart.axes, _entries(chart, overlays), width, most=max(1, min(height // 3, height - 7))
    )
    rows = max(height - len(head) - 2, 1)
    y_ticks = _rows_of(y_scale, y_scale.ticks(max(2, min(rows // 3 + 1, 8))), rows)
    gutter = max((len(label) for label in y_ticks.values()), default=0) + 1
    frame = Frame(Canvas(max(width - gutter, 1), rows), x_scale, y_scale)
    paint_frame(frame, chart, overlays)
    if cursor is not None:
        _read_values(frame, chart, cursor - gutter)
    body = [
        (Span(y_ticks.get(y, "").rjust(gutter - 1) + ("┤" if y in y_ticks else "│"), AXIS), *row)
        for y, row in enumerate(frame.canvas.rows())
    ]
    levels = [level for h in chart.histograms for level in h.levels]
    return (*head, *body, *_x_axis(x_scale, frame.canvas.width, gutter, chart.axes.x, levels))


def scales(chart: Chart, charts: Sequence[Chart]) -> tuple[Scale, Scale]:
    """Return the scales of both axes, wide enough for all `charts`, drawn as `chart` says."""
    xs = [x for c in charts for s in c.series for x in s.xs]
    ys = [y for c in charts for s in c.series for y in s.ys]
    marks = [r for c in charts for r in c.references]
    xs += [e for c in charts for h in c.histograms for e in (*h.edges, *h.levels)]
    counts = [n for c in charts for h in c.histograms for n in h.counts]
    if len(set(xs)) == 1:
        xs.append(2 * xs[0] if chart.axes.log_x else xs[0] + 1)  # the line grows to the right
    x_scale = fit(xs, log=chart.axes.log_x, include=[r.value for r in marks if r.axis == "x"])
    y_marks = [r.value for r in marks if r.axis == "y"]
    if counts and not ys:
        floor = [min((n for n in counts if n > 0), default=0.5) / 2 if chart.axes.log_y else 0.0]
        return x_scale, fit(counts, log=chart.axes.log_y, include=[*floor, *y_marks])
    return x_scale, fit([*ys, *counts], log=chart.axes.log_y, include=y_marks).padded()


def paint_frame(frame: Frame, chart: Chart, overlays: Sequence[Overlay]) -> None:
    """Paint everything that lies between the axes."""
    for overlay in overlays:
        for series in overlay.chart.series:
            _line(frame, series, Paint("overlay"), SOLID)
    for index, histogram in enumerate(chart.histograms):
        paint = Paint(series_role(index))
        if len(chart.histograms) == 1:
            _filled(frame, histogram, paint)
        else:
            _outline(frame, histogram, paint, DASHES[index % len(DASHES)])
    for reference in chart.references:
        _reference(frame, reference)
    first = len(chart.histograms)
    for index, series in enumerate(chart.series, first):
        paint = Paint(series_role(index))
        if series.kind == "line":
            _line(frame, series, paint, DASHES[index % len(DASHES)])
    for index, series in enumerate(chart.series, first):
        _markers(frame, series, index, first + len(chart.series))
    for reference in chart.references:
        _name_reference(frame, reference)


def _pieces(frame: Frame, series: Series) -> Iterator[list[Point]]:
    """The stretches of a line between its points without a place."""
    piece: list[Point] = []
    for x, y in zip(series.xs, series.ys, strict=True):
        if (point := frame.dot(x, y)) is not None:
            piece.append(point)
        elif piece:
            yield piece
            piece = []
    if piece:
        yield piece


def _line(frame: Frame, series: Series, paint: Paint, dash: Dash) -> None:
    for piece in _pieces(frame, series):
        frame.canvas.line([piece[0], *piece], paint, dash)
    lost = False
    for x, y in zip(series.xs, series.ys, strict=True):
        across = frame.x.place(x)
        if not is_number(y) and not lost and across is not None:
            row = frame.canvas.height - 1 if y < 0 else 0
            frame.canvas.text(round(across * frame.right) // 2, row, "×", paint)
        lost = not is_number(y)


def _markers(frame: Frame, series: Series, index: int, total: int) -> None:
    """Mark points so that series differ without colour."""
    points = [p for piece in _pieces(frame, series) for p in piece]
    paint, marker = Paint(series_role(index)), MARKERS[index % len(MARKERS)]
    width = frame.canvas.width
    if series.kind == "scatter":
        stride = max(math.ceil(len(points) / MOST_MARKERS), 1)
        for x, y in points:
            frame.canvas.dot(round(x), round(y), paint)
        if total == 1 and len(points) > width // 3:
            return  # with nothing to tell it from, dots are the finer picture
        for x, y in points[::stride]:
            frame.canvas.text(round(x) // 2, round(y) // 4, marker, paint)
        return
    if total == 1 and len(points) > width // 3:
        return
    period = max(8, width // 5)
    last = -math.inf if len(points) <= width // 4 else points[0][0] - 2 * period * index / total
    for x, y in points:
        if abs(x - last) >= 2 * (period if len(points) > width // 4 else 2):
            frame.canvas.text(round(x) // 2, round(y) // 4, marker, paint)
            last = x


def _reference(frame: Frame, reference: Reference) -> None:
    paint, canvas = Paint("reference"), frame.canvas
    place = (frame.x if reference.axis == "x" else frame.y).place(reference.value)
    if place is None:
        return
    if reference.axis == "x":
        across = place * frame.right
        canvas.line([(across, 0), (across, frame.bottom)], paint, Dash(1, 1))
    else:
        down = (1 - place) * frame.bottom
        canvas.line([(0, down), (frame.right, down)], paint, Dash(2, 2))


def _name_reference(frame: Frame, reference: Reference) -> None:
    """Write the line's name beside it, where it covers least."""
    place = (frame.x if reference.axis == "x" else frame.y).place(reference.value)
    if place is None:
        return
    paint, canvas = Paint("reference"), frame.canvas
    name = f" {reference.name} {short(reference.value, 3)} "
    if len(name) > canvas.width // 2:
        name = f" {reference.name[: max(canvas.width // 2 - 3, 1)]} "
    if reference.axis == "x":
        across = round(place * frame.right) // 2
        x = across + 1 if across + 1 + len(name) <= canvas.width else across - len(name)
        free = [y for y in range(canvas.height) if canvas.is_free(x, y, len(name))]
        canvas.text(x, (free or [0])[0], name[1:], paint)
        return
    row = round((1 - place) * frame.bottom) // 4
    beside = [row - 1, row + 1] if row else [row + 1, row - 1]
    columns = [canvas.width - len(name), 1, canvas.width // 2 - len(name) // 2]
    for y in beside:
        for x in columns:
            if canvas.is_free(x, y, len(name)):
                canvas.text(x, y, name, paint)
                return
    canvas.text(columns[0], row, name, paint)


def _filled(frame: Frame, histogram: Histogram, paint: Paint) -> None:
    blocks = " ▁▂▃▄▅▆▇█"
    canvas = frame.canvas
    for column in range(canvas.width):
        height = frame.y.place(_count_at(histogram, frame.x, column, canvas.width))
        eighths = round((height or 0) * canvas.height * 8)
        for y in range(canvas.height):
            level = min(max(eighths - 8 * y, 0), 8)
            if level:
                canvas.text(column, canvas.height - 1 - y, blocks[level], paint)


def _count_at(histogram: Histogram, x_scale: Scale, column: int, width: int) -> float:
    """The largest count of the bins under a column: a narrow peak must not vanish."""
    low, high = x_scale.value(column / width), x_scale.value((column + 1) / width)
    edges = histogram.edges
    under = [
        n
        for n, a, b in zip(histogram.counts, edges, edges[1:], strict=False)
        if a < high and b > low
    ]
    return max(under, default=0.0)


def _outline(frame: Frame, histogram: Histogram, paint: Paint, dash: Dash) -> None:
    edges = histogram.edges
    steps = [
        point
        for n, a, b in zip(histogram.counts, edges, edges[1:], strict=False)
        for point in (frame.dot(a, n), frame.dot(b, n))
        if point is not None
    ]
    if steps:
        frame.canvas.line(steps, paint, dash)


def _read_values(frame: Frame, chart: Chart, column: int) -> None:
    """Draw a vertical line and the values of each series beside it."""
    canvas = frame.canvas
    column = min(max(column, 0), canvas.width - 1)
    under = frame.x.value(column / max(canvas.width - 1, 1))
    xs = [x for series in chart.series for x in series.xs]
    at = min(xs, key=lambda x: abs(x - under), default=under)
    for y in range(canvas.height):
        if canvas.is_free(column, y, 1):
            canvas.text(column, y, "┊", AXIS)
    lines = [(f"{chart.axes.x or 'x'} {short(at)}", AXIS)]
    for index, histogram in enumerate(chart.histograms):
        count = short(_count_at(histogram, frame.x, column, canvas.width))
        lines.append((f"{histogram.name} {count}", Paint(series_role(index))))
    for index, series in enumerate(chart.series, len(chart.histograms)):
        near = min(
            zip(series.xs, series.ys, strict=True), key=lambda p: abs(p[0] - at), default=None
        )
        if near is not None:
            text = f"{MARKERS[index % len(MARKERS)]} {series.name} {short(near[1])}"
            lines.append((text, Paint(series_role(index))))
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


def _x_axis(
    scale: Scale, width: int, gutter: int, title: str, levels: Sequence[float]
) -> tuple[Row, Row]:
    title = title[: max(width - 12, 0)]
    room = width - len(title) - 1 if title else width
    ticks = scale.ticks(max(2, min(width // 9, 9)))
    rule, labels, end = ["─"] * width, "", -1
    for tick in ticks:
        column = round((scale.place(tick.value) or 0) * (2 * width - 1)) // 2
        rule[column] = "┬"
        start = min(max(column - len(tick.label) // 2, 0), width - len(tick.label))
        if start > end and start + len(tick.label) <= room:
            labels = labels.ljust(start) + tick.label
            end = start + len(tick.label)
    marked = {round(place * (width - 1)) for v in levels if (place := scale.place(v)) is not None}
    spans = [
        Span("▲" if column in marked else mark, Paint("level") if column in marked else AXIS)
        for column, mark in enumerate(rule)
    ]
    below = " " * gutter + labels.ljust(width - len(title))
    return (
        (Span(" " * (gutter - 1) + "└", AXIS), *spans),
        (Span(below, AXIS), Span(title, Paint("title"))),
    )


def _entries(chart: Chart, overlays: Sequence[Overlay]) -> list[Entry]:
    entries = []
    for index, histogram in enumerate(chart.histograms):
        swatch = "▇" if len(chart.histograms) == 1 else STROKES[index % len(STROKES)] * 2
        entries.append(Entry(swatch, series_role(index), histogram.name))
        if histogram.levels:
            entries.append(Entry("▲", "level", f"{len(histogram.levels)} levels"))
    for index, series in enumerate(chart.series, len(chart.histograms)):
        marker, stroke = MARKERS[index % len(MARKERS)], STROKES[index % len(STROKES)]
        swatch = marker if series.kind == "scatter" else stroke + marker + stroke
        entries.append(Entry(swatch, series_role(index), series.name))
    return entries + [Entry("──", "overlay", overlay.label) for overlay in overlays]
