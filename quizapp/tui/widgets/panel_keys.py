"""The keys of a demo's panel, and which of them its bottom line names."""

from __future__ import annotations

from enum import Enum

from quizapp.app.experiment import Experiment
from quizapp.app.run_phases import Setup
from quizapp.tui.widgets.key_line import Hint

KEYS = (
    ("x", "cancel", "cancel", "Cancel the run"),
    ("d,enter", "run", "again", "Run the demo"),
    ("p", "skip", "skip", "Skip the prediction"),
    ("r", "reset", "reset", "Reset the settings"),
    ("s", "settings", "settings", "Change the settings"),
    ("z", "zoom", "zoom", "Plot on the whole screen"),
    ("v", "chart", "chart", "Next chart"),
    ("o", "overlay", "overlay", "Lay the last run under the plot"),
    ("t", "tab", "more", "Next of tables, samples, runs, page, log"),
    ("c", "code", "code", "Show the demo's code"),
    ("escape", "leave", "close", "Cancel the run or close the demo"),
    ("y", "copy", "copy", "Copy the result as text"),
    ("w", "save", "save", "Save plot, data, script and notebook"),
)
"""Keys, action, its name in the bottom line and its description; the most wanted first."""


class Front(Enum):
    """What has the room where not everything fits; also the name of a style class."""

    FORM = "-form"
    RUN = "-run"
    DETAILS = "-details"


def panel_hints(
    experiment: Experiment, front: Front, *, short: bool, alone: bool
) -> tuple[Hint, ...]:
    """Return the actions worth naming now, each in a word or two.

    `short`: not everything fits below each other. `alone`: charts are shown one at a time.
    """
    if front is Front.DETAILS:
        return (("tab", "next tab"), ("leave", "back"))
    shown, new = set(experiment.actions), isinstance(experiment.shown, Setup)
    if not alone:
        shown.discard("chart")
    if new or (front is Front.FORM and short):
        shown -= {"settings", "zoom", "chart", "overlay"}
    else:
        shown.discard("reset")
    if "cancel" in shown:
        shown &= {"cancel", "zoom", "chart"}
    return tuple(
        (action, "run" if new and action == "run" else words)
        for _, action, words, _ in KEYS
        if action in shown
    )
