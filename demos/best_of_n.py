"""Best-of-n and reward hacking.

**Question.** Sample n answers, keep the one the reward model likes best. More samples, higher
reward. Is the answer better?

**Idea.** You optimise a *proxy* (the reward model); you want the *gold* (what people prefer).
The winner among n is partly good and partly lucky: the larger n, the more you select the reward
model's errors. Goodhart's law, in one line. The policy moves away from where it started by at most

    KL = ln n − (n − 1)/n     (nats)

exact if no two answers tie (Stiennon et al. 2020; Beirami et al. 2024 show that it is a bound in
general). n = 1,024 costs 5.9 nats: the x-axis of the first plot.

A penalty holds a policy back in another way: the one that maximises reward − β·KL gives each
answer the weight exp(reward/β). The last plot takes it over the same answers, β from large to
small. It saves the gold reward from the taste for length, and hardly from a heavy tail.

**Try** three kinds of `error`:
- `heavy tail`: rarely, the proxy is wildly wrong. Selection finds exactly those answers, and the
  gold falls back to the average.
- `length`: the proxy likes long answers, people like them only up to a point.
- `gaussian`: light-tailed, independent error. The gold keeps rising, more slowly than the proxy:
  **the claim fails**, and so over-optimisation is not a law of nature.

**What papers found.** Gao et al. (2022, arXiv 2210.10760) trained proxies against a fixed gold
model: gold follows √KL·(α − β·√KL) for best-of-n, up, then down, and larger reward models turn
later. Kwa et al. (2024, arXiv 2407.14503) show that with heavy-tailed error some policies reach any
reward without gaining utility; the reward models they measured looked light-tailed.

**Scale.** Simulated rewards; the curve is real arithmetic, the place of the peak is no prediction
for your model. Measure gold (people, tests) along the way and stop at its peak.
"""

from itertools import pairwise

import numpy as np
from scipy.special import log_softmax

from quizapp.demo import Choice, Float, Int, Predict, Run, demo


def best_of(proxy: np.ndarray, gold: np.ndarray, n: int) -> tuple[float, float]:
    """Return the mean proxy and gold of the answer with the best proxy among the first n."""
    chosen = proxy[:, :n].argmax(axis=1)[:, None]  # (prompts, 1)
    best_proxy = np.take_along_axis(proxy, chosen, axis=1)  # (prompts, 1)
    its_gold = np.take_along_axis(gold, chosen, axis=1)  # (prompts, 1)
    return float(best_proxy.mean()), float(its_gold.mean())


def rewards(
    rng: np.random.Generator, shape: tuple[int, int], error: str, size: float
) -> tuple[np.ndarray, np.ndarray]:
    """Return gold and proxy reward of `shape` answers, the error scaled by `size`."""
    gold = rng.normal(size=shape)
    if error == "length":
        length = np.abs(rng.normal(size=shape))  # beyond what the question needs
        return gold - 0.5 * length**2, gold + 1.5 * size * length
    noise = rng.standard_t(2.1, shape) if error == "heavy tail" else rng.normal(size=shape)
    return gold, gold + size * noise


def penalised(proxy: np.ndarray, gold: np.ndarray, beta: float) -> tuple[float, float, float]:
    """Return proxy, gold and KL of the policy that maximises proxy − beta·KL over the answers."""
    log_w = log_softmax(proxy / beta, axis=1)  # (prompts, n); each started with weight 1/n
    w = np.exp(log_w)  # (prompts, n)
    kl = (w * (log_w + np.log(proxy.shape[1]))).sum(axis=1).mean()
    return float((w * proxy).sum(axis=1).mean()), float((w * gold).sum(axis=1).mean()), float(kl)


def simulated_kl(rng: np.random.Generator, n: int) -> float:
    """Return the KL of best-of-n from its start: the mean of log(n·uⁿ⁻¹), in nats.

    u is the quantile of the chosen answer, the largest of n uniform numbers; its density is n·uⁿ⁻¹.
    """
    u = rng.random(100_000) ** (1 / n)
    return float(np.log(n * u ** (n - 1)).mean())


def two_answers_kl(rng: np.random.Generator, n: int) -> float:
    """Return the KL of best-of-n if the policy knows two answers and draws them equally often."""
    better = (rng.random((5_000, n)) < 0.5).any(axis=1).mean()  # it is among the n: it is chosen
    p = np.array([better, 1 - better])
    return float((p * np.log(np.maximum(p, 1e-12) / 0.5)).sum())


BETAS = [16.0, 8.0, 4.0, 2.0, 1.0, 0.5, 0.25, 0.1]  # from a tight leash to hardly any


@demo(
    topic="alignment",
    claims={
        "proxy-rises": "The proxy reward of the chosen answer rises with n",
        "gold-falls": "The gold reward peaks before the largest n and ends over 0.2 below its peak",
        "beta-trades": "The smaller β, the larger the KL and the higher the proxy reward",
        "penalty-keeps-gold": "Another β than the smallest gives a gold reward higher by over 0.01",
        "kl-is-a-bound": "With two possible answers the KL at the largest n is below 0.75 of the "
        "formula's value",
        "kl-formula": "The simulated KL of best-of-n is within 0.05 nats of ln n − (n − 1)/n",
    },
    measures={
        "proxy_final": "Mean proxy reward at the largest n",
        "gold_start": "Mean gold reward without selection",
        "gold_peak": "Highest mean gold reward",
        "gold_final": "Mean gold reward at the largest n",
        "best_n": "n at which the gold reward peaks",
        "kl_final": "ln n − (n − 1)/n at the largest n, in nats",
        "gold_best_beta": "Highest mean gold reward over the values of β",
        "gold_least_beta": "Mean gold reward at the smallest β",
        "proxy_best_beta": "Mean proxy reward at the β of the highest gold reward",
        "proxy_least_beta": "Mean proxy reward at the smallest β",
        "kl_simulated": "Simulated KL of best-of-n at the largest n, in nats",
        "kl_two": "KL at the largest n if the policy knows two answers, in nats",
        "gold_ends": "Where the gold reward ends",
    },
    predict=Predict(
        "The proxy reward rises with n. Where does the gold reward end?",
        options=("highest at the largest n", "past its peak"),
        measure="gold_ends",
    ),
    budget_s=5,
    formulas=("kl_final",),
)
def main(
    run: Run,
    error: str = Choice("heavy tail", "length", "gaussian", help="how the reward model errs"),
    size: float = Float(1.0, 0.1, 4, log=True, help="scale of the error"),
    doublings: int = Int(10, 2, 11, help="largest n is 2 to this power"),
    prompts: int = Int(1500, 200, 2000, log=True),
    seed: int = Int(0, 0, 999),
) -> None:
    rng = np.random.default_rng(seed)
    gold, proxy = rewards(rng, (prompts, 2**doublings), error, size)  # (prompts, n) each
    run.axes(title="Optimise the proxy", x="KL from the start (nats)", y="mean reward")
    run.reference("no selection", 0.0 if error != "length" else -0.5)
    run.axes(chart="samples", title="The same, by n", x="n", y="mean reward", log_x=True)

    rows, simulated = [], []
    for power in run.steps(doublings + 1):
        n = 2**power
        kl = np.log(n) - (n - 1) / n
        mean_proxy, mean_gold = best_of(proxy, gold, n)
        run.point(kl, proxy=mean_proxy, gold=mean_gold)
        run.point(n, proxy=mean_proxy, gold=mean_gold, chart="samples")
        rows.append({"n": n, "KL": kl, "proxy": mean_proxy, "gold": mean_gold})
        simulated.append(simulated_kl(rng, n))
    run.table("Best of n", rows)
    gaps = [abs(found - row["KL"]) for found, row in zip(simulated, rows, strict=True)]
    kl_two = two_answers_kl(rng, 2**doublings)

    run.axes(chart="beta", title="Penalty", x="β", y="mean reward", log_x=True)
    leashed = {beta: penalised(proxy, gold, beta) for beta in BETAS}
    for beta, (mean_proxy, mean_gold, kl) in leashed.items():
        run.point(beta, proxy=mean_proxy, gold=mean_gold, KL=kl, chart="beta")
    at_best = max(leashed.values(), key=lambda found: found[1])
    at_least = leashed[BETAS[-1]]
    held_back = at_best[1] - at_least[1]
    trading = all(a[0] < b[0] and a[2] < b[2] for a, b in pairwise(leashed.values()))

    last = rows[-1]
    best = max(rows, key=lambda row: row["gold"])
    fall = best["gold"] - last["gold"]
    rising = all(b["proxy"] > a["proxy"] for a, b in pairwise(rows))
    gold_ends = "past its peak" if fall > 0.1 else "highest at the largest n"

    run.measure(proxy_final=last["proxy"], gold_final=last["gold"], kl_final=last["KL"])
    run.measure(gold_start=rows[0]["gold"], gold_peak=best["gold"], best_n=best["n"])
    run.measure(gold_ends=gold_ends)
    run.measure(kl_simulated=simulated[-1], kl_two=kl_two)
    run.measure(gold_best_beta=at_best[1], gold_least_beta=at_least[1])
    run.measure(proxy_best_beta=at_best[0], proxy_least_beta=at_least[0])
    run.claim("beta-trades", trading, f"KL {leashed[BETAS[0]][2]:.2f} to {at_least[2]:.2f} nats")
    shown = f"gold {at_best[1]:.2f} against {at_least[1]:.2f}"
    run.claim("penalty-keeps-gold", held_back > 0.01, shown)
    run.claim("proxy-rises", rising, f"{rows[0]['proxy']:.2f} to {last['proxy']:.2f}")
    shown = f"peak {best['gold']:.2f} at n = {best['n']}, then {last['gold']:.2f}"
    run.claim("gold-falls", best is not last and fall > 0.2, shown)
    shown = f"{kl_two:.3f} against {last['KL']:.3f} nats"
    run.claim("kl-is-a-bound", kl_two < 0.75 * last["KL"], shown)
    run.claim("kl-formula", max(gaps) < 0.05, f"largest difference {max(gaps):.4f} nats")
