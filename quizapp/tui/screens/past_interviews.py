"""The finished interviews: a list, the report of one, two compared."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo
from typing import ClassVar

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from quizapp.app.interviews import Damaged, Interviews
from quizapp.study.report import InterviewReport
from quizapp.text import plural
from quizapp.tui.errors import shows_errors
from quizapp.tui.interview_page import report_parts
from quizapp.tui.past_page import comparison_page, damaged_row, report_row, when
from quizapp.tui.widgets.card.card_line import CardLine
from quizapp.tui.widgets.key_bar import KeyBar


class Reports(OptionList):
    """The finished interviews, newest first."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "select", "Open", tooltip="Open the report", id="past.open"),
        Binding(
            "x",
            "screen.mark",
            "Mark",
            tooltip="Mark to compare; a second one compares",
            id="past.mark",
        ),
    ]


class PastInterviews(Screen[None]):
    """The list of finished interviews, or a page opened from it."""

    HELP = """
Every interview that ended, newest first: its score with the range in which many such interviews
would lie, what the app checked, your own ticks and the level held. Enter opens the report as it was
shown; w writes it to files. x marks a report, and x on another compares the two: where their ranges
overlap, no difference is shown. A record that cannot be read is named and hides no other.
"""
    DEFAULT_CSS = """
    PastInterviews {
        #reports {
            height: 1fr;
            border: none;
            background: transparent;
            padding: 1 2;
        }
        #past {
            height: 1fr;
            padding: 1 2;
            scrollbar-size-vertical: 1;
            & > * { max-width: 104; height: auto; }
        }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space,pagedown,j", "page(1)", "Page down", key_display="space", id="past.down"),
        Binding("pageup,k", "page(-1)", "Page up", show=False, id="past.up"),
        Binding(
            "w",
            "write",
            "Save report",
            tooltip="Write the report as Markdown and HTML",
            id="past.write",
        ),
        Binding("escape", "back", "Back", id="past.back"),
    ]

    line = getters.query_one(CardLine)
    reports = getters.query_one(Reports)
    page = getters.query_one("#past", VerticalScroll)

    def __init__(self, interviews: Interviews, tz: tzinfo) -> None:
        """Read the finished interviews.

        Raises:
            QuizError: the database cannot be read.
        """
        super().__init__()
        self._interviews = interviews
        self._finished = interviews.finished()
        self._tz = tz
        self._marked: int | None = None
        """The row that waits for another to be compared with."""
        self._open: InterviewReport | None = None
        """The report on the page; none over the list and over a comparison."""

    def compose(self) -> ComposeResult:
        """The line above, the list, the page, the keys."""
        yield CardLine()
        yield Reports(*map(self._option, range(len(self._finished))), id="reports")
        yield VerticalScroll(id="past", can_focus=False)
        yield KeyBar()

    def on_mount(self) -> None:
        """Begin with the list."""
        self._show_list()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer what belongs to the list or to the page."""
        if action == "write":
            return self._open is not None
        return self.page.display if action == "page" else True

    def _option(self, row: int) -> Option:
        found = self._finished[row]
        if isinstance(found, Damaged):
            return Option(damaged_row(found, self._tz), disabled=True)
        return Option(report_row(found, self._tz, marked=row == self._marked))

    def _report(self, row: int | None) -> InterviewReport | None:
        """Return the report of a row, if there is one that can be read."""
        found = None if row is None else self._finished[row]
        return None if isinstance(found, Damaged) else found

    def _show_list(self) -> None:
        self._open = None
        self.reports.display, self.page.display = True, False
        self.line.place = "Finished interviews"
        self.line.progress = plural(len(self._finished), "interview")
        self.reports.focus()
        self.refresh_bindings()

    async def _show_page(self, place: str, parts: Sequence[Widget]) -> None:
        self.reports.display, self.page.display = False, True
        self.line.place, self.line.progress = place, ""
        with self.app.batch_update():
            await self.page.remove_children()
            await self.page.mount_all(parts)
        self.page.scroll_home(animate=False)
        self.set_focus(None)
        self.refresh_bindings()

    @on(OptionList.OptionSelected)
    async def _choose(self, event: OptionList.OptionSelected) -> None:
        report = self._report(event.option_index)
        if report is not None:
            self._open = report
            named = report.with_titles(self._interviews.titles)
            place = f"Mock interview of {when(report.at, self._tz)} · report"
            await self._show_page(place, report_parts(named))

    async def action_mark(self) -> None:
        """Mark the report under the cursor, or compare it with the one that is marked."""
        row = self.reports.highlighted
        report, marked = self._report(row), self._report(self._marked)
        if row is None or report is None:
            return
        if marked is None or row == self._marked:
            self._mark(row if marked is None else None)
            return
        found = self._interviews.compare(marked, report)
        self._mark(None)
        page = Static(comparison_page(found, self._tz))
        await self._show_page("Two mock interviews compared", [page])

    def _mark(self, row: int | None) -> None:
        """Mark one row and no other; None marks none."""
        changed = {self._marked, row} - {None}
        self._marked = row
        for index in changed:
            if index is not None:
                prompt = self._option(index).prompt
                self.reports.replace_option_prompt_at_index(index, prompt)
        self.line.message = "" if row is None else "x on another compares"

    @shows_errors
    async def action_write(self) -> None:
        """Write the report as Markdown and as HTML."""
        if self._open is not None:
            paths = self._interviews.write(self._open)
            text = "\n".join(str(path) for path in paths)
            self.notify(text, title="Saved", markup=False, timeout=10)

    def action_page(self, by: int) -> None:
        """Scroll the page."""
        self.page.scroll_relative(y=by * max(self.page.size.height - 2, 1), animate=False)

    def action_back(self) -> None:
        """Go back to the list, then to the set-up."""
        if self.page.display:
            self._show_list()
        else:
            self.dismiss(None)
