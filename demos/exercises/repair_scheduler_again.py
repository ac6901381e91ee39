"""Repair a run that stops learning too early.

**Exercise.** Four small batches are accumulated into one step of the optimizer, and the rate falls
linearly to zero. The first steps learn well; then the curve lies flat, far above where the same
run without accumulation ends. Repair the script; data, accumulation and first rate stay.

The judge reads the rate at every step of the optimizer, and tries the model on new rows.
"""

import copy

import torch
from torch.optim.optimizer import register_optimizer_step_pre_hook

from quizapp.demo import Code, Int, Run, Solution, demo

STARTER = '''
import torch


def train(model, batches, rate, accumulate, log):
    """Train with one step per `accumulate` batches, the rate falling linearly to zero.

    model:      torch.nn.Linear
    batches:    list of (x, y); their number is a multiple of accumulate
    rate:       the first learning rate
    accumulate: number of batches for one step
    log:        log(batch, loss) draws the curve
    """
    steps = len(batches) // accumulate
    optimizer = torch.optim.SGD(model.parameters(), lr=rate)
    scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: max(0, 1 - step / steps))
    for index, (x, y) in enumerate(batches):
        loss = torch.nn.functional.mse_loss(model(x), y)
        (loss / accumulate).backward()
        if (index + 1) % accumulate == 0:
            optimizer.step()
            optimizer.zero_grad()
        scheduler.step()
        log(index, loss.item())
    return model
'''


def train(model, batches, rate, accumulate, log):
    """Train with one step per `accumulate` batches, the rate falling linearly to zero."""
    steps = len(batches) // accumulate
    optimizer = torch.optim.SGD(model.parameters(), lr=rate)
    scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: max(0, 1 - step / steps))
    for index, (x, y) in enumerate(batches):
        loss = torch.nn.functional.mse_loss(model(x), y)
        (loss / accumulate).backward()
        if (index + 1) % accumulate == 0:
            optimizer.step()
            optimizer.zero_grad()
            scheduler.step()  # once per step, which is what the schedule counts
        log(index, loss.item())
    return model


@demo(
    topic="repair-training",
    claims={
        "learns": "On new rows the error ends below 5 percent of the start's",
        "linear": "The rate of each step lies on the line from the first rate to zero",
        "steps": "There is one step per group of batches, from the sum of their gradients",
        "no-group": "With accumulate = 1 the run is right as well",
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
    features, accumulate, rate = 6 + seed % 5, 3 + seed % 3, 0.03
    truth = torch.randn(features, 1)

    def rows(count: int) -> tuple[torch.Tensor, torch.Tensor]:
        x = torch.randn(count, features)
        return x, x @ truth + 0.05 * torch.randn(count, 1)

    steps = 90
    batches, (x, y) = [rows(8) for _ in range(accumulate * steps)], rows(400)
    start = torch.nn.Linear(features, 1)
    before = torch.nn.functional.mse_loss(start(x), y).item()
    run.axes(x="batch", y="mean squared error", log_y=True)
    run.axes(x="step", y="learning rate", chart="rate")
    run.progress(len(batches))
    rates, grads = [], []

    def look(optimizer: torch.optim.Optimizer, *_) -> None:
        rates.append(float(optimizer.param_groups[0]["lr"]))
        grads.append(optimizer.param_groups[0]["params"][0].grad.clone())
        run.point(len(rates) - 1, chart="rate", rate=rates[-1])

    def log(step: int, value: float) -> None:
        run.step()
        run.point(step, yours=value)

    hook = register_optimizer_step_pre_hook(look)
    with run.judge("learns") as judge:
        trained = solution(copy.deepcopy(start), batches, rate, accumulate, log)
        left = torch.nn.functional.mse_loss(trained(x), y).item() / before
        run.measure(left=left)
        judge.that(left < 0.05, f"the error on new rows is {left:.3f} of the start's")

    with run.judge("steps") as judge:
        judge.equal(len(rates), steps, within=0, by="the task", of="steps of the optimizer")
        many_x, many_y = (torch.cat(part) for part in zip(*batches[:accumulate], strict=True))
        loss = torch.nn.functional.mse_loss(start(many_x), many_y)
        (theirs,) = torch.autograd.grad(loss, [start.weight])
        judge.equal(grads[0], theirs, within=1e-3, by="one large batch", of="the first gradient")

    with run.judge("linear") as judge:
        line = [rate * (1 - step / steps) for step in range(steps)]
        judge.equal(rates, line, within=0.03, by="the line", of="rates")

    with run.judge("no-group") as judge:
        rates.clear()
        solution(copy.deepcopy(start), batches[:30], rate, 1, lambda step, value: run.check())
        line = [rate * (1 - step / 30) for step in range(30)]
        judge.equal(rates, line, within=0.05, by="the line", of="rates")
    hook.remove()
