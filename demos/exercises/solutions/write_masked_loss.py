"""Solutions of write_masked_loss: right ones in other words, and wrong ones with their claim."""

# %% right: log-softmax and gather
import torch


def next_token_loss(logits, labels):
    log_p = logits[:, :-1].float().log_softmax(-1)
    targets = labels[:, 1:]
    counts = targets != -100
    safe = targets.masked_fill(~counts, 0)
    picked = log_p.gather(-1, safe[..., None])[..., 0]
    return -(picked * counts).sum() / counts.sum().clamp(min=1)


# %% right: a loop over rows and positions
import torch


def next_token_loss(logits, labels):
    total, n = logits.float().sum() * 0, 0
    for row, ids in zip(logits.float(), labels):
        for t in range(len(ids) - 1):
            if ids[t + 1] != -100:
                total = total + torch.logsumexp(row[t], -1) - row[t, ids[t + 1]]
                n += 1
    return total / max(n, 1)


# %% right: only what counts is selected
import torch.nn.functional as F


def next_token_loss(logits, labels):
    counts = labels[:, 1:] != -100
    if not counts.any():
        return logits.sum() * 0.0
    return F.cross_entropy(logits[:, :-1][counts].float(), labels[:, 1:][counts])


# %% wrong: not shifted -> equals-transformers
import torch.nn.functional as F


def next_token_loss(logits, labels):
    return F.cross_entropy(logits.flatten(0, 1).float(), labels.flatten())


# %% wrong: shifted the wrong way -> equals-transformers
import torch.nn.functional as F


def next_token_loss(logits, labels):
    return F.cross_entropy(logits[:, 1:].flatten(0, 1).float(), labels[:, :-1].flatten())


# %% wrong: shifted by two -> equals-transformers
import torch.nn.functional as F


def next_token_loss(logits, labels):
    return F.cross_entropy(logits[:, :-2].flatten(0, 1).float(), labels[:, 2:].flatten())


# %% wrong: mean over all positions -> equals-transformers
import torch.nn.functional as F


def next_token_loss(logits, labels):
    each = F.cross_entropy(logits[:, :-1].float().transpose(1, 2), labels[:, 1:], reduction="none")
    return each.mean()


# %% wrong: -100 read as token 0 -> equals-transformers
import torch.nn.functional as F


def next_token_loss(logits, labels):
    return F.cross_entropy(
        logits[:, :-1].flatten(0, 1).float(), labels[:, 1:].clamp(min=0).flatten()
    )


# %% wrong: probabilities instead of logarithms -> equals-transformers
import torch


def next_token_loss(logits, labels):
    p = logits[:, :-1].float().softmax(-1)
    targets = labels[:, 1:]
    counts = targets != -100
    picked = p.gather(-1, targets.clamp(min=0)[..., None])[..., 0]
    return -(picked * counts).sum() / counts.sum().clamp(min=1)


# %% wrong: softmax before cross_entropy -> equals-transformers
import torch.nn.functional as F


def next_token_loss(logits, labels):
    p = logits[:, :-1].float().softmax(-1)
    return F.cross_entropy(p.flatten(0, 1), labels[:, 1:].flatten())


# %% wrong: softmax over the positions -> equals-transformers
def next_token_loss(logits, labels):
    log_p = logits[:, :-1].float().log_softmax(1)
    targets = labels[:, 1:]
    counts = targets != -100
    picked = log_p.gather(-1, targets.clamp(min=0)[..., None])[..., 0]
    return -(picked * counts).sum() / counts.sum().clamp(min=1)


# %% wrong: mean of rows' means -> mean-over-tokens
import torch.nn.functional as F


def next_token_loss(logits, labels):
    each = F.cross_entropy(logits[:, :-1].float().transpose(1, 2), labels[:, 1:], reduction="none")
    return (each.sum(1) / (labels[:, 1:] != -100).sum(1).clamp(min=1)).mean()


# %% wrong: count taken before the shift -> mean-over-tokens
import torch.nn.functional as F


def next_token_loss(logits, labels):
    total = F.cross_entropy(
        logits[:, :-1].flatten(0, 1).float(), labels[:, 1:].flatten(), reduction="sum"
    )
    return total / (labels != -100).sum().clamp(min=1)


# %% wrong: NaN when nothing counts -> nothing-counts
import torch.nn.functional as F


def next_token_loss(logits, labels):
    return F.cross_entropy(logits[:, :-1].flatten(0, 1).float(), labels[:, 1:].flatten())


# %% wrong: a zero without a graph -> nothing-counts
import torch
import torch.nn.functional as F


def next_token_loss(logits, labels):
    if (labels[:, 1:] == -100).all():
        return torch.tensor(0.0)
    return F.cross_entropy(logits[:, :-1].flatten(0, 1).float(), labels[:, 1:].flatten())


# %% wrong: counts first labels as something -> nothing-counts
import torch.nn.functional as F


def next_token_loss(logits, labels):
    if (labels == -100).all():
        return logits.sum() * 0.0
    return F.cross_entropy(logits[:, :-1].flatten(0, 1).float(), labels[:, 1:].flatten())


# %% wrong: returned as a number -> gradient
import torch.nn.functional as F


def next_token_loss(logits, labels):
    return F.cross_entropy(logits[:, :-1].flatten(0, 1).float(), labels[:, 1:].flatten()).item()


# %% wrong: outputs detached -> gradient
import torch.nn.functional as F


def next_token_loss(logits, labels):
    outputs = logits[:, :-1].detach().float()
    n = (labels[:, 1:] != -100).sum().clamp(min=1)
    return F.cross_entropy(outputs.flatten(0, 1), labels[:, 1:].flatten(), reduction="sum") / n


# %% wrong: logarithm of a softmax -> large-logits
def next_token_loss(logits, labels):
    p = logits[:, :-1].float().softmax(-1)
    targets = labels[:, 1:]
    counts = targets != -100
    picked = p.gather(-1, targets.clamp(min=0)[..., None])[..., 0]
    return -(picked.log()[counts]).sum() / counts.sum().clamp(min=1)


# %% wrong: exponentials by hand -> large-logits
def next_token_loss(logits, labels):
    outputs = logits[:, :-1].float()
    targets = labels[:, 1:]
    counts = targets != -100
    picked = outputs.gather(-1, targets.clamp(min=0)[..., None])[..., 0]
    each = outputs.exp().sum(-1).log() - picked
    return each[counts].sum() / counts.sum().clamp(min=1)


# %% wrong: left in 16 bits -> large-logits
import torch.nn.functional as F


def next_token_loss(logits, labels):
    targets = labels[:, 1:].flatten()
    total = F.cross_entropy(logits[:, :-1].flatten(0, 1), targets, reduction="sum")
    return total / (targets != -100).sum().clamp(min=1)


# %% wrong: -100 overwritten in the labels -> arguments-kept
import torch


def next_token_loss(logits, labels):
    targets = labels[:, 1:]
    counts = targets != -100
    targets[~counts] = 0
    log_p = logits[:, :-1].float().log_softmax(-1)
    picked = log_p.gather(-1, targets[..., None])[..., 0]
    return -(picked * counts).sum() / counts.sum().clamp(min=1)
