"""Demos, one at a time: prepare the process, start a run, read its events, stop it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import AsyncIterator, Callable

from quizapp.demo.checks import printable
from quizapp.demo.events import Cancelled, Ending, Error, Event
from quizapp.demo.request import RunRequest
from quizapp.demo.wire import MAX_LINE, ProtocolError, decode
from quizapp.errors import QuizError
from quizapp.lab.lost import lost_run, lost_solution
from quizapp.lab.process import STDERR_TAIL, Setup, WarmProcess, kill_group

TERMINATE_S = 0.8
"""A cancelled run that has not ended on its own gets SIGTERM; it works inside C code too."""

KILL_S = 1.8
"""And SIGKILL if that was not enough: within two seconds the run is gone."""

START_S = 180.0
"""Longest wait for a process to import the libraries and start a run, on a slow disk."""

SILENCE_S = 60.0
"""A run beats once a second, though not while a library holds Python's lock; silent for this long,
it is killed."""

LEAST_S = 3.0
"""Seconds beyond its limit that a run has at least to stop itself."""

DRAIN_S = 0.2
"""How long to wait for the last output of a run, while a process that it started holds its log."""


class Lab:
    """Owns the warm process and at most one run.

    `prepare` may be called at any time; `start` calls it. `close` is synchronous and final: no
    process outlives it.
    """

    def __init__(self, setup: Setup) -> None:
        self._setup = setup
        self._warm: WarmProcess | None = None
        self._replaced = False
        """Whether a process that died was replaced since the last run."""
        self.run: RunProcess | None = None
        """The run under way, if there is one."""

    def prepare(self) -> WarmProcess:
        """Start the warm process unless one is waiting; return it."""
        if self._warm is None or not self._warm.alive:
            if self._warm is not None:
                self._warm.close()
            self._warm = WarmProcess(self._setup, self._died)
        return self._warm

    @property
    def ready(self) -> bool:
        """Whether a run would start at once."""
        warm = self._warm
        return warm is not None and warm.alive and warm.forks is not None

    def start(self, request: RunRequest) -> RunProcess:
        """Start a run.

        Raises:
            QuizError: another run is under way.
        """
        if self.run is not None and not self.run.ended:
            raise QuizError(
                "A run is under way",
                f"{self.run.request.spec.id} has not ended yet.",
                "Wait for it, or cancel it first.",
            )
        self._replaced = False
        self.run = RunProcess(self.prepare(), request, self._setup.threads, self._consumed)
        return self.run

    def close(self) -> None:
        """Kill the run and the warm process now."""
        if self.run is not None:
            self.run.kill()
        if self._warm is not None:
            self._warm.close()
            self._warm = None

    def _died(self, process: WarmProcess) -> None:
        """The warm process was killed: collect it, and prepare another once between two runs."""
        if self._warm is not process:
            return
        process.close()
        self._warm = None
        if self._setup.preload and not self._replaced:
            self._replaced = True
            self.prepare()

    def _consumed(self, process: WarmProcess) -> None:
        """A spare became a run: prepare the next one."""
        if self._warm is process:
            self._warm = None
            if self._setup.preload:
                self.prepare()


class RunProcess:
    """One run: `events` yields what the demo sends and last the event that ends the run."""

    def __init__(
        self,
        process: WarmProcess,
        request: RunRequest,
        threads: int,
        consumed: Callable[[WarmProcess], None],
    ) -> None:
        """Start it; `consumed` is called if the warm process itself becomes the run."""
        self.request = request
        self.ended = False
        self.pid: int | None = None
        self._loop = asyncio.get_running_loop()
        self._process = process
        self._consumed = consumed
        self._cancelled = self._loop.create_future()
        self._timers: list[asyncio.TimerHandle] = []
        self._stderr = b""
        source, self._input = os.pipe()
        self._events, self._errors = _Pipe(), _Pipe()
        theirs = (source, self._events.sink, self._errors.sink)
        try:
            self._started = process.start(request.as_json(threads), theirs)
        except ConnectionError:
            self._started = self._loop.create_future()
            self._started.set_exception(ConnectionError())
        finally:
            for descriptor in theirs:
                os.close(descriptor)

    @property
    def log(self) -> str:
        """The end of what the demo wrote to stdout and stderr."""
        return printable(self._stderr.decode(errors="replace"))

    def cancel(self) -> None:
        """Ask the run to stop; if it does not, it is killed."""
        if self.ended or self._cancelled.done():
            return
        self._cancelled.set_result(None)
        with contextlib.suppress(OSError):
            os.write(self._input, b'{"t": "cancel"}\n')
        self._timers += [
            self._loop.call_later(TERMINATE_S, self._signal, signal.SIGTERM),
            self._loop.call_later(KILL_S, self._signal, signal.SIGKILL),
        ]

    def kill(self) -> None:
        """End the run now, without waiting: for when the screen or the app goes away."""
        if not self.ended:
            self._signal(signal.SIGKILL)
            self._finish()

    async def events(self) -> AsyncIterator[Event]:
        """Yield the events of the run; close the generator or call `kill` to stop early."""
        try:
            if (early := await self._wait_for_start()) is not None:
                yield early
                return
            async for event in self._read():
                yield event
                if isinstance(event, Ending):
                    return
            yield await self._lost()
        finally:
            self.kill()

    async def _wait_for_start(self) -> Ending | None:
        """Return None once the run's process exists, or the ending that replaces it."""
        waiting = {self._started, self._cancelled}
        await asyncio.wait(waiting, timeout=START_S, return_when=asyncio.FIRST_COMPLETED)
        if self._cancelled.done() and not self._started.done():
            return Cancelled()
        if not self._started.done():
            return Error("start", f"The libraries were not loaded after {START_S:.0f} s.")
        try:
            self.pid = self._started.result()
        except (ConnectionError, asyncio.CancelledError):
            if self.ended or self._cancelled.done():
                return Cancelled()
            ended = "The demo process ended while it loaded the libraries."
            return Error("crashed", ended, traceback=self._process.log)
        if self.pid == self._process.pid:
            self._process.detach()
            self._consumed(self._process)
        return None

    async def _read(self) -> AsyncIterator[Event]:
        async with contextlib.AsyncExitStack() as stack:
            events = await self._events.reader(stack)
            errors = await self._errors.reader(stack)
            drain = asyncio.ensure_future(self._drain(errors))
            stack.callback(drain.cancel)
            # The run stops itself at its limit; twice that is for one that cannot.
            wall = self._loop.time() + self.request.limit_s + max(self.request.limit_s, LEAST_S)
            while (event := await self._next(events, wall)) is not None:
                if isinstance(event, Ending):
                    # Both pipes end with the process: its last output belongs to the log.
                    await asyncio.wait([drain], timeout=DRAIN_S)
                yield event
            await asyncio.wait([drain], timeout=DRAIN_S)

    async def _next(self, events: asyncio.StreamReader, wall: float) -> Event | None:
        """Return the next event, the error that stands for a bad one, or None at the end."""
        try:
            async with asyncio.timeout(min(SILENCE_S, wall - self._loop.time())):
                line = await events.readline()
            return decode(line) if line.endswith(b"\n") else None  # else cut short by a kill
        except TimeoutError:
            silent = f"The run gave no sign of life for {SILENCE_S:.0f} s."
            late = "The run did not stop at its time limit."
            return Error("silent", late if self._loop.time() >= wall else silent)
        except ProtocolError as error:
            return Error("protocol", f"The demo process sent a line that is not an event: {error}.")
        except ValueError:
            return Error("protocol", f"The demo process sent a line over {MAX_LINE} bytes.")

    async def _drain(self, errors: asyncio.StreamReader) -> None:
        while data := await errors.read(4096):
            self._stderr = (self._stderr + data)[-STDERR_TAIL:]

    async def _lost(self) -> Ending:
        """Return how the process died, when its stream ended without an ending."""
        assert self.pid is not None
        if self.ended or self._cancelled.done():
            return Cancelled()
        # The report on the exit comes through the warm process, a moment after the stream ends.
        code = await self._process.exit_code(self.pid, 1.0)
        if self.request.spec.code:
            return lost_solution(code, self.log, self.request.limit_s)
        return lost_run(code)

    def _signal(self, number: signal.Signals) -> None:
        if self.pid is not None and not self.ended:
            kill_group(self.pid, number)

    def _finish(self) -> None:
        self.ended = True
        for timer in self._timers:
            timer.cancel()
        os.close(self._input)
        self._events.close()
        self._errors.close()
        self._started.cancel()
        self._process.reap()


class _Pipe:
    """A pipe whose write end goes to the demo process."""

    def __init__(self) -> None:
        source, self.sink = os.pipe()
        self._unread = [os.fdopen(source, "rb", 0)]

    async def reader(self, stack: contextlib.AsyncExitStack) -> asyncio.StreamReader:
        """Return the reader of it, which the stack closes."""
        reader = asyncio.StreamReader(limit=MAX_LINE)
        transport, _ = await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(reader), self._unread.pop()
        )
        stack.callback(transport.close)
        return reader

    def close(self) -> None:
        """Close the read end; once there is a reader, closing is the reader's part."""
        for source in self._unread:
            source.close()
