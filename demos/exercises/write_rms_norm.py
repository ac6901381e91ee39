"""Write RMSNorm.

**Exercise.** Divide each vector by its root mean square and multiply by a weight per feature:

    y = w · x / √(mean(x²) + ε)        the mean over the last dimension

No mean is subtracted and there is no bias. x may be in 16 bits: compute in float32, and return what
came in. The judge is the RMSNorm of transformers' Llama.
"""

import torch
import torch.nn.functional as F
from transformers.models.llama.modeling_llama import LlamaRMSNorm

from quizapp.demo import Code, Int, Run, Solution, demo

STARTER = '''
import torch


def rms_norm(x, weight, eps):
    """Return x divided by its root mean square, times the weight, in the type of x.

    x:      (..., features)   any number of leading dimensions; float32, float16 or bfloat16
    weight: (features,)       in the type of x
    eps:    a small number that keeps a vector of zeros from dividing by 0
    """
    return weight * x
'''


def rms_norm(x, weight, eps):
    """Return x divided by its root mean square, times the weight, in the type of x."""
    wide = x.float()  # squares overflow in float16 from 256 on
    scale = torch.rsqrt(wide.square().mean(-1, keepdim=True) + eps)
    return weight * (wide * scale).to(x.dtype)


def by_transformers(x: torch.Tensor, weight: torch.Tensor, eps: float) -> torch.Tensor:
    """Return the output of Llama's layer."""
    layer = LlamaRMSNorm(x.shape[-1], eps=eps).to(x.dtype)
    with torch.no_grad():
        layer.weight.copy_(weight)
        return layer(x)


def mistakes(x: torch.Tensor, weight: torch.Tensor, eps: float) -> dict[str, torch.Tensor]:
    """Return what common mistakes come to, by the question that leads on."""
    square = x.square()
    n = x.shape[-1]
    return {
        "is a mean subtracted?": F.layer_norm(x, (n,), weight, None, eps),
        "is the weight left out?": x / (square.mean(-1, keepdim=True) + eps).sqrt(),
        "is it a sum instead of a mean?": weight * x / (square.sum(-1, keepdim=True) + eps).sqrt(),
        "is the root missing?": weight * x / (square.mean(-1, keepdim=True) + eps),
        "is the mean over all vectors instead of each?": weight * x / (square.mean() + eps).sqrt(),
        "is the mean over the features?": weight * x / (square.mean(-2, keepdim=True) + eps).sqrt(),
        "is it the mean of absolute values?": weight * x / (x.abs().mean(-1, keepdim=True) + eps),
        "is it multiplied by the root?": weight * x * (square.mean(-1, keepdim=True) + eps).sqrt(),
    }


@demo(
    topic="write-training",
    claims={
        "equals-transformers": "Your output is that of Llama's layer, also where the mean is not 0",
        "any-leading-shape": "One vector and batch × heads × length × features work alike",
        "small-vectors": "Vectors as small as √ε, and zeros, are treated as transformers does",
        "sixteen-bits": "In float16 and bfloat16 nothing overflows, and the type stays",
        "gradients": "x and the weight get the gradients of torch's rms_norm",
    },
    measures={"error": "Largest difference from transformers' output"},
    budget_s=1,
)
def main(
    run: Run,
    solution: Solution = Code(entry="rms_norm", starter=STARTER),
    seed: int = Int(0, 0, 999),
) -> None:
    torch.manual_seed(seed)
    rows, features, eps = 4 + seed % 3, 9 + seed % 5, 1e-5
    weight = torch.rand(features) + 0.5
    x = torch.randn(rows, features) * torch.linspace(0.5, 3, rows)[:, None] + 1.5

    with run.judge("equals-transformers") as judge:
        with judge.unchanged(x=x, weight=weight):
            yours = solution(x, weight, eps)
        theirs = by_transformers(x, weight, eps)
        judge.equal(yours, theirs, by="transformers", mistakes=mistakes(x, weight, eps))
        run.measure(error=(yours - theirs).abs().max())

    with run.judge("any-leading-shape") as judge:
        for shape in ((features,), (2, 3, features), (2, 1, 4, features)):
            x = torch.randn(shape) + 1
            theirs = by_transformers(x, weight, eps)
            judge.equal(solution(x, weight, eps), theirs, by="transformers", of=f"x {shape}")

    with run.judge("small-vectors") as judge:
        small = torch.randn(rows, features) * 0.01
        for tiny in (1e-4, 0.5):
            root = (small.square().mean(-1, keepdim=True)).sqrt()
            hints = {
                "does ε stand outside the root?": weight * small / (root + tiny),
                "where is ε?": weight * small / root,
                "is ε the least root?": weight * small / root.clamp(min=tiny),
            }
            theirs = by_transformers(small, weight, tiny)
            yours = solution(small.clone(), weight, tiny)
            judge.equal(yours, theirs, by="transformers", of=f"ε {tiny}", mistakes=hints)
        zeros = torch.zeros(2, features)
        judge.equal(solution(zeros.clone(), weight, eps), zeros, by="transformers", of="zeros")

    with run.judge("sixteen-bits") as judge:
        for kind, size in ((torch.float16, 600), (torch.bfloat16, 3)):
            x = (torch.randn(rows, features) * size).to(kind)
            w = weight.to(kind)
            yours = solution(x.clone(), w, eps)
            theirs = by_transformers(x, w, eps)
            judge.that(yours.dtype == kind, f"x is {kind}, your output {yours.dtype}")
            hints = {"what is the square of 600 in float16?": torch.zeros_like(theirs)}
            judge.equal(
                yours.float(),
                theirs.float(),
                within=0.02,  # the weight may be multiplied before or after the rounding
                by="transformers",
                of=f"{kind}, size {size}",
                mistakes=hints,
            )

    with run.judge("gradients") as judge:
        x = torch.randn(rows, features) + 1
        mine = [x.clone().requires_grad_(), weight.clone().requires_grad_()]
        right = [x.clone().requires_grad_(), weight.clone().requires_grad_()]
        target = torch.randn(rows, features)
        (F.rms_norm(right[0], (features,), right[1], eps) * target).sum().backward()
        yours = solution(*mine, eps)
        judge.that(yours.requires_grad, "your output has no gradient: is something detached?")
        (yours * target).sum().backward()
        for name, one, other in zip(("x", "the weight"), mine, right, strict=True):
            judge.that(one.grad is not None, f"{name} gets no gradient: is it detached?")
            judge.equal(one.grad, other.grad, by="torch", of=f"gradient of {name}")
