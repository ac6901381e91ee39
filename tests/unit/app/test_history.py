"""Runs side by side, and what is kept of them."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from quizapp.app import runs as kept_runs
from quizapp.app.history import differences, run_label, typical_seconds
from quizapp.app.runs import RunStore
from quizapp.demo.events import (
    Axes,
    Bars,
    Done,
    Event,
    Heatmap,
    Histogram,
    Points,
    Reference,
    Scatter,
)
from quizapp.demo.state import RunState
from quizapp.paths import find_paths
from quizapp.store import Store
from tests.unit.toys import AT, make_record, make_spec, make_state

SPEC = make_spec()
LARGE = {"block_size": 1024, "rate": 0.01, "seed": 0}


@pytest.fixture
def runs(tmp_path: Path) -> Iterator[RunStore]:
    """Runs kept in an empty folder."""
    paths = find_paths({"QUIZAPP_HOME": str(tmp_path)})
    with Store(paths.database, lambda: AT) as store:
        yield RunStore(store, paths)


def test_only_what_differs_is_listed() -> None:
    first = make_record()
    second = make_record(settings=LARGE, measures={"rmse": 0.12, "best": "NF4"}, wall_s=2.5)
    table = differences([first, second], ["#1", "#2"])
    assert table.columns == ("", "#1", "#2")
    assert table.rows == (
        ("block_size", "64", "1024"),
        ("rmse", "0.0921", "0.12"),
        ("seconds", "2.3", "2.5"),
    )


def test_versions_devices_and_claims_are_compared_too() -> None:
    first = make_record()
    second = make_record(
        versions={"torch": "2.14.0"},
        device="cuda",
        device_name="H200",
        claims={"nf4-best": "fails"},
    )
    rows = differences([first, second], ["#1", "#2"]).rows
    assert ("device", "cpu, 2 threads", "H200") in rows
    assert ("version of torch", "2.13.0", "2.14.0") in rows
    assert ("claim nf4-best", "holds", "fails") in rows


def test_a_value_one_run_lacks_is_a_dash() -> None:
    rows = differences([make_record(), make_record(measures={})], ["#1", "#2"]).rows
    assert ("best", "NF4", "–") in rows


def test_a_run_is_named_by_what_is_not_the_default() -> None:
    assert run_label(SPEC, make_record()) == "defaults"
    assert run_label(SPEC, make_record(settings={**LARGE, "rate": 0.1})) == (
        "block_size 1024, rate 0.1"
    )


def test_the_time_here_is_the_median_of_runs_at_the_defaults() -> None:
    runs = [make_record(wall_s=s) for s in (1.0, 2.0, 9.0)] + [
        make_record(settings=LARGE, wall_s=60.0),
        make_record(demo="other", wall_s=60.0),
    ]
    assert typical_seconds(SPEC, runs) == 2.0


def test_without_runs_the_time_is_the_budget() -> None:
    assert typical_seconds(SPEC, []) == SPEC.budget_s


def test_a_record_keeps_what_a_run_was() -> None:
    state = make_state(rmse=0.0921)
    kept = kept_runs.make_record(
        SPEC, {**LARGE, "seed": 3}, state, AT, prediction="NF4", right=True, card="qlora-block-size"
    )
    assert (kept.seed, kept.device, kept.wall_s, kept.at) == (3, "cpu", 2.3, AT)
    assert kept.measures == {"rmse": 0.0921}
    assert kept.claims == {"nf4-best": "holds"}
    assert kept.versions == {"torch": "2.13.0"}
    assert kept.charts == state.charts


def test_a_record_comes_back_from_the_database(runs: RunStore) -> None:
    kept = make_record(prediction=0.5, right=False, card="c", measures={"rmse": math.inf})
    runs.add(kept)
    assert runs.last() == [replace(kept, device_name="", prediction="0.5", charts=())]


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, "nan", "-inf", '"nan"', "NF4", 3])
def test_a_measure_comes_back_as_the_number_or_the_text_it_was(
    value: float | str, runs: RunStore
) -> None:
    runs.add(make_record(measures={"best": value}))
    back = runs.last()[0].measures["best"]
    assert (type(back), str(back)) == (type(value), str(value))


EVERY_KIND: tuple[Event, ...] = (
    Axes("a", "step", "loss", log_x=True),
    Points("train", (0.0, 1.0), (2.0, math.inf)),
    Scatter("weights", (0.0, 1.0), (2.0, 1.0)),
    Bars("size", ("a",), (1.0,), "two"),
    Histogram("w", (1.0,), (0.0, 1.0), (0.5,), "h"),
    Heatmap("m", ((1.0, 2.0),), ("r",), (), "m"),
    Reference("base", 0.5),
)


def test_curves_come_back_from_their_file(runs: RunStore) -> None:
    kept = make_record(charts=RunState().add(*EVERY_KIND).charts)
    runs.add(kept)
    assert runs.with_charts(runs.last()[0]).charts == kept.charts


def test_curves_of_other_settings_or_versions_are_others(runs: RunStore) -> None:
    runs.add(make_record(charts=RunState().add(*EVERY_KIND).charts))
    assert runs.with_charts(make_record(settings=LARGE)).charts == ()
    assert runs.with_charts(make_record(versions={"torch": "2.14.0"})).charts == ()


def test_a_broken_file_holds_no_curve(runs: RunStore, tmp_path: Path) -> None:
    runs.add(make_record())
    [file] = tmp_path.rglob("*.json")
    for text in ("", "[1]", '[{"t": "points"}]', "{"):
        file.write_text(text)
        assert runs.with_charts(make_record()).charts == ()


def test_a_long_line_is_kept_thin() -> None:
    line = Points("train", tuple(map(float, range(5000))), (0.0,) * 5000)
    state = RunState().add(line, Done())
    [chart] = kept_runs.make_record(SPEC, SPEC.defaults, state, AT).charts
    assert len(chart.series[0].x) <= kept_runs.KEPT_POINTS
