"""Solutions of write_absmax_int8: right ones in other words, and wrong ones with their claim."""

# %% right: a floor under the scale
import torch


def absmax_int8(x):
    wide = x.float()
    absmax = wide.abs().max(dim=1, keepdim=True).values
    scale = absmax / 127
    codes = torch.round(wide / scale.clamp(min=1e-30)).to(torch.int8)
    return codes, scale.squeeze(1), (codes.float() * scale).to(x.dtype)


# %% right: row by row
import torch


def absmax_int8(x):
    codes, scales = [], []
    for row in x.float():
        scale = row.abs().max() / 127
        codes.append(torch.round(row / scale) if scale > 0 else torch.zeros_like(row))
        scales.append(scale)
    codes, scale = torch.stack(codes).to(torch.int8), torch.stack(scales)
    return codes, scale, (codes * scale.unsqueeze(1)).to(x.dtype)


# %% right: NaN put out afterwards
import torch


def absmax_int8(x):
    absmax = x.float().abs().amax(1)
    codes = torch.nan_to_num(x.float() * (127 / absmax)[:, None], nan=0.0).round().to(torch.int8)
    return codes, absmax / 127, (codes * absmax[:, None] / 127).to(x.dtype)


# %% wrong: cut off instead of rounded -> equals-bitsandbytes
import torch


def absmax_int8(x):
    wide = x.float()
    absmax = wide.abs().max(dim=1, keepdim=True).values
    scale = absmax / 127
    codes = (wide / scale.clamp(min=1e-30)).to(torch.int8)
    return codes, scale.squeeze(1), (codes.float() * scale).to(x.dtype)


# %% wrong: rounded down -> equals-bitsandbytes
import torch


def absmax_int8(x):
    wide = x.float()
    absmax = wide.abs().max(dim=1, keepdim=True).values
    scale = absmax / 127
    codes = torch.floor(wide / scale.clamp(min=1e-30)).to(torch.int8)
    return codes, scale.squeeze(1), (codes.float() * scale).to(x.dtype)


# %% wrong: one scale for the matrix -> equals-bitsandbytes
import torch


def absmax_int8(x):
    wide = x.float()
    absmax = wide.abs().max().expand(len(x), 1)
    scale = absmax / 127
    codes = torch.round(wide / scale.clamp(min=1e-30)).to(torch.int8)
    return codes, scale.squeeze(1), (codes.float() * scale).to(x.dtype)


# %% wrong: a scale per column -> equals-bitsandbytes
import torch


def absmax_int8(x):
    wide = x.float()
    absmax = wide.abs().max(dim=0, keepdim=True).values
    scale = absmax / 127
    codes = torch.round(wide / scale.clamp(min=1e-30)).to(torch.int8)
    return codes, scale.squeeze(0), (codes.float() * scale).to(x.dtype)


# %% wrong: 128 steps -> equals-bitsandbytes
import torch


def absmax_int8(x):
    wide = x.float()
    absmax = wide.abs().max(dim=1, keepdim=True).values
    scale = absmax / 128
    codes = torch.round(wide / scale.clamp(min=1e-30)).to(torch.int8)
    return codes, scale.squeeze(1), (codes.float() * scale).to(x.dtype)


# %% wrong: the absmax as the scale returned -> equals-bitsandbytes
import torch


def absmax_int8(x):
    wide = x.float()
    absmax = wide.abs().max(dim=1, keepdim=True).values
    scale = absmax / 127
    codes = torch.round(wide / scale.clamp(min=1e-30)).to(torch.int8)
    return codes, absmax.squeeze(1), (codes.float() * scale).to(x.dtype)


# %% wrong: steps per unit returned -> equals-bitsandbytes
import torch


def absmax_int8(x):
    wide = x.float()
    absmax = wide.abs().max(dim=1, keepdim=True).values
    scale = absmax / 127
    codes = torch.round(wide / scale.clamp(min=1e-30)).to(torch.int8)
    return codes, (127 / absmax).squeeze(1), (codes.float() * scale).to(x.dtype)


# %% wrong: largest without the sign -> equals-bitsandbytes
import torch


def absmax_int8(x):
    wide = x.float()
    absmax = wide.max(dim=1, keepdim=True).values
    scale = absmax / 127
    codes = torch.round(wide / scale.clamp(min=1e-30)).to(torch.int8)
    return codes, scale.squeeze(1), (codes.float() * scale).to(x.dtype)


# %% wrong: codes in float -> equals-bitsandbytes
import torch


def absmax_int8(x):
    wide = x.float()
    absmax = wide.abs().max(dim=1, keepdim=True).values
    scale = absmax / 127
    codes = torch.round(wide / scale.clamp(min=1e-30))
    return codes, scale.squeeze(1), (codes.float() * scale).to(x.dtype)


# %% wrong: unsigned codes -> equals-bitsandbytes
import torch


def absmax_int8(x):
    wide = x.float()
    absmax = wide.abs().max(dim=1, keepdim=True).values
    scale = absmax / 127
    codes = torch.round(wide / scale.clamp(min=1e-30)).to(torch.uint8)
    return codes, scale.squeeze(1), (codes.float() * scale).to(x.dtype)


# %% wrong: outliers clipped at four deviations -> outlier
import torch


def absmax_int8(x):
    wide = x.float()
    absmax = wide.abs().max(dim=1, keepdim=True).values
    absmax = torch.minimum(absmax, 4 * wide.std(dim=1, keepdim=True))
    scale = absmax / 127
    codes = torch.round(wide / scale.clamp(min=1e-30)).clamp(-127, 127).to(torch.int8)
    return codes, scale.squeeze(1), (codes.float() * scale).to(x.dtype)


# %% wrong: rows tied to the previous call -> outlier
import torch


LARGEST = {}


def absmax_int8(x):
    wide = x.float()
    absmax = wide.abs().max(dim=1, keepdim=True).values
    absmax = LARGEST.setdefault(x.shape, absmax)
    scale = absmax / 127
    codes = torch.round(wide / scale.clamp(min=1e-30)).clamp(-127, 127).to(torch.int8)
    return codes, scale.squeeze(1), (codes.float() * scale).to(x.dtype)


# %% wrong: divided by zero -> zero-row
import torch


def absmax_int8(x):
    wide = x.float()
    absmax = wide.abs().max(dim=1, keepdim=True).values
    scale = absmax / 127
    codes = torch.round(wide / scale).to(torch.int8)
    return codes, scale.squeeze(1), ((wide / scale).round() * scale).to(x.dtype)


# %% wrong: zero row gets the scale 0/0 -> zero-row
import torch


def absmax_int8(x):
    wide = x.float()
    absmax = wide.abs().max(dim=1, keepdim=True).values
    scale = absmax / 127
    codes = torch.round(wide / scale.clamp(min=1e-30)).to(torch.int8)
    return codes, (scale * absmax / absmax).squeeze(1), (codes.float() * scale).to(x.dtype)


# %% wrong: a large floor under the scale -> half-precision
import torch


def absmax_int8(x):
    wide = x.float()
    absmax = wide.abs().max(dim=1, keepdim=True).values
    scale = absmax / 127
    codes = torch.round(wide / scale.clamp(min=1e-5)).to(torch.int8)
    return codes, scale.squeeze(1), (codes.float() * scale).to(x.dtype)


# %% wrong: zero rows left out -> zero-row
import torch


def absmax_int8(x):
    wide = x.float()
    wide = wide[wide.abs().sum(dim=1) > 0]
    absmax = wide.abs().max(dim=1, keepdim=True).values
    scale = absmax / 127
    codes = torch.round(wide / scale.clamp(min=1e-30)).to(torch.int8)
    return codes, scale.squeeze(1), (codes.float() * scale).to(x.dtype)


# %% wrong: input wiped in place -> equals-bitsandbytes
import torch


def absmax_int8(x):
    x.clamp_(-100, 100)
    wide = x.float()
    absmax = wide.abs().max(dim=1, keepdim=True).values
    scale = absmax / 127
    codes = torch.round(wide / scale.clamp(min=1e-30)).to(torch.int8)
    return codes, scale.squeeze(1), (codes.float() * scale).to(x.dtype)


# %% wrong: computed in the type of the input -> half-precision
import torch


def absmax_int8(x):
    wide = x
    absmax = wide.abs().max(dim=1, keepdim=True).values
    scale = absmax / 127
    codes = torch.round(wide / scale.clamp(min=1e-7)).to(torch.int8)
    return codes, scale.squeeze(1).float(), (codes.float() * scale).to(x.dtype)


# %% wrong: a floor of 1e-6 in half -> half-precision
import torch


def absmax_int8(x):
    wide = x.float()
    absmax = wide.abs().max(dim=1, keepdim=True).values
    scale = absmax / 127
    codes = torch.round(wide / scale.clamp(min=(1e-6 if x.dtype == torch.float16 else 1e-30))).to(
        torch.int8
    )
    return codes, scale.squeeze(1), (codes.float() * scale).to(x.dtype)


# %% wrong: comes back in float32 -> restored
import torch


def absmax_int8(x):
    wide = x.float()
    absmax = wide.abs().max(dim=1, keepdim=True).values
    scale = absmax / 127
    codes = torch.round(wide / scale.clamp(min=1e-30)).to(torch.int8)
    return codes, scale.squeeze(1), (codes.float() * scale)


# %% wrong: comes back by absmax over 128 -> restored
import torch


def absmax_int8(x):
    wide = x.float()
    absmax = wide.abs().max(dim=1, keepdim=True).values
    scale = absmax / 127
    codes = torch.round(wide / scale.clamp(min=1e-30)).to(torch.int8)
    return codes, scale.squeeze(1), (codes.float() * absmax / 128).to(x.dtype)


# %% wrong: the codes come back -> restored
import torch


def absmax_int8(x):
    wide = x.float()
    absmax = wide.abs().max(dim=1, keepdim=True).values
    scale = absmax / 127
    codes = torch.round(wide / scale.clamp(min=1e-30)).to(torch.int8)
    return codes, scale.squeeze(1), codes.to(x.dtype)


# %% wrong: comes back without being rounded -> equals-bitsandbytes
import torch


def absmax_int8(x):
    wide = x.float()
    absmax = wide.abs().max(dim=1, keepdim=True).values
    scale = absmax / 127
    codes = wide / scale.clamp(min=1e-30)
    return codes, scale.squeeze(1), (codes.float() * scale).to(x.dtype)
