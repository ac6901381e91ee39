"""Averages of weights.

**Question.** What does averaging the weights of one run bring, when is it as good as decaying the
rate, and which weights can be averaged at all?

**Idea.** At a high constant rate the weights jump about a minimum. Their mean lies nearer to it
than any of them:

    EMA:  w̄ ← γ·w̄ + (1 − γ)·w  after each step          SWA:  the plain mean of late checkpoints

It costs one copy of the weights and nothing else: the training run does not change. It works while
the checkpoints lie in one basin of the loss. Two models from different random starts do not: what
one keeps in dimension 7 the other keeps in 52, and the mean mixes them.

**Watch** the loss of the running weights against that of their average, and both against a run
with the same peak that decays to zero. At the end the mean of two fine-tunes of one base stands
beside the mean of one of them and a copy of it whose hidden state is renumbered: the
same function, in another basin.

**Try** `rate=0.0003`: at a small rate the weights hardly jump, the average only lags behind.
`keep=0.5`: an average over two steps averages little away.

**At real scale.** Izmailov et al. (arXiv 1803.05407) introduce SWA; Wortsman et al. (arXiv
2203.05482) average fine-tunes of one pretrained model, "model soups", at no cost in serving.
"""

import copy

import tinyworld
import torch
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn
from transformers import get_scheduler

from quizapp.demo import Float, Int, Predict, Run, demo


def mean_of(first, second):
    """Return a model whose weights are the mean of those of two models."""
    mean = copy.deepcopy(first)
    with torch.no_grad():
        for weight, other in zip(mean.parameters(), second.parameters(), strict=True):
            weight.lerp_(other, 0.5)
    return mean


def renumbered(model):
    """Return a model that computes the same, its hidden state in another order."""
    other = copy.deepcopy(model)
    order = torch.randperm(model.config.hidden_size)
    with torch.no_grad():
        for name, weight in other.named_parameters():
            writes = name.endswith(("o_proj.weight", "down_proj.weight"))
            if weight.ndim == 1 or writes:  # norms, and what is added to the hidden state
                weight.copy_(weight[order])
            else:  # what reads the hidden state: (out, hidden)
                weight.copy_(weight[:, order])
    return other


def trained(model, batches, rate, step_done, decays=False):
    """Train with AdamW at a constant or a decaying rate, after ten steps of warmup."""
    optimizer = torch.optim.AdamW(model.parameters(), lr=rate, weight_decay=0.0)
    kind = "linear" if decays else "constant_with_warmup"
    rates = get_scheduler(kind, optimizer, 10, len(batches))
    for step, rows in enumerate(batches, 1):
        model(**rows).loss.backward()
        optimizer.step()
        rates.step()
        optimizer.zero_grad()
        step_done(step)
    return model


@demo(
    topic="optimisation",
    claims={
        "average-is-lower": "At the high rate the average ends below the running weights",
        "stands-in-for-decay": "The average takes away over a third of what decay takes away",
        "one-basin": "The mean of two fine-tunes of one base costs at most 0.05 nats more",
        "two-basins": "A copy with its hidden state renumbered computes the same; the mean of both "
        "costs over 0.3 nats more",
    },
    measures={
        "last": "loss of the running weights, mean over the last fifth, nats per token",
        "ema": "loss of the exponential average at the end, nats per token",
        "swa": "loss of the plain mean of the last fifth, nats per token",
        "decayed": "loss of the run whose rate decays to zero, nats per token",
        "share": "what the exponential average takes away, as a share of what decay takes away",
        "soup": "mean of two fine-tunes: its loss minus that of the better one, nats per token",
        "strangers": "mean of a model and its renumbered copy: its loss minus theirs, nats",
        "lower": "which weights end lower at the constant rate",
    },
    predict=Predict(
        "A high constant rate. Which weights have the lower loss on unseen texts?",
        options=("those of the last step", "their running average"),
        measure="lower",
    ),
    budget_s=5,
)
def main(
    run: Run,
    rate: float = Float(2e-2, 1e-4, 0.05, log=True),
    keep: float = Float(0.95, 0.5, 0.999, help="γ: share of the average kept in a step"),
    batch: int = Int(2, 1, 16, log=True),
    steps: int = Int(80, 40, 300, step=20),
    seed: int = Int(0, 0, 999),
) -> None:
    base, tokenizer = tinyworld.load(device=run.device)
    train = tinyworld.documents("clinic", batch * steps, seed=seed)
    unseen = tinyworld.documents("clinic", 32, seed=1000 + seed)
    batches = list(tinyworld.batches(tokenizer, train, batch, run.device))  # (batch, T) each

    def loss(model):
        return tinyworld.loss(model, tokenizer, unseen)

    run.axes(x="step", y="loss on unseen texts (nats per token)", log_y=True)
    run.progress(3 * steps)
    model = copy.deepcopy(base).train()
    ema = AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(keep))
    swa = AveragedModel(model)
    jumps = []  # the running weights over the last fifth: one checkpoint alone may be lucky

    def follow(step):
        run.step()
        ema.update_parameters(model)
        late = steps - step < steps // 5
        if late:
            swa.update_parameters(model)
        if step % 10 == 0 or (late and step % 4 == 0):
            now = loss(model)
            run.line_points(step, {"last step": now})
            jumps.extend([now] if late else [])
        if step % 10 == 0:
            run.line_points(step, {"running average": loss(ema.module)})

    trained(model, batches, rate, follow)
    decayed = copy.deepcopy(base).train()
    trained(decayed, batches, rate, lambda step: run.step(), decays=True)
    last, averaged, settled = sum(jumps) / len(jumps), loss(ema.module), loss(decayed)

    half = len(batches) // 2
    two = [
        trained(copy.deepcopy(base).train(), part, 4e-3, lambda step: run.step())
        for part in (batches[:half], batches[half:])
    ]
    soup = loss(mean_of(*two)) - min(map(loss, two))
    torch.manual_seed(seed)
    other = renumbered(two[0])
    same = loss(other) - loss(two[0])
    strangers = loss(mean_of(two[0], other)) - loss(two[0])

    share = (last - averaged) / (last - settled)
    lower = "their running average" if averaged < last else "those of the last step"
    run.measure(last=last, ema=averaged, swa=loss(swa.module), decayed=settled, share=share)
    run.measure(soup=soup, strangers=strangers, lower=lower)
    shown = f"{averaged:.3f} against {last:.3f}"
    run.claim("average-is-lower", averaged < last, shown)
    # where decay takes nothing away there is nothing to stand in for
    stands_in = share > 1 / 3 if last > settled + 0.02 else None
    run.claim("stands-in-for-decay", stands_in, f"{share:.0%} of it")
    run.claim("one-basin", soup < 0.05, f"{soup:+.3f} nats")
    shown = f"{same:+.4f} nats renumbered, {strangers:+.2f} for the mean"
    run.claim("two-basins", abs(same) < 1e-3 and strangers > 0.3, shown)
