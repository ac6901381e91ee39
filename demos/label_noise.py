"""Label noise: who suffers?

**Question.** A share p of the training labels is wrong at random. Which model loses more on clean
test data: one that can memorise every label, or one that cannot?

**Idea.** A decision tree grown to the end fits every training label, wrong ones too. Near a test
point it repeats the label of a neighbour, which is wrong with probability about p, so its accuracy
falls roughly like

    acc(p) ≈ acc(0)·(1 - p) + (1 - acc(0))·p

Logistic regression has one weight per feature. Wrong labels that fall on both classes alike pull
equally both ways and mostly average out.

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


TEST_ROWS = 2000


@demo(
    topic="data",
    claims={
        "tree-memorises": "The tree fits all noisy training labels, the wrong ones too",
        "tree-loses": "The tree loses over 10 points of test accuracy to the noise",
        "linear-loses-less": "Logistic regression loses less than half of what the tree loses",
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
    },
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
        rows + TEST_ROWS,
        n_features=20,
        n_informative=8,
        flip_y=0,
        class_sep=separation,
        random_state=seed,
    )
    x_train, y_train = x[:rows], y[:rows]  # (rows, 20), (rows,)
    x_test, y_test = x[rows:], y[rows:]  # (TEST_ROWS, 20), (TEST_ROWS,)
    luck = np.random.default_rng(seed).random(rows)  # the same rows go wrong first at every p

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

    tree_clean, tree_noisy = tree_test[0.0], tree_test[noise]
    linear_clean, linear_noisy = linear_test[0.0], linear_test[noise]
    tree_drop = tree_clean - tree_noisy
    linear_drop = linear_clean - linear_noisy
    fitted = tree_train[noise]

    run.measure(tree_train=fitted, tree_clean=tree_clean, tree_noisy=tree_noisy)
    run.measure(tree_drop=tree_drop, tree_expected=memorised(tree_clean, noise))
    run.measure(linear_clean=linear_clean, linear_noisy=linear_noisy, linear_drop=linear_drop)
    run.claim("tree-memorises", fitted == 1.0, f"{fitted:.1%} of its training labels")
    run.claim("tree-loses", tree_drop > 0.10, f"{100 * tree_drop:.1f} points lost")
    shown = f"{100 * linear_drop:.1f} against {100 * tree_drop:.1f} points"
    run.claim("linear-loses-less", linear_drop < tree_drop / 2, shown)
