"""The line on a run: what to expect of it, and how long it still takes."""

from __future__ import annotations

from typing import Any, cast

from quizapp.app import run_phases as phases
from quizapp.demo.events import Loaded, Progress
from quizapp.demo.state import RunState
from quizapp.tui.widgets.run_bar import run_line
from tests.unit.app.running import bench


async def test_another_model_is_not_promised_the_time_of_the_bundled_one() -> None:
    async with bench() as at:
        toy = at.experiment("toy_number")
        assert run_line(toy).plain == "about 1 s"
        toy.change({**toy.settings, "model": "org/name"}, "auto")
        assert run_line(toy).plain.startswith("The time depends on the model")


async def test_a_long_run_says_what_is_left() -> None:
    async with bench() as at:
        toy = at.experiment("toy_number")
        loaded = RunState().add(Loaded("cpu", "cpu, 1 thread"))
        for left, words in ((None, ""), (2.0, ""), (720.0, " · about 12 min left")):
            state = loaded.add(Progress(0 if left is None else 1, 100, left))
            running = phases.Running(cast(Any, None), {}, None, False, toy.clock(), state)
            toy.phase = running
            line = run_line(toy).plain
            toy.phase = phases.Setup()
            assert line.partition(" s")[2] == words
