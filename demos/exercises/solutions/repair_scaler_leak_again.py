"""Repairs of repair_scaler_leak_again: right ones, and wrong ones with their claim."""

# %% right: selector fitted in the fold
import numpy as np
from sklearn.feature_selection import SelectKBest
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold


def estimate(rows, labels, keep, log):
    scores = []
    folds = StratifiedKFold(5, shuffle=True, random_state=0)
    for fold, (train, test) in enumerate(folds.split(rows, labels)):
        select = SelectKBest(k=keep).fit(rows[train], labels[train])
        model = LogisticRegression().fit(select.transform(rows[train]), labels[train])
        scores.append(model.score(select.transform(rows[test]), labels[test]))
        log(fold, scores[-1])
    return np.mean(scores)


# %% right: cross_val_score over a pipeline
from sklearn.feature_selection import SelectKBest
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline


def estimate(rows, labels, keep, log):
    model = make_pipeline(SelectKBest(k=keep), LogisticRegression())
    scores = cross_val_score(model, rows, labels, cv=5)
    for fold, score in enumerate(scores):
        log(fold, score)
    return scores.mean()


# %% right: correlations by hand, per fold
import numpy as np
from sklearn.linear_model import LogisticRegression


def estimate(rows, labels, keep, log):
    order = np.random.default_rng(1).permutation(len(rows))
    scores, sizes = [], []
    for fold, test in enumerate(np.array_split(order, 5)):
        train = np.setdiff1d(order, test)
        x, y = rows[train], labels[train] - labels[train].mean()
        strength = np.abs((x - x.mean(0)).T @ y) / x.std(0)
        best = np.argsort(strength)[-keep:]
        model = LogisticRegression().fit(x[:, best], labels[train])
        scores.append(model.score(rows[test][:, best], labels[test]))
        log(fold, scores[-1])
    return np.mean(scores)


# %% wrong: fewer features chosen, still before the split -> coins-are-coins
import numpy as np
from sklearn.feature_selection import SelectKBest
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_score


def estimate(rows, labels, keep, log):
    chosen = SelectKBest(k=5).fit_transform(rows, labels)
    scores = cross_val_score(LogisticRegression(), chosen, labels, cv=5)
    for fold, score in enumerate(scores):
        log(fold, score)
    return scores.mean()


# %% wrong: more regularisation -> coins-are-coins
from sklearn.feature_selection import SelectKBest
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_score


def estimate(rows, labels, keep, log):
    chosen = SelectKBest(k=keep).fit_transform(rows, labels)
    scores = cross_val_score(LogisticRegression(C=0.01), chosen, labels, cv=5)
    for fold, score in enumerate(scores):
        log(fold, score)
    return scores.mean()


# %% wrong: ten folds instead of five -> coins-are-coins
from sklearn.feature_selection import SelectKBest
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_score


def estimate(rows, labels, keep, log):
    chosen = SelectKBest(k=keep).fit_transform(rows, labels)
    scores = cross_val_score(LogisticRegression(), chosen, labels, cv=10)
    for fold, score in enumerate(scores):
        log(fold, score)
    return scores.mean()


# %% wrong: a pipeline around a selection that was made already -> coins-are-coins
from sklearn.feature_selection import SelectKBest
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline


def estimate(rows, labels, keep, log):
    chosen = SelectKBest(k=keep).fit_transform(rows, labels)
    model = make_pipeline(SelectKBest(k=keep), LogisticRegression())
    scores = cross_val_score(model, chosen, labels, cv=5)
    for fold, score in enumerate(scores):
        log(fold, score)
    return scores.mean()


# %% wrong: a half is returned -> coins-are-coins
def estimate(rows, labels, keep, log):
    for fold in range(5):
        log(fold, 0.5)
    return 0.5


# %% wrong: training accuracy -> coins-are-coins
import numpy as np
from sklearn.feature_selection import SelectKBest
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold
from sklearn.pipeline import make_pipeline


def estimate(rows, labels, keep, log):
    scores = []
    for fold, (train, test) in enumerate(StratifiedKFold(5).split(rows, labels)):
        model = make_pipeline(SelectKBest(k=keep), LogisticRegression())
        model.fit(rows[train], labels[train])
        scores.append(model.score(rows[train], labels[train]))
        log(fold, scores[-1])
    return np.mean(scores)


# %% wrong: features drawn at random -> same-model
import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_score


def estimate(rows, labels, keep, log):
    chosen = np.random.default_rng(0).choice(np.arange(6, rows.shape[1]), keep, replace=False)
    scores = cross_val_score(LogisticRegression(), rows[:, chosen], labels, cv=5)
    for fold, score in enumerate(scores):
        log(fold, score)
    return scores.mean()


# %% wrong: the estimate is pulled towards a half -> signal-is-found
import numpy as np
from sklearn.feature_selection import SelectKBest
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_score


def estimate(rows, labels, keep, log):
    chosen = SelectKBest(k=keep).fit_transform(rows, labels)
    scores = 0.5 + 0.3 * (cross_val_score(LogisticRegression(), chosen, labels, cv=5) - 0.5)
    for fold, score in enumerate(scores):
        log(fold, score)
    return scores.mean()


# %% wrong: one split only -> five-folds
from sklearn.feature_selection import SelectKBest
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline


def estimate(rows, labels, keep, log):
    parts = train_test_split(rows, labels, random_state=0, stratify=labels)
    model = make_pipeline(SelectKBest(k=keep), LogisticRegression()).fit(parts[0], parts[2])
    score = model.score(parts[1], parts[3])
    log(0, score)
    return score
