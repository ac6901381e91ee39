"""Shapes, and what they add up to.

**Question.** Which shapes do A and B have, and how many parameters does a LoRA train?

**Idea.** peft stores `lora_A.weight` as (r, in) and `lora_B.weight` as (out, r), because a linear
layer computes x·Wᵀ with W of shape (out, in). So for every adapted layer

    parameters = r·in + out·r = r·(in + out)          instead of in·out

and the count is linear in r. A square d × d layer trains a share of 2r/d: the wider the model, the
smaller the share. That is why "0.1 %" is true of a 7B model and false of a small one.

**Watch** the dots: the share of a square layer at the widths of known models. Every count is peft's
own: of this model, and of Llama 7B, built from its published configuration on torch's `meta`
device, where tensors have a shape and no memory.

**Try** `rank = 64`: a 64-wide layer trains *more* than it has. Low rank is not low any more, and
the claim that LoRA trains fewer numbers fails.

**At real scale.** Hu et al. (arXiv 2106.09685, section 4.2) count 4.7 M for GPT-3 at r = 1 on
q and v: 96·2·1·24,576.
"""

import re

import tinyworld
import torch
from peft import LoraConfig, PeftModel, get_peft_model
from transformers import AutoModelForCausalLM, LlamaConfig

from quizapp.demo import Choice, Int, Model, Predict, Run, demo


def count(rank: int, size_in: int, size_out: int) -> int:
    """Return the numbers in A (r, in) and B (out, r)."""
    return rank * (size_in + size_out)


def adapt(model: str, device: str, rank: int, targets: str) -> PeftModel:
    base, _ = tinyworld.load(model, device)
    names = targets if targets == "all-linear" else targets.split(",")
    return get_peft_model(base, LoraConfig(r=rank, target_modules=names))


def share_of_square_layer(width: int, rank: int) -> float:
    """Return the numbers that peft trains beside a (width, width) layer, in percent of its own."""
    layer = torch.nn.Sequential(torch.nn.Linear(width, width, bias=False, device="meta"))
    with torch.device("meta"):
        adapted = get_peft_model(layer, LoraConfig(r=rank, target_modules=["0"]))
    trainable, total = adapted.get_nb_trainable_parameters()
    return 100 * trainable / (total - trainable)


LLAMA_7B = LlamaConfig(  # arXiv 2302.13971, table 2
    vocab_size=32_000,
    hidden_size=4096,
    intermediate_size=11_008,
    num_hidden_layers=32,
    num_attention_heads=32,
    tie_word_embeddings=False,
)


def adapted_7b(rank: int, targets: str | list[str]) -> PeftModel:
    """Return Llama 7B with adapters: shapes without memory."""
    with torch.device("meta"):
        base = AutoModelForCausalLM.from_config(LLAMA_7B)
        return get_peft_model(base, LoraConfig(r=rank, target_modules=targets))


def first_block(name: str) -> bool:
    """Say whether a layer belongs to block 0: `layers.0.mlp.up_proj`, `h.0.attn.c_attn`."""
    number = re.search(r"\.(\d+)\.", name)
    return number is not None and int(number[1]) == 0


WIDTHS = {"64": 64, "768": 768, "2048": 2048, "4096": 4096, "8192": 8192}  # up to 70B models


@demo(
    topic="lora",
    claims={
        "count-is-formula": "peft's count equals r·(in + out) summed over the adapted layers",
        "shapes": "Every A is (r, in) and every B is (out, r)",
        "fewer-than-full": "The adapted layers train fewer numbers than they hold",
        "share-falls-with-width": "A layer 64 wide trains a larger share than one 4096 wide",
    },
    measures={
        "trainable": "trainable parameters, as peft counts them",
        "formula": "r·(in + out) summed over the adapted layers",
        "per_rank": "trainable parameters per unit of rank",
        "share": "trainable share of all parameters, percent",
        "share_64": "share of one 64 × 64 layer at this rank, percent",
        "share_4096": "share of one 4096 × 4096 layer at this rank, percent",
        "q_and_v_7b": "trainable parameters of Llama 7B with adapters on q and v",
        "all_linear_7b": "trainable parameters of Llama 7B with adapters on all linear layers",
        "share_7b": "trainable share of Llama 7B with adapters on all linear layers, percent",
        "adapter_mb_7b": "size of that adapter in bfloat16, MB",
        "mlp_share_7b": "share of that adapter that sits in the MLP",
        "doubling": "what doubling the rank does to the count",
    },
    predict=Predict(
        "You double the rank. What happens to the number of trainable parameters?",
        options=("grows by less than 2", "exactly doubles", "grows fourfold"),
        measure="doubling",
    ),
    budget_s=4,
    model_copies=2,
)
def main(
    run: Run,
    rank: int = Int(8, 1, 64, log=True),
    targets: str = Choice("all-linear", "q_proj,v_proj", "q_proj,k_proj,v_proj,o_proj"),
    model: str = Model(),
) -> None:
    run.axes(x="width of a square layer", y="share that LoRA trains (%)", log_y=True)
    share = {name: share_of_square_layer(width, rank) for name, width in WIDTHS.items()}
    run.bars(f"one layer, r = {rank}", share)

    adapted = adapt(model, run.device, rank, targets)
    trainable, total = adapted.get_nb_trainable_parameters()
    layers = {name: m for name, m in adapted.named_modules() if hasattr(m, "lora_A")}
    formula, held, rows, right_shapes = 0, 0, [], []
    for name, layer in layers.items():
        A = layer.lora_A["default"].weight
        B = layer.lora_B["default"].weight
        size_out, size_in = layer.out_features, layer.in_features
        experts = getattr(layer, "num_experts", 1)  # those fused into one tensor share A and B
        r = layer.r["default"] * experts  # peft doubles the rank where gate and up are one tensor
        right_shapes.append(A.shape == (r, size_in) and B.shape == (size_out, r))
        formula += count(r, size_in, size_out)
        held += experts * size_out * size_in
        if first_block(name):
            shapes = {"W": (size_out, size_in), "A": tuple(A.shape), "B": tuple(B.shape)}
            row = {"layer": name.split(".")[-1]} | {n: str(shape) for n, shape in shapes.items()}
            rows.append(row | {"trained": A.numel() + B.numel()})
    if rows:
        run.table("The first block", rows)

    twice, _ = adapt(model, run.device, 2 * rank, targets).get_nb_trainable_parameters()
    ratio = twice / trainable
    doubling = "exactly doubles" if ratio == 2 else "grows by less than 2"
    if ratio > 3:
        doubling = "grows fourfold"

    q_and_v, _ = adapted_7b(rank, ["q_proj", "v_proj"]).get_nb_trainable_parameters()
    large = adapted_7b(rank, "all-linear")
    all_linear, total_7b = large.get_nb_trainable_parameters()
    saved = {n: p.bfloat16().nbytes for n, p in large.named_parameters() if p.requires_grad}
    adapter_mb = sum(saved.values()) / 1e6
    mlp_mb = sum(size for name, size in saved.items() if ".mlp." in name) / 1e6

    run.measure(trainable=trainable, formula=formula, per_rank=formula / rank, doubling=doubling)
    run.measure(share=100 * trainable / total, share_64=share["64"], share_4096=share["4096"])
    run.measure(q_and_v_7b=q_and_v, all_linear_7b=all_linear, share_7b=100 * all_linear / total_7b)
    run.measure(adapter_mb_7b=adapter_mb, mlp_share_7b=mlp_mb / adapter_mb)
    run.claim("count-is-formula", trainable == formula, f"{trainable:,} and {formula:,}")
    run.claim("shapes", all(right_shapes), f"{len(layers)} layers, {len(rows)} in the first block")
    shown = f"{share['64']:.3g} % and {share['4096']:.3g} %"
    run.claim("share-falls-with-width", share["64"] > share["4096"], shown)
    run.claim("fewer-than-full", trainable < held, f"{trainable:,} of {held:,}")
