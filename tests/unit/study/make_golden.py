"""Write golden/fsrs.json: review histories with the memory states that fsrs-rs gives them.

Run it after a change of the pinned FSRS version: `python -m tests.unit.study.make_golden`.
fsrs-rs is the Rust library inside Anki, written apart from the Python one that quizapp uses.
"""

from __future__ import annotations

import json
from pathlib import Path
from random import Random
from typing import Any

GOLDEN = Path(__file__).parent / "golden" / "fsrs.json"
HISTORIES = 240
RATINGS = ("again", "hard", "good", "easy")


def histories(rng: Random) -> list[list[tuple[int, int]]]:
    """Return lists of (study days since the last answer, rating), of many lengths and habits."""
    result = []
    for _ in range(HISTORIES):
        skill = rng.random()
        gap = rng.choice([1.0, 3.0, 10.0, 40.0])
        answers = [(0, _rating(rng, skill))]
        for _ in range(rng.randint(1, 24)):
            days = 0 if rng.random() < 0.2 else min(3650, int(rng.expovariate(1 / gap)) + 1)
            gap = gap * 1.4 if rng.random() < skill else max(1.0, gap * 0.5)
            answers.append((days, _rating(rng, skill)))
        result.append(answers)
    return result


def trace(fsrs: Any, answers: list[tuple[int, int]], retention: float) -> list[list[float]]:
    """Return stability, difficulty and interval in days after each answer."""
    memory = None
    rows = []
    for days, rating in answers:
        state = getattr(fsrs.next_states(memory, retention, days), RATINGS[rating - 1])
        memory = state.memory
        rows.append([memory.stability, memory.difficulty, state.interval])
    return rows


def main() -> None:
    """Write the file."""
    import fsrs_rs_python

    rng = Random(20260105)
    default = list(fsrs_rs_python.DEFAULT_PARAMETERS)
    cases = []
    for number, answers in enumerate(histories(rng)):
        own = None if number % 2 else [_near(rng, value) for value in default]
        retention = (0.8, 0.9, 0.95)[number % 3]
        rows = trace(fsrs_rs_python.FSRS(own or default), answers, retention)
        cases.append(
            {
                "parameters": own,
                "retention": retention,
                "answers": answers,
                "states": [[float(f"{value:.6g}") for value in row] for row in rows],
            }
        )
    GOLDEN.parent.mkdir(exist_ok=True)
    lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases)
    GOLDEN.write_text(f"[\n{lines}\n]\n", encoding="utf-8")


def _rating(rng: Random, skill: float) -> int:
    if rng.random() > 0.4 + 0.6 * skill:
        return 1
    return rng.choice([2, 3, 3, 3, 3, 4])


def _near(rng: Random, value: float) -> float:
    """Return a weight a few percent off, so that more than the defaults are compared."""
    return float(f"{value * rng.uniform(1.0, 1.05):.6g}")


if __name__ == "__main__":
    main()
