"""The keys of a mock interview; each phase offers those that it allows."""

from __future__ import annotations

from textual.binding import Binding, BindingType

from quizapp.tui.screens.code_round import ROUND_KEYS
from quizapp.tui.screens.opinion_screen import opinion_keys

INTERVIEW_KEYS: list[BindingType] = [
    Binding("space", "go_on", "Go on", id="interview.go-on"),
    Binding("enter", "enter", "Go on", show=False, id="interview.go-on-enter"),
    Binding(
        "r",
        "resume",
        "Resume",
        tooltip="Go on with the interview that was left",
        id="interview.resume",
    ),
    Binding(
        "ctrl+d",
        "done",
        "Done",
        priority=True,
        tooltip="End the answer that is typed",
        id="interview.done",
    ),
    Binding("t", "type", "Type", tooltip="Type the answer", id="interview.type"),
    *opinion_keys("interview"),
    Binding(
        "v,ctrl+n",
        "chart",
        "Next chart",
        tooltip="Show the next chart of the question; Ctrl+N works in the box, too",
        id="interview.chart",
    ),
    *ROUND_KEYS,
    Binding(
        "w",
        "write",
        "Save report",
        tooltip="Write the report as Markdown and HTML",
        id="interview.write",
    ),
    Binding(
        "u",
        "undo",
        "Undo",
        tooltip="Take back that missed questions come back",
        id="interview.undo",
    ),
    Binding("a", "again", "New interview", id="interview.again"),
    Binding(
        "o",
        "earlier",
        "Earlier ones",
        tooltip="Open and compare finished interviews",
        id="interview.earlier",
    ),
    Binding("pagedown,j", "scroll(1)", "Scroll down", show=False, id="interview.down"),
    Binding("pageup,k", "scroll(-1)", "Scroll up", show=False, id="interview.up"),
    Binding("escape", "back", "Back", show=False, id="interview.back"),
]
"""Bindings of the screen; the box, the editor and the rubric have more of their own."""
