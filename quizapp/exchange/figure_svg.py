"""A chart as SVG: black on white, lines told apart by colour, dash and marker."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

from quizapp.demo.chart import Chart
from quizapp.demo.events import Axes, Bars, Heatmap, Histogram, Points, Reference, Scatter
from quizapp.plot.bars import fit_bars
from quizapp.plot.draw import split
from quizapp.plot.format import short
from quizapp.plot.heading import bars_title, scale_title
from quizapp.plot.heat import Heat, titles
from quizapp.plot.lines import fit_scales, inks_of
from quizapp.plot.points import NO_NUMBER, TOO_LEFT, TOO_LOW, lost_entries
from quizapp.plot.scale import Scale, is_number

WIDTH, HEIGHT = 720.0, 440.0
LEFT, RIGHT, TOP, BOTTOM = 78.0, 24.0, 74.0, 52.0
"""Margins around the plot: y ticks, nothing, title and legend, x ticks and title."""
FLOOR = HEIGHT - BOTTOM
LOWEST = 16.0
"""Height of a bar at least: more bars make the figure higher."""

COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000")
"""Okabe and Ito (2008): told apart with every kind of colour vision."""

DASHED = 'stroke-dasharray="4 4" fill="none"'
DASHES = ("", "7 3", "2 3", "10 3 2 3")
FONT = "Arial, Helvetica, 'DejaVu Sans', 'Liberation Sans', 'Noto Sans', sans-serif"
DARK, PALE = (0, 68, 122), (242, 245, 249)
NEGATIVE = (178, 84, 0)


def to_svg(chart: Chart, about: str = "") -> str:
    """Return the figure; `about` says in small print how it was made."""
    body, height = [], 0.0
    for part in split(chart):
        match part.marks:
            case [Heatmap() as matrix, *_]:
                drawn, size = _heatmap(part, matrix)
            case [Bars(), *_]:
                drawn, size = _bars(part)
            case _:
                drawn, size = _lines(part)
        body += [f'<g transform="translate(0 {height:g})">', *drawn, "</g>"]
        height += size
    height += 22
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:g} {height:g}" '
            f'width="{WIDTH:g}" height="{height:g}" font-family="{FONT}" font-size="13">',
            f"<desc>{escape(about)}</desc>",
            f'<rect width="{WIDTH:g}" height="{height:g}" fill="#ffffff"/>',
            *body,
            _text(LEFT, height - 10, about, size=8, fill="#666666"),
            "</svg>\n",
        ]
    )


@dataclass(frozen=True)
class _Plane:
    """Where values lie between the axes."""

    x_scale: Scale
    y_scale: Scale

    def x(self, value: float) -> float | None:
        place = self.x_scale.place(value)
        return None if place is None else LEFT + place * (WIDTH - LEFT - RIGHT)

    def y(self, value: float) -> float | None:
        place = self.y_scale.place(value)
        return None if place is None else FLOOR - place * (FLOOR - TOP)


def _lines(chart: Chart) -> tuple[list[str], float]:
    plane = _Plane(*fit_scales(chart, [chart]))
    histograms, series = chart.of(Histogram), chart.series
    edge = [f"{e.swatch} {e.name}" for e in lost_entries(inks_of(chart), chart.axes)]
    legend, down = _legend([data.name for data in (*histograms, *series)], edge)
    body = [*_titles(chart.axes), *_axes(plane)]
    for index, histogram in enumerate(histograms):
        body += _histogram(histogram, index, plane)
    for index, one in enumerate(series, len(histograms)):
        body += (_line if isinstance(one, Points) else _scatter)(one, index, plane)
    for reference in chart.of(Reference):
        body += _reference(reference, plane)
    return [*_heading(chart.axes.title), *legend, *_moved(body, down)], HEIGHT + down


def _moved(body: Sequence[str], down: float) -> list[str]:
    return [f'<g transform="translate(0 {down:g})">', *body, "</g>"] if down else [*body]


def _histogram(histogram: Histogram, index: int, plane: _Plane) -> Iterator[str]:
    edges = histogram.edges
    for count, low, high in zip(histogram.counts, edges, edges[1:], strict=False):
        x0, x1, y = plane.x(low), plane.x(high), plane.y(count)
        if x0 is not None and x1 is not None and y is not None:
            tall = max(FLOOR - y, 0.5 if count else 0.0)
            yield _rect(x0, FLOOR - tall, x1 - x0, tall, _colour(index), opacity=0.6)
    for level in histogram.levels:
        if (x := plane.x(level)) is not None:
            yield f'<path d="M{x:.1f} {FLOOR:.1f}l-4 8h8z" fill="#000000"/>'


def _line(line: Points | Scatter, index: int, plane: _Plane) -> Iterator[str]:
    points = [(plane.x(x), plane.y(y)) for x, y in zip(line.x, line.y, strict=True)]
    path, pen_up = [], True
    for x, y in points:
        if x is None or y is None:
            pen_up = True
            continue
        path.append(f"{'M' if pen_up else 'L'}{x:.1f} {y:.1f}")
        pen_up = False
    dash = DASHES[index % len(DASHES)]
    yield (
        f'<path d="{"".join(path)}" stroke="{_colour(index)}" stroke-width="1.8" fill="none" '
        f'stroke-dasharray="{dash or "none"}"/>'
    )
    yield from _lost(line, index, plane)
    yield from _markers(points[:: 1 if len(points) <= 30 else math.ceil(len(points) / 8)], index)


def _scatter(scatter: Points | Scatter, index: int, plane: _Plane) -> Iterator[str]:
    points = [(plane.x(x), plane.y(y)) for x, y in zip(scatter.x, scatter.y, strict=True)]
    yield from _markers(points, index)
    yield from _lost(scatter, index, plane)


def _lost(series: Points | Scatter, index: int, plane: _Plane) -> Iterator[str]:
    """Marks at the edge for what has no place on the axes."""
    lost = False
    for x_value, y_value in zip(series.x, series.y, strict=True):
        x, y = plane.x(x_value), plane.y(y_value)
        left, colour = LEFT if x is None else x, _colour(index)
        if not is_number(y_value):
            if not lost and is_number(x_value):
                edge = FLOOR - 4 if y_value < 0 else TOP + 10
                yield _text(left, edge, NO_NUMBER, "middle", 16, colour)
        elif y is None:
            yield _text(left, FLOOR, TOO_LOW, "middle", 14, colour)
        elif x is None and is_number(x_value):
            yield _text(left, y + 4, TOO_LEFT, "middle", 14, colour)
        lost = not is_number(y_value)


def _markers(points: Sequence[tuple[float | None, float | None]], index: int) -> Iterator[str]:
    for x, y in points:
        if x is not None and y is not None:
            yield _marker(index, x, y)


def _reference(line: Reference, plane: _Plane) -> Iterator[str]:
    place = plane.x(line.value) if line.axis == "x" else plane.y(line.value)
    if place is None:
        return
    name = _name(line)
    if line.axis == "x":
        path = f"M{place:.1f} {TOP}V{FLOOR}"
        label = _text(place + 4, TOP + 12, name, size=11, fill="#444444")
    else:
        path = f"M{LEFT} {place:.1f}H{WIDTH - RIGHT}"
        label = _text(WIDTH - RIGHT - 4, place - 4, name, "end", 11, fill="#444444")
    yield f'<path d="{path}" stroke="#666666" {DASHED}/>'
    yield label


def _name(line: Reference) -> str:
    return f"{line.name} {short(line.value, 3)}"


def _bars(chart: Chart) -> tuple[list[str], float]:
    groups, log = chart.of(Bars), chart.axes.log_y
    legend, down = _legend([bars.name for bars in groups] if len(groups) > 1 else [])
    labels = list(dict.fromkeys(label for bars in groups for label in bars.labels))
    scale = fit_bars([chart], log=log)
    left = min(LEFT + max((7.5 * len(label) for label in labels), default=0) - 30, WIDTH / 2)
    room, rows = WIDTH - left - 70, max(len(labels) * len(groups), 1)
    height = min(max((HEIGHT - TOP - BOTTOM) / rows, LOWEST), 34)
    floor = max(TOP + rows * height, FLOOR)
    zero = left if log else left + (scale.place(0.0) or 0.0) * room
    body = [_text((LEFT + WIDTH - RIGHT) / 2, floor + 40, bars_title(chart.axes), "middle")]
    body += _ticks_below(scale, left, room, floor) if log else []
    for reference in chart.of(Reference):
        if (place := scale.place(reference.value)) is not None:
            x = left + place * room
            body.append(f'<path d="M{x:.1f} {TOP}V{floor}" stroke="#666666" {DASHED}/>')
            body.append(_text(x + 4, floor - 4, _name(reference), size=11, fill="#444444"))
    for row, label in enumerate(labels):
        top = TOP + row * len(groups) * height
        body.append(_text(left - 8, top + len(groups) * height / 2 + 4, label, "end"))
        for index, bars in enumerate(groups):
            if label not in bars.labels:
                continue
            value = bars.values[bars.labels.index(label)]
            place, y = scale.place(value), top + index * height
            end = zero if place is None else left + min(max(place, 0), 1) * room
            if place is None:
                body.append(_text(zero, y + height / 2 + 4, _lost_bar(value), "middle", 13))
            elif log:
                body.append(_marker(index, end, y + height / 2))
            elif value:
                size = max(abs(end - zero), 0.5)
                body.append(_rect(min(zero, end), y + 2, size, height - 4, _colour(index)))
            text = _text(max(zero, end) + 8, y + height / 2 + 4, short(value), size=11)
            body.append(text)
    title = chart.axes.title or (groups[0].name if len(groups) == 1 else "")
    size = floor + BOTTOM + down
    return [*_heading(title), *legend, *_moved(body, down)], size


def _lost_bar(value: float) -> str:
    return TOO_LEFT if is_number(value) else NO_NUMBER


def _ticks_below(scale: Scale, left: float, room: float, floor: float) -> Iterator[str]:
    yield f'<path d="M{left:.1f} {floor}h{room:.1f}" stroke="#000000" fill="none"/>'
    for tick in scale.ticks(9):
        if (place := scale.place(tick.value)) is not None:
            x = left + place * room
            yield f'<path d="M{x:.1f} {floor}v5" stroke="#000000"/>'
            yield _text(x, floor + 18, tick.label, "middle", 11)


def _heatmap(chart: Chart, matrix: Heatmap) -> tuple[list[str], float]:
    axes = titles(matrix, chart.axes)
    values = [list(row) for row in matrix.values]
    body = _heading(axes.title)
    if not values or not values[0]:
        return body, HEIGHT
    heat = Heat.of(values)
    left = min(max([LEFT, *(6.5 * len(name) + 12 for name in matrix.rows)]), WIDTH / 3)
    width = (WIDTH - left - RIGHT) / len(values[0])
    height = (HEIGHT - TOP - BOTTOM) / len(values)
    if matrix.rows:
        height = max(height, 12.0)
    floor = TOP + height * len(values)
    for y, row in enumerate(values):
        top = TOP + y * height
        if y < len(matrix.rows):
            body.append(_text(left - 6, top + height / 2 + 4, matrix.rows[y], "end", 11))
        for x, value in enumerate(row):
            place = heat(value)
            start = left + x * width
            body.append(_rect(start, top, width + 0.3, height + 0.3, _heat_colour(place)))
            if width >= 34 and height >= 14:
                ink = "#ffffff" if place is not None and abs(place) > 0.55 else "#000000"
                centre = start + width / 2, top + height / 2 + 4
                body.append(_text(*centre, short(value, 3), "middle", 11, ink))
    for x, name in enumerate(matrix.columns):
        centre_x = left + (x + 0.5) * width
        if width >= 7 * len(name):
            body.append(_text(centre_x, floor + 16, name, "middle", 11))
        else:
            turned = f'transform="rotate(-30 {centre_x:.1f} {floor + 12:.1f})"'
            body.append(_text(centre_x, floor + 12, name, "end", 9, extra=turned))
    body.append(_text((LEFT + WIDTH - RIGHT) / 2, floor + 40, axes.y, "middle"))
    return body, floor + BOTTOM


def _heading(title: str) -> list[str]:
    return [_text(LEFT, 22, title, size=15, weight="bold")]


def _titles(axes: Axes) -> Iterator[str]:
    across = (TOP + FLOOR) / 2
    turned = f'transform="rotate(-90 18 {across:g})"'
    middle = (LEFT + WIDTH - RIGHT) / 2
    yield _text(middle, HEIGHT - 12, scale_title(axes.x, axes.log_x), "middle")
    yield _text(18, across, scale_title(axes.y, axes.log_y), "middle", extra=turned)


def _axes(plane: _Plane) -> Iterator[str]:
    for tick in plane.y_scale.ticks(7):
        if (y := plane.y(tick.value)) is not None:
            yield f'<path d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}" stroke="#e4e4e4"/>'
            yield _text(LEFT - 7, y + 4, tick.label, "end", 11)
    for tick in plane.x_scale.ticks(9):
        if (x := plane.x(tick.value)) is not None:
            yield f'<path d="M{x:.1f} {FLOOR}v5" stroke="#000000"/>'
            yield _text(x, FLOOR + 18, tick.label, "middle", 11)
    yield f'<path d="M{LEFT} {TOP}V{FLOOR}H{WIDTH - RIGHT}" stroke="#000000" fill="none"/>'


def _legend(names: Sequence[str], words: Sequence[str] = ()) -> tuple[list[str], float]:
    """Samples with their names, then bare words; and how much further down the plot begins."""
    x, y, parts = LEFT, 42.0, []
    for index, name in enumerate([*names, *words]):
        width = 46 + 7 * len(name)
        if x > LEFT and x + width > WIDTH:
            x, y = LEFT, y + 16
        if index < len(names):
            dash = DASHES[index % len(DASHES)] or "none"
            parts += [
                f'<path d="M{x:.1f} {y:g}h26" stroke="{_colour(index)}" stroke-width="1.8" '
                f'stroke-dasharray="{dash}"/>',
                _marker(index, x + 13, y),
            ]
        parts.append(_text(x + (31 if index < len(names) else 0), y + 4, name, size=12))
        x += width
    return parts, max(y - 58.0, 0.0)


def _marker(index: int, x: float, y: float) -> str:
    shapes = (
        "a3.2 3.2 0 1 0 6.4 0a3.2 3.2 0 1 0-6.4 0",
        "l3.8-7 3.8 7z",
        "v-6h6v6z",
        "l4-4 4 4-4 4z",
    )
    starts = ((-3.2, 0.0), (-3.8, 3.5), (-3.0, 3.0), (-4.0, 0.0))
    dx, dy = starts[index % len(starts)]
    hollow = index // len(shapes) % 2
    return (
        f'<path d="M{x + dx:.1f} {y + dy:.1f}{shapes[index % len(shapes)]}" '
        f'fill="{"#ffffff" if hollow else _colour(index)}" stroke="{_colour(index)}"/>'
    )


def _rect(
    x: float, y: float, width: float, height: float, fill: str, *, opacity: float = 1.0
) -> str:
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(width, 0):.1f}" height="{max(height, 0):.1f}" '
        f'fill="{fill}" fill-opacity="{opacity:g}"/>'
    )


def _text(
    x: float,
    y: float,
    text: str,
    anchor: str = "start",
    size: float = 13,
    fill: str = "#000000",
    *,
    weight: str = "normal",
    extra: str = "",
) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size:g}" '
        f'font-weight="{weight}" fill="{fill}" {extra}>{escape(text)}</text>'
    )


def _colour(index: int) -> str:
    return COLOURS[index % len(COLOURS)]


def _heat_colour(place: float | None) -> str:
    if place is None:
        return "#bbbbbb"
    far = DARK if place >= 0 else NEGATIVE
    mixed = (round(p + (f - p) * abs(place)) for p, f in zip(PALE, far, strict=True))
    return "#" + "".join(f"{channel:02x}" for channel in mixed)
