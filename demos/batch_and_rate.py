"""Batch up, rate up?

**Question.** The batch grows. By how much must the learning rate grow, and where does that end?

**Idea.** A larger batch makes a step more reliable, so the step may be larger, and it has to be: an
epoch has fewer of them.

    SGD:  η ∝ B              Adam:  η ∝ √B             both only below the critical batch size

Adam divides the gradient by its own size, noise included. Where noise dominates, its size falls as
1/√B, which is why the rate of Adam grows with the root. Above the critical batch the gradient is
clear already, and no rate makes up for the missing steps.

**Watch** one curve per batch: the loss after the *same number of texts* over the rate. The minimum
moves to the right as the batch grows, by less than the batch, and it moves up.

**Try** `texts=512`: more steps each, and the large batch catches up a little.

**Papers.** Linear: Goyal et al. (arXiv 1706.02677), SGD on images. Root for Adam: Malladi et al.
(arXiv 2205.10287). Critical batch size: McCandlish et al. (arXiv 1812.06162). Measure it for your
run: the factor depends on noise, schedule and on how many steps are left.
"""

import copy

import numpy as np
import tinyworld

from quizapp.demo import Int, Predict, Run, demo


def best_rate(rates, losses):
    """Return the rate at the minimum of a parabola through the lowest point and its neighbours.

    Rates are compared by their logarithm, losses too: both matter by factors.
    """
    lowest = int(np.clip(np.argmin(losses), 1, len(rates) - 2))
    near = slice(lowest - 1, lowest + 2)
    a, b, _ = np.polyfit(np.log(rates[near]), np.log(losses[near]), 2)
    inside = (
        np.clip(-b / (2 * a), *np.log(rates[near])[[0, -1]]) if a > 0 else np.log(rates[lowest])
    )
    return float(np.exp(inside))


BATCHES = (2, 16)
RATES = np.array([1e-3, 2e-3, 4e-3, 8e-3, 1.6e-2])


@demo(
    topic="optimisation",
    claims={
        "rate-rises": "The best rate of batches of 16 is higher than that of batches of 2",
        "less-than-linear": "It is less than 6 times as high: the batch grew 8 times",
        "steps-are-missed": "At its own best rate the largest batch still ends above the smallest",
    },
    measures={
        "best_2": "best rate for batches of 2",
        "best_16": "best rate for batches of 16",
        "growth": "best rate of batches of 16 over that of batches of 2",
        "loss_2": "lowest loss on unseen texts, batches of 2, nats per token",
        "loss_16": "lowest loss on unseen texts, batches of 16, nats per token",
        "same_rate": "loss of batches of 16 at the rate that was best for batches of 2",
        "factor": "by which factor the best rate grew while the batch grew 8 times",
    },
    predict=Predict(
        "AdamW, the batch grows 8 times, the number of texts stays. How does the best rate grow?",
        options=("not at all", "by less than 8", "by 8 or more"),
        measure="factor",
    ),
    budget_s=6,
)
def main(run: Run, texts: int = Int(96, 32, 512, step=32), seed: int = Int(0, 0, 999)) -> None:
    base, tokenizer = tinyworld.load(device=run.device)
    train = tinyworld.documents("clinic", texts, seed=seed)
    unseen = tinyworld.documents("clinic", 32, seed=1000 + seed)
    run.axes(x="learning rate", y="loss on unseen texts (nats per token)", log_x=True, log_y=True)

    curves = {}  # batch -> (rates,): loss after all texts
    run.progress(len(RATES) * sum(texts // size for size in BATCHES))
    for size in BATCHES:
        batches = list(tinyworld.batches(tokenizer, train, size, run.device))  # (size, T) each
        ends = []
        for rate in RATES:
            model = copy.deepcopy(base)
            for _ in tinyworld.train(model, batches, float(rate)):
                run.step()
            ends.append(tinyworld.loss(model, tokenizer, unseen))
            run.line_points(rate, {f"batch {size}": ends[-1]})
        curves[size] = np.array(ends)

    best = {size: best_rate(RATES, losses) for size, losses in curves.items()}
    growth = best[16] / best[2]
    lowest = {size: losses.min() for size, losses in curves.items()}
    same = curves[16][np.argmin(curves[2])]
    factor = "by less than 8" if growth < 8 else "by 8 or more"
    run.measure(**{f"best_{size}": rate for size, rate in best.items()}, growth=growth)
    run.measure(loss_2=lowest[2], loss_16=lowest[16], same_rate=same)
    run.measure(factor="not at all" if growth < 1.2 else factor)
    shown = ", ".join(f"{size}: {rate:.1e}" for size, rate in best.items())
    run.claim("rate-rises", growth > 1, shown)
    run.claim("less-than-linear", growth < 6, f"{growth:.1f} times")
    shown = f"{lowest[2]:.2f} and {lowest[16]:.2f}"
    run.claim("steps-are-missed", lowest[16] > lowest[2], shown)
