"""Solutions of write_weighted_kappa: right ones in other words, and wrong ones with their claim."""

# %% right: a table
import numpy as np


def weighted_kappa(first, second, levels):
    table = np.zeros((levels, levels))
    np.add.at(table, (first, second), 1)
    table /= table.sum()
    i = np.arange(levels)
    weights = (i[:, None] - i) ** 2
    expected = np.outer(table.sum(1), table.sum(0))
    chance = (weights * expected).sum()
    if chance == 0:
        return np.nan
    return 1 - (weights * table).sum() / chance


# %% right: plain Python
def weighted_kappa(first, second, levels):
    a, b = first.tolist(), second.tolist()
    n = len(a)
    seen = sum((x - y) ** 2 for x, y in zip(a, b)) / n
    chance = sum((x - y) ** 2 for x in a for y in b) / n**2
    return 1 - seen / chance if chance else float("nan")


# %% wrong: without weights -> equals-sklearn
import numpy as np


def weighted_kappa(first, second, levels):
    table = np.zeros((levels, levels))
    np.add.at(table, (first, second), 1)
    table /= table.sum()
    i = np.arange(levels)
    weights = i[:, None] != i
    expected = np.outer(table.sum(1), table.sum(0))
    chance = (weights * expected).sum()
    if chance == 0:
        return np.nan
    return 1 - (weights * table).sum() / chance


# %% wrong: linear weights -> equals-sklearn
import numpy as np


def weighted_kappa(first, second, levels):
    table = np.zeros((levels, levels))
    np.add.at(table, (first, second), 1)
    table /= table.sum()
    i = np.arange(levels)
    weights = abs(i[:, None] - i)
    expected = np.outer(table.sum(1), table.sum(0))
    chance = (weights * expected).sum()
    if chance == 0:
        return np.nan
    return 1 - (weights * table).sum() / chance


# %% wrong: weights of agreement -> equals-sklearn
import numpy as np


def weighted_kappa(first, second, levels):
    table = np.zeros((levels, levels))
    np.add.at(table, (first, second), 1)
    table /= table.sum()
    i = np.arange(levels)
    weights = 1 - ((i[:, None] - i) / (levels - 1)) ** 2
    expected = np.outer(table.sum(1), table.sum(0))
    chance = (weights * expected).sum()
    if chance == 0:
        return np.nan
    return 1 - (weights * table).sum() / chance


# %% wrong: 1 minus kappa -> equals-sklearn
import numpy as np


def weighted_kappa(first, second, levels):
    table = np.zeros((levels, levels))
    np.add.at(table, (first, second), 1)
    table /= table.sum()
    i = np.arange(levels)
    weights = (i[:, None] - i) ** 2
    expected = np.outer(table.sum(1), table.sum(0))
    chance = (weights * expected).sum()
    if chance == 0:
        return np.nan
    return (weights * table).sum() / chance


# %% wrong: chance is uniform -> equals-sklearn
import numpy as np


def weighted_kappa(first, second, levels):
    table = np.zeros((levels, levels))
    np.add.at(table, (first, second), 1)
    table /= table.sum()
    i = np.arange(levels)
    weights = (i[:, None] - i) ** 2
    expected = np.full((levels, levels), 1 / levels**2)
    chance = (weights * expected).sum()
    if len(set(first)) == 1:
        return np.nan
    return 1 - (weights * table).sum() / chance


# %% wrong: chance from one annotator -> equals-sklearn
import numpy as np


def weighted_kappa(first, second, levels):
    table = np.zeros((levels, levels))
    np.add.at(table, (first, second), 1)
    table /= table.sum()
    i = np.arange(levels)
    weights = (i[:, None] - i) ** 2
    expected = np.outer(table.sum(1), table.sum(1))
    chance = (weights * expected).sum()
    if chance == 0:
        return np.nan
    return 1 - (weights * table).sum() / chance


# %% wrong: both habits thrown together -> equals-sklearn
import numpy as np


def weighted_kappa(first, second, levels):
    table = np.zeros((levels, levels))
    np.add.at(table, (first, second), 1)
    table /= table.sum()
    i = np.arange(levels)
    weights = (i[:, None] - i) ** 2
    pooled = (table.sum(1) + table.sum(0)) / 2
    expected = np.outer(pooled, pooled)
    chance = (weights * expected).sum()
    if chance == 0:
        return np.nan
    return 1 - (weights * table).sum() / chance


# %% wrong: Pearson correlation -> equals-sklearn
import numpy as np


def weighted_kappa(first, second, levels):
    return np.corrcoef(first, second)[0, 1]


# %% wrong: the weights are not normalised on one side -> equals-sklearn
import numpy as np


def weighted_kappa(first, second, levels):
    table = np.zeros((levels, levels))
    np.add.at(table, (first, second), 1)
    table /= table.sum()
    i = np.arange(levels)
    weights = (i[:, None] - i) ** 2
    expected = np.outer(table.sum(1), table.sum(0))
    chance = (weights * expected).sum()
    if chance == 0:
        return np.nan
    return 1 - (weights * table).sum() / (levels - 1) ** 2 / chance


# %% wrong: ratings moved in place -> equals-sklearn
import numpy as np


def weighted_kappa(first, second, levels):
    first += 1
    second += 1
    first, second = first - 1, second - 1
    table = np.zeros((levels, levels))
    np.add.at(table, (first, second), 1)
    table /= table.sum()
    i = np.arange(levels)
    weights = (i[:, None] - i) ** 2
    expected = np.outer(table.sum(1), table.sum(0))
    chance = (weights * expected).sum()
    if chance == 0:
        return np.nan
    return 1 - (weights * table).sum() / chance


# %% wrong: fills one table over all calls -> unused-level
import numpy as np

TABLE = {}


def weighted_kappa(first, second, levels):
    table = TABLE.setdefault(levels, np.zeros((levels, levels)))
    np.add.at(table, (first, second), 1)
    i = np.arange(levels)
    weights = (i[:, None] - i) ** 2
    expected = np.outer(table.sum(1), table.sum(0)) / table.sum()
    chance = (weights * expected).sum()
    if chance == 0 or len(set(first.tolist() + second.tolist())) == 1:
        return np.nan
    return 1 - (weights * table).sum() / chance


# %% wrong: ratings renumbered -> unused-level
import numpy as np


def weighted_kappa(first, second, levels):
    values, codes = np.unique(np.concatenate([first, second]), return_inverse=True)
    a, b = codes[: len(first)], codes[len(first) :]
    seen = np.mean((a - b) ** 2)
    chance = np.mean((a[:, None] - b) ** 2)
    return 1 - seen / chance if chance else np.nan


# %% wrong: only ratings of both annotators -> unused-level
import numpy as np


def weighted_kappa(first, second, levels):
    values = sorted(set(first.tolist()) & set(second.tolist()))
    at = {value: place for place, value in enumerate(values)}
    pairs = [(at[a], at[b]) for a, b in zip(first.tolist(), second.tolist()) if a in at and b in at]
    a, b = np.array(pairs).T
    seen = np.mean((a - b) ** 2)
    chance = np.mean((a[:, None] - b) ** 2)
    return 1 - seen / chance if chance else np.nan


# %% wrong: cut off at zero -> below-chance
import numpy as np


def weighted_kappa(first, second, levels):
    table = np.zeros((levels, levels))
    np.add.at(table, (first, second), 1)
    table /= table.sum()
    i = np.arange(levels)
    weights = (i[:, None] - i) ** 2
    expected = np.outer(table.sum(1), table.sum(0))
    chance = (weights * expected).sum()
    if chance == 0:
        return np.nan
    return max(0.0, 1 - (weights * table).sum() / chance)


# %% wrong: the sign is lost -> below-chance
import numpy as np


def weighted_kappa(first, second, levels):
    table = np.zeros((levels, levels))
    np.add.at(table, (first, second), 1)
    table /= table.sum()
    i = np.arange(levels)
    weights = (i[:, None] - i) ** 2
    expected = np.outer(table.sum(1), table.sum(0))
    chance = (weights * expected).sum()
    if chance == 0:
        return np.nan
    return abs(1 - (weights * table).sum() / chance)


# %% wrong: chance 0 counts as full agreement -> undefined
import numpy as np


def weighted_kappa(first, second, levels):
    table = np.zeros((levels, levels))
    np.add.at(table, (first, second), 1)
    table /= table.sum()
    i = np.arange(levels)
    weights = (i[:, None] - i) ** 2
    expected = np.outer(table.sum(1), table.sum(0))
    chance = (weights * expected).sum()
    if chance == 0:
        return 1.0
    return 1 - (weights * table).sum() / chance


# %% wrong: a tiny number below the line -> undefined
import numpy as np


def weighted_kappa(first, second, levels):
    table = np.zeros((levels, levels))
    np.add.at(table, (first, second), 1)
    table /= table.sum()
    i = np.arange(levels)
    weights = (i[:, None] - i) ** 2
    expected = np.outer(table.sum(1), table.sum(0))
    chance = (weights * expected).sum()
    return 1 - (weights * table).sum() / (chance + 1e-12)


# %% wrong: chance 0 counts as none -> undefined
import numpy as np


def weighted_kappa(first, second, levels):
    table = np.zeros((levels, levels))
    np.add.at(table, (first, second), 1)
    table /= table.sum()
    i = np.arange(levels)
    weights = (i[:, None] - i) ** 2
    expected = np.outer(table.sum(1), table.sum(0))
    chance = (weights * expected).sum()
    if chance == 0:
        return 0.0
    return 1 - (weights * table).sum() / chance
