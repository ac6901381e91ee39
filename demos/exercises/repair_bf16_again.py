"""Repair a moving average that does not move.

**Exercise.** Beside the model a moving average of its weights is kept, which is to be served. The
model learns, the average stays where it began: its curve is flat. The decay is a given, and what
comes back has to be in bfloat16. Repair the script.

The judge keeps the average of the same weights with torch's own AveragedModel.
"""

import copy

import torch
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from quizapp.demo import Code, Int, Run, Solution, demo

STARTER = '''
import copy

import torch


def train(model, batches, decay, log):
    """Train the model; return it and the moving average of its weights in bfloat16.

    model:   torch.nn.Linear in float32; it stays in float32
    batches: list of (x, y)
    decay:   after each step, average = decay * average + (1 - decay) * weights
    log:     log(step, loss) draws the loss of the average
    """
    average = copy.deepcopy(model).to(torch.bfloat16)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
    for step, (x, y) in enumerate(batches):
        loss = torch.nn.functional.mse_loss(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        with torch.no_grad():
            for slow, fast in zip(average.parameters(), model.parameters()):
                slow.mul_(decay).add_(fast.to(torch.bfloat16), alpha=1 - decay)
            out = average(x.to(torch.bfloat16)).float()
        log(step, torch.nn.functional.mse_loss(out, y).item())
    return model, average
'''


def train(model, batches, decay, log):
    """Train the model; return it and the moving average of its weights in bfloat16."""
    average = copy.deepcopy(model)  # in float32: each change is a small part of the value
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
    for step, (x, y) in enumerate(batches):
        loss = torch.nn.functional.mse_loss(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        with torch.no_grad():
            for slow, fast in zip(average.parameters(), model.parameters(), strict=True):
                slow.mul_(decay).add_(fast, alpha=1 - decay)
            log(step, torch.nn.functional.mse_loss(average(x), y).item())
    return model, average.to(torch.bfloat16)


@demo(
    topic="repair-training",
    claims={
        "average-learns": "On new rows the average's error ends below a fifth of the start's",
        "equals-torch": "The average is the one that torch's AveragedModel keeps at this decay",
        "model-same": "The model itself is trained as before",
        "as-served": "The average comes back in bfloat16, the model in float32",
    },
    measures={"left": "Error of the average on new rows as a share of the start's"},
    budget_s=1,
)
def main(
    run: Run,
    solution: Solution = Code(entry="train", starter=STARTER),
    seed: int = Int(0, 0, 999),
) -> None:
    torch.manual_seed(seed)
    features, outputs, steps, decay = 8 + seed % 5, 4, 600, 0.997
    model = torch.nn.Linear(features, outputs)
    with torch.no_grad():
        model.weight.copy_(1 + torch.rand(outputs, features))
        model.bias.copy_(1 + torch.rand(outputs))
    truth = model.weight.detach() + 0.5 * torch.sign(torch.randn(outputs, features))

    def rows(count: int) -> tuple[torch.Tensor, torch.Tensor]:
        x = torch.randn(count, features)
        return x, x @ truth.T + 1 + 0.1 * torch.randn(count, outputs)

    batches, (x, y) = [rows(16) for _ in range(steps)], rows(400)
    before = torch.nn.functional.mse_loss(model(x), y).item()
    run.axes(x="step", y="error of the average", log_y=True)
    run.reference("start", before)
    run.progress(steps)

    def log(step: int, value: float) -> None:
        run.step()
        run.point(step, yours=value)

    mine = copy.deepcopy(model)
    theirs = AveragedModel(mine, multi_avg_fn=get_ema_multi_avg_fn(decay))
    theirs.update_parameters(mine)  # the first call copies the weights at the start
    optimizer = torch.optim.SGD(mine.parameters(), lr=0.05)
    for batch_x, batch_y in batches:
        loss = torch.nn.functional.mse_loss(mine(batch_x), batch_y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        theirs.update_parameters(mine)

    yours = None
    with run.judge("average-learns") as judge:
        yours = solution(copy.deepcopy(model), batches, decay, log)
        weight, bias = (getattr(yours[1], name).detach().float() for name in ("weight", "bias"))
        left = torch.nn.functional.mse_loss(x @ weight.T + bias, y).item() / before
        run.measure(left=left)
        judge.that(left < 0.2, f"the average's error on new rows is {left:.2f} of the start's")

    with run.judge("equals-torch") as judge:
        judge.that(yours is not None, "nothing came back")
        for name in ("weight", "bias"):
            judge.equal(
                getattr(yours[1], name).detach().float(),
                getattr(theirs.module, name),
                within=0.01,
                by="torch",
                of=name,
                mistakes={
                    "is this where the average began?": getattr(model, name).bfloat16().float(),
                    "are these the weights of the model itself?": getattr(mine, name),
                },
            )

    with run.judge("model-same") as judge:
        judge.that(yours is not None, "nothing came back")
        for name in ("weight", "bias"):
            one, other = getattr(yours[0], name), getattr(mine, name)
            judge.equal(one, other, within=1e-3, by="SGD", of=name)

    with run.judge("as-served") as judge:
        judge.that(yours is not None, "nothing came back")
        formats = [str(part.weight.dtype) for part in yours]
        judge.equal(formats, ["torch.float32", "torch.bfloat16"], by="the task", of="formats")
