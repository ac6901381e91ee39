"""Find the first due card and print its question: `first_due.py anki FILE` or `quizapp HOME`.

No screen is drawn: both open their data with their library, build today's queue and read a card.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path


def anki(file: str) -> str:
    """Return the question of the card that Anki asks first."""
    from anki.collection import Collection  # first: its modules import each other in a circle

    from anki.cards import Card  # isort: skip

    collection = Collection(file)
    first = collection.sched.get_queued_cards().cards[0]
    return str(Card(collection, backend_card=first.card).question())


def quizapp(home: str) -> str:
    """Return the question of the card that quizapp asks first."""
    sys.path.insert(0, str(Path(__file__).parents[2]))
    from quizapp.app.core import open_core
    from quizapp.app.desk import Sitting
    from quizapp.app.scope import Scope
    from quizapp.paths import Paths

    folder = Path(home)
    paths = Paths(folder, folder / "cache", folder, (folder / "many",), ())
    card = Sitting(open_core(paths), Scope()).card
    assert card is not None
    return card.question


if __name__ == "__main__":
    found = {"anki": anki, "quizapp": quizapp}[sys.argv[1]](sys.argv[2])
    sys.stdout.write(found.splitlines()[-1] + "\n")
    sys.stdout.flush()
    os._exit(0)
