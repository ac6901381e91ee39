"""Write gradient checkpointing.

**Exercise.** Compute function(x) without keeping any activation for the backward pass, and get the
same gradients: of tensors only x is kept, and the backward pass runs the function once more.

Dropout must drop the same numbers both times. Parameters inside the function get their gradients
as usual, and the random numbers of what comes later stay as they would be. The judge is the
function without checkpointing. Use torch.autograd.Function, not torch.utils.checkpoint.
"""

import torch
from torch import nn
from torch.autograd.graph import saved_tensors_hooks

from quizapp.demo import Code, Int, Run, Solution, demo

STARTER = '''
import torch


class Checkpoint(torch.autograd.Function):
    """Run a function without a graph; run it again, with one, in the backward pass."""

    @staticmethod
    def forward(ctx, function, x):
        return function(x)

    @staticmethod
    def backward(ctx, grad):
        return None, grad


def checkpoint(function, x):
    """Return function(x), keeping only x for the backward pass.

    function: takes one tensor and returns one; may have parameters and dropout inside
    x:        a tensor that requires a gradient
    """
    return Checkpoint.apply(function, x)
'''


class Checkpoint(torch.autograd.Function):
    """Run a function without a graph; run it again, with one, in the backward pass."""

    @staticmethod
    def forward(ctx, function, x):
        """Return function(x); inside a Function no graph is recorded."""
        ctx.function, ctx.state = function, torch.get_rng_state()
        ctx.save_for_backward(x)
        return function(x)

    @staticmethod
    def backward(ctx, grad):
        """Return the gradient at x; those of the parameters are added on the way."""
        (x,) = ctx.saved_tensors
        x = x.detach().requires_grad_()  # a graph of its own, which ends here
        with torch.random.fork_rng(devices=[]), torch.enable_grad():
            torch.set_rng_state(ctx.state)
            y = ctx.function(x)
        y.backward(grad)
        return None, x.grad


def checkpoint(function, x):
    """Return function(x), keeping only x for the backward pass."""
    return Checkpoint.apply(function, x)


class Block(nn.Module):
    """A function with parameters and dropout that counts how often it runs, and how."""

    def __init__(self, width: int, dropout: float) -> None:
        super().__init__()
        self.first, self.second = nn.Linear(width, 3 * width), nn.Linear(3 * width, width)
        self.dropout = nn.Dropout(dropout)
        self.graphs: list[bool] = []

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return the output of the block, of the shape of x."""
        self.graphs.append(torch.is_grad_enabled())
        return x + self.second(self.dropout(torch.tanh(self.first(x))))


def gradients(blocks: nn.ModuleList, way, x: torch.Tensor, weight: torch.Tensor, seed: int) -> list:
    """Return output, gradient at x and at the parameters, each block called through `way`."""
    torch.manual_seed(seed)
    blocks.zero_grad()
    leaf = x.clone().requires_grad_()
    h = leaf * 1.0
    for block in blocks:
        h = way(block, h)
    (h * weight).sum().backward()
    found = [h.detach(), leaf.grad]
    return found + [torch.zeros_like(p) if p.grad is None else p.grad for p in blocks.parameters()]


def plainly(function, x: torch.Tensor) -> torch.Tensor:
    """Return function(x) without checkpointing."""
    return function(x)


def kept(way, block: nn.Module, x: torch.Tensor) -> int:
    """Return how many numbers autograd keeps for backward, x and the parameters left out."""
    known = {t.untyped_storage().data_ptr() for t in (x, *block.parameters())}
    sizes: dict[int, int] = {}

    def pack(tensor: torch.Tensor) -> torch.Tensor:
        storage = tensor.untyped_storage()
        if storage.data_ptr() not in known:
            sizes[storage.data_ptr()] = storage.nbytes() // tensor.element_size()
        return tensor

    with saved_tensors_hooks(pack, lambda tensor: tensor):
        way(block, x)
    return sum(sizes.values())


@demo(
    topic="write-training",
    claims={
        "same-gradients": "Outputs and all gradients are those without checkpointing",
        "runs-again": "It runs once without a graph, and once more, with one, in the backward pass",
        "keeps-the-input-only": "Nothing but the input is kept for the backward pass",
        "same-dropout": "With dropout the gradients are the same too",
        "random-numbers-go-on": "The random numbers after backward are those without checkpointing",
    },
    measures={
        "kept": "Numbers kept for backward by your checkpoint, input left out",
        "kept_plain": "Numbers kept without checkpointing",
    },
    budget_s=1,
)
def main(
    run: Run,
    solution: Solution = Code(entry="checkpoint", starter=STARTER),
    seed: int = Int(0, 0, 999),
) -> None:
    torch.manual_seed(seed)
    batch, width = 3 + seed % 3, 7 + seed % 4
    blocks = nn.ModuleList(Block(width, 0.0) for _ in range(3))
    x, weight = torch.randn(batch, width), torch.randn(batch, width)
    names = ["the output", "gradient at x"]
    names += [f"gradient of {name}" for name, _ in blocks.named_parameters()]

    with run.judge("same-gradients") as judge:
        for count in (1, 3):
            some = blocks[:count]
            theirs = gradients(some, plainly, x, weight, seed)
            yours = gradients(some, solution, x, weight, seed)
            ones = gradients(some, plainly, x, torch.ones_like(weight), seed)
            for name, mine, right, one in zip(names, yours, theirs, ones, strict=False):
                wrong = {
                    "does the gradient that arrives enter?": one,
                    "is this the gradient at the output?": weight,
                    "does the gradient that arrives enter twice?": right * weight
                    if right.shape == weight.shape
                    else one,
                    "is it counted twice?": 2 * right,
                    "do the parameters get any?": torch.zeros_like(right),
                }
                hints = wrong if name.startswith("gradient") else {}
                of = f"{count} in a row: {name}" if count > 1 else name
                judge.equal(mine, right, by="without checkpointing", of=of, mistakes=hints)

    with run.judge("runs-again") as judge:
        block = blocks[0]
        block.graphs.clear()
        h = solution(block, x.clone().requires_grad_())
        judge.that(len(block.graphs) == 1, f"the forward pass calls it {len(block.graphs)} times")
        judge.that(not block.graphs[0], "the forward pass records a graph: what does it keep then?")
        h.sum().backward()
        judge.that(
            len(block.graphs) == 2,
            f"the backward pass calls it {len(block.graphs) - 1} times instead of once",
        )
        judge.that(block.graphs[1], "the second call records no graph: what goes back through it?")

    with run.judge("keeps-the-input-only") as judge:
        leaf = x.clone().requires_grad_()
        plain, count = kept(plainly, blocks[0], leaf), kept(solution, blocks[0], leaf)
        run.measure(kept=count, kept_plain=plain)
        run.bars("numbers kept", {"yours": count, "without checkpointing": plain})
        judge.that(
            count == 0,
            f"{count} numbers besides x are kept, {plain} without checkpointing: which ones?",
        )
        judge.that(
            solution(blocks[0], leaf).requires_grad, "your output has no gradient: is it detached?"
        )

    noisy = nn.ModuleList(Block(width, 0.4) for _ in range(2))
    with run.judge("same-dropout") as judge:
        theirs = gradients(noisy, plainly, x, weight, seed + 1)
        yours = gradients(noisy, solution, x, weight, seed + 1)
        judge.equal(yours[0], theirs[0], by="without checkpointing", of="the output")
        gap = max((a - b).abs().max().item() for a, b in zip(yours, theirs, strict=True))
        judge.that(
            gap < 1e-5,
            f"a gradient is off by {gap:.2g}: does the second run drop what the first dropped?",
        )

    with run.judge("random-numbers-go-on") as judge:
        gradients(noisy, plainly, x, weight, seed + 2)
        right = torch.rand(3)
        gradients(noisy, solution, x, weight, seed + 2)
        yours = torch.rand(3)
        judge.that(
            torch.equal(yours, right),
            "what is drawn after backward differs: which state does the second run leave behind?",
        )
