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

**Try** `warmup = 0`: the first step is the largest, and a claim fails. So does one with
`total = 20, warmup = 2`: the last step is no longer near zero.

**At real scale.** Cosine decay comes from SGDR (Loshchilov and Hutter, arXiv 1608.03983), there
with restarts. Warmup-stable-decay (MiniCPM, arXiv 2404.06395) keeps the peak and decays only at
the end, so that the length of the run need not be known. The arithmetic is the same at any size.
"""

from collections.abc import Callable

import torch
import transformers as hf
from torch.optim import AdamW
from torch.optim.lr_scheduler import LRScheduler

from quizapp.demo import Float, Int, Predict, Run, demo


def rates_and_first_move(
    make: Callable[[AdamW], LRScheduler], peak: float, total: int
) -> tuple[list[float], float]:
    """Return the rate of each optimizer step, and how far the first one moves a weight of 1."""
    weight = torch.nn.Parameter(torch.ones(1))
    weight.grad = torch.ones(1)
    optimizer = AdamW([weight], lr=peak)
    schedule = make(optimizer)
    rates, moved = [], 0.0
    for step in range(total):
        rates.append(optimizer.param_groups[0]["lr"])  # what this optimizer step uses
        optimizer.step()
        schedule.step()
        if step == 0:
            moved = abs(weight.item() - 1)
    return rates, moved


def share_equal(rates: list[float], others: list[float]) -> float:
    """Return the share of steps at which two schedules have the same rate."""
    return sum(a == b for a, b in zip(rates, others, strict=True)) / len(rates)


@demo(
    topic="optimisation",
    claims={
        "first-step-is-zero": "With warmup the first optimizer step changes no weight",
        "peak-ends-warmup": "The cosine schedule is at its peak at the step that ends warmup",
        "decay-starts-at-once": "The step after the peak is already below the peak",
        "ends-near-zero": "The last step of the cosine is below a thousandth of the peak",
        "plateau-is-open": "A run planned 20 % longer has the same rates for over half of its "
        "steps under warmup-stable-decay, and under a cosine for hardly any after warmup",
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
        "wsd_same": "warmup-stable-decay: share of steps whose rate a longer plan leaves as it is",
        "cosine_same": "cosine: share of steps whose rate a longer plan leaves as it is",
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
    warmup = min(warmup, total - 1)
    at = min(at, total - 1)
    decay = (total - warmup) // 5  # warmup-stable-decay: the last fifth after warmup
    longer = total + total // 5  # the same run, planned a fifth longer
    makers = {
        "cosine": lambda o: hf.get_cosine_schedule_with_warmup(o, warmup, total),
        "linear": lambda o: hf.get_linear_schedule_with_warmup(o, warmup, total),
        "constant": lambda o: hf.get_constant_schedule_with_warmup(o, warmup),
        "cosine to a floor": lambda o: hf.get_cosine_with_min_lr_schedule_with_warmup(
            o, warmup, total, min_lr_rate=floor
        ),
        "warmup-stable-decay": lambda o: hf.get_wsd_schedule(o, warmup, decay, total),
    }
    run.axes(x="step", y="learning rate / 10⁻⁵")
    run.reference("peak", peak * 1e5)

    rates, first_move = {}, {}
    run.progress(len(makers))
    for name, make in makers.items():
        run.step()
        rates[name], first_move[name] = rates_and_first_move(make, peak, total)
        for step, rate in enumerate(rates[name]):
            run.line_points(step, {name: rate * 1e5})

    longer_cosine, _ = rates_and_first_move(
        lambda o: hf.get_cosine_schedule_with_warmup(o, warmup, longer), peak, total
    )
    longer_wsd, _ = rates_and_first_move(
        lambda o: hf.get_wsd_schedule(o, warmup, decay, longer), peak, total
    )
    cosine_same = share_equal(rates["cosine"], longer_cosine)
    wsd_same = share_equal(rates["warmup-stable-decay"], longer_wsd)

    cosine = rates["cosine"]
    linear = rates["linear"]
    moved = first_move["cosine"]
    first_step = "moves them at the peak rate" if cosine[0] >= peak else "moves them at peak / 100"
    if moved == 0:
        first_step = "nothing"
    top = cosine.index(max(cosine))
    next_is_lower = warmup + 1 < total and cosine[warmup + 1] < peak

    run.measure(first_step=first_step)
    run.measure(cosine_at=cosine[at], linear_at=linear[at], wsd_at=rates["warmup-stable-decay"][at])
    run.measure(cosine_last=cosine[-1], linear_last=linear[-1])
    run.measure(floor_last=rates["cosine to a floor"][-1])
    run.measure(cosine_mean=sum(cosine) / total / peak)
    run.measure(constant_mean=sum(rates["constant"]) / total / peak)
    run.measure(wsd_same=wsd_same, cosine_same=cosine_same)
    run.claim("first-step-is-zero", moved == 0, f"rate {cosine[0]:g}, weight moved by {moved:g}")
    run.claim("peak-ends-warmup", top == warmup, f"largest at step {top}")
    run.claim("decay-starts-at-once", next_is_lower)
    run.claim("ends-near-zero", cosine[-1] < peak / 1000, f"{cosine[-1]:.3g}")
    open_end = wsd_same > 0.5 and cosine_same < warmup / total + 0.02
    run.claim("plateau-is-open", open_end, f"{wsd_same:.0%} and {cosine_same:.0%} of the steps")
