"""Trainers of trl over the bundled model, whose losses tests hold against ours."""

from __future__ import annotations

import copy
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import tinyworld
import torch

TEMPERATURE = 2.0
ASKED = 6
"""Tokens of "A patient with mistnose has" with the begin token."""


def sampled_batch() -> dict[str, Any]:
    """Return two prompts with four answers each, of unequal length, and made-up rewards."""
    torch.manual_seed(0)
    _, tokenizer = tinyworld.load()
    prompts = [case.prompt for case in tinyworld.cases("clinic")[:2]]
    ids = tokenizer(prompts, return_tensors="pt")["input_ids"].repeat_interleave(4, 0)
    asked = torch.cat([torch.full((8, 1), tokenizer.bos_token_id), ids[:, -(ASKED - 1) :]], 1)
    answers = torch.randint(3, 200, (8, 7))
    lengths = torch.tensor([7, 3, 5, 7, 2, 6, 4, 7])
    mask = (torch.arange(7) < lengths[:, None]).float()
    reward = torch.tensor([[1.0, 0, 0, 1], [0.5, 0, 1, 0]])
    return {"asked": asked, "answers": answers, "mask": mask, "reward": reward}


def preference_trainer(tmp_path: Path, loss_type: str, beta: float) -> tuple[Any, Any]:
    """Return a DPO trainer of trl over the bundled model and one batch of two pairs."""
    trl: Any = import_module("trl")
    datasets: Any = import_module("datasets")
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
    settings = trl.DPOConfig(
        output_dir=str(tmp_path),
        loss_type=[loss_type],
        beta=beta,
        per_device_train_batch_size=2,
        gradient_checkpointing=False,
        bf16=False,
        use_cpu=True,
        report_to="none",
    )
    trainer = trl.DPOTrainer(
        model=policy,
        ref_model=reference,
        args=settings,
        train_dataset=datasets.Dataset.from_list(pairs),
        processing_class=tokenizer,
    )
    return trainer, next(iter(trainer.get_train_dataloader()))


def gradients(model: torch.nn.Module, loss: torch.Tensor) -> torch.Tensor:
    """Return the gradient of all weights as one vector."""
    model.zero_grad()
    loss.backward()
    return torch.cat([w.grad.flatten() for w in model.parameters() if w.grad is not None])


def grpo_trainer(folder: Path, **settings: Any) -> Any:
    """Return a GRPO trainer of trl over the bundled model, never to train."""
    from trl.trainer.grpo_config import GRPOConfig
    from trl.trainer.grpo_trainer import GRPOTrainer

    datasets = pytest.importorskip("datasets")  # which brings no types
    model, tokenizer = tinyworld.load()
    config = GRPOConfig(
        output_dir=str(folder),
        use_cpu=True,
        bf16=False,
        gradient_checkpointing=False,
        report_to=[],
        per_device_train_batch_size=8,
        num_generations=4,
        num_iterations=2,
        temperature=TEMPERATURE,
        **settings,
    )
    trainer: Any = GRPOTrainer(
        model=model,
        reward_funcs=lambda completions, **_: [0.0] * len(completions),
        args=config,
        train_dataset=datasets.Dataset.from_dict({"prompt": ["A patient"] * 8}),
        processing_class=tokenizer,
    )
    trainer.current_gradient_accumulation_steps = 1
    trainer.model.train()
    return trainer
