"""Everything that can be searched, as records."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date

from quizapp.app.core import Core
from quizapp.cards.model import Card
from quizapp.study.model import CardState
from quizapp.study.search import Context, Record, fold, search
from quizapp.study.search_table import Table


class SearchIndex:
    """The records of one moment; what did not change since the moment before is kept."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._texts: Mapping[str, str] = {}
        self._cards: object = None
        self._table = Table([])
        self._blank: dict[str, Record] = {}
        """Each card as if nothing was remembered of it."""
        self._remembered: dict[str, Record] = {}
        """The cards that were touched, as of `_today`."""
        self._today: date | None = None
        self._made_of: tuple[object, ...] = ()
        """The texts, library and failed demos that the blank records were made of."""

    def find(self, query: str) -> list[str]:
        """Return the ids of the cards a query accepts, in study order.

        Raises:
            SearchError: the query cannot be read.
        """
        core = self._core
        rules = core.rules
        context = Context(
            core.now,
            core.today,
            rules.mature_days,
            rules.leech_at,
            core.store.rated,
            core.progress.introduced,
        )
        return [record.id for record in search(self._table, query, context)]

    @property
    def complete(self) -> bool:
        """Whether whole cards are searched, not only their questions and tags."""
        return self._cards is self._core.library.cards

    def read_cards(self) -> None:
        """Read the texts of all cards; slow with thousands of them, safe in a thread."""
        library = self._core.library
        self._texts = {
            name: folded_text(card, library.decks[card.deck].title)
            for name, card in library.cards.items()
        }
        self._cards = library.cards

    def refresh(self) -> None:
        """Take in what was answered, run or edited since."""
        core = self._core
        if not self.complete:
            decks = core.library.decks
            self._texts = {
                head.id: fold(" ".join((head.question, *head.tags, decks[head.deck].title)))
                for head in core.library.heads.values()
            }
        failed, today = core.store.failed_demos(), core.today
        made_of = (self._texts, failed, core.library)
        if self._made_of != made_of or self._today != today:
            self._made_of, self._today = made_of, today
            self._blank = {name: self._record(name, failed) for name in core.library.order}
            self._remembered = {}
        changed = self._remember_changes(today)
        if changed or not self._remembered:
            found = self._remembered
            self._table = Table([found.get(name) or blank for name, blank in self._blank.items()])

    def _remember_changes(self, today: date) -> bool:
        """Make the records anew whose state is another one; return whether there were any."""
        states, scheduler = self._core.states(), self._core.scheduler
        changed = False
        for name, blank in self._blank.items():
            state, record = states.get(name), self._remembered.get(name)
            if state is not None and (record is None or record.state is not state):
                seen = state.stability is not None
                self._remembered[name] = replace(
                    blank,
                    state=state,
                    retrievability=scheduler.retrievability(state, today) if seen else None,
                )
                changed = True
        return changed

    def _record(self, name: str, failed: Collection[str]) -> Record:
        head = self._core.library.heads[name]
        has = {"demo": head.demo, "figure": head.figure}
        return Record(
            id=name,
            text=self._texts[name],
            topic=head.deck,
            state=CardState(name),
            tags=head.tags,
            difficulty=head.difficulty,
            kind=head.kind,
            has=frozenset(part for part, there in has.items() if there),
            demo=head.demo,
            demo_failed=head.demo in failed,
        )


def folded_text(card: Card, topic: str) -> str:
    """Return everything a card says, and its topic's title, in the form that searches compare."""
    return fold("\n".join([card.id, topic, *card.tags, *(text for _, text in card.texts())]))
