"""Numbers of the decks on full fine-tuning, LoRA and its variants, from first principles."""

from __future__ import annotations

import copy
import math

import pytest

from tests.content.stated import value

LAYERS = 32
WIDTH = 4096


def pair(rank: int, inputs: int, outputs: int) -> int:
    """Return how many numbers A (rank, in) and B (out, rank) hold."""
    return rank * inputs + outputs * rank


def test_lora_on_q_and_v_of_a_model_with_square_attention() -> None:
    assert value("lora", "lora-parameter-count") == LAYERS * 2 * pair(8, WIDTH, WIDTH)


def test_lora_on_q_and_v_under_grouped_query_attention() -> None:
    key_value = 8 * 128
    per_layer = pair(8, WIDTH, WIDTH) + pair(8, WIDTH, key_value)
    assert value("lora", "lora-gqa-count") == LAYERS * per_layer


def test_the_adapter_on_all_linear_layers_in_two_bytes_per_number() -> None:
    inner = 11_008
    shapes = [(WIDTH, WIDTH)] * 4 + [(WIDTH, inner)] * 2 + [(inner, WIDTH)]
    parameters = LAYERS * sum(pair(16, *shape) for shape in shapes)
    assert value("lora", "lora-adapter-size") == pytest.approx(2 * parameters / 1e6, rel=1e-3)


def test_mixed_precision_adam_keeps_five_tensors_per_weight() -> None:
    weights, gradients, master, first, second = 2, 2, 4, 4, 4
    expected = 7 * (weights + gradients + master + first + second)
    assert value("full-vs-peft", "peft-memory-7b") == expected


def test_lora_pays_for_the_frozen_base_and_for_its_own_states() -> None:
    expected = (7e9 * 2 + 40e6 * 16) / 1e9
    assert value("full-vs-peft", "peft-memory-lora") == pytest.approx(expected)


def test_two_of_three_products_remain_with_frozen_weights() -> None:
    forward, to_activations, to_weights = 2, 2, 2
    share = (forward + to_activations) / (forward + to_activations + to_weights)
    assert value("full-vs-peft", "peft-compute-share") == pytest.approx(100 * share, rel=1e-3)


def test_the_scales_differ_by_the_root_of_the_rank() -> None:
    assert value("lora-variants", "var-rslora-ratio") == (16 / math.sqrt(64)) / (16 / 64)


def test_ia3_trains_three_vectors_per_layer() -> None:
    assert value("lora-variants", "var-ia3-count") == LAYERS * (WIDTH + WIDTH + 11_008)


def test_a_virtual_token_is_one_embedding() -> None:
    assert value("lora-variants", "var-prompt-count") == 20 * WIDTH


@pytest.mark.torch
def test_pissa_trains_the_principal_part_and_freezes_the_rest() -> None:
    import tinyworld
    import torch
    from peft import LoraConfig, get_peft_model

    base, tokenizer = tinyworld.load()
    batch = tinyworld.batch(tokenizer, tinyworld.documents("general", 4, seed=0))
    config = LoraConfig(r=8, init_lora_weights="pissa", target_modules=["q_proj"])
    model = get_peft_model(copy.deepcopy(base), config).eval()
    layer = model.base_model.model.model.layers[0].self_attn.q_proj
    weight = base.model.layers[0].self_attn.q_proj.weight
    delta = layer.get_delta_weight("default")
    left, values, right = torch.linalg.svd(weight)
    principal = (left[:, :8] * values[:8]) @ right[:8]
    assert torch.allclose(delta, principal, atol=1e-4)
    assert torch.allclose(layer.base_layer.weight, weight - principal, atol=1e-4)
    with torch.no_grad():
        start, original = model(**batch).logits, base(**batch).logits
        assert torch.allclose(start, original, atol=1e-3)
        twice = copy.deepcopy(base)  # the same adapter on a base that it was not made for
        twice.model.layers[0].self_attn.q_proj.weight += delta
        assert (twice(**batch).logits - original).abs().max() > 0.1
