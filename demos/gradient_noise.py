"""Gradient noise falls as 1/B.

**Question.** Why not a batch of one text, and why not the whole data set?

**Idea.** The gradient of a batch is a mean over B independent texts. Its expectation is the true
gradient G; its variance is that of one text divided by B:

    E‖g_B − G‖² = tr(Σ) / B          relative: (tr(Σ) / ‖G‖²) / B = 𝓑 / B

𝓑 = tr(Σ)/‖G‖² is the *simple noise scale*. At B ≪ 𝓑 a batch is mostly noise and doubling it nearly
halves the number of steps. At B ≫ 𝓑 the gradient is clear and a larger batch costs compute for
nothing. The error itself falls as 1/√B: four times the batch halves it.

**Watch** a straight line of slope −1 on two logarithmic axes. Then the second line, after some
training: the true gradient has shrunk more than the differences between texts, so 𝓑 has grown.

**At real scale.** McCandlish et al. (arXiv 1812.06162) measure it for many tasks: from thousands
of images to millions of time steps of a game. The 1/B law holds for any model. The value here
says nothing about a large one.

**Try** `repeats = 4`: with so few draws the estimate is noisy and claims can fail.
"""

import random
from collections.abc import Iterable, Iterator
from statistics import fmean

import tinyworld
import torch

from quizapp.demo import Float, Int, Model, Predict, Run, demo


def relative_variance(draws: Iterable[torch.Tensor], true: torch.Tensor) -> float:
    """Return E‖g − G‖² / ‖G‖² over gradients drawn, each (parameters,)."""
    return fmean(((g - true).norm() / true.norm()).item() ** 2 for g in draws)


def gradient(model: torch.nn.Module, tokenizer: object, texts: list[str]) -> torch.Tensor:
    """Return the gradient of the mean loss of texts as one vector, (parameters,)."""
    device = str(next(model.parameters()).device)
    model(**tinyworld.batch(tokenizer, texts, device)).loss.backward()
    flat = torch.cat([p.grad.flatten() for p in model.parameters() if p.grad is not None])
    model.zero_grad()
    return flat


SIZES = (1, 4, 16, 64)


@demo(
    topic="optimisation",
    claims={
        "one-over-b": "Relative variance times B is the same for B = 1, 4, 16, 64 within 50 %",
        "four-halves": "Four times the batch halves the gradient's error, within 20 %",
        "scale-grows": "After training the noise scale is at least twice as large",
    },
    measures={
        "variance_1": "relative variance of the gradient of one text, before training",
        "variance_4": "relative variance, batches of 4",
        "variance_16": "relative variance, batches of 16",
        "variance_64": "relative variance, batches of 64",
        "error_ratio": "relative error of the gradient at B = 4 over that at B = 16",
        "noise_scale": "simple noise scale before training, texts",
        "noise_scale_after": "simple noise scale after training, texts",
        "spread": "largest over smallest B times relative variance",
        "error_is": "what four times the batch does to the gradient's error",
    },
    predict=Predict(
        "The batch grows from 4 to 16 texts. The error of the gradient ...",
        options=("stays", "halves", "falls to a quarter", "falls to a sixteenth"),
        measure="error_is",
    ),
    budget_s=10,
    token_passes=880_000,
    model_copies=6,
    trained_texts=64,
    bundled_claims=("scale-grows",),
)
def main(
    run: Run,
    repeats: int = Int(24, 4, 100, help="batches drawn for each size"),
    train_steps: int = Int(40, 0, 200, step=10, help="updates before the second measurement"),
    learning_rate: float = Float(3e-3, 1e-5, 0.1, log=True),
    model: str = Model(),
    seed: int = Int(0, 0, 999),
) -> None:
    tuned, tokenizer = tinyworld.load(model, run.device)
    pool = tinyworld.documents("clinic", 512, seed=seed)
    draw = random.Random(seed)
    run.axes(x="batch size B (texts)", y="E‖g − G‖² / ‖G‖²", log_x=True, log_y=True)
    run.reference("as large as the gradient itself", 1.0)
    run.axes(chart="mean", x="texts averaged", y="norm of the mean gradient")
    run.progress(2 * len(SIZES) * repeats + train_steps)

    def draws(size: int) -> Iterator[torch.Tensor]:
        """Give the gradients of random batches, one at a time: each is as large as the model."""
        for _ in range(repeats):
            run.step()
            yield gradient(tuned, tokenizer, draw.choices(pool, k=size))

    def variances(when: str) -> dict[int, float]:
        """Return the relative variance of the gradient by batch size."""
        total = 0
        for part, first in enumerate(range(0, len(pool), 64), 1):
            total = total + gradient(tuned, tokenizer, pool[first : first + 64])
            true = total / part  # (parameters,)
            run.line_points(first + 64, {when: true.norm().item()}, chart="mean")
        found = {}
        for size in SIZES:
            found[size] = relative_variance(draws(size), true)
            run.line_points(size, {when: found[size]})
        return found

    before = variances("before training")
    chosen = (draw.sample(pool, 16) for _ in range(train_steps))
    batches = (tinyworld.batch(tokenizer, texts, run.device) for texts in chosen)  # (16, T)
    for _ in tinyworld.train(tuned, batches, learning_rate):
        run.step()
    after = variances("after training")

    scaled = [size * variance for size, variance in before.items()]  # 𝓑, estimated at each B
    scaled_after = [size * variance for size, variance in after.items()]
    scale = sum(scaled) / len(SIZES)
    scale_after = sum(scaled_after) / len(SIZES)
    spread = max(scaled) / min(scaled)
    ratio = (before[4] / before[16]) ** 0.5
    words = {1: "stays", 2: "halves", 4: "falls to a quarter", 16: "falls to a sixteenth"}
    nearest = min(words, key=lambda factor: abs(factor - ratio))

    run.measure(**{f"variance_{size}": variance for size, variance in before.items()})
    run.measure(noise_scale=scale, noise_scale_after=scale_after, spread=spread)
    run.measure(error_ratio=ratio, error_is=words[nearest])
    run.claim("one-over-b", spread < 1.5, ", ".join(f"{value:.2f}" for value in scaled))
    run.claim("four-halves", 1.6 < ratio < 2.4, f"error falls by a factor of {ratio:.2f}")
    run.claim("scale-grows", scale_after > 2 * scale, f"{scale:.1f} to {scale_after:.1f} texts")
