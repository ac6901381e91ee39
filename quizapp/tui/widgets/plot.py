"""The plot: one chart of a run, in the colours of the theme."""

from __future__ import annotations

from collections.abc import Sequence

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.color import Color
from textual.strip import Strip
from textual.widget import Widget

from quizapp.demo.chart import Chart
from quizapp.plot.canvas import Paint, Picture, Row, plain_text
from quizapp.plot.draw import draw
from quizapp.plot.heading import SERIES_COLOURS, Overlay

ROLES = (
    *("text", "title", "title-strong", "axis", "reference", "level", "overlay"),
    *(f"series-{index}" for index in range(SERIES_COLOURS)),
    *("heat-low", "heat-high", "heat-negative"),
)


class ChartPlot(Widget):
    """One chart; `show` replaces it, and it is drawn again only if something changed."""

    DEFAULT_CSS = """
    ChartPlot {
        height: 1fr; min-height: 6; width: 1fr;
        & > .chart--text { color: $foreground; }
        & > .chart--title { color: $foreground 75%; }
        & > .chart--title-strong { color: $foreground; text-style: bold; }
        & > .chart--axis { color: $foreground 65%; }
        & > .chart--reference { color: $foreground 80%; text-style: italic; }
        & > .chart--level { color: $text-error; }
        & > .chart--overlay { color: $foreground 35%; }
        & > .chart--series-0 { color: $text-primary; }
        & > .chart--series-1 { color: $text-warning; }
        & > .chart--series-2 { color: $text-success; }
        & > .chart--series-3 { color: $text-error; }
        & > .chart--series-4 { color: $foreground; }
        & > .chart--heat-low { color: $background; }
        & > .chart--heat-high { color: $primary; }
        & > .chart--heat-negative { color: $warning; }
    }
    """
    COMPONENT_CLASSES = {f"chart--{role}" for role in ROLES}  # noqa: RUF012 - as every widget does
    """One class per role of the drawing, and the ends of the heat scale."""

    def __init__(self, chart: Chart, overlays: Sequence[Overlay] = ()) -> None:
        super().__init__()
        self.chart = chart
        self.overlays = tuple(overlays)
        self.cursor: int | None = None
        """Column whose values are read; set by the mouse."""
        self._picture: Picture | None = None
        self._styles: dict[Paint, Style] = {}

    def show(self, chart: Chart, overlays: Sequence[Overlay] = ()) -> None:
        """Draw this chart from now on."""
        if chart is not self.chart or tuple(overlays) != self.overlays:
            self.chart, self.overlays = chart, tuple(overlays)
            self._redraw()

    @property
    def text(self) -> str:
        """What is on the screen, without its colours."""
        return plain_text(self._drawn())

    def move_cursor(self, column: int | None) -> None:
        """Read the values at this column of the widget; None stops reading."""
        self.cursor = column if column is None else min(max(column, 0), self.size.width - 1)
        self._redraw()

    def render_line(self, y: int) -> Strip:
        """Return one row."""
        picture = self._drawn()
        if y >= len(picture):
            return Strip.blank(self.size.width, self.rich_style)
        return self._strip(picture[y])

    def notify_style_update(self) -> None:
        """The theme changed: ask for the colours again."""
        self._styles.clear()
        super().notify_style_update()

    def on_resize(self) -> None:
        """Draw for the new size."""
        self._redraw()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Read values under the mouse."""
        self.move_cursor(event.x)

    def on_leave(self) -> None:
        """Stop reading."""
        self.move_cursor(None)

    def _redraw(self) -> None:
        self._picture = None
        self.refresh()

    def _drawn(self) -> Picture:
        if self._picture is None:
            width, height = max(self.size.width, 1), max(self.size.height, 1)
            self._picture = draw(self.chart, width, height, self.overlays, self.cursor)
        return self._picture

    def _strip(self, row: Row) -> Strip:
        segments = [Segment(span.text, self._style(span.paint)) for span in row]
        return Strip(segments).adjust_cell_length(self.size.width, self.rich_style)

    def _style(self, paint: Paint) -> Style:
        if paint not in self._styles:
            self._styles[paint] = self._make_style(paint)
        return self._styles[paint]

    def _make_style(self, paint: Paint) -> Style:
        if paint.role == "block":
            upper, lower = self._heat(paint.heat), self._heat(paint.below)
            return Style(color=upper.rich_color, bgcolor=lower.rich_color)
        if paint.role == "cell":
            background = self._heat(paint.heat)
            text = background.get_contrast_text()
            return Style(color=(background + text).rich_color, bgcolor=background.rich_color)
        return self.get_component_rich_style(f"chart--{paint.role}")

    def _heat(self, place: float | None) -> Color:
        if place is None:
            return self.background_colors[1]
        low = self.get_component_styles("chart--heat-low").color
        end = "high" if place >= 0 else "negative"
        high = self.get_component_styles(f"chart--heat-{end}").color
        return low.blend(high, abs(place))
