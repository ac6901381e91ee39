"""Studying towards a date."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.cards.model import CardHead, Difficulty
from quizapp.settings import StudySettings
from quizapp.study.estimate import Interval
from quizapp.study.model import CardState, LogEntry, Phase, Rating
from quizapp.study.readiness import (
    ENOUGH,
    UNSEEN_PRIOR,
    Readiness,
    plan_interview,
    ramped_retention,
    readiness,
    settings_towards,
)
from tests.unit.study.samples import DAY, NOW, infos, learned, scheduler

TODAY = NOW.date()
RULES = scheduler()


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
    assert plan.pass_today == plan.cut == ()


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


def test_what_there_is_no_time_for_is_what_fewest_others_build_on() -> None:
    """The plan of a day leaves out the same cards however far the day has gone."""
    cards = infos("a", "b", each=60)
    cards[-1] = cards[-1]._replace(requires=("b-58",))
    day, rules = TODAY + 5 * DAY, StudySettings(new_per_day=7)
    plan = plan_interview(day, TODAY, cards, {}, rules)
    assert plan is not None
    assert (plan.new_a_day, len(plan.cut)) == (21, 120 - 2 * 21)
    assert not {"b-58", "a-0", "b-0"} & set(plan.cut)
    assert {"a-59", "b-57"} <= set(plan.cut)
    states: dict[str, CardState] = {}
    for card in [info.id for info in cards if info.id not in plan.cut][:21]:
        states[card] = learned(card)
        after = plan_interview(day, TODAY, cards, states, rules, new_today=len(states))
        assert after is not None
        assert (after.cut, after.new_a_day) == (plan.cut, 21)
    tomorrow = plan_interview(day, TODAY + DAY, cards, states, rules)
    assert tomorrow is not None and tomorrow.cut == plan.cut


def test_without_new_cards_a_day_all_unseen_ones_are_left_out() -> None:
    plan = plan_interview(TODAY + 9 * DAY, TODAY, infos("a"), {}, StudySettings(new_per_day=0))
    assert plan is not None and (plan.new_a_day, len(plan.cut)) == (0, 5)


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


def levels(each: int) -> list[CardHead]:
    """Return cards of every difficulty, named junior-0, mid-0 and so on."""
    return [
        CardHead(f"{level}-{number}", "topic", difficulty=level, order=number)
        for level in Difficulty
        for number in range(each)
    ]


def test_first_answers_tell_of_unseen_cards_of_their_difficulty_alone() -> None:
    easy = [first_answer(f"junior-{n}", Rating.GOOD) for n in range(15)]
    cards = levels(40)
    by_level = {
        level: [card._replace(deck=level) for card in cards if card.difficulty == level]
        for level in Difficulty
    }
    found = readiness([c for part in by_level.values() for c in part], {}, easy, RULES, TODAY)
    expected = {part.topic: part.expected for part in found.topics}
    assert expected == pytest.approx({"junior": 15.5 / 17, "mid": 0.25, "senior": 0.25})


@given(
    st.lists(st.tuples(st.sampled_from(Difficulty), st.sampled_from(Rating)), max_size=30),
    st.integers(0, 15),
)
def test_easy_cards_do_not_make_the_guess_jump(
    before: list[tuple[Difficulty, Rating]], easy: int
) -> None:
    """However many easy cards are right, the guess rises by the easy cards' share at most.

    And it stays as unsure as what is known of mid and senior cards leaves it.
    """
    cards = levels(40)
    log = [first_answer(f"{level}-{n}", rating) for n, (level, rating) in enumerate(before)]
    more = [first_answer(f"junior-{n}", Rating.GOOD) for n in range(easy)]
    then = readiness(cards, {}, log, RULES, TODAY)
    later = readiness(cards, {}, [*log, *more], RULES, TODAY)
    harder = readiness([c for c in cards if c.difficulty != "junior"], {}, log, RULES, TODAY)
    assert 0 <= later.expected - then.expected <= 1 / 3
    assert doubt(later) >= 2 / 3 * doubt(harder) - 1e-12


def doubt(found: Readiness) -> float:
    """Return half the width of the interval before it is cut to 0 and 1, which cuts one end."""
    return max(found.expected - found.interval.low, found.interval.high - found.expected)


def test_easy_cards_alone_leave_the_guess_wide() -> None:
    cards = levels(40)
    then = readiness(cards, {}, [], RULES, TODAY)
    for easy in range(41):
        log = [first_answer(f"junior-{n}", Rating.GOOD) for n in range(easy)]
        later = readiness(cards, {}, log, RULES, TODAY)
        assert later.interval.low <= then.interval.high
        assert later.interval.high - later.interval.low > 0.4


def test_without_evidence_nothing_is_claimed() -> None:
    cards = levels(40)
    states = {card.id: replace(learned("x"), card=card.id) for card in cards[: ENOUGH - 1]}
    few = readiness(cards, states, [], RULES, TODAY)
    assert (few.answered, few.enough) == (ENOUGH - 1, False)
    states[cards[ENOUGH].id] = replace(learned("x"), card=cards[ENOUGH].id)
    assert readiness(cards, states, [], RULES, TODAY).enough
    small = cards[:3]
    every = {card.id: replace(learned("x"), card=card.id) for card in small}
    assert readiness(small, every, [], RULES, TODAY).enough  # there are no more
    assert not readiness(small, {}, [], RULES, TODAY).enough


def test_what_is_known_stands_apart_from_what_is_guessed() -> None:
    cards = levels(10)
    states = {f"junior-{n}": replace(learned("x"), card=f"junior-{n}") for n in range(10)}
    log = [first_answer(f"mid-{n}", Rating.AGAIN) for n in range(2)]
    found = readiness(cards, states, log, RULES, TODAY)
    assert (found.answered, found.unseen) == (10, 20)
    assert found.recalled == pytest.approx(RULES.retrievability(learned("x"), TODAY))
    assert found.guessed == pytest.approx((0.5 / 4 + 0.25) / 2)
    assert found.expected == pytest.approx((found.recalled + 2 * found.guessed) / 3)


def test_a_first_answer_without_its_must_have_points_weighs_less() -> None:
    cards = levels(10)
    full = [first_answer("junior-0", Rating.GOOD)._replace(all_musts=True)]
    unticked = [full[0]._replace(all_musts=False)]
    assert readiness(cards, {}, unticked, RULES, TODAY).guessed == pytest.approx(
        (1.0 / 2.5 + 0.25 + 0.25) / 3
    )
    assert readiness(cards, {}, full, RULES, TODAY).guessed == pytest.approx(
        (1.5 / 3 + 0.25 + 0.25) / 3
    )


@given(
    st.lists(st.tuples(st.integers(0, 119), st.sampled_from(Rating)), max_size=60),
    st.integers(-400, 400),
)
def test_readiness_is_a_share_with_a_range_on_any_day(
    answers: list[tuple[int, Rating]], days: int
) -> None:
    cards = levels(40)
    log = [first_answer(cards[n].id, rating) for n, rating in answers]
    states = {cards[n].id: replace(learned("x"), card=cards[n].id) for n, _ in answers}
    found = readiness(cards, states, log, RULES, TODAY + days * DAY)
    assert 0 <= found.interval.low <= found.expected <= found.interval.high <= 1
    for part in found.topics:
        assert 0 <= part.interval.low <= part.expected <= part.interval.high <= 1


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
    assert plan.unseen == 1  # a-3


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


def test_what_is_asked_more_often_counts_for_more() -> None:
    cards = infos("a", "b", each=10)
    states = {f"a-{n}": replace(learned("x"), card=f"a-{n}") for n in range(10)}
    plain = readiness(cards, states, [], scheduler(), TODAY)
    assert plain.expected == pytest.approx((1.0 + 0.25) / 2)
    liked = [card._replace(weight=3.0 if card.deck == "a" else 1.0) for card in cards]
    often = readiness(liked, states, [], scheduler(), TODAY)
    assert often.expected == pytest.approx((3 * 1.0 + 0.25) / 4)
    rare = readiness(
        [card._replace(weight=0.0 if card.deck == "b" else 1.0) for card in cards],
        states,
        [],
        scheduler(),
        TODAY,
    )
    assert rare.expected == pytest.approx(1.0)


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
    never = readiness([CardHead("a", weight=0.0)], {}, [], scheduler(), TODAY)
    assert (never.expected, never.interval) == (0, Interval(0, 0))
