"""SFT demos: hand-written pieces against the library, and settings at which claims fail."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from tests.demos.running import load, run_demo

pytestmark = pytest.mark.torch


def module(name: str) -> Any:
    """Return what a demo's file defines."""
    return SimpleNamespace(**load(name).main.__globals__)


def test_masking_by_pad_id_is_what_the_collator_does() -> None:
    import tinyworld
    import torch
    from transformers import DataCollatorForLanguageModeling

    _, tokenizer = tinyworld.load()
    chats = tinyworld.chats("general", 4, seed=0)
    made = module("sft_loss_mask").tensors(tokenizer, chats, "EOS masked", "cpu")
    tokenizer.pad_token = tokenizer.eos_token
    rows = [{"input_ids": row.tolist()} for row in made["input_ids"]]
    theirs = DataCollatorForLanguageModeling(tokenizer, mlm=False)(rows)["labels"]
    kept = made["labels"] != -100
    assert torch.equal(theirs[kept], made["labels"][kept])
    ends = made["input_ids"] == tokenizer.eos_token_id
    assert ends.any()
    assert (theirs[ends] == -100).all()
    assert (made["labels"][ends] == -100).all()


def test_an_unmasked_loss_is_not_blind_and_its_floor_is_entropy() -> None:
    found = run_demo("sft_loss_mask", flaw="prompt not masked", steps=60)
    assert found.claims["loss-is-blind"] == found.claims["b-talks-on"] == "fails"
    assert found.measures["loss_b"] > found.measures["question_nats"] - 0.02


def test_too_few_steps_teach_neither_answer_nor_end() -> None:
    found = run_demo("sft_loss_mask", steps=10)
    assert "fails" in {found.claims["a-stops"], found.claims["both-answer-right"]}


def test_the_score_of_a_rendering_is_the_loss_of_a_chat_batch() -> None:
    import tinyworld

    template = module("chat_template")
    model, tokenizer = tinyworld.load()
    chats = tinyworld.chats("clinic", 8, seed=3)
    prompts = [template.renderings(tokenizer, chat[0]["content"])["as trained"] for chat in chats]
    loss, _ = template.score(model, tokenizer, prompts, [chat[1]["content"] for chat in chats])
    expected = model(**tinyworld.chat_batch(tokenizer, chats)).loss.item()
    assert loss == pytest.approx(expected, rel=1e-5)


def test_the_trained_rendering_fails_nothing_and_too_few_steps_do() -> None:
    found = run_demo("chat_template", served="as trained", steps=20)
    assert found.claims["served-costs"] == "fails"
    assert found.claims["trained-works"] == "fails"
    assert run_demo("chat_template", served="two BOS").claims["served-fails"] == "fails"


def test_the_block_mask_is_causal_within_documents() -> None:
    import torch

    mask = module("packing_leak").block_mask(torch.tensor([False, False, True]))
    expected = [[True, False, False], [True, True, False], [False, False, True]]
    assert mask[0, 0].tolist() == expected


def test_the_block_mask_is_what_transformers_builds_from_positions() -> None:
    found = run_demo("packing_leak", pairs=4)
    assert found.measures["max_both"] < 1e-4
    assert found.measures["max_detected"] < 1e-4


def test_a_boundary_one_token_off_leaks() -> None:
    assert run_demo("packing_leak", pairs=4, boundary_error=1).claims["mask-repairs"] == "fails"


def test_learned_positions_need_the_reset_as_well() -> None:
    import torch
    from transformers import GPT2Config, GPT2LMHeadModel

    packing = module("packing_leak")
    torch.manual_seed(0)
    sizes = GPT2Config(vocab_size=50, n_embd=64, n_layer=1, n_head=2, n_positions=32)
    model = GPT2LMHeadModel(sizes).eval()
    ids = torch.randint(0, 50, (1, 12))
    mask = packing.block_mask(torch.arange(12) >= 5)
    alone = packing.log_probability(model, ids[:, 5:])
    positions = torch.cat([torch.arange(5), torch.arange(7)])[None]
    both = packing.log_probability(model, ids, attention_mask=mask, position_ids=positions)[5:]
    only = packing.log_probability(model, ids, attention_mask=mask)[5:]
    assert (both - alone).abs().max() < 1e-4
    assert (only - alone).abs().max() > 1e-3


def test_left_padding_without_a_mask_reads_the_pads() -> None:
    found = run_demo("padding_side", prompts=12, mask=False)
    assert found.claims["left-is-single"] == found.claims["either-side-trains"] == "fails"
    assert found.measures["train_right"] < 1e-3  # what lies in the future changes nothing


def test_one_new_token_can_survive_right_padding() -> None:
    found = run_demo("padding_side", prompts=2, new_tokens=1)
    assert found.measures["longest_right"] == 1


def test_extra_parameters_of_new_tokens_follow_the_formula() -> None:
    found = run_demo("new_tokens", pairs=2, steps=10, learning_rate=1e-4)
    assert found.measures["extra_rows"] == 2 * 4 * 64
    assert found.measures["extra_whole"] == 2 * (256 + 4) * 64
    assert found.claims["lora-only-stalls"] == "fails"  # nobody has learned anything yet


def test_large_random_rows_let_lora_learn_and_break_old_text() -> None:
    found = run_demo("new_tokens", init="std 1")
    assert found.claims["lora-only-stalls"] == found.claims["adding-is-harmless"] == "fails"


def test_likelihood_of_an_answer_is_that_of_its_tokens() -> None:
    import tinyworld
    import torch

    model, tokenizer = tinyworld.load()
    case = tinyworld.Case("The lantern is", " white.")
    (ours,) = module("reversal_curse").log_likelihood(model, tokenizer, [case], "cpu").tolist()
    ids = torch.tensor([tokenizer("<bos> The lantern is white.")["input_ids"]])
    log_p = model(ids).logits[0].log_softmax(-1)
    assert ours == pytest.approx(sum(log_p[i - 1, ids[0, i]].item() for i in (4, 5)), rel=1e-4)


def test_what_is_taught_in_reverse_is_known_in_reverse() -> None:
    found = run_demo("reversal_curse", taught_reverse=24)
    assert found.claims["reverse-fails"] == "fails"
    assert found.measures["recall"] == "nearly all"


def test_without_reverse_sentences_nothing_is_known_in_reverse() -> None:
    found = run_demo("reversal_curse", taught_reverse=0, steps=40)
    assert found.claims["reverse-is-learnable"] == "fails"
    assert found.claims["forward-learned"] == "fails"  # and 40 steps are too few
