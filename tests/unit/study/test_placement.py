"""A placement asks what tells most, and assumes no more than it found."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from quizapp.cards.model import CardHead, Difficulty
from quizapp.study.ability import difficulty_of, expected
from quizapp.study.model import CardState, Phase
from quizapp.study.placement import (
    CHECK_AFTER,
    CHECK_OVER,
    PER_TOPIC,
    QUESTIONS,
    Answered,
    assumed,
    held_levels,
    next_card,
    with_assumed,
)

DAY = date(2027, 3, 1)
LEVELS = list(Difficulty)


def deck(topic: str, weight: float = 1.0) -> list[CardHead]:
    """Return nine cards of a topic, three of each level, each open one after a graded one."""
    heads = []
    for number in range(9):
        kind = "open" if number % 3 == 2 else "choice"
        needs = (f"{topic}-{number - 1}",) if number else ()
        heads.append(
            CardHead(
                f"{topic}-{number}",
                topic,
                LEVELS[number // 3],
                requires=needs,
                kind=kind,
                weight=weight,
            )
        )
    return heads


HEADS = {head.id: head for topic in "abcd" for head in deck(topic)}


def sit(known: dict[str, str], seed: int = 0) -> list[Answered]:
    """Return the answers of somebody who knows each topic up to a level, and never guesses."""
    answers: list[Answered] = []
    while (card := next_card(HEADS, answers, seed)) is not None:
        level = known.get(HEADS[card].deck)
        right = level is not None and LEVELS.index(Difficulty(HEADS[card].difficulty)) <= (
            LEVELS.index(Difficulty(level))
        )
        answers.append(Answered(card, right))
    return answers


def test_every_topic_comes_up_and_none_too_often() -> None:
    asked = Counter(HEADS[one.card].deck for one in sit({}))
    assert asked == dict.fromkeys("abcd", PER_TOPIC)
    assert len(sit({})) <= QUESTIONS
    first = [HEADS[one.card].deck for one in sit({})][:4]
    assert sorted(first) == list("abcd")


def test_only_what_the_app_grades_is_asked() -> None:
    assert {HEADS[one.card].kind for one in sit({"a": "senior"})} == {"choice"}


def test_who_knows_a_topic_skips_it_and_who_knows_nothing_skips_nothing() -> None:
    answers = sit({"a": "senior", "b": "junior"})
    held = held_levels(HEADS, answers)
    assert held.get("c") is None and held.get("d") is None
    skipped = Counter(HEADS[card].deck for card in assumed(HEADS, {}, answers))
    assert skipped["a"] >= 6
    assert skipped["c"] == skipped["d"] == 0
    assert assumed(HEADS, {}, sit({})) == ()


@given(st.integers(0, 300))
def test_a_card_is_assumed_only_with_all_that_it_builds_on(seed: int) -> None:
    rng = Random(seed)
    answers: list[Answered] = []
    while (card := next_card(HEADS, answers, seed)) is not None:
        chance = expected(rng.gauss(0, 2), difficulty_of(HEADS[card].difficulty))
        answers.append(Answered(card, rng.random() < chance))
    found = set(assumed(HEADS, {}, answers))
    assert not found & {one.card for one in answers if not one.right}
    for card in found:
        assert set(HEADS[card].requires) <= found


def test_a_topic_without_a_right_answer_skips_nothing_whatever_is_known_elsewhere() -> None:
    known = [Answered(f"{topic}-{number}", True) for topic in "abc" for number in (0, 3, 6)]
    assert "d" not in held_levels(HEADS, [*known, Answered("d-3", False)])
    assert held_levels(HEADS, [*known, Answered("d-3", True)])["d"] == "mid"


def test_what_was_answered_before_stays_as_it_was() -> None:
    states = {"a-0": CardState("a-0", phase=Phase.REVIEW, reps=3, due_day=DAY)}
    answers = sit(dict.fromkeys("abcd", "senior"))
    cards = assumed(HEADS, states, answers)
    assert "a-0" not in cards
    seen = with_assumed(states, cards, DAY)
    assert seen["a-0"] == states["a-0"]


def test_what_is_assumed_counts_as_learned_and_comes_back_within_three_months() -> None:
    cards = assumed(HEADS, {}, sit(dict.fromkeys("abcd", "senior")))
    states = with_assumed({}, cards, DAY)
    assert all(states[card].learned and states[card].reps == 0 for card in cards)
    due = sorted(state.due_day for state in states.values() if state.due_day)
    assert due[0] == DAY + timedelta(days=CHECK_AFTER)
    assert due[-1] < DAY + timedelta(days=CHECK_AFTER + CHECK_OVER)


def test_a_note_and_a_suspension_stay_with_an_assumed_card() -> None:
    states = {"a-0": CardState("a-0", suspended=True, note="mine")}
    found = with_assumed(states, ["a-0"], DAY)["a-0"]
    assert (found.suspended, found.note, found.learned) == (True, "mine", True)
