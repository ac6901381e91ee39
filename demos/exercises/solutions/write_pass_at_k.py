"""Solutions of write_pass_at_k: right ones in other words, and wrong ones with their claim."""

# %% right: whole numbers
from math import comb


def pass_at_k(drawn, passed, k):
    return sum(1 - comb(n - c, k) / comb(n, k) for n, c in zip(drawn, passed)) / len(drawn)


# %% right: a product over the draws
def pass_at_k(drawn, passed, k):
    total = 0
    for n, c in zip(drawn, passed):
        none = 1.0
        for i in range(k):
            none *= max(0, n - c - i) / (n - i)
        total += 1 - none
    return total / len(drawn)


# %% right: logarithms of factorials
from math import exp, lgamma


def pass_at_k(drawn, passed, k):
    def one(n, c):
        if n - c < k:
            return 1.0
        log = lgamma(n - c + 1) - lgamma(n - c - k + 1) - lgamma(n + 1) + lgamma(n - k + 1)
        return 1 - exp(log)

    return sum(map(one, drawn, passed)) / len(drawn)


# %% wrong: drawn with putting back -> counts-subsets
import numpy as np


def pass_at_k(drawn, passed, k):
    return np.mean([1.0 if n - c < k else 1 - (1 - c / n) ** k for n, c in zip(drawn, passed)])


# %% wrong: the chance that none passes -> counts-subsets
from math import comb


def pass_at_k(drawn, passed, k):
    return sum(comb(n - c, k) / comb(n, k) for n, c in zip(drawn, passed)) / len(drawn)


# %% wrong: all k must pass -> counts-subsets
from math import comb


def pass_at_k(drawn, passed, k):
    return sum(comb(c, k) / comb(n, k) for n, c in zip(drawn, passed)) / len(drawn)


# %% wrong: the rate times k -> counts-subsets
def pass_at_k(drawn, passed, k):
    return sum(min(1.0, k * c / n) for n, c in zip(drawn, passed)) / len(drawn)


# %% wrong: the product starts one too low -> counts-subsets
import numpy as np


def pass_at_k(drawn, passed, k):
    def one(n, c):
        if n - c < k:
            return 1.0
        return 1.0 - np.prod(1.0 - k / np.arange(n - c, n + 1))

    return np.mean([one(n, c) for n, c in zip(drawn, passed)])


# %% wrong: the product ends one too low -> counts-subsets
import numpy as np


def pass_at_k(drawn, passed, k):
    def one(n, c):
        if n - c < k:
            return 1.0
        return 1.0 - np.prod(1.0 - k / np.arange(n - c + 1, n))

    return np.mean([one(n, c) for n, c in zip(drawn, passed)])


# %% wrong: one pool of answers -> mean-of-tasks
from math import comb


def pass_at_k(drawn, passed, k):
    n, c = sum(drawn), sum(passed)
    return 1 - comb(n - c, k) / comb(n, k)


# %% wrong: the mean rate in the formula -> mean-of-tasks
from math import comb


def pass_at_k(drawn, passed, k):
    n = drawn[0]
    c = round(sum(c / m for m, c in zip(drawn, passed)) / len(drawn) * n)
    return 1 - comb(n - c, k) / comb(n, k)


# %% wrong: all tasks have the first n -> mean-of-tasks
from math import comb


def pass_at_k(drawn, passed, k):
    n = drawn[0]
    return sum(1 - comb(max(n - c, 0), k) / comb(n, k) for c in passed) / len(passed)


# %% wrong: a list for each task -> mean-of-tasks
from math import comb


def pass_at_k(drawn, passed, k):
    each = [1 - comb(n - c, k) / comb(n, k) for n, c in zip(drawn, passed)]
    return each[0] if len(each) == 1 else each


# %% wrong: summed, not averaged -> mean-of-tasks
from math import comb


def pass_at_k(drawn, passed, k):
    return sum(1 - comb(n - c, k) / comb(n, k) for n, c in zip(drawn, passed))


# %% wrong: tasks that nothing passes are left out -> mean-of-tasks
from math import comb


def pass_at_k(drawn, passed, k):
    each = [1 - comb(n - c, k) / comb(n, k) for n, c in zip(drawn, passed) if c]
    return sum(each) / len(each) if each else 0.0


# %% wrong: negative factors -> few-failures
def pass_at_k(drawn, passed, k):
    total = 0
    for n, c in zip(drawn, passed):
        none = 1.0
        for i in range(k):
            none *= (n - c - i + 1e-9) / (n - i)
        total += 1 - none if c < n else 0
    return total / len(drawn)


# %% wrong: too few failures count as 0 -> few-failures
from math import comb


def pass_at_k(drawn, passed, k):
    def one(n, c):
        if n - c < k:
            return 0.0
        return 1 - comb(n - c, k) / comb(n, k)

    return sum(map(one, drawn, passed)) / len(drawn)


# %% wrong: factorials without the case -> few-failures
from math import factorial as f


def pass_at_k(drawn, passed, k):
    def one(n, c):
        return 1 - (f(n - c) * f(n - k)) / (f(n) * f(n - c - k))

    return sum(map(one, drawn, passed)) / len(drawn)


# %% wrong: factorials as floats -> large
from math import gamma


def pass_at_k(drawn, passed, k):
    def one(n, c):
        if n - c < k:
            return 1.0
        return 1 - gamma(n - c + 1) * gamma(n - k + 1) / (gamma(n + 1) * gamma(n - c - k + 1))

    return sum(map(one, drawn, passed)) / len(drawn)


# %% wrong: binomials as floats -> large
from scipy.special import comb


def pass_at_k(drawn, passed, k):
    def one(n, c):
        return 1 - comb(n - c, k) / comb(n, k)

    return sum(map(one, drawn, passed)) / len(drawn)
