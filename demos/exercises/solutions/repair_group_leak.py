"""Repairs of repair_group_leak: right ones in other words, and wrong ones with their claim."""

# %% right: scikit-learn's GroupKFold
import numpy as np
from sklearn.model_selection import GroupKFold


def cross_validate(rows, labels, patients, fit, log):
    scores = []
    for fold, (train, test) in enumerate(GroupKFold(5).split(rows, labels, patients)):
        predict = fit(rows[train], labels[train])
        scores.append(np.mean(predict(rows[test]) == labels[test]))
        log(fold, scores[-1])
    return np.mean(scores)


# %% right: visits in random folds, the same patients taken out of training
import numpy as np


def cross_validate(rows, labels, patients, fit, log):
    order = np.random.default_rng(0).permutation(len(rows))
    hits = []
    for fold, test in enumerate(np.array_split(order, 5)):
        train = ~np.isin(patients, patients[test])
        predict = fit(rows[train], labels[train])
        hits.append(predict(rows[test]) == labels[test])
        log(fold, hits[-1].mean())
    return np.concatenate(hits).mean()


# %% right: patients dealt out by number
import numpy as np


def cross_validate(rows, labels, patients, fit, log):
    fold_of = {who: index % 5 for index, who in enumerate(sorted(set(patients)))}
    folds = np.array([fold_of[who] for who in patients])
    right = 0
    for fold in range(5):
        predict = fit(rows[folds != fold], labels[folds != fold])
        found = int((predict(rows[folds == fold]) == labels[folds == fold]).sum())
        log(fold, found / (folds == fold).sum())
        right += found
    return right / len(rows)


# %% wrong: stratified by label -> nobody-on-both-sides
import numpy as np
from sklearn.model_selection import StratifiedKFold


def cross_validate(rows, labels, patients, fit, log):
    scores = []
    folds = StratifiedKFold(5, shuffle=True, random_state=0)
    for fold, (train, test) in enumerate(folds.split(rows, labels)):
        predict = fit(rows[train], labels[train])
        scores.append(np.mean(predict(rows[test]) == labels[test]))
        log(fold, scores[-1])
    return np.mean(scores)


# %% wrong: two folds instead of five -> promise-is-kept
import numpy as np


def cross_validate(rows, labels, patients, fit, log):
    order = np.random.default_rng(0).permutation(len(rows))
    scores = []
    for fold, test in enumerate(np.array_split(order, 2)):
        train = np.setdiff1d(order, test)
        predict = fit(rows[train], labels[train])
        scores.append(np.mean(predict(rows[test]) == labels[test]))
        log(fold, scores[-1])
    return np.mean(scores)


# %% wrong: nearly equal rows removed from training only when they are equal -> promise-is-kept
import numpy as np


def cross_validate(rows, labels, patients, fit, log):
    order = np.random.default_rng(0).permutation(len(rows))
    scores = []
    for fold, test in enumerate(np.array_split(order, 5)):
        held = {row.tobytes() for row in rows[test]}
        train = [i for i in order if i not in set(test) and rows[i].tobytes() not in held]
        predict = fit(rows[train], labels[train])
        scores.append(np.mean(predict(rows[test]) == labels[test]))
        log(fold, scores[-1])
    return np.mean(scores)


# %% wrong: a half is returned -> signal-is-found
import numpy as np


def cross_validate(rows, labels, patients, fit, log):
    for fold in range(5):
        log(fold, 0.5)
    return 0.5


# %% wrong: one visit of each patient is enough -> all-are-tested
import numpy as np


def cross_validate(rows, labels, patients, fit, log):
    _, first = np.unique(patients, return_index=True)
    first = np.random.default_rng(0).permutation(first)
    scores = []
    for fold, test in enumerate(np.array_split(first, 5)):
        train = np.setdiff1d(first, test)
        predict = fit(rows[train], labels[train])
        scores.append(np.mean(predict(rows[test]) == labels[test]))
        log(fold, scores[-1])
    return np.mean(scores)


# %% wrong: noise on the test rows hides the twins -> all-are-tested
import numpy as np


def cross_validate(rows, labels, patients, fit, log):
    draw = np.random.default_rng(0)
    order = draw.permutation(len(rows))
    scores = []
    for fold, test in enumerate(np.array_split(order, 5)):
        train = np.setdiff1d(order, test)
        predict = fit(rows[train], labels[train])
        noisy = rows[test] + 3 * draw.normal(size=rows[test].shape)
        scores.append(np.mean(predict(noisy) == labels[test]))
        log(fold, scores[-1])
    return np.mean(scores)


# %% wrong: labels of the training rows shuffled -> signal-is-found
import numpy as np


def cross_validate(rows, labels, patients, fit, log):
    draw = np.random.default_rng(0)
    people = draw.permutation(np.unique(patients))
    scores = []
    for fold, held in enumerate(np.array_split(people, 5)):
        test = np.isin(patients, held)
        predict = fit(rows[~test], draw.permutation(labels[~test]))
        scores.append(np.mean(predict(rows[test]) == labels[test]))
        log(fold, scores[-1])
    return np.mean(scores)


# %% wrong: one group split, most patients never tested -> all-are-tested
import numpy as np


def cross_validate(rows, labels, patients, fit, log):
    people = np.random.default_rng(0).permutation(np.unique(patients))
    test = np.isin(patients, people[: len(people) // 3])
    predict = fit(rows[~test], labels[~test])
    score = np.mean(predict(rows[test]) == labels[test])
    log(0, score)
    return score


# %% wrong: blocks of rows, but the table is mixed -> nobody-on-both-sides
import numpy as np
from sklearn.model_selection import KFold


def cross_validate(rows, labels, patients, fit, log):
    scores = []
    for fold, (train, test) in enumerate(KFold(5).split(rows)):
        predict = fit(rows[train], labels[train])
        scores.append(np.mean(predict(rows[test]) == labels[test]))
        log(fold, scores[-1])
    return np.mean(scores)


# %% wrong: groups of equal remainders, not of patients -> nobody-on-both-sides
import numpy as np
from sklearn.model_selection import GroupKFold


def cross_validate(rows, labels, patients, fit, log):
    scores = []
    groups = np.arange(len(rows)) % 50
    for fold, (train, test) in enumerate(GroupKFold(5).split(rows, labels, groups)):
        predict = fit(rows[train], labels[train])
        scores.append(np.mean(predict(rows[test]) == labels[test]))
        log(fold, scores[-1])
    return np.mean(scores)
