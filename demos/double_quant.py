"""Double quantization: scales of the scales.

**Question.** NF4 with blocks of 64 stores one 32-bit scale per block. What does it save to quantize
those scales too, and what does it cost?

**Idea.** The scales are numbers like any others. Subtract their mean, cut them into groups of 256,
and store each in 8 bits, with one 32-bit scale per group:

    before: 32/64 = 0.5 bit per weight        after: 8/64 + 32/(64·256) = 0.127

The saving is 0.373 bits per weight. For 65 billion weights that is 3.0 GB.

**Watch** the bars: bits per weight for codes and scales. Then the error: a scale is now off by a
fraction of a percent, while a weight is off by a tenth of a standard deviation. The sum hardly
moves.

**Try** until a claim fails. `weights = 4096`: there are only 64 scales. They do not fill a group of
256, and the fixed cost of a table of 256 entries exceeds the saving. `block_size = 1024`: only 0.03
bits are there to save.

**Real scale.** QLoRA (arXiv 2305.14314, section 3) states the same 0.373 bits and uses an 8-bit
float for the scales; bitsandbytes uses its 8-bit *dynamic* code, after subtracting the mean. The
bits are arithmetic and hold at any size; the error here is that of random normal weights.
"""

import bitsandbytes.functional as bnb
import torch

from quizapp.demo import Choice, Int, Predict, Run, demo


def scales_of(state: bnb.QuantState) -> torch.Tensor:
    """Return the scale of each block in 32 bits, (blocks,): stored so, or quantized themselves."""
    if not state.nested:
        return state.absmax.float()
    return (bnb.dequantize_blockwise(state.absmax, state.state2) + state.offset).float()


def scale_bytes(state: bnb.QuantState) -> tuple[int, int]:
    """Return what the scales take, and what the lookup table and the mean take, in bytes."""
    if not state.nested:
        return state.absmax.nbytes, 0
    groups, table = state.state2.absmax, state.state2.code
    return state.absmax.nbytes + groups.nbytes, table.nbytes + state.offset.nbytes


@demo(
    topic="quantization",
    claims={
        "saves-as-computed": "The saving is 32/b - (8/b + 32/(256·b)) bits per weight",
        "pays-in-all": "Together with its lookup table, double quantization takes less memory",
        "saves-a-third": "It saves more than 0.3 bits per weight",
        "costs-little": "The error of the weights grows by less than 1 %",
    },
    measures={
        "bits_single": "bits per weight, scales in 32 bits",
        "bits_double": "bits per weight, scales quantized",
        "saved": "bits per weight saved on the scales",
        "saved_gb_65b": "what that is for 65 billion weights, GB",
        "error_growth": "RMSE with double quantization over RMSE without, minus one, percent",
        "scale_error": "relative error of a scale, root mean square, percent",
    },
    predict=Predict(
        "By how many percent does the error of the weights grow?",
        low=-1,
        high=100,
        within=1.0,
        unit="percent",
        measure="error_growth",
    ),
    budget_s=2,
)
def main(
    run: Run,
    block_size: int = Choice(64, 128, 256, 1024, help="weights per scale"),
    weights: int = Choice(1048576, 65536, 4096, help="number of weights"),
    seed: int = Int(0, 0, 999),
) -> None:
    torch.manual_seed(seed)
    W = torch.randn(weights // 64, 64).to(run.device) * 0.02
    run.axes(title="memory", y="bits per weight")
    code_bits, scale_bits, table_bits, rmse, scales = {}, {}, {}, {}, {}  # single and double
    for name in ("single", "double"):
        run.check()
        codes, state = bnb.quantize_4bit(
            W, blocksize=block_size, quant_type="nf4", compress_statistics=name == "double"
        )
        of_scales, of_table = scale_bytes(state)
        code_bits[name] = 8 * codes.nbytes / weights
        scale_bits[name] = 8 * of_scales / weights
        table_bits[name] = 8 * of_table / weights
        scales[name] = scales_of(state)  # (weights / block_size,)
        back = bnb.dequantize_4bit(codes, state)
        rmse[name] = (back - W).square().mean().sqrt().item()
        parts = {"codes": code_bits[name], "scales": scale_bits[name], "table": table_bits[name]}
        run.bars(name, parts)
    run.axes(chart="scales", title="one dot per block", x="scale, 32 bits", y="scale, 8 bits")
    run.scatter("scales", scales["single"][:400], scales["double"][:400], chart="scales")

    table = table_bits["double"]
    saved = scale_bits["single"] - scale_bits["double"]
    expected = 32 / block_size - (8 / block_size + 32 / (256 * block_size))
    saved_gb = saved * 65e9 / 8 / 1e9
    growth = 100 * (rmse["double"] / rmse["single"] - 1)
    relative = scales["double"] / scales["single"] - 1  # (weights / block_size,)
    scale_error = 100 * relative.square().mean().sqrt().item()

    run.measure(bits_single=code_bits["single"] + scale_bits["single"])
    run.measure(bits_double=code_bits["double"] + scale_bits["double"])
    run.measure(saved=saved, saved_gb_65b=saved_gb, error_growth=growth, scale_error=scale_error)
    near = abs(saved - expected) < 0.002
    run.claim("saves-as-computed", near, f"{saved:.5f} measured, {expected:.5f} computed")
    shown = f"table {table:.4f}, saving {saved:.4f} bits per weight"
    run.claim("pays-in-all", table < saved, shown)
    run.claim("saves-a-third", saved > 0.3, f"{saved:.4f} bits per weight")
    run.claim("costs-little", growth < 1, f"{growth:.3f} %")
