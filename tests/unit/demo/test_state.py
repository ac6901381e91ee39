"""What the events of a run add up to."""

from __future__ import annotations

from quizapp.demo.events import (
    Axes,
    Bars,
    Cancelled,
    Claim,
    Done,
    Error,
    Loaded,
    Measure,
    Note,
    Points,
    Progress,
    Reference,
    Scatter,
)
from quizapp.demo.state import RunState


def test_a_run_waits_runs_and_ends_once() -> None:
    state = RunState()
    assert (state.status, state.device) == ("waiting", "")
    state = state.add(Loaded("cpu", "cpu, 2 threads"), Progress(1, 3))
    assert (state.status, state.device, state.done, state.total) == ("running", "cpu", 1, 3)
    state = state.add(Done(versions={"torch": "2"}, ms=1500))
    assert (state.status, state.seconds, state.versions) == ("done", 1.5, {"torch": "2"})
    assert state.add(Cancelled(), Note("late")) is state


def test_a_run_that_failed_keeps_its_error() -> None:
    error = Error("demo", "no such key", "KeyError", "toy.py:3")
    state = RunState().add(error)
    assert (state.status, state.error, state.seconds) == ("error", error, 0)
    assert error.text == "KeyError: no such key"


def test_the_latest_measure_and_claim_of_a_name_counts_where_the_first_stood() -> None:
    state = RunState().add(Measure("a", 1.0), Measure("b", 2.0), Measure("a", 3.0))
    assert [(m.id, m.value) for m in state.measures] == [("a", 3.0), ("b", 2.0)]
    state = state.add(Claim("c", "fails"), Claim("c", "holds"))
    assert [c.state for c in state.claims] == ["holds"]
    assert (state.measure("b"), state.measure("z"), state.claim("z")) == (2.0, None, None)


def test_points_follow_those_of_the_same_line_and_other_marks_replace() -> None:
    state = RunState().add(
        Points("train", (0.0,), (2.0,)),
        Bars("size", ("a",), (1.0,)),
        Scatter("train", (5.0,), (5.0,)),
        Points("train", (1.0, 2.0), (1.0, 0.5)),
        Bars("size", ("b",), (3.0,)),
    )
    [chart] = state.charts
    assert chart.marks == (
        Points("train", (0.0, 1.0, 2.0), (2.0, 1.0, 0.5)),
        Bars("size", ("b",), (3.0,)),
        Scatter("train", (5.0,), (5.0,)),
    )


def test_each_chart_holds_its_own_marks_and_makes_its_own_events_again() -> None:
    events = (
        Axes("left", "step", "loss", chart="l"),
        Points("train", (0.0,), (2.0,), "l"),
        Reference("base", 1.0, "x", "r"),
    )
    charts = RunState().add(*events).charts
    assert [(chart.id, len(chart.marks)) for chart in charts] == [("l", 1), ("r", 1)]
    again = [event for chart in charts for event in chart.events]
    assert RunState().add(*again).charts == charts


def test_references_are_no_data_of_a_chart() -> None:
    [chart] = (
        RunState()
        .add(Points("a", (0.0,), (1.0,)), Bars("b", ("l",), (1.0,)), Reference("r", 1.0))
        .charts
    )
    assert [mark.name for mark in chart.data] == ["a", "b"]
