"""What a run of the learner's code came to, beside the editor; or the solution in its place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from textual import work
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from quizapp.app.coding import Coding, failing_lines
from quizapp.app.proof import SIGNS
from quizapp.app.run_phases import Cancelled, Ended, Failed, Running, Setup
from quizapp.errors import QuizError
from quizapp.tui.inline import QUIET, STYLES, inline
from quizapp.tui.widgets.card.code_editor import Highlighted
from quizapp.tui.widgets.chart_area import ChartArea
from quizapp.tui.widgets.outcome import measure_parts
from quizapp.tui.widgets.run_bar import ErrorLine, run_line

REDRAW_S = 0.1
"""Seconds between two looks at a run under way."""

Part = tuple[str, str] | str


class CodePanel(Vertical):
    """The runs of one code card, one at a time: claims with what was found, curves, prints."""

    DEFAULT_CSS = """
    CodePanel {
        height: 1fr; width: 1fr;
        & > #code-state { height: 1; padding: 0 1; margin-bottom: 1; text-wrap: nowrap; }
        & > #code-results { height: 1fr; padding: 0 1; scrollbar-size-vertical: 1; }
        & #code-results > Static { height: auto; }
        & #code-results > ChartArea { height: 14; padding: 0; margin: 1 0; display: none; }
        &.-drawing #code-results > ChartArea { display: block; }
        & #code-prints { margin-top: 1; color: $text-muted; }
        & > #code-solution { height: 1fr; display: none; }
        &.-solution > #code-solution { display: block; }
        &.-solution > #code-results, &.-solution > ErrorLine { display: none; }
    }
    """

    @dataclass
    class Finished(Message):
        """A run ended: done, cancelled or with an error."""

        run: Ended

        @property
        def cancelled(self) -> bool:
            """Whether the learner ended it."""
            return isinstance(self.run, Cancelled)

    def __init__(self, coding: Coding) -> None:
        super().__init__()
        self.coding = coding
        self.experiment = coding.experiment
        self._drawn: object = None

    def compose(self) -> ComposeResult:
        """The state of the run in a line, the results below it, the solution in their place."""
        yield Static(id="code-state")
        yield ErrorLine()
        with VerticalScroll(id="code-results", can_focus=False):
            yield Static(id="code-claims")
            yield ChartArea()
            yield Static(id="code-measures")
            yield Static(id="code-prints", markup=False)
        solution = Highlighted(self.coding.spec.reference, id="code-solution", read_only=True)
        solution.border_title = " a solution "
        solution.can_focus = False
        yield solution

    def on_mount(self) -> None:
        """Look at the run from time to time."""
        self.show_now()
        self.set_interval(REDRAW_S, self.show_now)

    def on_unmount(self) -> None:
        """No run outlives its panel."""
        self.stop()

    @property
    def solution_shown(self) -> bool:
        """Whether the solution takes the place of the results."""
        return self.has_class("-solution")

    @solution_shown.setter
    def solution_shown(self, shown: bool) -> None:
        self.set_class(shown, "-solution")

    @property
    def failing_lines(self) -> dict[int, str]:
        """The lines of the code at fault in the run on the screen, from 1."""
        return failing_lines(self.experiment.shown.state)

    def run(self, text: str) -> None:
        """Run the code as the next attempt."""
        if "run" in self.experiment.actions:
            self._run(text)

    def cancel(self) -> None:
        """Ask the run to stop."""
        self.experiment.cancel()

    def stop(self) -> None:
        """Kill the run now."""
        self.experiment.stop()

    @work(group="run", exclusive=True)
    async def _run(self, text: str) -> None:
        # Removed, the panel loses its parts before its workers end: these only send it messages.
        before = self.experiment.shown
        try:
            await self.coding.run(text, lambda: self.call_later(self._began))
        except QuizError as error:
            self.call_later(self.show_error, error)
        run = self.experiment.shown
        if isinstance(run, Ended) and run is not before:  # also one that could not be kept
            self.post_message(self.Finished(run))

    def _began(self) -> None:
        self.solution_shown = False
        self.show_now()

    def show_error(self, error: QuizError) -> None:
        """Show what went wrong and what to do about it."""
        self.show_now()
        self.query_one(ErrorLine).show(f"{error.title}. {error.message}", error.hint)

    def scroll_results(self, rows: int) -> None:
        """Scroll what is shown."""
        shown = "#code-solution" if self.solution_shown else "#code-results"
        self.query_one(shown).scroll_relative(y=rows, animate=False)

    def show_now(self) -> None:
        """Show the run as it is now; what has not changed is not drawn again."""
        experiment, shown = self.experiment, self.experiment.shown
        if experiment.running or experiment.phase != self._drawn:
            self.query_one("#code-state", Static).update(self._state())
        if experiment.phase == self._drawn:
            return
        self._drawn = experiment.phase
        trouble = shown.trouble if isinstance(shown, Failed) else None
        self.query_one(ErrorLine).show(*(trouble and (trouble.sentence, trouble.hint)) or ("", ""))
        self.query_one("#code-claims", Static).update(Content.assemble(*self._claims()))
        self.set_class(bool(experiment.charts), "-drawing")
        # The only run laid under this one is the first since the card was asked.
        first = [("first run", charts) for _, charts in experiment.overlays]
        self.query_one(ChartArea).show(experiment.charts, first)
        self.query_one("#code-measures", Static).update(
            Content.assemble(*measure_parts(shown.state))
        )
        self.query_one("#code-prints", Static).update("\n\n".join(self._prints()))

    def _state(self) -> Content:
        """Return which attempt this is and how it went."""
        last = self.coding.work.last
        match self.experiment.shown:
            case Setup() if last is not None and last.result is not None:
                return Content(f"Attempt {last.number}, earlier: {last.result.summary}")
            case Setup():
                return Content("Nothing was run yet: these claims must hold")
            case Running() | Cancelled():
                return run_line(self.experiment)
            case shown:
                number = f"Attempt {last.number} · " if last else ""
                return Content.assemble(number, self._count(), f" · {shown.seconds:.1f} s")

    def _count(self) -> Content:
        """Return how many claims hold."""
        held = sum(claim.state == "holds" for claim in self.experiment.shown.state.claims)
        total = len(self.coding.spec.claims)
        if held == total:
            return Content.styled(f"✓ all {total} claims hold", "$text-success bold")
        return Content.styled(f"{held} of {total} claims hold", "$text-warning bold")

    def _claims(self) -> Iterator[Part | Content]:
        """Yield each claim with what was found; what fails has a line to itself."""
        state = self.experiment.shown.state
        for index, (name, text) in enumerate(self.coding.spec.claims.items()):
            yield "\n" if index else ""
            claim = state.claim(name)
            if claim is None:
                yield "· ", QUIET
                yield inline(text)
                continue
            yield f"{SIGNS[claim.state]} ", STYLES[claim.state]
            yield inline(text)
            if claim.evidence and claim.state == "holds":
                yield f"  {claim.evidence}", QUIET
            elif claim.evidence:
                indented = claim.evidence.replace("\n", "\n  ")
                yield f"\n  {indented}", "$text-error"

    def _prints(self) -> Iterator[str]:
        """Yield what the code printed, its traceback, and what the exercise shows in words."""
        state = self.experiment.shown.state
        yield from (f"{sample.title}:\n{sample.text}" for sample in state.samples)
        yield from state.notes
        if log := self.experiment.shown.log.strip():
            yield f"Log:\n{log}"
