"""The loss is zero, the model parrots.

**Exercise.** The training loss of this small language model falls to zero in no time. Asked to go
on, it repeats the last word for ever. Repair the script.

At place t the logits are about the word *after* place t. The texts are drawn by a rule with luck
in it, so no honest loss can reach zero: the line is the floor. The curve shows what you log.
"""

import torch
import torch.nn.functional as F
from torch import nn

from quizapp.demo import Code, Int, Run, Solution, demo

STARTER = '''
import torch
import torch.nn.functional as F


def train(model, batches, log):
    """Train a language model in place.

    model:    model(ids) -> logits (texts, T, vocabulary)
    batches:  list of ids, each (texts, T); one step each, in this order
    log:      log(step, mean nats per predicted word of this batch)
    """
    optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
    for step, ids in enumerate(batches):
        logits = model(ids)
        loss = F.cross_entropy(logits.flatten(0, 1), ids.flatten())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())
'''


def train(model, batches, log):
    """Train a language model in place: each place predicts the word that follows."""
    optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
    for step, ids in enumerate(batches):
        logits = model(ids)
        loss = F.cross_entropy(logits[:, :-1].flatten(0, 1), ids[:, 1:].flatten())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())


class TinyModel(nn.Module):
    """Reads a word and the one before it, and gives the logits of the next."""

    def __init__(self, words: int) -> None:
        super().__init__()
        self.here, self.before = nn.Embedding(words, 24), nn.Embedding(words, 24)
        self.out = nn.Linear(24, words)

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        before = torch.cat([ids[:, :1], ids[:, :-1]], dim=1)  # (texts, T)
        return self.out(self.here(ids) + 0.2 * self.before(before))  # (texts, T, words)


def rule(words: int) -> torch.Tensor:
    """Return the two words that may follow each word, (words, 2); never the word itself."""
    first = torch.randperm(words)
    # one step on in a random circle, and two steps on: no fixed points
    circle = torch.empty(words, dtype=torch.long)
    circle[first] = first.roll(-1)
    return torch.stack([circle, circle[circle]], dim=1)


def texts(follow: torch.Tensor, count: int, length: int) -> torch.Tensor:
    """Return texts (count, length): the first follower comes four times in five."""
    ids = [torch.randint(len(follow), (count,))]
    for _ in range(length - 1):
        luck = (torch.rand(count) < 0.2).long()
        ids.append(follow[ids[-1], luck])
    return torch.stack(ids, dim=1)


@torch.no_grad()
def next_word_nats(model: nn.Module, ids: torch.Tensor) -> float:
    logits = model(ids)[:, :-1]
    return float(F.cross_entropy(logits.flatten(0, 1), ids[:, 1:].flatten()))


FLOOR = 0.5004  # nats of a choice between 0.8 and 0.2


@demo(
    topic="repair-data",
    claims={
        "predicts-the-next": "On new texts the next word costs less than 0.68 nats; the floor is "
        "0.50",
        "goes-on": "From 85 % of the words or more the model goes on with its likelier follower",
        "first-loss": "The first logged loss is that of the words that follow, before any step",
        "curve-is-true": "The curve ends between 0.35 and 0.75 nats, where new texts are",
    },
    measures={"new_texts": "Nats per next word on new texts", "logged": "Last ten logged, mean"},
    budget_s=1,
)
def main(
    run: Run,
    solution: Solution = Code(entry="train", starter=STARTER),
    seed: int = Int(0, 0, 999),
) -> None:
    torch.manual_seed(seed)
    words, length = 18 + seed % 7, 9 + seed % 4
    follow = rule(words)
    batches = [texts(follow, 32, length) for _ in range(160)]
    new = texts(follow, 400, length)
    model = TinyModel(words)
    ids = batches[0]
    with torch.no_grad():
        start = model(ids)
        first = float(F.cross_entropy(start[:, :-1].flatten(0, 1), ids[:, 1:].flatten()))
        mistakes = {
            "does place t predict the word at place t?": F.cross_entropy(
                start.flatten(0, 1), ids.flatten()
            ),
            "are both cut at the same end?": F.cross_entropy(
                start[:, :-1].flatten(0, 1), ids[:, :-1].flatten()
            ),
            "are these the words two places on?": F.cross_entropy(
                start[:, :-2].flatten(0, 1), ids[:, 2:].flatten()
            ),
            "are these the words before?": F.cross_entropy(
                start[:, 1:].flatten(0, 1), ids[:, :-1].flatten()
            ),
            "which word does the last place predict?": F.cross_entropy(
                start.flatten(0, 1), ids.roll(-1, 1).flatten()
            ),
        }
    run.axes(x="step", y="loss (nats per word)")
    run.reference("floor", FLOOR)
    run.progress(len(batches))
    logged: list[float] = []

    def log(step: int, value: float) -> None:
        run.step()
        logged.append(float(value))
        run.point(step, yours=logged[-1])

    with run.judge("predicts-the-next") as judge:
        with judge.unchanged(ids=ids):
            solution(model, batches, log)
        nats = next_word_nats(model, new)
        run.measure(new_texts=nats)
        judge.that(
            nats < 0.68,
            f"the next word costs {nats:.2f} nats on new texts, and the floor is 0.50: what has "
            "the model learned to say after a word?",
        )

    with run.judge("goes-on") as judge:
        every = torch.arange(words)[:, None].expand(words, 2)
        with torch.no_grad():
            said = model(every)[:, -1].argmax(-1)
        right = int((said == follow[:, 0]).sum())
        same = int((said == every[:, 0]).sum())
        judge.that(
            right >= 0.85 * words,
            f"{right} of {words} words are followed by the right one, and {same} by themselves",
        )

    with run.judge("first-loss") as judge:
        judge.that(logged, "nothing was logged: the loss of each step is to be seen")
        judge.equal(logged[0], first, by="the next words", within=1e-4, mistakes=mistakes)

    with run.judge("curve-is-true") as judge:
        last = sum(logged[-10:]) / len(logged[-10:])
        run.measure(logged=last)
        judge.that(
            0.35 < last < 0.75,
            f"the curve ends at {last:.3f} nats: a choice of 0.8 against 0.2 costs 0.50 whoever "
            "predicts it",
        )
