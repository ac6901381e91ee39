"""Solutions of write_min_p: right ones in other words, and wrong ones with their claim."""

# %% right: in logarithms
import math

import torch


def min_p_filter(logits, min_p):
    if min_p == 0:
        return logits.clone()
    limit = logits.max(-1, keepdim=True).values + math.log(min_p)
    return torch.where(logits < limit, float("-inf"), logits)


# %% right: row by row
import torch


def min_p_filter(logits, min_p):
    out = logits.clone().reshape(-1, logits.shape[-1])
    for row in out:
        p = torch.softmax(row, 0)
        row[p < min_p * p.max()] = float("-inf")
    return out.reshape(logits.shape)


# %% wrong: an absolute limit -> share-of-the-best
import torch


def min_p_filter(logits, min_p):
    p = logits.softmax(-1)
    return logits.masked_fill(p < min_p, -torch.inf)


# %% wrong: top-p instead -> share-of-the-best
import torch


def min_p_filter(logits, min_p):
    ordered, ids = logits.sort(-1, descending=True)
    mass = ordered.softmax(-1)
    cut = mass.cumsum(-1) - mass >= max(min_p, 1e-6)
    return logits.masked_fill(cut.scatter(-1, ids, cut), -torch.inf)


# %% wrong: a share of the largest logit -> share-of-the-best
import torch


def min_p_filter(logits, min_p):
    return logits.masked_fill(logits < min_p * logits.amax(-1, keepdim=True), -torch.inf)


# %% wrong: a share of the mean -> share-of-the-best
import torch


def min_p_filter(logits, min_p):
    p = logits.softmax(-1)
    return logits.masked_fill(p < min_p * p.mean(-1, keepdim=True), -torch.inf)


# %% wrong: one minus -> share-of-the-best
import torch


def min_p_filter(logits, min_p):
    p = logits.softmax(-1)
    return logits.masked_fill(p < (1 - min_p) * p.amax(-1, keepdim=True), -torch.inf)


# %% wrong: the largest of the batch -> own-row
import torch


def min_p_filter(logits, min_p):
    p = logits.softmax(-1)
    return logits.masked_fill(p < min_p * p.max(), -torch.inf)


# %% wrong: largest over the rows -> own-row
import torch


def min_p_filter(logits, min_p):
    p = logits.softmax(-1)
    return logits.masked_fill(p < min_p * p.amax(0, keepdim=True), -torch.inf)


# %% wrong: softmax over dimension 1 -> own-row
import torch


def min_p_filter(logits, min_p):
    p = logits.softmax(1)
    return logits.masked_fill(p < min_p * p.amax(1, keepdim=True), -torch.inf)


# %% wrong: dimension lost -> own-row
import torch


def min_p_filter(logits, min_p):
    p = logits.softmax(-1)
    return logits.masked_fill(p < min_p * p.amax(-1), -torch.inf)


# %% wrong: one token at min_p 1 -> ends
import torch


def min_p_filter(logits, min_p):
    if min_p == 1:
        best = logits.argmax(-1, keepdim=True)
        return torch.full_like(logits, -torch.inf).scatter(-1, best, logits.gather(-1, best))
    p = logits.softmax(-1)
    return logits.masked_fill(p < min_p * p.amax(-1, keepdim=True), -torch.inf)


# %% wrong: equal is not enough -> ends
import torch


def min_p_filter(logits, min_p):
    p = logits.softmax(-1)
    return logits.masked_fill(p <= min_p * p.amax(-1, keepdim=True), -torch.inf)


# %% wrong: a forbidden token comes back -> ends
import torch


def min_p_filter(logits, min_p):
    z = torch.nan_to_num(logits, neginf=-20.0)
    p = z.softmax(-1)
    return z.masked_fill(p < min_p * p.amax(-1, keepdim=True), -torch.inf)


# %% wrong: logarithm of zero -> ends
import math

import torch


def min_p_filter(logits, min_p):
    limit = logits.amax(-1, keepdim=True) + math.log(min_p)
    return logits.masked_fill(logits < limit, -torch.inf)


# %% wrong: log-probabilities returned -> own-row
import torch


def min_p_filter(logits, min_p):
    p = logits.log_softmax(-1)
    best = p.amax(-1, keepdim=True).exp()
    return p.masked_fill(p.exp() < min_p * best, -torch.inf)


# %% wrong: a large negative number -> own-row
import torch


def min_p_filter(logits, min_p):
    p = logits.softmax(-1)
    return logits.masked_fill(p < min_p * p.amax(-1, keepdim=True), -1e9)


# %% wrong: cut in place -> equals-transformers
import torch


def min_p_filter(logits, min_p):
    p = logits.softmax(-1)
    logits[p < min_p * p.amax(-1, keepdim=True)] = -torch.inf
    return logits
