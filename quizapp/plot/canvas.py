"""Cells to draw a chart on: braille dots below, text above, each cell with a role for its style."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

_DOTS = ((0x01, 0x02, 0x04, 0x40), (0x08, 0x10, 0x20, 0x80))
"""Bits of the braille cell by column and row of the dot."""


@dataclass(frozen=True)
class Paint:
    """How a cell looks: a role the widget has a style for, or places on the heat scale."""

    role: str = "text"
    heat: float | None = None
    """Background on the heat scale, 0 to 1 or -1 to 1; of a half block the upper half."""
    below: float | None = None
    """The lower half of a half block."""


@dataclass(frozen=True)
class Span:
    """Neighbouring characters of one look."""

    text: str
    paint: Paint


Row = tuple[Span, ...]
Picture = tuple[Row, ...]
"""A drawn chart: rows from the top, each as wide as asked for."""


@dataclass(frozen=True)
class Dash:
    """A line's pattern in dots: this many drawn, this many left out."""

    on: int = 1
    off: int = 0

    def __call__(self, step: int) -> bool:
        """Whether the dot at this step along the line is drawn."""
        return step % (self.on + self.off) < self.on


SOLID = Dash()

BEHIND = frozenset({"overlay", "reference"})
"""Roles whose dots give way: in another colour they would pass for the line in front."""


class Canvas:
    """A rectangle of cells; dots are counted from the top left, two by four in a cell."""

    def __init__(self, width: int, height: int) -> None:
        self.width = width
        self.height = height
        self._bits: dict[tuple[int, int], int] = {}
        self._cells: dict[tuple[int, int], tuple[str, Paint]] = {}
        self._dot_paint: dict[tuple[int, int], Paint] = {}

    def dot(self, x: int, y: int, paint: Paint) -> None:
        """Set one dot; the last paint of a cell wins, dots of all but those behind stay."""
        if 0 <= x < 2 * self.width and 0 <= y < 4 * self.height:
            cell = (x // 2, y // 4)
            if self._dot_paint.get(cell, paint).role in BEHIND and paint.role not in BEHIND:
                del self._bits[cell]
            self._bits[cell] = self._bits.get(cell, 0) | _DOTS[x % 2][y % 4]
            self._dot_paint[cell] = paint

    def line(self, points: Sequence[tuple[float, float]], paint: Paint, dash: Dash = SOLID) -> None:
        """Draw a polyline through dot coordinates; its pattern runs on around corners."""
        step = 0
        for (x0, y0), (x1, y1) in pairwise(points):
            clipped = _clip(x0, y0, x1, y1, 2 * self.width - 1, 4 * self.height - 1)
            if clipped is None:
                continue
            for x, y in _walk(*(round(v) for v in clipped)):
                if dash(step):
                    self.dot(x, y, paint)
                step += 1

    def text(self, x: int, y: int, text: str, paint: Paint) -> None:
        """Write characters over whatever is there; what lies outside is cut off."""
        if 0 <= y < self.height:
            for column, character in enumerate(text, x):
                if 0 <= column < self.width:
                    self._cells[column, y] = (character, paint)

    def is_free(self, x: int, y: int, length: int) -> bool:
        """Whether these cells are inside and hold neither dots nor text."""
        cells = [(column, y) for column in range(x, x + length)]
        inside = x >= 0 and x + length <= self.width and 0 <= y < self.height
        return inside and not any(cell in self._cells or cell in self._bits for cell in cells)

    def has_text(self, x: int, y: int, length: int) -> bool:
        """Whether one of these cells holds text, or lies outside."""
        inside = x >= 0 and x + length <= self.width and 0 <= y < self.height
        return not inside or any((column, y) in self._cells for column in range(x, x + length))

    def rows(self) -> Picture:
        """Return what was drawn."""
        return tuple(tuple(self._row(y)) for y in range(self.height))

    def _row(self, y: int) -> Iterator[Span]:
        cells = [self._cell(x, y) for x in range(self.width)]
        for paint, group in groupby(cells, key=lambda cell: cell[1]):
            yield Span("".join(character for character, _ in group), paint)

    def _cell(self, x: int, y: int) -> tuple[str, Paint]:
        if (x, y) in self._cells:
            return self._cells[x, y]
        if (x, y) in self._bits:
            return chr(0x2800 + self._bits[x, y]), self._dot_paint[x, y]
        return " ", Paint()


def plain_text(picture: Picture) -> str:
    """Return a picture without its looks."""
    return "\n".join("".join(span.text for span in row).rstrip() for row in picture)


def _walk(x0: int, y0: int, x1: int, y1: int) -> Iterator[tuple[int, int]]:
    """The dots from one to the other (Bresenham 1965)."""
    dx, dy = abs(x1 - x0), -abs(y1 - y0)
    step_x, step_y = (1 if x0 < x1 else -1), (1 if y0 < y1 else -1)
    error = dx + dy
    while True:
        yield x0, y0
        if (x0, y0) == (x1, y1):
            return
        twice = 2 * error
        if twice >= dy:
            error += dy
            x0 += step_x
        if twice <= dx:
            error += dx
            y0 += step_y


def _clip(
    x0: float, y0: float, x1: float, y1: float, right: float, bottom: float
) -> tuple[float, float, float, float] | None:
    """The part of a segment inside the rectangle from the origin (Liang and Barsky 1984)."""
    if not all(map(math.isfinite, (x0, y0, x1, y1))):
        return None
    enter, leave = 0.0, 1.0
    dx, dy = x1 - x0, y1 - y0
    for p, q in ((-dx, x0), (dx, right - x0), (-dy, y0), (dy, bottom - y0)):
        if p == 0:
            if q < 0:
                return None
        elif p < 0:
            enter = max(enter, q / p)
        else:
            leave = min(leave, q / p)
    if enter > leave:
        return None
    return x0 + enter * dx, y0 + enter * dy, x0 + leave * dx, y0 + leave * dy
