"""Fewer points for the same picture."""

from __future__ import annotations

import math
from dataclasses import replace

from quizapp.lab.plot.scale import is_number
from quizapp.lab.state import Chart, Series


def thin_chart(chart: Chart, most: int) -> Chart:
    """Return the chart with at most `most` points in each line."""
    return replace(chart, series=tuple(thin(series, most) for series in chart.series))


def thin(series: Series, most: int) -> Series:
    """Return a line with at most `most` points, its extremes and its gaps among them.

    The points are cut into runs of equal length; of each the lowest, the highest and the first
    that is no number stay, in their order. Scatters stay whole.
    """
    count = len(series.xs)
    if series.kind != "line" or count <= most:
        return series
    runs = max(most // 3, 1)
    kept: list[int] = []
    for run in range(runs):
        start, end = run * count // runs, (run + 1) * count // runs
        kept += sorted(_telling(series.ys, start, end))
    return replace(
        series, xs=tuple(series.xs[i] for i in kept), ys=tuple(series.ys[i] for i in kept)
    )


def _telling(ys: tuple[float, ...], start: int, end: int) -> set[int]:
    part = ys[start:end]
    if math.isfinite(sum(part)):
        return {start + part.index(min(part)), start + part.index(max(part))}
    numbers = [i for i in range(start, end) if is_number(ys[i])]
    others = [i for i in range(start, end) if not is_number(ys[i])]
    told = set(others[:1])
    if numbers:
        told |= {min(numbers, key=ys.__getitem__), max(numbers, key=ys.__getitem__)}
    return told
