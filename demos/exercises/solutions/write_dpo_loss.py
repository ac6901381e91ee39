"""Solutions of write_dpo_loss: right ones in other words, and wrong ones with their claim."""

# %% right: cross-entropy
import torch
import torch.nn.functional as F


def dpo_loss(policy, reference, ids, mask, beta):
    labels = ids.masked_fill(mask == 0, -100)[:, 1:]

    def log_p(logits):
        losses = F.cross_entropy(logits[:, :-1].transpose(1, 2), labels, reduction="none")
        return -losses.sum(1)

    ratio = log_p(policy) - log_p(reference.detach())
    half = len(ids) // 2
    return F.softplus(-beta * (ratio[:half] - ratio[half:])).mean()


# %% right: logsumexp
import torch
import torch.nn.functional as F


def dpo_loss(policy, reference, ids, mask, beta):
    pairs = ids.shape[0] // 2
    scores = []
    for logits in (policy, reference.detach()):
        picked = torch.gather(logits[:, :-1], 2, ids[:, 1:].unsqueeze(2)).squeeze(2)
        per_token = picked - torch.logsumexp(logits[:, :-1], dim=2)
        scores.append((per_token * mask[:, 1:]).sum(dim=1))
    gap = scores[0] - scores[1]
    return -F.logsigmoid(beta * (gap[:pairs] - gap[pairs:])).mean()


# %% right: gathered, then shifted
import torch
import torch.nn.functional as F


def dpo_loss(policy, reference, ids, mask, beta):
    def log_p(logits):
        nxt = ids.roll(-1, dims=1)
        kept = mask.roll(-1, dims=1).clone()
        kept[:, -1] = 0
        per_token = logits.log_softmax(-1).gather(-1, nxt[..., None]).squeeze(-1)
        return torch.where(kept.bool(), per_token, torch.zeros_like(per_token)).sum(-1)

    with torch.no_grad():
        ref = log_p(reference)
    c, r = (log_p(policy) - ref).chunk(2)
    return torch.nn.functional.binary_cross_entropy_with_logits(beta * (c - r), torch.ones_like(c))


# %% wrong: not shifted -> equals-brute-force
import torch
import torch.nn.functional as F


def dpo_loss(policy, reference, ids, mask, beta):
    def log_p(logits):
        return (logits.log_softmax(-1).gather(-1, ids[..., None])[..., 0] * mask).sum(1)

    with torch.no_grad():
        before = log_p(reference)
    c, r = (log_p(policy) - before).chunk(2)
    return -F.logsigmoid(beta * (c - r)).mean()


# %% wrong: the mask not shifted -> equals-brute-force
import torch
import torch.nn.functional as F


def dpo_loss(policy, reference, ids, mask, beta):
    def log_p(logits):
        log_p = logits[:, :-1].log_softmax(-1).gather(-1, ids[:, 1:, None])[..., 0]
        return (log_p * mask[:, :-1]).sum(1)

    with torch.no_grad():
        before = log_p(reference)
    c, r = (log_p(policy) - before).chunk(2)
    return -F.logsigmoid(beta * (c - r)).mean()


# %% wrong: no log-softmax -> equals-brute-force
import torch
import torch.nn.functional as F


def dpo_loss(policy, reference, ids, mask, beta):
    def log_p(logits):
        return (logits[:, :-1].gather(-1, ids[:, 1:, None])[..., 0] * mask[:, 1:]).sum(1)

    with torch.no_grad():
        before = log_p(reference)
    c, r = (log_p(policy) - before).chunk(2)
    return -F.logsigmoid(beta * (c - r)).mean()


# %% wrong: mean over the tokens -> equals-brute-force
import torch
import torch.nn.functional as F


def dpo_loss(policy, reference, ids, mask, beta):
    def log_p(logits):
        log_p = logits[:, :-1].log_softmax(-1).gather(-1, ids[:, 1:, None])[..., 0]
        return (log_p * mask[:, 1:]).sum(1) / mask[:, 1:].sum(1)

    with torch.no_grad():
        before = log_p(reference)
    c, r = (log_p(policy) - before).chunk(2)
    return -F.logsigmoid(beta * (c - r)).mean()


# %% wrong: without a reference -> equals-brute-force
import torch
import torch.nn.functional as F


def dpo_loss(policy, reference, ids, mask, beta):
    log_p = policy[:, :-1].log_softmax(-1).gather(-1, ids[:, 1:, None])[..., 0]
    c, r = (log_p * mask[:, 1:]).sum(1).chunk(2)
    return -F.logsigmoid(beta * (c - r)).mean()


# %% wrong: every second row -> equals-brute-force
import torch
import torch.nn.functional as F


def dpo_loss(policy, reference, ids, mask, beta):
    def log_p(logits):
        log_p = logits[:, :-1].log_softmax(-1).gather(-1, ids[:, 1:, None])[..., 0]
        return (log_p * mask[:, 1:]).sum(1)

    with torch.no_grad():
        before = log_p(reference)
    ratio = log_p(policy) - before
    return -F.logsigmoid(beta * (ratio[::2] - ratio[1::2])).mean()


# %% wrong: swapped -> equals-brute-force
import torch
import torch.nn.functional as F


def dpo_loss(policy, reference, ids, mask, beta):
    def log_p(logits):
        log_p = logits[:, :-1].log_softmax(-1).gather(-1, ids[:, 1:, None])[..., 0]
        return (log_p * mask[:, 1:]).sum(1)

    with torch.no_grad():
        before = log_p(reference)
    c, r = (log_p(policy) - before).chunk(2)
    return -F.logsigmoid(beta * (r - c)).mean()


# %% wrong: beta outside of the sigmoid -> equals-brute-force
import torch
import torch.nn.functional as F


def dpo_loss(policy, reference, ids, mask, beta):
    def log_p(logits):
        log_p = logits[:, :-1].log_softmax(-1).gather(-1, ids[:, 1:, None])[..., 0]
        return (log_p * mask[:, 1:]).sum(1)

    with torch.no_grad():
        before = log_p(reference)
    c, r = (log_p(policy) - before).chunk(2)
    return -beta * F.logsigmoid(c - r).mean()


# %% wrong: softmax over the positions -> equals-brute-force
import torch
import torch.nn.functional as F


def dpo_loss(policy, reference, ids, mask, beta):
    def log_p(logits):
        log_p = logits[:, :-1].log_softmax(1).gather(-1, ids[:, 1:, None])[..., 0]
        return (log_p * mask[:, 1:]).sum(1)

    with torch.no_grad():
        before = log_p(reference)
    c, r = (log_p(policy) - before).chunk(2)
    return -F.logsigmoid(beta * (c - r)).mean()


# %% wrong: prompt and padding counted -> answers-only
import torch
import torch.nn.functional as F


def dpo_loss(policy, reference, ids, mask, beta):
    def log_p(logits):
        return logits[:, :-1].log_softmax(-1).gather(-1, ids[:, 1:, None])[..., 0].sum(1)

    with torch.no_grad():
        before = log_p(reference)
    c, r = (log_p(policy) - before).chunk(2)
    return -F.logsigmoid(beta * (c - r)).mean()


# %% wrong: padding told by its id -> answers-only
import torch
import torch.nn.functional as F


def dpo_loss(policy, reference, ids, mask, beta):
    begin = mask.argmax(1, keepdim=True)
    place = torch.arange(ids.shape[1])
    kept = (place >= begin) & (ids != 0)

    def log_p(logits):
        log_p = logits[:, :-1].log_softmax(-1).gather(-1, ids[:, 1:, None])[..., 0]
        return (log_p * kept[:, 1:]).sum(1)

    with torch.no_grad():
        before = log_p(reference)
    c, r = (log_p(policy) - before).chunk(2)
    return -F.logsigmoid(beta * (c - r)).mean()


# %% wrong: the first token of the answer lost -> answers-only
import torch
import torch.nn.functional as F


def dpo_loss(policy, reference, ids, mask, beta):
    both = mask[:, :-1] * mask[:, 1:]

    def log_p(logits):
        log_p = logits[:, :-1].log_softmax(-1).gather(-1, ids[:, 1:, None])[..., 0]
        return (log_p * both).sum(1)

    with torch.no_grad():
        before = log_p(reference)
    c, r = (log_p(policy) - before).chunk(2)
    return -F.logsigmoid(beta * (c - r)).mean()


# %% wrong: reference not detached -> gradients
import torch
import torch.nn.functional as F


def dpo_loss(policy, reference, ids, mask, beta):
    def log_p(logits):
        log_p = logits[:, :-1].log_softmax(-1).gather(-1, ids[:, 1:, None])[..., 0]
        return (log_p * mask[:, 1:]).sum(1)

    c, r = (log_p(policy) - log_p(reference)).chunk(2)
    return -F.logsigmoid(beta * (c - r)).mean()


# %% wrong: policy detached with the rejected -> gradients
import torch
import torch.nn.functional as F


def dpo_loss(policy, reference, ids, mask, beta):
    def log_p(logits):
        log_p = logits[:, :-1].log_softmax(-1).gather(-1, ids[:, 1:, None])[..., 0]
        return (log_p * mask[:, 1:]).sum(1)

    c, r = (log_p(policy) - log_p(reference.detach())).chunk(2)
    return -F.logsigmoid(beta * (c - r.detach())).mean()


# %% wrong: everything without gradient -> gradients
import torch
import torch.nn.functional as F


@torch.no_grad()
def dpo_loss(policy, reference, ids, mask, beta):
    def log_p(logits):
        log_p = logits[:, :-1].log_softmax(-1).gather(-1, ids[:, 1:, None])[..., 0]
        return (log_p * mask[:, 1:]).sum(1)

    c, r = (log_p(policy) - log_p(reference)).chunk(2)
    return -F.logsigmoid(beta * (c - r)).mean()


# %% wrong: log of a sigmoid -> large-margins
import torch


def dpo_loss(policy, reference, ids, mask, beta):
    def log_p(logits):
        log_p = logits[:, :-1].log_softmax(-1).gather(-1, ids[:, 1:, None])[..., 0]
        return (log_p * mask[:, 1:]).sum(1)

    with torch.no_grad():
        before = log_p(reference)
    c, r = (log_p(policy) - before).chunk(2)
    return -torch.sigmoid(beta * (c - r)).log().mean()


# %% wrong: log of a softmax -> large-margins
import torch
import torch.nn.functional as F


def dpo_loss(policy, reference, ids, mask, beta):
    def log_p(logits):
        log_p = logits[:, :-1].softmax(-1).gather(-1, ids[:, 1:, None])[..., 0].log()
        return torch.where(mask[:, 1:] == 1, log_p, torch.zeros_like(log_p)).sum(1)

    with torch.no_grad():
        before = log_p(reference)
    c, r = (log_p(policy) - before).chunk(2)
    return -F.logsigmoid(beta * (c - r)).mean()


# %% wrong: probabilities multiplied -> large-margins
import torch


def dpo_loss(policy, reference, ids, mask, beta):
    def probability(logits):
        p = logits[:, :-1].softmax(-1).gather(-1, ids[:, 1:, None])[..., 0]
        return torch.where(mask[:, 1:] == 1, p, torch.ones_like(p)).prod(1)

    with torch.no_grad():
        before = probability(reference)
    c, r = (probability(policy) / before).chunk(2)
    return (1 + (r / c) ** beta).log().mean()


# %% wrong: token by token -> no-loop
import torch
import torch.nn.functional as F


def dpo_loss(policy, reference, ids, mask, beta):
    def log_p(logits):
        total = torch.zeros(len(ids))
        for t in range(1, ids.shape[1]):
            step = logits[:, t - 1].log_softmax(-1)
            total = total + step.gather(-1, ids[:, t : t + 1])[:, 0] * mask[:, t]
        return total

    with torch.no_grad():
        before = log_p(reference)
    c, r = (log_p(policy) - before).chunk(2)
    return -F.logsigmoid(beta * (c - r)).mean()
