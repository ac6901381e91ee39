"""Underfitting is not cured by data.

**Question.** The error is high on training *and* validation data. Will more data help?

**Idea.** The expected error splits into noise, bias and variance. Only variance falls with n:

    error = σ² + bias² + variance        variance ≈ parameters · σ² / n

A model that cannot express the rule has bias: more data only pin down the best *wrong* answer.
What helps is capacity, better inputs, or, if the run was too short, more steps.

**Watch** three polynomials learn y = sin(2x) + x² + noise. The line runs into a plateau. Degree 15
is worst with few points and good with many: overfitting, which data cure. Then LoRA: rank 1 on
the query projections, also with 8 times the documents, against rank 8 on all layers.

**At real scale.** The split: Hastie, Tibshirani, Friedman, *The Elements of Statistical Learning*,
chapter 7. In an LLM capacity means rank, targets or a larger base. First rule out a short run.

**Try** `degree = 9` as the simple model: it is not too simple and a claim fails.
"""

import copy

import numpy as np
import tinyworld
import torch
from peft import LoraConfig, get_peft_model
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import PolynomialFeatures, StandardScaler

from quizapp.demo import Int, Predict, Run, demo


def polynomial(degree: int):
    return make_pipeline(PolynomialFeatures(degree), StandardScaler(), LinearRegression())


def observe(count: int, draw: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return x (count, 1) and y = sin(2x) + x² + noise (count,)."""
    x = draw.uniform(-2, 2, (count, 1))
    return x, np.sin(2 * x[:, 0]) + x[:, 0] ** 2 + draw.normal(0, NOISE, count)


SIZES = (20, 50, 200, 500, 2000, 10000, 50000)
NOISE = 0.1  # its standard deviation
ADAPTERS = {"narrow": (1, 64), "narrow_more": (1, 512), "wide": (8, 64)}  # rank, documents


@demo(
    topic="debugging",
    claims={
        "data-do-not-help": "100 times the data lowers the simple model's error by less than 15 %",
        "capacity-helps": "On 500 points degree 9 has under a tenth of the simple model's error",
        "data-cure-variance": "Degree 15 is at least 3 times better on 50,000 points than on 20",
        "lora-twin": "A wider adapter gains more than 8 times the data for the narrow one",
        "time-gains-less": "The second half of the run gains the narrow adapter less than half of "
        "what width gains",
    },
    measures={
        "simple_500": "mean squared error of the simple model, 500 points",
        "simple_50000": "mean squared error of the simple model, 50,000 points",
        "flexible_500": "mean squared error of degree 9, 500 points",
        "wiggly_20": "mean squared error of degree 15, 20 points",
        "wiggly_50000": "mean squared error of degree 15, 50,000 points",
        "narrow": "loss on unseen text, narrow adapter, 64 documents, nats per token",
        "narrow_more": "loss on unseen text, narrow adapter, 512 documents, nats per token",
        "wide": "loss on unseen text, wide adapter, 64 documents, nats per token",
        "narrow_half": "loss on unseen text, narrow adapter, halfway through its run",
        "gain": "what 100 times the data does to the simple model's error",
    },
    predict=Predict(
        "A straight line underfits. It gets 50,000 instead of 500 points. Its test error ...",
        options=("falls", "hardly changes"),
        measure="gain",
    ),
    budget_s=6,
)
def main(
    run: Run,
    degree: int = Int(1, 1, 15, help="degree of the simple model; 1 is a straight line"),
    steps: int = Int(80, 20, 300, step=20, help="updates of each adapter"),
    seed: int = Int(0, 0, 999),
) -> None:
    x, y = observe(55_000, np.random.default_rng(seed))
    test_x, test_y = x[50_000:], y[50_000:]
    degrees = {"simple": degree, "degree 9": 9, "degree 15": 15}
    run.axes(x="training points", y="mean squared error", log_x=True, log_y=True)
    run.reference("noise", NOISE**2)
    run.axes(chart="lora", x="step", y="training loss (nats per token)")
    errors = {}  # (model, points) -> mean squared error
    run.progress(len(SIZES) + len(ADAPTERS) * steps)
    for n in SIZES:
        run.step()
        for name, power in degrees.items():
            predicted = polynomial(power).fit(x[:n], y[:n]).predict(test_x)  # (5000,)
            errors[name, n] = np.mean((predicted - test_y) ** 2).item()
            run.line_points(n, {name: errors[name, n]})

    base, tokenizer = tinyworld.load(device=run.device)
    train = tinyworld.documents("clinic", 512, seed=seed)
    unseen = tinyworld.documents("clinic", 48, seed=1000 + seed)
    ends = {}
    for name, (rank, count) in ADAPTERS.items():
        torch.manual_seed(seed)
        targets = "all-linear" if name == "wide" else ["q_proj"]
        config = LoraConfig(r=rank, lora_alpha=2 * rank, target_modules=targets)
        adapted = get_peft_model(copy.deepcopy(base), config)
        texts = [train[i % count] for i in range(8 * steps)]
        batches = tinyworld.batches(tokenizer, texts, 8, run.device)  # (8, T)
        for step, loss in enumerate(tinyworld.train(adapted, batches, 1e-2)):
            run.step()
            run.line_points(step, {name: loss}, chart="lora")
            if name == "narrow" and step + 1 == steps // 2:
                halfway = tinyworld.loss(adapted, tokenizer, unseen)
        ends[name] = tinyworld.loss(adapted, tokenizer, unseen)

    few = errors["simple", 500]
    many = errors["simple", 50000]
    flexible = errors["degree 9", 500]
    wiggly_few = errors["degree 15", 20]
    wiggly_many = errors["degree 15", 50000]
    gain = "hardly changes" if many > 0.85 * few else "falls"

    run.measure(simple_500=few, simple_50000=many, flexible_500=flexible, gain=gain)
    run.measure(wiggly_20=wiggly_few, wiggly_50000=wiggly_many, **ends)
    run.measure(narrow_half=halfway)
    run.claim("data-do-not-help", many > 0.85 * few, f"{few:.3f} to {many:.3f}")
    run.claim("capacity-helps", flexible / few < 0.1, f"{flexible / few:.3f} of it")
    cured = wiggly_few / wiggly_many
    run.claim("data-cure-variance", cured > 3, f"{cured:.1f} times better")
    shown = f"{ends['narrow_more']:.2f} with data, {ends['wide']:.2f} with width"
    run.claim("lora-twin", ends["wide"] < ends["narrow_more"] - 0.1, shown)
    by_time = halfway - ends["narrow"]
    by_width = ends["narrow"] - ends["wide"]
    shown = f"{by_time:.2f} by time, {by_width:.2f} by width"
    run.claim("time-gains-less", by_time < 0.5 * by_width, shown)
