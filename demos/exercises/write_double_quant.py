"""Quantise the scales of the blocks once more.

**Exercise.** NF4 keeps a 32-bit absmax for each block of weights. Double quantization stores these
in 8 bits: subtract their mean, cut them into groups, divide each group by its largest absolute
value, and keep the index of the nearest of the 256 given levels. Return the bits per weight as
well: 4 for the code, and what scales and scales of scales cost. The judge is bitsandbytes.
"""

import torch
import torch.nn.functional as F
from bitsandbytes import functional

from quizapp.demo import Code, Int, Run, Solution, demo

STARTER = '''
import torch


def double_quant(absmax, levels, block=64, group=256):
    """Return (codes, scales, mean, bits).

    absmax: (blocks,)  float32, the scale of each block of weights
    levels: (256,)     ascending, from about -1 to 1
    block:  weights per absmax
    group:  absmax values that share a scale; the last group may be short
    codes:  (blocks,)  uint8, the index of a level
    scales: (groups,)  float32
    mean:   what was subtracted
    bits:   stored bits per weight of a very large matrix; the one mean costs nothing
    """
    codes = torch.zeros(len(absmax), dtype=torch.uint8)
    return codes, torch.ones(1), absmax.mean(), 4 + 32 / block
'''


def double_quant(absmax, levels, block=64, group=256):
    """Return (codes, scales, mean, bits)."""
    mean = absmax.mean()  # scales are positive: without it half of the levels lie idle
    groups = F.pad(absmax - mean, (0, -len(absmax) % group)).view(-1, group)
    scales = groups.abs().amax(dim=1)
    scaled = groups / torch.where(scales > 0, scales, 1)[:, None]
    codes = torch.bucketize(scaled, (levels[1:] + levels[:-1]) / 2)
    bits = 4 + 8 / block + 32 / (block * group)
    return codes.flatten()[: len(absmax)].to(torch.uint8), scales, mean, bits


def restored(parts: tuple[torch.Tensor, ...], levels: torch.Tensor, group: int) -> torch.Tensor:
    """Return the absmax values that codes, scales and mean stand for."""
    codes, scales, mean = parts[:3]
    return levels[codes.long()] * scales.repeat_interleave(group)[: len(codes)] + mean


@demo(
    topic="write-adapters",
    claims={
        "mean": "The mean of all scales is subtracted first, and given back",
        "groups": "Each group of 256 has its own 32-bit scale, also the last, short one",
        "codes": "Codes are 8 bits and stand for what bitsandbytes restores",
        "equal-scales": "Where all scales are equal they come back as they were, without NaN",
        "bits": "Bits per weight follow from block and group",
    },
    measures={"off": "How far a scale is off after the round trip, in percent, on average"},
    budget_s=1,
)
def main(
    run: Run,
    solution: Solution = Code(entry="double_quant", starter=STARTER),
    seed: int = Int(0, 0, 999),
) -> None:
    torch.manual_seed(seed)
    rows, width = 180 + 7 * (seed % 9), 64 * (3 + seed % 3)
    weight = torch.randn(rows, width) * (0.02 + 0.01 * torch.rand(rows, 1))
    _, plain = functional.quantize_4bit(weight, blocksize=64, quant_type="nf4")
    _, state = functional.quantize_4bit(
        weight, blocksize=64, quant_type="nf4", compress_statistics=True
    )
    absmax, levels, nested = plain.absmax, state.state2.code, state.state2
    back = functional.dequantize_blockwise(state.absmax, nested) + state.offset

    with run.judge("mean") as judge:
        with judge.unchanged(absmax=absmax, levels=levels):
            yours = solution(absmax, levels)
        mistakes = {
            "is nothing subtracted?": 0.0,
            "mean, or median?": absmax.median(),
            "mean, or smallest?": absmax.min(),
            "mean, or largest?": absmax.max(),
        }
        judge.equal(torch.as_tensor(yours[2]), state.offset, by="bitsandbytes", mistakes=mistakes)

    with run.judge("groups") as judge:
        yours = solution(absmax, levels)
        mistakes = {
            "is the mean subtracted before?": torch.stack([g.max() for g in absmax.split(256)]),
            "is the sign dropped when the largest is looked for?": torch.stack(
                [g.max() for g in (absmax - absmax.mean()).split(256)]
            ),
        }
        judge.equal(yours[1], nested.absmax, by="bitsandbytes", mistakes=mistakes)
        small = absmax[:50].clone()
        small[20] = 0.0  # the largest of its group is below the mean
        moved = small - small.mean()
        wanted = torch.stack([g.abs().max() for g in moved.split(16)])
        scales = solution(small, levels, 64, 16)[1]
        judge.equal(scales, wanted, by="the largest of each group", of="50 scales in groups of 16")

    with run.judge("codes") as judge:
        yours = solution(absmax, levels)
        codes = yours[0]
        judge.that(codes.dtype == torch.uint8, f"the codes are {codes.dtype}, not uint8")
        judge.equal(codes.shape, absmax.shape, by="one code per block", of="shape")
        wanted = len(nested.absmax)
        judge.that(
            yours[1].shape == (wanted,),
            f"scales of shape {list(yours[1].shape)}; {len(absmax)} blocks make {wanted} groups",
        )
        mine = restored(yours, levels, 256)
        # where two levels are equally near, rounding may decide either way
        mine_off, off = (mine - absmax).abs(), (back - absmax).abs()
        worst = int((mine_off - off).argmax())
        judge.that(
            (mine_off <= off + 1e-4 * absmax.max()).all(),
            f"scale {worst} of {absmax[worst]:.5g} comes back as {mine[worst]:.5g}, from "
            f"bitsandbytes as {back[worst]:.5g}: is each the nearest level, after mean and scale?",
        )
        run.measure(off=100 * (mine_off / absmax).mean())

    with run.judge("equal-scales") as judge:
        equal = torch.full((20,), 0.375)
        yours = solution(equal, levels, 64, 16)
        judge.that(
            yours[1].shape == (2,),
            f"scales of shape {list(yours[1].shape)}; 20 blocks make 2 groups, of 16 and of 4",
        )
        mine = restored(yours, levels, 16)
        judge.equal(mine, equal, by="the scales", of="restored")

    with run.judge("bits") as judge:
        for block, group in ((64, 256), (128, 256), (32, 64)):
            bits = solution(absmax[:40], levels, block, group)[3]
            right = 4 + 8 / block + 32 / (block * group)
            mistakes = {
                "do the scales still cost 32 bits?": 4 + 32 / block,
                "what do the scales of the groups cost?": 4 + 8 / block,
                "how many weights share a scale of the second level?": 4 + 8 / block + 32 / group,
                "bits or bytes?": right / 8,
                "do the codes of the weights count?": right - 4,
                "does one level replace the other?": 4 + 32 / block + 8 / (block * group),
            }
            of = f"block {block}, group {group}"
            by = "counted"
            judge.equal(float(bits), right, within=1e-6, by=by, of=of, mistakes=mistakes)
