"""Solutions of write_cosine_floor: right ones in other words, and wrong ones with their claim."""

# %% right: the share as transformers has it
import math


def learning_rate(step, peak, least, warmup, total):
    if step < warmup:
        return peak * step / warmup
    if step >= total:
        return least
    factor = 0.5 * (1.0 + math.cos(math.pi * (step - warmup) / (total - warmup)))
    rate = least / peak
    return peak * (factor * (1 - rate) + rate)


# %% right: around the middle
from math import cos, pi


def learning_rate(step, peak, least, warmup, total):
    if step < warmup:
        return peak * (step / warmup)
    step = min(step, total)
    middle, swing = (peak + least) / 2, (peak - least) / 2
    return middle + swing * cos(pi * (step - warmup) / (total - warmup))


# %% wrong: cut off at the least rate -> decay
import math


def learning_rate(step, peak, least, warmup, total):
    if step < warmup:
        return peak * step / warmup
    p = min(1.0, (step - warmup) / (total - warmup))
    return max(least, peak * 0.5 * (1 + math.cos(math.pi * p)))


# %% wrong: the least rate added on top -> decay
import math


def learning_rate(step, peak, least, warmup, total):
    if step < warmup:
        return peak * step / warmup
    p = min(1.0, (step - warmup) / (total - warmup))
    return least + peak * 0.5 * (1 + math.cos(math.pi * p))


# %% wrong: no least rate -> decay
import math


def learning_rate(step, peak, least, warmup, total):
    if step < warmup:
        return peak * step / warmup
    p = min(1.0, (step - warmup) / (total - warmup))
    return peak * 0.5 * (1 + math.cos(math.pi * p))


# %% wrong: least read as a share of the peak -> decay
import math


def learning_rate(step, peak, least, warmup, total):
    if step < warmup:
        return peak * step / warmup
    p = min(1.0, (step - warmup) / (total - warmup))
    share = 0.5 * (1 + math.cos(math.pi * p))
    return peak * (share * (1 - least) + least)


# %% wrong: a straight line -> decay
def learning_rate(step, peak, least, warmup, total):
    if step < warmup:
        return peak * step / warmup
    p = min(1.0, (step - warmup) / (total - warmup))
    return peak + (least - peak) * p


# %% wrong: progress from step 0 -> decay
import math


def learning_rate(step, peak, least, warmup, total):
    if step < warmup:
        return peak * step / warmup
    p = min(1.0, step / total)
    return least + (peak - least) * 0.5 * (1 + math.cos(math.pi * p))


# %% wrong: the half forgotten -> decay
import math


def learning_rate(step, peak, least, warmup, total):
    if step < warmup:
        return peak * step / warmup
    p = min(1.0, (step - warmup) / (total - warmup))
    return least + (peak - least) * (1 + math.cos(math.pi * p))


# %% wrong: the rise begins at the least rate -> warmup
import math


def learning_rate(step, peak, least, warmup, total):
    if step < warmup:
        return least + (peak - least) * step / warmup
    p = min(1.0, (step - warmup) / (total - warmup))
    return least + (peak - least) * 0.5 * (1 + math.cos(math.pi * p))


# %% wrong: the rise is cut off -> warmup
import math


def learning_rate(step, peak, least, warmup, total):
    if step < warmup:
        return max(least, peak * step / warmup)
    p = min(1.0, (step - warmup) / (total - warmup))
    return least + (peak - least) * 0.5 * (1 + math.cos(math.pi * p))


# %% wrong: the rise a step early -> warmup
import math


def learning_rate(step, peak, least, warmup, total):
    if step < warmup:
        return peak * (step + 1) / warmup
    p = min(1.0, (step - warmup) / (total - warmup))
    return least + (peak - least) * 0.5 * (1 + math.cos(math.pi * p))


# %% wrong: divides by no warmup -> no-warmup
import math


def learning_rate(step, peak, least, warmup, total):
    if step <= warmup:
        return peak * step / warmup
    p = min(1.0, (step - warmup) / (total - warmup))
    return least + (peak - least) * 0.5 * (1 + math.cos(math.pi * p))


# %% wrong: rises again -> after-the-end
import math


def learning_rate(step, peak, least, warmup, total):
    if step < warmup:
        return peak * step / warmup
    p = (step - warmup) / (total - warmup)
    return least + (peak - least) * 0.5 * (1 + math.cos(math.pi * p))


# %% wrong: 0 after the end -> after-the-end
import math


def learning_rate(step, peak, least, warmup, total):
    if step < warmup:
        return peak * step / warmup
    if step > total:
        return 0.0
    p = (step - warmup) / (total - warmup)
    return least + (peak - least) * 0.5 * (1 + math.cos(math.pi * p))


# %% wrong: divides by the difference -> least-is-peak
import math


def learning_rate(step, peak, least, warmup, total):
    if step < warmup:
        return peak * step / warmup
    p = min(1.0, (step - warmup) / (total - warmup))
    swing = (peak - least) ** 2 / (peak - least)
    return least + swing * 0.5 * (1 + math.cos(math.pi * p))
