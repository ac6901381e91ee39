"""A deck that the app grades, for placements."""

from __future__ import annotations

from pathlib import Path

from quizapp.app.core import Core
from tests.conftest import Make

FACTS = "deck: facts\ntitle: Facts\norder: 5\ncards:\n" + "".join(
    f"""- id: f-{number}
  kind: number
  question: What is {number} and {number}?
  difficulty: {level}
  value: {2 * number}
  tolerance: 0
  answer: Twice {number}.
"""
    for number, level in enumerate(("junior", "mid", "mid", "mid", "senior", "senior"), 1)
)


def only_facts(decks: Path, make_core: Make) -> Core:
    """Return a core with one deck that the app grades."""
    for old in decks.iterdir():
        old.unlink()
    (decks / "facts.yaml").write_text(FACTS, encoding="utf-8")
    return make_core()
