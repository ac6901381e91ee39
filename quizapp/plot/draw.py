"""Draw any chart as rows of characters: pure, so that tests read what a user sees."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from quizapp.demo.chart import Chart
from quizapp.demo.events import Bars, Heatmap, Histogram, Mark, Reference
from quizapp.plot.bars import draw_bars, rows_of_bars
from quizapp.plot.canvas import Picture, Row, Span
from quizapp.plot.heading import Overlay
from quizapp.plot.heat import AROUND_MATRIX, draw_heat
from quizapp.plot.lines import draw_lines


def draw(
    chart: Chart,
    width: int,
    height: int,
    overlays: Sequence[Overlay] = (),
    cursor: int | None = None,
) -> Picture:
    """Return the chart drawn in `width` columns and at most `height` rows.

    A chart that holds several kinds of content (lines and bars, say) is drawn in parts, one below
    the other. `cursor` is the column at which the values of lines are read.
    """
    parts = split(chart)
    share = height // len(parts)
    rows: list[Picture] = []
    for index, part in enumerate(parts):
        here = height - share * (len(parts) - 1) if index == 0 else share
        match part.marks:
            case [Heatmap() as matrix, *_]:
                rows.append(draw_heat(matrix, part.axes, width, here))
            case [Bars(), *_]:
                rows.append(draw_bars(part, width, here, overlays))
            case _:
                rows.append(draw_lines(part, width, here, overlays, cursor))
    return tuple(_crop(row, width) for picture in rows for row in picture)[:height]


def full_height(chart: Chart, width: int, height: int) -> int:
    """Return the rows, at least `height`, in which every bar and matrix row of the chart fits."""
    parts = split(chart)
    needs = [height // len(parts)]
    for part in parts:
        match part.marks:
            case [Heatmap() as matrix, *_]:
                needs.append(len(matrix.values) + AROUND_MATRIX)
            case [Bars(), *_]:
                needs.append(rows_of_bars(part, width))
    return max(height, len(parts) * max(needs))


def split(chart: Chart) -> list[Chart]:
    """Return the parts of a chart that have axes of their own, the data first; at least one."""
    references = chart.of(Reference)
    parts: list[Sequence[Mark]] = [
        [*chart.of(Histogram), *chart.series],
        chart.of(Bars),
        *([matrix] for matrix in chart.of(Heatmap)),
    ]
    return [replace(chart, marks=(*data, *references)) for data in parts if data] or [chart]


def _crop(row: Row, width: int) -> Row:
    """Cut off what a very narrow place has no room for."""
    if sum(len(span.text) for span in row) <= width:
        return row
    kept, used = [], 0
    for span in row:
        kept.append(Span(span.text[: max(width - used, 0)], span.paint))
        used += len(span.text)
    return tuple(span for span in kept if span.text)
