"""Solutions of write_minhash: right ones in other words, and wrong ones with their claim."""

# %% right: plain Python
import numpy as np


def minhash(first, second, a, b):
    p = 2**61 - 1

    def signature(items):
        return np.array(
            [min((int(m) * x + int(c)) % p % 2**32 for x in items) for m, c in zip(a, b)]
        )

    one, two = signature(first), signature(second)
    return one, two, (one == two).sum() / len(a)


# %% right: one shingle after another
import numpy as np


def minhash(first, second, a, b):
    def signature(items):
        best = np.full(len(a), 2**32, dtype=np.int64)
        for x in set(items):
            best = np.minimum(best, (a * x + b) % (2**61 - 1) & 0xFFFFFFFF)
        return best

    one, two = signature(first), signature(second)
    agree = sum(int(s == t) for s, t in zip(one, two))
    return one, two, agree / len(one)


# %% wrong: the largest hash -> equals-datasketch
import numpy as np


def minhash(first, second, a, b):
    p = 2**61 - 1

    def signature(items):
        return np.array(
            [max((int(m) * x + int(c)) % p % 2**32 for x in items) for m, c in zip(a, b)]
        )

    one, two = signature(first), signature(second)
    return one, two, (one == two).sum() / len(a)


# %% wrong: without p -> equals-datasketch
import numpy as np


def minhash(first, second, a, b):
    p = 2**61 - 1

    def signature(items):
        return np.array([min((int(m) * x + int(c)) % 2**32 for x in items) for m, c in zip(a, b)])

    one, two = signature(first), signature(second)
    return one, two, (one == two).sum() / len(a)


# %% wrong: without 2³² -> equals-datasketch
import numpy as np


def minhash(first, second, a, b):
    p = 2**61 - 1

    def signature(items):
        return np.array([min((int(m) * x + int(c)) % p for x in items) for m, c in zip(a, b)])

    one, two = signature(first), signature(second)
    return one, two, (one == two).sum() / len(a)


# %% wrong: the minimum before the last modulus -> equals-datasketch
import numpy as np


def minhash(first, second, a, b):
    p = 2**61 - 1

    def signature(items):
        return np.array(
            [min((int(m) * x + int(c)) % p for x in items) % 2**32 for m, c in zip(a, b)]
        )

    one, two = signature(first), signature(second)
    return one, two, (one == two).sum() / len(a)


# %% wrong: a and b swapped -> equals-datasketch
import numpy as np


def minhash(first, second, a, b):
    p = 2**61 - 1

    def signature(items):
        return np.array(
            [min((int(m) * x + int(c)) % p % 2**32 for x in items) for m, c in zip(b, a)]
        )

    one, two = signature(first), signature(second)
    return one, two, (one == two).sum() / len(a)


# %% wrong: the shingle, not its hash -> equals-datasketch
import numpy as np


def minhash(first, second, a, b):
    p = 2**61 - 1

    def signature(items):
        return np.array(
            [min(items, key=lambda x: (int(m) * x + int(c)) % p % 2**32) for m, c in zip(a, b)]
        )

    one, two = signature(first), signature(second)
    return one, two, (one == two).sum() / len(a)


# %% wrong: products as floats -> equals-datasketch
import numpy as np


def minhash(first, second, a, b):
    p = 2**61 - 1

    def signature(items):
        return np.array(
            [min((float(m) * x + float(c)) % p % 2**32 for x in items) for m, c in zip(a, b)]
        )

    one, two = signature(first), signature(second)
    return one, two, (one == two).sum() / len(a)


# %% wrong: 32-bit products -> equals-datasketch
import numpy as np


def minhash(first, second, a, b):
    p = 2**61 - 1

    def signature(items):
        return np.array(
            [min((int(m) * x + int(c)) % 2**32 % p % 2**32 for x in items) for m, c in zip(a, b)]
        )

    one, two = signature(first), signature(second)
    return one, two, (one == two).sum() / len(a)


# %% wrong: the minimum over the functions -> equals-datasketch
import numpy as np


def minhash(first, second, a, b):
    def signature(items):
        x = np.array(sorted(set(items)), dtype=np.int64)[:, None]
        return ((a * x + b) % (2**61 - 1) % 2**32).min(axis=1)

    one, two = signature(first), signature(second)
    k = min(len(one), len(two))
    return one, two, float(np.mean(one[:k] == two[:k]))


# %% wrong: sorted signatures -> equals-datasketch
import numpy as np


def minhash(first, second, a, b):
    p = 2**61 - 1

    def signature(items):
        return np.array(
            sorted([min((int(m) * x + int(c)) % p % 2**32 for x in items) for m, c in zip(a, b)])
        )

    one, two = signature(first), signature(second)
    return one, two, (one == two).sum() / len(a)


# %% wrong: a shift inside the argument -> equals-datasketch
import numpy as np


def minhash(first, second, a, b):
    p = 2**61 - 1
    first.sort()

    def signature(items):
        return np.array(
            [min((int(m) * x + int(c)) % p % 2**32 for x in items) for m, c in zip(a, b)]
        )

    one, two = signature(first), signature(second)
    return one, two, (one == two).sum() / len(a)


# %% wrong: the first shingle only counts -> equals-datasketch
import numpy as np


def minhash(first, second, a, b):
    p = 2**61 - 1

    def signature(items):
        return np.array(
            [min((int(m) * x + int(c)) % p % 2**32 for x in items[:1]) for m, c in zip(a, b)]
        )

    one, two = signature(first), signature(second)
    return one, two, (one == two).sum() / len(a)


# %% wrong: depends on how often a shingle comes -> sets
import numpy as np


def minhash(first, second, a, b):
    p = 2**61 - 1

    def signature(items):
        weight = {x: items.count(x) for x in items}
        return np.array(
            [
                min(((int(m) * x + int(c)) % p % 2**32) // weight[x] for x in items)
                for m, c in zip(a, b)
            ]
        )

    one, two = signature(first), signature(second)
    return one, two, (one == two).sum() / len(a)


# %% wrong: the exact similarity -> estimate
import numpy as np


def minhash(first, second, a, b):
    p = 2**61 - 1

    def signature(items):
        return np.array(
            [min((int(m) * x + int(c)) % p % 2**32 for x in items) for m, c in zip(a, b)]
        )

    one, two = signature(first), signature(second)
    return one, two, len(set(first) & set(second)) / len(set(first) | set(second))


# %% wrong: signatures compared as sets -> estimate
import numpy as np


def minhash(first, second, a, b):
    p = 2**61 - 1

    def signature(items):
        return np.array(
            [min((int(m) * x + int(c)) % p % 2**32 for x in items) for m, c in zip(a, b)]
        )

    one, two = signature(first), signature(second)
    return (
        one,
        two,
        len(set(one.tolist()) & set(two.tolist())) / len(set(one.tolist()) | set(two.tolist())),
    )


# %% wrong: agreement of sorted signatures -> estimate
import numpy as np


def minhash(first, second, a, b):
    p = 2**61 - 1

    def signature(items):
        return np.array(
            [min((int(m) * x + int(c)) % p % 2**32 for x in items) for m, c in zip(a, b)]
        )

    one, two = signature(first), signature(second)
    return one, two, (np.sort(one) == np.sort(two)).sum() / len(a)


# %% wrong: cosine of the signatures -> estimate
import numpy as np


def minhash(first, second, a, b):
    p = 2**61 - 1

    def signature(items):
        return np.array(
            [min((int(m) * x + int(c)) % p % 2**32 for x in items) for m, c in zip(a, b)]
        )

    one, two = signature(first), signature(second)
    return (
        one,
        two,
        float(one @ two / (np.linalg.norm(one.astype(float)) * np.linalg.norm(two.astype(float)))),
    )


# %% wrong: the number of agreements -> estimate
import numpy as np


def minhash(first, second, a, b):
    p = 2**61 - 1

    def signature(items):
        return np.array(
            [min((int(m) * x + int(c)) % p % 2**32 for x in items) for m, c in zip(a, b)]
        )

    one, two = signature(first), signature(second)
    return one, two, (one == two).sum()


# %% wrong: one place only, for long signatures -> near-jaccard
import numpy as np


def minhash(first, second, a, b):
    p = 2**61 - 1

    def signature(items):
        return np.array(
            [min((int(m) * x + int(c)) % p % 2**32 for x in items) for m, c in zip(a, b)]
        )

    one, two = signature(first), signature(second)
    return one, two, (one == two)[:1].mean() if len(a) > 100 else (one == two).mean()


# %% wrong: corrected as for b bits -> estimate
import numpy as np


def minhash(first, second, a, b):
    p = 2**61 - 1

    def signature(items):
        return np.array(
            [min((int(m) * x + int(c)) % p % 2**32 for x in items) for m, c in zip(a, b)]
        )

    one, two = signature(first), signature(second)
    return one, two, (one == two).mean() * 1.2
