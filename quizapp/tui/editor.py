"""Giving the terminal to the user's editor, and showing the decks as they are afterwards."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from textual.app import SuspendNotSupported
from textual.screen import Screen

from quizapp.app.editing import open_editor
from quizapp.errors import EnvironmentProblem, QuizError

if TYPE_CHECKING:
    from quizapp.app.coding import Coding
    from quizapp.tui.widgets.card.code_editor import CodeEditor


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


async def edit_code(
    screen: Screen[Any], coding: Coding, editor: CodeEditor, env: Mapping[str, str]
) -> None:
    """Let the user's editor have the code, then show it as it was saved.

    Raises:
        QuizError: the code cannot be kept, or there is no editor or no terminal for it.
    """
    file, line = coding.hand_out(editor.text), editor.cursor_location[0] + 1
    try:
        await edit_outside(screen, lambda: open_editor(env, file, line))
    finally:
        if editor.is_attached:  # else its card was edited too, and is asked anew
            editor.put(coding.reload())
