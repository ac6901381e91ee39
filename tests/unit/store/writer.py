"""A process of its own that rates cards; it says "ok N CARD" on stdout once a rating is kept.

It says "ready" first and waits for a line on stdin.

Arguments: folder, a word that names this writer, number of ratings, card names. Every rating is
made on the state read when the writer began, so that writers meet each other's changes.
"""

from __future__ import annotations

import sys
from datetime import timedelta
from pathlib import Path

from quizapp.study import actions
from quizapp.study.model import Answer, Rating
from tests.unit.store.samples import NOW, RULES, open_store


def main(folder: str, word: str, ratings: str, *cards: str) -> None:
    """Rate the cards in turn."""
    with open_store(Path(folder)) as store:
        seen = {card: store.state(card) for card in cards}
        print("ready", flush=True)
        sys.stdin.readline()
        for number in range(int(ratings)):
            card = cards[number % len(cards)]
            answer = Answer(Rating(1 + number % 4), elapsed_ms=number, response=word)
            at = NOW + timedelta(seconds=number)
            committed = store.commit(actions.rate(seen[card], answer, at, RULES), RULES)
            seen[card] = committed.action.after
            print("ok", number, card, "rebased" if committed.rebased else "", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
