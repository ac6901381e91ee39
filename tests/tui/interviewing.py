"""Going through a mock interview, shared by the tests of its screen."""

from __future__ import annotations

from typing import Any

from textual.pilot import Pilot

from quizapp.app.interview import Asking, Phase, Probing, Rubric
from quizapp.tui.app import Start
from quizapp.tui.screens.interview import InterviewScreen
from tests.conftest import Clock
from tests.tui.look import press

INTERVIEW = Start("interview")


def phase_of(pilot: Pilot[Any]) -> Phase:
    """Return the phase on the page."""
    screen = pilot.app.screen
    assert isinstance(screen, InterviewScreen)
    return screen.phase


def asked(pilot: Pilot[Any]) -> Asking:
    """Return the question on the page."""
    phase = phase_of(pilot)
    assert isinstance(phase, Asking)
    return phase


def rubric_or_probe(pilot: Pilot[Any]) -> Rubric | Probing:
    """Return what follows an answer."""
    phase = phase_of(pilot)
    assert isinstance(phase, Rubric | Probing)
    return phase


async def answer_all(
    pilot: Pilot[Any], clock: Clock, seconds: tuple[float, float] = (30, 30)
) -> None:
    """Answer both questions, in so many seconds: alpha in full, beta with nothing."""
    for spent in seconds:
        clock.forward(seconds=spent)
        topic = asked(pilot).question.topic
        await press(pilot, "escape", "space")
        if topic == "alpha":
            await press(pilot, "x", "x", "tab", "x")
        await press(pilot, "space")
