"""What does peft adapt?

**Question.** You write `LoraConfig(r=16)`, or `target_modules="all-linear"`. Which layers of a real
model get an adapter, and which do not?

**Idea.** Published configurations are built on torch's `meta` device, where a tensor has a shape
and no memory, and peft is let loose on them: what it adapts is read off the result.

- **Llama 3 8B**, dense, grouped queries: k and v project 4096 to 1024.
- **gpt-oss-120b**, a mixture of experts. Its experts are one 3-D parameter per layer, not linear
  layers.
- **Qwen3-30B-A3B**, another one. peft knows how transformers fuses its experts.

**Watch** the share of a model's weights that have an adapter beside them.

**Try** `rank = 8`: the scale is 1, and the claim that a higher rank halves the scale fails.

**At real scale.** This is real scale; nothing is trained. Defaults differ between versions of peft
and transformers, so print `print_trainable_parameters()` and the module names of *your* model.
Experts that are left out are named by `target_parameters` in LoraConfig.
"""

import re

import torch
from peft import LoraConfig, PeftModel, get_peft_model
from transformers import AutoModelForCausalLM, GptOssConfig, LlamaConfig, Qwen3MoeConfig

from quizapp.demo import Int, Predict, Run, demo

LLAMA_3_8B = LlamaConfig(  # arXiv 2407.21783, table 3
    vocab_size=128_256,
    hidden_size=4096,
    intermediate_size=14_336,
    num_hidden_layers=32,
    num_attention_heads=32,
    num_key_value_heads=8,
    tie_word_embeddings=False,
)
GPT_OSS_120B = GptOssConfig(  # arXiv 2508.10925, table 1 and section 2
    vocab_size=201_088,
    hidden_size=2880,
    intermediate_size=2880,
    num_hidden_layers=36,
    num_attention_heads=64,
    num_key_value_heads=8,
    head_dim=64,
    num_local_experts=128,
    num_experts_per_tok=4,
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
)


def adapt(published, **lora) -> PeftModel:
    """Return the model of a configuration with adapters: shapes without memory."""
    with torch.device("meta"):
        base = AutoModelForCausalLM.from_config(published)
        return get_peft_model(base, LoraConfig(**lora))


def adapted(model: PeftModel) -> set[str]:
    """Return the kinds of parameter that have an adapter, such as `q_proj.weight`."""
    found = set()
    for name, module in model.named_modules():
        if hasattr(module, "lora_A"):
            where = re.sub(r"\.base_layer", "", name).split(".")[-1]
            found.add(f"{where}.{getattr(module, 'parameter_name', 'weight')}")
    return found


def covered(model: PeftModel) -> float:
    """Return the share of the base's numbers that lie in an adapted parameter."""
    kinds = adapted(model)
    frozen = {
        n.replace(".base_layer", ""): p.numel()
        for n, p in model.named_parameters()
        if "lora" not in n
    }
    beside = sum(size for n, size in frozen.items() if ".".join(n.split(".")[-2:]) in kinds)
    return beside / sum(frozen.values())


@demo(
    topic="lora",
    claims={
        "default-is-q-and-v": "Without target_modules peft adapts q_proj and v_proj of Llama only",
        "rank-shrinks-the-scale": "lora_alpha stays at 8, so at this rank the scale is below 1",
        "v-is-narrow": "With grouped queries B of v_proj has a quarter of the rows of q_proj's",
        "head-is-left-out": "all-linear adapts neither lm_head nor the embedding of any model",
        "experts-are-skipped": "all-linear adapts the attention of gpt-oss and nothing else",
        "router-is-adapted": "all-linear adapts the experts of Qwen3-30B-A3B and its router too",
    },
    measures={
        "default_targets": "what LoraConfig without targets adapts in Llama 3 8B",
        "default_scale": "scale of the update at this rank and peft's default lora_alpha",
        "q_and_v_8b": "numbers trained in Llama 3 8B by default",
        "all_linear_8b": "numbers trained in Llama 3 8B with all-linear",
        "head_8b": "numbers in lm_head of Llama 3 8B",
        "covered_8b": "share of Llama 3 8B's weights that all-linear adapts",
        "covered_gpt_oss": "share of gpt-oss-120b's weights that all-linear adapts",
        "covered_qwen": "share of Qwen3-30B-A3B's weights that all-linear adapts",
        "trained_qwen": "millions of numbers trained in Qwen3-30B-A3B with all-linear",
    },
    predict=Predict(
        "LoraConfig(r=16) and nothing else, on a Llama model. What is adapted?",
        options=("q_proj, v_proj", "q, k, v, o", "all linear layers"),
        measure="default_targets",
    ),
    budget_s=8,
)
def main(run: Run, rank: int = Int(16, 1, 64, log=True)) -> None:
    run.axes(y="share of the weights with an adapter beside them (%)")
    plain = adapt(LLAMA_3_8B, r=rank)
    found = {kind.removesuffix(".weight") for kind in adapted(plain)}
    default = "all linear layers" if "up_proj" in found else "q, k, v, o"
    if found == {"q_proj", "v_proj"}:
        default = "q_proj, v_proj"
    shares = {"Llama 3 8B, default": 100 * covered(plain)}
    run.bars("adapted", shares)
    attention = plain.get_submodule("base_model.model.model.layers.0.self_attn")
    scale = attention.q_proj.scaling["default"]
    B_q = attention.q_proj.lora_B["default"].weight  # (4096, r)
    B_v = attention.v_proj.lora_B["default"].weight  # (1024, r)
    by_default, _ = plain.get_nb_trainable_parameters()

    models = {}
    for name, published in {
        "Llama 3 8B": LLAMA_3_8B,
        "gpt-oss-120b": GPT_OSS_120B,
        "Qwen3-30B-A3B": QWEN3_30B_A3B,
    }.items():
        run.check()
        models[name] = adapt(published, r=rank, target_modules="all-linear")
        shares[f"{name}, all-linear"] = 100 * covered(models[name])
        run.bars("adapted", shares)
    dense, gpt_oss, qwen = models.values()
    kinds = {name: sorted(adapted(model)) for name, model in models.items()}
    run.table("all-linear", [{"model": n, "adapts": ", ".join(k)} for n, k in kinds.items()])
    head = dense.get_submodule("base_model.model.lm_head").weight  # (128256, 4096)
    ends = [kind for k in kinds.values() for kind in k if "lm_head" in kind or "embed" in kind]
    attention_only = {f"{p}_proj.weight" for p in "qkvo"}

    run.measure(default_targets=default, default_scale=scale, q_and_v_8b=by_default)
    run.measure(all_linear_8b=dense.get_nb_trainable_parameters()[0], head_8b=head.numel())
    run.measure(covered_8b=covered(dense), covered_gpt_oss=covered(gpt_oss))
    run.measure(covered_qwen=covered(qwen))
    run.measure(trained_qwen=qwen.get_nb_trainable_parameters()[0] / 1e6)
    run.claim("default-is-q-and-v", found == {"q_proj", "v_proj"}, ", ".join(sorted(found)))
    run.claim("rank-shrinks-the-scale", scale < 1, f"scale {scale:g} at r = {rank}")
    run.claim("v-is-narrow", 4 * len(B_v) == len(B_q), f"{len(B_v)} and {len(B_q)} rows")
    run.claim("head-is-left-out", not ends, f"{len(ends)} adapters there")
    only = set(kinds["gpt-oss-120b"]) == attention_only
    run.claim("experts-are-skipped", only, ", ".join(kinds["gpt-oss-120b"]))
    both = {"gate.weight", "experts.down_proj"} <= set(kinds["Qwen3-30B-A3B"])
    run.claim("router-is-adapted", both, ", ".join(kinds["Qwen3-30B-A3B"]))
