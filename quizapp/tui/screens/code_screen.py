"""What can be done on a card that is answered in code: write, run, look, take up again."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from textual import work
from textual.binding import Binding, BindingType

from quizapp.cards.model import Card
from quizapp.tui.editor import edit_code
from quizapp.tui.errors import shows_errors
from quizapp.tui.screens.card_screen import CardScreen
from quizapp.tui.widgets.card.bench import Bench

if TYPE_CHECKING:
    from quizapp.app.coding import Coding
    from quizapp.tui.widgets.card.code_editor import CodeEditor
    from quizapp.tui.widgets.card.code_panel import CodePanel

WIDE = 110
"""Columns from which the demo, or what the code came to, stands beside the card."""

CODE_KEYS: list[BindingType] = [
    # First what works while the editor has the keys.
    Binding(
        "ctrl+j,ctrl+enter,f9",
        "run_code",
        "Run",
        tooltip="Run the code and check its claims",
        id="code.run",
    ),
    Binding(
        "ctrl+o",
        "results",
        "Code/results",
        tooltip="Turn the page: code or results",
        id="code.results",
    ),
    Binding("ctrl+g", "hint", "Hint", tooltip="Show the next hint", id="code.hint"),
    Binding("d", "run_code", "Run", show=False, id="code.run-letter"),
    Binding("x", "cancel_code", "Cancel", tooltip="Stop the run", id="code.cancel"),
    Binding(
        "s", "solution", "Solution", tooltip="Show a solution beside your code", id="code.solution"
    ),
    Binding("a", "attempts", "Attempts", tooltip="Read earlier attempts", id="code.attempts"),
    Binding(
        "E",
        "outside",
        "Editor",
        show=False,
        tooltip="Write the code in $EDITOR",
        id="code.outside-letter",
    ),
    Binding("z", "start_over", "Start over", show=False, id="code.start-over"),
    Binding("down", "scroll_results(2)", "Results down", show=False, id="code.results-down"),
    Binding("up", "scroll_results(-2)", "Results up", show=False, id="code.results-up"),
]
"""Bindings of a screen that asks code cards; the editor has more of its own."""


WHILE = frozenset({"cancel_code", "results"})
"""Actions that depend on what is on the screen."""


class CodeScreen(CardScreen):
    """A screen with cards some of which are answered in code.

    Wide, the results stand beside the card. Narrow, they are a page of their own, which a run
    opens.
    """

    _results_shown = False
    """Whether a narrow screen shows the results in place of the card."""
    _hint_shown = _hint_newest = -1
    """Which of the hints is shown, and how far they were, from 0."""

    @property
    def coding(self) -> Coding | None:
        """The work at the card that is asked, if it is answered in code."""
        raise NotImplementedError

    async def work_changed(self, *, looked: bool = False) -> None:
        """Take in what a run came to, or that the solution is looked at."""
        raise NotImplementedError

    @property
    def editor(self) -> CodeEditor:
        """Where the code is written."""
        from quizapp.tui.widgets.card.code_editor import CodeEditor

        return self.page.query_one(CodeEditor)

    @property
    def code_panel(self) -> CodePanel | None:
        """What the runs came to; None on a card that is not answered in code."""
        found = self.query(Bench)  # none while the screen is taken down
        return found.first().code if found else None

    async def ask_code(self, card: Card) -> None:
        """Show the question with the editor, and the claims that must hold."""
        from quizapp.app.coding import starter_of
        from quizapp.tui.widgets.card.code_editor import CodeEditor

        coding = self.coding
        assert coding is not None
        self._results_shown = False
        self._hint_shown = self._hint_newest = -1
        panel = await self.bench.open_code(coding)
        editor = CodeEditor(coding.text)
        await self.page.show(card, card.id, task=coding.task, answer=editor)
        self.arrange_code()
        if coding.text != starter_of(coding.spec):
            editor.place_cursor()  # what was begun is seen, not its head
        if coding.work.hints:
            await self.show_code_hint()
        panel.show_now()

    def offers(self, action: str) -> bool:
        """Whether one of `WHILE` can be done now."""
        if self.code_panel is None:
            return False
        if action == "cancel_code":
            return self.bench.running
        return self.size.width < WIDE or self.code_panel.solution_shown

    def arrange_code(self) -> None:
        """Give the results their place: beside the card, or in its stead."""
        if self.code_panel is None:
            return
        wide = self.size.width >= WIDE
        self.bench.display = wide or self._results_shown
        self.page.display = wide or not self._results_shown

    def show_results(self, shown: bool) -> None:
        """Show the results where there is room for one page only, or the card again."""
        if self.code_panel is not None:
            self._results_shown = shown
            self.arrange_code()

    async def show_code_hint(self) -> None:
        """Show a hint taken just now; without another one, they come round again."""
        coding = self.coding
        assert coding is not None
        newest, before = coding.work.hints - 1, self._hint_newest
        self._hint_newest = newest
        self._hint_shown = newest if newest > before else (self._hint_shown + 1) % (newest + 1)
        number = f"Hint {self._hint_shown + 1} of {len(coding.hints)}"
        await self.page.show_hint(coding.hints[self._hint_shown], number)
        self.show_results(False)

    @property
    def gives_up(self) -> bool:
        """Whether the answer would be shown to a learner whose code has not passed."""
        coding = self.coding
        return coding is not None and not coding.work.passed and not coding.work.looked

    @work(group="leave")
    async def ask_to_give_up(self, go: Callable[[], Awaitable[None]]) -> None:
        """Ask before a solution is shown that the learner may still find."""
        from quizapp.tui.screens.confirm import Confirm

        question = "Show the solution? Your answer then counts as Again, whatever you run after it."
        if await self.app.push_screen_wait(Confirm(question, "Show it", "Go on writing")):
            await go()

    @shows_errors
    async def action_run_code(self) -> None:
        """Run the code, and show what it comes to."""
        if self.code_panel is not None and not self.bench.running:
            self.code_panel.run(self.editor.text)
            self.show_results(True)
            self.refresh_bindings()

    def action_cancel_code(self) -> None:
        """Ask the run to stop."""
        if self.code_panel is not None:
            self.code_panel.cancel()

    @shows_errors
    async def on_code_panel_finished(self) -> None:
        """Mark the lines at fault; code that passes leaves the keys to the screen."""
        panel, coding = self.code_panel, self.coding
        if panel is None or coding is None:
            return
        self.editor.show_problems(panel.failing_lines)
        last = coding.work.last
        if last is not None and last.code == self.editor.text:  # else it is being written
            self.editor.go_to_problem()
            if coding.work.passed:
                self.set_focus(None)
        await self.work_changed()

    def action_results(self) -> None:
        """Go from the code to the results, or back."""
        if self.code_panel is None:
            return
        if self.code_panel.solution_shown:
            self.code_panel.solution_shown = False
        elif self._results_shown:
            self.show_results(False)
            if not self.editor.locked:
                self.editor.focus()
        else:
            self.show_results(True)

    async def action_solution(self) -> None:
        """Show a solution beside the code, or the results again; before a success, ask."""
        if self.gives_up and not self.page.revealed:
            self.ask_to_give_up(self._look)
        elif self.code_panel is not None:
            await self._turn_solution(not self.code_panel.solution_shown)

    @shows_errors
    async def _look(self) -> None:
        await self.work_changed(looked=True)
        await self._turn_solution(True)

    async def _turn_solution(self, shown: bool) -> None:
        if self.code_panel is not None:
            self.code_panel.solution_shown = shown
            self.show_results(shown)
            self.refresh_bindings()

    @work(group="attempts", exclusive=True)
    async def action_attempts(self) -> None:
        """Read the earlier attempts; one may be taken back into the editor."""
        from quizapp.tui.screens.attempts import Attempts

        if self.coding is None:
            return
        attempts = self.coding.solutions.attempts
        if not attempts:
            self.notify("No attempt was kept yet: each run is one.")
            return
        code = await self.app.push_screen_wait(Attempts(attempts))
        if code is not None and not self.editor.locked:
            self.show_results(False)
            self.editor.put(code)
            self.editor.focus()

    @shows_errors
    async def action_outside(self) -> None:
        """Write the code in the user's editor, then take it as it was saved."""
        if self.coding is not None:
            await edit_code(self, self.coding, self.editor, self.core.env)

    def take_in_file(self) -> None:
        """Show the code as another program has saved it; what is typed here was kept before."""
        coding = self.coding
        if coding is not None and not self.page.revealed and coding.written_elsewhere:
            self.editor.put(coding.reload())

    def action_start_over(self) -> None:
        """Take the starter into the editor; undo takes it back."""
        from quizapp.app.coding import starter_of

        if self.coding is not None:
            self.editor.put(starter_of(self.coding.spec))
            self.action_type()

    def action_type(self) -> None:
        """Move the keys into the editor."""
        self.show_results(False)
        self.page.type_answer()

    @shows_errors
    def action_leave_code(self) -> None:
        """Stop a run under way; without one, leave the keys to the screen."""
        if self.bench.running:
            self.action_cancel_code()
        else:
            if self.coding is not None:
                self.coding.keep(self.editor.text)  # the next command may leave the card
            self.set_focus(None)
            self.page.scroll_home(animate=False)  # the editor may have taken the question's place

    def action_scroll_results(self, rows: int) -> None:
        """Scroll the results."""
        if self.code_panel is not None:
            self.code_panel.scroll_results(rows)

    async def action_back(self) -> None:
        """Stop the run, go from the results to the code, or go home."""
        if self.code_panel is None:
            await super().action_back()
        elif self.bench.running:
            self.action_cancel_code()
        elif self._results_shown:
            self.show_results(False)
        else:
            await self.app.run_action("app.go('home')")

    def action_scroll(self, by: int) -> None:
        """Scroll what is shown."""
        if self._results_shown and not self.page.display:
            self.action_scroll_results(3 * by)
        else:
            super().action_scroll(by)

    def action_page(self, by: int) -> None:
        """Scroll what is shown by a page."""
        if self._results_shown and not self.page.display:
            self.action_scroll_results(by * max(self.bench.size.height - 6, 1))
        else:
            super().action_page(by)
