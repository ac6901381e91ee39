"""Exporting cards and progress for other programs."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from datetime import UTC, datetime

from quizapp.app.demos import Demos
from quizapp.app.proof import recorded_shows
from quizapp.cards.library import load
from quizapp.cards.model import Card
from quizapp.errors import QuizError
from quizapp.paths import Paths
from quizapp.store import Store
from quizapp.store.transfer import export_data

DELIMITERS = {"csv": ",", "tsv": "\t"}


def export_progress(paths: Paths) -> str:
    """Return everything the learner has done, as JSON."""
    with Store(paths.database, lambda: datetime.now(UTC)) as store:
        return json.dumps(export_data(store), ensure_ascii=False) + "\n"


def export_cards(paths: Paths, kind: str, topics: Collection[str]) -> str:
    """Return the cards of some decks, of all without `topics`, as csv, tsv, markdown or anki.

    Raises:
        QuizError: there is no such deck.
    """
    library = load(paths.content, paths.cache)
    if unknown := [topic for topic in topics if topic not in library.decks]:
        raise QuizError(
            "No such deck",
            f"There is no deck {unknown[0]}.",
            f"The decks: {', '.join(library.decks)}.",
        )
    decks = [
        (deck, [library.cards[card] for card in deck.cards])
        for deck in library.decks.values()
        if not topics or deck.id in topics
    ]
    every = [card for _, cards in decks for card in cards]
    demos = Demos(paths.demos)
    shows, starters = recorded_shows(demos, every), _starters(demos, every)
    if kind == "markdown":
        from quizapp.exchange.markdown import write_markdown

        return write_markdown(decks, shows, starters)
    if kind == "anki":
        from quizapp.exchange.anki import write_anki

        return write_anki(decks, shows, starters)
    from quizapp.exchange.table import write_table

    return write_table(every, DELIMITERS[kind], shows)


def _starters(demos: Demos, cards: Iterable[Card]) -> dict[str, str]:
    """Return by card the code that its answer begins with."""
    known = demos.catalogue.demos
    named = {card.id: card.demo.run for card in cards if card.demo and card.kind == "code"}
    return {card: known[run].starter for card, run in named.items() if run in known}
