"""Quantise rows to UINT8 with a zero point.

**Exercise.** Values after a ReLU or GELU lie on one side of zero, and a symmetric code wastes half
its numbers. Give each row the range from its smallest to its largest value, widened so that it
holds zero: s = (max - min)/255, zero point z = round(-min/s), code = round(x/s) + z, from 0 to 255.
Back it is s · (code - z), so that zero comes back as zero. The judge is PyTorch's own.
"""

import torch

from quizapp.demo import Code, Int, Run, Solution, demo

STARTER = '''
import torch


def zero_point_uint8(x):
    """Return (codes, scale, zero, restored) of a matrix quantised row by row.

    x:        (rows, n)  float32
    codes:    (rows, n)  uint8
    scale:    (rows,)    the size of one step
    zero:     (rows,)    the code that stands for 0, a whole number from 0 to 255
    restored: (rows, n)  what the codes stand for
    """
    scale = x.abs().amax(dim=1) / 127
    codes = (x / scale[:, None]).round().clamp(0, 255).to(torch.uint8)
    return codes, scale, torch.zeros(len(x)), codes * scale[:, None]
'''


def zero_point_uint8(x):
    """Return (codes, scale, zero, restored) of a matrix quantised row by row."""
    low = x.amin(dim=1, keepdim=True).clamp(max=0)  # the range holds zero
    high = x.amax(dim=1, keepdim=True).clamp(min=0)
    scale = (high - low) / 255
    scale = torch.where(scale > 0, scale, 1)
    zero = (-low / scale).round()
    codes = ((x / scale).round() + zero).clamp(0, 255)
    restored = (codes - zero) * scale
    return codes.to(torch.uint8), scale[:, 0], zero[:, 0], restored


def matrix(rows: int, width: int) -> torch.Tensor:
    """Return rows between various ends, with no value near the middle between two codes."""
    low = -torch.randint(20, 120, (rows, 1))
    steps = torch.randint(-255, 255, (rows, width)).clamp(low, low + 255).float()
    steps += 0.8 * torch.rand(rows, width) - 0.4
    steps = steps.clamp(low, low + 255)
    steps[:, :1], steps[:, 1:2] = low, low + 255
    return steps * torch.logspace(-3, 2, rows)[:, None]


def by_torch(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
    """Return codes, scales, zero points and restored values, rounded by PyTorch's own function."""
    low, high = x.amin(dim=1).clamp(max=0), x.amax(dim=1).clamp(min=0)
    scale = (high - low) / 255
    zero = (-low / scale).round()
    restored = torch.fake_quantize_per_channel_affine(x, scale, zero.int(), 0, 0, 255)
    codes = (restored / scale[:, None]).round() + zero[:, None]
    return codes, scale, zero, restored


@demo(
    topic="write-adapters",
    claims={
        "equals-torch": "Codes, scales and zero points are PyTorch's for rows that straddle zero",
        "one-sided": "A row on one side of zero gets a range that holds zero",
        "zero-stays": "Zero comes back as exactly zero",
        "restored": "What comes back is off by half a step at most",
        "zero-row": "A row of zeros gives zeros, no NaN",
    },
    measures={"gain": "How many times finer a step is than with a symmetric code, one-sided row"},
    budget_s=1,
)
def main(
    run: Run,
    solution: Solution = Code(entry="zero_point_uint8", starter=STARTER),
    seed: int = Int(0, 0, 999),
) -> None:
    torch.manual_seed(seed)
    rows, width = 4 + seed % 4, 19 + 2 * (seed % 9)

    x = matrix(rows, width)
    with run.judge("equals-torch") as judge:
        codes, scale, zero, restored = by_torch(x)
        with judge.unchanged(x=x):
            mine = solution(x)
        judge.that(mine[0].dtype == torch.uint8, f"the codes are {mine[0].dtype}, not uint8")
        low, high = x.amin(dim=1), x.amax(dim=1)
        mistakes = {
            "is the range symmetric?": 2 * x.abs().amax(dim=1) / 255 / scale,
            "how many steps lie between 0 and 255?": (high - low) / 256 / scale,
            "is it one range for the whole matrix?": ((x.max() - x.min()) / 255) / scale,
        }
        ratio = mine[1] / scale
        by = "it"
        judge.equal(ratio, torch.ones(rows), of="scale over PyTorch's", by=by, mistakes=mistakes)
        mistakes = {
            "is it a code or a value?": low,
            "which sign does it have?": -zero,
            "is it the middle of the codes?": torch.full((rows,), 128.0),
        }
        of = "zero point"
        judge.equal(mine[2], zero, within=0, by="PyTorch", of=of, mistakes=mistakes)
        mistakes = {
            "are the codes cut off instead of rounded?": (
                (x / scale[:, None]) + zero[:, None]
            ).int()
        }
        judge.equal(mine[0], codes, within=0, by="PyTorch", of="codes", mistakes=mistakes)

    with run.judge("one-sided") as judge:
        for sign in (1, -1):
            x = sign * (3 + 5 * torch.rand(2, width))
            codes, scale, zero, restored = solution(x)
            of = "positive" if sign > 0 else "negative"
            wanted = by_torch(x)
            mistakes = {
                "does the range reach zero?": (x.amax(dim=1) - x.amin(dim=1)) / 255,
                "is the range symmetric?": 2 * x.abs().amax(dim=1) / 255,
            }
            judge.equal(scale, wanted[1], by="PyTorch", of=f"{of} row, scale", mistakes=mistakes)
            judge.equal(zero, wanted[2], within=0, by="PyTorch", of=f"{of} row, zero point")
            apart = (codes.int() - wanted[0].int()).abs().max()
            judge.that(apart <= 1, f"{of} row: codes differ from PyTorch's by up to {apart}")
        run.measure(gain=(x.abs().amax(dim=1) / 127 / scale).mean())

    with run.judge("zero-stays") as judge:
        x = torch.randn(rows, width)
        x[:, 7] = 0
        codes, scale, zero, restored = solution(x)
        judge.that(
            (restored[:, 7] == 0).all(),
            f"zero comes back as {restored[:, 7].abs().max():.3g}: "
            "do codes and zero point go back as whole numbers?",
        )
        at = codes[:, 7].float()
        judge.equal(at, zero, within=0, by="the zero point", of="the code of 0")

    with run.judge("restored") as judge:
        for x in (matrix(rows, width), matrix(2, width).relu()):
            restored = solution(x)[3]
            step = by_torch(x)[1][:, None]
            judge.equal(restored.shape, x.shape, by="the input", of="shape")
            off = ((restored - x) / step).abs()
            place = [int(i) for i in torch.unravel_index(off.argmax(), off.shape)]
            judge.that(
                off.max() < 1.01 / 2,
                f"at {place} {x[*place]:.4g} comes back as {restored[*place]:.4g}, "
                f"{off.max():.3g} steps away",
            )

    with run.judge("zero-row") as judge:
        x = matrix(3, width)
        x[1] = 0
        codes, scale, zero, restored = solution(x)
        judge.that(torch.isfinite(scale).all(), f"the scales are {scale.tolist()}: 0/0?")
        judge.that((restored[1] == 0).all(), f"zeros come back as {restored[1, :3].tolist()}: 0/0?")
        others = by_torch(x[[0, 2]])[0]
        judge.equal(codes[[0, 2]], others, within=0, by="PyTorch", of="the other rows")
