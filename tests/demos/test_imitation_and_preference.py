"""Imitation, preference and distillation: what each signal can say, held against libraries."""

from __future__ import annotations

import copy
import random
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tinyworld
import torch
from sklearn.linear_model import LogisticRegression
from tinyworld import world

from tests.demos.running import load, part, run_demo
from tests.demos.trainers import gradients, preference_trainer


def test_the_comparison_is_the_dpo_loss_of_trl(tmp_path: Path) -> None:
    trainer, batch = preference_trainer(tmp_path, "sigmoid", 0.1)
    trainer.model.eval()
    comparison = part(load("sft_or_preference"), "comparison")
    good, bad = batch["input_ids"].chunk(2)
    length = int(batch["attention_mask"].sum(1).min())
    batch = {name: rows[:, :length] for name, rows in batch.items()}
    good, bad = batch["input_ids"].chunk(2)
    theirs = trainer.compute_loss(trainer.model, batch)
    its_gradient = gradients(trainer.model, theirs)
    ours = comparison(trainer.model, trainer.ref_model, good, bad)
    assert ours.item() == pytest.approx(theirs.item(), rel=1e-4)
    assert torch.allclose(gradients(trainer.model, ours), its_gradient, atol=1e-4)


def test_imitation_ends_at_the_rate_of_slips_and_without_slips_at_none() -> None:
    many = run_demo("sft_or_preference", slips=0.3).measures
    assert 0.2 < many["wrong_sft"] < 0.45
    assert many["wrong_filter"] < many["wrong_sft"]
    none = run_demo("sft_or_preference", slips=0.0)
    assert none.measures["wrong_sft"] < many["wrong_sft"] / 2
    assert none.claims["sft-imitates-slips"] == "fails"


def test_a_demonstration_slips_as_often_as_it_says() -> None:
    written = part(load("sft_or_preference"), "written")
    draw = random.Random(0)
    texts = [written(draw, "cat", "The shy cat", 0.25, False) for _ in range(2000)]
    wrong = world.HABITS["cat"][0][2]
    assert np.mean([wrong in text for text in texts]) == pytest.approx(0.25, abs=0.03)
    assert {text.split()[-1].rstrip(".") for text in texts} == set(world.PLACES)


def test_a_judge_without_taste_loses_nothing_and_a_stronger_taste_loses_more() -> None:
    lost = [run_demo("biased_labels", size=size).measures["lost_most"] for size in (0.0, 1.0, 3.0)]
    assert lost[0] < 0.01 < lost[1] < lost[2]


def test_quality_lost_is_what_a_known_tilt_of_the_weights_costs() -> None:
    quality_of_best = part(load("biased_labels"), "quality_of_best")
    rng = np.random.default_rng(0)
    answers = rng.normal(size=(20_000, 16, 2))
    best = quality_of_best(answers[..., 0], answers[..., 0])
    tilted = quality_of_best(answers @ np.array([2.0, 1.5]), answers[..., 0])
    assert best == pytest.approx(1.766, abs=0.01)  # expected largest of 16 normal numbers
    assert tilted == pytest.approx(1.766 * 2 / 2.5, abs=0.02)  # times the cosine of the tilt


def test_reward_weights_are_a_logistic_regression_without_intercept() -> None:
    reward_weights = part(load("biased_labels"), "reward_weights")
    rng = np.random.default_rng(0)
    difference = rng.normal(size=(20_000, 3))
    won = rng.random(20_000) < 1 / (1 + np.exp(-difference @ np.array([1.0, -0.5, 0.0])))
    assert reward_weights(difference, won) == pytest.approx([1.0, -0.5, 0.0], abs=0.06)
    model = LogisticRegression(C=100.0).fit(difference, won)
    assert reward_weights(difference, won) == pytest.approx(model.coef_[0], abs=0.01)


def test_reverse_kl_is_that_of_trl() -> None:
    gkd: Any = import_module("trl.experimental.gkd")
    reverse_kl = part(load("on_policy_distillation"), "reverse_kl")
    torch.manual_seed(0)
    student = torch.randn(2, 3, 5, requires_grad=True)
    teacher = torch.randn(2, 3, 5)
    ours = reverse_kl(student, teacher)
    labels = torch.zeros(2, 3, dtype=torch.long)
    theirs = gkd.GKDTrainer.generalized_jsd_loss(student, teacher, labels=labels, beta=1)
    assert ours.item() == pytest.approx(theirs.item(), rel=1e-5)
    (mine,) = torch.autograd.grad(ours, student)
    (its,) = torch.autograd.grad(theirs, student)
    assert torch.allclose(mine, its, atol=1e-6)


def test_reverse_kl_costs_what_the_teacher_excludes_and_not_what_the_student_misses() -> None:
    reverse_kl = part(load("on_policy_distillation"), "reverse_kl")
    teacher = torch.tensor([[[0.5, 0.5, 1e-6]]]).log()
    narrow = torch.tensor([[[1.0, 1e-6, 1e-6]]]).log()
    broad = torch.tensor([[[0.4, 0.4, 0.2]]]).log()
    assert reverse_kl(narrow, teacher) < reverse_kl(broad, teacher)


def test_the_loss_per_token_is_sigmoid_norm_of_trl(tmp_path: Path) -> None:
    trainer, batch = preference_trainer(tmp_path, "sigmoid_norm", 2.0)
    trainer.model.eval()
    demo = load("dpo_length")
    dpo_loss = part(demo, "dpo_loss")
    log_p = part(demo, "log_probability")
    rows = {
        "input_ids": batch["input_ids"],
        "attention_mask": batch["attention_mask"],
        "labels": batch["input_ids"].masked_fill(batch["completion_mask"] == 0, -100),
    }
    theirs = trainer.compute_loss(trainer.model, batch)
    its_gradient = gradients(trainer.model, theirs)
    with torch.no_grad():
        before, _ = log_p(trainer.ref_model, rows)
    after, tokens = log_p(trainer.model, rows)
    ours = dpo_loss(after - before, tokens, 2.0, True)
    assert ours.item() == pytest.approx(theirs.item(), rel=1e-4)
    assert torch.allclose(gradients(trainer.model, ours), its_gradient, atol=1e-4)


def test_a_pair_holds_one_true_answer_and_one_with_a_false_fact() -> None:
    pair = part(load("dpo_length"), "pair")
    draw = random.Random(0)

    def false_facts(answer: str) -> int:
        words = [fact.split() for fact in answer.split(".") if fact.strip()]
        return sum(world.COLOUR_OF[w[1]] != w[3] for w in words)

    pairs = [pair(draw, 0.9) for _ in range(1000)]
    assert all(false_facts(chosen) == 0 and false_facts(bad) == 1 for chosen, bad in pairs)
    longer = np.mean([chosen.count(".") > bad.count(".") for chosen, bad in pairs])
    assert longer == pytest.approx(0.9, abs=0.03)
    fair = [pair(draw, None) for _ in range(2000)]
    gap = np.mean([chosen.count(".") - bad.count(".") for chosen, bad in fair])
    assert gap == pytest.approx(0, abs=0.15)


def test_shorter_chosen_answers_shorten_outputs() -> None:
    measures = run_demo("dpo_length", longer=0.1).measures
    assert measures["length_sum"] < measures["length_before"]


def test_a_pull_on_weights_is_nothing_at_the_start_and_grows_with_importance() -> None:
    weight_pull = part(load("forgetting_brakes"), "weight_pull")
    model = torch.nn.Linear(2, 1, bias=False)
    start = [model.weight.detach().clone()]
    ones = [torch.ones(1, 2)]
    assert weight_pull(model, start, ones).item() == 0
    with torch.no_grad():
        model.weight += torch.tensor([[3.0, 4.0]])
    assert weight_pull(model, start, ones).item() == pytest.approx(12.5)
    assert weight_pull(model, start, [torch.tensor([[1.0, 0.0]])]).item() == pytest.approx(4.5)


def test_the_output_pull_is_the_divergence_of_tinyworld() -> None:
    output_pull = part(load("forgetting_brakes"), "output_pull")
    base, tokenizer = tinyworld.load()
    other = copy.deepcopy(base)
    with torch.no_grad():
        other.lm_head.weight += 0.1 * torch.randn_like(other.lm_head.weight)
    text = tinyworld.documents("general", 1, seed=0)
    rows = tinyworld.batch(tokenizer, text)
    with torch.no_grad():
        log_p = base(rows["input_ids"]).logits.log_softmax(-1)
        pull = output_pull(other, rows["input_ids"][:, :-1], log_p[:, :-1]).item()
    divergence, _ = tinyworld.divergence(other, base, tokenizer, text)
    assert pull == pytest.approx(divergence, rel=1e-3)


def test_the_fisher_information_is_the_mean_of_squared_gradients() -> None:
    fisher = part(load("forgetting_brakes"), "fisher")
    base, tokenizer = tinyworld.load()
    texts = tinyworld.batch(tokenizer, ["The shy cat", "The old owl"])["input_ids"]
    found = fisher(base, texts)[-1]
    squares = []
    for text in texts:
        log_p = base(text[None]).logits[0, :-1].log_softmax(-1)
        total = log_p.gather(-1, text[1:, None]).sum()
        (gradient,) = torch.autograd.grad(total, base.lm_head.weight)
        squares.append(gradient**2)
    last = next(i for i, p in enumerate(base.parameters()) if p is base.lm_head.weight)
    assert torch.allclose(fisher(base, texts)[last], torch.stack(squares).mean(0), rtol=1e-3)
    assert found.shape == list(base.parameters())[-1].shape


def test_between_start_and_end_lies_what_alpha_says() -> None:
    between = part(load("forgetting_brakes"), "between")
    model = torch.nn.Linear(1, 1, bias=False)
    start = [torch.zeros(1, 1)]
    with torch.no_grad():
        model.weight.fill_(2.0)
    assert between(model, start, 0.25).weight.item() == pytest.approx(0.5)
    assert model.weight.item() == 2.0
