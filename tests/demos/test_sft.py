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


def test_labels_shifted_by_hand_are_moved_one_place() -> None:
    import torch

    batch = {"labels": torch.tensor([[-100, 5, 6, 7]])}
    shifted = module("sft_loss_mask").shifted_by_hand(batch)["labels"]
    assert shifted.tolist() == [[5, 6, 7, -100]]


def test_nats_of_the_kept_labels_are_the_loss_of_the_model() -> None:
    import tinyworld

    model, tokenizer = tinyworld.load()
    batch = tinyworld.chat_batch(tokenizer, tinyworld.chats("general", 4, seed=0))
    cost, kept = module("sft_loss_mask").nats(model, batch)
    assert cost[kept].mean().item() == pytest.approx(model(**batch).loss.item(), rel=1e-5)


def test_an_untrained_chat_model_loses_less_than_three_nats_to_a_second_shift() -> None:
    assert (
        run_demo("sft_loss_mask", steps=10, learning_rate=1e-5).claims["twice-is-wrong"] == "fails"
    )


def test_of_a_masked_loss_no_part_falls_on_the_question() -> None:
    assert run_demo("sft_loss_mask", steps=10).measures["prompt_share"] == 0


def test_an_explicit_block_mask_repairs_what_the_cache_hides() -> None:
    found = run_demo("packing_leak", pairs=4)
    assert found.claims["cache-hides-boundaries"] == found.claims["library-repairs"] == "holds"
    assert found.measures["max_cached"] == pytest.approx(found.measures["max_reset"], rel=1e-3)


def test_rows_of_old_pieces_are_distinct_and_disturb_nothing() -> None:
    pieces = run_demo("new_tokens", init="its pieces")
    mean = run_demo("new_tokens", init="mean")
    assert pieces.claims["adding-is-harmless"] == "holds"
    assert pieces.measures["loss_lora"] < mean.measures["loss_lora"] - 0.2


def test_a_word_starts_at_the_mean_of_its_pieces() -> None:
    import torch

    new_tokens = module("new_tokens")
    words = ["Newword0", "Newword1"]
    model, tokenizer = new_tokens.extended(words, "its pieces", "cpu")
    rows = model.get_input_embeddings().weight
    for word, pieces in zip(words, new_tokens.spelled(words), strict=True):
        ids = tokenizer.convert_tokens_to_ids(pieces)
        mean = rows[ids].mean(0)
        assert torch.allclose(rows[tokenizer.convert_tokens_to_ids(word)], mean)


def test_padding_is_what_the_longest_row_leaves_empty() -> None:
    import tinyworld

    padding = module("padding_waste")
    _, tokenizer = tinyworld.load()
    assert padding.padding_share(tokenizer, [1, 2, 4]) == pytest.approx(1 - 7 / 12)
    assert padding.packed([100, 300, 500, 1100], 1100) == [[1100], [500, 300, 100]]


def test_single_rows_need_no_padding_and_few_examples_no_packing() -> None:
    found = run_demo("padding_waste", batch_size=1, examples=16, row=8192)
    assert found.claims["sorting-saves"] == found.claims["packing-saves"] == "fails"


def test_bytes_of_saved_rows_follow_the_shapes() -> None:
    found = run_demo("new_rows_size", model="Qwen2.5 0.5B", new=3)
    assert found.measures["whole_gb"] == pytest.approx(151_936 * 896 * 2 / 1e9)
    assert found.measures["rows_mb"] == pytest.approx(3 * 896 * 2 / 1e6)


def test_a_high_rank_makes_the_matrices_look_small() -> None:
    found = run_demo("new_rows_size", model="Llama 2 7B", rank=256, new=256)
    assert found.claims["matrices-dwarf-lora"] == "fails"


def test_many_new_rows_beside_a_rank_of_one_are_not_small() -> None:
    found = run_demo("new_rows_size", rank=1, new=256)
    assert found.claims["rows-are-small"] == "fails"


def test_a_sample_per_turn_is_one_sequence_cut_up() -> None:
    found = run_demo("multi_turn", turns=3, dialogues=2)
    assert found.claims["same-gradient"] == "holds"
    assert found.measures["times"] == pytest.approx(2, rel=0.1)  # (n + 1)/2 for equal turns
    assert found.measures["kept_last"] == pytest.approx(1 / 3, rel=0.2)


def test_one_turn_costs_the_same_either_way() -> None:
    assert run_demo("multi_turn", turns=1).claims["samples-cost-more"] == "fails"


def test_a_template_that_drops_answers_is_not_one_sequence() -> None:
    found = run_demo("multi_turn", template="drops earlier answers", dialogues=2)
    assert found.claims["same-gradient"] == found.claims["same-probabilities"] == "fails"
    assert found.measures["same"] == "another one"
