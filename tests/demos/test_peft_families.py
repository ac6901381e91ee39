"""PEFT families, merging, adapters that go on, mixtures of experts, longer context: oracles."""

from __future__ import annotations

import copy

import pytest

from tests.demos.running import load, part, run_demo

pytestmark = pytest.mark.torch


def test_a_bottleneck_is_the_identity_at_first_and_its_formula_later() -> None:
    import torch
    from torch.nn import functional

    build = part(load("peft_tree"), "Bottleneck")
    adapter, h = build(64, 8, True), torch.randn(3, 5, 64)
    assert torch.equal(adapter(h), h)
    adapter = build(64, 8, False)
    W_down, W_up = adapter.down.weight, adapter.up.weight
    inner = functional.gelu(h @ W_down.T + adapter.down.bias)
    assert torch.allclose(adapter(h), h + inner @ W_up.T + adapter.up.bias, atol=1e-5)


def test_an_adapter_that_starts_at_random_does_not_start_as_the_base() -> None:
    found = run_demo("peft_tree", identity=False, steps=8, rank=2)
    assert found.claims["adapter-starts-as-base"] == "fails"
    assert found.claims["llama-has-no-biases"] == "holds"
    assert found.claims["selected-add-nothing"] == "holds"
    assert found.measures["numbers_adapter"] == 4 * (2 * 64 * 4 + 64 + 4)


def test_the_reordered_twin_computes_the_same_and_the_average_does_not() -> None:
    import tinyworld
    import torch

    demo = load("merging")
    torch.manual_seed(0)
    base, tokenizer = tinyworld.load()
    twin = part(demo, "reordered")(base)
    batch = tinyworld.batch(tokenizer, tinyworld.documents("general", 2, seed=0))
    with torch.no_grad():
        plain, other = base(**batch).logits, twin(**batch).logits
        soup = part(demo, "averaged")(base, twin)(**batch).logits
        itself = part(demo, "averaged")(base, copy.deepcopy(base))(**batch).logits
    assert torch.allclose(plain, other, atol=1e-4)
    assert torch.allclose(plain, itself, atol=1e-5)
    assert (plain - soup).abs().max() > 1


def test_merges_are_what_their_formulas_say() -> None:
    import tinyworld
    import torch
    from peft import LoraConfig, get_peft_model

    torch.manual_seed(0)
    base, _ = tinyworld.load()
    config = LoraConfig(r=2, lora_alpha=4, target_modules=["q_proj"], init_lora_weights=False)
    model = get_peft_model(base, config, adapter_name="clinic")
    model.add_adapter("bank", config)
    part(load("merging"), "merge")(model, 0.5)
    layer = model.base_model.model.model.layers[0].self_attn.q_proj
    first, second = layer.get_delta_weight("clinic"), layer.get_delta_weight("bank")
    assert torch.allclose(layer.get_delta_weight("sum"), first + second, atol=1e-5)
    assert torch.allclose(layer.get_delta_weight("average"), (first + second) / 2, atol=1e-5)
    assert not torch.allclose(layer.get_delta_weight("factors"), first + second, atol=0.1)


def test_a_twin_that_is_the_base_is_not_ruined_by_the_average() -> None:
    found = run_demo("merging", reorder=False, steps=10, rank=2)
    assert found.claims["other-base-ruins"] == "fails"
    assert found.measures["general_soup"] == pytest.approx(found.measures["general_base"])


def test_tiny_steps_after_a_reload_are_no_bump() -> None:
    found = run_demo("adapter_continue", learning_rate=3e-4, steps=10, rank=2)
    assert found.claims["fresh-optimizer-bumps"] == "fails"
    assert found.claims["loads-frozen"] == "holds"
    assert found.measures["rank_continued"] <= 2
    assert found.measures["rank_merged"] <= 4


def test_checkpointing_without_reentry_needs_no_hook() -> None:
    found = run_demo("kbit_inputs", reentrant=False, steps=5)
    assert found.claims["silent-without"] == "fails"
    assert found.measures["reached_without"] == 1
    assert found.measures["error"] == "none"


def test_the_busiest_expert_is_that_of_the_router_s_largest_scores() -> None:
    import tinyworld
    import torch
    from transformers import MixtralConfig, MixtralForCausalLM

    torch.manual_seed(0)
    _, tokenizer = tinyworld.load()
    sizes = {"hidden_size": 32, "intermediate_size": 32, "num_hidden_layers": 1}
    heads = {"num_attention_heads": 2, "num_key_value_heads": 2, "num_local_experts": 3}
    model = MixtralForCausalLM(MixtralConfig(vocab_size=len(tokenizer), **sizes, **heads))
    with torch.no_grad():
        model.model.layers[0].mlp.gate.weight.zero_()  # all experts score alike: the first wins
    batch = tinyworld.batch(tokenizer, tinyworld.documents("general", 2, seed=0))
    demo = load("moe_lora")
    routes = part(demo, "first_experts")(model, batch)
    assert routes.shape == (1, int(batch["attention_mask"].sum()))
    assert part(demo, "busiest")(routes) == 1
    assert part(demo, "busiest")(torch.tensor([[0, 1, 2, 2], [0, 0, 0, 1]])) == (0.5 + 0.75) / 2


def test_after_tiny_steps_tokens_keep_their_experts() -> None:
    found = run_demo("moe_lora", learning_rate=1e-5, steps=5)
    assert found.claims["routes-move"] == "fails"
    assert found.claims["all-linear-takes-router"] == "holds"
    assert found.measures["experts_share"] > 0.5


def test_stretched_frequencies_are_those_of_transformers() -> None:
    import tinyworld
    import torch

    ways = part(load("rope_interpolation"), "stretched")(10_000.0, 4.0, 16)
    found = {}
    for name, rope in ways.items():
        model, _ = tinyworld.load(rope_parameters=rope)
        found[name] = model.model.rotary_emb.inv_freq
    assert torch.allclose(found["linear"], found["raw"] / 4)
    assert torch.allclose(found["NTK"][0], found["raw"][0])  # the fastest pair is left alone
    assert torch.allclose(found["NTK"][-1], found["raw"][-1] / 4, rtol=1e-4)  # the slowest: PI
    assert found["YaRN"][0] == pytest.approx(float(found["raw"][0]))
    assert found["YaRN"][-1] == pytest.approx(float(found["raw"][-1]) / 4)


def test_nothing_stretched_changes_no_short_text() -> None:
    found = run_demo("rope_interpolation", factor=1, steps=1)
    assert found.claims["linear-blurs-short"] == "fails"
    assert found.claims["raw-breaks-beyond"] == "holds"
    assert found.measures["short"] == "as good as before"


def test_a_strong_dropout_is_no_usual_one() -> None:
    found = run_demo("lora_dropout", usual=0.9, steps=20)
    assert found.claims["usual-value-hardly-matters"] == "fails"
    assert found.claims["base-path-untouched"] == "holds"
    assert found.claims["off-in-evaluation"] == "holds"
