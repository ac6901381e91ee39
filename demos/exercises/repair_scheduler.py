"""Repair a run that hardly begins to learn.

**Exercise.** The rate is to rise to its peak over the first tenth of all steps, then fall to zero
along a cosine. The run takes all its steps without an error, and the loss barely moves, in the
first epoch not at all. Repair the script; data, number of steps and peak stay.

The judge reads the rate at every step of the optimizer, and tries the model on new rows.
"""

import copy
import itertools
import math

import torch
from torch.optim.optimizer import register_optimizer_step_pre_hook

from quizapp.demo import Code, Int, Run, Solution, demo

STARTER = '''
import math

import torch


def train(model, batches, epochs, peak, log):
    """Train the model for some epochs with warmup and cosine decay, and return it.

    model:   torch.nn.Linear
    batches: list of (x, y), gone through once per epoch
    peak:    the highest learning rate
    log:     log(step, loss) draws the curve
    """
    steps = epochs * len(batches)
    warmup = steps // 10

    def factor(step):
        if step < warmup:
            return step / warmup
        return 0.5 * (1 + math.cos(math.pi * (step - warmup) / (steps - warmup)))

    optimizer = torch.optim.SGD(model.parameters(), lr=peak)
    scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, factor)
    step = 0
    for epoch in range(epochs):
        for x, y in batches:
            loss = torch.nn.functional.mse_loss(model(x), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            log(step, loss.item())
            step += 1
        scheduler.step()
    return model
'''


def train(model, batches, epochs, peak, log):
    """Train the model for some epochs with warmup and cosine decay, and return it."""
    steps = epochs * len(batches)
    warmup = steps // 10

    def factor(step):
        if step < warmup:
            return step / warmup
        return 0.5 * (1 + math.cos(math.pi * (step - warmup) / (steps - warmup)))

    optimizer = torch.optim.SGD(model.parameters(), lr=peak)
    scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, factor)
    step = 0
    for _epoch in range(epochs):
        for x, y in batches:
            loss = torch.nn.functional.mse_loss(model(x), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            scheduler.step()  # factor counts steps, so the scheduler does
            log(step, loss.item())
            step += 1
    return model


@demo(
    topic="repair-training",
    claims={
        "learns": "On new rows the error ends below 5 percent of the start's",
        "warms-up": "The rate rises to the given peak over about the first tenth of the steps",
        "comes-down": "From the peak it falls along a cosine, to nearly zero at the last step",
        "all-steps": "Every batch of every epoch gets one step",
    },
    measures={"left": "Error on new rows as a share of the start's"},
    budget_s=1,
)
def main(
    run: Run,
    solution: Solution = Code(entry="train", starter=STARTER),
    seed: int = Int(0, 0, 999),
) -> None:
    torch.manual_seed(seed)
    features, epochs, peak = 6 + seed % 5, 4 + seed % 3, 0.02
    truth = torch.randn(features, 1)

    def rows(count: int) -> tuple[torch.Tensor, torch.Tensor]:
        x = torch.randn(count, features)
        return x, x @ truth + 0.05 * torch.randn(count, 1)

    batches, (x, y) = [rows(16) for _ in range(40)], rows(400)
    steps, start = epochs * len(batches), torch.nn.Linear(features, 1)
    before = torch.nn.functional.mse_loss(start(x), y).item()
    run.axes(x="step", y="mean squared error", log_y=True)
    run.axes(x="step", y="learning rate", chart="rate")
    run.reference("peak", peak, chart="rate")
    run.progress(steps)
    rates = []

    def look(optimizer: torch.optim.Optimizer, *_) -> None:
        rates.append(float(optimizer.param_groups[0]["lr"]))
        run.point(len(rates) - 1, chart="rate", rate=rates[-1])

    def log(step: int, value: float) -> None:
        run.step()
        run.point(step, yours=value)

    hook = register_optimizer_step_pre_hook(look)
    with run.judge("learns") as judge:
        trained = solution(copy.deepcopy(start), batches, epochs, peak, log)
        left = torch.nn.functional.mse_loss(trained(x), y).item() / before
        run.measure(left=left)
        judge.that(left < 0.05, f"the error on new rows is {left:.2f} of the start's")
    hook.remove()

    with run.judge("all-steps") as judge:
        judge.equal(len(rates), steps, within=0, by="the task", of="steps of the optimizer")

    top = max(rates, default=0.0)
    place = rates.index(top) if rates else 0
    with run.judge("warms-up") as judge:
        judge.equal(top, peak, within=0.1, by="the task", of="the highest rate")
        early = 0.05 * steps <= place <= 0.15 * steps
        judge.that(early, f"the rate is highest at step {place} of {steps}")
        judge.that(rates[0] < peak / 2, f"the rate begins at {rates[0]:.3g}")
        judge.that(
            all(a <= b for a, b in itertools.pairwise(rates[: place + 1])),
            "the rate falls in between",
        )

    with run.judge("comes-down") as judge:
        judge.that(rates, "no optimizer of torch made a step")
        judge.that(rates[-1] < peak / 20, f"the rate of the last step is {rates[-1]:.3g}")
        done = [(i - place) / (steps - place) for i in range(place, len(rates))]
        cosine = [top * 0.5 * (1 + math.cos(math.pi * share)) for share in done]
        gap = max(abs(a - b) for a, b in zip(rates[place:], cosine, strict=True))
        judge.that(gap < 0.05 * peak, f"the rate is up to {gap:.2g} away from the cosine")
