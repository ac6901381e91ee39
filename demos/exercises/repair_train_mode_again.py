"""Repair a frozen encoder that changes.

**Exercise.** A head is trained on a pretrained encoder, which is frozen and shared with another
task. No weight of the encoder moves, but the other task's loss, the curve, climbs from epoch to
epoch. Repair the script. The head has dropout and needs it while it is trained.

The judge compares the encoder's answers before and after, and watches the mode of each part.
"""

import copy

import torch

from quizapp.demo import Code, Int, Run, Solution, demo

STARTER = '''
import torch


def train(model, batches, epochs, other_task, log):
    """Train the head on the frozen encoder and return the model.

    model:      has .encoder, with BatchNorm1d, and .head, with Dropout
    batches:    list of (x, label), gone through once per epoch
    other_task: returns the loss of the other task that uses the encoder; leaves all modes alone
    log:        log(epoch, loss) draws the curve of the other task
    """
    model.encoder.requires_grad_(False)
    optimizer = torch.optim.AdamW(model.head.parameters(), lr=3e-2)
    for epoch in range(epochs):
        model.train()
        for x, label in batches:
            loss = torch.nn.functional.cross_entropy(model(x), label)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        model.eval()
        log(epoch, other_task())
    return model
'''


def train(model, batches, epochs, other_task, log):
    """Train the head on the frozen encoder and return the model."""
    model.encoder.requires_grad_(False)
    optimizer = torch.optim.AdamW(model.head.parameters(), lr=3e-2)
    for epoch in range(epochs):
        model.train()
        model.encoder.eval()  # its running statistics are part of what is frozen
        for x, label in batches:
            loss = torch.nn.functional.cross_entropy(model(x), label)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        model.eval()
        log(epoch, other_task())
    return model


class Model(torch.nn.Module):
    """An encoder with BatchNorm and a head with dropout."""

    def __init__(self, features: int, width: int, classes: int) -> None:
        super().__init__()
        self.encoder = torch.nn.Sequential(
            torch.nn.Linear(features, width), torch.nn.BatchNorm1d(width), torch.nn.Tanh()
        )
        self.head = torch.nn.Sequential(torch.nn.Dropout(0.3), torch.nn.Linear(width, classes))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.head(self.encoder(x))


@demo(
    topic="repair-training",
    claims={
        "encoder-same": "The encoder answers the other task's rows as before the training",
        "statistics-same": "Its running statistics are those that it came with",
        "dropout-on": "Dropout is on in every step that trains the head",
        "learns": "The head gets at least 60 percent of new rows right",
    },
    measures={
        "accuracy": "Share of new rows that the head gets right",
        "drift": "Largest change of an answer of the encoder",
    },
    budget_s=1,
)
def main(
    run: Run,
    solution: Solution = Code(entry="train", starter=STARTER),
    seed: int = Int(0, 0, 999),
) -> None:
    torch.manual_seed(seed)
    features, width, classes, epochs = 8 + seed % 4, 48, 3, 12 + seed % 3
    model = Model(features, width, classes)
    old = torch.randn(600, features)
    model.train()
    for part in old.split(20):  # the encoder's statistics are those of the old data
        model.encoder(part)
    model.eval()
    with torch.no_grad():
        answers = model.encoder(old)

    truth = torch.randn(features, classes)

    def rows(count: int) -> tuple[torch.Tensor, torch.Tensor]:
        x = 1.5 + 2 * torch.randn(count, features)  # other data than the encoder came from
        return x, ((x - 1.5) @ truth).argmax(1)

    batches, (x, label) = [rows(24) for _ in range(20)], rows(500)
    given = copy.deepcopy(model)
    encoder, calls = given.encoder, []

    def other_task() -> float:
        with torch.no_grad():
            linear, norm = encoder[0], encoder[1]
            inside = (linear(old) - norm.running_mean) / (norm.running_var + norm.eps).sqrt()
            found = torch.tanh(inside * norm.weight + norm.bias)
            return (found - answers).square().mean().item()

    def look(module: torch.nn.Module, args: tuple) -> None:
        if torch.is_grad_enabled():
            calls.append(module.training)

    given.head[0].register_forward_pre_hook(look)
    run.axes(x="epoch", y="loss of the other task")
    run.progress(epochs)

    def log(step: int, value: float) -> None:
        run.step()
        run.point(step, yours=value)

    trained, modes = None, []
    with run.judge("learns") as judge:
        trained = solution(given, batches, epochs, other_task, log)
        modes = list(calls)
        trained.eval()
        accuracy = (trained(x).argmax(1) == label).float().mean().item()
        run.measure(accuracy=accuracy)
        judge.that(accuracy >= 0.6, f"{accuracy:.0%} of new rows are right")

    with run.judge("encoder-same") as judge:
        judge.that(trained is not None, "no model came back")
        trained.eval()
        with torch.no_grad():
            drift = (trained.encoder(old) - answers).abs().max().item()
        run.measure(drift=drift)
        judge.that(drift < 1e-4, f"an answer of the encoder changed by {drift:.2g}")

    with run.judge("statistics-same") as judge:
        judge.that(trained is not None, "no model came back")
        for name in ("running_mean", "running_var", "num_batches_tracked"):
            one, other = getattr(trained.encoder[1], name), getattr(model.encoder[1], name)
            judge.equal(one, other, within=1e-6, by="the encoder before", of=name)

    with run.judge("dropout-on") as judge:
        judge.that(len(modes) >= epochs * len(batches), f"dropout was called {len(modes)} times")
        off = modes.count(False)
        judge.that(not off, f"dropout was off in {off} of {len(modes)} training calls")
