"""Editor and results as one part of a page: side by side, or one at a time."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal

from quizapp.app.coding import Coding
from quizapp.tui.widgets.card.code_editor import CodeEditor
from quizapp.tui.widgets.card.code_panel import CodePanel

WIDE = 96
"""Columns from which the results stand beside the editor."""


class CodeDesk(Horizontal):
    """Where code is written and run."""

    DEFAULT_CSS = """
    CodeDesk {
        & > CodeEditor { width: 3fr; height: 1fr; }
        & > CodePanel { width: 2fr; height: 1fr; }
        &.-wide > CodePanel { margin-left: 1; }
    }
    """

    def __init__(self, coding: Coding) -> None:
        super().__init__(id="code-desk")
        self.coding = coding
        self.editor = CodeEditor(coding.text)
        self.panel = CodePanel(coding)
        self._results_shown = False

    def compose(self) -> ComposeResult:
        """Both."""
        yield self.editor
        yield self.panel

    def on_mount(self) -> None:
        """Begin with the code."""
        self._arrange()

    @property
    def one_at_a_time(self) -> bool:
        """Whether there is room for only one of them."""
        return self.size.width < WIDE

    @property
    def results_shown(self) -> bool:
        """Whether the results take the place of the code where there is room for one only."""
        return self._results_shown

    @results_shown.setter
    def results_shown(self, shown: bool) -> None:
        self._results_shown = shown
        self._arrange()

    @property
    def ran_as_it_is(self) -> bool:
        """Whether the last run was one of the code as it stands."""
        last = self.coding.work.last
        return last is not None and last.code == self.editor.text

    def run(self) -> None:
        """Run the code as the next attempt."""
        self.panel.run(self.editor.text)
        self.results_shown = True

    def write(self) -> None:
        """Give the keys to the editor."""
        self.results_shown = False
        self.editor.reading = False
        self.editor.focus()

    def on_resize(self) -> None:
        """Arrange them for the new size."""
        self._arrange()

    def on_code_panel_finished(self) -> None:
        """Mark the lines at fault."""
        self.editor.show_problems(self.panel.failing_lines)
        if self.ran_as_it_is:  # else the cursor is where it is being written
            self.editor.go_to_problem()

    def _arrange(self) -> None:
        wide = not self.one_at_a_time
        self.set_class(wide, "-wide")
        self.panel.display = wide or self._results_shown
        self.editor.display = wide or not self._results_shown
