"""Repair a run that overfits although it has dropout.

**Exercise.** A small classifier with BatchNorm and dropout is trained on few rows and checked on
held-out rows after every epoch. Without the check, dropout keeps the training loss up. With it,
the training loss goes to zero as if there were no dropout, and new rows fare worse. Repair the
script: the check stays, after every epoch.

The judge watches in which mode each part of the model is whenever it is called.
"""

import copy

import torch

from quizapp.demo import Code, Int, Run, Solution, demo

STARTER = '''
import torch


def train(model, batches, held_out, epochs, log):
    """Train the model, log its loss on the held-out rows after each epoch, and return it.

    model:    torch.nn.Sequential with BatchNorm1d and Dropout, in training mode
    batches:  list of (x, label), gone through once per epoch
    held_out: (x, label)
    log:      log(epoch, loss) draws the curve of the held-out loss
    """
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2)
    for epoch in range(epochs):
        for x, label in batches:
            loss = torch.nn.functional.cross_entropy(model(x), label)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        model.eval()
        with torch.no_grad():
            x, label = held_out
            log(epoch, torch.nn.functional.cross_entropy(model(x), label).item())
    return model
'''


def train(model, batches, held_out, epochs, log):
    """Train the model, log its loss on the held-out rows after each epoch, and return it."""
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2)
    for epoch in range(epochs):
        model.train()  # undoes the eval() of the epoch before
        for x, label in batches:
            loss = torch.nn.functional.cross_entropy(model(x), label)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        model.eval()
        with torch.no_grad():
            x, label = held_out
            log(epoch, torch.nn.functional.cross_entropy(model(x), label).item())
    return model


@demo(
    topic="repair-training",
    claims={
        "trains-in-train": "Whenever a gradient is taken, BatchNorm and dropout are in train mode",
        "checks-in-eval": "The held-out rows are passed in eval mode, once per epoch",
        "statistics": "BatchNorm's running mean is that of what it sees at the end",
        "all-batches": "Each epoch takes one step per batch, none on held-out rows",
        "generalises": "The loss on rows never seen ends below 2 nats",
    },
    measures={"loss": "Loss on rows never seen, in nats"},
    budget_s=1,
)
def main(
    run: Run,
    solution: Solution = Code(entry="train", starter=STARTER),
    seed: int = Int(0, 0, 999),
) -> None:
    torch.manual_seed(seed)
    features, width, epochs = 12 + seed % 5, 256, 40 + seed % 4
    model = torch.nn.Sequential(
        torch.nn.Linear(features, width),
        torch.nn.BatchNorm1d(width),
        torch.nn.ReLU(),
        torch.nn.Dropout(0.8),
        torch.nn.Linear(width, 3),
    )
    truth = torch.randn(features, 3)

    def rows(count: int) -> tuple[torch.Tensor, torch.Tensor]:
        x = 2 + torch.randn(count, features)  # a mean other than the 0 that BatchNorm begins with
        return x, ((x - 2) @ truth + 2 * torch.randn(count, 3)).argmax(1)

    batches, held_out, new = [rows(16) for _ in range(4)], rows(203), rows(500)
    run.axes(x="epoch", y="held-out loss (nats)")
    run.progress(epochs)
    calls = []  # (in training mode, with gradient, rows) of each call of each part

    def look(module: torch.nn.Module, args: tuple) -> None:
        calls.append((module.training, torch.is_grad_enabled(), len(args[0])))

    def log(step: int, value: float) -> None:
        run.step()
        run.point(step, yours=value)

    given = copy.deepcopy(model)
    for place in (1, 3):
        given[place].register_forward_pre_hook(look)
    trained, seen = None, []
    with run.judge("generalises") as judge:
        trained = solution(given, batches, held_out, epochs, log)
        seen = list(calls)
        trained.eval()
        with torch.no_grad():
            loss = torch.nn.functional.cross_entropy(trained(new[0]), new[1]).item()
        run.measure(loss=loss)
        judge.that(loss < 2, f"the loss on rows never seen is {loss:.2f}")

    with run.judge("trains-in-train") as judge:
        judge.that(seen, "BatchNorm and dropout were never called")
        modes = [training for training, grad, _ in seen if grad]
        off = modes.count(False)
        judge.that(not off, f"{off} of {len(modes)} calls with a gradient were in eval mode")

    with run.judge("checks-in-eval") as judge:
        checks = [training for training, grad, _ in seen if not grad]
        judge.equal(len(checks), 2 * epochs, within=0, by="the task", of="calls of the two layers")
        off = checks.count(True)
        judge.that(not off, f"{off} of {len(checks)} calls of the check were in training mode")

    with run.judge("all-batches") as judge:
        sizes = [count for _, grad, count in seen if grad]
        judge.that(203 not in sizes, "a gradient was taken on the held-out rows")
        judge.equal(len(sizes), 2 * 4 * epochs, within=0, by="the task", of="training calls")

    with run.judge("statistics") as judge:
        judge.that(trained is not None, "no model came back")
        with torch.no_grad():
            inside = trained[0](torch.cat([x for x, _ in batches]))
            off = ((inside.mean(0) - trained[1].running_mean) / inside.std(0)).abs().mean().item()
        judge.that(off < 0.15, f"the running mean is {off:.2f} standard deviations away")
