"""What went wrong with a run, in a sentence, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass

from quizapp.lab.state import RunState

_HINTS = {
    "load": "`quizapp doctor` lists what is missing and how to install it.",
    "budget": "Choose smaller settings, or a faster device.",
    "memory": "Choose a smaller model or smaller settings, or close what else uses the memory.",
    "crashed": "Run it again; if it always ends so, choose smaller settings. "
    "The log has its last words.",
    "silent": "Run it again, with smaller settings if it stays silent.",
    "start": "Close other heavy programs and run it again.",
    "demo": "The log shows how it came there. Other settings may work; c shows the code.",
}


@dataclass(frozen=True)
class Trouble:
    """An error as the user reads it."""

    sentence: str
    hint: str = ""


def explain(state: RunState) -> Trouble | None:
    """Return the error of a run in words; None if it has none."""
    if state.status != "error":
        return None
    hint = _HINTS.get(state.error_kind, "")
    # "ValueError: " in front of a sentence helps only who reads the traceback.
    name, _, rest = state.error.partition(": ")
    message = rest if " " in rest.strip() and name.isidentifier() else state.error
    message = message.strip().rstrip(".")
    match state.error_kind:
        case "load":
            return Trouble(f"The demo could not be loaded ({state.where}): {message}.", hint)
        case "demo" if state.where:
            return Trouble(f"The demo stopped at {state.where}: {message}.", hint)
    return Trouble(f"{message}.", hint)
