"""The interviewer asks for the most telling gap, at most twice, and back about a hollow answer."""

from __future__ import annotations

import pytest

from quizapp.cards.model import KeyPoint
from quizapp.study.interviewer import (
    CHECKS,
    GROUNDS,
    HOW,
    Heard,
    Probe,
    Reply,
    ask_back,
    grounds,
    next_probe,
)
from quizapp.study.reading import Found, Reading

POINTS = (
    KeyPoint("other", probe="And else?"),
    KeyPoint("first must", must=True, probe="First?"),
    KeyPoint("second must", must=True, probe="Second?"),
    KeyPoint("third must", must=True),
)


def heard(*found: Found, closeness: float = 0.5) -> Heard:
    """Return how an answer was read."""
    return Heard(tuple(Reading(one, closeness=closeness) for one in found))


N, C, P, X = Found.NOTHING, Found.CLOSE, Found.PHRASE, Found.CONTRADICTS


@pytest.mark.parametrize(
    ("found", "probe"),
    [
        ((N, N, C, N), Probe("First?", 1)),
        ((N, C, N, N), Probe("Second?", 2)),
        ((N, X, C, N), Probe("First?", 1)),
        ((N, X, N, N), Probe("Second?", 2)),
        ((N, C, P, P), Probe("First?", 1)),
        ((N, P, P, P), Probe("And else?", 0)),
        ((C, P, P, N), Probe(HOW)),
    ],
)
def test_the_most_telling_gap_is_asked_for(found: tuple[Found, ...], probe: Probe) -> None:
    assert next_probe(POINTS, heard(*found), ()) == probe


def test_weak_words_come_before_stronger_ones() -> None:
    readings = (Reading(P), Reading(C, closeness=0.8), Reading(C, closeness=0.5), Reading(P))
    assert next_probe(POINTS, Heard(readings), ()) == Probe("Second?", 2)


def test_no_point_is_asked_for_twice_and_two_probes_are_enough() -> None:
    answer = heard(N, N, N, N)
    first = next_probe(POINTS, answer, ())
    assert first == Probe("First?", 1)
    second = next_probe(POINTS, answer, (Reply(first),))
    assert second == Probe("Second?", 2)
    assert next_probe(POINTS, answer, (Reply(first), Reply(second))) is None


def test_grounds_are_asked_for_once_and_not_of_a_hollow_answer() -> None:
    strong = heard(C, P, P, P)
    assert next_probe(POINTS, strong, (Reply(Probe(HOW)),)) is None
    plain = (KeyPoint("must", must=True),)
    assert next_probe(plain, Heard((Reading(N),), hollow=True), ()) is None


def test_an_answer_given_aloud_gets_one_probe() -> None:
    assert next_probe(POINTS, Heard(), ()) == Probe("First?", 1)
    assert next_probe(POINTS, Heard(), (Reply(Probe("First?", 1)),)) is None
    assert next_probe((KeyPoint("must", must=True),), Heard(), ()) is None


@pytest.mark.parametrize(
    ("answer", "hollow", "back"),
    [
        ("", False, "That is no words. Is it your whole answer?"),
        ("low", False, "That is 1 word. Is it your whole answer?"),
        ("low rank update", False, "That is 3 words. Is it your whole answer?"),
        ("low rank update here", False, ""),
        ("bananas", True, "No word of this has to do with the question. Is it your answer?"),
    ],
)
def test_what_may_be_no_answer_is_asked_back_about(answer: str, hollow: bool, back: str) -> None:
    assert ask_back(answer, Heard(hollow=hollow)) == back


def test_an_answer_without_a_gap_is_not_dug_into_with_the_same_sentence_each_time() -> None:
    asked: list[Reply] = []
    for _ in range(len(GROUNDS)):
        asked.append(Reply(Probe(grounds(asked, computed=False))))
        asked.append(Reply(Probe("First?", 1)))
    assert [reply.probe.text for reply in asked[::2]] == list(GROUNDS)
    assert grounds(asked, computed=False) == HOW
    assert next_probe(POINTS, heard(C, P, P, P), (), "Else?") == Probe("Else?")


def test_a_calculation_is_asked_about_its_numbers() -> None:
    first = grounds([Reply(Probe(HOW))], computed=True)
    assert first == CHECKS[0]
    assert grounds([Reply(Probe(first))], computed=True) == CHECKS[1]
