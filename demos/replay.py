"""Replay: a few old texts against forgetting.

**Question.** A fine-tune on new texts spoils the model on old ones. How many old texts must be
mixed in, and what do they cost?

**Idea.** The gradient of a batch says nothing about texts that are not in it: whatever the old
skill needs may be overwritten for free. Replay puts m old documents among the n of a batch,

    L = (1 − m/n)·L_new + (m/n)·L_old

Now forgetting costs something. While little is forgotten ∇L_old is small; it grows as the model
drifts, so a small share holds it back and hardly disturbs the new task.

**Watch** the loss on general text, which the base has read and the clinic texts do not contain,
for 0, 1 and 4 old documents of 20, and the second plot: what was learned against what was lost.

**Try** `method=full`: the same order, a larger loss without replay. `old=bank` replays texts of
another kind: general text is not protected and the claims fail. Replay what you want to keep.
`learning_rate=3e-4`: nothing is forgotten, there is nothing to repair.

**At real scale.** InstructGPT mixes pretraining gradients into RLHF against regressions on public
benchmarks (arXiv 2203.02155, "PPO-ptx"). Ibrahim et al. (arXiv 2403.08763) continue pre-training at
405M and 10B parameters: replay together with re-warming and re-decaying the rate matches training
on all data from scratch. Often the original data are not public: then a similar mix stands in.
Here the old texts come from the very source that the base has read; the shares that suffice are not
a rule for yours; that the first few documents do most of the work is worth testing.
"""

import copy

import tinyworld
import torch
from peft import LoraConfig, get_peft_model

from quizapp.demo import Choice, Float, Int, Predict, Run, demo


def mixed(new: list[str], old: list[str], share: int) -> list[str]:
    """Return the texts in order, `share` of each batch old and the others new."""
    texts = []
    for first in range(0, len(new), BATCH):
        texts += new[first:][: BATCH - share] + old[first:][:share]
    return texts


BATCH = 20  # documents of one step, old and new


@demo(
    topic="full-vs-peft",
    claims={
        "forgets-without": "Without replay the loss on general text rises by more than 0.15 nats",
        "more-keeps-more": "The more old documents, the lower the loss on general text",
        "a-little-does-most": "The smaller share removes more than 40 % of the forgetting",
        "costs-little": "The larger share costs less than 0.05 nats on the new task",
    },
    measures={
        "general_before": "loss of the base on general text, nats per token",
        "general_none": "loss on general text after training without replay, nats per token",
        "general_little": "loss on general text with the smaller share of old documents, nats per "
        "token",
        "general_much": "loss on general text with the larger share of old documents, nats per "
        "token",
        "new_none": "loss on unseen clinic texts after training without replay, nats per token",
        "new_little": "loss on unseen clinic texts with the smaller share of old documents, nats "
        "per token",
        "new_much": "loss on unseen clinic texts with the larger share of old documents, nats per "
        "token",
        "removed": "part of the forgetting that the smaller share removes, percent",
        "removed_is": "how much of the forgetting the smaller share of old documents removes",
    },
    predict=Predict(
        "1 document in 20 is an old one. How much of the forgetting does that remove?",
        options=("less than a quarter", "a quarter to 40 %", "more than 40 %"),
        measure="removed_is",
    ),
    budget_s=8,
)
def main(
    run: Run,
    method: str = Choice("LoRA", "full"),
    learning_rate: float = Float(5e-3, 1e-5, 0.1, log=True),
    little: int = Int(1, 1, 10, help="old documents of 20 in the second run"),
    much: int = Int(4, 1, 10, help="old documents of 20 in the third run"),
    old: str = Choice("general", "bank", help="where the old documents come from"),
    steps: int = Int(60, 10, 200),
    seed: int = Int(0, 0, 999),
) -> None:
    base, tokenizer = tinyworld.load(device=run.device)
    general = tinyworld.documents("general", 32, seed=2000 + seed)
    new = tinyworld.documents("clinic", BATCH * steps, seed=seed)
    replayed = tinyworld.documents(old, BATCH * steps, seed=500 + seed, guideline="old")
    unseen = tinyworld.documents("clinic", 32, seed=1000 + seed)
    general_before = tinyworld.loss(base, tokenizer, general)
    run.axes(x="step", y="loss on general text (nats per token)")
    run.axes(chart="trade", x="loss on the new texts", y="loss on general text")
    run.reference("base model", general_before)

    lost, learned = {}, {}  # loss on general text and on new texts after the last step
    shares = {"none": 0, "little": little, "much": much}
    run.progress(len(shares) * steps)
    for which, share in shares.items():
        name = f"{share} of {BATCH}"
        run.line_points(0, {name: general_before})
        torch.manual_seed(seed)
        model = copy.deepcopy(base)
        if method == "LoRA":
            config = LoraConfig(r=8, lora_alpha=16, target_modules="all-linear")
            model = get_peft_model(model, config)
        texts = mixed(new, replayed, share)
        batches = tinyworld.batches(tokenizer, texts, BATCH, run.device)  # (20, T)
        for step, _ in enumerate(tinyworld.train(model, batches, learning_rate), 1):
            run.step()
            if step % 10 == 0 or step == steps:
                lost[which] = tinyworld.loss(model, tokenizer, general)
                learned[which] = tinyworld.loss(model, tokenizer, unseen)
                run.line_points(step, {name: lost[which]})
                run.line_points(learned[which], {name: lost[which]}, chart="trade")

    forgotten = lost["none"] - general_before
    removed = 100 * (lost["none"] - lost["little"]) / forgotten
    cost = learned["much"] - learned["none"]
    removed_is = "a quarter to 40 %" if removed <= 40 else "more than 40 %"
    if removed < 25:
        removed_is = "less than a quarter"

    rows = [
        {"old documents": f"{m} of {BATCH}", "general text": lost[w], "new texts": learned[w]}
        for w, m in shares.items()
    ]
    run.table("After the last step", rows)
    run.measure(general_before=general_before, removed=removed, removed_is=removed_is)
    run.measure(**{f"general_{which}": loss for which, loss in lost.items()})
    run.measure(**{f"new_{which}": loss for which, loss in learned.items()})
    shown = f"{general_before:.2f} to {lost['none']:.2f}"
    run.claim("forgets-without", forgotten > 0.15, shown)
    shown = ", ".join(f"{m}: {lost[which]:.3f}" for which, m in shares.items())
    run.claim("more-keeps-more", lost["none"] > lost["little"] > lost["much"], shown)
    run.claim("a-little-does-most", forgotten > 0.15 and removed > 40, f"{removed:.0f} %")
    run.claim("costs-little", cost < 0.05, f"{cost:+.3f} nats")
