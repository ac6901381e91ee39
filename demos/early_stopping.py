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
from types import SimpleNamespace

import tinyworld
import torch
from transformers import EarlyStoppingCallback, TrainerControl, TrainerState

from quizapp.demo import Float, Int, Model, Predict, Run, demo


def stopped_by_trainer(curve: dict[int, float], patience: int) -> tuple[int, int]:
    """Return where the callback of transformers' Trainer stops, and the best step before that."""
    callback, control, state = EarlyStoppingCallback(patience), TrainerControl(), TrainerState()
    args = SimpleNamespace(metric_for_best_model="eval_loss", greater_is_better=False)
    best = 0
    for step, loss in curve.items():
        callback.on_evaluate(args, state, control, {"eval_loss": loss})
        if state.best_metric is None or loss < state.best_metric:  # as the Trainer notes it
            state.best_metric, best = loss, step
        if control.should_training_stop:
            return step, best
    return max(curve), best


def confidence(model: torch.nn.Module, tokenizer: object, cases: list) -> float:
    """Return the mean probability of the likeliest next token after each prompt."""
    ends = int(tokenizer.eos_token_id is not None)  # the end token is not asked about
    sure = []
    with tinyworld.evaluating(model) as device:
        for first in range(0, len(cases), 32):
            texts = [case.prompt for case in cases[first : first + 32]]
            prompts = tinyworld.batch(tokenizer, texts, device)
            last = prompts["attention_mask"].sum(1) - 1 - ends
            logits = model(**prompts).logits[range(len(texts)), last]  # (texts, vocabulary)
            sure.append(logits.softmax(-1).max(-1).values)
    return torch.cat(sure).mean().item()


EVERY = 5  # steps between two measurements


@demo(
    topic="debugging",
    claims={
        "best-is-early": "The best checkpoint lies in the first half of the run",
        "late-is-worse": "At the end validation loss stands more than 0.2 nats above its best",
        "grows-confident": "From the best checkpoint to the end the model grows more confident",
        "stopping-pays": "On untouched test texts the best checkpoint has the lower loss",
    },
    measures={
        "best_step": "step of the lowest validation loss",
        "stop_step": "step at which patience ran out",
        "best_val": "lowest validation loss, nats per token",
        "final_val": "validation loss after the last step",
        "waited": "steps from the best one so far to the stop",
        "gap": "validation loss minus training loss after the last step, nats per token",
        "confident_at_best": "mean probability of its own first choice at the best checkpoint",
        "confident_at_end": "mean probability of its own first choice at the end",
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
        bundled=True,
    ),
    budget_s=6,
    token_passes=270_000,
    model_copies=6,
    trained_texts=8,
    bundled_claims=("best-is-early", "late-is-worse", "grows-confident", "stopping-pays"),
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
    curve = {0: tinyworld.loss(tuned, tokenizer, validation)}  # validation loss by updates made
    run.axes(x="step", y="loss (nats per token)")
    run.axes(chart="accuracy", x="step", y="unseen loans graded right (share)")
    run.reference("base model", curve[0])
    run.reference("chance", tinyworld.chance("bank"), chart="accuracy")

    best_step, best = 0, copy.deepcopy(tuned)
    draw = random.Random(seed)
    chosen = ([train[draw.randrange(documents)] for _ in range(8)] for _ in run.steps(steps))
    batches = (tinyworld.batch(tokenizer, texts, run.device) for texts in chosen)  # (8, T)
    for step, loss in enumerate(tinyworld.train(tuned, batches, learning_rate), 1):
        run.point(step, train=loss)
        if step % EVERY == 0 or step == steps:
            curve[step] = tinyworld.loss(tuned, tokenizer, validation)
            run.point(step, validation=curve[step])
            if curve[step] < curve[best_step]:
                best_step, best = step, copy.deepcopy(tuned)
        if step % 15 == 0:
            run.point(step, right=tinyworld.accuracy(tuned, tokenizer, cases), chart="accuracy")

    stop_step, best_so_far = stopped_by_trainer(curve, patience)
    if stop_step < steps:
        run.reference("patience is over", stop_step, axis="x")
    low, last = curve[best_step], curve[steps]
    test_at_best = tinyworld.loss(best, tokenizer, test)
    test_at_end = tinyworld.loss(tuned, tokenizer, test)
    right_at_best = tinyworld.accuracy(best, tokenizer, cases)
    right_at_end = tinyworld.accuracy(tuned, tokenizer, cases)
    sure_at_best = confidence(best, tokenizer, cases)
    sure_at_end = confidence(tuned, tokenizer, cases)
    final_train = tinyworld.loss(tuned, tokenizer, train[:48])
    early = best_step <= steps / 2
    where = "in the first half" if early else "in the second half"
    if best_step == 0:
        where = "before training"

    run.measure(best_step=best_step, stop_step=stop_step, where=where)
    run.measure(waited=stop_step - best_so_far, gap=last - final_train)
    run.measure(confident_at_best=sure_at_best, confident_at_end=sure_at_end)
    run.measure(best_val=low, final_val=last, final_train=final_train)
    run.measure(test_at_best=test_at_best, test_at_end=test_at_end)
    run.measure(accuracy_at_best=right_at_best, accuracy_at_end=right_at_end)
    run.claim("best-is-early", early, f"step {best_step} of {steps}")
    run.claim("late-is-worse", last > low + 0.2, f"{low:.2f} to {last:.2f}")
    shown = f"{sure_at_best:.0%} to {sure_at_end:.0%}"
    run.claim("grows-confident", sure_at_end > sure_at_best + 0.05, shown)
    pays = test_at_best < test_at_end
    run.claim("stopping-pays", pays, f"{test_at_best:.2f} against {test_at_end:.2f}")
