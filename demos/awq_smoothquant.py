"""AWQ and SmoothQuant: one identity, two uses.

**Question.** A few input channels of a layer are far larger than the others. How can 4-bit weights,
or 8-bit weights *and* inputs, live with them without a column in 16 bits?

**Idea.** Multiply a column of W by s and divide the input channel by s. Nothing changes, except
what is rounded:

    Y = X·Wᵀ = (X / s) · (W·s)ᵀ        s > 0, one number for each input channel

**AWQ** (weights alone in 4 bits): a channel with large inputs makes the error of its weights count
more. Scaled up, these weights are rounded more finely: s = mean|x|ᵅ, and α is the one of 20 values
with the least output error on calibration inputs. No gradient, and no matrix of correlations.

**SmoothQuant** (W8A8): the scale of an input row is set by its largest channel, and a scale for
each *channel* of X cannot be taken out of the sum over channels. So the channel is made smaller and
the weight, which is easy to round, larger: s = max|x|ᵅ / max|w|¹⁻ᵅ, with α = 0.5.

**Watch** both errors over α. At α = 0 AWQ is plain rounding.

**Try** until a claim fails. `magnitude=1`: no channel stands out, so AWQ and smoothing gain
nothing. `alpha=0`: smoothing evens out the weights alone, and the outliers stay in the inputs.

**Real scale.** AWQ (arXiv 2306.00978), SmoothQuant (arXiv 2211.10438): both fold 1/s into the layer
before, so that it costs nothing at run time. Here the outliers are put in by hand and the layer is
random. What is left of the gain in a model's perplexity is measured there.
"""

import torch

from quizapp.demo import Choice, Float, Int, Predict, Run, demo


def scaled(W: torch.Tensor, s: torch.Tensor, bits: int) -> torch.Tensor:
    """Return what stands in W's place if W·s is rounded and the inputs are divided by s."""
    return grouped(W * s, bits) / s  # (out, in)


def by_size(X: torch.Tensor, alpha: float) -> torch.Tensor:
    """Return AWQ's factor of each input channel, (in,), from its mean size in X."""
    s = X.abs().mean(0) ** alpha
    return s / (s.max() * s.min()).sqrt()


def awq(W: torch.Tensor, X: torch.Tensor, bits: int) -> tuple[dict[float, float], torch.Tensor]:
    """Return the output error on the calibration inputs by α, and the factors of the best α."""
    error = {}
    for alpha in (step / 20 for step in range(20)):
        error[alpha] = relative(X @ scaled(W, by_size(X, alpha), bits).T, X @ W.T)
    return error, by_size(X, min(error, key=error.__getitem__))


def smoothing(W: torch.Tensor, X: torch.Tensor, alpha: float) -> torch.Tensor:
    """Return SmoothQuant's factor of each input channel, (in,), from calibration inputs X."""
    return X.abs().amax(0) ** alpha / W.abs().amax(0) ** (1 - alpha)


def in_8_bits(X: torch.Tensor, W: torch.Tensor, over: tuple[int, ...] = (1,)) -> torch.Tensor:
    """Return X·Wᵀ, both in 8 bits: a scale for each row of W, and for X one over these axes."""
    largest = X.abs().amax(over, keepdim=True)  # over (1,) one for each row, (0, 1) one for all
    return on_grid(X, largest, 8) @ on_grid(W, W.abs().amax(1, keepdim=True), 8).T


def grouped(W: torch.Tensor, bits: int) -> torch.Tensor:
    """Return W, (out, in), rounded with one scale for each group of a row."""
    groups = W.view(len(W), -1, GROUP)  # (out, in / GROUP, GROUP)
    return on_grid(groups, groups.abs().amax(-1, keepdim=True), bits).view_as(W)


def on_grid(x: torch.Tensor, largest: torch.Tensor, bits: int) -> torch.Tensor:
    """Return x on equal steps on both sides of zero; the largest is the last level."""
    step = largest / (2 ** (bits - 1) - 1)
    return (x / step).round() * step


def relative(found: torch.Tensor, exact: torch.Tensor) -> float:
    return float((found - exact).norm() / exact.norm())


WIDTH, GROUP = 256, 64  # columns, and columns that share a scale of 4-bit weights


@demo(
    topic="quantization",
    claims={
        "awq-beats-rounding": "On unseen inputs AWQ's output errs by less than 3/4 of rounding's",
        "awq-transfers": "Calibrated on inputs with other correlations it errs by less than 0.85",
        "smoothing-saves-w8a8": "Smoothing divides the error of W8A8 by more than 2",
        "channels-are-the-trouble": "Scales for the channels of X would err less than half as much",
    },
    measures={
        "error_rounding": "output error with rounded weights, relative",
        "error_awq": "output error with AWQ's scaling, relative",
        "error_awq_other": "the same, calibrated on inputs with other correlations",
        "awq_ratio": "error with AWQ over that of rounding",
        "error_w8a8": "output error of 8-bit weights and inputs, one scale for each row",
        "error_w8a8_tensor": "the same with one scale for all of X",
        "error_w8a8_channel": "the same with scales for the channels of X, which no kernel can use",
        "error_smooth": "output error of 8-bit weights and inputs after smoothing",
        "smooth_gain": "error without smoothing over that with it",
        "smoothing_does": "what smoothing does to the error of W8A8",
    },
    predict=Predict(
        "The outliers are moved from the inputs into the weights. The error of W8A8 ...",
        options=("falls by a third or more", "hardly changes", "rises"),
        measure="smoothing_does",
    ),
    budget_s=3,
)
def main(
    run: Run,
    magnitude: float = Float(20, 1, 100, log=True, help="size of the large channels"),
    channels: int = Int(4, 1, 16, help="how many channels are large"),
    alpha: float = Float(0.5, 0, 1, step=0.05, help="SmoothQuant's α"),
    bits: int = Choice(4, 3, 8, help="of AWQ's weights"),
    seed: int = Int(0, 0, 999),
) -> None:
    torch.manual_seed(seed)
    size = torch.ones(WIDTH)  # of each channel, (in,)
    size[torch.randperm(WIDTH)[:channels]] = magnitude
    here, other = torch.randn(2, WIDTH, 32)  # directions in which inputs vary together, (in, 32)
    draws = [
        size * (torch.randn(512, 32) @ d.T / 32**0.5 + 0.3 * torch.randn(512, WIDTH))
        for d in (here, here, other)
    ]
    X, calibration, foreign = (x.to(run.device) for x in draws)  # (512, in) each
    W = 0.02 * torch.randn(WIDTH, WIDTH).to(run.device)  # (out, in)
    exact = X @ W.T

    run.axes(x="α", y="output error, relative", log_y=True)
    errors = {"rounding": relative(X @ grouped(W, bits).T, exact)}
    errors |= {"W8A8": relative(in_8_bits(X, W), exact)}
    for name, value in errors.items():
        run.reference(name, value)
    curve, s = awq(W, calibration, bits)
    for a, error in curve.items():
        run.line_points(a, {"AWQ, calibration": error})
    errors["AWQ"] = relative(X @ scaled(W, s, bits).T, exact)
    _, s = awq(W, foreign, bits)
    errors["AWQ, other"] = relative(X @ scaled(W, s, bits).T, exact)
    for step in run.steps(21):
        s = smoothing(W, calibration, step / 20)
        run.line_points(step / 20, {"SmoothQuant": relative(in_8_bits(X / s, W * s), exact)})

    s = smoothing(W, calibration, alpha)
    smoothed = relative(in_8_bits(X / s, W * s), exact)
    tensor, channel = (relative(in_8_bits(X, W, over), exact) for over in ((0, 1), (0,)))
    gain, ratio = errors["W8A8"] / smoothed, errors["AWQ"] / errors["rounding"]
    does = "falls by a third or more" if gain > 1.5 else "hardly changes" if gain > 0.9 else "rises"

    run.measure(error_rounding=errors["rounding"], error_awq=errors["AWQ"], awq_ratio=ratio)
    run.measure(error_awq_other=errors["AWQ, other"], smooth_gain=gain, smoothing_does=does)
    run.measure(error_w8a8=errors["W8A8"], error_smooth=smoothed)
    run.measure(error_w8a8_tensor=tensor, error_w8a8_channel=channel)
    shown = f"{errors['AWQ']:.3f} against {errors['rounding']:.3f}"
    run.claim("awq-beats-rounding", ratio < 0.75, shown)
    shown = f"{errors['AWQ, other']:.3f} against {errors['rounding']:.3f}"
    run.claim("awq-transfers", errors["AWQ, other"] < 0.85 * errors["rounding"], shown)
    shown = f"{errors['W8A8']:.4f} became {smoothed:.4f}"
    run.claim("smoothing-saves-w8a8", gain > 2, shown)
    shown = f"{channel:.4f} against {errors['W8A8']:.4f} with scales for the rows"
    run.claim("channels-are-the-trouble", channel < 0.5 * errors["W8A8"], shown)
