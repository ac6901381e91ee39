"""The earlier runs of a demo: lay them under the plot, compare them, run one again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList, Static

from quizapp.app.earlier_runs import EarlierRun
from quizapp.demo.events import Table
from quizapp.tui.inline import QUIET
from quizapp.tui.widgets.rich_table import rich_table


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
        """A run is to be laid under the plot, or taken away."""

        number: int

    @dataclass
    class Again(Message):
        """A run is to be repeated exactly."""

        number: int

    def __init__(self) -> None:
        super().__init__()
        self._runs: Sequence[EarlierRun] = ()

    def compose(self) -> ComposeResult:
        """The list, its keys, and what differs."""
        yield OptionList(compact=True)
        yield Static("Enter: lay it under the plot · a: run exactly this again", id="runs-help")
        yield Static(id="runs-differences")

    def show(self, runs: Sequence[EarlierRun], differences: Table | None) -> None:
        """List these runs, newest first, and what differs between the marked ones."""
        self._runs = runs
        options = self.query_one(OptionList)
        at = options.highlighted
        options.clear_options()
        options.add_options(map(_line, runs))
        options.highlighted = at
        table = "" if differences is None else rich_table(differences)
        self.query_one("#runs-differences", Static).update(table)

    def action_again(self) -> None:
        """Ask for the highlighted run once more."""
        index = self.query_one(OptionList).highlighted
        if index is not None:
            self.post_message(self.Again(self._runs[index].number))

    @on(OptionList.OptionSelected)
    def _mark(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.post_message(self.Marked(self._runs[event.option_index].number))


def _line(run: EarlierRun) -> Content:
    record = run.record
    mark = "[x]" if run.marked else "[ ]"
    right = {True: " ✓", False: " ✗", None: ""}[record.right]
    when = record.at.astimezone().strftime("%d %b %H:%M")
    return Content.assemble(
        f"{mark} {run.label}{right}",
        (f"  {record.wall_s:.1f} s · {record.device} · {when}", QUIET),
    )
