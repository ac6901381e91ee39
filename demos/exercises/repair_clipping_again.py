"""Repair clipping that does not clip.

**Exercise.** Gradients are accumulated over micro-batches and clipped to norm 1, since a few rows
of the data are broken. All the same each broken row throws the model far off, and the curve needs
a long time to come back; between them learning is as it should be. Repair the script; rate, norm
and accumulation stay.

The judge compares with steps along the mean gradient of each group, scaled down to norm 1 where it
is longer.
"""

import copy

import torch

from quizapp.demo import Code, Int, Run, Solution, demo

STARTER = '''
import torch


def train(model, groups, rate, log):
    """Take one step of SGD per group of micro-batches, clipped to norm 1; return the model.

    model:  torch.nn.Linear
    groups: list of lists of (x, y), all of the same number of rows
    rate:   learning rate
    log:    log(step, loss) draws the curve
    """
    optimizer = torch.optim.SGD(model.parameters(), lr=rate)
    for step, group in enumerate(groups):
        total = 0.0
        for x, y in group:
            loss = torch.nn.functional.mse_loss(model(x), y) / len(group)
            loss.backward()
            total += loss.item()
        optimizer.step()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.zero_grad()
        log(step, total)
    return model
'''


def train(model, groups, rate, log):
    """Take one step of SGD per group of micro-batches, clipped to norm 1; return the model."""
    optimizer = torch.optim.SGD(model.parameters(), lr=rate)
    for step, group in enumerate(groups):
        total = 0.0
        for x, y in group:
            loss = torch.nn.functional.mse_loss(model(x), y) / len(group)
            loss.backward()
            total += loss.item()
        # after the whole group's gradient is there, before it is used
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
        log(step, total)
    return model


def clipped(model: torch.nn.Linear, groups: list, rate: float) -> torch.Tensor:
    """Return weight and bias after clipped steps along each group's mean gradient."""
    w, b = model.weight.detach().clone(), model.bias.detach().clone()
    for group in groups:
        x, y = (torch.cat(part) for part in zip(*group, strict=True))
        error = x @ w.T + b - y
        grad_w, grad_b = 2 * (error * x).mean(0, keepdim=True), 2 * error.mean(0)
        norm = (grad_w.square().sum() + grad_b.square().sum()).sqrt().item()
        w -= rate * grad_w * min(1.0, 1.0 / norm)
        b -= rate * grad_b * min(1.0, 1.0 / norm)
    return torch.cat([w.flatten(), b])


def flat(model: torch.nn.Module) -> torch.Tensor:
    """Return all weights in one long vector."""
    return torch.cat([p.detach().flatten() for p in model.parameters()])


@demo(
    topic="repair-training",
    claims={
        "learns": "On clean new rows the error ends below a tenth of the start's",
        "broken-row": "A broken row moves the weights by the rate, no further",
        "as-clipped": "Each step follows the group's gradient, scaled to norm 1 where it is longer",
        "direction": "Clipping shortens the gradient of a group and keeps its direction",
    },
    measures={"left": "Error on clean new rows as a share of the start's"},
    budget_s=1,
)
def main(
    run: Run,
    solution: Solution = Code(entry="train", starter=STARTER),
    seed: int = Int(0, 0, 999),
) -> None:
    torch.manual_seed(seed)
    features, pieces, steps, rate = 6 + seed % 5, 2 + seed % 3, 120, 0.08
    truth = torch.randn(features, 1)
    truth *= 2 / truth.norm()

    def rows(count: int, broken: float = 0.0) -> tuple[torch.Tensor, torch.Tensor]:
        x = torch.randn(count, features)
        y = x @ truth + 0.1 * torch.randn(count, 1)
        y[0] += broken
        return x, y

    def group(broken: float = 0.0) -> list:
        return [rows(8, broken if piece == 0 else 0.0) for piece in range(pieces)]

    model, (x, y) = torch.nn.Linear(features, 1), rows(400)
    groups = [group(3e3 if step % 25 == 24 and step < 110 else 0.0) for step in range(steps)]
    groups[-3] = group(3e3)
    before = torch.nn.functional.mse_loss(model(x), y).item()
    given = copy.deepcopy(model)
    run.axes(x="step", y="error on clean rows", log_y=True)
    run.reference("start", before)
    run.progress(steps)

    def log(step: int, value: float) -> None:
        run.step()
        with torch.no_grad():
            run.point(step, yours=torch.nn.functional.mse_loss(given(x), y).item())

    quiet = lambda step, value: run.check()  # noqa: E731  # a curve nobody looks at
    trained = None
    with run.judge("learns") as judge:
        trained = solution(given, groups, rate, log)
        left = torch.nn.functional.mse_loss(trained(x), y).item() / before
        run.measure(left=left)
        judge.that(left < 0.1, f"the error on new rows is {left:.2g} of the start's")

    with run.judge("broken-row") as judge:
        after = solution(copy.deepcopy(model), [group(1e4)], rate, quiet)
        far = (flat(after) - flat(model)).norm().item()
        judge.that(
            far < 1.01 * rate, f"one group moved the weights by {far:.2g}, the rate is {rate}"
        )
        judge.that(far > 0.9 * rate, f"it moved them by {far:.2g} only, clipping allows {rate}")

    with run.judge("direction") as judge:
        some = [group(40.0)]
        yours = flat(solution(copy.deepcopy(model), some, rate, quiet)) - flat(model)
        theirs = clipped(model, some, rate) - flat(model)
        cosine = torch.nn.functional.cosine_similarity(yours, theirs, 0).item()
        judge.that(cosine > 0.999, f"your step and the gradient have a cosine of {cosine:.3f}")

    with run.judge("as-clipped") as judge:
        judge.that(trained is not None, "no model came back")
        theirs = clipped(model, groups, rate)
        judge.equal(flat(trained), theirs, within=2e-3, by="clipped SGD", of="weights")
