"""`quizapp demo run --json`: the run's events, one JSON object per line."""

from __future__ import annotations

import click

from quizapp.app.once import run_once
from quizapp.demo.events import Event
from quizapp.demo.request import RunRequest
from quizapp.demo.state import RunState
from quizapp.demo.wire import encode


def stream(request: RunRequest, threads: int) -> RunState:
    """Run the demo, print each event as it comes, and return how it ended."""
    state = RunState()

    def show(event: Event) -> None:
        nonlocal state
        state = state.add(event)
        click.echo(encode(event), nl=False)  # flushes: a reader on a pipe sees it now

    run_once(request, show, threads)
    return state
