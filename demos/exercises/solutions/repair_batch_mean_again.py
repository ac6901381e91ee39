"""Repairs of repair_batch_mean_again: right ones, and wrong ones with their claim."""

# %% right: predictions collected, then scikit-learn
import numpy as np
from sklearn.metrics import f1_score


def evaluate(rows, labels, predict, batch_size, log):
    flagged = []
    score = 0.0
    for start in range(0, len(rows), batch_size):
        flagged.extend(predict(rows[start : start + batch_size]))
        score = f1_score(labels[: len(flagged)], flagged, zero_division=0)
        log(len(flagged), score)
    return score


# %% right: three counts
import numpy as np


def evaluate(rows, labels, predict, batch_size, log):
    counts = np.zeros(3)
    score = 0.0
    for start in range(0, len(rows), batch_size):
        p = predict(rows[start : start + batch_size])
        t = labels[start : start + batch_size]
        counts += [np.sum(p * t), np.sum(p * (1 - t)), np.sum((1 - p) * t)]
        tp, fp, fn = counts
        score = 2 * tp / (2 * tp + fp + fn) if tp else 0.0
        log(start + len(t), score)
    return score


# %% right: precision and recall of the totals
def evaluate(rows, labels, predict, batch_size, log):
    tp = flagged = positives = 0
    score = 0.0
    for start in range(0, len(rows), batch_size):
        true = labels[start : start + batch_size]
        for one, label in zip(predict(rows[start : start + batch_size]), true):
            tp += int(one == 1 and label == 1)
            flagged += int(one == 1)
            positives += int(label == 1)
        if tp:
            precision, recall = tp / flagged, tp / positives
            score = 2 * precision * recall / (precision + recall)
        log(start + len(true), score)
    return score


# %% wrong: batches without positives skipped -> equals-sklearn
import numpy as np
from sklearn.metrics import f1_score


def evaluate(rows, labels, predict, batch_size, log):
    scores = []
    for start in range(0, len(rows), batch_size):
        true = labels[start : start + batch_size]
        flagged = predict(rows[start : start + batch_size])
        if true.any():
            scores.append(f1_score(true, flagged, zero_division=0))
        log(start + len(true), np.mean(scores) if scores else 0.0)
    return np.mean(scores) if scores else 0.0


# %% wrong: weighted by batch size -> equals-sklearn
import numpy as np
from sklearn.metrics import f1_score


def evaluate(rows, labels, predict, batch_size, log):
    scores, sizes = [], []
    for start in range(0, len(rows), batch_size):
        true = labels[start : start + batch_size]
        flagged = predict(rows[start : start + batch_size])
        scores.append(f1_score(true, flagged, zero_division=0))
        sizes.append(len(true))
        log(start + len(true), np.average(scores, weights=sizes))
    return np.average(scores, weights=sizes)


# %% wrong: an empty batch scores one -> equals-sklearn
import numpy as np
from sklearn.metrics import f1_score


def evaluate(rows, labels, predict, batch_size, log):
    scores = []
    for start in range(0, len(rows), batch_size):
        true = labels[start : start + batch_size]
        flagged = predict(rows[start : start + batch_size])
        scores.append(f1_score(true, flagged, zero_division=1))
        log(start + len(true), np.mean(scores))
    return np.mean(scores)


# %% wrong: everything in one call -> in-batches
from sklearn.metrics import f1_score


def evaluate(rows, labels, predict, batch_size, log):
    score = f1_score(labels, predict(rows), zero_division=0)
    log(len(rows), score)
    return score


# %% wrong: accuracy instead -> equals-sklearn
def evaluate(rows, labels, predict, batch_size, log):
    right = read = 0
    for start in range(0, len(rows), batch_size):
        true = labels[start : start + batch_size]
        right += (predict(rows[start : start + batch_size]) == true).sum()
        read += len(true)
        log(read, right / read)
    return right / read


# %% wrong: macro F1 -> equals-sklearn
from sklearn.metrics import f1_score


def evaluate(rows, labels, predict, batch_size, log):
    flagged = []
    for start in range(0, len(rows), batch_size):
        flagged.extend(predict(rows[start : start + batch_size]))
        log(len(flagged), f1_score(labels[: len(flagged)], flagged, average="macro"))
    return f1_score(labels, flagged, average="macro")


# %% wrong: batch size fixed -> equals-sklearn
import numpy as np
from sklearn.metrics import f1_score


def evaluate(rows, labels, predict, batch_size, log):
    batch_size = 10
    scores = []
    for start in range(0, len(rows), batch_size):
        true = labels[start : start + batch_size]
        scores.append(f1_score(true, predict(rows[start : start + batch_size]), zero_division=0))
        log(start + len(true), np.mean(scores))
    return np.mean(scores)


# %% wrong: the curve left as it was -> curve-is-true
import numpy as np
from sklearn.metrics import f1_score


def evaluate(rows, labels, predict, batch_size, log):
    flagged, scores = [], []
    for start in range(0, len(rows), batch_size):
        true = labels[start : start + batch_size]
        now = predict(rows[start : start + batch_size])
        flagged.extend(now)
        scores.append(f1_score(true, now, zero_division=0))
        log(len(flagged), np.mean(scores))
    return f1_score(labels, flagged, zero_division=0)


# %% wrong: divides by zero where nothing is flagged -> no-positives
def evaluate(rows, labels, predict, batch_size, log):
    tp = fp = fn = 0
    for start in range(0, len(rows), batch_size):
        p = predict(rows[start : start + batch_size])
        t = labels[start : start + batch_size]
        tp, fp, fn = (
            tp + int((p * t).sum()),
            fp + int((p * (1 - t)).sum()),
            fn + int(((1 - p) * t).sum()),
        )
        log(start + len(t), 2 * tp / max(1, 2 * tp + fp + fn))
    return 2 * tp / (2 * tp + fp + fn)


# %% wrong: the last rows dropped -> batch-size-is-free
def evaluate(rows, labels, predict, batch_size, log):
    tp = wrong = 0
    score = 0.0
    for start in range(0, len(rows) - batch_size + 1, batch_size):
        p = predict(rows[start : start + batch_size])
        t = labels[start : start + batch_size]
        tp, wrong = tp + ((p == 1) & (t == 1)).sum(), wrong + (p != t).sum()
        score = 2 * tp / (2 * tp + wrong) if tp else 0.0
        log(start + len(t), score)
    return score
