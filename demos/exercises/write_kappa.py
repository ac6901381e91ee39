"""Write Cohen's kappa.

**Exercise.** Two annotators label the same items. Return how much of the agreement beyond chance
they reached:

    κ = (pₒ − pₑ)/(1 − pₑ)        pₑ = Σ_c P₁(c)·P₂(c)

pₒ is the share of items with equal labels, P₁(c) and P₂(c) how often each annotator uses label c.
If chance alone agrees on everything, κ is undefined: return NaN. The judge is scikit-learn.
"""

import warnings

import numpy as np
from sklearn.metrics import cohen_kappa_score

from quizapp.demo import Code, Int, Run, Solution, demo

STARTER = '''
def cohen_kappa(first, second):
    """Return Cohen's kappa of two annotators.

    first, second: lists of labels (texts), one per item, equally long
    """
    return sum(a == b for a, b in zip(first, second)) / len(first)
'''


def cohen_kappa(first, second):
    """Return Cohen's kappa of two annotators."""
    items = len(first)
    observed = sum(a == b for a, b in zip(first, second, strict=True)) / items
    labels = set(first) | set(second)
    # counts are whole numbers, so that full agreement by chance is recognised exactly
    chance = sum(first.count(c) * second.count(c) for c in labels)
    if chance == items**2:
        return float("nan")
    chance /= items**2
    return (observed - chance) / (1 - chance)


def sklearn_kappa(first: list[str], second: list[str]) -> float:
    """Return what scikit-learn gives, without its warning that kappa is undefined."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return cohen_kappa_score(first, second)


@demo(
    topic="write-evaluation",
    claims={
        "equals-sklearn": "Equals scikit-learn's kappa, each annotator having habits of their own",
        "own-labels": "A label that only one annotator uses is no error and no agreement",
        "below-chance": "Less agreement than chance gives a negative kappa",
        "undefined": "Two annotators who give everything the same label: NaN, not 0 or 1",
    },
    measures={"error": "Difference from scikit-learn's kappa"},
    budget_s=1,
)
def main(
    run: Run,
    solution: Solution = Code(entry="cohen_kappa", starter=STARTER),
    seed: int = Int(0, 0, 999),
) -> None:
    rng = np.random.default_rng(seed)
    items = 60 + seed % 13
    names = np.array(["harmless", "rude", "unsafe"])

    def annotators(*share: float) -> tuple[list[str], list[str]]:
        """Return two lists of labels: the second copies some of the first and guesses others."""
        first = rng.choice(names, items, p=share)
        guess = rng.choice(names, items, p=share[::-1])
        second = np.where(rng.random(items) < 0.4, first, guess)
        return first.tolist(), second.tolist()

    with run.judge("equals-sklearn") as judge:
        for share in ((0.7, 0.2, 0.1), (0.25, 0.15, 0.6)):
            first, second = annotators(*share)
            theirs = sklearn_kappa(first, second)
            with judge.unchanged(first=first, second=second):
                yours = solution(first, second)
            observed = np.mean(np.equal(first, second))
            pooled = sum((((first + second).count(c)) / (2 * items)) ** 2 for c in names)
            own = sum((first.count(c) / items) ** 2 for c in names)
            mistakes = {
                "is this the agreement without chance?": observed,
                "is chance one over the number of labels?": (observed - 1 / 3) / (2 / 3),
                "is chance taken from both annotators' labels thrown together?": (
                    (observed - pooled) / (1 - pooled)
                ),
                "is chance taken from one annotator only?": (observed - own) / (1 - own),
                "is the division by 1 − pₑ missing?": theirs * (1 - _chance(first, second)),
            }
            judge.equal(yours, theirs, within=1e-6, by="scikit-learn", mistakes=mistakes)
        run.measure(error=abs(yours - theirs))

    with run.judge("own-labels") as judge:
        first, second = annotators(0.5, 0.3, 0.2)
        spam = ["spam" if rng.random() < 0.3 else label for label in second]
        for name, pair in (("the second", (first, spam)), ("the first", (spam, first))):
            yours, theirs = solution(*pair), sklearn_kappa(*pair)
            judge.equal(
                yours, theirs, within=1e-6, by="scikit-learn", of=f"only {name} uses a label"
            )

    with run.judge("below-chance") as judge:
        turned = [{"harmless": "rude", "rude": "harmless"}.get(label, label) for label in first]
        yours, theirs = solution(first, turned), sklearn_kappa(first, turned)
        mistakes = {
            "is it cut off at 0?": 0.0,
            "is the sign lost?": abs(theirs),
        }
        judge.equal(yours, theirs, within=1e-6, by="scikit-learn", mistakes=mistakes)

    with run.judge("undefined") as judge:
        for count in (items, 7):
            same = ["harmless"] * count
            judge.equal(solution(same, list(same)), sklearn_kappa(same, same), by="scikit-learn")


def _chance(first: list[str], second: list[str]) -> float:
    """Return how often annotators with these habits agree by chance."""
    return sum(first.count(c) * second.count(c) for c in set(first)) / len(first) ** 2
