"""Reading a learning-rate schedule exactly.

**Question.** Linear warmup to a peak, then cosine decay. What is the learning rate at step t?

**Idea.** With W warmup steps and T steps in all, the two halves are

    t < W:   η = peak · t / W
    t ≥ W:   η = peak · ½·(1 + cos(π·u)),   u = (t − W) / (T − W)

The decay begins right after warmup and lasts to the end. It is not a "late phase".

**Watch** the first step. transformers starts at t = 0 with η = 0: the first optimizer step moves
no weight at all. The last step stands just above zero, unless you ask for a floor
(`min_lr_rate`); that is another schedule with another name. Nothing is trained here: a real AdamW
steps one weight under each schedule.

**At real scale.** Cosine decay comes from SGDR (Loshchilov and Hutter, arXiv 1608.03983), there
with restarts. Warmup-stable-decay (MiniCPM, arXiv 2404.06395) keeps the peak and decays only at
the end, so that the length of the run need not be known. The arithmetic is the same at any size.

**Try** `warmup = 0`: the first step is the largest, and a claim fails. So does one with
`total = 20, warmup = 2`: the last step is no longer near zero.
"""

import torch
from transformers import (
    get_constant_schedule_with_warmup,
    get_cosine_schedule_with_warmup,
    get_cosine_with_min_lr_schedule_with_warmup,
    get_linear_schedule_with_warmup,
    get_wsd_schedule,
)

from quizapp.demo import Float, Int, Predict, Run, demo


@demo(
    topic="optimisation",
    claims={
        "first-step-is-zero": "With warmup the first optimizer step changes no weight",
        "peak-ends-warmup": "The cosine schedule is at its peak at the step that ends warmup",
        "decay-starts-at-once": "The step after the peak is already below the peak",
        "ends-near-zero": "The last step of the cosine is below a thousandth of the peak",
    },
    measures={
        "first_step": "what the first optimizer step did",
        "cosine_at": "cosine: learning rate at the chosen step",
        "linear_at": "linear: learning rate at the chosen step",
        "wsd_at": "warmup-stable-decay: learning rate at the chosen step",
        "cosine_last": "cosine: learning rate of the last step",
        "floor_last": "cosine with a floor: learning rate of the last step",
        "linear_last": "linear: learning rate of the last step",
        "cosine_mean": "cosine: mean learning rate as a share of the peak",
        "constant_mean": "constant with warmup: mean learning rate as a share of the peak",
    },
    predict=Predict(
        "100 warmup steps. What does the very first optimizer step do to the weights?",
        options=("moves them at the peak rate", "moves them at peak / 100", "nothing"),
        measure="first_step",
    ),
    budget_s=2,
)
def main(
    run: Run,
    peak: float = Float(5e-5, 1e-6, 1e-2, log=True),
    warmup: int = Int(100, 0, 500, step=50),
    total: int = Int(1000, 20, 2000, step=100),
    floor: float = Float(0.02, 0.0, 0.5, help="floor of the decay, as a share of the peak"),
    at: int = Int(550, 0, 1999, step=50, help="the step whose rate is read"),
) -> None:
    warmup, at = min(warmup, total - 1), min(at, total - 1)
    decay = (total - warmup) // 5  # warmup-stable-decay: the last fifth after warmup
    makers = {
        "cosine": lambda o: get_cosine_schedule_with_warmup(o, warmup, total),
        "linear": lambda o: get_linear_schedule_with_warmup(o, warmup, total),
        "constant": lambda o: get_constant_schedule_with_warmup(o, warmup),
        "cosine to a floor": lambda o: get_cosine_with_min_lr_schedule_with_warmup(
            o, warmup, total, min_lr_rate=floor
        ),
        "warmup-stable-decay": lambda o: get_wsd_schedule(o, warmup, decay, total),
    }
    run.axes(x="step", y="learning rate / 10⁻⁵")
    run.reference("peak", peak * 1e5)

    rates: dict[str, list[float]] = {}
    moved = 0.0  # by how much the first step of the cosine run moved the weight
    progress = run.steps(len(makers) * total)
    for name, make in makers.items():
        weight = torch.nn.Parameter(torch.ones(1))
        optimizer = torch.optim.AdamW([weight], lr=peak)
        schedule = make(optimizer)
        rates[name] = []
        for step in range(total):
            next(progress)
            rate = optimizer.param_groups[0]["lr"]  # what this optimizer step uses
            rates[name].append(rate)
            run.line_points(step, {name: rate * 1e5})
            weight.grad = torch.ones(1)
            before = weight.item()
            optimizer.step()
            schedule.step()
            if name == "cosine" and step == 0:
                moved = abs(weight.item() - before)
    next(progress, None)  # the progress bar reaches its end

    cosine = rates["cosine"]
    some = "moves them at the peak rate" if cosine[0] >= peak else "moves them at peak / 100"
    run.measure("first_step", some if moved else "nothing")
    for key, name in (("cosine", "cosine"), ("linear", "linear"), ("wsd", "warmup-stable-decay")):
        run.measure(f"{key}_at", rates[name][at])
    run.measure("cosine_last", cosine[-1])
    run.measure("floor_last", rates["cosine to a floor"][-1])
    run.measure("linear_last", rates["linear"][-1])
    run.measure("cosine_mean", sum(cosine) / total / peak)
    run.measure("constant_mean", sum(rates["constant"]) / total / peak)
    run.claim("first-step-is-zero", moved == 0, f"rate {cosine[0]:g}, weight moved by {moved:g}")
    top = max(range(total), key=cosine.__getitem__)
    run.claim("peak-ends-warmup", top == warmup, f"largest at step {top}")
    run.claim("decay-starts-at-once", warmup + 1 < total and cosine[warmup + 1] < peak)
    run.claim("ends-near-zero", cosine[-1] < peak / 1000, f"{cosine[-1]:.3g}")
