"""Solutions of write_ece: right ones in other words, and wrong ones with their claim."""

# %% right: a loop over bins
import numpy as np


def ece(confidence, correct, bins):
    total = 0.0
    edges = np.linspace(0, 1, bins + 1)
    for b in range(bins):
        low, high = edges[b], edges[b + 1]
        inside = (confidence > low) & (confidence <= high)
        if b == 0:
            inside = confidence <= high
        if inside.any():
            gap = abs(correct[inside].mean() - confidence[inside].mean())
            total += gap * inside.sum() / len(confidence)
    return total


# %% right: digitize
import numpy as np


def ece(confidence, correct, bins):
    place = np.digitize(confidence, np.linspace(0, 1, bins + 1)[1:-1], right=True)
    counts = np.bincount(place, minlength=bins)
    full = counts > 0
    accuracy = np.bincount(place, correct, bins)[full] / counts[full]
    sure = np.bincount(place, confidence, bins)[full] / counts[full]
    return float((counts[full] * np.abs(accuracy - sure)).sum() / counts.sum())


# %% wrong: every bin weighs the same -> equals-definition
import numpy as np


def ece(confidence, correct, bins):
    total = 0.0
    edges = np.linspace(0, 1, bins + 1)
    for b in range(bins):
        low, high = edges[b], edges[b + 1]
        inside = (confidence > low) & (confidence <= high)
        if b == 0:
            inside = confidence <= high
        if inside.any():
            gap = abs(correct[inside].mean() - confidence[inside].mean())
            total += gap / bins
    return total


# %% wrong: the largest gap -> equals-definition
import numpy as np


def ece(confidence, correct, bins):
    total = 0.0
    edges = np.linspace(0, 1, bins + 1)
    for b in range(bins):
        low, high = edges[b], edges[b + 1]
        inside = (confidence > low) & (confidence <= high)
        if b == 0:
            inside = confidence <= high
        if inside.any():
            gap = abs(correct[inside].mean() - confidence[inside].mean())
            total = max(total, gap)
    return total


# %% wrong: squared gaps -> equals-definition
import numpy as np


def ece(confidence, correct, bins):
    total = 0.0
    edges = np.linspace(0, 1, bins + 1)
    for b in range(bins):
        low, high = edges[b], edges[b + 1]
        inside = (confidence > low) & (confidence <= high)
        if b == 0:
            inside = confidence <= high
        if inside.any():
            gap = abs(correct[inside].mean() - confidence[inside].mean())
            total += gap**2 * inside.sum() / len(confidence)
    return total


# %% wrong: the middle of the bin for its confidence -> equals-definition
import numpy as np


def ece(confidence, correct, bins):
    total = 0.0
    edges = np.linspace(0, 1, bins + 1)
    for b in range(bins):
        low, high = edges[b], edges[b + 1]
        inside = (confidence > low) & (confidence <= high)
        if b == 0:
            inside = confidence <= high
        if inside.any():
            gap = abs(correct[inside].mean() - (low + high) / 2)
            total += gap * inside.sum() / len(confidence)
    return total


# %% wrong: always ten bins -> equals-definition
import numpy as np


def ece(confidence, correct, bins):
    bins = 10
    total = 0.0
    edges = np.linspace(0, 1, bins + 1)
    for b in range(bins):
        low, high = edges[b], edges[b + 1]
        inside = (confidence > low) & (confidence <= high)
        if b == 0:
            inside = confidence <= high
        if inside.any():
            gap = abs(correct[inside].mean() - confidence[inside].mean())
            total += gap * inside.sum() / len(confidence)
    return total


# %% wrong: bins of equal size -> equals-definition
import numpy as np


def ece(confidence, correct, bins):
    total = 0.0
    edges = np.quantile(confidence, np.linspace(0, 1, bins + 1))
    for b in range(bins):
        low, high = edges[b], edges[b + 1]
        inside = (confidence > low) & (confidence <= high)
        if b == 0:
            inside = confidence <= high
        if inside.any():
            gap = abs(correct[inside].mean() - confidence[inside].mean())
            total += gap * inside.sum() / len(confidence)
    return total


# %% wrong: bins from the smallest to the largest confidence -> equals-definition
import numpy as np


def ece(confidence, correct, bins):
    total = 0.0
    edges = np.linspace(confidence.min(), confidence.max(), bins + 1)
    for b in range(bins):
        low, high = edges[b], edges[b + 1]
        inside = (confidence > low) & (confidence <= high)
        if b == 0:
            inside = confidence <= high
        if inside.any():
            gap = abs(correct[inside].mean() - confidence[inside].mean())
            total += gap * inside.sum() / len(confidence)
    return total


# %% wrong: one bin too few -> equals-definition
import numpy as np


def ece(confidence, correct, bins):
    total = 0.0
    edges = np.linspace(0, 1, bins)
    for b in range(bins - 1):
        low, high = edges[b], edges[b + 1]
        inside = (confidence > low) & (confidence <= high)
        if b == 0:
            inside = confidence <= high
        if inside.any():
            gap = abs(correct[inside].mean() - confidence[inside].mean())
            total += gap * inside.sum() / len(confidence)
    return total


# %% wrong: sums instead of shares -> equals-definition
import numpy as np


def ece(confidence, correct, bins):
    total = 0.0
    edges = np.linspace(0, 1, bins + 1)
    for b in range(bins):
        low, high = edges[b], edges[b + 1]
        inside = (confidence > low) & (confidence <= high)
        if b == 0:
            inside = confidence <= high
        if inside.any():
            gap = abs(correct[inside].mean() - confidence[inside].mean())
            total += gap * inside.sum()
    return total


# %% wrong: confidence is changed in place -> equals-definition
import numpy as np


def ece(confidence, correct, bins):
    confidence -= 1e-9
    total = 0.0
    edges = np.linspace(0, 1, bins + 1)
    for b in range(bins):
        low, high = edges[b], edges[b + 1]
        inside = (confidence > low) & (confidence <= high)
        if b == 0:
            inside = confidence <= high
        if inside.any():
            gap = abs(correct[inside].mean() - confidence[inside].mean())
            total += gap * inside.sum() / len(confidence)
    return total


# %% wrong: the sign of the gap is kept -> equals-definition
import numpy as np


def ece(confidence, correct, bins):
    total = 0.0
    edges = np.linspace(0, 1, bins + 1)
    for b in range(bins):
        low, high = edges[b], edges[b + 1]
        inside = (confidence > low) & (confidence <= high)
        if b == 0:
            inside = confidence <= high
        if inside.any():
            gap = confidence[inside].mean() - correct[inside].mean()
            total += gap * inside.sum() / len(confidence)
    return total


# %% wrong: the absolute value comes last -> equals-definition
import numpy as np


def ece(confidence, correct, bins):
    total = 0.0
    edges = np.linspace(0, 1, bins + 1)
    for b in range(bins):
        low, high = edges[b], edges[b + 1]
        inside = (confidence > low) & (confidence <= high)
        if b == 0:
            inside = confidence <= high
        if inside.any():
            gap = confidence[inside].mean() - correct[inside].mean()
            total += gap * inside.sum() / len(confidence)
    return abs(total)


# %% wrong: only overconfidence counts -> equals-definition
import numpy as np


def ece(confidence, correct, bins):
    total = 0.0
    edges = np.linspace(0, 1, bins + 1)
    for b in range(bins):
        low, high = edges[b], edges[b + 1]
        inside = (confidence > low) & (confidence <= high)
        if b == 0:
            inside = confidence <= high
        if inside.any():
            gap = max(0.0, confidence[inside].mean() - correct[inside].mean())
            total += gap * inside.sum() / len(confidence)
    return total


# %% wrong: the edge goes up -> edges
import numpy as np


def ece(confidence, correct, bins):
    place = np.minimum((confidence * bins).astype(int), bins - 1)
    gaps = np.bincount(place, weights=correct - confidence, minlength=bins)
    return np.abs(gaps).sum() / len(confidence)


# %% wrong: confidence 1 falls out -> edges
import numpy as np


def ece(confidence, correct, bins):
    total = 0.0
    edges = np.linspace(0, 1, bins + 1)
    for b in range(bins):
        low, high = edges[b], edges[b + 1]
        inside = (confidence >= low) & (confidence < high)
        if inside.any():
            gap = abs(correct[inside].mean() - confidence[inside].mean())
            total += gap * inside.sum() / len(confidence)
    return total


# %% wrong: confidence 0 falls out -> edges
import numpy as np


def ece(confidence, correct, bins):
    total = 0.0
    edges = np.linspace(0, 1, bins + 1)
    for b in range(bins):
        low, high = edges[b], edges[b + 1]
        inside = (confidence > low) & (confidence <= high)
        if inside.any():
            gap = abs(correct[inside].mean() - confidence[inside].mean())
            total += gap * inside.sum() / len(confidence)
    return total


# %% wrong: confidence 0 in a bin of its own -> edges
import numpy as np


def ece(confidence, correct, bins):
    place = np.ceil(confidence * bins).astype(int)
    gaps = np.bincount(place, weights=correct - confidence, minlength=bins + 1)
    return np.abs(gaps).sum() / len(confidence)


# %% wrong: an empty bin is NaN -> empty-bins
import numpy as np


def ece(confidence, correct, bins):
    total = 0.0
    edges = np.linspace(0, 1, bins + 1)
    for b in range(bins):
        low, high = edges[b], edges[b + 1]
        inside = (confidence > low) & (confidence <= high)
        if b == 0:
            inside = confidence <= high
        if True:
            gap = abs(correct[inside].mean() - confidence[inside].mean())
            total += gap * inside.sum() / len(confidence)
    return total


# %% wrong: an empty bin counts as wrong -> empty-bins
import numpy as np


def ece(confidence, correct, bins):
    total = 0.0
    edges = np.linspace(0, 1, bins + 1)
    for b in range(bins):
        low, high = edges[b], edges[b + 1]
        inside = (confidence > low) & (confidence <= high)
        if b == 0:
            inside = confidence <= high
        if inside.any():
            gap = abs(correct[inside].mean() - confidence[inside].mean())
            total += gap * inside.sum() / len(confidence)
        else:
            total += (low + high) / 2 / len(confidence)
    return total


# %% wrong: stops at the first empty bin -> empty-bins
import numpy as np


def ece(confidence, correct, bins):
    total = 0.0
    edges = np.linspace(0, 1, bins + 1)
    for b in range(bins):
        low, high = edges[b], edges[b + 1]
        inside = (confidence > low) & (confidence <= high)
        if b == 0:
            inside = confidence <= high
        if not inside.any():
            break
        if True:
            gap = abs(correct[inside].mean() - confidence[inside].mean())
            total += gap * inside.sum() / len(confidence)
    return total
