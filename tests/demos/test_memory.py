"""Memory and systems: bytes from first principles, library oracles, and claims that fail."""

from __future__ import annotations

import pytest

from tests.demos.running import load, run_demo

pytestmark = pytest.mark.torch


@pytest.fixture(scope="module", autouse=True)
def one_thread_without_compiling() -> None:
    import torch
    import torch._dynamo

    torch.set_num_threads(1)
    torch._dynamo.config.disable = True  # 8-bit optimizers compile on CPUs at first use


def linear_weights(width: int, inner: int, layers: int, key_width: int) -> int:
    return layers * (2 * width * width + 2 * width * key_width + 3 * width * inner)


def test_the_ledger_counts_the_states_of_each_optimizer() -> None:
    found = run_demo("memory_ledger", width=256).measures
    assert found["states_sgd"] == 0
    assert found["states_momentum"] == 4
    assert found["states_adamw"] == pytest.approx(8, abs=1e-3)  # and a step counter per tensor
    assert found["mixed_bytes"] == pytest.approx(2 + 2 + 4 + 8, abs=1e-3)
    assert found["mixed_weights"] == 2
    assert found["mixed_copy"] == 4
    assert found["mixed_optimizer"] == pytest.approx(4 + 8, abs=1e-3)


def test_the_bill_of_a_large_model_is_that_of_its_architecture() -> None:
    """Llama 2 70B: grouped keys, two embeddings, and two norms per layer and one at the end."""
    linear = linear_weights(8192, 28672, 80, 8 * 128)
    other = 2 * 32000 * 8192 + (2 * 80 + 1) * 8192
    found = run_demo("memory_ledger", size="70B", width=64, rank=8).measures
    widths = 2 * (8192 + 8192) + 2 * (8192 + 1024) + 3 * (8192 + 28672)
    adapter = 80 * 8 * widths
    assert found["adapter_millions"] == pytest.approx(adapter / 1e6)
    assert found["computed_full_gb"] == pytest.approx(16 * (linear + other) / 1e9, rel=1e-3)
    of_lora = 2 * (linear + other) + 16 * adapter
    assert found["computed_lora_gb"] == pytest.approx(of_lora / 1e9, rel=1e-3)
    bits = 4 + 8 / 64 + 32 / (64 * 256)
    of_qlora = bits / 8 * linear + 2 * other + 16 * adapter
    assert found["computed_qlora_gb"] == pytest.approx(of_qlora / 1e9, rel=2e-3)


def test_small_tensors_keep_states_of_32_bits() -> None:
    found = run_demo("memory_ledger", width=32)
    assert found.claims["eight-bit-quarters"] == "fails"


def test_states_follow_the_type_of_the_weights() -> None:
    found = run_demo("memory_ledger", width=64, precision="bfloat16")
    assert found.measures["states_adamw"] == pytest.approx(4, abs=0.01)
    assert found.claims["adam-keeps-eight"] == "fails"
    assert found.claims["mixed-saves-none"] == "fails"


def test_a_wide_adapter_on_narrow_layers_is_not_small() -> None:
    found = run_demo("memory_ledger", width=256, rank=128)
    assert found.claims["lora-cuts-states"] == "fails"
    assert found.claims["lora-cuts-gradients"] == "fails"
    assert found.claims["adapter-is-small"] == "fails"


def test_kept_for_backward_are_the_inputs_of_trained_layers() -> None:
    """A linear layer keeps its input for ∂W; frozen, it keeps nothing of it."""
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    kept = load("memory_ledger").main.__globals__["kept_for_backward"]
    config = LlamaConfig(
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=1,
        num_attention_heads=1,
        vocab_size=64,
    )
    model = LlamaForCausalLM(config)
    short, long = (torch.zeros(1, length, dtype=torch.long) for length in (16, 64))
    assert kept(model, long) > 3.5 * kept(model, short)
    trained = kept(model, long)
    for name, p in model.named_parameters():
        if "down_proj" in name:
            p.requires_grad_(False)
    assert trained - kept(model, long) == 64 * 64 * 4  # the input of down_proj, (64, 64) in fp32


def test_the_files_of_model_and_adapter_are_those_of_the_architecture() -> None:
    found = run_demo("memory_ledger", size="70B", width=64, rank=8).measures
    assert found["adapter_gb"] == pytest.approx(2e-3 * found["adapter_millions"])
    linear = linear_weights(8192, 28672, 80, 8 * 128)
    other = 2 * 32000 * 8192 + (2 * 80 + 1) * 8192
    assert found["model_gb"] == pytest.approx(2 * (linear + other) / 1e9)


def test_memory_shared_by_two_tensors_counts_once() -> None:
    import torch

    size_of = load("memory_ledger").main.__globals__["size_of"]
    one = torch.zeros(8)
    assert size_of([one, one[:4], torch.zeros(2)]) == 8 * 4 + 2 * 4


def test_the_paged_states_are_moments_and_the_rest_is_not_tested_here() -> None:
    import torch

    found = run_demo("paged_optimizer", weights=65536, steps=5)
    assert found.measures["states"] == 2
    assert found.measures["bytes_per_weight"] == 8
    if not torch.cuda.is_available():
        assert found.measures["paged"] == 0
        assert found.claims["states-are-paged"] == "not tested"
        assert found.claims["survives-pressure"] == "not tested"


def test_a_mean_without_memory_is_the_gradient() -> None:
    found = run_demo("paged_optimizer", weights=65536, steps=5, beta1=0)
    assert found.claims["no-gradient-kept"] == "fails"
    assert found.measures["holds"] == "gradients"


def test_the_default_compute_type_of_transformers_is_not_of_16_bits() -> None:
    import torch
    from transformers import BitsAndBytesConfig

    config = BitsAndBytesConfig(load_in_4bit=True)
    assert config.bnb_4bit_compute_dtype == torch.float32
    assert config.bnb_4bit_quant_type == "fp4"
    assert not config.bnb_4bit_use_double_quant
    found = run_demo("storage_compute", compute="float32")
    assert found.measures["multiplies"] == "float32"
    assert found.measures["default_compute"] == "float32"
    assert found.measures["default_code"] == "fp4"
    assert found.claims["computes-in-16-bits"] == "fails"


def test_recomputing_unpacks_a_third_time() -> None:
    found = run_demo("storage_compute", checkpointing=True)
    assert found.measures["unpackings"] == 3
    assert found.claims["unpacked-twice"] == "fails"


def test_fp16_overflows_where_bf16_does_not() -> None:
    broken, sound = (
        run_demo("storage_compute", compute=t, inputs=1e5) for t in ("float16", "bfloat16")
    )
    assert broken.claims["output-is-finite"] == "fails"
    assert broken.claims["storage-costs-more"] == "fails"
    assert sound.claims["output-is-finite"] == "holds"


def test_int8_by_hand_is_what_the_layer_computes() -> None:
    """Vector-wise: each row of X and of W is divided by its maximum over 127, and rounded."""
    import torch

    torch.manual_seed(0)
    W, X = torch.randn(256, 256) * 0.05, torch.randn(64, 256)

    def rounded(M: torch.Tensor) -> torch.Tensor:
        scale = M.half().float().abs().amax(1, keepdim=True) / 127
        return (M.half().float() / scale).round() * scale

    found, taken = load("int8_outliers").main.__globals__["in_8_bits"](W, X, 0.0)
    expected = rounded(X) @ rounded(W).T
    assert taken == 0
    assert (found - expected).norm() / expected.norm() < 2e-3


def test_columns_of_equal_size_need_no_decomposition() -> None:
    found = run_demo("int8_outliers", magnitude=1)
    assert found.claims["outliers-spoil-rows"] == "fails"
    assert found.claims["all-are-found"] == "fails"


def test_a_threshold_that_nothing_reaches_is_plain_8_bits() -> None:
    found = run_demo("int8_outliers", threshold=400)
    assert found.measures["gain"] == pytest.approx(1, abs=0.01)
    assert found.claims["outliers-spoil-rows"] == "fails"


def test_many_outlier_columns_leave_fewer_in_8_bits() -> None:
    assert run_demo("int8_outliers", columns=16).claims["nearly-all-8-bit"] == "fails"


def test_nothing_repacked_nothing_ruined() -> None:
    found = run_demo("repack_trap", steps=20, evaluate_first=False)
    assert found.measures["repacked"] == "no"
    assert found.claims["repacking-decides"] == "not tested"
    assert found.measures["loss_merged"] < found.measures["loss_adapted"] + 0.2


def test_a_state_dict_puts_the_codes_back_in_order() -> None:
    import torch
    from bitsandbytes.functional import has_avx512bf16

    found = run_demo("repack_trap", steps=20, before_merge="state_dict")
    repacks = has_avx512bf16() and not torch.cuda.is_available()
    assert found.measures["repacked"] == ("yes" if repacks else "no")
    assert found.claims["safe-merge-is-exact"] == "holds"
    assert found.claims["repacking-decides"] == ("fails" if repacks else "not tested")
