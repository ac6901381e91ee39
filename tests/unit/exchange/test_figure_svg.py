"""Where things lie in a figure: data at their ticks, bars from zero, nothing over anything else."""

from __future__ import annotations

import itertools
import math

import pytest

from quizapp.demo.events import (
    Axes,
    Bars,
    Heatmap,
    Histogram,
    Points,
    Reference,
    Scatter,
)
from quizapp.exchange.figure_svg import COLOURS
from quizapp.plot.points import NO_NUMBER, TOO_LEFT, TOO_LOW
from tests.unit.exchange.svg_page import EXACT, Page, near

"""Numbers are written with one digit after the point."""


# Lines and points


def test_a_line_goes_through_its_values_at_the_ticks() -> None:
    page = Page(Points("a", (0.0, 4.0, 10.0), (0.0, 80.0, 100.0)))
    assert page.line() == [
        [
            near(page.x_tick("0"), page.y_tick("0")),
            near(page.x_tick("4"), page.y_tick("80")),
            near(page.x_tick("10"), page.y_tick("100")),
        ]
    ]
    assert page.x_tick("0") < page.x_tick("4") < page.x_tick("10")
    assert page.y_tick("0") > page.y_tick("80") > page.y_tick("100")
    assert page.dots(COLOURS[0])[1:] == [near(*point) for point in page.line()[0]]


def test_on_logarithmic_axes_equal_factors_are_equally_far() -> None:
    page = Page(
        Axes("", "x", "y", log_x=True, log_y=True),
        Points("a", (1.0, 10.0, 100.0), (0.1, 1.0, 10.0)),
    )
    [[first, second, third]] = page.line()
    assert second == near((first[0] + third[0]) / 2, (first[1] + third[1]) / 2)
    assert second == near(page.x_tick("10"), page.y_tick("1"))


def test_a_line_is_broken_where_a_value_is_no_number_and_marked_once_at_the_edge() -> None:
    low, high = -math.inf, math.inf
    page = Page(Points("a", tuple(map(float, range(6))), (1.0, high, high, 2.0, low, 2.0)))
    assert [len(stroke) for stroke in page.line()] == [1, 1, 1]
    above, below = page.texts(NO_NUMBER)
    assert above.x == pytest.approx(page.x_tick("1"), abs=EXACT)
    assert below.x == pytest.approx(page.x_tick("4"), abs=EXACT)
    assert above.y < page.y_tick("2.0") < page.y_tick("1.0") < below.y
    assert page.text(f"{NO_NUMBER} not finite")


def test_what_a_logarithmic_axis_cannot_show_is_marked_at_its_edges() -> None:
    page = Page(
        Axes("", "x", "y", log_x=True, log_y=True),
        Scatter("a", (1.0, 10.0, 0.0), (1.0, 0.0, 100.0)),
    )
    assert page.dots(COLOURS[0])[1:] == [near(page.x_tick("1"), page.y_tick("1"))]
    low = [i for i in page.texts(TOO_LOW) if i.anchor == "middle"]
    left = [i for i in page.texts(TOO_LEFT) if i.anchor == "middle"]
    assert [i.x for i in low] == [pytest.approx(page.x_tick("10"), abs=EXACT)]
    assert [i.x for i in left] == [78.0]
    assert low[0].y > page.y_tick("1")
    assert left[0].y == pytest.approx(page.y_tick("100") + 4, abs=EXACT)


def test_a_line_of_many_points_has_a_few_markers() -> None:
    counts = []
    for length in (30, 31, 800):
        values = tuple(map(float, range(length)))
        counts.append(len(Page(Points("a", values, values)).dots(COLOURS[0])) - 1)
    assert counts == [30, 8, 8]


def test_a_reference_crosses_the_plot_at_its_value() -> None:
    page = Page(
        Points("a", (0.0, 10.0), (0.0, 100.0)), Reference("r", 40.0), Reference("s", 4.0, "x")
    )
    [across] = [i for i in page.paths(r"M78\.0 [\d.]+H696\.0") if i.node.get("stroke") == "#666666"]
    [down] = [i for i in page.paths(r"M[\d.]+ 74\.0V388\.0") if i.node.get("stroke") == "#666666"]
    assert across.y == pytest.approx(page.y_tick("40"), abs=EXACT)
    assert down.x == pytest.approx(page.x_tick("4"), abs=EXACT)
    assert (page.text("r 40").anchor, page.text("s 4").anchor) == ("end", "start")
    assert page.text("r 40").y == pytest.approx(across.y - 4, abs=EXACT)
    assert page.text("s 4").x == pytest.approx(down.x + 4, abs=EXACT)


def test_a_reference_without_a_place_is_left_out() -> None:
    page = Page(Axes("", log_y=True), Points("a", (0.0, 1.0), (1.0, 2.0)), Reference("r", -1.0))
    assert not page.texts("r -1")


def test_lines_differ_in_colour_dash_and_marker() -> None:
    page = Page(*(Points(str(n), (0.0, 1.0), (float(n), 1.0)) for n in range(9)))
    samples = page.paths(r"M[\d.]+ \d+h26")
    looks = [(i.node.get("stroke"), i.node.get("stroke-dasharray")) for i in samples]
    assert len(set(looks)) == 9
    assert [colour for colour, _ in looks] == [*COLOURS, *COLOURS[:2]]
    assert [dash for _, dash in looks[:5]] == ["none", "7 3", "2 3", "10 3 2 3", "none"]
    fills = [i.fill for i in page.paths(r"M[\d.]+ [\d.]+[alv][^h]*(h6v6)?z?[^h]*") if i.y < 60]
    assert fills == [*COLOURS[:4], *["#ffffff"] * 4, COLOURS[1]]


def test_every_marker_has_its_centre_at_its_point() -> None:
    flat = [Points(str(n), (0.0, 1.0), (0.4, 0.4)) for n in range(4)]
    page = Page(
        Points("low", (0.0, 1.0), (0.0, 0.0)), Points("high", (0.0, 1.0), (1.0, 1.0)), *flat
    )
    point = (page.x_tick("0.0"), page.y_tick("0.4"))
    found = [centre for item in page.items if (centre := page.centre(item)) and item.x < 90]
    assert sum(centre == near(*point) for centre in found) == 4


def test_samples_and_names_of_a_legend_follow_each_other_within_the_page() -> None:
    names = [f"curve number {n}" for n in range(12)]
    page = Page(*(Points(name, (0.0, 1.0), (1.0, math.nan)) for name in names))
    samples, written = page.paths(r"M[\d.]+ \d+h26"), [page.text(name) for name in names]
    spots = [(sample.y, sample.x) for sample in samples]
    assert spots == sorted(spots)
    assert len({y for y, _ in spots}) == 3
    for sample, name in zip(samples, written, strict=True):
        assert name.x - sample.x == 31 and name.y - sample.y == 4
        assert name.x + 7 * len(name.text) <= page.width
    for name, sample in zip(written, samples[1:], strict=False):
        if sample.y + 4 == name.y:
            assert sample.x - name.x == 46 - 31 + 7 * len(name.text)
        else:
            assert (sample.x, sample.y - (name.y - 4)) == (78.0, 16.0)


def test_a_plot_moves_down_below_a_legend_of_many_lines() -> None:
    def top_and_height(count: int) -> tuple[float, float]:
        page = Page(*(Points(f"curve {n:04}", (0.0, 1.0), (0.0, 1.0)) for n in range(count)))
        return page.y_tick("1.0"), page.height

    few, some, many = (top_and_height(count) for count in (4, 10, 24))
    assert few == some == (few[0], 462.0)  # two rows stand above a plot anyway
    assert many[0] - few[0] == pytest.approx(many[1] - few[1], abs=EXACT)
    assert many[1] > few[1]


# Histograms


def test_bins_stand_between_their_edges_as_high_as_their_counts() -> None:
    page = Page(Histogram("w", (1.0, 3.0, 0.0), (0.0, 1.0, 2.0, 3.0), (0.5,)))
    one, three, none = page.rects(COLOURS[0])
    assert (one.x, one.right) == near(page.x_tick("0.0"), page.x_tick("1.0"))
    assert (three.x, three.right) == near(page.x_tick("1.0"), page.x_tick("2.0"))
    assert (one.y, three.y) == near(page.y_tick("1.0"), page.y_tick("3.0"))
    assert {one.bottom, three.bottom} == {388.0}
    assert none.height == 0
    [level] = page.paths(r"M[\d.]+ [\d.]+l-4 8h8z")
    assert (level.x, level.y) == near(page.x_tick("0.5"), 388.0)


def test_a_bin_of_one_in_a_million_can_be_seen() -> None:
    page = Page(Histogram("w", (1.0, 1e6), (0.0, 1.0, 2.0)))
    rare, common = page.rects(COLOURS[0])
    assert (rare.height, rare.bottom) == (0.5, 388.0)
    assert common.height > 300


# Bars


def test_bars_are_as_long_as_their_values_and_begin_at_zero() -> None:
    page = Page(Bars("one", ("a", "b", "c"), (1.0, -2.0, 4.0)))
    a, b, c = page.rects(COLOURS[0])
    assert a.x == c.x == pytest.approx(b.right, abs=EXACT)
    assert (b.width, c.width) == near(2 * a.width, 4 * a.width)
    assert c.right == pytest.approx(650.0, abs=EXACT)  # the room for its value is left
    for bar, value in ((a, "1"), (c, "4")):
        assert page.text(value).x == pytest.approx(bar.right + 8, abs=EXACT)
    assert page.text("-2").x == pytest.approx(b.right + 8, abs=EXACT)
    for bar, label in ((a, "a"), (b, "b"), (c, "c")):
        assert page.text(label).anchor == "end"
        assert page.text(label).y == pytest.approx((bar.y + bar.bottom) / 2 + 4, abs=EXACT)
        assert page.text(label).x < min(b.x, bar.x)
    assert page.text("one").size == 15  # the name of a single group is the title


def test_bars_of_groups_lie_below_each_other_and_share_a_label() -> None:
    page = Page(
        Axes("both"),
        Bars("one", ("a", "b"), (1.0, 2.0)),
        Bars("two", ("b", "c"), (2.0, 3.0)),
    )
    first, second = page.rects(COLOURS[0]), page.rects(COLOURS[1])
    bars = [first[0], first[1], second[0], second[1]]
    assert [bar.y for bar in bars] == sorted(bar.y for bar in bars)
    assert {bar.height for bar in bars} == {30.0}
    steps = [low.y - high.y for high, low in itertools.pairwise(bars)]
    assert steps == [68.0, 34.0, 68.0]  # "a" of two and "c" of one are left empty
    assert page.text("b").y == pytest.approx((first[1].y + second[0].bottom) / 2 + 4, abs=EXACT)
    assert {name.text: name.size for name in (page.text("both"), page.text("one"))} == {
        "both": 15.0,
        "one": 12.0,
    }


def test_a_long_label_gets_its_room_up_to_half_the_page() -> None:
    def zero(label: str) -> float:
        [bar] = Page(Bars("one", (label,), (1.0,))).rects(COLOURS[0])
        return bar.x

    assert zero("x" * 20) - zero("x" * 10) == pytest.approx(75.0, abs=EXACT)
    assert zero("x" * 80) == 360.0


def test_many_bars_make_the_figure_higher_and_stay_legible() -> None:
    bars, pages = {}, {}
    for count in (5, 12, 40):
        labels, values = tuple(f"n{n}" for n in range(count)), (1.0,) * count
        page = Page(Bars("one", labels, values))
        [bars[count]] = {bar.height for bar in page.rects(COLOURS[0])}
        pages[count] = page.height
        assert max(bar.bottom for bar in page.rects()) <= page.height - 22 - 52
    assert bars == {5: 30.0, 12: pytest.approx(314 / 12 - 4, abs=EXACT), 40: 12.0}
    assert pages == {5: 462.0, 12: 462.0, 40: 74.0 + 40 * 16 + 52 + 22}


def test_a_bar_of_nearly_nothing_is_seen_and_one_of_nothing_is_not() -> None:
    page = Page(Bars("one", ("a", "b", "c"), (0.0, 1e-9, 1.0)))
    tiny, whole = page.rects(COLOURS[0])
    assert tiny.width == 0.5
    assert whole.width > 500


def test_on_a_logarithmic_axis_dots_stand_at_the_ticks() -> None:
    page = Page(
        Axes("", "size", log_y=True),
        Bars("one", ("a", "b", "c"), (1.0, 100.0, 0.0)),
        Reference("r", 10.0),
    )
    assert not page.rects()
    dots = page.dots(COLOURS[0])
    ticks = {i.text: i for i in page.items if i.kind == "text" and i.anchor == "middle"}
    assert [x for x, _ in dots] == [
        pytest.approx(ticks["1"].x, abs=EXACT),
        pytest.approx(ticks["100"].x, abs=EXACT),
    ]
    [down] = [i for i in page.paths(r"M[\d.]+ 74\.0V[\d.]+") if i.node.get("stroke") == "#666666"]
    assert down.x == pytest.approx(ticks["10"].x, abs=EXACT)
    assert page.text("r 10").x == pytest.approx(down.x + 4, abs=EXACT)
    assert ticks[TOO_LEFT].y == page.text("c").y
    strokes = page.paths(r"M[\d.]+ 388\.0v5")
    assert {i.x for i in strokes} == {i.x for i in ticks.values() if i.y == 388.0 + 18}


def test_a_bar_that_is_no_number_is_a_cross_at_zero() -> None:
    page = Page(Bars("one", ("a", "b"), (1.0, math.nan)))
    [bar] = page.rects(COLOURS[0])
    assert page.text(NO_NUMBER).x == bar.x
    assert page.text(NO_NUMBER).y == page.text("b").y


# Matrices


def test_cells_of_a_matrix_tile_the_plot_with_their_names_beside_them() -> None:
    page = Page(Heatmap("m", ((1.0, -2.0), (0.0, 4.0)), ("r", "s"), ("c", "d")))
    cells = page.rects()
    assert [(cell.x, cell.y) for cell in cells] == [
        near(78.0, 74.0),
        near(387.0, 74.0),
        near(78.0, 231.0),
        near(387.0, 231.0),
    ]
    assert {(cell.width, cell.height) for cell in cells} == {(309.3, 157.3)}  # no gap is seen
    for cell, value in zip(cells, ("1", "-2", "0", "4"), strict=True):
        at = page.text(value)
        assert at.anchor == "middle"
        assert (at.x, at.y) == near(cell.x + 154.5, cell.y + 82.5)
    for name, cell in (("r", cells[0]), ("s", cells[2])):
        assert (page.text(name).x, page.text(name).y) == near(cell.x - 6, cell.y + 82.5)
    for name, cell in (("c", cells[2]), ("d", cells[3])):
        assert (page.text(name).x, page.text(name).y) == near(cell.x + 154.5, 404.0)
    assert page.text("4").fill == "#ffffff"
    assert page.text("1").fill == page.text("-2").fill == "#000000"


def test_signs_and_sizes_of_a_matrix_are_told_apart_by_colour() -> None:
    page = Page(Heatmap("m", ((4.0, -4.0, 0.0, math.nan),)))
    assert [cell.fill for cell in page.rects()] == ["#00447a", "#b25400", "#f2f5f9", "#bbbbbb"]


def test_cells_too_small_for_numbers_have_none_and_their_columns_turned_names() -> None:
    columns = tuple(f"column {n}" for n in range(20))
    page = Page(Heatmap("m", (tuple(map(float, range(20))),), (), columns))
    assert not page.texts("7")
    name, cell = page.text("column 7"), page.rects()[7]
    centre = cell.x + (cell.width - 0.3) / 2
    assert name.anchor == "end"
    assert name.x == pytest.approx(centre, abs=EXACT)
    assert name.node.get("transform", "").startswith("rotate(-30 ")
    wide = Page(Heatmap("m", ((1.0, 2.0),), (), ("left", "right")))
    assert wide.text("left").node.get("transform") is None
    assert wide.text("1")


@pytest.mark.parametrize(
    ("rows", "columns", "shown"), [(22, 18, True), (23, 18, False), (22, 19, False)]
)
def test_a_number_is_written_where_its_cell_has_room_for_it(
    rows: int, columns: int, shown: bool
) -> None:
    page = Page(Heatmap("m", ((0.25,) * columns,) * rows))
    assert len(page.rects()) == rows * columns
    assert len(page.texts("0.25")) == (rows * columns if shown else 0)


def test_rows_with_names_stay_legible_and_make_a_matrix_higher() -> None:
    def height(count: int, names: tuple[str, ...]) -> float:
        return Page(Heatmap("m", ((1.0,),) * count, names)).height

    names = tuple(f"row {n}" for n in range(60))
    assert height(60, names) == 74.0 + 60 * 12 + 52 + 22
    assert height(60, ()) == height(2, names[:2]) == 462.0


def test_long_names_of_rows_get_their_room_up_to_a_third_of_the_page() -> None:
    def left(name: str) -> float:
        return Page(Heatmap("m", ((1.0,),), (name,))).rects()[0].x

    assert (left("x"), left("x" * 20), left("x" * 80)) == (78.0, 142.0, 240.0)


# The page


def test_parts_of_a_chart_lie_below_each_other_and_how_it_was_made_below_all() -> None:
    page = Page(
        Points("a", (0.0, 1.0), (0.0, 1.0)),
        Bars("one", ("left",), (1.0,)),
        Heatmap("m", ((7.0,),)),
        about="toy rate=0.1",
    )
    assert (page.width, page.height) == (720.0, 3 * 440.0 + 22)
    assert page.root.get("viewBox") == f"0 0 720 {page.height:g}"
    assert 440 < page.text("left").y < 880 < page.text("7").y < 1320
    about = page.text("toy rate=0.1")
    assert (about.x, about.y, about.size) == (78.0, page.height - 10, 8.0)


def test_titles_stand_in_the_middle_of_their_axes() -> None:
    page = Page(Axes("all", "step", "loss"), Points("a", (0.0, 1.0), (0.0, 1.0)))
    assert (page.text("step").x, page.text("step").y) == (387.0, 428.0)
    assert (page.text("loss").x, page.text("loss").y) == (18.0, 231.0)
    assert page.text("loss").node.get("transform") == "rotate(-90 18 231)"
    assert page.text("step").anchor == page.text("loss").anchor == "middle"
    assert (page.text("all").x, page.text("all").y) == (78.0, 22.0)
