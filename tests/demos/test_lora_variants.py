"""LoRA by hand, its faults, defaults and variants: oracles, and claims that can fail."""

from __future__ import annotations

import pytest

from tests.demos.running import load, run_demo

pytestmark = pytest.mark.torch


def test_the_update_by_hand_is_the_delta_weight_of_peft() -> None:
    import tinyworld
    import torch
    from peft import LoraConfig, get_peft_model

    update = load("lora_by_hand").main.__globals__["update"]
    base, _ = tinyworld.load()
    config = LoraConfig(r=4, lora_alpha=12, target_modules=["down_proj"], init_lora_weights=False)
    layer = get_peft_model(base, config).base_model.model.model.layers[0].mlp.down_proj
    A, B = layer.lora_A["default"].weight, layer.lora_B["default"].weight
    assert torch.allclose(update(A, B, 3.0), layer.get_delta_weight("default"), atol=1e-6)


def test_a_scale_of_one_is_not_missed() -> None:
    found = run_demo("lora_by_hand", rank=8, alpha=8, steps=20)
    assert found.claims["scale-matters"] == "fails"
    assert found.claims["hand-is-peft"] == "holds"
    assert found.measures["wrong_order_rank_1"] == "fits"


def test_a_fitting_rate_does_not_lag() -> None:
    found = run_demo("lora_faults", slow=1e-2, steps=20)
    assert found.claims["slow-lags"] == "fails"
    assert found.claims["fixed-batch-tells"] == "holds"
    assert found.measures["masked"] == "nan"
    assert found.measures["trainable_frozen"] == 0


def test_the_default_adapters_of_a_model_with_grouped_queries() -> None:
    found = run_demo("lora_defaults", rank=8)
    assert found.measures["q_and_v_8b"] == 32 * 8 * (4096 + 4096 + 4096 + 1024)
    assert found.measures["head_8b"] == 128_256 * 4096
    assert found.claims["rank-shrinks-the-scale"] == "fails"


def test_the_sizes_of_the_methods_from_their_shapes() -> None:
    found = run_demo("peft_sizes", rank=1, tokens=20)
    inner = 11_008
    assert found.measures["ia3"] == 32 * (4096 + 4096 + inner)
    assert found.measures["vera"] == 32 * (7 * 256 + 4 * 4096 + 2 * inner + 4096)
    assert found.measures["prompt"] == 20 * 4096
    assert found.measures["prefix"] == 2 * 32 * 20 * 4096
    assert found.measures["lora_small"] == 32 * 2 * (4096 + 4096)
    assert found.claims["vectors-are-small"] == "fails"
    assert found.claims["vera-shares"] == "holds"


def test_dora_by_its_formula_is_the_merged_weight_of_peft() -> None:
    import tinyworld
    import torch
    from peft import LoraConfig, get_peft_model

    torch.manual_seed(0)
    base, _ = tinyworld.load()
    W = base.model.layers[0].self_attn.q_proj.weight.detach().clone()  # (64, 64)
    config = LoraConfig(
        r=4, lora_alpha=8, target_modules=["q_proj"], use_dora=True, init_lora_weights=False
    )
    model = get_peft_model(base, config)
    layer = model.base_model.model.model.layers[0].self_attn.q_proj
    layer.lora_magnitude_vector["default"].weight.data += 0.1
    m = layer.lora_magnitude_vector["default"].weight.detach()  # (64,)
    row = W + layer.get_delta_weight("default").detach()
    expected = m[:, None] * row / row.norm(dim=1, keepdim=True)
    merged = model.merge_and_unload().model.layers[0].self_attn.q_proj.weight
    assert torch.allclose(merged, expected, atol=1e-5)


def test_untrained_dora_has_moved_no_direction() -> None:
    found = run_demo("dora_parts", steps=5, learning_rate=1e-5)
    assert found.claims["direction-moves"] == "fails"
    assert found.claims["starts-as-base"] == "holds"


def test_an_untrained_pissa_adapter_has_learned_nothing() -> None:
    found = run_demo("pissa_swap", learning_rate=1e-5, steps=5)
    assert found.claims["learns"] == "fails"
    assert found.claims["starts-as-base"] == "holds"
    assert found.measures["rank_converted"] == 16


def test_adapters_that_do_nothing_prove_nothing_about_merging() -> None:
    found = run_demo("merge_which", size=0.001)
    assert found.claims["adapters-act"] == "fails"
    assert found.measures["off_lora"] < 1e-5


def test_without_learning_the_budget_is_kept_too() -> None:
    found = run_demo("adalora_ranks", target=6, learning_rate=1e-4, steps=30)
    assert found.measures["total"] == 6 * 14
    assert found.claims["budget-kept"] == "holds"
    assert found.claims["learns"] == "fails"


def test_a_base_that_hardly_moved_keeps_its_adapter() -> None:
    found = run_demo("base_upgrade", moved=1, steps=20)
    assert found.claims["carried-over-suffers"] == "fails"
    assert found.claims["loads-silently"] == "holds"
    assert found.claims["other-width-is-refused"] == "holds"
    assert found.measures["fit"] == "as good as before"
