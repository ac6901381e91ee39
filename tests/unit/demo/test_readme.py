"""The example in the authors' guide is a demo that runs."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from quizapp.demo.child import load_demo
from quizapp.demo.events import Axes, Claim, Event, Measure, Points, Progress, Reference
from quizapp.demo.run import Run
from quizapp.demo.spec import read_spec

GUIDE = Path(__file__).parents[3] / "demos" / "README.md"


@pytest.fixture
def example(tmp_path: Path) -> Path:
    found = re.search(r"```python\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None
    path = tmp_path / "steps.py"
    path.write_text(found[1], encoding="utf-8")
    return path


def run(example: Path, **chosen: Any) -> list[Event]:
    events: list[Event] = []
    demo = load_demo(example)
    handle = Run(demo, events.append)
    demo.main(handle, **read_spec(example).settings(chosen))
    handle.finish()
    return events


@pytest.mark.parametrize(("eta", "state"), [(0.1, "holds"), (1.5, "fails")])
def test_the_example_runs_and_its_claim_can_hold_and_fail(
    example: Path, eta: float, state: str
) -> None:
    events = run(example, eta=eta)
    assert [claim.state for claim in events if isinstance(claim, Claim)] == [state]
    measured = {measure.id for measure in events if isinstance(measure, Measure)}
    assert measured == set(read_spec(example).measures)
    assert {Points, Reference, Axes, Progress} <= set(map(type, events))


def test_the_example_is_what_it_calls_whole(example: Path) -> None:
    spec = read_spec(example)
    assert spec.title == "Small steps, large steps"
    assert spec.predict is not None and spec.predict.measure in spec.measures
