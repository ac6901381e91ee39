"""Repairs of repair_three_leaks: right ones in other words, and wrong ones with their claim."""

# %% right: cross_val_predict over a pipeline
from sklearn.feature_selection import SelectKBest
from sklearn.metrics import f1_score
from sklearn.model_selection import GroupKFold, cross_val_predict
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline


def estimate(rows, labels, patients, keep, log):
    model = make_pipeline(SelectKBest(k=keep), KNeighborsClassifier(1))
    folds = list(GroupKFold(8).split(rows, labels, patients))
    predicted = cross_val_predict(model, rows, labels, cv=folds)
    for fold, (_, test) in enumerate(folds):
        log(fold, f1_score(labels[test], predicted[test], zero_division=0))
    return f1_score(labels, predicted)


# %% right: patients dealt out, counts added up
import numpy as np
from sklearn.feature_selection import SelectKBest
from sklearn.neighbors import KNeighborsClassifier


def estimate(rows, labels, patients, keep, log):
    people = np.random.default_rng(1).permutation(np.unique(patients))
    hits = wrong = 0
    for fold in range(10):
        test = np.isin(patients, people[fold::10])
        select = SelectKBest(k=keep).fit(rows[~test], labels[~test])
        model = KNeighborsClassifier(1).fit(select.transform(rows[~test]), labels[~test])
        said = model.predict(select.transform(rows[test]))
        hits += np.sum((said == 1) & (labels[test] == 1))
        wrong += np.sum(said != labels[test])
        log(fold, 2 * hits / max(1, 2 * hits + wrong))
    return 2 * hits / (2 * hits + wrong)


# %% right: five group folds, predictions collected
import numpy as np
from sklearn.feature_selection import f_classif
from sklearn.metrics import f1_score
from sklearn.model_selection import StratifiedGroupKFold
from sklearn.neighbors import KNeighborsClassifier


def estimate(rows, labels, patients, keep, log):
    truth, said = [], []
    folds = StratifiedGroupKFold(5, shuffle=True, random_state=0)
    for fold, (train, test) in enumerate(folds.split(rows, labels, patients)):
        best = np.argsort(f_classif(rows[train], labels[train])[0])[-keep:]
        model = KNeighborsClassifier(1).fit(rows[train][:, best], labels[train])
        truth.extend(labels[test])
        said.extend(model.predict(rows[test][:, best]))
        log(fold, f1_score(truth, said, zero_division=0))
    return f1_score(truth, said)


# %% wrong: groups left as they were -> coin-per-patient
import numpy as np
from sklearn.feature_selection import SelectKBest
from sklearn.metrics import f1_score
from sklearn.model_selection import GroupKFold, KFold, StratifiedKFold
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline


def estimate(rows, labels, patients, keep, log):
    predicted, scores = np.zeros_like(labels), []
    for fold, (train, test) in enumerate(KFold(10, shuffle=True, random_state=0).split(rows)):
        model = make_pipeline(SelectKBest(k=keep), KNeighborsClassifier(1))
        predicted[test] = model.fit(rows[train], labels[train]).predict(rows[test])
        scores.append(f1_score(labels[test], predicted[test], zero_division=0))
        log(fold, scores[-1])
    return f1_score(labels, predicted)


# %% wrong: stratified instead of grouped -> coin-per-patient
import numpy as np
from sklearn.feature_selection import SelectKBest
from sklearn.metrics import f1_score
from sklearn.model_selection import GroupKFold, KFold, StratifiedKFold
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline


def estimate(rows, labels, patients, keep, log):
    predicted, scores = np.zeros_like(labels), []
    for fold, (train, test) in enumerate(
        StratifiedKFold(5, shuffle=True, random_state=0).split(rows, labels)
    ):
        model = make_pipeline(SelectKBest(k=keep), KNeighborsClassifier(1))
        predicted[test] = model.fit(rows[train], labels[train]).predict(rows[test])
        scores.append(f1_score(labels[test], predicted[test], zero_division=0))
        log(fold, scores[-1])
    return f1_score(labels, predicted)


# %% wrong: selection still before the split -> idle-features
import numpy as np
from sklearn.feature_selection import SelectKBest
from sklearn.metrics import f1_score
from sklearn.model_selection import GroupKFold, KFold, StratifiedKFold
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline


def estimate(rows, labels, patients, keep, log):
    rows = SelectKBest(k=keep).fit_transform(rows, labels)
    predicted, scores = np.zeros_like(labels), []
    for fold, (train, test) in enumerate(GroupKFold(10).split(rows, labels, patients)):
        model = KNeighborsClassifier(1)
        predicted[test] = model.fit(rows[train], labels[train]).predict(rows[test])
        scores.append(f1_score(labels[test], predicted[test], zero_division=0))
        log(fold, scores[-1])
    return f1_score(labels, predicted)


# %% wrong: mean of the folds' F1 left -> rare-class
import numpy as np
from sklearn.feature_selection import SelectKBest
from sklearn.metrics import f1_score
from sklearn.model_selection import GroupKFold, KFold, StratifiedKFold
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline


def estimate(rows, labels, patients, keep, log):
    predicted, scores = np.zeros_like(labels), []
    for fold, (train, test) in enumerate(GroupKFold(10).split(rows, labels, patients)):
        model = make_pipeline(SelectKBest(k=keep), KNeighborsClassifier(1))
        predicted[test] = model.fit(rows[train], labels[train]).predict(rows[test])
        scores.append(f1_score(labels[test], predicted[test], zero_division=0))
        log(fold, scores[-1])
    return np.mean(scores)


# %% wrong: only the groups repaired -> idle-features
import numpy as np
from sklearn.feature_selection import SelectKBest
from sklearn.metrics import f1_score
from sklearn.model_selection import GroupKFold, KFold, StratifiedKFold
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline


def estimate(rows, labels, patients, keep, log):
    rows = SelectKBest(k=keep).fit_transform(rows, labels)
    predicted, scores = np.zeros_like(labels), []
    for fold, (train, test) in enumerate(GroupKFold(10).split(rows, labels, patients)):
        model = KNeighborsClassifier(1)
        predicted[test] = model.fit(rows[train], labels[train]).predict(rows[test])
        scores.append(f1_score(labels[test], predicted[test], zero_division=0))
        log(fold, scores[-1])
    return np.mean(scores)


# %% wrong: only the selection repaired -> coin-per-patient
import numpy as np
from sklearn.feature_selection import SelectKBest
from sklearn.metrics import f1_score
from sklearn.model_selection import GroupKFold, KFold, StratifiedKFold
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline


def estimate(rows, labels, patients, keep, log):
    predicted, scores = np.zeros_like(labels), []
    for fold, (train, test) in enumerate(KFold(10, shuffle=True, random_state=0).split(rows)):
        model = make_pipeline(SelectKBest(k=keep), KNeighborsClassifier(1))
        predicted[test] = model.fit(rows[train], labels[train]).predict(rows[test])
        scores.append(f1_score(labels[test], predicted[test], zero_division=0))
        log(fold, scores[-1])
    return np.mean(scores)


# %% wrong: only the mean repaired -> idle-features
import numpy as np
from sklearn.feature_selection import SelectKBest
from sklearn.metrics import f1_score
from sklearn.model_selection import GroupKFold, KFold, StratifiedKFold
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline


def estimate(rows, labels, patients, keep, log):
    rows = SelectKBest(k=keep).fit_transform(rows, labels)
    predicted, scores = np.zeros_like(labels), []
    for fold, (train, test) in enumerate(KFold(10, shuffle=True, random_state=0).split(rows)):
        model = KNeighborsClassifier(1)
        predicted[test] = model.fit(rows[train], labels[train]).predict(rows[test])
        scores.append(f1_score(labels[test], predicted[test], zero_division=0))
        log(fold, scores[-1])
    return f1_score(labels, predicted)


# %% wrong: selection before, and once more in the fold -> idle-features
import numpy as np
from sklearn.feature_selection import SelectKBest
from sklearn.metrics import f1_score
from sklearn.model_selection import GroupKFold, KFold, StratifiedKFold
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline


def estimate(rows, labels, patients, keep, log):
    rows = SelectKBest(k=keep).fit_transform(rows, labels)
    predicted, scores = np.zeros_like(labels), []
    for fold, (train, test) in enumerate(GroupKFold(10).split(rows, labels, patients)):
        model = make_pipeline(SelectKBest(k=keep), KNeighborsClassifier(1))
        predicted[test] = model.fit(rows[train], labels[train]).predict(rows[test])
        scores.append(f1_score(labels[test], predicted[test], zero_division=0))
        log(fold, scores[-1])
    return f1_score(labels, predicted)


# %% wrong: empty folds count as perfect -> rare-class
import numpy as np
from sklearn.feature_selection import SelectKBest
from sklearn.metrics import f1_score
from sklearn.model_selection import GroupKFold, KFold, StratifiedKFold
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline


def estimate(rows, labels, patients, keep, log):
    predicted, scores = np.zeros_like(labels), []
    for fold, (train, test) in enumerate(GroupKFold(10).split(rows, labels, patients)):
        model = make_pipeline(SelectKBest(k=keep), KNeighborsClassifier(1))
        predicted[test] = model.fit(rows[train], labels[train]).predict(rows[test])
        scores.append(f1_score(labels[test], predicted[test], zero_division=1))
        log(fold, scores[-1])
    return np.mean(scores) - 0.3


# %% wrong: half of the folds -> measured
import numpy as np
from sklearn.feature_selection import SelectKBest
from sklearn.metrics import f1_score
from sklearn.model_selection import GroupKFold, KFold, StratifiedKFold
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline


def estimate(rows, labels, patients, keep, log):
    predicted, scores = np.zeros_like(labels), []
    for fold, (train, test) in enumerate(GroupKFold(2).split(rows, labels, patients)):
        model = make_pipeline(SelectKBest(k=keep), KNeighborsClassifier(1))
        predicted[test] = model.fit(rows[train], labels[train]).predict(rows[test])
        scores.append(f1_score(labels[test], predicted[test], zero_division=0))
        log(fold, scores[-1])
    return f1_score(labels, predicted)


# %% wrong: a half is returned -> measured
import numpy as np
from sklearn.feature_selection import SelectKBest
from sklearn.metrics import f1_score
from sklearn.model_selection import GroupKFold, KFold, StratifiedKFold
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline


def estimate(rows, labels, patients, keep, log):
    for fold in range(10):
        log(fold, 0.5)
    return 0.5


# %% wrong: five neighbours against overfitting -> coin-per-patient
import numpy as np
from sklearn.feature_selection import SelectKBest
from sklearn.metrics import f1_score
from sklearn.model_selection import GroupKFold, KFold, StratifiedKFold
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline


def estimate(rows, labels, patients, keep, log):
    rows = SelectKBest(k=keep).fit_transform(rows, labels)
    predicted, scores = np.zeros_like(labels), []
    for fold, (train, test) in enumerate(KFold(10, shuffle=True, random_state=0).split(rows)):
        model = KNeighborsClassifier(5)
        predicted[test] = model.fit(rows[train], labels[train]).predict(rows[test])
        scores.append(f1_score(labels[test], predicted[test], zero_division=0))
        log(fold, scores[-1])
    return np.mean(scores)
