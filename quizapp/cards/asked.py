"""How often questions are asked in real interviews, and which cards answer them.

One table beside the decks of a folder, `asked.yaml`, says it. From it follow the weight of each
card, the order in which the cards of a deck come, and how much of what is asked the decks cover.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, NamedTuple

from quizapp.cards.form import Check, Form, Id, Label, Refusal
from quizapp.cards.problems import Finding, Path
from quizapp.text import closest

FILE = "asked.yaml"
"""The name of the table in a folder of decks; no deck can have it."""

USUAL = 1.0
"""Weight of a card that is asked as often as the average one, and of one no table speaks of."""

RARE = 0.1
"""Weight of a card that no list asks for: it is craft, and still asked now and then."""


def _at_least_one(number: int) -> int:
    if number < 1:
        raise Refusal("C107", "at least 1")
    return number


Mentions = Annotated[int, Check(_at_least_one, {"minimum": 1})]
"""How often the lists ask something; a list counts once for each of its questions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedQuestion(Form):
    """What is asked in one way or another, and the cards that together answer it in full."""

    asks: Label
    mentions: Mentions
    answers: tuple[Id, ...] = ()
    """Empty: no card does yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked(Form):
    """The table of one folder."""

    source: Label
    """Which lists were read, and when."""
    mentions: Mentions
    """All of them, also those that no card answers."""
    questions: tuple[AskedQuestion, ...]
    others: dict[str, Mentions] = field(default_factory=dict)
    """Mentions of all other questions, by the deck whose cards answer them."""
    craft: tuple[Id, ...] = ()
    """Cards that no list asks for."""

    def faults(self) -> Iterator[Finding]:
        """Yield what does not add up."""
        counted = sum(each.mentions for each in self.questions) + sum(self.others.values())
        if counted > self.mentions:
            message = f"`mentions` is {self.mentions}, but the questions have {counted}"
            yield Finding("C107", message, "count again", ("mentions",))

    @property
    def covered(self) -> float:
        """Share of the mentions that the cards answer in full."""
        answered = sum(each.mentions for each in self.questions if each.answers)
        return (answered + sum(self.others.values())) / self.mentions


class Coverage(NamedTuple):
    """How much of what is asked the cards answer."""

    share: float
    """Of the mentions."""
    source: str
    """Where they were counted."""


def weights(tables: Sequence[Asked], decks: Mapping[str, Sequence[str]]) -> dict[str, float]:
    """Return how often each card is asked, as a multiple of the average card.

    The mentions of a question are shared by the cards that answer it, those of a deck's other
    questions by its cards that are not craft. A deck of which no table speaks has USUAL weight.

    Args:
        tables: the tables of all folders.
        decks: the ids of the cards of each deck.
    """
    if not tables:
        return {card: USUAL for cards in decks.values() for card in cards}
    craft = {card for table in tables for card in table.craft}
    mentions = dict.fromkeys((card for cards in decks.values() for card in cards), 0.0)
    for table in tables:
        shares = [(each.mentions, each.answers) for each in table.questions]
        shares += [
            (number, tuple(card for card in decks.get(deck, ()) if card not in craft))
            for deck, number in table.others.items()
        ]
        for number, cards in shares:
            known = [card for card in cards if card in mentions]
            for card in known:
                mentions[card] += number / len(known)
    spoken_of = [
        card for cards in decks.values() if any(mentions[c] for c in cards) for card in cards
    ]
    average = sum(mentions[card] for card in spoken_of) / max(1, len(spoken_of))
    found = {card: max(RARE, mentions[card] / average) for card in spoken_of}
    return {card: found.get(card, USUAL) for card in mentions}


def tier(weight: float) -> int:
    """Return where in its deck a card comes: asked more than most (0), less (1), hardly (2)."""
    return 0 if weight >= USUAL else 1 if weight > RARE else 2


def asked_findings(
    table: Asked, cards: Iterable[str], aliases: Mapping[str, str], decks: Iterable[str]
) -> Iterator[Finding]:
    """Yield the cards and decks of a table that do not exist."""
    known, titles = set(cards), set(decks)
    places: list[tuple[str, Path]] = [
        (card, ("questions", row, "answers", place))
        for row, each in enumerate(table.questions)
        for place, card in enumerate(each.answers)
    ]
    places += [(card, ("craft", place)) for place, card in enumerate(table.craft)]
    for card, at in places:
        if card in aliases:
            fix = f"write {aliases[card]}"
            yield Finding("C207", f"{card} is the old id of {aliases[card]}", fix, at)
        elif card not in known:
            fix = _near(card, known, "write that card, or remove the id")
            yield Finding("C218", f"there is no card {card}", fix, at)
    for deck in table.others:
        if deck not in titles:
            at = ("others", deck)
            fix = _near(deck, titles, "name a deck of these folders, or remove the line")
            yield Finding("C218", f"there is no deck {deck}", fix, at, key=True)


def _near(name: str, known: Iterable[str], otherwise: str) -> str:
    near = closest(name, known)
    return f"did you mean {near}?" if near else otherwise


def coverage(tables: Sequence[Asked]) -> Coverage | None:
    """Return how much of what all tables count is answered; None without a table."""
    total = sum(table.mentions for table in tables)
    if not total:
        return None
    share = sum(table.covered * table.mentions for table in tables) / total
    return Coverage(share, "; ".join(table.source for table in tables))
