"""Quantise rows to INT8 by their largest value.

**Exercise.** Each row of a matrix becomes whole numbers from -127 to 127: code = round(x / s) with
the row's own scale s = max|x| / 127. Back again it is s · code, in the type of the input. Rows may
be all zero or hold one outlier, and the input may be float16. The judge is bitsandbytes.
"""

import torch
from bitsandbytes import functional

from quizapp.demo import Code, Int, Run, Solution, demo

STARTER = '''
import torch


def absmax_int8(x):
    """Return (codes, scale, restored) of a matrix quantised row by row.

    x:        (rows, n)  float32 or float16
    codes:    (rows, n)  int8, from -127 to 127
    scale:    (rows,)    float32, the size of one step
    restored: (rows, n)  what codes and scale stand for, in the type of x
    """
    return x.to(torch.int8), torch.ones(len(x)), x
'''


def absmax_int8(x):
    """Return (codes, scale, restored) of a matrix quantised row by row."""
    rows = x.float()  # a scale in float16 loses digits, and small ones vanish
    scale = rows.abs().amax(dim=1) / 127
    step = torch.where(scale > 0, scale, 1)[:, None]  # a zero row has no step: anything will do
    codes = (rows / step).round().clamp(-127, 127).to(torch.int8)
    return codes, scale, (codes * scale[:, None]).to(x.dtype)


def matrix(rows: int, width: int) -> torch.Tensor:
    """Return rows of very different size, with no value near the middle between two codes."""
    codes = torch.randint(-126, 127, (rows, width)) + 0.8 * torch.rand(rows, width) - 0.4
    codes[torch.arange(rows), torch.randint(width, (rows,))] = 127.0  # each row reaches its end
    signs = torch.randint(0, 2, (rows, 1)) * 2 - 1
    return signs * codes * torch.logspace(-4, 3, rows)[:, None]


@demo(
    topic="write-adapters",
    claims={
        "equals-bitsandbytes": "Codes and scales are bitsandbytes' for rows of any size",
        "restored": "What comes back is off by half a step at most, in the type of the input",
        "outlier": "An outlier is kept, and coarsens its own row and no other",
        "zero-row": "A row of zeros gives zeros, no NaN, and leaves the others alone",
        "half-precision": "In float16 tiny and huge rows get the same codes as in float32",
    },
    measures={"error": "Root mean square error in steps; 0.29 if values spread evenly over a step"},
    budget_s=1,
)
def main(
    run: Run,
    solution: Solution = Code(entry="absmax_int8", starter=STARTER),
    seed: int = Int(0, 0, 999),
) -> None:
    torch.manual_seed(seed)
    rows, width = 4 + seed % 4, 17 + 2 * (seed % 9)
    x = matrix(rows, width)
    largest = x.abs().amax(dim=1)

    with run.judge("equals-bitsandbytes") as judge:
        wanted, stats, _ = functional.int8_vectorwise_quant(x)
        with judge.unchanged(x=x):
            codes, scale, _ = solution(x)
        judge.that(codes.dtype == torch.int8, f"the codes are {codes.dtype}, not int8")
        steps = x / (largest / 127)[:, None]
        mistakes = {
            "are the codes cut off instead of rounded?": steps.to(torch.int8),
            "are the codes rounded down?": steps.floor(),
            "is it one scale for the whole matrix?": (x / x.abs().max() * 127).round(),
            "does one step too many fit?": (x / largest[:, None] * 128).round().clamp(-128, 127),
            "is it a scale per column?": (x / x.abs().amax(dim=0) * 127).round(),
            "is the largest value looked for without its sign?": (
                x / x.amax(dim=1)[:, None] * 127
            ).round(),
            "is the sign lost?": wanted.abs(),
        }
        judge.equal(codes, wanted, within=0, by="bitsandbytes", of="codes", mistakes=mistakes)
        mistakes = {
            "how large is one step?": stats,
            "is it the other way round: steps per unit?": 127 / stats,
            "is it 127 or 128 steps?": stats / 128,
            "is it 127 or 255 steps?": stats / 255,
        }
        # each scale by its own size: the largest row would hide all others
        ratio = scale / (stats / 127)
        by = {hint: value / (stats / 127) for hint, value in mistakes.items()}
        judge.equal(ratio, torch.ones(rows), of="scale over bitsandbytes'", by="it", mistakes=by)

    with run.judge("restored") as judge:
        for kind in (torch.float32, torch.float16):
            x = matrix(rows, width).clamp(-6e4, 6e4).to(kind)
            codes, scale, restored = solution(x)
            judge.that(restored.dtype == kind, f"{x.dtype} came back as {restored.dtype}")
            judge.that(restored.shape == x.shape, f"restored has the shape {restored.shape}")
            step = x.float().abs().amax(dim=1, keepdim=True) / 127
            off = ((restored.float() - x.float()) / step).abs()
            place = [int(i) for i in torch.unravel_index(off.argmax(), off.shape)]
            allowed = 0.51 if kind == torch.float32 else 0.6  # float16 rounds once more
            judge.that(
                off.max() < allowed,
                f"at {place} {x[*place]:.4g} comes back as {restored[*place]:.4g}, "
                f"{off.max():.3g} steps away: which scale turns codes into values?",
            )
            if kind == torch.float32:
                run.measure(error=off.square().mean().sqrt())

    with run.judge("outlier") as judge:
        x = torch.randn(3, 64 + width)
        before, _, _ = solution(x)
        x[1, 5] = 500.0
        after, _, restored = solution(x)
        judge.equal(after[[0, 2]], before[[0, 2]], within=0, by="without the outlier", of="rows")
        back = restored[1, 5].item()
        judge.that(abs(back - 500) < 2, f"the outlier 500 comes back as {back:.4g}: is it clipped?")

    with run.judge("zero-row") as judge:
        x = matrix(3, width)
        x[1] = 0
        codes, scale, restored = solution(x)
        wanted = functional.int8_vectorwise_quant(x[[0, 2]])[0]
        judge.equal(codes[1], torch.zeros(width), within=0, by="right are", of="zero row, codes")
        judge.that(torch.isfinite(scale).all(), f"the scales are {scale.tolist()}: 0/0?")
        judge.that((restored[1] == 0).all(), f"zeros come back as {restored[1, :3].tolist()}")
        judge.equal(codes[[0, 2]], wanted, within=0, by="bitsandbytes", of="the other rows")

    with run.judge("half-precision") as judge:
        for size in (2e-5, 6e4):
            x = matrix(1, width)
            x = (x / x.abs().max() * size).half()
            wanted = functional.int8_vectorwise_quant(x)[0]
            codes, scale, _ = solution(x)
            judge.that(torch.isfinite(scale).all() and (scale > 0).all(), f"scale {scale.tolist()}")
            apart = (codes.int() - wanted.int()).abs().max()
            judge.that(
                apart <= 1,
                f"rows up to {size:g}: codes differ from bitsandbytes' by up to {apart}: "
                "in which type is the scale computed?",
            )
