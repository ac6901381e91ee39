"""What a model says counts only by words that the learner typed."""

from __future__ import annotations

import pytest

from quizapp.study.opinion import Opinion, Says, held_against

ANSWER = "The update is\n  zero (B = 0), so nothing changes."


@pytest.mark.parametrize(
    ("words", "stands"),
    [
        ("update is zero", "update is zero"),
        ("THE Update", "The update"),
        ("zero (B = 0)", "zero (B = 0)"),
        ("so nothing changes.", "so nothing changes."),
        ("the update is one", None),
        ("date is zero", None),
        ("(B = 0), so not", None),
        ("up.*te", None),
        ("  ", None),
        ("", None),
    ],
)
def test_words_are_those_of_the_answer_or_the_point_is_unmarked(
    words: str, stands: str | None
) -> None:
    found = held_against(ANSWER, "llama3", Says.SAID, words)
    expected = Opinion("llama3", Says.UNMARKED) if stands is None else None
    assert found == (expected or Opinion("llama3", Says.SAID, stands or ""))


def test_what_is_not_said_has_no_words() -> None:
    found = held_against(ANSWER, "llama3", Says.NOT_SAID, "something")
    assert found == Opinion("llama3", Says.NOT_SAID)


def test_an_opinion_names_its_model() -> None:
    assert Opinion("llama3", Says.CONTRADICTED, "x").head == "llama3 says: contradicted"
    unmarked = Opinion("llama3", Says.UNMARKED).head
    assert unmarked == "llama3: unmarked, it quotes words that are not in your answer"
