"""Studying towards a date."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from random import Random

import pytest

from quizapp.cards.model import CardHead
from quizapp.settings import StudySettings
from quizapp.study.model import CardState, LogEntry, Phase, Rating
from quizapp.study.readiness import (
    UNSEEN_PRIOR,
    plan_interview,
    ramped_retention,
    readiness,
    settings_towards,
)
from tests.unit.study.samples import DAY, NOW, infos, learned, scheduler

TODAY = NOW.date()


def test_retention_rises_in_the_last_month_and_never_falls_below_the_usual() -> None:
    found = [ramped_retention(0.9, days) for days in (60, 30, 15, 0)]
    assert found == pytest.approx([0.9, 0.9, 0.925, 0.95])
    assert ramped_retention(0.97, 0) == 0.97


def test_the_plan_ends_with_the_day() -> None:
    assert plan_interview(TODAY - DAY, TODAY, [], {}, StudySettings()) is None
    plan = plan_interview(TODAY, TODAY, infos("a"), {}, StudySettings())
    assert plan is not None and (plan.days_left, plan.unseen) == (0, 5)


def test_the_plan_says_how_many_new_cards_a_day_are_needed() -> None:
    plan = plan_interview(TODAY + 13 * DAY, TODAY, infos("a", each=95), {}, StudySettings())
    assert plan is not None
    assert plan.last_pass_from == TODAY + 10 * DAY
    assert plan.new_a_day == 10  # 95 cards in the 10 days before the last pass
    assert plan.pass_today == ()


def test_new_cards_rise_to_show_all_of_them_but_not_without_limit() -> None:
    def a_day(cards: int, days: int) -> int:
        plan = plan_interview(
            TODAY + days * DAY, TODAY, infos("a", each=cards), {}, StudySettings()
        )
        assert plan is not None
        return settings_towards(StudySettings(), plan).new_per_day

    assert a_day(cards=20, days=13) == 10  # two a day would do; the learner's number stays
    assert a_day(cards=150, days=13) == 15  # ten days before the last pass
    assert a_day(cards=600, days=13) == 30  # sixty would be no study


def test_in_the_last_pass_every_learned_card_is_asked_once_and_the_weakest_last() -> None:
    cards = infos("a", each=12)
    weak, firm = learned("x", NOW - 20 * DAY), learned("x", NOW - 20 * DAY, ratings=(4,))
    states = {card.id: replace(firm if card.order % 2 else weak, card=card.id) for card in cards}
    day = TODAY + 3 * DAY
    asked: list[str] = []
    today = TODAY
    while today < day:
        plan = plan_interview(day, today, cards, states, StudySettings())
        assert plan is not None and plan.last_pass_from == TODAY
        for card in plan.pass_today:
            states[card] = replace(states[card], last_day=today)
            asked.append(card)
        again = plan_interview(day, today, cards, states, StudySettings())
        assert again is not None and again.pass_today == ()  # today's share is done
        today += DAY
    assert sorted(asked) == sorted(states)
    strengths = [states[card].stability or 0 for card in asked]
    assert strengths == sorted(strengths, reverse=True)


def test_the_ramp_shortens_intervals() -> None:
    plan = plan_interview(TODAY + 2 * DAY, TODAY, [], {}, StudySettings())
    assert plan is not None
    near = scheduler(settings_towards(StudySettings(), plan))
    state = learned("card", NOW - 10 * DAY)
    assert near.preview(state, NOW)[Rating.GOOD] < scheduler().preview(state, NOW)[Rating.GOOD]


def first_answer(card: str, rating: Rating) -> LogEntry:
    return LogEntry(0, card, TODAY, rating, Phase.NEW)


def test_nothing_studied_is_unknown_rather_than_zero_or_half() -> None:
    found = readiness(infos("a", each=40), {}, [], scheduler(), TODAY)
    assert found.expected == pytest.approx(0.25)
    assert found.interval.low == 0 and 0.7 < found.interval.high < 0.85


def test_first_answers_tell_of_the_cards_not_seen_in_that_topic() -> None:
    cards = infos("a", "b", each=40)
    log = [first_answer(f"a-{n}", Rating.GOOD) for n in range(20)]
    found = readiness(cards, {}, log, scheduler(), TODAY)
    by_topic = {part.topic: part for part in found.topics}
    assert by_topic["a"].expected == pytest.approx(20.5 / 22)
    assert by_topic["b"].expected == pytest.approx(0.25)
    assert found.topics[0].topic == "b"


def test_only_the_first_answer_to_a_card_tells_of_the_cards_not_seen() -> None:
    cards = infos("a", each=40)
    log = [first_answer("a-0", Rating.AGAIN)]
    later = [first_answer("a-0", Rating.GOOD)._replace(phase=phase) for phase in list(Phase)[1:]]
    unknown = first_answer("no longer a card", Rating.GOOD)
    found = readiness(cards, {}, [*log, *later, unknown], scheduler(), TODAY)
    assert found.expected == pytest.approx(0.5 / 3)


def test_suspended_cards_are_neither_passed_nor_still_to_see() -> None:
    cards = infos("a", each=4)
    out = {
        "a-0": replace(learned("a-0", NOW - 20 * DAY), suspended=True),
        "a-1": CardState("a-1", suspended=True),
    }
    states = {"a-2": learned("a-2", NOW - 20 * DAY), **out}
    plan = plan_interview(TODAY + DAY, TODAY, cards, states, StudySettings())
    assert plan is not None
    assert plan.pass_today == ("a-2",)
    assert plan.unseen == plan.new_a_day == 1  # a-3


def test_the_last_pass_takes_as_many_days_as_half_the_daily_limit_needs() -> None:
    cards = infos("a", each=50)
    states = {card.id: replace(learned("x", NOW - 20 * DAY), card=card.id) for card in cards}
    day = TODAY + 30 * DAY
    for limit, days in ((20, 5), (19, 6), (100, 3), (1, 14)):
        plan = plan_interview(day, TODAY, cards, states, StudySettings(reviews_per_day=limit))
        assert plan is not None and (day - plan.last_pass_from).days == days


def test_well_known_cards_give_a_narrow_interval_that_sinks_with_time() -> None:
    cards = infos("a", each=50)
    states = {card.id: replace(learned("x"), card=card.id, stability=60.0) for card in cards}
    soon = readiness(cards, states, [], scheduler(), TODAY + DAY)
    late = readiness(cards, states, [], scheduler(), TODAY + 90 * DAY)
    assert soon.expected > late.expected
    assert soon.interval.high - soon.interval.low < 0.1
    assert soon.topics[0].unseen == 0


def test_weights_say_which_topics_the_interviewer_likes() -> None:
    cards = infos("a", "b", each=10)
    states = {f"a-{n}": replace(learned("x"), card=f"a-{n}") for n in range(10)}
    plain = readiness(cards, states, [], scheduler(), TODAY)
    liked = readiness(cards, states, [], scheduler(), TODAY, {"a": 3.0, "b": 1.0})
    assert liked.expected > plain.expected
    only = readiness(cards, states, [], scheduler(), TODAY, {"a": 1.0})
    assert only.expected == pytest.approx(1.0)


def test_the_interval_holds_the_outcome_as_often_as_it_says() -> None:
    """Draw many learners by the stated assumptions and count the hits of the 95 % interval."""
    rng = Random(1)
    rules = scheduler()
    cards = infos("a", "b", each=30)
    states = {f"a-{n}": replace(learned("x"), card=f"a-{n}", stability=2 + n) for n in range(30)}
    log = [first_answer(f"b-{n}", Rating(1 + 2 * (n % 2))) for n in range(10)]
    day: date = TODAY + 10 * DAY
    found = readiness(cards, states, log, rules, day)
    recalls = [rules.retrievability(states[f"a-{n}"], day) for n in range(30)]
    hits = 0
    for _ in range(2000):
        chance = rng.betavariate(UNSEEN_PRIOR[0] + 5, UNSEEN_PRIOR[1] + 5)
        right = sum(rng.random() < recall for recall in recalls)
        right += sum(rng.random() < chance for _ in range(30))
        hits += found.interval.low <= right / 60 <= found.interval.high
    assert 0.92 < hits / 2000 < 0.98


def test_cards_of_no_interest_do_not_break_the_sum() -> None:
    found = readiness([], {}, [], scheduler(), TODAY)
    assert (found.expected, found.topics) == (0, ())
    assert readiness([CardHead("a")], {}, [], scheduler(), TODAY, {}).expected == 0
