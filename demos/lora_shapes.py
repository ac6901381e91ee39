"""Shapes, and what they add up to.

**Question.** Which shapes do A and B have, and how many parameters does a LoRA train?

**Idea.** peft stores `lora_A.weight` as (r, in) and `lora_B.weight` as (out, r), because a linear
layer computes x·Wᵀ with W of shape (out, in). So for every adapted layer

    parameters = r·in + out·r = r·(in + out)          instead of in·out

and the count is linear in r. A square d × d layer trains a share of 2r/d: the wider the model, the
smaller the share. That is why "0.1 %" is true of a 7B model and false of a small one.

**Watch** the bars: the share of a square layer at the widths of known models, by the formula, and
the count of this model as peft reports it against the sum over layers.

**At real scale** the formula is the same: 32 layers, q and v of 4096 × 4096, r = 8 give
32·2·8·8192 = 4,194,304. Hu et al. (arXiv 2106.09685, section 4.2) count 4.7 M for GPT-3 at r = 1 on
q and v: 96·2·1·24,576. With `rank = 64` a 64-wide layer trains *more* than it has: low rank is not
low any more, and the claim that LoRA trains fewer numbers fails.
"""

import tinyworld
import torch
from peft import LoraConfig, get_peft_model

from quizapp.demo import Choice, Int, Model, Predict, Run, demo

WIDTHS = {"64": 64, "768": 768, "2048": 2048, "4096": 4096, "8192": 8192}  # up to 70B models


@demo(
    topic="lora",
    claims={
        "count-is-formula": "peft's count equals r·(in + out) summed over the adapted layers",
        "shapes": "Every A is (r, in) and every B is (out, r)",
        "fewer-than-full": "The adapted layers train fewer numbers than they hold",
    },
    measures={
        "trainable": "trainable parameters, as peft counts them",
        "formula": "r·(in + out) summed over the adapted layers",
        "per_rank": "trainable parameters per unit of rank",
        "share": "trainable share of all parameters, percent",
        "share_4096": "share of one 4096 × 4096 layer at this rank, percent",
        "q_and_v_7b": "trainable parameters of q and v in 32 layers of width 4096 at this rank",
        "doubling": "what doubling the rank does to the count",
    },
    predict=Predict(
        "You double the rank. What happens to the number of trainable parameters?",
        options=("grows by less than 2", "exactly doubles", "grows fourfold"),
        measure="doubling",
    ),
    budget_s=2,
)
def main(
    run: Run,
    rank: int = Int(8, 1, 64, log=True),
    targets: str = Choice("all-linear", "q_proj,v_proj", "q_proj,k_proj,v_proj,o_proj"),
    model: str = Model(),
) -> None:
    run.axes(x="width of a square layer", y="share that LoRA trains (%)", log_y=True)
    run.bars(f"2r/d at r = {rank}", {name: 200 * rank / d for name, d in WIDTHS.items()})

    def adapt(r: int) -> torch.nn.Module:
        base, _ = tinyworld.load(model, run.device)
        names = targets if targets == "all-linear" else targets.split(",")
        return get_peft_model(base, LoraConfig(r=r, target_modules=names))

    def count(adapted: torch.nn.Module) -> int:
        return adapted.get_nb_trainable_parameters()[0]  # what print_trainable_parameters shows

    adapted = adapt(rank)
    trainable, total = adapted.get_nb_trainable_parameters()
    formula, held, rows, right = 0, 0, [], True
    for name, layer in adapted.named_modules():
        if not hasattr(layer, "lora_A"):
            continue
        a, b = layer.lora_A["default"].weight, layer.lora_B["default"].weight
        base = layer.base_layer
        right &= a.shape == (rank, base.in_features) and b.shape == (base.out_features, rank)
        formula += rank * (base.in_features + base.out_features)
        held += base.in_features * base.out_features
        if ".layers.0." in name:
            rows.append(
                {
                    "layer": name.split(".")[-1],
                    "W": f"{tuple(base.weight.shape)}",
                    "A": f"{tuple(a.shape)}",
                    "B": f"{tuple(b.shape)}",
                    "trained": a.numel() + b.numel(),
                }
            )
    if rows:
        run.table("The first block", rows)

    ratio = count(adapt(2 * rank)) / trainable
    run.measure("trainable", trainable)
    run.measure("formula", formula)
    run.measure("per_rank", formula / rank)
    run.measure("share", 100 * trainable / total)
    run.measure("share_4096", 200 * rank / 4096)
    run.measure("q_and_v_7b", 32 * 2 * rank * (4096 + 4096))
    near = "exactly doubles" if ratio == 2 else "grows by less than 2"
    run.measure("doubling", "grows fourfold" if ratio > 3 else near)
    run.claim("count-is-formula", trainable == formula, f"{trainable:,} and {formula:,}")
    run.claim("shapes", right, f"{len(rows)} layers in the first block")
    run.claim("fewer-than-full", trainable < held, f"{trainable:,} of {held:,}")
