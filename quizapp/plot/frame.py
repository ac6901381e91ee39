"""The frame of a chart with two axes, and what every mark in it does: reach, paint, name itself."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass

from quizapp.demo.events import Axes
from quizapp.plot.canvas import SOLID, Canvas, Dash, Paint
from quizapp.plot.heading import Entry, series_role
from quizapp.plot.scale import Scale, fit

DASHES = (SOLID, Dash(5, 3), Dash(1, 2), Dash(8, 3))
"""Patterns of the lines, in the order of the strokes that the legend shows."""

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

    def under(self, column: int) -> tuple[float, float]:
        """Return the values of x at both edges of a column."""
        width = self.canvas.width
        return self.x.value(column / width), self.x.value((column + 1) / width)


class Ink(ABC):
    """How one mark with data is drawn, as number `index` of `total` in its frame."""

    on_floor = False
    """Whether its y are heights above zero."""
    stops: Sequence[float] = ()
    """The x at which the cursor reads values."""
    levels: Sequence[float] = ()
    """What is marked on the x axis."""

    def __init__(
        self, name: str, xs: Sequence[float], ys: Sequence[float], index: int, total: int
    ) -> None:
        """Both axes must reach `xs` and `ys`."""
        self.name = name
        self.xs, self.ys = xs, ys
        self.index, self.total = index, total
        self.paint = Paint(series_role(index))
        self.dash = DASHES[index % len(DASHES)]

    @abstractmethod
    def legend(self) -> list[Entry]:
        """Return its names in the legend."""

    @abstractmethod
    def draw(self, frame: Frame) -> None:
        """Paint it."""

    @abstractmethod
    def draw_behind(self, frame: Frame) -> None:
        """Paint it dim, as part of an earlier run."""

    @abstractmethod
    def read(self, frame: Frame, column: int, x: float) -> str | None:
        """Return its name and value under a column, or at the `x` of the points nearest to it."""


def scales(
    axes: Axes, inks: Sequence[Ink], at_x: Sequence[float], at_y: Sequence[float]
) -> tuple[Scale, Scale]:
    """Return the scales of both axes, wide enough for all `inks` and for lines at these values."""
    xs = [x for ink in inks for x in ink.xs]
    if len(set(xs)) == 1:
        xs.append(2 * xs[0] if axes.log_x else xs[0] + 1)  # the line grows to the right
    x_scale = fit(xs, log=axes.log_x, include=at_x)
    ys = [y for ink in inks for y in ink.ys]
    if ys and all(ink.on_floor for ink in inks):
        floor = min((y for y in ys if y > 0), default=0.5) / 2 if axes.log_y else 0.0
        top = [] if any(ys) else [1.0]
        return x_scale, fit(ys, log=axes.log_y, include=[floor, *at_y, *top])
    return x_scale, fit(ys, log=axes.log_y, include=at_y).padded()
