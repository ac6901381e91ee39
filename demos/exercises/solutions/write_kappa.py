"""Solutions of write_kappa: right ones in other words, and wrong ones with their claim."""

# %% right: a confusion matrix
import numpy as np


def cohen_kappa(first, second):
    labels, codes = np.unique(first + second, return_inverse=True)
    a, b = codes[: len(first)], codes[len(first) :]
    m = np.zeros((len(labels), len(labels)))
    np.add.at(m, (a, b), 1)
    m /= m.sum()
    po, pe = np.trace(m), m.sum(0) @ m.sum(1)
    return np.nan if pe == 1 else (po - pe) / (1 - pe)


# %% right: counters
from collections import Counter


def cohen_kappa(first, second):
    n = len(first)
    one, two = Counter(first), Counter(second)
    pe = sum(one[c] / n * two[c] / n for c in one)
    po = sum(a == b for a, b in zip(first, second)) / n
    if len(one) == 1 and one.keys() == two.keys():
        return float("nan")
    return 1 - (1 - po) / (1 - pe)


# %% wrong: chance is one over the labels -> equals-sklearn
def cohen_kappa(first, second):
    po = sum(a == b for a, b in zip(first, second)) / len(first)
    k = len(set(first) | set(second))
    if k == 1:
        return float("nan")
    return (po - 1 / k) / (1 - 1 / k)


# %% wrong: Scott's pi -> equals-sklearn
def cohen_kappa(first, second):
    n = len(first)
    both = first + second
    po = sum(a == b for a, b in zip(first, second)) / n
    pe = sum((both.count(c) / (2 * n)) ** 2 for c in set(both))
    return float("nan") if pe == 1 else (po - pe) / (1 - pe)


# %% wrong: chance from the first annotator only -> equals-sklearn
def cohen_kappa(first, second):
    n = len(first)
    po = sum(a == b for a, b in zip(first, second)) / n
    pe = sum((first.count(c) / n) ** 2 for c in set(first))
    return float("nan") if pe == 1 else (po - pe) / (1 - pe)


# %% wrong: not divided by what is left -> equals-sklearn
def cohen_kappa(first, second):
    n = len(first)
    po = sum(a == b for a, b in zip(first, second)) / n
    pe = sum(first.count(c) * second.count(c) for c in set(first)) / n**2
    return float("nan") if pe == 1 else po - pe


# %% wrong: divided by 1 - observed -> equals-sklearn
def cohen_kappa(first, second):
    n = len(first)
    po = sum(a == b for a, b in zip(first, second)) / n
    pe = sum(first.count(c) * second.count(c) for c in set(first)) / n**2
    return float("nan") if po == 1 else (po - pe) / (1 - po)


# %% wrong: the agreement alone -> equals-sklearn
def cohen_kappa(first, second):
    if len(set(first)) == 1:
        return float("nan")
    return sum(a == b for a, b in zip(first, second)) / len(first)


# %% wrong: sorts the labels in place -> equals-sklearn
def cohen_kappa(first, second):
    n = len(first)
    po = sum(a == b for a, b in zip(first, second)) / n
    first.sort()
    second.sort()
    pe = sum(first.count(c) * second.count(c) for c in set(first)) / n**2
    return float("nan") if pe == 1 else (po - pe) / (1 - pe)


# %% wrong: the labels of the first call are kept -> own-labels
LABELS = {}


def cohen_kappa(first, second):
    n = len(first)
    for c in first + second:
        if len(LABELS) < 3:
            LABELS.setdefault(c, len(LABELS))
    m = [[0] * 3 for _ in range(3)]
    for a, b in zip(first, second):
        m[LABELS[a]][LABELS[b]] += 1
    po = sum(m[i][i] for i in range(3)) / n
    pe = sum(sum(m[i]) * sum(r[i] for r in m) for i in range(3)) / n**2
    return float("nan") if pe == 1 else (po - pe) / (1 - pe)


# %% wrong: a table of the first annotator's labels -> own-labels
def cohen_kappa(first, second):
    labels = sorted(set(first))
    n = len(first)
    m = {a: {b: 0 for b in labels} for a in labels}
    for a, b in zip(first, second):
        m[a][b] += 1
    po = sum(m[c][c] for c in labels) / n
    pe = sum(first.count(c) * second.count(c) for c in labels) / n**2
    return float("nan") if pe == 1 else (po - pe) / (1 - pe)


# %% wrong: items with a label of one annotator are dropped -> own-labels
def cohen_kappa(first, second):
    common = set(first) & set(second)
    pairs = [(a, b) for a, b in zip(first, second) if a in common and b in common]
    first, second = [a for a, _ in pairs], [b for _, b in pairs]
    n = len(first)
    po = sum(a == b for a, b in zip(first, second)) / n
    pe = sum(first.count(c) * second.count(c) for c in common) / n**2
    return float("nan") if pe == 1 else (po - pe) / (1 - pe)


# %% wrong: cut off at zero -> below-chance
def cohen_kappa(first, second):
    n = len(first)
    po = sum(a == b for a, b in zip(first, second)) / n
    pe = sum(first.count(c) * second.count(c) for c in set(first)) / n**2
    return float("nan") if pe == 1 else max(0.0, (po - pe) / (1 - pe))


# %% wrong: the sign is lost -> below-chance
def cohen_kappa(first, second):
    n = len(first)
    po = sum(a == b for a, b in zip(first, second)) / n
    pe = sum(first.count(c) * second.count(c) for c in set(first)) / n**2
    return float("nan") if pe == 1 else abs(po - pe) / (1 - pe)


# %% wrong: chance 1 raises -> undefined
def cohen_kappa(first, second):
    n = len(first)
    po = sum(a == b for a, b in zip(first, second)) / n
    pe = sum(first.count(c) * second.count(c) for c in set(first)) / n**2
    return (po - pe) / (1 - pe)


# %% wrong: chance 1 counts as full agreement -> undefined
def cohen_kappa(first, second):
    n = len(first)
    po = sum(a == b for a, b in zip(first, second)) / n
    pe = sum(first.count(c) * second.count(c) for c in set(first)) / n**2
    return 1.0 if pe == 1 else (po - pe) / (1 - pe)


# %% wrong: a tiny number below the line -> undefined
def cohen_kappa(first, second):
    n = len(first)
    po = sum(a == b for a, b in zip(first, second)) / n
    pe = sum(first.count(c) * second.count(c) for c in set(first)) / n**2
    return (po - pe) / (1 - pe + 1e-12)
