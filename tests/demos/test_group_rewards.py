"""Groups of sampled answers: GRPO against trl, rewards that are gamed, rejection sampling."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
import tinyworld
import torch

from tests.demos.running import load, part, run_demo
from tests.demos.trainers import ASKED, TEMPERATURE, grpo_trainer, sampled_batch


@pytest.mark.parametrize("beta", [0.0, 0.3])
def test_a_step_is_that_of_trl(tmp_path: Path, beta: float) -> None:
    demo = load("grpo_tiny")
    advantages, log_probs = part(demo, "advantages"), part(demo, "log_probs")
    batch = sampled_batch()
    advantage = advantages(batch["reward"], True).view(-1, 1)
    rows = torch.cat([batch["asked"], batch["answers"]], 1)
    model, _ = tinyworld.load()
    with torch.no_grad():
        start, _ = log_probs(model, rows, ASKED, TEMPERATURE)
    old = start + 0.4 * torch.randn_like(start)  # far enough for both clips to act
    ref = start + 0.4 * torch.randn_like(start)
    log_p, entropy = log_probs(model, rows, ASKED, TEMPERATURE)
    loss = part(demo, "grpo_loss")(log_p, old, ref, advantage, batch["mask"], 0.2, 0.28, beta)
    loss.backward()

    trainer = grpo_trainer(tmp_path, loss_type="bnpo", epsilon=0.2, epsilon_high=0.28, beta=beta)
    inputs = {
        "prompt_ids": batch["asked"],
        "prompt_mask": torch.ones_like(batch["asked"]),
        "completion_ids": batch["answers"],
        "completion_mask": batch["mask"].long(),
        "advantages": advantage[:, 0],
        "old_per_token_logps": old,
        "ref_per_token_logps": ref,
        "num_items_in_batch": batch["mask"].sum(),
    }
    theirs = trainer._compute_loss(trainer.model, inputs)
    theirs.backward()
    assert loss.item() == pytest.approx(theirs.item(), rel=1e-4)
    gradients = dict(trainer.model.named_parameters())
    for name, parameter in model.named_parameters():
        assert torch.allclose(parameter.grad, gradients[name].grad, atol=1e-5, rtol=1e-3), name
    assert entropy.shape == batch["mask"].shape


def test_advantages_are_those_of_trl() -> None:
    advantages = part(load("grpo_tiny"), "advantages")
    reward = torch.tensor([[1.0, 0, 0, 1], [1, 1, 1, 1]])
    unit = 0.5 / (math.sqrt(4 * 0.25 / 3) + 1e-4)  # torch's deviation, over n - 1, as trl takes it
    assert advantages(reward, True)[0].tolist() == pytest.approx([unit, -unit, -unit, unit])
    assert advantages(reward, True)[1].tolist() == [0, 0, 0, 0]
    assert advantages(reward, False)[0].tolist() == [0.5, -0.5, -0.5, 0.5]


def test_the_entropy_is_that_of_the_sampling_distribution() -> None:
    model, _ = tinyworld.load()
    rows = sampled_batch()["asked"]
    _, entropy = part(load("grpo_tiny"), "log_probs")(model, rows, 3, TEMPERATURE)
    with torch.no_grad():
        logits = model(rows).logits[:, 2:-1] / TEMPERATURE
    expected = torch.distributions.Categorical(logits=logits).entropy()
    assert torch.allclose(entropy, expected, atol=1e-4)


def test_silent_groups_are_counted_over_all_subsets() -> None:
    silent_share = part(load("grpo_tiny"), "silent_share")
    rewards = torch.tensor([[1.0, 1, 0, 0], [1, 1, 1, 1]])
    assert silent_share(rewards, 2) == pytest.approx((2 / 6 + 1) / 2)  # 2 of 6 pairs are equal
    assert silent_share(rewards, 4) == pytest.approx((0 + 1) / 2)


def test_new_rules_leave_every_group_silent() -> None:
    outcome = run_demo("grpo_tiny", rules="new", steps=3)
    assert outcome.measures["silent_end"] > 0.9
    assert outcome.measures["right_end"] < 0.02


def test_a_reward_for_length_gets_length() -> None:
    outcome = run_demo("grpo_tiny", reward="length", steps=12)
    assert outcome.measures["length_end"] > 7.5
    assert outcome.measures["right_end"] < 0.05


def test_with_one_update_per_batch_no_ratio_leaves_one() -> None:
    outcome = run_demo("grpo_tiny", updates=1, steps=3)
    assert outcome.measures["spread_token"] < 1e-4
    assert outcome.claims["clip-stops-rare"] == "not tested"


def test_a_gate_gives_nothing_for_words_alone() -> None:
    combined = part(load("reward_hacking"), "combined")
    right, words = torch.tensor([0.0, 1.0]), torch.tensor([1.0, 0.5])
    assert combined(right, words, 2.0, True).tolist() == [0, 2]
    assert combined(right, words, 2.0, False).tolist() == [2, 2]


def test_a_small_bonus_is_not_worth_gaming() -> None:
    outcome = run_demo("reward_hacking", bonus=0.2)
    assert outcome.claims["truth-falls"] == "fails"
    assert outcome.measures["right_sum"] > outcome.measures["right_start"]


def test_right_answers_follow_the_habits_of_the_animal() -> None:
    is_right = part(load("rejection_ft"), "is_right")
    verbs, places = tinyworld.world.HABITS["cat"]
    assert is_right(f"The shy cat {verbs[0]} the owl near the {places[1]}.")
    assert not is_right(f"The shy cat {verbs[0]} the owl near the {places[1]}. The")
    assert not is_right(f"The shy cat? {verbs[0]} the owl near the {places[1]}.")
    other = next(verb for verb in tinyworld.world.VERBS if verb not in verbs)
    assert not is_right(f"The shy cat {other} the owl near the {places[1]}.")


def test_only_distinct_texts_that_passed_are_kept() -> None:
    kept = part(load("rejection_ft"), "kept")
    texts, verdicts = [["a", "b", "a", "c"], ["d", "e"]], [[True, False, True, True], [False] * 2]
    assert kept(texts, verdicts, False) == ["a", "c"]
    assert kept(texts, verdicts, True) == ["a"]


def test_pass_at_k_is_the_share_of_subsets_with_a_right_answer() -> None:
    pass_at = part(load("rejection_ft"), "pass_at")
    verdicts = [[True, False, False, False], [False] * 4]
    assert pass_at(1, verdicts) == pytest.approx(1 / 8)
    assert pass_at(2, verdicts) == pytest.approx(1 / 4)  # 3 of 6 pairs of the first prompt


@pytest.mark.parametrize(
    ("ours", "theirs"), [("SHIPPED", "qwen3.jinja"), ("TRAINING", "qwen3_training.jinja")]
)
def test_thoughts_stand_where_the_template_of_qwen3_puts_them(ours: str, theirs: str) -> None:
    import trl

    given = (Path(trl.__file__).parent / "chat_templates" / theirs).read_text()
    _, tokenizer = tinyworld.load()
    chat = [
        {"role": "user", "content": "One?"},
        {"role": "assistant", "reasoning_content": "First, one.", "content": "One."},
        {"role": "user", "content": "Two?"},
        {"role": "assistant", "reasoning_content": "Then two.", "content": "Two."},
    ]
    written = str(part(load("thought_template"), ours))
    texts = [
        tokenizer.apply_chat_template(chat, chat_template=template, tokenize=False)
        for template in (written, given)
    ]
    assert texts[0] == texts[1]


def test_data_without_thoughts_are_rendered_with_an_empty_one() -> None:
    outcome = run_demo("thought_template", thoughts=False)
    assert outcome.measures["empty_whole"] == 1
    assert outcome.claims["empty-is-written"] == "holds"


def test_a_training_template_keeps_every_thought() -> None:
    outcome = run_demo("thought_template", template="training", turns=5)
    assert outcome.measures["thoughts_whole"] == 5
    assert outcome.claims["one-thought-survives"] == "fails"
