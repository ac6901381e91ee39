"""Solutions of write_rope: right ones in other words, and wrong ones with their claim."""

# %% right: rotate half, as transformers has it
import torch


def rope(x, positions, base):
    d = x.shape[-1]
    inverse = 1.0 / base ** (torch.arange(0, d, 2).float() / d)
    angles = positions[..., None].float() * inverse
    angles = torch.cat([angles, angles], -1)[:, None]
    left, right = x[..., : d // 2], x[..., d // 2 :]
    half = torch.cat([-right, left], -1)
    return (x.float() * angles.cos() + half.float() * angles.sin()).to(x.dtype)


# %% right: complex numbers
import torch


def rope(x, positions, base):
    half = x.shape[-1] // 2
    z = torch.complex(x[..., :half].float(), x[..., half:].float())
    speeds = torch.tensor([base ** (-2 * i / (2 * half)) for i in range(half)])
    angles = positions.float()[:, None, :, None] * speeds
    z = z * torch.polar(torch.ones_like(angles), angles)
    return torch.cat([z.real, z.imag], -1).to(x.dtype)


# %% wrong: neighbours are a pair -> equals-transformers
import torch


def rope(x, positions, base):
    half = x.shape[-1] // 2
    speeds = base ** (-torch.arange(half).float() / half)
    angles = positions[:, None, :, None].float() * speeds
    a, b = x.float()[..., ::2], x.float()[..., 1::2]
    one = a * angles.cos() - b * angles.sin()
    two = b * angles.cos() + a * angles.sin()
    return torch.stack([one, two], -1).flatten(-2).to(x.dtype)


# %% wrong: turned the other way -> equals-transformers
import torch


def rope(x, positions, base):
    half = x.shape[-1] // 2
    speeds = base ** (-torch.arange(half).float() / half)
    angles = -positions[:, None, :, None].float() * speeds
    a, b = x.float().chunk(2, -1)
    one = a * angles.cos() - b * angles.sin()
    two = b * angles.cos() + a * angles.sin()
    return torch.cat([one, two], -1).to(x.dtype)


# %% wrong: the minus forgotten -> equals-transformers
import torch


def rope(x, positions, base):
    half = x.shape[-1] // 2
    speeds = base ** (-torch.arange(half).float() / half)
    angles = positions[:, None, :, None].float() * speeds
    a, b = x.float().chunk(2, -1)
    one = a * angles.cos() + b * angles.sin()
    two = b * angles.cos() + a * angles.sin()
    return torch.cat([one, two], -1).to(x.dtype)


# %% wrong: the first half is used after it was changed -> equals-transformers
import torch


def rope(x, positions, base):
    half = x.shape[-1] // 2
    speeds = base ** (-torch.arange(half).float() / half)
    angles = positions[:, None, :, None].float() * speeds
    a, b = x.float().chunk(2, -1)
    a = a * angles.cos() - b * angles.sin()
    b = b * angles.cos() + a * angles.sin()
    return torch.cat([a, b], -1).to(x.dtype)


# %% wrong: the exponent is i/d -> equals-transformers
import torch


def rope(x, positions, base):
    d = x.shape[-1]
    speeds = base ** (-torch.arange(d // 2).float() / d)
    angles = positions[:, None, :, None].float() * speeds
    a, b = x.float().chunk(2, -1)
    one = a * angles.cos() - b * angles.sin()
    two = b * angles.cos() + a * angles.sin()
    return torch.cat([one, two], -1).to(x.dtype)


# %% wrong: one speed for all -> equals-transformers
import torch


def rope(x, positions, base):
    angles = positions[:, None, :, None].float()
    a, b = x.float().chunk(2, -1)
    one = a * angles.cos() - b * angles.sin()
    two = b * angles.cos() + a * angles.sin()
    return torch.cat([one, two], -1).to(x.dtype)


# %% wrong: the exponent is positive -> equals-transformers
import torch


def rope(x, positions, base):
    half = x.shape[-1] // 2
    speeds = base ** (torch.arange(half).float() / half)
    angles = positions[:, None, :, None].float() * speeds
    a, b = x.float().chunk(2, -1)
    one = a * angles.cos() - b * angles.sin()
    two = b * angles.cos() + a * angles.sin()
    return torch.cat([one, two], -1).to(x.dtype)


# %% wrong: added instead of turned -> equals-transformers
import torch


def rope(x, positions, base):
    half = x.shape[-1] // 2
    speeds = base ** (-torch.arange(half).float() / half)
    angles = positions[:, None, :, None].float() * speeds
    return (x.float() + torch.cat([angles.sin(), angles.cos()], -1)).to(x.dtype)


# %% wrong: positions from 1 -> equals-transformers
import torch


def rope(x, positions, base):
    half = x.shape[-1] // 2
    speeds = base ** (-torch.arange(half).float() / half)
    angles = (positions[:, None, :, None].float() + 1) * speeds
    a, b = x.float().chunk(2, -1)
    one = a * angles.cos() - b * angles.sin()
    two = b * angles.cos() + a * angles.sin()
    return torch.cat([one, two], -1).to(x.dtype)


# %% wrong: positions counted anew -> positions-as-given
import torch


def rope(x, positions, base):
    half = x.shape[-1] // 2
    speeds = base ** (-torch.arange(half).float() / half)
    angles = torch.arange(x.shape[2])[:, None].float() * speeds
    a, b = x.float().chunk(2, -1)
    one = a * angles.cos() - b * angles.sin()
    two = b * angles.cos() + a * angles.sin()
    return torch.cat([one, two], -1).to(x.dtype)


# %% wrong: the positions of the first row for all -> positions-as-given
import torch


def rope(x, positions, base):
    half = x.shape[-1] // 2
    speeds = base ** (-torch.arange(half).float() / half)
    angles = positions[0][:, None].float() * speeds
    a, b = x.float().chunk(2, -1)
    one = a * angles.cos() - b * angles.sin()
    two = b * angles.cos() + a * angles.sin()
    return torch.cat([one, two], -1).to(x.dtype)


# %% wrong: positions less the first of the row -> positions-as-given
import torch


def rope(x, positions, base):
    half = x.shape[-1] // 2
    speeds = base ** (-torch.arange(half).float() / half)
    own = positions - positions[:, :1]
    angles = own[:, None, :, None].float() * speeds
    a, b = x.float().chunk(2, -1)
    one = a * angles.cos() - b * angles.sin()
    two = b * angles.cos() + a * angles.sin()
    return torch.cat([one, two], -1).to(x.dtype)


# %% wrong: the base is always 10000 -> other-base
import torch


def rope(x, positions, base):
    half = x.shape[-1] // 2
    speeds = 10000 ** (-torch.arange(half).float() / half)
    angles = positions[:, None, :, None].float() * speeds
    a, b = x.float().chunk(2, -1)
    one = a * angles.cos() - b * angles.sin()
    two = b * angles.cos() + a * angles.sin()
    return torch.cat([one, two], -1).to(x.dtype)


# %% wrong: speeds of the first call kept -> other-base
import torch

SPEEDS = []


def rope(x, positions, base):
    half = x.shape[-1] // 2
    if not SPEEDS:
        SPEEDS.append(base ** (-torch.arange(half).float() / half))
    angles = positions[:, None, :, None].float() * SPEEDS[0]
    a, b = x.float().chunk(2, -1)
    one = a * angles.cos() - b * angles.sin()
    two = b * angles.cos() + a * angles.sin()
    return torch.cat([one, two], -1).to(x.dtype)


# %% wrong: angles in 16 bits -> far-positions
import torch


def rope(x, positions, base):
    half = x.shape[-1] // 2
    speeds = base ** (-torch.arange(half).to(x.dtype) / half)
    angles = positions[:, None, :, None].to(x.dtype) * speeds
    a, b = x.chunk(2, -1)
    one = a * angles.cos() - b * angles.sin()
    two = b * angles.cos() + a * angles.sin()
    return torch.cat([one, two], -1)


# %% wrong: returned in 32 bits -> far-positions
import torch


def rope(x, positions, base):
    half = x.shape[-1] // 2
    speeds = base ** (-torch.arange(half).float() / half)
    angles = positions[:, None, :, None].float() * speeds
    a, b = x.float().chunk(2, -1)
    one = a * angles.cos() - b * angles.sin()
    two = b * angles.cos() + a * angles.sin()
    return torch.cat([one, two], -1)


# %% wrong: x overwritten -> arguments-kept
import torch


def rope(x, positions, base):
    half = x.shape[-1] // 2
    speeds = base ** (-torch.arange(half).float() / half)
    angles = positions[:, None, :, None].float() * speeds
    a, b = x[..., :half].float().clone(), x[..., half:].float().clone()
    x[..., :half] = a * angles.cos() - b * angles.sin()
    x[..., half:] = b * angles.cos() + a * angles.sin()
    return x
