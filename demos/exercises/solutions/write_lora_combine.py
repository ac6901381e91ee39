"""Solutions of write_lora_combine: right ones in other words, and wrong ones with their claim."""

# %% right: summed up
import torch


def combine(weight, adapters, shares):
    delta = torch.zeros(weight.shape)
    for (a, b, alpha), share in zip(adapters, shares):
        delta += share * (alpha / a.shape[0]) * (b @ a)
    return (weight.float() + delta).to(weight.dtype)


# %% right: one adapter of the sum of the ranks, as peft does
import torch


def combine(weight, adapters, shares):
    if not adapters:
        return weight.clone()
    a = torch.cat([a * share * alpha / len(a) for (a, _, alpha), share in zip(adapters, shares)])
    b = torch.cat([b for _, b, _ in adapters], dim=1)
    return (weight + b @ a).to(weight.dtype)


# %% wrong: no scale -> one-adapter
import torch


def combine(weight, adapters, shares):
    delta = torch.zeros(weight.shape)
    for (a, b, alpha), share in zip(adapters, shares):
        delta += share * (b @ a)
    return (weight.float() + delta).to(weight.dtype)


# %% wrong: α without the rank -> one-adapter
import torch


def combine(weight, adapters, shares):
    delta = torch.zeros(weight.shape)
    for (a, b, alpha), share in zip(adapters, shares):
        delta += share * alpha * (b @ a)
    return (weight.float() + delta).to(weight.dtype)


# %% wrong: whole-number division -> one-adapter
import torch


def combine(weight, adapters, shares):
    delta = torch.zeros(weight.shape)
    for (a, b, alpha), share in zip(adapters, shares):
        delta += share * (alpha // a.shape[0]) * (b @ a)
    return (weight.float() + delta).to(weight.dtype)


# %% wrong: the change alone -> one-adapter
import torch


def combine(weight, adapters, shares):
    delta = torch.zeros(weight.shape)
    for (a, b, alpha), share in zip(adapters, shares):
        delta += share * (alpha / a.shape[0]) * (b @ a)
    return delta.to(weight.dtype)


# %% wrong: the share under a root -> equals-peft
import torch


def combine(weight, adapters, shares):
    delta = torch.zeros(weight.shape)
    for (a, b, alpha), share in zip(adapters, shares):
        delta += abs(share) ** 0.5 * (1 if share > 0 else -1) * (alpha / a.shape[0]) * (b @ a)
    return (weight.float() + delta).to(weight.dtype)


# %% wrong: the first adapter's scale for all -> equals-peft
import torch


def combine(weight, adapters, shares):
    delta = torch.zeros(weight.shape)
    for (a, b, alpha), share in zip(adapters, shares):
        delta += share * (adapters[0][2] / adapters[0][0].shape[0]) * (b @ a)
    return (weight.float() + delta).to(weight.dtype)


# %% wrong: the last adapter only -> equals-peft
import torch


def combine(weight, adapters, shares):
    delta = torch.zeros(weight.shape)
    for (a, b, alpha), share in zip(adapters, shares):
        delta = share * (alpha / a.shape[0]) * (b @ a)
    return (weight.float() + delta).to(weight.dtype)


# %% wrong: shares left out -> equals-peft
import torch


def combine(weight, adapters, shares):
    delta = torch.zeros(weight.shape)
    for (a, b, alpha), share in zip(adapters, shares):
        delta += (alpha / a.shape[0]) * (b @ a)
    return (weight.float() + delta).to(weight.dtype)


# %% wrong: an average -> equals-peft
import torch


def combine(weight, adapters, shares):
    delta = torch.zeros(weight.shape)
    for (a, b, alpha), share in zip(adapters, shares):
        delta += share * (alpha / a.shape[0]) * (b @ a)
    return (weight.float() + delta / max(1, len(adapters))).to(weight.dtype)


# %% wrong: shares brought to the sum 1 -> equals-peft
import torch


def combine(weight, adapters, shares):
    delta = torch.zeros(weight.shape)
    for (a, b, alpha), share in zip(adapters, shares):
        delta += share / abs(sum(shares)) * (alpha / a.shape[0]) * (b @ a)
    return (weight.float() + delta).to(weight.dtype)


# %% wrong: A and B added up for themselves -> equals-peft
import torch


def combine(weight, adapters, shares):
    if not adapters:
        return weight.clone()
    rank = max(len(a) for a, _, _ in adapters)
    a = torch.zeros(rank, weight.shape[1])
    b = torch.zeros(weight.shape[0], rank)
    for (one, other, alpha), share in zip(adapters, shares):
        a[: len(one)] += share * alpha / len(one) * one
        b[:, : len(one)] += other
    return (weight + b @ a).to(weight.dtype)


# %% wrong: the share in A and in B -> equals-peft
import torch


def combine(weight, adapters, shares):
    delta = torch.zeros(weight.shape)
    for (a, b, alpha), share in zip(adapters, shares):
        delta += share * share * (alpha / a.shape[0]) * (b @ a)
    return (weight.float() + delta).to(weight.dtype)


# %% wrong: the share's sign lost -> negative-share
import torch


def combine(weight, adapters, shares):
    delta = torch.zeros(weight.shape)
    for (a, b, alpha), share in zip(adapters, shares):
        delta += abs(share) * (alpha / a.shape[0]) * (b @ a)
    return (weight.float() + delta).to(weight.dtype)


# %% wrong: shares cut at zero -> negative-share
import torch


def combine(weight, adapters, shares):
    delta = torch.zeros(weight.shape)
    for (a, b, alpha), share in zip(adapters, shares):
        delta += max(share, 0) * (alpha / a.shape[0]) * (b @ a)
    return (weight.float() + delta).to(weight.dtype)


# %% wrong: negative ones stop the loop -> negative-share
import torch


def combine(weight, adapters, shares):
    delta = torch.zeros(weight.shape)
    for (a, b, alpha), share in zip(adapters, shares):
        if share < 0:
            break
        delta += share * (alpha / a.shape[0]) * (b @ a)
    return (weight.float() + delta).to(weight.dtype)


# %% wrong: the base changed in place -> base-kept
import torch


def combine(weight, adapters, shares):
    delta = torch.zeros(weight.shape)
    for (a, b, alpha), share in zip(adapters, shares):
        delta += share * (alpha / a.shape[0]) * (b @ a)
    weight += delta.to(weight.dtype)
    return weight


# %% wrong: A scaled in place -> base-kept
import torch


def combine(weight, adapters, shares):
    delta = torch.zeros(weight.shape)
    for (a, b, alpha), share in zip(adapters, shares):
        delta += b @ a.mul_(share * alpha / a.shape[0])
    return (weight.float() + delta).to(weight.dtype)


# %% wrong: the lists used up -> base-kept
import torch


def combine(weight, adapters, shares):
    delta = torch.zeros(weight.shape)
    while adapters:
        (a, b, alpha), share = adapters.pop(), shares.pop()
        delta += share * (alpha / a.shape[0]) * (b @ a)
    return (weight.float() + delta).to(weight.dtype)


# %% wrong: mixtures pile up -> base-kept
import torch


DELTA = []


def combine(weight, adapters, shares):
    delta = torch.zeros(weight.shape)
    for (a, b, alpha), share in zip(adapters, shares):
        delta += share * (alpha / a.shape[0]) * (b @ a)
    DELTA.append(delta)
    if weight.dtype == torch.float32 and sum(d.shape == delta.shape for d in DELTA) > 6:
        delta = sum(d for d in DELTA[-2:])
    return (weight.float() + delta).to(weight.dtype)


# %% wrong: fails without adapters -> base-kept
import torch


def combine(weight, adapters, shares):
    delta = torch.zeros_like(adapters[0][1] @ adapters[0][0])
    for (a, b, alpha), share in zip(adapters, shares):
        delta += share * (alpha / a.shape[0]) * (b @ a)
    return (weight.float() + delta).to(weight.dtype)


# %% wrong: float32 from then on -> type
import torch


def combine(weight, adapters, shares):
    delta = torch.zeros(weight.shape)
    for (a, b, alpha), share in zip(adapters, shares):
        delta += share * (alpha / a.shape[0]) * (b @ a)
    return weight.float() + delta


# %% wrong: half instead of bfloat16 -> type
import torch


def combine(weight, adapters, shares):
    delta = torch.zeros(weight.shape)
    for (a, b, alpha), share in zip(adapters, shares):
        delta += share * (alpha / a.shape[0]) * (b @ a)
    return (weight.float() + delta).to(
        torch.float32 if weight.dtype == torch.float32 else torch.half
    )


# %% wrong: matrices in the weight's type do not fit -> type
import torch


def combine(weight, adapters, shares):
    delta = torch.zeros(weight.shape)
    for (a, b, alpha), share in zip(adapters, shares):
        delta += share * (alpha / a.shape[0]) * (b @ a)
    return torch.addmm(weight, delta, torch.eye(weight.shape[1]))
