"""What a demo's `main` receives: where results go, and how long it may run."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from quizapp.demo import checks, events
from quizapp.demo.declare import Demo
from quizapp.demo.judging import Judge, Mismatch
from quizapp.demo.solution import in_words

FLUSH_S = 0.05
"""Points closer together than this travel together, so that the host sees few, large events."""

FLUSH_POINTS = 2000
"""But at most this many: the size of an event is limited."""


class Stopped(BaseException):
    """The user stopped the run; no `except Exception` of a demo or a library holds it up."""


class OverBudget(BaseException):
    """The run took longer than the host allows; no `except Exception` holds it up either."""


class Undeclared(Exception):
    """The demo reported a claim or a measure that its decorator does not list."""


class Run:
    """One run of a demo: its device, its outputs, its progress.

    Every plotting call takes `chart`, the id of the plot it belongs to; the default chart has the
    empty id. Values may be Python numbers or anything with `tolist` (numpy, torch).

    Raises:
        TypeError, ValueError: a call got a value of the wrong type, or values that do not fit.
    """

    def __init__(
        self,
        demo: Demo,
        send: Callable[[events.Event], None],
        *,
        device: str = "cpu",
        clock: Callable[[], float] = time.monotonic,
        deadline_s: float = math.inf,
        cancelled: Callable[[], bool] = lambda: False,
        bundled: bool = True,
    ) -> None:
        """`bundled`: the language model is the bundled one, or there is none."""
        self.device = device
        """What torch calls the device: "cpu", "cuda" or "mps"."""
        self._demo = demo
        self._send = send
        self._clock = clock
        self._started = clock()
        self._deadline_s = deadline_s
        self._cancelled = cancelled
        self._bundled = bundled
        self._points: dict[tuple[str, str], tuple[list[float], list[float]]] = {}
        self._waiting = 0
        self._flushed = -math.inf
        self._claims: set[str] = set()
        self._done = 0
        self._total = 0
        self._counted_from = self._started
        self._shown_at = -math.inf
        self._shown = 0
        self.tokens_seen = 0
        """Tokens the demo has counted with `tokens`."""

    # Progress

    def check(self) -> None:
        """Stop here if the user cancelled or the time is over; `steps` calls it for you."""
        if self._cancelled():
            raise Stopped
        if self.seconds > self._deadline_s:
            raise OverBudget

    def steps(self, total: int) -> Iterator[int]:
        """Count from 0 to `total` - 1 with progress, cancel and time limit at each step."""
        self.progress(total)
        for step in range(total):
            self.step()
            yield step
        self._show_progress()

    def progress(self, total: int) -> None:
        """Announce how many times `step` will be called: for several loops under one bar."""
        self._done, self._total = 0, total
        self._counted_from = self._clock()
        self._shown_at = -math.inf

    def step(self) -> None:
        """Begin the next of the steps that `progress` announced."""
        self.check()
        if self._clock() - self._shown_at > FLUSH_S:
            self._shown_at = self._clock()
            self.flush()
            self._show_progress()
        self._done = min(self._done + 1, self._total)

    def _show_progress(self) -> None:
        self._shown = self._done
        left = None
        if self._done:
            left = (self._clock() - self._counted_from) / self._done * (self._total - self._done)
        self._send(events.Progress(self._done, self._total, left))

    @property
    def seconds(self) -> float:
        """Seconds since the run began."""
        return self._clock() - self._started

    def tokens(self, count: int) -> None:
        """Add to the number of tokens processed, for tokens per second."""
        self.tokens_seen += count

    # Plots

    def axes(
        self,
        *,
        chart: str = "",
        title: str = "",
        x: str = "",
        y: str = "",
        log_x: bool = False,
        log_y: bool = False,
    ) -> None:
        """Name the axes of a chart, with units: `x="step", y="loss (nats per token)"`."""
        self._emit(events.Axes(title, x, y, log_x, log_y, chart))

    def point(self, x: float, /, *, chart: str = "", **series: float) -> None:
        """Add one point at `x` to each named line: `run.point(step, train=loss.item())`."""
        self.line_points(x, series, chart=chart)

    def line_points(self, x: float, series: Mapping[str, float], *, chart: str = "") -> None:
        """Add one point at `x` to each line of `series`, whose names may be any text."""
        across = checks.number("x", x)
        for name, value in checks.mapping("series", series).items():
            if (chart, name) not in self._points:
                checks.text("chart", chart), checks.text("the name of a line", name)
            xs, ys = self._points.setdefault((chart, name), ([], []))
            ys.append(checks.number(name, value))
            xs.append(across)
        self._waiting += len(series)
        if self._waiting >= FLUSH_POINTS or self._clock() - self._flushed > FLUSH_S:
            self.flush()

    def scatter(
        self, name: str, xs: Iterable[float], ys: Iterable[float], *, chart: str = ""
    ) -> None:
        """Add points without a line to the series `name`."""
        self._emit(events.Scatter(name, checks.numbers("xs", xs), checks.numbers("ys", ys), chart))

    def bars(self, name: str, values: Mapping[str, float], *, chart: str = "") -> None:
        """Show one bar per label; calling again with the same `name` replaces them."""
        labels = tuple(map(str, checks.mapping("values", values)))
        self._emit(events.Bars(name, labels, checks.numbers("values", values.values()), chart))

    def histogram(
        self,
        name: str,
        counts: Sequence[float],
        edges: Sequence[float],
        *,
        levels: Sequence[float] = (),
        chart: str = "",
    ) -> None:
        """Show counts between edges (one more edge than counts); `levels` are marked below."""
        counts, edges = checks.numbers("counts", counts), checks.numbers("edges", edges)
        self._emit(events.Histogram(name, counts, edges, checks.numbers("levels", levels), chart))

    def heatmap(
        self,
        name: str,
        values: Sequence[Sequence[float]],
        *,
        rows: Sequence[str] = (),
        columns: Sequence[str] = (),
        chart: str = "",
    ) -> None:
        """Show a matrix; `rows` and `columns` label it."""
        labels = tuple(map(str, rows)), tuple(map(str, columns))
        self._emit(events.Heatmap(name, checks.matrix("values", values), *labels, chart))

    def reference(
        self, name: str, value: float, *, chart: str = "", axis: events.Axis = "y"
    ) -> None:
        """Draw a straight line with a name: a floor, chance level, the base model."""
        self._emit(events.Reference(name, checks.number("value", value), axis, chart))

    # Results

    def measure(self, name: str = "", value: float | str = "", /, **values: float | str) -> None:
        """Report declared measures, each a number or the option that came true.

        One by its name: `measure("loss", 2.3)`; several at once: `measure(loss=2.3, best="NF4")`.
        """
        for id, found in ({name: value} if name else values).items():
            if id not in self._demo.measures:
                raise Undeclared(f"the measure {id!r} is not declared in @demo(measures=...)")
            self._emit(events.Measure(id, checks.outcome(id, found), self._demo.measures[id]))

    @contextmanager
    def judge(self, name: str) -> Iterator[Judge]:
        """Test a declared claim about the learner's code: `with run.judge("equals-peft") as judge`.

        The claim holds if the block ends. It fails, with a sentence, if a test of `judge` fails or
        the learner's code raises; the other claims are tested all the same.
        """
        self.check()
        judge, failed, line = Judge(), "", 0
        try:
            yield judge
        except (Stopped, OverBudget, Undeclared):
            raise
        except Mismatch as mismatch:
            failed = str(mismatch)
        except BaseException as error:  # the code may raise SystemExit or KeyboardInterrupt
            failed, line = in_words(error)
        self.claim(name, not failed, failed or judge.evidence, line=line)

    def claim(self, name: str, holds: bool | None, evidence: str = "", *, line: int = 0) -> None:
        """Report a declared claim: True holds, False fails, None was not tested here.

        `line` is the line of the learner's code that is at fault, 0 for none.
        """
        if name not in self._demo.claims:
            raise Undeclared(f"the claim {name!r} is not declared in @demo(claims=...)")
        if name in self._demo.bundled_claims and not self._bundled:
            holds, evidence = None, f"{evidence}; not tested: it presupposes the bundled model"
        tested = holds if holds is None else checks.flag("holds", holds)
        state: events.State = "not tested" if tested is None else "holds" if tested else "fails"
        self._claims.add(name)
        self._emit(events.Claim(name, state, evidence, self._demo.claims[name], line))

    def table(self, title: str, rows: Sequence[Mapping[str, Any]]) -> None:
        """Show rows of equal keys as a table; the same title replaces the earlier one."""
        rows = [checks.mapping("each row", row) for row in rows]
        columns = list(rows[0]) if rows else []
        cells = tuple(tuple(checks.cell(row.get(column)) for column in columns) for row in rows)
        self._emit(events.Table(title, tuple(map(str, columns)), cells))

    def sample(self, title: str, text: str) -> None:
        """Show a piece of generated text."""
        self._emit(events.Sample(title, text))

    def note(self, markdown: str) -> None:
        """Add a remark on this run, in Markdown."""
        self._emit(events.Note(markdown))

    # Ending

    def flush(self) -> None:
        """Send the points that are waiting."""
        if not self._points:
            return
        waiting, self._points, self._waiting = self._points, {}, 0
        self._flushed = self._clock()
        for (chart, name), (xs, ys) in waiting.items():
            self._send(events.Points(name, tuple(xs), tuple(ys), chart))

    def finish(self) -> None:
        """Send what is waiting and report the claims that `main` left out as not tested."""
        self.flush()
        if self._shown < self._total:
            self._done = self._total
            self._show_progress()
        for name in self._demo.claims:
            if name not in self._claims:
                self.claim(name, None, "this run did not test it")

    def _emit(self, event: events.Event) -> None:
        self.flush()
        self._send(event)
