"""Tiers ask for more than an interval."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from quizapp.cards.model import CardHead
from quizapp.study.actions import Action, rate
from quizapp.study.mastery import FIRM, Tier, mastery, tier_of
from quizapp.study.model import Answer, CardState, Rating
from tests.unit.study.samples import DAY, NOW, entry, learned, scheduler

INFO = CardHead("card", "lora", "mid")
TODAY = NOW.date()
FULL = Answer(Rating.GOOD, elapsed_ms=100_000, all_musts=True)


def answered(answer: Answer, before: CardState | None = None) -> Action:
    return rate(before or learned("card", NOW - 10 * DAY), answer, NOW, scheduler())


def tier(action: Action, info: CardHead = INFO, day: date = TODAY) -> Tier:
    return tier_of(info, entry(action), scheduler().retrievability(action.after, day))


@pytest.mark.parametrize(
    ("answer", "reached"),
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
def test_the_latest_answer_decides_the_tier(answer: Answer, reached: Tier) -> None:
    assert tier(answered(answer)) is reached


def test_the_limits_of_mastery_belong_to_it() -> None:
    last = entry(answered(replace(FULL, elapsed_ms=180_000)))
    assert tier_of(INFO, last, FIRM) is Tier.MASTERED
    assert tier_of(INFO, last, FIRM - 0.001) is Tier.INDEPENDENT
    assert tier_of(INFO, last._replace(elapsed_ms=180_001), FIRM) is Tier.INDEPENDENT
    assert tier_of(INFO._replace(difficulty="other"), last, FIRM) is Tier.MASTERED
    assert tier_of(INFO, None, 1.0) is Tier.NEW


def test_a_card_learned_today_is_not_mastered_yet() -> None:
    assert tier(answered(FULL, CardState("card"))) is Tier.INDEPENDENT


def test_mastery_fades_with_the_memory() -> None:
    assert tier(answered(FULL), day=TODAY + 200 * DAY) is Tier.INDEPENDENT


def test_a_senior_question_may_take_longer() -> None:
    senior = INFO._replace(difficulty="senior")
    assert tier(answered(replace(FULL, elapsed_ms=290_000)), senior) is Tier.MASTERED


def test_topics_add_up_and_keep_their_order() -> None:
    wrong, right = answered(replace(FULL, rating=Rating.AGAIN)), answered(FULL)
    cards = [CardHead("x", "data"), INFO, CardHead("y", "lora")]
    log = [entry(wrong), entry(right)]
    data, lora = mastery(cards, {"card": right.after}, log, scheduler(), TODAY)
    assert (data.topic, lora.topic) == ("data", "lora")
    assert lora.tiers == {Tier.MASTERED: 1, Tier.NEW: 1}
    assert (lora.total, lora.at_least(Tier.RECALLED), lora.share) == (2, 1, 0.5)
    assert lora.recall == pytest.approx(0.5)
    assert data.share == 0
