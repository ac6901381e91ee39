"""Draw the points of a series: a line or dots, with markers that tell series apart."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from quizapp.demo.events import Axes, Points, Scatter
from quizapp.plot.canvas import SOLID, Dash, Paint
from quizapp.plot.format import short
from quizapp.plot.frame import Frame, Ink, Point
from quizapp.plot.heading import MARKERS, STROKES, Entry
from quizapp.plot.scale import is_number

MOST_MARKERS = 40
"""Markers on one scatter; its other points are dots."""

NO_NUMBER, TOO_LOW, TOO_LEFT = "×▾◂"
"""At the edge: NaN or infinity, and what a logarithmic axis has no place for."""

BEHIND = Paint("overlay")


class _Series(Ink):
    def __init__(self, series: Points | Scatter, index: int, total: int) -> None:
        super().__init__(series.name, series.x, series.y, index, total)
        self.marker = MARKERS[index % len(MARKERS)]
        self.stops = series.x

    def read(self, frame: Frame, column: int, x: float) -> str | None:
        near = min(self._pairs(), key=lambda pair: abs(pair[0] - x), default=None)
        return None if near is None else f"{self.marker} {self.name} {short(near[1])}"

    def _pairs(self) -> Iterator[Point]:
        return zip(self.xs, self.ys, strict=True)

    def _mark_lost(self, frame: Frame, paint: Paint) -> None:
        """Mark at the edge what has no place on the axes: once where numbers end."""
        canvas, lost = frame.canvas, False
        for x, y in self._pairs():
            across, up = frame.x.place(x), frame.y.place(y)
            column = 0 if across is None else round(across * frame.right) // 2
            row = round((1 - up) * frame.bottom) // 4 if up is not None else canvas.height - 1
            if not is_number(y):
                if not lost and is_number(x):
                    canvas.text(column, row if y < 0 else 0, NO_NUMBER, paint)
            elif up is None:
                canvas.text(column, row, TOO_LOW, paint)
            elif across is None and is_number(x):
                canvas.text(column, row, TOO_LEFT, paint)
            lost = not is_number(y)

    def _needs_markers(self, points: Sequence[Point], width: int) -> bool:
        """Alone there is nothing to tell it from, and many dots are the finer picture."""
        return self.total > 1 or len(points) <= width // 3


class LineInk(_Series):
    """A line through its points, broken where one is no number."""

    def legend(self) -> list[Entry]:
        """Its marker in the middle of its stroke."""
        stroke = STROKES[self.index % len(STROKES)]
        return [Entry(stroke + self.marker + stroke, self.paint.role, self.name)]

    def draw(self, frame: Frame) -> None:
        """Paint the line, then markers along it."""
        self._line(frame, self.paint, self.dash)
        points = [point for piece in self._pieces(frame) for point in piece]
        width = frame.canvas.width
        if not points or not self._needs_markers(points, width):
            return
        few = len(points) <= width // 4
        period = 2 if few else max(8, width // 5)
        # Lines that run side by side have their markers at different places.
        last = -math.inf if few else points[0][0] - 2 * period * self.index / self.total
        for x, y in points:
            if abs(x - last) >= 2 * period:
                frame.canvas.text(round(x) // 2, round(y) // 4, self.marker, self.paint)
                last = x

    def draw_behind(self, frame: Frame) -> None:
        """Paint the line without a pattern."""
        self._line(frame, BEHIND, SOLID)

    def _line(self, frame: Frame, paint: Paint, dash: Dash) -> None:
        for piece in self._pieces(frame):
            frame.canvas.line([piece[0], *piece], paint, dash)
        self._mark_lost(frame, paint)

    def _pieces(self, frame: Frame) -> Iterator[list[Point]]:
        """The stretches of the line between its points without a place."""
        piece: list[Point] = []
        for x, y in self._pairs():
            if (point := frame.dot(x, y)) is not None:
                piece.append(point)
            elif piece:
                yield piece
                piece = []
        if piece:
            yield piece


class ScatterInk(_Series):
    """Points without a line."""

    def legend(self) -> list[Entry]:
        """Its marker."""
        return [Entry(self.marker, self.paint.role, self.name)]

    def draw(self, frame: Frame) -> None:
        """Paint a dot for each point and markers on some."""
        points = self._dots(frame, self.paint)
        self._mark_lost(frame, self.paint)
        if not self._needs_markers(points, frame.canvas.width):
            return
        for x, y in points[:: max(math.ceil(len(points) / MOST_MARKERS), 1)]:
            frame.canvas.text(round(x) // 2, round(y) // 4, self.marker, self.paint)

    def draw_behind(self, frame: Frame) -> None:
        """Paint the dots."""
        self._dots(frame, BEHIND)

    def _dots(self, frame: Frame, paint: Paint) -> list[Point]:
        points = [dot for x, y in self._pairs() if (dot := frame.dot(x, y)) is not None]
        for x, y in points:
            frame.canvas.dot(round(x), round(y), paint)
        return points


def lost_entries(inks: Sequence[Ink], axes: Axes) -> list[Entry]:
    """Return what the marks at the edges mean, of those that there are."""
    series = [ink for ink in inks if isinstance(ink, _Series)]
    ys = [y for ink in series for y in ink.ys]
    found = []
    if not all(map(is_number, ys)):
        found.append(Entry(NO_NUMBER, "axis", "not finite"))
    if axes.log_y and any(y <= 0 for y in ys if is_number(y)):
        found.append(Entry(TOO_LOW, "axis", "0 or less"))
    if axes.log_x and any(x <= 0 for ink in series for x in ink.xs if is_number(x)):
        found.append(Entry(TOO_LEFT, "axis", "x of 0 or less"))
    return found
