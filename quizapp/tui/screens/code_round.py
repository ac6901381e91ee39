"""A question of a mock interview that is answered in code: write, run, compare with a solution."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import on
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static, TextArea

from quizapp.app.core import Core
from quizapp.app.interview import Coded
from quizapp.app.proof import SIGNS
from quizapp.study.given import Check
from quizapp.tui.editor import edit_code
from quizapp.tui.errors import shows_errors
from quizapp.tui.inline import STYLES, inline
from quizapp.tui.typing import AnswerScreen
from quizapp.tui.widgets.card.answer import CardText

if TYPE_CHECKING:
    from quizapp.tui.widgets.card.code_desk import CodeDesk

ROUND_KEYS: list[BindingType] = [
    Binding(
        "ctrl+j,ctrl+enter,f9",
        "run_code",
        "Run",
        tooltip="Run the code and check its claims",
        id="interview.run",
    ),
    Binding(
        "ctrl+o",
        "results",
        "Code/results",
        tooltip="Turn the page: code or results",
        id="interview.results",
    ),
]
"""Bindings of a screen with such questions; the editor has more of its own."""


class CodeRound(AnswerScreen):
    """A screen that asks such a question at a desk; `_desk` is None for one asked in words."""

    def __init__(self, core: Core) -> None:
        super().__init__()
        self._core = core
        self._desk: CodeDesk | None = None
        self._ends = False
        """Whether the run under way is the last of its answer."""

    def action_run_code(self) -> None:
        """Run the code, and show what it comes to."""
        if self._desk is not None and not self._desk.panel.experiment.running:
            self._ends = False
            self._desk.run()
            self.refresh_bindings()
            self._show_desk()

    def action_results(self) -> None:
        """Go from the code to the results, or back."""
        if self._desk is not None:
            if self._desk.results_shown:
                self._desk.write()
            else:
                self._desk.results_shown = True
            self._show_desk()

    @on(TextArea.Changed)
    def _written(self) -> None:
        """Show the place that is written at, below a task that fills a small screen."""
        if self._desk is not None and self._desk.editor.text != self._desk.coding.text:
            self._show_desk()

    def _show_desk(self) -> None:
        if self._desk is not None:
            self._desk.scroll_visible(animate=False)

    def action_leave_code(self) -> None:
        """Stop a run under way; without one, leave the keys to the screen."""
        if self._desk is not None and self._desk.panel.experiment.running:
            self._desk.panel.cancel()
        else:
            self.set_focus(None)
            self.query_one("#interview").scroll_home(animate=False)  # to read the task again

    @shows_errors
    async def action_outside(self) -> None:
        """Write the code in the user's editor, then take it as it was saved."""
        if (desk := self._desk) is not None:
            await edit_code(self, desk.coding, desk.editor, self._core.env)

    def _coded(self, phase: Coded) -> list[Widget]:
        """Return what code came to, with a solution and the answer to compare it with."""
        given = phase.given
        card = self._core.library.cards.get(phase.question.id)
        parts: list[Widget] = [
            CardText(phase.question.prompt),
            Static(given.response, markup=False, classes="asked-before"),
            Static(Content("\n").join(map(_line, given.checks)), id="checks"),
            _part(given.code, "your code", "written"),
        ]
        if card is not None:
            if card.demo is not None:
                spec = self._core.demos.find(card.demo.run)
                parts += [_part(spec.reference, "a solution", "solution")]
            answer = CardText(card.answer, id="right-answer")
            answer.border_title = " answer "
            parts += [answer]
        return parts


def _line(check: Check) -> Content:
    """Return a claim, with a sign for whether it held."""
    return Content.assemble((SIGNS[check.state], STYLES[check.state]), " ", inline(check.claim))


def _part(code: str, title: str, name: str) -> CardText:
    """Return code under a title."""
    part = CardText(f"~~~~python\n{code.strip()}\n~~~~", id=name)
    part.border_title = f" {title} "
    return part
