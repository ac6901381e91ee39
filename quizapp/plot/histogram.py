"""Draw a histogram: filled if it is alone in its frame, as an outline beside others."""

from __future__ import annotations

from quizapp.demo.events import Histogram
from quizapp.plot.format import short
from quizapp.plot.frame import Frame, Ink
from quizapp.plot.heading import STROKES, Entry
from quizapp.text import plural

BLOCKS = " ▁▂▃▄▅▆▇█"


class HistogramInk(Ink):
    """Counts between edges; its levels are marked on the x axis."""

    on_floor = True

    def __init__(self, histogram: Histogram, index: int, total: int, *, filled: bool) -> None:
        edges, levels = histogram.edges, histogram.levels
        super().__init__(histogram.name, (*edges, *levels), histogram.counts, index, total)
        self.levels = levels
        self._bins = list(zip(histogram.counts, edges, edges[1:], strict=False))
        self._filled = filled

    def legend(self) -> list[Entry]:
        """Its block or its stroke, and how many levels it has."""
        swatch = "▇" if self._filled else STROKES[self.index % len(STROKES)] * 2
        entries = [Entry(swatch, self.paint.role, self.name)]
        if self.levels:
            entries.append(Entry("▲", "level", plural(len(self.levels), "level")))
        return entries

    def draw(self, frame: Frame) -> None:
        """Paint columns up to the counts, or their outline."""
        if self._filled:
            self._fill(frame)
        else:
            corners = [
                point
                for count, low, high in self._bins
                for point in (frame.dot(low, count), frame.dot(high, count))
                if point is not None
            ]
            frame.canvas.line(corners, self.paint, self.dash)

    def draw_behind(self, frame: Frame) -> None:
        """Nothing: an earlier histogram would hide the one in front."""

    def read(self, frame: Frame, column: int, x: float) -> str:
        """Return its name and the count under the column."""
        return f"{self.name} {short(self._count(frame, column))}"

    def _fill(self, frame: Frame) -> None:
        canvas = frame.canvas
        for column in range(canvas.width):
            count = self._count(frame, column)
            height = frame.y.place(count) or 0
            eighths = max(round(height * canvas.height * 8), int(count > 0))
            for y in range(canvas.height):
                if level := min(max(eighths - 8 * y, 0), 8):
                    canvas.text(column, canvas.height - 1 - y, BLOCKS[level], self.paint)

    def _count(self, frame: Frame, column: int) -> float:
        """The largest count of the bins under a column: a narrow peak must not vanish."""
        left, right = frame.under(column)
        return max((n for n, low, high in self._bins if low < right and high > left), default=0.0)
