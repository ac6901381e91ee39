"""Write a straight-through estimator.

**Exercise.** Fake quantisation, as QAT puts it into the forward pass: w becomes
s · clip(round(w/s)), with the whole numbers of a signed code, for 4 bits from -8 to 7. Its true
gradient is zero nearly everywhere. Straight through it is the gradient of the output, and zero only
where w was clipped. The judge is PyTorch's own function.
"""

import torch

from quizapp.demo import Code, Int, Run, Solution, demo

STARTER = '''
import torch


def fake_quantize(w, scale, bits):
    """Return w rounded to the grid of a signed code, with a gradient that passes.

    w:     any shape, float32
    scale: a number, the distance between two levels
    bits:  of the code, 2 to 8
    """
    high = 2 ** (bits - 1) - 1
    return scale * (w / scale).round().clamp(-high - 1, high)
'''


def fake_quantize(w, scale, bits):
    """Return w rounded to the grid of a signed code, with a gradient that passes."""
    high = 2 ** (bits - 1) - 1
    kept = w.clamp((-high - 1) * scale, high * scale)  # no gradient where it clips
    rounded = scale * (kept / scale).round()
    return kept + (rounded - kept).detach()  # forward: rounded; backward: as if not rounded


def weights(shape: tuple[int, ...], scale: float, bits: int) -> torch.Tensor:
    """Return numbers within and beyond the range, none where rounding or clipping is a tie."""
    high = 2 ** (bits - 1) - 1
    steps = torch.randint(-high - 1, high + 1, shape) + 0.8 * torch.rand(shape) - 0.4
    beyond = torch.rand(shape) < 0.3
    far = torch.where(torch.rand(shape) < 0.5, high + 1.7, -high - 3.2) * (1 + torch.rand(shape))
    # between the last level and half a step beyond, clipping before or after rounding differ
    steps = torch.where(beyond, far, steps.clamp(-high - 0.9, high - 0.1))
    return (scale * steps).requires_grad_()


def gradient(out: torch.Tensor, w: torch.Tensor, slope: torch.Tensor) -> torch.Tensor | None:
    """Return the gradient of w if that of `out` is `slope`; None if none arrives."""
    if not out.requires_grad:
        return None
    return torch.autograd.grad(out, w, slope, allow_unused=True)[0]


@demo(
    topic="write-adapters",
    claims={
        "forward": "The output is on PyTorch's grid, for 2 to 8 bits",
        "gradient-passes": "Within the range the gradient of the output arrives unchanged",
        "gradient-stops": "Where a weight was clipped its gradient is zero",
        "learns": "Gradient descent through it moves weights to the level they should have",
    },
    measures={"loss": "Loss after the steps of gradient descent, as a share of the first"},
    budget_s=1,
)
def main(
    run: Run,
    solution: Solution = Code(entry="fake_quantize", starter=STARTER),
    seed: int = Int(0, 0, 999),
) -> None:
    torch.manual_seed(seed)
    scale = 0.05 + 0.01 * (seed % 13)

    def by_torch(w: torch.Tensor, scale: float, bits: int) -> torch.Tensor:
        high = 2 ** (bits - 1) - 1
        return torch.fake_quantize_per_tensor_affine(w, scale, 0, -high - 1, high)

    with run.judge("forward") as judge:
        for bits, step in ((4, scale), (2, 3 * scale), (8, scale / 7), (3, 1.0)):
            w = weights((5, 3 + bits), step, bits)
            with judge.unchanged(w=w):
                yours = solution(w, step, bits)
            theirs, plain = by_torch(w, step, bits), w.detach()
            high = 2 ** (bits - 1) - 1
            mistakes = {
                "is nothing rounded?": plain,
                "are these the codes, not the values?": theirs / step,
                "is nothing clipped?": step * (plain / step).round(),
                "is it cut off instead of rounded?": step
                * (plain / step).trunc().clamp(-high - 1, high),
                "is it rounded down?": step * (plain / step).floor().clamp(-high - 1, high),
                "how many whole numbers do the bits hold?": step
                * (plain / step).round().clamp(-2 * high - 2, 2 * high + 1),
                "does the code begin at 0?": step * (plain / step).round().clamp(0, 2 * high + 1),
                "how far does a signed code reach below zero?": step
                * (plain / step).round().clamp(-high, high),
            }
            judge.equal(yours, theirs, by="PyTorch", of=f"{bits} bits", mistakes=mistakes)

    bits = 3 + seed % 3
    w = weights((6, 11), scale, bits)
    slope = 3 * torch.randn(6, 11)
    inside = gradient(by_torch(w, scale, bits), w, slope) != 0
    nothing = "w gets no gradient from your output: is all of it detached?"

    with run.judge("gradient-passes") as judge:
        mine = gradient(solution(w, scale, bits), w, slope)
        judge.that(mine is not None, nothing)
        mistakes = {
            "does round still stop the gradient?": torch.zeros_like(slope)[inside],
            "does a factor of the scale stay in?": slope[inside] * scale,
            "is it divided by the scale?": slope[inside] / scale,
            "is it 1, whatever comes from above?": torch.ones_like(slope)[inside],
            "does only its sign arrive?": slope[inside].sign(),
        }
        judge.equal(mine[inside], slope[inside], by="PyTorch", mistakes=mistakes)

    with run.judge("gradient-stops") as judge:
        mine = gradient(solution(w, scale, bits), w, slope)
        judge.that(mine is not None, nothing)
        mistakes = {"does it pass where w was clipped?": slope[~inside]}
        zero = torch.zeros(int((~inside).sum()))
        judge.equal(mine[~inside], zero, by="PyTorch", of="clipped", mistakes=mistakes)

    with run.judge("learns") as judge:
        run.axes(x="step", y="loss", log_y=False)
        bits = 4
        aim = scale * torch.randint(-6, 6, (40,)).float()
        start = aim + scale * 3 * (torch.rand(40) - 0.5)
        own, other = start.clone().requires_grad_(), start.clone().requires_grad_()
        first = None
        for step in range(30):
            losses = []
            for w, function in ((own, solution), (other, by_torch)):
                loss = (function(w, scale, bits) - aim).square().sum() / scale**2
                slope = gradient(loss, w, torch.ones(()))
                judge.that(slope is not None, nothing)
                with torch.no_grad():
                    w -= 0.1 * scale**2 * slope
                losses.append(loss.item())
            first = first or losses[1]
            run.point(step, yours=losses[0], pytorch=losses[1])
        judge.that(
            losses[0] <= 0.01 * first,
            f"the loss went from {first:.3g} to {losses[0]:.3g}, PyTorch's to {losses[1]:.3g}: "
            "does each weight get the slope of its own output?",
        )
        run.measure(loss=losses[0] / first)
