"""The earlier runs of a demo: lay them under the plot, compare them, run one again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.table import Table as RichTable
from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList, Static

from quizapp.app.history import differences, run_label
from quizapp.demo.spec import DemoSpec
from quizapp.study.record import RunRecord
from quizapp.tui.inline import QUIET


class RunsPane(VerticalScroll, can_focus=False):
    """A list with marks; what differs between the marked runs stands below it."""

    DEFAULT_CSS = """
    RunsPane {
        & > OptionList { height: auto; max-height: 12; background: transparent; }
        & > Static { height: auto; }
        & > #runs-help { color: $text-muted; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "again", "Run exactly this again", id="runs.again"),
    ]

    @dataclass
    class Marked(Message):
        """The runs to lay under the plot are others now."""

        records: tuple[RunRecord, ...]

    @dataclass
    class Again(Message):
        """A run is wanted again, exactly."""

        record: RunRecord

    def __init__(self, spec: DemoSpec) -> None:
        super().__init__()
        self._spec = spec
        self._records: list[RunRecord] = []
        self._marked: list[RunRecord] = []

    def compose(self) -> ComposeResult:
        """The list, its keys, and what differs."""
        yield OptionList(compact=True)
        yield Static("Enter: lay it under the plot · a: run exactly this again", id="runs-help")
        yield Static(id="runs-differences")

    @property
    def marked(self) -> tuple[RunRecord, ...]:
        """The runs laid under the plot, in the order of the list."""
        return tuple(record for record in self._records if record in self._marked)

    def show(self, records: Sequence[RunRecord]) -> None:
        """List these runs, newest first."""
        self._records = list(records)
        self._list()

    def toggle(self, record: RunRecord) -> None:
        """Mark a run, or take its mark away."""
        if record in self._marked:
            self._marked.remove(record)
        else:
            self._marked.append(record)
        self._list()
        self.post_message(self.Marked(self.marked))

    def label(self, record: RunRecord) -> str:
        """Return the number of a run and its settings."""
        number = len(self._records) - self._records.index(record)
        return f"#{number} {run_label(self._spec, record)}"

    def action_again(self) -> None:
        """Ask for the highlighted run once more."""
        index = self.query_one(OptionList).highlighted
        if index is not None:
            self.post_message(self.Again(self._records[index]))

    @on(OptionList.OptionSelected)
    def _toggle(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.toggle(self._records[event.option_index])

    def _list(self) -> None:
        options = self.query_one(OptionList)
        at = options.highlighted
        options.clear_options()
        options.add_options(self._line(record) for record in self._records)
        options.highlighted = at
        self.query_one("#runs-differences", Static).update(self._differences())

    def _line(self, record: RunRecord) -> Content:
        mark = "[x]" if record in self._marked else "[ ]"
        right = {True: " ✓", False: " ✗", None: ""}[record.right]
        when = record.at.astimezone().strftime("%d %b %H:%M")
        return Content.assemble(
            f"{mark} {self.label(record)}{right}",
            (f"  {record.wall_s:.1f} s · {record.device} · {when}", QUIET),
        )

    def _differences(self) -> RichTable | str:
        newest = self._records[:1]
        compared = [*newest, *(record for record in self.marked if record not in newest)]
        if len(compared) < 2:
            return ""
        names = [f"#{len(self._records) - self._records.index(r)}" for r in compared]
        table = differences(compared, names)
        shown = RichTable(
            title=Text(table.title, "bold"),
            title_justify="left",
            box=None,
            padding=(0, 2, 0, 0),
            header_style="dim",
        )
        for column in table.columns:
            shown.add_column(Text(column))
        for row in table.rows:
            shown.add_row(*(Text(str(cell)) for cell in row))
        return shown
