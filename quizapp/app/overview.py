"""What the home screen answers: what is due, where am I weak, am I ready."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from quizapp.app.core import Core
from quizapp.study.mastery import Tier, TopicMastery, mastery
from quizapp.study.model import CardState, Phase
from quizapp.study.queue import NEVER_SEEN
from quizapp.study.readiness import InterviewPlan, Readiness, readiness
from quizapp.study.stats import streak

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
    unseen: int
    """Cards never answered, the suspended ones left out."""
    sitting: str = ""
    """What is studied and goes on with its card; empty for everything due, or nothing."""
    interview_waits: bool = False
    """Whether a mock interview was left before its report."""

    @property
    def total(self) -> int:
        """All cards."""
        return sum(row.mastery.total for row in self.topics)

    @property
    def first_run(self) -> bool:
        """Whether nothing was ever answered."""
        return all(row.mastery.at_least(Tier.SEEN) == 0 for row in self.topics)


def overview(core: Core) -> Overview:
    """Compute the numbers as of now.

    It reads what changed since the last look and the last days by columns, so that it takes the
    loop of the screens no longer when the log is long.
    """
    store, today, scheduler = core.store, core.today, core.scheduler
    states, entries = core.progress.states, core.progress.entries
    asked = core.states()  # what is assumed is neither asked as new nor shown as mastered
    due = due_by_topic(core, asked)
    per_topic = mastery(core.infos, states, entries, scheduler, today)
    answers = store.activity(today - timedelta(days=DAYS - 1))
    activity = activity_by_topic(core, answers, today)
    kept = (asked.get(info.id, NEVER_SEEN) for info in core.infos)
    unseen = sum(state.phase is Phase.NEW and not state.suspended for state in kept)
    left, ready = core.days_to_interview, None
    if left is not None:
        day = today + timedelta(days=left)
        ready = readiness(core.infos, states, entries, scheduler, day, core.library.coverage)
    rows = {
        part.topic: TopicRow(
            id=part.topic,
            title=core.library.decks[part.topic].title,
            mastery=part,
            due=due[part.topic],
            activity=activity.get(part.topic, (0,) * DAYS),
        )
        for part in per_topic
    }
    done, rules = store.day_counts(today), scheduler.settings
    room = max(0, rules.reviews_per_day - done.reviews)
    steps = due_by_topic(core, {card: s for card, s in asked.items() if s.in_steps}).total()
    return Overview(
        topics=tuple(rows[topic] for topic in core.library.decks if topic in rows),
        due=steps + min(due.total() - steps, room),
        new=min(unseen, max(0, rules.new_per_day - done.new)),
        answered=sum(count for (_, day), count in answers.items() if day == today),
        streak=streak(store.study_days(), today),
        days_left=left,
        ready=ready,
        plan=core.interview_plan(asked),
        unseen=unseen,
        sitting=core.sitting,
        interview_waits=core.interview_waits,
    )


def due_by_topic(core: Core, states: Mapping[str, CardState]) -> Counter[str]:
    """Return how many cards of each topic are due, as a sitting would ask them.

    That includes a step within the time that steps may be asked ahead, such as that of a card
    rated Again a moment ago.
    """
    now, today = core.now + core.rules.learn_ahead, core.today
    heads = core.library.heads
    return Counter(
        heads[state.card].deck
        for state in states.values()
        if state.card in heads and state.is_due(now, today)
    )


def activity_by_topic(
    core: Core, answers: Mapping[tuple[str, date], int], today: date
) -> dict[str, tuple[int, ...]]:
    """Return the answers of the last days by topic, today last."""
    heads = core.library.heads
    counts: dict[str, list[int]] = {}
    for (card, day), number in answers.items():
        if card in heads and day <= today:
            row = counts.setdefault(heads[card].deck, [0] * DAYS)
            row[DAYS - 1 - (today - day).days] += number
    return {topic: tuple(row) for topic, row in counts.items()}
