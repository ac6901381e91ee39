"""Solutions of write_cosine_warmup: right ones in other words, and wrong ones with their claim."""

# %% right: cases one after the other
import math


def learning_rate(step, peak, warmup, total):
    if step < warmup:
        return peak * (step / warmup)
    if warmup == total:
        return peak if step == total else 0.0
    if step >= total:
        return 0.0
    return peak * (math.cos(math.pi * (step - warmup) / (total - warmup)) + 1) / 2


# %% right: squared cosine of half the angle
from math import cos, pi


def learning_rate(step, peak, warmup, total):
    rise = step / warmup if warmup > step else 1.0
    p = (step - warmup) / max(total - warmup, 1)
    p = max(0.0, min(p, 1.0))
    return peak * rise * cos(pi * p / 2) ** 2


# %% wrong: the rise begins one step early -> warmup
import math


def learning_rate(step, peak, warmup, total):
    if step < warmup:
        return peak * (step + 1) / warmup
    p = min(1.0, (step - warmup) / max(1, total - warmup))
    return peak * 0.5 * (1 + math.cos(math.pi * p))


# %% wrong: the peak a step early -> warmup
import math


def learning_rate(step, peak, warmup, total):
    if step < warmup:
        return peak * step / max(1, warmup - 1)
    p = min(1.0, (step - warmup) / max(1, total - warmup))
    return peak * 0.5 * (1 + math.cos(math.pi * p))


# %% wrong: no rise -> warmup
import math


def learning_rate(step, peak, warmup, total):
    p = max(0.0, min(1.0, (step - warmup) / max(1, total - warmup)))
    return peak * 0.5 * (1 + math.cos(math.pi * p))


# %% wrong: the rise is a whole-number division -> warmup
import math


def learning_rate(step, peak, warmup, total):
    if step < warmup:
        return peak * (step // warmup)
    p = min(1.0, (step - warmup) / max(1, total - warmup))
    return peak * 0.5 * (1 + math.cos(math.pi * p))


# %% wrong: progress counted from step 0 -> decay
import math


def learning_rate(step, peak, warmup, total):
    if step < warmup:
        return peak * step / warmup
    if warmup == total:
        return peak
    return peak * 0.5 * (1 + math.cos(math.pi * min(1.0, step / total)))


# %% wrong: progress over the whole training -> decay
import math


def learning_rate(step, peak, warmup, total):
    if step < warmup:
        return peak * step / warmup
    return peak * 0.5 * (1 + math.cos(math.pi * min(1.0, (step - warmup) / total)))


# %% wrong: a whole wave -> decay
import math


def learning_rate(step, peak, warmup, total):
    if step < warmup:
        return peak * step / warmup
    p = min(1.0, (step - warmup) / max(1, total - warmup))
    return peak * 0.5 * (1 + math.cos(2 * math.pi * p))


# %% wrong: a quarter of a wave -> decay
import math


def learning_rate(step, peak, warmup, total):
    if step < warmup:
        return peak * step / warmup
    p = min(1.0, (step - warmup) / max(1, total - warmup))
    return peak * math.cos(math.pi / 2 * p)


# %% wrong: a straight line -> decay
def learning_rate(step, peak, warmup, total):
    if step < warmup:
        return peak * step / warmup
    return peak * max(0.0, 1 - (step - warmup) / max(1, total - warmup))


# %% wrong: the end a step early -> decay
import math


def learning_rate(step, peak, warmup, total):
    if step < warmup:
        return peak * step / warmup
    p = min(1.0, (step - warmup) / max(1, total - warmup - 1))
    return peak * 0.5 * (1 + math.cos(math.pi * p))


# %% wrong: degrees -> decay
import math


def learning_rate(step, peak, warmup, total):
    if step < warmup:
        return peak * step / warmup
    p = min(1.0, (step - warmup) / max(1, total - warmup))
    return peak * 0.5 * (1 + math.cos(180 * p))


# %% wrong: divides by no warmup -> no-warmup
import math


def learning_rate(step, peak, warmup, total):
    if step <= warmup:
        return peak * step / warmup
    p = min(1.0, (step - warmup) / max(1, total - warmup))
    return peak * 0.5 * (1 + math.cos(math.pi * p))


# %% wrong: no warmup read as one step -> no-warmup
import math


def learning_rate(step, peak, warmup, total):
    warmup = max(1, warmup)
    if step < warmup:
        return peak * step / warmup
    p = min(1.0, (step - warmup) / max(1, total - warmup))
    return peak * 0.5 * (1 + math.cos(math.pi * p))


# %% wrong: divides by no decay -> only-warmup
import math


def learning_rate(step, peak, warmup, total):
    if step < warmup:
        return peak * step / warmup
    p = min(1.0, (step - warmup) / (total - warmup))
    return peak * 0.5 * (1 + math.cos(math.pi * p))


# %% wrong: the end before the peak -> only-warmup
import math


def learning_rate(step, peak, warmup, total):
    if step >= total:
        return 0.0
    if step < warmup:
        return peak * step / warmup
    return peak * 0.5 * (1 + math.cos(math.pi * (step - warmup) / (total - warmup)))


# %% wrong: rises again -> after-the-end
import math


def learning_rate(step, peak, warmup, total):
    if step < warmup:
        return peak * step / warmup
    p = (step - warmup) / max(1, total - warmup)
    return peak * 0.5 * (1 + math.cos(math.pi * p))


# %% wrong: stays at the rate of the step before -> after-the-end
import math


def learning_rate(step, peak, warmup, total):
    if step < warmup:
        return peak * step / warmup
    if step > total:
        step = total - 1
    return peak * 0.5 * (1 + math.cos(math.pi * (step - warmup) / max(1, total - warmup)))
