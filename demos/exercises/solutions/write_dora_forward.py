"""Solutions of write_dora_forward: right ones in other words, and wrong ones with their claim."""

# %% right: the weight built in full
import torch


def dora_forward(x, weight, a, b, magnitude, alpha):
    full = weight + alpha / a.shape[0] * b @ a
    norm = full.norm(dim=1, keepdim=True).detach()
    return x @ (magnitude[:, None] * full / norm).T


# %% right: as peft adds it to the base output
import torch
import torch.nn.functional as F


def dora_forward(x, weight, a, b, magnitude, alpha):
    scale = alpha / a.shape[0]
    base = F.linear(x, weight)
    with torch.no_grad():
        norm = torch.linalg.norm(weight + scale * b @ a, dim=1)
    factor = magnitude / norm
    return base + (factor - 1) * base + factor * scale * F.linear(F.linear(x, a), b)


# %% right: row by row
import torch


def dora_forward(x, weight, a, b, magnitude, alpha):
    out = []
    for row, b_row, m in zip(weight, b, magnitude):
        full = row + alpha / len(a) * (b_row @ a)
        length = full.detach().square().sum().sqrt()
        out.append(x @ full * (m / length))
    return torch.stack(out, dim=-1)


# %% wrong: LoRA -> equals-peft
import torch


def dora_forward(x, weight, a, b, magnitude, alpha):
    full = weight + alpha / a.shape[0] * b @ a
    norm = full.norm(dim=1, keepdim=True).detach()
    return x @ (full).T


# %% wrong: not divided by the norm -> starts-as-base
import torch


def dora_forward(x, weight, a, b, magnitude, alpha):
    full = weight + alpha / a.shape[0] * b @ a
    norm = full.norm(dim=1, keepdim=True).detach()
    return x @ (magnitude[:, None] * full).T


# %% wrong: no magnitude -> starts-as-base
import torch


def dora_forward(x, weight, a, b, magnitude, alpha):
    full = weight + alpha / a.shape[0] * b @ a
    norm = full.norm(dim=1, keepdim=True).detach()
    return x @ (full / norm).T


# %% wrong: norm of W alone -> equals-peft
import torch


def dora_forward(x, weight, a, b, magnitude, alpha):
    full = weight + alpha / a.shape[0] * b @ a
    norm = weight.norm(dim=1, keepdim=True).detach()
    return x @ (magnitude[:, None] * full / norm).T


# %% wrong: norm of the columns -> starts-as-base
import torch


def dora_forward(x, weight, a, b, magnitude, alpha):
    full = weight + alpha / a.shape[0] * b @ a
    norm = full.norm(dim=0, keepdim=True).detach()
    return x @ (magnitude[:, None] * full / norm).T


# %% wrong: one norm for all -> starts-as-base
import torch


def dora_forward(x, weight, a, b, magnitude, alpha):
    full = weight + alpha / a.shape[0] * b @ a
    norm = full.norm().detach()
    return x @ (magnitude[:, None] * full / norm).T


# %% wrong: sum of absolute values -> starts-as-base
import torch


def dora_forward(x, weight, a, b, magnitude, alpha):
    full = weight + alpha / a.shape[0] * b @ a
    norm = full.norm(p=1, dim=1, keepdim=True).detach()
    return x @ (magnitude[:, None] * full / norm).T


# %% wrong: scale left out -> equals-peft
import torch


def dora_forward(x, weight, a, b, magnitude, alpha):
    full = weight + b @ a
    norm = full.norm(dim=1, keepdim=True).detach()
    return x @ (magnitude[:, None] * full / norm).T


# %% wrong: α without the rank -> equals-peft
import torch


def dora_forward(x, weight, a, b, magnitude, alpha):
    full = weight + alpha * b @ a
    norm = full.norm(dim=1, keepdim=True).detach()
    return x @ (magnitude[:, None] * full / norm).T


# %% wrong: squared norm -> starts-as-base
import torch


def dora_forward(x, weight, a, b, magnitude, alpha):
    full = weight + alpha / a.shape[0] * b @ a
    norm = full.norm(dim=1, keepdim=True).detach() ** 2
    return x @ (magnitude[:, None] * full / norm).T


# %% wrong: only the adapter is normalised -> equals-peft
import torch


def dora_forward(x, weight, a, b, magnitude, alpha):
    full = weight + alpha / a.shape[0] * b @ a
    norm = full.norm(dim=1, keepdim=True).detach()
    return x @ (weight + magnitude[:, None] * (full - weight) / norm).T


# %% wrong: norm without the scale -> equals-peft
import torch


def dora_forward(x, weight, a, b, magnitude, alpha):
    full = weight + alpha / a.shape[0] * b @ a
    norm = (weight + b @ a).norm(dim=1, keepdim=True).detach()
    return x @ (magnitude[:, None] * full / norm).T


# %% wrong: normalised in place -> equals-peft
import torch


def dora_forward(x, weight, a, b, magnitude, alpha):
    weight += (alpha / a.shape[0] * b @ a).detach()
    full = weight
    norm = full.norm(dim=1, keepdim=True).detach()
    return x @ (magnitude[:, None] * full / norm).T


# %% wrong: the magnitude added to the base -> starts-as-base
import torch


def dora_forward(x, weight, a, b, magnitude, alpha):
    full = weight + alpha / a.shape[0] * b @ a
    norm = full.norm(dim=1, keepdim=True).detach()
    return x @ weight.T + x @ (magnitude[:, None] * full / norm).T


# %% wrong: a large constant in the norm -> starts-as-base
import torch


def dora_forward(x, weight, a, b, magnitude, alpha):
    full = weight + alpha / a.shape[0] * b @ a
    norm = full.norm(dim=1, keepdim=True).detach() + 0.05
    return x @ (magnitude[:, None] * full / norm).T


# %% wrong: the norm of the first call kept -> equals-peft
import torch


NORM = []


def dora_forward(x, weight, a, b, magnitude, alpha):
    full = weight + alpha / a.shape[0] * b @ a
    norm = full.norm(dim=1, keepdim=True).detach()
    NORM.append(norm)
    norm = NORM[0]
    return x @ (magnitude[:, None] * full / norm).T


# %% wrong: written for a batch of rows -> any-leading-shape
import torch


def dora_forward(x, weight, a, b, magnitude, alpha):
    full = weight + alpha / a.shape[0] * b @ a
    norm = full.norm(dim=1, keepdim=True).detach()
    return ((magnitude[:, None] * full / norm) @ x.T).T


# %% wrong: magnitude along the sequence -> any-leading-shape
import torch


def dora_forward(x, weight, a, b, magnitude, alpha):
    full = weight + alpha / a.shape[0] * b @ a
    norm = full.norm(dim=1, keepdim=True).detach()
    out = x @ (full / norm).T
    return out * (magnitude if x.dim() < 3 else magnitude[:, None])


# %% wrong: the norm not detached -> gradients
import torch


def dora_forward(x, weight, a, b, magnitude, alpha):
    full = weight + alpha / a.shape[0] * b @ a
    norm = full.norm(dim=1, keepdim=True)
    return x @ (magnitude[:, None] * full / norm).T


# %% wrong: m detached -> gradients
import torch


def dora_forward(x, weight, a, b, magnitude, alpha):
    full = weight + alpha / a.shape[0] * b @ a
    norm = full.norm(dim=1, keepdim=True).detach()
    return x @ (magnitude.detach()[:, None] * full / norm).T


# %% wrong: the direction detached -> gradients
import torch


def dora_forward(x, weight, a, b, magnitude, alpha):
    full = weight + alpha / a.shape[0] * b @ a
    norm = full.norm(dim=1, keepdim=True).detach()
    return x @ (magnitude[:, None] * (full / norm).detach()).T


# %% wrong: no graph -> gradients
import torch


def dora_forward(x, weight, a, b, magnitude, alpha):
    a, b, magnitude = a.detach(), b.detach(), magnitude.detach()
    full = weight + alpha / a.shape[0] * b @ a
    norm = full.norm(dim=1, keepdim=True).detach()
    return x @ (magnitude[:, None] * full / norm).T


# %% wrong: A detached -> gradients
import torch


def dora_forward(x, weight, a, b, magnitude, alpha):
    full = weight + alpha / a.shape[0] * b @ a.detach()
    norm = full.norm(dim=1, keepdim=True).detach()
    return x @ (magnitude[:, None] * full / norm).T
