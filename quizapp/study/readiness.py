"""Studying towards a date: the ramp, the last pass, and how ready one would be on the day."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import NamedTuple

from quizapp.cards.asked import Coverage
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
    """The share of the cards' questions that would be answered on a day."""

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
    coverage: Coverage | None = None
    """How much of what interviewers ask the cards answer: the share is one of these questions."""

    @property
    def covers(self) -> str:
        """The coverage as a sentence; empty where nobody counted."""
        if self.coverage is None:
            return ""
        return f"The cards answer {self.coverage.share:.0%} of what public question lists ask."

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
    coverage: Coverage | None = None,
) -> Readiness:
    """Return how many of the cards' questions would be answered on a day.

    The interviewer asks each card as often as its weight says. Assumed: no study between now and
    the day, so it is a floor.

    A card that was answered is recalled with its FSRS probability R, each on its own. The unseen
    cards are stratified by difficulty d, because easy ones are taught first and tell nothing of
    hard ones: each is answered with an unknown chance p_d, the same for all topics, with
    p_d ~ Beta(prior + first answers to cards of that difficulty, right and wrong), where a right
    one without every must-have point ticked weighs UNTICKED. With weights w that sum to 1, the
    mean is Σ w·R over answered cards plus Σ w·E[p_d] over unseen ones, and the variance
    Σ w²·R(1-R) plus Σ w²·E[p_d(1-p_d)] plus Σ_d (Σ w)²·Var[p_d]: the doubt about p_d is shared
    and does not average out over cards. (Stratified mean: Cochran 1977, Sampling Techniques,
    section 5.3; beta-binomial: Gelman and others 2013, Bayesian Data Analysis, sections 2.4 and
    3.7 of the third edition.)

    The interval is the normal one at 95 %, cut to 0 and 1. That FSRS may be off for this learner
    is not in it; true retention shows by how much.
    """
    guesses = _guesses(infos, reviews)
    topics: dict[str, _Part] = {}
    for info in infos:
        part = topics.setdefault(info.deck, _Part())
        if (state := states.get(info.id)) is not None and state.stability is not None:
            part.known.append((scheduler.retrievability(state, day), info.weight))
        else:
            part.unseen[info.difficulty].append(info.weight)
    found = [
        TopicReadiness(topic, *_estimate([part], guesses), part.cards, part.left)
        for topic, part in topics.items()
    ]
    found.sort(key=lambda part: part.expected)
    known = [recall for part in topics.values() for recall, _ in part.known]
    unseen = [
        guesses[level].mean
        for part in topics.values()
        for level, cards in part.unseen.items()
        for _ in cards
    ]
    expected, interval = _estimate([*topics.values()], guesses)
    return Readiness(
        day,
        expected,
        interval,
        answered=len(known),
        recalled=sum(known) / max(1, len(known)),
        unseen=len(unseen),
        guessed=sum(unseen) / max(1, len(unseen)),
        topics=tuple(found),
        coverage=coverage,
    )


@dataclass(slots=True)
class _Part:
    """The cards of one topic."""

    known: list[tuple[float, float]] = field(default_factory=list)
    """Of each card that was answered the probability of recall, and its weight."""
    unseen: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    """The weights of those that were not, by difficulty."""

    @property
    def left(self) -> int:
        """How many were not answered."""
        return sum(map(len, self.unseen.values()))

    @property
    def cards(self) -> int:
        return len(self.known) + self.left


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


def _estimate(parts: Sequence[_Part], guesses: Mapping[str, _Guess]) -> tuple[float, Interval]:
    """Return the share of questions that would be answered, and its interval."""
    mean = variance = total = 0.0
    at_stake: defaultdict[str, float] = defaultdict(float)
    for part in parts:
        for recall, weight in part.known:
            total += weight
            mean += weight * recall
            variance += weight**2 * recall * (1 - recall)
        for level, weights in part.unseen.items():
            chance, doubt = guesses[level]
            stake = sum(weights)
            total += stake
            mean += stake * chance
            variance += sum(w**2 for w in weights) * (chance * (1 - chance) - doubt)
            at_stake[level] += stake
    variance += sum(stake**2 * guesses[level].variance for level, stake in at_stake.items())
    if not total:
        return 0.0, Interval(0.0, 0.0)
    half = Z_95 * math.sqrt(variance) / total
    return mean / total, Interval(max(0.0, mean / total - half), min(1.0, mean / total + half))
