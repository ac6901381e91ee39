"""Solutions of write_speculative_accept: right ones in other words, wrong ones with their claim."""

# %% right: nothing is accepted that is never drawn
import torch


def accept(p, q):
    accepted = torch.minimum(torch.ones_like(p), torch.nan_to_num(p / q, nan=0.0))
    left = torch.relu(p - q)
    total = left.sum(dim=-1, keepdim=True)
    return accepted, torch.where(total == 0, torch.full_like(p, 1 / p.shape[-1]), left / total)


# %% right: through the overlap
import torch


def accept(p, q):
    both = torch.minimum(p, q)
    accepted = torch.where(q == 0, torch.zeros_like(q), both / q)
    left = p - both
    total = left.sum(-1, keepdim=True)
    residual = left / torch.where(total > 0, total, torch.ones_like(total))
    return accepted, residual


# %% wrong: drawn from p after a rejection -> keeps-the-target
import torch


def accept(p, q):
    accepted = torch.where(q > 0, p / q.clamp_min(1e-30), 1.0).clamp(max=1.0)
    left = (p - q).clamp_min(0.0)
    total = left.sum(-1, keepdim=True)
    return accepted, p


# %% wrong: ratio turned round -> keeps-the-target
import torch


def accept(p, q):
    accepted = (q / p.clamp_min(1e-30)).clamp(max=1.0)
    left = (p - q).clamp_min(0.0)
    total = left.sum(-1, keepdim=True)
    return accepted, torch.where(total > 0, left / total.clamp_min(1e-30), p)


# %% wrong: accepted where p is larger -> keeps-the-target
import torch


def accept(p, q):
    accepted = (p >= q).float()
    left = (p - q).clamp_min(0.0)
    total = left.sum(-1, keepdim=True)
    return accepted, torch.where(total > 0, left / total.clamp_min(1e-30), p)


# %% wrong: everything accepted -> keeps-the-target
import torch


def accept(p, q):
    accepted = torch.ones_like(p)
    left = (p - q).clamp_min(0.0)
    total = left.sum(-1, keepdim=True)
    return accepted, torch.where(total > 0, left / total.clamp_min(1e-30), p)


# %% wrong: accepted with p -> keeps-the-target
import torch


def accept(p, q):
    accepted = p.clone()
    left = (p - q).clamp_min(0.0)
    total = left.sum(-1, keepdim=True)
    return accepted, torch.where(total > 0, left / total.clamp_min(1e-30), p)


# %% wrong: the absolute difference -> keeps-the-target
import torch


def accept(p, q):
    accepted = torch.where(q > 0, p / q.clamp_min(1e-30), 1.0).clamp(max=1.0)
    left = (p - q).abs()
    total = left.sum(-1, keepdim=True)
    return accepted, torch.where(total > 0, left / total.clamp_min(1e-30), p)


# %% wrong: what q has too much -> keeps-the-target
import torch


def accept(p, q):
    accepted = torch.where(q > 0, p / q.clamp_min(1e-30), 1.0).clamp(max=1.0)
    left = (q - p).clamp_min(0.0)
    total = left.sum(-1, keepdim=True)
    return accepted, torch.where(total > 0, left / total.clamp_min(1e-30), p)


# %% wrong: the root of the ratio -> keeps-the-target
import torch


def accept(p, q):
    accepted = torch.where(q > 0, (p / q.clamp_min(1e-30)).sqrt(), 1.0).clamp(max=1.0)
    left = (p - q).clamp_min(0.0)
    total = left.sum(-1, keepdim=True)
    return accepted, torch.where(total > 0, left / total.clamp_min(1e-30), p)


# %% wrong: the difference written into p -> keeps-the-target
import torch


def accept(p, q):
    accepted = torch.where(q > 0, p / q.clamp_min(1e-30), 1.0).clamp(max=1.0)
    left = p.sub_(q).clamp_min(0.0)
    total = left.sum(-1, keepdim=True)
    return accepted, torch.where(total > 0, left / total.clamp_min(1e-30), torch.ones_like(p))


# %% wrong: nothing accepted -> accepts-most
import torch


def accept(p, q):
    accepted = torch.zeros_like(p)
    left = (p - q).clamp_min(0.0)
    total = left.sum(-1, keepdim=True)
    return accepted, p.clone()


# %% wrong: half as often -> accepts-most
import torch


def accept(p, q):
    accepted = torch.where(q > 0, p / q.clamp_min(1e-30), 1.0).clamp(max=1.0) / 2
    left = p - torch.minimum(p, q) / 2
    total = left.sum(-1, keepdim=True)
    return accepted, torch.where(total > 0, left / total.clamp_min(1e-30), p)


# %% wrong: not normalised -> probabilities
import torch


def accept(p, q):
    accepted = torch.where(q > 0, p / q.clamp_min(1e-30), 1.0).clamp(max=1.0)
    left = (p - q).clamp_min(0.0)
    total = left.sum(-1, keepdim=True)
    return accepted, left


# %% wrong: ratio above one -> probabilities
import torch


def accept(p, q):
    accepted = torch.where(q > 0, p / q.clamp_min(1e-30), 1.0)
    left = (p - q).clamp_min(0.0)
    total = left.sum(-1, keepdim=True)
    return accepted, torch.where(total > 0, left / total.clamp_min(1e-30), p)


# %% wrong: signed residual -> keeps-the-target
import torch


def accept(p, q):
    accepted = torch.where(q > 0, p / q.clamp_min(1e-30), 1.0).clamp(max=1.0)
    left = p - q
    total = left.sum(-1, keepdim=True)
    return accepted, torch.where(total > 0, left / total.clamp_min(1e-30), p)


# %% wrong: nothing divided by nothing -> zeros
import torch


def accept(p, q):
    accepted = (p / q).clamp(max=1.0)
    left = (p - q).clamp_min(0.0)
    total = left.sum(-1, keepdim=True)
    return accepted, torch.where(total > 0, left / total.clamp_min(1e-30), p)


# %% wrong: a floor under both -> zeros
import torch


def accept(p, q):
    p, q = p.clamp_min(1e-3), q.clamp_min(1e-3)
    accepted = torch.where(q > 0, p / q.clamp_min(1e-30), 1.0).clamp(max=1.0)
    left = (p - q).clamp_min(0.0)
    total = left.sum(-1, keepdim=True)
    return accepted, torch.where(total > 0, left / total.clamp_min(1e-30), p)


# %% wrong: a floor in the residual -> zeros
import torch


def accept(p, q):
    accepted = torch.where(q > 0, p / q.clamp_min(1e-30), 1.0).clamp(max=1.0)
    left = (p - q).clamp_min(0.0)
    total = left.sum(-1, keepdim=True)
    return accepted, torch.where(
        total > 0, (left + 1e-2 * (p == 0)) / (left + 1e-2 * (p == 0)).sum(-1, keepdim=True), p
    )


# %% wrong: residual of zero by zero -> equal-models
import torch


def accept(p, q):
    accepted = torch.where(q > 0, p / q.clamp_min(1e-30), 1.0).clamp(max=1.0)
    left = (p - q).clamp_min(0.0)
    total = left.sum(-1, keepdim=True)
    return accepted, left / total


# %% wrong: strictly smaller is rejected -> equal-models
import torch


def accept(p, q):
    accepted = torch.where(q < p, 1.0, p / q.clamp_min(1e-30) * (q > p))
    left = (p - q).clamp_min(0.0)
    total = left.sum(-1, keepdim=True)
    return accepted, torch.where(total > 0, left / total.clamp_min(1e-30), p)


# %% wrong: a hair less than certain -> equal-models
import torch


def accept(p, q):
    accepted = torch.where(q > 0, p / (q + 1e-4), 1.0).clamp(max=1.0)
    left = (p - q).clamp_min(0.0)
    total = left.sum(-1, keepdim=True)
    return accepted, torch.where(total > 0, left / total.clamp_min(1e-30), p)


# %% wrong: normalised over the batch -> batched
import torch


def accept(p, q):
    accepted = torch.where(q > 0, p / q.clamp_min(1e-30), 1.0).clamp(max=1.0)
    left = (p - q).clamp_min(0.0)
    total = left.sum()
    return accepted, torch.where(total > 0, left / total.clamp_min(1e-30), p)


# %% wrong: one verdict on all rows -> batched
import torch


def accept(p, q):
    accepted = torch.where(q > 0, p / q.clamp_min(1e-30), 1.0).clamp(max=1.0)
    left = (p - q).clamp_min(0.0)
    total = left.sum(-1, keepdim=True)
    return accepted, left / total.clamp_min(1e-30) if (total > 0).all() else p


# %% wrong: summed over the first dimension -> batched
import torch


def accept(p, q):
    accepted = torch.where(q > 0, p / q.clamp_min(1e-30), 1.0).clamp(max=1.0)
    left = (p - q).clamp_min(0.0)
    total = left.sum(0) if left.dim() > 1 else left.sum()
    return accepted, torch.where(total > 0, left / total.clamp_min(1e-30), p)
