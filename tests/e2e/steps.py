"""What a learner does with the keyboard, up to what they then see."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from tests.e2e.terminal import Terminal, without


def open_lab(terminal: Terminal) -> None:
    """Go from home to the gallery."""
    terminal.wait_for("? help")
    terminal.press("f4")
    terminal.wait_for("/ search by name, topic, claim", "about")


def search(terminal: Terminal, words: str) -> None:
    """Type words into the search line of the gallery."""
    terminal.press("/")
    terminal.wait_for(without("? help"))  # from here on letters are text, not keys
    terminal.press(*words)
    terminal.wait_for(words)


def open_demo(terminal: Terminal, name: str) -> None:
    """Go from home to a demo that asks for a prediction first."""
    open_lab(terminal)
    search(terminal, name)
    terminal.wait_for(f"{name} ·")
    terminal.press("enter")
    terminal.wait_for("? help")
    terminal.press("enter")
    terminal.wait_for("Predict first", "d run")


def skip_prediction(terminal: Terminal) -> None:
    """Do without a prediction from here on."""
    terminal.press("p")
    terminal.wait_for(without("Predict first"))


def run(terminal: Terminal, home: Path, *keys: str) -> str:
    """Press keys, the last of which starts a run; return the screen after its end."""
    before = runs(home)
    terminal.press(*keys)
    return terminal.wait_for(lambda _: runs(home) > before, "Done in")


def run_at_defaults(terminal: Terminal, home: Path, name: str) -> str:
    """Go from home to a demo, run it as it is, and return the screen after its end."""
    open_demo(terminal, name)
    skip_prediction(terminal)
    return run(terminal, home, "d")


def ratings(home: Path) -> list[tuple[str, int]]:
    """Return the rated cards in order, read by another program."""
    with sqlite3.connect(f"file:{home / 'quizapp.sqlite'}?mode=ro", uri=True) as database:
        rows = database.execute(
            "SELECT action.card, rating FROM action JOIN review ON review.action = action.id"
            " ORDER BY action.id"
        )
        return [(str(card), int(rating)) for card, rating in rows]


def runs(home: Path) -> int:
    """Return how many finished runs are remembered, read by another program."""
    with sqlite3.connect(f"file:{home / 'quizapp.sqlite'}?mode=ro", uri=True) as database:
        return int(database.execute("SELECT count(*) FROM run").fetchone()[0])
