"""Writing the note on the card that is asked."""

from __future__ import annotations

from textual import work

from quizapp.app import phases
from quizapp.app.studying import Outcome, Studying
from quizapp.tui.errors import shows_errors
from quizapp.tui.typing import AnswerScreen


class StudyNote(AnswerScreen):
    """A screen that asks cards, each with a note of the learner's own."""

    studying: Studying

    async def _show(self, outcome: Outcome) -> None:
        """Show what an action has come to."""
        raise NotImplementedError

    @work(exclusive=True, group="note")
    async def action_note(self) -> None:
        """Write a note on the card."""
        from quizapp.tui.screens.note import NoteEditor

        phase = self.studying.phase
        old = phase.state.note if isinstance(phase, phases.OnCard) else ""
        text = await self.app.push_screen_wait(NoteEditor(old))
        if text is not None and text != old:
            await self._keep_note(text)

    @shows_errors
    async def _keep_note(self, text: str) -> None:
        await self._show(self.studying.note(text))

    @shows_errors
    async def _copy_result(self, text: str) -> None:
        """Add the result of a run to the card's note."""
        if "note" not in self.studying.phase.actions:
            self.app.copy_to_clipboard(text)
            self.notify("The result is on the clipboard: cramming writes no notes.")
            return
        await self._show(self.studying.add_to_note(text))
        self.notify("The result stands in the card's note. u takes it back.")
