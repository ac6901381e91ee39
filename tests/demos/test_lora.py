"""LoRA on the bundled model: counts and algebra from first principles, and claims that can fail."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from tests.demos.running import load, run_demo

pytestmark = pytest.mark.torch


@pytest.fixture(scope="module")
def adapted() -> tuple[Any, Any]:
    """An adapted model whose B is not zero, with a batch."""
    import tinyworld
    import torch
    from peft import LoraConfig, get_peft_model

    torch.manual_seed(0)
    base, tokenizer = tinyworld.load()
    model = get_peft_model(base, LoraConfig(r=8, lora_alpha=16, target_modules="all-linear"))
    for name, weight in model.named_parameters():
        if "lora_B" in name:
            torch.nn.init.normal_(weight, std=0.1)
    return model.eval(), tinyworld.batch(tokenizer, tinyworld.documents("general", 8, seed=0))


def shapes() -> dict[str, tuple[int, int]]:
    """(in, out) of each linear layer of one block, from the config file alone."""
    import tinyworld

    config = json.loads((tinyworld.BASE / "config.json").read_text())
    hidden, inner = config["hidden_size"], config["intermediate_size"]
    heads = config["num_key_value_heads"] * hidden // config["num_attention_heads"]
    return {
        "q_proj": (hidden, hidden),
        "k_proj": (hidden, heads),
        "v_proj": (hidden, heads),
        "o_proj": (hidden, hidden),
        "gate_proj": (hidden, inner),
        "up_proj": (hidden, inner),
        "down_proj": (inner, hidden),
    }


@pytest.mark.parametrize(
    ("rank", "targets"), [(1, "all-linear"), (8, "all-linear"), (4, "q_proj,v_proj")]
)
def test_the_parameter_count_is_r_times_in_plus_out_over_the_targets(
    rank: int, targets: str
) -> None:
    import tinyworld

    layers = json.loads((tinyworld.BASE / "config.json").read_text())["num_hidden_layers"]
    chosen = shapes() if targets == "all-linear" else targets.split(",")
    expected = layers * sum(rank * sum(shapes()[name]) for name in chosen)
    found = run_demo("lora_finetune", rank=rank, targets=targets, steps=5)
    assert found.measures["trainable"] == expected


def test_merged_and_unmerged_logits_agree_in_fp32(adapted: tuple[Any, Any]) -> None:
    import torch

    model, batch = adapted
    with torch.no_grad():
        unmerged = model(**batch).logits
        merged = copy.deepcopy(model).merge_and_unload()(**batch).logits
        with model.disable_adapter():
            base = model(**batch).logits
    assert (unmerged - base).abs().max() > 0.1
    assert torch.allclose(unmerged, merged, atol=1e-4)


def test_the_adapted_layer_computes_wx_plus_scaled_bax(adapted: tuple[Any, Any]) -> None:
    import torch

    model, _ = adapted
    layer = model.base_model.model.model.layers[0].self_attn.q_proj
    a, b = layer.lora_A["default"].weight, layer.lora_B["default"].weight
    assert a.shape == (8, 64)
    assert b.shape == (64, 8)
    x = torch.randn(3, 64)
    expected = x @ layer.base_layer.weight.T + 16 / 8 * (x @ a.T) @ b.T
    assert torch.allclose(layer(x), expected, atol=1e-5)


def test_lora_teaches_the_new_guideline_and_forgets_some() -> None:
    found = run_demo("lora_finetune")
    assert set(found.claims.values()) == {"holds"}
    assert found.measures["general_without"] == found.measures["general_before"]
    assert found.measures["accuracy_before"] == 0
    assert found.measures["general_moved"] == "rises"


def test_too_few_steps_do_not_teach_the_new_guideline() -> None:
    found = run_demo("lora_finetune", steps=5)
    assert found.claims["learns-the-new"] == "fails"
    assert found.claims["base-is-frozen"] == "holds"


def test_a_tiny_rate_does_not_forget() -> None:
    found = run_demo("lora_finetune", learning_rate=1e-5, steps=10)
    assert found.claims["forgets-some"] == "fails"
    assert found.measures["general_moved"] == "stays within 1 %"


def test_a_small_scale_makes_two_random_factors_harmless() -> None:
    found = run_demo("lora_init", rank=64, alpha=1, steps=5)
    assert found.claims["random-damages"] == "fails"
    assert found.claims["zero-b-is-base"] == "holds"


def test_the_mirrored_start_silences_the_other_gradient() -> None:
    found = run_demo("lora_init", start="A zero", steps=5)
    assert found.claims["mirror-starts"] == "holds"
    assert found.measures["grad_b_mirrored"] == 0
    assert found.measures["grad_a_mirrored"] > 0


def test_a_single_start_leaves_the_other_claims_untested() -> None:
    found = run_demo("lora_init", start="both zero", steps=5)
    assert found.claims["zero-never-learns"] == "holds"
    assert found.claims["random-damages"] == "not tested"


def test_the_crossing_is_exact_on_a_line_in_log_rate() -> None:
    crossing = load("full_vs_lora").main.__globals__["crossing"]
    assert crossing((1e-4, 1e-3, 1e-2), [3.0, 2.0, 1.0], 1.5) == pytest.approx(1e-3 * 10**0.5)
    assert crossing((1e-4, 1e-3), [3.0, 2.0], 1.0) == float("inf")


def test_a_large_alpha_closes_the_gap_between_the_rates() -> None:
    found = run_demo("full_vs_lora", alpha=128, steps=40)
    assert found.claims["lora-shifts-right"] == "fails"


def test_equal_rates_fail_the_claims_on_the_learning_rate() -> None:
    found = run_demo("learning_rate", small=3e-3, large=3e-3, steps=20)
    assert found.claims["small-is-slow"] == "fails"
    assert found.claims["large-is-worse"] == "fails"
    assert found.claims["large-forgets"] == "fails"


def test_few_steps_on_few_documents_do_no_harm() -> None:
    found = run_demo("data_size", steps=10, learning_rate=1e-4)
    assert found.claims["few-do-harm"] == "fails"
