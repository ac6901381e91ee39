"""Three ways to hold weights back.

**Question.** What do L1, L2 and dropout do to a model, and why does dropout need to know whether it
is training?

**Idea.** A penalty pulls each weight to zero, with a force that depends on it or does not:

    L2: λ·w²   force 2λ·w: all shrink, none arrives      L1: λ·|w|   force λ: small ones arrive

Dropout sets a share p of the activations to zero and multiplies the others by 1 / (1 − p), so that
their mean stays. Each step trains another thinned network. In evaluation it does nothing.

**Watch** a regression with 60 features of which 5 matter: how many weights each penalty sets to
zero. Then a random layer on the same input, many times, in training mode and in evaluation mode.
The last plot is double descent: least squares on random features, whose test error peaks where
there are as many features as examples, and falls again beyond.

**Try** `p=0`: dropout does nothing in either mode. `penalty=0.001`: hardly a weight is zero.

**Papers.** Tibshirani 1996 (lasso); Srivastava et al. 2014 (dropout); Belkin et al. (arXiv
1812.11118) for double descent. Where each sits in a language model: AdamW's decay is the L2 kind;
today's base models are trained without dropout, LoRA has it on the adapter's input.
"""

import numpy as np
import torch
from sklearn.linear_model import Lasso, Ridge

from quizapp.demo import Float, Int, Predict, Run, demo


def dropped(x, p, generator):
    """Return x with a share p of its entries set to zero and the others scaled by 1 / (1 − p).

    What torch.nn.Dropout does in training mode.
    """
    kept = torch.rand(x.shape, generator=generator) >= p
    return x * kept / (1 - p)


def test_error(rng, features, examples=40, noise=0.3):
    """Return the test error of least squares on random ReLU features, the shortest solution."""
    x, new = rng.normal(size=(examples, 10)), rng.normal(size=(500, 10))
    truth = rng.normal(size=10) / 10**0.5
    w = rng.normal(size=(10, features)) / 10**0.5
    y = x @ truth + noise * rng.normal(size=examples)
    weights = np.linalg.pinv(np.maximum(x @ w, 0)) @ y  # the least squares solution of least norm
    return float(np.mean((np.maximum(new @ w, 0) @ weights - new @ truth) ** 2))


@demo(
    topic="debugging",
    claims={
        "l1-zeroes": "L1 sets more than half of the useless weights to exactly zero, L2 none",
        "l2-shrinks": "L2 shrinks the useful weights, and every weight stays different from zero",
        "dropout-keeps-the-mean": "In training mode outputs scatter around the one of evaluation",
        "evaluation-is-fixed": "In evaluation two passes agree exactly, in training they do not",
        "descends-twice": "Test error peaks at as many features as examples, over twice that of "
        "four times as many",
    },
    measures={
        "zero_l1": "share of the useless weights that are exactly zero under L1",
        "zero_l2": "share of the useless weights that are exactly zero under L2",
        "shrunk_l2": "size of the useful weights under L2 over that of least squares",
        "mean_gap": "mean output in training mode minus that in evaluation, over its scatter",
        "scatter": "standard deviation of an output in training mode over its size in evaluation",
        "peak": "test error at as many features as examples, over that at four times as many",
        "zeroes": "which penalty sets weights to exactly zero",
    },
    predict=Predict(
        "60 features, 5 of them matter. Which penalty sets useless weights to exactly zero?",
        options=("L1", "L2", "both", "neither"),
        measure="zeroes",
    ),
    budget_s=2,
)
def main(
    run: Run,
    penalty: float = Float(0.1, 0.001, 1.0, log=True),
    p: float = Float(0.2, 0.0, 0.9, help="share that dropout sets to zero"),
    seed: int = Int(0, 0, 999),
) -> None:
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(100, 60))  # (examples, features)
    truth = np.zeros(60)
    truth[:5] = 1.0
    y = x @ truth + 0.5 * rng.normal(size=100)
    plain = np.linalg.lstsq(x, y, rcond=None)[0]
    l1 = Lasso(alpha=penalty).fit(x, y).coef_
    l2 = Ridge(alpha=penalty * 100).fit(x, y).coef_  # its loss is a sum, Lasso's a mean
    run.axes(title="Weights", x="feature", y="weight")
    for name, weights in (("L1", l1), ("L2", l2)):
        run.scatter(name, range(60), weights)
    zero = {name: float((w[5:] == 0).mean()) for name, w in (("L1", l1), ("L2", l2))}
    shrunk = float(np.abs(l2[:5]).mean() / np.abs(plain[:5]).mean())

    torch.manual_seed(seed)
    layer = torch.nn.Dropout(p)
    row, h = torch.randn(256), torch.rand(256)
    layer.train()
    passes = h.expand(2000, 256)  # each row drops other entries
    noisy = dropped(passes, p, torch.Generator().manual_seed(seed)) @ row  # (2000,)
    again, other = layer(h) @ row, layer(h) @ row
    layer.eval()
    fixed, twice = layer(h) @ row, layer(h) @ row
    spread = noisy.std().item()
    gap = (noisy.mean() - fixed).item() / max(spread, 1e-9)
    scatter = spread / abs(fixed.item())
    counts, edges = np.histogram(noisy, bins=30)
    run.axes(chart="dropout", title="One output, 2,000 passes", x="output", y="passes")
    run.histogram("training mode", counts, edges, levels=[fixed.item()], chart="dropout")

    run.axes(chart="double", x="random features", y="test error", log_x=True, log_y=True)
    errors = {}
    for features in (5, 10, 20, 30, 40, 55, 80, 160, 320):
        errors[features] = float(np.median([test_error(rng, features) for _ in range(40)]))
        run.line_points(features, {"least squares": errors[features]}, chart="double")
        run.check()

    peak = errors[40] / errors[160]
    zeroes = {(True, False): "L1", (False, True): "L2", (True, True): "both"}
    found = zeroes.get((zero["L1"] > 0.05, zero["L2"] > 0.05), "neither")
    run.measure(zero_l1=zero["L1"], zero_l2=zero["L2"], shrunk_l2=shrunk, zeroes=found)
    run.measure(mean_gap=gap, scatter=scatter, peak=peak)
    shown = f"{zero['L1']:.0%} and {zero['L2']:.0%}"
    run.claim("l1-zeroes", zero["L1"] > 0.5 and zero["L2"] == 0, shown)
    run.claim("l2-shrinks", shrunk < 0.98 and bool((l2 != 0).all()), f"{shrunk:.2f} of their size")
    keeps = spread > 0 and abs(gap) < 0.1
    run.claim("dropout-keeps-the-mean", keeps, f"{gap:+.3f} deviations off")
    stable = bool(fixed == twice) and bool(again != other)
    run.claim("evaluation-is-fixed", stable, f"scatter {scatter:.2f} of the output in training")
    run.claim("descends-twice", peak > 2, f"{peak:.1f} times")
