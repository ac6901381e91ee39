"""The placement of a learner: what was asked, what is assumed, and taking it back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from quizapp.app.core import PLACEMENT, Core
from quizapp.cards.model import Card
from quizapp.errors import QuizError
from quizapp.study.placement import QUESTIONS, Answered, assumed, held_levels, next_card


@dataclass(frozen=True)
class Topic:
    """What a placement found in one topic."""

    title: str
    level: str
    """The highest level held; empty for none."""
    asked: int
    right: int
    assumed: tuple[str, ...]
    """The questions of the cards that are assumed known, in study order."""


class Placing:
    """A placement under way or made; it goes on over a restart."""

    def __init__(self, core: Core) -> None:
        self._core = core
        record: Mapping[str, Any] = core.store.get_meta(PLACEMENT) or {}
        self._answers = [
            Answered(str(card), bool(right)) for card, right in record.get("answers", [])
        ]
        self._seed = int(record.get("seed", core.random.randrange(10_000)))
        self._cards: tuple[str, ...] = tuple(record.get("cards", ()))
        self._since: str = record.get("since", "")

    @property
    def made(self) -> bool:
        """Whether it is over and counts."""
        return bool(self._since)

    @property
    def asked(self) -> int:
        """How many questions were answered."""
        return len(self._answers)

    @property
    def cards(self) -> Sequence[str]:
        """The cards that are assumed known, in study order."""
        return self._cards

    @property
    def card(self) -> Card | None:
        """The card that is asked; None when there are no more questions."""
        if self.made:
            return None
        name = next_card(self._core.library.heads, self._answers, self._seed)
        return None if name is None else self._core.library.cards[name]

    @property
    def place(self) -> str:
        """Which question it is: "3 of 30"."""
        return f"{len(self._answers) + 1} of {QUESTIONS}"

    def answer(self, given: Sequence[str]) -> bool:
        """Take the answer to the card that is asked; nothing given is not known.

        Raises:
            QuizError: what was typed is no number; it is typed again.
        """
        card = self.card
        if card is None:
            raise QuizError("Nothing is asked", "The placement is over.", "u takes it back.")
        mark = card.body.grade(given) if given else None
        right = mark is not None and mark.correct
        self._answers.append(Answered(card.id, right))
        self._keep()
        return right

    def finish(self) -> None:
        """End it: from now on study begins where knowledge ends."""
        core = self._core
        self._cards = assumed(core.library.heads, core.progress.states, self._answers)
        self._since = core.today.isoformat()
        self._keep()

    def undo(self) -> None:
        """Take back the last answer: its question is asked again."""
        del self._answers[-1:]
        self._keep()

    def take_back(self) -> None:
        """Forget it: every card is as it was."""
        self._core.store.set_meta(PLACEMENT, None)
        self._answers, self._cards, self._since = [], (), ""

    def topics(self) -> list[Topic]:
        """Return what was found, by topic, in the order of the decks."""
        heads, decks = self._core.library.heads, self._core.library.decks
        held = held_levels(heads, self._answers)
        found = []
        for deck in decks.values():
            answers = [
                a for a in self._answers if a.card in heads and heads[a.card].deck == deck.id
            ]
            if answers:
                known = [heads[card] for card in self._cards if card in heads]
                assumed = tuple(head.question for head in known if head.deck == deck.id)
                right = sum(answer.right for answer in answers)
                level = str(held.get(deck.id, ""))
                found.append(Topic(deck.title, level, len(answers), right, assumed))
        return found

    def _keep(self) -> None:
        self._core.store.set_meta(
            PLACEMENT,
            {
                "answers": [[answer.card, answer.right] for answer in self._answers],
                "seed": self._seed,
                "cards": list(self._cards),
                "since": self._since,
            },
        )
