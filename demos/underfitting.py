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
    },
    measures={
        "simple_500": "mean squared error of the simple model, 500 points",
        "simple_50000": "mean squared error of the simple model, 50,000 points",
        "flexible_500": "mean squared error of degree 9, 500 points",
        "wiggly_20": "mean squared error of degree 15, 20 points",
        "wiggly_50000": "mean squared error of degree 15, 50,000 points",
        "narrow": "loss on unseen text, narrow adapter, 64 documents, nats per token",
        "narrow_more": "the same, 512 documents",
        "wide": "the same, wide adapter, 64 documents",
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
    draw = np.random.default_rng(seed)
    x = draw.uniform(-2, 2, (55000, 1))
    y = np.sin(2 * x[:, 0]) + x[:, 0] ** 2 + draw.normal(0, NOISE, 55000)
    run.axes(x="training points", y="mean squared error", log_x=True, log_y=True)
    run.reference("noise", NOISE**2)
    run.axes(chart="lora", x="step", y="training loss (nats per token)")
    errors = {}
    progress = run.steps(len(SIZES) + len(ADAPTERS) * steps)
    for n in SIZES:
        next(progress)
        for name, power in (("simple", degree), ("degree 9", 9), ("degree 15", 15)):
            model = make_pipeline(PolynomialFeatures(power), StandardScaler(), LinearRegression())
            model.fit(x[:n], y[:n])
            errors[name, n] = np.mean((model.predict(x[50000:]) - y[50000:]) ** 2).item()
            run.line_points(n, {name: errors[name, n]})

    base, tokenizer = tinyworld.load(device=run.device)
    train = tinyworld.documents("clinic", 512, seed=seed)
    unseen = tinyworld.documents("clinic", 48, seed=1000 + seed)
    ends = {}
    for name, (rank, count) in ADAPTERS.items():
        torch.manual_seed(seed)
        targets = "all-linear" if name == "wide" else ["q_proj"]
        config = LoraConfig(r=rank, lora_alpha=2 * rank, target_modules=targets)
        adapted = get_peft_model(copy.deepcopy(base), config).train()
        trained = [p for p in adapted.parameters() if p.requires_grad]
        optimizer = torch.optim.AdamW(trained, lr=1e-2, weight_decay=0.0)
        for step in range(steps):
            next(progress)
            texts = [train[(8 * step + i) % count] for i in range(8)]
            loss = adapted(**tinyworld.batch(tokenizer, texts, run.device)).loss  # (8, T) ids
            loss.backward()
            optimizer.step()
            optimizer.zero_grad()
            run.line_points(step, {name: loss.item()}, chart="lora")
        ends[name] = tinyworld.loss(adapted, tokenizer, unseen)
    next(progress, None)  # the progress bar reaches its end

    few, many = errors["simple", 500], errors["simple", 50000]
    found = {"simple_500": few, "simple_50000": many, "flexible_500": errors["degree 9", 500]}
    found |= {f"wiggly_{n}": errors["degree 15", n] for n in (20, 50000)}
    for name, value in (found | ends).items():
        run.measure(name, value)
    run.measure("gain", "hardly changes" if many > 0.85 * few else "falls")
    run.claim("data-do-not-help", many > 0.85 * few, f"{few:.3f} to {many:.3f}")
    ratio, cured = found["flexible_500"] / few, found["wiggly_20"] / found["wiggly_50000"]
    run.claim("capacity-helps", ratio < 0.1, f"{ratio:.3f} of it")
    run.claim("data-cure-variance", cured > 3, f"{cured:.1f} times better")
    shown = f"{ends['narrow_more']:.2f} with data, {ends['wide']:.2f} with width"
    run.claim("lora-twin", ends["wide"] < ends["narrow_more"] - 0.1, shown)
