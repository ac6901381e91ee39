"""Write NF4: encode and decode in blocks.

**Exercise.** The weight is read row by row as one long list and cut into blocks; the last may be
short. A block is divided by its largest absolute value, and each number becomes the index of the
nearest of the 16 given levels. Back again it is level · absmax, in the shape of the weight. The
judge is bitsandbytes.
"""

import torch
import torch.nn.functional as F
from bitsandbytes import functional

from quizapp.demo import Code, Int, Run, Solution, demo

STARTER = '''
import torch


def nf4(weight, levels, block):
    """Return (codes, absmax, restored).

    weight:   (rows, n)  float32
    levels:   (16,)      ascending, from -1 to 1, with a 0 among them
    block:    how many numbers share a scale
    codes:    (rows, n)  uint8, the index of a level
    absmax:   (blocks,)  float32, the scale of each block
    restored: (rows, n)  float32, what codes and scales stand for
    """
    distance = (weight[..., None] - levels).abs()
    codes = distance.argmin(dim=-1).to(torch.uint8)
    return codes, torch.ones(1), levels[codes.long()]
'''


def nf4(weight, levels, block):
    """Return (codes, absmax, restored)."""
    count = weight.numel()
    flat = F.pad(weight.flatten(), (0, -count % block)).view(-1, block)  # the last block filled up
    absmax = flat.abs().amax(dim=1)
    scaled = flat / torch.where(absmax > 0, absmax, 1)[:, None]
    middles = (levels[1:] + levels[:-1]) / 2
    codes = torch.bucketize(scaled, middles)  # the number of middles below = the nearest level
    restored = levels[codes] * absmax[:, None]

    def shaped(blocks):
        return blocks.flatten()[:count].view_as(weight)

    return shaped(codes).to(torch.uint8), absmax, shaped(restored)


def by_bitsandbytes(
    weight: torch.Tensor, block: int
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Return bitsandbytes' codes, unpacked from two in a byte, its scales and restored values."""
    flat = weight.flatten()  # some of its kernels expect rows of whole blocks: one row has them
    packed, state = functional.quantize_4bit(flat, blocksize=block, quant_type="nf4")
    codes = torch.stack([packed >> 4, packed & 15], dim=-1).flatten()[: len(flat)]
    restored = functional.dequantize_4bit(packed, state)
    return codes.view_as(weight), state.absmax, restored.view_as(weight)


@demo(
    topic="write-adapters",
    claims={
        "codes": "Each number gets the index of the nearest level, as in bitsandbytes",
        "absmax": "Each block has its own scale, and blocks run on over the ends of rows",
        "restored": "Decoding gives what bitsandbytes gives",
        "short-block": "The last block may be short: nothing is lost, nothing is added",
        "zero-block": "A block of zeros comes back as zeros, without NaN",
    },
    measures={"error": "Root mean square error over the weights' standard deviation"},
    budget_s=1,
)
def main(
    run: Run,
    solution: Solution = Code(entry="nf4", starter=STARTER),
    seed: int = Int(0, 0, 999),
) -> None:
    torch.manual_seed(seed)
    levels = functional.get_4bit_type("nf4", device="cpu")[:16].clone()
    middles = (levels[1:] + levels[:-1]) / 2
    block = (64, 32, 128)[seed % 3]
    weight = torch.randn(8, 3 * block // 4) * torch.logspace(-2, 1, 8)[:, None]

    with run.judge("codes") as judge:
        theirs, absmax, _ = by_bitsandbytes(weight, block)
        with judge.unchanged(weight=weight, levels=levels):
            codes = solution(weight, levels, block)[0]
        judge.that(codes.dtype == torch.uint8, f"the codes are {codes.dtype}, not uint8")
        scaled = (weight.view(-1, block) / absmax[:, None]).view_as(weight)
        mistakes = {
            "are the numbers divided by their block's absmax?": (weight[..., None] - levels)
            .abs()
            .argmin(-1),
            "is it the nearest level, or the next below?": torch.bucketize(
                scaled, levels, right=True
            )
            - 1,
            "is it one scale for all?": torch.bucketize(weight / weight.abs().max(), middles),
            "is it a scale per row?": torch.bucketize(
                weight / weight.abs().amax(dim=1, keepdim=True), middles
            ),
            "are they sixteen equal steps?": ((scaled + 1) * 7.5).round(),
        }
        # where two levels are equally near, rounding may decide either way
        clear = (scaled[..., None] - middles).abs().amin(dim=-1) > 1e-5
        yours = torch.where(clear, codes, theirs)
        judge.equal(yours, theirs, within=0, by="bitsandbytes", mistakes=mistakes)

    with run.judge("absmax") as judge:
        weight = torch.randn(8, 3 * block // 4) * torch.rand(8, 1)
        absmax = by_bitsandbytes(weight, block)[1]
        yours = solution(weight, levels, block)[1]
        mistakes = {
            "is the largest value looked for without its sign?": weight.view(-1, block).amax(1)
        }
        judge.equal(yours, absmax, by="bitsandbytes", mistakes=mistakes)
        weight = torch.randn(block // 4, 12) * torch.linspace(0.1, 9, block // 4)[:, None]
        absmax = by_bitsandbytes(weight, block)[1]
        yours = solution(weight, levels, block)[1]
        of = "rows shorter than a block"
        judge.equal(yours, absmax, by="bitsandbytes", of=of)

    with run.judge("restored") as judge:
        weight = torch.randn(8, 3 * block // 4) * torch.logspace(-2, 1, 8)[:, None]
        codes, absmax, theirs = by_bitsandbytes(weight, block)
        restored = solution(weight, levels, block)[2]
        mistakes = {
            "are the levels multiplied by their scale again?": levels[codes.long()],
            "does it come back as it was?": weight,
        }
        judge.equal(restored, theirs, by="bitsandbytes", mistakes=mistakes)
        run.measure(error=(restored - weight).std() / weight.std())

    with run.judge("short-block") as judge:
        for rows, width in ((3, block - 5), (1, 7), (7, 45), (2, block // 2)):
            weight = torch.randn(rows, width)
            whole = rows * width // block * block
            weight.view(-1)[whole:] *= 0.01  # the short block is smaller than the one before
            theirs = by_bitsandbytes(weight, block)
            yours = solution(weight, levels, block)
            of = f"{rows} × {width} in blocks of {block}: "
            judge.equal(yours[1], theirs[1], by="bitsandbytes", of=f"{of}absmax")
            judge.equal(yours[2], theirs[2], by="bitsandbytes", of=f"{of}restored")

    with run.judge("zero-block") as judge:
        weight = torch.randn(4, block)
        weight[1] = 0
        codes, absmax, restored = solution(weight, levels, block)
        judge.that((restored[1] == 0).all(), f"zeros come back as {restored[1, :3].tolist()}: 0/0?")
        judge.that((codes[1] == 7).all(), f"zero gets the code {codes[1, 0]}: which level is 0?")
        theirs = by_bitsandbytes(weight, block)[2]
        judge.equal(restored, theirs, by="bitsandbytes", of="the other blocks")
