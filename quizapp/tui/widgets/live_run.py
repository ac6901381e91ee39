"""A run as the panel sees it: its state so far, its clock, and how to end it."""

from __future__ import annotations

import time
from collections.abc import Callable

from quizapp.app.verdict import Guess
from quizapp.demo.events import Cancelled
from quizapp.demo.request import RunRequest
from quizapp.demo.spec import DemoSpec
from quizapp.demo.state import RunState
from quizapp.lab.lab import Lab, RunProcess
from quizapp.study.record import RunRecord


class LiveRun:
    """One run from the key press on; `follow` reads it to its end."""

    def __init__(
        self,
        lab: Lab,
        request: RunRequest,
        guess: Guess | None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Start the run.

        Raises:
            QuizError: another run is under way.
        """
        self.cold = not lab.ready
        """Whether the libraries must be loaded first."""
        self.request = request
        self.guess = guess
        self.state = RunState()
        self._clock = clock
        self._began = clock()
        self._took: float | None = None
        self._run: RunProcess = lab.start(request)

    @property
    def seconds(self) -> float:
        """Seconds from the key press to now, or to the end."""
        return self._clock() - self._began if self._took is None else self._took

    @property
    def running(self) -> bool:
        """Whether the run has not ended."""
        return self._took is None

    @property
    def log(self) -> str:
        """What the demo printed, then its traceback if it failed."""
        trace = self.state.error.traceback if self.state.error else ""
        return "\n".join(filter(None, (self._run.log.rstrip(), trace.rstrip())))

    async def follow(self) -> None:
        """Read the run's events; however this ends, the run's process has ended too."""
        try:
            async for event in self._run.events():
                if not self.running:  # killed: what follows is about the kill
                    return
                self.state = self.state.add(event)
        finally:
            self.kill()

    def cancel(self) -> None:
        """Ask the run to stop; within two seconds it is made to."""
        self._run.cancel()

    def kill(self) -> None:
        """End the run now, without waiting."""
        self._run.kill()
        if self._took is None:
            self._took = self._clock() - self._began
        self.state = self.state.add(Cancelled())


class PastRun:
    """A kept run, shown as it ended."""

    cold = running = False
    log = ""
    guess: Guess | None = None

    def __init__(self, spec: DemoSpec, record: RunRecord) -> None:
        self.state = record.as_state(spec)
        self.seconds = record.wall_s
        self.at = record.at

    def cancel(self) -> None:
        """There is nothing to stop."""

    def kill(self) -> None:
        """There is nothing to stop."""
