"""A simulated learner studies every evening; the whole of studying holds together."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

import pytest

from quizapp.cards.model import CardHead
from quizapp.settings import StudySettings
from quizapp.study.model import Answer, CardState, LogEntry, Phase, Rating
from quizapp.study.queue import DayCounts
from quizapp.study.session import Session
from quizapp.study.stats import forecast, true_retention
from tests.unit.study.samples import BERLIN, DAY, entry, scheduler

START = datetime(2026, 1, 5, 18, 0, tzinfo=BERLIN)


def library(cards: int) -> list[CardHead]:
    """Cards over six topics; each requires the one before it in its topic."""
    return [
        CardHead(
            f"card-{n}", f"topic-{n % 6}", order=n, requires=(f"card-{n - 6}",) if n >= 6 else ()
        )
        for n in range(cards)
    ]


def study(
    days: int, cards: int, settings: StudySettings
) -> tuple[dict[str, CardState], list[LogEntry]]:
    """Study at a random time of each evening, recalling as FSRS predicts."""
    rng = Random(1)
    rules = scheduler(settings, fuzz=True)
    infos, states, log = library(cards), dict[str, CardState](), list[LogEntry]()
    for number in range(days):
        now = START + number * DAY + timedelta(minutes=rng.randrange(0, 300))
        sitting = Session(infos, states, now, rules, done=DayCounts(), seed=number)
        left = sitting.left(now)
        assert left.new <= settings.new_per_day and left.review <= settings.reviews_per_day
        while (card := sitting.current) is not None:
            state = sitting.state()
            assert state.phase is not Phase.REVIEW or rules.is_due(state, now)
            recall = rules.retrievability(state, rules.calendar.day(now))
            known = rng.random() < (recall if state.learned else 0.8)
            rating = rng.choice([Rating.GOOD] * 8 + [Rating.EASY, Rating.HARD])
            action = sitting.rate(Answer(rating if known else Rating.AGAIN), now)
            sitting.sync(action.after, now)
            states[card] = action.after
            log.append(entry(action))
            now += timedelta(seconds=40)
    return states, log


@pytest.mark.parametrize(("days", "cards"), [(90, 120), (365, 300)])
def test_a_learner_meets_every_card_and_remembers_as_asked(days: int, cards: int) -> None:
    settings = StudySettings()
    states, log = study(days, cards, settings)
    today = scheduler().calendar.day(START + (days - 1) * DAY)
    assert len(states) == cards
    assert all(state.learned for state in states.values())
    firsts = {review.card: place for place, review in reversed(list(enumerate(log)))}
    for info in library(cards):
        assert all(firsts[needed] < firsts[info.id] for needed in info.requires)
    found = true_retention(log)
    assert found.all.interval.low < settings.retention + 0.03
    # a forgotten card comes back after a day at the soonest, when it may be below the retention
    # already: 0.875 on average over twelve learners of 90 days
    assert found.all.interval.high > settings.retention - 0.03
    ahead = forecast(states.values(), today + DAY, days=days)
    assert ahead.backlog == 0


def test_two_simulations_agree_to_the_last_bit() -> None:
    assert study(20, 40, StudySettings()) == study(20, 40, StudySettings())
