"""Solutions of write_double_quant: right ones in other words, and wrong ones with their claim."""

# %% right: group by group
import torch


def double_quant(absmax, levels, block=64, group=256):
    mean = absmax.mean()
    codes, scales = [], []
    for part in (absmax - mean).split(group):
        scale = part.abs().max()
        scaled = part / scale.clamp(min=1e-30)
        codes.append((scaled[:, None] - levels).abs().argmin(dim=1))
        scales.append(scale)
    codes = torch.cat(codes).to(torch.uint8)
    bits = 4 + 8 / block + 32 / (block * group)
    return codes, torch.stack(scales), mean, bits


# %% right: counted from the stored numbers
import torch


def double_quant(absmax, levels, block=64, group=256):
    mean = sum(absmax.tolist()) / len(absmax)
    moved = absmax - mean
    scales = torch.stack([part.abs().max() for part in moved.split(group)])
    spread = scales.repeat_interleave(group)[: len(moved)]
    scaled = torch.nan_to_num(moved / spread)
    codes = torch.searchsorted((levels[:-1] + levels[1:]) / 2, scaled)
    weights = block * group
    stored = 4 * weights + 8 * group + 32
    return codes.to(torch.uint8), scales, mean, stored / weights


# %% wrong: no mean -> mean
import torch


def double_quant(absmax, levels, block=64, group=256):
    mean = torch.zeros(())
    codes, scales = [], []
    for part in (absmax - mean).split(group):
        scale = part.abs().max()
        scaled = part / scale.clamp(min=1e-30)
        codes.append((scaled[:, None] - levels).abs().argmin(dim=1))
        scales.append(scale)
    codes = torch.cat(codes).to(torch.uint8)
    bits = 4 + 8 / block + 32 / (block * group)
    return codes, torch.stack(scales), mean, bits


# %% wrong: the median -> mean
import torch


def double_quant(absmax, levels, block=64, group=256):
    mean = absmax.median()
    codes, scales = [], []
    for part in (absmax - mean).split(group):
        scale = part.abs().max()
        scaled = part / scale.clamp(min=1e-30)
        codes.append((scaled[:, None] - levels).abs().argmin(dim=1))
        scales.append(scale)
    codes = torch.cat(codes).to(torch.uint8)
    bits = 4 + 8 / block + 32 / (block * group)
    return codes, torch.stack(scales), mean, bits


# %% wrong: the middle of the range -> mean
import torch


def double_quant(absmax, levels, block=64, group=256):
    mean = (absmax.max() + absmax.min()) / 2
    codes, scales = [], []
    for part in (absmax - mean).split(group):
        scale = part.abs().max()
        scaled = part / scale.clamp(min=1e-30)
        codes.append((scaled[:, None] - levels).abs().argmin(dim=1))
        scales.append(scale)
    codes = torch.cat(codes).to(torch.uint8)
    bits = 4 + 8 / block + 32 / (block * group)
    return codes, torch.stack(scales), mean, bits


# %% wrong: subtracted in place -> mean
import torch


def double_quant(absmax, levels, block=64, group=256):
    mean = absmax.mean()
    codes, scales = [], []
    for part in absmax.sub_(mean).split(group):
        scale = part.abs().max()
        scaled = part / scale.clamp(min=1e-30)
        codes.append((scaled[:, None] - levels).abs().argmin(dim=1))
        scales.append(scale)
    codes = torch.cat(codes).to(torch.uint8)
    bits = 4 + 8 / block + 32 / (block * group)
    return codes, torch.stack(scales), mean, bits


# %% wrong: a mean per group returned as one -> mean
import torch


def double_quant(absmax, levels, block=64, group=256):
    mean = absmax.mean()
    codes, scales = [], []
    for part in absmax.split(group):
        mean = part.mean()
        part = part - mean
        scale = part.abs().max()
        scaled = part / scale.clamp(min=1e-30)
        codes.append((scaled[:, None] - levels).abs().argmin(dim=1))
        scales.append(scale)
    codes = torch.cat(codes).to(torch.uint8)
    bits = 4 + 8 / block + 32 / (block * group)
    return codes, torch.stack(scales), mean, bits


# %% wrong: mean returned and not subtracted -> groups
import torch


def double_quant(absmax, levels, block=64, group=256):
    mean = absmax.mean()
    codes, scales = [], []
    for part in absmax.split(group):
        scale = part.abs().max()
        scaled = part / scale.clamp(min=1e-30)
        codes.append((scaled[:, None] - levels).abs().argmin(dim=1))
        scales.append(scale)
    codes = torch.cat(codes).to(torch.uint8)
    bits = 4 + 8 / block + 32 / (block * group)
    return codes, torch.stack(scales), mean, bits


# %% wrong: one scale for all groups -> groups
import torch


def double_quant(absmax, levels, block=64, group=256):
    mean = absmax.mean()
    codes, scales = [], []
    for part in (absmax - mean).split(group):
        scale = (absmax - mean).abs().max()
        scaled = part / scale.clamp(min=1e-30)
        codes.append((scaled[:, None] - levels).abs().argmin(dim=1))
        scales.append(scale)
    codes = torch.cat(codes).to(torch.uint8)
    bits = 4 + 8 / block + 32 / (block * group)
    return codes, torch.stack(scales), mean, bits


# %% wrong: the last short group dropped -> groups
import torch


def double_quant(absmax, levels, block=64, group=256):
    mean = absmax.mean()
    codes, scales = [], []
    for part in (absmax - mean)[: len(absmax) // group * group].split(group):
        scale = part.abs().max()
        scaled = part / scale.clamp(min=1e-30)
        codes.append((scaled[:, None] - levels).abs().argmin(dim=1))
        scales.append(scale)
    codes = torch.cat(codes).to(torch.uint8)
    bits = 4 + 8 / block + 32 / (block * group)
    return codes, torch.stack(scales), mean, bits


# %% wrong: largest without its sign -> groups
import torch


def double_quant(absmax, levels, block=64, group=256):
    mean = absmax.mean()
    codes, scales = [], []
    for part in (absmax - mean).split(group):
        scale = part.max().clamp(min=1e-30)
        scaled = part / scale.clamp(min=1e-30)
        codes.append((scaled[:, None] - levels).abs().argmin(dim=1))
        scales.append(scale)
    codes = torch.cat(codes).to(torch.uint8)
    bits = 4 + 8 / block + 32 / (block * group)
    return codes, torch.stack(scales), mean, bits


# %% wrong: always 256 to a group -> groups
import torch


def double_quant(absmax, levels, block=64, group=256):
    mean = absmax.mean()
    codes, scales = [], []
    for part in (absmax - mean).split(256):
        scale = part.abs().max()
        scaled = part / scale.clamp(min=1e-30)
        codes.append((scaled[:, None] - levels).abs().argmin(dim=1))
        scales.append(scale)
    codes = torch.cat(codes).to(torch.uint8)
    bits = 4 + 8 / block + 32 / (block * group)
    return codes, torch.stack(scales), mean, bits


# %% wrong: scale of the deviation -> groups
import torch


def double_quant(absmax, levels, block=64, group=256):
    mean = absmax.mean()
    codes, scales = [], []
    for part in (absmax - mean).split(group):
        scale = part.std()
        scaled = part / scale.clamp(min=1e-30)
        codes.append((scaled[:, None] - levels).abs().argmin(dim=1))
        scales.append(scale)
    codes = torch.cat(codes).to(torch.uint8)
    bits = 4 + 8 / block + 32 / (block * group)
    return codes, torch.stack(scales), mean, bits


# %% wrong: scales in half -> groups
import torch


def double_quant(absmax, levels, block=64, group=256):
    mean = absmax.mean()
    codes, scales = [], []
    for part in (absmax - mean).split(group):
        scale = part.abs().max()
        scaled = part / scale.clamp(min=1e-30)
        codes.append((scaled[:, None] - levels).abs().argmin(dim=1))
        scales.append(scale.half().float())
    codes = torch.cat(codes).to(torch.uint8)
    bits = 4 + 8 / block + 32 / (block * group)
    return codes, torch.stack(scales), mean, bits


# %% wrong: nearest level below -> codes
import torch


def double_quant(absmax, levels, block=64, group=256):
    mean = absmax.mean()
    codes, scales = [], []
    for part in (absmax - mean).split(group):
        scale = part.abs().max()
        scaled = part / scale.clamp(min=1e-30)
        codes.append((torch.searchsorted(levels, scaled, right=True) - 1).clamp(0, 255))
        scales.append(scale)
    codes = torch.cat(codes).to(torch.uint8)
    bits = 4 + 8 / block + 32 / (block * group)
    return codes, torch.stack(scales), mean, bits


# %% wrong: equal steps instead of the levels -> codes
import torch


def double_quant(absmax, levels, block=64, group=256):
    mean = absmax.mean()
    codes, scales = [], []
    for part in (absmax - mean).split(group):
        scale = part.abs().max()
        scaled = part / scale.clamp(min=1e-30)
        codes.append(((scaled + 1) * 127.5).round())
        scales.append(scale)
    codes = torch.cat(codes).to(torch.uint8)
    bits = 4 + 8 / block + 32 / (block * group)
    return codes, torch.stack(scales), mean, bits


# %% wrong: not divided by the group's scale -> codes
import torch


def double_quant(absmax, levels, block=64, group=256):
    mean = absmax.mean()
    codes, scales = [], []
    for part in (absmax - mean).split(group):
        scale = part.abs().max()
        scaled = part
        codes.append((scaled[:, None] - levels).abs().argmin(dim=1))
        scales.append(scale)
    codes = torch.cat(codes).to(torch.uint8)
    bits = 4 + 8 / block + 32 / (block * group)
    return codes, torch.stack(scales), mean, bits


# %% wrong: codes in int8 wrap -> codes
import torch


def double_quant(absmax, levels, block=64, group=256):
    mean = absmax.mean()
    codes, scales = [], []
    for part in (absmax - mean).split(group):
        scale = part.abs().max()
        scaled = part / scale.clamp(min=1e-30)
        codes.append((scaled[:, None] - levels).abs().argmin(dim=1))
        scales.append(scale)
    codes = torch.cat(codes).to(torch.int8)
    bits = 4 + 8 / block + 32 / (block * group)
    return codes, torch.stack(scales), mean, bits


# %% wrong: codes of the scales with the mean -> codes
import torch


def double_quant(absmax, levels, block=64, group=256):
    mean = absmax.mean()
    codes, scales = [], []
    for part in (absmax - mean).split(group):
        scale = part.abs().max()
        scaled = (part + mean) / scale.clamp(min=1e-30)
        codes.append((scaled[:, None] - levels).abs().argmin(dim=1))
        scales.append(scale)
    codes = torch.cat(codes).to(torch.uint8)
    bits = 4 + 8 / block + 32 / (block * group)
    return codes, torch.stack(scales), mean, bits


# %% wrong: 0/0 -> equal-scales
import torch


def double_quant(absmax, levels, block=64, group=256):
    mean = absmax.mean()
    codes, scales = [], []
    for part in (absmax - mean).split(group):
        scale = part.abs().max()
        scaled = torch.where(scale > 0, part / scale, 1.0)
        codes.append((scaled[:, None] - levels).abs().argmin(dim=1))
        scales.append(scale + (scale == 0))
    codes = torch.cat(codes).to(torch.uint8)
    bits = 4 + 8 / block + 32 / (block * group)
    return codes, torch.stack(scales), mean, bits


# %% wrong: NaN as the scale -> equal-scales
import torch


def double_quant(absmax, levels, block=64, group=256):
    mean = absmax.mean()
    codes, scales = [], []
    for part in (absmax - mean).split(group):
        scale = part.abs().max()
        scaled = part / scale.clamp(min=1e-30)
        codes.append((scaled[:, None] - levels).abs().argmin(dim=1))
        scales.append(scale * scale / scale)
    codes = torch.cat(codes).to(torch.uint8)
    bits = 4 + 8 / block + 32 / (block * group)
    return codes, torch.stack(scales), mean, bits


# %% wrong: a large floor under the scale -> equal-scales
import torch


def double_quant(absmax, levels, block=64, group=256):
    mean = absmax.mean()
    codes, scales = [], []
    for part in (absmax - mean).split(group):
        scale = part.abs().max().clamp(min=1e-3)
        scaled = part / scale.clamp(min=1e-30)
        codes.append(
            torch.searchsorted(levels, scaled, right=True).clamp(max=255) * 0
            if scale == 1e-3
            else (scaled[:, None] - levels).abs().argmin(dim=1)
        )
        scales.append(scale)
    codes = torch.cat(codes).to(torch.uint8)
    bits = 4 + 8 / block + 32 / (block * group)
    return codes, torch.stack(scales), mean, bits


# %% wrong: scales still 32 bits -> bits
import torch


def double_quant(absmax, levels, block=64, group=256):
    mean = absmax.mean()
    codes, scales = [], []
    for part in (absmax - mean).split(group):
        scale = part.abs().max()
        scaled = part / scale.clamp(min=1e-30)
        codes.append((scaled[:, None] - levels).abs().argmin(dim=1))
        scales.append(scale)
    codes = torch.cat(codes).to(torch.uint8)
    bits = 4 + 32 / block
    return codes, torch.stack(scales), mean, bits


# %% wrong: second level forgotten -> bits
import torch


def double_quant(absmax, levels, block=64, group=256):
    mean = absmax.mean()
    codes, scales = [], []
    for part in (absmax - mean).split(group):
        scale = part.abs().max()
        scaled = part / scale.clamp(min=1e-30)
        codes.append((scaled[:, None] - levels).abs().argmin(dim=1))
        scales.append(scale)
    codes = torch.cat(codes).to(torch.uint8)
    bits = 4 + 8 / block
    return codes, torch.stack(scales), mean, bits


# %% wrong: second level per group only -> bits
import torch


def double_quant(absmax, levels, block=64, group=256):
    mean = absmax.mean()
    codes, scales = [], []
    for part in (absmax - mean).split(group):
        scale = part.abs().max()
        scaled = part / scale.clamp(min=1e-30)
        codes.append((scaled[:, None] - levels).abs().argmin(dim=1))
        scales.append(scale)
    codes = torch.cat(codes).to(torch.uint8)
    bits = 4 + 8 / block + 32 / group
    return codes, torch.stack(scales), mean, bits


# %% wrong: bytes -> bits
import torch


def double_quant(absmax, levels, block=64, group=256):
    mean = absmax.mean()
    codes, scales = [], []
    for part in (absmax - mean).split(group):
        scale = part.abs().max()
        scaled = part / scale.clamp(min=1e-30)
        codes.append((scaled[:, None] - levels).abs().argmin(dim=1))
        scales.append(scale)
    codes = torch.cat(codes).to(torch.uint8)
    bits = (4 + 8 / block + 32 / (block * group)) / 8
    return codes, torch.stack(scales), mean, bits


# %% wrong: numbers of QLoRA whatever the sizes -> bits
import torch


def double_quant(absmax, levels, block=64, group=256):
    mean = absmax.mean()
    codes, scales = [], []
    for part in (absmax - mean).split(group):
        scale = part.abs().max()
        scaled = part / scale.clamp(min=1e-30)
        codes.append((scaled[:, None] - levels).abs().argmin(dim=1))
        scales.append(scale)
    codes = torch.cat(codes).to(torch.uint8)
    bits = 4.127
    return codes, torch.stack(scales), mean, bits


# %% wrong: counted on this short matrix -> bits
import torch


def double_quant(absmax, levels, block=64, group=256):
    mean = absmax.mean()
    codes, scales = [], []
    for part in (absmax - mean).split(group):
        scale = part.abs().max()
        scaled = part / scale.clamp(min=1e-30)
        codes.append((scaled[:, None] - levels).abs().argmin(dim=1))
        scales.append(scale)
    codes = torch.cat(codes).to(torch.uint8)
    bits = 4 + 8 / block + 32 * len(scales) / (block * len(absmax))
    return codes, torch.stack(scales), mean, bits
