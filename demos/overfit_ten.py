"""Overfit ten examples on purpose.

**Question.** Which bugs does the oldest test of a training pipeline find, and which does it miss?

**Idea.** Any sound pipeline can store ten examples: their loss goes to nearly zero. If it does not,
the gradient does not reach the weights. The converse does not hold. Wrong labels are stored as
well as right ones, so the test says nothing about the data:

    loss → 0   the optimizer moves the weights that the loss depends on
    nothing else

**Watch** three runs over ten documents: a sound one, one whose facts are wrong, and one whose
optimizer holds the weights of another copy of the model, a bug that raises no error.

**Try** `steps = 10`: too short to store anything, and a claim fails.

**At real scale.** Goodfellow, Bengio and Courville, *Deep Learning*, section 11.5, recommend the
test. Zhang et al. (arXiv 1611.03530) fit random labels of all of ImageNet: a small training loss
does not vouch for the labels. That is why one decodes a batch and reads it first.
"""

import copy
import math

import tinyworld
import torch

from quizapp.demo import Float, Int, Predict, Run, demo


def overfit(model: torch.nn.Module, trained: torch.nn.Module, batch: dict, rate: float, steps: int):
    """Step on the weights of `trained` by the loss of `model`; give the loss before each step."""
    optimizer = torch.optim.AdamW(trained.parameters(), lr=rate, weight_decay=0.0)
    model.train()
    for _ in range(steps):
        loss = model(**batch).loss
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        yield loss.item()


@demo(
    topic="debugging",
    claims={
        "sound-run-stores": "The sound run ends below a tenth of its first loss",
        "wrong-labels-pass": "Ten documents with wrong facts are stored as well",
        "unreached-weights-fail": "Where the optimizer holds other weights the loss stays",
    },
    measures={
        "first": "loss before the first step, nats per token",
        "sound": "loss of the ten documents after the sound run",
        "wrong": "loss after the run on wrong facts",
        "unreached": "loss where the optimizer holds another copy's weights",
        "finds": "what ten documents with wrong facts do",
    },
    predict=Predict(
        "Ten documents whose facts are wrong. Does the overfit test find that?",
        options=("yes: the loss stays high", "no: the loss goes to nearly zero"),
        measure="finds",
    ),
    budget_s=6,
)
def main(
    run: Run,
    steps: int = Int(100, 10, 300, step=10),
    learning_rate: float = Float(3e-3, 1e-5, 0.1, log=True),
    seed: int = Int(0, 0, 999),
) -> None:
    base, tokenizer = tinyworld.load(device=run.device)
    right = tinyworld.documents("clinic", 10, seed=seed)
    facts = tinyworld.documents("clinic", 10, seed=seed, noise=1.0)  # outcomes drawn at random
    run.axes(x="step", y="training loss (nats per token)", log_y=True)

    ends = {}
    run.progress(3 * steps)
    for name, texts in {"sound": right, "wrong": facts, "unreached": right}.items():
        batch = tinyworld.batch(tokenizer, texts, run.device)  # input_ids: (10, T)
        model = copy.deepcopy(base)
        trained = copy.deepcopy(base) if name == "unreached" else model
        for step, loss in enumerate(overfit(model, trained, batch, learning_rate, steps)):
            run.step()
            run.line_points(step, {name: loss})
        ends[name] = tinyworld.loss(model, tokenizer, texts)

    first = tinyworld.loss(base, tokenizer, right)
    stored = ends["wrong"] < 0.1 * first
    finds = "no: the loss goes to nearly zero" if stored else "yes: the loss stays high"
    run.measure(first=first, **ends, finds=finds)
    shown = f"{first:.2f} to {ends['sound']:.3f}"
    run.claim("sound-run-stores", ends["sound"] < 0.1 * first, shown)
    run.claim("wrong-labels-pass", stored, f"{ends['wrong']:.3f}")
    stays = math.isclose(ends["unreached"], first, rel_tol=1e-3)
    run.claim("unreached-weights-fail", stays, f"{ends['unreached']:.3f}")
