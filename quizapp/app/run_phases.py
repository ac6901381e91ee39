"""The phases of a demo at one place; each carries what it shows and the actions it allows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from quizapp.app.advice import Trouble
from quizapp.app.verdict import Guess, Verdict
from quizapp.demo.state import RunState
from quizapp.study.record import RunRecord

if TYPE_CHECKING:
    from quizapp.lab.lab import RunProcess

ANYTIME = frozenset({"leave", "code", "tab", "zoom", "chart", "overlay"})
BUSY = ANYTIME | {"cancel"}
AT_REST = ANYTIME | {"run", "skip", "reset", "settings"}


@dataclass(frozen=True)
class Setup:
    """Nothing was run yet."""

    actions = AT_REST
    state = RunState()
    verdict = None
    log = ""


@dataclass(frozen=True)
class LookingUp:
    """The Hub is asked what a model would download; the last run stays on the screen."""

    model: str
    before: Setup | Ended
    actions = BUSY


@dataclass(frozen=True)
class Running:
    """A run is under way."""

    process: RunProcess
    settings: Mapping[str, Any]
    guess: Guess | None
    cold: bool
    """Whether the libraries must be loaded first."""
    began: float
    """When the key was pressed, in seconds of the experiment's clock."""
    state: RunState = field(default_factory=RunState)
    verdict = None
    actions = BUSY

    @property
    def log(self) -> str:
        """What the demo has printed, then its traceback if it failed."""
        traceback = self.state.error.traceback if self.state.error else ""
        return "\n".join(filter(None, (self.process.log.rstrip(), traceback.rstrip())))


@dataclass(frozen=True)
class Ended:
    """A run is over; what it was and what it came to."""

    settings: Mapping[str, Any]
    guess: Guess | None
    state: RunState
    verdict: Verdict
    log: str
    seconds: float
    actions = AT_REST


@dataclass(frozen=True)
class Cancelled(Ended):
    """The user ended it."""


@dataclass(frozen=True)
class Failed(Ended):
    """The demo or its process failed."""

    trouble: Trouble


@dataclass(frozen=True)
class Done(Ended):
    """It came to its end."""

    record: RunRecord
    number: int
    """Its place on record, counted from the oldest, from 1."""
    actions = AT_REST | {"copy", "save"}


@dataclass(frozen=True)
class Recalled(Done):
    """An earlier run is shown, because a new one would only repeat it."""


Phase = Setup | LookingUp | Running | Ended
