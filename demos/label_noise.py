"""Label noise: who suffers?

**Question.** A share p of the training labels is wrong at random. Which model loses more on clean
test data: one that can memorise every label, or one that cannot?

**Idea.** A decision tree grown to the end fits every training label, wrong ones too. Near a test
point it repeats the label of a neighbour, which is wrong with probability about p, so its accuracy
falls roughly like

    acc(p) ≈ acc(0)·(1 - p) + (1 - acc(0))·p

Logistic regression has one weight per feature. Wrong labels that fall on both classes alike pull
equally both ways and mostly average out.

To find wrong labels, ask a model that was not trained on them: of each fold, the predictions of a
model fitted on the other folds. With noise on one class only, P(noisy 1 | x) = (1 - p)·P(1 | x)
keeps its order, so the threshold (1 - p)/2 instead of 1/2 repairs the decisions.

**Watch** the tree's *training* accuracy stay at 100 % of the noisy labels while its test accuracy
falls; then the gap between the two test curves.

**Try** until a claim fails.
- `tree_depth=3`: a tree that cannot memorise hardly suffers. Capacity is the cause, not the model.
- `noise=0.05`: too little noise for the 10 points of the second claim.
- `biased=on`: only class 1 is mislabelled. The errors do not cancel: the linear model moves its
  boundary and loses too. "Noise averages out" holds for unbiased noise alone.

**Real scale.** Zhang et al. (arXiv 1611.03530): large networks fit random labels completely. Yet
with enough data they tolerate much noise (Rolnick et al., arXiv 1705.10694), as the linear model
does here. A language model fine-tuned for several epochs on a small noisy set is on the tree's
side. This miniature shows the mechanism, not the amount.
"""

import numpy as np
from sklearn.datasets import make_classification
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_predict
from sklearn.tree import DecisionTreeClassifier

from quizapp.demo import Flag, Float, Int, Predict, Run, demo


def memorised(clean: float, p: float) -> float:
    """Return the expected accuracy of a memorising model when a share p of its labels is wrong."""
    return clean * (1 - p) + (1 - clean) * p


def flipped(y: np.ndarray, p: float, luck: np.ndarray, biased: bool) -> np.ndarray:
    """Return the labels with a share p flipped, of class 1 only when biased; all (rows,)."""
    wrong = luck < p
    if biased:
        wrong &= y == 1
    return np.where(wrong, 1 - y, y)


def found(guess: np.ndarray, labels: np.ndarray, truth: np.ndarray) -> tuple[float, float]:
    """Return how many wrong labels a guess contradicts, and how many it contradicts are wrong."""
    suspect, wrong = guess != labels, labels != truth  # (rows,) each
    hits = (suspect & wrong).sum()
    return hits / max(wrong.sum(), 1), hits / max(suspect.sum(), 1)


TEST_ROWS = 2000


@demo(
    topic="data",
    claims={
        "tree-memorises": "The tree fits all noisy training labels, the wrong ones too",
        "tree-loses": "The tree loses over 10 points of test accuracy to the noise",
        "linear-loses-less": "Logistic regression loses less than half of what the tree loses",
        "out-of-fold-finds": "Out of fold over half of the wrong labels are contradicted, by the "
        "tree that was trained on them none",
        "bias-stays": "Noise on one class: four times the rows win back less than half of the loss",
        "threshold-repairs": "Noise on one class: the threshold (1 - p)/2 wins back over half of "
        "the loss",
    },
    measures={
        "tree_train": "Accuracy of the tree on its own noisy training labels",
        "tree_clean": "Test accuracy of the tree trained on clean labels",
        "tree_noisy": "Test accuracy of the tree trained on noisy labels",
        "tree_drop": "Test accuracy that the tree loses to the noise",
        "tree_expected": "Test accuracy of the tree by the formula acc·(1 - p) + (1 - acc)·p",
        "linear_clean": "Test accuracy of logistic regression trained on clean labels",
        "linear_noisy": "Test accuracy of logistic regression trained on noisy labels",
        "linear_drop": "Test accuracy that logistic regression loses to the noise",
        "more_drop": "The same with four times the training rows",
        "repaired_drop": "The same with the threshold (1 - p)/2 if one class alone is mislabelled",
        "found_in_sample": "Share of the wrong labels that the tree trained on them contradicts",
        "found_out_of_fold": "Share of the wrong labels that out-of-fold predictions contradict",
        "suspects_wrong": "Share of wrong labels among those contradicted out of fold",
    },
    formulas=("tree_expected",),
    predict=Predict(
        "What is the test accuracy of the memorising tree at this noise?",
        measure="tree_noisy",
        low=0.5,
        high=1.0,
        within=0.05,
    ),
    budget_s=4,
)
def main(
    run: Run,
    noise: float = Float(0.3, 0, 0.45, step=0.05, help="share p of the labels that are flipped"),
    rows: int = Int(1500, 200, 5000, log=True, help="training rows"),
    separation: float = Float(1.0, 0.5, 2, step=0.25, help="distance of the classes"),
    tree_depth: int = Int(0, 0, 20, help="largest depth of the tree; 0: grown to the end"),
    biased: bool = Flag(False, help="flip labels of class 1 only"),
    seed: int = Int(0, 0, 999),
) -> None:
    x, y = make_classification(
        4 * rows + TEST_ROWS,
        n_features=20,
        n_informative=8,
        flip_y=0,
        class_sep=separation,
        random_state=seed,
    )
    x_train, y_train = x[:rows], y[:rows]  # (rows, 20), (rows,)
    x_more, y_more = x[:-TEST_ROWS], y[:-TEST_ROWS]  # (4 rows, 20), (4 rows,)
    x_test, y_test = x[-TEST_ROWS:], y[-TEST_ROWS:]  # (TEST_ROWS, 20), (TEST_ROWS,)
    luck_more = np.random.default_rng(seed).random(4 * rows)
    luck = luck_more[:rows]  # the same rows go wrong first at every p

    run.axes(title="clean test data", x="share of wrong training labels", y="accuracy")
    run.reference("chance", 0.5)
    tree_test, tree_train, linear_test = {}, {}, {}  # accuracy by share of wrong labels
    shares = sorted({*np.arange(0, 0.46, 0.05).round(2).tolist(), noise})
    for step in run.steps(len(shares)):
        p = shares[step]
        labels = flipped(y_train, p, luck, biased)
        tree = DecisionTreeClassifier(max_depth=tree_depth or None, random_state=seed)
        tree.fit(x_train, labels)
        linear = LogisticRegression(max_iter=1000).fit(x_train, labels)
        tree_test[p] = tree.score(x_test, y_test)
        tree_train[p] = tree.score(x_train, labels)
        linear_test[p] = linear.score(x_test, y_test)
        run.line_points(p, {"tree": tree_test[p], "logistic regression": linear_test[p]})
        run.line_points(p, {"tree, on its training labels": tree_train[p]})

    labels = flipped(y_train, noise, luck, biased)
    linear = LogisticRegression(max_iter=1000).fit(x_train, labels)
    threshold = (1 - noise) / 2 if biased else 0.5
    repaired = ((linear.predict_proba(x_test)[:, 1] > threshold) == y_test).mean()
    more = LogisticRegression(max_iter=1000)
    more_clean = more.fit(x_more, y_more).score(x_test, y_test)
    more.fit(x_more, flipped(y_more, noise, luck_more, biased))
    more_noisy = more.score(x_test, y_test)

    tree = DecisionTreeClassifier(max_depth=tree_depth or None, random_state=seed)
    in_sample, _ = found(tree.fit(x_train, labels).predict(x_train), labels, y_train)
    guesses = cross_val_predict(LogisticRegression(max_iter=1000), x_train, labels, cv=5)
    out_of_fold, suspects_wrong = found(guesses, labels, y_train)

    tree_clean, tree_noisy = tree_test[0.0], tree_test[noise]
    linear_clean, linear_noisy = linear_test[0.0], linear_test[noise]
    tree_drop = tree_clean - tree_noisy
    linear_drop = linear_clean - linear_noisy
    fitted = tree_train[noise]
    more_drop = more_clean - more_noisy
    repaired_drop = linear_clean - repaired

    run.measure(tree_train=fitted, tree_clean=tree_clean, tree_noisy=tree_noisy)
    run.measure(tree_drop=tree_drop, tree_expected=memorised(tree_clean, noise))
    run.measure(linear_clean=linear_clean, linear_noisy=linear_noisy, linear_drop=linear_drop)
    run.measure(more_drop=more_drop, repaired_drop=repaired_drop)
    run.measure(found_in_sample=in_sample, found_out_of_fold=out_of_fold)
    run.measure(suspects_wrong=suspects_wrong)
    run.claim("tree-memorises", fitted == 1.0, f"{fitted:.1%} of its training labels")
    run.claim("tree-loses", tree_drop > 0.10, f"{100 * tree_drop:.1f} points lost")
    shown = f"{100 * linear_drop:.1f} against {100 * tree_drop:.1f} points"
    run.claim("linear-loses-less", linear_drop < tree_drop / 2, shown)
    shown = f"{out_of_fold:.0%} out of fold, {in_sample:.0%} in sample"
    run.claim("out-of-fold-finds", out_of_fold > 0.5 and in_sample == 0, shown)
    shown = f"{100 * linear_drop:.1f} points, {100 * more_drop:.1f} with four times the rows"
    run.claim("bias-stays", more_drop > linear_drop / 2 if biased else None, shown)
    shown = f"{100 * linear_drop:.1f} points, {100 * repaired_drop:.1f} with a threshold moved"
    run.claim("threshold-repairs", repaired_drop < linear_drop / 2 if biased else None, shown)
