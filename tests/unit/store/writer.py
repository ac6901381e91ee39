"""A process of its own that rates cards; it says "ok N CARD" on stdout once a rating is kept.

It says "ready" first and waits for a line on stdin.

Arguments: folder, a word that names this writer, number of ratings, card names. Every rating is
made on the state read when the writer began, so that writers meet each other's changes.

Without arguments it forks such a writer for every line of these arguments, separated by tabs, on
stdin, one after the other: each says its process id first, and its parent "ended" after its end.
A fork has its modules loaded, so that hundreds of them cost little.
"""

from __future__ import annotations

import os
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


def fork_for_each_line() -> None:
    """Be the parent of writers until stdin ends."""
    for line in iter(sys.stdin.readline, ""):
        if line == "begin\n":
            continue  # to a writer that was killed before it read this
        child = os.fork()
        if child == 0:
            print(os.getpid(), flush=True)
            main(*line.rstrip("\n").split("\t"))
            os._exit(0)
        os.waitpid(child, 0)
        print("\nended", flush=True)  # the line before it is empty, or what a kill cut off


if __name__ == "__main__":
    main(*sys.argv[1:]) if sys.argv[1:] else fork_for_each_line()
