"""The charts of a run on the whole screen, with a cursor that reads values."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen

from quizapp.demo.chart import Chart
from quizapp.tui.widgets.chart_area import ChartArea, Earlier
from quizapp.tui.widgets.key_line import KeyLine

Source = Callable[[], tuple[Sequence[Chart], Earlier]]

HINTS = (("read(1)", "read values"), ("next_chart", "next chart"), ("close", "back"))


class ChartZoom(ModalScreen[None]):
    """Follows the run as long as it is open."""

    DEFAULT_CSS = """
    ChartZoom { background: $background; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("z,escape,q", "close", "Back", id="zoom.close"),
        Binding("left", "read(-1)", "Read to the left", show=False, id="zoom.left"),
        Binding("right", "read(1)", "Read to the right", show=False, id="zoom.right"),
        Binding("shift+left", "read(-10)", "Further left", show=False, id="zoom.far-left"),
        Binding("shift+right", "read(10)", "Further right", show=False, id="zoom.far-right"),
        Binding("v", "next_chart", "Next chart", id="zoom.next"),
    ]

    def __init__(self, source: Source) -> None:
        super().__init__()
        self._source = source

    def compose(self) -> ComposeResult:
        """Charts and keys."""
        yield ChartArea()
        yield KeyLine()

    def on_mount(self) -> None:
        """Follow the run."""
        self.query_one(KeyLine).show_keys(HINTS)
        self._follow()
        self.set_interval(0.1, self._follow)

    def _follow(self) -> None:
        charts, earlier = self._source()
        self.query_one(ChartArea).show(charts, earlier)

    def action_close(self) -> None:
        """Return to the panel."""
        self.dismiss(None)

    def action_next_chart(self) -> None:
        """Show the next chart."""
        self.query_one(ChartArea).next_chart()

    def action_read(self, step: int) -> None:
        """Move the reading line, in all charts."""
        for plot in self.query_one(ChartArea).plots:
            start = plot.size.width // 2 if plot.cursor is None else plot.cursor
            plot.move_cursor(start + step)
