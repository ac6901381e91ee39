"""pass@k and its unbiased estimator.

**Question.** A model solves a task with probability p per try. pass@k is the probability that at
least one of k tries is right: 1 − (1 − p)ᵏ. You never know p. You have n samples, of which c
passed the tests.

**The plug-in trap.** Putting p̂ = c/n into the formula gives 1 − (1 − c/n)ᵏ. It is biased **low**
for k > 1: the formula bends downward in p, so noise in p̂ costs more below than it gains above
(Jensen). The unbiased estimator counts the k-subsets of your n samples that contain a success (Chen
et al. 2021, arXiv 2107.03374, section 2.1):

    pass@k = 1 − C(n − c, k) / C(n, k)          needs n ≥ k

**Watch** whole evaluations repeat, and the mean of each estimator settle: one on the truth, the
other below it.

**Second trap.** Tasks differ. From the *mean* pass@1 of a benchmark you cannot compute its pass@k:
1 − (1 − p̄)ᵏ is too **high**, for easy tasks waste their tries. Compute per task, then average.

**Try** `k=1`: both estimators are c/n and the claims fail. Raise `n`: the bias shrinks like 1/n.
`spread=0.05`: nearly all tasks equally hard, and the second trap closes.

**Reading it.** pass@k is what you get if a *verifier* picks the right try for you: unit tests, a
proof checker. Without one it is an upper bound on what k tries buy. A larger k wants a higher
temperature (Codex paper, section 3.3), so tune the temperature per k. Pure probability: it holds
for any model.
"""

from math import comb

import numpy as np

from quizapp.demo import Float, Int, Predict, Run, demo


def pass_at_k(n: int, c: int, k: int) -> float:
    """Return the share of k-subsets of n samples that hold at least one of the c successes."""
    return 1 - comb(n - c, k) / comb(n, k)  # comb(a, k) is 0 for a < k


def one_of_k(p: np.ndarray, k: int) -> np.ndarray:
    """Return the probability that at least one of k tries is right, of the shape of p."""
    return 1 - (1 - p) ** k


@demo(
    topic="llm-evaluation",
    claims={
        "subset-estimator-unbiased": "The mean of 1 − C(n−c,k)/C(n,k) is within 0.01 of the truth",
        "plug-in-is-low": "The mean of 1 − (1 − c/n)^k is more than 0.01 below the truth",
        "mean-task-misleads": "1 − (1 − mean pass@1)^k is more than 0.05 above the truth",
    },
    measures={
        "truth": "True pass@k, averaged over the tasks",
        "unbiased": "Mean of the subset estimator over all evaluations",
        "plug_in": "Mean of the plug-in estimator over all evaluations",
        "from_mean": "pass@k computed from the mean pass@1",
        "pass_1": "True pass@1, averaged over the tasks",
        "noise": "Standard deviation of one evaluation's unbiased estimate",
        "plug_in_is": "Where the plug-in estimate lies",
    },
    predict=Predict(
        "Where does 1 − (1 − c/n)^k lie on average?",
        options=("below the truth", "at the truth", "above the truth"),
        measure="plug_in_is",
    ),
    budget_s=4,
)
def main(
    run: Run,
    n: int = Int(20, 10, 200, log=True, help="samples per task"),
    k: int = Int(10, 1, 10),
    solve: float = Float(0.1, 0.01, 0.9, log=True, help="mean probability to solve a task once"),
    spread: float = Float(1.0, 0.05, 5, log=True, help="how much tasks differ in difficulty"),
    tasks: int = Int(100, 10, 500, log=True),
    seed: int = Int(0, 0, 999),
) -> None:
    rng = np.random.default_rng(seed)
    # Beta with mean `solve`; a small spread gives a sharp peak, a large one mass at 0 and 1.
    p = rng.beta(solve * 2 / spread, (1 - solve) * 2 / spread, size=tasks)  # (tasks,)
    truth = one_of_k(p, k).mean()
    from_mean = one_of_k(p.mean(), k)
    by_subsets = np.array([pass_at_k(n, c, k) for c in range(n + 1)])  # (n + 1,) by successes
    by_plug_in = one_of_k(np.arange(n + 1) / n, k)  # (n + 1,)

    run.axes(title="Evaluations repeat", x="evaluations", y=f"mean estimate of pass@{k}")
    run.reference("truth", truth)
    estimates = []  # of each evaluation: by subsets, by plug-in
    for evaluation in run.steps(400):
        c = rng.binomial(n, p)  # (tasks,) successes
        estimates.append((by_subsets[c].mean(), by_plug_in[c].mean()))
        if evaluation % 4 == 0:
            subsets, plug_in = np.mean(estimates, axis=0)
            run.line_points(evaluation + 1, {"subsets": subsets, "plug-in": plug_in})

    run.axes(chart="k", title="More tries", x="k", y="pass@k")
    for tries in range(1, 11):
        run.line_points(tries, {"mean over tasks": one_of_k(p, tries).mean()}, chart="k")
        run.line_points(tries, {"mean task": one_of_k(p.mean(), tries)}, chart="k")

    unbiased, low = np.mean(estimates, axis=0)
    noise, _ = np.std(estimates, axis=0)
    plug_in_is = "below the truth" if low < truth else "above the truth"
    if abs(low - truth) < 0.005:
        plug_in_is = "at the truth"

    run.measure(truth=truth, unbiased=unbiased, plug_in=low, plug_in_is=plug_in_is)
    run.measure(from_mean=from_mean, pass_1=p.mean(), noise=noise)
    near = abs(unbiased - truth) < 0.01
    run.claim("subset-estimator-unbiased", near, f"{unbiased:.4f}, truth {truth:.4f}")
    run.claim("plug-in-is-low", low < truth - 0.01, f"{low:.4f}, truth {truth:.4f}")
    run.claim("mean-task-misleads", from_mean > truth + 0.05, f"{from_mean:.4f}, truth {truth:.4f}")
