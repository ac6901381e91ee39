"""From a letter of a search to the list of what it finds, among few cards and ten thousand."""

from __future__ import annotations

import os
import re
import statistics
import sys
import time
from pathlib import Path

from tests.benchmarks.many_cards import write_ten_thousand_cards
from tests.e2e.terminal import Terminal

ROUNDS = 30
GAP_S = 0.15
"""Seconds from a list to the next letter: a quick typist's."""

CHANGING = "4"
"""A letter that some cards of both libraries have, and some have not."""

ANSWER = "therefore"
"""What no question has and an answer has."""


def seconds_to_list(home: Path, *folders: str) -> list[float]:
    """Type and take back a letter in a real terminal; return the seconds to each new count."""

    def count() -> str:
        found = re.search(r"(\d+) cards?\b", terminal.text)
        return found[1] if found else ""

    def press(key: str) -> float:
        terminal.rest(GAP_S)
        before, started = count(), time.perf_counter()
        terminal.press(key)
        terminal.wait_for(lambda _: count() not in ("", before))
        return terminal.written_at - started

    command = [sys.executable, "-m", "quizapp", *folders]
    env = {**os.environ, "QUIZAPP_HOME": str(home)}
    with Terminal(command, env, columns=120, rows=40) as terminal:
        terminal.wait_for("answered today")
        terminal.press("b")
        terminal.wait_for(lambda _: int(count() or 0) > 300)
        everything = count()
        terminal.press(*ANSWER)  # found as soon as whole cards are searched, not before
        terminal.wait_for(ANSWER, lambda _: count() not in ("", "0", everything))
        terminal.press(*["backspace"] * len(ANSWER))
        terminal.wait_for(lambda _: count() == everything)
        return [press(key) for _ in range(ROUNDS) for key in (CHANGING, "backspace")]


def test_a_search_of_ten_thousand_cards_is_nearly_as_quick_as_one_of_few(tmp_path: Path) -> None:
    folder = tmp_path / "many"
    write_ten_thousand_cards(folder)
    few = seconds_to_list(tmp_path / "few-home")
    many = seconds_to_list(tmp_path / "many-home", "--content", str(folder))
    ratio = statistics.median(many) / statistics.median(few)
    print(f"\na letter of a search: {ratio:.2f} with 10,000 cards more ({told(few)}; {told(many)})")
    assert ratio <= 2


def told(seconds: list[float]) -> str:
    """Return what a letter took, in the middle and at worst."""
    return f"median {1000 * statistics.median(seconds):.0f} ms, worst {1000 * max(seconds):.0f} ms"
