"""Split demos: their formulas against closed forms and libraries, and claims that can fail."""

from __future__ import annotations

from random import Random
from typing import Any

import numpy as np
import pytest

from tests.demos.running import load, run_demo

pytestmark = pytest.mark.torch


def inside(name: str) -> dict[str, Any]:
    """Return the functions and constants of a demo file."""
    return load(name).main.__globals__


@pytest.mark.parametrize("rows", [2, 3])
def test_siblings_in_training_follow_the_formula(rows: int) -> None:
    found = run_demo("group_leakage", rows=rows, patients=400).measures
    assert found["siblings_random"] == pytest.approx(1 - 0.2 ** (rows - 1), abs=0.03)
    assert found["siblings_formula"] == pytest.approx(1 - 0.2 ** (rows - 1))
    assert found["siblings_group"] == 0


def test_n_grams_are_found_as_a_walk_over_the_words_finds_them() -> None:
    flagged = inside("ngram_blind_spot")["flagged"]
    training = ["the shy cat chases the owl near the lake", "two plus three is five"]
    items = ["a cat chases the owl today", "the owl chases the cat", "three is five"]
    for n in range(2, 7):
        runs = {
            tuple(words[i : i + n])
            for words in map(str.split, training)
            for i in range(len(words) - n + 1)
        }
        hits = [
            any(tuple(words[i : i + n]) in runs for i in range(len(words) - n + 1))
            for words in map(str.split, items)
        ]
        assert flagged(items, training, n) == pytest.approx(sum(hits) / len(items))


def test_rewording_leaves_no_long_run_and_keeps_the_rest() -> None:
    reword = inside("ngram_blind_spot")["reword"]
    text = "The shy cat chases the owl near the lake. The old bear sees the cat near the hill."
    before, after = text.split(), reword(text, 4).split()
    changed = [i for i, (a, b) in enumerate(zip(before, after, strict=True)) if a != b]
    assert changed == [3, 7, 12, 16]  # no word stands in for a bear
    assert reword(text, 30) == text


@pytest.mark.parametrize(
    ("name", "claim", "settings"),
    [
        ("group_leakage", "random-flatters", {"rows": 1}),
        ("group_leakage", "stratified-flatters", {"rows": 1}),
        ("group_leakage", "random-flatters", {"jitter": 3.0}),
        ("time_leakage", "random-flatters", {"drift": 0.0}),
        ("time_leakage", "time-is-closer", {"drift": 0.0}),
        ("time_leakage", "drop-at-launch", {"drift": 0.0}),
        ("preprocessing_leakage", "outside-flatters", {"features": 20}),
        ("preprocessing_leakage", "inside-is-honest", {"informative": 20, "features": 100}),
        ("ngram_blind_spot", "edits-missed", {"every": 15}),
        ("ngram_blind_spot", "clean-spared", {"n": 4}),
        ("ngram_blind_spot", "words-see-edits", {"every": 3}),
        ("best_on_test", "best-is-inflated", {"candidates": 1}),
        ("best_on_test", "best-is-inflated", {"items": 800}),
        ("best_on_test", "more-tries-more-luck", {"candidates": 1}),
        ("best_on_test", "more-items-less-luck", {"candidates": 1}),
        ("best_on_test", "below-independent", {"candidates": 1}),
        ("contamination", "score-inflated", {"leak": 0.0, "steps": 40}),
        ("contamination", "above-the-ceiling", {"leak": 0.1, "steps": 40}),
        ("contamination", "wrong-keys-recited", {"leak": 0.1, "steps": 40}),
        ("contamination", "fresh-texts-tell", {"leak": 0.1, "steps": 40}),
    ],
)
def test_each_claim_fails_where_the_page_says(
    name: str, claim: str, settings: dict[str, Any]
) -> None:
    assert run_demo(name, **settings).claims[claim] == "fails"


def test_the_best_of_many_coins_lies_as_far_above_a_half_as_chance_puts_it() -> None:
    draw = np.random.default_rng(0)
    found = []
    for _ in range(300):
        coins = draw.random((10, 600)) < 0.5  # ten models that guess
        found.append(inside("best_on_test")["choose_and_check"](coins, 100, draw))
    best, fresh, error = np.mean(found, axis=0)
    assert error == pytest.approx(0.05, rel=0.02)
    assert best == pytest.approx(0.5 + 1.54 * 0.05, abs=0.006)
    assert fresh == pytest.approx(0.5, abs=0.006)


def test_luck_on_own_test_sets_is_nearly_independent_and_larger_than_on_a_shared_one() -> None:
    found = run_demo("best_on_test", candidates=10).measures
    assert found["excess_own"] > found["excess"]
    assert found["in_errors_own"] == pytest.approx(found["independent"], rel=0.25)


@pytest.mark.parametrize(("n", "left"), [(13, 15), (1, 39), (5, 31), (30, 0)])
def test_one_changed_word_destroys_the_windows_that_contain_it(n: int, left: int) -> None:
    text = " ".join(f"w{i}" for i in range(40))
    assert inside("ngram_blind_spot")["survivors"](text, 19, n) == left


def test_without_a_leak_both_runs_are_the_same() -> None:
    found = run_demo("contamination", leak=0.0, steps=40).measures
    assert found["exam_leaked"] == found["exam_clean"]
    assert found["fresh_leaked"] == found["fresh_clean"]


@pytest.mark.parametrize(("share", "agree"), [(0.0, 1.0), (0.4, 29 / 48), (0.5, 0.5)])
def test_the_ceiling_is_what_this_exam_allows(share: float, agree: float) -> None:
    found = run_demo("contamination", wrong=share, steps=20, texts=48).measures
    assert found["ceiling"] == pytest.approx(agree)


def test_exactly_a_share_of_the_keys_is_wrong() -> None:
    parts = inside("contamination")
    cases = parts["tinyworld"].cases("bank", split="test")
    keyed = parts["with_wrong_keys"](cases, 0.25, Random(3))
    wrong = [(a, b) for a, b in zip(cases, keyed, strict=True) if a != b]
    assert len(wrong) == 36
    assert all(a.prompt == b.prompt and a.answer != b.answer for a, b in wrong)


def test_a_stable_world_needs_no_split_by_time() -> None:
    found = run_demo("time_leakage", drift=0.0).measures
    assert found["closer"] == "no difference"
    assert abs(found["optimism_random"]) < 0.03
