"""What lets the right options be guessed: their length, their place, their number."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from quizapp.cards.files import DeckFile
from quizapp.cards.form import Markdown, texts
from quizapp.cards.kinds.options import Options
from quizapp.cards.model import Card
from quizapp.cards.problems import Finding

CHOICES_TO_JUDGE = 4
"""So many choice cards a deck needs before "always the longest" means anything."""
MULTIS_TO_JUDGE = 3
"""So many multi cards a deck needs before "all but one" means anything."""
MANY_OPTIONS = 5
"""From so many options on, a single wrong one is the exception to look for."""
OPTIONS = 4
"""Options of the cards whose right places are counted."""
PLACES_TO_JUDGE = 12
"""So many cards are needed before the places of the right options mean anything."""
SHARE_OF_A_PLACE = (0.1, 0.4)
"""Least and largest share of the right options at one of the four places."""


def giveaways(cards: Mapping[int, Card]) -> Iterator[Finding]:
    """Yield by what the right options of one deck can be guessed; cards by their index."""
    yield from _longest(cards)
    yield from _all_but_one(cards)


def _longest(cards: Mapping[int, Card]) -> Iterator[Finding]:
    choices = [(index, card) for index, card in cards.items() if card.body.guessable is not None]
    if len(choices) >= CHOICES_TO_JUDGE and all(card.body.guessable for _, card in choices):
        index, card = choices[-1]
        options = texts(card.body, Markdown)
        longest = next(path for path, text in options if text == card.body.right[0])
        yield Finding(
            "L307",
            f"in all {len(choices)} choice cards the correct option is the "
            "longest: it can be guessed",
            "shorten it here, or lengthen another option",
            ("cards", index, *longest),
        )


def _all_but_one(cards: Mapping[int, Card]) -> Iterator[Finding]:
    multis = [(index, card.body) for index, card in cards.items() if card.kind == "multi"]
    odd = [
        index
        for index, body in multis
        if isinstance(body, Options)
        and len(body.options) >= MANY_OPTIONS
        and len(body.right) == len(body.options) - 1
    ]
    if len(multis) >= MULTIS_TO_JUDGE and len(odd) > len(multis) / 2:
        yield Finding(
            "L322",
            f"in {len(odd)} of {len(multis)} multi cards all options but one are right: "
            "it is enough to look for the odd one",
            "add a wrong option that a learner may well take for right",
            ("cards", odd[-1], "options"),
        )


def right_places(files: Iterable[DeckFile]) -> list[tuple[str, Finding]]:
    """Return that the right one of four options stands too often, or hardly ever, at one place.

    The finding, with its file, is at the last card of the fullest place.
    """
    places: dict[int, list[tuple[str, int]]] = {place: [] for place in range(OPTIONS)}
    for file in files:
        for index, card in file.cards.items():
            body = card.body
            if not isinstance(body, Options) or body.guessable is None:
                continue
            if len(body.options) == OPTIONS:
                places[body.options.index(body.right[0])].append((file.path, index))
    counts = [len(found) for found in places.values()]
    least, most = (share * sum(counts) for share in SHARE_OF_A_PLACE)
    if sum(counts) < PLACES_TO_JUDGE or (least <= min(counts) and max(counts) <= most):
        return []
    path, index = places[counts.index(max(counts))][-1]
    finding = Finding(
        "L321",
        "the right one of four options stands at the places 1 to 4 "
        f"{', '.join(map(str, counts))} times: it can be guessed",
        "move it here to another place; each should hold 10 to 40 % of them",
        ("cards", index, "options"),
    )
    return [(path, finding)]
