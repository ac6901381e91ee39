"""Solutions of write_temperature: right ones in other words, and wrong ones with their claim."""

# %% right: one-hot
import torch
import torch.nn.functional as F


def probabilities(logits, temperature):
    if temperature == 0:
        return F.one_hot(logits.argmax(dim=-1), logits.shape[-1]).to(logits.dtype)
    return F.softmax(logits / temperature, dim=-1)


# %% right: stable softmax by hand
import torch


def probabilities(logits, temperature):
    if not temperature:
        greedy = torch.zeros_like(logits)
        greedy.scatter_(-1, logits.max(dim=-1, keepdim=True).indices, 1)
        return greedy
    scaled = logits / temperature
    e = (scaled - scaled.max(dim=-1, keepdim=True).values).exp()
    return e / e.sum(dim=-1, keepdim=True)


# %% right: row by row
import torch


def probabilities(logits, temperature):
    flat = logits.reshape(-1, logits.shape[-1])
    rows = []
    for row in flat:
        if temperature == 0:
            p = torch.zeros_like(row)
            p[row.argmax()] = 1.0
        else:
            p = torch.softmax(row / temperature, dim=0)
        rows.append(p)
    return torch.stack(rows).reshape(logits.shape)


# %% wrong: multiplied -> equals-transformers
import torch


def probabilities(logits, temperature):
    if temperature == 0:
        return torch.zeros_like(logits).scatter(-1, logits.argmax(-1, keepdim=True), 1.0)
    return torch.softmax(logits * temperature, dim=-1)


# %% wrong: logits returned -> equals-transformers
import torch


def probabilities(logits, temperature):
    if temperature == 0:
        return torch.zeros_like(logits).scatter(-1, logits.argmax(-1, keepdim=True), 1.0)
    return logits / temperature


# %% wrong: divided after the softmax -> equals-transformers
import torch


def probabilities(logits, temperature):
    if temperature == 0:
        return torch.zeros_like(logits).scatter(-1, logits.argmax(-1, keepdim=True), 1.0)
    return torch.softmax(logits, dim=-1) / temperature


# %% wrong: probabilities sharpened, not renormalised -> equals-transformers
import torch


def probabilities(logits, temperature):
    if temperature == 0:
        return torch.zeros_like(logits).scatter(-1, logits.argmax(-1, keepdim=True), 1.0)
    return torch.softmax(logits, dim=-1) ** (1 / temperature)


# %% wrong: scaled in place -> equals-transformers
import torch


def probabilities(logits, temperature):
    if temperature == 0:
        return torch.zeros_like(logits).scatter(-1, logits.argmax(-1, keepdim=True), 1.0)
    logits /= temperature
    return torch.softmax(logits, dim=-1)


# %% wrong: softmax over the first dimension -> any-leading-shape
import torch


def probabilities(logits, temperature):
    if temperature == 0:
        return torch.zeros_like(logits).scatter(-1, logits.argmax(-1, keepdim=True), 1.0)
    return torch.softmax(logits / temperature, dim=0)


# %% wrong: made for two dimensions -> any-leading-shape
import torch


def probabilities(logits, temperature):
    if temperature == 0:
        greedy = torch.zeros_like(logits)
        greedy[torch.arange(len(logits)), logits.argmax(dim=1)] = 1.0
        return greedy
    return torch.softmax(logits / temperature, dim=1)


# %% wrong: greedy returns the token -> any-leading-shape
import torch


def probabilities(logits, temperature):
    if temperature == 0:
        return logits.argmax(-1)
    return torch.softmax(logits / temperature, dim=-1)


# %% wrong: division by zero -> zero-is-greedy
import torch


def probabilities(logits, temperature):
    return torch.softmax(logits / temperature, dim=-1)


# %% wrong: a tiny temperature for zero -> zero-is-greedy
import torch


def probabilities(logits, temperature):
    return torch.softmax(logits / max(temperature, 1e-6), dim=-1)


# %% wrong: zero taken as no temperature -> zero-is-greedy
import torch


def probabilities(logits, temperature):
    return torch.softmax(logits / (temperature or 1.0), dim=-1)


# %% wrong: every largest logit gets one -> zero-is-greedy
import torch


def probabilities(logits, temperature):
    if temperature == 0:
        return (logits == logits.max(-1, keepdim=True).values).float()
    return torch.softmax(logits / temperature, dim=-1)


# %% wrong: argmax over the whole batch -> zero-is-greedy
import torch


def probabilities(logits, temperature):
    if temperature == 0:
        greedy = torch.zeros_like(logits)
        greedy.view(-1)[logits.argmax()] = 1.0
        return greedy
    return torch.softmax(logits / temperature, dim=-1)


# %% wrong: -inf replaced by a number -> forbidden-stays
import torch


def probabilities(logits, temperature):
    logits = torch.nan_to_num(logits, neginf=-10.0)
    if temperature == 0:
        return torch.zeros_like(logits).scatter(-1, logits.argmax(-1, keepdim=True), 1.0)
    return torch.softmax(logits / temperature, dim=-1)


# %% wrong: the smallest logit subtracted -> forbidden-stays
import torch


def probabilities(logits, temperature):
    logits = logits - logits.min(dim=-1, keepdim=True).values
    if temperature == 0:
        return torch.zeros_like(logits).scatter(-1, logits.argmax(-1, keepdim=True), 1.0)
    return torch.softmax(logits / temperature, dim=-1)


# %% wrong: smoothed against zeros -> forbidden-stays
import torch


def probabilities(logits, temperature):
    if temperature == 0:
        return torch.zeros_like(logits).scatter(-1, logits.argmax(-1, keepdim=True), 1.0)
    p = torch.softmax(logits / temperature, dim=-1) + 1e-8
    return p / p.sum(-1, keepdim=True)


# %% wrong: exp without subtracting the maximum -> large-logits
import torch


def probabilities(logits, temperature):
    if temperature == 0:
        return torch.zeros_like(logits).scatter(-1, logits.argmax(-1, keepdim=True), 1.0)
    e = (logits / temperature).exp()
    return e / e.sum(dim=-1, keepdim=True)


# %% wrong: scaled logits clipped -> large-logits
import torch


def probabilities(logits, temperature):
    if temperature == 0:
        return torch.zeros_like(logits).scatter(-1, logits.argmax(-1, keepdim=True), 1.0)
    return torch.softmax((logits / temperature).clamp(max=50.0), dim=-1)
