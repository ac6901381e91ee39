"""Solutions of write_rms_norm: right ones in other words, and wrong ones with their claim."""

# %% right: the norm of the vector
import torch


def rms_norm(x, weight, eps):
    wide = x.to(torch.float32)
    mean = torch.linalg.vector_norm(wide, dim=-1, keepdim=True) ** 2 / x.shape[-1]
    return (wide / torch.sqrt(mean + eps) * weight.float()).to(x.dtype)


# %% right: powers
def rms_norm(x, weight, eps):
    y = x.float()
    y = y * (y.pow(2).sum(-1, keepdim=True) / y.size(-1) + eps) ** -0.5
    return y.type_as(x) * weight


# %% wrong: mean subtracted -> equals-transformers
import torch.nn.functional as F


def rms_norm(x, weight, eps):
    return F.layer_norm(x.float(), (x.shape[-1],), weight.float(), None, eps).to(x.dtype)


# %% wrong: divided by the standard deviation -> equals-transformers
def rms_norm(x, weight, eps):
    y = x.float()
    return (weight * y / (y.var(-1, keepdim=True, unbiased=False) + eps).sqrt()).to(x.dtype)


# %% wrong: weight left out -> equals-transformers
import torch


def rms_norm(x, weight, eps):
    y = x.float()
    return (y * torch.rsqrt(y.square().mean(-1, keepdim=True) + eps)).to(x.dtype)


# %% wrong: 1 + weight, as Gemma has it -> equals-transformers
import torch


def rms_norm(x, weight, eps):
    y = x.float()
    return ((1 + weight) * y * torch.rsqrt(y.square().mean(-1, keepdim=True) + eps)).to(x.dtype)


# %% wrong: a sum instead of a mean -> equals-transformers
import torch


def rms_norm(x, weight, eps):
    y = x.float()
    return (weight * y * torch.rsqrt(y.square().sum(-1, keepdim=True) + eps)).to(x.dtype)


# %% wrong: no root -> equals-transformers
def rms_norm(x, weight, eps):
    y = x.float()
    return (weight * y / (y.square().mean(-1, keepdim=True) + eps)).to(x.dtype)


# %% wrong: over the whole batch -> equals-transformers
import torch


def rms_norm(x, weight, eps):
    y = x.float()
    return (weight * y * torch.rsqrt(y.square().mean() + eps)).to(x.dtype)


# %% wrong: normalised twice, damage in place -> equals-transformers
import torch


def rms_norm(x, weight, eps):
    scale = torch.rsqrt(x.float().square().mean(-1, keepdim=True) + eps)
    x.data.mul_(scale)
    return weight * x


# %% wrong: over the second axis -> any-leading-shape
import torch


def rms_norm(x, weight, eps):
    y = x.float()
    return weight * (y * torch.rsqrt(y.square().mean(1, keepdim=True) + eps)).to(x.dtype)


# %% wrong: over all axes but the first -> any-leading-shape
import torch


def rms_norm(x, weight, eps):
    y = x.float()
    axes = tuple(range(1, y.dim())) or (0,)
    return weight * (y * torch.rsqrt(y.square().mean(axes, keepdim=True) + eps)).to(x.dtype)


# %% wrong: epsilon outside the root -> small-vectors
def rms_norm(x, weight, eps):
    y = x.float()
    return weight * (y / (y.square().mean(-1, keepdim=True).sqrt() + eps)).to(x.dtype)


# %% wrong: epsilon as the least value -> small-vectors
def rms_norm(x, weight, eps):
    y = x.float()
    return weight * (y / y.square().mean(-1, keepdim=True).sqrt().clamp(min=eps)).to(x.dtype)


# %% wrong: epsilon left out -> small-vectors
import torch


def rms_norm(x, weight, eps):
    y = x.float()
    return weight * (y * torch.rsqrt(y.square().mean(-1, keepdim=True))).to(x.dtype)


# %% wrong: epsilon fixed -> small-vectors
import torch


def rms_norm(x, weight, eps):
    y = x.float()
    return weight * (y * torch.rsqrt(y.square().mean(-1, keepdim=True) + 1e-5)).to(x.dtype)


# %% wrong: squared in 16 bits -> sixteen-bits
import torch


def rms_norm(x, weight, eps):
    return weight * x * torch.rsqrt(x.square().mean(-1, keepdim=True) + eps)


# %% wrong: returned in 32 bits -> sixteen-bits
import torch


def rms_norm(x, weight, eps):
    y = x.float()
    return weight.float() * y * torch.rsqrt(y.square().mean(-1, keepdim=True) + eps)


# %% wrong: the scale detached -> gradients
import torch


def rms_norm(x, weight, eps):
    y = x.float()
    scale = torch.rsqrt(y.square().mean(-1, keepdim=True) + eps).detach()
    return weight * (y * scale).to(x.dtype)


# %% wrong: the data of the weight -> gradients
import torch


def rms_norm(x, weight, eps):
    y = x.float()
    scale = torch.rsqrt(y.square().mean(-1, keepdim=True) + eps)
    return weight.data * (y * scale).to(x.dtype)
