"""Write DoRA's forward pass.

**Exercise.** DoRA splits the adapted weight V = W + (α/r) · B A into length and direction: each
output feature's row of V is brought to length one and multiplied by a trained magnitude m. Return
x (m · V/‖V‖)ᵀ. As in section 4.3 of the paper and in peft, the norm counts as a constant in the
backward pass. The judge is peft's own layer.
"""

import torch
from peft import LoraConfig, get_peft_model

from quizapp.demo import Code, Int, Run, Solution, demo

STARTER = '''
import torch


def dora_forward(x, weight, a, b, magnitude, alpha):
    """Return the output of a linear layer without bias, with its DoRA adapter.

    x:         (..., in)    any number of leading dimensions
    weight:    (out, in)    frozen
    a:         (rank, in)   trained, like b and the magnitude
    b:         (out, rank)
    magnitude: (out,)       one length per output feature
    alpha:     the numerator of the scale
    """
    scale = alpha / a.shape[0]
    return x @ weight.T + scale * (x @ a.T) @ b.T
'''


def dora_forward(x, weight, a, b, magnitude, alpha):
    """Return the output of a linear layer without bias, with its DoRA adapter."""
    scale = alpha / a.shape[0]
    norm = (weight + scale * b @ a).norm(dim=1).detach()  # (out,)
    return magnitude / norm * (x @ weight.T + scale * (x @ a.T) @ b.T)


def peft_layer(inputs: int, outputs: int, rank: int, alpha: int) -> torch.nn.Module:
    """Return a linear layer to which peft has added a DoRA adapter with B not zero."""
    model = torch.nn.Sequential(torch.nn.Linear(inputs, outputs, bias=False))
    config = LoraConfig(
        r=rank, lora_alpha=alpha, use_dora=True, target_modules=["0"], init_lora_weights=False
    )
    return get_peft_model(model, config).base_model.model[0]


@demo(
    topic="write-adapters",
    claims={
        "starts-as-base": "With B zero and m the norms of W, the layer is the base layer",
        "equals-peft": "Your output equals peft's, with all parts trained away from their start",
        "any-leading-shape": "Batch × sequence × features works as well as one row",
        "gradients": "A, B and m get peft's gradients: the norm is a constant",
    },
    measures={"error": "Largest difference from peft's output"},
    budget_s=1,
)
def main(
    run: Run,
    solution: Solution = Code(entry="dora_forward", starter=STARTER),
    seed: int = Int(0, 0, 999),
) -> None:
    torch.manual_seed(seed)
    rank = 2 + seed % 5
    alpha = 2 * rank + 1
    inputs, outputs = 12 + seed % 7, 7 + seed % 4
    layer = peft_layer(inputs, outputs, rank, alpha)
    weight = layer.base_layer.weight.detach().clone()
    a, b = layer.lora_A["default"].weight, layer.lora_B["default"].weight
    m = layer.lora_magnitude_vector["default"].weight
    with torch.no_grad():
        m *= 0.5 + torch.rand(outputs)
    parts = weight, a, b, m

    with run.judge("starts-as-base") as judge:
        norms, zero = weight.norm(dim=1), torch.zeros_like(b)
        x = torch.randn(4, inputs)
        yours = solution(x, weight, a, zero, norms, alpha)
        base = x @ weight.T
        mistakes = {
            "is it divided by the norm?": base * norms,
            "is m left out?": base / norms,
            "is it one norm for the whole matrix?": base * norms / weight.norm(),
            "is the norm Euclidean?": base * norms / weight.abs().sum(dim=1),
            "is the base counted twice?": 2 * base,
        }
        judge.equal(yours, base, by="the base layer", mistakes=mistakes)

    x = torch.randn(5, inputs)
    with run.judge("equals-peft") as judge:
        theirs = layer(x)
        with judge.unchanged(x=x, weight=weight, a=a, b=b, magnitude=m):
            yours = solution(x, *parts, alpha)
        full, plain, large = (weight + s * b @ a for s in (alpha / rank, 1, alpha))
        mistakes = {
            "is that LoRA, without m and the norm?": x @ full.T,
            "the norm of what: of W, or of W with the adapter?": m
            * (x @ full.T)
            / weight.norm(dim=1),
            "is the scale α instead of α/r?": m * (x @ large.T) / large.norm(dim=1),
            "is the scale α/r missing?": m * (x @ plain.T) / plain.norm(dim=1),
            "is the norm taken without the scale?": m * (x @ full.T) / plain.norm(dim=1),
        }
        judge.equal(yours, theirs, by="peft", mistakes=mistakes)
        run.measure(error=(yours - theirs).abs().max())

    with run.judge("any-leading-shape") as judge:
        for shape in ((1, inputs), (2, outputs, inputs), (2, 1, 4, inputs)):
            x = torch.randn(shape)
            judge.equal(solution(x, *parts, alpha), layer(x), by="peft", of=f"x {shape}")

    with run.judge("gradients") as judge:
        trained = (a, b, m)
        x = torch.randn(6, inputs)
        wanted = torch.autograd.grad(layer(x).square().sum(), trained)
        full = weight + alpha / rank * b @ a
        through = (m / full.norm(dim=1) * (x @ full.T)).square().sum()
        not_detached = torch.autograd.grad(through, trained)
        yours = solution(x, *parts, alpha)
        judge.that(yours.requires_grad, "your output has no gradient: is too much detached?")
        found = torch.autograd.grad(yours.square().sum(), trained, allow_unused=True)
        for name, mine, right, other in zip("ABm", found, wanted, not_detached, strict=True):
            judge.that(mine is not None, f"{name} gets no gradient: is it detached?")
            mistakes = {"does the gradient go through the norm as well?": other}
            of = f"gradient of {name}"
            judge.equal(mine, right, by="peft", of=of, mistakes=mistakes)
