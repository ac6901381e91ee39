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

**Turn the knobs until a claim fails.** With `weights = 4096` there are only 64 scales. They do not
fill a group of 256, and the fixed cost of a table of 256 entries exceeds the saving. With
`block_size = 1024` only 0.03 bits are there to save.

**Real scale.** QLoRA (arXiv 2305.14314, section 3) states the same 0.373 bits and uses an 8-bit
float for the scales. bitsandbytes uses its 8-bit *dynamic* code instead, after subtracting the
mean. The bits are arithmetic and hold at any size; the error here is that of random normal
weights.
"""

import bitsandbytes.functional as bnb
import torch

from quizapp.demo import Choice, Int, Predict, Run, demo


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
    bits, rmse, scales, extra = {}, {}, {}, 0.0
    run.axes(title="memory", y="bits per weight")
    for double in (False, True):
        run.check()
        codes, state = bnb.quantize_4bit(
            W, blocksize=block_size, quant_type="nf4", compress_statistics=double
        )
        of_scales, of_table = scale_bytes(state)
        bits[double] = {"codes": 8 * codes.nbytes / weights, "scales": 8 * of_scales / weights}
        extra = 8 * of_table / weights
        absmax = state.absmax
        if double:
            absmax = bnb.dequantize_blockwise(state.absmax, state.state2) + state.offset
        scales[double] = absmax.float()  # (weights / block_size,)
        back = bnb.dequantize_4bit(codes, state)
        rmse[double] = (back - W).square().mean().sqrt().item()
        name = "double" if double else "single"
        run.bars(name, {**bits[double], "table": extra if double else 0.0})
    run.axes(chart="scales", title="one dot per block", x="scale, 32 bits", y="scale, 8 bits")
    shown = slice(0, 400)
    run.scatter("scales", scales[False][shown].cpu(), scales[True][shown].cpu(), chart="scales")

    saved = bits[False]["scales"] - bits[True]["scales"]
    expected = 32 / block_size - (8 / block_size + 32 / (256 * block_size))
    growth = 100 * (rmse[True] / rmse[False] - 1)
    relative = (scales[True] / scales[False] - 1).square().mean().sqrt().item()
    run.measure("bits_single", sum(bits[False].values()))
    run.measure("bits_double", sum(bits[True].values()))
    run.measure("saved", saved)
    run.measure("saved_gb_65b", saved * 65e9 / 8 / 1e9)
    run.measure("error_growth", growth)
    run.measure("scale_error", 100 * relative)
    near = abs(saved - expected) < 0.002
    run.claim("saves-as-computed", near, f"{saved:.5f} measured, {expected:.5f} computed")
    run.claim(
        "pays-in-all", extra < saved, f"table {extra:.4f}, saving {saved:.4f} bits per weight"
    )
    run.claim("saves-a-third", saved > 0.3, f"{saved:.4f} bits per weight")
    run.claim("costs-little", growth < 1, f"{growth:.3f} %")
