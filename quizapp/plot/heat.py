"""Draw a matrix: cells with their values where these fit, half blocks else."""

from __future__ import annotations

import math
from dataclasses import dataclass

from quizapp.demo.events import Axes, Heatmap
from quizapp.plot.canvas import Paint, Picture, Row, Span
from quizapp.plot.format import short
from quizapp.plot.heading import heading
from quizapp.plot.scale import Scale, fit, is_number

WIDEST = 12
"""Columns of a cell at most: a small matrix need not fill the screen."""

AROUND_MATRIX = 4
"""Rows of the title, of what the sides are, of the names of the columns and of the scale."""


@dataclass(frozen=True)
class Heat:
    """Where values lie between the smallest and the largest of a matrix."""

    scale: Scale

    @classmethod
    def of(cls, values: list[list[float]]) -> Heat:
        """The range of the values; if it goes through zero, zero is its middle."""
        scale = fit(v for row in values for v in row)
        if scale.low < 0 < scale.high:
            far = max(-scale.low, scale.high)
            scale = Scale(-far, far)
        return cls(scale)

    @property
    def signed(self) -> bool:
        """Whether zero lies inside the range."""
        return self.scale.low < 0 < self.scale.high

    def __call__(self, value: float) -> float | None:
        """Return 0 to 1, of a signed range -1 to 1; None for what is no number."""
        place = self.scale.place(value)
        return place if place is None or not self.signed else 2 * place - 1


def draw_heat(matrix: Heatmap, axes: Axes, width: int, height: int) -> Picture:
    """Return the matrix in `width` columns and `height` rows."""
    head = list(heading(titles(matrix, axes), [], width, most=2))
    values = [list(row) for row in matrix.values]
    if not values or not values[0]:
        return tuple(head)
    heat = Heat.of(values)
    left = min(max((len(r) for r in matrix.rows), default=0), width // 4)
    left += 1 if left else 0
    space = max(height - len(head) - 1 - bool(matrix.columns), 1)
    room = max(width - left, 1)
    labelled = _fits(matrix, values, space, room)
    if labelled:
        cell = min(room // len(values[0]), WIDEST)
        body = _cells(matrix, values, heat, left, cell, min(space // len(values), 3))
    else:
        cell = max(min(room // len(values[0]), 4), 1)
        body = _half_blocks(matrix, _shrink(values, 2 * space, room // cell), heat, left, cell)
    if matrix.columns and cell > 1:
        names = "".join(_short_name(c, cell) for c in matrix.columns)
        head.append((Span(" " * left + names[:room], Paint("axis")),))
    return (*head, *body, _legend(heat, left, matrix.name if axes.title else "", width))


def titles(matrix: Heatmap, axes: Axes) -> Axes:
    """Return what stands above the matrix: its title, then what its rows and its columns are."""
    rows = axes.y and f"rows: {axes.y}"
    columns = axes.x and f"columns: {axes.x}"
    sides = ", ".join(filter(None, (rows, columns)))
    return Axes(title=axes.title or matrix.name, y=sides)


def _fits(matrix: Heatmap, values: list[list[float]], rows: int, columns: int) -> bool:
    widest = max(len(text) for row in _texts(values) for text in row)
    return len(values) <= rows and (widest + 2) * len(values[0]) <= columns


def _cells(
    matrix: Heatmap, values: list[list[float]], heat: Heat, left: int, width: int, height: int
) -> list[Row]:
    rows = []
    for index, (row, texts) in enumerate(zip(values, _texts(values), strict=True)):
        for line in range(height):
            middle = line == (height - 1) // 2
            spans = [Span(_row_name(matrix, index, left) if middle else " " * left, Paint("axis"))]
            spans += [
                Span((text if middle else "").center(width), Paint("cell", heat(v)))
                for v, text in zip(row, texts, strict=True)
            ]
            rows.append(tuple(spans))
    return rows


def _texts(values: list[list[float]]) -> list[list[str]]:
    """The values as text, all with as many decimals as suit the largest."""
    largest = max((abs(v) for row in values for v in row if is_number(v)), default=0.0)
    if all(v == int(v) for row in values for v in row if is_number(v)) and largest < 1e5:
        return [[f"{v:.0f}" for v in row] for row in values]
    if 0.05 <= largest < 1000:
        decimals = 2 if largest < 100 else 1
        return [[f"{v:.{decimals}f}" for v in row] for row in values]
    return [[short(v, 2) for v in row] for row in values]


def _half_blocks(
    matrix: Heatmap, values: list[list[float]], heat: Heat, left: int, width: int
) -> list[Row]:
    rows = []
    for index in range(0, len(values), 2):
        upper = values[index]
        lower = values[index + 1] if index + 1 < len(values) else [math.nan] * len(upper)
        named = len(values) == len(matrix.rows)
        spans = [Span(_row_name(matrix, index, left) if named else " " * left, Paint("axis"))]
        spans += [
            Span("▀" * width, Paint("block", heat(a), heat(b)))
            for a, b in zip(upper, lower, strict=True)
        ]
        rows.append(tuple(spans))
    return rows


def _shrink(values: list[list[float]], rows: int, columns: int) -> list[list[float]]:
    """Average neighbouring values until the matrix fits."""
    across, down = -(-len(values[0]) // max(columns, 1)), -(-len(values) // max(rows, 1))
    if across == down == 1:
        return values
    return [
        [
            _mean([v for row in values[y : y + down] for v in row[x : x + across]])
            for x in range(0, len(values[0]), across)
        ]
        for y in range(0, len(values), down)
    ]


def _mean(values: list[float]) -> float:
    finite = [v for v in values if is_number(v)]
    return sum(finite) / len(finite) if finite else math.nan


def _row_name(matrix: Heatmap, index: int, left: int) -> str:
    name = matrix.rows[index] if index < len(matrix.rows) else ""
    return _cut(name, left - 1).rjust(left - 1) + " " if left else ""


def _short_name(name: str, width: int) -> str:
    return _cut(name, width - 1).center(width)


def _cut(name: str, width: int) -> str:
    return name if len(name) <= width else name[: max(width - 1, 0)] + "…"


def _legend(heat: Heat, left: int, title: str, width: int) -> Row:
    steps = 12
    values = [heat.scale.value((i + 0.5) / steps) for i in range(steps)]
    scale = [Span(" ", Paint("cell", heat(value))) for value in values]
    words = f" {short(heat.scale.high, 3)}  {title}"
    low = " " * left + short(heat.scale.low, 3) + " "
    return (
        Span(low, Paint("axis")),
        *scale,
        Span(words[: max(width - len(low) - steps, 0)], Paint("axis")),
    )
