"""LoRA shapes, merging, rank, scale, targets, variants: oracles, and claims that can fail."""

from __future__ import annotations

import pytest

from tests.demos.running import run_demo

pytestmark = pytest.mark.torch


def test_the_count_of_a_7b_model_is_the_known_one() -> None:
    found = run_demo("lora_shapes", rank=8)
    assert found.measures["q_and_v_7b"] == 4_194_304
    assert found.measures["share_4096"] == pytest.approx(100 * 8 * 8192 / 4096**2)
    assert set(found.claims.values()) == {"holds"}


def test_the_adapter_of_a_7b_model_is_counted_on_the_model_itself() -> None:
    found = run_demo("lora_shapes", rank=16)
    attention, mlp = 4 * 16 * (4096 + 4096), 3 * 16 * (4096 + 11_008)
    assert found.measures["all_linear_7b"] == 32 * (attention + mlp)
    assert found.measures["adapter_mb_7b"] == pytest.approx(2 * 32 * (attention + mlp) / 1e6)
    assert found.measures["mlp_share_7b"] == pytest.approx(mlp / (attention + mlp))
    assert found.measures["share_64"] == pytest.approx(2 * 16 / 64 * 100)


def test_at_rank_64_the_layers_train_more_than_they_hold() -> None:
    found = run_demo("lora_shapes", rank=64)
    assert found.claims["fewer-than-full"] == "fails"
    assert found.claims["count-is-formula"] == "holds"


def test_merging_an_untrained_adapter_rounds_nothing() -> None:
    found = run_demo("lora_merge", steps=0, rounds=10)
    assert found.measures["difference_bf16"] == 0
    assert found.claims["bf16-rounds"] == "fails"


def test_the_extra_arithmetic_at_7b_is_that_of_two_thin_products_per_layer() -> None:
    found = run_demo("lora_merge", steps=0, rounds=10, rank=16)
    thin = 32 * (4 * 16 * (4096 + 4096) + 3 * 16 * (4096 + 11_008))
    whole = 32 * (4 * 4096**2 + 3 * 4096 * 11_008)
    assert found.measures["extra_7b"] == pytest.approx(100 * thin / whole)
    assert found.measures["layers_7b"] == 32 * 7


def test_keeping_every_direction_is_the_whole_update() -> None:
    found = run_demo("update_rank", steps=30)
    [kept] = [s for c in found.state.charts if c.id == "" for s in c.series]
    assert kept.y[-1] == pytest.approx(found.measures["loss_full"], abs=1e-3)


def test_keeping_no_direction_is_the_base() -> None:
    import tinyworld

    found = run_demo("update_rank", steps=5)
    base, tokenizer = tinyworld.load()
    unseen = tinyworld.documents("clinic", 48, seed=1000)
    assert found.measures["loss_0"] == pytest.approx(tinyworld.loss(base, tokenizer, unseen))


def test_an_update_that_learned_nothing_is_not_missed() -> None:
    found = run_demo("update_rank", learning_rate=1e-5, steps=5)
    assert found.claims["nothing-without"] == "fails"
    assert found.claims["two-is-not"] == "fails"


def test_the_two_scales_agree_with_the_formula_at_every_rank() -> None:
    """The ratio of the first gradients is (α/r) / (α/√r) = 1/√r, the inputs being equal."""
    found = run_demo("lora_alpha", steps=5, learning_rate=1e-4)
    series = {s.name: s for c in found.state.charts if c.id == "" for s in c.series}
    lora, rslora, constant = series["LoRA"], series["rsLoRA"], series["α = 2r"]
    for rank, plain, stable, doubled in zip(lora.x, lora.y, rslora.y, constant.y, strict=True):
        assert plain / stable == pytest.approx(rank**-0.5, rel=1e-3)
        assert doubled / plain == pytest.approx(2 * rank / 8, rel=1e-3)  # α = 2r against α = 8
    assert found.measures["ratio_64"] == pytest.approx(8, rel=1e-3)
    assert found.claims["two-r-grows"] == "holds"
    assert found.claims["rslora-uses-rank"] == "fails"


def test_long_runs_close_the_gap_between_targets() -> None:
    found = run_demo("lora_targets", steps=150)
    assert found.claims["mlp-beats-attention"] == "fails"
    assert found.claims["place-beats-rank"] == "holds"


def test_the_matched_sets_have_nearly_equal_parameters() -> None:
    found = run_demo("lora_targets", steps=10)
    ratio = found.measures["parameters_mlp"] / found.measures["parameters_attention"]
    assert 0.9 < ratio <= 1
    assert found.measures["parameters_rank_64"] == 2 * 64 * (64 + 64)  # two blocks


def test_at_a_large_rate_a_faster_b_no_longer_helps() -> None:
    found = run_demo("lora_plus", learning_rate=0.03, steps=30)
    assert found.claims["faster-b-helps"] == "fails"


def test_tiny_updates_add_up_freely() -> None:
    found = run_demo("many_adapters", learning_rate=1e-4, steps=20)
    assert found.claims["sum-hurts"] == "fails"
    assert found.claims["mixed-batch-is-exact"] == "holds"


def test_at_rank_1_lora_is_small_too() -> None:
    found = run_demo("peft_family", rank=1, steps=10)
    assert found.claims["ia3-is-tiny"] == "fails"
    assert found.measures["parameters_ia3"] == 2 * (64 + 64 + 192)
