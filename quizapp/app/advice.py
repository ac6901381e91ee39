"""What went wrong with a run, in a sentence, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass

from quizapp.demo.state import RunState

_HINTS = {
    "load": "`quizapp doctor` lists what is missing and how to install it.",
    "budget": "Choose smaller settings, or a faster device.",
    "memory": "Choose a smaller model or smaller settings, or close what else uses the memory.",
    "crashed": "Run it again; if it always ends so, choose smaller settings. "
    "The log has its last words.",
    "protocol": "Run it again. If it always ends so, the demo or a library of it writes into the "
    "pipe of its events.",
    "silent": "Run it again, with smaller settings if it stays silent.",
    "start": "Close other heavy programs and run it again.",
    "solution": "Correct it and run again; what comes after it was not tested.",
    "demo": "The log shows how it came there. Other settings may work; c shows the code.",
}


@dataclass(frozen=True)
class Trouble:
    """An error as the user reads it."""

    sentence: str
    hint: str = ""


def explain(state: RunState) -> Trouble | None:
    """Return the error of a run in words; None if it has none."""
    error = state.error
    if error is None:
        return None
    hint = _HINTS.get(error.kind, "")
    if error.kind == "budget" and error.line:
        hint = "Print what changes there from turn to turn, and run again."
    # The name of the exception helps only where its message is a mere word: KeyError: 'rank'.
    message = error.message if " " in error.message.strip() else error.text
    message = message.strip().rstrip(".")
    match error.kind:
        case "load":
            return Trouble(f"The demo could not be loaded ({error.where}): {message}.", hint)
        case "demo" if error.where:
            return Trouble(f"The demo stopped at {error.where}: {message}.", hint)
    return Trouble(message if message.endswith("?") else f"{message}.", hint)
