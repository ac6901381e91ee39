"""Streams of events, whole and damaged, through everything that reads them: nothing breaks."""

from __future__ import annotations

import io
import json
import tempfile
import unicodedata
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from quizapp.app.advice import explain
from quizapp.app.report import as_text
from quizapp.app.runs import RunStore, as_state, make_record
from quizapp.app.verdict import judge
from quizapp.commands.demo_view import live_view, report
from quizapp.demo.events import Error, Event
from quizapp.demo.state import RunState
from quizapp.demo.wire import ProtocolError, decode, encode
from quizapp.exchange.figure import describe, to_csv
from quizapp.exchange.figure_svg import to_svg
from quizapp.paths import find_paths
from quizapp.plot.canvas import plain_text
from quizapp.plot.draw import draw
from quizapp.plot.heading import Overlay
from quizapp.store import Store
from tests.unit.demo.streams import ENDINGS, EVENTS, MARKS, RESULTS
from tests.unit.toys import AT, make_spec

SPEC = make_spec()
JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=5),
    st.just([]),
    st.just({}),
)


@st.composite
def damage(draw: st.DrawFn, line: bytes) -> list[bytes]:
    """One line as it may arrive when something went wrong on its way."""
    kind = draw(st.sampled_from(["cut", "byte", "twice", "noise", "drop", "junk", "rename"]))
    at = draw(st.integers(0, len(line) - 1))
    if kind == "cut":
        return [line[:at] + b"\n"]
    if kind == "byte":
        return [line[:at] + draw(st.binary(min_size=1, max_size=3)) + line[at + 1 :]]
    if kind == "twice":
        return [line, line]
    if kind == "noise":
        return [draw(st.binary(max_size=20)), line]
    content: dict[str, Any] = json.loads(line)
    name = draw(st.sampled_from(sorted(content)))
    if kind == "drop":
        del content[name]
    elif kind == "junk":
        content[name] = draw(JUNK)
    else:
        content[draw(st.text(max_size=5))] = content.pop(name)
    return [json.dumps(content).encode() + b"\n"]


@st.composite
def streams(draw: st.DrawFn) -> list[bytes]:
    """The lines of a run: in order or not, ended or not, whole or damaged."""
    body = draw(st.lists(MARKS | RESULTS, max_size=6))
    if draw(st.booleans()):
        body.append(draw(ENDINGS))
    lines: list[bytes] = []
    for event in draw(st.permutations(body)):
        line = encode(event)
        lines += draw(damage(line)) if draw(st.integers(0, 9)) == 9 else [line]
    return lines


def arriving(lines: list[bytes]) -> Iterator[Event]:
    """Read lines as the lab does."""
    for line in lines:
        try:
            yield decode(line)
        except ProtocolError as error:
            yield Error("protocol", str(error))
            return


def is_clean(text: str) -> bool:
    """Whether a terminal only prints the text."""
    return not any(unicodedata.category(c) in ("Cc", "Cs") and c not in "\n\t" for c in text)


@settings(max_examples=300)
@given(streams())
def test_no_stream_breaks_a_reader_and_no_text_breaks_a_terminal(lines: list[bytes]) -> None:
    state = RunState().add(*arriving(lines))
    screen = io.StringIO()
    console = Console(file=screen, width=80)
    console.print(live_view(state, 80, 8), *report(state, 80, 8))
    texts = [screen.getvalue()]
    for chart in state.charts:
        texts.append(plain_text(draw(chart, 60, 12, [Overlay("#1", state.charts[0])], cursor=30)))
        texts.append(to_csv(chart))
        texts.append(svg := to_svg(chart, "about"))
        ET.fromstring(svg)
    for guess in (1.0, "NF4"):
        judge(SPEC, state, SPEC.defaults, guess=guess)
    if trouble := explain(state):
        texts.append(f"{trouble.sentence} {trouble.hint}")
    record = make_record(SPEC, SPEC.defaults, state, AT)
    texts += [as_text(SPEC, record), describe(record)]
    assert all(map(is_clean, texts))


@settings(max_examples=200)
@given(st.lists(EVENTS, max_size=8))
def test_a_record_shows_what_its_run_showed(events: list[Event]) -> None:
    state = RunState().add(*events)
    record = make_record(SPEC, SPEC.defaults, state, AT)
    with tempfile.TemporaryDirectory() as folder:
        paths = find_paths({"QUIZAPP_HOME": folder})
        with Store(paths.database, lambda: AT) as store:
            runs = RunStore(store, paths)
            runs.add(record)
            [back] = map(runs.with_charts, runs.last())
    shown = as_state(replace(back, device_name=state.device_name), SPEC)
    assert repr(shown.charts) == repr(state.charts)
    assert [(m.id, str(m.value)) for m in shown.measures] == [
        (m.id, str(m.value)) for m in state.measures
    ]
    assert [(c.id, c.state) for c in shown.claims] == [(c.id, c.state) for c in state.claims]
