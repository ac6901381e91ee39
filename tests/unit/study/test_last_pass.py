"""How long the last pass before an interview is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from quizapp.settings import StudySettings
from quizapp.study.readiness import LONGEST_PASS, SHORTEST_PASS, plan_interview
from tests.unit.study.samples import DAY, NOW, infos, learned

TODAY = NOW.date()


@pytest.mark.parametrize(
    ("cards", "days"), [(5, SHORTEST_PASS), (40, 4), (41, 5), (100, 10), (300, LONGEST_PASS)]
)
def test_the_last_pass_asks_half_the_daily_limit_a_day(cards: int, days: int) -> None:
    known = infos("a", each=cards)
    states = {card.id: replace(learned("x"), card=card.id) for card in known}
    day = TODAY + 30 * DAY
    plan = plan_interview(day, TODAY, known, states, StudySettings(reviews_per_day=20))
    assert plan is not None
    assert plan.last_pass_from == day - days * DAY
