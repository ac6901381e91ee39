"""Solutions of write_loss_scaling: right ones in other words, and wrong ones with their claim."""

# %% right: one flag, then cases
import torch


def unscale(grads, scale, good, interval):
    overflow = any(torch.isinf(g).any() or torch.isnan(g).any() for g in grads)
    if overflow:
        return None, scale * 0.5, 0
    good += 1
    after = scale
    if good >= interval:
        after, good = scale * 2.0, 0
    return [g.to(torch.float32) * (1.0 / scale) for g in grads], after, good


# %% right: the maximum decides
import math


def unscale(grads, scale, good, interval):
    worst = [g.float().abs().max().item() for g in grads]
    if not all(math.isfinite(w) for w in worst):
        return None, scale / 2, 0
    grown = (good + 1) % interval == 0
    return [g.float() / scale for g in grads], scale * (2 if grown else 1), (good + 1) % interval


# %% wrong: not divided -> unscaled
import torch


def unscale(grads, scale, good, interval):
    if not all(torch.isfinite(g).all() for g in grads):
        return None, scale / 2, 0
    if good + 1 == interval:
        return [g.float() for g in grads], scale * 2, 0
    return [g.float() for g in grads], scale, good + 1


# %% wrong: multiplied -> unscaled
import torch


def unscale(grads, scale, good, interval):
    if not all(torch.isfinite(g).all() for g in grads):
        return None, scale / 2, 0
    found = [g.float() * scale for g in grads]
    if good + 1 == interval:
        return found, scale * 2, 0
    return found, scale, good + 1


# %% wrong: divided by the grown scale -> unscaled
import torch


def unscale(grads, scale, good, interval):
    if not all(torch.isfinite(g).all() for g in grads):
        return None, scale / 2, 0
    good += 1
    if good == interval:
        scale, good = scale * 2, 0
    return [g.float() / scale for g in grads], scale, good


# %% wrong: NaN overlooked -> skips
import torch


def unscale(grads, scale, good, interval):
    if any(torch.isinf(g).any() for g in grads):
        return None, scale / 2, 0
    found = [g.float() / scale for g in grads]
    if good + 1 == interval:
        return found, scale * 2, 0
    return found, scale, good + 1


# %% wrong: infinities overlooked -> skips
import torch


def unscale(grads, scale, good, interval):
    if any(torch.isnan(g).any() for g in grads):
        return None, scale / 2, 0
    found = [g.float() / scale for g in grads]
    if good + 1 == interval:
        return found, scale * 2, 0
    return found, scale, good + 1


# %% wrong: only the first gradient is looked at -> skips
import torch


def unscale(grads, scale, good, interval):
    if not torch.isfinite(grads[0]).all():
        return None, scale / 2, 0
    found = [g.float() / scale for g in grads]
    if good + 1 == interval:
        return found, scale * 2, 0
    return found, scale, good + 1


# %% wrong: compared with inf -> skips
def unscale(grads, scale, good, interval):
    if any((g == float("inf")).any() for g in grads):
        return None, scale / 2, 0
    found = [g.float() / scale for g in grads]
    if good + 1 == interval:
        return found, scale * 2, 0
    return found, scale, good + 1


# %% wrong: the bad gradient is set to zero -> skips
import torch


def unscale(grads, scale, good, interval):
    bad = not all(torch.isfinite(g).all() for g in grads)
    found = [torch.nan_to_num(g.float() / scale, 0.0, 0.0, 0.0) for g in grads]
    if bad:
        return found, scale / 2, 0
    if good + 1 == interval:
        return found, scale * 2, 0
    return found, scale, good + 1


# %% wrong: the scale stays after an overflow -> same-scales
import torch


def unscale(grads, scale, good, interval):
    if not all(torch.isfinite(g).all() for g in grads):
        return None, scale, 0
    found = [g.float() / scale for g in grads]
    if good + 1 == interval:
        return found, scale * 2, 0
    return found, scale, good + 1


# %% wrong: doubled after an overflow -> same-scales
import torch


def unscale(grads, scale, good, interval):
    if not all(torch.isfinite(g).all() for g in grads):
        return None, scale * 2, 0
    found = [g.float() / scale for g in grads]
    if good + 1 == interval:
        return found, scale / 2, 0
    return found, scale, good + 1


# %% wrong: never grows -> same-scales
import torch


def unscale(grads, scale, good, interval):
    if not all(torch.isfinite(g).all() for g in grads):
        return None, scale / 2, 0
    return [g.float() / scale for g in grads], scale, good + 1


# %% wrong: grows a step late -> counts-in-a-row
import torch


def unscale(grads, scale, good, interval):
    if not all(torch.isfinite(g).all() for g in grads):
        return None, scale / 2, 0
    found = [g.float() / scale for g in grads]
    if good == interval:
        return found, scale * 2, 0
    return found, scale, good + 1


# %% wrong: an overflow does not reset the count -> counts-in-a-row
import torch


def unscale(grads, scale, good, interval):
    if not all(torch.isfinite(g).all() for g in grads):
        return None, scale / 2, good
    found = [g.float() / scale for g in grads]
    if good + 1 == interval:
        return found, scale * 2, 0
    return found, scale, good + 1


# %% wrong: growth does not reset the count -> counts-in-a-row
import torch


def unscale(grads, scale, good, interval):
    if not all(torch.isfinite(g).all() for g in grads):
        return None, scale / 2, 0
    found = [g.float() / scale for g in grads]
    if good + 1 >= interval:
        return found, scale * 2, good + 1
    return found, scale, good + 1


# %% wrong: divided in 16 bits -> float16
import torch


def unscale(grads, scale, good, interval):
    if not all(torch.isfinite(g).all() for g in grads):
        return None, scale / 2, 0
    found = [g / scale for g in grads]
    if good + 1 == interval:
        return found, scale * 2, 0
    return found, scale, good + 1


# %% wrong: widened after the division -> float16
import torch


def unscale(grads, scale, good, interval):
    if not all(torch.isfinite(g).all() for g in grads):
        return None, scale / 2, 0
    found = [(g / scale).float() for g in grads]
    if good + 1 == interval:
        return found, scale * 2, 0
    return found, scale, good + 1


# %% wrong: divided in place -> arguments-kept
import torch


def unscale(grads, scale, good, interval):
    if not all(torch.isfinite(g).all() for g in grads):
        return None, scale / 2, 0
    found = [g.float().div_(scale) for g in grads]
    if good + 1 == interval:
        return found, scale * 2, 0
    return found, scale, good + 1
