"""What the home screen answers: what is due, where am I weak, am I ready."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from quizapp.app.core import Core
from quizapp.study.mastery import Tier, TopicMastery, mastery
from quizapp.study.model import CardState, Review
from quizapp.study.readiness import InterviewPlan, Readiness, plan_interview, readiness
from quizapp.study.stats import heatmap, streak

DAYS = 14
"""Length of the line of activity."""


@dataclass(frozen=True)
class TopicRow:
    """One topic of the list."""

    id: str
    title: str
    mastery: TopicMastery
    due: int
    """Cards due now, new ones not counted."""
    activity: tuple[int, ...]
    """Answers on each of the last days, today last."""
    has_lesson: bool


@dataclass(frozen=True)
class Overview:
    """The numbers of the home screen."""

    topics: tuple[TopicRow, ...]
    due: int
    """Reviews and steps that can be answered today."""
    new: int
    """New cards that today still allows."""
    answered: int
    """Answers given today."""
    streak: int
    """Study days in a row."""
    days_left: int | None
    """Days to the interview; None without a date or after it."""
    ready: Readiness | None
    plan: InterviewPlan | None
    """What the date asks of today."""

    @property
    def first_run(self) -> bool:
        """Whether nothing was ever answered."""
        return all(row.mastery.at_least(Tier.SEEN) == 0 for row in self.topics)


def overview(core: Core) -> Overview:
    """Compute the numbers as of now."""
    today, rules = core.today, core.scheduler.settings
    states = core.states()
    reviews = core.store.reviews()
    done = core.store.day_counts(today)
    due = due_by_topic(core, states)
    per_topic = mastery(core.infos, states, reviews, core.scheduler, today)
    activity = activity_by_topic(core, reviews, today)
    unseen = sum(part.tiers.get(Tier.NEW, 0) for part in per_topic)
    days = heatmap(reviews)
    left, ready, plan = None, None, None
    if (day := core.interview_date) is not None and day >= today:
        left = (day - today).days
        ready = readiness(core.infos, states, reviews, core.scheduler, day)
        plan = plan_interview(day, today, core.infos, states, core.rules)
    decks = core.library.decks
    rows = tuple(
        TopicRow(
            id=part.topic,
            title=decks[part.topic].title,
            mastery=part,
            due=due[part.topic],
            activity=activity.get(part.topic, (0,) * DAYS),
            has_lesson=bool(decks[part.topic].lesson),
        )
        for part in per_topic
    )
    order = list(decks)
    return Overview(
        topics=tuple(sorted(rows, key=lambda row: order.index(row.id))),
        due=min(sum(due.values()), max(0, rules.reviews_per_day - done.reviews)),
        new=min(unseen, max(0, rules.new_per_day - done.new)),
        answered=days.get(today, 0),
        streak=streak(days, today),
        days_left=left,
        ready=ready,
        plan=plan,
    )


def due_by_topic(core: Core, states: Mapping[str, CardState]) -> Counter[str]:
    """Return how many cards of each topic are due now."""
    now, today = core.now, core.today
    heads = core.library.heads
    return Counter(
        heads[state.card].deck
        for state in states.values()
        if state.card in heads
        and not state.suspended
        and not state.is_buried(today)
        and core.scheduler.is_due(state, now)
    )


def activity_by_topic(
    core: Core, reviews: Sequence[Review], today: date
) -> dict[str, tuple[int, ...]]:
    """Return the answers of the last days by topic, today last."""
    heads = core.library.heads
    first = today - timedelta(days=DAYS - 1)
    counts: dict[str, list[int]] = {}
    for review in reviews:
        if review.day >= first and review.card in heads:
            row = counts.setdefault(heads[review.card].deck, [0] * DAYS)
            row[(review.day - first).days] += 1
    return {topic: tuple(row) for topic, row in counts.items()}
