"""A score that depends on who else is asked.

**Exercise.** The script trains a classifier with batch normalisation and returns `score`, which the
service calls. The same row gets one score among these rows and another among those. Repair it, so
that a row can be asked alone as well. Training keeps its batch normalisation.

`score(rows)` returns the probability of class 1, (n,). The curve shows the training loss you log.
"""

import torch
import torch.nn.functional as F
from torch import nn

from quizapp.demo import Code, Int, Run, Solution, demo

STARTER = '''
import torch
import torch.nn.functional as F


def train(model, rows, labels, log):
    """Train a classifier in place, and return score(rows) -> (n,) probabilities of class 1.

    model:   model(rows) -> logits (n, 2); it has a batch norm layer, comes in training mode
    rows:    (n, features)  labels: (n,)
    log:     log(step, training loss in nats)
    """
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    for step in range(100):
        batch = torch.randint(len(rows), (32,))
        loss = F.cross_entropy(model(rows[batch]), labels[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())

    @torch.no_grad()
    def score(asked):
        return model(asked).softmax(-1)[:, 1]

    return score
'''


def train(model, rows, labels, log):
    """Train with the statistics of the batch; score with those that training has gathered."""
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    for step in range(100):
        batch = torch.randint(len(rows), (32,))
        loss = F.cross_entropy(model(rows[batch]), labels[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())
    model.eval()

    @torch.no_grad()
    def score(asked):
        return model(asked).softmax(-1)[:, 1]

    return score


class Classifier(nn.Module):
    """Batch norm and two layers; notes the mode of each backward pass."""

    def __init__(self, features: int) -> None:
        super().__init__()
        self.norm = nn.BatchNorm1d(features)
        self.net = nn.Sequential(nn.Linear(features, 24), nn.ReLU(), nn.Linear(24, 2))
        self.batch_steps = 0
        self.other_steps = 0

    def forward(self, rows: torch.Tensor) -> torch.Tensor:
        logits = self.net(self.norm(rows))
        if logits.requires_grad:
            by_batch = self.norm.training
            logits.register_hook(lambda grad: self._count(by_batch))
        return logits

    def _count(self, by_batch: bool) -> None:
        """Note a backward pass."""
        self.batch_steps += by_batch
        self.other_steps += not by_batch


def draw_rows(count: int, scale: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Return rows (count, features) on different scales and far from zero, and labels."""
    labels = torch.randint(0, 2, (count,))
    rows = torch.randn(count, len(scale)) + 1.3 * (2 * labels[:, None] - 1)
    return scale * (rows + 4), labels


@demo(
    topic="repair-data",
    claims={
        "alone-as-together": "A row has one score, alone, in a batch, or among one class only",
        "scoring-leaves-no-trace": "Scoring strange rows changes no later score",
        "right-on-new-rows": "Nine new rows in ten or more are right, asked three at a time",
        "trained-by-batch": "Every training step normalises by its batch, and scores have no graph",
    },
    measures={"right": "Share of new rows that are right, asked three at a time"},
    budget_s=1,
)
def main(
    run: Run,
    solution: Solution = Code(entry="train", starter=STARTER),
    seed: int = Int(0, 0, 999),
) -> None:
    torch.manual_seed(seed)
    features = 4 + seed % 3
    scale = torch.logspace(-1, 2, features)[torch.randperm(features)]
    rows, labels = draw_rows(400 + seed % 11, scale)
    new, truth = draw_rows(120, scale)
    model = Classifier(features)
    run.axes(x="step", y="training loss (nats)")
    run.progress(100)

    def log(step: int, value: float) -> None:
        run.step()
        run.point(step, yours=float(value))

    score = None
    with run.judge("alone-as-together") as judge:
        with judge.unchanged(rows=rows, labels=labels):
            score = solution(model, rows, labels, log)
        judge.that(callable(score), "you returned no function that scores rows")
        together = score(new)
        judge.that(together.shape == (len(new),), "score(rows) must be one number a row")
        one_class = score(new[truth == 1])
        judge.equal(
            one_class, together[truth == 1], within=1e-4, by="mixed", of="rows of one class"
        )
        for first in range(0, 12, 3):
            few = slice(first, first + 3)
            judge.equal(score(new[few]), together[few], within=1e-4, by="in 120", of="three rows")
        alone = torch.cat([score(row[None]) for row in new[:10]])
        judge.equal(alone, together[:10], within=1e-4, by="in 120", of="one row alone")

    with run.judge("scoring-leaves-no-trace") as judge:
        before = score(new[:20]).clone()
        for _ in range(5):
            score(30 * new.roll(1, dims=1))
        after = score(new[:20])
        judge.equal(after, before, within=1e-5, by="before strange rows came")

    with run.judge("right-on-new-rows") as judge:
        said = torch.cat([score(few) for few in new.split(3)])
        right = float(((said > 0.5).long() == truth).float().mean())
        run.measure(right=right)
        judge.that(right >= 0.9, f"{right:.0%} of new rows are right when they come in threes")

    with run.judge("trained-by-batch") as judge:
        judge.that(model.batch_steps, "no training step normalised by its batch")
        judge.that(
            model.other_steps == 0,
            f"{model.other_steps} training steps did not normalise by their batch",
        )
        judge.that(not score(new[:2]).requires_grad, "the scores carry a graph: what is it for?")
