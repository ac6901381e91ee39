"""Draw bars: one row per label and group, the value at the bar's end."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from quizapp.demo.chart import Chart
from quizapp.demo.events import Bars, Reference
from quizapp.plot.canvas import Canvas, Paint, Picture
from quizapp.plot.format import short
from quizapp.plot.heading import Entry, Overlay, heading, series_role
from quizapp.plot.scale import Scale, fit

FILLS = "█▓▒░"
"""One fill per group, so that groups differ without colour."""

_EIGHTHS = " ▏▎▍▌▋▊▉"


@dataclass(frozen=True)
class Bar:
    """One row: a value under a label, in the group at `index`."""

    label: str
    value: float
    index: int
    earlier: tuple[float, ...] = ()
    """The same bar in the overlaid runs."""


def draw_bars(chart: Chart, width: int, height: int, overlays: Sequence[Overlay] = ()) -> Picture:
    """Return the bars of the chart in `width` columns and `height` rows."""
    groups, references = chart.of(Bars), chart.of(Reference)
    entries = []
    if len(groups) > 1:
        fills = itertools.cycle(FILLS)
        entries = [Entry(next(fills), series_role(i), b.name) for i, b in enumerate(groups)]
    entries += [Entry("┊", "reference", f"{r.name} {short(r.value, 3)}") for r in references]
    entries += [Entry("╎", "overlay", overlay.label) for overlay in overlays]
    axes = chart.axes
    if not axes.title and not axes.y and len(groups) == 1:
        axes = replace(axes, title=groups[0].name)
    head = heading(axes, entries, width, most=max(1, height // 5))
    rows = _rows(chart, overlays, max(height - len(head), 1))
    canvas = Canvas(width, max(height - len(head), 1))
    scale = _scale(chart, overlays)
    names = [bar.label for bar in rows if isinstance(bar, Bar)]
    left = min(max((len(n) for n in names), default=0), max(width * 2 // 5, 6)) + 1
    right = max((len(short(b.value)) for b in rows if isinstance(b, Bar)), default=0) + 1
    room = max(width - left - right, 1)
    for reference in references:
        place = scale.place(reference.value)
        if place is not None:
            column = left + min(round(place * room), room - 1)
            for y in range(len(rows)):
                canvas.text(column, y, "┊", Paint("reference"))
    for y, bar in enumerate(rows):
        if isinstance(bar, str):
            canvas.text(0, y, bar, Paint("axis"))
        elif bar is not None:
            _draw(canvas, y, bar, scale, left, room)
    return (*head, *canvas.rows())


def _rows(chart: Chart, overlays: Sequence[Overlay], height: int) -> list[Bar | str | None]:
    """The bars in order, spaced by empty rows where there is room, cut with a count where not."""
    labels = list(dict.fromkeys(label for bars in chart.of(Bars) for label in bars.labels))
    groups = [[*_bars_of(chart, overlays, label)] for label in labels]
    count = sum(map(len, groups))
    if count > height:
        flat: list[Bar | str | None] = [bar for group in groups for bar in group]
        return [*flat[: height - 1], f"… {count - height + 1} more"]
    spaced = count + len(groups) - 1 <= height
    rows: list[Bar | str | None] = []
    for group in groups:
        rows += [None, *group] if rows and spaced else group
    return rows


def _bars_of(chart: Chart, overlays: Sequence[Overlay], label: str) -> Iterator[Bar]:
    first = True
    for index, bars in enumerate(chart.of(Bars)):
        if label in bars.labels:
            earlier = tuple(
                value
                for overlay in overlays
                for old in overlay.chart.of(Bars)
                if old.name == bars.name
                for name, value in zip(old.labels, old.values, strict=True)
                if name == label
            )
            value = bars.values[bars.labels.index(label)]
            yield Bar(label if first else "", value, index, earlier)
            first = False


def _scale(chart: Chart, overlays: Sequence[Overlay]) -> Scale:
    charts = [chart, *(overlay.chart for overlay in overlays)]
    values = [v for c in charts for bars in c.of(Bars) for v in bars.values]
    references = [r.value for r in chart.of(Reference)]
    if not chart.axes.log_y:
        return fit(values, include=[0.0, *references])
    positive = [v for v in values if v > 0 and math.isfinite(v)]
    return fit(values, log=True, include=[min(positive, default=1.0) / 3, *references])


def _draw(canvas: Canvas, y: int, bar: Bar, scale: Scale, left: int, room: int) -> None:
    label = bar.label if len(bar.label) < left else bar.label[: left - 2] + "…"
    canvas.text(0, y, label.rjust(left - 1), Paint())
    value = Paint("title-strong")
    place = scale.place(bar.value)
    if place is None:
        canvas.text(left, y, "×" if bar.value != 0 else "", Paint(series_role(bar.index)))
        canvas.text(left + 2, y, short(bar.value), value)
        return
    zero = 0.0 if scale.log else (scale.place(0.0) or 0.0)
    start, end = sorted((zero * room, min(max(place, 0.0), 1.0) * room))
    paint = Paint(series_role(bar.index))
    text = _fill(start, end, FILLS[bar.index % len(FILLS)])
    canvas.text(left + int(start), y, text, paint)
    for earlier in bar.earlier:
        if (was := scale.place(earlier)) is not None:
            canvas.text(left + min(round(was * room), room - 1), y, "╎", Paint("overlay"))
    canvas.text(left + int(start) + len(text) + 1, y, short(bar.value), value)


def _fill(start: float, end: float, fill: str) -> str:
    """Full cells and, for the plain fill, the last one in eighths; never nothing."""
    length = end - int(start)
    whole = int(length)
    if fill != FILLS[0]:
        return fill * max(round(length), 1)
    rest = _EIGHTHS[int((length - whole) * 8)].strip()
    return fill * whole + rest or "▏"
