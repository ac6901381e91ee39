"""The phases of a demo at one place; each carries what it shows and the actions it allows."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from quizapp.app.advice import Trouble
from quizapp.app.verdict import Guess, Verdict
from quizapp.demo.events import Event
from quizapp.demo.request import RunRequest
from quizapp.demo.state import RunState
from quizapp.study.record import RunRecord

ANYTIME = frozenset({"leave", "code", "tab", "zoom", "next_chart", "overlay"})
AT_REST = ANYTIME | {"run_demo", "skip", "reset", "settings"}


class Run(Protocol):
    """A run under way, as the lab hands it out."""

    @property
    def log(self) -> str:
        """What the demo has printed."""

    def events(self) -> AsyncIterator[Event]:
        """Yield what the demo sends, last the event that ends the run."""

    def cancel(self) -> None:
        """Ask the run to stop; within two seconds it is made to."""

    def kill(self) -> None:
        """End the run now, without waiting."""


@dataclass(frozen=True)
class Setup:
    """Nothing was run yet."""

    actions = AT_REST
    state = RunState()
    verdict: Verdict | None = None
    log = ""


@dataclass(frozen=True)
class LookingUp:
    """The Hub is asked what a model would download; the last run stays on the screen."""

    model: str
    before: Setup | Ended
    actions = ANYTIME | {"cancel"}

    @property
    def state(self) -> RunState:
        """What the last run has shown."""
        return self.before.state

    @property
    def verdict(self) -> Verdict | None:
        """What the last run came to."""
        return self.before.verdict

    @property
    def log(self) -> str:
        """What the last run has printed."""
        return self.before.log


@dataclass(frozen=True)
class Running:
    """A run is under way."""

    run: Run
    request: RunRequest
    guess: Guess | None
    cold: bool
    """Whether the libraries must be loaded first."""
    began: float
    """Seconds of the clock at the key press."""
    state: RunState = RunState()
    verdict = None
    actions = ANYTIME | {"cancel"}

    @property
    def log(self) -> str:
        """What the demo has printed."""
        return self.run.log


@dataclass(frozen=True, kw_only=True)
class Ended:
    """A run is over."""

    settings: Mapping[str, Any]
    guess: Guess | None
    """What was predicted; None: nothing."""
    state: RunState
    verdict: Verdict
    log: str
    seconds: float
    """From the key press to the end."""
    actions = AT_REST


@dataclass(frozen=True, kw_only=True)
class Done(Ended):
    """It came to its end and is on record."""

    record: RunRecord
    actions = AT_REST | {"copy", "save"}


@dataclass(frozen=True, kw_only=True)
class Recalled(Done):
    """An earlier run is shown, because a new one would only repeat it."""


@dataclass(frozen=True, kw_only=True)
class Cancelled(Ended):
    """The user ended it."""


@dataclass(frozen=True, kw_only=True)
class Failed(Ended):
    """The demo or its process failed."""

    trouble: Trouble


Phase = Setup | LookingUp | Running | Ended
