"""Solutions of write_average_precision: right ones, and wrong ones with their claim."""

# %% right: a loop over thresholds
import numpy as np


def average_precision(truth, scores):
    total, before, positives = 0.0, 0.0, truth.sum()
    if not positives:
        return 0.0
    for cut in np.unique(scores)[::-1]:
        taken = scores >= cut
        hits = truth[taken].sum()
        total += (hits / positives - before) * hits / taken.sum()
        before = hits / positives
    return total


# %% right: each positive's precision, ties through searchsorted
import numpy as np


def average_precision(truth, scores):
    pos = np.sort(scores[truth == 1])
    if len(pos) == 0:
        return 0
    every = np.sort(scores)
    hits = len(pos) - np.searchsorted(pos, pos, "left")
    taken = len(every) - np.searchsorted(every, pos, "left")
    return np.mean(hits / taken)


# %% wrong: trapezoids -> equals-sklearn
import numpy as np


def average_precision(truth, scores):
    positives = truth.sum()
    if positives == 0:
        return 0.0
    points = [(0.0, 1.0)]
    for cut in np.unique(scores)[::-1]:
        taken = scores >= cut
        hits = truth[taken].sum()
        points.append((hits / positives, hits / taken.sum()))
    r, p = zip(*points)
    return np.trapezoid(p, r)


# %% wrong: sorted upwards -> equals-sklearn
import numpy as np


def average_precision(truth, scores):
    t = truth[np.argsort(scores)]
    if not t.sum():
        return 0.0
    p = np.cumsum(t) / np.arange(1, len(t) + 1)
    return p[t == 1].mean()


# %% wrong: precision averaged over all items -> equals-sklearn
import numpy as np


def average_precision(truth, scores):
    if not truth.sum():
        return 0.0
    cuts = np.unique(scores)
    return np.mean([truth[scores >= c].mean() for c in cuts])


# %% wrong: divided by the items -> equals-sklearn
import numpy as np


def average_precision(truth, scores):
    total, before = 0.0, 0.0
    if not truth.sum():
        return 0.0
    for cut in np.unique(scores)[::-1]:
        taken = scores >= cut
        hits = truth[taken].sum()
        total += (hits - before) / len(truth) * hits / taken.sum()
        before = hits
    return total


# %% wrong: interpolated precision -> equals-sklearn
import numpy as np


def average_precision(truth, scores):
    positives = truth.sum()
    if positives == 0:
        return 0.0
    cuts = np.unique(scores)[::-1]
    r = np.array([truth[scores >= c].sum() / positives for c in cuts])
    p = np.array([truth[scores >= c].mean() for c in cuts])
    p = np.maximum.accumulate(p[::-1])[::-1]
    return np.sum(np.diff(r, prepend=0) * p)


# %% wrong: the precision before the step -> equals-sklearn
import numpy as np


def average_precision(truth, scores):
    positives = truth.sum()
    if positives == 0:
        return 0.0
    cuts = np.unique(scores)[::-1]
    r = np.array([truth[scores >= c].sum() / positives for c in cuts])
    p = np.array([truth[scores >= c].mean() for c in cuts])
    return np.sum(np.diff(r, prepend=0) * np.append(1.0, p[:-1]))


# %% wrong: ranks from zero -> equals-sklearn
import numpy as np


def average_precision(truth, scores):
    t = truth[np.argsort(-scores)]
    if not t.sum():
        return 0.0
    p = np.cumsum(t)[1:] / np.arange(1, len(t))
    return p[t[1:] == 1].sum() / t.sum()


# %% wrong: scores turned round in place -> equals-sklearn
import numpy as np


def average_precision(truth, scores):
    total, before, positives = 0.0, 0.0, truth.sum()
    if not positives:
        return 0.0
    scores *= -1
    for cut in np.unique(scores):
        taken = scores <= cut
        hits = truth[taken].sum()
        total += (hits / positives - before) * hits / taken.sum()
        before = hits / positives
    return total


# %% wrong: ties one after another -> ties
import numpy as np


def average_precision(truth, scores):
    t = truth[np.argsort(-scores, kind="stable")]
    if not t.sum():
        return 0.0
    p = np.cumsum(t) / np.arange(1, len(t) + 1)
    return p[t == 1].mean()


# %% wrong: positives first among ties -> ties
import numpy as np


def average_precision(truth, scores):
    t = truth[np.lexsort((-truth, -scores))]
    if not t.sum():
        return 0.0
    p = np.cumsum(t) / np.arange(1, len(t) + 1)
    return p[t == 1].mean()


# %% wrong: negatives first among ties -> ties
import numpy as np


def average_precision(truth, scores):
    t = truth[np.lexsort((truth, -scores))]
    if not t.sum():
        return 0.0
    p = np.cumsum(t) / np.arange(1, len(t) + 1)
    return p[t == 1].mean()


# %% wrong: strictly above the threshold -> ties
import numpy as np


def average_precision(truth, scores):
    pos = scores[truth == 1]
    if len(pos) == 0:
        return 0.0
    return np.mean([((pos > s).sum() + 1) / ((scores > s).sum() + 1) for s in pos])


# %% wrong: takes the input as sorted -> equals-sklearn
import numpy as np


def average_precision(truth, scores):
    t = truth
    if not t.sum():
        return 0.0
    p = np.cumsum(t) / np.arange(1, len(t) + 1)
    return p[t == 1].mean()


# %% wrong: 0/0 without a positive -> no-positives
import numpy as np


def average_precision(truth, scores):
    total, before, positives = 0.0, 0.0, truth.sum()
    for cut in np.unique(scores)[::-1]:
        taken = scores >= cut
        hits = truth[taken].sum()
        total += (hits / positives - before) * hits / taken.sum()
        before = hits / positives
    return total


# %% wrong: one class is NaN, as with ROC-AUC -> no-positives
import numpy as np


def average_precision(truth, scores):
    total, before, positives = 0.0, 0.0, truth.sum()
    if positives in (0, len(truth)):
        return np.nan
    for cut in np.unique(scores)[::-1]:
        taken = scores >= cut
        hits = truth[taken].sum()
        total += (hits / positives - before) * hits / taken.sum()
        before = hits / positives
    return total


# %% wrong: a hundred thresholds from 0 to 1 -> any-scores
import numpy as np


def average_precision(truth, scores):
    total, before, positives = 0.0, 0.0, truth.sum()
    if not positives:
        return 0.0
    for cut in np.linspace(-0.005, 0.995, 101)[::-1]:
        taken = scores >= cut
        if not taken.any():
            continue
        hits = truth[taken].sum()
        total += (hits / positives - before) * hits / taken.sum()
        before = hits / positives
    return total


# %% wrong: scores rounded -> any-scores
import numpy as np


def average_precision(truth, scores):
    total, before, positives = 0.0, 0.0, truth.sum()
    if not positives:
        return 0.0
    scores = np.round(scores, 3)
    for cut in np.unique(scores)[::-1]:
        taken = scores >= cut
        hits = truth[taken].sum()
        total += (hits / positives - before) * hits / taken.sum()
        before = hits / positives
    return total
