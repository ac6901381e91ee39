"""Two annotators agree on 82 %. Is that good?

**Question.** Nine in ten of your items are fine. Two annotators who never look at the text, and
say "fine" nine times in ten, agree on 0.9² + 0.1² = 82 % of them.

**Idea.** Cohen's kappa (1960) asks how much of the agreement *beyond chance* was reached:

    κ = (pₒ − pₑ) / (1 − pₑ)      pₑ = Σ_c P₁(c)·P₂(c)

pₒ is the observed agreement, pₑ that of two independent annotators with the same habits. 1 is full
agreement, 0 is chance, below 0 is worse.

**Watch** items arrive one by one. Two guessers have a high agreement and κ near 0. Two readers, who
each see the truth with probability `skill`, have a κ that says something.

**The paradox.** κ depends on the prevalence: the same two readers get a higher κ on a balanced
sample (Feinstein & Cicchetti 1990). So report the agreement and the class shares with it, and
label a sample enriched with the rare class. The words "fair" or "substantial" for ranges of κ
(Landis & Koch 1977) are a convention.

**Ceiling.** Labels with errors cap every score: a *perfect* model, graded by one reader, only gets
the reader's accuracy. The majority of three readers is a better key.

**Try** `fine=0.5`: guessers agree on half, and this sample is the balanced one, so the first and
the third claim fail; that κ unmasks the guessers still holds. `skill=0.5`: the readers guess too.

**Scale.** Simulated annotators with independent errors. Real errors are correlated (the same hard
items, the same unclear guideline), so a real majority helps less. The same κ validates an LLM
judge against people.
"""

import numpy as np
from sklearn.metrics import cohen_kappa_score

from quizapp.demo import Float, Int, Predict, Run, demo


def read(truth: np.ndarray, readers: int, skill: float, rng: np.random.Generator) -> np.ndarray:
    """Return (readers, items) labels, each right with probability `skill`."""
    wrong = rng.random((readers, len(truth))) > skill  # (readers, items)
    return truth ^ wrong


def agreement(a: np.ndarray, b: np.ndarray) -> tuple[float, float]:
    """Return the observed agreement pₒ of two annotators, and their κ."""
    return (a == b).mean(), cohen_kappa_score(a, b)


def by_chance(a: np.ndarray, b: np.ndarray) -> float:
    """Return pₑ, how often two annotators with these habits would agree by chance."""
    return a.mean() * b.mean() + (1 - a.mean()) * (1 - b.mean())


@demo(
    topic="llm-evaluation",
    claims={
        "guessers-agree": "Two annotators who never read agree on more than 75 % of the items",
        "kappa-unmasks-them": "Their kappa stays within 0.08 of zero",
        "kappa-needs-balance": "The same two readers' kappa is 0.1 higher on a balanced sample",
        "kappa-by-hand": "(pₒ − pₑ) / (1 − pₑ) is scikit-learn's kappa of the readers",
        "labels-cap-scores": "Graded by one reader, a perfect model scores within 0.02 of that "
        "reader's accuracy, and higher against the majority of three",
    },
    measures={
        "agreement_guessers": "Agreement of two guessers",
        "kappa_guessers": "Cohen's kappa of two guessers",
        "agreement_readers": "Agreement of two readers",
        "chance_readers": "Agreement of two readers by chance, pₑ",
        "kappa_readers": "Cohen's kappa of two readers",
        "kappa_balanced": "Cohen's kappa of the same readers on a balanced sample",
        "kappa_half_width": "Half width of the readers' kappa from 200 items, 95 % bootstrap",
        "perfect_model_one": "Score of a perfect model against one reader's labels",
        "perfect_model_three": "Score of a perfect model against the majority of three readers",
        "higher": "Which sample gives the readers the higher kappa",
    },
    predict=Predict(
        "The same two readers label this sample and a balanced one. Where is kappa higher?",
        options=("this sample", "balanced", "equal"),
        measure="higher",
    ),
    budget_s=5,
)
def main(
    run: Run,
    fine: float = Float(0.9, 0.5, 0.98, step=0.02, help="share of items whose true label is fine"),
    skill: float = Float(0.9, 0.5, 1, step=0.02, help="probability that a reader is right"),
    items: int = Int(2000, 100, 20000, log=True),
    seed: int = Int(0, 0, 999),
) -> None:
    rng = np.random.default_rng(seed)
    truth = rng.random(items) > fine  # (items,) True: not fine
    guess_1, guess_2 = rng.random((2, items)) > fine  # (items,) each, without reading
    labels = read(truth, 3, skill, rng)  # (3, items)
    balanced = read(np.arange(items) % 2 == 0, 2, skill, rng)  # (2, items)

    run.axes(title="Items arrive", x="items labelled", y="agreement or kappa", log_x=True)
    run.reference("chance", 0.0)
    stops = np.unique(np.geomspace(50, items, 60).astype(int))
    for i in run.steps(len(stops)):
        n = stops[i]
        agree, kappa = agreement(guess_1[:n], guess_2[:n])
        run.line_points(n, {"guessers agree": agree, "guessers kappa": kappa})
        agree, kappa = agreement(labels[0, :n], labels[1, :n])
        run.line_points(n, {"readers agree": agree, "readers kappa": kappa})

    agree_guess, kappa_guess = agreement(guess_1, guess_2)
    agree_read, kappa_read = agreement(labels[0], labels[1])
    kappa_even = cohen_kappa_score(balanced[0], balanced[1])
    picks = rng.integers(0, items, (200, min(items, 200)))  # 200 bootstrap samples
    spread = [cohen_kappa_score(labels[0, p], labels[1, p]) for p in picks]
    low, high = np.percentile(spread, [2.5, 97.5])

    majority = labels.sum(axis=0) >= 2  # (items,)
    one = (labels[0] == truth).mean()
    three = (majority == truth).mean()
    higher = "balanced" if kappa_even > kappa_read else "this sample"
    if abs(kappa_even - kappa_read) < 0.05:
        higher = "equal"

    run.measure(agreement_guessers=agree_guess, kappa_guessers=kappa_guess)
    run.measure(agreement_readers=agree_read, kappa_readers=kappa_read, kappa_balanced=kappa_even)
    run.measure(kappa_half_width=(high - low) / 2, higher=higher)
    run.measure(perfect_model_one=one, perfect_model_three=three)
    run.claim("guessers-agree", agree_guess > 0.75, f"{agree_guess:.1%}")
    run.claim("kappa-unmasks-them", abs(kappa_guess) < 0.08, f"kappa {kappa_guess:.3f}")
    shown = f"{kappa_even:.3f} balanced, {kappa_read:.3f} here"
    run.claim("kappa-needs-balance", kappa_even > kappa_read + 0.1, shown)
    chance = by_chance(labels[0], labels[1])
    by_hand = (agree_read - chance) / (1 - chance)
    run.measure(chance_readers=chance)
    shown = f"{by_hand:.3f} by hand, {kappa_read:.3f} by scikit-learn"
    run.claim("kappa-by-hand", abs(by_hand - kappa_read) < 1e-6, shown)
    capped = abs(one - skill) < 0.02 and three > one
    run.claim("labels-cap-scores", capped, f"{one:.3f} by one reader, {three:.3f} by three")
