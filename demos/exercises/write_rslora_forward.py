"""LoRA's forward pass on another layer, with another scale.

**Exercise.** The frozen layer is GPT-2's Conv1D: it has a bias, and its weight is stored as
in × out. The adapter is as ever, A rank × in and B out × rank. Its scale is rank-stabilised, α/√r,
so that learning does not slow down when the rank grows. The judge is peft's own layer with
`use_rslora=True`.
"""

import torch
from peft import LoraConfig, get_peft_model
from transformers.pytorch_utils import Conv1D

from quizapp.demo import Code, Int, Run, Solution, demo

STARTER = '''
import torch


def rslora_forward(x, weight, bias, a, b, alpha):
    """Return the output of GPT-2's Conv1D with its rank-stabilised LoRA adapter.

    x:      (..., in)    any number of leading dimensions
    weight: (in, out)    frozen, stored the other way round than nn.Linear's
    bias:   (out,)       frozen
    a:      (rank, in)   the adapter's two matrices, trained
    b:      (out, rank)
    alpha:  the numerator of the scale
    """
    return x @ weight + bias
'''


def rslora_forward(x, weight, bias, a, b, alpha):
    """Return the output of GPT-2's Conv1D with its rank-stabilised LoRA adapter."""
    scale = alpha / a.shape[0] ** 0.5
    return x @ weight + bias + scale * (x @ a.T) @ b.T


def peft_layer(inputs: int, outputs: int, rank: int, alpha: int) -> torch.nn.Module:
    """Return a Conv1D to which peft has added a rank-stabilised adapter with B not zero."""
    model = torch.nn.Sequential(Conv1D(outputs, inputs))
    torch.nn.init.normal_(model[0].bias)
    config = LoraConfig(
        r=rank,
        lora_alpha=alpha,
        use_rslora=True,
        fan_in_fan_out=True,
        target_modules=["0"],
        init_lora_weights=False,
    )
    return get_peft_model(model, config).base_model.model[0]


@demo(
    topic="write-adapters",
    claims={
        "equals-peft": "Your output equals peft's for a Conv1D with a bias",
        "rank-grows": "It equals peft's at ranks from 4 to 64, with one α for all",
        "any-leading-shape": "Batch × sequence × features works as well as one row",
        "gradients": "A and B get peft's gradients",
    },
    measures={"error": "Largest difference from peft's output"},
    budget_s=1,
)
def main(
    run: Run,
    solution: Solution = Code(entry="rslora_forward", starter=STARTER),
    seed: int = Int(0, 0, 999),
) -> None:
    torch.manual_seed(seed)
    rank = 2 + seed % 5
    alpha = 3 * rank + 1
    inputs, outputs = 12 + seed % 7, 9 + seed % 3

    def layer_of(rank: int) -> tuple[torch.nn.Module, tuple[torch.Tensor, ...]]:
        layer = peft_layer(inputs, outputs, rank, alpha)
        base = layer.base_layer
        frozen = base.weight.detach().clone(), base.bias.detach().clone()
        return layer, (*frozen, layer.lora_A["default"].weight, layer.lora_B["default"].weight)

    layer, (weight, bias, a, b) = layer_of(rank)

    x = torch.randn(5, inputs)
    with run.judge("equals-peft") as judge:
        theirs = layer(x)
        with judge.unchanged(x=x, weight=weight, bias=bias, a=a, b=b):
            yours = solution(x, weight, bias, a, b, alpha)
        base, update = x @ weight + bias, x @ a.T @ b.T
        mistakes = {
            "is the adapter left out?": base,
            "is the bias left out?": theirs - bias,
            "is the scale missing?": base + update,
            "is it r or √r?": base + alpha / rank * update,
            "does α stand under the root too?": base + (alpha / rank) ** 0.5 * update,
            "is the scale α alone?": base + alpha * update,
            "which size is the rank?": base + alpha / inputs**0.5 * update,
            "is the bias scaled or counted twice?": theirs + bias,
        }
        judge.equal(yours, theirs, by="peft", mistakes=mistakes)
        run.measure(error=(yours - theirs).abs().max())

    with run.judge("rank-grows") as judge:
        run.axes(x="rank", y="size of the adapter's output", log_x=True)
        x = torch.randn(7, inputs)
        for rank in (4, 8, 16, 64):
            layer, arguments = layer_of(rank)
            theirs, yours = layer(x), solution(x, *arguments, alpha)
            base = layer.base_layer(x)
            run.point(rank, yours=(yours - base).std(), peft=(theirs - base).std())
            judge.equal(yours, theirs, by="peft", of=f"rank {rank}")

    layer, (weight, bias, a, b) = layer_of(3 + seed % 4)
    with run.judge("any-leading-shape") as judge:
        for shape in ((inputs,), (2, 3, inputs), (2, 1, 4, inputs)):
            x = torch.randn(shape)
            yours = solution(x, weight, bias, a, b, alpha)
            judge.equal(yours, layer(x), by="peft", of=f"x {shape}")

    with run.judge("gradients") as judge:
        x = torch.randn(6, inputs)
        wanted = torch.autograd.grad(layer(x).square().sum(), (a, b))
        yours = solution(x, weight, bias, a, b, alpha)
        judge.that(yours.requires_grad, "your output has no gradient: is something detached?")
        found = torch.autograd.grad(yours.square().sum(), (a, b), allow_unused=True)
        for name, mine, right in zip("AB", found, wanted, strict=True):
            judge.that(mine is not None, f"{name} gets no gradient: is it detached?")
            judge.equal(mine, right, by="peft", of=f"gradient of {name}")
