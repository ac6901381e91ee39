"""Whatever a demo emits wrongly, its run ends in one error with a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from quizapp.app.advice import explain
from quizapp.demo.request import RunRequest
from quizapp.demo.spec import read_spec
from quizapp.demo.state import RunState
from quizapp.lab.lab import Lab
from quizapp.lab.process import Setup
from tests.unit.malformed import LINE, WRONG_CALLS, WRONG_LINES, write_demo

TOYS = Path(__file__).parents[2] / "tui" / "toys"


async def run_all(folder: Path, calls: Mapping[str, str]) -> dict[str, RunState]:
    """Run a demo for each call, all in one lab, whose torch is a stand-in."""
    lab = Lab(Setup((TOYS,), threads=1, preload=False))
    states = {}
    try:
        for number, call in enumerate(calls):
            spec = read_spec(write_demo(folder, call, f"wrong_{number}"))
            states[call] = RunState()
            async for event in lab.start(RunRequest(spec, spec.defaults)).events():
                states[call] = states[call].add(event)
    finally:
        lab.close()
    return states


async def test_a_wrong_call_is_an_error_at_its_own_line(tmp_path: Path) -> None:
    for call, state in (await run_all(tmp_path, WRONG_CALLS)).items():
        assert state.error is not None, call
        assert state.error.kind == "demo"
        assert state.error.where.endswith(f".py:{LINE}"), call
        assert WRONG_CALLS[call] in state.error.message
        assert state.error.exception in ("TypeError", "ValueError")


async def test_a_wrong_line_ends_the_run_with_a_sentence(tmp_path: Path) -> None:
    for call, state in (await run_all(tmp_path, WRONG_LINES)).items():
        assert state.error is not None, call
        assert state.error.kind == "protocol"
        assert state.error.message.startswith("The demo process sent "), call
        assert WRONG_LINES[call] in state.error.message
        trouble = explain(state)
        assert trouble is not None and trouble.hint
