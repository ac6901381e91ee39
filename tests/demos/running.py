"""Run a demo inside the test process and keep what it reports."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from quizapp.demo.child import load_demo
from quizapp.demo.declare import Demo
from quizapp.demo.events import Event
from quizapp.demo.run import Run
from quizapp.demo.spec import read_spec
from quizapp.demo.state import RunState

DEMOS = Path(__file__).parents[2] / "demos"


@dataclass
class Outcome:
    """What a run reported."""

    state: RunState = field(default_factory=RunState)

    def take(self, event: Event) -> None:
        self.state = self.state.add(event)

    @property
    def measures(self) -> dict[str, Any]:
        return {measure.id: measure.value for measure in self.state.measures}

    @property
    def claims(self) -> dict[str, str]:
        return {claim.id: claim.state for claim in self.state.claims}


def load(name: str) -> Demo:
    """Import a demo of the catalogue."""
    return load_demo(DEMOS / f"{name}.py")


def part(demo: Demo, name: str) -> Callable[..., Any]:
    """Return a function of the demo's module."""
    found: Callable[..., Any] = demo.main.__globals__[name]
    return found


def run_demo(name: str, demo: Demo | None = None, **chosen: Any) -> Outcome:
    """Run a demo with the chosen settings, the others at their defaults."""
    outcome = Outcome()
    demo = demo or load(name)
    run = Run(demo, outcome.take, bundled=chosen.get("model", "tinyworld") == "tinyworld")
    demo.main(run, **read_spec(DEMOS / f"{name}.py").settings(chosen))
    run.finish()
    return outcome
