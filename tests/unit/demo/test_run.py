"""What a demo reports through its run, and when it is stopped."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.demo.declare import Demo
from quizapp.demo.events import (
    Claim,
    Event,
    Measure,
    Points,
    Progress,
    Table,
)
from quizapp.demo.run import FLUSH_POINTS, FLUSH_S, OverBudget, Run, Stopped, Undeclared
from quizapp.demo.wire import encode

T = TypeVar("T")
DEMO = Demo(
    main=lambda run: None,
    topic="t",
    claims={"a": "A holds", "b": "B holds"},
    measures={"m": "a number"},
    predict=None,
    budget_s=1,
    needs_cuda=False,
)


class Clock:
    """Time that passes only when told to."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Bench:
    """A run whose events are kept."""

    def __init__(self, cancelled: Callable[[], bool] = lambda: False, **options: Any) -> None:
        self.clock = Clock()
        self.events: list[Event] = []
        self.run = Run(DEMO, self.events.append, clock=self.clock, cancelled=cancelled, **options)

    def line(self, name: str, axis: str = "y") -> list[float]:
        """All values of a line, in the order they were sent."""
        return [v for e in self.of(Points) if e.name == name for v in getattr(e, axis)]

    def of(self, kind: type[T]) -> list[T]:
        return [event for event in self.events if isinstance(event, kind)]


def test_the_first_point_is_sent_at_once() -> None:
    bench = Bench()
    bench.run.point(0, loss=1.0)
    assert bench.of(Points) == [Points("loss", (0.0,), (1.0,))]


def test_the_first_point_does_not_wait_behind_the_axes_and_a_step_sends_what_waits() -> None:
    bench = Bench()
    bench.run.axes(x="step", y="loss")
    bench.run.line_points(0, {"a": 1.0, "b": 2.0})
    assert bench.line("a") == [1.0]
    steps = bench.run.steps(2)
    next(steps)
    bench.run.point(1, a=0.5)
    bench.clock.now += 2 * FLUSH_S
    next(steps)
    assert bench.line("a") == [1.0, 0.5]


def test_points_close_together_travel_together() -> None:
    bench = Bench()
    for step in range(100):
        bench.run.point(step, train=step / 2, validation=step / 3)
        bench.clock.now += FLUSH_S / 50
    bench.run.flush()
    sent = bench.of(Points)
    assert len(sent) <= 8
    assert bench.line("train", "x") == list(range(100))


@given(st.lists(st.tuples(st.sampled_from("ab"), st.floats(0, 0.2)), max_size=200))
def test_no_point_is_lost_or_reordered_however_time_passes(
    steps: list[tuple[str, float]],
) -> None:
    bench = Bench()
    for index, (name, wait) in enumerate(steps):
        bench.run.line_points(index, {name: index})
        bench.clock.now += wait
    bench.run.flush()
    for name in "ab":
        assert bench.line(name) == [i for i, (n, _) in enumerate(steps) if n == name]


def test_a_fast_loop_never_makes_an_event_over_the_limit() -> None:
    bench = Bench()
    for step in range(5 * FLUSH_POINTS):
        bench.run.point(step / 7, loss=math.pi * step)
    bench.run.flush()
    assert len([encode(event) for event in bench.events]) >= 5


def test_waiting_points_are_sent_before_anything_that_follows_them() -> None:
    bench = Bench()
    bench.run.point(0, loss=1.0)
    bench.run.point(1, loss=2.0)
    bench.run.measure("m", 3)
    assert list(map(type, bench.events)) == [Points, Points, Measure]


def test_lines_of_two_charts_stay_apart() -> None:
    bench = Bench()
    bench.run.point(0, chart="left", loss=1)
    bench.run.point(0, chart="right", loss=2)
    bench.run.flush()
    assert {(e.chart, e.y[0]) for e in bench.of(Points)} == {("left", 1), ("right", 2)}


def test_a_diverged_loss_is_sent_as_what_it_is() -> None:
    bench = Bench()
    bench.run.point(0, loss=math.nan)
    assert math.isnan(bench.of(Points)[0].y[0])


def test_steps_count_and_report_progress_at_both_ends() -> None:
    bench = Bench()
    assert list(bench.run.steps(3)) == [0, 1, 2]
    progress = [(event.done, event.total) for event in bench.of(Progress)]
    assert progress[0] == (0, 3) and progress[-1] == (3, 3)


def test_progress_is_told_a_few_times_a_second_only() -> None:
    bench = Bench()
    for _ in bench.run.steps(1000):
        bench.clock.now += 0.001
    assert len(bench.of(Progress)) <= 1 / FLUSH_S + 2


def test_a_cancelled_run_stops_at_its_next_step() -> None:
    stop = [False]
    bench = Bench(cancelled=lambda: stop[0])
    done = []
    with pytest.raises(Stopped):
        for step in bench.run.steps(10):
            done.append(step)
            stop[0] = step == 3
    assert done == [0, 1, 2, 3]


def test_a_run_over_its_time_stops_at_its_next_step() -> None:
    bench = Bench(deadline_s=1.0)
    done = []
    with pytest.raises(OverBudget):
        for step in bench.run.steps(100):
            done.append(step)
            bench.clock.now += 0.3
    assert len(done) == 4


def test_no_handler_of_a_demo_swallows_the_cancel() -> None:
    bench = Bench(cancelled=lambda: True)

    def careless() -> None:
        try:
            bench.run.check()
        except Exception:
            pytest.fail("a demo caught the cancel")

    with pytest.raises(Stopped):
        careless()


def test_undeclared_ids_are_refused_by_name() -> None:
    bench = Bench()
    with pytest.raises(Undeclared, match="'other'"):
        bench.run.measure("other", 1)
    with pytest.raises(Undeclared, match="'other'"):
        bench.run.claim("other", True)


@pytest.mark.parametrize(
    ("holds", "state"), [(True, "holds"), (False, "fails"), (None, "not tested")]
)
def test_a_claim_ends_in_one_of_three_states(holds: bool | None, state: str) -> None:
    bench = Bench()
    bench.run.claim("a", holds, "why")
    assert [(c.id, c.state, c.evidence, c.text) for c in bench.of(Claim)] == [
        ("a", state, "why", "A holds")
    ]


def test_claims_left_out_are_reported_as_not_tested() -> None:
    bench = Bench()
    bench.run.claim("a", True)
    bench.run.finish()
    assert [(claim.id, claim.state) for claim in bench.of(Claim)] == [
        ("a", "holds"),
        ("b", "not tested"),
    ]


def test_a_histogram_needs_one_more_edge_than_counts() -> None:
    with pytest.raises(ValueError, match="2 counts need 3 edges, not 2"):
        Bench().run.histogram("h", [1, 2], [0, 1])


def test_a_table_takes_its_columns_from_the_first_row() -> None:
    bench = Bench()
    bench.run.table("t", [{"a": 1, "b": 2}, {"b": 3}])
    assert bench.of(Table) == [Table("t", ("a", "b"), ((1, 2), (None, 3)))]


def test_tokens_are_counted() -> None:
    bench = Bench()
    bench.run.tokens(10)
    bench.run.tokens(5)
    assert bench.run.tokens_seen == 15


def test_the_time_left_is_that_of_the_steps_done_so_far() -> None:
    bench = Bench()
    bench.clock.now = 40  # loading the model does not count
    for _ in bench.run.steps(4):
        bench.clock.now += 12
    assert [event.left_s for event in bench.of(Progress)] == [None, 36, 24, 12, 0]
