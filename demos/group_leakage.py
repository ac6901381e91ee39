"""The split that lies: groups.

**Question.** Each patient has several rows that look nearly alike. You split the rows at random, or
stratified by label. What does your validation accuracy measure?

**Idea.** A row whose sibling is in the training set is not a new row. With K rows per patient and a
random split that keeps a share s for training, a validation row has a sibling in training with
probability

    1 − (1 − s)^(K − 1)          s = 0.8, K = 5:  99.84 %

So the model may answer by recognising the patient. Here that is all it *can* do: labels are drawn
by a coin per patient, nothing in the features tells them, and on new patients no model is better
than 50 %. Stratifying balances the labels of the folds. It does not keep siblings together;
splitting by group does.

**Watch** the accuracy of each fold under three splitters, then the line of the truth: the accuracy
on patients that did not exist when the data were split.

**Try** until a claim fails. `rows=1`: no siblings, nothing to leak, both claims on flattery fail.
`jitter=3`: siblings no longer look alike. `signal=5`: the features do tell the label; splitters and
truth move together, and the leak is harder to notice.

**At real scale.** A group is whatever repeats: a patient, an author, a document cut into chunks, a
question with its paraphrases, a template. Kapoor and Narayanan (arXiv 2207.07048) survey leakage in
17 fields; dependence between training and test samples is one of their eight types. Few data sets
are as bad as this one, where labels are pure chance; the mechanism is the same.
"""

import numpy as np
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import GroupKFold, KFold, StratifiedKFold

from quizapp.demo import Float, Int, Predict, Run, demo


def share_with_sibling(patient: np.ndarray, train: np.ndarray, held: np.ndarray) -> float:
    """Return the share of held-out rows of whose patient a row is in training."""
    return np.isin(patient[held], patient[train]).mean()


def observe(
    draw: np.random.Generator, patients: int, rows: int, jitter: float, signal: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return features (patients·rows, 20), labels and patients, each (patients·rows,)."""
    label = draw.integers(0, 2, patients)  # a coin per patient
    centre = draw.normal(size=(patients, 20))
    centre[:, 0] += signal * (label - 0.5)
    noise = draw.normal(size=(patients, rows, 20))
    x = centre[:, None] + jitter * noise  # (patients, rows, 20)
    return x.reshape(-1, 20), label.repeat(rows), np.arange(patients).repeat(rows)


@demo(
    topic="splits",
    claims={
        "random-flatters": "A random split reports over 90 %, and over 20 points too much",
        "stratified-flatters": "So does a stratified split",
        "group-is-honest": "A group split is within 15 points of the truth on new patients",
    },
    measures={
        "random": "Mean accuracy of 5-fold cross-validation, rows split at random",
        "stratified": "Mean accuracy of 5-fold cross-validation, stratified by label",
        "group": "Mean accuracy of 5-fold cross-validation, patients kept together",
        "new_patients": "Accuracy on new patients, trained on all rows",
        "siblings_random": "Share of validation rows with a sibling in training, random split",
        "siblings_stratified": "Share of validation rows with a sibling in training, stratified "
        "split",
        "siblings_group": "Share of validation rows with a sibling in training, group split",
        "siblings_formula": "Share of rows with a sibling in training: 1 − (1 − s)^(K − 1), "
        "s = 0.8",
    },
    predict=Predict(
        "Labels are a coin per patient. Which accuracy does the stratified split report?",
        measure="stratified",
        low=0.3,
        high=1.0,
        within=0.05,
    ),
    formulas=("siblings_formula",),
    budget_s=5,
)
def main(
    run: Run,
    patients: int = Int(200, 30, 400, step=10),
    rows: int = Int(5, 1, 20, help="rows per patient, K"),
    jitter: float = Float(0.15, 0.02, 3, log=True, help="how much rows of one patient differ"),
    signal: float = Float(0, 0, 5, step=0.5, help="how much the label shows in the features"),
    seed: int = Int(0, 0, 999),
) -> None:
    draw = np.random.default_rng(seed)
    x, y, patient = observe(draw, patients, rows, jitter, signal)
    x_new, y_new, _ = observe(draw, 400, rows, jitter, signal)  # patients that come later

    def fit(x: np.ndarray, y: np.ndarray) -> RandomForestClassifier:
        return RandomForestClassifier(30, random_state=seed).fit(x, y)

    splits = {
        "random": KFold(5, shuffle=True, random_state=seed).split(x),
        "stratified": StratifiedKFold(5, shuffle=True, random_state=seed).split(x, y),
        "group": GroupKFold(5, shuffle=True, random_state=seed).split(x, y, patient),
    }
    run.axes(x="fold", y="accuracy")
    run.reference("chance", 0.5)
    run.progress(16)
    accuracy, siblings = {}, {}  # by splitter, means over five folds
    for name, folds in splits.items():
        scores, shares = [], []
        for fold, (train, held) in enumerate(folds):
            run.step()
            scores.append(fit(x[train], y[train]).score(x[held], y[held]))
            shares.append(share_with_sibling(patient, train, held))
            run.line_points(fold + 1, {name: scores[-1]})
        accuracy[name] = np.mean(scores)
        siblings[name] = np.mean(shares)
    run.step()
    truth = fit(x, y).score(x_new, y_new)
    run.reference("new patients", truth)

    random, stratified, group = accuracy.values()
    run.measure(random=random, stratified=stratified, group=group, new_patients=truth)
    run.measure(**{f"siblings_{name}": share for name, share in siblings.items()})
    run.measure(siblings_formula=1 - 0.2 ** (rows - 1))
    flattery = max(0.9, truth + 0.2)
    run.claim("random-flatters", random > flattery, f"{random:.1%}, in truth {truth:.1%}")
    run.claim("stratified-flatters", stratified > flattery, f"{stratified:.1%}")
    run.claim("group-is-honest", abs(group - truth) < 0.15, f"{group:.1%}, in truth {truth:.1%}")
