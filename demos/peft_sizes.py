"""What each PEFT method stores.

**Question.** How many numbers does each method train on a 7B model, and how large is the file?

**Idea.** Llama 7B is built from its published configuration on torch's `meta` device, where tensors
have shapes and no memory; peft adds each method, and what asks for a gradient is counted. Nothing
is trained, so this says what a method costs to store and not how far it gets.

- **LoRA, DoRA**: two thin matrices per layer; DoRA adds a length for every output feature
- **VeRA**: one frozen random pair for all layers, two trained vectors per layer
- **IA³**: a vector each for keys, values and the input of down_proj
- **prompt tuning**: virtual tokens at the input; **prefix tuning**: keys and values in every layer

**Watch** LoRA at rank 1 on q and v: with few targets and a low rank it is as small as IA³, and
every engine that serves LoRA can load it.

**Try** `rank = 1`: LoRA on all layers is within ten times of VeRA, and the claim that vectors are
ten times smaller fails.

**At real scale.** This is real scale. Papers by arXiv number: LoRA 2106.09685, DoRA 2402.09353,
VeRA 2310.11454, IA³ 2205.05638, prompt tuning 2104.08691, prefix tuning 2101.00190.
"""

import torch
from peft import (
    IA3Config,
    LoraConfig,
    PeftModel,
    PrefixTuningConfig,
    PromptTuningConfig,
    VeraConfig,
    get_peft_model,
)
from transformers import AutoModelForCausalLM, LlamaConfig

from quizapp.demo import Int, Predict, Run, demo

LLAMA_7B = LlamaConfig(  # arXiv 2302.13971, table 2
    vocab_size=32_000,
    hidden_size=4096,
    intermediate_size=11_008,
    num_hidden_layers=32,
    num_attention_heads=32,
    tie_word_embeddings=False,
)


def configurations(rank: int, tokens: int) -> dict:
    """Return the configuration of each method."""
    kind = {"task_type": "CAUSAL_LM"}
    everywhere = {"target_modules": "all-linear"} | kind
    return {
        "LoRA": LoraConfig(r=rank, **everywhere),
        "LoRA r=1 on q, v": LoraConfig(r=1, target_modules=["q_proj", "v_proj"], **kind),
        "DoRA": LoraConfig(r=rank, use_dora=True, **everywhere),
        "VeRA": VeraConfig(r=256, **everywhere),
        "IA³": IA3Config(**kind),
        "prompt tuning": PromptTuningConfig(num_virtual_tokens=tokens, **kind),
        "prefix tuning": PrefixTuningConfig(num_virtual_tokens=tokens, **kind),
    }


def trained(model: PeftModel) -> dict[str, torch.Tensor]:
    return {name: p for name, p in model.named_parameters() if p.requires_grad}


def smaller_side(model: PeftModel) -> int:
    """Return the longest smaller side of a trained tensor: 1 for vectors, r for A and B."""
    shapes = [p.squeeze().shape for p in trained(model).values()]
    return max(min(shape) if len(shape) > 1 else 1 for shape in shapes)


@demo(
    topic="lora-variants",
    claims={
        "vectors-only": "IA³ and VeRA train vectors alone, LoRA matrices alone",
        "vera-shares": "All layers of VeRA share one random A and B, which are not trained",
        "vectors-are-small": "IA³ and VeRA train fewer than a tenth of LoRA's numbers",
        "small-lora-is-smaller": "LoRA at rank 1 on q and v trains fewer numbers than IA³",
        "dora-adds-vectors": "DoRA trains LoRA's numbers and under 5 % more",
        "prompt-at-the-input": "Prompt tuning trains one matrix of tokens × width",
        "prefix-in-every-layer": "Prefix tuning trains 2 × layers times as many numbers",
    },
    measures={
        "lora": "numbers trained by LoRA on all linear layers",
        "lora_small": "numbers trained by LoRA at rank 1 on q and v",
        "dora_extra": "share that DoRA adds to LoRA's numbers",
        "vera": "numbers trained by VeRA at r = 256 on all linear layers",
        "ia3": "numbers trained by IA³",
        "prompt": "numbers trained by prompt tuning",
        "prefix": "numbers trained by prefix tuning",
        "lora_mb": "size of LoRA's adapter in bfloat16, MB",
        "ia3_mb": "size of IA³'s adapter in bfloat16, MB",
        "vera_mb": "size of VeRA's trained vectors in bfloat16, MB",
        "small_mb": "size of LoRA's adapter at rank 1 on q and v, MB",
        "smallest": "the smallest of IA³, VeRA and LoRA at rank 1 on q and v",
    },
    predict=Predict(
        "Which adapter of a 7B model is the smallest?",
        options=("IA³", "VeRA, r = 256", "LoRA, r = 1, q and v"),
        measure="smallest",
    ),
    budget_s=10,
)
def main(
    run: Run,
    rank: int = Int(16, 1, 64, log=True, help="of LoRA and DoRA on all linear layers"),
    tokens: int = Int(20, 1, 100, help="virtual tokens of prompt and prefix tuning"),
) -> None:
    run.axes(y="trained numbers (millions)", log_y=True)
    models, counts, sizes = {}, {}, {}
    methods = configurations(rank, tokens)
    run.progress(len(methods))
    for name, config in methods.items():
        with torch.device("meta"):
            base = AutoModelForCausalLM.from_config(LLAMA_7B)
            models[name] = get_peft_model(base, config)
        run.step()
        parts = trained(models[name]).values()
        counts[name] = sum(p.numel() for p in parts)
        sizes[name] = sum(p.bfloat16().nbytes for p in parts) / 1e6
        run.bars("trained", {n: count / 1e6 for n, count in counts.items()})
    rows = [{"method": n, "numbers": counts[n], "MB in bf16": sizes[n]} for n in counts]
    run.table("On Llama 7B", rows)

    lora, lora_small, dora, vera, ia3, prompt, prefix = counts.values()
    contenders = {"IA³": ia3, "VeRA, r = 256": vera, "LoRA, r = 1, q and v": lora_small}
    smallest = min(contenders, key=contenders.__getitem__)
    thin = {name: smaller_side(models[name]) for name in ("LoRA", "IA³", "VeRA")}
    layers = [m for m in models["VeRA"].modules() if hasattr(m, "vera_lambda_b")]
    pairs = {(id(m.vera_A["default"]), id(m.vera_B["default"])) for m in layers}
    frozen = not any("vera_A" in n or "vera_B" in n for n in trained(models["VeRA"]))
    [virtual] = trained(models["prompt tuning"]).values()  # (tokens, 4096)

    run.measure(lora=lora, lora_small=lora_small, dora_extra=dora / lora - 1, vera=vera, ia3=ia3)
    run.measure(prompt=prompt, prefix=prefix, smallest=smallest)
    run.measure(lora_mb=sizes["LoRA"], ia3_mb=sizes["IA³"], vera_mb=sizes["VeRA"])
    run.measure(small_mb=sizes["LoRA r=1 on q, v"])
    vectors = thin["IA³"] == thin["VeRA"] == 1 and thin["LoRA"] == rank
    run.claim("vectors-only", vectors, f"smaller side: {thin}")
    shared = frozen and len(pairs) == 1
    run.claim("vera-shares", shared, f"{len(layers)} layers, {len(pairs)} pair of A and B")
    small = max(ia3, vera) < lora / 10
    run.claim("vectors-are-small", small, f"{ia3:,} and {vera:,} of {lora:,}")
    run.claim("small-lora-is-smaller", lora_small < ia3, f"{lora_small:,} and {ia3:,}")
    run.claim("dora-adds-vectors", lora < dora < 1.05 * lora, f"{dora:,} and {lora:,}")
    at_input = tuple(virtual.shape) == (tokens, LLAMA_7B.hidden_size)
    run.claim("prompt-at-the-input", at_input, f"shape {tuple(virtual.shape)}")
    deep = prefix == 2 * LLAMA_7B.num_hidden_layers * prompt
    run.claim("prefix-in-every-layer", deep, f"{prefix:,} and {prompt:,}")
