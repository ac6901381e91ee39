"""`quizapp demo run --json`: the run's events, one JSON object per line."""

from __future__ import annotations

import click

from quizapp.demo.wire import Event, encode
from quizapp.lab.lab import RunRequest
from quizapp.lab.once import run_once
from quizapp.lab.state import RunState, reduce


def stream(request: RunRequest, threads: int) -> RunState:
    """Run the demo, print each event as it comes, and return how it ended."""
    state = RunState()

    def show(event: Event) -> None:
        nonlocal state
        state = reduce(state, event)
        click.echo(encode(event), nl=False)  # flushes: a reader on a pipe sees it now

    run_once(request, show, threads)
    return state
