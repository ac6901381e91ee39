"""Studying towards a date: the ramp, the last pass, and how ready one would be on the day."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from quizapp.cards.model import CardHead
from quizapp.settings import StudySettings
from quizapp.study.estimate import Z_95, Interval
from quizapp.study.model import CardState, LogEntry, Phase
from quizapp.study.schedule import Scheduler

RAMP_DAYS = 30
"""From this many days before the interview, cards come back sooner than usual."""
PEAK_RETENTION = 0.95
"""The retention aimed at on the day itself."""
SHORTEST_PASS, LONGEST_PASS = 3, 14
"""Days of the last pass, in which every card that was learned is asked once more."""
MOST_NEW = 3
"""Towards a date there may be this many times the usual number of new cards a day."""
UNSEEN_PRIOR = (0.5, 1.5)
"""Beta prior of answering a card never seen: one in four on average, and very unsure of it."""


@dataclass(frozen=True, slots=True)
class InterviewPlan:
    """What the date asks of today."""

    day: date
    days_left: int
    retention: float
    """To schedule with today."""
    last_pass_from: date
    """First study day of the last pass; it ends the day before the interview."""
    pass_today: tuple[str, ...]
    """Learned cards to ask today for the last pass, whether or not they are due."""
    unseen: int
    """Cards never answered."""
    new_a_day: int
    """New cards a day that would show all of them before the last pass."""


def plan_interview(
    day: date,
    today: date,
    infos: Sequence[CardHead],
    states: Mapping[str, CardState],
    settings: StudySettings,
) -> InterviewPlan | None:
    """Return the plan for today; None when the day has passed.

    The last pass spreads over as many days as half the daily review limit needs. The firmest
    cards come first and the weakest last, because the weakest fade soonest.
    """
    days_left = (day - today).days
    if days_left < 0:
        return None
    known = [states[info.id] for info in infos if info.id in states]
    learned = [state for state in known if state.learned and not state.suspended]
    length = math.ceil(len(learned) / max(1, settings.reviews_per_day // 2))
    length = min(max(length, SHORTEST_PASS), LONGEST_PASS)
    first = day - timedelta(days=length)
    to_pass = [state for state in learned if state.last_day is None or state.last_day < first]
    to_pass.sort(key=lambda state: (-(state.stability or 0.0), state.card))
    passed = sum(state.last_day == today for state in learned)
    quota = math.ceil((len(to_pass) + passed) / max(1, days_left)) - passed
    quota = max(0, quota) if today >= first else 0
    answered = {state.card for state in known if state.phase is not Phase.NEW}
    away = {state.card for state in known if state.suspended}
    unseen = sum(info.id not in answered and info.id not in away for info in infos)
    return InterviewPlan(
        day=day,
        days_left=days_left,
        retention=ramped_retention(settings.retention, days_left),
        last_pass_from=first,
        pass_today=tuple(state.card for state in to_pass[:quota]),
        unseen=unseen,
        new_a_day=math.ceil(unseen / max(1, (first - today).days)),
    )


def ramped_retention(base: float, days_left: int) -> float:
    """Return the retention to aim at: `base` until RAMP_DAYS before, then a straight rise."""
    share = 1 - min(max(days_left, 0), RAMP_DAYS) / RAMP_DAYS
    return max(base, base + share * (PEAK_RETENTION - base))


def settings_towards(settings: StudySettings, plan: InterviewPlan) -> StudySettings:
    """Return the settings to schedule with today: sooner reviews, and new cards enough to see all.

    New cards never fall below what the learner set, and rise to MOST_NEW times that at most.
    """
    new = min(plan.new_a_day, MOST_NEW * settings.new_per_day)
    return replace(settings, retention=plan.retention, new_per_day=max(settings.new_per_day, new))


@dataclass(frozen=True, slots=True)
class TopicReadiness:
    """What one topic adds."""

    topic: str
    expected: float
    """Share of its cards that would be answered."""
    interval: Interval
    cards: int
    unseen: int


@dataclass(frozen=True, slots=True)
class Readiness:
    """The share of questions that would be answered on a day."""

    day: date
    expected: float
    interval: Interval
    """95 %."""
    topics: tuple[TopicReadiness, ...]
    """The weakest first."""


def readiness(
    infos: Sequence[CardHead],
    states: Mapping[str, CardState],
    reviews: Iterable[LogEntry],
    scheduler: Scheduler,
    day: date,
    weights: Mapping[str, float] | None = None,
) -> Readiness:
    """Return how many of an interviewer's questions would be answered on a day.

    The interviewer takes a topic with the given weight (by default its number of cards) and a
    card of it at random. Assumed: no study between now and the day, so it is a floor; a card
    that was answered is recalled with its FSRS probability R, each on its own, so a topic's count
    has mean ΣR and variance ΣR(1-R); a card never seen is answered with an unknown probability p
    of its topic, with p ~ Beta(prior + first answers in that topic that were right, or wrong), so
    n of them have mean n·E[p] and the beta-binomial variance n·E[p](1-E[p]) + n(n-1)·Var[p].
    The interval is the normal one at 95 %, cut to 0 and 1. That FSRS may be off for this learner
    is not in it; true retention shows by how much.
    """
    firsts: dict[str, list[bool]] = {}
    topic_of = {info.id: info.deck for info in infos}
    for review in reviews:
        if review.is_first and review.card in topic_of:
            firsts.setdefault(topic_of[review.card], []).append(review.recalled)
    groups: dict[str, list[float | None]] = {}
    for info in infos:
        recall = None
        if (state := states.get(info.id)) is not None and state.stability is not None:
            recall = scheduler.retrievability(state, day)
        groups.setdefault(info.deck, []).append(recall)
    parts = {topic: _moments(recalls, firsts.get(topic, [])) for topic, recalls in groups.items()}
    shares = _shares({topic: len(recalls) for topic, recalls in groups.items()}, weights)
    expected = sum(shares[topic] * mean for topic, (mean, _) in parts.items())
    variance = sum(shares[topic] ** 2 * spread for topic, (_, spread) in parts.items())
    topics = [
        TopicReadiness(
            topic,
            mean,
            _interval(mean, spread),
            len(groups[topic]),
            sum(recall is None for recall in groups[topic]),
        )
        for topic, (mean, spread) in parts.items()
    ]
    topics.sort(key=lambda part: part.expected)
    return Readiness(day, expected, _interval(expected, variance), tuple(topics))


def _moments(recalls: Sequence[float | None], firsts: Sequence[bool]) -> tuple[float, float]:
    """Return the mean and variance of the share of a topic's cards that would be answered."""
    known = [recall for recall in recalls if recall is not None]
    unseen = len(recalls) - len(known)
    a = UNSEEN_PRIOR[0] + sum(firsts)
    b = UNSEEN_PRIOR[1] + len(firsts) - sum(firsts)
    chance = a / (a + b)
    doubt = a * b / ((a + b) ** 2 * (a + b + 1))
    mean = sum(known) + unseen * chance
    variance = sum(recall * (1 - recall) for recall in known)
    variance += unseen * chance * (1 - chance) + unseen * (unseen - 1) * doubt
    return mean / len(recalls), variance / len(recalls) ** 2


def _shares(cards: Mapping[str, int], weights: Mapping[str, float] | None) -> dict[str, float]:
    raw = {
        topic: float(number) if weights is None else weights.get(topic, 0.0)
        for topic, number in cards.items()
    }
    total = sum(raw.values())
    return {topic: value / total if total else 0.0 for topic, value in raw.items()}


def _interval(mean: float, variance: float) -> Interval:
    half = Z_95 * math.sqrt(variance)
    return Interval(max(0.0, mean - half), min(1.0, mean + half))
