"""Giving the terminal to the user's editor, and showing the decks as they are afterwards."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from textual.app import SuspendNotSupported
from textual.screen import Screen

from quizapp.errors import EnvironmentProblem, QuizError


async def edit_outside(screen: Screen[Any], edit: Callable[[], None]) -> None:
    """Let `edit` have the terminal; whatever becomes of it, the app comes back.

    Raises:
        QuizError: what `edit` raises, or the app is shown where it cannot make room.
    """
    failed: QuizError | None = None
    try:
        with screen.app.suspend():
            # Textual resumes only where the block ends without an error.
            try:
                edit()
            except QuizError as error:
                failed = error
    except SuspendNotSupported as error:
        raise EnvironmentProblem(
            "No terminal for an editor",
            "The app has no terminal here that an editor could use.",
            "Edit the file in another window: the app reads it again by itself.",
        ) from error
    screen.app.refresh()
    await screen.app.run_action("app.take_in_decks")
    if failed is not None:
        raise failed
