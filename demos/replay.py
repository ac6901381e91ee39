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

**Scale.** A tiny model, old texts drawn from the very source it has read. The shares that suffice
here are not a rule for yours; that the first few documents do most of the work is worth testing.
"""

import copy

import tinyworld
import torch
from peft import LoraConfig, get_peft_model

from quizapp.demo import Choice, Float, Int, Predict, Run, demo

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
        "general_none": "loss on general text after training without replay",
        "general_little": "the same with the smaller share of old documents",
        "general_much": "the same with the larger share",
        "new_none": "loss on unseen clinic texts after training without replay",
        "new_little": "the same with the smaller share",
        "new_much": "the same with the larger share",
        "removed": "part of the forgetting that the smaller share removes, percent",
        "removed_is": "that part in words",
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
    general_before = tinyworld.loss(base, tokenizer, general)
    run.axes(x="step", y="loss on general text (nats per token)")
    run.axes(chart="trade", x="loss on the new texts", y="loss on general text")
    run.reference("base model", general_before)

    ends: dict[int, tuple[float, float]] = {}  # old documents -> (general, new)
    counts = {"none": 0, "little": little, "much": much}
    for share in counts.values():
        run.line_points(0, {f"{share} of {BATCH}": general_before})
    new = tinyworld.documents("clinic", BATCH * steps, seed=seed)
    replayed = tinyworld.documents(old, BATCH * steps, seed=500 + seed, guideline="old")
    unseen = tinyworld.documents("clinic", 32, seed=1000 + seed)
    progress = run.steps(len(counts) * steps)
    for share in counts.values():
        name = f"{share} of {BATCH}"
        torch.manual_seed(seed)
        model = copy.deepcopy(base)
        if method == "LoRA":
            config = LoraConfig(r=8, lora_alpha=16, target_modules="all-linear")
            model = get_peft_model(model, config)
        trained = [p for p in model.parameters() if p.requires_grad]
        optimizer = torch.optim.AdamW(trained, lr=learning_rate, weight_decay=0.0)
        model.train()
        for step in range(steps):
            next(progress)
            texts = new[BATCH * step :][: BATCH - share] + replayed[BATCH * step :][:share]
            model(**tinyworld.batch(tokenizer, texts, run.device)).loss.backward()
            optimizer.step()
            optimizer.zero_grad()
            if step % 10 == 9 or step == steps - 1:
                lost, learned = (tinyworld.loss(model, tokenizer, t) for t in (general, unseen))
                run.line_points(step + 1, {name: lost})
                run.line_points(learned, {name: lost}, chart="trade")
        ends[share] = lost, learned
    next(progress, None)  # the progress bar reaches its end

    run.measure("general_before", general_before)
    for word, share in counts.items():
        run.measure(f"general_{word}", ends[share][0])
        run.measure(f"new_{word}", ends[share][1])
    none, some, most = (ends[share] for share in counts.values())
    forgotten = none[0] - general_before
    removed = 100 * (none[0] - some[0]) / forgotten
    run.measure("removed", removed)
    run.measure(
        "removed_is",
        "less than a quarter"
        if removed < 25
        else "a quarter to 40 %"
        if removed <= 40
        else "more than 40 %",
    )
    run.table(
        "After the last step",
        [
            {"old documents": f"{share} of {BATCH}", "general text": lost, "new texts": learned}
            for share, (lost, learned) in ends.items()
        ],
    )
    run.claim("forgets-without", forgotten > 0.15, f"{general_before:.2f} to {none[0]:.2f}")
    shown = ", ".join(f"{share}: {lost:.3f}" for share, (lost, _) in ends.items())
    run.claim("more-keeps-more", none[0] > some[0] > most[0], shown)
    run.claim("a-little-does-most", forgotten > 0.15 and removed > 40, f"{removed:.0f} %")
    cost = most[1] - none[1]
    run.claim("costs-little", cost < 0.05, f"{cost:+.3f} nats")
