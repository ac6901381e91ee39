"""Imitation, preference and distillation: what each signal can say, held against libraries."""

from __future__ import annotations

import copy
import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tinyworld
import torch
from sklearn.linear_model import LogisticRegression
from tinyworld import world

from tests.demos.running import load, part, run_demo


def preference_trainer(tmp_path: Path, loss_type: str, beta: float) -> tuple[Any, Any]:
    """Return a DPO trainer of trl over the bundled model and one batch of two pairs."""
    from datasets import Dataset
    from trl import DPOConfig, DPOTrainer

    policy, tokenizer = tinyworld.load()
    reference = copy.deepcopy(policy)
    torch.manual_seed(0)
    with torch.no_grad():
        for weight in policy.parameters():
            weight += 0.02 * torch.randn_like(weight)
    pairs = [
        {"prompt": "The shy cat", "chosen": " sees the owl.", "rejected": " sees the owl near the"},
        {"prompt": "The old owl", "chosen": " helps the cat near", "rejected": " helps."},
    ]
    settings = DPOConfig(
        output_dir=str(tmp_path),
        loss_type=[loss_type],
        beta=beta,
        per_device_train_batch_size=2,
        gradient_checkpointing=False,
        bf16=False,
        use_cpu=True,
        report_to="none",
    )
    trainer = DPOTrainer(
        model=policy,
        ref_model=reference,
        args=settings,
        train_dataset=Dataset.from_list(pairs),
        processing_class=tokenizer,
    )
    return trainer, next(iter(trainer.get_train_dataloader()))


def gradients(model: torch.nn.Module, loss: torch.Tensor) -> torch.Tensor:
    """Return the gradient of all weights as one vector."""
    model.zero_grad()
    loss.backward()
    return torch.cat([w.grad.flatten() for w in model.parameters() if w.grad is not None])


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
    from trl.experimental.gkd import GKDTrainer

    reverse_kl = part(load("on_policy_distillation"), "reverse_kl")
    torch.manual_seed(0)
    student = torch.randn(2, 3, 5, requires_grad=True)
    teacher = torch.randn(2, 3, 5)
    ours = reverse_kl(student, teacher)
    labels = torch.zeros(2, 3, dtype=torch.long)
    theirs = GKDTrainer.generalized_jsd_loss(student, teacher, labels=labels, beta=1)
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
