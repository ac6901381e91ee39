"""Where gradient descent begins to diverge.

**Question.** From which learning rate on does plain gradient descent diverge, and what happens far
below it?

**Idea.** Along a direction of curvature λ a step multiplies the error by 1 − η·λ. Its size stays
below one exactly for

    0 < η < 2/λ

The direction of largest curvature decides. Here λ is read off the Hessian of a real loss, and the
limit is *searched for* by training: neither knows of the other.

**Watch** three rates. Just below the limit the error swings and still shrinks, just above it grows
without end. At a hundredth of the limit nothing is wrong, except that it takes long.

**Try** `momentum = 0.9`: the limit moves to 2·(1 + 0.9)/λ and the first claim fails.

**At real scale.** The loss of a network has no fixed λ. Cohen et al. (arXiv 2103.00065) find that
full-batch training drives the largest curvature up to about 2/η and then stays there: the "edge of
stability". Adam rescales each direction first; then the curvature of the rescaled loss decides
(arXiv 2207.14484).
"""

from itertools import pairwise

import torch
from sklearn.datasets import load_diabetes

from quizapp.demo import Float, Int, Predict, Run, demo


def descend(x, y, start: torch.Tensor, rate: float, momentum: float, steps: int) -> list[float]:
    """Return the loss before each step of gradient descent and after the last, all data a batch."""
    w = start.clone().requires_grad_()  # (features,)
    optimizer = torch.optim.SGD([w], lr=rate, momentum=momentum)
    losses = []
    for _ in range(steps):
        loss = half_mean_square(w, x, y)
        losses.append(loss.item())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return [*losses, half_mean_square(w, x, y).item()]


def half_mean_square(w: torch.Tensor, x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """Return the loss of linear regression; its Hessian is xᵀ·x / n at every w."""
    return 0.5 * ((x @ w - y) ** 2).mean()


@demo(
    topic="optimisation",
    claims={
        "limit-is-two-over-curvature": "The rate at which it begins to diverge is 2/λ within 2 %",
        "above-diverges": "Ten per cent above the limit the loss ends higher than it began",
        "small-is-only-slow": "At a hundredth of the limit every step lowers the loss, and ten "
        "times the steps bring it further down",
    },
    measures={
        "limit": "rate found by search, times the largest curvature",
        "above": "loss after the run over loss before it, ten per cent above the limit",
        "below": "excess loss left over, ten per cent below the limit, as a share",
        "slow": "excess loss left over at a hundredth of the limit, as a share",
        "slow_longer": "the same after ten times the steps",
        "begins": "where it begins to diverge",
    },
    predict=Predict(
        "The largest curvature is λ. From which rate on does gradient descent diverge?",
        options=("1/λ", "2/λ", "4/λ"),
        measure="begins",
    ),
    budget_s=3,
)
def main(
    run: Run,
    momentum: float = Float(0.0, 0.0, 0.95),
    steps: int = Int(200, 50, 400, step=50),
    seed: int = Int(0, 0, 999),
) -> None:
    columns, target = load_diabetes(return_X_y=True)  # 442 patients, ten measurements each
    x = torch.tensor(columns) * len(columns) ** 0.5  # (442, 10), each column of variance one
    y = torch.tensor(target - target.mean()) / target.std()  # (442,)
    torch.manual_seed(seed)
    start = torch.randn(x.shape[1], dtype=x.dtype)
    hessian = torch.func.hessian(half_mean_square)(start, x, y)  # (10, 10)
    curvature = torch.linalg.eigvalsh(hessian)[-1].item()
    least = half_mean_square(torch.linalg.lstsq(x, y).solution, x, y).item()
    run.axes(x="step", y="loss above its minimum", log_y=True)

    low, high = 0.1 / curvature, 10 / curvature
    run.progress(12)
    for _ in range(12):
        run.step()
        rate = (low * high) ** 0.5
        losses = descend(x, y, start, rate, momentum, steps)
        diverges = max(losses[-5:]) > max(losses[steps // 2 :][:5])
        low, high = (low, rate) if diverges else (rate, high)
    limit = (low * high) ** 0.5

    left = {}  # excess loss at the end over excess loss at the start
    for name, share in {"below": 0.9, "above": 1.1, "slow": 0.01}.items():
        losses = descend(x, y, start, share * limit, momentum, steps)
        left[name] = (losses[-1] - least) / (losses[0] - least)
        for step in range(0, steps + 1, 5):
            run.line_points(step, {f"{share:g} of the limit": losses[step] - least})
    longer = descend(x, y, start, 0.01 * limit, momentum, 10 * steps)
    left["longer"] = (longer[-1] - least) / (longer[0] - least)
    always_down = all(later < earlier for earlier, later in pairwise(longer))

    found = limit * curvature
    words = {1: "1/λ", 2: "2/λ", 4: "4/λ"}
    begins = words[min(words, key=lambda factor: abs(factor - found))]
    run.measure(limit=found, begins=begins, above=left["above"], below=left["below"])
    run.measure(slow=left["slow"], slow_longer=left["longer"])
    run.claim("limit-is-two-over-curvature", abs(found - 2) < 0.04, f"η·λ = {found:.3f}")
    run.claim("above-diverges", left["above"] > 1, f"{left['above']:.3g} times the start")
    shown = f"{left['slow']:.1%} left, {left['longer']:.1%} after ten times the steps"
    run.claim("small-is-only-slow", always_down and left["longer"] < left["slow"], shown)
