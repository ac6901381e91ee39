"""Repairs of repair_group_leak_again: right ones, and wrong ones with their claim."""

# %% right: copies made first, split by the example they come from
import numpy as np


def train_and_validate(rows, labels, copies, fit, log):
    draw = np.random.default_rng(0)
    source = np.repeat(np.arange(len(rows)), copies + 1)
    many = rows[source] + 0.1 * draw.normal(size=(len(source), rows.shape[1]))
    scores = []
    for round in range(5):
        test = draw.permutation(len(rows))[: len(rows) // 5]
        train = ~np.isin(source, test)
        predict = fit(many[train], labels[source][train])
        scores.append(np.mean(predict(rows[test]) == labels[test]))
        log(round, scores[-1])
    return predict, np.mean(scores)


# %% right: scikit-learn's splitter over the examples
import numpy as np
from sklearn.model_selection import KFold


def train_and_validate(rows, labels, copies, fit, log):
    draw = np.random.default_rng(3)
    hits = []
    for round, (train, test) in enumerate(KFold(5, shuffle=True, random_state=0).split(rows)):
        x = np.concatenate(
            [rows[train]]
            + [rows[train] + 0.1 * draw.normal(size=rows[train].shape) for _ in range(copies)]
        )
        predict = fit(x, np.tile(labels[train], copies + 1))
        hits.extend(predict(rows[test]) == labels[test])
        log(round, np.mean(hits))
    return predict, np.mean(hits)


# %% right: validation first, the last model on all examples
import numpy as np


def augment(rows, labels, copies, draw):
    many = np.repeat(rows, copies + 1, axis=0)
    return many + 0.1 * draw.normal(size=many.shape), np.repeat(labels, copies + 1)


def train_and_validate(rows, labels, copies, fit, log):
    draw = np.random.default_rng(1)
    scores = []
    for round, test in enumerate(np.array_split(draw.permutation(len(rows)), 5)):
        train = np.setdiff1d(np.arange(len(rows)), test)
        predict = fit(*augment(rows[train], labels[train], copies, draw))
        scores.append(np.mean(predict(rows[test]) == labels[test]))
        log(round, scores[-1])
    return fit(*augment(rows, labels, copies, draw)), np.mean(scores)


# %% wrong: no copies any more -> copies-stay
import numpy as np


def train_and_validate(rows, labels, copies, fit, log):
    draw = np.random.default_rng(0)
    scores = []
    for round in range(5):
        test, train = np.split(draw.permutation(len(rows)), [len(rows) // 5])
        predict = fit(rows[train], labels[train])
        scores.append(np.mean(predict(rows[test]) == labels[test]))
        log(round, scores[-1])
    return predict, np.mean(scores)


# %% wrong: more noise on the copies -> no-relatives
import numpy as np


def train_and_validate(rows, labels, copies, fit, log):
    draw = np.random.default_rng(0)
    many = np.repeat(rows, copies + 1, axis=0)
    many = many + 1.0 * draw.normal(size=many.shape)
    answers = np.repeat(labels, copies + 1)
    scores = []
    for round in range(5):
        test, train = np.split(draw.permutation(len(many)), [len(many) // 5])
        predict = fit(many[train], answers[train])
        scores.append(np.mean(predict(many[test]) == answers[test]))
        log(round, scores[-1])
    return predict, np.mean(scores)


# %% wrong: a larger validation set of copies -> promise-is-kept
import numpy as np


def train_and_validate(rows, labels, copies, fit, log):
    draw = np.random.default_rng(0)
    many = np.repeat(rows, copies + 1, axis=0)
    many = many + 0.1 * draw.normal(size=many.shape)
    answers = np.repeat(labels, copies + 1)
    scores = []
    for round in range(5):
        test, train = np.split(draw.permutation(len(many)), [len(many) // 2])
        predict = fit(many[train], answers[train])
        scores.append(np.mean(predict(many[test]) == answers[test]))
        log(round, scores[-1])
    return predict, np.mean(scores)


# %% wrong: tested on the originals, copies of all in training -> no-relatives
import numpy as np


def train_and_validate(rows, labels, copies, fit, log):
    draw = np.random.default_rng(0)
    many = np.repeat(rows, copies + 1, axis=0)
    many = many + 0.1 * draw.normal(size=many.shape)
    predict = fit(many, np.repeat(labels, copies + 1))
    scores = []
    for round in range(5):
        test = draw.permutation(len(rows))[: len(rows) // 5]
        scores.append(np.mean(predict(rows[test]) == labels[test]))
        log(round, scores[-1])
    return predict, np.mean(scores)


# %% wrong: split first, then copies of both parts -> tested-as-they-come
import numpy as np


def train_and_validate(rows, labels, copies, fit, log):
    draw = np.random.default_rng(0)
    scores = []
    for round in range(5):
        parts = []
        for part in np.split(draw.permutation(len(rows)), [len(rows) // 5]):
            many = np.repeat(rows[part], copies + 1, axis=0)
            parts.append(
                (many + 0.1 * draw.normal(size=many.shape), np.repeat(labels[part], copies + 1))
            )
        predict = fit(*parts[1])
        scores.append(np.mean(predict(parts[0][0]) == parts[0][1]))
        log(round, scores[-1])
    return predict, np.mean(scores)


# %% wrong: duplicates of the split removed by equality -> no-relatives
import numpy as np


def train_and_validate(rows, labels, copies, fit, log):
    draw = np.random.default_rng(0)
    many = np.repeat(rows, copies + 1, axis=0)
    many = many + 0.1 * draw.normal(size=many.shape)
    answers = np.repeat(labels, copies + 1)
    scores = []
    for round in range(5):
        test, train = np.split(draw.permutation(len(many)), [len(many) // 5])
        held = {row.tobytes() for row in many[test]}
        train = [i for i in train if many[i].tobytes() not in held]
        predict = fit(many[train], answers[train])
        scores.append(np.mean(predict(many[test]) == answers[test]))
        log(round, scores[-1])
    return predict, np.mean(scores)


# %% wrong: one small test set -> tested-as-they-come
import numpy as np


def train_and_validate(rows, labels, copies, fit, log):
    draw = np.random.default_rng(0)
    test, train = np.split(draw.permutation(len(rows)), [len(rows) // 5])
    many = np.repeat(rows[train], copies + 1, axis=0)
    predict = fit(many + 0.1 * draw.normal(size=many.shape), np.repeat(labels[train], copies + 1))
    score = np.mean(predict(rows[test]) == labels[test])
    log(0, score)
    return predict, score


# %% wrong: the promise is cut by hand -> no-relatives
import numpy as np


def train_and_validate(rows, labels, copies, fit, log):
    draw = np.random.default_rng(0)
    many = np.repeat(rows, copies + 1, axis=0)
    many = many + 0.1 * draw.normal(size=many.shape)
    answers = np.repeat(labels, copies + 1)
    scores = []
    for round in range(5):
        test, train = np.split(draw.permutation(len(many)), [len(many) // 5])
        predict = fit(many[train], answers[train])
        scores.append(0.68 * np.mean(predict(many[test]) == answers[test]))
        log(round, scores[-1])
    return predict, np.mean(scores)
