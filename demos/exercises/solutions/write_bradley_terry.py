"""Solutions of write_bradley_terry: right ones in other words, and wrong ones with their claim."""

# %% right: softplus
import torch
import torch.nn.functional as F


def pairwise_loss(chosen, rejected, margin=None, tied=None):
    d = chosen - rejected
    if tied is None:
        tied = torch.zeros_like(d, dtype=torch.bool)
    lead = d if margin is None else d - torch.where(tied, torch.zeros_like(d), margin)
    won = torch.where(tied, 0.5, 1.0)
    return (won * F.softplus(-lead) + (1 - won) * F.softplus(lead)).mean()


# %% right: binary cross-entropy
import torch
import torch.nn.functional as F


def pairwise_loss(chosen, rejected, margin=None, tied=None):
    d, target = chosen - rejected, torch.ones_like(chosen)
    if margin is not None:
        d = d - (margin if tied is None else margin * ~tied)
    if tied is not None:
        target = target - 0.5 * tied
    return F.binary_cross_entropy_with_logits(d, target)


# %% right: pair by pair
import torch
import torch.nn.functional as F


def pairwise_loss(chosen, rejected, margin=None, tied=None):
    losses = []
    for i in range(len(chosen)):
        d = chosen[i] - rejected[i]
        if tied is not None and tied[i]:
            losses.append(-0.5 * F.logsigmoid(d) - 0.5 * F.logsigmoid(-d))
        else:
            losses.append(-F.logsigmoid(d - (margin[i] if margin is not None else 0)))
    return torch.stack(losses).mean()


# %% wrong: swapped -> equals-cross-entropy
import torch
import torch.nn.functional as F


def pairwise_loss(chosen, rejected, margin=None, tied=None):
    d = rejected - chosen
    loss = -F.logsigmoid(d if margin is None else d - margin)
    if tied is not None:
        loss = torch.where(tied, -(F.logsigmoid(d) + F.logsigmoid(-d)) / 2, loss)
    return loss.mean()


# %% wrong: summed -> equals-cross-entropy
import torch
import torch.nn.functional as F


def pairwise_loss(chosen, rejected, margin=None, tied=None):
    d = chosen - rejected
    loss = -F.logsigmoid(d if margin is None else d - margin)
    if tied is not None:
        loss = torch.where(tied, -(F.logsigmoid(d) + F.logsigmoid(-d)) / 2, loss)
    return loss.sum()


# %% wrong: each score alone -> equals-cross-entropy
import torch
import torch.nn.functional as F


def pairwise_loss(chosen, rejected, margin=None, tied=None):
    return -(F.logsigmoid(chosen) + F.logsigmoid(-rejected)).mean()


# %% wrong: mean difference first -> equals-cross-entropy
import torch
import torch.nn.functional as F


def pairwise_loss(chosen, rejected, margin=None, tied=None):
    d = (chosen - rejected).mean()
    return -F.logsigmoid(d if margin is None else d - margin.mean())


# %% wrong: hinge -> equals-cross-entropy
import torch


def pairwise_loss(chosen, rejected, margin=None, tied=None):
    m = 1.0 if margin is None else margin
    return (m - (chosen - rejected)).clamp_min(0).mean()


# %% wrong: rejected detached -> gradients
import torch
import torch.nn.functional as F


def pairwise_loss(chosen, rejected, margin=None, tied=None):
    d = chosen - rejected.detach()
    loss = -F.logsigmoid(d if margin is None else d - margin)
    if tied is not None:
        loss = torch.where(tied, -(F.logsigmoid(d) + F.logsigmoid(-d)) / 2, loss)
    return loss.mean()


# %% wrong: a Python number -> gradients
import math


def pairwise_loss(chosen, rejected, margin=None, tied=None):
    total = 0.0
    for i, (c, r) in enumerate(zip(chosen.tolist(), rejected.tolist())):
        d = c - r
        if tied is not None and tied[i]:
            total += (math.log1p(math.exp(-d)) + math.log1p(math.exp(d))) / 2
        else:
            d -= margin[i].item() if margin is not None else 0.0
            total += math.log1p(math.exp(-d))
    return total / len(chosen)


# %% wrong: no gradient -> gradients
import torch
import torch.nn.functional as F


@torch.no_grad()
def pairwise_loss(chosen, rejected, margin=None, tied=None):
    d = chosen - rejected
    loss = -F.logsigmoid(d if margin is None else d - margin)
    if tied is not None:
        loss = torch.where(tied, -(F.logsigmoid(d) + F.logsigmoid(-d)) / 2, loss)
    return loss.mean()


# %% wrong: log of a sigmoid -> large-gaps
import torch


def pairwise_loss(chosen, rejected, margin=None, tied=None):
    d = chosen - rejected
    loss = -torch.log(torch.sigmoid(d if margin is None else d - margin))
    if tied is not None:
        both = -(torch.log(torch.sigmoid(d)) + torch.log(torch.sigmoid(-d))) / 2
        loss = torch.where(tied, both, loss)
    return loss.mean()


# %% wrong: log of a sigmoid with an epsilon -> large-gaps
import torch


def pairwise_loss(chosen, rejected, margin=None, tied=None):
    d = chosen - rejected
    loss = -torch.log(torch.sigmoid(d if margin is None else d - margin) + 1e-9)
    if tied is not None:
        both = -(torch.log(torch.sigmoid(d) + 1e-9) + torch.log(torch.sigmoid(-d) + 1e-9)) / 2
        loss = torch.where(tied, both, loss)
    return loss.mean()


# %% wrong: log of one plus exp -> large-gaps
import torch


def pairwise_loss(chosen, rejected, margin=None, tied=None):
    d = chosen - rejected
    loss = torch.log(1 + torch.exp(-(d if margin is None else d - margin)))
    if tied is not None:
        loss = torch.where(tied, (torch.log(1 + d.exp()) + torch.log(1 + (-d).exp())) / 2, loss)
    return loss.mean()


# %% wrong: scores clipped -> large-gaps
import torch
import torch.nn.functional as F


def pairwise_loss(chosen, rejected, margin=None, tied=None):
    d = (chosen - rejected).clamp(-20, 20)
    loss = -F.logsigmoid(d if margin is None else d - margin)
    if tied is not None:
        loss = torch.where(tied, -(F.logsigmoid(d) + F.logsigmoid(-d)) / 2, loss)
    return loss.mean()


# %% wrong: margin added to the lead -> margin
import torch
import torch.nn.functional as F


def pairwise_loss(chosen, rejected, margin=None, tied=None):
    d = chosen - rejected
    loss = -F.logsigmoid(d if margin is None else d + margin)
    if tied is not None:
        loss = torch.where(tied, -(F.logsigmoid(d) + F.logsigmoid(-d)) / 2, loss)
    return loss.mean()


# %% wrong: margin ignored -> margin
import torch
import torch.nn.functional as F


def pairwise_loss(chosen, rejected, margin=None, tied=None):
    d = chosen - rejected
    loss = -F.logsigmoid(d)
    if tied is not None:
        loss = torch.where(tied, -(F.logsigmoid(d) + F.logsigmoid(-d)) / 2, loss)
    return loss.mean()


# %% wrong: margin outside of the sigmoid -> margin
import torch
import torch.nn.functional as F


def pairwise_loss(chosen, rejected, margin=None, tied=None):
    d = chosen - rejected
    loss = -F.logsigmoid(d)
    if margin is not None:
        loss = loss + margin
    if tied is not None:
        loss = torch.where(tied, -(F.logsigmoid(d) + F.logsigmoid(-d)) / 2, loss)
    return loss.mean()


# %% wrong: margin taken from chosen in place -> margin
import torch
import torch.nn.functional as F


def pairwise_loss(chosen, rejected, margin=None, tied=None):
    d = chosen - rejected
    if margin is not None:
        chosen -= margin
    loss = -F.logsigmoid(chosen - rejected)
    if tied is not None:
        loss = torch.where(tied, -(F.logsigmoid(d) + F.logsigmoid(-d)) / 2, loss)
    return loss.mean()


# %% wrong: ties count as wins -> ties
import torch
import torch.nn.functional as F


def pairwise_loss(chosen, rejected, margin=None, tied=None):
    d = chosen - rejected
    return -F.logsigmoid(d if margin is None else d - margin).mean()


# %% wrong: ties dropped -> ties
import torch
import torch.nn.functional as F


def pairwise_loss(chosen, rejected, margin=None, tied=None):
    d = chosen - rejected
    loss = -F.logsigmoid(d if margin is None else d - margin)
    return loss.mean() if tied is None else loss[~tied].mean()


# %% wrong: a tie still asks for the margin -> ties
import torch
import torch.nn.functional as F


def pairwise_loss(chosen, rejected, margin=None, tied=None):
    d = chosen - rejected if margin is None else chosen - rejected - margin
    loss = -F.logsigmoid(d)
    if tied is not None:
        loss = torch.where(tied, -(F.logsigmoid(d) + F.logsigmoid(-d)) / 2, loss)
    return loss.mean()


# %% wrong: a tie counts twice -> ties
import torch
import torch.nn.functional as F


def pairwise_loss(chosen, rejected, margin=None, tied=None):
    d = chosen - rejected
    loss = -F.logsigmoid(d if margin is None else d - margin)
    if tied is not None:
        loss = torch.where(tied, -(F.logsigmoid(d) + F.logsigmoid(-d)), loss)
    return loss.mean()
