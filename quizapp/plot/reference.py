"""Draw a reference: a straight line across the frame with its name beside it."""

from __future__ import annotations

from quizapp.demo.events import Reference
from quizapp.plot.canvas import Dash, Paint
from quizapp.plot.format import short
from quizapp.plot.frame import Frame

PAINT = Paint("reference")


def draw_reference(frame: Frame, reference: Reference) -> None:
    """Draw the line."""
    if (at := _dot(frame, reference)) is None:
        return
    if reference.axis == "x":
        frame.canvas.line([(at, 0), (at, frame.bottom)], PAINT, Dash(1, 1))
    else:
        frame.canvas.line([(0, at), (frame.right, at)], PAINT, Dash(2, 2))


def name_reference(frame: Frame, reference: Reference) -> None:
    """Write the line's name beside it, where it covers least."""
    if (at := _dot(frame, reference)) is None:
        return
    canvas = frame.canvas
    name = f" {reference.name} {short(reference.value, 3)} "
    if len(name) > canvas.width // 2:
        name = f" {reference.name[: max(canvas.width // 2 - 3, 1)]} "
    if reference.axis == "x":
        column = round(at) // 2
        x = column + 1 if column + 1 + len(name) <= canvas.width else column - len(name)
        free = [y for y in range(canvas.height) if canvas.is_free(x, y, len(name))]
        canvas.text(x, (free or [0])[0], name[1:], PAINT)
        return
    row = round(at) // 4
    beside = [row - 1, row + 1] if row else [row + 1, row - 1]
    columns = [canvas.width - len(name), 1, canvas.width // 2 - len(name) // 2]
    free_places = [(x, y) for y in beside for x in columns if canvas.is_free(x, y, len(name))]
    x, y = (free_places or [(columns[0], row)])[0]
    canvas.text(x, y, name, PAINT)


def _dot(frame: Frame, reference: Reference) -> float | None:
    """Return where the line crosses its axis, in dots; None if it has no place there."""
    if reference.axis == "x":
        place = frame.x.place(reference.value)
        return None if place is None else place * frame.right
    place = frame.y.place(reference.value)
    return None if place is None else (1 - place) * frame.bottom
