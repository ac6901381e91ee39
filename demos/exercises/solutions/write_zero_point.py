"""Solutions of write_zero_point: right ones in other words, and wrong ones with their claim."""

# %% right: a floor under the scale
import torch


def zero_point_uint8(x):
    low = torch.minimum(x.min(dim=1).values, torch.zeros(len(x)))
    high = torch.maximum(x.max(dim=1).values, torch.zeros(len(x)))
    scale = ((high - low) / 255).clamp(min=1e-12)
    zero = torch.round(-low / scale)
    codes = torch.clamp(torch.round(x / scale[:, None]) + zero[:, None], 0, 255).to(torch.uint8)
    restored = (codes.float() - zero[:, None]) * scale[:, None]
    return codes, scale, zero, restored


# %% right: row by row
import torch


def zero_point_uint8(x):
    out = []
    for row in x:
        low, high = min(row.min().item(), 0.0), max(row.max().item(), 0.0)
        scale = (high - low) / 255 or 1.0
        zero = round(-low / scale)
        codes = (torch.round(row / scale) + zero).clamp(0, 255)
        out.append(
            (
                codes.to(torch.uint8),
                torch.tensor(scale),
                torch.tensor(float(zero)),
                (codes - zero) * scale,
            )
        )
    return tuple(torch.stack(parts) for parts in zip(*out))


# %% wrong: symmetric -> equals-torch
import torch


def zero_point_uint8(x):
    low = torch.minimum(x.min(dim=1).values, torch.zeros(len(x)))
    high = torch.maximum(x.max(dim=1).values, torch.zeros(len(x)))
    high = torch.maximum(high, -low)
    low = -high
    scale = ((high - low) / 255).clamp(min=1e-12)
    zero = torch.round(-low / scale)
    codes = torch.clamp(torch.round(x / scale[:, None]) + zero[:, None], 0, 255).to(torch.uint8)
    restored = (codes.float() - zero[:, None]) * scale[:, None]
    return codes, scale, zero, restored


# %% wrong: 256 steps -> equals-torch
import torch


def zero_point_uint8(x):
    low = torch.minimum(x.min(dim=1).values, torch.zeros(len(x)))
    high = torch.maximum(x.max(dim=1).values, torch.zeros(len(x)))
    scale = ((high - low) / 256).clamp(min=1e-12)
    zero = torch.round(-low / scale)
    codes = torch.clamp(torch.round(x / scale[:, None]) + zero[:, None], 0, 255).to(torch.uint8)
    restored = (codes.float() - zero[:, None]) * scale[:, None]
    return codes, scale, zero, restored


# %% wrong: one range for all rows -> equals-torch
import torch


def zero_point_uint8(x):
    low = torch.minimum(x.min(dim=1).values, torch.zeros(len(x)))
    high = torch.maximum(x.max(dim=1).values, torch.zeros(len(x)))
    low, high = low.min().expand(len(x)), high.max().expand(len(x))
    scale = ((high - low) / 255).clamp(min=1e-12)
    zero = torch.round(-low / scale)
    codes = torch.clamp(torch.round(x / scale[:, None]) + zero[:, None], 0, 255).to(torch.uint8)
    restored = (codes.float() - zero[:, None]) * scale[:, None]
    return codes, scale, zero, restored


# %% wrong: the minimum as the zero point -> equals-torch
import torch


def zero_point_uint8(x):
    low = torch.minimum(x.min(dim=1).values, torch.zeros(len(x)))
    high = torch.maximum(x.max(dim=1).values, torch.zeros(len(x)))
    scale = ((high - low) / 255).clamp(min=1e-12)
    zero = torch.round(-low / scale)
    codes = torch.clamp(torch.round(x / scale[:, None]) + zero[:, None], 0, 255).to(torch.uint8)
    restored = (codes.float() - zero[:, None]) * scale[:, None]
    return codes, scale, low, restored


# %% wrong: sign of the zero point -> equals-torch
import torch


def zero_point_uint8(x):
    low = torch.minimum(x.min(dim=1).values, torch.zeros(len(x)))
    high = torch.maximum(x.max(dim=1).values, torch.zeros(len(x)))
    scale = ((high - low) / 255).clamp(min=1e-12)
    zero = torch.round(low / scale)
    codes = torch.clamp(torch.round(x / scale[:, None]) - zero[:, None], 0, 255).to(torch.uint8)
    restored = (codes.float() + zero[:, None]) * scale[:, None]
    return codes, scale, zero, restored


# %% wrong: codes cut off -> equals-torch
import torch


def zero_point_uint8(x):
    low = torch.minimum(x.min(dim=1).values, torch.zeros(len(x)))
    high = torch.maximum(x.max(dim=1).values, torch.zeros(len(x)))
    scale = ((high - low) / 255).clamp(min=1e-12)
    zero = torch.round(-low / scale)
    codes = torch.clamp((x / scale[:, None]) + zero[:, None], 0, 255).to(torch.uint8)
    restored = (codes.float() - zero[:, None]) * scale[:, None]
    return codes, scale, zero, restored


# %% wrong: codes in int8 -> equals-torch
import torch


def zero_point_uint8(x):
    low = torch.minimum(x.min(dim=1).values, torch.zeros(len(x)))
    high = torch.maximum(x.max(dim=1).values, torch.zeros(len(x)))
    scale = ((high - low) / 255).clamp(min=1e-12)
    zero = torch.round(-low / scale)
    codes = torch.clamp(torch.round(x / scale[:, None]) + zero[:, None], 0, 255).to(torch.int8)
    restored = (codes.float() - zero[:, None]) * scale[:, None]
    return codes, scale, zero, restored


# %% wrong: zero in the middle -> equals-torch
import torch


def zero_point_uint8(x):
    low = torch.minimum(x.min(dim=1).values, torch.zeros(len(x)))
    high = torch.maximum(x.max(dim=1).values, torch.zeros(len(x)))
    scale = ((high - low) / 255).clamp(min=1e-12)
    zero = torch.full_like(low, 128)
    codes = torch.clamp(torch.round(x / scale[:, None]) + zero[:, None], 0, 255).to(torch.uint8)
    restored = (codes.float() - zero[:, None]) * scale[:, None]
    return codes, scale, zero, restored


# %% wrong: codes wrap round -> equals-torch
import torch


def zero_point_uint8(x):
    low = torch.minimum(x.min(dim=1).values, torch.zeros(len(x)))
    high = torch.maximum(x.max(dim=1).values, torch.zeros(len(x)))
    scale = ((high - low) / 255).clamp(min=1e-12)
    zero = torch.round(-low / scale)
    codes = (torch.round(x / scale[:, None]) + zero[:, None] + 1).to(torch.uint8)
    restored = (codes.float() - zero[:, None]) * scale[:, None]
    return codes, scale, zero, restored


# %% wrong: input clipped in place -> equals-torch
import torch


def zero_point_uint8(x):
    x.clamp_(-5, 5)
    low = torch.minimum(x.min(dim=1).values, torch.zeros(len(x)))
    high = torch.maximum(x.max(dim=1).values, torch.zeros(len(x)))
    scale = ((high - low) / 255).clamp(min=1e-12)
    zero = torch.round(-low / scale)
    codes = torch.clamp(torch.round(x / scale[:, None]) + zero[:, None], 0, 255).to(torch.uint8)
    restored = (codes.float() - zero[:, None]) * scale[:, None]
    return codes, scale, zero, restored


# %% wrong: the range does not reach zero -> one-sided
import torch


def zero_point_uint8(x):
    low = x.min(dim=1).values
    high = x.max(dim=1).values
    scale = ((high - low) / 255).clamp(min=1e-12)
    zero = torch.round(-low / scale)
    codes = torch.clamp(torch.round(x / scale[:, None]) + zero[:, None], 0, 255).to(torch.uint8)
    restored = (codes.float() - zero[:, None]) * scale[:, None]
    return codes, scale, zero, restored


# %% wrong: reaches zero from above only -> one-sided
import torch


def zero_point_uint8(x):
    low = torch.minimum(x.min(dim=1).values, torch.zeros(len(x)))
    high = x.max(dim=1).values
    scale = ((high - low) / 255).clamp(min=1e-12)
    zero = torch.round(-low / scale)
    codes = torch.clamp(torch.round(x / scale[:, None]) + zero[:, None], 0, 255).to(torch.uint8)
    restored = (codes.float() - zero[:, None]) * scale[:, None]
    return codes, scale, zero, restored


# %% wrong: zero point cut to 0 to 254 -> one-sided
import torch


def zero_point_uint8(x):
    low = torch.minimum(x.min(dim=1).values, torch.zeros(len(x)))
    high = torch.maximum(x.max(dim=1).values, torch.zeros(len(x)))
    scale = ((high - low) / 255).clamp(min=1e-12)
    zero = torch.round(-low / scale).clamp(0, 254)
    codes = torch.clamp(torch.round(x / scale[:, None]) + zero[:, None], 0, 255).to(torch.uint8)
    restored = (codes.float() - zero[:, None]) * scale[:, None]
    return codes, scale, zero, restored


# %% wrong: back from the smallest value -> zero-stays
import torch


def zero_point_uint8(x):
    low = torch.minimum(x.min(dim=1).values, torch.zeros(len(x)))
    high = torch.maximum(x.max(dim=1).values, torch.zeros(len(x)))
    scale = ((high - low) / 255).clamp(min=1e-12)
    zero = torch.round(-low / scale)
    codes = torch.clamp(torch.round(x / scale[:, None]) + zero[:, None], 0, 255).to(torch.uint8)
    restored = codes.float() * scale[:, None] + low[:, None]
    return codes, scale, zero, restored


# %% wrong: zero point with a fraction -> zero-stays
import torch


def zero_point_uint8(x):
    low = torch.minimum(x.min(dim=1).values, torch.zeros(len(x)))
    high = torch.maximum(x.max(dim=1).values, torch.zeros(len(x)))
    scale = ((high - low) / 255).clamp(min=1e-12)
    zero = -low / scale
    codes = torch.clamp(torch.round(x / scale[:, None] + zero[:, None]), 0, 255).to(torch.uint8)
    restored = (codes.float() - zero[:, None]) * scale[:, None]
    return codes, scale, zero.round(), restored


# %% wrong: zero point forgotten on the way back -> restored
import torch


def zero_point_uint8(x):
    low = torch.minimum(x.min(dim=1).values, torch.zeros(len(x)))
    high = torch.maximum(x.max(dim=1).values, torch.zeros(len(x)))
    scale = ((high - low) / 255).clamp(min=1e-12)
    zero = torch.round(-low / scale)
    codes = torch.clamp(torch.round(x / scale[:, None]) + zero[:, None], 0, 255).to(torch.uint8)
    restored = torch.where(x == 0, 0, codes.float() * scale[:, None])
    return codes, scale, zero, restored


# %% wrong: back in whole numbers that wrap -> restored
import torch


def zero_point_uint8(x):
    low = torch.minimum(x.min(dim=1).values, torch.zeros(len(x)))
    high = torch.maximum(x.max(dim=1).values, torch.zeros(len(x)))
    scale = ((high - low) / 255).clamp(min=1e-12)
    zero = torch.round(-low / scale)
    codes = torch.clamp(torch.round(x / scale[:, None]) + zero[:, None], 0, 255).to(torch.uint8)
    restored = (codes - zero[:, None].to(torch.uint8)) * scale[:, None]
    return codes, scale, zero, restored


# %% wrong: back by 256 steps -> restored
import torch


def zero_point_uint8(x):
    low = torch.minimum(x.min(dim=1).values, torch.zeros(len(x)))
    high = torch.maximum(x.max(dim=1).values, torch.zeros(len(x)))
    scale = ((high - low) / 255).clamp(min=1e-12)
    zero = torch.round(-low / scale)
    codes = torch.clamp(torch.round(x / scale[:, None]) + zero[:, None], 0, 255).to(torch.uint8)
    restored = (codes.float() - zero[:, None]) * (high - low)[:, None] / 256
    return codes, scale, zero, restored


# %% wrong: 0/0 -> zero-row
import torch


def zero_point_uint8(x):
    low = torch.minimum(x.min(dim=1).values, torch.zeros(len(x)))
    high = torch.maximum(x.max(dim=1).values, torch.zeros(len(x)))
    scale = (high - low) / 255
    zero = torch.round(-low / scale)
    codes = torch.clamp(torch.round(x / scale[:, None]) + zero[:, None], 0, 255).to(torch.uint8)
    restored = (codes.float() - zero[:, None]) * scale[:, None]
    return codes, scale, zero, restored


# %% wrong: a zero row keeps a large floor -> equals-torch
import torch


def zero_point_uint8(x):
    low = torch.minimum(x.min(dim=1).values, torch.zeros(len(x)))
    high = torch.maximum(x.max(dim=1).values, torch.zeros(len(x)))
    scale = ((high - low) / 255).clamp(min=0.01)
    zero = torch.round(-low / scale)
    codes = torch.clamp(torch.round(x / scale[:, None]) + zero[:, None], 0, 255).to(torch.uint8)
    restored = (codes.float() - zero[:, None]) * scale[:, None]
    return codes, scale, zero, restored


# %% wrong: zero rows come back as one step -> zero-row
import torch


def zero_point_uint8(x):
    low = torch.minimum(x.min(dim=1).values, torch.zeros(len(x)))
    high = torch.maximum(x.max(dim=1).values, torch.zeros(len(x)))
    scale = ((high - low) / 255).clamp(min=1e-12)
    zero = torch.round(-low / scale)
    codes = torch.clamp(torch.round(x / scale[:, None]) + zero[:, None], 0, 255).to(torch.uint8)
    restored = (codes.float() - zero[:, None]) * scale[:, None]
    restored[x.abs().sum(dim=1) == 0] = 1e-12
    return codes, scale, zero, restored
