"""Write gradient accumulation that weighs tokens.

**Exercise.** A batch is too large for memory and comes as micro-batches, with unequal numbers of
tokens. Run them one after the other, and leave in every `p.grad` the gradient of the mean loss over
*all* tokens of the batch, as if it had gone through the model at once:

    gradient of  (1/N)·Σᵢ Σ loss of the tokens of micro-batch i    with N tokens in all

Labels are shifted already: the output at t is judged by the label at t, and -100 does not count.
The judge runs the whole batch at once.
"""

import torch
import torch.nn.functional as F
from torch import nn
from torch.nn.utils.rnn import pad_sequence

from quizapp.demo import Code, Int, Run, Solution, demo

STARTER = '''
import torch
import torch.nn.functional as F


def accumulate(model, micro_batches):
    """Leave the gradient of the whole batch's mean loss in p.grad; return that loss.

    model:         model(ids) gives the outputs, (texts, length, vocabulary)
    micro_batches: list of (ids, labels), each (texts, length); the shape differs between them.
                   Labels are shifted already; -100 does not count. One may count nothing at all.
    Gradients that an earlier step left in p.grad do not count. At any time at most one
    micro-batch has a graph. The loss returned is a plain float.
    """
    return 0.0
'''


def accumulate(model, micro_batches):
    """Leave the gradient of the whole batch's mean loss in p.grad; return that loss."""
    # the divisor must be known before the first backward
    tokens = sum(int((labels != -100).sum()) for _, labels in micro_batches)
    model.zero_grad()
    total = 0.0
    for ids, labels in micro_batches:
        outputs = model(ids)
        loss = F.cross_entropy(outputs.flatten(0, 1), labels.flatten(), reduction="sum") / tokens
        loss.backward()  # frees the graph of this micro-batch
        total += loss.item()
    return total


class Reader(nn.Module):
    """A model that notes when a micro-batch goes through it and when its gradient returns."""

    def __init__(self, vocabulary: int, width: int) -> None:
        super().__init__()
        self.embedding = nn.Embedding(vocabulary, width)
        self.head = nn.Linear(width, vocabulary)
        self.order: list[str] = []

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        """Return outputs, (texts, length, vocabulary)."""
        self.order.append("forward")
        outputs = self.head(torch.tanh(self.embedding(ids)))
        if outputs.requires_grad:
            outputs.register_hook(lambda _: self.order.append("backward"))
        return outputs


Parts = list[tuple[torch.Tensor, torch.Tensor]]


def drawn(shapes: list[tuple[int, int]], vocabulary: int, ignored: list[float]) -> Parts:
    """Return micro-batches of these shapes, a share of the labels ignored."""
    parts = []
    for shape, share in zip(shapes, ignored, strict=True):
        labels = torch.randint(vocabulary, shape)
        labels[torch.rand(shape) < share] = -100
        labels[0, 0] = -100 if share == 1 else 1  # at least one counts, unless none should
        parts.append((torch.randint(vocabulary, shape), labels))
    return parts


def gradients(model: nn.Module) -> list[torch.Tensor]:
    """Return copies of the gradients, zeros where there is none."""
    found = [torch.zeros_like(p) if p.grad is None else p.grad for p in model.parameters()]
    return [grad.clone() for grad in found]


def at_once(model: nn.Module, parts: Parts) -> tuple[float, list[torch.Tensor]]:
    """Return loss and gradients of the whole batch, padded to its longest text."""
    ids = pad_sequence([row for part, _ in parts for row in part], batch_first=True)
    rows = [row for _, part in parts for row in part]
    labels = pad_sequence(rows, batch_first=True, padding_value=-100)
    model.zero_grad()
    loss = F.cross_entropy(model(ids).flatten(0, 1), labels.flatten())
    loss.backward()
    return loss.item(), gradients(model)


def weighted(model: nn.Module, parts: Parts, weights: list[float], reduction: str) -> list:
    """Return gradients of Σ weight · loss over the parts."""
    model.zero_grad()
    for (ids, labels), weight in zip(parts, weights, strict=True):
        loss = F.cross_entropy(model(ids).flatten(0, 1), labels.flatten(), reduction=reduction)
        (weight * loss).backward()
    return gradients(model)


@demo(
    topic="write-training",
    claims={
        "equals-whole-batch": "All gradients are those of the whole batch in one pass",
        "loss-of-the-batch": "The loss returned is that of the whole batch, as a plain float",
        "one-at-a-time": "Each micro-batch goes through once, its backward before the next forward",
        "earlier-gradients": "What an earlier step left in p.grad does not count",
        "nothing-counts": "A micro-batch of which nothing counts changes nothing",
    },
    measures={"error": "Largest difference of a gradient from that of the whole batch"},
    budget_s=1,
)
def main(
    run: Run,
    solution: Solution = Code(entry="accumulate", starter=STARTER),
    seed: int = Int(0, 0, 999),
) -> None:
    torch.manual_seed(seed)
    vocabulary, width = 11 + seed % 5, 6
    model = Reader(vocabulary, width)
    shapes = [(2, 3 + seed % 2), (3, 8), (1 + seed % 2, 13), (4, 5)]
    parts = drawn(shapes, vocabulary, [0.1, 0.7, 0.2, 0.5])
    loss, theirs = at_once(model, parts)
    count = [int((labels != -100).sum()) for _, labels in parts]
    texts = [len(ids) for ids, _ in parts]
    mistakes = {
        "is this a mean of the micro-batches' means? who has how many tokens?": weighted(
            model, parts, [1 / len(parts)] * len(parts), "mean"
        ),
        "the means are added up: by what is the sum divided?": weighted(
            model, parts, [1.0] * len(parts), "mean"
        ),
        "is it divided by the number of tokens?": weighted(model, parts, [1.0] * len(parts), "sum"),
        "are micro-batches weighted by texts instead of tokens?": weighted(
            model, parts, [n / sum(texts) for n in texts], "mean"
        ),
        "is it divided by positions that do not count?": weighted(
            model, parts, [1 / sum(ids.numel() for ids, _ in parts)] * len(parts), "sum"
        ),
        "does only the last micro-batch count: what is zeroed inside the loop?": weighted(
            model, parts, [0.0] * (len(parts) - 1) + [1 / sum(count)], "sum"
        ),
    }

    with run.judge("equals-whole-batch") as judge:
        model.zero_grad()
        solution(model, parts)
        yours = gradients(model)
        names = [name for name, _ in model.named_parameters()]
        for index, name in enumerate(names):
            wrong = {hint: value[index] for hint, value in mistakes.items()}
            judge.equal(
                yours[index],
                theirs[index],
                by="the batch",
                of=f"gradient of {name}",
                mistakes=wrong,
            )
        gaps = [(mine - right).abs().max() for mine, right in zip(yours, theirs, strict=True)]
        run.measure(error=max(gaps))

    with run.judge("loss-of-the-batch") as judge:
        model.zero_grad()
        yours = solution(model, parts)
        kind = type(yours).__name__
        judge.that(
            isinstance(yours, float),
            f"you returned a {kind}, not a float: what would it keep alive?",
        )
        each = [F.cross_entropy(model(x).flatten(0, 1), y.flatten()).item() for x, y in parts]
        wrong = {
            "is this a mean of means?": sum(each) / len(each),
            "is this a sum of means?": sum(each),
            "is this the last micro-batch only?": each[-1],
            "is it divided by the number of tokens?": loss * sum(count),
            "is it divided by positions that do not count?": loss
            * sum(count)
            / sum(labels.numel() for _, labels in parts),
        }
        judge.equal(yours, loss, by="the batch", mistakes=wrong)

    with run.judge("one-at-a-time") as judge:
        model.zero_grad()
        model.order.clear()
        solution(model, parts)
        forwards = model.order.count("forward")
        judge.that(
            forwards == len(parts), f"{forwards} forward passes for {len(parts)} micro-batches"
        )
        order = ", ".join(model.order)
        judge.that(
            model.order == ["forward", "backward"] * len(parts),
            f"the order is {order}: when is the graph of a micro-batch freed?",
        )

    with run.judge("earlier-gradients") as judge:
        for p in model.parameters():
            p.grad = torch.full_like(p, 0.5)
        solution(model, parts)
        for mine, right in zip(gradients(model), theirs, strict=True):
            late = {"are gradients of an earlier step still there?": right + 0.5}
            judge.equal(mine, right, by="the batch", of="after another step", mistakes=late)

    with run.judge("nothing-counts") as judge:
        empty = drawn([(2, 4)], vocabulary, [1.0])
        empty[0][1].fill_(-100)
        model.zero_grad()
        yours = solution(model, [parts[0], *empty, *parts[1:]])
        judge.equal(yours, loss, by="without it", of="the loss")
        for mine, right in zip(gradients(model), theirs, strict=True):
            judge.equal(mine, right, by="without it", of="gradient")
