"""Two directions of KL.

**Question.** How do cross-entropy, KL divergence and maximum likelihood belong together, and what
changes when the two distributions of KL trade places?

**Idea.** For data p and model q

    H(p, q) = H(p) + KL(p ‖ q)          KL(p ‖ q) = Σ p·log(p / q)

H(p) does not depend on the model, so the least cross-entropy, the least forward KL and the largest
likelihood are one goal. KL(p ‖ q) is an average over the data: q must put mass wherever p has some,
so a model that is too simple spreads out. KL(q ‖ p) is an average over the model's own samples: q
must avoid what p lacks, and may leave out the rest.

**Watch** one Gaussian being fitted to data with two peaks, in both directions and by likelihood on
samples. Forward covers both peaks and the valley between them. Reverse takes one of them.

**Try** `separation=0.5`: one peak, and both directions agree.

**In fine-tuning.** SFT is maximum likelihood: forward KL to the data. The KL penalty of RLHF is an
average over the policy's samples: reverse KL to the reference. MiniLLM (arXiv 2306.08543) distils
with reverse KL, so that a small model does not spread over what it cannot represent.
"""

import torch

from quizapp.demo import Float, Int, Predict, Run, demo


def kl(p, q):
    """Return Σ p·log(p / q) of two distributions on the grid, in nats."""
    return (p * (p.clamp_min(1e-30).log() - q.clamp_min(1e-30).log())).sum()


def gaussian(grid, mean, log_deviation):
    """Return a Gaussian on the grid, summing to 1."""
    return (-0.5 * ((grid - mean) / log_deviation.exp()) ** 2).softmax(-1)


def fitted(loss_of, grid, steps):
    """Return mean and log deviation of the Gaussian with the least loss, found by Adam.

    Reverse KL has one minimum per peak: of three starts the best end is taken.
    """
    ends = []
    for start in (-4.0, 0.5, 4.0):
        mean, log_deviation = (torch.tensor(x, requires_grad=True) for x in (start, 0.0))
        optimizer = torch.optim.Adam([mean, log_deviation], lr=0.05)
        for _ in range(steps):
            optimizer.zero_grad()
            loss = loss_of(gaussian(grid, mean, log_deviation))
            loss.backward()
            optimizer.step()
        ends.append((loss.item(), mean.detach(), log_deviation.detach()))
    return min(ends)[1:]


@demo(
    topic="fundamentals",
    claims={
        "forward-covers": "Forward KL ends with a deviation over 1.5 times that of one peak",
        "reverse-seeks": "Reverse KL ends within a third of one peak's deviation, near its place",
        "likelihood-is-forward": "Likelihood on samples ends within 10 % of forward KL",
        "entropy-is-the-rest": "Cross-entropy minus KL is the entropy of the data",
    },
    measures={
        "forward": "deviation after fitting by forward KL, one peak has 1",
        "reverse": "deviation after fitting by reverse KL",
        "likelihood": "deviation after fitting by likelihood on 4,000 samples",
        "valley_forward": "mass in the valley after forward KL, over that of the data",
        "missed": "mass of the data more than 3 deviations from the reverse fit",
        "entropy_gap": "cross-entropy minus KL minus entropy, nats",
        "covers": "what the fit by reverse KL covers",
    },
    predict=Predict(
        "One Gaussian, data with two peaks. What does minimising KL(model ‖ data) cover?",
        options=("both peaks", "one peak", "the valley alone"),
        measure="covers",
    ),
    budget_s=3,
)
def main(
    run: Run,
    separation: float = Float(3.0, 0.0, 5.0, help="distance of each peak from the middle"),
    steps: int = Int(200, 100, 1000, step=50),
    seed: int = Int(0, 0, 999),
) -> None:
    torch.manual_seed(seed)
    grid = torch.linspace(-12, 12, 481, device=run.device)  # (481,)
    one = torch.zeros((), device=run.device)
    data = 0.55 * gaussian(grid, -separation, one) + 0.45 * gaussian(grid, separation, one)
    drawn = torch.multinomial(data, 4000, replacement=True)  # (4000,) places on the grid

    goals = {
        "forward": lambda q: kl(data, q),
        "reverse": lambda q: kl(q, data),
        "likelihood": lambda q: -q[drawn].clamp_min(1e-30).log().mean(),
    }
    run.axes(x="x", y="probability")
    for x, p in zip(grid.tolist()[::6], data.tolist()[::6], strict=True):
        run.line_points(x, {"data": p})
    fits = {}
    for name, goal in goals.items():
        fits[name] = fitted(goal, grid, steps)
        run.check()
        for x, q in zip(grid.tolist()[::6], gaussian(grid, *fits[name]).tolist()[::6], strict=True):
            run.line_points(x, {name: q})

    deviation = {name: log.exp().item() for name, (_, log) in fits.items()}
    place = fits["reverse"][0].item()
    q = gaussian(grid, *fits["forward"])
    cross = -(data * q.clamp_min(1e-30).log()).sum()
    entropy = torch.special.entr(data).sum()
    gap = (cross - kl(data, q) - entropy).item()
    valley = grid.abs() < separation / 3
    over = (q[valley].sum() / data[valley].sum()).item() if valley.any() else 1.0
    missed = data[(grid - place).abs() > 3 * deviation["reverse"]].sum().item()
    covers = "one peak" if missed > 0.2 else "both peaks"

    run.measure(**deviation, valley_forward=over, missed=missed, entropy_gap=gap, covers=covers)
    wide = deviation["forward"] > 1.5
    run.claim("forward-covers", wide, f"deviation {deviation['forward']:.2f}")
    near = abs(abs(place) - separation) < 0.5 and abs(deviation["reverse"] - 1) < 1 / 3
    shown = f"deviation {deviation['reverse']:.2f} at {place:.2f}"
    run.claim("reverse-seeks", missed > 0.2 and near, shown)
    ratio = deviation["likelihood"] / deviation["forward"]
    run.claim("likelihood-is-forward", abs(ratio - 1) < 0.1, f"{ratio:.3f} of its deviation")
    run.claim("entropy-is-the-rest", abs(gap) < 1e-4, f"gap {gap:.1e} nats")
