"""When to stop: the checkpoint before the rise.

**Question.** Training loss still falls. Should you have stopped?

**Idea.** Measure a validation set every few steps. Keep the best checkpoint and stop after
`patience` measurements without improvement. To choose by validation loss is to fit to it, a
little: what you report comes from a *third* set, the test set, used once.

**Watch** two curves part: training loss goes to nearly zero, validation loss turns early and
climbs. In the second plot the share of right answers need not follow (it often still grows): loss
punishes confidence in a wrong answer, accuracy does not see it.

**At real scale.** Prechelt ("Early Stopping, But When?", 1998) compares stopping rules. InstructGPT
(arXiv 2203.02155) overfits on validation loss after one epoch; more epochs still help reward-model
score and human preference. Stop on what you care about.

**Try** `documents = 256`: nothing to stop, the claims fail. `val_texts = 2` is noisy.
"""

import copy
import random

import tinyworld
import torch

from quizapp.demo import Float, Int, Model, Predict, Run, demo

EVERY = 5  # steps between two measurements


@demo(
    topic="debugging",
    claims={
        "best-is-early": "The best checkpoint lies in the first half of the run",
        "late-is-worse": "At the end validation loss stands more than 0.2 nats above its best",
        "stopping-pays": "On untouched test texts the best checkpoint has the lower loss",
    },
    measures={
        "best_step": "step of the lowest validation loss",
        "stop_step": "step at which patience ran out",
        "best_val": "lowest validation loss, nats per token",
        "final_val": "validation loss after the last step",
        "final_train": "loss on the training documents after the last step",
        "test_at_best": "test loss of the best checkpoint",
        "test_at_end": "test loss of the last checkpoint",
        "accuracy_at_best": "share of unseen loans graded right at the best checkpoint",
        "accuracy_at_end": "share of unseen loans graded right at the end",
        "where": "where the best checkpoint lies",
    },
    predict=Predict(
        "16 documents, 150 updates. Where is the checkpoint with the lowest validation loss?",
        options=("before training", "in the first half", "in the second half"),
        measure="where",
    ),
    budget_s=6,
    bundled_claims=("best-is-early", "late-is-worse", "stopping-pays"),
)
def main(
    run: Run,
    documents: int = Int(16, 4, 256, log=True, help="training documents of two loans each"),
    steps: int = Int(150, 20, 400, step=10),
    learning_rate: float = Float(2e-3, 1e-5, 0.1, log=True),
    patience: int = Int(3, 1, 20, help="measurements without improvement before stopping"),
    val_texts: int = Int(32, 1, 64, log=True),
    model: str = Model(),
    seed: int = Int(0, 0, 999),
) -> None:
    tuned, tokenizer = tinyworld.load(model, run.device)
    seen, held_out = tinyworld.split_loans()
    train = tinyworld.documents("bank", documents, seed=seed, loans=seen)
    validation = tinyworld.documents("bank", val_texts, seed=1000 + seed, loans=held_out[:72])
    test = tinyworld.documents("bank", 64, seed=2000 + seed, loans=held_out[72:])
    cases = tinyworld.cases("bank", split="test")
    base_val = tinyworld.loss(tuned, tokenizer, validation)
    run.axes(x="step", y="loss (nats per token)")
    run.axes(chart="accuracy", x="step", y="unseen loans graded right (share)")
    run.reference("base model", base_val)
    run.reference("chance", tinyworld.chance("bank"), chart="accuracy")
    values = {0: base_val}  # validation loss by the number of updates done
    best_step, best, stop_step = 0, copy.deepcopy(tuned), steps
    draw = random.Random(seed)
    optimizer = torch.optim.AdamW(tuned.parameters(), lr=learning_rate, weight_decay=0.0)
    tuned.train()
    for step in run.steps(steps):
        texts = [train[draw.randrange(documents)] for _ in range(8)]
        batch = tinyworld.batch(tokenizer, texts, run.device)  # input_ids: (8, T)
        loss = tuned(**batch).loss
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        run.point(step + 1, train=loss.item())
        if (step + 1) % EVERY and step + 1 < steps:
            continue
        values[step + 1] = tinyworld.loss(tuned, tokenizer, validation)
        run.point(step + 1, validation=values[step + 1])
        if step % 15 == 14:
            run.point(step + 1, right=tinyworld.accuracy(tuned, tokenizer, cases), chart="accuracy")
        if values[step + 1] < values[best_step]:
            best_step, best = step + 1, copy.deepcopy(tuned)
        elif stop_step == steps and step + 1 - best_step >= patience * EVERY:
            stop_step = step + 1
            run.reference("patience is over", stop_step, axis="x")

    half = f"in the {'first' if best_step <= steps / 2 else 'second'} half"
    run.measure("where", half if best_step else "before training")
    test_best, test_end = (tinyworld.loss(m, tokenizer, test) for m in (best, tuned))
    right_best, right_end = (tinyworld.accuracy(m, tokenizer, cases) for m in (best, tuned))
    found = {
        "best_step": best_step,
        "stop_step": stop_step,
        "best_val": values[best_step],
        "final_val": values[steps],
        "final_train": tinyworld.loss(tuned, tokenizer, train[:48]),
        "test_at_best": test_best,
        "test_at_end": test_end,
        "accuracy_at_best": right_best,
        "accuracy_at_end": right_end,
    }
    for name, value in found.items():
        run.measure(name, value)
    run.claim("best-is-early", best_step <= steps / 2, f"step {best_step} of {steps}")
    low, last = values[best_step], values[steps]
    run.claim("late-is-worse", last > low + 0.2, f"{low:.2f} to {last:.2f}")
    run.claim("stopping-pays", test_best < test_end, f"{test_best:.2f} against {test_end:.2f}")
