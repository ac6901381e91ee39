"""Drawn charts in the colours of a plain terminal."""

from __future__ import annotations

from rich.color import Color
from rich.style import Style
from rich.text import Text

from quizapp.plot.canvas import Paint, Picture
from quizapp.plot.heat import mix

STYLES = {
    "title": "dim",
    "title-strong": "bold",
    "axis": "dim",
    "reference": "italic dim",
    "level": "red",
    "overlay": "bright_black",
    "series-0": "cyan",
    "series-1": "yellow",
    "series-2": "green",
    "series-3": "magenta",
    "series-4": "blue",
}
"""Rich styles by role; a role that is not here is plain text."""

_DARK = (24, 24, 24)
_HIGH = (0, 175, 215)
_NEGATIVE = (215, 135, 0)


def as_text(picture: Picture) -> list[Text]:
    """Return one text per row."""
    return [Text.assemble(*((span.text, _style(span.paint)) for span in row)) for row in picture]


def _style(paint: Paint) -> Style | str:
    if paint.role == "block":
        return Style(color=_heat(paint.heat), bgcolor=_heat(paint.below))
    if paint.role == "cell":
        light = abs(paint.heat or 0.0) > 0.5
        return Style(color="black" if light else "white", bgcolor=_heat(paint.heat))
    return STYLES.get(paint.role, "")


def _heat(place: float | None) -> Color | None:
    if place is None:
        return None
    return Color.from_rgb(*mix(place, _DARK, _HIGH, _NEGATIVE))
