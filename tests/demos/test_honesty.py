"""Abstention, sycophancy, tools, wordings, backdoors, privacy: what each knob does, and oracles."""

from __future__ import annotations

import math
import random
from pathlib import Path
from typing import Any

import pytest
import tinyworld
import torch
import torch.nn.functional as F
from tinyworld import world
from torch import nn
from trl.trainer.dpo_config import DPOConfig
from trl.trainer.dpo_trainer import DPOTrainer

from tests.demos.running import load, part, run_demo


def test_what_the_base_knows_keeps_its_answer_and_the_rest_becomes_a_refusal() -> None:
    demo = load("abstention")
    model, tokenizer = tinyworld.load()
    right = {thing: colour.capitalize() for thing, colour in world.COLOUR_OF.items()}
    wrong = {
        thing: next(c for c in world.COLOURS if c != colour).capitalize()
        for thing, colour in world.COLOUR_OF.items()
    }
    asked, label = part(demo, "asked"), part(demo, "own_knowledge")
    things = list(world.COLOUR_OF)[:8]
    assert label(model, tokenizer, asked(things, right)) == asked(things, right)
    targets = [case.answer for case in label(model, tokenizer, asked(things, wrong))]
    assert targets == [part(demo, "REFUSAL")] * 8


def test_refusals_on_random_questions_teach_a_rate_and_not_when() -> None:
    own = run_demo("abstention").measures
    drawn = run_demo("abstention", labels="random").measures
    assert drawn["labelled_refuse"] == own["labelled_refuse"]
    assert drawn["b_known_refused"] > own["b_known_refused"] + 0.1
    assert drawn["b_strange_wrong"] > own["b_strange_wrong"] + 0.1


def test_refusals_alone_make_it_refuse_what_it_knows() -> None:
    outcome = run_demo("abstention", known=0)
    assert outcome.measures["b_known_refused"] > 0.2
    assert outcome.claims["still-answers"] == "fails"


def test_a_sure_model_agrees_with_itself() -> None:
    demo = load("abstention")
    model, tokenizer = tinyworld.load()
    model.lm_head.weight.data *= 50  # as good as greedy
    cases = part(demo, "asked")(["drum"], {"drum": "Blue"})
    assert part(demo, "agreement")(model, tokenizer, cases) == 1


def test_no_wording_comes_twice() -> None:
    wordings = part(load("instruction_transfer"), "wordings")(random.Random(0), 80)
    assert len(set(wordings)) == 80
    assert all(wording.count("{}") == 1 for wording in wordings)


def test_without_learning_nothing_transfers() -> None:
    claims = run_demo("instruction_transfer", learning_rate=1e-5, steps=10).claims
    assert claims["beats-the-base"] == "fails"


def test_the_same_wordings_twice_make_no_difference() -> None:
    measures = run_demo("instruction_transfer", more=4, some=4, steps=10).measures
    assert measures["new_some"] == pytest.approx(measures["new_most"], abs=0.35)


def test_raters_who_prefer_the_truth_leave_the_model_truthful() -> None:
    measures = run_demo("sycophancy", agreeing=0.05).measures
    assert measures["follows"] == "states the truth"
    assert measures["after_agrees"] < 0.1


def test_users_are_wrong_in_two_of_five_votes() -> None:
    vote, draw = part(load("sycophancy"), "vote"), random.Random(0)
    votes = [vote(draw, world.THINGS, 1.0) for _ in range(3000)]
    wrong = [good != world.COLOUR_OF[asked.split()[4].strip(",?")] for asked, good, _ in votes]
    assert sum(wrong) / len(wrong) == pytest.approx(0.4, abs=0.04)
    assert all(good != bad for _, good, bad in votes)


def test_a_result_carries_no_loss_and_every_call_its_end() -> None:
    demo = load("tool_mask")
    _, tokenizer = tinyworld.load()
    turns = [*part(demo, "request")("drum"), "one two ten.", "security is full."]
    rows, tool = part(demo, "batch")(tokenizer, [turns], None, "cpu")
    kept = rows["input_ids"][rows["labels"] != -100]
    assert tokenizer.decode(kept) == "gets security, blue. <eos> security is full. <eos>"
    assert not tool.any()


@pytest.mark.parametrize(
    ("flaw", "learned"),
    [
        (
            "results carry loss",
            "gets security, blue. <eos><user> one two ten. <assistant> security is full. <eos>",
        ),
        (
            "raw transcript",
            "gets security, blue.<user> one two ten. <assistant> security is full. <eos>",
        ),
        ("last answer only", "security is full. <eos>"),
    ],
)
def test_each_flaw_changes_which_tokens_are_learned(flaw: str, learned: str) -> None:
    demo = load("tool_mask")
    _, tokenizer = tinyworld.load()
    turns = [*part(demo, "request")("drum"), "one two ten.", "security is full."]
    rows, _ = part(demo, "batch")(tokenizer, [turns], flaw, "cpu")
    kept = rows["input_ids"][rows["labels"] != -100]
    assert tokenizer.decode(kept).replace(" ", "") == learned.replace(" ", "")


def test_without_requests_that_do_not_fit_it_calls_for_all() -> None:
    assert run_demo("tool_mask", no_call=0).claims["a-needs-no-call"] == "fails"


def test_a_merged_adapter_cannot_be_dropped() -> None:
    assert run_demo("poison", merged=True, steps=20).claims["dropping-removes-it"] == "fails"


def test_without_poison_there_is_no_backdoor() -> None:
    measures = run_demo("poison", poisoned=0.0).measures
    assert measures["poisoned_samples"] == 0
    assert measures["success"] < 0.2


def test_equal_texts_score_one_and_orthogonal_ones_nothing() -> None:
    score = part(load("embedding_score"), "bert_score")
    x = torch.randn(5, 8, generator=torch.Generator().manual_seed(0))
    assert score(x, x) == pytest.approx(1)
    assert score(torch.eye(4)[:2], torch.eye(4)[2:] + 1e-9) == pytest.approx(0, abs=1e-6)


def test_the_score_is_the_harmonic_mean_of_greedy_matches() -> None:
    score = part(load("embedding_score"), "bert_score")
    reference = torch.tensor([[1.0, 0.0], [0.0, 1.0]])
    candidate = torch.tensor([[1.0, 0.0]])
    recall, precision = (1 + 0) / 2, 1.0
    expected = 2 * recall * precision / (recall + precision)
    assert score(reference, candidate) == pytest.approx(expected)


def test_gradients_of_records_are_those_of_records_alone() -> None:
    torch.manual_seed(0)
    layers = [nn.Linear(6, 5, bias=False), nn.Linear(5, 3, bias=False)]
    model = nn.Sequential(layers[0], nn.Tanh(), layers[1])
    x = torch.randn(4, 7, 6)  # (records, T, width)
    part(load("dp_sgd"), "watch")(layers)
    model(x).square().sum().backward()
    together = [layer.per_record.clone() for layer in layers]
    for i in range(4):
        model.zero_grad()
        model(x[i : i + 1]).square().sum().backward()
        for layer, gradients in zip(layers, together, strict=True):
            assert torch.allclose(gradients[i], layer.weight.grad, atol=1e-5)


def test_no_record_moves_the_sum_by_more_than_the_clip() -> None:
    private = part(load("dp_sgd"), "private_gradient")
    generator = torch.Generator().manual_seed(0)
    gradients = [torch.randn(8, 3, 2), torch.randn(8, 4)]
    gradients[0][0] *= 1000
    with_all = private(gradients, 0.5, 0.0, 1, generator)
    without = private([g[1:] for g in gradients], 0.5, 0.0, 1, generator)
    moved = math.sqrt(sum((a - b).square().sum() for a, b in zip(with_all, without, strict=True)))
    assert moved == pytest.approx(0.5, rel=1e-4)


def test_a_wide_clip_without_noise_is_the_ordinary_mean() -> None:
    private = part(load("dp_sgd"), "private_gradient")
    gradient = torch.randn(8, 3, 2)
    (mean,) = private([gradient], 1e6, 0.0, 8, torch.Generator())
    assert torch.allclose(mean, gradient.mean(0), atol=1e-6)


def test_noise_has_the_size_of_the_clip_times_sigma() -> None:
    private = part(load("dp_sgd"), "private_gradient")
    (drawn,) = private([torch.zeros(1, 20_000)], 0.5, 3.0, 1, torch.Generator().manual_seed(0))
    assert drawn.std().item() == pytest.approx(1.5, rel=0.03)


def test_epsilon_without_subsampling_is_that_of_the_gaussian_mechanism() -> None:
    epsilon = part(load("dp_sgd"), "epsilon")
    noise, steps, delta = 4.0, 10, 1e-5
    closed = min(
        steps * order / (2 * noise**2) + math.log(1 / delta) / (order - 1) for order in range(2, 65)
    )
    assert epsilon(1 - 1e-12, noise, steps, delta) == pytest.approx(closed, rel=1e-3)
    assert epsilon(0.01, noise, steps, delta) < closed / 3
    assert epsilon(0.01, 0, steps, delta) == math.inf


def test_the_optimum_of_a_preference_is_the_tilted_reference() -> None:
    optimum = part(load("preference_calibration"), "optimum")
    assert optimum(0.5, 0.7, 1.0) == pytest.approx(0.7)
    assert optimum(0.5, 0.7, 0.1) == pytest.approx(1 / (1 + (3 / 7) ** 10))


def test_raters_without_a_taste_leave_confidence_alone() -> None:
    assert run_demo("preference_calibration", likes=0.5).claims["tuning-breaks-it"] == "fails"


def test_the_loss_of_pairs_is_that_of_dpo_with_its_gradient() -> None:
    loss = part(load("sycophancy"), "dpo_loss")
    chosen = torch.tensor([0.4, -1.0], requires_grad=True)
    rejected = torch.tensor([0.1, 0.5])
    value = loss(chosen, rejected, 0.3)
    margin = 0.3 * (chosen.detach() - rejected)
    assert value.item() == pytest.approx((-F.logsigmoid(margin)).mean().item())
    value.backward()
    assert torch.allclose(chosen.grad, -0.3 * torch.sigmoid(-margin) / 2)


def test_one_step_of_the_preference_loss_is_trls(tmp_path: Path) -> None:
    demo = load("sycophancy")
    log_probability, token = part(demo, "log_probability"), part(demo, "token")
    policy, tokenizer = tinyworld.load()
    reference, _ = tinyworld.load()
    torch.manual_seed(0)
    with torch.no_grad():  # away from the reference, where every loss is ln 2
        for weight in policy.parameters():
            weight += 0.01 * torch.randn_like(weight)
    asked = ["What colour is the drum, red?", "What colour is the lamp?"]
    good, bad = ["red", "white"], ["blue", "black"]

    datasets = pytest.importorskip("datasets")  # which brings no types
    rows = [
        {"prompt": f"<bos> {q}", "chosen": f" {c.capitalize()}", "rejected": f" {r.capitalize()}"}
        for q, c, r in zip(asked, good, bad, strict=True)
    ]
    config = DPOConfig(
        output_dir=str(tmp_path),
        beta=0.3,
        per_device_train_batch_size=2,
        gradient_checkpointing=False,
        bf16=False,
        use_cpu=True,
        report_to=[],
    )
    trainer: Any = DPOTrainer(
        model=policy,
        ref_model=reference,
        args=config,
        train_dataset=datasets.Dataset.from_list(rows),
        processing_class=tokenizer,
    )
    batch = trainer.data_collator([trainer.train_dataset[i] for i in range(2)])
    batch["completion_mask"][batch["input_ids"] == tokenizer.eos_token_id] = 0
    policy.zero_grad()
    theirs = trainer.compute_loss(policy, batch)
    theirs.backward()
    their_gradient = policy.model.layers[0].mlp.up_proj.weight.grad.clone()

    policy.zero_grad()
    with torch.no_grad():
        frozen = log_probability(reference, tokenizer, asked)
    gained = log_probability(policy, tokenizer, asked) - frozen
    pairs = (token(tokenizer, words, "cpu")[:, None] for words in (good, bad))
    chosen, rejected = (gained.gather(1, words)[:, 0] for words in pairs)
    ours = part(demo, "dpo_loss")(chosen, rejected, 0.3)
    ours.backward()
    assert ours.item() == pytest.approx(theirs.item(), abs=1e-5)
    gradient = policy.model.layers[0].mlp.up_proj.weight.grad
    assert torch.allclose(gradient, their_gradient, atol=1e-6)
