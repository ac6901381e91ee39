"""Stored in 4 bits, computed in 16.

**Question.** A QLoRA base is "in 4 bits". In which type does it multiply? How often is a weight
unpacked in one training step, and which of the two types, storage or compute, costs more accuracy?

**Idea.** Storage and arithmetic are two settings. A layer keeps codes and scales, and for each use
builds the weight anew in the compute type:

    Y = X · dequantize(codes, scales)ᵀ        forward
    ∂X = ∂Y · dequantize(codes, scales)       backward: unpacked a second time

So 4 bits save memory and no multiplication. The unpacking comes on top.

**Watch** the two errors of one layer, from storage and from the compute type. Then the operations
of a real training step of a quantized model with LoRA, recorded by PyTorch's dispatcher: every
product with the types of its factors. `gemm_4bit` unpacks and multiplies in one call.

**Try** until a claim fails.
- `compute=float32`, the default of transformers' `BitsAndBytesConfig`: products of 32 bits.
- `compute=float16 inputs=100000`: fp16 ends at 65,504, and the output is not finite.
- `checkpointing=True`: the recomputed forward unpacks each weight a third time.

**Real scale.** QLoRA (arXiv 2305.14314, section 3) stores NF4 and computes in bf16. Defaults of
`BitsAndBytesConfig(load_in_4bit=True)` are fp4, float32 and no double quantization: not QLoRA's
recipe. The types and the number of unpackings are the same in a large model; what they cost in
time depends on the device, and is not claimed here.
"""

from collections import Counter

import bitsandbytes as bnb
import tinyworld
import torch
from peft import LoraConfig, get_peft_model
from torch.utils._python_dispatch import TorchDispatchMode
from transformers import BitsAndBytesConfig

from quizapp.demo import Choice, Flag, Float, Int, Predict, Run, demo


def errors(W: torch.Tensor, X: torch.Tensor, layer: bnb.nn.Linear4bit) -> tuple[float, float]:
    """Return the relative errors of Y = X·Wᵀ from storage and from compute, (tokens, out)."""
    stored = bnb.functional.dequantize_4bit(layer.weight.data, layer.weight.quant_state)
    exact = X @ W.T
    in_fp32 = X @ stored.T
    of_storage = (in_fp32 - exact).norm() / exact.norm()
    of_compute = (layer(X).float() - in_fp32).norm() / exact.norm()
    return of_storage.item(), of_compute.item()


class Recorder(TorchDispatchMode):
    """Counts the operations that run inside it, with the types of their first two tensors."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: Counter[tuple[str, tuple[str, ...]]] = Counter()

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        factors = [str(a.dtype).removeprefix("torch.") for a in args if torch.is_tensor(a)][:2]
        self.seen[func._schema.name.split("::")[1], tuple(factors)] += 1
        return func(*args, **(kwargs or {}))


def factor_types(layer: bnb.nn.Linear4bit, X: torch.Tensor) -> set[str]:
    """Return the types that a 4-bit layer multiplies, forward and backward, codes left out."""
    with Recorder() as recorder:
        layer(X.requires_grad_()).sum().backward()
    products = [types for op, types in recorder.seen if op in ("mm", "gemm_4bit")]
    return {each for types in products for each in types} - {"uint8"}


@demo(
    topic="quantization",
    claims={
        "computes-in-16-bits": "Every product with an unpacked weight multiplies 16-bit floats",
        "unpacked-twice": "A step unpacks each weight once forward and once backward",
        "storage-costs-more": "4-bit storage costs over 10 times the error of the compute type",
        "output-is-finite": "The layer's output is finite",
    },
    measures={
        "multiplies": "type of the factors in the base's products",
        "stored_as": "type of the tensor that holds the codes",
        "bytes_per_weight": "bytes per weight of the codes",
        "unpackings": "unpackings per 4-bit weight and training step",
        "error_storage": "relative error of a layer's output from NF4 storage",
        "error_compute": "relative error of a layer's output from the compute type",
        "default_compute": "compute type of BitsAndBytesConfig(load_in_4bit=True)",
        "default_code": "4-bit code of BitsAndBytesConfig(load_in_4bit=True)",
        "float_share": "share of the model's bytes that stay floats, percent",
    },
    predict=Predict(
        "Weights in 4 bits, everything as QLoRA sets it. What does a product multiply?",
        options=("uint8", "bfloat16", "float16", "float32"),
        measure="multiplies",
    ),
    budget_s=5,
)
def main(
    run: Run,
    compute: str = Choice("bfloat16", "float16", "float32", help="compute type of the layers"),
    inputs: float = Float(1, 1, 1e6, log=True, help="size of the layer's inputs"),
    checkpointing: bool = Flag(False, help="recompute layers in the backward pass"),
    seed: int = Int(0, 0, 999),
) -> None:
    torch.manual_seed(seed)
    dtype = getattr(torch, compute)
    W = torch.randn(256, 256) * 0.05  # (out, in)
    X = torch.randn(64, 256, device=run.device) * inputs  # (tokens, in)
    layer = bnb.nn.Linear4bit(256, 256, bias=False, compute_dtype=dtype, quant_type="nf4")
    layer.weight.data = W.clone()
    layer = layer.to(run.device)  # quantizes
    with torch.no_grad():  # training mode: the general path, see the demo `repack_trap`
        of_storage, of_compute = errors(W.to(run.device), X, layer)
        Y = layer(X).float()  # (tokens, out)
    run.axes(title="error of one layer", y="share of the output")
    run.bars("error", {"4-bit storage": of_storage, f"{compute} compute": of_compute})

    config = BitsAndBytesConfig(
        load_in_4bit=True,
        bnb_4bit_quant_type="nf4",
        bnb_4bit_use_double_quant=True,
        bnb_4bit_compute_dtype=dtype,
    )
    base, tokenizer = tinyworld.load(device=run.device, quantization_config=config)
    packed = [p for p in base.parameters() if p.dtype == torch.uint8]
    packed_bytes = sum(p.nbytes for p in packed)
    all_bytes = sum(p.nbytes for p in base.parameters())
    base.enable_input_require_grads()
    if checkpointing:
        base.gradient_checkpointing_enable({"use_reentrant": True})
    model = get_peft_model(base, LoraConfig(r=8, target_modules="all-linear")).train()
    texts = tinyworld.documents("clinic", 8, seed=seed)
    batch = tinyworld.batch(tokenizer, texts, run.device)  # input_ids: (8, T)
    run.check()
    with Recorder() as recorder:
        model(**batch).loss.backward()
    unpackings = sum(n for (op, _), n in recorder.seen.items() if "4bit" in op) / len(packed)
    rows = [
        {"operation": op, "first two tensors": " × ".join(types), "times": n}
        for (op, types), n in recorder.seen.items()
        if op == "mm" or "4bit" in op
    ]
    run.table("one training step", rows)

    factors = factor_types(layer, X)  # of one layer, without adapter or head
    sixteen = bool(factors) and factors <= {"bfloat16", "float16"}
    multiplies = max(factors, default="none")
    stored_as = str(layer.weight.dtype).removeprefix("torch.")

    run.measure(multiplies=multiplies, stored_as=stored_as, unpackings=unpackings)
    default = BitsAndBytesConfig(load_in_4bit=True)
    default_compute = str(default.bnb_4bit_compute_dtype).removeprefix("torch.")
    run.measure(default_compute=default_compute, default_code=default.bnb_4bit_quant_type)
    run.measure(bytes_per_weight=layer.weight.nbytes / W.numel())
    run.measure(error_storage=of_storage, error_compute=of_compute)
    run.measure(float_share=100 * ((all_bytes - packed_bytes) / all_bytes))
    run.claim("computes-in-16-bits", sixteen, f"factors: {', '.join(sorted(factors))}")
    run.claim("unpacked-twice", unpackings == 2, f"{unpackings:g} times")
    more = of_storage > 10 * of_compute
    run.claim("storage-costs-more", more, f"{of_storage:.2%} against {of_compute:.2%}")
    run.claim("output-is-finite", bool(Y.isfinite().all()), f"largest {Y.abs().max().item():.3g}")
