"""The validation loss that never comes to rest.

**Exercise.** The logged validation loss jumps from epoch to epoch and stands far above the loss
that the finished model has in production. Repair the script: each logged value must be the loss
that the model would have if it were shipped at that moment. Training stays as it is, its dropout
too.

The curve shows what you log; `shipped` is the truth at each of these moments.
"""

import torch
import torch.nn.functional as F
from torch import nn

from quizapp.demo import Code, Int, Run, Solution, demo

STARTER = '''
import torch
import torch.nn.functional as F


def train(model, rows, labels, val_rows, val_labels, log):
    """Train a classifier in place and log its validation loss after each epoch.

    model:  model(rows) -> logits (n, 3); it has a dropout layer, and comes in training mode
    rows:   (n, features)  labels: (n,);  the same for validation
    log:    log(epoch, validation loss of the model as it is after this epoch, in nats)
    """
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    for epoch in range(15):
        order = torch.randperm(len(rows))
        for batch in order.split(32):
            loss = F.cross_entropy(model(rows[batch]), labels[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        with torch.no_grad():
            val_loss = F.cross_entropy(model(val_rows), val_labels)
        log(epoch, val_loss.item())
'''


def train(model, rows, labels, val_rows, val_labels, log):
    """Train in training mode, validate in evaluation mode, and change back."""
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    for epoch in range(15):
        model.train()
        for batch in torch.randperm(len(rows)).split(32):
            loss = F.cross_entropy(model(rows[batch]), labels[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        model.eval()
        with torch.no_grad():
            val_loss = F.cross_entropy(model(val_rows), val_labels)
        log(epoch, val_loss.item())


RATE = 0.6


class Classifier(nn.Module):
    """Two layers with dropout between; notes in which mode it met training and other rows."""

    def __init__(self, features: int, rows: torch.Tensor) -> None:
        super().__init__()
        self.net = nn.Sequential(
            nn.Linear(features, 48), nn.ReLU(), nn.Dropout(RATE), nn.Linear(48, 3)
        )
        self.known = {row.numpy().tobytes() for row in rows}
        self.noisy_steps = 0
        self.quiet_steps = 0
        self.foreign_steps = 0

    def forward(self, rows: torch.Tensor) -> torch.Tensor:
        logits = self.net(rows)
        if logits.requires_grad:
            known = rows[0].numpy().tobytes() in self.known
            noisy = self.net[2].training and self.net[2].p == RATE
            logits.register_hook(lambda grad: self._count(known, noisy))
        return logits

    def _count(self, known: bool, noisy: bool) -> None:
        """Note a backward pass."""
        self.foreign_steps += not known
        self.noisy_steps += known and noisy
        self.quiet_steps += known and not noisy


def draw_rows(count: int, centres: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Return rows (count, features) round one of three centres, and which, (count,)."""
    labels = torch.randint(0, 3, (count,))
    return centres[labels] + torch.randn(count, centres.shape[1]), labels


@torch.no_grad()
def shipped_loss(model: Classifier, rows: torch.Tensor, labels: torch.Tensor) -> float:
    """Return the loss without dropout; the model's mode is as before."""
    modes = [module.training for module in model.modules()]
    model.eval()
    loss = float(F.cross_entropy(model.net(rows), labels))
    for module, mode in zip(model.modules(), modes, strict=True):
        module.training = mode
    return loss


@demo(
    topic="repair-data",
    claims={
        "loss-as-shipped": "Each logged value is the loss of the model as shipped at that moment",
        "dropout-trains": "Every training step is made with dropout as strong as it was",
        "only-training-rows": "No step is made on validation rows",
        "learns": "The shipped model's loss on new rows is below 0.75 nats, guessing has 1.10",
    },
    measures={"gap": "Largest difference of a logged value from the shipped loss, nats"},
    budget_s=1,
)
def main(
    run: Run,
    solution: Solution = Code(entry="train", starter=STARTER),
    seed: int = Int(0, 0, 999),
) -> None:
    torch.manual_seed(seed)
    features = 6 + seed % 4
    centres = 1.1 * torch.randn(3, features)
    centres = centres - centres.mean(0)
    centres = 1.6 * centres / centres.norm(dim=1, keepdim=True)
    rows, labels = draw_rows(320 + seed % 9, centres)
    val_rows, val_labels = draw_rows(90 + seed % 7, centres)
    new_rows, new_labels = draw_rows(1000, centres)
    model = Classifier(features, rows)
    run.axes(x="epoch", y="validation loss (nats)")
    run.progress(15)
    logged: list[tuple[float, float]] = []

    def log(epoch: int, value: float) -> None:
        run.step()
        logged.append((float(value), shipped_loss(model, val_rows, val_labels)))
        run.point(epoch, yours=logged[-1][0], shipped=logged[-1][1])

    with run.judge("loss-as-shipped") as judge:
        with judge.unchanged(rows=rows, val_rows=val_rows, labels=labels):
            solution(model, rows, labels, val_rows, val_labels, log)
        judge.that(len(logged) >= 10, f"{len(logged)} epochs were logged: train ten or more")
        gaps = [abs(mine - true) for mine, true in logged]
        run.measure(gap=max(gaps))
        worst = gaps.index(max(gaps))
        judge.that(
            max(gaps) < 1e-4,
            f"after epoch {worst} you logged {logged[worst][0]:.3f} nats, and the model as shipped "
            f"has {logged[worst][1]:.3f}: what does the model do here that it does not in "
            "production?",
        )

    with run.judge("dropout-trains") as judge:
        steps = model.noisy_steps + model.quiet_steps
        judge.that(steps, "no training step was made")
        judge.that(
            model.quiet_steps == 0 and model.net[2].p == RATE,
            f"{model.quiet_steps} of {steps} training steps were made without the full dropout"
            + (": what does a validation leave behind?" if model.noisy_steps else ""),
        )

    with run.judge("only-training-rows") as judge:
        judge.that(
            model.foreign_steps == 0,
            f"{model.foreign_steps} steps were made on rows that are no training rows",
        )

    with run.judge("learns") as judge:
        loss = shipped_loss(model, new_rows, new_labels)
        judge.that(loss < 0.75, f"{loss:.2f} nats on new rows, where guessing has 1.10")
