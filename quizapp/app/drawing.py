"""Charts drawn as rows of text with roles, which each front end colours in its own way."""

from __future__ import annotations

from quizapp.lab.plot.canvas import Paint, Picture

__all__ = ["Paint", "Picture"]
