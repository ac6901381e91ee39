"""Solutions of write_rslora_forward: right ones in other words, and wrong ones with their claim."""

# %% right: functional
import math

import torch.nn.functional as F


def rslora_forward(x, weight, bias, a, b, alpha):
    scale = alpha / math.sqrt(b.shape[1])
    return F.linear(x, weight.T, bias) + F.linear(F.linear(x, a), b) * scale


# %% right: merged for this call
def rslora_forward(x, weight, bias, a, b, alpha):
    full = weight + alpha * len(a) ** -0.5 * (b @ a).T
    return x @ full + bias


# %% wrong: plain LoRA's scale -> equals-peft
import torch


def rslora_forward(x, weight, bias, a, b, alpha):
    scale = alpha / a.shape[0]
    return x @ weight + bias + scale * (x @ a.T @ b.T)


# %% wrong: α under the root too -> equals-peft
import torch


def rslora_forward(x, weight, bias, a, b, alpha):
    scale = (alpha / a.shape[0]) ** 0.5
    return x @ weight + bias + scale * (x @ a.T @ b.T)


# %% wrong: no scale -> equals-peft
import torch


def rslora_forward(x, weight, bias, a, b, alpha):
    scale = 1.0
    return x @ weight + bias + scale * (x @ a.T @ b.T)


# %% wrong: α alone -> equals-peft
import torch


def rslora_forward(x, weight, bias, a, b, alpha):
    scale = alpha
    return x @ weight + bias + scale * (x @ a.T @ b.T)


# %% wrong: times the root -> equals-peft
import torch


def rslora_forward(x, weight, bias, a, b, alpha):
    scale = alpha / a.shape[0] * a.shape[0] ** 0.25
    return x @ weight + bias + scale * (x @ a.T @ b.T)


# %% wrong: root of the width -> equals-peft
import torch


def rslora_forward(x, weight, bias, a, b, alpha):
    scale = alpha / a.shape[1] ** 0.5
    return x @ weight + bias + scale * (x @ a.T @ b.T)


# %% wrong: the bias left out -> equals-peft
import torch


def rslora_forward(x, weight, bias, a, b, alpha):
    scale = alpha / a.shape[0] ** 0.5
    return x @ weight + scale * (x @ a.T @ b.T)


# %% wrong: weight transposed as in nn.Linear -> equals-peft
import torch


def rslora_forward(x, weight, bias, a, b, alpha):
    scale = alpha / a.shape[0] ** 0.5
    return x @ weight.T + bias + scale * (x @ a.T @ b.T)


# %% wrong: the adapter left out -> equals-peft
import torch


def rslora_forward(x, weight, bias, a, b, alpha):
    scale = alpha / a.shape[0] ** 0.5
    return x @ weight + bias


# %% wrong: the bias scaled -> equals-peft
import torch


def rslora_forward(x, weight, bias, a, b, alpha):
    scale = alpha / a.shape[0] ** 0.5
    return x @ weight + scale * (bias + x @ a.T @ b.T)


# %% wrong: merged in place -> equals-peft
import torch


def rslora_forward(x, weight, bias, a, b, alpha):
    scale = alpha / a.shape[0] ** 0.5
    weight += scale * (b @ a).T.detach()
    return x @ weight + bias


# %% wrong: whole-number root -> rank-grows
import torch


def rslora_forward(x, weight, bias, a, b, alpha):
    scale = alpha / int(a.shape[0] ** 0.5 + 0.5)
    return x @ weight + bias + scale * (x @ a.T @ b.T)


# %% wrong: switched on at high ranks only -> rank-grows
import torch


def rslora_forward(x, weight, bias, a, b, alpha):
    scale = alpha / (a.shape[0] ** 0.5 if a.shape[0] < 32 else a.shape[0])
    return x @ weight + bias + scale * (x @ a.T @ b.T)


# %% wrong: the scale of the first call kept -> rank-grows
import torch


SCALE = []


def rslora_forward(x, weight, bias, a, b, alpha):
    SCALE.append(alpha / a.shape[0] ** 0.5)
    scale = SCALE[0]
    return x @ weight + bias + scale * (x @ a.T @ b.T)


# %% wrong: written for one row -> any-leading-shape
import torch


def rslora_forward(x, weight, bias, a, b, alpha):
    scale = alpha / a.shape[0] ** 0.5
    return (weight.T @ x.T + bias[:, None] + scale * (b @ (a @ x.T))).T


# %% wrong: left flat -> any-leading-shape
import torch


def rslora_forward(x, weight, bias, a, b, alpha):
    x = x.reshape(-1, x.shape[-1])
    scale = alpha / a.shape[0] ** 0.5
    return x @ weight + bias + scale * (x @ a.T @ b.T)


# %% wrong: no gradient -> gradients
import torch


def rslora_forward(x, weight, bias, a, b, alpha):
    scale = alpha / a.shape[0] ** 0.5
    x, a, b = x, a.data, b.data
    return x @ weight + bias + scale * (x @ a.T @ b.T)


# %% wrong: A detached -> gradients
import torch


def rslora_forward(x, weight, bias, a, b, alpha):
    scale = alpha / a.shape[0] ** 0.5
    return x @ weight + bias + scale * (x @ a.detach().T @ b.T)


# %% wrong: B detached -> gradients
import torch


def rslora_forward(x, weight, bias, a, b, alpha):
    scale = alpha / a.shape[0] ** 0.5
    return x @ weight + bias + scale * (x @ a.T @ b.detach().T)
