"""Calibration: confidence is not accuracy.

**Question.** A classifier says "90 % sure". How often is it right when it says so?

**Idea.** A model is *calibrated* if, of all answers given with confidence 0.9, 90 % are right.
Expected calibration error bins the answers by confidence and averages the gaps:

    ECE = Σ_b (n_b / n) · | accuracy(b) − confidence(b) |

**Why training breaks it.** Cross-entropy keeps falling on the *training* set while the model grows
surer. On unseen data the accuracy stops, the confidence climbs on and the loss rises: overfitting
that accuracy hardly shows.

**Temperature scaling** divides the logits by one number T, fitted on held-out data:

    p = softmax(z / T)

T > 1 makes the model less sure. The order of the classes stays, so accuracy cannot change (Guo et
al. 2017, arXiv 1706.04599).

**What to try.** `epochs=5`: little is wrong yet, and claims fail. `noise=0`: clean labels do not
cure it. Every claim still holds, only smaller: confidence 0.90 at accuracy 0.74, ECE 0.16.

**Careful.** ECE depends on the bins, and a model that always answers with the base rate has ECE 0.
Use it beside a proper score (log loss, Brier). One T cannot repair a shift of the data.

**Scale.** A small network on synthetic data. Guo et al. report the pattern for deep networks. The
GPT-4 report (arXiv 2303.08774, figure 8) shows calibration lost in post-training.
"""

import numpy as np
from sklearn.calibration import CalibratedClassifierCV
from sklearn.datasets import make_classification
from sklearn.frozen import FrozenEstimator
from sklearn.metrics import log_loss
from sklearn.neural_network import MLPClassifier

from quizapp.demo import Float, Int, Predict, Run, demo


def bins(p: np.ndarray, y: np.ndarray, count: int = 10) -> list[tuple[float, float, float]]:
    """Return (share of answers, confidence, accuracy) of each bin that is not empty."""
    confidence, right = p.max(axis=1), p.argmax(axis=1) == y
    index = np.minimum((confidence * count).astype(int), count - 1)
    chosen = [index == b for b in range(count) if (index == b).any()]
    return [(m.mean(), confidence[m].mean(), right[m].mean()) for m in chosen]


def ece(p: np.ndarray, y: np.ndarray) -> float:
    """Return the expected calibration error of probabilities p (n, classes)."""
    return sum(share * abs(accuracy - sure) for share, sure, accuracy in bins(p, y))


@demo(
    topic="metrics",
    claims={
        "confidence-outruns-accuracy": "At the end the mean confidence exceeds the accuracy by "
        "more than 0.1",
        "loss-rises-unseen": "Test loss grows by over 40 % of its best value while accuracy "
        "falls by less than 0.1",
        "temperature-halves-ece": "One fitted temperature more than halves the ECE",
        "answers-stay": "Temperature scaling changes no answer",
    },
    measures={
        "accuracy": "Accuracy on test data",
        "confidence": "Mean confidence on test data",
        "ece_before": "ECE before scaling",
        "ece_after": "ECE after scaling",
        "temperature": "Fitted temperature T",
        "loss_best": "Lowest test loss during training, in nats",
        "loss_final": "Test loss at the end, in nats",
        "loss_scaled": "Test loss after scaling, in nats",
        "accuracy_after": "What scaling did to the accuracy",
    },
    predict=Predict(
        "One temperature is fitted on held-out data. What happens to the accuracy?",
        options=("falls", "unchanged", "rises"),
        measure="accuracy_after",
    ),
    budget_s=6,
)
def main(
    run: Run,
    epochs: int = Int(100, 2, 200, log=True),
    noise: float = Float(0.2, 0, 0.5, step=0.05, help="share of labels drawn at random"),
    train: int = Int(600, 200, 4000, log=True, help="training examples"),
    seed: int = Int(0, 0, 999),
) -> None:
    x, y = make_classification(
        8000, n_features=20, n_informative=10, n_classes=4, flip_y=noise, random_state=seed
    )
    fit, held, test = slice(0, train), slice(4000, 5000), slice(5000, 8000)
    model = MLPClassifier((64,), batch_size=64, learning_rate_init=3e-3, random_state=seed)
    run.axes(chart="sure", title="Test data", x="epoch", y="share")
    run.axes(chart="loss", title="Test loss", x="epoch", y="loss (nats)")
    history = []
    for epoch in run.steps(epochs):
        model.partial_fit(x[fit], y[fit], classes=range(4))
        p = model.predict_proba(x[test])  # (3000, 4)
        history.append((log_loss(y[test], p), (p.argmax(axis=1) == y[test]).mean()))
        run.point(epoch + 1, chart="sure", confidence=p.max(axis=1).mean(), accuracy=history[-1][1])
        run.point(epoch + 1, chart="loss", test=history[-1][0])

    scaled = CalibratedClassifierCV(FrozenEstimator(model), method="temperature")
    q = scaled.fit(x[held], y[held]).predict_proba(x[test])  # (3000, 4)
    beta = scaled.calibrated_classifiers_[0].calibrators[0].beta_  # 1 / T
    run.axes(chart="bins", title="Reliability", x="confidence", y="accuracy")
    for name, probabilities in (("before", p), ("after", q)):
        for _, sure, accuracy in bins(probabilities, y[test]):
            run.line_points(sure, {name: accuracy, "calibrated": sure}, chart="bins")

    losses, accuracies = np.array(history).T  # (epochs,) each
    before, after = ece(p, y[test]), ece(q, y[test])
    moved = (q.argmax(axis=1) == y[test]).mean() - accuracies[-1]
    sure = p.max(axis=1).mean()
    verdict = "unchanged" if moved == 0 else "rises" if moved > 0 else "falls"
    measures = {
        "accuracy": accuracies[-1],
        "confidence": sure,
        "ece_before": before,
        "ece_after": after,
        "temperature": 1 / beta,
        "loss_best": losses.min(),
        "loss_final": losses[-1],
        "loss_scaled": log_loss(y[test], q),
        "accuracy_after": verdict,
    }
    for name, value in measures.items():
        run.measure(name, value)
    growth, drop = losses[-1] / losses.min() - 1, accuracies.max() - accuracies[-1]
    run.claim(
        "confidence-outruns-accuracy",
        sure - accuracies[-1] > 0.1,
        f"confidence {sure:.3f}, accuracy {accuracies[-1]:.3f}",
    )
    run.claim(
        "loss-rises-unseen",
        growth > 0.4 and drop < 0.1,
        f"loss +{growth:.0%}, accuracy −{drop:.3f}",
    )
    run.claim("temperature-halves-ece", after < before / 2, f"{before:.3f} to {after:.3f}")
    run.claim(
        "answers-stay", (p.argmax(axis=1) == q.argmax(axis=1)).all(), f"accuracy {moved:+.4f}"
    )
