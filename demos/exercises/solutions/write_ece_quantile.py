"""Solutions of write_ece_quantile: right ones in other words, and wrong ones with their claim."""

# %% right: array_split
import numpy as np


def ece_equal_size(confidence, correct, bins):
    order = np.argsort(confidence, kind="stable")
    total = 0.0
    for group in np.array_split(order, bins):
        if len(group):
            gap = abs(correct[group].mean() - confidence[group].mean())
            total += gap * len(group) / len(order)
    return total


# %% right: a running total
def ece_equal_size(confidence, correct, bins):
    items = sorted(zip(confidence.tolist(), correct.tolist()), key=lambda item: item[0])
    n, start, total = len(items), 0, 0.0
    for b in range(bins):
        size = n // bins + (b < n % bins)
        part = items[start : start + size]
        total += abs(sum(right - sure for sure, right in part))
        start += size
    return total / n


# %% wrong: not sorted -> equals-definition
import numpy as np


def ece_equal_size(confidence, correct, bins):
    order = np.arange(len(confidence))
    total = 0.0
    for group in np.array_split(order, bins):
        if len(group):
            gap = abs(correct[group].mean() - confidence[group].mean())
            total += gap * len(group) / len(order)
    return total


# %% wrong: bins of equal width -> equals-definition
import numpy as np


def ece_equal_size(confidence, correct, bins):
    place = np.clip(np.ceil(confidence * bins).astype(int) - 1, 0, bins - 1)
    gaps = np.bincount(place, weights=correct - confidence, minlength=bins)
    return np.abs(gaps).sum() / len(confidence)


# %% wrong: the largest gap -> equals-definition
import numpy as np


def ece_equal_size(confidence, correct, bins):
    order = np.argsort(confidence, kind="stable")
    total = 0.0
    for group in np.array_split(order, bins):
        if len(group):
            gap = abs(correct[group].mean() - confidence[group].mean())
            total = max(total, gap)
    return total


# %% wrong: squared gaps -> equals-definition
import numpy as np


def ece_equal_size(confidence, correct, bins):
    order = np.argsort(confidence, kind="stable")
    total = 0.0
    for group in np.array_split(order, bins):
        if len(group):
            gap = abs(correct[group].mean() - confidence[group].mean())
            total += gap**2 * len(group) / len(order)
    return total


# %% wrong: sorted by correctness -> equals-definition
import numpy as np


def ece_equal_size(confidence, correct, bins):
    order = np.argsort(correct, kind="stable")
    total = 0.0
    for group in np.array_split(order, bins):
        if len(group):
            gap = abs(correct[group].mean() - confidence[group].mean())
            total += gap * len(group) / len(order)
    return total


# %% wrong: only the confidence is sorted -> equals-definition
import numpy as np


def ece_equal_size(confidence, correct, bins):
    order = np.argsort(confidence, kind="stable")
    total = 0.0
    for group in np.array_split(order, bins):
        if len(group):
            gap = abs(correct[group].mean() - np.sort(confidence)[group].mean())
            total += gap * len(group) / len(order)
    return total


# %% wrong: the median confidence -> equals-definition
import numpy as np


def ece_equal_size(confidence, correct, bins):
    order = np.argsort(confidence, kind="stable")
    total = 0.0
    for group in np.array_split(order, bins):
        if len(group):
            gap = abs(correct[group].mean() - np.median(confidence[group]))
            total += gap * len(group) / len(order)
    return total


# %% wrong: sums instead of shares -> equals-definition
import numpy as np


def ece_equal_size(confidence, correct, bins):
    order = np.argsort(confidence, kind="stable")
    total = 0.0
    for group in np.array_split(order, bins):
        if len(group):
            gap = abs(correct[group].mean() - confidence[group].mean())
            total += gap * len(group)
    return total


# %% wrong: sorts in place -> equals-definition
import numpy as np


def ece_equal_size(confidence, correct, bins):
    correct[:] = correct[np.argsort(confidence, kind="stable")]
    confidence.sort()
    order = np.argsort(confidence, kind="stable")
    total = 0.0
    for group in np.array_split(order, bins):
        if len(group):
            gap = abs(correct[group].mean() - confidence[group].mean())
            total += gap * len(group) / len(order)
    return total


# %% wrong: every group weighs the same -> remainder
import numpy as np


def ece_equal_size(confidence, correct, bins):
    order = np.argsort(confidence, kind="stable")
    total = 0.0
    for group in np.array_split(order, bins):
        if len(group):
            gap = abs(correct[group].mean() - confidence[group].mean())
            total += gap / bins
    return total


# %% wrong: the remainder is dropped -> remainder
import numpy as np


def ece_equal_size(confidence, correct, bins):
    order = np.argsort(confidence, kind="stable")
    total = 0.0
    order = order[: max(len(order) // bins * bins, bins)]
    for group in np.array_split(order, bins):
        if len(group):
            gap = abs(correct[group].mean() - confidence[group].mean())
            total += gap * len(group) / len(order)
    return total


# %% wrong: the last groups are larger -> remainder
import numpy as np


def ece_equal_size(confidence, correct, bins):
    order = np.argsort(confidence, kind="stable")[::-1]
    total = 0.0
    for group in np.array_split(order, bins):
        if len(group):
            gap = abs(correct[group].mean() - confidence[group].mean())
            total += gap * len(group) / len(order)
    return total


# %% wrong: the remainder makes a group of its own -> remainder
import numpy as np


def ece_equal_size(confidence, correct, bins):
    order = np.argsort(confidence, kind="stable")
    size = max(1, len(order) // bins)
    total = 0.0
    for start in range(0, len(order), size):
        group = order[start : start + size]
        total += abs((correct - confidence)[group].sum()) / len(order)
    return total


# %% wrong: the sign of the gap is kept -> equals-definition
import numpy as np


def ece_equal_size(confidence, correct, bins):
    order = np.argsort(confidence, kind="stable")
    total = 0.0
    for group in np.array_split(order, bins):
        if len(group):
            gap = confidence[group].mean() - correct[group].mean()
            total += gap * len(group) / len(order)
    return total


# %% wrong: only overconfidence counts -> equals-definition
import numpy as np


def ece_equal_size(confidence, correct, bins):
    order = np.argsort(confidence, kind="stable")
    total = 0.0
    for group in np.array_split(order, bins):
        if len(group):
            gap = max(0.0, confidence[group].mean() - correct[group].mean())
            total += gap * len(group) / len(order)
    return total


# %% wrong: the absolute value comes last -> equals-definition
import numpy as np


def ece_equal_size(confidence, correct, bins):
    order = np.argsort(confidence, kind="stable")
    total = 0.0
    for group in np.array_split(order, bins):
        if len(group):
            gap = confidence[group].mean() - correct[group].mean()
            total += gap * len(group) / len(order)
    return abs(total)


# %% wrong: an empty group is NaN -> few-items
import numpy as np


def ece_equal_size(confidence, correct, bins):
    order = np.argsort(confidence, kind="stable")
    total = 0.0
    for group in np.array_split(order, bins):
        if True:
            gap = abs(correct[group].mean() - confidence[group].mean())
            total += gap * len(group) / len(order)
    return total


# %% wrong: a group of no size -> few-items
import numpy as np


def ece_equal_size(confidence, correct, bins):
    order = np.argsort(confidence, kind="stable")
    if len(order) >= bins:
        groups = np.array_split(order, bins)
    else:
        size = len(order) // bins
        groups = [order[b * size : (b + 1) * size] for b in range(bins)]
    gaps = [abs((correct - confidence)[group].sum()) for group in groups]
    return sum(gaps) / len(order)
