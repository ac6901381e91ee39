"""One run of one demo: load the file, run `main`, and end with exactly one terminal event."""

from __future__ import annotations

import contextlib
import faulthandler
import importlib.util
import io
import json
import os
import sys
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from quizapp.demo import device as devices
from quizapp.demo import guard
from quizapp.demo.declare import Demo
from quizapp.demo.events import Beat, Cancelled, Done, Ending, Error, Event, Loaded, Sample
from quizapp.demo.model_errors import model_problem
from quizapp.demo.params import CodeText, ModelName
from quizapp.demo.run import OverBudget, Run, Stopped
from quizapp.demo.solution import (
    Solution,
    SolutionError,
    in_words,
    line_of,
    load,
    own_traceback,
)
from quizapp.demo.wire import encode
from quizapp.errors import QuizError

HOST_GONE = 3
"""Exit status of a run whose host has closed its input."""

MOST_TEXT = 20_000
"""Characters kept of a message or a traceback: the event that ends a run must fit in a line."""


def run_demo(request: dict[str, Any], source: int, descriptor: int) -> None:
    """Run the demo of `request`, write its events to `descriptor`, and end the process.

    `source` is the descriptor that `cancel` comes from.
    """
    streams = [sys.stdout, sys.stderr]
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]  # a TextIOWrapper
    faulthandler.enable()
    channel = _Channel(descriptor)
    cancelled = threading.Event()
    threading.Thread(target=_listen, args=(source, cancelled), daemon=True).start()
    threading.Thread(target=_beat, args=(channel,), daemon=True).start()
    printed = guard.Printed(sys.stdout)
    clock = time.monotonic  # of our own: the code may put anything in its place
    started = clock()

    def end(ending: Ending) -> None:
        if printed.text:
            channel.send(Sample(guard.PRINTED, printed.text))
        channel.send(replace(ending, ms=round(1000 * (clock() - started))))
        os._exit(0)  # no interpreter shutdown: nothing of a run is worth the wait

    ending = _run(request, channel, cancelled, printed, end)
    for stream in streams:
        with contextlib.suppress(ValueError, OSError):  # the demo closed it
            stream.flush()
    end(ending)


def load_demo(path: Path) -> Demo:
    """Import the demo file at `path` and return what it declares."""
    name = f"demo_{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path} is not a Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    for value in vars(module).values():
        found = getattr(value, "demo", None)
        if isinstance(found, Demo):
            return found
    raise ImportError(f"{path.name} has no function decorated with @demo(...)")


def _run(
    request: dict[str, Any],
    channel: _Channel,
    cancelled: threading.Event,
    printed: guard.Printed,
    end: Callable[[Ending], None],
) -> Ending:
    path = Path(request["demo"])
    if request.get("online"):
        allow_downloads()
    try:
        demo = load_demo(path)
        device = _prepare(request)
    except QuizError as error:
        return Error("device", f"{error.message} {error.hint}")
    except BaseException as error:
        return _failure("load", error, path)
    channel.send(Loaded(device, devices.describe(device)))
    models = {name: p.default for name, p in demo.params.items() if isinstance(p, ModelName)}
    bundled = all(request["params"][name] == default for name, default in models.items())
    run = Run(
        demo,
        channel.send,
        device=device,
        cancelled=cancelled.is_set,
        bundled=bundled,
        deadline_s=request.get("deadline_s") or float("inf"),
    )
    if any(isinstance(param, CodeText) for param in demo.params.values()):
        sys.stdout = printed
        seconds = request["deadline_s"]
        guard.limit(seconds, lambda line: end(_late(seconds, line)), memory=device == "cpu")
    try:
        demo.main(run, **_arguments(request, demo))
        run.finish()
    except BaseException as error:
        with contextlib.suppress(ValueError):  # too long a line: its own error came first
            run.flush()
        return _ending(error, request, demo, device)
    return Done(
        device,
        devices.describe(device),
        devices.versions(),
        **devices.peak_memory(device),
        tokens_per_s=run.tokens_seen / run.seconds if run.tokens_seen else None,
    )


def _arguments(request: dict[str, Any], demo: Demo) -> dict[str, Any]:
    """Return the settings of a run; a text of code as the function that it defines."""
    arguments = dict(request["params"])
    for name, param in demo.params.items():
        if isinstance(param, CodeText):
            text = arguments[name]
            reference = demo.main.__globals__[param.entry]
            arguments[name] = (
                load(text, param.entry) if text else Solution("", param.entry, reference)
            )
    return arguments


def _late(seconds: float, line: int = 0) -> Error:
    """Return the end of a run at its limit; `line` is where the learner's code was."""
    where = f", in line {line} of your code: does a loop end?" if line else "."
    return Error("budget", f"Stopped after {seconds:.0f} s, the limit{where}", line=line)


def _ending(error: BaseException, request: dict[str, Any], demo: Demo, device: str) -> Ending:
    """Return the event that ends a run which `error` ended."""
    if isinstance(error, Stopped):
        return Cancelled()
    if isinstance(error, OverBudget):
        return _late(request["deadline_s"])
    if isinstance(error, SolutionError):
        cause = error.__cause__ or error
        return Error("solution", str(error), line=error.line, traceback=_own_trace(cause))
    if line_of(error):  # outside of any claim
        what, line = in_words(error)
        return Error("solution", f"The run ends: {what}.", line=line, traceback=_own_trace(error))
    if sentence := devices.out_of_memory(error, device):
        return Error("memory", sentence)
    for name, param in demo.params.items():
        model = request["params"][name]
        if isinstance(param, ModelName) and (
            sentence := model_problem(error, model, online=bool(request.get("online")))
        ):
            return Error("model", sentence, traceback=_trace(error))
    if isinstance(error, QuizError):
        return Error("demo", f"{error.message} {error.hint}", traceback=_trace(error))
    return _failure("demo", error, Path(request["demo"]))


def allow_downloads() -> None:
    """Let the Hub's library download: it read the environment when it was imported."""
    os.environ["HF_HUB_OFFLINE"] = "0"
    constants: Any = sys.modules.get("huggingface_hub.constants")
    if constants is not None:
        constants.HF_HUB_OFFLINE = False


def _prepare(request: dict[str, Any]) -> str:
    """Choose the device and set torch up for it."""
    import torch

    device = devices.choose(request.get("device", "auto"))
    torch.set_num_threads(request["threads"])
    torch.set_flush_denormal(True)
    if device == "cuda":
        # Sums in another order at each run would give other measures at the same seed. Operations
        # that have no such kernel only warn.
        torch.use_deterministic_algorithms(True, warn_only=True)
    return device


def _failure(kind: str, error: BaseException, path: Path) -> Error:
    """Describe an exception by the deepest line that lies in the demo file."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [f.lineno for f in frames if f.filename == str(path)]
    if isinstance(error, SyntaxError) and error.filename == str(path):
        own = [error.lineno]
    return Error(
        kind,
        str(error)[:MOST_TEXT],
        exception=type(error).__name__,
        where=f"{path.name}:{own[-1]}" if own else path.name,
        traceback=_trace(error),
    )


def _own_trace(error: BaseException) -> str:
    return own_traceback(error)[-MOST_TEXT:]


def _trace(error: BaseException) -> str:
    return "".join(traceback.format_exception(error))[-MOST_TEXT:]


class _Channel:
    """The stream of events to the host; one writer at a time."""

    def __init__(self, descriptor: int) -> None:
        self._stream = io.FileIO(descriptor, "w")
        self._lock = threading.Lock()

    def send(self, event: Event) -> None:
        view = memoryview(encode(event))
        try:
            with self._lock:
                while view:
                    view = view[self._stream.write(view) or 0 :]
        except BrokenPipeError:
            os._exit(HOST_GONE)


def _listen(source: int, cancelled: threading.Event) -> None:
    """Wait for `cancel`; the end of input means that the host is gone."""
    for line in io.FileIO(source):
        if json.loads(line).get("t") == "cancel":
            cancelled.set()
    os._exit(HOST_GONE)


def _beat(channel: _Channel) -> None:
    """Send a sign of life once a second, with the memory in use."""
    waiting = threading.Event()
    while not waiting.wait(1.0):
        channel.send(Beat(round(devices.rss_mb())))
