"""Solutions of write_mcnemar: right ones in other words, and wrong ones with their claim."""

# %% right: counted
from math import comb


def mcnemar(first, second):
    b = sum(x == 1 and y == 0 for x, y in zip(first, second))
    c = sum(x == 0 and y == 1 for x, y in zip(first, second))
    n = b + c
    tail = sum(comb(n, k) for k in range(0, min(b, c) + 1)) * 0.5**n
    return min(1.0, 2 * tail)


# %% right: scipy
from scipy.stats import binom


def mcnemar(first, second):
    b = sum(1 for x, y in zip(first, second) if x and not y)
    c = sum(1 for x, y in zip(first, second) if y and not x)
    return float(min(1.0, 2 * binom.cdf(min(b, c), b + c, 0.5)))


# %% wrong: one side -> equals-scipy
from math import comb


def mcnemar(first, second):
    b = sum(x == 1 and y == 0 for x, y in zip(first, second))
    c = sum(x == 0 and y == 1 for x, y in zip(first, second))
    n = b + c
    tail = sum(comb(n, k) for k in range(0, min(b, c) + 1)) * 0.5**n
    return tail


# %% wrong: the smaller count is left out -> equals-scipy
from math import comb


def mcnemar(first, second):
    b = sum(x == 1 and y == 0 for x, y in zip(first, second))
    c = sum(x == 0 and y == 1 for x, y in zip(first, second))
    n = b + c
    tail = sum(comb(n, k) for k in range(0, min(b, c))) * 0.5**n
    return min(1.0, 2 * tail)


# %% wrong: the larger count -> equals-scipy
from math import comb


def mcnemar(first, second):
    b = sum(x == 1 and y == 0 for x, y in zip(first, second))
    c = sum(x == 0 and y == 1 for x, y in zip(first, second))
    n = b + c
    tail = sum(comb(n, k) for k in range(0, max(b, c) + 1)) * 0.5**n
    return min(1.0, 2 * tail)


# %% wrong: only the one term -> equals-scipy
from math import comb


def mcnemar(first, second):
    b = sum(x == 1 and y == 0 for x, y in zip(first, second))
    c = sum(x == 0 and y == 1 for x, y in zip(first, second))
    n = b + c
    tail = comb(n, b) * 0.5**n
    return min(1.0, 2 * tail)


# %% wrong: chi-squared -> equals-scipy
from math import erfc, sqrt


def mcnemar(first, second):
    b = sum(x > y for x, y in zip(first, second))
    c = sum(x < y for x, y in zip(first, second))
    if b == c:
        return 1.0
    return erfc(abs(b - c) / sqrt(b + c) / sqrt(2))


# %% wrong: chi-squared with a correction -> equals-scipy
from math import erfc, sqrt


def mcnemar(first, second):
    b = sum(x > y for x, y in zip(first, second))
    c = sum(x < y for x, y in zip(first, second))
    if b == c:
        return 1.0
    return erfc((abs(b - c) - 1) / sqrt(b + c) / sqrt(2))


# %% wrong: the binomials are not divided -> equals-scipy
from math import comb


def mcnemar(first, second):
    b = sum(x == 1 and y == 0 for x, y in zip(first, second))
    c = sum(x == 0 and y == 1 for x, y in zip(first, second))
    n = b + c
    tail = sum(comb(n, k) for k in range(0, min(b, c) + 1))
    return min(1.0, 2 * tail)


# %% wrong: a test of two independent shares -> equals-scipy
from math import erfc, sqrt


def mcnemar(first, second):
    n = len(first)
    p, q = sum(first) / n, sum(second) / n
    both = (p + q) / 2
    if both in (0, 1):
        return 1.0
    return erfc(abs(p - q) / sqrt(2 * both * (1 - both) / n) / sqrt(2))


# %% wrong: counts how often both are right -> equals-scipy
from math import comb


def mcnemar(first, second):
    b = sum(x == 1 and y == 1 for x, y in zip(first, second))
    c = sum(x == 0 and y == 1 for x, y in zip(first, second))
    n = b + c
    tail = sum(comb(n, k) for k in range(0, min(b, c) + 1)) * 0.5**n
    return min(1.0, 2 * tail)


# %% wrong: works in place -> equals-scipy
from math import comb


def mcnemar(first, second):
    first[:] = [x - y for x, y in zip(first, second)]
    second = [0] * len(first)
    b = sum(x == 1 and y == 0 for x, y in zip(first, second))
    c = sum(x == -1 for x, y in zip(first, second))
    n = b + c
    tail = sum(comb(n, k) for k in range(0, min(b, c) + 1)) * 0.5**n
    return min(1.0, 2 * tail)


# %% wrong: all items are coins -> only-differences
from math import comb


def mcnemar(first, second):
    b = sum(x == 1 and y == 0 for x, y in zip(first, second))
    c = sum(x == 0 and y == 1 for x, y in zip(first, second))
    n = len(first)
    tail = sum(comb(n, k) for k in range(0, min(b, c) + 1)) * 0.5**n
    return min(1.0, 2 * tail)


# %% wrong: all right answers count -> only-differences
from math import comb


def mcnemar(first, second):
    b = sum(x == 1 for x, y in zip(first, second))
    c = sum(y == 1 for x, y in zip(first, second))
    n = b + c
    tail = sum(comb(n, k) for k in range(0, min(b, c) + 1)) * 0.5**n
    return min(1.0, 2 * tail)


# %% wrong: ties are shared by halves -> only-differences
from math import comb


def mcnemar(first, second):
    b = sum(x == 1 and y == 0 for x, y in zip(first, second))
    c = sum(x == 0 and y == 1 for x, y in zip(first, second))
    same = len(first) - b - c
    b, c = b + same // 2, c + same // 2
    n = b + c
    tail = sum(comb(n, k) for k in range(0, min(b, c) + 1)) * 0.5**n
    return min(1.0, 2 * tail)


# %% wrong: only the first may be worse -> two-sided
from math import comb


def mcnemar(first, second):
    b = sum(x == 1 and y == 0 for x, y in zip(first, second))
    c = sum(x == 0 and y == 1 for x, y in zip(first, second))
    n = b + c
    tail = sum(comb(n, k) for k in range(0, b + 1)) * 0.5**n
    return min(1.0, 2 * tail)


# %% wrong: only the second may be worse -> two-sided
from math import comb


def mcnemar(first, second):
    b = sum(x == 1 and y == 0 for x, y in zip(first, second))
    c = sum(x == 0 and y == 1 for x, y in zip(first, second))
    n = b + c
    tail = sum(comb(n, k) for k in range(0, c + 1)) * 0.5**n
    return min(1.0, 2 * tail)


# %% wrong: above 1 -> two-sided
from math import comb


def mcnemar(first, second):
    b = sum(x == 1 and y == 0 for x, y in zip(first, second))
    c = sum(x == 0 and y == 1 for x, y in zip(first, second))
    n = b + c
    tail = sum(comb(n, k) for k in range(0, min(b, c) + 1)) * 0.5**n
    return 2 * tail if n else 1.0


# %% wrong: a negative sign for the worse -> two-sided
from math import comb


def mcnemar(first, second):
    b = sum(x == 1 and y == 0 for x, y in zip(first, second))
    c = sum(x == 0 and y == 1 for x, y in zip(first, second))
    n = b + c
    tail = sum(comb(n, k) for k in range(0, min(b, c) + 1)) * 0.5**n
    return min(1.0, 2 * tail) if b <= c else -min(1.0, 2 * tail)


# %% wrong: never different raises -> no-difference
from math import comb


def mcnemar(first, second):
    b = sum(x == 1 and y == 0 for x, y in zip(first, second))
    c = sum(x == 0 and y == 1 for x, y in zip(first, second))
    n = b + c
    tail = sum(comb(n, k) for k in range(0, min(b, c) + 1)) / 2**n * n / n
    return min(1.0, 2 * tail)


# %% wrong: never different is 0 -> no-difference
from math import comb


def mcnemar(first, second):
    b = sum(x == 1 and y == 0 for x, y in zip(first, second))
    c = sum(x == 0 and y == 1 for x, y in zip(first, second))
    n = b + c
    if n == 0:
        return 0.0
    tail = sum(comb(n, k) for k in range(0, min(b, c) + 1)) * 0.5**n
    return min(1.0, 2 * tail)


# %% wrong: never different is NaN -> no-difference
from math import comb


def mcnemar(first, second):
    b = sum(x == 1 and y == 0 for x, y in zip(first, second))
    c = sum(x == 0 and y == 1 for x, y in zip(first, second))
    n = b + c
    if n == 0:
        return float("nan")
    tail = sum(comb(n, k) for k in range(0, min(b, c) + 1)) * 0.5**n
    return min(1.0, 2 * tail)
