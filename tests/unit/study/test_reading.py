"""Reading an answer points at the words on each point, and judges only by a rule."""

from __future__ import annotations

import pytest

from quizapp.study.passages import Weights
from quizapp.study.reading import Found, Reader, Reading, Rubric

QUESTION = "How does LoRA start, and why?"
POINTS = (
    Rubric("B starts at zero, so the base is unchanged", ("B zero",), ("B random|gaussian",)),
    Rubric("A is drawn at random", ("A random|gaussian|kaiming",), ("A zero",)),
    Rubric("the interval is about 6 points wide"),
)
TEXTS = (QUESTION, *(point.point for point in POINTS), "What is a rank?", "What is a scale?")
READER = Reader(QUESTION, POINTS, Weights.of(TEXTS))


def read(answer: str) -> list[Reading]:
    """Return how an answer reads."""
    return READER.read(answer)


def test_a_phrase_shows_the_place_and_decides_nothing() -> None:
    first, second, third = read("A is kaiming. We set B to zero.")
    assert (first.found, first.words) == (Found.PHRASE, "set B to zero")
    assert (second.found, second.words) == (Found.PHRASE, "A is kaiming")
    assert third.found is Found.NOTHING
    assert not any(reading.decided for reading in (first, second, third))


def test_a_phrase_against_a_point_decides_and_is_named() -> None:
    first, *_ = read("at the start B is gaussian")
    assert (first.found, first.words, first.rule) == (
        Found.CONTRADICTS,
        "B is gaussian",
        "B random|gaussian",
    )
    assert first.decided


def test_a_phrase_against_a_point_must_stand_alone() -> None:
    first, second, _ = read("B is zero and A is random, so nothing changes")
    assert (first.found, second.found) == (Found.PHRASE, Found.PHRASE)


def test_a_phrase_against_a_point_may_be_spread_where_nothing_speaks_for_it() -> None:
    first, *_ = read("B, like A, is gaussian")
    assert (first.found, first.rule) == (Found.CONTRADICTS, "B random|gaussian")
    first, *_ = read("B, like A, is gaussian. No: B is zero")
    assert first.found is Found.PHRASE


def test_a_phrase_for_a_point_with_an_opposite_word_stands_against_it() -> None:
    points = (Rubric("warm dough rises faster", ("warm faster|quicker",)),)
    reader = Reader("What does warmth do?", points, Weights.of(TEXTS))
    (slow,) = reader.read("warm dough is slower")
    assert (slow.found, slow.rule, slow.words) == (
        Found.CONTRADICTS,
        "warm slower",
        "warm dough is slower",
    )
    for answer in (
        "warm dough is faster",
        "warm dough is not slower",
        "only warm dough is slower at night",
        "warm dough is faster. Warm salted dough is slower",
    ):
        (said,) = reader.read(answer)
        assert said.found is not Found.CONTRADICTS, answer


def test_a_phrase_for_a_point_that_is_denied_decides_nothing() -> None:
    points = (Rubric("only yeast is fed", ("yeast fed",)),)
    (first,) = Reader("Why?", points, Weights.of(TEXTS)).read("Nothing is fed except the yeast")
    assert not first.decided


def test_what_the_rubric_says_itself_is_not_against_it() -> None:
    points = (
        Rubric("warm dough rises faster", ("warm faster",)),
        Rubric("but very warm dough is slower"),
    )
    (first, _) = Reader("Why?", points, Weights.of(TEXTS)).read("very warm dough is slower")
    assert first.found is not Found.CONTRADICTS


def test_words_that_another_point_looks_for_point_less() -> None:
    points = (Rubric("salt slows yeast"), Rubric("sugar feeds yeast"))
    answer = "Yeast lives. Bread ages. Sugar tastes."
    salt, sugar = Reader("Why?", points, Weights.of(TEXTS)).read(answer)
    assert (salt.words, sugar.words) == ("Yeast lives", "Sugar tastes")


def test_a_negation_turns_a_phrase_round() -> None:
    first, *_ = read("B is not random")
    assert first.found is not Found.CONTRADICTS
    first, *_ = read("B isn't zero")
    assert first.found is not Found.PHRASE


def test_words_of_a_point_are_close_and_others_are_not() -> None:
    first, *_ = read("the base is unchanged when it starts")
    assert first.found is Found.CLOSE
    assert 0 < first.closeness < 1
    assert read("bananas are yellow")[0].found is Found.NOTHING


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        ("the interval is 1 point wide", Found.CONTRADICTS),
        ("the interval is about six points wide", Found.CLOSE),
        ("the interval is 5.5 points wide", Found.CLOSE),
        ("6 in all; the interval is 2 points wide", Found.CLOSE),
        ("the interval of the stage-1 point is wide", Found.CLOSE),
    ],
)
def test_another_number_of_the_same_unit_contradicts(answer: str, found: Found) -> None:
    third = read(answer)[2]
    assert third.found is found
    assert (third.rule == "1 point, not 6") is (found is Found.CONTRADICTS)


def test_an_answer_about_something_else_is_hollow() -> None:
    assert READER.is_hollow("bananas grow in bunches")
    assert READER.is_hollow("all of them just grow, not more than that")
    assert not READER.is_hollow("something with LoRA")
    assert not READER.is_hollow("it is drawn from a distribution")


def test_a_negation_in_the_question_is_no_word_in_common() -> None:
    reader = Reader("Why does it not start?", POINTS, Weights.of(TEXTS))
    assert reader.is_hollow("bananas do not care")


def test_the_words_are_those_of_the_answer() -> None:
    answer = "Well,   we set\nB   to zero."
    reading = read(answer)[0]
    assert reading.words == "B to zero"
    assert " ".join(answer[reading.start : reading.end].split()) == reading.words
