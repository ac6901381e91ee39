"""Draw a reference: a straight line across the frame with its name beside it."""

from __future__ import annotations

from collections.abc import Sequence

from quizapp.demo.events import Reference
from quizapp.plot.canvas import Canvas, Dash, Paint
from quizapp.plot.format import short
from quizapp.plot.frame import Frame

PAINT = Paint("reference")


def draw_reference(frame: Frame, reference: Reference) -> None:
    """Draw the line."""
    place = (frame.x if reference.axis == "x" else frame.y).place(reference.value)
    if place is None:
        return
    if reference.axis == "x":
        across = place * frame.right
        frame.canvas.line([(across, 0), (across, frame.bottom)], PAINT, Dash(1, 1))
    else:
        down = (1 - place) * frame.bottom
        frame.canvas.line([(0, down), (frame.right, down)], PAINT, Dash(2, 2))


def name_reference(frame: Frame, reference: Reference) -> None:
    """Write the line's name beside it, where it covers least."""
    place = (frame.x if reference.axis == "x" else frame.y).place(reference.value)
    if place is None:
        return
    canvas = frame.canvas
    name = f" {reference.name} {short(reference.value, 3)} "
    if len(name) > canvas.width // 2:
        name = f" {reference.name[: max(canvas.width // 2 - 4, 1)]}… "
    if reference.axis == "x":
        across = round(place * frame.right) // 2
        x = across + 1 if across + 1 + len(name) <= canvas.width else across - len(name)
        _write(canvas, name[1:], [(x, y) for y in range(canvas.height)])
        return
    row = round((1 - place) * frame.bottom) // 4
    nearby = [row - 1, row + 1, row, row - 2, row + 2]
    columns = [canvas.width - len(name), 1, canvas.width // 2 - len(name) // 2]
    _write(canvas, name, [(x, y) for y in nearby for x in columns])


def _write(canvas: Canvas, name: str, places: Sequence[tuple[int, int]]) -> None:
    """Write at the first place that is empty, else over dots, never over text if that can be."""
    empty = [place for place in places if canvas.is_free(*place, len(name))]
    dotted = [place for place in places if not canvas.has_text(*place, len(name))]
    inside = [(x, y) for x, y in places if 0 <= y < canvas.height]
    for x, y in [*empty, *dotted, *inside][:1]:
        canvas.text(x, y, name, PAINT)
