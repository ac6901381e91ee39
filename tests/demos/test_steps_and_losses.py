"""Demos on steps, losses, averages and repetition: oracles, and settings at which claims fail."""

from __future__ import annotations

import math
from typing import Any

import pytest

from tests.demos.running import load, part, run_demo

pytestmark = pytest.mark.torch


def test_the_written_out_step_is_that_of_torch() -> None:
    import torch

    torch.manual_seed(0)
    step_of = part(load("adamw_l2"), "adam_step")
    ours = torch.ones(50)
    theirs = ours.clone().requires_grad_()
    optimizer = torch.optim.Adam([theirs], lr=0.01, betas=(0.9, 0.95))
    m, v = torch.zeros(50), torch.zeros(50)
    for step in range(1, 6):
        gradient = torch.randn(50)
        theirs.grad = gradient.clone()
        optimizer.step()
        ours = step_of(ours, gradient, m, v, step, 0.01, 0.95)
        assert torch.allclose(ours, theirs, atol=1e-6)


def test_equal_gradients_tell_adam_and_adamw_apart_no_more() -> None:
    found = run_demo("adamw_l2", apart=1, steps=100)
    assert found.claims["l2-shrinks-apart"] == "fails"
    assert found.claims["sgd-steps-apart"] == "fails"


def test_a_large_epsilon_makes_the_size_of_the_loss_count() -> None:
    found = run_demo("adamw_l2", eps=0.1, steps=50)
    assert found.claims["loss-tenth-changes-adam-little"] == "fails"
    assert found.claims["first-step-is-the-rate"] == "fails"


def test_two_layers_neither_vanish_nor_explode() -> None:
    found = run_demo("gradient_flow", depth=2)
    assert found.claims["small-vanish"] == "fails"
    assert found.claims["large-explode"] == "fails"


def test_what_is_not_clipped_keeps_its_direction() -> None:
    found = run_demo("gradient_flow", depth=2, keep=1.0)
    assert found.claims["value-turns"] == "fails"


def test_the_gradient_through_relu_layers_halves_with_the_square_of_the_gain() -> None:
    found = run_demo("gradient_flow").measures
    assert math.log(found["small"] / found["he"], 2) == pytest.approx(-16, abs=2.5)
    assert math.log(found["large"] / found["he"], 2) == pytest.approx(16, abs=2.5)


@pytest.mark.parametrize("p", [0.001, 0.2, 0.5, 0.99])
def test_the_pulls_follow_their_formulas(p: float) -> None:
    (entropy, pull), (squared, slow) = part(load("cross_entropy_or_mse"), "pulls")(p)
    assert entropy == pytest.approx(-math.log(p))
    assert pull == pytest.approx(1 - p)
    assert squared == pytest.approx((1 - p) ** 2)
    assert slow == pytest.approx(2 * (1 - p) ** 2 * p)


def test_old_rules_need_no_unlearning() -> None:
    found = run_demo("cross_entropy_or_mse", guideline="old", steps=10)
    assert found.claims["squared-error-stalls"] == "fails"


def test_kl_agrees_with_torch() -> None:
    import torch

    p, q = torch.randn(2, 20).softmax(-1)
    ours = part(load("forward_reverse_kl"), "kl")(p, q)
    assert ours == pytest.approx(torch.nn.functional.kl_div(q.log(), p, reduction="sum").item())


def test_one_peak_is_found_by_both_directions() -> None:
    found = run_demo("forward_reverse_kl", separation=0.5)
    assert found.claims["forward-covers"] == "fails"
    assert found.claims["reverse-seeks"] == "fails"
    assert found.measures["covers"] == "both peaks"


def test_every_weight_is_trained_once_and_only_hidden_matrices_by_muon() -> None:
    import tinyworld

    model, _ = tinyworld.load()
    muon, rest = part(load("muon_step"), "hidden_matrices")(model)
    assert len(muon) + len(rest) == len(list(model.parameters()))
    assert len(muon) == 2 * 7  # four attention and three MLP matrices in each of two layers
    assert all(weight.ndim == 2 for weight in muon)


def test_one_round_leaves_singular_values_apart() -> None:
    assert run_demo("muon_step", rounds=1, steps=10).claims["muon-evens-out"] == "fails"


def test_where_decay_takes_nothing_there_is_nothing_to_stand_in_for() -> None:
    found = run_demo("weight_average", rate=3e-4, steps=40)
    assert found.claims["stands-in-for-decay"] == "not tested"


def test_the_mean_of_a_model_with_itself_is_itself() -> None:
    import tinyworld
    import torch

    model, _ = tinyworld.load()
    mean = part(load("weight_average"), "mean_of")(model, model)
    pairs = zip(mean.parameters(), model.parameters(), strict=True)
    assert all(torch.allclose(a, b) for a, b in pairs)


def test_a_renumbered_model_computes_the_same_with_other_weights() -> None:
    import tinyworld
    import torch

    model, tokenizer = tinyworld.load()
    other = part(load("weight_average"), "renumbered")(model)
    batch = tinyworld.batch(tokenizer, tinyworld.documents("general", 2, seed=0))
    with torch.no_grad():
        assert torch.allclose(model(**batch).logits, other(**batch).logits, atol=1e-4)
    assert not torch.equal(model.lm_head.weight, other.lm_head.weight)


def test_small_peaks_hardly_raise_the_loss() -> None:
    found = run_demo("rewarm", lowest=0.01, highest=0.01, steps=20)
    assert found.claims["bump-grows"] == "fails"
    assert found.claims["higher-learns-more"] == "fails"
    assert found.claims["rises-on-old-texts-too"] == "fails"


def test_the_best_rate_is_the_bottom_of_the_parabola() -> None:
    import numpy as np

    rates = np.array([1e-3, 2e-3, 4e-3, 8e-3])
    losses = np.exp(0.3 * np.log(rates / 3e-3) ** 2)
    assert part(load("batch_and_rate"), "best_rate")(rates, losses) == pytest.approx(3e-3)


def test_distinct_counts_different_grams() -> None:
    distinct = part(load("repetition"), "distinct")
    assert distinct([[1, 2, 3, 4, 5, 6]]) == 1
    assert distinct([[1, 2] * 8]) == pytest.approx(2 / 13)


def test_a_sentence_is_sound_if_the_world_says_it_so() -> None:
    sound: Any = part(load("repetition"), "sound")
    whole = "The shy cat chases the owl near the lake."
    assert sound([whole]) == 1
    assert sound([f"{whole} The shy cat near the the lake."]) == 0.5


def test_clean_texts_teach_no_loops() -> None:
    found = run_demo("repetition", copies=0, steps=10)
    assert found.claims["copies-teach-loops"] == "fails"


def test_without_repeats_nothing_is_lost_and_no_gap_opens() -> None:
    found = run_demo("repeated_texts", many=48, few=48, steps=16)
    assert found.claims["many-are-not"] == "fails"
    assert found.claims["gap-opens"] == "fails"


@pytest.mark.parametrize("copies", [0, 2])
def test_boilerplate_is_one_sentence_in_every_document(copies: int) -> None:
    texts = part(load("repetition"), "habits")(5, copies, 0)
    sentences = [text.removesuffix(".").split(". ") for text in texts]
    assert [len(found) for found in sentences] == [4] * 5
    everywhere = set.intersection(*(set(found) for found in sentences))
    assert len(everywhere) == (copies > 0)


def test_passes_read_every_text_equally_often() -> None:
    import random

    read = part(load("repeated_texts"), "passes")(["a", "b", "c"], 9, random.Random(0))
    assert sorted(read) == ["a"] * 3 + ["b"] * 3 + ["c"] * 3


def test_no_dropout_scatters_nothing() -> None:
    found = run_demo("l1_l2_dropout", p=0.0)
    assert found.claims["dropout-keeps-the-mean"] == "fails"
    assert found.claims["evaluation-is-fixed"] == "fails"


def test_a_tiny_penalty_zeroes_little() -> None:
    assert run_demo("l1_l2_dropout", penalty=0.001).claims["l1-zeroes"] == "fails"


def test_written_out_dropout_has_the_mean_and_scatter_of_torch() -> None:
    import torch

    x = torch.ones(200_000)
    torch.manual_seed(0)
    theirs = torch.nn.functional.dropout(x, 0.2)
    ours = part(load("l1_l2_dropout"), "dropped")(x, 0.2, torch.Generator().manual_seed(1))
    assert ours.mean().item() == pytest.approx(theirs.mean().item(), abs=0.01)
    assert ours.std().item() == pytest.approx(theirs.std().item(), abs=0.01)
    assert set(ours.unique().tolist()) == {0.0, 1.25}
