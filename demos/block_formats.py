"""MXFP4, NVFP4, NF4: four bits and whose scale?

**Question.** Three 4-bit formats store the same weights. Which comes nearest, and is it the block,
the scale or the levels that decides?

**Idea.** Each is a table of levels and one scale for a block of weights:

    MXFP4   E2M1: 0, ½, 1, 1½, 2, 3, 4, 6   32 weights   a power of two, 8 bits      4.25 bits
    NVFP4   E2M1, the same                  16 weights   FP8 E4M3, and one FP32      4.5 bits
    NF4     16 quantiles of the normal      64 weights   FP32 (QLoRA: 8 bits)        4.5 (4.13)

The MX rule takes the scale from the largest weight of the block, 2^(⌊log₂ max|w|⌋ − 2): scaled, the
largest lies between 4 and 8, and what exceeds 6 is clipped. NVFP4 sets it to 6: max|w| / 6, rounded
to E4M3 after a division by one number that brings all scales of the tensor into FP8's range.

**Watch** the bars: MXFP4, then with half its block, then with an exact scale. Which step gains
more?

**Try** until a claim fails. `distribution=outliers` (1 in 100 is 20 times as large): every second
block of 64 holds one, so NF4 falls behind MXFP4, and the block counts more than the scale.
`distribution=uniform`: all blocks have nearly the same largest weight, so neither gains anything.
`distribution=tinyworld`: trained weights.

**Real scale.** OCP Microscaling Formats v1.0 fixes MXFP4; Blackwell GPUs multiply MXFP4 and NVFP4.
NF4 is stored and unpacked only. OpenAI's gpt-oss models were trained with MXFP4 in the experts and
ship that way. The error of weights is not the error of answers.
"""

from collections.abc import Callable

import bitsandbytes.functional as bnb
import tinyworld
import torch
from safetensors.torch import load_file

from quizapp.demo import Choice, Int, Predict, Run, demo

E2M1 = (0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0)  # its magnitudes


def power_of_two(largest: torch.Tensor) -> torch.Tensor:
    """Return the scale of MX blocks, 2^(⌊log₂ max⌋ − 2), as their 8 bits of exponent keep it."""
    scale = 2.0 ** (largest.log2().floor() - 2)  # 2 is the exponent of E2M1's largest number, 6
    return scale.to(torch.float8_e8m0fnu).float()


def fp8(largest: torch.Tensor) -> torch.Tensor:
    """Return the scale of NVFP4 blocks: the largest becomes 6, as E4M3 and one FP32 keep it."""
    of_tensor = largest.max() / (6 * 448)  # the largest scale becomes 448, the end of E4M3
    return (largest / 6 / of_tensor).to(torch.float8_e4m3fn).float() * of_tensor


def exact(largest: torch.Tensor) -> torch.Tensor:
    """Return the scale that makes the largest 6, in full precision."""
    return largest / 6


def blockwise(
    w: torch.Tensor, block: int, scale_of: Callable[[torch.Tensor], torch.Tensor]
) -> torch.Tensor:
    """Return w on the levels of E2M1 times a scale for each block; beyond 6 it is clipped."""
    blocks = w.view(-1, block)  # (n / block, block)
    scale = scale_of(blocks.abs().amax(1, keepdim=True).clamp_min(1e-30))  # (n / block, 1)
    levels = torch.tensor(E2M1, device=w.device)  # (8,)
    middles = (levels[1:] + levels[:-1]) / 2  # (7,)
    nearest = levels[torch.bucketize((blocks / scale).abs(), middles)]
    return (nearest * blocks.sign() * scale).view_as(w)


def draw(distribution: str) -> tuple[torch.Tensor, torch.Tensor]:
    """Return weights of mean square 1, (rows, 4096), and which of them are ordinary."""
    if distribution == "tinyworld":
        tensors = load_file(tinyworld.BASE / "model.safetensors")
        w = torch.cat([t.float().flatten() for name, t in tensors.items() if "proj" in name])
        w = w[: len(w) // 4096 * 4096]
    else:
        w = torch.rand(2**18) * 2 - 1 if distribution == "uniform" else torch.randn(2**18)
    w = (w / w.square().mean().sqrt()).view(-1, 4096)
    hit = torch.rand_like(w) < (0.01 if distribution == "outliers" else 0)
    return torch.where(hit, 20 * w, w), ~hit


@demo(
    topic="quantization",
    claims={
        "nvfp4-beats-mxfp4": "NVFP4 errs by less than 0.9 of what MXFP4 does",
        "mxfp4-is-coarsest": "MXFP4 errs most of the three",
        "scale-counts-more": "An exact scale gains MXFP4 more than half the block does",
    },
    measures={
        "rmse_mxfp4": "RMSE of MXFP4, in weight standard deviations",
        "rmse_nvfp4": "RMSE of NVFP4, in weight standard deviations",
        "rmse_nf4": "RMSE of NF4 in blocks of 64, in weight standard deviations",
        "rmse_half_block": "RMSE of MXFP4 with blocks of 16, in weight standard deviations",
        "rmse_exact_scale": "RMSE of MXFP4 with exact scales, in weight standard deviations",
        "nvfp4_ratio": "RMSE of NVFP4 over that of MXFP4",
        "fp8_cost": "RMSE of NVFP4 over that with exact scales",
        "clipped": "share of MXFP4's blocks whose largest weight is beyond 6 and clipped",
        "bits_mxfp4": "bits stored per weight by MXFP4",
        "bits_nvfp4": "bits stored per weight by NVFP4",
        "nearest": "the format with the smallest RMSE",
    },
    predict=Predict(
        "Same weights, about the same bits. Which format comes nearest?",
        options=("MXFP4", "NVFP4", "NF4"),
        measure="nearest",
    ),
    formulas=("bits_mxfp4", "bits_nvfp4"),
    budget_s=3,
)
def main(
    run: Run,
    distribution: str = Choice("normal", "tinyworld", "outliers", "uniform"),
    seed: int = Int(0, 0, 999),
) -> None:
    torch.manual_seed(seed)
    w, ordinary = (tensor.to(run.device) for tensor in draw(distribution))  # (rows, 4096) each
    stored = {
        "MXFP4": lambda: blockwise(w, 32, power_of_two),
        "MXFP4, blocks of 16": lambda: blockwise(w, 16, power_of_two),
        "MXFP4, exact scale": lambda: blockwise(w, 32, exact),
        "NVFP4": lambda: blockwise(w, 16, fp8),
        "NVFP4, exact scale": lambda: blockwise(w, 16, exact),
        "NF4": lambda: bnb.dequantize_4bit(*bnb.quantize_4bit(w, blocksize=64, quant_type="nf4")),
    }
    run.axes(y="RMSE (standard deviations)")
    rmse = {}
    for step in run.steps(len(stored)):
        name = list(stored)[step]
        rmse[name] = (stored[name]() - w)[ordinary].square().mean().sqrt().item()
        run.bars("error of ordinary weights", rmse)

    mx, nv, nf4 = rmse["MXFP4"], rmse["NVFP4"], rmse["NF4"]
    half, fitted, ideal = list(rmse.values())[1], list(rmse.values())[2], list(rmse.values())[4]
    largest = w.view(-1, 32).abs().amax(1)  # (blocks,)
    clipped = (largest / power_of_two(largest) > 6).float().mean().item()
    main_three = {"MXFP4": mx, "NVFP4": nv, "NF4": nf4}

    run.measure(rmse_mxfp4=mx, rmse_nvfp4=nv, rmse_nf4=nf4, nvfp4_ratio=nv / mx)
    run.measure(rmse_half_block=half, rmse_exact_scale=fitted, fp8_cost=nv / ideal)
    run.measure(clipped=clipped, nearest=min(main_three, key=main_three.__getitem__))
    run.measure(bits_mxfp4=4 + 8 / 32, bits_nvfp4=4 + 8 / 16)
    run.claim("nvfp4-beats-mxfp4", nv < 0.9 * mx, f"{nv:.4f} against {mx:.4f}")
    run.claim("mxfp4-is-coarsest", mx > max(nv, nf4), f"{mx:.4f}, others {nv:.4f}, {nf4:.4f}")
    run.claim("scale-counts-more", fitted < half, f"{fitted:.4f} against {half:.4f}")
