"""How well each card is known: five tiers that ask for more than an interval."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import IntEnum

from quizapp.cards.model import CardHead
from quizapp.study.model import CardState, Phase, Rating, Review
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


def tier_of(
    info: CardHead, state: CardState, latest: Review | None, scheduler: Scheduler, today: date
) -> Tier:
    """Return the tier of a card from its latest review that stands."""
    if latest is None:
        return Tier.NEW
    if latest.rating is Rating.AGAIN:
        return Tier.SEEN
    answer = latest.answer
    if answer.hint_used or answer.all_musts is False:
        return Tier.RECALLED
    in_time = answer.elapsed_ms <= 1000 * TIME_LIMITS_S.get(info.difficulty, TIME_LIMITS_S["mid"])
    firm = scheduler.retrievability(state, today) >= FIRM
    if latest.kind is Phase.REVIEW and in_time and firm:
        return Tier.MASTERED
    return Tier.INDEPENDENT


def mastery(
    infos: Sequence[CardHead],
    states: Mapping[str, CardState],
    reviews: Iterable[Review],
    scheduler: Scheduler,
    today: date,
) -> tuple[TopicMastery, ...]:
    """Return the tiers of every topic, in the order in which the topics first appear."""
    latest = {review.card: review for review in reviews}
    tiers: dict[str, Counter[Tier]] = {}
    recall: defaultdict[str, float] = defaultdict(float)
    for info in infos:
        state = states.get(info.id) or CardState(info.id)
        tier = tier_of(info, state, latest.get(info.id), scheduler, today)
        tiers.setdefault(info.deck, Counter())[tier] += 1
        recall[info.deck] += scheduler.retrievability(state, today)
    return tuple(
        TopicMastery(topic, dict(count), recall[topic] / count.total())
        for topic, count in tiers.items()
    )
