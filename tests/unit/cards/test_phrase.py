"""Phrases decide by the words of one clause and which way round it is said."""

from __future__ import annotations

import pytest

from quizapp.cards.phrase import in_words, phrase
from quizapp.cards.words import NOT, words


def stems(text: str) -> list[str]:
    """Return the stems of a text."""
    return [word.stem for word in words(text)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The learning rates", "a learning rate"),
        ("1,000 items", "1k item"),
        ("two points", "2 points"),
        ("α/r", "alpha / r"),
        ("grads", "gradient"),
        ("it doesn't matter", "does not matter"),
        ("quantised", "quantized"),
        ("it generalises", "it generalizes"),
        ("hparams", "the hyperparameters"),
    ],
)
def test_what_means_the_same_reads_the_same(one: str, other: str) -> None:
    assert stems(one) == stems(other)


def test_a_word_knows_its_place_its_clause_and_its_part() -> None:
    text = "B is zero, A is not; done"
    found = words(text)
    assert [text[word.start : word.end] for word in found] == ["B", "zero", "A", "not", "done"]
    assert [word.clause for word in found] == [0, 0, 0, 0, 1]
    assert [word.part for word in found] == [0, 0, 1, 1, 2]
    assert found[3].stem == NOT


@pytest.mark.parametrize(
    ("rule", "answer", "found"),
    [
        ("B zero", "we set B to zero at the start", "B to zero"),
        ("B zero", "zero is what B begins with", "zero is what B"),
        ("B zero", "B is not zero", None),
        ("B zero", "B is random. The loss is zero", None),
        ("B random|gaussian", "B comes from a Gaussian", "B comes from a Gaussian"),
        ("no reference", "DPO needs no reference model", "no reference"),
        ("no reference", "the reference isn't needed", "reference"),
        ("no reference need", "the reference isn't needed", "reference isn't needed"),
        ("no reference", "DPO needs a reference", None),
        ("needs reference", "it needs a frozen reference", "needs a frozen reference"),
        ("needs reference", "it needs no reference", None),
        ("no|without reference", "DPO works without a reference", "reference"),
        ("no|without reference", "DPO works with a reference", None),
        ("sigmoid difference", "sigmoid(r_i, the difference)", "sigmoid(r_i, the difference"),
        ("64 block", "blocks of 64 weights", "blocks of 64"),
        ("64 block", "blocks of 1024 weights", None),
        ("use mean", "use the sum instead of the mean", None),
        ("no mean", "use the sum rather than the mean", "mean"),
        ("use sum", "use the sum instead of the mean", "use the sum"),
        ("needs oven", "it not only needs an oven", "needs an oven"),
        ("needs oven", "it doesn't just need an oven", "need an oven"),
        ("long dough", "the dough is no longer warm", None),
        ("no dough warm", "the dough is no longer warm", "dough is no longer warm"),
        ("no slope", "the slope I don't know", None),
        ("no oven", "it needs neither an oven nor a pan", "oven"),
        ("no pan", "it needs neither an oven nor a pan", "pan"),
        ("same oven", "both in the same oven", "same oven"),
        ("same oven", "both in the oven", None),
        ("dough useful", "use the dough", None),
    ],
)
def test_a_phrase_is_found_in_one_clause_the_right_way_round(
    rule: str, answer: str, found: str | None
) -> None:
    span = phrase(rule).find(words(answer))
    shown = None if span is None else answer[span[0] : span[1]]
    assert (shown is None) == (found is None)
    if found is not None:
        assert found.removeprefix("no ") in str(shown) or str(shown) in found


def test_a_word_of_any_text_counts_in_a_phrase_that_asks_for_it_alone() -> None:
    quiet = [word.stem for word in words("all of it goes into the same oven") if word.quiet]
    assert quiet == ["all", "same"]
    filled = words("dough " + "only the same " * 9 + "oven")
    assert phrase("dough oven").find(filled) is not None


def test_words_far_apart_are_no_phrase() -> None:
    far = "zero " + " ".join(f"word{chr(97 + n)}" for n in range(15)) + " B"
    assert phrase("B zero").find(words(far)) is None


def test_a_close_phrase_stands_in_one_part_of_a_clause() -> None:
    answer = words("B is zero and A is random, so the update is zero")
    assert phrase("B random").find(answer) is not None
    assert phrase("B random").find(answer, close=True) is None
    assert phrase("A random").find(answer, close=True) is not None
    assert phrase("B zero").find(answer, close=True) is not None


def test_a_capital_letter_may_name_a_matrix() -> None:
    assert stems("We draw A at random.")[1] == stems("A is random")[0]
    assert stems("A larger rank") == stems("larger rank")


def test_a_phrase_is_read_with_the_first_of_its_words() -> None:
    assert in_words("no reference|ref model needed|required") == "no reference model needed"
