"""Solutions of write_ppo_clip: right ones in other words, and wrong ones with their claim."""

# %% right: max of losses
import torch


def ppo_loss(log_p, old, advantages, mask, low, high):
    kept = mask.bool()
    log_ratio = log_p[kept] - old[kept].detach()
    a = advantages[kept].detach()
    ratio = torch.exp(log_ratio)
    return torch.max(-a * ratio, -a * torch.clamp(ratio, 1 - low, 1 + high)).mean()


# %% right: the two cases
import torch


def ppo_loss(log_p, old, advantages, mask, low, high):
    zero = torch.zeros_like(log_p)
    gap = torch.where(mask.bool(), log_p - old.detach(), zero)
    a = torch.where(mask.bool(), advantages.detach(), zero)
    ratio = gap.exp()
    up, down = ratio.clamp(max=1 + high), ratio.clamp(min=1 - low)
    return -(torch.where(a > 0, up, down) * a).sum() / mask.sum()


# %% right: token by token
import torch


def ppo_loss(log_p, old, advantages, mask, low, high):
    terms = []
    for row, place in mask.nonzero().tolist():
        r = (log_p[row, place] - old[row, place].detach()).exp()
        a = advantages[row, place].detach()
        terms.append(torch.minimum(r * a, r.clamp(1 - low, 1 + high) * a))
    return -torch.stack(terms).mean()


# %% wrong: maximised -> fresh-batch
import torch


def ppo_loss(log_p, old, advantages, mask, low, high):
    ratio = (log_p - old.detach()).masked_fill(mask == 0, 0.0).exp()
    advantages = advantages.detach().masked_fill(mask == 0, 0.0)
    clipped = ratio.clamp(1 - low, 1 + high)
    objective = torch.minimum(ratio * advantages, clipped * advantages)
    return objective.sum() / mask.sum()


# %% wrong: mean over all places -> fresh-batch
import torch


def ppo_loss(log_p, old, advantages, mask, low, high):
    ratio = (log_p - old.detach()).masked_fill(mask == 0, 0.0).exp()
    advantages = advantages.detach().masked_fill(mask == 0, 0.0)
    clipped = ratio.clamp(1 - low, 1 + high)
    objective = torch.minimum(ratio * advantages, clipped * advantages)
    return -objective.mean()


# %% wrong: mean over rows of means -> fresh-batch
import torch


def ppo_loss(log_p, old, advantages, mask, low, high):
    ratio = (log_p - old.detach()).masked_fill(mask == 0, 0.0).exp()
    advantages = advantages.detach().masked_fill(mask == 0, 0.0)
    clipped = ratio.clamp(1 - low, 1 + high)
    objective = torch.minimum(ratio * advantages, clipped * advantages)
    return -(objective.sum(1) / mask.sum(1)).mean()


# %% wrong: log-probability for the ratio -> fresh-batch
import torch


def ppo_loss(log_p, old, advantages, mask, low, high):
    ratio = log_p.masked_fill(mask == 0, 0.0)
    advantages = advantages.detach().masked_fill(mask == 0, 0.0)
    clipped = ratio.clamp(1 - low, 1 + high)
    objective = torch.minimum(ratio * advantages, clipped * advantages)
    return -objective.sum() / mask.sum()


# %% wrong: difference without exp -> fresh-batch
import torch


def ppo_loss(log_p, old, advantages, mask, low, high):
    ratio = (log_p - old.detach()).masked_fill(mask == 0, 0.0)
    advantages = advantages.detach().masked_fill(mask == 0, 0.0)
    clipped = ratio.clamp(1 - low, 1 + high)
    objective = torch.minimum(ratio * advantages, clipped * advantages)
    return -objective.sum() / mask.sum()


# %% wrong: summed -> fresh-batch
import torch


def ppo_loss(log_p, old, advantages, mask, low, high):
    ratio = (log_p - old.detach()).masked_fill(mask == 0, 0.0).exp()
    advantages = advantages.detach().masked_fill(mask == 0, 0.0)
    clipped = ratio.clamp(1 - low, 1 + high)
    objective = torch.minimum(ratio * advantages, clipped * advantages)
    return -objective.sum()


# %% wrong: no clip -> equals-definition
import torch


def ppo_loss(log_p, old, advantages, mask, low, high):
    ratio = (log_p - old.detach()).masked_fill(mask == 0, 0.0).exp()
    advantages = advantages.detach().masked_fill(mask == 0, 0.0)
    clipped = ratio.clamp(1 - low, 1 + high)
    objective = ratio * advantages
    return -objective.sum() / mask.sum()


# %% wrong: max for min -> equals-definition
import torch


def ppo_loss(log_p, old, advantages, mask, low, high):
    ratio = (log_p - old.detach()).masked_fill(mask == 0, 0.0).exp()
    advantages = advantages.detach().masked_fill(mask == 0, 0.0)
    clipped = ratio.clamp(1 - low, 1 + high)
    objective = torch.maximum(ratio * advantages, clipped * advantages)
    return -objective.sum() / mask.sum()


# %% wrong: ratio turned round -> equals-definition
import torch


def ppo_loss(log_p, old, advantages, mask, low, high):
    ratio = (old.detach() - log_p).masked_fill(mask == 0, 0.0).exp()
    advantages = advantages.detach().masked_fill(mask == 0, 0.0)
    clipped = ratio.clamp(1 - low, 1 + high)
    objective = torch.minimum(ratio * advantages, clipped * advantages)
    return -objective.sum() / mask.sum()


# %% wrong: advantages normalised -> fresh-batch
import torch


def ppo_loss(log_p, old, advantages, mask, low, high):
    ratio = (log_p - old.detach()).masked_fill(mask == 0, 0.0).exp()
    advantages = advantages.detach().masked_fill(mask == 0, 0.0)
    advantages = (advantages - advantages.mean()) / advantages.std()
    clipped = ratio.clamp(1 - low, 1 + high)
    objective = torch.minimum(ratio * advantages, clipped * advantages)
    return -objective.sum() / mask.sum()


# %% wrong: clip without min -> equals-definition
import torch


def ppo_loss(log_p, old, advantages, mask, low, high):
    ratio = (log_p - old.detach()).masked_fill(mask == 0, 0.0).exp()
    advantages = advantages.detach().masked_fill(mask == 0, 0.0)
    clipped = ratio.clamp(1 - low, 1 + high)
    objective = clipped * advantages
    return -objective.sum() / mask.sum()


# %% wrong: min of the ratios -> equals-definition
import torch


def ppo_loss(log_p, old, advantages, mask, low, high):
    ratio = (log_p - old.detach()).masked_fill(mask == 0, 0.0).exp()
    advantages = advantages.detach().masked_fill(mask == 0, 0.0)
    clipped = ratio.clamp(1 - low, 1 + high)
    objective = torch.minimum(ratio, clipped) * advantages
    return -objective.sum() / mask.sum()


# %% wrong: the low width on both sides -> two-bounds
import torch


def ppo_loss(log_p, old, advantages, mask, low, high):
    ratio = (log_p - old.detach()).masked_fill(mask == 0, 0.0).exp()
    advantages = advantages.detach().masked_fill(mask == 0, 0.0)
    clipped = ratio.clamp(1 - low, 1 + low)
    objective = torch.minimum(ratio * advantages, clipped * advantages)
    return -objective.sum() / mask.sum()


# %% wrong: the widths exchanged -> two-bounds
import torch


def ppo_loss(log_p, old, advantages, mask, low, high):
    ratio = (log_p - old.detach()).masked_fill(mask == 0, 0.0).exp()
    advantages = advantages.detach().masked_fill(mask == 0, 0.0)
    clipped = ratio.clamp(1 - high, 1 + low)
    objective = torch.minimum(ratio * advantages, clipped * advantages)
    return -objective.sum() / mask.sum()


# %% wrong: bounds in logarithms -> two-bounds
import torch


def ppo_loss(log_p, old, advantages, mask, low, high):
    ratio = (log_p - old.detach()).masked_fill(mask == 0, 0.0).exp()
    advantages = advantages.detach().masked_fill(mask == 0, 0.0)
    clipped = ratio.log().clamp(-low, high).exp()
    objective = torch.minimum(ratio * advantages, clipped * advantages)
    return -objective.sum() / mask.sum()


# %% wrong: only the upper bound -> two-bounds
import torch


def ppo_loss(log_p, old, advantages, mask, low, high):
    ratio = (log_p - old.detach()).masked_fill(mask == 0, 0.0).exp()
    advantages = advantages.detach().masked_fill(mask == 0, 0.0)
    clipped = ratio.clamp(max=1 + high)
    objective = torch.minimum(ratio * advantages, clipped * advantages)
    return -objective.sum() / mask.sum()


# %% wrong: clipped where no gradient passes, value kept -> clip-stops
import torch


def ppo_loss(log_p, old, advantages, mask, low, high):
    ratio = (log_p - old.detach()).masked_fill(mask == 0, 0.0).exp()
    advantages = advantages.detach().masked_fill(mask == 0, 0.0)
    clipped = ratio.clamp(1 - low, 1 + high)
    objective = torch.minimum(ratio * advantages, clipped * advantages)
    objective = objective.detach() + (ratio - ratio.detach()) * advantages
    return -objective.sum() / mask.sum()


# %% wrong: clip stops both ways -> clip-stops
import torch


def ppo_loss(log_p, old, advantages, mask, low, high):
    ratio = (log_p - old.detach()).masked_fill(mask == 0, 0.0).exp()
    advantages = advantages.detach().masked_fill(mask == 0, 0.0)
    clipped = ratio.clamp(1 - low, 1 + high)
    objective = torch.minimum(ratio * advantages, clipped * advantages)
    outside = (ratio - clipped) != 0
    objective = torch.where(outside, objective.detach(), objective)
    return -objective.sum() / mask.sum()


# %% wrong: gradient of the clip by straight-through -> clip-stops
import torch


def ppo_loss(log_p, old, advantages, mask, low, high):
    ratio = (log_p - old.detach()).masked_fill(mask == 0, 0.0).exp()
    advantages = advantages.detach().masked_fill(mask == 0, 0.0)
    clipped = ratio + (ratio.clamp(1 - low, 1 + high) - ratio).detach()
    objective = torch.minimum(ratio * advantages, clipped * advantages)
    return -objective.sum() / mask.sum()


# %% wrong: masked at the end -> padding
import torch


def ppo_loss(log_p, old, advantages, mask, low, high):
    ratio = (log_p - old.detach()).exp()
    advantages = advantages.detach().masked_fill(mask == 0, 0.0)
    clipped = ratio.clamp(1 - low, 1 + high)
    objective = torch.minimum(ratio * advantages, clipped * advantages)
    return -(objective * mask).sum() / mask.sum()


# %% wrong: padding ignored -> padding
import torch


def ppo_loss(log_p, old, advantages, mask, low, high):
    ratio = (log_p - old.detach()).exp()
    advantages = advantages.detach()
    clipped = ratio.clamp(1 - low, 1 + high)
    objective = torch.minimum(ratio * advantages, clipped * advantages)
    return -objective.sum() / mask.sum()


# %% wrong: the old not detached -> one-way
import torch


def ppo_loss(log_p, old, advantages, mask, low, high):
    ratio = (log_p - old).masked_fill(mask == 0, 0.0).exp()
    advantages = advantages.detach().masked_fill(mask == 0, 0.0)
    clipped = ratio.clamp(1 - low, 1 + high)
    objective = torch.minimum(ratio * advantages, clipped * advantages)
    return -objective.sum() / mask.sum()


# %% wrong: advantages not detached -> one-way
import torch


def ppo_loss(log_p, old, advantages, mask, low, high):
    ratio = (log_p - old.detach()).masked_fill(mask == 0, 0.0).exp()
    advantages = advantages.masked_fill(mask == 0, 0.0)
    clipped = ratio.clamp(1 - low, 1 + high)
    objective = torch.minimum(ratio * advantages, clipped * advantages)
    return -objective.sum() / mask.sum()
