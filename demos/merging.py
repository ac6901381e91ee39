"""Merging: many models into one.

**Question.** Two adapters, two tasks: which merge keeps both, and what if the bases differ?

**Idea.** A *task vector* is what training added, τ = W_tuned − W_base. Merging is arithmetic with
such vectors, without any training:

    sum       τ₁ + τ₂                          average   (τ₁ + τ₂)/2
    TIES      keep the largest entries, elect a sign for each, average those that agree
    DARE      drop entries at random, divide what stays by the share kept, then add

For LoRA τ = s·B·A. So the *updates* must be added, by stacking the factors (`cat`) or by an SVD.
peft's `linear` adds A to A and B to B: (B₁+B₂)·(A₁+A₂) has cross terms that nobody trained.

**Watch** the matrix of losses, a row for each merge. Then the last plot: a *twin* of the base with
its hidden units in another order computes the same function, and an average with it is ruined.

**Try** `reorder = false`: the twin is the base itself, and the claim on other bases fails.
`learning_rate = 1e-3`: small updates hardly interfere, and the sum is as good as the average.

**At real scale** it is used for checkpoints of one base: model soups (arXiv 2203.05482), task
arithmetic (2212.04089), TIES (2306.01708), DARE (2311.03099). DARE's authors drop 90 % and more of
updates that are tiny; the ones here are large, and dropping hurts. Joint training is the rival.
"""

import copy

import tinyworld
import torch
from peft import LoraConfig, PeftModel, get_peft_model
from torch import nn

from quizapp.demo import Flag, Float, Int, Predict, Run, demo

TASKS = ("clinic", "bank")


def merge(model: PeftModel, density: float) -> list[str]:
    """Add one adapter for each way of merging the two trained ones."""
    whole = {"svd_rank": 2 * model.peft_config["clinic"].r, "svd_full_matrices": False}
    ways = {
        "sum": (1.0, {"combination_type": "cat"}),
        "average": (0.5, {"combination_type": "cat"}),
        "factors": (1.0, {"combination_type": "linear"}),
        "TIES": (1.0, {"combination_type": "ties_svd", "density": density, **whole}),
        "DARE": (0.5, {"combination_type": "dare_linear_svd", "density": density, **whole}),
    }
    for name, (weight, how) in ways.items():
        model.add_weighted_adapter(list(TASKS), [weight, weight], name, **how)
    return list(ways)


def reordered(model: nn.Module) -> nn.Module:
    """Return a copy with its hidden units in another order: the same function.

    Both the width, which all layers read and write, and the inside of each MLP are reordered.
    """
    twin = copy.deepcopy(model)
    width = torch.randperm(twin.config.hidden_size)
    for name, weight in twin.named_parameters():  # (out, in)
        along_rows = name.endswith(("o_proj.weight", "down_proj.weight", "norm.weight"))
        weight.data = weight.data[width] if along_rows else weight.data[:, width]
    for block in twin.model.layers:
        mlp = block.mlp
        inner = torch.randperm(mlp.down_proj.in_features)
        mlp.gate_proj.weight.data = mlp.gate_proj.weight.data[inner]  # (inner, width)
        mlp.up_proj.weight.data = mlp.up_proj.weight.data[inner]
        mlp.down_proj.weight.data = mlp.down_proj.weight.data[:, inner]  # (width, inner)
    return twin


def averaged(first: nn.Module, second: nn.Module) -> nn.Module:
    """Return the model whose every weight is the mean of both."""
    soup = copy.deepcopy(first)
    for ours, theirs in zip(soup.parameters(), second.parameters(), strict=True):
        ours.data = (ours.data + theirs.data) / 2
    return soup


@demo(
    topic="serving",
    claims={
        "average-beats-sum": "Over both tasks the average ends 0.1 nats below the sum",
        "ties-beats-sum": "Over both tasks TIES ends 0.1 nats below the sum",
        "factors-are-not-updates": "Adding factors ends 0.3 nats above adding updates",
        "joint-wins": "An adapter trained on both tasks beats every merge",
        "other-base-ruins": "Averaged with a twin of equal loss the base loses over 0.5 nats",
    },
    measures={
        "own": "mean loss over both tasks, each with its own adapter, nats per token",
        "joint": "the same with one adapter trained on both",
        "merged_sum": "mean loss over both tasks, sum of the updates",
        "merged_average": "mean loss, average of the updates",
        "merged_ties": "mean loss, TIES",
        "merged_dare": "mean loss, average after DARE",
        "merged_factors": "mean loss, A added to A and B to B (peft's linear)",
        "general_base": "loss of the base on general texts",
        "general_twin": "loss of its reordered twin",
        "general_soup": "loss of the average of base and twin",
        "adapter_on_twin": "loss on clinic texts, the clinic adapter on the twin",
        "adapter_on_base": "loss on clinic texts, the clinic adapter on its own base",
        "best": "the merge with the lowest mean loss",
    },
    predict=Predict(
        "Which merge of the two adapters has the lowest mean loss over both tasks?",
        options=("sum", "average", "factors", "TIES", "DARE"),
        measure="best",
    ),
    budget_s=7,
)
def main(
    run: Run,
    learning_rate: float = Float(1e-2, 1e-4, 3e-2, log=True),
    steps: int = Int(28, 10, 200),
    rank: int = Int(8, 1, 64, log=True),
    density: float = Float(0.5, 0.05, 0.95, help="share of entries that TIES and DARE keep"),
    reorder: bool = Flag(True, help="the twin's hidden units stand in another order"),
    seed: int = Int(0, 0, 999),
) -> None:
    torch.manual_seed(seed)
    base, tokenizer = tinyworld.load(device=run.device)
    general = tinyworld.documents("general", 32, seed=1000 + seed)
    unseen = {task: tinyworld.documents(task, 32, seed=1000 + seed) for task in TASKS}
    texts = {task: tinyworld.documents(task, 6 * steps, seed=seed) for task in TASKS}
    pairs = zip(texts["clinic"], texts["bank"], strict=True)
    texts["joint"] = [text for pair in pairs for text in pair]  # all that both have read

    twin = reordered(base) if reorder else copy.deepcopy(base)
    config = LoraConfig(r=rank, lora_alpha=2 * rank, target_modules="all-linear")
    model = get_peft_model(copy.deepcopy(base), config, adapter_name="clinic")
    model.add_adapter("bank", config)
    model.add_adapter("joint", config)
    run.axes(x="step", y="training loss (nats per token)")
    run.progress(len(texts) * steps)
    for task in texts:
        model.set_adapter(task)
        size = len(texts[task]) // steps
        batches = tinyworld.batches(tokenizer, texts[task], size, run.device)  # (size, T)
        for step, loss in enumerate(tinyworld.train(model, batches, learning_rate)):
            run.step()
            run.line_points(step, {task: loss})

    ways = merge(model, density)
    found = {}  # adapter -> loss on each task
    for name in [*texts, *ways]:
        model.set_adapter(name)
        found[name] = [tinyworld.loss(model, tokenizer, unseen[task]) for task in TASKS]
    run.axes(chart="matrix", title="loss on unseen texts", x="texts", y="adapter")
    rows = list(found)
    run.heatmap("loss", [found[name] for name in rows], rows=rows, columns=TASKS, chart="matrix")
    mean = {name: sum(losses) / 2 for name, losses in found.items()}
    own = (found["clinic"][0] + found["bank"][1]) / 2
    best = min(ways, key=lambda name: mean[name])

    elsewhere = get_peft_model(copy.deepcopy(twin), config, adapter_name="clinic")
    trained = {k: v for k, v in model.state_dict().items() if "lora_" in k and ".clinic." in k}
    elsewhere.load_state_dict(trained, strict=False)  # loads without complaint: the shapes agree
    on_twin = tinyworld.loss(elsewhere, tokenizer, unseen["clinic"])
    soup = averaged(base, twin)
    alone, same, mixed = (tinyworld.loss(m, tokenizer, general) for m in (base, twin, soup))
    run.axes(chart="twin", y="loss on general texts (nats per token)")
    run.bars("loss", {"base": alone, "twin": same, "their average": mixed}, chart="twin")

    run.measure(own=own, joint=mean["joint"], merged_sum=mean["sum"], merged_ties=mean["TIES"])
    run.measure(merged_average=mean["average"], merged_dare=mean["DARE"])
    run.measure(merged_factors=mean["factors"], best=best, general_base=alone, general_twin=same)
    run.measure(general_soup=mixed, adapter_on_twin=on_twin, adapter_on_base=found["clinic"][0])
    shown = ", ".join(f"{name} {loss:.2f}" for name, loss in mean.items())
    run.claim("average-beats-sum", mean["average"] < mean["sum"] - 0.1, shown)
    run.claim("ties-beats-sum", mean["TIES"] < mean["sum"] - 0.1, shown)
    run.claim("factors-are-not-updates", mean["factors"] > mean["sum"] + 0.3, shown)
    run.claim("joint-wins", mean["joint"] < mean[best], shown)
    ruined = mixed > alone + 0.5 and abs(same - alone) < 0.01
    run.claim("other-base-ruins", ruined, f"{alone:.2f}, {same:.2f}, average {mixed:.2f}")
