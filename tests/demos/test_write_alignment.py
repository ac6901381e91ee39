"""The reference solutions of losses that learners write, held against trl."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import tinyworld
import torch

from tests.demos.running import load, part
from tests.demos.trainers import (
    ASKED,
    TEMPERATURE,
    gradients,
    grpo_trainer,
    preference_trainer,
    sampled_batch,
)

LOW, HIGH, LONGEST = 0.2, 0.28, 11


def reference(exercise: str, entry: str) -> Any:
    """Return the reference solution of an exercise."""
    return part(load(f"exercises/{exercise}"), entry)


def logits(model: Any, batch: dict[str, torch.Tensor]) -> torch.Tensor:
    """Return what a model gives for the rows of a batch of pairs."""
    found: torch.Tensor = model(batch["input_ids"], attention_mask=batch["attention_mask"]).logits
    return found


def test_the_dpo_loss_is_that_of_trl(tmp_path: Path) -> None:
    trainer, batch = preference_trainer(tmp_path, "sigmoid", 0.3)
    trainer.model.eval()
    theirs = trainer.compute_loss(trainer.model, batch)
    its_gradient = gradients(trainer.model, theirs)
    ours = reference("write_dpo_loss", "dpo_loss")(
        logits(trainer.model, batch),
        logits(trainer.ref_model, batch),
        batch["input_ids"],
        batch["completion_mask"],
        0.3,
    )
    assert ours.item() == pytest.approx(theirs.item(), rel=1e-4)
    assert torch.allclose(gradients(trainer.model, ours), its_gradient, atol=1e-4)


def test_the_ipo_loss_is_that_of_trl(tmp_path: Path) -> None:
    trainer, batch = preference_trainer(tmp_path, "ipo", 0.3)
    trainer.model.eval()
    theirs = trainer.compute_loss(trainer.model, batch)
    its_gradient = gradients(trainer.model, theirs)
    in_turn = torch.tensor([0, 2, 1, 3])  # trl puts the chosen rows first
    labels = batch["input_ids"].masked_fill(batch["completion_mask"] == 0, -100)
    ours = reference("write_ipo_loss", "ipo_loss")(
        logits(trainer.model, batch)[in_turn],
        logits(trainer.ref_model, batch)[in_turn],
        labels[in_turn],
        0.3,
    )
    assert ours.item() == pytest.approx(theirs.item(), rel=1e-4)
    assert torch.allclose(gradients(trainer.model, ours), its_gradient, atol=1e-3)


@pytest.fixture(scope="module")
def answers() -> dict[str, torch.Tensor]:
    """Sampled answers with the log-probabilities of the policy that wrote them."""
    batch = sampled_batch()
    rows = torch.cat([batch["asked"], batch["answers"]], 1)
    model, _ = tinyworld.load()
    with torch.no_grad():
        start, _ = part(load("grpo_tiny"), "log_probs")(model, rows, ASKED, TEMPERATURE)
    old = start + 0.4 * torch.randn_like(start)  # far enough for both clips to act
    return {**batch, "rows": rows, "old": old}


def both(
    folder: Path, answers: dict[str, torch.Tensor], advantages: torch.Tensor, loss_type: str
) -> tuple[Any, torch.Tensor, torch.Tensor]:
    """Return trl's trainer with its loss, and the log-probabilities of the same model."""
    trainer = grpo_trainer(
        folder,
        loss_type=loss_type,
        epsilon=LOW,
        epsilon_high=HIGH,
        beta=0.0,
        max_completion_length=LONGEST,
    )
    inputs = {
        "prompt_ids": answers["asked"],
        "prompt_mask": torch.ones_like(answers["asked"]),
        "completion_ids": answers["answers"],
        "completion_mask": answers["mask"].long(),
        "advantages": advantages,
        "old_per_token_logps": answers["old"],
        "num_items_in_batch": answers["mask"].sum(),
    }
    theirs = trainer._compute_loss(trainer.model, inputs)
    log_probs = part(load("grpo_tiny"), "log_probs")
    log_p, _ = log_probs(trainer.model, answers["rows"], ASKED, TEMPERATURE)
    return trainer, theirs, log_p


@pytest.mark.parametrize("loss_type", ["grpo", "dapo", "dr_grpo"])
def test_the_grpo_loss_is_that_of_trl(
    tmp_path: Path, answers: dict[str, torch.Tensor], loss_type: str
) -> None:
    reward = answers["reward"]
    spread = reward.std(1, keepdim=True) + 1e-4
    advantages = ((reward - reward.mean(1, keepdim=True)) / spread).flatten()
    trainer, theirs, log_p = both(tmp_path, answers, advantages, loss_type)
    ours = reference("write_grpo", "grpo_loss")(
        log_p, answers["old"], reward.flatten(), answers["mask"], 4, LOW, HIGH, loss_type, LONGEST
    )
    assert ours.item() == pytest.approx(theirs.item(), rel=1e-4)
    its_gradient = gradients(trainer.model, theirs)
    assert torch.allclose(gradients(trainer.model, ours), its_gradient, atol=1e-5, rtol=1e-3)


def test_the_clipped_loss_is_that_of_trl(tmp_path: Path, answers: dict[str, torch.Tensor]) -> None:
    torch.manual_seed(1)
    advantages = torch.randn(answers["mask"].shape)
    trainer, theirs, log_p = both(tmp_path, answers, advantages, "bnpo")
    ours = reference("write_ppo_clip", "ppo_loss")(
        log_p, answers["old"], advantages, answers["mask"], LOW, HIGH
    )
    assert ours.item() == pytest.approx(theirs.item(), rel=1e-4)
    its_gradient = gradients(trainer.model, theirs)
    assert torch.allclose(gradients(trainer.model, ours), its_gradient, atol=1e-5, rtol=1e-3)
