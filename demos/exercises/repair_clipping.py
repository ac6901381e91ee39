"""Repair training with loss scaling that crawls.

**Exercise.** The loss is scaled so that small gradients survive in float16, and gradients are
clipped, since a corrupted label turns up now and then. Since clipping came in, the loss falls
hundreds of times more slowly. Without clipping one corrupted label ruins the run. Repair the
script; scaler, clipping at norm 1 and rate stay.

The judge trains in float32 without scaling, with each gradient clipped to norm 1. A batch with an
infinite gradient has to be skipped.
"""

import copy

import torch

from quizapp.demo import Code, Int, Run, Solution, demo

STARTER = '''
import torch


def train(model, batches, rate, scaler, log):
    """Take one step of SGD per batch, gradients clipped to norm 1, and return the model.

    model:   torch.nn.Linear
    batches: list of (x, y)
    rate:    learning rate
    scaler:  torch.amp.GradScaler for the CPU
    log:     log(step, loss) draws the curve
    """
    optimizer = torch.optim.SGD(model.parameters(), lr=rate)
    for step, (x, y) in enumerate(batches):
        loss = torch.nn.functional.mse_loss(model(x), y)
        optimizer.zero_grad()
        scaler.scale(loss).backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        scaler.step(optimizer)
        scaler.update()
        log(step, loss.item())
    return model
'''


def train(model, batches, rate, scaler, log):
    """Take one step of SGD per batch, gradients clipped to norm 1, and return the model."""
    optimizer = torch.optim.SGD(model.parameters(), lr=rate)
    for step, (x, y) in enumerate(batches):
        loss = torch.nn.functional.mse_loss(model(x), y)
        optimizer.zero_grad()
        scaler.scale(loss).backward()
        scaler.unscale_(optimizer)  # the norm is that of the gradient, not of its scaled copy
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        scaler.step(optimizer)
        scaler.update()
        log(step, loss.item())
    return model


def unscaled(model: torch.nn.Linear, batches: list, rate: float) -> torch.Tensor:
    """Return the weights after SGD without scaling, each gradient clipped to norm 1."""
    model = copy.deepcopy(model)
    for x, y in batches:
        loss = torch.nn.functional.mse_loss(model(x), y)
        grads = torch.autograd.grad(loss, list(model.parameters()))
        norm = torch.sqrt(sum(grad.square().sum() for grad in grads))
        if not torch.isfinite(norm):
            continue
        with torch.no_grad():
            for parameter, grad in zip(model.parameters(), grads, strict=True):
                parameter -= rate * grad * min(1.0, 1.0 / norm)
    return flat(model)


def flat(model: torch.nn.Module) -> torch.Tensor:
    """Return all weights in one long vector."""
    return torch.cat([p.detach().flatten() for p in model.parameters()])


@demo(
    topic="repair-training",
    claims={
        "learns": "On new rows the error ends below a tenth of the start's",
        "as-unscaled": "The weights are those of a run without scaling, clipped to norm 1",
        "one-bad-label": "A corrupted label moves the weights by no more than the rate",
        "infinite": "A batch with an infinite gradient changes nothing",
        "scaled": "The loss is scaled when backward runs, whatever the scale",
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
    features, steps, rate = 6 + seed % 5, 150, 0.05
    truth = torch.randn(features, 1)
    truth *= 2 / truth.norm()

    def rows(count: int, bad: float = 0.0) -> tuple[torch.Tensor, torch.Tensor]:
        x = torch.randn(count, features)
        y = x @ truth + 0.1 * torch.randn(count, 1)
        y[0] += bad
        return x, y

    model = torch.nn.Linear(features, 1)
    batches = [rows(16, bad=1e4 if step % 30 == 11 else 0.0) for step in range(steps)]
    x, y = rows(400)
    before = torch.nn.functional.mse_loss(model(x), y).item()
    run.axes(x="step", y="error on new rows", log_y=True)
    run.reference("start", before)
    run.progress(steps)
    given = copy.deepcopy(model)

    def log(step: int, value: float) -> None:
        run.step()
        with torch.no_grad():
            run.point(step, yours=torch.nn.functional.mse_loss(given(x), y).item())

    def scaler(scale: float = 4096.0) -> torch.amp.GradScaler:
        return torch.amp.GradScaler("cpu", init_scale=scale, growth_interval=40)

    quiet = lambda step, value: run.check()  # noqa: E731  # a curve nobody looks at
    trained = None
    with run.judge("learns") as judge:
        trained = solution(given, batches, rate, scaler(), log)
        left = torch.nn.functional.mse_loss(trained(x), y).item() / before
        run.measure(left=left)
        judge.that(left < 0.1, f"the error on new rows is {left:.2g} of the start's")

    with run.judge("as-unscaled") as judge:
        judge.that(trained is not None, "no model came back")
        theirs = unscaled(model, batches, rate)
        judge.equal(flat(trained), theirs, within=2e-3, by="the run without scaling", of="weights")

    with run.judge("one-bad-label") as judge:
        after = solution(copy.deepcopy(model), [rows(16, bad=1e5)], rate, scaler(), quiet)
        far = (flat(after) - flat(model)).norm().item()
        judge.that(
            far < 1.01 * rate, f"one batch moved the weights by {far:.2g}, the rate is {rate}"
        )
        judge.that(far > 0.9 * rate, f"it moved them by {far:.2g} only, clipping allows {rate}")

    with run.judge("infinite") as judge:
        x_bad, y_bad = rows(16)
        some = [batches[0], (x_bad, y_bad + torch.inf), batches[1]]
        yours = flat(solution(copy.deepcopy(model), some, rate, scaler(), quiet))
        theirs = unscaled(model, some, rate)
        judge.equal(yours, theirs, within=2e-3, by="the run without it", of="weights")

    with run.judge("scaled") as judge:
        for scale in (64.0, 16384.0):
            given, sizes = copy.deepcopy(model), []
            given.bias.register_hook(lambda grad, sizes=sizes: sizes.append(grad.item()))
            loss = torch.nn.functional.mse_loss(model(batches[0][0]), batches[0][1])
            (plain,) = torch.autograd.grad(loss, [model.bias])
            yours = flat(solution(given, batches[:1], rate, scaler(scale), quiet))
            judge.that(sizes, "backward never reached the model's parameters")
            judge.equal(sizes[0] / plain.item(), scale, within=0.01, by="the scaler", of="scale")
            theirs = unscaled(model, batches[:1], rate)
            judge.equal(yours, theirs, within=2e-3, by="the run without scaling", of="weights")
