"""Everything that can be searched, as records."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date

from quizapp.app.core import Core
from quizapp.cards.model import Card
from quizapp.study.model import CardState, DemoRun, Phase, Rating, Review
from quizapp.study.search import Context, Record, fold, search
from quizapp.study.search_table import Table


class SearchIndex:
    """The records of one moment; the folded texts of the cards are kept while they stay."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._texts: Mapping[str, str] = {}
        self._cards: object = None
        self._table = Table([])
        self._blank: dict[str, Record] = {}
        """Each card as if nothing was remembered of it; made anew when cards or runs changed."""
        self._made_of: tuple[object, ...] = ()

    def find(self, query: str) -> list[str]:
        """Return the ids of the cards a query accepts, in study order.

        Raises:
            SearchError: the query cannot be read.
        """
        core = self._core
        rules = core.rules
        context = Context(core.now, core.today, rules.mature_days, rules.leech_at)
        return [record.id for record in search(self._table, query, context)]

    @property
    def complete(self) -> bool:
        """Whether whole cards are searched, not only their questions and tags."""
        return self._cards is self._core.library.cards

    def read_cards(self) -> None:
        """Read the texts of all cards; slow with thousands of them, safe in a thread."""
        cards = self._core.library.cards
        self._texts = {name: folded_text(card) for name, card in cards.items()}
        self._cards = cards

    def refresh(self) -> None:
        """Take in what was answered, run or edited since."""
        core = self._core
        if not self.complete:
            heads = core.library.heads.values()
            self._texts = {head.id: fold(" ".join((head.question, *head.tags))) for head in heads}
        states = core.states()
        answers = _answers(core.store.reviews())
        runs: dict[str, DemoRun] = {}
        for run in core.store.runs():
            runs.setdefault(run.demo, run)
        failed = frozenset(name for name, run in runs.items() if "fails" in run.claims.values())
        if self._made_of != (self._texts, failed, core.library):
            self._made_of = (self._texts, failed, core.library)
            self._blank = {
                name: self._record(name, CardState(name), failed) for name in core.library.order
            }
        today, blank = core.today, self._blank
        records = [
            blank[name]
            if name not in states and name not in answers
            else self._remembered(
                blank[name], states.get(name) or blank[name].state, answers.get(name, ()), today
            )
            for name in core.library.order
        ]
        self._table = Table(records)

    def _record(self, name: str, state: CardState, failed: Collection[str]) -> Record:
        head = self._core.library.heads[name]
        has = {"demo": head.demo, "figure": head.figure}
        return Record(
            id=name,
            text=self._texts[name],
            topic=head.deck,
            state=state,
            tags=head.tags,
            difficulty=head.difficulty,
            kind=head.kind,
            has=frozenset(part for part, there in has.items() if there),
            demo=head.demo,
            demo_failed=head.demo in failed,
        )

    def _remembered(
        self,
        blank: Record,
        state: CardState,
        answers: Sequence[tuple[date, Rating, Phase]],
        today: date,
    ) -> Record:
        first = [day for day, _, phase in answers if phase is Phase.NEW]
        seen = state.stability is not None
        recall = self._core.scheduler.retrievability(state, today) if seen else None
        return replace(
            blank,
            state=state,
            retrievability=recall,
            rated=tuple((day, rating) for day, rating, _ in answers),
            introduced=first[0] if first else None,
        )


def folded_text(card: Card) -> str:
    """Return everything a card says, in the form that searches compare."""
    points = [point.point for point in card.key_points]
    parts = [card.id, card.question, card.text, card.answer, card.hint, card.pitfall, *card.tags]
    return fold("\n".join([*parts, *points, *card.options, *card.steps]))


def _answers(reviews: Sequence[Review]) -> Mapping[str, list[tuple[date, Rating, Phase]]]:
    found: defaultdict[str, list[tuple[date, Rating, Phase]]] = defaultdict(list)
    for review in reviews:
        found[review.card].append((review.day, review.rating, review.kind))
    return found
