"""Errors of a run as the user reads them."""

from __future__ import annotations

import pytest

from quizapp.app.advice import explain
from quizapp.demo.events import Done, Error
from quizapp.demo.state import RunState


def advice(kind: str, message: str, where: str = "") -> str:
    named = message.partition(": ") if kind in ("load", "demo") else ("", "", message)
    exception, _, text = named
    trouble = explain(RunState().add(Error(kind, text, exception, where)))
    assert trouble is not None
    return f"{trouble.sentence} {trouble.hint}".strip()


@pytest.mark.parametrize(
    ("kind", "message", "where", "start", "wanted"),
    [
        (
            "load",
            "ModuleNotFoundError: No module named 'peft'",
            "toy.py:3",
            "The demo could not be loaded (toy.py:3): No module named 'peft'.",
            "quizapp doctor",
        ),
        (
            "demo",
            "ValueError: the rank is larger than the matrix",
            "toy.py:9",
            "The demo stopped at toy.py:9: the rank is larger than the matrix.",
            "log",
        ),
        (
            "budget",
            "Stopped after 60 s, the limit.",
            "",
            "Stopped after 60 s, the limit.",
            "smaller settings",
        ),
        (
            "memory",
            "This GPU has 8.0 GB; the run needs more.",
            "",
            "This GPU has 8.0 GB; the run needs more.",
            "smaller model",
        ),
        (
            "crashed",
            "The demo process was killed by SIGSEGV.",
            "",
            "The demo process was killed by SIGSEGV.",
            "log",
        ),
        (
            "device",
            "torch finds no cuda on this machine. Leave --device out.",
            "",
            "torch finds no cuda on this machine.",
            "",
        ),
        (
            "silent",
            "The run gave no sign of life for 60 s.",
            "",
            "The run gave no sign of life for 60 s.",
            "again",
        ),
        (
            "protocol",
            "The demo process sent a line that is not an event: not JSON.",
            "",
            "The demo process sent a line that is not an event: not JSON.",
            "again",
        ),
        (
            "start",
            "The libraries were not loaded after 180 s.",
            "",
            "The libraries were not loaded after 180 s.",
            "again",
        ),
    ],
)
def test_every_kind_is_a_sentence_with_what_to_do(
    kind: str, message: str, where: str, start: str, wanted: str
) -> None:
    text = advice(kind, message, where)
    assert text.startswith(start)
    assert wanted in text


def test_a_message_without_words_keeps_its_kind() -> None:
    assert advice("demo", "KeyError: 'rank'", "toy.py:4").startswith(
        "The demo stopped at toy.py:4: KeyError: 'rank'."
    )


def test_a_run_without_an_error_needs_no_advice() -> None:
    assert explain(RunState().add(Done())) is None


def test_a_loop_without_end_in_the_learners_code_is_no_matter_of_settings() -> None:
    stopped = "Stopped after 10 s, the limit, in line 3 of your code: does a loop end?"
    trouble = explain(RunState().add(Error("budget", stopped, line=3)))
    assert trouble is not None
    assert trouble.sentence == stopped
    assert trouble.hint == "Print what changes there from turn to turn, and run again."


def test_code_that_cannot_be_run_is_to_be_corrected() -> None:
    message = "Your code is not Python in line 1: expected ':'."
    trouble = explain(RunState().add(Error("solution", message, line=1)))
    assert trouble is not None
    assert trouble.sentence == message
    assert trouble.hint.startswith("Correct it and run again")
