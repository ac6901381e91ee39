"""A large library: 50 decks of 200 cards."""

from __future__ import annotations

from pathlib import Path

CARD = """
- id: c-{n}
  kind: open
  question: Why is B zero at the start of run {n}?
  difficulty: mid
  answer: The update is zero at the start, so the adapted model is the base model.
  key_points:
  - {{point: the update is zero, must: true}}
  - {{point: B moves first, must: true}}
"""


def write_ten_thousand_cards(folder: Path) -> None:
    """Write the decks to a new folder."""
    folder.mkdir()
    for deck in range(50):
        cards = "".join(CARD.format(n=200 * deck + n) for n in range(200))
        (folder / f"many-{deck}.yaml").write_text(f"deck: many-{deck}\ntitle: Many\ncards:{cards}")
