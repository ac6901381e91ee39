"""Warming up again for continued pre-training.

**Question.** A finished model is trained on: its rate has decayed to nothing and must rise again.
How high, and why does the loss first go up?

**Idea.** The rate climbs to a share of the old peak and decays once more:

    η(t):  0 → share · peak → 0            forgotten = loss on old text − that before

Two things push the loss up. Larger steps undo what the last decay had settled, even on the old
texts. And new texts pull the weights away from what the old ones need. A higher peak learns the
new texts faster and pushes harder on the old ones; part of the rise is the height of the rate
alone, and goes away as it decays.

**Watch** both losses for a peak of 10, 30 and 100 % of the one that the base was trained with. Half
of the texts are old ones. A last run reads old texts only: nothing is new, yet the loss rises.

**Try** `old=0`: without old texts the loss on them rises and does not come back.
`highest=0.1`: three equal small peaks, hardly a rise, and the new texts are not learned in time.

**At real scale.** Gupta et al. (arXiv 2308.04014) see the loss rise on old and new data after
warming up again, and the length of the warmup hardly matters. Ibrahim et al. (arXiv 2403.08763)
combine it with decay and replay and match training from scratch on all data. The shares that are
best here are not a rule for yours.
"""

import copy

import tinyworld
import torch
from transformers import get_cosine_schedule_with_warmup

from quizapp.demo import Float, Int, Predict, Run, demo

PEAK = 4e-3  # of the base's pre-training
BATCH = 4


def rewarmed(model, batches, peak):
    """Train on, the rate rising to the peak and decaying to zero, and yield after each step."""
    optimizer = torch.optim.AdamW(model.parameters(), lr=peak, weight_decay=0.0)
    steps = len(batches)
    rates = get_cosine_schedule_with_warmup(optimizer, steps // 5, steps)
    model.train()
    for rows in batches:
        model(**rows).loss.backward()
        optimizer.step()
        rates.step()
        optimizer.zero_grad()
        yield rates.get_last_lr()[0]


@demo(
    topic="fundamentals",
    claims={
        "bump-grows": "The higher the peak, the higher the loss on old text rises on the way",
        "higher-learns-more": "The higher the peak, the lower the loss on new text at the end",
        "rises-on-old-texts-too": "At the full peak the loss on old text rises even if only old "
        "texts are read",
    },
    measures={
        "old_before": "loss on old text before, nats per token",
        "bump_low": "highest loss on old text minus that before, lowest peak",
        "bump_middle": "highest loss on old text minus that before, middle peak",
        "bump_high": "highest loss on old text minus that before, highest peak",
        "bump_same": "highest loss on old text minus that before, highest peak, old texts only",
        "left_high": "loss on old text at the end minus that before, highest peak",
        "new_low": "loss on new text at the end, lowest peak, nats per token",
        "new_middle": "loss on new text at the end, middle peak, nats per token",
        "new_high": "loss on new text at the end, highest peak, nats per token",
        "rise": "what the loss on old text does when only old texts are read at the full peak",
    },
    predict=Predict(
        "Only old texts, the rate warmed up again to the old peak. What does the loss do at first?",
        options=("falls on", "stands still", "rises"),
        measure="rise",
    ),
    budget_s=5,
)
def main(
    run: Run,
    lowest: float = Float(0.1, 0.01, 1.0, log=True, help="share of the old peak"),
    highest: float = Float(1.0, 0.01, 4.0, log=True, help="share of the old peak"),
    old: int = Int(2, 0, 4, help="old documents among the 4 of a batch"),
    steps: int = Int(40, 20, 100, step=10),
    seed: int = Int(0, 0, 999),
) -> None:
    base, tokenizer = tinyworld.load(device=run.device)
    known = tinyworld.documents("general", BATCH * steps, seed=seed)
    new = tinyworld.documents("clinic", BATCH * steps, seed=seed)
    old_unseen = tinyworld.documents("general", 48, seed=1000 + seed)
    new_unseen = tinyworld.documents("clinic", 24, seed=1000 + seed)
    before = tinyworld.loss(base, tokenizer, old_unseen)
    run.axes(x="step", y="loss on old text (nats per token)")
    run.axes(chart="new", x="step", y="loss on new text (nats per token)")
    run.axes(chart="rate", x="step", y="learning rate")
    run.reference("before", before)

    middle = min(highest, max(lowest, 0.3))
    runs = {"low": (lowest, old), "middle": (middle, old), "high": (highest, old)}
    runs["same"] = (highest, BATCH)  # nothing new: the rate alone
    bumps, left, learned = {}, {}, {}
    run.progress(len(runs) * steps)
    for name, (share, kept) in runs.items():
        label = f"{share:.0%} of the peak" + (", old texts only" if name == "same" else "")
        texts = []
        for first in range(0, BATCH * steps, BATCH):
            texts += known[first:][:kept] + new[first:][: BATCH - kept]
        batches = list(tinyworld.batches(tokenizer, texts, BATCH, run.device))  # (4, T) each
        model = copy.deepcopy(base)
        curve = [before]
        for step, rate in enumerate(rewarmed(model, batches, share * PEAK), 1):
            run.step()
            run.line_points(step, {label: rate}, chart="rate")
            if step % 5 == 0 or step == steps:
                curve.append(tinyworld.loss(model, tokenizer, old_unseen))
                run.line_points(step, {label: curve[-1]})
        bumps[name] = max(curve) - before
        left[name] = curve[-1] - before
        learned[name] = tinyworld.loss(model, tokenizer, new_unseen)
        run.line_points(steps, {label: learned[name]}, chart="new")

    rise = "rises" if bumps["same"] > 0.003 else "stands still"
    run.measure(old_before=before, left_high=left["high"], rise=rise)
    run.measure(**{f"bump_{name}": bump for name, bump in bumps.items()})
    run.measure(**{f"new_{name}": learned[name] for name in ("low", "middle", "high")})
    shown = ", ".join(f"{bumps[name]:+.3f}" for name in ("low", "middle", "high"))
    run.claim("bump-grows", bumps["low"] < bumps["middle"] < bumps["high"], shown)
    shown = ", ".join(f"{learned[name]:.2f}" for name in ("low", "middle", "high"))
    falls = learned["low"] > learned["middle"] > learned["high"]
    run.claim("higher-learns-more", falls, shown)
    run.claim("rises-on-old-texts-too", bumps["same"] > 0.003, f"{bumps['same']:+.3f} nats")
