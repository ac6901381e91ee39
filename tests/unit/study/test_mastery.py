"""Tiers ask for more than an interval."""

from __future__ import annotations

from dataclasses import replace

import pytest

from quizapp.cards.model import CardHead
from quizapp.study.actions import rate
from quizapp.study.mastery import Tier, mastery, tier_of
from quizapp.study.model import Answer, CardState, Rating, Review
from tests.unit.study.samples import DAY, NOW, learned, scheduler

INFO = CardHead("card", "lora", "mid")
TODAY = NOW.date()
FULL = Answer(Rating.GOOD, elapsed_ms=100_000, all_musts=True)


def answered(answer: Answer, before: CardState | None = None) -> tuple[CardState, Review]:
    action = rate(before or learned("card", NOW - 10 * DAY), answer, NOW, scheduler())
    assert action.review is not None
    return action.after, action.review


@pytest.mark.parametrize(
    ("answer", "tier"),
    [
        (FULL, Tier.MASTERED),
        (replace(FULL, all_musts=None), Tier.MASTERED),
        (replace(FULL, rating=Rating.HARD), Tier.MASTERED),
        (replace(FULL, elapsed_ms=181_000), Tier.INDEPENDENT),
        (replace(FULL, hint_used=True), Tier.RECALLED),
        (replace(FULL, all_musts=False), Tier.RECALLED),
        (replace(FULL, rating=Rating.AGAIN), Tier.SEEN),
    ],
)
def test_the_latest_answer_decides_the_tier(answer: Answer, tier: Tier) -> None:
    state, latest = answered(answer)
    assert tier_of(INFO, state, latest, scheduler(), TODAY) is tier


def test_a_card_learned_today_is_not_mastered_yet() -> None:
    state, latest = answered(FULL, CardState("card"))
    assert tier_of(INFO, state, latest, scheduler(), TODAY) is Tier.INDEPENDENT


def test_mastery_fades_with_the_memory() -> None:
    state, latest = answered(FULL)
    assert tier_of(INFO, state, latest, scheduler(), TODAY + 200 * DAY) is Tier.INDEPENDENT


def test_a_senior_question_may_take_longer() -> None:
    state, latest = answered(replace(FULL, elapsed_ms=290_000))
    senior = INFO._replace(difficulty="senior")
    assert tier_of(senior, state, latest, scheduler(), TODAY) is Tier.MASTERED


def test_topics_add_up_and_keep_their_order() -> None:
    state, latest = answered(FULL)
    cards = [CardHead("x", "data"), INFO, CardHead("y", "lora")]
    data, lora = mastery(cards, {"card": state}, [latest], scheduler(), TODAY)
    assert (data.topic, lora.topic) == ("data", "lora")
    assert lora.tiers == {Tier.MASTERED: 1, Tier.NEW: 1}
    assert (lora.total, lora.at_least(Tier.RECALLED), lora.share) == (2, 1, 0.5)
    assert lora.recall == pytest.approx(0.5)
    assert data.share == 0
