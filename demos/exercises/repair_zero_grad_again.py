"""Repair the training of a body and a head.

**Exercise.** A pretrained body and a new head are trained with two optimizers, since the body
needs a smaller rate. With the body left alone the head learns. With both trained the loss falls
for a few steps and then climbs. Repair the loop.

The judge trains the same two parts with the gradient of each batch alone, at the same rates, and
tries yours on rows that it has not seen.
"""

import copy

import torch

from quizapp.demo import Code, Int, Run, Solution, demo

STARTER = '''
import torch


def train(body, head, batches, rates, log):
    """Train both parts with SGD, one step per batch, and return them.

    body, head: modules; the model is head(body(x))
    batches:    list of (x, y)
    rates:      learning rates of body and head, right for this data
    log:        log(step, loss) draws the curve
    """
    body_optimizer = torch.optim.SGD(body.parameters(), lr=rates[0])
    head_optimizer = torch.optim.SGD(head.parameters(), lr=rates[1])
    for step, (x, y) in enumerate(batches):
        head_optimizer.zero_grad()
        loss = torch.nn.functional.mse_loss(head(body(x)), y)
        loss.backward()
        body_optimizer.step()
        head_optimizer.step()
        log(step, loss.item())
    return body, head
'''


def train(body, head, batches, rates, log):
    """Train both parts with SGD, one step per batch, and return them."""
    body_optimizer = torch.optim.SGD(body.parameters(), lr=rates[0])
    head_optimizer = torch.optim.SGD(head.parameters(), lr=rates[1])
    for step, (x, y) in enumerate(batches):
        body_optimizer.zero_grad()
        head_optimizer.zero_grad()
        loss = torch.nn.functional.mse_loss(head(body(x)), y)
        loss.backward()
        body_optimizer.step()
        head_optimizer.step()
        log(step, loss.item())
    return body, head


def by_batch(body, head, batches: list, rates: tuple[float, float]) -> torch.Tensor:
    """Return all weights after steps along the gradient of each batch, in one long vector."""
    body, head = copy.deepcopy(body), copy.deepcopy(head)
    rated = [(p, rates[0]) for p in body.parameters()] + [(p, rates[1]) for p in head.parameters()]
    for x, y in batches:
        loss = torch.nn.functional.mse_loss(head(body(x)), y)
        grads = torch.autograd.grad(loss, [p for p, _ in rated])
        with torch.no_grad():
            for (p, rate), grad in zip(rated, grads, strict=True):
                p -= rate * grad
    return flat(body, head)


def flat(*modules: torch.nn.Module) -> torch.Tensor:
    """Return all weights of the modules in one long vector."""
    return torch.cat([p.detach().flatten() for m in modules for p in m.parameters()])


@demo(
    topic="repair-training",
    claims={
        "learns": "On new rows the mean squared error ends below half of the start's",
        "own-batch": "Each step of each part follows the gradient of its own batch",
        "both-move": "The body is trained too, at the rate given for it",
    },
    measures={"left": "Error on new rows as a share of the error before training"},
    budget_s=1,
)
def main(
    run: Run,
    solution: Solution = Code(entry="train", starter=STARTER),
    seed: int = Int(0, 0, 999),
) -> None:
    torch.manual_seed(seed)
    features, width, steps = 6 + seed % 4, 16, 120
    body = torch.nn.Sequential(torch.nn.Linear(features, width), torch.nn.GELU())
    head = torch.nn.Linear(width, 1)
    truth = torch.nn.Sequential(torch.nn.Linear(features, width), torch.nn.GELU())

    def rows(count: int) -> tuple[torch.Tensor, torch.Tensor]:
        x = torch.randn(count, features)
        with torch.no_grad():
            return x, truth(x).sum(1, keepdim=True) + 0.1 * torch.randn(count, 1)

    batches, rates = [rows(16) for _ in range(steps)], (0.05, 0.03)
    x, y = rows(400)
    before = torch.nn.functional.mse_loss(head(body(x)), y).item()
    run.axes(x="step", y="mean squared error", log_y=True)
    run.progress(steps)

    def log(step: int, value: float) -> None:
        run.step()
        run.point(step, yours=value)

    trained = None
    with run.judge("learns") as judge:
        trained = solution(copy.deepcopy(body), copy.deepcopy(head), batches, rates, log)
        error = torch.nn.functional.mse_loss(trained[1](trained[0](x)), y).item()
        run.measure(left=error / before)
        judge.that(error < before / 2, f"error {error:.3g} after training, {before:.3g} before")

    with run.judge("own-batch") as judge:
        for few in (1, 2, 40):
            yours = solution(
                copy.deepcopy(body),
                copy.deepcopy(head),
                batches[:few],
                rates,
                lambda step, value: run.check(),
            )
            theirs = by_batch(body, head, batches[:few], rates)
            judge.equal(flat(*yours), theirs, within=1e-3, by="SGD", of=f"weights at step {few}")

    with run.judge("both-move") as judge:
        judge.that(trained is not None, "nothing came back")
        found = by_batch(body, head, batches, rates)[: flat(body).numel()]
        moved = (flat(trained[0]) - flat(body)).norm() / (found - flat(body)).norm()
        judge.that(
            0.8 < moved < 1.25,
            f"the body moves {moved:.2g} times as far as its rate takes it",
        )
