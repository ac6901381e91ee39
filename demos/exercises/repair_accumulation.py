"""Repair gradient accumulation: it differs from the full batch.

**Exercise.** Texts of very different length are cut into micro-batches that fit into memory. The
run should equal one over whole groups, step by step; yet its curve lies elsewhere, depends on how a
group is cut, and sometimes becomes NaN for good. More than one thing is wrong. Repair the script.

A group's loss is the mean over all its labels; -100 marks a place without one. A group without any
label changes nothing. The judge trains on the uncut groups.
"""

import copy
import itertools

import torch

from quizapp.demo import Code, Int, Run, Solution, demo

STARTER = '''
import torch


def train(model, groups, rate, log):
    """Take one step of SGD per group of micro-batches and return the model.

    model:  torch.nn.Linear(features, classes)
    groups: list of lists of (x, label), x (places, features), label (places,) with -100 for none
    rate:   learning rate
    log:    log(step, loss) draws the group's loss per label
    """
    accumulate = 4  # micro-batches in a group
    optimizer = torch.optim.SGD(model.parameters(), lr=rate)
    for step, group in enumerate(groups):
        optimizer.zero_grad()
        total = 0.0
        for x, label in group:
            loss = torch.nn.functional.cross_entropy(model(x), label, ignore_index=-100)
            (loss / accumulate).backward()
            total += loss.item() / accumulate
        optimizer.step()
        log(step, total)
    return model
'''


def train(model, groups, rate, log):
    """Take one step of SGD per group of micro-batches and return the model."""
    optimizer = torch.optim.SGD(model.parameters(), lr=rate)
    for step, group in enumerate(groups):
        optimizer.zero_grad()
        labels = max(1, sum(int((label != -100).sum()) for _, label in group))
        total = 0.0
        for x, label in group:
            loss = torch.nn.functional.cross_entropy(
                model(x), label, ignore_index=-100, reduction="sum"
            )
            (loss / labels).backward()
            total += loss.item() / labels
        optimizer.step()
        log(step, total)
    return model


def uncut(model: torch.nn.Linear, groups: list, rate: float) -> tuple[torch.Tensor, list[float]]:
    """Return weights and losses of a run that takes each group as one batch."""
    model, losses = copy.deepcopy(model), []
    for group in groups:
        x, label = (torch.cat(part) for part in zip(*group, strict=True))
        if (label == -100).all():
            losses.append(0.0)
            continue
        loss = torch.nn.functional.cross_entropy(model(x), label, ignore_index=-100)
        grads = torch.autograd.grad(loss, list(model.parameters()))
        with torch.no_grad():
            for parameter, grad in zip(model.parameters(), grads, strict=True):
                parameter -= rate * grad
        losses.append(loss.item())
    return weights(model), losses


def weights(model: torch.nn.Module) -> torch.Tensor:
    """Return all weights in one long vector."""
    return torch.cat([p.detach().flatten() for p in model.parameters()])


def cut(group: list, parts: int) -> list:
    """Return the group cut into so many micro-batches, as unequal as they come."""
    x, label = (torch.cat(part) for part in zip(*group, strict=True))
    edges = sorted((torch.randperm(len(x) - 1)[: parts - 1] + 1).tolist())
    edges = [0, *edges, len(x)]
    return [(x[a:b], label[a:b]) for a, b in itertools.pairwise(edges)]


@demo(
    topic="repair-training",
    claims={
        "as-uncut": "Four unequal micro-batches give the weights of the uncut group",
        "any-cut": "So do groups of one, of three and of seven micro-batches",
        "no-label": "A micro-batch without a label changes nothing, and neither does such a group",
        "curve": "The curve shows the loss per label of each group",
    },
    measures={"gap": "Largest difference from the weights of the uncut run"},
    budget_s=1,
)
def main(
    run: Run,
    solution: Solution = Code(entry="train", starter=STARTER),
    seed: int = Int(0, 0, 999),
) -> None:
    torch.manual_seed(seed)
    features, classes, steps, rate = 5 + seed % 4, 4, 40, 0.5
    truth = torch.randn(features, classes)
    model = torch.nn.Linear(features, classes)

    def whole() -> list:
        """Return one group in one piece: what is long is also easy, as in real data."""
        x = torch.randn(60, features)
        label = (x @ truth).argmax(1)
        label[:20] = torch.randint(classes, (20,))  # hard places, close together
        label[torch.rand(60) < 0.25] = -100
        return [(x, label)]

    quiet = lambda step, value: run.check()  # noqa: E731  # a curve nobody looks at
    groups = [cut(whole(), 4) for _ in range(steps)]
    theirs, losses = uncut(model, groups, rate)
    run.axes(x="step", y="loss (nats per label)")
    run.progress(steps)
    logged = []

    def log(step: int, value: float) -> None:
        run.step()
        run.line_points(step, {"yours": value, "uncut": losses[min(step, steps - 1)]})
        logged.append(value)

    with run.judge("as-uncut") as judge:
        yours = weights(solution(copy.deepcopy(model), groups, rate, log))
        run.measure(gap=(yours - theirs).abs().max())
        judge.equal(yours, theirs, within=1e-3, by="the uncut run", of="the weights")

    with run.judge("curve") as judge:
        judge.equal(logged, losses, within=1e-3, by="the uncut run", of="the loss")

    with run.judge("any-cut") as judge:
        for parts in (1, 3, 7):
            some = [cut(group, parts) for group in groups[:8]]
            yours = weights(solution(copy.deepcopy(model), some, rate, quiet))
            wanted, _ = uncut(model, some, rate)
            judge.equal(yours, wanted, within=1e-3, by="the uncut run", of=f"{parts} pieces")

    with run.judge("no-label") as judge:
        none = (torch.randn(5, features), torch.full((5,), -100))
        for name, some in {
            "one micro-batch without a label": [[*groups[0], none], [none, *groups[1]]],
            "a group without a label": [groups[0], [none, none, none, none], groups[1]],
        }.items():
            yours = weights(solution(copy.deepcopy(model), some, rate, quiet))
            wanted, _ = uncut(model, some, rate)
            judge.equal(yours, wanted, within=1e-3, by="the uncut run", of=name)
