"""Solutions of write_bootstrap: right ones in other words, and wrong ones with their claim."""

# %% right: a loop of draws
import numpy as np


def paired_bootstrap(first, second, level, resamples, rng):
    n = len(first)
    means = []
    for _ in range(resamples):
        drawn = rng.integers(0, n, n)
        means.append(first[drawn].mean() - second[drawn].mean())
    side = (1 - level) / 2
    return np.quantile(means, side), np.quantile(means, 1 - side)


# %% right: choice and percentile
import numpy as np


def paired_bootstrap(first, second, level, resamples, rng):
    gaps = first - second
    means = rng.choice(gaps, (resamples, len(gaps)), replace=True).mean(1)
    return tuple(np.percentile(means, [50 * (1 - level), 50 * (1 + level)]).tolist())


# %% right: counts of each item
import numpy as np


def paired_bootstrap(first, second, level, resamples, rng):
    n = len(first)
    counts = rng.multinomial(n, [1 / n] * n, size=resamples)
    means = np.sort(counts @ (first - second) / n)
    low = means[int((1 - level) / 2 * (resamples - 1))]
    high = means[round((1 + level) / 2 * (resamples - 1))]
    return low, high


# %% wrong: the whole rest on each side -> equals-scipy
import numpy as np


def paired_bootstrap(first, second, level, resamples, rng):
    n = len(first)
    means = []
    for _ in range(resamples):
        drawn = rng.integers(0, n, n)
        means.append(first[drawn].mean() - second[drawn].mean())
    side = 1 - level
    return np.quantile(means, side), np.quantile(means, 1 - side)


# %% wrong: second minus first -> equals-scipy
import numpy as np


def paired_bootstrap(first, second, level, resamples, rng):
    n = len(first)
    means = []
    for _ in range(resamples):
        drawn = rng.integers(0, n, n)
        means.append(second[drawn].mean() - first[drawn].mean())
    side = (1 - level) / 2
    return np.quantile(means, side), np.quantile(means, 1 - side)


# %% wrong: without putting back -> equals-scipy
import numpy as np


def paired_bootstrap(first, second, level, resamples, rng):
    n = len(first)
    means = []
    for _ in range(resamples):
        drawn = rng.permutation(n)
        means.append(first[drawn].mean() - second[drawn].mean())
    side = (1 - level) / 2
    return np.quantile(means, side), np.quantile(means, 1 - side)


# %% wrong: half as many items -> equals-scipy
import numpy as np


def paired_bootstrap(first, second, level, resamples, rng):
    n = len(first)
    means = []
    for _ in range(resamples):
        drawn = rng.integers(0, n, n // 2)
        means.append(first[drawn].mean() - second[drawn].mean())
    side = (1 - level) / 2
    return np.quantile(means, side), np.quantile(means, 1 - side)


# %% wrong: quantiles of the items -> equals-scipy
import numpy as np


def paired_bootstrap(first, second, level, resamples, rng):
    n = len(first)
    means = list(first - second)
    for _ in range(0):
        drawn = rng.integers(0, n, n)
        means.append(first[drawn].mean() - second[drawn].mean())
    side = (1 - level) / 2
    return np.quantile(means, side), np.quantile(means, 1 - side)


# %% wrong: the standard deviation instead of its error -> equals-scipy
import numpy as np


def paired_bootstrap(first, second, level, resamples, rng):
    gaps = first - second
    return gaps.mean() - 1.96 * gaps.std(), gaps.mean() + 1.96 * gaps.std()


# %% wrong: the first system only -> equals-scipy
import numpy as np


def paired_bootstrap(first, second, level, resamples, rng):
    n = len(first)
    means = []
    for _ in range(resamples):
        drawn = rng.integers(0, n, n)
        means.append(first[drawn].mean())
    side = (1 - level) / 2
    return np.quantile(means, side), np.quantile(means, 1 - side)


# %% wrong: medians -> equals-scipy
import numpy as np


def paired_bootstrap(first, second, level, resamples, rng):
    n = len(first)
    means = []
    for _ in range(resamples):
        drawn = rng.integers(0, n, n)
        means.append(np.median(first[drawn] - second[drawn]))
    side = (1 - level) / 2
    return np.quantile(means, side), np.quantile(means, 1 - side)


# %% wrong: shuffles its arguments -> equals-scipy
import numpy as np


def paired_bootstrap(first, second, level, resamples, rng):
    n = len(first)
    means = []
    for _ in range(resamples):
        rng.shuffle(first)
        drawn = rng.integers(0, n, n)
        means.append(first[drawn].mean() - second[drawn].mean())
    side = (1 - level) / 2
    return np.quantile(means, side), np.quantile(means, 1 - side)


# %% wrong: centred at zero, as for a test -> equals-scipy
import numpy as np


def paired_bootstrap(first, second, level, resamples, rng):
    n = len(first)
    means = []
    for _ in range(resamples):
        drawn = rng.integers(0, n, n)
        means.append(first[drawn].mean() - second[drawn].mean())
    means = np.array(means) - np.mean(means)
    side = (1 - level) / 2
    return np.quantile(means, side), np.quantile(means, 1 - side)


# %% wrong: the two systems drawn apart -> paired
import numpy as np


def paired_bootstrap(first, second, level, resamples, rng):
    n = len(first)
    means = []
    for _ in range(resamples):
        drawn = rng.integers(0, n, n)
        means.append(first[drawn].mean() - second[rng.integers(0, n, n)].mean())
    side = (1 - level) / 2
    return np.quantile(means, side), np.quantile(means, 1 - side)


# %% wrong: two separate intervals -> paired
import numpy as np


def paired_bootstrap(first, second, level, resamples, rng):
    n = len(first)
    one = first[rng.integers(0, n, (resamples, n))].mean(1)
    two = second[rng.integers(0, n, (resamples, n))].mean(1)
    gap = first.mean() - second.mean()
    spread = np.sqrt(one.std() ** 2 + two.std() ** 2)
    means = gap + spread * np.sort((one - one.mean()) / one.std())
    return np.quantile(means, (1 - level) / 2), np.quantile(means, (1 + level) / 2)


# %% wrong: mean and standard errors -> percentiles
import numpy as np
from statistics import NormalDist


def paired_bootstrap(first, second, level, resamples, rng):
    n = len(first)
    gaps = first - second
    means = gaps[rng.integers(0, n, (resamples, n))].mean(1)
    if resamples == 1:
        return means[0], means[0]
    z = NormalDist().inv_cdf((1 + level) / 2)
    return gaps.mean() - z * means.std(), gaps.mean() + z * means.std()


# %% wrong: mirrored quantiles -> percentiles
import numpy as np


def paired_bootstrap(first, second, level, resamples, rng):
    n = len(first)
    gaps = first - second
    means = gaps[rng.integers(0, n, (resamples, n))].mean(1)
    low, high = np.quantile(means, [(1 - level) / 2, (1 + level) / 2])
    return 2 * gaps.mean() - high, 2 * gaps.mean() - low


# %% wrong: always 95 % -> level
import numpy as np


def paired_bootstrap(first, second, level, resamples, rng):
    n = len(first)
    means = []
    for _ in range(resamples):
        drawn = rng.integers(0, n, n)
        means.append(first[drawn].mean() - second[drawn].mean())
    side = 0.025
    return np.quantile(means, side), np.quantile(means, 1 - side)


# %% wrong: the level of the first call is kept -> level
import numpy as np

LEVEL = []


def paired_bootstrap(first, second, level, resamples, rng):
    LEVEL.append(level)
    level = LEVEL[0]
    n = len(first)
    means = []
    for _ in range(resamples):
        drawn = rng.integers(0, n, n)
        means.append(first[drawn].mean() - second[drawn].mean())
    side = (1 - level) / 2
    return np.quantile(means, side), np.quantile(means, 1 - side)


# %% wrong: a table of the usual levels -> level
import numpy as np


def paired_bootstrap(first, second, level, resamples, rng):
    n = len(first)
    means = []
    for _ in range(resamples):
        drawn = rng.integers(0, n, n)
        means.append(first[drawn].mean() - second[drawn].mean())
    side = {0.8: 0.1, 0.9: 0.05, 0.95: 0.025}.get(level, 0.025)
    return np.quantile(means, side), np.quantile(means, 1 - side)


# %% wrong: numpy's global generator -> generator
import numpy as np


def paired_bootstrap(first, second, level, resamples, rng):
    n = len(first)
    means = []
    for _ in range(resamples):
        drawn = np.random.randint(0, n, n)
        means.append(first[drawn].mean() - second[drawn].mean())
    side = (1 - level) / 2
    return np.quantile(means, side), np.quantile(means, 1 - side)


# %% wrong: a generator of its own -> generator
import numpy as np


def paired_bootstrap(first, second, level, resamples, rng):
    rng = np.random.default_rng()
    n = len(first)
    means = []
    for _ in range(resamples):
        drawn = rng.integers(0, n, n)
        means.append(first[drawn].mean() - second[drawn].mean())
    side = (1 - level) / 2
    return np.quantile(means, side), np.quantile(means, 1 - side)


# %% wrong: a fixed seed inside -> generator
import numpy as np


def paired_bootstrap(first, second, level, resamples, rng):
    rng = np.random.default_rng(0)
    n = len(first)
    means = []
    for _ in range(resamples):
        drawn = rng.integers(0, n, n)
        means.append(first[drawn].mean() - second[drawn].mean())
    side = (1 - level) / 2
    return np.quantile(means, side), np.quantile(means, 1 - side)


# %% wrong: always ten thousand draws -> generator
import numpy as np


def paired_bootstrap(first, second, level, resamples, rng):
    n = len(first)
    means = []
    for _ in range(10_000):
        drawn = rng.integers(0, n, n)
        means.append(first[drawn].mean() - second[drawn].mean())
    side = (1 - level) / 2
    return np.quantile(means, side), np.quantile(means, 1 - side)


# %% wrong: the measured difference is one of the draws -> generator
import numpy as np


def paired_bootstrap(first, second, level, resamples, rng):
    n = len(first)
    means = [first.mean() - second.mean()]
    for _ in range(resamples):
        drawn = rng.integers(0, n, n)
        means.append(first[drawn].mean() - second[drawn].mean())
    side = (1 - level) / 2
    return np.quantile(means, side), np.quantile(means, 1 - side)
