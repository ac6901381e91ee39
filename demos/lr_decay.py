"""Decay pays.

**Question.** Adam adapts its steps. Does it matter whether the learning rate falls to zero?

**Idea.** Near a minimum the gradient of a batch is mostly noise. At a constant rate the weights
keep jumping about, and the loss stays above the minimum by an amount that grows with η:

    excess loss ∝ η · (noise of the gradient)

A high rate covers distance, a low rate settles. Decay does first one, then the other.

**Watch** three fine-tunes on new texts. The high constant rate comes down fast and then stays above
the floor. The low one has not arrived by the end. The decayed one does both: it follows the high
rate and then settles. `warmup_stable_decay` follows it until its decay begins, and then falls
within a few steps.

**Try** `peak = 0.0003`: the rate is too small for noise to matter, and the claims fail.

**At real scale.** Hu et al. (MiniCPM, arXiv 2404.06395) propose warmup-stable-decay, so that a run
can be continued from before its decay. Defazio et al. (arXiv 2310.07831) find linear decay to zero
strong and explain why. QLoRA (arXiv 2305.14314) used a constant rate: a small η leaves little to
gain. Which decay is best cannot be told from this miniature; that decay gains can.
"""

import copy

import tinyworld
import torch
from transformers import get_scheduler

from quizapp.demo import Choice, Float, Int, Predict, Run, demo


def scheduled(kind: str, optimizer: torch.optim.Optimizer, warmup: int, steps: int):
    """Return a schedule of transformers; warmup_stable_decay decays in the last fifth."""
    more = {"num_decay_steps": steps // 5} if kind == "warmup_stable_decay" else {}
    return get_scheduler(kind, optimizer, warmup, steps, scheduler_specific_kwargs=more)


@demo(
    topic="optimisation",
    claims={
        "decay-pays": "The run with decay ends more than 0.003 nats below the constant rate",
        "low-has-not-arrived": "A constant rate a hundredth as high ends above the decayed run",
        "decay-removes-excess": "Decay leaves at most two thirds of the excess over the floor",
    },
    measures={
        "constant": "loss on unseen text, constant rate, mean of its last fifth, nats per token",
        "low": "loss on unseen text, a constant rate a hundredth as high",
        "excess_left": "loss above the floor after decay, as a share of that at a constant rate",
        "decayed": "loss on unseen text, rate decayed to zero",
        "gain": "what the decay gains, nats per token",
        "lower": "which run ends lower",
    },
    predict=Predict(
        "Same peak, same data, same steps. Which run ends lower?",
        options=("constant rate", "decayed rate"),
        measure="lower",
    ),
    budget_s=10,
)
def main(
    run: Run,
    schedule: str = Choice("cosine", "linear", "warmup_stable_decay"),
    peak: float = Float(2.5e-2, 1e-5, 0.1, log=True),
    batch: int = Int(2, 1, 32, log=True, help="texts per step: fewer, and the gradient is noisier"),
    steps: int = Int(200, 40, 400, step=20),
    warmup: float = Float(0.1, 0.0, 0.5, help="share of the steps"),
    seed: int = Int(0, 0, 999),
) -> None:
    base, tokenizer = tinyworld.load(device=run.device)
    train = tinyworld.documents("clinic", batch * steps, seed=seed)
    unseen = tinyworld.documents("clinic", 96, seed=1000 + seed)
    batches = list(tinyworld.batches(tokenizer, train, batch, run.device))  # (batch, T) each
    run.axes(x="step", y="loss on unseen text (nats per token)", log_y=True)
    run.axes(chart="rate", x="step", y="learning rate")
    run.reference("floor", tinyworld.floor("clinic"))

    ends = {}
    jumps = []  # the constant run over its last fifth: one checkpoint alone may be lucky
    run.progress(3 * steps)
    for name, (kind, highest) in {
        "constant": ("constant_with_warmup", peak),
        "decayed": (schedule, peak),
        "low": ("constant_with_warmup", peak / 100),
    }.items():
        model = copy.deepcopy(base).train()
        optimizer = torch.optim.AdamW(model.parameters(), lr=highest, weight_decay=0.0)
        rates = scheduled(kind, optimizer, round(warmup * steps), steps)
        for step, rows in enumerate(batches):
            run.step()
            run.line_points(step, {name: rates.get_last_lr()[0]}, chart="rate")
            model(**rows).loss.backward()
            optimizer.step()
            rates.step()
            optimizer.zero_grad()
            if step % 10 == 9:
                run.line_points(step + 1, {name: tinyworld.loss(model, tokenizer, unseen[:24])})
            if step % 5 == 4 and steps - step <= steps // 5 and name == "constant":
                jumps.append(tinyworld.loss(model, tokenizer, unseen))
        ends[name] = tinyworld.loss(model, tokenizer, unseen)

    constant = sum(jumps) / len(jumps)
    decayed = ends["decayed"]
    gain = constant - decayed
    floor = tinyworld.floor("clinic")
    excess_left = (decayed - floor) / (constant - floor)
    lower = "decayed rate" if gain > 0 else "constant rate"

    run.measure(constant=constant, decayed=decayed, gain=gain, lower=lower)
    run.measure(low=ends["low"], excess_left=excess_left)
    run.claim("decay-pays", gain > 0.003, f"{constant:.3f} constant, {decayed:.3f} decayed")
    late = ends["low"] > decayed + 0.01
    run.claim("low-has-not-arrived", late, f"{ends['low']:.3f} at a hundredth of the rate")
    run.claim("decay-removes-excess", excess_left < 2 / 3, f"{excess_left:.0%} of it left")
