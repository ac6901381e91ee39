"""Reinforcement learning: the losses against trl, the estimators against closed forms."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import numpy as np
import pytest
import torch

from tests.demos.running import load, part, run_demo

pytestmark = pytest.mark.torch


@pytest.fixture(scope="module")
def trainer(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A GRPO trainer of trl over the bundled model, with the loss of one mean per answer."""
    import tinyworld

    trl, datasets = import_module("trl"), import_module("datasets")
    model, tokenizer = tinyworld.load()
    settings = trl.GRPOConfig(
        output_dir=str(tmp_path_factory.mktemp("grpo")),
        loss_type="grpo",
        epsilon=0.2,
        beta=0.1,
        per_device_train_batch_size=2,
        num_generations=2,
        max_completion_length=7,
        use_cpu=True,
        bf16=False,
        gradient_checkpointing=False,
        report_to="none",
    )
    rows = datasets.Dataset.from_dict({"prompt": ["The shy cat", "The old owl"]})
    found = trl.GRPOTrainer(
        model=model,
        reward_funcs=lambda completions, **_: [0.0] * len(completions),
        args=settings,
        train_dataset=rows,
        processing_class=tokenizer,
    )
    found.current_gradient_accumulation_steps = 1
    return found


def inputs_and_log_p(trainer: Any) -> tuple[dict[str, torch.Tensor], torch.Tensor, torch.Tensor]:
    """Return trl's inputs, and the demo's log-probabilities of the same tokens with their ids."""
    demo = load("ppo_clip")
    torch.manual_seed(0)
    ids = torch.randint(4, 200, (6, 11))
    log_p, _ = part(demo, "answer_log_p")(trainer.model, ids)
    old = log_p.detach() + 0.4 * torch.randn(6, 7)  # ratios on both sides of the clip
    inputs = {
        "prompt_ids": ids[:, :4],
        "prompt_mask": torch.ones(6, 4, dtype=torch.long),
        "completion_ids": ids[:, 4:],
        "completion_mask": torch.ones(6, 7, dtype=torch.long),
        "advantages": torch.randn(6),
        "old_per_token_logps": old,
        "ref_per_token_logps": old,
    }
    return inputs, log_p, ids


def gradient(model: torch.nn.Module, loss: torch.Tensor) -> torch.Tensor:
    parts = torch.autograd.grad(loss, list(model.parameters()))
    return torch.cat([one.flatten() for one in parts])


def test_a_step_of_ppo_has_the_loss_and_the_gradient_of_trl(trainer: Any) -> None:
    inputs, log_p, _ = inputs_and_log_p(trainer)
    ours = part(load("ppo_clip"), "ppo_loss")(
        log_p, inputs["old_per_token_logps"], inputs["advantages"][:, None], 0.2
    )
    trainer.beta = 0.0
    theirs = trainer._compute_loss(trainer.model, inputs)
    assert ours.item() == pytest.approx(theirs.item(), abs=1e-6)
    difference = gradient(trainer.model, ours) - gradient(trainer.model, theirs)
    assert difference.abs().max() < 1e-6


@pytest.mark.parametrize("times_ratio", [False, True])
def test_k3_is_what_trl_adds_to_the_loss(trainer: Any, times_ratio: bool) -> None:
    inputs, log_p, _ = inputs_and_log_p(trainer)
    inputs["old_per_token_logps"] = log_p.detach()  # a fresh batch
    trainer.args.use_bias_correction_kl = times_ratio
    trainer.beta = 0.0
    without = trainer._compute_loss(trainer.model, inputs)
    trainer.beta = 0.1
    added = trainer._compute_loss(trainer.model, inputs) - without
    demo = load("kl_estimators")
    k3 = part(demo, "estimates")(log_p, inputs["ref_per_token_logps"])["k3"]
    ours = 0.1 * (part(demo, "weighed")(k3, log_p) if times_ratio else k3).mean()
    assert added.item() == pytest.approx(ours.item(), abs=1e-6)
    difference = gradient(trainer.model, ours) - gradient(trainer.model, added)
    assert difference.abs().max() < 1e-6


@pytest.mark.parametrize(
    ("advantage", "ratio", "objective", "slope"),
    [
        (2.0, 1.5, 2.4, 0.0),  # gained enough
        (2.0, 0.5, 1.0, 2.0),  # moved the wrong way: pulled back
        (-2.0, 0.5, -1.6, 0.0),
        (-2.0, 1.5, -3.0, -2.0),
        (2.0, 1.1, 2.2, 2.0),  # inside
    ],
)
def test_the_clip_is_flat_only_where_a_token_moved_as_it_should(
    advantage: float, ratio: float, objective: float, slope: float
) -> None:
    r = torch.tensor([[ratio]], requires_grad=True)
    loss = part(load("ppo_clip"), "ppo_loss")(
        r.log(), torch.zeros(1, 1), torch.tensor([[advantage]]), 0.2
    )
    assert -loss.item() == pytest.approx(objective)
    (found,) = torch.autograd.grad(-loss, r)
    assert found.item() == pytest.approx(slope, abs=1e-6)


def test_one_step_per_batch_has_nothing_to_clip_and_gains_nothing() -> None:
    found = run_demo("ppo_clip", epochs=1, batches=2)
    assert found.measures["step_clip"] == pytest.approx(found.measures["step_free"])
    assert found.claims["clip-holds-the-step"] == "fails"
    assert found.claims["reuse-learns-more"] == "fails"


def test_without_a_baseline_the_first_loss_is_minus_the_mean_reward() -> None:
    found = run_demo("ppo_clip", epochs=1, batches=2, baseline=False)
    assert found.measures["first_loss"] >= found.measures["solved_start"]
    assert found.claims["starts-at-zero"] == "fails"


def test_leave_one_out_subtracts_the_mean_of_the_others() -> None:
    advantages = part(load("baseline_variance"), "advantages")
    found = advantages(np.array([[1.0, 0.0, 0.0, 1.0]]), 0.25)
    assert found["leave one out"][0].tolist() == pytest.approx([2 / 3, -2 / 3, -2 / 3, 2 / 3])
    assert found["mean of the batch"][0].tolist() == [0.5, -0.5, -0.5, 0.5]
    assert found["expected reward"][0].tolist() == [0.75, -0.25, -0.25, 0.75]


def test_without_a_shared_reward_the_baseline_saves_little() -> None:
    assert run_demo("baseline_variance", shared=0).claims["baseline-cuts-variance"] == "fails"


def test_two_answers_halve_the_gradient_under_their_mean() -> None:
    found = run_demo("baseline_variance", answers=2).measures
    assert found["length_mean"] == pytest.approx(0.5, abs=0.05)


def test_gae_is_one_surprise_or_the_return_minus_the_value() -> None:
    gae = part(load("gae_lambda"), "gae")
    reward, value = np.array([[0.0, 0.0, 1.0]]), np.array([[0.5, 0.7, 0.6, 0.0]])
    assert gae(reward, value, 0.0)[0].tolist() == pytest.approx([0.2, -0.1, 0.4])
    assert gae(reward, value, 1.0)[0].tolist() == pytest.approx([0.5, 0.3, 0.4])
    assert gae(reward, value, 0.5)[0].tolist() == pytest.approx([0.25, 0.1, 0.4])


def test_a_perfect_critic_is_best_believed() -> None:
    found = run_demo("gae_lambda", critic_error=0)
    assert found.measures["where"] == "λ = 0"
    assert found.claims["between-is-best"] == "fails"


def test_a_small_lambda_is_enough_for_a_good_critic() -> None:
    good = run_demo("gae_lambda", critic_error=0.15).measures["best_lambda"]
    assert good < run_demo("gae_lambda", critic_error=1.0).measures["best_lambda"]


def test_k1_and_k3_agree_with_the_sum_over_the_vocabulary() -> None:
    estimates = part(load("kl_estimators"), "estimates")
    p, ref = torch.tensor([0.7, 0.2, 0.1]), torch.tensor([0.5, 0.2, 0.3])
    found = estimates(p.log(), ref.log())
    exact = torch.nn.functional.kl_div(ref.log(), p, reduction="sum")
    for name in ("k1", "k3"):
        assert (p * found[name]).sum().item() == pytest.approx(exact.item(), abs=1e-6)
    assert (p * found["k2"]).sum().item() != pytest.approx(exact.item(), rel=0.01)
    assert found["k3"].min() >= 0 > found["k1"].min()


def test_k3_times_the_ratio_has_the_gradient_of_k2() -> None:
    demo = load("kl_estimators")
    log_p = torch.tensor([-0.5, -2.0, -4.0], requires_grad=True)
    found = part(demo, "estimates")(log_p, torch.tensor([-1.0, -0.5, -5.0]))
    times_ratio = part(demo, "weighed")(found["k3"], log_p)
    assert times_ratio.tolist() == found["k3"].tolist()
    (ours,) = torch.autograd.grad(times_ratio.sum(), log_p, retain_graph=True)
    (of_k2,) = torch.autograd.grad(found["k2"].sum(), log_p)
    assert ours.tolist() == pytest.approx(of_k2.tolist())


def test_a_judge_that_cannot_be_fooled_is_not_hacked() -> None:
    found = run_demo("step_reward", fooled=0)
    assert found.claims["fooled-scorer-is-hacked"] == "fails"
    assert found.claims["confidence-is-selected"] == "fails"


def test_without_luck_a_right_answer_is_a_sound_chain() -> None:
    found = run_demo("step_reward", luck=0, problems=100)
    assert found.measures["sound_program"] == 1
    assert found.claims["lucky-chains-pass"] == "fails"


def test_the_ratio_of_an_answer_is_the_product_of_its_tokens() -> None:
    trainer, engine = torch.tensor([[-1.0, -2.0]]), torch.tensor([[-1.5, -1.0]])
    token, answer = part(load("rollout_mismatch"), "ratios")(trainer, engine)
    assert answer.item() == pytest.approx(token.prod().item())


def test_an_engine_in_float32_differs_in_the_last_bits_only() -> None:
    found = run_demo("rollout_mismatch", engine="float32", answers=8, length=8)
    assert found.measures["first_ratio"] == "all 1"
    assert found.claims["engine-differs"] == "fails"
    assert found.claims["precision-over-order"] == "fails"


def test_a_coarser_engine_is_further_off() -> None:
    coarse = run_demo("rollout_mismatch", engine="float8 weights").measures
    fine = run_demo("rollout_mismatch", engine="bfloat16").measures
    assert coarse["token_spread"] > 2 * fine["token_spread"]
