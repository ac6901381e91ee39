"""Decode reads, prefill computes: what 4-bit weights speed up.

**Question.** The weights of a 7B model go from 16 to 4 bits, and products stay in 16. How much
faster can a prompt be read, and how much faster can tokens be written?

**Idea.** A GPU needs time to read the weights and time to multiply, and the longer of the two
binds:

    time ≥ max( bytes read / bandwidth,  operations / peak )

Reading a prompt uses each weight for every token, so operations bind. Writing uses it for one token
of each text in the batch: two operations for 2 bytes, while a GPU could do hundreds. There the
bytes bind, and a quarter of the bytes is up to four times the speed. Products in 8 bits (W8A8)
raise the peak instead.

**Watch** the bound of the gain over the batch: 4-bit weights lose it as the batch grows, 8-bit
products gain it.

**Try** until a claim fails. `batch=512`: decode multiplies as well as prefill does, and 4-bit
weights gain little. `batch=8 context=32768`: the KV cache is read, too, and nobody made it smaller.

**Real scale.** Operations are those that PyTorch counts in the forward pass of Qwen2.5-7B, built
from its published configuration without memory; bytes are those of its weights and of its KV cache.
Peak and bandwidth are NVIDIA's for the H100 SXM: 989 TFLOPS dense in bf16, twice that in FP8 or
INT8, and 3.35 TB/s. A bound is no measurement: kernels reach a part of it, and unpacking takes
time.
"""

from typing import Any

import torch
from torch.utils.flop_counter import FlopCounterMode
from transformers import AutoModelForCausalLM, DynamicCache, Qwen2Config

from quizapp.demo import Int, Predict, Run, demo

QWEN2_5_7B = Qwen2Config(  # its config.json
    vocab_size=152_064,
    hidden_size=3584,
    intermediate_size=18_944,
    num_hidden_layers=28,
    num_attention_heads=28,
    num_key_value_heads=4,
    tie_word_embeddings=False,
)
PEAK, BANDWIDTH = 989e12, 3.35e12  # H100 SXM: bf16 operations, and bytes, per second
NF4_BITS = 4.127  # with double quantization


def bound(operations: float, bytes_read: float, speed: float = 1.0) -> float:
    """Return the seconds that the longer of reading and multiplying takes, at least."""
    return max(operations / (PEAK * speed), bytes_read / BANDWIDTH)


def gains(operations: float, linear: int, others: int, cache: int) -> tuple[float, float]:
    """Return the bound in 16 bits over that with 4-bit weights, and over that of W8A8."""
    base = bound(operations, 2 * (linear + others) + cache)
    four = bound(operations, NF4_BITS / 8 * linear + 2 * others + cache)
    eight = bound(operations, linear + 2 * others + cache, speed=2)
    return base / four, base / eight


def counted(model: Any, batch: int, new: int, before: int) -> tuple[float, int]:
    """Return the operations of a forward pass over new tokens, and the bytes of the cache read."""
    cache = DynamicCache()
    keys = model.config.num_key_value_heads
    width = model.config.hidden_size // model.config.num_attention_heads
    for layer in range(model.config.num_hidden_layers if before else 0):
        held = torch.empty(2, batch, keys, before, width, dtype=torch.bfloat16, device="meta")
        cache.update(held[0], held[1], layer)
    size = 2 * 2 * batch * keys * before * width * model.config.num_hidden_layers
    ids = torch.zeros(batch, new, dtype=torch.long, device="meta")
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        model(ids, past_key_values=cache, logits_to_keep=1)
    return counter.get_total_flops(), size


@demo(
    topic="quantization",
    claims={
        "decode-gains": "Writing tokens, 4-bit weights allow over twice the speed",
        "prefill-does-not": "Reading a prompt of 2,048 tokens they allow less than 5 % more",
        "eight-bits-help-prefill": "There 8-bit products allow over 1.8 times the speed",
        "decode-is-below-the-ridge": "Decode does under a tenth of what one byte would pay for",
    },
    measures={
        "gain_decode": "4-bit weights: bound of the gain in decode",
        "gain_prefill": "4-bit weights: bound of the gain in prefill",
        "gain_decode_w8a8": "W8A8: bound of the gain in decode",
        "gain_prefill_w8a8": "W8A8: bound of the gain in prefill",
        "per_byte_decode": "operations for each byte read in decode, 16 bits",
        "per_byte_prefill": "operations for each byte read in prefill, 16 bits",
        "ridge": "operations for each byte at which an H100 is busy with both",
        "decode_is": "what 4-bit weights allow in decode",
    },
    predict=Predict(
        "Weights in 4 bits, products in 16, one text at a time. Writing tokens can become ...",
        options=("over twice as fast", "a little faster", "no faster"),
        measure="decode_is",
    ),
    formulas=("ridge",),
    budget_s=5,
)
def main(
    run: Run,
    batch: int = Int(1, 1, 512, log=True, help="texts written at once"),
    context: int = Int(1024, 128, 32768, log=True, help="tokens in the cache of each text"),
    seed: int = Int(0, 0, 999, help="changes nothing: nothing is drawn"),
) -> None:
    with torch.device("meta"):  # shapes without memory
        model = AutoModelForCausalLM.from_config(QWEN2_5_7B, dtype=torch.bfloat16)
    inner = [p.numel() for name, p in model.named_parameters() if "proj" in name]
    linear, head = sum(inner), model.lm_head.weight.numel()  # of the embedding only rows are read
    run.axes(x="texts written at once", y="bound of the gain", log_x=True)
    run.reference("your setting", batch, axis="x")

    found = {}
    sizes = sorted({1, 64, 512, batch})
    for step in run.steps(len(sizes)):
        size = sizes[step]
        found[size] = counted(model, size, 1, context)
        four, eight = gains(found[size][0], linear, head, found[size][1])
        run.point(size, four_bit_weights=four, W8A8=eight)
    operations, cache = found[batch]
    decode, decode_8 = gains(operations, linear, head, cache)
    prompt, _ = counted(model, 1, 2048, 0)
    prefill, prefill_8 = gains(prompt, linear, head, 0)
    weights = 2 * (linear + head)
    per_byte = operations / (weights + cache)
    decode_is = "over twice as fast" if decode > 2 else "a little faster"
    if decode < 1.05:
        decode_is = "no faster"

    run.measure(gain_decode=decode, gain_prefill=prefill, decode_is=decode_is)
    run.measure(gain_decode_w8a8=decode_8, gain_prefill_w8a8=prefill_8)
    run.measure(per_byte_decode=per_byte, per_byte_prefill=prompt / weights)
    run.measure(ridge=PEAK / BANDWIDTH)
    run.claim("decode-gains", decode > 2, f"{decode:.2f} times, batch {batch}")
    run.claim("prefill-does-not", prefill < 1.05, f"{prefill:.2f} times")
    run.claim("eight-bits-help-prefill", prefill_8 > 1.8, f"{prefill_8:.2f} times")
    shown = f"{per_byte:.1f} of {PEAK / BANDWIDTH:.0f}"
    run.claim("decode-is-below-the-ridge", per_byte < 0.1 * PEAK / BANDWIDTH, shown)
