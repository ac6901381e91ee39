"""Repair training on several workers.

**Exercise.** Each step is shared by several workers: each takes the gradient of its own texts, and
the gradients are put together. The run should equal one on a single worker. It learns, but texts
on a worker that got few of them count too much, and the error on them all is higher. More than
one thing is wrong. Repair the script.

The judge trains a single worker on all texts of each step, with the mean over all of them.
"""

import copy

import torch

from quizapp.demo import Code, Int, Run, Solution, demo

STARTER = '''
import torch


def train(model, steps, rate, log):
    """Take one step of SGD per entry of steps and return the model.

    model: torch.nn.Linear(features, 1)
    steps: list of lists, one (x, y) per worker, which may be of any length, also empty
    rate:  learning rate
    log:   log(step, loss) draws the mean loss over all texts of the step
    """
    for step, workers in enumerate(steps):
        total = [torch.zeros_like(p) for p in model.parameters()]
        logged = 0.0
        for x, y in workers:
            if len(x) == 0:
                continue  # this worker has nothing to do
            loss = torch.nn.functional.mse_loss(model(x), y)
            for sum_, grad in zip(total, torch.autograd.grad(loss, list(model.parameters()))):
                sum_ += grad
            logged += loss.item() / len(workers)
        with torch.no_grad():
            for p, grad in zip(model.parameters(), total):
                p -= rate * grad / len(workers)
        log(step, logged)
    return model
'''


def train(model, steps, rate, log):
    """Take one step of SGD per entry of steps and return the model."""
    for step, workers in enumerate(steps):
        total = [torch.zeros_like(p) for p in model.parameters()]
        texts = max(1, sum(len(x) for x, _ in workers))
        logged = 0.0
        for x, y in workers:
            loss = torch.nn.functional.mse_loss(model(x), y, reduction="sum") / texts
            grads = torch.autograd.grad(loss, list(model.parameters()))
            for sum_, grad in zip(total, grads, strict=True):
                sum_ += grad
            logged += loss.item()
        with torch.no_grad():
            for p, grad in zip(model.parameters(), total, strict=True):
                p -= rate * grad
        log(step, logged)
    return model


def single(model: torch.nn.Linear, steps: list, rate: float) -> tuple[torch.Tensor, list[float]]:
    """Return weights and losses of one worker that has all texts of each step."""
    w, b, losses = model.weight.detach().clone(), model.bias.detach().clone(), []
    for workers in steps:
        x, y = (torch.cat(part) for part in zip(*workers, strict=True))
        error = x @ w.T + b - y
        if len(x):
            w -= rate * 2 * (error * x).mean(0, keepdim=True)
            b -= rate * 2 * error.mean(0)
        losses.append(error.square().mean().item() if len(x) else 0.0)
    return torch.cat([w.flatten(), b]), losses


@demo(
    topic="repair-training",
    claims={
        "as-single": "Unequal workers give the weights of a single one",
        "idle-worker": "A worker without texts changes nothing",
        "any-number": "One worker, two and five give the same",
        "curve": "The curve shows the mean loss over all texts of the step",
    },
    measures={"gap": "Largest difference from the weights of a single worker"},
    budget_s=1,
)
def main(
    run: Run,
    solution: Solution = Code(entry="train", starter=STARTER),
    seed: int = Int(0, 0, 999),
) -> None:
    torch.manual_seed(seed)
    features, rate = 5 + seed % 4, 0.05
    truth = torch.randn(features, 1)
    model = torch.nn.Linear(features, 1)

    def share(*sizes: int) -> list:
        """Return (x, y) of so many texts per worker; texts of small shares are of another kind."""
        found = []
        for size in sizes:
            x = torch.randn(size, features)
            found.append((x, x @ truth + (3.0 if size < 4 else 0.0)))
        return found

    def flat(trained: torch.nn.Module) -> torch.Tensor:
        return torch.cat([p.detach().flatten() for p in trained.parameters()])

    steps = [share(14 + i % 3, 2, 7, 1 + i % 2) for i in range(50)]
    theirs, losses = single(model, steps, rate)
    run.axes(x="step", y="mean squared error", log_y=True)
    run.progress(len(steps))
    logged = []

    def log(step: int, value: float) -> None:
        run.step()
        run.line_points(step, {"yours": value, "single": losses[min(step, len(losses) - 1)]})
        logged.append(value)

    def same(judge, some: list, name: str) -> None:
        yours = flat(solution(copy.deepcopy(model), some, rate, lambda step, value: run.check()))
        wanted, _ = single(model, some, rate)
        judge.equal(yours, wanted, within=1e-3, by="a single worker", of=name)

    with run.judge("as-single") as judge:
        yours = flat(solution(copy.deepcopy(model), steps, rate, log))
        run.measure(gap=(yours - theirs).abs().max())
        judge.equal(yours, theirs, within=1e-3, by="a single worker", of="the weights")

    with run.judge("curve") as judge:
        judge.equal(logged, losses, within=1e-3, by="a single worker", of="the loss")

    with run.judge("idle-worker") as judge:
        same(judge, [share(6, 0, 6), share(0, 6, 6)], "one worker without texts")
        same(judge, [share(6, 6), share(0, 0), share(6, 6)], "a step without texts")

    with run.judge("any-number") as judge:
        for sizes in ((9,), (1, 8), (3, 1, 2, 2, 1)):
            same(judge, [share(*sizes) for _ in range(6)], f"{len(sizes)} workers")
