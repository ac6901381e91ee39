"""Repair a loop whose loss swings up and down.

**Exercise.** A linear model is trained with plain SGD, one step per batch. The loss falls, rises
again as if nothing had been learned, falls again, and never settles. The rate is right for this
data: half of it swings as well. Repair the loop.

The judge compares the trained weights with SGD worked out from the formula
w ← w - η · ∂L/∂w, and tries the model on rows that it has not seen.
"""

import copy

import torch

from quizapp.demo import Code, Int, Run, Solution, demo

STARTER = '''
import torch


def train(model, batches, rate, log):
    """Take one step of plain SGD per batch and return the model.

    model:   torch.nn.Linear(features, 1)
    batches: list of (x, y) with x (rows, features) and y (rows, 1)
    rate:    the learning rate, right for this data
    log:     log(step, loss) draws the curve
    """
    optimizer = torch.optim.SGD(model.parameters(), lr=rate)
    for step, (x, y) in enumerate(batches):
        loss = torch.nn.functional.mse_loss(model(x), y)
        loss.backward()
        optimizer.step()
        log(step, loss.item())
    return model
'''


def train(model, batches, rate, log):
    """Take one step of plain SGD per batch and return the model."""
    optimizer = torch.optim.SGD(model.parameters(), lr=rate)
    for step, (x, y) in enumerate(batches):
        loss = torch.nn.functional.mse_loss(model(x), y)
        optimizer.zero_grad()  # backward adds to what is there
        loss.backward()
        optimizer.step()
        log(step, loss.item())
    return model


def by_formula(
    model: torch.nn.Linear, batches: list, rate: float, *, adds_up: bool = False
) -> torch.Tensor:
    """Return weight and bias after SGD on the mean squared error, without autograd.

    `adds_up` follows the sum of all gradients so far.
    """
    w, b = model.weight.detach().clone(), model.bias.detach().clone()
    down_w, down_b = torch.zeros_like(w), torch.zeros_like(b)
    for x, y in batches:
        error = x @ w.T + b - y  # (rows, 1)
        down_w = adds_up * down_w + 2 * (error * x).mean(0, keepdim=True)
        down_b = adds_up * down_b + 2 * error.mean(0)
        w -= rate * down_w
        b -= rate * down_b
    return torch.cat([w.flatten(), b])


def wrong_ways(model: torch.nn.Linear, batches: list, rate: float) -> dict[str, torch.Tensor]:
    """Return where mistakes lead, by the question that each is met with."""
    return {
        "is anything left of the gradient when the step is made?": by_formula(model, [], rate),
        "does a step still follow the gradients of earlier batches?": by_formula(
            model, batches, rate, adds_up=True
        ),
        "a smaller rate makes the waves slower: what makes them?": by_formula(
            model, batches, rate / 10, adds_up=True
        ),
    }


@demo(
    topic="repair-training",
    claims={
        "learns": "On new rows the mean squared error ends below 0.1",
        "is-sgd": "The weights end where plain SGD at the given rate ends, one step per batch",
        "any-length": "The same holds for a shorter run and for a longer one",
    },
    measures={"error": "Mean squared error on new rows"},
    budget_s=1,
)
def main(
    run: Run,
    solution: Solution = Code(entry="train", starter=STARTER),
    seed: int = Int(0, 0, 999),
) -> None:
    torch.manual_seed(seed)
    features, steps = 8 + seed % 5, 160
    truth = torch.randn(features, 1)
    truth *= 2 / truth.norm()
    spread = torch.linspace(0.6, 1.4, features)  # features of different size: no common rhythm

    def rows(count: int) -> tuple[torch.Tensor, torch.Tensor]:
        x = torch.randn(count, features) * spread
        return x, x @ truth + 0.1 * torch.randn(count, 1)

    batches = [rows(16) for _ in range(2 * steps)]
    start = torch.nn.Linear(features, 1)
    run.axes(x="step", y="mean squared error", log_y=True)
    run.reference("noise", 0.01)
    run.progress(steps)

    def log(step: int, value: float) -> None:
        run.step()
        run.point(step, yours=value)

    trained = None
    with run.judge("learns") as judge:
        trained = solution(copy.deepcopy(start), batches[:steps], 0.05, log)
        x, y = rows(500)
        error = torch.nn.functional.mse_loss(trained(x), y).item()
        run.measure(error=error)
        judge.that(error < 0.1, f"the error on new rows is {error:.3g}: does the curve settle?")

    with run.judge("is-sgd") as judge:
        judge.that(trained is not None, "no model came back")
        yours = torch.cat([p.detach().flatten() for p in trained.parameters()])
        theirs = by_formula(start, batches[:steps], 0.05)
        mistakes = wrong_ways(start, batches[:steps], 0.05)
        judge.equal(yours, theirs, within=1e-3, by="SGD", of="the weights", mistakes=mistakes)

    with run.judge("any-length") as judge:
        for count in (3, 2 * steps):
            trained = solution(
                copy.deepcopy(start), batches[:count], 0.03, lambda step, value: run.check()
            )
            yours = torch.cat([p.detach().flatten() for p in trained.parameters()])
            theirs = by_formula(start, batches[:count], 0.03)
            judge.equal(yours, theirs, within=1e-3, by="SGD", of=f"{count} steps")
