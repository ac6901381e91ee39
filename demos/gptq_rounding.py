"""GPTQ against rounding: calibration data are part of the method.

**Question.** GPTQ quantizes a layer so that its *output* errs less than with plain rounding at the
same bits. Where does the gain come from, and when is there none?

**Idea.** Rounding to nearest minimises the error of each weight. What counts is the error of the
output on real inputs x,

    E‖(W − Q)·x‖² = tr[(W − Q)·H·(W − Q)ᵀ]        H = E[x·xᵀ], from calibration data

GPTQ goes through the columns. It rounds one, then changes the columns that are still free so that
they make up for the error as well as H allows:

    W[:, j:] −= (W[:, i] − Q[:, i]) / U[i, i] · U[i, j:]        Uᵀ·U = H⁻¹ (Cholesky)

Each weight ends *farther* from its original; the output ends nearer.

**Watch** three lines over the bits. Set 1 holds inputs like those in use, set 2 inputs whose
correlations are others: calibrated on them GPTQ repairs what does not occur and is worse than
rounding.

**Try** until a claim fails. `factors=256`: inputs without strong correlations leave nothing to make
up for, and the gain shrinks below the claim. `shift=0`: the other calibration set has the same
distribution, so it serves as well. `damp=100`: H drowns in the damping and GPTQ becomes rounding.

**Real scale.** Frantar et al. (arXiv 2210.17323) quantize models of 175 billion weights to 3 or 4
bits with 128 texts for calibration. One synthetic layer shows the mechanism; how much of it is left
in the perplexity of a whole model is measured there, not here. How much the calibration set matters
is disputed: Llama 2 and 3 and Mistral hardly react to it, OPT does (arXiv 2405.20835).
"""

import torch

from quizapp.demo import Float, Int, Predict, Run, demo


def gptq(W: torch.Tensor, H: torch.Tensor, bits: int, damp: float) -> torch.Tensor:
    """Return W quantized column by column, the rest made to compensate (algorithm 1), (out, in)."""
    W, Q = W.clone(), torch.zeros_like(W)
    top = 2 ** (bits - 1) - 1  # the last level
    H = H + damp * H.diagonal().mean() * torch.eye(len(H))  # keeps H invertible, (in, in)
    H_inverse = torch.cholesky_inverse(torch.linalg.cholesky(H))
    U = torch.linalg.cholesky(H_inverse, upper=True)  # (in, in)
    for i in range(W.shape[1]):
        if i % GROUP == 0:
            step = scale_of(W[:, i : i + GROUP], bits)[:, 0]  # (out,)
        Q[:, i] = (W[:, i] / step).round().clamp(-top, top) * step
        error = (W[:, i] - Q[:, i]) / U[i, i]  # (out,)
        W[:, i:] -= error[:, None] * U[i, i:]
    return Q


def rounded(W: torch.Tensor, bits: int) -> torch.Tensor:
    """Return W with each weight at the nearest level of its group, (out, in)."""
    found = []
    for group in W.split(GROUP, dim=1):
        step = scale_of(group, bits)  # (out, 1)
        found.append((group / step).round() * step)
    return torch.cat(found, dim=1)


def scale_of(columns: torch.Tensor, bits: int) -> torch.Tensor:
    """Return the step of each row's grid, (out, 1): the largest weight is the last level."""
    return columns.abs().amax(1, keepdim=True) / (2 ** (bits - 1) - 1)


def inputs(directions: torch.Tensor, count: int) -> torch.Tensor:
    """Return (count, in) inputs that vary together along the directions, (in, factors)."""
    shared = torch.randn(count, directions.shape[1]) @ directions.T
    return shared + 0.3 * torch.randn(count, WIDTH)


WIDTH, GROUP = 256, 64  # columns, and columns that share a scale


@demo(
    topic="quantization",
    claims={
        "output-is-nearer": "At 4 bits GPTQ's output error is less than half that of rounding",
        "weights-are-farther": "At 4 bits its weights are over 5 % farther from the original",
        "calibration-matters": "Calibrated on other inputs, its output errs more than rounding",
        "statistics-do-it": "Without statistics of the inputs, H = 1, GPTQ is rounding",
    },
    measures={
        "output_rounding": "output error of rounding at 4 bits, relative",
        "output_gptq": "output error of GPTQ at 4 bits, relative",
        "output_mismatch": "output error of GPTQ at 4 bits, calibrated on other inputs, relative",
        "weight_rounding": "weight error of rounding at 4 bits, relative",
        "weight_gptq": "weight error of GPTQ at 4 bits, relative",
        "gain": "output error of rounding over that of GPTQ at 4 bits",
        "same_share": "share of the weights that GPTQ with H = 1 leaves where rounding does",
        "nearer": "whose weights end nearer to the original at 4 bits",
    },
    predict=Predict(
        "At 4 bits: whose quantized weights lie nearer to the original weights?",
        options=("rounding", "GPTQ", "equal"),
        measure="nearer",
    ),
    budget_s=4,
)
def main(
    run: Run,
    factors: int = Int(32, 4, 256, log=True, help="directions in which the inputs vary together"),
    shift: float = Float(1.0, 0.0, 1.0, help="how different the other calibration inputs are"),
    samples: int = Int(1024, 64, 4096, log=True, help="calibration inputs"),
    damp: float = Float(0.01, 1e-4, 100, log=True),
    seed: int = Int(0, 0, 999),
) -> None:
    torch.manual_seed(seed)
    here, other = torch.randn(2, WIDTH, factors)  # the directions, (in, factors) each
    other = (1 - shift) * here + shift * other
    W = 0.02 * torch.randn(WIDTH, WIDTH)  # (out, in)
    matched = inputs(here, samples)  # set 1, (samples, in)
    mismatched = inputs(other, samples)  # set 2, (samples, in)
    X = inputs(here, 1024)  # unseen, (1024, in)
    H_1 = matched.T @ matched / samples  # (in, in)
    H_2 = mismatched.T @ mismatched / samples  # (in, in)

    run.axes(x="bits", y="output error, relative", log_y=True)
    run.axes(chart="weights", x="bits", y="weight error, relative", log_y=True)
    output, weight = {}, {}  # bits -> error by method
    for step in run.steps(7):
        bits = step + 2
        results = {
            "rounding": rounded(W, bits),
            "GPTQ, set 1": gptq(W, H_1, bits, damp),
            "GPTQ, set 2": gptq(W, H_2, bits, damp),
        }
        signal = (X @ W.T).norm()
        output[bits] = {n: ((X @ (W - Q).T).norm() / signal).item() for n, Q in results.items()}
        weight[bits] = {n: ((W - Q).norm() / W.norm()).item() for n, Q in results.items()}
        run.line_points(bits, output[bits])
        run.line_points(bits, weight[bits], chart="weights")

    rounding, good, bad = output[4].values()
    w_rounding, w_gptq, _ = weight[4].values()
    blind = gptq(W, torch.eye(WIDTH), 4, damp)  # (out, in)
    same = torch.isclose(blind, rounded(W, 4)).float().mean().item()
    nearer = "rounding" if w_rounding < w_gptq else "GPTQ"
    if abs(w_gptq / w_rounding - 1) < 0.01:
        nearer = "equal"

    run.measure(output_rounding=rounding, output_gptq=good, output_mismatch=bad)
    run.measure(weight_rounding=w_rounding, weight_gptq=w_gptq)
    run.measure(gain=rounding / good, nearer=nearer, same_share=same)
    run.claim("output-is-nearer", good < 0.5 * rounding, f"{good:.3f} against {rounding:.3f}")
    shown = f"{w_gptq:.3f} against {w_rounding:.3f}"
    run.claim("weights-are-farther", w_gptq > 1.05 * w_rounding, shown)
    run.claim("calibration-matters", bad > rounding, f"{bad:.3f} against {rounding:.3f}")
    run.claim("statistics-do-it", same > 0.999, f"{same:.2%} of the weights are equal")
