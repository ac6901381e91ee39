"""The axis below a plot."""

from __future__ import annotations

from collections.abc import Sequence

from quizapp.plot.canvas import Paint, Row, Span
from quizapp.plot.format import cut_front
from quizapp.plot.scale import Scale

AXIS = Paint("axis")


def x_axis(
    scale: Scale,
    width: int,
    gutter: int,
    title: str = "",
    levels: Sequence[float] = (),
    *,
    below: bool = False,
) -> tuple[Row, ...]:
    """Return the rule with its ticks and the row of labels, both behind `gutter` columns.

    The title stands at the end of the labels, or `below` them. Each of `levels` is marked on the
    rule.
    """
    title = cut_front(title, max(width if below else width - 12, 0))
    beside = "" if below else title
    room = width - len(beside) - 1 if beside else width
    ticks = scale.ticks(max(2, min(width // 9, 9)))
    rule, labels, end = ["─"] * width, "", -1
    for tick in ticks:
        column = round((scale.place(tick.value) or 0) * (2 * width - 1)) // 2
        rule[column] = "┬"
        start = min(max(column - len(tick.label) // 2, 0), width - len(tick.label))
        if start > end and start + len(tick.label) <= room:
            labels = labels.ljust(start) + tick.label
            end = start + len(tick.label)
    marked = {round(place * (width - 1)) for v in levels if (place := scale.place(v)) is not None}
    spans = [
        Span("▲" if column in marked else mark, Paint("level") if column in marked else AXIS)
        for column, mark in enumerate(rule)
    ]
    under = " " * gutter + labels.ljust(width - len(beside))
    rows: tuple[Row, ...] = (
        (Span(" " * (gutter - 1) + "└", AXIS), *spans),
        (Span(under, AXIS), Span(beside, Paint("title"))),
    )
    return (*rows, (Span(title.rjust(gutter + width), Paint("title")),)) if below else rows
