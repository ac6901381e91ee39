"""Every mark that is sent is drawn, in a terminal and as a figure, and no mark says too much."""

from __future__ import annotations

import math
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.demo.chart import Chart
from quizapp.demo.events import Axes, Bars, Event, Heatmap, Histogram, Points, Reference, Scatter
from quizapp.demo.state import RunState
from quizapp.exchange.figure_svg import to_svg
from quizapp.plot.bars import FILLS
from quizapp.plot.canvas import plain_text
from quizapp.plot.draw import draw, full_height
from quizapp.plot.format import short

WIDTHS = (80, 120)
SVG = "{http://www.w3.org/2000/svg}"
INK = FILLS + "▏▎▍▌▋▊▉"


def chart(*events: Event) -> Chart:
    """Return the chart that a run's events make."""
    [only] = RunState().add(*events).charts
    return only


def rows_of(drawn: Chart, width: int = 80, height: int = 16) -> list[str]:
    """Return what a plain terminal prints, which leaves nothing out."""
    return plain_text(draw(drawn, width, full_height(drawn, width, height))).splitlines()


def bars(values: Sequence[float], name: str = "n", *, unit: str = "size") -> Bars:
    return Bars(name, tuple(f"{unit}-{i}" for i in range(len(values))), tuple(values))


def elements(drawn: Chart, tag: str) -> list[ET.Element]:
    return list(ET.fromstring(to_svg(drawn)).iter(SVG + tag))


def filled(drawn: Chart) -> list[float]:
    """Return the widths of the rectangles in colour, the page's own left out."""
    return [float(r.get("width", "")) for r in elements(drawn, "rect")[1:]]


def words(drawn: Chart) -> list[str]:
    return [node.text or "" for node in elements(drawn, "text")]


def markers(drawn: Chart) -> int:
    """Return how many filled shapes a figure has, the legend's among them."""
    return sum(path.get("fill") not in (None, "none") for path in paths(drawn))


def paths(drawn: Chart) -> list[ET.Element]:
    return elements(drawn, "path")


FINITE = st.floats(-1e6, 1e6).map(lambda x: round(x, 3) + 0.0)


@given(st.lists(st.lists(FINITE, min_size=3, max_size=3), min_size=1, max_size=12))
def test_each_bar_has_its_row_its_value_and_as_much_ink_as_its_value(
    values: list[list[float]],
) -> None:
    drawn = chart(*(bars(group, f"group {i}") for i, group in enumerate(values)))
    for width in WIDTHS:
        shown = [row for row in rows_of(drawn, width) if row.strip() and row[:8].strip() != ""]
        everything = "\n".join(shown)
        assert "more" not in everything
        for label in ("size-0", "size-1", "size-2"):
            assert everything.count(label) == 1
    values_sent = [value for group in values for value in group]
    texts = words(drawn)
    assert all(texts.count(short(v)) >= values_sent.count(v) for v in values_sent)
    assert len(filled(drawn)) == sum(v != 0 for v in values_sent)


@given(st.lists(st.floats(0, 1e6), min_size=2, max_size=9))
def test_bars_start_at_zero_and_are_linear(values: list[float]) -> None:
    rows = rows_of(chart(bars(values)))
    cells = [sum(c in INK for c in row) for row in rows if "size-" in row]
    most = max(values)
    assert [count == 0 for count in cells] == [value == 0 for value in values]
    if most > 1e-3:
        longest = max(cells)
        assert all(
            abs(count - longest * value / most) <= 1.5
            for count, value in zip(cells, values, strict=True)
        )


def test_a_zero_bar_draws_nothing_and_the_smallest_value_a_hair() -> None:
    for name in ("one", "two"):
        drawn = chart(*(bars([0.0, 1e-9, 1.0], group) for group in ("one", name)[: len(name) - 2]))
        zero, hair, full = (row for row in rows_of(drawn) if "size-" in row)
        assert not set(zero) & set(INK)
        assert set(hair) & set(INK)
        assert sum(c in INK for c in full) > 40


def test_bars_on_a_logarithmic_axis_are_dots_with_an_axis_that_says_so() -> None:
    shares = [25.0, 2.08, 0.78, 0.39, 0.195]
    drawn = chart(Axes(x="width", y="share (%)", log_y=True), bars(shares))
    head, *rows = rows_of(drawn)
    assert "share (%), log scale by width" in head
    body = "\n".join(rows)
    assert not set(body) & set(INK)
    assert body.count("●") == len(shares)
    columns = [row.index("●") for row in rows if "●" in row]
    steps = [a - b for a, b in pairwise(columns)]
    assert abs(steps[0] / steps[1] - math.log(25 / 2.08) / math.log(2.08 / 0.78)) < 0.2
    assert rows[-1].split() == ["0.2", "0.5", "1", "2", "5", "10", "20"]
    assert "share (%), log scale by width" in words(drawn)
    assert not filled(drawn)
    assert markers(drawn) == len(shares)


def test_what_a_logarithmic_axis_has_no_place_for_is_marked_at_its_beginning() -> None:
    drawn = chart(Axes(log_y=True), bars([10.0, 0.0, 1.0, -1.0]))
    body = "\n".join(rows_of(drawn)[1:])
    assert (body.count("●"), body.count("◂")) == (2, 2)
    assert words(drawn).count("◂") == 2


@pytest.mark.parametrize("count", [8, 30, 200])
def test_a_plain_terminal_leaves_no_bar_out(count: int) -> None:
    sent = [float(i + 1) for i in range(count)]
    for width in WIDTHS:
        shown = [row.split() for row in rows_of(chart(bars(sent)), width)]
        assert [row[0] for row in shown if row and row[0].startswith("size-")] == [
            f"size-{i}" for i in range(count)
        ]


def test_bars_that_do_not_fit_below_each_other_stand_in_columns_of_one_scale() -> None:
    accounts = ("weights", "gradients", "states")
    drawn = chart(
        Axes(y="bytes per parameter"),
        *(bars([float(4 * i + j) for j in range(7)], name) for i, name in enumerate(accounts)),
    )
    for width, height in ((42, 18), (80, 12), (120, 12)):
        shown = plain_text(draw(drawn, width, height))
        assert "more" not in shown
        sent = [4 * i + j for i in range(3) for j in range(7)]
        drawn_values = [w for row in shown.splitlines()[1:] for w in row.split() if w.isdigit()]
        assert sorted(map(int, drawn_values)) == sorted(sent)


def test_points_without_a_place_are_marked_and_explained() -> None:
    xs, ys = (0.0, 1.0, 10.0, 100.0, 1000.0), (1.0, 10.0, 0.0, 100.0, -1.0)
    for kind in (Points, Scatter):
        drawn = chart(Axes(x="n", y="error", log_x=True, log_y=True), kind("a", xs, ys))
        head, *rows = rows_of(drawn)
        body = "\n".join(rows)
        assert (body.count("▾"), body.count("◂")) == (2, 1)
        assert "▾ 0 or less" in head
        assert "◂ x of 0 or less" in head
        assert "error, log scale" in head
        assert rows[-1].endswith(" n, log scale")
        texts = words(drawn)
        assert (texts.count("▾"), texts.count("◂")) == (2, 1)
        assert {"▾ 0 or less", "◂ x of 0 or less", "n, log scale", "error, log scale"} <= set(texts)


@given(st.lists(st.integers(0, 10), min_size=1, max_size=12))
def test_each_point_is_a_dot_and_each_vertex_of_a_line_is_in_the_figure(ys: list[int]) -> None:
    xs = tuple(map(float, range(len(ys))))
    cloud = chart(Scatter("a", xs, tuple(map(float, ys))))
    assert "\n".join(rows_of(cloud)[1:]).count("●") == len(ys)
    assert markers(cloud) == len(ys) + 1  # and the one in the legend
    line = chart(Points("a", xs, tuple(map(float, ys))))
    vertices = [p.get("d", "") for p in paths(line) if p.get("stroke-width") == "1.8"]
    assert max(path.count("M") + path.count("L") for path in vertices) == len(ys)


@given(st.lists(st.sampled_from([0.0, 1.0, 3.0, 1e4]), min_size=2, max_size=20))
def test_each_bin_with_a_count_has_ink_and_no_other(counts: list[float]) -> None:
    edges = tuple(map(float, range(len(counts) + 1)))
    drawn = chart(Histogram("w", tuple(counts), edges, (0.0, 1.0)))
    *_, floor, rule, _ = rows_of(drawn)
    inside = floor.partition("┤")[2] or floor.partition("│")[2]
    width = len(rule.partition("└")[2])
    for index, count in enumerate(counts):
        middle = int((index + 0.5) * width / len(counts))
        assert (inside.ljust(width)[middle] != " ") == (count > 0)
    assert rule.count("▲") == 2
    heights = [float(r.get("height", "")) for r in elements(drawn, "rect")[1:]]
    assert len(heights) == len(counts)
    assert [height > 0 for height in heights] == [count > 0 for count in counts]


@pytest.mark.parametrize(("levels", "words_shown"), [(1, "▲ 1 level"), (16, "▲ 16 levels")])
def test_levels_are_counted_in_words(levels: int, words_shown: str) -> None:
    places = tuple(i / 16 for i in range(levels))
    shown = rows_of(chart(Histogram("w", (1.0, 2.0), (0.0, 0.5, 1.0), places)))
    assert shown[0].endswith(words_shown)
    assert shown[-2].count("▲") == levels


def test_a_matrix_says_what_its_rows_and_columns_are() -> None:
    drawn = chart(
        Axes(title="loss on unseen texts", x="texts", y="adapter"),
        Heatmap("nats", ((0.1, 2.0), (3.0, 0.2)), ("clinic", "bank"), ("hospital", "money")),
    )
    head, names, *rows = rows_of(drawn)
    assert head == "loss on unseen texts  rows: adapter, columns: texts"
    assert names.split() == ["hospital", "money"]
    assert [row.split() for row in rows if "." in row][:2] == [
        ["clinic", "0.10", "2.00"],
        ["bank", "3.00", "0.20"],
    ]
    assert rows[-1].endswith("nats")
    assert len(filled(drawn)) == 4
    assert "rows: adapter, columns: texts" in words(drawn)


def test_the_names_of_neighbouring_references_do_not_cover_each_other() -> None:
    drawn = chart(
        Points("difference", tuple(map(float, range(60))), tuple(math.sin(x) for x in range(60))),
        Reference("true difference", 0.03),
        Reference("no difference", 0.0),
    )
    for width in WIDTHS:
        shown = "\n".join(rows_of(drawn, width))
        assert "true difference 0.03" in shown
        assert "no difference 0" in shown


def test_references_of_bars_are_drawn_in_the_figure_as_well() -> None:
    drawn = chart(bars([0.2, 0.9]), Reference("chance", 0.5))
    assert "┊ chance 0.5" in rows_of(drawn)[0]
    assert "chance 0.5" in words(drawn)
