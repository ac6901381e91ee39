"""Write QLoRA's frozen layer, forward and backward.

**Exercise.** The weight exists as 4-bit codes and block scales only. Decode it, multiply, and let
the gradient reach x, for the adapters below train on it: x_grad = y_grad · W. The decoded weight
must not be kept from forward to backward, or a model of 4 bits takes the memory of 16: decode it a
second time. The judge is bitsandbytes.
"""

import bitsandbytes
import torch
from bitsandbytes import functional

from quizapp.demo import Code, Int, Run, Solution, demo

STARTER = '''
import torch


def decode(codes, absmax, levels, dtype):
    """Return the weight (out, in) of codes (out, in), with a scale for each 64 numbers."""
    blocks = levels[codes.long()].view(-1, 64) * absmax[:, None]
    return blocks.view(codes.shape).to(dtype)


def matmul_4bit(x, codes, absmax, levels):
    """Return x times the transposed weight, in the type of x.

    x:      (..., in)   float32 or bfloat16, may need a gradient
    codes:  (out, in)   uint8, one number each; frozen
    absmax: (blocks,)   float32; frozen
    levels: (16,)       float32
    """
    with torch.no_grad():
        return x @ decode(codes, absmax, levels, x.dtype).T
'''


def decode(codes, absmax, levels, dtype):
    """Return the weight (out, in) of codes (out, in), with a scale for each 64 numbers."""
    blocks = levels[codes.long()].view(-1, 64) * absmax[:, None]
    return blocks.view(codes.shape).to(dtype)


class MatMul4Bit(torch.autograd.Function):
    """x times the transposed weight, which is decoded anew in either direction."""

    @staticmethod
    def forward(ctx, x, codes, absmax, levels):
        ctx.save_for_backward(codes, absmax, levels)  # small, and in memory anyway
        return x @ decode(codes, absmax, levels, x.dtype).T

    @staticmethod
    def backward(ctx, y_grad):
        x_grad = y_grad @ decode(*ctx.saved_tensors, y_grad.dtype)
        return x_grad, None, None, None


def matmul_4bit(x, codes, absmax, levels):
    """Return x times the transposed weight, in the type of x."""
    return MatMul4Bit.apply(x, codes, absmax, levels)


def kept(out: torch.Tensor, saved: list[torch.Tensor]) -> int:
    """Return the bytes of the largest float tensor kept for the backward pass of `out`."""
    nodes, seen, found = [out.grad_fn], set(), list(saved)
    while nodes:
        node = nodes.pop()
        if node is None or node in seen:
            continue
        seen.add(node)
        nodes += [below for below, _ in node.next_functions]
        found += [v for v in getattr(node, "__dict__", {}).values() if torch.is_tensor(v)]
    return max((t.numel() * t.element_size() for t in found if t.is_floating_point()), default=0)


@demo(
    topic="write-adapters",
    claims={
        "equals-bitsandbytes": "The output is bitsandbytes', for any leading shape",
        "gradient-of-x": "x gets bitsandbytes' gradient",
        "keeps-no-weight": "Between forward and backward no decoded weight is kept",
        "type-of-x": "bfloat16 in, bfloat16 out, and so is the gradient",
        "adapter-below": "An adapter in the layer below learns through it",
    },
    measures={"kept_share": "Largest float tensor kept, in percent of the decoded weight's bytes"},
    budget_s=1,
)
def main(
    run: Run,
    solution: Solution = Code(entry="matmul_4bit", starter=STARTER),
    seed: int = Int(0, 0, 999),
) -> None:
    torch.manual_seed(seed)
    inputs, outputs = 128, 64 * (2 + seed % 3)
    if outputs == inputs:
        inputs = 192
    weight = torch.randn(outputs, inputs) * torch.logspace(-1, 1, outputs)[:, None]
    packed, state = functional.quantize_4bit(weight, blocksize=64, quant_type="nf4")
    codes = torch.stack([packed >> 4, packed & 15], dim=-1).view(outputs, inputs)
    frozen = codes, state.absmax, state.code[:16].clone()
    dense = functional.dequantize_4bit(packed, state)

    def theirs(x: torch.Tensor) -> torch.Tensor:
        return bitsandbytes.matmul_4bit(x, packed.t(), quant_state=state)

    with run.judge("equals-bitsandbytes") as judge:
        for shape in ((3, 5, inputs), (2, inputs), (2, 1, 4, inputs)):
            x = torch.randn(shape, requires_grad=True)
            wanted = theirs(x)
            with judge.unchanged(x=x, absmax=frozen[1], levels=frozen[2]):
                yours = solution(x, *frozen)
            judge.equal(yours, wanted, by="bitsandbytes", of=f"x {shape}")

    with run.judge("gradient-of-x") as judge:
        x = torch.randn(3, 5, inputs, requires_grad=True)
        slope = torch.randn(3, 5, outputs)
        (wanted,) = torch.autograd.grad(theirs(x), x, slope)
        yours = solution(x, *frozen)
        judge.that(yours.requires_grad, "your output has no gradient: can it reach x?")
        (mine,) = torch.autograd.grad(yours, x, slope, allow_unused=True)
        judge.that(mine is not None, "x gets no gradient: is something detached?")
        judge.equal(mine, wanted, by="bitsandbytes", of="gradient of x")

    with run.judge("keeps-no-weight") as judge:
        x = torch.randn(2, inputs, requires_grad=True)
        saved: list[torch.Tensor] = []
        with torch.autograd.graph.saved_tensors_hooks(lambda t: saved.append(t) or t, lambda t: t):
            yours = solution(x, *frozen)
        judge.that(yours.requires_grad, "your output has no gradient: can it reach x?")
        largest, whole = kept(yours, saved), dense.numel() * 4
        run.measure(kept_share=100 * largest / whole)
        judge.that(
            largest < 0.4 * whole,
            f"a float tensor of {largest:,} bytes is kept for the backward pass, "
            f"the decoded weight has {whole:,}: is it needed before the backward pass comes?",
        )
        judge.that(x.grad is None, "x.grad is filled before any backward pass")
        (mine,) = torch.autograd.grad(yours.sum(), x)
        judge.equal(mine, dense.sum(dim=0).expand(2, -1), by="the decoded weight", of="gradient")

    with run.judge("type-of-x") as judge:
        x = torch.randn(4, inputs).bfloat16().requires_grad_()
        yours = solution(x, *frozen)
        judge.that(yours.dtype == x.dtype, f"bfloat16 in, {yours.dtype} out")
        judge.equal(yours.float(), x.float() @ dense.T, within=0.02, by="float32")
        judge.that(yours.requires_grad, "your output has no gradient: can it reach x?")
        (mine,) = torch.autograd.grad(yours.float().sum(), x)
        judge.equal(mine.float(), dense.sum(dim=0).expand(4, -1), within=0.02, by="float32")

    with run.judge("adapter-below") as judge:
        down, x = torch.randn(4, 24) / 5, torch.randn(7, 24)
        up = torch.zeros(inputs, 4, requires_grad=True)  # the B of the layer below
        for _ in range(2):  # twice: each backward pass stands alone
            hidden = torch.randn(7, inputs) + x @ down.T @ up.T
            yours = solution(hidden, *frozen)
            judge.that(yours.requires_grad, "no gradient reaches the adapter below")
            right = (hidden @ dense.T).square().sum()
            (wanted,) = torch.autograd.grad(right, up, retain_graph=True)
            (mine,) = torch.autograd.grad(yours.square().sum(), up, allow_unused=True)
            judge.that(mine is not None, "no gradient reaches the adapter below")
            judge.equal(mine, wanted, by="the decoded weight", of="gradient of B below")
        with torch.no_grad():
            judge.equal(solution(hidden, *frozen), hidden @ dense.T, of="without gradients")
