"""How far the answers are proven, in numbers: `python -m tools.proof`.

Per deck and over all: the cards with a must point that their run shows, those that say why there is
no run, statements that say nothing, formulas used as evidence, answers that lean on the small model
of the demos, and the places at which the right options of choice cards stand.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from quizapp.cards.check import check
from quizapp.cards.library import load
from quizapp.cards.model import Card
from quizapp.demo.catalogue import read_catalogue
from quizapp.demo.evidence import read_evidence

ROOT = Path(__file__).parent.parent
COUNTED = {"E403": "empty statements", "C217": "circular", "L319": "answers on the miniature"}
PLACES = "first second third fourth fifth sixth".split()


def shows_must(card: Card) -> bool:
    """Return whether a run of the card's demo shows one of its must points."""
    return card.demo is not None and any(p.must and p.shown for p in card.key_points)


def report() -> str:
    """Return the table as Markdown."""
    demos = read_catalogue([ROOT / "demos"]).demos
    with tempfile.TemporaryDirectory() as cache:
        library = load([ROOT / "content"], Path(cache))
    problems = check([ROOT / "content"], demos, (), read_evidence).problems
    found = Counter((Path(problem.file).stem, problem.code) for problem in problems)
    heads = ["deck", "cards", "must point shown", "share", "no demo", *COUNTED.values()]
    lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    for deck in library.decks.values():
        cards = [library.cards[name] for name in deck.cards]
        lines.append(_row(deck.id, cards, [found[deck.id, code] for code in COUNTED]))
    every = [*library.cards.values()]
    totals = [sum(n for (_, code), n in found.items() if code == wanted) for wanted in COUNTED]
    lines += [_row("all", every, totals), "", _places(every)]
    return "\n".join(lines)


def _row(name: str, cards: list[Card], counts: Iterable[int]) -> str:
    shown = sum(map(shows_must, cards))
    without = sum(card.demo is None for card in cards)
    cells = [name, len(cards), shown, f"{100 * shown / len(cards):.0f} %", without, *counts]
    return "| " + " | ".join(map(str, cells)) + " |"


def _places(cards: Iterable[Card]) -> str:
    choices = [card for card in cards if card.kind == "choice"]
    places = Counter(_place(card) for card in choices)
    shares = (
        f"{PLACES[place]} {100 * places[place] / len(choices):.0f} %" for place in sorted(places)
    )
    return f"Right option of {len(choices)} choice cards: {', '.join(shares)}."


def _place(card: Card) -> int:
    options = card.form()["options"]
    return int(options.index(card.body.right[0]))


if __name__ == "__main__":
    print(report())
