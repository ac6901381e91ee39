"""Solutions of write_wilson: right ones in other words, and wrong ones with their claim."""

# %% right: another order
from math import sqrt
from statistics import NormalDist


def wilson(right, items, level):
    z = NormalDist().inv_cdf(1 - (1 - level) / 2)
    n, p = items, right / items
    half = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    centre = p + z * z / (2 * n)
    return (centre - half) / (1 + z * z / n), (centre + half) / (1 + z * z / n)


# %% right: roots of the quadratic equation
import numpy as np
from scipy.stats import norm


def wilson(right, items, level):
    z2 = norm.ppf(0.5 + level / 2) ** 2
    # (p̂ − p)² = z² p (1 − p)/n, solved for p
    p = right / items
    roots = np.roots([1 + z2 / items, -(2 * p + z2 / items), p * p])
    low, high = sorted(roots.real)
    return max(low, 0.0), min(high, 1.0)


# %% wrong: the normal interval -> equals-scipy
from math import sqrt
from statistics import NormalDist


def wilson(right, items, level):
    z = NormalDist().inv_cdf(0.5 + level / 2)
    p = right / items
    half = z * sqrt(p * (1 - p) / items)
    return p - half, p + half


# %% wrong: a normal interval round a shifted share -> equals-scipy
from math import sqrt
from statistics import NormalDist


def wilson(right, items, level):
    z = NormalDist().inv_cdf(0.5 + level / 2)
    n = items + z * z
    p = (right + z * z / 2) / n
    half = z * sqrt(p * (1 - p) / n)
    return p - half, p + half


# %% wrong: not divided by 1 + z²/n -> equals-scipy
from math import sqrt
from statistics import NormalDist


def wilson(right, items, level):
    z = NormalDist().inv_cdf(1 - (1 - level) / 2)
    n, p = items, right / items
    half = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    centre = p + z * z / (2 * n)
    return (centre - half), (centre + half)


# %% wrong: z for one side -> equals-scipy
from math import sqrt
from statistics import NormalDist


def wilson(right, items, level):
    z = NormalDist().inv_cdf(level)
    n, p = items, right / items
    half = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    centre = p + z * z / (2 * n)
    return (centre - half) / (1 + z * z / n), (centre + half) / (1 + z * z / n)


# %% wrong: the term under the root is missing -> equals-scipy
from math import sqrt
from statistics import NormalDist


def wilson(right, items, level):
    z = NormalDist().inv_cdf(1 - (1 - level) / 2)
    n, p = items, right / items
    half = z * sqrt(p * (1 - p) / n)
    centre = p + z * z / (2 * n)
    return (centre - half) / (1 + z * z / n), (centre + half) / (1 + z * z / n)


# %% wrong: 4n instead of 4n² -> equals-scipy
from math import sqrt
from statistics import NormalDist


def wilson(right, items, level):
    z = NormalDist().inv_cdf(1 - (1 - level) / 2)
    n, p = items, right / items
    half = z * sqrt(p * (1 - p) / n + z * z / (4 * n))
    centre = p + z * z / (2 * n)
    return (centre - half) / (1 + z * z / n), (centre + half) / (1 + z * z / n)


# %% wrong: the centre is p -> equals-scipy
from math import sqrt
from statistics import NormalDist


def wilson(right, items, level):
    z = NormalDist().inv_cdf(1 - (1 - level) / 2)
    n, p = items, right / items
    half = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    centre = p
    return (centre - half) / (1 + z * z / n), (centre + half) / (1 + z * z / n)


# %% wrong: z not squared -> equals-scipy
from math import sqrt
from statistics import NormalDist


def wilson(right, items, level):
    z = NormalDist().inv_cdf(1 - (1 - level) / 2)
    n, p = items, right / items
    half = z * sqrt(p * (1 - p) / n + z / (4 * n * n))
    centre = p + z / (2 * n)
    return (centre - half) / (1 + z / n), (centre + half) / (1 + z / n)


# %% wrong: half a width too few -> equals-scipy
from math import sqrt
from statistics import NormalDist


def wilson(right, items, level):
    z = NormalDist().inv_cdf(1 - (1 - level) / 2)
    n, p = items, right / items
    half = z / 2 * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    centre = p + z * z / (2 * n)
    return (centre - half) / (1 + z * z / n), (centre + half) / (1 + z * z / n)


# %% wrong: divided by n - 1 -> equals-scipy
from math import sqrt
from statistics import NormalDist


def wilson(right, items, level):
    z = NormalDist().inv_cdf(1 - (1 - level) / 2)
    n, p = items, right / items
    half = z * sqrt(p * (1 - p) / max(n - 1, 1) + z * z / (4 * n * n))
    centre = p + z * z / (2 * n)
    return (centre - half) / (1 + z * z / n), (centre + half) / (1 + z * z / n)


# %% wrong: a list of share and half width -> equals-scipy
from math import sqrt
from statistics import NormalDist


def wilson(right, items, level):
    z = NormalDist().inv_cdf(1 - (1 - level) / 2)
    n, p = items, right / items
    half = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    centre = p + z * z / (2 * n)
    return centre / (1 + z * z / n), half / (1 + z * z / n)


# %% wrong: z fixed at 1.96 -> level
from math import sqrt
from statistics import NormalDist


def wilson(right, items, level):
    z = 1.96
    n, p = items, right / items
    half = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    centre = p + z * z / (2 * n)
    return (centre - half) / (1 + z * z / n), (centre + half) / (1 + z * z / n)


# %% wrong: a table of two levels -> level
from math import sqrt
from statistics import NormalDist


def wilson(right, items, level):
    z = {0.95: 1.96, 0.99: 2.576}.get(level, 1.96)
    n, p = items, right / items
    half = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    centre = p + z * z / (2 * n)
    return (centre - half) / (1 + z * z / n), (centre + half) / (1 + z * z / n)


# %% wrong: the level of the first call is kept -> level
from math import sqrt
from statistics import NormalDist

Z = []


def wilson(right, items, level):
    if not Z:
        Z.append(NormalDist().inv_cdf(1 - (1 - level) / 2))
    z = Z[0]
    n, p = items, right / items
    half = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    centre = p + z * z / (2 * n)
    return (centre - half) / (1 + z * z / n), (centre + half) / (1 + z * z / n)


# %% wrong: no width at the extremes -> extremes
from math import sqrt
from statistics import NormalDist


def wilson(right, items, level):
    z = NormalDist().inv_cdf(1 - (1 - level) / 2)
    n, p = items, right / items
    if p in (0, 1):
        return p, p
    half = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    centre = p + z * z / (2 * n)
    return (centre - half) / (1 + z * z / n), (centre + half) / (1 + z * z / n)


# %% wrong: the whole range at the extremes -> extremes
from math import sqrt
from statistics import NormalDist


def wilson(right, items, level):
    z = NormalDist().inv_cdf(1 - (1 - level) / 2)
    n, p = items, right / items
    if p in (0, 1):
        return 0.0, 1.0
    half = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    centre = p + z * z / (2 * n)
    return (centre - half) / (1 + z * z / n), (centre + half) / (1 + z * z / n)


# %% wrong: the rule of three at the extremes -> extremes
from math import sqrt
from statistics import NormalDist


def wilson(right, items, level):
    z = NormalDist().inv_cdf(1 - (1 - level) / 2)
    n, p = items, right / items
    if p == 0:
        return 0.0, 3 / n
    if p == 1:
        return 1 - 3 / n, 1.0
    half = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    centre = p + z * z / (2 * n)
    return (centre - half) / (1 + z * z / n), (centre + half) / (1 + z * z / n)


# %% wrong: a logarithm of the odds -> extremes
from math import sqrt
from statistics import NormalDist


def wilson(right, items, level):
    z = NormalDist().inv_cdf(1 - (1 - level) / 2)
    n, p = items, right / items
    odds = p / (1 - p)
    half = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    centre = p + z * z / (2 * n)
    return (centre - half) / (1 + z * z / n), (centre + half) / (1 + z * z / n)
