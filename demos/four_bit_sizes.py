"""What load_in_4bit leaves in 16 bits.

**Question.** You load a model of 7 billion parameters in 4 bits. How large is it, and which of its
weights are not in 4 bits at all?

**Idea.** Published configurations are built on torch's `meta` device, where a tensor has a shape
and no memory. transformers then swaps layers as `load_in_4bit=True` does, and the swap is counted:

    bytes = (weights in 4-bit layers) · 4.127/8 + (all others) · 2

The bytes of a 4-bit weight are those of a real tensor that bitsandbytes quantized.

- **Qwen2.5-7B**, dense, with a vocabulary of 152,064: a large embedding and a large output layer.
- **LLaMA-65B**, the largest model in QLoRA's paper, for what double quantization saves.
- **Qwen3-30B-A3B**, a mixture of experts. transformers 5 keeps the experts of a layer in one 3-D
  parameter, and only linear layers are swapped.

**Watch** how the few per cent of a dense model that stay in 16 bits weigh, and what is left of
"4 bits" in a mixture of experts.

**Try** `double_quant=False`: the claim about QLoRA's 3 GB fails.

**Real scale.** This is real scale; nothing is trained. What is swapped depends on the versions of
transformers and bitsandbytes (bitsandbytes issue 1849), so print the types of *your* model's
parameters.
"""

import bitsandbytes as bnb
import torch
from transformers import (
    AutoModelForCausalLM,
    BitsAndBytesConfig,
    LlamaConfig,
    PretrainedConfig,
    Qwen2Config,
    Qwen3MoeConfig,
)
from transformers.quantizers import AutoHfQuantizer

from quizapp.demo import Flag, Int, Predict, Run, demo

QWEN2_5_7B = Qwen2Config(  # its config.json
    vocab_size=152_064,
    hidden_size=3584,
    intermediate_size=18_944,
    num_hidden_layers=28,
    num_attention_heads=28,
    num_key_value_heads=4,
    tie_word_embeddings=False,
)
LLAMA_65B = LlamaConfig(  # arXiv 2302.13971, table 2
    vocab_size=32_000,
    hidden_size=8192,
    intermediate_size=22_016,
    num_hidden_layers=80,
    num_attention_heads=64,
    tie_word_embeddings=False,
)
QWEN3_30B_A3B = Qwen3MoeConfig(  # arXiv 2505.09388, table 2
    vocab_size=151_936,
    hidden_size=2048,
    moe_intermediate_size=768,
    num_hidden_layers=48,
    num_attention_heads=32,
    num_key_value_heads=4,
    head_dim=128,
    num_experts=128,
    num_experts_per_tok=8,
    tie_word_embeddings=False,
)


def counted(published: PretrainedConfig) -> tuple[int, int]:
    """Return how many weights load_in_4bit puts into 4 bits, and how many it leaves."""
    settings = BitsAndBytesConfig(load_in_4bit=True, bnb_4bit_quant_type="nf4")
    with torch.device("meta"):  # shapes without memory
        model = AutoModelForCausalLM.from_config(published)
        total = sum(p.numel() for p in model.parameters())
        AutoHfQuantizer.from_config(settings).preprocess_model(model, device_map=None)
    swapped = [m for m in model.modules() if isinstance(m, bnb.nn.Linear4bit)]
    packed = sum(m.in_features * m.out_features for m in swapped)
    return packed, total - packed


def bytes_per_weight(W: torch.Tensor, double_quant: bool) -> float:
    """Return the bytes of codes and scales per weight; the table of 256 entries is left out."""
    codes, state = bnb.functional.quantize_4bit(
        W, blocksize=64, quant_type="nf4", compress_statistics=double_quant
    )
    groups = state.state2.absmax.nbytes if double_quant else 0
    return (codes.nbytes + state.absmax.nbytes + groups) / W.numel()


@demo(
    topic="quantization",
    claims={
        "half-a-byte-is-too-low": "Qwen2.5-7B is over 30 % larger than half a byte per parameter",
        "few-weigh-much": "Its weights in 16 bits take over twice the share of bytes that they are",
        "saves-three": "Double quantization saves 2.5 to 3.5 GB on LLaMA-65B",
        "experts-stay": "Over 90 % of Qwen3-30B-A3B stay in 16 bits",
    },
    measures={
        "gb_7b": "weights of Qwen2.5-7B with load_in_4bit, GB",
        "half_byte_gb_7b": "half a byte for each of its parameters, GB",
        "left_7b": "share of its parameters that stay in 16 bits",
        "left_bytes_7b": "share of its bytes that are those parameters",
        "saved_gb_65b": "what double quantization saves on LLaMA-65B, GB",
        "gb_moe": "weights of Qwen3-30B-A3B with load_in_4bit, GB",
        "left_moe": "share of its parameters that stay in 16 bits",
    },
    predict=Predict(
        "Qwen2.5-7B, 7.6 billion parameters, load_in_4bit with double quantization: how many GB?",
        low=1,
        high=32,
        within=0.1,
        unit="GB",
        measure="gb_7b",
    ),
    budget_s=8,
)
def main(
    run: Run,
    double_quant: bool = Flag(True, help="quantize the scales too"),
    seed: int = Int(0, 0, 999),
) -> None:
    torch.manual_seed(seed)
    W = torch.randn(1024, 4096)
    each = bytes_per_weight(W, double_quant)
    saved = bytes_per_weight(W, False) - each
    run.axes(y="GB of weights")

    packed, left = {}, {}  # by model
    for name, published in {
        "Qwen2.5-7B": QWEN2_5_7B,
        "LLaMA-65B": LLAMA_65B,
        "Qwen3-30B-A3B": QWEN3_30B_A3B,
    }.items():
        run.check()
        packed[name], left[name] = counted(published)
        run.bars("4 bits", {n: each * k / 1e9 for n, k in packed.items()})
        run.bars("16 bits", {n: 2 * k / 1e9 for n, k in left.items()})
    run.table(
        "parameters, billions",
        [{"model": n, "4 bits": packed[n] / 1e9, "16 bits": left[n] / 1e9} for n in packed],
    )

    gb = {n: (each * packed[n] + 2 * left[n]) / 1e9 for n in packed}
    all_7b = packed["Qwen2.5-7B"] + left["Qwen2.5-7B"]
    left_7b = left["Qwen2.5-7B"] / all_7b
    left_bytes = 2 * left["Qwen2.5-7B"] / 1e9 / gb["Qwen2.5-7B"]
    half = all_7b / 2 / 1e9
    saved_gb = saved * packed["LLaMA-65B"] / 1e9
    left_moe = left["Qwen3-30B-A3B"] / (packed["Qwen3-30B-A3B"] + left["Qwen3-30B-A3B"])

    run.measure(gb_7b=gb["Qwen2.5-7B"], half_byte_gb_7b=half)
    run.measure(left_7b=left_7b, left_bytes_7b=left_bytes, saved_gb_65b=saved_gb)
    run.measure(gb_moe=gb["Qwen3-30B-A3B"], left_moe=left_moe)
    more = gb["Qwen2.5-7B"] / half - 1
    run.claim("half-a-byte-is-too-low", more > 0.3, f"{more:.0%} larger")
    shown = f"{left_7b:.1%} of the parameters, {left_bytes:.1%} of the bytes"
    run.claim("few-weigh-much", left_bytes > 2 * left_7b, shown)
    run.claim("saves-three", 2.5 < saved_gb < 3.5, f"{saved_gb:.2f} GB")
    run.claim("experts-stay", left_moe > 0.9, f"{left_moe:.1%} stay in 16 bits")
