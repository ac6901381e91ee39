"""An answer with the words marked that speak of a point."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from quizapp.study.reading import Found, Reading


def marked(answer: str, readings: Sequence[Reading]) -> Content:
    """Return an answer with the words marked that speak of a point; weak ones stay plain."""
    shown = Content(answer)
    for reading in readings:
        if reading.found not in (Found.NOTHING, Found.CLOSE):
            style = "$warning underline" if reading.found is Found.CONTRADICTS else "underline"
            shown = shown.stylize(style, reading.start, reading.end)
    return shown
