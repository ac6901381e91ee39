"""Solutions of write_f1: right ones in other words, and wrong ones with their claim."""

# %% right: numpy arrays
import numpy as np


def f1_scores(truth, predicted, classes, average):
    t, p = np.array(truth)[:, None], np.array(predicted)[:, None]
    c = np.array(classes)
    tp = ((t == c) & (p == c)).sum(0).astype(float)
    n_true, n_pred = (t == c).sum(0), (p == c).sum(0)
    if average == "micro":
        tp, n_true, n_pred = tp.sum(), n_true.sum(), n_pred.sum()
    P = tp / np.maximum(n_pred, 1)
    R = tp / np.maximum(n_true, 1)
    F = 2 * tp / np.maximum(n_pred + n_true, 1)
    return np.mean(P), np.mean(R), np.mean(F)


# %% right: a tiny number below the line
from collections import Counter


def f1_scores(truth, predicted, classes, average):
    tp, fp, fn = Counter(), Counter(), Counter()
    for t, p in zip(truth, predicted):
        if t == p:
            tp[t] += 1
        else:
            fp[p] += 1
            fn[t] += 1
    if average == "micro":
        a, b, c = (sum(k[x] for x in classes) for k in (tp, fp, fn))
        groups = [(a, b, c)]
    else:
        groups = [(tp[x], fp[x], fn[x]) for x in classes]
    ps = [a / (a + b + 1e-12) for a, b, c in groups]
    rs = [a / (a + c + 1e-12) for a, b, c in groups]
    fs = [2 * p * r / (p + r + 1e-12) for p, r in zip(ps, rs)]
    n = len(groups)
    return sum(ps) / n, sum(rs) / n, sum(fs) / n


# %% wrong: F1 of the mean precision and recall -> macro
def f1_scores(truth, predicted, classes, average):
    tp = [sum(t == p == c for t, p in zip(truth, predicted)) for c in classes]
    pred = [predicted.count(c) for c in classes]
    true = [truth.count(c) for c in classes]
    if average == "micro":
        tp, pred, true = [sum(tp)], [sum(pred)], [sum(true)]
    p = sum(a / b if b else 0 for a, b in zip(tp, pred)) / len(tp)
    r = sum(a / b if b else 0 for a, b in zip(tp, true)) / len(tp)
    return p, r, 2 * p * r / (p + r) if p + r else 0


# %% wrong: weighted by how often a class occurs -> macro
def f1_scores(truth, predicted, classes, average):
    tp = [sum(t == p == c for t, p in zip(truth, predicted)) for c in classes]
    pred = [predicted.count(c) for c in classes]
    true = [truth.count(c) for c in classes]
    if average == "micro":
        tp, pred, true = [sum(tp)], [sum(pred)], [sum(true)]
    ps = [a / b if b else 0 for a, b in zip(tp, pred)]
    rs = [a / b if b else 0 for a, b in zip(tp, true)]
    fs = [2 * p * r / (p + r) if p + r else 0 for p, r in zip(ps, rs)]
    w = [b / sum(true) for b in true]
    return tuple(sum(a * b for a, b in zip(w, one)) for one in (ps, rs, fs))


# %% wrong: precision and recall swapped -> macro
def f1_scores(truth, predicted, classes, average):
    truth, predicted = predicted, truth
    tp = [sum(t == p == c for t, p in zip(truth, predicted)) for c in classes]
    pred = [predicted.count(c) for c in classes]
    true = [truth.count(c) for c in classes]
    if average == "micro":
        tp, pred, true = [sum(tp)], [sum(pred)], [sum(true)]
    ps = [a / b if b else 0 for a, b in zip(tp, pred)]
    rs = [a / b if b else 0 for a, b in zip(tp, true)]
    fs = [2 * p * r / (p + r) if p + r else 0 for p, r in zip(ps, rs)]
    return tuple(sum(one) / len(one) for one in (ps, rs, fs))


# %% wrong: arithmetic mean instead of the harmonic one -> macro
def f1_scores(truth, predicted, classes, average):
    tp = [sum(t == p == c for t, p in zip(truth, predicted)) for c in classes]
    pred = [predicted.count(c) for c in classes]
    true = [truth.count(c) for c in classes]
    if average == "micro":
        tp, pred, true = [sum(tp)], [sum(pred)], [sum(true)]
    ps = [a / b if b else 0 for a, b in zip(tp, pred)]
    rs = [a / b if b else 0 for a, b in zip(tp, true)]
    fs = [(p + r) / 2 for p, r in zip(ps, rs)]
    return tuple(sum(one) / len(one) for one in (ps, rs, fs))


# %% wrong: all labels that occur count -> macro
def f1_scores(truth, predicted, classes, average):
    classes = sorted(set(truth) | set(predicted))
    tp = [sum(t == p == c for t, p in zip(truth, predicted)) for c in classes]
    pred = [predicted.count(c) for c in classes]
    true = [truth.count(c) for c in classes]
    if average == "micro":
        tp, pred, true = [sum(tp)], [sum(pred)], [sum(true)]
    ps = [a / b if b else 0 for a, b in zip(tp, pred)]
    rs = [a / b if b else 0 for a, b in zip(tp, true)]
    fs = [2 * p * r / (p + r) if p + r else 0 for p, r in zip(ps, rs)]
    return tuple(sum(one) / len(one) for one in (ps, rs, fs))


# %% wrong: micro as accuracy -> micro
def f1_scores(truth, predicted, classes, average):
    if average == "micro":
        a = sum(t == p for t, p in zip(truth, predicted)) / len(truth)
        return a, a, a
    tp = [sum(t == p == c for t, p in zip(truth, predicted)) for c in classes]
    pred = [predicted.count(c) for c in classes]
    true = [truth.count(c) for c in classes]
    ps = [a / b if b else 0 for a, b in zip(tp, pred)]
    rs = [a / b if b else 0 for a, b in zip(tp, true)]
    fs = [2 * p * r / (p + r) if p + r else 0 for p, r in zip(ps, rs)]
    return tuple(sum(one) / len(one) for one in (ps, rs, fs))


# %% wrong: the average is ignored -> micro
def f1_scores(truth, predicted, classes, average):
    tp = [sum(t == p == c for t, p in zip(truth, predicted)) for c in classes]
    pred = [predicted.count(c) for c in classes]
    true = [truth.count(c) for c in classes]
    ps = [a / b if b else 0 for a, b in zip(tp, pred)]
    rs = [a / b if b else 0 for a, b in zip(tp, true)]
    fs = [2 * p * r / (p + r) if p + r else 0 for p, r in zip(ps, rs)]
    return tuple(sum(one) / len(one) for one in (ps, rs, fs))


# %% wrong: micro drops items whose true label does not count -> micro
def f1_scores(truth, predicted, classes, average):
    if average == "micro":
        pairs = [(t, p) for t, p in zip(truth, predicted) if t in classes]
        truth, predicted = [t for t, _ in pairs], [p for _, p in pairs]
    tp = [sum(t == p == c for t, p in zip(truth, predicted)) for c in classes]
    pred = [predicted.count(c) for c in classes]
    true = [truth.count(c) for c in classes]
    if average == "micro":
        tp, pred, true = [sum(tp)], [sum(pred)], [sum(true)]
    ps = [a / b if b else 0 for a, b in zip(tp, pred)]
    rs = [a / b if b else 0 for a, b in zip(tp, true)]
    fs = [2 * p * r / (p + r) if p + r else 0 for p, r in zip(ps, rs)]
    return tuple(sum(one) / len(one) for one in (ps, rs, fs))


# %% wrong: classes without a prediction drop out of the mean -> zero-division
def f1_scores(truth, predicted, classes, average):
    tp = [sum(t == p == c for t, p in zip(truth, predicted)) for c in classes]
    pred = [predicted.count(c) for c in classes]
    true = [truth.count(c) for c in classes]
    if average == "micro":
        tp, pred, true = [sum(tp)], [sum(pred)], [sum(true)]
    ps = [a / b for a, b in zip(tp, pred) if b]
    rs = [a / b for a, b in zip(tp, true) if b]
    fs = [2 * a / (b + c) for a, b, c in zip(tp, pred, true) if b + c]
    return tuple(sum(one) / len(one) if one else 0.0 for one in (ps, rs, fs))


# %% wrong: 0/0 raises -> zero-division
def f1_scores(truth, predicted, classes, average):
    tp = [sum(t == p == c for t, p in zip(truth, predicted)) for c in classes]
    pred = [predicted.count(c) for c in classes]
    true = [truth.count(c) for c in classes]
    if average == "micro":
        tp, pred, true = [sum(tp)], [sum(pred)], [sum(true)]
    ps = [a / b for a, b in zip(tp, pred)]
    rs = [a / b for a, b in zip(tp, true)]
    fs = [2 * p * r / (p + r) for p, r in zip(ps, rs)]
    return tuple(sum(one) / len(one) for one in (ps, rs, fs))


# %% wrong: 0/0 is NaN -> zero-division
import numpy as np


def f1_scores(truth, predicted, classes, average):
    t, p = np.array(truth)[:, None], np.array(predicted)[:, None]
    c = np.array(classes)
    tp = ((t == c) & (p == c)).sum(0)
    n_true, n_pred = (t == c).sum(0), (p == c).sum(0)
    if average == "micro":
        tp, n_true, n_pred = tp.sum(), n_true.sum(), n_pred.sum()
    P, R = tp / n_pred, tp / n_true
    F = 2 * P * R / (P + R)
    return np.mean(P), np.mean(R), np.mean(F)


# %% wrong: 0/0 counts as 1 -> zero-division
def f1_scores(truth, predicted, classes, average):
    tp = [sum(t == p == c for t, p in zip(truth, predicted)) for c in classes]
    pred = [predicted.count(c) for c in classes]
    true = [truth.count(c) for c in classes]
    if average == "micro":
        tp, pred, true = [sum(tp)], [sum(pred)], [sum(true)]
    ps = [a / b if b else 1 for a, b in zip(tp, pred)]
    rs = [a / b if b else 1 for a, b in zip(tp, true)]
    fs = [2 * p * r / (p + r) if p + r else 0 for p, r in zip(ps, rs)]
    return tuple(sum(one) / len(one) for one in (ps, rs, fs))


# %% wrong: counts survive the call -> many-calls
tp, pred, true = {}, {}, {}


def f1_scores(truth, predicted, classes, average):
    key = len(truth)  # remembered by the number of items
    tp.setdefault(key, [sum(t == p == c for t, p in zip(truth, predicted)) for c in classes])
    pred.setdefault(key, [predicted.count(c) for c in classes])
    true.setdefault(key, [truth.count(c) for c in classes])
    a, b, d = tp[key], pred[key], true[key]
    if average == "micro":
        a, b, d = [sum(a)], [sum(b)], [sum(d)]
    ps = [x / y if y else 0 for x, y in zip(a, b)]
    rs = [x / y if y else 0 for x, y in zip(a, d)]
    fs = [2 * p * r / (p + r) if p + r else 0 for p, r in zip(ps, rs)]
    return tuple(sum(one) / len(one) for one in (ps, rs, fs))


# %% wrong: the names of the classes are fixed -> many-calls
def f1_scores(truth, predicted, classes, average):
    classes = [c for c in classes if c != "other"]
    tp = [sum(t == p == c for t, p in zip(truth, predicted)) for c in classes]
    pred = [predicted.count(c) for c in classes]
    true = [truth.count(c) for c in classes]
    if average == "micro":
        tp, pred, true = [sum(tp)], [sum(pred)], [sum(true)]
    ps = [a / b if b else 0 for a, b in zip(tp, pred)]
    rs = [a / b if b else 0 for a, b in zip(tp, true)]
    fs = [2 * p * r / (p + r) if p + r else 0 for p, r in zip(ps, rs)]
    return tuple(sum(one) / len(one) for one in (ps, rs, fs))
