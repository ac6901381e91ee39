"""The price of a block: bits against error.

**Question.** A block of weights shares one scale. Which block size is worth its bits?

**Idea.** A weight costs 4 + 32/b bits. The largest of b weights sets the scale, so a larger block
is cheaper and coarser. If a share p of the weights are outliers, a block holds one with
probability

    P = 1 - (1 - p)ᵇ        p = 0.1 %: 6 % at b = 64, 64 % at b = 1024

and all the others in that block lose precision to it.

**Watch** the two lines, error against bits: clean weights, and the *ordinary* weights among
outliers. The clean line is nearly flat. The other climbs steeply as the bits fall.

**Turn the knobs until a claim fails.** `outliers = 0`: both lines are one, and 1024 costs 14 %.
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

SIZES = (4096, 2048, 1024, 512, 256, 128, 64, 32)


@demo(
    topic="quantization",
    claims={
        "grows-when-clean": "Without outliers, blocks of 1024 lose 10 to 20 % more than of 64",
        "outliers-cost-twice": "Among outliers, ordinary weights lose over twice as much at 1024",
        "hit-as-computed": "The share of blocks with an outlier is 1 - (1 - p)ᵇ, within 0.05",
    },
    measures={
        "growth_clean": "RMSE at 1024 over RMSE at 64, no outliers",
        "growth_outliers": "the same for the ordinary weights among outliers",
        "bits_64": "bits per weight at 64",
        "bits_1024": "bits per weight at 1024",
        "rmse_64": "RMSE of ordinary weights among outliers at 64, in standard deviations",
        "rmse_1024": "RMSE of ordinary weights among outliers at 1024, in standard deviations",
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
    kinds = {"clean": clean.to(run.device), "among outliers": spoiled.to(run.device)}
    rmse: dict[str, dict[int, float]] = {name: {} for name in kinds}
    bits, hit = {}, {}
    run.axes(title="what a bit buys", x="bits per weight", y="RMSE of ordinary weights (std)")
    run.axes(chart="hit", x="block size", y="share of blocks with an outlier", log_x=True)
    for step in run.steps(len(SIZES)):
        size = SIZES[step]
        hit[size] = planted.view(-1, size).any(1).float().mean().item()
        for name, W in kinds.items():
            codes, state = bnb.quantize_4bit(W, blocksize=size, quant_type=code)
            lost = (bnb.dequantize_4bit(codes, state) - W).cpu()[~planted]
            rmse[name][size] = lost.square().mean().sqrt().item()
            bits[size] = 8 * (codes.nbytes + state.absmax.nbytes) / W.numel()
        run.line_points(bits[size], {name: errors[size] for name, errors in rmse.items()})
        computed = 1 - (1 - outliers / 100) ** size
        run.line_points(size, {"measured": hit[size], "computed": computed}, chart="hit")
    run.table(
        "block sizes",
        [
            {"block": b, "bits": bits[b], **{name: errors[b] for name, errors in rmse.items()}}
            for b in SIZES
        ],
    )

    growth = {name: errors[1024] / errors[64] for name, errors in rmse.items()}
    ordinary = growth["among outliers"]
    run.measure("growth_clean", growth["clean"])
    run.measure("growth_outliers", ordinary)
    for size in (64, 1024):
        run.measure(f"bits_{size}", bits[size])
        run.measure(f"rmse_{size}", rmse["among outliers"][size])
        run.measure(f"hit_{size}", hit[size])
    some = "grows 1.2 to 2 times" if ordinary >= 1.2 else "grows under 1.2 times"
    run.measure("cost", "grows over 2 times" if ordinary > 2 else some)
    between = 1.1 < growth["clean"] < 1.2
    run.claim("grows-when-clean", between, f"{growth['clean']:.3f} times")
    run.claim("outliers-cost-twice", ordinary > 2, f"{ordinary:.2f} times")
    gap = max(abs(hit[b] - (1 - (1 - outliers / 100) ** b)) for b in (64, 1024))
    run.claim("hit-as-computed", gap < 0.05, f"largest gap {gap:.3f}")
