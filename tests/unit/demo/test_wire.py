"""Events survive the wire, whatever numbers and texts they hold."""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.demo.wire import MAX_LINE, decode, encode, number, plain

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(), inner, max_size=5),
    max_leaves=30,
)


@given(st.dictionaries(st.text(), JSON, max_size=5))
def test_any_event_of_json_values_comes_back_equal(fields: dict[str, Any]) -> None:
    event = {**fields, "t": "note"}
    assert decode(encode(event)) == event


@given(st.dictionaries(st.text(), JSON, max_size=5))
def test_an_event_is_one_line_of_strict_json(fields: dict[str, Any]) -> None:
    line = encode({**fields, "t": "note"})
    assert line.count(b"\n") == 1 and line.endswith(b"\n")
    json.loads(line, parse_constant=lambda word: pytest.fail(f"{word} is not JSON"))


@given(st.floats())
def test_every_float_comes_back_as_itself(value: float) -> None:
    back = number(decode(encode({"t": "measure", "value": value}))["value"])
    assert back == value or (math.isnan(back) and math.isnan(value))


@given(st.lists(st.floats(), max_size=20))
def test_non_finite_values_travel_inside_lists(values: list[float]) -> None:
    back = [number(v) for v in decode(encode({"t": "points", "y": values}))["y"]]
    assert list(map(str, back)) == list(map(str, values))


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        (np.float32(0.5), 0.5),
        (np.int64(3), 3),
        (np.bool_(True), True),
        (np.array([[1.0, np.nan]]), [[1.0, "nan"]]),
        ((1, 2), [1, 2]),
        ({1: np.float64("inf")}, {"1": "inf"}),
    ],
)
def test_arrays_and_their_scalars_become_plain(value: object, wanted: object) -> None:
    assert plain(value) == wanted


def test_a_lone_surrogate_does_not_end_a_run() -> None:
    assert decode(encode({"t": "sample", "text": "a\ud800b"}))["text"] == "a\ud800b"


def test_an_event_over_the_limit_is_refused_where_it_is_made() -> None:
    with pytest.raises(ValueError, match="over the limit"):
        encode({"t": "note", "text": "x" * MAX_LINE})
    assert len(encode({"t": "note", "text": "x" * (MAX_LINE - 100)})) < MAX_LINE


@pytest.mark.parametrize("line", [b"", b"[]\n", b'{"a": 1}\n', b'{"t": 1}\n', b"{", b"\xff\n"])
def test_what_is_not_an_event_is_refused(line: bytes) -> None:
    with pytest.raises(ValueError):
        decode(line)
