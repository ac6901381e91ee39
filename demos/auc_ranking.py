"""AUC is the probability of a correct ranking.

**Question.** You draw the **ROC curve**: true-positive rate against false-positive rate, one point
per threshold. AUC is the *area* under it. What does that number mean?

**Idea.** Take one random positive and one random negative. AUC is the probability that the
positive has the higher score; a tie counts one half:

    AUC = P(s⁺ > s⁻) + ½·P(s⁺ = s⁻)

It is the Mann-Whitney U statistic divided by the number of pairs (Hanley & McNeil 1982).

**Watch** the left plot roll such pairs: the share won walks to the area of the right plot. Only the
order of the scores counts. A strictly increasing transformation leaves AUC as it is, although
accuracy at a fixed threshold may collapse. Turning the sign around gives 1 − AUC: 0.3 is a good
ranker held upside down. A constant score, or one unrelated to the label, gives 0.5.

**Try** `transform=round`: it merges neighbouring scores. Increasing but not strictly, it makes ties
and AUC moves: the claim fails, as it should. `separation=0` is chance.

**What AUC does not say.** On training data it says nothing of generalisation. It knows no
threshold, no cost and no calibration: "AUC 0.9" does not mean that 90 % of decisions are right.

**Scale.** All of this is mathematics: it holds for a billion rows as for these few hundred.
"""

import numpy as np
from sklearn.metrics import accuracy_score, roc_auc_score, roc_curve

from quizapp.demo import Choice, Float, Int, Predict, Run, demo


def pairs_won(positive: np.ndarray, negative: np.ndarray) -> np.ndarray:
    """Return 1, 0.5 or 0 for each pair of scores: ranked right, tied, ranked wrong."""
    return (positive > negative) + 0.5 * (positive == negative)


SIX_LABELS = [1, 1, 1, 0, 0, 0]
SIX_SCORES = [0.9, 0.6, 0.4, 0.7, 0.4, 0.2]  # small enough to count the pairs by hand

TRANSFORMS = {
    "exp": lambda s: np.exp(3 * s),  # strictly increasing
    "squash": lambda s: 1 / (1 + np.exp(-(s - 4))),  # strictly increasing, nearly all below 0.5
    "round": np.round,  # increasing, but merges values
    "negate": np.negative,  # decreasing
}


@demo(
    topic="metrics",
    claims={
        "auc-is-pair-probability": "AUC is the share of all (positive, negative) pairs that are "
        "ranked right, ties counting one half",
        "transform-keeps-auc": "The chosen transformation of the scores leaves AUC unchanged",
        "negation-mirrors": "AUC(−s) = 1 − AUC(s)",
        "constant-is-half": "A constant score has AUC 0.5",
    },
    measures={
        "auc": "Area under the ROC curve of the raw scores",
        "share_drawn": "Share of the drawn pairs that were ranked right",
        "auc_mirrored": "AUC of the scores with their sign turned around",
        "auc_six": "AUC of positives scored 0.9, 0.6, 0.4 and negatives scored 0.7, 0.4, 0.2",
        "auc_transformed": "AUC after the transformation",
        "auc_after": "What the transformation did to AUC",
        "accuracy_half": "Accuracy of the rule score > 0.5 on the raw scores",
        "accuracy_half_transformed": "Accuracy of the rule score > 0.5 on the transformed scores",
        "auc_unrelated": "AUC of a score that ignores the label",
    },
    predict=Predict(
        "The scores are transformed as chosen. What happens to AUC?",
        options=("falls", "unchanged", "rises"),
        measure="auc_after",
    ),
    budget_s=4,
)
def main(
    run: Run,
    separation: float = Float(1.0, 0, 4, step=0.25, help="distance of the two score means"),
    n: int = Int(400, 50, 5000, log=True, help="examples, half of them positive"),
    transform: str = Choice("exp", "squash", "round", "negate"),
    draws: int = Int(3000, 200, 20000, log=True, help="pairs to roll"),
    seed: int = Int(0, 0, 999),
) -> None:
    rng = np.random.default_rng(seed)
    label = np.arange(n) % 2
    score = rng.normal(size=n) + separation * label  # (n,)
    positive = score[label == 1]  # (n/2,)
    negative = score[label == 0]  # (n/2,)
    area = roc_auc_score(label, score)

    run.axes(chart="pairs", title="Rolling pairs", x="pairs drawn", y="share ranked right")
    run.reference("area under the ROC curve", area, chart="pairs")
    run.reference("chance", 0.5, chart="pairs")
    won = pairs_won(rng.choice(positive, draws), rng.choice(negative, draws))  # (draws,)
    stride = max(1, draws // 300)
    for draw in run.steps(draws):
        if draw % stride == 0:
            run.point(draw + 1, chart="pairs", share=won[: draw + 1].mean())

    run.axes(chart="roc", title="ROC", x="false-positive rate", y="true-positive rate")
    for name, values in {"raw": score, "constant": np.zeros(n)}.items():
        fpr, tpr, _ = roc_curve(label, values)  # (thresholds,) each
        for x, y in zip(fpr, tpr, strict=True):
            run.line_points(x, {name: y}, chart="roc")

    all_pairs = pairs_won(positive[:, None], negative[None, :]).mean()  # over n/2 · n/2 pairs
    unrelated = roc_auc_score(label, rng.random(n))
    mirrored = roc_auc_score(label, -score)
    constant = roc_auc_score(label, np.ones(n))
    six = roc_auc_score(SIX_LABELS, SIX_SCORES)

    changed = TRANSFORMS[transform](score)  # (n,)
    area_changed = roc_auc_score(label, changed)
    same = abs(area_changed - area) < 1e-12
    after = "unchanged" if same else "rises" if area_changed > area else "falls"
    right = accuracy_score(label, score > 0.5)
    right_changed = accuracy_score(label, changed > 0.5)

    run.measure(auc=area, share_drawn=won.mean(), auc_unrelated=unrelated)
    run.measure(auc_mirrored=mirrored, auc_six=six)
    run.measure(auc_transformed=area_changed, auc_after=after)
    run.measure(accuracy_half=right, accuracy_half_transformed=right_changed)
    equal = abs(area - all_pairs) < 1e-12
    run.claim("auc-is-pair-probability", equal, f"area {area:.6f}, pairs {all_pairs:.6f}")
    run.claim("transform-keeps-auc", same, f"{area:.6f} before, {area_changed:.6f} after")
    run.claim("negation-mirrors", abs(area + mirrored - 1) < 1e-12, f"{area:.4f} + {mirrored:.4f}")
    run.claim("constant-is-half", constant == 0.5, f"{constant:.3f}")
