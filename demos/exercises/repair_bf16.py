"""Repair a model whose weights stand still.

**Exercise.** A model is tuned in bfloat16, the format in which it is served, at a rate that works
in float32. The loss hardly falls, and most weights do not change in a single bit, although none is
frozen and every gradient is there. Repair the script. The rate is a given, and so are one step
per batch and the format of what comes back.

The judge tries the model on new rows, and counts the weights that moved.
"""

import copy

import torch
from torch.optim.optimizer import register_optimizer_step_pre_hook

from quizapp.demo import Code, Int, Run, Solution, demo

STARTER = '''
import torch


def tune(model, batches, rate, log):
    """Tune the model and return it in bfloat16, as it is served.

    model:   torch.nn.Linear in float32, pretrained
    batches: list of (x, y) in float32
    rate:    learning rate of AdamW
    log:     log(step, loss) draws the curve
    """
    model = model.to(torch.bfloat16)
    optimizer = torch.optim.AdamW(model.parameters(), lr=rate, weight_decay=0.0)
    for step, (x, y) in enumerate(batches):
        out = model(x.to(torch.bfloat16))
        loss = torch.nn.functional.mse_loss(out.float(), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())
    return model
'''


def tune(model, batches, rate, log):
    """Tune the model and return it in bfloat16, as it is served."""
    # the weights that the optimizer adds small steps to stay in float32
    optimizer = torch.optim.AdamW(model.parameters(), lr=rate, weight_decay=0.0)
    for step, (x, y) in enumerate(batches):
        with torch.autocast("cpu", dtype=torch.bfloat16):
            out = model(x)
        loss = torch.nn.functional.mse_loss(out.float(), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())
    return model.to(torch.bfloat16)  # rounded once, at the end


@demo(
    topic="repair-training",
    claims={
        "learns": "On new rows the error ends below a tenth of the start's",
        "moves": "At least 9 of 10 weights have moved",
        "rate-kept": "No step is larger than the given rate allows, one step per batch",
        "as-served": "What comes back is in bfloat16",
    },
    measures={
        "left": "Error on new rows as a share of the start's",
        "moved": "Share of the weights that moved",
    },
    budget_s=1,
)
def main(
    run: Run,
    solution: Solution = Code(entry="tune", starter=STARTER),
    seed: int = Int(0, 0, 999),
) -> None:
    torch.manual_seed(seed)
    features, outputs, steps, rate = 10 + seed % 5, 8, 250, 1e-3
    model = torch.nn.Linear(features, outputs, bias=False)
    with torch.no_grad():  # of size 0.6 to 1.8: the step from one bfloat16 to the next is 1/256 on
        sign = torch.sign(torch.randn(outputs, features))
        model.weight.copy_(sign * (0.6 + 1.2 * torch.rand(outputs, features)))
    truth = model.weight.detach() + 0.12 * torch.sign(torch.randn(outputs, features))

    def rows(count: int) -> tuple[torch.Tensor, torch.Tensor]:
        x = torch.randn(count, features)
        return x, x @ truth.T

    batches, (x, y) = [rows(32) for _ in range(steps)], rows(400)
    before = torch.nn.functional.mse_loss(model(x), y).item()
    run.axes(x="step", y="mean squared error", log_y=True)
    run.reference("start", before)
    run.progress(steps)
    rates = []

    def look(optimizer: torch.optim.Optimizer, *_) -> None:
        rates.extend(float(group["lr"]) for group in optimizer.param_groups)

    def log(step: int, value: float) -> None:
        run.step()
        run.point(step, yours=value)

    tuned, begin = None, model.weight.detach().clone()
    hook = register_optimizer_step_pre_hook(look)
    with run.judge("learns") as judge:
        tuned = solution(copy.deepcopy(model), batches, rate, log)
        out = x @ tuned.weight.detach().float().T
        left = torch.nn.functional.mse_loss(out, y).item() / before
        run.measure(left=left)
        judge.that(left < 0.1, f"the error on new rows is {left:.2f} of the start's")
    hook.remove()

    with run.judge("moves") as judge:
        judge.that(tuned is not None, "no model came back")
        gap = (tuned.weight.detach().float() - begin.bfloat16().float()).abs()
        moved = (gap > 0.02).float().mean().item()
        run.measure(moved=moved)
        judge.that(moved >= 0.9, f"{1 - moved:.0%} of the weights stand still")

    with run.judge("rate-kept") as judge:
        judge.that(tuned is not None, "no model came back")
        top = max(rates, default=0.0)
        judge.that(top <= 1.01 * rate, f"the rate went up to {top:.2g}")
        judge.that(len(rates) <= steps, f"{len(rates)} steps for {steps} batches")
        far = (tuned.weight.detach().float() - begin).abs().max().item()
        reach = 1.2 * steps * rate
        judge.that(far < reach, f"a weight went {far:.2g}; {steps} steps reach about {reach:.2g}")

    with run.judge("as-served") as judge:
        judge.that(tuned is not None, "no model came back")
        judge.equal(str(tuned.weight.dtype), "torch.bfloat16", by="the task", of="format")
