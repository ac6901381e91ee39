"""Write AdamW over a model's parameters.

**Exercise.** Take one step for a list of parameters, in place. What a step needs next time you keep
in the dict `state`, which is empty at first. For each parameter with a gradient g:

    m ← β₁·m + (1 − β₁)·g        v ← β₂·v + (1 − β₂)·g²        t ← t + 1
    p ← p − η·λ·p − η·(m / (1 − β₁ᵗ)) / (√(v / (1 − β₂ᵗ)) + ε)

The decay λ is for matrices only: biases and norm weights, with one dimension, have none. Parameters
without gradient are passed over, their t too. The judge is torch.optim.AdamW with two groups.
"""

import torch
from torch import nn

from quizapp.demo import Code, Int, Run, Solution, demo

STARTER = '''
import torch


def adamw_step(parameters, state, lr, betas, eps, decay):
    """Change all parameters in place by one step of AdamW; return nothing.

    parameters: list of torch.nn.Parameter; p.grad is None for some
    state:      a dict that you fill; the same one comes back with the next step of this model
    decay:      for parameters of two or more dimensions only
    """
    with torch.no_grad():
        for p in parameters:
            p -= lr
'''


def adamw_step(parameters, state, lr, betas, eps, decay):
    """Change all parameters in place by one step of AdamW; return nothing."""
    beta1, beta2 = betas
    with torch.no_grad():  # a step is no part of the graph
        for p in parameters:
            if p.grad is None:
                continue
            m, v, t = state.get(p, (torch.zeros_like(p), torch.zeros_like(p), 0))
            m = beta1 * m + (1 - beta1) * p.grad
            v = beta2 * v + (1 - beta2) * p.grad**2
            t += 1  # of this parameter: one that was passed over is behind
            state[p] = m, v, t
            if p.dim() > 1:
                p -= lr * decay * p
            p -= lr * (m / (1 - beta1**t)) / ((v / (1 - beta2**t)).sqrt() + eps)


def model(seed: int) -> list[nn.Parameter]:
    """Return parameters of unequal shapes, matrices and vectors; the same seed draws the same."""
    generator = torch.Generator().manual_seed(seed)
    shapes = [(4, 3 + seed % 3), (4,), (2, 4), (1,), (3, 2, 2)]
    return [nn.Parameter(torch.randn(shape, generator=generator)) for shape in shapes]


def gradients(parameters: list[nn.Parameter], seed: int, missing: tuple[int, ...] = ()) -> None:
    """Give every parameter a gradient, None to those that are named."""
    generator = torch.Generator().manual_seed(1000 + seed)
    for index, p in enumerate(parameters):
        g = torch.randn(p.shape, generator=generator)
        p.grad = None if index in missing else g


def by_torch(parameters: list[nn.Parameter], settings: dict, all_decay: bool = False):
    """Return an optimizer of torch whose decay is for matrices only, or for all."""
    matrices = [p for p in parameters if p.dim() > 1 or all_decay]
    vectors = [p for p in parameters if p.dim() == 1 and not all_decay]
    groups = [{"params": matrices}, {"params": vectors, "weight_decay": 0.0}]
    lr, betas, eps = settings["lr"], settings["betas"], settings["eps"]
    return torch.optim.AdamW(groups, lr=lr, betas=betas, eps=eps, weight_decay=settings["decay"])


@demo(
    topic="write-training",
    claims={
        "equals-torch": "After each of six steps every matrix is that of torch.optim.AdamW",
        "vectors-without-decay": "Parameters of one dimension have no decay",
        "none-gradients": "A parameter without gradient stays, and counts its own steps",
        "in-place": "The same parameters are changed, still leaves that require a gradient",
        "state-of-its-own": "Two models, each with its state, do not disturb each other",
    },
    measures={"error": "Largest difference from torch's matrices after six steps"},
    budget_s=1,
)
def main(
    run: Run,
    solution: Solution = Code(entry="adamw_step", starter=STARTER),
    seed: int = Int(0, 0, 999),
) -> None:
    settings = {
        "lr": 0.02 + 0.01 * (seed % 3),
        "betas": (0.8 + 0.02 * (seed % 5), 0.97),
        "eps": 1e-6,
        "decay": 0.8,
    }

    with run.judge("equals-torch") as judge:
        mine, right, state = model(seed), model(seed), {}
        optimizer = by_torch(right, settings)
        for step in range(6):
            gradients(mine, seed + step), gradients(right, seed + step)
            solution(mine, state, **settings)
            optimizer.step()
            gaps = []
            for index, (p, q) in enumerate(zip(mine, right, strict=True)):
                if p.dim() > 1:
                    judge.equal(p, q, by="torch", of=f"step {step + 1}, parameter {index}")
                    gaps.append((p - q).abs().max().item())
            run.point(step + 1, yours=mine[0].flatten()[0], torch=right[0].flatten()[0])
        run.measure(error=max(gaps))

    with run.judge("vectors-without-decay") as judge:
        mine, right, other, state = model(seed), model(seed), model(seed), {}
        optimizers = by_torch(right, settings), by_torch(other, settings, all_decay=True)
        for step in range(3):
            for parameters in (mine, right, other):
                gradients(parameters, seed + step)
            solution(mine, state, **settings)
            for optimizer in optimizers:
                optimizer.step()
        for p, q, decayed in zip(mine, right, other, strict=True):
            if p.dim() == 1:
                hints = {"which parameters shrink?": decayed}
                judge.equal(p, q, by="torch", of="a vector after 3 steps", mistakes=hints)

    with run.judge("none-gradients") as judge:
        mine, right, state = model(seed + 1), model(seed + 1), {}
        optimizer = by_torch(right, settings)
        for step, missing in enumerate([(0, 3), (0,), (), (2,), ()]):
            gradients(mine, seed + step, missing), gradients(right, seed + step, missing)
            solution(mine, state, **settings)
            optimizer.step()
            for index, (p, q) in enumerate(zip(mine, right, strict=True)):
                if p.dim() > 1:
                    late = sum(index in one for one in [(0, 3), (0,), (), (2,), ()][: step + 1])
                    of = f"step {step + 1}, a parameter passed over {late} times"
                    judge.equal(p, q, by="torch", of=of)

    with run.judge("in-place") as judge:
        mine, state = model(seed + 2), {}
        places = [p.data_ptr() for p in mine]
        before = [p.detach().clone() for p in mine]
        gradients(mine, seed)
        kept = [p.grad.clone() for p in mine]
        solution(mine, state, **settings)
        judge.that(
            all((p != b).any() for p, b in zip(mine, before, strict=True)),
            "a parameter has not changed: was a copy changed instead?",
        )
        judge.that(
            [p.data_ptr() for p in mine] == places,
            "a parameter has other storage: views and tied weights would keep the old values",
        )
        judge.that(
            all(p.requires_grad and p.is_leaf for p in mine),
            "a parameter is no leaf that requires a gradient: was the step recorded?",
        )
        for p, g in zip(mine, kept, strict=True):
            judge.equal(p.grad, g, within=0, by="before", of="a gradient after the step")

    with run.judge("state-of-its-own") as judge:
        pairs = []
        for start in (seed + 3, seed + 4):
            right = model(start)
            pairs.append((model(start), right, {}, by_torch(right, settings), start))
        for step in range(4):
            for mine, right, state, optimizer, start in pairs:
                gradients(mine, start + step), gradients(right, start + step)
                solution(mine, state, **settings)
                optimizer.step()
        for number, (mine, right, *_) in enumerate(pairs):
            judge.equal(mine[0], right[0], by="torch", of=f"model {number} after 4 steps in turn")
