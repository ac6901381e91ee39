"""Looking at the app as a person does."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

from textual import events
from textual.app import App
from textual.pilot import Pilot
from textual.worker import WorkerCancelled

from quizapp.app.core import Core
from quizapp.app.phases import OnCard
from quizapp.app.scope import Scope
from quizapp.tui.app import QuizApp, Start
from quizapp.tui.screens.study import StudyScreen


@asynccontextmanager
async def opened(
    core: Core, *, size: tuple[int, int] = (80, 24), start: Start | None = None
) -> AsyncIterator[Pilot[Any]]:
    """Run the app without a terminal."""
    async with QuizApp(core, start).run_test(size=size, notifications=True) as pilot:
        await settle(pilot)
        yield pilot


def studying(*cards: str, cram: bool = False) -> Start:
    """Start with a sitting over some cards."""
    return Start("study", Scope("some cards", frozenset(cards), cram))


async def settle(pilot: Pilot[Any]) -> None:
    """Let the app finish what it is doing."""
    await pilot.pause()


async def press(pilot: Pilot[Any], *keys: str) -> None:
    """Press keys one after another; each has done its work before the next."""
    for key in keys:
        await pilot.press(key)
        if isinstance(pilot.app, QuizApp):
            pilot.app.typing.pause()
        await settle(pilot)
    await settle(pilot)


def burst(app: App[Any], *keys: str) -> None:
    """Press keys faster than any of them is answered."""
    for key in keys:
        app.post_message(events.Key(key, " " if key == "space" else key if len(key) == 1 else None))


async def finish(pilot: Pilot[Any]) -> None:
    """Wait for runs, previews and whatever else works in the background."""
    with suppress(WorkerCancelled):  # a newer one took its place
        await pilot.app.workers.wait_for_complete()
    await settle(pilot)


def shown(pilot: Pilot[Any]) -> str:
    """Return what is on the screen, line by line."""
    strips = pilot.app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip).rstrip() for strip in strips)


def study_screen(pilot: Pilot[Any]) -> StudyScreen:
    """Return the study screen in front."""
    assert isinstance(pilot.app.screen, StudyScreen)
    return pilot.app.screen


def card_shown(pilot: Pilot[Any]) -> str | None:
    """Return the id of the card in front."""
    screen = study_screen(pilot)
    return screen.page.card.id if screen.page.display and screen.page.card else None


def hint_used(pilot: Pilot[Any]) -> bool:
    """Whether the hint of the card in front was shown."""
    phase = study_screen(pilot).studying.phase
    return isinstance(phase, OnCard) and phase.hint_used
