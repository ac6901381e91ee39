"""Studying towards a date: the ramp, the last pass, and how ready one would be on the day."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import NamedTuple

from quizapp.cards.model import CardHead
from quizapp.settings import StudySettings
from quizapp.study.estimate import Z_95, Interval
from quizapp.study.model import CardState, LogEntry, Phase
from quizapp.study.path import most_needed
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
UNTICKED = 0.5
"""What a first answer that its learner calls right weighs, if a must-have point was not ticked."""
ENOUGH = 20
"""Answered cards below which nothing is claimed: a guess is no measurement."""
NOT_ENOUGH = "not enough answers yet to tell"


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
    """New cards a day from today: enough to show all of them, as far as a day allows."""
    cut: tuple[str, ...]
    """Unseen cards for which that leaves no time: those that fewest others build on."""


def plan_interview(
    day: date,
    today: date,
    infos: Sequence[CardHead],
    states: Mapping[str, CardState],
    settings: StudySettings,
    new_today: int = 0,
) -> InterviewPlan | None:
    """Return the plan for today, of which `new_today` new cards are done; None after the day.

    The last pass spreads over as many days as half the daily review limit needs. The firmest
    cards come first and the weakest last, because the weakest fade soonest. New cards a day never
    fall below what the learner set, and rise to MOST_NEW times that at most.
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
    every = {info.id for info in infos}
    unseen = every - answered - away
    days = (first - today).days if today < first else max(1, days_left)
    usual = settings.new_per_day
    new = max(usual, min(math.ceil((len(unseen) + new_today) / days), MOST_NEW * usual))
    room = max(0, new * days - new_today)
    fits = room >= len(unseen)
    order = [] if fits else [card for card in most_needed(infos, every) if card in unseen]
    return InterviewPlan(
        day=day,
        days_left=days_left,
        retention=ramped_retention(settings.retention, days_left),
        last_pass_from=first,
        pass_today=tuple(state.card for state in to_pass[:quota]),
        unseen=len(unseen),
        new_a_day=new,
        cut=tuple(order[room:]),
    )


def ramped_retention(base: float, days_left: int) -> float:
    """Return the retention to aim at: `base` until RAMP_DAYS before, then a straight rise."""
    share = 1 - min(max(days_left, 0), RAMP_DAYS) / RAMP_DAYS
    return max(base, base + share * (PEAK_RETENTION - base))


def settings_towards(settings: StudySettings, plan: InterviewPlan) -> StudySettings:
    """Return the settings to schedule with today: sooner reviews, and the plan's new cards."""
    return replace(settings, retention=plan.retention, new_per_day=plan.new_a_day)


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
    answered: int
    """Cards that it is known from."""
    recalled: float
    """Share of these that would be answered."""
    unseen: int
    """Cards that were never answered."""
    guessed: float
    """Share of these that would be answered, guessed from first answers."""
    topics: tuple[TopicReadiness, ...]
    """The weakest first."""

    @property
    def needed(self) -> int:
        """Answered cards from which something is claimed: ENOUGH, or all there are."""
        return min(ENOUGH, self.answered + self.unseen)

    @property
    def enough(self) -> bool:
        """Whether there are answers enough to claim something."""
        return self.answered >= self.needed


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
    card of it at random. Assumed: no study between now and the day, so it is a floor.

    A card that was answered is recalled with its FSRS probability R, each on its own: mean ΣR,
    variance ΣR(1-R). The unseen cards are stratified by difficulty d, because easy ones are
    taught first and tell nothing of hard ones: each is answered with an unknown chance p_d, the
    same for all topics, with p_d ~ Beta(prior + first answers to cards of that difficulty, right
    and wrong), where a right one without every must-have point ticked weighs UNTICKED. With u
    unseen cards in a topic of n cards and weight w, the topic adds Σ_d w·u_d/n·E[p_d] to the
    mean, and the variance is Σ (w/n)²·u_d·E[p_d(1-p_d)] over topics and difficulties, plus
    Σ_d (Σ w·u_d/n)²·Var[p_d]: the doubt about p_d is shared and does not average out over cards.
    (Stratified mean: Cochran 1977, Sampling Techniques, section 5.3; beta-binomial: Gelman and
    others 2013, Bayesian Data Analysis, sections 2.4 and 3.7 of the third edition.)

    The interval is the normal one at 95 %, cut to 0 and 1. That FSRS may be off for this learner
    is not in it; true retention shows by how much.
    """
    guesses = _guesses(infos, reviews)
    topics: dict[str, _Part] = {}
    for info in infos:
        part = topics.setdefault(info.deck, _Part())
        if (state := states.get(info.id)) is not None and state.stability is not None:
            part.known.append(scheduler.retrievability(state, day))
        else:
            part.unseen[info.difficulty] += 1
    shares = _shares({topic: part.cards for topic, part in topics.items()}, weights)
    found = [
        TopicReadiness(topic, *_estimate([(part, 1.0)], guesses), part.cards, part.unseen.total())
        for topic, part in topics.items()
    ]
    found.sort(key=lambda part: part.expected)
    known = [recall for part in topics.values() for recall in part.known]
    unseen = sum((part.unseen for part in topics.values()), Counter[str]())
    guessed = sum(number * guesses[level].mean for level, number in unseen.items())
    expected, interval = _estimate(
        [(part, shares[topic]) for topic, part in topics.items()], guesses
    )
    return Readiness(
        day,
        expected,
        interval,
        answered=len(known),
        recalled=sum(known) / max(1, len(known)),
        unseen=unseen.total(),
        guessed=guessed / max(1, unseen.total()),
        topics=tuple(found),
    )


@dataclass(slots=True)
class _Part:
    """The cards of one topic."""

    known: list[float] = field(default_factory=list)
    """The probability of recall of each card that was answered."""
    unseen: Counter[str] = field(default_factory=Counter)
    """How many were not, by difficulty."""

    @property
    def cards(self) -> int:
        return len(self.known) + self.unseen.total()


class _Guess(NamedTuple):
    """The chance of answering an unseen card of one difficulty."""

    mean: float
    variance: float


def _guesses(infos: Sequence[CardHead], reviews: Iterable[LogEntry]) -> dict[str, _Guess]:
    level_of = {info.id: info.difficulty for info in infos}
    weighed: dict[str, tuple[float, float]] = dict.fromkeys(level_of.values(), UNSEEN_PRIOR)
    for review in reviews:
        if not review.is_first or review.card not in level_of:
            continue
        level = level_of[review.card]
        a, b = weighed[level]
        if review.recalled:
            a += UNTICKED if review.all_musts is False else 1
        else:
            b += 1
        weighed[level] = a, b
    return {
        level: _Guess(a / (a + b), a * b / ((a + b) ** 2 * (a + b + 1)))
        for level, (a, b) in weighed.items()
    }


def _estimate(
    parts: Sequence[tuple[_Part, float]], guesses: Mapping[str, _Guess]
) -> tuple[float, Interval]:
    """Return the share that would be answered of topics with their weights, and its interval."""
    mean = variance = 0.0
    at_stake: defaultdict[str, float] = defaultdict(float)
    for part, share in parts:
        weight = share / part.cards
        mean += weight * sum(part.known)
        variance += weight**2 * sum(recall * (1 - recall) for recall in part.known)
        for level, number in part.unseen.items():
            chance, doubt = guesses[level]
            mean += weight * number * chance
            variance += weight**2 * number * (chance * (1 - chance) - doubt)
            at_stake[level] += weight * number
    variance += sum(stake**2 * guesses[level].variance for level, stake in at_stake.items())
    half = Z_95 * math.sqrt(variance)
    return mean, Interval(max(0.0, mean - half), min(1.0, mean + half))


def _shares(cards: Mapping[str, int], weights: Mapping[str, float] | None) -> dict[str, float]:
    raw = {
        topic: float(number) if weights is None else weights.get(topic, 0.0)
        for topic, number in cards.items()
    }
    total = sum(raw.values())
    return {topic: value / total if total else 0.0 for topic, value in raw.items()}
