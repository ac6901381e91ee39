"""LLM.int8: two columns spoil a matrix.

**Question.** Large language models have a few activation features that are dozens of times as large
as the rest. What do they do to a product in 8 bits, and how does LLM.int8() save it?

**Idea.** Vector-wise quantization gives each row of X and each row of W a scale of its own:

    Y ≈ s_x·s_w·(X₈·W₈ᵀ)        s = max|row| / 127

One large entry in a row of X sets s_x, and the other entries fall on a handful of levels.
LLM.int8() takes out the columns of X in which some |x| ≥ 6, and multiplies those in 16 bits:

    Y ≈ X₁₆·Wᵀ over the outlier columns + s_x·s_w·(X₈·W₈ᵀ) over all others

It clips nothing: outliers are computed, more exactly than the rest.

**Watch** the error relative to what the ordinary columns contribute, while the outliers grow. The
layer is `Linear8bitLt` of bitsandbytes; its threshold of 0 means no decomposition. One scale for
the whole tensor is drawn for comparison.

**Try** until a claim fails. `magnitude=1`: there is nothing to protect, and decomposition gains
nothing. `threshold=400`: no entry reaches it, and the layer falls back to plain 8 bits.
`columns=16`: so many columns are taken out that less than 99 % of them remain in 8 bits.

**Real scale.** Dettmers et al. (arXiv 2208.07339, abstract): more than 99.9 % of values are still
multiplied in 8 bits, without loss, up to 175 B parameters. Here the outliers are put in by hand and
the layer is random: you see the arithmetic, not where outliers come from. One difference to the
paper: bitsandbytes takes the *weights* of outlier columns from their 8-bit codes, so the remaining
error grows with the outliers. SmoothQuant (arXiv 2211.10438) moves outliers into the weights.
"""

import torch
from bitsandbytes.nn import Linear8bitLt

from quizapp.demo import Float, Int, Predict, Run, demo


def in_8_bits(W: torch.Tensor, X: torch.Tensor, threshold: float) -> tuple[torch.Tensor, int]:
    """Return X·Wᵀ by LLM.int8(), and how many columns were multiplied in 16 bits."""
    layer = Linear8bitLt(WIDTH, WIDTH, False, has_fp16_weights=False, threshold=threshold)
    layer.load_state_dict({"weight": W})
    layer = layer.to(X.device).eval()  # quantizes the weight
    Y = layer(X.half()).float()  # (ROWS, WIDTH)
    taken = layer.state.idx if threshold else None
    return Y, 0 if taken is None else taken.numel()


def one_scale(tensor: torch.Tensor) -> torch.Tensor:
    """Round to 8 bits with one scale for the whole tensor, and back."""
    scale = tensor.abs().max().item() / 127
    return torch.fake_quantize_per_tensor_affine(tensor, scale, 0, -127, 127)


WIDTH, ROWS = 256, 64


@demo(
    topic="quantization",
    claims={
        "outliers-spoil-rows": "Without decomposition the error is over 3 times that with it",
        "tensor-scale-is-worst": "One scale per tensor loses more than one per row",
        "all-are-found": "Exactly the large columns are taken out",
        "nearly-all-8-bit": "Over 99 % of the columns stay in 8 bits",
        "harmless-when-equal": "With no outliers decomposition changes the error less than twofold",
    },
    measures={
        "error_tensor": "error with one scale per tensor, share of the ordinary signal",
        "error_vector": "error with one scale per row",
        "error_decomposed": "error with the outlier columns in 16 bits",
        "gain": "the second over the third",
        "taken_out": "columns multiplied in 16 bits",
        "share_8bit": "share of the columns in 8 bits, percent",
        "gain_is": "what decomposition does to the error",
    },
    predict=Predict(
        "Two of 256 columns are 60 times as large. What happens if these two are in 16 bits?",
        options=("hardly a change", "the error halves", "the error falls over threefold"),
        measure="gain_is",
    ),
    budget_s=3,
)
def main(
    run: Run,
    magnitude: float = Float(60, 1, 200, log=True, help="size of the outlier columns"),
    columns: int = Int(2, 0, 16, help="how many columns are large"),
    threshold: float = Float(6, 1, 400, log=True, help="columns that reach it are in 16 bits"),
    seed: int = Int(0, 0, 999),
) -> None:
    torch.manual_seed(seed)
    W = torch.randn(WIDTH, WIDTH, device=run.device) * 0.05  # (out, in)
    plain = torch.randn(ROWS, WIDTH, device=run.device).clamp(-4, 4)  # (tokens, in)
    large = torch.randperm(WIDTH)[:columns].to(run.device)
    ordinary = torch.ones(WIDTH, dtype=torch.bool, device=run.device)
    ordinary[large] = False
    signal = (plain[:, ordinary] @ W[:, ordinary].T).norm()
    x, y = "size of the outlier columns", "error / ordinary signal"
    run.axes(title="error of X·Wᵀ", x=x, y=y, log_x=True, log_y=True)
    run.reference("your setting", magnitude, axis="x")

    sizes = sorted({1.0, 2.0, 5.0, 10.0, 20.0, 40.0, 80.0, 120.0, 200.0, magnitude})
    errors, taken = {}, {}  # by size
    for step in run.steps(len(sizes)):
        size = sizes[step]
        X = plain.clone()
        X[:, large] *= size
        per_row, _ = in_8_bits(W, X, threshold=0.0)
        decomposed, taken[size] = in_8_bits(W, X, threshold)
        outputs = {
            "one scale": one_scale(X) @ one_scale(W).T,
            "scale per row": per_row,
            "decomposed": decomposed,
        }
        exact = X @ W.T  # (tokens, out)
        errors[size] = {name: ((Y - exact).norm() / signal).item() for name, Y in outputs.items()}
        run.line_points(size, errors[size])

    tensor, vector, decomposed = errors[magnitude].values()
    out = taken[magnitude]
    share = 1 - out / WIDTH
    gain = vector / decomposed
    gain_is = "the error halves" if gain > 1.5 else "hardly a change"
    if gain > 3:
        gain_is = "the error falls over threefold"
    ratio = errors[1.0]["scale per row"] / errors[1.0]["decomposed"]

    run.measure(error_tensor=tensor, error_vector=vector, error_decomposed=decomposed)
    run.measure(gain=gain, gain_is=gain_is, taken_out=out, share_8bit=100 * share)
    run.claim("outliers-spoil-rows", gain > 3, f"{vector:.3f} against {decomposed:.3f}")
    run.claim("tensor-scale-is-worst", tensor > vector, f"{tensor:.3f} against {vector:.3f}")
    run.claim("all-are-found", out == columns, f"{out} of {columns}")
    run.claim("nearly-all-8-bit", share > 0.99, f"{100 * share:.2f} %")
    run.claim("harmless-when-equal", 0.5 < ratio < 2, f"{ratio:.2f} times at size 1")
