"""Fewer points for the same picture."""

from __future__ import annotations

import math
from dataclasses import replace

from quizapp.demo.chart import Chart
from quizapp.demo.events import Points
from quizapp.plot.scale import is_number


def thin_chart(chart: Chart, most: int) -> Chart:
    """Return the chart with at most `most` points in each line; scatters stay whole."""
    marks = (thin(mark, most) if isinstance(mark, Points) else mark for mark in chart.marks)
    return replace(chart, marks=tuple(marks))


def thin(line: Points, most: int) -> Points:
    """Return a line with at most `most` points, its extremes and its gaps among them.

    The points are cut into runs of equal length; of each the lowest, the highest and the first
    that is not a number are kept, in their order.
    """
    count = len(line.x)
    if count <= most:
        return line
    runs = max(most // 3, 1)
    kept: list[int] = []
    for run in range(runs):
        start, end = run * count // runs, (run + 1) * count // runs
        kept += sorted(_extremes(line.y, start, end))
    return replace(line, x=tuple(line.x[i] for i in kept), y=tuple(line.y[i] for i in kept))


def _extremes(ys: tuple[float, ...], start: int, end: int) -> set[int]:
    part = ys[start:end]
    if math.isfinite(sum(part)) and is_number(low := min(part)) and is_number(high := max(part)):
        return {start + part.index(low), start + part.index(high)}
    numbers = [i for i in range(start, end) if is_number(ys[i])]
    others = [i for i in range(start, end) if not is_number(ys[i])]
    ends = (min, max) if numbers else ()
    return {*others[:1], *(end(numbers, key=ys.__getitem__) for end in ends)}
