"""Solutions of write_grpo: right ones in other words, and wrong ones with their claim."""

# %% right: weights per token
import torch


def grpo_loss(log_p, old, rewards, mask, group, low, high, loss_type, max_length):
    r = rewards.reshape(-1, group)
    mean = r.mean(dim=1).repeat_interleave(group)
    std = r.std(dim=1).repeat_interleave(group)
    a = ((rewards - mean) / (std + 1e-4)).unsqueeze(1)
    n = mask.sum(1, keepdim=True)
    weight = {
        "grpo": mask / (n.clamp(min=1) * len(n)),
        "dapo": mask / n.sum(),
        "dr_grpo": mask / (len(n) * max_length),
    }[loss_type]
    log_ratio = torch.where(mask > 0, log_p - old, torch.zeros_like(log_p))
    ratio = log_ratio.exp()
    per_token = torch.max(-a * ratio, -a * ratio.clamp(1 - low, 1 + high))
    return (per_token * weight).sum()


# %% right: answer by answer
import torch


def grpo_loss(log_p, old, rewards, mask, group, low, high, loss_type, max_length):
    sums, counts = [], []
    for row in range(len(rewards)):
        start = row - row % group
        peers = rewards[start : start + group]
        a = (rewards[row] - peers.mean()) / (peers.std() + 1e-4)
        kept = mask[row].bool()
        ratio = torch.exp(log_p[row][kept] - old[row][kept])
        sums.append(torch.min(ratio * a, ratio.clamp(1 - low, 1 + high) * a).sum())
        counts.append(int(kept.sum()))
    if loss_type == "grpo":
        return -torch.stack([s / max(c, 1) for s, c in zip(sums, counts)]).mean()
    total = torch.stack(sums).sum()
    return -total / (sum(counts) if loss_type == "dapo" else len(sums) * max_length)


# %% wrong: not scaled -> advantages
import torch


def grpo_loss(log_p, old, rewards, mask, group, low, high, loss_type, max_length):
    by_prompt = rewards.detach().view(-1, group)
    centred = by_prompt - by_prompt.mean(1, keepdim=True)
    scaled = centred
    advantages = scaled.view(-1, 1)

    ratio = (log_p - old.detach()).masked_fill(mask == 0, 0.0).exp()
    clipped = ratio.clamp(1 - low, 1 + high)
    objective = torch.minimum(ratio * advantages, clipped * advantages) * mask
    if loss_type == "grpo":
        return -(objective.sum(1) / mask.sum(1).clamp(min=1)).mean()
    if loss_type == "dapo":
        return -objective.sum() / mask.sum()
    return -objective.sum() / (len(mask) * max_length)


# %% wrong: the batch as one group -> advantages
import torch


def grpo_loss(log_p, old, rewards, mask, group, low, high, loss_type, max_length):
    by_prompt = rewards.detach().view(1, -1)
    centred = by_prompt - by_prompt.mean(1, keepdim=True)
    scaled = centred / (by_prompt.std(1, keepdim=True) + 1e-4)
    advantages = scaled.view(-1, 1)

    ratio = (log_p - old.detach()).masked_fill(mask == 0, 0.0).exp()
    clipped = ratio.clamp(1 - low, 1 + high)
    objective = torch.minimum(ratio * advantages, clipped * advantages) * mask
    if loss_type == "grpo":
        return -(objective.sum(1) / mask.sum(1).clamp(min=1)).mean()
    if loss_type == "dapo":
        return -objective.sum() / mask.sum()
    return -objective.sum() / (len(mask) * max_length)


# %% wrong: groups across -> advantages
import torch


def grpo_loss(log_p, old, rewards, mask, group, low, high, loss_type, max_length):
    by_prompt = rewards.detach().view(group, -1).T
    centred = by_prompt - by_prompt.mean(1, keepdim=True)
    scaled = centred / (by_prompt.std(1, keepdim=True) + 1e-4)
    advantages = scaled.T.reshape(-1, 1)

    ratio = (log_p - old.detach()).masked_fill(mask == 0, 0.0).exp()
    clipped = ratio.clamp(1 - low, 1 + high)
    objective = torch.minimum(ratio * advantages, clipped * advantages) * mask
    if loss_type == "grpo":
        return -(objective.sum(1) / mask.sum(1).clamp(min=1)).mean()
    if loss_type == "dapo":
        return -objective.sum() / mask.sum()
    return -objective.sum() / (len(mask) * max_length)


# %% wrong: deviation over n -> advantages
import torch


def grpo_loss(log_p, old, rewards, mask, group, low, high, loss_type, max_length):
    by_prompt = rewards.detach().view(-1, group)
    centred = by_prompt - by_prompt.mean(1, keepdim=True)
    scaled = centred / (by_prompt.std(1, keepdim=True, correction=0) + 1e-4)
    advantages = scaled.view(-1, 1)

    ratio = (log_p - old.detach()).masked_fill(mask == 0, 0.0).exp()
    clipped = ratio.clamp(1 - low, 1 + high)
    objective = torch.minimum(ratio * advantages, clipped * advantages) * mask
    if loss_type == "grpo":
        return -(objective.sum(1) / mask.sum(1).clamp(min=1)).mean()
    if loss_type == "dapo":
        return -objective.sum() / mask.sum()
    return -objective.sum() / (len(mask) * max_length)


# %% wrong: variance for deviation -> advantages
import torch


def grpo_loss(log_p, old, rewards, mask, group, low, high, loss_type, max_length):
    by_prompt = rewards.detach().view(-1, group)
    centred = by_prompt - by_prompt.mean(1, keepdim=True)
    scaled = centred / (by_prompt.var(1, keepdim=True) + 1e-4)
    advantages = scaled.view(-1, 1)

    ratio = (log_p - old.detach()).masked_fill(mask == 0, 0.0).exp()
    clipped = ratio.clamp(1 - low, 1 + high)
    objective = torch.minimum(ratio * advantages, clipped * advantages) * mask
    if loss_type == "grpo":
        return -(objective.sum(1) / mask.sum(1).clamp(min=1)).mean()
    if loss_type == "dapo":
        return -objective.sum() / mask.sum()
    return -objective.sum() / (len(mask) * max_length)


# %% wrong: scaled by the batch -> advantages
import torch


def grpo_loss(log_p, old, rewards, mask, group, low, high, loss_type, max_length):
    by_prompt = rewards.detach().view(-1, group)
    centred = by_prompt - by_prompt.mean(1, keepdim=True)
    scaled = centred / (by_prompt.std() + 1e-4)
    advantages = scaled.view(-1, 1)

    ratio = (log_p - old.detach()).masked_fill(mask == 0, 0.0).exp()
    clipped = ratio.clamp(1 - low, 1 + high)
    objective = torch.minimum(ratio * advantages, clipped * advantages) * mask
    if loss_type == "grpo":
        return -(objective.sum(1) / mask.sum(1).clamp(min=1)).mean()
    if loss_type == "dapo":
        return -objective.sum() / mask.sum()
    return -objective.sum() / (len(mask) * max_length)


# %% wrong: rewards as advantages -> advantages
import torch


def grpo_loss(log_p, old, rewards, mask, group, low, high, loss_type, max_length):
    by_prompt = rewards.detach().view(-1, group)
    centred = by_prompt - by_prompt.mean(1, keepdim=True)
    scaled = centred / (by_prompt.std(1, keepdim=True) + 1e-4)
    advantages = rewards.view(-1, 1)

    ratio = (log_p - old.detach()).masked_fill(mask == 0, 0.0).exp()
    clipped = ratio.clamp(1 - low, 1 + high)
    objective = torch.minimum(ratio * advantages, clipped * advantages) * mask
    if loss_type == "grpo":
        return -(objective.sum(1) / mask.sum(1).clamp(min=1)).mean()
    if loss_type == "dapo":
        return -objective.sum() / mask.sum()
    return -objective.sum() / (len(mask) * max_length)


# %% wrong: turned round -> advantages
import torch


def grpo_loss(log_p, old, rewards, mask, group, low, high, loss_type, max_length):
    by_prompt = rewards.detach().view(-1, group)
    centred = by_prompt.mean(1, keepdim=True) - by_prompt
    scaled = centred / (by_prompt.std(1, keepdim=True) + 1e-4)
    advantages = scaled.view(-1, 1)

    ratio = (log_p - old.detach()).masked_fill(mask == 0, 0.0).exp()
    clipped = ratio.clamp(1 - low, 1 + high)
    objective = torch.minimum(ratio * advantages, clipped * advantages) * mask
    if loss_type == "grpo":
        return -(objective.sum(1) / mask.sum(1).clamp(min=1)).mean()
    if loss_type == "dapo":
        return -objective.sum() / mask.sum()
    return -objective.sum() / (len(mask) * max_length)


# %% wrong: advantages of one group kept -> advantages
import torch


def grpo_loss(log_p, old, rewards, mask, group, low, high, loss_type, max_length):
    by_prompt = rewards.detach().view(-1, group)
    centred = by_prompt - by_prompt.mean(1, keepdim=True)
    scaled = centred / (by_prompt.std(1, keepdim=True) + 1e-4)
    advantages = scaled.view(-1, 1)[:group].repeat(len(rewards) // group, 1)

    ratio = (log_p - old.detach()).masked_fill(mask == 0, 0.0).exp()
    clipped = ratio.clamp(1 - low, 1 + high)
    objective = torch.minimum(ratio * advantages, clipped * advantages) * mask
    if loss_type == "grpo":
        return -(objective.sum(1) / mask.sum(1).clamp(min=1)).mean()
    if loss_type == "dapo":
        return -objective.sum() / mask.sum()
    return -objective.sum() / (len(mask) * max_length)


# %% wrong: no epsilon -> silent-groups
import torch


def grpo_loss(log_p, old, rewards, mask, group, low, high, loss_type, max_length):
    by_prompt = rewards.detach().view(-1, group)
    centred = by_prompt - by_prompt.mean(1, keepdim=True)
    scaled = centred / (by_prompt.std(1, keepdim=True))
    advantages = scaled.view(-1, 1)

    ratio = (log_p - old.detach()).masked_fill(mask == 0, 0.0).exp()
    clipped = ratio.clamp(1 - low, 1 + high)
    objective = torch.minimum(ratio * advantages, clipped * advantages) * mask
    if loss_type == "grpo":
        return -(objective.sum(1) / mask.sum(1).clamp(min=1)).mean()
    if loss_type == "dapo":
        return -objective.sum() / mask.sum()
    return -objective.sum() / (len(mask) * max_length)


# %% wrong: equal groups keep their reward -> silent-groups
import torch


def grpo_loss(log_p, old, rewards, mask, group, low, high, loss_type, max_length):
    by_prompt = rewards.detach().view(-1, group)
    centred = by_prompt - by_prompt.mean(1, keepdim=True)
    scaled = centred / (by_prompt.std(1, keepdim=True) + 1e-4)
    spread = by_prompt.std(1, keepdim=True)
    scaled = torch.where(spread > 1e-6, scaled, by_prompt)
    advantages = scaled.view(-1, 1)

    ratio = (log_p - old.detach()).masked_fill(mask == 0, 0.0).exp()
    clipped = ratio.clamp(1 - low, 1 + high)
    objective = torch.minimum(ratio * advantages, clipped * advantages) * mask
    if loss_type == "grpo":
        return -(objective.sum(1) / mask.sum(1).clamp(min=1)).mean()
    if loss_type == "dapo":
        return -objective.sum() / mask.sum()
    return -objective.sum() / (len(mask) * max_length)


# %% wrong: silent groups thrown out of the count -> silent-groups
import torch


def grpo_loss(log_p, old, rewards, mask, group, low, high, loss_type, max_length):
    by_prompt = rewards.detach().view(-1, group)
    centred = by_prompt - by_prompt.mean(1, keepdim=True)
    scaled = centred / (by_prompt.std(1, keepdim=True) + 1e-4)
    advantages = scaled.view(-1, 1)

    mask = mask * (by_prompt.std(1) > 1e-6).repeat_interleave(group)[:, None]
    ratio = (log_p - old.detach()).masked_fill(mask == 0, 0.0).exp()
    clipped = ratio.clamp(1 - low, 1 + high)
    objective = torch.minimum(ratio * advantages, clipped * advantages) * mask
    if loss_type == "grpo":
        return -(objective.sum(1) / mask.sum(1).clamp(min=1)).mean()
    if loss_type == "dapo":
        return -objective.sum() / mask.sum()
    return -objective.sum() / (len(mask) * max_length)


# %% wrong: all tokens under grpo -> per-answer
import torch


def grpo_loss(log_p, old, rewards, mask, group, low, high, loss_type, max_length):
    by_prompt = rewards.detach().view(-1, group)
    centred = by_prompt - by_prompt.mean(1, keepdim=True)
    scaled = centred / (by_prompt.std(1, keepdim=True) + 1e-4)
    advantages = scaled.view(-1, 1)

    ratio = (log_p - old.detach()).masked_fill(mask == 0, 0.0).exp()
    clipped = ratio.clamp(1 - low, 1 + high)
    objective = torch.minimum(ratio * advantages, clipped * advantages) * mask
    if loss_type == "grpo":
        return -objective.sum() / mask.sum()
    if loss_type == "dapo":
        return -objective.sum() / mask.sum()
    return -objective.sum() / (len(mask) * max_length)


# %% wrong: mean over padded length under grpo -> per-answer
import torch


def grpo_loss(log_p, old, rewards, mask, group, low, high, loss_type, max_length):
    by_prompt = rewards.detach().view(-1, group)
    centred = by_prompt - by_prompt.mean(1, keepdim=True)
    scaled = centred / (by_prompt.std(1, keepdim=True) + 1e-4)
    advantages = scaled.view(-1, 1)

    ratio = (log_p - old.detach()).masked_fill(mask == 0, 0.0).exp()
    clipped = ratio.clamp(1 - low, 1 + high)
    objective = torch.minimum(ratio * advantages, clipped * advantages) * mask
    if loss_type == "grpo":
        return -objective.mean()
    if loss_type == "dapo":
        return -objective.sum() / mask.sum()
    return -objective.sum() / (len(mask) * max_length)


# %% wrong: answers summed under grpo -> per-answer
import torch


def grpo_loss(log_p, old, rewards, mask, group, low, high, loss_type, max_length):
    by_prompt = rewards.detach().view(-1, group)
    centred = by_prompt - by_prompt.mean(1, keepdim=True)
    scaled = centred / (by_prompt.std(1, keepdim=True) + 1e-4)
    advantages = scaled.view(-1, 1)

    ratio = (log_p - old.detach()).masked_fill(mask == 0, 0.0).exp()
    clipped = ratio.clamp(1 - low, 1 + high)
    objective = torch.minimum(ratio * advantages, clipped * advantages) * mask
    if loss_type == "grpo":
        return -(objective.sum(1) / mask.sum(1).clamp(min=1)).sum() / group
    if loss_type == "dapo":
        return -objective.sum() / mask.sum()
    return -objective.sum() / (len(mask) * max_length)


# %% wrong: per answer under dapo -> all-tokens
import torch


def grpo_loss(log_p, old, rewards, mask, group, low, high, loss_type, max_length):
    by_prompt = rewards.detach().view(-1, group)
    centred = by_prompt - by_prompt.mean(1, keepdim=True)
    scaled = centred / (by_prompt.std(1, keepdim=True) + 1e-4)
    advantages = scaled.view(-1, 1)

    ratio = (log_p - old.detach()).masked_fill(mask == 0, 0.0).exp()
    clipped = ratio.clamp(1 - low, 1 + high)
    objective = torch.minimum(ratio * advantages, clipped * advantages) * mask
    if loss_type == "grpo":
        return -(objective.sum(1) / mask.sum(1).clamp(min=1)).mean()
    if loss_type == "dapo":
        return -(objective.sum(1) / mask.sum(1).clamp(min=1)).mean()
    return -objective.sum() / (len(mask) * max_length)


# %% wrong: the batch's length for the constant -> all-tokens
import torch


def grpo_loss(log_p, old, rewards, mask, group, low, high, loss_type, max_length):
    by_prompt = rewards.detach().view(-1, group)
    centred = by_prompt - by_prompt.mean(1, keepdim=True)
    scaled = centred / (by_prompt.std(1, keepdim=True) + 1e-4)
    advantages = scaled.view(-1, 1)

    ratio = (log_p - old.detach()).masked_fill(mask == 0, 0.0).exp()
    clipped = ratio.clamp(1 - low, 1 + high)
    objective = torch.minimum(ratio * advantages, clipped * advantages) * mask
    if loss_type == "grpo":
        return -(objective.sum(1) / mask.sum(1).clamp(min=1)).mean()
    if loss_type == "dapo":
        return -objective.sum() / mask.sum()
    return -objective.sum() / mask.numel()


# %% wrong: constant without the answers -> all-tokens
import torch


def grpo_loss(log_p, old, rewards, mask, group, low, high, loss_type, max_length):
    by_prompt = rewards.detach().view(-1, group)
    centred = by_prompt - by_prompt.mean(1, keepdim=True)
    scaled = centred / (by_prompt.std(1, keepdim=True) + 1e-4)
    advantages = scaled.view(-1, 1)

    ratio = (log_p - old.detach()).masked_fill(mask == 0, 0.0).exp()
    clipped = ratio.clamp(1 - low, 1 + high)
    objective = torch.minimum(ratio * advantages, clipped * advantages) * mask
    if loss_type == "grpo":
        return -(objective.sum(1) / mask.sum(1).clamp(min=1)).mean()
    if loss_type == "dapo":
        return -objective.sum() / mask.sum()
    return -objective.sum() / max_length


# %% wrong: dr_grpo like dapo -> all-tokens
import torch


def grpo_loss(log_p, old, rewards, mask, group, low, high, loss_type, max_length):
    by_prompt = rewards.detach().view(-1, group)
    centred = by_prompt - by_prompt.mean(1, keepdim=True)
    scaled = centred / (by_prompt.std(1, keepdim=True) + 1e-4)
    advantages = scaled.view(-1, 1)

    ratio = (log_p - old.detach()).masked_fill(mask == 0, 0.0).exp()
    clipped = ratio.clamp(1 - low, 1 + high)
    objective = torch.minimum(ratio * advantages, clipped * advantages) * mask
    if loss_type == "grpo":
        return -(objective.sum(1) / mask.sum(1).clamp(min=1)).mean()
    if loss_type == "dapo":
        return -objective.sum() / mask.sum()
    return -objective.sum() / mask.sum()


# %% wrong: no clip -> clip
import torch


def grpo_loss(log_p, old, rewards, mask, group, low, high, loss_type, max_length):
    by_prompt = rewards.detach().view(-1, group)
    centred = by_prompt - by_prompt.mean(1, keepdim=True)
    scaled = centred / (by_prompt.std(1, keepdim=True) + 1e-4)
    advantages = scaled.view(-1, 1)

    ratio = (log_p - old.detach()).masked_fill(mask == 0, 0.0).exp()
    clipped = ratio.clamp(1 - low, 1 + high)
    objective = (ratio * advantages) * mask
    if loss_type == "grpo":
        return -(objective.sum(1) / mask.sum(1).clamp(min=1)).mean()
    if loss_type == "dapo":
        return -objective.sum() / mask.sum()
    return -objective.sum() / (len(mask) * max_length)


# %% wrong: clip without min -> clip
import torch


def grpo_loss(log_p, old, rewards, mask, group, low, high, loss_type, max_length):
    by_prompt = rewards.detach().view(-1, group)
    centred = by_prompt - by_prompt.mean(1, keepdim=True)
    scaled = centred / (by_prompt.std(1, keepdim=True) + 1e-4)
    advantages = scaled.view(-1, 1)

    ratio = (log_p - old.detach()).masked_fill(mask == 0, 0.0).exp()
    clipped = ratio.clamp(1 - low, 1 + high)
    objective = (clipped * advantages) * mask
    if loss_type == "grpo":
        return -(objective.sum(1) / mask.sum(1).clamp(min=1)).mean()
    if loss_type == "dapo":
        return -objective.sum() / mask.sum()
    return -objective.sum() / (len(mask) * max_length)


# %% wrong: one width -> clip
import torch


def grpo_loss(log_p, old, rewards, mask, group, low, high, loss_type, max_length):
    by_prompt = rewards.detach().view(-1, group)
    centred = by_prompt - by_prompt.mean(1, keepdim=True)
    scaled = centred / (by_prompt.std(1, keepdim=True) + 1e-4)
    advantages = scaled.view(-1, 1)

    ratio = (log_p - old.detach()).masked_fill(mask == 0, 0.0).exp()
    clipped = ratio.clamp(1 - low, 1 + low)
    objective = torch.minimum(ratio * advantages, clipped * advantages) * mask
    if loss_type == "grpo":
        return -(objective.sum(1) / mask.sum(1).clamp(min=1)).mean()
    if loss_type == "dapo":
        return -objective.sum() / mask.sum()
    return -objective.sum() / (len(mask) * max_length)


# %% wrong: max for min -> clip
import torch


def grpo_loss(log_p, old, rewards, mask, group, low, high, loss_type, max_length):
    by_prompt = rewards.detach().view(-1, group)
    centred = by_prompt - by_prompt.mean(1, keepdim=True)
    scaled = centred / (by_prompt.std(1, keepdim=True) + 1e-4)
    advantages = scaled.view(-1, 1)

    ratio = (log_p - old.detach()).masked_fill(mask == 0, 0.0).exp()
    clipped = ratio.clamp(1 - low, 1 + high)
    objective = torch.maximum(ratio * advantages, clipped * advantages) * mask
    if loss_type == "grpo":
        return -(objective.sum(1) / mask.sum(1).clamp(min=1)).mean()
    if loss_type == "dapo":
        return -objective.sum() / mask.sum()
    return -objective.sum() / (len(mask) * max_length)


# %% wrong: masked at the end -> padding
import torch


def grpo_loss(log_p, old, rewards, mask, group, low, high, loss_type, max_length):
    by_prompt = rewards.detach().view(-1, group)
    centred = by_prompt - by_prompt.mean(1, keepdim=True)
    scaled = centred / (by_prompt.std(1, keepdim=True) + 1e-4)
    advantages = scaled.view(-1, 1)

    ratio = (log_p - old.detach()).exp()
    clipped = ratio.clamp(1 - low, 1 + high)
    objective = torch.minimum(ratio * advantages, clipped * advantages) * mask
    if loss_type == "grpo":
        return -(objective.sum(1) / mask.sum(1).clamp(min=1)).mean()
    if loss_type == "dapo":
        return -objective.sum() / mask.sum()
    return -objective.sum() / (len(mask) * max_length)


# %% wrong: an empty answer divides by zero -> padding
import torch


def grpo_loss(log_p, old, rewards, mask, group, low, high, loss_type, max_length):
    by_prompt = rewards.detach().view(-1, group)
    centred = by_prompt - by_prompt.mean(1, keepdim=True)
    scaled = centred / (by_prompt.std(1, keepdim=True) + 1e-4)
    advantages = scaled.view(-1, 1)

    ratio = (log_p - old.detach()).masked_fill(mask == 0, 0.0).exp()
    clipped = ratio.clamp(1 - low, 1 + high)
    objective = torch.minimum(ratio * advantages, clipped * advantages) * mask
    if loss_type == "grpo":
        return -(objective.sum(1) / mask.sum(1)).mean()
    if loss_type == "dapo":
        return -objective.sum() / mask.sum()
    return -objective.sum() / (len(mask) * max_length)


# %% wrong: no mask -> padding
import torch


def grpo_loss(log_p, old, rewards, mask, group, low, high, loss_type, max_length):
    by_prompt = rewards.detach().view(-1, group)
    centred = by_prompt - by_prompt.mean(1, keepdim=True)
    scaled = centred / (by_prompt.std(1, keepdim=True) + 1e-4)
    advantages = scaled.view(-1, 1)

    ratio = (log_p - old.detach()).masked_fill(mask == 0, 0.0).exp()
    clipped = ratio.clamp(1 - low, 1 + high)
    objective = torch.minimum(ratio * advantages, clipped * advantages)
    if loss_type == "grpo":
        return -(objective.sum(1) / mask.sum(1).clamp(min=1)).mean()
    if loss_type == "dapo":
        return -objective.sum() / mask.sum()
    return -objective.sum() / (len(mask) * max_length)
