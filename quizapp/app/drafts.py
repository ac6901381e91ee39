"""Answers that are typed and not rated yet: they outlive a kill of the app."""

from __future__ import annotations

from collections.abc import Sequence

from quizapp.store import Store
from quizapp.study.model import CardState


class Drafts:
    """What was typed to each card since it was answered last."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._kept: tuple[str, tuple[str, ...]] = ("", ())
        """The card that was looked up or written last, with its texts."""

    def of(self, state: CardState) -> tuple[str, ...]:
        """Return the texts typed to a card, one for each box; nothing if there are none."""
        record = self._store.get_meta(_key(state.card))
        typed = record is not None and record["reps"] == state.reps
        texts = tuple(record["texts"]) if typed else ()
        self._kept = (state.card, texts)
        return texts

    def keep(self, state: CardState, texts: Sequence[str]) -> None:
        """Remember what is typed to a card so far; the same texts are not written again."""
        if (kept := (state.card, tuple(texts))) != self._kept:
            self._kept = kept  # on a full disk, one error for each text and not for each second
            record = {"reps": state.reps, "texts": [*texts]} if texts else None
            self._store.set_meta(_key(state.card), record)

    def drop(self, state: CardState) -> None:
        """Forget what was typed to a card: it was rated."""
        if self.of(state):
            self.keep(state, ())


def _key(card: str) -> str:
    return f"draft/{card}"
