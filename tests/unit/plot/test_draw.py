"""Charts as a user sees them: names, ticks, markers, values, all readable as text."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
from quizapp.plot.canvas import Picture, plain_text
from quizapp.plot.draw import draw
from quizapp.plot.heading import Overlay
from quizapp.plot.thin import thin

WIDTH, HEIGHT = 80, 24


def chart(*events: Event) -> Chart:
    """Return the chart that a run's events make."""
    [only] = RunState().add(*events).charts
    return only


def points(name: str, xs: Sequence[float], ys: Sequence[float]) -> Points:
    return Points(name, tuple(map(float, xs)), tuple(map(float, ys)))


def scatter(name: str, xs: Sequence[float], ys: Sequence[float]) -> Scatter:
    return Scatter(name, tuple(map(float, xs)), tuple(map(float, ys)))


def text(chart: Chart, width: int = WIDTH, height: int = HEIGHT, **rest: Any) -> str:
    return plain_text(draw(chart, width, height, **rest))


def roles(picture: Picture) -> set[str]:
    return {span.paint.role for row in picture for span in row}


TWO = chart(
    Axes(title="not trained on", x="step", y="loss (nats per token)"),
    points("train", range(50), [3 - i / 25 for i in range(50)]),
    points("validation", range(50), [3 - i / 50 for i in range(50)]),
    Reference("base model", 2.5),
)


def test_lines_show_titles_units_legend_and_ticks() -> None:
    shown = text(TWO)
    head, *body = shown.splitlines()
    for words in ("not trained on", "loss (nats per token)", "─●─ train", "╌▲╌ validation"):
        assert words in head
    assert "base model 2.5" in shown
    assert body[-1].split() == ["0", "10", "20", "30", "40", "step"]
    assert "3.0┤" in shown
    assert "1.0┤" in shown


def test_lines_differ_without_colour() -> None:
    body = "\n".join(text(TWO).splitlines()[1:])
    assert body.count("●") > 2
    assert body.count("▲") > 2


def test_the_size_is_kept() -> None:
    for width, height in ((80, 24), (60, 14), (48, 10), (200, 60), (20, 6)):
        rows = draw(TWO, width, height)
        assert len(rows) <= height
        assert all(sum(len(span.text) for span in row) <= width for row in rows)


def test_logarithmic_axes_are_labelled_by_powers() -> None:
    rates = [10.0**-e for e in range(5, 0, -1)]
    sweep = chart(
        Axes(x="learning rate", y="loss", log_x=True, log_y=True),
        points("sweep", rates, [1e-3, 1e-2, 1, 100, 1e4]),
    )
    shown = text(sweep, height=HEIGHT + 1)
    assert shown.splitlines()[-2].split() == ["1e-5", "1e-4", "1e-3", "1e-2", "1e-1"]
    assert shown.splitlines()[-1].strip() == "learning rate, log scale"
    assert "loss, log scale" in shown.splitlines()[0]
    assert "1e4┤" in shown
    columns = [line.index("●") for line in shown.splitlines()[1:] if "●" in line]
    steps = {a - b for a, b in pairwise(columns)}
    assert max(steps) - min(steps) <= 1  # a power of ten apart is a column step apart


def test_values_that_are_no_numbers_are_marked_and_break_the_line() -> None:
    diverged = chart(points("loss", range(6), [1, 2, math.nan, math.inf, 3, -math.inf]))
    head, *body = text(diverged).splitlines()
    assert "× not finite" in head
    shown = "\n".join(body)
    assert shown.count("×") == 2  # where it was lost first, and the fall to -inf
    assert "inf" not in shown


def test_nothing_but_nan_still_draws() -> None:
    assert "●" in text(chart(points("loss", range(3), [math.nan, math.nan, math.nan])))


def test_overlays_are_dim_and_named() -> None:
    picture = draw(TWO, WIDTH, HEIGHT, [Overlay("#1 rank 4", TWO)])
    assert "overlay" in roles(picture)
    assert "#1 rank 4" in plain_text(picture)


def test_an_overlay_may_reach_further_than_the_run() -> None:
    longer = chart(points("train", range(200), [9.0] * 200))
    assert "150" in text(TWO, overlays=[Overlay("#1", longer)])


def test_the_cursor_reads_every_line() -> None:
    shown = text(TWO, cursor=40)
    for words in ("step 24", "● train 2.0", "▲ validation 2.5"):
        assert words in shown


def test_a_scatter_is_points_without_a_line() -> None:
    cloud = chart(scatter("weights", [0, 1, 2], [0, 1, 0]))
    body = "\n".join(text(cloud).splitlines()[1:])
    assert body.count("●") == 3
    assert not any(0x2800 < ord(c) <= 0x28FF for c in body)


def test_bars_carry_label_value_and_group() -> None:
    bars = chart(
        Axes(title="Scores", y="BLEU"),
        Bars("BLEU", ("same", "shuffled"), (100.0, 48.1)),
        Bars("ROUGE", ("same", "shuffled"), (100.0, 90.0)),
    )
    shown = text(bars)
    assert "█ BLEU" in shown
    assert "▓ ROUGE" in shown
    [line] = [line for line in shown.splitlines() if "48.1" in line]
    assert line.split()[0] == "shuffled"
    [other] = [line for line in shown.splitlines() if line.endswith(" 90")]
    assert other.count("▓") > line.count("█")


def test_bars_below_zero_grow_to_the_left() -> None:
    bars = chart(Bars("gain", ("up", "down"), (1.0, -1.0)))
    up, down = text(bars).splitlines()[1:4:2]
    assert down.index("█") < up.index("█")
    assert "-1" in down


def test_bars_that_do_not_fit_are_counted() -> None:
    labels = [f"label {i}" for i in range(30)]
    bars = chart(Bars("n", tuple(labels), tuple(map(float, range(30)))))
    assert "… 13 more" in text(bars, width=40, height=10)


def test_a_histogram_marks_its_levels() -> None:
    shown = text(
        chart(
            Axes(x="w / absmax", y="weights"),
            Histogram("weights", (1.0, 8.0, 1.0), (-1.0, -0.5, 0.5, 1.0), (-1.0, 0.0, 1.0)),
        )
    )
    assert "▲ 3 levels" in shown
    assert shown.splitlines()[-2].count("▲") == 3
    peak = next(line for line in shown.splitlines()[1:] if "█" in line)
    assert 30 < peak.count("█") < 45  # the middle bin is half of the range


def test_several_histograms_are_outlines_with_their_own_stroke() -> None:
    shown = text(
        chart(
            Histogram("a", (1.0, 2.0), (0.0, 1.0, 2.0)),
            Histogram("b", (2.0, 1.0), (0.0, 1.0, 2.0)),
        )
    )
    assert "── a" in shown
    assert "╌╌ b" in shown
    assert "█" not in shown


def heat(values: list[list[float]], *, names: tuple[str, ...] = ()) -> Chart:
    return chart(Heatmap("confusion", tuple(map(tuple, values)), names, names))


def test_a_small_matrix_shows_its_values_and_labels() -> None:
    shown = text(heat([[0.9, 0.1], [0.05, 0.95]], names=("cat", "dog")))
    assert "confusion" in shown
    rows = [line.split() for line in shown.splitlines()]
    assert ["cat", "0.90", "0.10"] in rows
    assert ["dog", "0.05", "0.95"] in rows


def test_a_large_matrix_becomes_half_blocks_with_a_scale() -> None:
    picture = draw(heat([[float(x + y) for x in range(60)] for y in range(40)]), WIDTH, HEIGHT)
    shown = plain_text(picture)
    assert "▀" in shown
    assert "0" in shown.splitlines()[-1]
    assert "98" in shown.splitlines()[-1]


def test_a_matrix_around_zero_has_two_sides() -> None:
    picture = draw(heat([[-1.0, 0.0, 1.0]]), WIDTH, HEIGHT)
    heats = {span.paint.heat for row in picture for span in row if span.paint.role == "cell"}
    assert {-1.0, 0.0, 1.0} <= heats


def test_a_chart_with_lines_and_bars_shows_both() -> None:
    both = chart(
        points("loss", range(9), range(9)),
        Bars("size", ("adapter",), (3.0,)),
    )
    assert "─●─ loss" in text(both)
    assert "adapter" in text(both)


NUMBERS = st.floats() | st.sampled_from([math.nan, math.inf, -math.inf, 0.0, 1e300, -1e300, 5e-324])


@given(
    st.lists(st.tuples(NUMBERS, NUMBERS), max_size=30),
    st.booleans(),
    st.booleans(),
    st.integers(1, 90),
    st.integers(1, 30),
    NUMBERS,
)
def test_any_numbers_draw_within_the_size(
    values: list[tuple[float, float]],
    log_x: bool,
    log_y: bool,
    width: int,
    height: int,
    line: float,
) -> None:
    xs, ys = [x for x, _ in values], [y for _, y in values]
    drawn = chart(
        Axes(x="x", y="y", log_x=log_x, log_y=log_y),
        points("a", xs, ys),
        scatter("b", ys, xs),
        Bars("c", tuple(str(i) for i in range(len(xs))), tuple(ys)),
        Heatmap("d", (tuple(ys), tuple(xs))),
        Reference("r", line),
    )
    rows = draw(drawn, width, height, cursor=width // 2)
    assert len(rows) <= height
    assert all(sum(len(span.text) for span in row) <= width for row in rows)


@given(st.lists(NUMBERS, min_size=1, max_size=2000), st.integers(3, 200))
def test_thinning_keeps_order_extremes_gaps_and_the_limit(ys: list[float], most: int) -> None:
    line = points("loss", range(len(ys)), ys)
    kept = thin(line, most)
    assert len(kept.x) <= most
    assert list(kept.x) == sorted(kept.x)
    assert all(kept.y[i] is line.y[int(x)] for i, x in enumerate(kept.x))
    numbers = [y for y in ys if abs(y) <= 1e150]
    if numbers:
        assert {min(numbers), max(numbers)} <= set(kept.y)
    assert any(abs(y) <= 1e150 for y in kept.y) == bool(numbers)
    assert all(abs(y) <= 1e150 for y in kept.y) == (len(numbers) == len(ys))


@pytest.mark.parametrize("spike", [1, 5_003, 9_998])
def test_a_single_spike_in_a_long_run_is_on_the_plot(spike: int) -> None:
    ys = [math.sin(x / 50) for x in range(10_000)]
    ys[spike] = 40.0
    rows = text(chart(points("loss", range(10_000), ys))).splitlines()
    ticks = [row.partition("┤")[0].strip() for row in rows if "┤" in row]
    assert "40" in ticks
    highest = next(row for row in rows if row.startswith("40┤"))
    assert highest.strip("40┤ ")
