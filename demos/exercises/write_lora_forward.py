"""Write LoRA's forward pass.

**Exercise.** A linear layer is frozen; beside it stand A (rank × in) and B (out × rank). Return
what the layer gives with the adapter: W x + (α/r) · B A x. The judge is peft's own layer.
"""

import torch
from peft import LoraConfig, get_peft_model
from torch.utils.flop_counter import FlopCounterMode

from quizapp.demo import Code, Int, Run, Solution, demo

STARTER = '''
import torch


def lora_forward(x, weight, a, b, alpha):
    """Return the output of a linear layer without bias, with its LoRA adapter.

    x:      (..., in)      any number of leading dimensions
    weight: (out, in)      frozen
    a:      (rank, in)     the adapter's two matrices, trained
    b:      (out, rank)
    alpha:  the numerator of the scale
    """
    return x @ weight.T
'''


def lora_forward(x, weight, a, b, alpha):
    """Return the output of a linear layer without bias, with its LoRA adapter."""
    scale = alpha / a.shape[0]
    # two thin products instead of B A, which is as large as the weight
    return x @ weight.T + scale * (x @ a.T) @ b.T


def peft_layer(inputs: int, outputs: int, rank: int, alpha: int) -> torch.nn.Module:
    """Return a linear layer to which peft has added an adapter with B not zero."""
    model = torch.nn.Sequential(torch.nn.Linear(inputs, outputs, bias=False))
    config = LoraConfig(r=rank, lora_alpha=alpha, target_modules=["0"], init_lora_weights=False)
    return get_peft_model(model, config).base_model.model[0]


@demo(
    topic="write-adapters",
    claims={
        "equals-peft": "Your output equals peft's, at a scale α/r other than 1",
        "any-leading-shape": "Batch × sequence × features works as well as one row",
        "gradients": "A and B get peft's gradients, and the weight stays frozen",
        "thin-products": "No matrix of the weight's size is made for the adapter",
    },
    measures={"error": "Largest difference from peft's output"},
    budget_s=1,
)
def main(
    run: Run,
    solution: Solution = Code(entry="lora_forward", starter=STARTER),
    seed: int = Int(0, 0, 999),
) -> None:
    torch.manual_seed(seed)
    rank, alpha = 2 + seed % 5, 3 * (2 + seed % 5) + 1  # α/r is never 1, nor a whole number
    inputs, outputs = 12 + seed % 7, 9 + seed % 4
    layer = peft_layer(inputs, outputs, rank, alpha)
    weight = layer.base_layer.weight.detach().clone()  # damage stays away from peft's own
    a, b = layer.lora_A["default"].weight, layer.lora_B["default"].weight  # (r, in), (out, r)

    x = torch.randn(5, inputs)
    with run.judge("equals-peft") as judge:
        theirs = layer(x)
        with judge.unchanged(x=x, weight=weight, a=a, b=b):
            yours = solution(x, weight, a, b, alpha)
        mistakes = {
            "is the adapter left out?": x @ weight.T,
            "is the scale α/r missing?": x @ weight.T + x @ a.T @ b.T,
            "is the scale α instead of α/r?": x @ weight.T + alpha * x @ a.T @ b.T,
            "which dimension is the rank?": x @ weight.T + alpha / inputs * x @ a.T @ b.T,
            "which size is the rank?": x @ weight.T + alpha / outputs * x @ a.T @ b.T,
            "is α/r a whole number?": x @ weight.T + alpha // rank * x @ a.T @ b.T,
            "is it r or √r?": x @ weight.T + alpha / rank**0.5 * x @ a.T @ b.T,
        }
        judge.equal(yours, theirs, by="peft", mistakes=mistakes)
        run.measure(error=(yours - theirs).abs().max())

    with run.judge("any-leading-shape") as judge:
        for shape in ((inputs,), (2, 3, inputs), (2, 1, 4, inputs)):
            x = torch.randn(shape)
            judge.equal(solution(x, weight, a, b, alpha), layer(x), by="peft", of=f"x {shape}")

    with run.judge("gradients") as judge:
        wanted = torch.autograd.grad(layer(x).square().sum(), (a, b))
        yours = solution(x, weight, a, b, alpha)
        judge.that(not weight.requires_grad, "your code unfreezes the weight: who asks for that?")
        judge.that(yours.requires_grad, "your output has no gradient: is something detached?")
        found = torch.autograd.grad(yours.square().sum(), (a, b), allow_unused=True)
        for name, mine, right in zip("AB", found, wanted, strict=True):
            judge.that(mine is not None, f"{name} gets no gradient: is it detached?")
            judge.equal(mine, right, by="peft", of=f"gradient of {name}")

    with run.judge("thin-products") as judge:
        wide = torch.randn(1, 64), torch.randn(64, 64), torch.randn(2, 64), torch.randn(64, 2)
        with FlopCounterMode(display=False) as counter:
            solution(*wide, alpha)
        flops, allowed = counter.get_total_flops(), 2 * 64 * 64 + 2 * 2 * (64 * 2)
        judge.that(
            flops <= allowed,
            f"the products of one row take {flops:,} operations, {allowed:,} suffice: "
            "does a product as large as the weight come first?",
        )
