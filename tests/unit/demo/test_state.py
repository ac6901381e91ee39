"""What the events of a run add up to."""

from __future__ import annotations

from quizapp.demo.events import Event
from quizapp.demo.state import RunState


def test_what_a_terminal_would_obey_is_left_out_of_what_a_demo_says() -> None:
    events: list[Event] = [
        {"t": "claim", "id": "c", "text": "a\x1b[31m claim", "state": "holds", "evidence": "\x07x"},
        {"t": "measure", "id": "m", "text": "a\x1b measure", "value": "1\x9b"},
        {"t": "note", "text": "two\n\tlines\x1b"},
        {"t": "bars", "name": "b\x1b", "labels": ["l\x1b"], "values": [1]},
        {"t": "table", "title": "t\x1b", "columns": ["c\x1b"], "rows": [["r\x1b"]]},
    ]
    state = reduce_all(RunState(), events)
    assert (state.claims[0].text, state.claims[0].evidence) == ("a[31m claim", "x")
    assert (state.measures[0].text, state.measures[0].value) == ("a measure", "1")
    assert state.notes == ("two\n\tlines",)
    assert (state.charts[0].bars[0].name, state.charts[0].bars[0].labels) == ("b", ("l",))
    assert "\x1b" not in repr(state.tables)
