"""How well typed answers are read: `python -m tools.reading [FILE...]`.

Each line of a file is an answer with a label for each point of its card: said, not said or
contradicted, and for what is said the words that say it (`where`). The labels were written by
hand; the phrases of the cards were written without sight of the answers.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rapidfuzz import process

from quizapp.app.listening import Listener
from quizapp.cards.library import Library, load
from quizapp.cards.model import Card, KeyPoint
from quizapp.cards.phrase import phrase
from quizapp.study.reading import Found, Reading

ROOT = Path(__file__).parent.parent
ANSWERS = ROOT / "tests/content/answers"
SAME = 85
"""Likeness, of 100, from which a point is the labelled one although it was reworded since."""


@dataclass(frozen=True)
class Labelled:
    """One point of one answer: what was found, and what is true."""

    card: str
    answer: str
    point: str
    must: bool
    label: str
    where: str
    reading: Reading

    @property
    def in_place(self) -> bool:
        """Whether the words that were found overlap the words that say the point."""
        start = self.answer.find(self.where)
        end = start + len(self.where)
        return start >= 0 and self.reading.start < end and start < self.reading.end


@dataclass(frozen=True)
class Share:
    """So many of so many."""

    of: int
    all: int

    @property
    def value(self) -> float:
        """The share; 1 of nothing."""
        return self.of / self.all if self.all else 1.0

    def __str__(self) -> str:
        return f"{self.value:6.1%}  {self.of} of {self.all}"


def rows(files: Iterable[Path]) -> Iterator[dict[str, Any]]:
    """Yield the labelled answers of some files."""
    for file in files:
        for line in file.read_text(encoding="utf-8").splitlines():
            yield json.loads(line)


def read_all(library: Library, answers: Iterable[dict[str, Any]]) -> list[Labelled]:
    """Read each answer with the phrases of its card."""
    listener = Listener(library)
    found = []
    for row in answers:
        card = library.cards[row["card"]]
        points = [_as_labelled(card, label["point"]) for label in row["labels"]]
        readings = listener.reader(card.question, points).read(row["answer"])
        for label, reading in zip(row["labels"], readings, strict=True):
            found.append(
                Labelled(
                    row["card"],
                    row["answer"],
                    label["point"],
                    label["must"],
                    label["label"],
                    label.get("where", ""),
                    reading,
                )
            )
    return found


def _as_labelled(card: Card, point: str) -> KeyPoint:
    """Return a point in the words of its label, with what the card listens for today."""
    known = {item.point: item for item in card.key_points}
    nearest = process.extractOne(point, list(known), score_cutoff=SAME)
    if nearest is None:
        return KeyPoint(point)
    item = known[nearest[0]]
    return KeyPoint(point, item.must, "", item.accept, item.not_)


def figures(found: Sequence[Labelled]) -> dict[str, Share]:
    """Return how often reading was right, by what it said."""
    said = [one for one in found if one.label == "said"]
    placed = [one for one in said if one.where and one.reading.found is not Found.NOTHING]
    silent = [one for one in found if one.reading.found is Found.NOTHING]
    against = [one for one in found if one.label == "contradicted" and one.must]
    accused = [one for one in found if one.reading.found is Found.CONTRADICTS]
    phrases = [one for one in found if one.reading.found is Found.PHRASE]
    return {
        "words in the right place": Share(sum(one.in_place for one in placed), len(placed)),
        "words found for what is said": Share(
            sum(one.reading.found is not Found.NOTHING for one in said), len(said)
        ),
        "nothing close, and not said": Share(
            sum(one.label != "said" for one in silent), len(silent)
        ),
        "contradicted must points named": Share(
            sum(one.reading.found is Found.CONTRADICTS for one in against), len(against)
        ),
        "false alarms on what is said": Share(sum(one in accused for one in said), len(said)),
        "named, and contradicted": Share(
            sum(one.label == "contradicted" for one in accused), len(accused)
        ),
        "a phrase for it, and said (precision)": Share(
            sum(one.label == "said" for one in phrases), len(phrases)
        ),
        "said, and a phrase for it (recall)": Share(sum(one in phrases for one in said), len(said)),
        "a phrase for it, but contradicted": Share(
            sum(one.label == "contradicted" for one in phrases),
            sum(one.label == "contradicted" for one in found),
        ),
    }


def kappa(found: Sequence[Labelled]) -> float:
    """Return Cohen's kappa of "a phrase for it" with "said": what a pre-tick would reach."""
    pairs = [(one.reading.found is Found.PHRASE, one.label == "said") for one in found]
    agree = sum(a == b for a, b in pairs) / len(pairs)
    yes = sum(a for a, _ in pairs) / len(pairs) * sum(b for _, b in pairs) / len(pairs)
    no = sum(not a for a, _ in pairs) / len(pairs) * sum(not b for _, b in pairs) / len(pairs)
    return (agree - yes - no) / (1 - yes - no)


def main() -> None:
    """Print the figures of each file, and what reading costs."""
    with tempfile.TemporaryDirectory() as cache:
        library = load([ROOT / "content"], Path(cache))
    files = [Path(name) for name in sys.argv[1:]] or sorted(ANSWERS.glob("*.jsonl"))
    for file in files:
        answers = list(rows([file]))
        read_all(library, answers[:1])  # the words of all questions are counted once
        began = time.perf_counter()
        found = read_all(library, answers)
        spent = (time.perf_counter() - began) / len(answers)
        phrase.cache_clear()
        tracemalloc.start()  # it slows reading down several times over
        read_all(library, answers)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        print(f"{file.name}: {len(answers)} answers, {len(found)} labels")
        for name, share in figures(found).items():
            print(f"  {name:<40}{share}")
        print(f"  {'kappa of phrases with what is said':<40}{kappa(found):6.2f}")
        print(f"  {1000 * spent:.1f} ms an answer, {peak / 2**20:.1f} MB at most")


if __name__ == "__main__":
    main()
