"""Repair a run with two learning rates.

**Exercise.** A small classifier is tuned with an adapter that wants a large rate, and its head,
which is pretrained, with a small one. Each of the two parts has a group in the optimizer. The
curve falls as slowly as if there were no adapter. Repair the script.

The judge looks at rows that were not trained on, and at how far each part has moved.
"""

import copy

import torch
from peft import LoraConfig, get_peft_model

from quizapp.demo import Code, Int, Run, Solution, demo

STARTER = '''
import torch
from peft import get_peft_model


def tune(model, config, batches, rates, log):
    """Tune adapter and head, one step per batch, and return the model.

    model:   has .body and .head
    config:  LoraConfig; adapts the body and has modules_to_save=["head"]: peft trains the head too
    batches: list of (x, y)
    rates:   learning rates of adapter and head
    log:     log(step, loss) draws the curve
    """
    tuned = get_peft_model(model, config)
    named = [(n, p) for n, p in tuned.named_parameters() if p.requires_grad]
    adapter = [p for n, p in named if n.startswith("lora_")]
    head = [p for n, p in named if not n.startswith("lora_")]
    groups = [{"params": adapter, "lr": rates[0]}, {"params": head, "lr": rates[1]}]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.0)
    for step, (x, y) in enumerate(batches):
        loss = torch.nn.functional.mse_loss(tuned(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())
    return tuned
'''


def tune(model, config, batches, rates, log):
    """Tune adapter and head, one step per batch, and return the model."""
    tuned = get_peft_model(model, config)
    named = [(n, p) for n, p in tuned.named_parameters() if p.requires_grad]
    adapter = [p for n, p in named if "lora_" in n]  # the names begin with base_model.model
    head = [p for n, p in named if "lora_" not in n]
    groups = [{"params": adapter, "lr": rates[0]}, {"params": head, "lr": rates[1]}]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.0)
    for step, (x, y) in enumerate(batches):
        loss = torch.nn.functional.mse_loss(tuned(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())
    return tuned


class Regressor(torch.nn.Module):
    """A body of two layers and a head."""

    def __init__(self, features: int, width: int) -> None:
        super().__init__()
        self.body = torch.nn.Sequential(
            torch.nn.Linear(features, width), torch.nn.Tanh(), torch.nn.Linear(width, width)
        )
        self.head = torch.nn.Linear(width, 2)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.head(self.body(x).tanh())


@demo(
    topic="repair-training",
    claims={
        "learns": "On new rows the error ends below half of the error before",
        "adapter-fast": "The adapter moves further than the small rate could take it",
        "head-slow": "The head is trained, and moves no further than the small rate can take it",
        "rest-stays": "The body's own weights stay",
    },
    measures={"left": "Error on new rows as a share of the error before"},
    budget_s=1,
)
def main(
    run: Run,
    solution: Solution = Code(entry="tune", starter=STARTER),
    seed: int = Int(0, 0, 999),
) -> None:
    torch.manual_seed(seed)
    features, width, steps = 6 + seed % 4, 16, 200
    model = Regressor(features, width)
    task = copy.deepcopy(model)
    with torch.no_grad():
        task.body[0].weight += 0.7 * torch.randn(width, 1) @ torch.randn(1, features)
        task.body[2].weight += 0.5 * torch.randn(width, 1) @ torch.randn(1, width)

    def rows(count: int) -> tuple[torch.Tensor, torch.Tensor]:
        x = torch.randn(count, features)
        with torch.no_grad():
            return x, task(x)

    batches, (x, y) = [rows(32) for _ in range(steps)], rows(400)
    before = torch.nn.functional.mse_loss(model(x), y).item()
    rates = (2e-2, 1e-4)
    config = LoraConfig(
        r=2, lora_alpha=5, target_modules=["body.0", "body.2"], modules_to_save=["head"]
    )
    run.axes(x="step", y="mean squared error", log_y=True)
    run.reference("before", before)
    run.progress(steps)

    def log(step: int, value: float) -> None:
        run.step()
        run.point(step, yours=value)

    tuned = None
    with run.judge("learns") as judge:
        tuned = solution(copy.deepcopy(model), config, batches, rates, log)
        left = torch.nn.functional.mse_loss(tuned(x), y).item() / before
        run.measure(left=left)
        judge.that(left < 0.5, f"the error on new rows is {left:.2f} of what it was")

    reach = 1.5 * steps * rates[1]  # AdamW moves a number by about the rate per step
    with run.judge("adapter-fast") as judge:
        judge.that(tuned is not None, "no model came back")
        b = [p.detach() for n, p in tuned.named_parameters() if "lora_B" in n]
        judge.that(b, "the model that came back has no adapter of peft")
        for matrix in b:
            far = matrix.abs().max().item()
            judge.that(far > 2 * reach, f"a matrix B went {far:.2g} from zero in {steps} steps")

    with run.judge("head-slow") as judge:
        judge.that(tuned is not None, "no model came back")
        heads = {n: p for n, p in tuned.named_parameters() if "head" in n and "original" not in n}
        weight = next(p for n, p in heads.items() if n.endswith("weight"))
        far = (weight - model.head.weight).abs().max().item()
        judge.that(far, "the head is as it came")
        judge.that(far < reach, f"the head moved by {far:.2g}, its rate allows about {reach:.2g}")

    with run.judge("rest-stays") as judge:
        judge.that(tuned is not None, "no model came back")
        base = [p for n, p in tuned.named_parameters() if "base_layer.weight" in n]
        for one, place in zip(base, (0, 2), strict=True):
            judge.equal(one, model.body[place].weight, within=0, by="the model at the start")
