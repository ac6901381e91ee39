"""Charts of a run: built by adding events and nothing else."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field, replace
from typing import TypeVar

from quizapp.demo.events import Axes, Data, Mark, Points, Scatter

M = TypeVar("M")


@dataclass(frozen=True)
class Chart:
    """One plot: the marks under one chart id, in the order they first appeared."""

    id: str = ""
    axes: Axes = field(default_factory=Axes)
    marks: tuple[Mark, ...] = ()

    def add(self, event: Axes | Mark) -> Chart:
        """Return the chart after one more event of it.

        Points go to the end of those of the same name; any other mark replaces its earlier one.
        """
        if isinstance(event, Axes):
            return replace(self, axes=event)
        for index, old in enumerate(self.marks):
            if old.name == event.name and type(old) is type(event):
                new = _joined(old, event) if isinstance(event, Points | Scatter) else event
                return replace(self, marks=(*self.marks[:index], new, *self.marks[index + 1 :]))
        return replace(self, marks=(*self.marks, event))

    @property
    def events(self) -> tuple[Axes | Mark, ...]:
        """The events that draw the chart again."""
        return (self.axes, *self.marks)

    def of(self, kind: type[M]) -> list[M]:
        """Return the marks of one kind."""
        return [mark for mark in self.marks if isinstance(mark, kind)]

    @property
    def series(self) -> list[Points | Scatter]:
        """The lines and scatters."""
        return [mark for mark in self.marks if isinstance(mark, Points | Scatter)]

    @property
    def data(self) -> list[Data]:
        """All marks but the references."""
        return [mark for mark in self.marks if isinstance(mark, Data)]


def add_to(charts: tuple[Chart, ...], event: Axes | Mark) -> tuple[Chart, ...]:
    """Return the charts after one more event, which may begin another."""
    for index, chart in enumerate(charts):
        if chart.id == event.chart:
            return (*charts[:index], chart.add(event), *charts[index + 1 :])
    return (*charts, Chart(event.chart, Axes(chart=event.chart)).add(event))


def _joined(old: Mark, new: Points | Scatter) -> Mark:
    """Return the points of both; each was checked when it came, `replace` would do it again."""
    assert isinstance(old, Points | Scatter)
    joined = copy.copy(new)
    object.__setattr__(joined, "x", old.x + new.x)
    object.__setattr__(joined, "y", old.y + new.y)
    return joined
