"""Write clipping by the global norm.

**Exercise.** Scale the gradients of all parameters by one common factor, in place, so that their
joint norm is at most c. Return the norm that they had before:

    ‖g‖ = √(Σ over all parameters of Σ gᵢ²)          g ← g · min(1, c / ‖g‖)

One factor for all keeps the direction of the step. The judge is torch.nn.utils.clip_grad_norm_;
the 10⁻⁶ that torch adds to the norm may be left out.
"""

import torch
from torch import nn
from torch.nn.utils import clip_grad_norm_

from quizapp.demo import Code, Int, Run, Solution, demo

STARTER = '''
import torch


def clip_gradients(parameters, max_norm):
    """Scale all p.grad in place to a joint norm of at most max_norm; return the norm before.

    parameters: what model.parameters() gives, so it can be walked through once only;
                some parameters have no gradient: their p.grad is None
    Returns a tensor with one number; 0 if there is no gradient at all.
    """
    return torch.tensor(0.0)
'''


def clip_gradients(parameters, max_norm):
    """Scale all p.grad in place to a joint norm of at most max_norm; return the norm before."""
    gradients = [p.grad for p in parameters if p.grad is not None]
    if not gradients:
        return torch.tensor(0.0)
    # the norm of the norms is the norm of all numbers in one vector
    norm = torch.stack([g.norm() for g in gradients]).norm()
    factor = (max_norm / (norm + 1e-6)).clamp(max=1.0)  # never enlarges
    for g in gradients:
        g.mul_(factor)
    return norm


def drawn(seed: int, scale: float, missing: bool = False) -> list[nn.Parameter]:
    """Return parameters of unequal shapes with gradients; the same seed draws the same."""
    generator = torch.Generator().manual_seed(seed)
    shapes = [(4, 3 + seed % 4), (7,), (2, 3, 2), (1,)]
    found = []
    for index, shape in enumerate(shapes):
        p = nn.Parameter(torch.randn(shape, generator=generator) * 2)
        if not (missing and index % 2):
            size = scale * (1, 4, 0.1, 2)[index]  # one tensor is much larger than the others
            p.grad = size * torch.randn(shape, generator=generator)
        found.append(p)
    return found


def gradients(parameters: list[nn.Parameter]) -> torch.Tensor:
    """Return all gradients in one vector."""
    return torch.cat([p.grad.flatten() for p in parameters if p.grad is not None])


def mistakes(parameters: list[nn.Parameter], limit: float) -> dict[str, torch.Tensor]:
    """Return the gradients that common mistakes leave, by the question that leads on."""
    each = [p.grad for p in parameters if p.grad is not None]
    flat = gradients(parameters)

    def scaled(norm: torch.Tensor) -> torch.Tensor:
        return flat * (limit / norm).clamp(max=1.0)

    apart = [(g * (limit / g.norm()).clamp(max=1.0)).flatten() for g in each]
    return {
        "are the gradients changed, or copies? how often can you walk through parameters?": flat,
        "does each parameter have a factor of its own? then the direction changes": torch.cat(
            apart
        ),
        "are single numbers cut off? then the direction changes": flat.clamp(-limit, limit),
        "are the norms of the parameters added without squares?": scaled(
            torch.stack([g.norm() for g in each]).sum()
        ),
        "is a root missing?": scaled(flat.square().sum()),
        "is it a sum of absolute values?": scaled(flat.abs().sum()),
        "is it the largest number instead of the norm?": scaled(flat.abs().max()),
        "is it the norm of the weights?": scaled(
            torch.cat([p.flatten() for p in parameters]).norm()
        ),
    }


@demo(
    topic="write-training",
    claims={
        "equals-torch": "Gradients that are too long are left as torch leaves them",
        "norm-before": "You return the joint norm before clipping, as torch does",
        "small-ones-stay": "Gradients below the limit stay exactly as they are",
        "none-gradients": "Parameters without gradient are passed over, be it some or all",
        "weights-stay": "The weights themselves stay as they are",
    },
    measures={"error": "Largest difference from torch's gradients"},
    budget_s=1,
)
def main(
    run: Run,
    solution: Solution = Code(entry="clip_gradients", starter=STARTER),
    seed: int = Int(0, 0, 999),
) -> None:
    limit = 0.7 + 0.1 * (seed % 7)
    mine, right = drawn(seed, 1.0), drawn(seed, 1.0)
    wrong = mistakes(right, limit)

    with run.judge("equals-torch") as judge:
        solution(iter(mine), limit)
        clip_grad_norm_(right, limit)
        yours, theirs = gradients(mine), gradients(right)
        judge.equal(yours, theirs, by="torch", of="all gradients", mistakes=wrong)
        run.bars("yours", sizes(mine))
        run.bars("torch", sizes(right))
        run.measure(error=(yours - theirs).abs().max())

    with run.judge("norm-before") as judge:
        for scale in (1.0, 0.01):
            mine, right = drawn(seed + 1, scale), drawn(seed + 1, scale)
            flat = gradients(right)
            norm = flat.norm()
            hints = {
                "is this the norm after clipping?": norm.clamp(max=limit),
                "is a root missing?": flat.square().sum(),
                "are norms added without squares?": sum(p.grad.norm() for p in right),
                "is this the factor?": (limit / norm).clamp(max=1.0),
            }
            theirs = clip_grad_norm_(right, limit)
            yours = solution(iter(mine), limit)
            judge.that(yours is not None, "your function returned None: is a return missing?")
            judge.equal(torch.as_tensor(yours), theirs, by="torch", mistakes=hints)

    with run.judge("small-ones-stay") as judge:
        small = drawn(seed + 2, 0.01)
        given = gradients(small).clone()
        solution(iter(small), limit)
        yours = gradients(small)
        hints = {"may the factor be larger than 1?": given * (limit / given.norm())}
        judge.equal(yours, given, by="before", of="all gradients", mistakes=hints)
        judge.that(
            torch.equal(yours, given),
            "the gradients changed in their last digits: by what are short ones multiplied?",
        )

    with run.judge("none-gradients") as judge:
        mine, right = (drawn(seed + 3, 1.0, missing=True) for _ in range(2))
        yours, theirs = solution(iter(mine), limit), clip_grad_norm_(right, limit)
        judge.that(mine[1].grad is None, "a parameter without gradient has got one")
        judge.equal(gradients(mine), gradients(right), by="torch", of="some without gradient")
        judge.that(yours is not None, "your function returned None: is a return missing?")
        judge.equal(torch.as_tensor(yours), theirs, by="torch", of="norm, some without gradient")
        bare = [nn.Parameter(torch.ones(2)), nn.Parameter(torch.ones(3))]
        judge.equal(float(solution(iter(bare), limit)), 0.0, by="torch", of="no gradient at all")

    with run.judge("weights-stay") as judge:
        mine, right = drawn(seed + 4, 1.0), drawn(seed + 4, 1.0)
        solution(iter(mine), limit)
        for p, q in zip(mine, right, strict=True):
            judge.equal(p, q, within=0, by="before", of="weights")
        judge.that(all(p.requires_grad for p in mine), "a parameter no longer needs a gradient")


def sizes(parameters: list[nn.Parameter]) -> dict[str, float]:
    """Return the norm of each gradient, by the number of its parameter."""
    return {f"parameter {i}": float(p.grad.norm()) for i, p in enumerate(parameters)}
