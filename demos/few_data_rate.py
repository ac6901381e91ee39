"""Few data and the learning rate.

**Question.** With few documents a tenth of the rate ends far lower after the same number of
updates. Is the small rate the cure for few data?

**Idea.** Two runs after equally many updates stand at different places of their curves. What an
update moves is about η, so a tenth of the rate needs several times the updates to go as far:

    compare   min over steps of L(η₁)   with   min over steps of L(η₂)

**Watch** both curves turn. The fast one turns within its first updates and climbs; the slow one
turns later. Their lowest points lie close together. The second plot is the loss on general text.

**Try** `documents = 256`: nothing overfits any more, and the claims fail.

**At real scale.** Method, model, batch and number of steps set the rate, not the size of the data:
Llama 2 tunes on 27,540 examples at 2e-5 (arXiv 2307.09288, section 3.1). How
much is forgotten as training goes on is measured at 7B (arXiv 2405.09673, section 4.2). Which of
the two rates has the lower minimum cannot be told from here.
"""

import random

import tinyworld

from quizapp.demo import Float, Int, Predict, Run, demo

SLOWER = 10  # the fast rate over the slow one


@demo(
    topic="debugging",
    claims={
        "fast-ends-higher": "After equally many updates the fast run ends over 0.03 nats higher",
        "bests-are-alike": "The best checkpoints of the two differ by less than 0.05 nats",
        "slow-turns-later": "The slow run needs more updates to its best checkpoint",
        "slow-overfits-too": "The slow run, too, ends above its best checkpoint",
        "fast-forgets-more": "After equally many updates the fast run has the higher general loss",
    },
    measures={
        "fast_best": "lowest loss on unseen texts, fast rate, nats per token",
        "slow_best": "lowest loss on unseen texts, a tenth of the rate",
        "fast_step": "updates to the best checkpoint, fast rate",
        "slow_step": "updates to the best checkpoint, a tenth of the rate",
        "fast_end": "loss on unseen texts at the end of the fast run",
        "slow_same": "loss on unseen texts at a tenth of the rate, after equally many updates",
        "slow_end": "loss on unseen texts at the end of the slow run",
        "general_fast": "loss on general text at the end of the fast run",
        "general_slow": "loss on general text at a tenth of the rate, after equally many updates",
        "slow_does": "what the slow run does after its best checkpoint",
    },
    predict=Predict(
        "A tenth of the rate and three times the updates. Its loss on unseen texts ...",
        options=("keeps falling", "turns and rises"),
        measure="slow_does",
    ),
    budget_s=11,
)
def main(
    run: Run,
    documents: int = Int(16, 4, 256, log=True, help="training documents of two loans each"),
    steps: int = Int(120, 40, 200, step=20, help="updates of the fast run; the slow one: 3 times"),
    learning_rate: float = Float(2e-3, 1e-4, 0.1, log=True),
    seed: int = Int(0, 0, 999),
) -> None:
    seen, held_out = tinyworld.split_loans()
    train = tinyworld.documents("bank", documents, seed=seed, loans=seen)
    unseen = tinyworld.documents("bank", 48, seed=1000 + seed, loans=held_out)
    general = tinyworld.documents("general", 32, seed=2000 + seed)
    run.axes(x="updates", y="loss on unseen texts (nats per token)", log_x=True)
    run.axes(chart="general", x="updates", y="loss on general text (nats per token)", log_x=True)

    curves, forgot = {}, {}  # name -> updates -> loss on unseen and on general texts
    run.progress(4 * steps)
    for name, rate, updates in (
        ("fast", learning_rate, steps),
        ("slow", learning_rate / SLOWER, 3 * steps),
    ):
        model, tokenizer = tinyworld.load(device=run.device)
        draw = random.Random(seed)
        chosen = ([train[draw.randrange(documents)] for _ in range(8)] for _ in range(updates))
        batches = (tinyworld.batch(tokenizer, texts, run.device) for texts in chosen)  # (8, T)
        curves[name], forgot[name] = {}, {}
        for step, _ in enumerate(tinyworld.train(model, batches, rate), 1):
            run.step()
            if step % 5 == 0 and (step <= 50 or step % 20 == 0):
                curves[name][step] = tinyworld.loss(model, tokenizer, unseen)
                run.line_points(step, {name: curves[name][step]})
            if step % 20 == 0:
                forgot[name][step] = tinyworld.loss(model, tokenizer, general)
                run.line_points(step, {name: forgot[name][step]}, chart="general")

    fast, slow = curves["fast"], curves["slow"]
    fast_step, slow_step = min(fast, key=fast.get), min(slow, key=slow.get)
    fast_best, slow_best = fast[fast_step], slow[slow_step]
    fast_end, slow_same, slow_end = fast[steps], slow[steps], slow[3 * steps]
    rises = slow_end > slow_best + 0.01

    run.measure(fast_best=fast_best, slow_best=slow_best, fast_step=fast_step, slow_step=slow_step)
    run.measure(fast_end=fast_end, slow_same=slow_same, slow_end=slow_end)
    run.measure(general_fast=forgot["fast"][steps], general_slow=forgot["slow"][steps])
    run.measure(slow_does="turns and rises" if rises else "keeps falling")
    shown = f"{fast_end:.2f} and {slow_same:.2f}"
    run.claim("fast-ends-higher", fast_end > slow_same + 0.03, shown)
    shown = f"{fast_best:.3f} and {slow_best:.3f}"
    run.claim("bests-are-alike", abs(fast_best - slow_best) < 0.05, shown)
    shown = f"step {fast_step} and {slow_step}"
    run.claim("slow-turns-later", slow_step > fast_step, shown)
    run.claim("slow-overfits-too", rises, f"{slow_best:.3f} to {slow_end:.3f}")
    shown = f"{forgot['fast'][steps]:.2f} and {forgot['slow'][steps]:.2f}"
    run.claim("fast-forgets-more", forgot["fast"][steps] > forgot["slow"][steps], shown)
