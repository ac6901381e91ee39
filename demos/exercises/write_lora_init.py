"""Initialise a LoRA adapter.

**Exercise.** Make A (rank × in), B (out × rank) and the scale as peft does by default. A is drawn
uniformly from ±1/√in, which is Kaiming's rule with a = √5; B is zero; the scale is α/r. Both are
trained. peft's own layer is the judge, and as A is random, its distribution is what counts.
"""

import torch
from peft import LoraConfig, get_peft_model

from quizapp.demo import Code, Int, Run, Solution, demo

STARTER = '''
import torch


def lora_init(inputs, outputs, rank, alpha):
    """Return a new adapter as (a, b, scale).

    a:     (rank, inputs)   float32, to be trained
    b:     (outputs, rank)  float32, to be trained
    scale: what the adapter's output is multiplied by
    """
    return torch.zeros(rank, inputs), torch.zeros(outputs, rank), 1.0
'''


def lora_init(inputs, outputs, rank, alpha):
    """Return a new adapter as (a, b, scale)."""
    a = torch.nn.Parameter((2 * torch.rand(rank, inputs) - 1) / inputs**0.5)
    b = torch.nn.Parameter(torch.zeros(outputs, rank))  # so that B A starts at zero
    return a, b, alpha / rank


def peft_layer(inputs: int, outputs: int, rank: int, alpha: int) -> torch.nn.Module:
    """Return a linear layer to which peft has added an adapter with its own defaults."""
    model = torch.nn.Sequential(torch.nn.Linear(inputs, outputs, bias=False))
    config = LoraConfig(r=rank, lora_alpha=alpha, target_modules=["0"])
    return get_peft_model(model, config).base_model.model[0]


@demo(
    topic="write-adapters",
    claims={
        "scale": "Shapes, type and scale are peft's",
        "starts-as-base": "The adapter changes no output at the start",
        "a-like-peft": "A is drawn from peft's distribution, for any rank and width",
        "b-moves-first": "At the first step B gets a gradient and A none; from the second both",
        "drawn-anew": "Each call draws another A, from torch's own random numbers",
    },
    measures={"spread": "Your A's standard deviation times √in; peft's comes to 0.58"},
    budget_s=1,
)
def main(
    run: Run,
    solution: Solution = Code(entry="lora_init", starter=STARTER),
    seed: int = Int(0, 0, 999),
) -> None:
    torch.manual_seed(seed)
    rank = 3 + seed % 5
    alpha = 2 * rank + 1
    inputs, outputs = 30 + seed % 11, 17 + seed % 9
    x, target = torch.randn(6, inputs), torch.randn(6, outputs)

    with run.judge("scale") as judge:
        layer = peft_layer(inputs, outputs, rank, alpha)
        a, b, scale = solution(inputs, outputs, rank, alpha)
        for name, mine, right in (("A", a, layer.lora_A), ("B", b, layer.lora_B)):
            wanted = right["default"].weight
            judge.equal(mine.shape, wanted.shape, by="peft", of=f"shape of {name}")
            judge.that(mine.dtype == wanted.dtype, f"{name} is {mine.dtype}, peft's float32")
        mistakes = {
            "is it divided by the rank?": alpha,
            "is it r or √r?": alpha / rank**0.5,
            "is α/r a whole number?": alpha // rank,
        }
        judge.equal(scale, layer.scaling["default"], by="peft", of="scale", mistakes=mistakes)

    with run.judge("starts-as-base") as judge:
        a, b, scale = solution(inputs, outputs, rank, alpha)
        judge.that((a != 0).any(), "A is all zeros: does B get a gradient then?")
        change = (scale * x @ a.T @ b.T).abs().max()
        judge.that(
            change == 0, f"outputs change by up to {change:.3g}: which of the two starts at zero?"
        )

    with run.judge("a-like-peft") as judge:
        # sums over many numbers: 4 standard errors of either lie within these margins
        for width, height, rows in ((900, 40, 24), (100, 1500, 160)):
            mine = solution(width, height, rows, alpha)[0]
            wanted = peft_layer(width, height, rows, alpha).lora_A["default"].weight
            run.measure(spread=mine.std() * width**0.5)
            where = f"at in = {width}, out = {height}, rank = {rows}:"
            judge.that(
                abs(mine.mean()) < 0.05 * wanted.std(),
                f"{where} your A averages {mine.mean():.3g}: is it drawn from both sides of zero?",
            )
            judge.that(
                abs(mine.std() / wanted.std() - 1) < 0.05,
                f"{where} your A spreads by {mine.std():.4f}, peft's by {wanted.std():.4f}: "
                "which size does the bound depend on, and is there a root?",
            )
            judge.that(
                mine.abs().max() < 1.01 * wanted.abs().max(),
                f"{where} your largest number is {mine.abs().max():.4f}, peft's "
                f"{wanted.abs().max():.4f}, at the same spread: is it drawn uniformly?",
            )

    with run.judge("b-moves-first") as judge:
        a, b, scale = solution(inputs, outputs, rank, alpha)
        for name, matrix in (("A", a), ("B", b)):
            judge.that(matrix.requires_grad, f"{name} needs no gradient: will it be trained?")
            judge.that(matrix.is_leaf, f"{name} is the result of a computation: can it be trained?")
        for step in (1, 2):
            loss = (scale * x @ a.T @ b.T - target).square().mean()
            of_a, of_b = torch.autograd.grad(loss, (a, b))
            moved = of_a.abs().max() > 0
            judge.that(of_b.abs().max() > 0, f"step {step}: B gets no gradient: is A zero?")
            judge.that(
                moved == (step == 2),
                f"step {step}: A gets {'a' if moved else 'no'} gradient: what does B start at?",
            )
            with torch.no_grad():
                a -= 0.1 * of_a
                b -= 0.1 * of_b

    with run.judge("drawn-anew") as judge:
        first, second = (solution(inputs, outputs, rank, alpha)[0].detach() for _ in range(2))
        judge.that((first != second).any(), "two layers get the same A: is a seed or a copy kept?")
        state = torch.get_rng_state()
        first = solution(inputs, outputs, rank, alpha)[0].detach().clone()
        torch.set_rng_state(state)
        second = solution(inputs, outputs, rank, alpha)[0].detach()
        judge.equal(second, first, within=0, by="your first call", of="same seed twice")
