"""What a question shows of the run behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from quizapp.demo import events
from quizapp.demo.chart import Chart

ONE = "this run"
"""What the only curve of a question is called: its own name may give away the answer."""


def only(charts: Sequence[Chart], names: Sequence[str]) -> tuple[Chart, ...]:
    """Return the marks of these names; a line that is alone is not named, which would tell.

    So would a reference that the question does not name: "patience is over" answers which
    checkpoint to keep.
    """
    references = {mark.name for chart in charts for mark in chart.of(events.Reference)}
    alone = len({*names} - references) == 1
    found = []
    for chart in charts:
        marks = tuple(mark for mark in chart.marks if mark.name in names)
        if alone:
            marks = tuple(
                replace(m, name=ONE) if isinstance(m, events.Points) else m for m in marks
            )
        if any(isinstance(mark, events.Data) for mark in marks):
            found.append(replace(chart, marks=marks))
    return tuple(found)
