"""Solutions of write_ipo_loss: right ones in other words, and wrong ones with their claim."""

# %% right: cross-entropy
import torch
import torch.nn.functional as F


def ipo_loss(policy, reference, labels, tau):
    following = labels[:, 1:]

    def mean_log_p(logits):
        losses = F.cross_entropy(logits[:, :-1].transpose(1, 2), following, reduction="none")
        return -losses.sum(1) / (following != -100).sum(1)

    ratio = mean_log_p(policy) - mean_log_p(reference.detach())
    return F.mse_loss(ratio[::2] - ratio[1::2], torch.full((len(labels) // 2,), 0.5 / tau))


# %% right: row by row
import torch


def ipo_loss(policy, reference, labels, tau):
    ratios = []
    for row in range(len(labels)):
        scored = labels[row, 1:] != -100
        tokens = labels[row, 1:][scored]
        after = policy[row, :-1][scored].log_softmax(-1)
        before = reference[row, :-1][scored].log_softmax(-1).detach()
        ratios.append((after - before)[torch.arange(len(tokens)), tokens].mean())
    chosen, rejected = torch.stack(ratios).view(-1, 2).unbind(1)
    return ((chosen - rejected - 1 / (2 * tau)) ** 2).mean()


# %% wrong: DPO's loss -> equals-brute-force
import torch
import torch.nn.functional as F


def ipo_loss(policy, reference, labels, tau):
    following = labels[:, 1:]
    scored = following != -100

    def mean_log_p(logits):
        log_p = logits[:, :-1].log_softmax(-1)
        of_next = log_p.gather(-1, following.masked_fill(~scored, 0)[..., None])[..., 0]
        return (of_next * scored).sum(1) / scored.sum(1)

    ratio = mean_log_p(policy) - mean_log_p(reference.detach())
    lead = ratio[0::2] - ratio[1::2]
    return -F.logsigmoid(tau * lead).mean()


# %% wrong: summed over the tokens -> equals-brute-force
import torch
import torch.nn.functional as F


def ipo_loss(policy, reference, labels, tau):
    following = labels[:, 1:]
    scored = following != -100

    def mean_log_p(logits):
        log_p = logits[:, :-1].log_softmax(-1)
        of_next = log_p.gather(-1, following.masked_fill(~scored, 0)[..., None])[..., 0]
        return (of_next * scored).sum(1)

    ratio = mean_log_p(policy) - mean_log_p(reference.detach())
    lead = ratio[0::2] - ratio[1::2]
    return (lead - 1 / (2 * tau)).square().mean()


# %% wrong: divided by the length of the row -> equals-brute-force
import torch
import torch.nn.functional as F


def ipo_loss(policy, reference, labels, tau):
    following = labels[:, 1:]
    scored = following != -100

    def mean_log_p(logits):
        log_p = logits[:, :-1].log_softmax(-1)
        of_next = log_p.gather(-1, following.masked_fill(~scored, 0)[..., None])[..., 0]
        return (of_next * scored).mean(1)

    ratio = mean_log_p(policy) - mean_log_p(reference.detach())
    lead = ratio[0::2] - ratio[1::2]
    return (lead - 1 / (2 * tau)).square().mean()


# %% wrong: halves instead of alternating rows -> equals-brute-force
import torch
import torch.nn.functional as F


def ipo_loss(policy, reference, labels, tau):
    following = labels[:, 1:]
    scored = following != -100

    def mean_log_p(logits):
        log_p = logits[:, :-1].log_softmax(-1)
        of_next = log_p.gather(-1, following.masked_fill(~scored, 0)[..., None])[..., 0]
        return (of_next * scored).sum(1) / scored.sum(1)

    ratio = mean_log_p(policy) - mean_log_p(reference.detach())
    lead = ratio[: len(ratio) // 2] - ratio[len(ratio) // 2 :]
    return (lead - 1 / (2 * tau)).square().mean()


# %% wrong: swapped -> equals-brute-force
import torch
import torch.nn.functional as F


def ipo_loss(policy, reference, labels, tau):
    following = labels[:, 1:]
    scored = following != -100

    def mean_log_p(logits):
        log_p = logits[:, :-1].log_softmax(-1)
        of_next = log_p.gather(-1, following.masked_fill(~scored, 0)[..., None])[..., 0]
        return (of_next * scored).sum(1) / scored.sum(1)

    ratio = mean_log_p(policy) - mean_log_p(reference.detach())
    lead = ratio[1::2] - ratio[0::2]
    return (lead - 1 / (2 * tau)).square().mean()


# %% wrong: half of tau -> equals-brute-force
import torch
import torch.nn.functional as F


def ipo_loss(policy, reference, labels, tau):
    following = labels[:, 1:]
    scored = following != -100

    def mean_log_p(logits):
        log_p = logits[:, :-1].log_softmax(-1)
        of_next = log_p.gather(-1, following.masked_fill(~scored, 0)[..., None])[..., 0]
        return (of_next * scored).sum(1) / scored.sum(1)

    ratio = mean_log_p(policy) - mean_log_p(reference.detach())
    lead = ratio[0::2] - ratio[1::2]
    return (lead - 1 / 2 * tau).square().mean()


# %% wrong: the lead averaged before the square -> equals-brute-force
import torch
import torch.nn.functional as F


def ipo_loss(policy, reference, labels, tau):
    following = labels[:, 1:]
    scored = following != -100

    def mean_log_p(logits):
        log_p = logits[:, :-1].log_softmax(-1)
        of_next = log_p.gather(-1, following.masked_fill(~scored, 0)[..., None])[..., 0]
        return (of_next * scored).sum(1) / scored.sum(1)

    ratio = mean_log_p(policy) - mean_log_p(reference.detach())
    lead = ratio[0::2] - ratio[1::2]
    return (lead.mean() - 1 / (2 * tau)).square()


# %% wrong: without a reference -> equals-brute-force
import torch
import torch.nn.functional as F


def ipo_loss(policy, reference, labels, tau):
    following = labels[:, 1:]
    scored = following != -100

    def mean_log_p(logits):
        log_p = logits[:, :-1].log_softmax(-1)
        of_next = log_p.gather(-1, following.masked_fill(~scored, 0)[..., None])[..., 0]
        return (of_next * scored).sum(1) / scored.sum(1)

    ratio = mean_log_p(policy)
    lead = ratio[0::2] - ratio[1::2]
    return (lead - 1 / (2 * tau)).square().mean()


# %% wrong: not shifted -> equals-brute-force
import torch
import torch.nn.functional as F


def ipo_loss(policy, reference, labels, tau):
    following = labels
    scored = following != -100

    def mean_log_p(logits):
        log_p = logits.log_softmax(-1)
        of_next = log_p.gather(-1, following.masked_fill(~scored, 0)[..., None])[..., 0]
        return (of_next * scored).sum(1) / scored.sum(1)

    ratio = mean_log_p(policy) - mean_log_p(reference.detach())
    lead = ratio[0::2] - ratio[1::2]
    return (lead - 1 / (2 * tau)).square().mean()


# %% wrong: absolute distance -> equals-brute-force
import torch
import torch.nn.functional as F


def ipo_loss(policy, reference, labels, tau):
    following = labels[:, 1:]
    scored = following != -100

    def mean_log_p(logits):
        log_p = logits[:, :-1].log_softmax(-1)
        of_next = log_p.gather(-1, following.masked_fill(~scored, 0)[..., None])[..., 0]
        return (of_next * scored).sum(1) / scored.sum(1)

    ratio = mean_log_p(policy) - mean_log_p(reference.detach())
    lead = ratio[0::2] - ratio[1::2]
    return (lead - 1 / (2 * tau)).abs().mean()


# %% wrong: -100 scored as token 0 -> scored-only
import torch
import torch.nn.functional as F


def ipo_loss(policy, reference, labels, tau):
    following = labels[:, 1:].clamp_min(0)
    begun = (labels[:, 1:] != -100).cumsum(1) > 0
    ended = (labels[:, 1:] != -100).flip(1).cumsum(1).flip(1) == 0
    scored = begun & ~ended

    def mean_log_p(logits):
        log_p = logits[:, :-1].log_softmax(-1)
        of_next = log_p.gather(-1, following.masked_fill(~scored, 0)[..., None])[..., 0]
        return (of_next * scored).sum(1) / scored.sum(1)

    ratio = mean_log_p(policy) - mean_log_p(reference.detach())
    lead = ratio[0::2] - ratio[1::2]
    return (lead - 1 / (2 * tau)).square().mean()


# %% wrong: every place scored -> scored-only
import torch
import torch.nn.functional as F


def ipo_loss(policy, reference, labels, tau):
    following = labels[:, 1:]
    scored = following >= -100

    def mean_log_p(logits):
        log_p = logits[:, :-1].log_softmax(-1)
        of_next = log_p.gather(-1, following.clamp_min(0)[..., None])[..., 0]
        return (of_next * scored).sum(1) / scored.sum(1)

    ratio = mean_log_p(policy) - mean_log_p(reference.detach())
    lead = ratio[0::2] - ratio[1::2]
    return (lead - 1 / (2 * tau)).square().mean()


# %% wrong: reference not detached -> gradients
import torch
import torch.nn.functional as F


def ipo_loss(policy, reference, labels, tau):
    following = labels[:, 1:]
    scored = following != -100

    def mean_log_p(logits):
        log_p = logits[:, :-1].log_softmax(-1)
        of_next = log_p.gather(-1, following.masked_fill(~scored, 0)[..., None])[..., 0]
        return (of_next * scored).sum(1) / scored.sum(1)

    ratio = mean_log_p(policy) - mean_log_p(reference)
    lead = ratio[0::2] - ratio[1::2]
    return (lead - 1 / (2 * tau)).square().mean()


# %% wrong: only pairs that lag -> gradients
import torch
import torch.nn.functional as F


def ipo_loss(policy, reference, labels, tau):
    following = labels[:, 1:]
    scored = following != -100

    def mean_log_p(logits):
        log_p = logits[:, :-1].log_softmax(-1)
        of_next = log_p.gather(-1, following.masked_fill(~scored, 0)[..., None])[..., 0]
        return (of_next * scored).sum(1) / scored.sum(1)

    ratio = mean_log_p(policy) - mean_log_p(reference.detach())
    lead = ratio[0::2] - ratio[1::2]
    gap = lead - 1 / (2 * tau)
    return torch.where(gap > 0, gap.detach(), gap).square().mean()


# %% wrong: no gradient -> gradients
import torch
import torch.nn.functional as F


@torch.no_grad()
def ipo_loss(policy, reference, labels, tau):
    following = labels[:, 1:]
    scored = following != -100

    def mean_log_p(logits):
        log_p = logits[:, :-1].log_softmax(-1)
        of_next = log_p.gather(-1, following.masked_fill(~scored, 0)[..., None])[..., 0]
        return (of_next * scored).sum(1) / scored.sum(1)

    ratio = mean_log_p(policy) - mean_log_p(reference.detach())
    lead = ratio[0::2] - ratio[1::2]
    return (lead - 1 / (2 * tau)).square().mean()


# %% wrong: rejected detached -> gradients
import torch
import torch.nn.functional as F


def ipo_loss(policy, reference, labels, tau):
    following = labels[:, 1:]
    scored = following != -100

    def mean_log_p(logits):
        log_p = logits[:, :-1].log_softmax(-1)
        of_next = log_p.gather(-1, following.masked_fill(~scored, 0)[..., None])[..., 0]
        return (of_next * scored).sum(1) / scored.sum(1)

    ratio = mean_log_p(policy) - mean_log_p(reference.detach())
    lead = ratio[0::2] - ratio[1::2].detach()
    return (lead - 1 / (2 * tau)).square().mean()


# %% wrong: token by token -> no-loop
import torch
import torch.nn.functional as F


def ipo_loss(policy, reference, labels, tau):
    following = labels[:, 1:]
    scored = following != -100

    def mean_log_p(logits):
        total = torch.zeros(len(labels))
        for t in range(following.shape[1]):
            step = logits[:, t].log_softmax(-1)
            token = following[:, t].clamp_min(0)[:, None]
            total = total + step.gather(-1, token)[:, 0] * scored[:, t]
        return total / scored.sum(1)

    ratio = mean_log_p(policy) - mean_log_p(reference.detach())
    lead = ratio[0::2] - ratio[1::2]
    return (lead - 1 / (2 * tau)).square().mean()
