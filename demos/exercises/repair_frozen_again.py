"""Repair a head on top of a pretrained body.

**Exercise.** A pretrained body stays frozen; a new head and the body's normalisation layers are
trained on top of it. The loss falls a little and stays on a plateau, at any rate. Repair the
script. All linear layers of the body have to stay frozen.

The judge looks at what moved, and asks for the answers to rows that were not trained on.
"""

import copy

import torch

from quizapp.demo import Code, Int, Run, Solution, demo

STARTER = '''
import torch


def tune(body, width, outputs, batches, log):
    """Return the body with a head, of which head and normalisation layers were trained.

    body:    torch.nn.Sequential with linear layers, LayerNorm and activations; gives width numbers
    batches: list of (x, y)
    log:     log(step, loss) draws the curve
    """
    model = torch.nn.Sequential(body, torch.nn.Linear(width, outputs))
    for parameter in model.parameters():
        parameter.requires_grad = False
    for module in model.modules():
        if isinstance(module, torch.nn.LayerNorm):
            module.requires_grad_(True)

    trained = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=2e-2, weight_decay=0.0)
    for step, (x, y) in enumerate(batches):
        loss = torch.nn.functional.mse_loss(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())
    return model
'''


def tune(body, width, outputs, batches, log):
    """Return the body with a head, of which head and normalisation layers were trained."""
    body.requires_grad_(False)  # before the head is there
    model = torch.nn.Sequential(body, torch.nn.Linear(width, outputs))
    for module in model.modules():
        if isinstance(module, torch.nn.LayerNorm):
            module.requires_grad_(True)

    trained = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=2e-2, weight_decay=0.0)
    for step, (x, y) in enumerate(batches):
        loss = torch.nn.functional.mse_loss(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())
    return model


@demo(
    topic="repair-training",
    claims={
        "learns": "On new rows the error ends below a tenth of what the mean of y would give",
        "head-moves": "Weight and bias of the head were trained",
        "norms-move": "Every normalisation layer was trained",
        "body-stays": "The body's linear layers are those that it came with",
    },
    measures={"left": "Error on new rows as a share of the variance of y"},
    budget_s=1,
)
def main(
    run: Run,
    solution: Solution = Code(entry="tune", starter=STARTER),
    seed: int = Int(0, 0, 999),
) -> None:
    torch.manual_seed(seed)
    features, width, outputs, steps = 8 + seed % 4, 24, 12, 160
    body = torch.nn.Sequential(
        torch.nn.Linear(features, width),
        torch.nn.LayerNorm(width),
        torch.nn.GELU(),
        torch.nn.Linear(width, width),
        torch.nn.LayerNorm(width),
    )
    truth = torch.randn(width, outputs) / width**0.5

    def rows(count: int) -> tuple[torch.Tensor, torch.Tensor]:
        x = torch.randn(count, features)
        with torch.no_grad():
            return x, body(x) @ truth

    batches, (x, y) = [rows(32) for _ in range(steps)], rows(500)
    run.axes(x="step", y="mean squared error", log_y=True)
    run.progress(steps)

    def log(step: int, value: float) -> None:
        run.step()
        run.point(step, yours=value)

    model, begun = None, copy.deepcopy(body)
    torch.manual_seed(2000 + seed)
    head = torch.nn.Linear(width, outputs)  # what a head begins with that is made first
    torch.manual_seed(2000 + seed)
    with run.judge("learns") as judge:
        model = solution(body, width, outputs, batches, log)
        model.eval()
        left = (torch.nn.functional.mse_loss(model(x), y) / y.var()).item()
        run.measure(left=left)
        judge.that(left < 0.1, f"the error on new rows is {left:.2f} of the variance of y")

    with run.judge("head-moves") as judge:
        judge.that(model is not None, "no model came back")
        last = [m for m in model.modules() if isinstance(m, torch.nn.Linear)][-1]
        judge.equal(last.out_features, outputs, by="the task", of="outputs of the last layer")
        for name in ("weight", "bias"):
            gap = (getattr(last, name) - getattr(head, name)).abs().max().item()
            judge.that(gap, f"the head's {name} is as it was initialised")

    with run.judge("norms-move") as judge:
        judge.that(model is not None, "no model came back")
        norms = [m for m in model.modules() if isinstance(m, torch.nn.LayerNorm)]
        judge.equal(len(norms), 2, by="the body", of="normalisation layers")
        still = sum(bool((m.weight == 1).all() or (m.bias == 0).all()) for m in norms)
        judge.that(not still, f"{still} of 2 normalisation layers are as they came")

    with run.judge("body-stays") as judge:
        judge.that(model is not None, "no model came back")
        linear = [m for m in model.modules() if isinstance(m, torch.nn.Linear)]
        for place, index in enumerate((0, 3)):
            theirs = begun[index]
            judge.equal(linear[place].weight, theirs.weight, within=0, by="the body at the start")
            judge.equal(linear[place].bias, theirs.bias, within=0, by="the body at the start")
