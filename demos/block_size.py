"""The price of a block: bits against error.

**Question.** A block of weights shares one scale. Which block size is worth its bits?

**Idea.** A weight costs 4 + 32/b bits. The largest of b weights sets the scale, so a larger block
is cheaper and coarser. If a share p of the weights are outliers, a block holds one with
probability

    P = 1 - (1 - p)ᵇ        p = 0.1 %: 6 % at b = 64, 64 % at b = 1024

and all the others in that block lose precision to it.

**Watch** the two lines, error against bits: clean weights, and the *ordinary* weights among
outliers. The clean line is nearly flat. The other climbs steeply as the bits fall.

**Try** until a claim fails. `outliers = 0`: both lines are one, and 1024 costs 14 %.
`magnitude = 2`: an outlier that hardly stands out spoils nothing. `outliers = 5`: now the small
blocks hold outliers too, and shrinking the block from 1024 to 64 gains less.

**Real scale.** QLoRA (arXiv 2305.14314, section 3) uses 64 for the weights and 256 for the
scales; bitsandbytes accepts 32 to 4096. The outliers here are planted at random. In large
transformers outliers of *activations* sit in few dimensions (arXiv 2208.07339); how many outliers
the *weights* of a model have must be measured on that model. This demo measures the error of
weights, not of answers.
"""

import bitsandbytes.functional as bnb
import torch

from quizapp.demo import Choice, Float, Int, Predict, Run, demo


def price(W: torch.Tensor, size: int, code: str, kept: torch.Tensor) -> tuple[float, float]:
    """Return the bits per weight in blocks of a size, and the RMSE of the weights in `kept`."""
    codes, state = bnb.quantize_4bit(W, blocksize=size, quant_type=code)
    bits = 8 * (codes.nbytes + state.absmax.nbytes) / W.numel()
    lost = (bnb.dequantize_4bit(codes, state) - W).cpu()[kept]  # (kept weights,)
    return bits, lost.square().mean().sqrt().item()


def share_hit(p: float, size: int) -> float:
    """Return the probability that a block holds an outlier when a share p of the weights are."""
    return 1 - (1 - p) ** size


SIZES = (4096, 2048, 1024, 512, 256, 128, 64, 32)


@demo(
    topic="quantization",
    claims={
        "grows-when-clean": "Without outliers, blocks of 1024 lose 10 to 20 % more than of 64",
        "outliers-cost-twice": "Among outliers, ordinary weights lose over twice as much at 1024",
        "hit-as-computed": "The share of blocks with an outlier is 1 - (1 - p)ᵇ, within 0.05",
    },
    measures={
        "growth_clean": "RMSE with blocks of 1024 over RMSE with blocks of 64, no outliers",
        "growth_outliers": "RMSE of ordinary weights among outliers, blocks of 1024 over blocks of "
        "64",
        "bits_64": "bits per weight with blocks of 64",
        "bits_1024": "bits per weight with blocks of 1024",
        "rmse_64": "RMSE of ordinary weights among outliers with blocks of 64, in standard "
        "deviations",
        "rmse_1024": "RMSE of ordinary weights among outliers with blocks of 1024, in standard "
        "deviations",
        "hit_64": "share of blocks of 64 that hold an outlier",
        "hit_1024": "share of blocks of 1024 that hold an outlier",
        "cost": "what blocks of 1024 cost the ordinary weights",
    },
    predict=Predict(
        "From blocks of 64 to 1024: what happens to the error of the ordinary weights?",
        options=("grows under 1.2 times", "grows 1.2 to 2 times", "grows over 2 times"),
        measure="cost",
    ),
    budget_s=3,
)
def main(
    run: Run,
    outliers: float = Float(0.1, 0, 5, step=0.1, help="% of the weights"),
    magnitude: float = Float(20, 1, 100, log=True, help="times as large as the others"),
    code: str = Choice("nf4", "fp4"),
    seed: int = Int(0, 0, 999),
) -> None:
    torch.manual_seed(seed)
    clean = torch.randn(256, 4096)
    planted = torch.rand(clean.shape) < outliers / 100
    spoiled = torch.where(planted, magnitude * clean.sign(), clean)
    clean, spoiled = clean.to(run.device), spoiled.to(run.device)
    run.axes(title="what a bit buys", x="bits per weight", y="RMSE of ordinary weights (std)")
    run.axes(chart="hit", x="block size", y="share of blocks with an outlier", log_x=True)

    bits, alone, among, hit, rows = {}, {}, {}, {}, []  # by block size
    for step in run.steps(len(SIZES)):
        size = SIZES[step]
        bits[size], alone[size] = price(clean, size, code, kept=~planted)
        _, among[size] = price(spoiled, size, code, kept=~planted)
        hit[size] = planted.view(-1, size).any(1).float().mean().item()
        computed = share_hit(outliers / 100, size)
        errors = {"clean": alone[size], "among outliers": among[size]}
        run.line_points(bits[size], errors)
        run.line_points(size, {"measured": hit[size], "computed": computed}, chart="hit")
        rows.append({"block": size, "bits": bits[size], **errors})
    run.table("block sizes", rows)

    growth = alone[1024] / alone[64]
    ordinary = among[1024] / among[64]
    cost = "grows over 2 times" if ordinary > 2 else "grows 1.2 to 2 times"
    if ordinary < 1.2:
        cost = "grows under 1.2 times"
    gap = max(abs(hit[size] - share_hit(outliers / 100, size)) for size in (64, 1024))

    run.measure(growth_clean=growth, growth_outliers=ordinary, cost=cost)
    run.measure(bits_64=bits[64], rmse_64=among[64], hit_64=hit[64])
    run.measure(bits_1024=bits[1024], rmse_1024=among[1024], hit_1024=hit[1024])
    run.claim("grows-when-clean", 1.1 < growth < 1.2, f"{growth:.3f} times")
    run.claim("outliers-cost-twice", ordinary > 2, f"{ordinary:.2f} times")
    run.claim("hit-as-computed", gap < 0.05, f"largest gap {gap:.3f}")
