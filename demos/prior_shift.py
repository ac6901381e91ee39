"""Oversampling a rare class: what it buys and what it breaks.

**Question.** One patient in 200 has a disease. You train on a set in which one in five has it. What
may you believe of the predicted probabilities, and of the precision you measure?

**Idea.** Trained on a mix with prior π′ where the world has π, a calibrated model's odds are too
large by the ratio of the prior odds. Divide by it:

    odds = odds′ · [π / (1 - π)] / [π′ / (1 - π′)]

Precision depends on the mix in which it is measured:

    precision = π·recall / (π·recall + (1 - π)·false alarm rate)

**Watch** the mean predicted probability in the population against the true share, before and after
the correction; then precision of the same model at the training mix and in the population. Further
*real* cases teach more than copies of the few there were.

**Try** until a claim fails. `share=0.005`: the mix is the world's, nothing needs correcting.
`first_cases=1000`: the few are many, and copies of them do as well.

**Real scale.** Saerens, Latinne and Decaestecker (Neural Computation 14(1), 2002) give the
correction, also for an unknown π. Here both classes are Gaussian, and the sick differ only by
where they lie; a real disease has kinds that no case showed.
"""

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, precision_score

from quizapp.demo import Float, Int, Predict, Run, demo

RARE = 0.005  # π
FEATURES = 40


def patients(rng: np.random.Generator, well: int, sick: int) -> tuple[np.ndarray, np.ndarray]:
    """Return features (well + sick, FEATURES) and who is sick (well + sick,)."""
    y = np.arange(well + sick) >= well
    x = rng.normal(size=(well + sick, FEATURES))
    x[:, :8] += y[:, None]  # eight features differ by one standard deviation
    return x, y


def corrected(probability: np.ndarray, trained: float, real: float) -> np.ndarray:
    """Return probabilities for the prior `real` of a model trained at the prior `trained`."""
    odds = probability / (1 - probability)
    odds *= (real / (1 - real)) / (trained / (1 - trained))
    return odds / (1 + odds)


@demo(
    topic="data",
    claims={
        "too-sure": "The mean predicted probability is over four times the true share",
        "correction-restores": "Corrected, it is within a half of the true share",
        "mix-flatters-precision": "Precision at the training mix is over twice that in the "
        "population",
        "new-cases-beat-copies": "Further real cases give a higher average precision than copies",
    },
    measures={
        "truth": "true share of the sick in the population",
        "believed": "mean predicted probability in the population",
        "believed_corrected": "mean predicted probability after the correction",
        "precision_mix": "precision at the training mix, threshold one half",
        "precision_real": "precision in the population, same threshold",
        "ap_new": "average precision in the population, further real cases",
        "ap_copies": "average precision in the population, copies of the first cases",
        "belief": "what the model believes about how common the disease is",
    },
    formulas=("truth",),
    predict=Predict(
        "Trained with one sick in five, used where it is one in 200: the mean prediction is ...",
        options=("about right", "too high", "too low"),
        measure="belief",
    ),
    budget_s=4,
)
def main(
    run: Run,
    share: float = Float(0.2, 0.005, 0.5, help="share of the sick in the training set, π′"),
    first_cases: int = Int(20, 5, 1000, log=True, help="cases there were at first"),
    cases: int = Int(1000, 100, 2000, log=True, help="cases in the training set"),
    seed: int = Int(0, 0, 999),
) -> None:
    rng = np.random.default_rng(seed)
    well = round(cases * (1 - share) / share)
    x, y = patients(rng, well, cases)
    population, sick = patients(rng, 79_600, 400)  # π = 0.005
    same_mix, same_sick = patients(rng, 8_000, round(8_000 * share / (1 - share)))
    few = np.resize(np.arange(well, well + first_cases), cases)  # the first cases, repeated
    copies = np.concatenate([np.arange(well), few])
    sets = {"further real cases": np.arange(well + cases), "copies": copies}

    run.axes(x="cases in the training set", y="average precision in the population", log_x=True)
    precision = {}  # by set, average precision
    run.progress(2 * 4)
    for name, rows in sets.items():
        for count in np.geomspace(max(first_cases, 10), cases, 4).astype(int):
            run.step()
            chosen = np.concatenate([rows[:well], rows[well : well + count]])
            model = LogisticRegression(max_iter=500).fit(x[chosen], y[chosen])
            ranked = model.decision_function(population)
            precision[name] = average_precision_score(sick, ranked)
            run.line_points(int(count), {name: precision[name]})

    model = LogisticRegression(max_iter=500).fit(x, y)
    probability = model.predict_proba(population)[:, 1]  # (80,000,)
    believed = probability.mean()
    repaired = corrected(probability, share, RARE).mean()
    at_mix = precision_score(same_sick, model.predict(same_mix))
    in_population = precision_score(sick, probability > 0.5)
    belief = "too high" if believed > 2 * RARE else "about right"
    if believed < RARE / 2:
        belief = "too low"

    means = {"trained": believed, "corrected": repaired, "true": RARE}
    run.bars("mean probability of disease", means, chart="belief")
    run.measure(truth=RARE, believed=believed, believed_corrected=repaired, belief=belief)
    run.measure(precision_mix=at_mix, precision_real=in_population)
    run.measure(ap_new=precision["further real cases"], ap_copies=precision["copies"])
    run.claim("too-sure", believed > 4 * RARE, f"{believed:.2%} against {RARE:.2%}")
    restored = RARE / 2 < repaired < 1.5 * RARE
    run.claim("correction-restores", restored, f"{repaired:.2%} against {RARE:.2%}")
    flatters = at_mix > 2 * in_population
    run.claim("mix-flatters-precision", flatters, f"{at_mix:.0%} against {in_population:.0%}")
    new, copied = precision.values()
    run.claim("new-cases-beat-copies", new > copied + 0.03, f"{new:.0%} against {copied:.0%}")
