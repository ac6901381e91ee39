"""Solutions of write_roc_auc: right ones in other words, and wrong ones with their claim."""

# %% right: scipy's ranks
from scipy.stats import rankdata


def roc_auc(truth, scores):
    n1 = (truth == 1).sum()
    n0 = len(truth) - n1
    if not n1 or not n0:
        return float("nan")
    return (rankdata(scores)[truth == 1].sum() - n1 * (n1 + 1) / 2) / (n1 * n0)


# %% right: one pass over the sorted items
def roc_auc(truth, scores):
    items = sorted(zip(scores.tolist(), truth.tolist()))
    n1 = sum(t for _, t in items)
    n0 = len(items) - n1
    if n1 * n0 == 0:
        return float("nan")
    won, below, i = 0.0, 0, 0
    while i < len(items):
        j = i
        while j < len(items) and items[j][0] == items[i][0]:
            j += 1
        pos = sum(t for _, t in items[i:j])
        neg = j - i - pos
        won += pos * (below + neg / 2)
        below += neg
        i = j
    return won / (n1 * n0)


# %% right: counts below by binary search
import numpy as np


def roc_auc(truth, scores):
    neg = np.sort(scores[truth == 0])
    pos = scores[truth == 1]
    if len(neg) == 0 or len(pos) == 0:
        return np.nan
    less = np.searchsorted(neg, pos, "left")
    up_to = np.searchsorted(neg, pos, "right")
    return ((less + up_to) / 2).mean() / len(neg)


# %% wrong: ranks from zero -> equals-sklearn
from scipy.stats import rankdata


def roc_auc(truth, scores):
    n1 = (truth == 1).sum()
    n0 = len(truth) - n1
    if not n1 or not n0:
        return float("nan")
    ranks = rankdata(scores) - 1
    return (ranks[truth == 1].sum() - n1 * (n1 + 1) / 2) / (n1 * n0)


# %% wrong: sorted the wrong way -> equals-sklearn
from scipy.stats import rankdata


def roc_auc(truth, scores):
    n1 = (truth == 1).sum()
    n0 = len(truth) - n1
    if not n1 or not n0:
        return float("nan")
    ranks = rankdata(-scores)
    return (ranks[truth == 1].sum() - n1 * (n1 + 1) / 2) / (n1 * n0)


# %% wrong: argsort taken for ranks -> equals-sklearn
import numpy as np


def roc_auc(truth, scores):
    n1 = (truth == 1).sum()
    n0 = len(truth) - n1
    if not n1 or not n0:
        return float("nan")
    ranks = np.argsort(scores) + 1
    return (ranks[truth == 1].sum() - n1 * (n1 + 1) / 2) / (n1 * n0)


# %% wrong: divided by all pairs of items -> equals-sklearn
from scipy.stats import rankdata


def roc_auc(truth, scores):
    n1 = (truth == 1).sum()
    n0 = len(truth) - n1
    if not n1 or not n0:
        return float("nan")
    n = len(truth)
    return (rankdata(scores)[truth == 1].sum() - n1 * (n1 + 1) / 2) / (n * (n - 1) / 2)


# %% wrong: the correction forgotten -> equals-sklearn
from scipy.stats import rankdata


def roc_auc(truth, scores):
    n1 = (truth == 1).sum()
    n0 = len(truth) - n1
    if not n1 or not n0:
        return float("nan")
    return rankdata(scores)[truth == 1].sum() / (n1 * n0)


# %% wrong: sorts its argument in place -> equals-sklearn
from scipy.stats import rankdata


def roc_auc(truth, scores):
    n1 = (truth == 1).sum()
    n0 = len(truth) - n1
    if not n1 or not n0:
        return float("nan")
    auc = (rankdata(scores)[truth == 1].sum() - n1 * (n1 + 1) / 2) / (n1 * n0)
    scores.sort()
    return auc


# %% wrong: ties in the order they come -> ties
import numpy as np


def roc_auc(truth, scores):
    n1 = (truth == 1).sum()
    n0 = len(truth) - n1
    if not n1 or not n0:
        return float("nan")
    ranks = np.empty(len(scores))
    ranks[np.argsort(scores, kind="stable")] = np.arange(1, len(scores) + 1)
    return (ranks[truth == 1].sum() - n1 * (n1 + 1) / 2) / (n1 * n0)


# %% wrong: ties are lost -> ties
import numpy as np


def roc_auc(truth, scores):
    neg, pos = np.sort(scores[truth == 0]), scores[truth == 1]
    if not len(neg) or not len(pos):
        return np.nan
    return np.searchsorted(neg, pos, "left").mean() / len(neg)


# %% wrong: ties are won -> ties
from scipy.stats import rankdata


def roc_auc(truth, scores):
    n1 = (truth == 1).sum()
    n0 = len(truth) - n1
    if not n1 or not n0:
        return float("nan")
    ranks = rankdata(scores, method="max")
    return (ranks[truth == 1].sum() - n1 * (n1 + 1) / 2) / (n1 * n0)


# %% wrong: dense ranks -> ties
from scipy.stats import rankdata


def roc_auc(truth, scores):
    n1 = (truth == 1).sum()
    n0 = len(truth) - n1
    if not n1 or not n0:
        return float("nan")
    ranks = rankdata(scores, method="dense")
    return (ranks[truth == 1].sum() - n1 * (n1 + 1) / 2) / (n1 * n0)


# %% wrong: thresholds from 0 to 1 -> any-scores
import numpy as np


def roc_auc(truth, scores):
    n1 = (truth == 1).sum()
    n0 = len(truth) - n1
    if not n1 or not n0:
        return float("nan")
    cuts = np.linspace(-0.0005, 1.0005, 1002)[::-1]
    tpr = [0] + [(scores[truth == 1] >= c).mean() for c in cuts] + [1]
    fpr = [0] + [(scores[truth == 0] >= c).mean() for c in cuts] + [1]
    return np.trapezoid(tpr, fpr)


# %% wrong: scores rounded against noise -> any-scores
import numpy as np
from scipy.stats import rankdata


def roc_auc(truth, scores):
    n1 = (truth == 1).sum()
    n0 = len(truth) - n1
    if not n1 or not n0:
        return float("nan")
    ranks = rankdata(np.round(scores, 4))
    return (ranks[truth == 1].sum() - n1 * (n1 + 1) / 2) / (n1 * n0)


# %% wrong: a single class scores one half -> one-class
from scipy.stats import rankdata


def roc_auc(truth, scores):
    n1 = (truth == 1).sum()
    n0 = len(truth) - n1
    if not n1 or not n0:
        return 0.5
    return (rankdata(scores)[truth == 1].sum() - n1 * (n1 + 1) / 2) / (n1 * n0)


# %% wrong: a single class raises -> one-class
from scipy.stats import rankdata


def roc_auc(truth, scores):
    n1 = int((truth == 1).sum())
    n0 = len(truth) - n1
    return float(rankdata(scores)[truth == 1].sum() - n1 * (n1 + 1) / 2) / (n1 * n0)


# %% wrong: all pairs -> no-pairs
import numpy as np


def roc_auc(truth, scores):
    pos, neg = scores[truth == 1], scores[truth == 0]
    if not len(pos) or not len(neg):
        return np.nan
    gaps = pos[:, None] - neg[None, :]
    return ((gaps > 0) + 0.5 * (gaps == 0)).mean()
