"""A chart as SVG: black on white, lines told apart by colour, dash and marker."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

from quizapp.demo.chart import Chart
from quizapp.demo.events import Bars, Heatmap, Histogram, Points, Reference, Scatter
from quizapp.plot.draw import split
from quizapp.plot.format import short
from quizapp.plot.heat import Heat, mix
from quizapp.plot.lines import fit_scales
from quizapp.plot.scale import Scale, fit, is_number

WIDTH, HEIGHT = 720.0, 440.0
LEFT, RIGHT, TOP, BOTTOM = 78.0, 24.0, 74.0, 52.0
"""Margins around the plot: y ticks, nothing, title and legend, x ticks and title."""
FLOOR = HEIGHT - BOTTOM

COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000")
"""Okabe and Ito (2008): told apart with every kind of colour vision."""

DASHES = ("", "7 3", "2 3", "10 3 2 3")
FONT = "Arial, Helvetica, 'DejaVu Sans', 'Liberation Sans', 'Noto Sans', sans-serif"
DARK, PALE = (0, 68, 122), (242, 245, 249)
NEGATIVE = (178, 84, 0)


def to_svg(chart: Chart, about: str = "") -> str:
    """Return the figure; `about` says in small print how it was made."""
    parts = split(chart)
    height = HEIGHT * len(parts) + 22
    body = []
    for index, part in enumerate(parts):
        body.append(f'<g transform="translate(0 {HEIGHT * index:g})">')
        match part.marks:
            case [Heatmap() as matrix, *_]:
                body += _heatmap(part, matrix)
            case [Bars(), *_]:
                body += _bars(part)
            case _:
                body += _lines(part)
        body.append("</g>")
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


def _lines(chart: Chart) -> Iterator[str]:
    plane = _Plane(*fit_scales(chart, [chart]))
    histograms, series = chart.of(Histogram), chart.series
    yield from _titles(chart)
    yield from _axes(plane)
    yield from _legend([data.name for data in (*histograms, *series)])
    for index, histogram in enumerate(histograms):
        yield from _histogram(histogram, index, plane)
    for index, one in enumerate(series, len(histograms)):
        yield from (_line if isinstance(one, Points) else _scatter)(one, index, plane)
    for reference in chart.of(Reference):
        yield from _reference(reference, plane)


def _histogram(histogram: Histogram, index: int, plane: _Plane) -> Iterator[str]:
    edges = histogram.edges
    for count, low, high in zip(histogram.counts, edges, edges[1:], strict=False):
        x0, x1, y = plane.x(low), plane.x(high), plane.y(count)
        if x0 is not None and x1 is not None and y is not None:
            yield _rect(x0, y, x1 - x0, FLOOR - y, _colour(index), opacity=0.6)
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
    lost = False
    for (x, _), value in zip(points, line.y, strict=True):
        if not is_number(value) and not lost and x is not None:
            y = FLOOR - 4 if value < 0 else TOP + 10
            yield _text(x, y, "×", "middle", 16, _colour(index))
        lost = not is_number(value)
    yield from _markers(points[:: 1 if len(points) <= 30 else math.ceil(len(points) / 8)], index)


def _scatter(scatter: Points | Scatter, index: int, plane: _Plane) -> Iterator[str]:
    points = [(plane.x(x), plane.y(y)) for x, y in zip(scatter.x, scatter.y, strict=True)]
    yield from _markers(points, index)


def _markers(points: Sequence[tuple[float | None, float | None]], index: int) -> Iterator[str]:
    for x, y in points:
        if x is not None and y is not None:
            yield _marker(index, x, y)


def _reference(line: Reference, plane: _Plane) -> Iterator[str]:
    place = plane.x(line.value) if line.axis == "x" else plane.y(line.value)
    if place is None:
        return
    name = f"{line.name} {short(line.value, 3)}"
    if line.axis == "x":
        path = f"M{place:.1f} {TOP}V{FLOOR}"
        label = _text(place + 4, TOP + 12, name, size=11, fill="#444444")
    else:
        path = f"M{LEFT} {place:.1f}H{WIDTH - RIGHT}"
        label = _text(WIDTH - RIGHT - 4, place - 4, name, "end", 11, fill="#444444")
    yield f'<path d="{path}" stroke="#666666" stroke-dasharray="4 4" fill="none"/>'
    yield label


def _bars(chart: Chart) -> Iterator[str]:
    yield from _titles(chart, upright=False)
    groups = chart.of(Bars)
    yield from _legend([bars.name for bars in groups])
    labels = list(dict.fromkeys(label for bars in groups for label in bars.labels))
    values = [v for bars in groups for v in bars.values]
    log = chart.axes.log_y
    least = min((v for v in values if v > 0 and is_number(v)), default=1.0) / 3
    scale = fit(values, log=log, include=[least if log else 0.0])
    left = min(LEFT + max((7.5 * len(label) for label in labels), default=0) - 30, WIDTH / 2)
    room, rows = WIDTH - left - 70, max(len(labels) * len(groups), 1)
    height = min((HEIGHT - TOP - BOTTOM) / rows, 34)
    zero = left + (0.0 if log else scale.place(0.0) or 0.0) * room
    for row, label in enumerate(labels):
        top = TOP + row * len(groups) * height
        middle = top + len(groups) * height / 2
        yield _text(left - 8, middle + 4, label, "end")
        for index, bars in enumerate(groups):
            if label not in bars.labels:
                continue
            value = bars.values[bars.labels.index(label)]
            place, y = scale.place(value), top + index * height
            end = zero if place is None else left + min(max(place, 0), 1) * room
            yield _rect(min(zero, end), y + 2, abs(end - zero), height - 4, _colour(index))
            yield _text(max(zero, end) + 5, y + height / 2 + 4, short(value), size=11)


def _heatmap(chart: Chart, matrix: Heatmap) -> Iterator[str]:
    yield from _titles(chart, name=matrix.name)
    values = [list(row) for row in matrix.values]
    if not values or not values[0]:
        return
    heat = Heat.of(values)
    width = (WIDTH - LEFT - RIGHT) / len(values[0])
    height = (HEIGHT - TOP - BOTTOM) / len(values)
    for y, row in enumerate(values):
        top = TOP + y * height
        if y < len(matrix.rows) and height >= 10:
            yield _text(LEFT - 6, top + height / 2 + 4, matrix.rows[y], "end", 11)
        for x, value in enumerate(row):
            place = heat(value)
            left = LEFT + x * width
            yield _rect(left, top, width + 0.3, height + 0.3, _heat_colour(place))
            if width >= 34 and height >= 14:
                ink = "#ffffff" if place is not None and abs(place) > 0.55 else "#000000"
                yield _text(
                    left + width / 2, top + height / 2 + 4, short(value, 3), "middle", 11, ink
                )
    for x, name in enumerate(matrix.columns):
        if width >= 7 * len(name):
            yield _text(LEFT + (x + 0.5) * width, FLOOR + 16, name, "middle", 11)


def _titles(chart: Chart, *, upright: bool = True, name: str = "") -> Iterator[str]:
    axes, bars = chart.axes, chart.of(Bars)
    title = axes.title or name or (bars[0].name if len(bars) == 1 else "")
    yield _text(LEFT, 22, title, size=15, weight="bold")
    middle = (LEFT + WIDTH - RIGHT) / 2
    yield _text(middle, HEIGHT - 12, axes.x if upright else axes.y, "middle")
    if upright:
        across = (TOP + FLOOR) / 2
        turned = f'transform="rotate(-90 18 {across:g})"'
        yield _text(18, across, axes.y, "middle", extra=turned)


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


def _legend(names: Sequence[str]) -> Iterator[str]:
    x, y = LEFT, 42.0
    for index, name in enumerate(names):
        width = 46 + 7 * len(name)
        if x > LEFT and x + width > WIDTH:
            x, y = LEFT, y + 16
        dash = DASHES[index % len(DASHES)] or "none"
        yield (
            f'<path d="M{x:.1f} {y:g}h26" stroke="{_colour(index)}" stroke-width="1.8" '
            f'stroke-dasharray="{dash}"/>'
        )
        yield _marker(index, x + 13, y)
        yield _text(x + 31, y + 4, name, size=12)
        x += width


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
    return "#{:02x}{:02x}{:02x}".format(*mix(place, PALE, DARK, NEGATIVE))
