"""What four bits cost: NF4, FP4 and INT4.

**Question.** Which 16 values should 4 bits stand for, and how many weights may share one scale?

**Idea.** Cut the weights into blocks of b. A block keeps s = max|w|; a weight becomes the nearest
ŵ = s·q, with q one of 16 levels in [-1, 1]. **INT4**: equal steps, q = k/7. **FP4**: sign,
exponent, mantissa; dense near zero. **NF4**: quantiles of a normal distribution. With 32 bits per
scale a weight takes 4 + 32/b bits: 4.5 at QLoRA's b = 64.

Two opponents are stronger. **E2M1** is the FP4 of the formats MXFP4 and NVFP4, without their
scales. **INT4 with offset** keeps the smallest weight of a block beside the step, so all 16 levels
count, and pays for the second number.

**Watch** the 16 levels of NF4 below the histogram of w/s. Its spikes at ±1 are the largest weights
of the blocks, each divided by itself. Then watch the error against b. A larger block has a larger
maximum, so the same levels must reach further and lie further apart.

**Try** until a claim fails.
- `distribution=uniform`: equal steps fit equal density, so INT4 wins. The maximum hardly grows with
  b, so larger blocks cost nothing.
- `outliers=1 block_size=4096`: one weight in 100 is 20 times as large and sets s. The others, which
  are measured, fall near zero, where FP4 has more levels than NF4, and the 8-bit code many.
- `distribution=tinyworld`: the weights of the bundled model.

**Real scale.** QLoRA (arXiv 2305.14314, section 4): NF4 matched 16-bit LoRA at 7 to 65 B and beat
FP4 by about a point on MMLU. NF4 is not optimal for all blocks (arXiv 2306.06965). Here you see
which code is nearest to the weights, not what that does to a large model's answers.
"""

import bitsandbytes.functional as bnb
import tinyworld
import torch
from safetensors.torch import load_file

from quizapp.demo import Choice, Float, Int, Predict, Run, demo


def int4(weights: torch.Tensor, block_size: int) -> torch.Tensor:
    """Round to 15 equal steps per block, and back: the largest magnitude becomes ±7."""
    blocks = weights.reshape(-1, block_size)  # (n / b, b)
    scale = blocks.abs().amax(1, keepdim=True).clamp_min(1e-30) / 7  # (n / b, 1)
    return ((blocks / scale).round() * scale).view_as(weights)


def int4_offset(weights: torch.Tensor, block_size: int) -> torch.Tensor:
    """Round to 16 equal steps from the smallest to the largest weight of a block, and back."""
    blocks = weights.reshape(-1, block_size)  # (n / b, b)
    low, high = blocks.aminmax(dim=1, keepdim=True)  # (n / b, 1) each
    step = ((high - low) / 15).clamp_min(1e-30)
    return (((blocks - low) / step).round() * step + low).view_as(weights)


E2M1 = (0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0)  # its magnitudes: 2 bits exponent, 1 mantissa


def e2m1(weights: torch.Tensor, block_size: int) -> torch.Tensor:
    """Round to the nearest E2M1 number per block, and back: the largest magnitude becomes ±6."""
    blocks = weights.reshape(-1, block_size)  # (n / b, b)
    scale = blocks.abs().amax(1, keepdim=True).clamp_min(1e-30) / 6  # (n / b, 1)
    levels = torch.tensor(E2M1, device=weights.device)  # (8,)
    middles = (levels[1:] + levels[:-1]) / 2  # (7,)
    nearest = levels[torch.bucketize((blocks / scale).abs(), middles)]
    return (nearest * blocks.sign() * scale).view_as(weights)


def there_and_back(weights: torch.Tensor, block_size: int) -> tuple[dict[str, torch.Tensor], float]:
    """Return the weights after a trip through each code, and the bits of one in NF4."""
    nf4 = bnb.quantize_4bit(weights, blocksize=block_size, quant_type="nf4")
    fp4 = bnb.quantize_4bit(weights, blocksize=block_size, quant_type="fp4")
    int8 = bnb.quantize_blockwise(weights, blocksize=block_size)
    codes, state = nf4
    bits = 8 * (codes.nbytes + state.absmax.nbytes) / weights.numel()
    back = {
        "NF4": bnb.dequantize_4bit(*nf4),
        "FP4": bnb.dequantize_4bit(*fp4),
        "INT4": int4(weights, block_size),
        "INT8": bnb.dequantize_blockwise(*int8),
        "E2M1": e2m1(weights, block_size),
        "INT4 with offset": int4_offset(weights, block_size),
    }
    return back, bits


def draw(distribution: str) -> torch.Tensor:
    """Return weights of mean 0 and standard deviation 1, shape (rows, 4096)."""
    if distribution == "tinyworld":
        tensors = load_file(tinyworld.BASE / "model.safetensors")
        weights = torch.cat([w.float().flatten() for name, w in tensors.items() if "proj" in name])
        weights = weights[: len(weights) // 4096 * 4096]
    elif distribution == "laplace":
        weights = torch.distributions.Laplace(0.0, 1.0).sample((2**18,))
    else:
        weights = torch.randn(2**18) if distribution == "normal" else torch.rand(2**18)
    return ((weights - weights.mean()) / weights.std()).view(-1, 4096)


BLOCK_SIZES = (64, 128, 256, 512, 1024, 2048, 4096)


@demo(
    topic="quantization",
    claims={
        "nf4-beats-fp4": "NF4 loses less than FP4 on the same weights and block size",
        "nf4-beats-int4": "NF4 loses less than the equal steps of INT4",
        "error-grows-with-block": "With NF4, blocks of 1024 lose over 10 % more than blocks of 64",
        "int8-gain": "8 bits, in less than twice the memory, lose 5 to 16 times less than NF4",
        "nf4-beats-e2m1": "NF4 loses less than E2M1, the FP4 of MXFP4 and NVFP4",
        "offset-rivals-nf4": "Equal steps with an offset lose within 6 % of what NF4 does",
        "sixteen-per-block": "No block holds more than 16 values, all blocks together far more",
    },
    measures={
        "rmse_nf4": "RMSE of NF4, in weight standard deviations",
        "rmse_fp4": "RMSE of FP4, in weight standard deviations",
        "rmse_int4": "RMSE of INT4 (equal steps), in weight standard deviations",
        "rmse_int8": "RMSE of block-wise 8 bits, in weight standard deviations",
        "rmse_growth_1024": "RMSE of NF4 with blocks of 1024 over that with blocks of 64",
        "bits_per_param": "Bits stored per weight with NF4, scales included",
        "best": "The 4-bit code with the smallest RMSE",
        "rmse_e2m1": "RMSE of E2M1, in weight standard deviations",
        "rmse_int4_offset": "RMSE of INT4 with an offset, in weight standard deviations",
        "int8_gain": "RMSE of NF4 over that of block-wise 8 bits",
        "values_per_block": "most different values that one block holds after NF4",
        "values_in_all": "different values that all blocks hold after NF4",
    },
    predict=Predict(
        "Which 4-bit code loses least at this block size?",
        options=("NF4", "FP4", "INT4"),
        measure="best",
    ),
    budget_s=4,
)
def main(
    run: Run,
    distribution: str = Choice("normal", "uniform", "laplace", "tinyworld"),
    block_size: int = Choice(64, 128, 256, 512, 1024, 2048, 4096, help="weights per scale"),
    outliers: float = Float(0, 0, 1, step=0.1, help="% of the weights made 20 times as large"),
    seed: int = Int(0, 0, 999),
) -> None:
    torch.manual_seed(seed)
    weights = draw(distribution)
    ordinary = torch.rand(weights.shape) >= outliers / 100
    weights = torch.where(ordinary, weights, 20 * weights).to(run.device)

    blocks = weights.view(-1, block_size)  # (n / b, b)
    scaled = (blocks / blocks.abs().amax(1, keepdim=True)).flatten().cpu()  # w / s, in [-1, 1]
    counts, edges = torch.histogram(scaled, bins=81, range=(-1.0, 1.0))
    title = "levels of NF4; each block's largest weight is ±1"
    run.axes(chart="levels", title=title, x="w / s", y="weights")
    run.histogram("weights", counts, edges, levels=bnb.get_4bit_type("nf4", "cpu"), chart="levels")

    run.axes(title="error and block size", x="block size", y="RMSE (weight std)", log_x=True)
    rmse, bits = {}, {}  # by block size
    run.progress(len(BLOCK_SIZES))
    for size in BLOCK_SIZES:
        run.step()
        back, bits[size] = there_and_back(weights, size)
        lost = {code: (w - weights).cpu()[ordinary] for code, w in back.items()}
        rmse[size] = {code: error.square().mean().sqrt().item() for code, error in lost.items()}
        run.line_points(size, rmse[size])

    here = rmse[block_size]
    nf4, fp4, equal_steps, int8, two_exponents, offset = here.values()
    best = min(("NF4", "FP4", "INT4"), key=lambda code: here[code])
    growth = rmse[1024]["NF4"] / rmse[64]["NF4"]
    gain = nf4 / int8
    stored = there_and_back(weights, block_size)[0]["NF4"].cpu()  # (rows, 4096)
    in_order = stored.view(-1, block_size).sort(1).values  # (n / b, b)
    per_block = 1 + (in_order.diff(dim=1) > 0).sum(1).max().item()
    in_all = len(stored.unique())

    run.bars(f"RMSE, blocks of {block_size}", here, chart="codes")
    run.measure(rmse_nf4=nf4, rmse_fp4=fp4, rmse_int4=equal_steps, rmse_int8=int8, best=best)
    run.measure(rmse_growth_1024=growth, bits_per_param=bits[block_size])
    run.measure(rmse_e2m1=two_exponents, rmse_int4_offset=offset, int8_gain=gain)
    run.measure(values_per_block=per_block, values_in_all=in_all)
    run.claim("nf4-beats-fp4", nf4 < fp4, f"{nf4:.4f} against {fp4:.4f}")
    run.claim("nf4-beats-int4", nf4 < equal_steps, f"{nf4:.4f} against {equal_steps:.4f}")
    run.claim("error-grows-with-block", growth > 1.1, f"{growth:.3f} times")
    run.claim("int8-gain", 5 < gain < 16, f"{gain:.1f} times less error")
    run.claim("nf4-beats-e2m1", nf4 < two_exponents, f"{nf4:.4f} against {two_exponents:.4f}")
    near = abs(offset / nf4 - 1) < 0.06
    run.claim("offset-rivals-nf4", near, f"{offset:.4f} against {nf4:.4f}")
    shown = f"at most {per_block} in a block, {in_all} in all"
    run.claim("sixteen-per-block", per_block <= 16 < in_all, shown)
