"""Random events: every kind, with every number and text."""

from __future__ import annotations

import math
from typing import Any

from hypothesis import strategies as st

from quizapp.demo.events import (
    Axes,
    Bars,
    Beat,
    Cancelled,
    Claim,
    Done,
    Error,
    Event,
    Heatmap,
    Histogram,
    Loaded,
    Measure,
    Note,
    Points,
    Progress,
    Reference,
    Sample,
    Scatter,
    Table,
)

NUMBERS = st.floats() | st.sampled_from([math.nan, math.inf, -math.inf, 0.0, 1e300, 5e-324])
AMOUNTS = st.floats(0, 1e300)
TEXTS = st.text(max_size=8) | st.sampled_from(["nan", '"', "\x1b[2J", "\x9b", "\ud800", "a\rb"])
NAMES = st.sampled_from(["train", "validation", "a b"]) | TEXTS
LINES = st.integers(0, 999)
CHARTS = st.sampled_from(["", "", "two"])


def _lists(size: int, of: st.SearchStrategy[Any] = NUMBERS) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(of, min_size=size, max_size=size).map(tuple)


def _points(kind: type[Points] | type[Scatter]) -> st.SearchStrategy[Event]:
    return st.integers(0, 9).flatmap(lambda n: st.builds(kind, NAMES, _lists(n), _lists(n), CHARTS))


_BARS = st.integers(0, 5).flatmap(
    lambda n: st.builds(Bars, NAMES, _lists(n, TEXTS), _lists(n), CHARTS)
)
_HISTOGRAMS = st.integers(0, 5).flatmap(
    lambda n: st.builds(Histogram, NAMES, _lists(n), _lists(n + 1), _lists(2), CHARTS)
)
_HEATMAPS = st.tuples(st.integers(0, 4), st.integers(0, 4)).flatmap(
    lambda size: st.builds(
        Heatmap,
        NAMES,
        _lists(size[0], _lists(size[1])),
        st.lists(TEXTS, max_size=4).map(tuple),
        st.lists(TEXTS, max_size=4).map(tuple),
        CHARTS,
    )
)
_CELLS = st.none() | st.booleans() | st.integers() | NUMBERS | TEXTS
_TABLES = st.integers(0, 3).flatmap(
    lambda n: st.builds(
        Table, NAMES, _lists(n, TEXTS), st.lists(_lists(n, _CELLS), max_size=3).map(tuple)
    )
)
_PROGRESS = st.tuples(st.integers(0, 9), st.integers(0, 9)).map(
    lambda pair: Progress(min(pair), max(pair))
)
_FLAGS = st.booleans()

MARKS: st.SearchStrategy[Event] = st.one_of(
    _points(Points),
    _points(Scatter),
    _BARS,
    _HISTOGRAMS,
    _HEATMAPS,
    st.builds(Reference, NAMES, NUMBERS, st.sampled_from(["x", "y"]), CHARTS),
    st.builds(Axes, TEXTS, TEXTS, TEXTS, _FLAGS, _FLAGS, CHARTS),
)
ENDINGS: st.SearchStrategy[Event] = st.one_of(
    st.builds(Done, TEXTS, TEXTS, st.dictionaries(TEXTS, TEXTS, max_size=2), AMOUNTS),
    st.builds(Cancelled, st.none() | AMOUNTS),
    st.builds(Error, TEXTS, TEXTS, TEXTS, TEXTS, TEXTS, LINES),
)
RESULTS: st.SearchStrategy[Event] = st.one_of(
    st.builds(Loaded, TEXTS, TEXTS),
    st.builds(Beat, NUMBERS),
    _PROGRESS,
    st.builds(Measure, NAMES, st.integers(-9, 9) | NUMBERS | TEXTS, TEXTS),
    st.builds(Claim, NAMES, st.sampled_from(["holds", "fails", "not tested"]), TEXTS, TEXTS, LINES),
    _TABLES,
    st.builds(Sample, TEXTS, TEXTS),
    st.builds(Note, TEXTS),
)
EVENTS = MARKS | RESULTS | ENDINGS
