"""A card answered in code in a real terminal, with the real libraries."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.conftest import Start, starter
from tests.e2e.steps import ratings, runs
from tests.e2e.terminal import Terminal, sentence, without

pytestmark = [pytest.mark.slow, pytest.mark.torch]

CARD = ("study", "--search", "id:code-lora-forward")
WIDE = {"columns": 240, "rows": 40}


@pytest.fixture
def start(home: Path, tmp_path: Path) -> Start:
    """Start the app on its own decks."""
    return starter(home, tmp_path)


def write_forward(terminal: Terminal, scale: str) -> None:
    """Write the line that the function returns, from the keyboard, at the end of the starter."""
    terminal.press("enter")
    terminal.wait_for("Esc for commands")
    terminal.press(*f" + {scale}(x @ a.T) @ b.T")
    terminal.wait_for(f"return x @ weight.T + {scale}(x @ a.T) @ b.T")


def run(terminal: Terminal, home: Path) -> str:
    """Press Ctrl+J; return the screen after the end of the run."""
    before = runs(home)
    terminal.press("ctrl+j")
    return terminal.wait_for(lambda _: runs(home) > before, "claims hold ·")


def test_a_solution_is_written_corrected_rated_and_found_again(start: Start, home: Path) -> None:
    with start(*CARD, **WIDE) as terminal:
        terminal.wait_for("Nothing was run yet: these claims must hold", "? help")
        write_forward(terminal, "alpha * ")
        run(terminal, home)
        terminal.wait_for(
            "✗ Your output equals peft's, at a scale",
            sentence("is the scale α instead of α/r?"),
            without("✓ all 4 claims hold"),
        )
        for _ in "alpha * (x @ a.T) @ b.T":
            terminal.press("backspace")
        terminal.press(*"alpha / a.shape[0] * (x @ a.T) @ b.T")
        terminal.wait_for("alpha / a.shape[0] * (x @ a.T) @ b.T")
        run(terminal, home)
        terminal.wait_for("✓ all 4 claims hold", "? help")  # the keys are commands again
        terminal.press("space")
        terminal.wait_for("Good suggested.", "a solution", sentence("✓ shown here"))
        terminal.press("3")
        terminal.wait_for(lambda _: ratings(home) == [("code-lora-forward", 3)])
        terminal.press("ctrl+q")
        assert terminal.wait_for_exit() == 0
    with start(*CARD, **WIDE) as terminal:
        # what was solved comes back in another file
        terminal.wait_for("Nothing was run yet", "def rslora_forward", "? help")
        terminal.press("a")
        terminal.wait_for(
            "2  ✓ 4 of 4 claims hold", "1  ✗", sentence("alpha / a.shape[0] * (x @ a.T) @ b.T")
        )


def test_what_was_typed_survives_a_kill_on_a_small_screen(start: Start, home: Path) -> None:
    draft = home / "solutions" / "code-lora-forward" / "draft.py"
    with start(*CARD) as terminal:
        terminal.wait_for("your code · Enter to write")
        write_forward(terminal, "")
        terminal.wait_for(lambda _: "(x @ a.T) @ b.T" in draft.read_text(encoding="utf-8"))
        terminal.kill()
    with start(*CARD) as terminal:
        terminal.wait_for("return x @ weight.T + (x @ a.T) @ b.T", "your code")


def test_an_editor_of_the_users_choice_writes_the_code(
    start: Start, home: Path, tmp_path: Path
) -> None:
    script = tmp_path / "editor"
    script.write_text("#!/bin/sh\necho '# written outside' >> \"$1\"\n", encoding="utf-8")
    script.chmod(0o755)
    with start(*CARD, EDITOR=str(script), VISUAL="") as terminal:
        terminal.wait_for("your code · Enter to write")
        terminal.press("enter")
        terminal.wait_for("Esc for commands")
        terminal.press("ctrl+e")
        terminal.wait_for("# written outside")
