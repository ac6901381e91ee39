"""What holds for every test: nothing of the user's own is read or written.

And what many tests share: a small library, a toy demo, a clock that stands still.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from unittest.mock import patch

import pytest
from hypothesis import Phase, settings
from hypothesis.internal.conjecture import providers
from hypothesis.internal.constants_ast import Constants

from quizapp.app.core import Core
from quizapp.cards.library import compiled_copy, load
from quizapp.paths import Paths, find_paths
from quizapp.settings import Settings, StudySettings

# One torch thread per test process: with more, two test processes on two cores would spin against
# each other and take many times longer.
os.environ.setdefault("OMP_NUM_THREADS", "1")

# A slow moment of the machine is no failure. Where CI is set, Hypothesis draws the same examples
# each time, so that what fails in the gate fails again when its test is run alone. For that it must
# not draw from the constants of the modules that happen to be loaded: those depend on which tests
# ran before in this process.
settings.register_profile("ci", settings.get_profile("ci"), deadline=None, derandomize=True)
settings.register_profile("default", settings.get_profile("default"), deadline=None)
# A mutant is killed by the first failing example; the smallest one is of no interest.
settings.register_profile(
    "mutants", settings.get_profile("ci"), phases=(Phase.explicit, Phase.generate)
)
if os.environ.get("CI"):
    settings.load_profile("ci")
    patch.object(providers, "_get_local_constants", Constants).start()
else:
    settings.load_profile("default")


@pytest.fixture(scope="session")
def built_in_decks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built-in decks as they are kept once they were read, which takes seconds."""
    paths = find_paths({"QUIZAPP_HOME": str(tmp_path_factory.mktemp("compiled"))})
    load(paths.content, paths.cache)
    return compiled_copy(paths.content, paths.cache)


@pytest.fixture(autouse=True)
def home(
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
    built_in_decks: Path,
) -> Path:
    """A home without data of the user's, but with the built-in decks read already.

    The developer's own stays out of the tests.
    """
    folder = tmp_path_factory.mktemp("home")
    paths = find_paths({"QUIZAPP_HOME": str(folder)})
    paths.cache.mkdir()
    os.link(built_in_decks, compiled_copy(paths.content, paths.cache))
    monkeypatch.setenv("QUIZAPP_HOME", str(folder))
    for name in ("QUIZAPP_CONTENT", "QUIZAPP_DEMOS", "NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    return folder


ALPHA = """
deck: alpha
title: Alpha
order: 1
lesson: |
  # What alpha is

  Some words before the run.

  {{demo: toy steps=4}}

  And after it.

  {{cards: a-open}}
cards:
- id: a-open
  kind: open
  question: Why is `B` zero at the start?
  difficulty: mid
  tags: [lora]
  hint: Think of step 0.
  answer: |
    The update is zero, so the base model is kept.
  key_points:
  - {point: "the update is zero at step 0", must: true, shown: counts}
  - {point: "the gradient of B is not zero"}
  pitfall: Both at random is often said.
  follow_ups: [a-number]
  references:
  - {title: "LoRA", where: "arXiv 2106.09685, section 4.1", checked: abstract}
  demo:
    run: toy
    with: {steps: 3}
    shows: "It counts to {last}."
    expect:
    - {measure: last, about: 2.0, within: 0.01}
- id: a-choice
  kind: choice
  question: Which one is right?
  difficulty: junior
  tags: [lora]
  hint: Not the first.
  options: ["the first", "the second", "the third"]
  correct: 1
  answer: The second.
- id: a-multi
  kind: multi
  question: Which of these are even?
  difficulty: junior
  tags: [numbers]
  options: ["two", "three", "four"]
  correct: [0, 2]
  answer: Two and four.
- id: a-order
  kind: order
  question: Put the steps in order.
  difficulty: junior
  tags: [steps]
  steps: ["collect", "train", "evaluate"]
  answer: Collect, train, evaluate.
- id: a-number
  kind: number
  question: How many weights has a 4 by 8 matrix?
  difficulty: junior
  tags: [numbers]
  value: 32
  tolerance: 0.01
  unit: weights
  answer: 4·8 = 32.
- id: a-cloze
  kind: cloze
  question: Fill the gaps.
  difficulty: junior
  tags: [words]
  text: LoRA adds {{B·A|BA}} to the {{frozen}} weight.
  answer: B·A is added to the frozen weight.
"""

BETA = """
deck: beta
title: Beta
order: 2
cards:
- id: b-open
  kind: open
  question: What is [bold]beta[/bold]?
  difficulty: senior
  tags: [beta]
  answer: A [link](https://example.org/x) and *some* words.
  key_points:
  - {point: "it is beta", must: true}
- id: b-curve
  kind: choice
  question: What is wrong with this run?
  difficulty: mid
  tags: [beta]
  options: ["nothing", "the rate is too high"]
  correct: 1
  answer: The rate.
  figure: {run: toy, with: {steps: 3}, show: [train]}
"""

LATER = """
deck: later
title: Later
order: 3
cards:
- id: z-later
  kind: open
  question: What comes after?
  difficulty: mid
  requires: [a-open]
  answer: This.
  key_points:
  - {point: "this", must: true}
"""
"""A deck whose card waits for one of alpha; not among the decks."""

TOY = '''"""A toy.

It counts and says so.
"""

import time

from quizapp.demo import Choice, Int, Predict, Run, demo


@demo(
    topic="toys",
    claims={"counts": "It counts to the end"},
    measures={"last": "the last number"},
    predict=Predict("What comes last?", low=0, high=10, measure="last"),
    budget_s=1,
)
def main(run: Run, steps: int = Int(5, 1, 1000), mode: str = Choice("ok", "hang")) -> None:
    for step in run.steps(steps):
        run.point(step, train=float(step), validation=step + 1.0)
        while mode == "hang":
            run.check()
            time.sleep(0.01)
    run.measure("last", steps - 1.0)
    run.claim("counts", True, f"{steps} steps")
'''


@dataclass
class Clock:
    """Time that moves only when a test moves it."""

    now: datetime = field(default_factory=lambda: datetime(2027, 3, 1, 12, tzinfo=UTC))
    seconds: float = 0.0

    def forward(self, **span: float) -> None:
        """Let time pass."""
        step = timedelta(**span)
        self.now += step
        self.seconds += step.total_seconds()


Make = Callable[..., Core]


@pytest.fixture
def clock() -> Clock:
    """The time of the test."""
    return Clock()


@pytest.fixture
def decks(tmp_path: Path) -> Path:
    """The folder of decks."""
    folder = tmp_path / "decks"
    folder.mkdir()
    (folder / "alpha.yaml").write_text(ALPHA, encoding="utf-8")
    (folder / "beta.yaml").write_text(BETA, encoding="utf-8")
    return folder


@pytest.fixture
def make_core(tmp_path: Path, decks: Path, clock: Clock) -> Iterator[Make]:
    """Open the core over one home; called again, it is a restart."""
    demos = tmp_path / "demos"
    demos.mkdir()
    (demos / "toy.py").write_text(TOY, encoding="utf-8")
    home = tmp_path / "home"
    opened: list[Core] = []

    def make(settings: Settings | None = None, **study: object) -> Core:
        core = Core(
            paths=Paths(home, home / "cache", home, (decks,), (demos,)),
            settings=settings or Settings(study=StudySettings(**study)),  # type: ignore[arg-type]
            clock=lambda: clock.now,
            monotonic=lambda: clock.seconds,
            tz=UTC,
            random=Random(0),
            env={"EDITOR": "true"},
            preload=False,
        )
        opened.append(core)
        return core

    yield make
    for core in opened:
        core.close()


@pytest.fixture
def core(make_core: Make) -> Core:
    """The core with the defaults."""
    return make_core()
