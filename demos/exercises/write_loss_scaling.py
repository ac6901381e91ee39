"""Write dynamic loss scaling.

**Exercise.** In fp16 the loss was multiplied by S before the backward pass, so every gradient is S
times too large. Decide what happens to this step and to S:

    an inf or a NaN in any gradient:   no step; S is halved, the count of good steps begins anew
    else:                              step with g / S, computed in float32; one more good step,
                                       and after `interval` of them in a row S is doubled

The judge is torch.amp.GradScaler, fed with the same gradients step by step.
"""

import math

import torch

from quizapp.demo import Code, Int, Run, Solution, demo

STARTER = '''
import torch


def unscale(grads, scale, good, interval):
    """Return (gradients for the optimizer, next scale, next good).

    grads:    list of tensors, S times too large, perhaps in float16; they stay as they are
    scale:    S of this step, a float
    good:     good steps in a row since S last changed
    interval: so many good steps in a row double S
    The gradients returned are float32 tensors; None instead of the list: the step is skipped.
    """
    return grads, scale, good + 1
'''


def unscale(grads, scale, good, interval):
    """Return (gradients for the optimizer, next scale, next good)."""
    if not all(torch.isfinite(g).all() for g in grads):
        return None, scale / 2, 0
    # float32 first: in fp16 the quotient would vanish again
    found = [g.float() / scale for g in grads]
    if good + 1 == interval:
        return found, scale * 2, 0
    return found, scale, good + 1


def by_torch(steps: list[list[torch.Tensor]], start: float, interval: int) -> list[tuple]:
    """Return (step taken, scale after it) of torch's scaler for recorded gradients."""
    weights = [torch.zeros_like(g, requires_grad=True) for g in steps[0]]
    optimizer = torch.optim.SGD(weights, lr=1.0)
    scaler = torch.amp.GradScaler("cpu", init_scale=start, growth_interval=interval)
    decisions = []
    for grads in steps:
        before = [w.detach().clone() for w in weights]
        scaler.scale(torch.zeros(()))  # the scaler sets itself up at its first loss
        for w, g in zip(weights, grads, strict=True):
            w.grad = g.clone()
        scaler.step(optimizer)
        scaler.update()
        moved = any((w != b).any() for w, b in zip(weights, before, strict=True))
        decisions.append((moved, scaler.get_scale()))
    return decisions


def recorded(bad: list[int], count: int, shapes: list[tuple[int, ...]]) -> list[list[torch.Tensor]]:
    """Return gradients of `count` steps; those in `bad` hold an inf or a NaN somewhere."""
    steps = [[torch.randn(shape) * 100 for shape in shapes] for _ in range(count)]
    for index, step in enumerate(bad):
        value = (math.inf, math.nan, -math.inf)[index % 3]
        steps[step][index % len(shapes)].view(-1)[-1] = value
    return steps


@demo(
    topic="write-training",
    claims={
        "unscaled": "A good step has the gradients g / S, with the S that its loss was scaled by",
        "skips": "Inf, -inf or NaN, in whichever gradient: the step is skipped",
        "same-scales": "Over 24 recorded steps S is that of torch's GradScaler",
        "counts-in-a-row": "S grows after good steps in a row only, and then counts anew",
        "float16": "Gradients in float16 come back in float32, and none of them as 0",
        "arguments-kept": "The gradients that you were given are as before",
    },
    measures={"agreeing": "Recorded steps with the decision and the scale of torch"},
    budget_s=1,
)
def main(
    run: Run,
    solution: Solution = Code(entry="unscale", starter=STARTER),
    seed: int = Int(0, 0, 999),
) -> None:
    torch.manual_seed(seed)
    shapes = [(3, 2 + seed % 3), (5,), (2, 2)]
    start, interval = 2.0 ** (10 + seed % 5), 3 + seed % 3

    def decide(grads: list[torch.Tensor], *state: float) -> tuple:
        """Call the learner's function on copies, so that damage shows in one claim only."""
        found = solution([g.clone() for g in grads], *state, interval)
        if not isinstance(found, tuple | list) or len(found) != 3:
            raise TypeError("return three things: the gradients or None, the scale, the count")
        return tuple(found)

    with run.judge("unscaled") as judge:
        for good, name in ((0, "first good step"), (interval - 1, "the step after which S grows")):
            grads = [torch.randn(shape) * 100 for shape in shapes]
            yours, _, _ = decide(grads, start, good)
            judge.that(yours is not None, f"{name}: the step was skipped, all gradients are finite")
            judge.that(
                len(yours) == len(grads), f"{len(yours)} gradients of {len(grads)} came back"
            )
            for mine, g in zip(yours, grads, strict=True):
                hints = {
                    "is the gradient still scaled?": g,
                    "is it multiplied instead of divided?": g * start,
                    "which S had the loss been multiplied by?": g / (2 * start),
                }
                judge.equal(mine, g / start, by="g / S", of=name, mistakes=hints)

    with run.judge("skips") as judge:
        for value in (math.inf, -math.inf, math.nan):
            for place in range(len(shapes)):
                grads = [torch.randn(shape) for shape in shapes]
                grads[place].view(-1)[1] = value
                grads[place].view(-1)[2] = -value  # so that no sum gives the infinities away
                yours, _, _ = decide(grads, start, 1)
                judge.that(
                    yours is None,
                    f"{value} in gradient {place} of {len(shapes)}: the step was taken",
                )

    bad = [0, 1, 2 + interval, 3 + 3 * interval]  # each where the count of good steps is 0
    steps = recorded(bad, 24, shapes)
    theirs = by_torch(steps, start, interval)
    run.axes(x="step", y="log₂ of the scale")
    with run.judge("same-scales") as judge:
        scale, good, agreeing = start, 0, 0
        decisions = []
        for index, (grads, (taken, right)) in enumerate(zip(steps, theirs, strict=True)):
            yours, scale, good = decide(grads, scale, good)
            decisions.append((yours is not None, float(scale)))
            agreeing += decisions[-1] == (taken, right)
            if scale > 0 and math.isfinite(scale):
                run.point(index, yours=math.log2(scale), torch=math.log2(right))
        run.measure(agreeing=agreeing)
        for index, (mine, right) in enumerate(zip(decisions, theirs, strict=True)):
            what = "an overflow" if not right[0] else "a good step"
            judge.that(
                mine[0] == right[0],
                f"step {index}, {what}: yours was {'taken' if mine[0] else 'skipped'}",
            )
            judge.equal(mine[1], right[1], by="torch", of=f"S after step {index}, {what}")

    with run.judge("counts-in-a-row") as judge:
        fine = [torch.ones(shape) for shape in shapes]
        broken = [torch.full(shape, math.inf) for shape in shapes]
        pattern = [True] * (interval - 1) + [False] + [True] * (2 * interval + 1)
        right = by_torch([fine if ok else broken for ok in pattern], start, interval)
        scale, good = start, 0
        for index, ok in enumerate(pattern):
            _, scale, good = decide(fine if ok else broken, scale, good)
            before = "".join("g" if one else "x" for one in pattern[: index + 1])
            judge.equal(
                float(scale),
                right[index][1],
                by="torch",
                of=f"S after {before} (g good, x overflow, interval {interval})",
            )

    with run.judge("float16") as judge:
        small = [(torch.rand(shape) + 0.5).half() for shape in shapes]
        yours, _, _ = decide(small, 2.0**26, 0)
        judge.that(yours is not None, "the step was skipped, all gradients are finite")
        for mine, g in zip(yours, small, strict=True):
            judge.that(
                mine.dtype == torch.float32,
                f"the gradient comes back as {mine.dtype}: what is the smallest number of float16?",
            )
            judge.equal(mine, g.float() / 2.0**26, by="g / S", of="float16, S = 2²⁶")

    with run.judge("arguments-kept") as judge:
        grads = [torch.randn(shape) for shape in shapes]
        before = [g.clone() for g in grads]
        solution(grads, start, 0, interval)
        judge.that(len(grads) == len(before), "the list of gradients has another length")
        for mine, g in zip(grads, before, strict=True):
            judge.equal(mine, g, within=0, by="before", of="a gradient that you were given")
