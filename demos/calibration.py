"""Calibration: confidence is not accuracy.

**Question.** A classifier says "90 % sure". How often is it right when it says so?

**Idea.** A model is *calibrated* if, of all answers given with confidence 0.9, 90 % are right.
Expected calibration error bins the answers by confidence and averages the gaps:

    ECE = Σ_b (n_b / n) · | accuracy(b) − confidence(b) |

**Why training breaks it.** Cross-entropy keeps falling on the *training* set while the model grows
surer. On unseen data the accuracy stops, the confidence climbs on and the loss rises: overfitting
that accuracy hardly shows.

**Temperature scaling** divides the logits by one number T, fitted on held-out data:
p = softmax(z / T). T > 1 makes the model less sure. The order of the classes stays, so accuracy
cannot change (Guo et al. 2017, arXiv 1706.04599).

**Try** `epochs=5`: little is wrong yet, and claims fail. `noise=0`: clean labels do not cure it.
The gap is smaller, and confidence is still above accuracy.

**Careful.** ECE depends on the bins, and a model that always answers with the class shares (scored
below) has almost none. Use it beside a proper score (log loss, Brier). T belongs to held-out data:
fitted on the training set it repairs nothing. One T cannot repair a shift of the data.

**Scale.** A small network on synthetic data. Guo et al. report the pattern for deep networks. The
GPT-4 report (arXiv 2303.08774, figure 8) shows calibration lost in post-training.
"""

import numpy as np
from sklearn.calibration import CalibratedClassifierCV
from sklearn.datasets import make_classification
from sklearn.dummy import DummyClassifier
from sklearn.frozen import FrozenEstimator
from sklearn.metrics import log_loss
from sklearn.neural_network import MLPClassifier

from quizapp.demo import Float, Int, Predict, Run, demo


def ece(p: np.ndarray, y: np.ndarray, count: int = 10) -> float:
    """Return the expected calibration error of probabilities p (n, classes)."""
    return sum(share * abs(accuracy - sure) for share, sure, accuracy in bins(p, y, count))


def bins(p: np.ndarray, y: np.ndarray, count: int = 10) -> list[tuple[float, float, float]]:
    """Return (share of answers, confidence, accuracy) of each bin that is not empty."""
    confidence = p.max(axis=1)  # (n,)
    right = p.argmax(axis=1) == y  # (n,)
    index = np.minimum((confidence * count).astype(int), count - 1)  # (n,) in 0 .. count - 1
    found = []
    for b in np.unique(index):
        inside = index == b
        found.append((inside.mean(), confidence[inside].mean(), right[inside].mean()))
    return found


def scaling(model: MLPClassifier, x: np.ndarray, y: np.ndarray) -> CalibratedClassifierCV:
    """Return the frozen model with one temperature that is fitted on x (n, 20) and y (n,)."""
    return CalibratedClassifierCV(FrozenEstimator(model), method="temperature").fit(x, y)


@demo(
    topic="metrics",
    claims={
        "confidence-outruns-accuracy": "Mean confidence ends over 0.1 above the accuracy",
        "loss-rises-unseen": "Test loss grows by over 40 % of its best value while accuracy "
        "falls by less than 0.1",
        "temperature-halves-ece": "One fitted temperature more than halves the ECE",
        "train-fit-repairs-nothing": "A temperature fitted on the training set leaves over 80 % of "
        "the ECE",
        "constant-has-low-ece": "Always answering with the class shares has an ECE below 0.04 and "
        "a loss over 0.1 nats higher than the scaled model's",
        "bins-change-ece": "With 100 bins the ECE of the scaled model is larger than with 2",
        "answers-stay": "Temperature scaling changes no answer",
    },
    measures={
        "accuracy": "Accuracy on test data",
        "confidence": "Mean confidence on test data",
        "ece_before": "ECE before scaling",
        "ece_after": "ECE after scaling",
        "temperature": "Fitted temperature T",
        "ece_train_fit": "ECE after scaling with a temperature fitted on the training set",
        "ece_constant": "ECE of always answering with the class shares",
        "loss_constant": "Test loss of always answering with the class shares, in nats",
        "ece_2_bins": "ECE after scaling, with 2 bins",
        "ece_100_bins": "ECE after scaling, with 100 bins",
        "loss_growth": "Growth of the test loss from its best to its last value",
        "accuracy_lost": "Accuracy lost from its best to its last value",
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
    )  # (8000, 20), (8000,)
    x_train, y_train = x[:train], y[:train]
    x_held, y_held = x[4000:5000], y[4000:5000]  # only the temperature is fitted on these
    x_test, y_test = x[5000:], y[5000:]

    run.axes(chart="sure", title="Test data", x="epoch", y="share")
    run.axes(chart="loss", title="Test loss", x="epoch", y="loss (nats)")
    model = MLPClassifier((64,), batch_size=64, learning_rate_init=3e-3, random_state=seed)
    losses, accuracies = [], []
    for epoch in run.steps(epochs):
        model.partial_fit(x_train, y_train, classes=range(4))
        p = model.predict_proba(x_test)  # (3000, 4)
        confidence = p.max(axis=1).mean()
        accuracies.append((p.argmax(axis=1) == y_test).mean())
        losses.append(log_loss(y_test, p))
        run.point(epoch + 1, chart="sure", confidence=confidence, accuracy=accuracies[-1])
        run.point(epoch + 1, chart="loss", test=losses[-1])

    scaled = scaling(model, x_held, y_held)
    temperature = 1 / scaled.calibrated_classifiers_[0].calibrators[0].beta_
    q = scaled.predict_proba(x_test)  # (3000, 4)
    q_train = scaling(model, x_train, y_train).predict_proba(x_test)  # (3000, 4)
    shares = DummyClassifier(strategy="prior").fit(x[:5000], y[:5000])
    constant = shares.predict_proba(x_test)  # (3000, 4), equal rows
    run.axes(chart="bins", title="Reliability", x="confidence", y="accuracy")
    for name, probabilities in {"before scaling": p, "after scaling": q}.items():
        for _, sure, accuracy in bins(probabilities, y_test):
            run.line_points(sure, {name: accuracy, "perfect calibration": sure}, chart="bins")

    accuracy = accuracies[-1]
    moved = (q.argmax(axis=1) == y_test).mean() - accuracy
    verdict = "unchanged" if moved == 0 else "rises" if moved > 0 else "falls"
    answers_stay = (p.argmax(axis=1) == q.argmax(axis=1)).all()
    growth = losses[-1] / min(losses) - 1
    drop = max(accuracies) - accuracy
    before = ece(p, y_test)
    after = ece(q, y_test)
    after_train = ece(q_train, y_test)
    few, many = ece(q, y_test, 2), ece(q, y_test, 100)
    ece_constant, loss_constant = ece(constant, y_test), log_loss(y_test, constant)
    loss_scaled = log_loss(y_test, q)

    run.measure(accuracy=accuracy, confidence=confidence, accuracy_after=verdict)
    run.measure(ece_before=before, ece_after=after, temperature=temperature)
    run.measure(loss_best=min(losses), loss_final=losses[-1], loss_scaled=loss_scaled)
    run.measure(loss_growth=growth, accuracy_lost=drop, ece_train_fit=after_train)
    run.measure(ece_constant=ece_constant, loss_constant=loss_constant)
    run.measure(ece_2_bins=few, ece_100_bins=many)
    shown = f"confidence {confidence:.3f}, accuracy {accuracy:.3f}"
    run.claim("confidence-outruns-accuracy", confidence - accuracy > 0.1, shown)
    shown = f"loss +{growth:.0%}, accuracy −{drop:.3f}"
    run.claim("loss-rises-unseen", growth > 0.4 and drop < 0.1, shown)
    run.claim("temperature-halves-ece", after < before / 2, f"{before:.3f} to {after:.3f}")
    shown = f"{before:.3f} to {after_train:.3f}"
    run.claim("train-fit-repairs-nothing", after_train > 0.8 * before, shown)
    dull = ece_constant < 0.04 and loss_constant > loss_scaled + 0.1
    run.claim("constant-has-low-ece", dull, f"ECE {ece_constant:.3f}, loss {loss_constant:.2f}")
    run.claim("bins-change-ece", many > few, f"{few:.3f} with 2 bins, {many:.3f} with 100")
    run.claim("answers-stay", answers_stay, f"accuracy {moved:+.4f}")
