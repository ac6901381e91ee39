"""Solutions of write_nf4: right ones in other words, and wrong ones with their claim."""

# %% right: block by block
import torch


def nf4(weight, levels, block):
    codes, scales, back = [], [], []
    for part in weight.flatten().split(block):
        absmax = part.abs().max()
        scaled = part / absmax.clamp(min=1e-30)
        code = (scaled[:, None] - levels).abs().argmin(dim=1)
        codes.append(code)
        scales.append(absmax)
        back.append(levels[code] * absmax)
    codes = torch.cat(codes).to(torch.uint8).reshape(weight.shape)
    return codes, torch.stack(scales), torch.cat(back).reshape(weight.shape)


# %% right: one scale per number
import torch


def nf4(weight, levels, block):
    flat = weight.reshape(-1)
    absmax = torch.stack([part.abs().max() for part in flat.split(block)])
    scale = absmax.repeat_interleave(block)[: len(flat)]
    scaled = torch.nan_to_num(flat / scale)
    codes = torch.searchsorted((levels[1:] + levels[:-1]) / 2, scaled)
    return (
        codes.to(torch.uint8).view(weight.shape),
        absmax,
        (levels[codes] * scale).view(weight.shape),
    )


# %% wrong: not scaled -> codes
import torch


def nf4(weight, levels, block):
    codes, scales, back = [], [], []
    for part in weight.flatten().split(block):
        absmax = part.abs().max()
        scaled = part
        code = (scaled[:, None] - levels).abs().argmin(dim=1)
        codes.append(code)
        scales.append(absmax)
        back.append(levels[code] * absmax)
    codes = torch.cat(codes).to(torch.uint8).reshape(weight.shape)
    return codes, torch.stack(scales), torch.cat(back).reshape(weight.shape)


# %% wrong: the next level below -> codes
import torch


def nf4(weight, levels, block):
    codes, scales, back = [], [], []
    for part in weight.flatten().split(block):
        absmax = part.abs().max()
        scaled = part / absmax.clamp(min=1e-30)
        code = (torch.searchsorted(levels, scaled, right=True) - 1).clamp(0, 15)
        codes.append(code)
        scales.append(absmax)
        back.append(levels[code] * absmax)
    codes = torch.cat(codes).to(torch.uint8).reshape(weight.shape)
    return codes, torch.stack(scales), torch.cat(back).reshape(weight.shape)


# %% wrong: the next level above -> codes
import torch


def nf4(weight, levels, block):
    codes, scales, back = [], [], []
    for part in weight.flatten().split(block):
        absmax = part.abs().max()
        scaled = part / absmax.clamp(min=1e-30)
        code = torch.searchsorted(levels, scaled).clamp(max=15)
        codes.append(code)
        scales.append(absmax)
        back.append(levels[code] * absmax)
    codes = torch.cat(codes).to(torch.uint8).reshape(weight.shape)
    return codes, torch.stack(scales), torch.cat(back).reshape(weight.shape)


# %% wrong: sixteen equal steps -> codes
import torch


def nf4(weight, levels, block):
    codes, scales, back = [], [], []
    for part in weight.flatten().split(block):
        absmax = part.abs().max()
        scaled = part / absmax.clamp(min=1e-30)
        code = ((scaled + 1) * 7.5).round().long()
        codes.append(code)
        scales.append(absmax)
        back.append(levels[code] * absmax)
    codes = torch.cat(codes).to(torch.uint8).reshape(weight.shape)
    return codes, torch.stack(scales), torch.cat(back).reshape(weight.shape)


# %% wrong: one scale for the weight -> codes
import torch


def nf4(weight, levels, block):
    codes, scales, back = [], [], []
    for part in weight.flatten().split(block):
        absmax = weight.abs().max()
        scaled = part / absmax.clamp(min=1e-30)
        code = (scaled[:, None] - levels).abs().argmin(dim=1)
        codes.append(code)
        scales.append(absmax)
        back.append(levels[code] * absmax)
    codes = torch.cat(codes).to(torch.uint8).reshape(weight.shape)
    return codes, torch.stack(scales), torch.cat(back).reshape(weight.shape)


# %% wrong: blocks down the columns -> codes
import torch


def nf4(weight, levels, block):
    codes, scales, back = [], [], []
    for part in weight.T.flatten().split(block):
        absmax = part.abs().max()
        scaled = part / absmax.clamp(min=1e-30)
        code = (scaled[:, None] - levels).abs().argmin(dim=1)
        codes.append(code)
        scales.append(absmax)
        back.append(levels[code] * absmax)
    codes = torch.cat(codes).to(torch.uint8).reshape(weight.T.shape).T
    return codes, torch.stack(scales), torch.cat(back).reshape(weight.T.shape).T


# %% wrong: distance to the far side -> codes
import torch


def nf4(weight, levels, block):
    codes, scales, back = [], [], []
    for part in weight.flatten().split(block):
        absmax = part.abs().max()
        scaled = part / absmax.clamp(min=1e-30)
        code = (scaled[:, None] - levels).abs().argmax(dim=1)
        codes.append(code)
        scales.append(absmax)
        back.append(levels[code] * absmax)
    codes = torch.cat(codes).to(torch.uint8).reshape(weight.shape)
    return codes, torch.stack(scales), torch.cat(back).reshape(weight.shape)


# %% wrong: largest without its sign -> codes
import torch


def nf4(weight, levels, block):
    codes, scales, back = [], [], []
    for part in weight.flatten().split(block):
        absmax = part.max()
        scaled = part / absmax.clamp(min=1e-30)
        code = (scaled[:, None] - levels).abs().argmin(dim=1)
        codes.append(code)
        scales.append(absmax)
        back.append(levels[code] * absmax)
    codes = torch.cat(codes).to(torch.uint8).reshape(weight.shape)
    return codes, torch.stack(scales), torch.cat(back).reshape(weight.shape)


# %% wrong: divided by the deviation -> codes
import torch


def nf4(weight, levels, block):
    codes, scales, back = [], [], []
    for part in weight.flatten().split(block):
        absmax = part.std()
        scaled = part / absmax.clamp(min=1e-30)
        code = (scaled[:, None] - levels).abs().argmin(dim=1)
        codes.append(code)
        scales.append(absmax)
        back.append(levels[code] * absmax)
    codes = torch.cat(codes).to(torch.uint8).reshape(weight.shape)
    return codes, torch.stack(scales), torch.cat(back).reshape(weight.shape)


# %% wrong: codes in int64 -> codes
import torch


def nf4(weight, levels, block):
    codes, scales, back = [], [], []
    for part in weight.flatten().split(block):
        absmax = part.abs().max()
        scaled = part / absmax.clamp(min=1e-30)
        code = (scaled[:, None] - levels).abs().argmin(dim=1)
        codes.append(code)
        scales.append(absmax)
        back.append(levels[code] * absmax)
    codes = torch.cat(codes).reshape(weight.shape)
    return codes, torch.stack(scales), torch.cat(back).reshape(weight.shape)


# %% wrong: normalised in place -> codes
import torch


def nf4(weight, levels, block):
    codes, scales, back = [], [], []
    for part in weight.flatten().split(block):
        absmax = part.abs().max()
        scaled = part.div_(absmax.clamp(min=1e-30))
        code = (scaled[:, None] - levels).abs().argmin(dim=1)
        codes.append(code)
        scales.append(absmax)
        back.append(levels[code] * absmax)
    codes = torch.cat(codes).to(torch.uint8).reshape(weight.shape)
    return codes, torch.stack(scales), torch.cat(back).reshape(weight.shape)


# %% wrong: a new block in every row -> absmax
import torch


def nf4(weight, levels, block):
    codes, scales, back = [], [], []
    for part in (p for row in weight for p in row.split(block)):
        absmax = part.abs().max()
        scaled = part / absmax.clamp(min=1e-30)
        code = (scaled[:, None] - levels).abs().argmin(dim=1)
        codes.append(code)
        scales.append(absmax)
        back.append(levels[code] * absmax)
    codes = torch.cat(codes).to(torch.uint8).reshape(weight.shape)
    return codes, torch.stack(scales), torch.cat(back).reshape(weight.shape)


# %% wrong: rounds the scale to half -> absmax
import torch


def nf4(weight, levels, block):
    codes, scales, back = [], [], []
    for part in weight.flatten().split(block):
        absmax = part.abs().max().half().float()
        scaled = part / absmax.clamp(min=1e-30)
        code = (scaled[:, None] - levels).abs().argmin(dim=1)
        codes.append(code)
        scales.append(absmax)
        back.append(levels[code] * absmax)
    codes = torch.cat(codes).to(torch.uint8).reshape(weight.shape)
    return codes, torch.stack(scales), torch.cat(back).reshape(weight.shape)


# %% wrong: inverse scale returned -> absmax
import torch


def nf4(weight, levels, block):
    codes, scales, back = [], [], []
    for part in weight.flatten().split(block):
        absmax = part.abs().max()
        scaled = part / absmax.clamp(min=1e-30)
        code = (scaled[:, None] - levels).abs().argmin(dim=1)
        codes.append(code)
        scales.append(absmax)
        back.append(levels[code] * absmax)
    codes = torch.cat(codes).to(torch.uint8).reshape(weight.shape)
    return codes, 1 / torch.stack(scales), torch.cat(back).reshape(weight.shape)


# %% wrong: scale of the range -> codes
import torch


def nf4(weight, levels, block):
    codes, scales, back = [], [], []
    for part in weight.flatten().split(block):
        absmax = (part.max() - part.min()) / 2
        scaled = part / absmax.clamp(min=1e-30)
        code = (scaled[:, None] - levels).abs().argmin(dim=1)
        codes.append(code)
        scales.append(absmax)
        back.append(levels[code] * absmax)
    codes = torch.cat(codes).to(torch.uint8).reshape(weight.shape)
    return codes, torch.stack(scales), torch.cat(back).reshape(weight.shape)


# %% wrong: levels without their scale -> restored
import torch


def nf4(weight, levels, block):
    codes, scales, back = [], [], []
    for part in weight.flatten().split(block):
        absmax = part.abs().max()
        scaled = part / absmax.clamp(min=1e-30)
        code = (scaled[:, None] - levels).abs().argmin(dim=1)
        codes.append(code)
        scales.append(absmax)
        back.append(levels[code])
    codes = torch.cat(codes).to(torch.uint8).reshape(weight.shape)
    return codes, torch.stack(scales), torch.cat(back).reshape(weight.shape)


# %% wrong: the weight itself comes back -> restored
import torch


def nf4(weight, levels, block):
    codes, scales, back = [], [], []
    for part in weight.flatten().split(block):
        absmax = part.abs().max()
        scaled = part / absmax.clamp(min=1e-30)
        code = (scaled[:, None] - levels).abs().argmin(dim=1)
        codes.append(code)
        scales.append(absmax)
        back.append(part)
    codes = torch.cat(codes).to(torch.uint8).reshape(weight.shape)
    return codes, torch.stack(scales), torch.cat(back).reshape(weight.shape)


# %% wrong: divided again -> restored
import torch


def nf4(weight, levels, block):
    codes, scales, back = [], [], []
    for part in weight.flatten().split(block):
        absmax = part.abs().max()
        scaled = part / absmax.clamp(min=1e-30)
        code = (scaled[:, None] - levels).abs().argmin(dim=1)
        codes.append(code)
        scales.append(absmax)
        back.append(levels[code] / absmax)
    codes = torch.cat(codes).to(torch.uint8).reshape(weight.shape)
    return codes, torch.stack(scales), torch.cat(back).reshape(weight.shape)


# %% wrong: the last short block dropped -> short-block
import torch


def nf4(weight, levels, block):
    codes, scales, back = [], [], []
    for part in weight.flatten()[: weight.numel() // block * block].split(block):
        absmax = part.abs().max()
        scaled = part / absmax.clamp(min=1e-30)
        code = (scaled[:, None] - levels).abs().argmin(dim=1)
        codes.append(code)
        scales.append(absmax)
        back.append(levels[code] * absmax)
    codes = torch.cat(codes).to(torch.uint8).reshape(weight.shape)
    return codes, torch.stack(scales), torch.cat(back).reshape(weight.shape)


# %% wrong: the short block scaled by the one before -> short-block
import torch


def nf4(weight, levels, block):
    codes, scales, back = [], [], []
    for part in weight.flatten().split(block):
        absmax = part.abs().max() if len(part) == block or not scales else scales[-1]
        scaled = part / absmax.clamp(min=1e-30)
        code = (scaled[:, None] - levels).abs().argmin(dim=1)
        codes.append(code)
        scales.append(absmax)
        back.append(levels[code] * absmax)
    codes = torch.cat(codes).to(torch.uint8).reshape(weight.shape)
    return codes, torch.stack(scales), torch.cat(back).reshape(weight.shape)


# %% wrong: the short block filled with ones -> short-block
import torch


def nf4(weight, levels, block):
    codes, scales, back = [], [], []
    for part in weight.flatten().split(block):
        absmax = part.abs().max() if len(part) == block else part.abs().max().clamp(min=1)
        scaled = part / absmax.clamp(min=1e-30)
        code = (scaled[:, None] - levels).abs().argmin(dim=1)
        codes.append(code)
        scales.append(absmax)
        back.append(levels[code] * absmax)
    codes = torch.cat(codes).to(torch.uint8).reshape(weight.shape)
    return codes, torch.stack(scales), torch.cat(back).reshape(weight.shape)


# %% wrong: whole blocks by view -> short-block
import torch


def nf4(weight, levels, block):
    codes, scales, back = [], [], []
    for part in weight.reshape(-1, block):
        absmax = part.abs().max()
        scaled = part / absmax.clamp(min=1e-30)
        code = (scaled[:, None] - levels).abs().argmin(dim=1)
        codes.append(code)
        scales.append(absmax)
        back.append(levels[code] * absmax)
    codes = torch.cat(codes).to(torch.uint8).reshape(weight.shape)
    return codes, torch.stack(scales), torch.cat(back).reshape(weight.shape)


# %% wrong: 0/0 -> zero-block
import torch


def nf4(weight, levels, block):
    codes, scales, back = [], [], []
    for part in weight.flatten().split(block):
        absmax = part.abs().max()
        scaled = part / absmax
        code = (scaled[:, None] - levels).abs().argmin(dim=1)
        codes.append(code)
        scales.append(absmax)
        back.append(levels[code] * absmax)
    codes = torch.cat(codes).to(torch.uint8).reshape(weight.shape)
    return codes, torch.stack(scales), torch.cat(back).reshape(weight.shape)


# %% wrong: zero rounds to the level above -> zero-block
import torch


def nf4(weight, levels, block):
    codes, scales, back = [], [], []
    for part in weight.flatten().split(block):
        absmax = part.abs().max()
        scaled = part / absmax.clamp(min=1e-30)
        code = (scaled[:, None] - levels).abs().argmin(dim=1)
        code = code + (absmax == 0)
        codes.append(code)
        scales.append(absmax)
        back.append(levels[code] * absmax)
    codes = torch.cat(codes).to(torch.uint8).reshape(weight.shape)
    return codes, torch.stack(scales), torch.cat(back).reshape(weight.shape)


# %% wrong: zero blocks get a small scale of their own -> zero-block
import torch


def nf4(weight, levels, block):
    codes, scales, back = [], [], []
    for part in weight.flatten().split(block):
        absmax = part.abs().max().clamp(min=1e-4)
        scaled = part / absmax.clamp(min=1e-30)
        code = (scaled[:, None] - levels).abs().argmin(dim=1)
        codes.append(code)
        scales.append(absmax)
        back.append((levels[code] + (absmax == 1e-4)) * absmax)
    codes = torch.cat(codes).to(torch.uint8).reshape(weight.shape)
    return codes, torch.stack(scales), torch.cat(back).reshape(weight.shape)
