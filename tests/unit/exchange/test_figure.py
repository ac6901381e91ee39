"""Plots as files that other programs read."""

from __future__ import annotations

import csv
import io
import math
import struct
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from quizapp.demo.chart import Chart
from quizapp.demo.events import (
    Axes,
    Bars,
    Event,
    Heatmap,
    Histogram,
    Points,
    Reference,
    Scatter,
)
from quizapp.demo.state import RunState
from quizapp.errors import EnvironmentProblem
from quizapp.exchange import figure
from quizapp.exchange.figure import COLUMNS, describe, save_figures, to_csv, to_png
from quizapp.exchange.figure_svg import to_svg
from tests.unit.toys import make_record

EVENTS: tuple[Event, ...] = (
    Axes("a < b", "step", "loss", log_y=True),
    Points("train", (0.0, 1.0, 2.0), (2.0, math.nan, 1.0)),
    Scatter("dots", (0.0, 1.0), (2.0, 1.0)),
    Reference("base", 1.5),
    Reference("best", 1.0, "x"),
    Bars("size", ("a", "b"), (1.0, -2.0), "two"),
    Histogram("w", (1.0, 3.0), (0.0, 1.0, 2.0), (0.5,), "three"),
    Heatmap("m", ((1.0, -2.0),), ("r",), ("c", "d"), "four"),
)
CHARTS = RunState().add(*EVENTS).charts
SVG = "{http://www.w3.org/2000/svg}"


def words(svg: str) -> list[str]:
    return [node.text or "" for node in ET.fromstring(svg).iter(f"{SVG}text")]


def rows(chart: Chart) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(to_csv(chart))))


def test_a_figure_names_its_axes_lines_and_origin() -> None:
    shown = words(to_svg(CHARTS[0], "toy rate=0.1 · cpu"))
    for text in (
        "a < b",
        "step",
        "loss, log scale",
        "train",
        "dots",
        "base 1.5",
        "best 1",
        "toy rate=0.1 · cpu",
    ):
        assert text in shown
    assert "×" in shown  # where the loss was not a number


def test_bars_and_matrices_carry_labels_and_values() -> None:
    assert {"size", "a", "b", "1", "-2"} <= set(words(to_svg(CHARTS[1])))
    assert {"m", "r", "c", "d", "1", "-2"} <= set(words(to_svg(CHARTS[3])))


@pytest.mark.parametrize("chart", CHARTS, ids=lambda chart: chart.id or "main")
def test_every_kind_becomes_an_svg_of_finite_numbers_and_a_png(chart: Chart) -> None:
    svg = to_svg(chart)
    assert "nan" not in svg
    assert "inf" not in svg
    png = to_png(svg)
    assert png.startswith(b"\x89PNG")
    width, height = struct.unpack(">II", png[16:24])
    assert width == 1440
    assert height > 800


def test_an_empty_chart_is_an_empty_figure() -> None:
    assert to_png(to_svg(Chart(""))).startswith(b"\x89PNG")


def test_the_data_come_back_from_the_csv() -> None:
    assert to_csv(CHARTS[0]).splitlines()[0] == ",".join(COLUMNS)
    line = [row for row in rows(CHARTS[0]) if row["kind"] == "line"]
    assert [(float(row["x"]), row["y"]) for row in line] == [(0, "2.0"), (1, "nan"), (2, "1.0")]
    [bar, _] = rows(CHARTS[1])
    assert (bar["kind"], bar["label"], float(bar["y"])) == ("bar", "a", 1.0)
    bins = [row for row in rows(CHARTS[2]) if row["kind"] == "bin"]
    assert [(float(b["x"]), float(b["x_end"]), float(b["y"])) for b in bins] == [
        (0, 1, 1),
        (1, 2, 3),
    ]
    cells = [(row["label"], row["x"], float(row["y"])) for row in rows(CHARTS[3])]
    assert cells == [("r", "c", 1.0), ("r", "d", -2.0)]


def test_saving_writes_three_files_per_chart_and_replaces_none(tmp_path: Path) -> None:
    record = make_record()
    files = list(save_figures(tmp_path / "figures", record, CHARTS))
    assert len(files) == 3 * len(CHARTS)
    assert [file.suffix for file in files[:3]] == [".svg", ".png", ".csv"]
    assert all(file.name.startswith("nf4_error-2027") for file in files)
    assert all(file.stat().st_size for file in files)


def test_a_figure_says_how_its_run_can_be_repeated() -> None:
    assert describe(make_record()) == (
        "nf4_error block_size=64 rate=0.01 seed=0 · cpu, 2 threads · torch 2.13.0"
    )


def test_a_folder_that_cannot_be_written_is_explained(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(EnvironmentProblem) as caught:
        list(save_figures(tmp_path / "file", make_record(), CHARTS))
    assert "cannot be written" in caught.value.message
    assert "QUIZAPP_HOME" in caught.value.hint


@pytest.mark.parametrize(
    ("svg", "limit", "problem"),
    [("no figure", 30.0, "unknown token"), (to_svg(CHARTS[0], ""), 0.0, "more than 0 s")],
)
def test_a_picture_that_cannot_be_drawn_is_explained(
    monkeypatch: pytest.MonkeyPatch, svg: str, limit: float, problem: str
) -> None:
    monkeypatch.setattr(figure, "PNG_S", limit)
    with pytest.raises(EnvironmentProblem) as caught:
        to_png(svg)
    assert caught.value.title == "The plot could not be drawn"
    assert problem in caught.value.message
    assert "Traceback" not in caught.value.message
    assert "quizapp doctor" in caught.value.hint
