"""How well each card is known: five tiers that ask for more than an interval."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import IntEnum

from quizapp.cards.model import CardHead
from quizapp.study.model import CardState, LogEntry, Phase
from quizapp.study.schedule import Scheduler

TIME_LIMITS_S = {"junior": 120.0, "mid": 180.0, "senior": 300.0}
"""Seconds within which an interview answer should be given, by difficulty."""

FIRM = 0.9
"""Probability of recall today that mastery asks for."""


class Tier(IntEnum):
    """What the latest answer to a card showed."""

    NEW = 0
    """Never answered."""
    SEEN = 1
    """Answered, and wrong the last time."""
    RECALLED = 2
    """Right the last time."""
    INDEPENDENT = 3
    """Right without a hint and with every must-have point."""
    MASTERED = 4
    """Independent, on a later day than it was learned, within the time, and still firm today."""


@dataclass(frozen=True, slots=True)
class TopicMastery:
    """The cards of one topic by tier."""

    topic: str
    tiers: Mapping[Tier, int]
    recall: float
    """Mean probability of recall today over all its cards; a new card counts 0."""

    @property
    def total(self) -> int:
        """Cards of the topic."""
        return sum(self.tiers.values())

    def at_least(self, tier: Tier) -> int:
        """Return how many cards reach a tier."""
        return sum(number for reached, number in self.tiers.items() if reached >= tier)

    @property
    def share(self) -> float:
        """Progress from 0 (all new) to 1 (all mastered)."""
        steps = sum(tier * number for tier, number in self.tiers.items())
        return steps / (Tier.MASTERED * self.total) if self.total else 0.0


def tier_of(info: CardHead, latest: LogEntry | None, recall: float) -> Tier:
    """Return the tier of a card from its latest answer that stands and its recall today."""
    if latest is None:
        return Tier.NEW
    if not latest.recalled:
        return Tier.SEEN
    if latest.hint_used or latest.all_musts is False:
        return Tier.RECALLED
    limit = TIME_LIMITS_S.get(info.difficulty, TIME_LIMITS_S["mid"])
    if latest.phase is Phase.REVIEW and latest.elapsed_ms <= 1000 * limit and recall >= FIRM:
        return Tier.MASTERED
    return Tier.INDEPENDENT


def mastery(
    infos: Sequence[CardHead],
    states: Mapping[str, CardState],
    reviews: Iterable[LogEntry],
    scheduler: Scheduler,
    today: date,
) -> tuple[TopicMastery, ...]:
    """Return the tiers of every topic, in the order in which the topics first appear.

    `reviews` are in the order of the log; of each card the latest one is enough.
    """
    latest = {review.card: review for review in reviews}
    tiers: dict[str, Counter[Tier]] = {}
    recalls: defaultdict[str, float] = defaultdict(float)
    for info in infos:
        state = states.get(info.id)
        recall = 0.0 if state is None else scheduler.retrievability(state, today)
        tiers.setdefault(info.deck, Counter())[tier_of(info, latest.get(info.id), recall)] += 1
        recalls[info.deck] += recall
    return tuple(
        TopicMastery(topic, dict(count), recalls[topic] / count.total())
        for topic, count in tiers.items()
    )
