"""Events survive the wire, whatever numbers and strings they hold; anything else is refused."""

from __future__ import annotations

import json
import math
import unicodedata

import pytest
from hypothesis import given

from quizapp.demo.checks import spelled
from quizapp.demo.events import Event, Measure, Note, Points, Sample
from quizapp.demo.wire import MAX_LINE, ProtocolError, as_json, decode, encode
from tests.unit.demo.streams import EVENTS


@given(EVENTS)
def test_any_event_comes_back_equal(event: Event) -> None:
    back = decode(encode(event))
    assert type(back) is type(event)
    assert repr(back) == repr(event)  # NaN is not equal to itself, but looks it


@given(EVENTS)
def test_an_event_is_one_line_of_strict_json(event: Event) -> None:
    line = encode(event)
    assert line.count(b"\n") == 1 and line.endswith(b"\n")
    json.loads(line, parse_constant=lambda word: pytest.fail(f"{word} is not JSON"))


@given(EVENTS)
def test_no_event_holds_what_a_terminal_would_obey(event: Event) -> None:
    text = encode(event)[:-1].decode()
    assert not [c for c in text if unicodedata.category(c) in ("Cc", "Cs")]


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, 0.1, 3, True])
@pytest.mark.parametrize("outcome", ["nan", "inf", '"nan"', '"', "NF4", ""])
def test_a_number_stays_a_number_and_a_text_a_text(value: float, outcome: str) -> None:
    for sent in (value, outcome):
        back = decode(encode(Measure("m", sent)))
        assert isinstance(back, Measure)
        assert (type(back.value), str(back.value)) == (type(sent), str(sent))


def test_numbers_that_json_lacks_travel_as_words() -> None:
    line = encode(Points("loss", (0.0, 1.0, 2.0), (math.nan, math.inf, -math.inf)))
    assert json.loads(line) == {
        "t": "points",
        "name": "loss",
        "x": [0, 1, 2],
        "y": ["nan", "inf", "-inf"],
        "chart": "",
    }
    assert spelled({"a": [math.nan, {"b": (1, math.inf)}]}) == {"a": ["nan", {"b": [1, "inf"]}]}


def test_a_lone_surrogate_does_not_end_a_run() -> None:
    assert decode(encode(Sample("s", "a\ud800b"))) == Sample("s", "ab")


def test_an_event_over_the_limit_is_refused_where_it_is_made() -> None:
    with pytest.raises(ValueError, match="over the limit"):
        encode(Note("x" * MAX_LINE))
    assert len(encode(Note("x" * (MAX_LINE - 100)))) < MAX_LINE


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (b"", "not JSON"),
        (b"{", "not JSON"),
        (b"\xff\n", "not JSON"),
        (b"\x00\x01\n", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b"9" * 5000, "not JSON"),
        (b"[]\n", "not an object with a kind"),
        (b'{"a": 1}\n', "not an object with a kind"),
        (b'{"t": 1}\n', "not an object with a kind"),
        (b'{"t": "pointz"}\n', "there is no event 'pointz'"),
        (b'{"t": "\\u001b[2J"}\n', r"there is no event '\[2J'"),
        (b'{"t": "note"}\n', "bad note event: .*'text'"),
        (b'{"t": "note", "text": "a", "size": 1}\n', "bad note event: .*'size'"),
        (b'{"t": "note", "text": 3}\n', "bad note event: text must be a string, not 3"),
        (b'{"t": "measure", "id": "m"}\n', "bad measure event: value must be a number"),
        (b'{"t": "progress", "done": 2, "total": 1}\n', "bad progress event: 2 of 1 steps"),
        (b'{"t": "beat", "rss_mb": 1' + b"0" * 400 + b"}\n", "rss_mb is too large a number"),
        (b'{"t": "claim", "id": "c", "state": "maybe"}\n', "state must be holds or fails or"),
        (b'{"t": "points", "name": "a", "x": [1], "y": []}\n', "x and y must be equally long"),
        (b'{"t": "points", "name": "a", "x": "12", "y": [1, 2]}\n', "x must be a list, not '12'"),
        (b'{"t": "done", "versions": []}\n', "versions must be a mapping"),
        (b'{"t": "axes", "log_x": 1}\n', "log_x must be True or False, not 1"),
        (b'{"t": "table", "title": "", "columns": [], "rows": [[1]]}\n', "needs 0 cells"),
    ],
)
def test_what_is_no_event_is_refused_with_a_reason(line: bytes, why: str) -> None:
    with pytest.raises(ProtocolError, match=why) as refused:
        decode(line)
    assert len(str(refused.value)) < 300


def test_what_an_event_does_not_say_is_left_out() -> None:
    assert "ms" not in as_json(Note("a")) and as_json(Measure("m", 1)) == {
        "t": "measure",
        "id": "m",
        "value": 1,
        "text": "",
    }
