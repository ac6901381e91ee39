"""Go on with an adapter, or merge it and start another.

**Question.** An adapter is trained on one task and a second task comes. Do you go on with its A and
B, or merge it and put a new adapter on top? And what is lost on the way?

**Idea.** Both ways end in some W + ΔW. Going on keeps one pair, so the whole change still has rank
r. Merging folds the first pair into W for good, and the new pair adds r more:

    go on:   ΔW = s·B'·A'                rank(ΔW) ≤ r
    merge:   ΔW = s·B·A + s·B₂·A₂        rank(ΔW) ≤ 2r, and only B₂·A₂ can be switched off

A file of peft holds the adapter and its configuration, nothing of the optimizer: AdamW starts
again with empty moments, and its first steps are as large as the rate allows.

**Watch** the plot of the second task, then the ranks, and the bump when the *same* task goes on
after a reload, against a run that was never interrupted.

**Try** `learning_rate = 3e-4`: the steps are too small for a bump, and that claim fails.

**At real scale** the algebra is the same. `PeftModel.from_pretrained` loads frozen weights unless
`is_trainable=True` is passed (peft 0.21), a trainer's checkpoint also keeps optimizer, schedule and
random state, and ReLoRA (arXiv 2307.05695) merges and restarts on purpose, to add up ranks.
"""

import copy
import tempfile
from pathlib import Path

import tinyworld
import torch
from peft import LoraConfig, PeftModel, get_peft_model

from quizapp.demo import Float, Int, Predict, Run, demo


def update_rank(model: torch.nn.Module, base: torch.nn.Module) -> int:
    """Return the largest rank, over all layers, of what was added to the base's weights."""
    ranks = []
    for name, weight in base.named_parameters():
        if name.endswith("proj.weight"):
            added = model.get_parameter(name) - weight  # (out, in)
            ranks.append(torch.linalg.matrix_rank(added.detach(), rtol=1e-4).item())
    return int(max(ranks))


def trainable(model: torch.nn.Module) -> int:
    """Return how many numbers ask for a gradient."""
    return sum(p.numel() for p in model.parameters() if p.requires_grad)


@demo(
    topic="serving",
    claims={
        "loads-frozen": "Loaded without is_trainable not one number is trained",
        "going-on-keeps-rank": "The change of the adapter that went on has at most rank r",
        "merging-adds-ranks": "The change after merge and new adapter has rank 2r",
        "merged-cannot-be-undone": "Merged, disabling the adapter does not give the base back",
        "fresh-optimizer-bumps": "After a reload the loss of the next steps is higher by 0.01 nats",
        "both-forget": "Either way the first task gets worse by over 0.3 nats",
    },
    measures={
        "first_before": "loss on the first task after its own training, nats per token",
        "first_continued": "loss on the first task after going on with the second",
        "first_merged": "loss on the first task after merge and new adapter",
        "second_continued": "loss on the second task, going on",
        "second_merged": "loss on the second task, merge and new adapter",
        "rank_continued": "rank of the whole change, going on",
        "rank_merged": "rank of the whole change, merge and new adapter",
        "trained_default": "numbers trained after from_pretrained(base, folder)",
        "trained_asked": "the same with is_trainable=True",
        "bump": "mean loss of the five steps after a reload, above the uninterrupted run",
        "left_continued": "largest difference of a logit from the base, adapter disabled, going on",
        "left_merged": "the same after merge and new adapter",
        "higher_rank": "which way gives the change the higher rank",
    },
    predict=Predict(
        "Adapters of rank r: which way leaves a change of higher rank in the weights?",
        options=("going on", "merge and new adapter", "neither"),
        measure="higher_rank",
    ),
    budget_s=6,
)
def main(
    run: Run,
    steps: int = Int(30, 10, 200),
    rank: int = Int(8, 1, 16),
    learning_rate: float = Float(1e-2, 1e-4, 3e-2, log=True),
    seed: int = Int(0, 0, 999),
) -> None:
    torch.manual_seed(seed)
    base, tokenizer = tinyworld.load(device=run.device)
    unseen = {task: tinyworld.documents(task, 32, seed=1000 + seed) for task in ("clinic", "bank")}
    more = 5
    texts = tinyworld.documents("clinic", 6 * (steps + more), seed=seed)
    first = list(tinyworld.batches(tokenizer, texts, 6, run.device))  # input_ids: (6, T)
    texts = tinyworld.documents("bank", 6 * steps, seed=seed)
    second = list(tinyworld.batches(tokenizer, texts, 6, run.device))
    config = LoraConfig(r=rank, lora_alpha=2 * rank, target_modules="all-linear")
    run.axes(x="step", y="training loss (nats per token)")
    run.progress(steps + more + more + 2 * steps)

    def trained(model: PeftModel, batches: list, name: str) -> list[float]:
        losses = []
        for loss in tinyworld.train(model, batches, learning_rate):
            run.step()
            run.line_points(len(losses), {name: loss})
            losses.append(loss)
        return losses

    with tempfile.TemporaryDirectory() as folder:
        start = get_peft_model(copy.deepcopy(base), config)
        unbroken = []
        for step, loss in enumerate(tinyworld.train(start, first, learning_rate)):
            run.step()
            run.line_points(step, {"first task": loss})
            unbroken.append(loss)
            if step + 1 == steps:
                start.save_pretrained(folder)
        files = sorted(path.name for path in Path(folder).iterdir())
        frozen = PeftModel.from_pretrained(copy.deepcopy(base), folder)
        broken = PeftModel.from_pretrained(copy.deepcopy(base), folder, is_trainable=True)
        going_on = PeftModel.from_pretrained(copy.deepcopy(base), folder, is_trainable=True)
        merged = PeftModel.from_pretrained(copy.deepcopy(base), folder).merge_and_unload()
    before = tinyworld.loss(merged, tokenizer, unseen["clinic"])
    asked = trainable(going_on)

    reloaded = trained(broken, first[steps:], "first task, reloaded")
    bump = (sum(reloaded) - sum(unbroken[steps:])) / more
    trained(going_on, second, "second task, going on")
    new = get_peft_model(merged, config)
    trained(new, second, "second task, new adapter")

    found, left = {}, {}
    batch = tinyworld.batch(tokenizer, unseen["clinic"][:4], run.device)
    for name, model in (("going on", going_on), ("merged", new)):
        found[name] = [tinyworld.loss(model, tokenizer, unseen[t]) for t in ("clinic", "bank")]
        model.eval()
        with torch.no_grad(), model.disable_adapter():
            left[name] = (model(**batch).logits - base(**batch).logits).abs().max().item()
    rank_on = update_rank(going_on.merge_and_unload(), base)
    rank_new = update_rank(new.merge_and_unload(), base)
    run.axes(chart="rank", y="rank of the whole change")
    run.bars("rank", {"going on": rank_on, "merge and new": rank_new}, chart="rank")
    higher = "merge and new adapter" if rank_new > rank_on else "going on"

    run.measure(first_before=before, first_continued=found["going on"][0])
    run.measure(first_merged=found["merged"][0], second_continued=found["going on"][1])
    run.measure(second_merged=found["merged"][1], rank_continued=rank_on, rank_merged=rank_new)
    run.measure(trained_default=trainable(frozen), trained_asked=asked, bump=bump)
    run.measure(left_continued=left["going on"], left_merged=left["merged"])
    run.measure(higher_rank="neither" if rank_new == rank_on else higher)
    run.note(f"The saved adapter: {', '.join(files)}.")
    run.claim("loads-frozen", trainable(frozen) == 0, f"{trainable(frozen)}, asked for: {asked:,}")
    run.claim("going-on-keeps-rank", rank_on <= rank, f"{rank_on}")
    run.claim("merging-adds-ranks", rank_new == 2 * rank, f"{rank_new}")
    undone = left["going on"] < 1e-4 < 0.1 < left["merged"]
    run.claim("merged-cannot-be-undone", undone, f"{left}")
    run.claim("fresh-optimizer-bumps", bump > 0.01, f"{bump:.3f} nats")
    worse = min(losses[0] for losses in found.values()) - before
    run.claim("both-forget", worse > 0.3, f"{worse:.2f} nats")
