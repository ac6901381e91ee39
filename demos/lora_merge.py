"""Merge: the same function, no latency.

**Question.** What does merging an adapter change: the outputs, the speed, the size?

**Idea.** W·x + (α/r)·B·A·x = (W + (α/r)·B·A)·x. Adding the product into W once gives the same
function with no extra work per token. In exact arithmetic nothing changes; in floating point the
sum W + ΔW is rounded to the weight's type:

    fp32: 24 bits of mantissa, rounding near 1e-7        bf16: 8 bits, rounding near 4e-3

**Watch** the largest difference of the logits for both types, the arithmetic of one forward pass as
PyTorch counts it, and the clock beside it, which depends on the machine and its load.

**Try** `steps = 0`: B is zero, merging changes nothing in either type, and the claim on bf16 fails.

**At real scale** the algebra is the same. An unmerged adapter costs two thin products per layer;
on a GPU that is mostly the cost of launching more kernels. Hu et al. (arXiv 2106.09685, section
4.1): merged, there is no additional inference latency. Unmerged, many adapters share one base.
Merging into a *4-bit* base is another matter: it re-quantizes.
"""

import copy
import tempfile
import time
from pathlib import Path
from statistics import median

import tinyworld
import torch
from peft import LoraConfig, PeftModel, get_peft_model
from torch.utils.flop_counter import FlopCounterMode
from transformers import AutoModelForCausalLM, LlamaConfig

from quizapp.demo import Int, Model, Predict, Run, demo


def difference_after_merge(adapted: PeftModel, ids: torch.Tensor, dtype: torch.dtype) -> float:
    """Return the largest difference of a logit that merging makes in weights of this type."""
    unmerged = copy.deepcopy(adapted).to(dtype)
    merged = copy.deepcopy(unmerged).merge_and_unload()
    gap = unmerged(input_ids=ids).logits - merged(input_ids=ids).logits  # (8, T, vocabulary)
    return gap.abs().max().item()


def million_operations(model: torch.nn.Module, ids: torch.Tensor) -> float:
    """Return the arithmetic of one forward pass."""
    with FlopCounterMode(display=False) as counter:
        model(input_ids=ids)
    return counter.get_total_flops() / 1e6


LLAMA_7B = LlamaConfig(  # arXiv 2302.13971, table 2
    vocab_size=32_000,
    hidden_size=4096,
    intermediate_size=11_008,
    num_hidden_layers=32,
    num_attention_heads=32,
    tie_word_embeddings=False,
)


def extra_at_7b(rank: int) -> tuple[float, int]:
    """Return what an unmerged adapter adds per token in the layers of Llama 7B.

    The model has shapes and no memory.

    Returns:
        Its arithmetic in percent of that of the layers, and the number of layers.
    """
    with torch.device("meta"):
        base = AutoModelForCausalLM.from_config(LLAMA_7B)
        adapted = get_peft_model(base, LoraConfig(r=rank, target_modules="all-linear"))
        layers = [module for module in adapted.modules() if hasattr(module, "lora_A")]
        tokens = [torch.zeros(1, layer.in_features) for layer in layers]  # (1, in)
        with FlopCounterMode(display=False) as unmerged:
            for layer, x in zip(layers, tokens, strict=True):
                layer(x)
        with FlopCounterMode(display=False) as merged:
            for layer, x in zip(layers, tokens, strict=True):
                layer.base_layer(x)
    extra = unmerged.get_total_flops() / merged.get_total_flops() - 1
    return 100 * extra, len(layers)


def forward_ms(models: dict[str, torch.nn.Module], ids: torch.Tensor, rounds: int) -> dict:
    """Return the median milliseconds of one forward pass, the models taking turns."""
    times: dict[str, list[float]] = {name: [] for name in models}
    for _ in range(rounds):
        for name, model in models.items():
            started = time.perf_counter()
            model(input_ids=ids).logits[0, 0, 0].item()  # asking for a number waits for a GPU
            times[name].append(1000 * (time.perf_counter() - started))
    return {name: median(ms) for name, ms in times.items()}


@demo(
    topic="serving",
    claims={
        "same-in-fp32": "Merged in fp32, no logit differs by more than 0.001",
        "bf16-rounds": "Merged in bf16, the logits differ more than in fp32",
        "nothing-left": "The merged model has no adapter parameters left",
        "merged-computes-less": "A forward pass computes more than 5 % more unmerged than merged",
        "adapter-is-small": "The adapter file is smaller than half of the base",
    },
    measures={
        "difference_fp32": "largest difference of the logits after merging in fp32",
        "difference_bf16": "largest difference of the logits after merging in bf16",
        "compute_ratio": "arithmetic of a forward pass, unmerged over merged",
        "extra_7b": "arithmetic per token that this rank adds to Llama 7B's layers, percent",
        "layers_7b": "adapted layers of Llama 7B; each adds two products per token",
        "adapter_kb": "size of the saved adapter, kB",
        "base_kb": "size of the base weights in fp32, kB",
        "bf16_is": "merging in bf16, compared with fp32",
    },
    predict=Predict(
        "Is merging in bf16 as exact as in fp32?",
        options=("as exact", "over 100 times less exact", "over 100 times more exact"),
        measure="bf16_is",
    ),
    budget_s=6,
    bundled_claims=("same-in-fp32", "merged-computes-less"),
    token_passes=110_000,
    model_copies=4,
    trained_texts=16,
)
def main(
    run: Run,
    rank: int = Int(8, 1, 64, log=True),
    steps: int = Int(40, 0, 200, help="training steps before the merge"),
    rounds: int = Int(60, 10, 400, help="forward passes timed for each model"),
    model: str = Model(),
    seed: int = Int(0, 0, 999),
) -> None:
    torch.manual_seed(seed)
    base, tokenizer = tinyworld.load(model, run.device, dtype=torch.float32)
    config = LoraConfig(r=rank, lora_alpha=2 * rank, target_modules="all-linear")
    adapted = get_peft_model(base, config)
    texts = tinyworld.documents("clinic", 16 * max(steps, 1), seed=seed)
    run.axes(x="step", y="training loss (nats per token)")
    batches = tinyworld.batches(tokenizer, texts[: 16 * steps], 16, run.device)  # (16, T)
    run.progress(steps)
    for step, loss in enumerate(tinyworld.train(adapted, batches, 1e-2)):
        run.step()
        run.point(step, train=loss)

    adapted.eval()
    ids = tinyworld.batch(tokenizer, texts[:8], run.device)["input_ids"]  # (8, T)
    merged = copy.deepcopy(adapted).merge_and_unload()
    with torch.no_grad():
        fp32 = difference_after_merge(adapted, ids, torch.float32)
        bf16 = difference_after_merge(adapted, ids, torch.bfloat16)
        times = forward_ms({"unmerged": adapted, "merged": merged}, ids[:1], rounds)
        compute_unmerged = million_operations(adapted, ids)
        compute_merged = million_operations(merged, ids)
    run.bars("largest difference of the logits", {"fp32": fp32, "bf16": bf16}, chart="exactness")
    run.bars("forward pass (ms)", times, chart="time")
    compute = {"unmerged": compute_unmerged, "merged": compute_merged}
    run.bars("forward pass (million operations)", compute, chart="compute")

    with torch.no_grad():
        extra_7b, layers_7b = extra_at_7b(rank)
    with tempfile.TemporaryDirectory() as folder:
        adapted.save_pretrained(folder)
        adapter_kb = (Path(folder) / "adapter_model.safetensors").stat().st_size / 1000
    base_kb = 4 * sum(p.numel() for p in merged.parameters()) / 1000
    left = [name for name, _ in merged.named_parameters() if "lora" in name]
    ratio = compute_unmerged / compute_merged
    bf16_is = "over 100 times less exact" if fp32 < bf16 / 100 else "as exact"

    run.measure(difference_fp32=fp32, difference_bf16=bf16, bf16_is=bf16_is)
    run.measure(extra_7b=extra_7b, layers_7b=layers_7b)
    run.measure(compute_ratio=ratio, adapter_kb=adapter_kb, base_kb=base_kb)
    run.claim("same-in-fp32", fp32 < 1e-3, f"{fp32:.1e}")
    run.claim("bf16-rounds", bf16 > fp32, f"{fp32:.1e} and {bf16:.1e}")
    run.claim("nothing-left", not left, f"{len(left)} left")
    run.claim("merged-computes-less", ratio > 1.05, f"{ratio:.3f} times the operations")
    run.claim("adapter-is-small", adapter_kb < base_kb / 2, f"{adapter_kb:.0f} of {base_kb:.0f} kB")
