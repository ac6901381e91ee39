"""Learners whose memory follows given FSRS parameters, and the logs they leave."""

from __future__ import annotations

from datetime import timedelta
from random import Random

from quizapp.study.actions import Action, rate
from quizapp.study.model import Answer, CardState, LogEntry, Phase, Rating
from tests.unit.study.samples import DAY, MINUTE, NOW, entry, scheduler

DEFAULTS = scheduler().parameters
FORGETFUL = (0.05, 0.2, 0.4, 1.0, *DEFAULTS[4:8], 0.9, *DEFAULTS[9:])
"""A learner who forgets a new card several times faster than most, and gains less by reviews."""


def actions_of(parameters: tuple[float, ...], cards: int, answers: int) -> list[Action]:
    """Return the ratings of a learner whose memory follows the parameters, by the default
    schedule, oldest first."""
    rng = Random(7)
    rules, memory = scheduler(), scheduler(parameters=parameters)
    log = []
    for number in range(cards):
        state = truth = CardState(f"card-{number}")
        now = NOW + number // 5 * DAY + number * MINUTE
        for _ in range(answers):
            recall = memory.retrievability(truth, rules.calendar.day(now)) if truth.reps else 0.8
            rating = rng.choice([2, 3, 3, 3, 4]) if rng.random() < recall else 1
            log.append(rate(state, Answer(Rating(rating)), now, rules))
            state, truth = log[-1].after, memory.review(truth, Rating(rating), now)
            waits = DAY * (1 + rng.randrange(1 + state.interval))
            now += timedelta(minutes=10) if state.phase is Phase.LEARNING else waits
    return sorted(log, key=lambda action: action.at)


def log_of(parameters: tuple[float, ...], cards: int, answers: int) -> list[LogEntry]:
    """Return the same ratings as statistics read them."""
    return [entry(action) for action in actions_of(parameters, cards, answers)]
