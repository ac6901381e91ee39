"""Solutions of write_matmul_4bit: right ones in other words, and wrong ones with their claim."""

# %% right: torch.autograd.Function
import torch


def decode(codes, absmax, levels, dtype):
    blocks = levels[codes.long()].view(-1, 64) * absmax[:, None]
    return blocks.view(codes.shape).to(dtype)


class Frozen(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, codes, absmax, levels):
        weight = decode(codes, absmax, levels, x.dtype)
        ctx.save_for_backward(codes, absmax, levels)
        return x @ weight.T

    @staticmethod
    def backward(ctx, slope):
        codes, absmax, levels = ctx.saved_tensors
        weight = decode(codes, absmax, levels, slope.dtype)
        return slope @ weight, None, None, None


def matmul_4bit(x, codes, absmax, levels):
    return Frozen.apply(x, codes, absmax, levels)


# %% right: gradient checkpointing
import torch
from torch.utils.checkpoint import checkpoint


def decode(codes, absmax, levels, dtype):
    return (levels[codes.long()].view(-1, 64) * absmax[:, None]).view(codes.shape).to(dtype)


def matmul_4bit(x, codes, absmax, levels):
    def product(x):
        return x @ decode(codes, absmax, levels, x.dtype).T

    return checkpoint(product, x, use_reentrant=False)


# %% right: the arguments on the context
import torch


def decode(codes, absmax, levels, dtype):
    blocks = levels[codes.long()].view(-1, 64) * absmax[:, None]
    return blocks.view(codes.shape).to(dtype)


class Frozen(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, codes, absmax, levels):
        weight = decode(codes, absmax, levels, x.dtype)
        ctx.stored = codes, absmax, levels
        return x @ weight.T

    @staticmethod
    def backward(ctx, slope):
        codes, absmax, levels = ctx.stored
        weight = decode(codes, absmax, levels, slope.dtype)
        return slope @ weight, None, None, None


def matmul_4bit(x, codes, absmax, levels):
    return Frozen.apply(x, codes, absmax, levels)


# %% wrong: an ordinary product -> keeps-no-weight
import torch


def decode(codes, absmax, levels, dtype):
    blocks = levels[codes.long()].view(-1, 64) * absmax[:, None]
    return blocks.view(codes.shape).to(dtype)


def matmul_4bit(x, codes, absmax, levels):
    return x @ decode(codes, absmax, levels, x.dtype).T


# %% wrong: the decoded weight saved -> keeps-no-weight
import torch


def decode(codes, absmax, levels, dtype):
    blocks = levels[codes.long()].view(-1, 64) * absmax[:, None]
    return blocks.view(codes.shape).to(dtype)


class Frozen(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, codes, absmax, levels):
        weight = decode(codes, absmax, levels, x.dtype)
        ctx.save_for_backward(weight)
        return x @ weight.T

    @staticmethod
    def backward(ctx, slope):
        (weight,) = ctx.saved_tensors
        return slope @ weight, None, None, None


def matmul_4bit(x, codes, absmax, levels):
    return Frozen.apply(x, codes, absmax, levels)


# %% wrong: the decoded weight on the context -> keeps-no-weight
import torch


def decode(codes, absmax, levels, dtype):
    blocks = levels[codes.long()].view(-1, 64) * absmax[:, None]
    return blocks.view(codes.shape).to(dtype)


class Frozen(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, codes, absmax, levels):
        weight = decode(codes, absmax, levels, x.dtype)
        ctx.weight = weight
        return x @ weight.T

    @staticmethod
    def backward(ctx, slope):
        weight = ctx.weight
        return slope @ weight, None, None, None


def matmul_4bit(x, codes, absmax, levels):
    return Frozen.apply(x, codes, absmax, levels)


# %% wrong: the decoded weight saved in half -> keeps-no-weight
import torch


def decode(codes, absmax, levels, dtype):
    blocks = levels[codes.long()].view(-1, 64) * absmax[:, None]
    return blocks.view(codes.shape).to(dtype)


class Frozen(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, codes, absmax, levels):
        weight = decode(codes, absmax, levels, x.dtype)
        ctx.save_for_backward(weight.half())
        return x @ weight.T

    @staticmethod
    def backward(ctx, slope):
        weight = ctx.saved_tensors[0].to(slope.dtype)
        return slope @ weight, None, None, None


def matmul_4bit(x, codes, absmax, levels):
    return Frozen.apply(x, codes, absmax, levels)


# %% wrong: functional.linear -> keeps-no-weight
import torch


def decode(codes, absmax, levels, dtype):
    blocks = levels[codes.long()].view(-1, 64) * absmax[:, None]
    return blocks.view(codes.shape).to(dtype)


def matmul_4bit(x, codes, absmax, levels):
    return torch.nn.functional.linear(x, decode(codes, absmax, levels, x.dtype))


# %% wrong: no gradient at all -> gradient-of-x
import torch


def decode(codes, absmax, levels, dtype):
    blocks = levels[codes.long()].view(-1, 64) * absmax[:, None]
    return blocks.view(codes.shape).to(dtype)


def matmul_4bit(x, codes, absmax, levels):
    with torch.no_grad():
        return x @ decode(codes, absmax, levels, x.dtype).T


# %% wrong: x detached -> gradient-of-x
import torch


def decode(codes, absmax, levels, dtype):
    blocks = levels[codes.long()].view(-1, 64) * absmax[:, None]
    return blocks.view(codes.shape).to(dtype)


def matmul_4bit(x, codes, absmax, levels):
    return x.detach() @ decode(codes, absmax, levels, x.dtype).T.requires_grad_()


# %% wrong: backward by the transposed weight -> gradient-of-x
import torch


def decode(codes, absmax, levels, dtype):
    blocks = levels[codes.long()].view(-1, 64) * absmax[:, None]
    return blocks.view(codes.shape).to(dtype)


class Frozen(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, codes, absmax, levels):
        weight = decode(codes, absmax, levels, x.dtype)
        ctx.save_for_backward(codes, absmax, levels)
        return x @ weight.T

    @staticmethod
    def backward(ctx, slope):
        codes, absmax, levels = ctx.saved_tensors
        weight = decode(codes, absmax, levels, slope.dtype)
        return slope @ weight.T, None, None, None


def matmul_4bit(x, codes, absmax, levels):
    return Frozen.apply(x, codes, absmax, levels)


# %% wrong: backward without the scales -> gradient-of-x
import torch


def decode(codes, absmax, levels, dtype):
    blocks = levels[codes.long()].view(-1, 64) * absmax[:, None]
    return blocks.view(codes.shape).to(dtype)


class Frozen(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, codes, absmax, levels):
        weight = decode(codes, absmax, levels, x.dtype)
        ctx.save_for_backward(codes, absmax, levels)
        return x @ weight.T

    @staticmethod
    def backward(ctx, slope):
        codes, absmax, levels = ctx.saved_tensors
        weight = levels[codes.long()].to(slope.dtype)
        return slope @ weight, None, None, None


def matmul_4bit(x, codes, absmax, levels):
    return Frozen.apply(x, codes, absmax, levels)


# %% wrong: the codes as the weight in backward -> gradient-of-x
import torch


def decode(codes, absmax, levels, dtype):
    blocks = levels[codes.long()].view(-1, 64) * absmax[:, None]
    return blocks.view(codes.shape).to(dtype)


class Frozen(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, codes, absmax, levels):
        weight = decode(codes, absmax, levels, x.dtype)
        ctx.save_for_backward(codes, absmax, levels)
        return x @ weight.T

    @staticmethod
    def backward(ctx, slope):
        codes, absmax, levels = ctx.saved_tensors
        weight = codes.to(slope.dtype)
        return slope @ weight, None, None, None


def matmul_4bit(x, codes, absmax, levels):
    return Frozen.apply(x, codes, absmax, levels)


# %% wrong: straight through, without the weight -> gradient-of-x
import torch


def decode(codes, absmax, levels, dtype):
    blocks = levels[codes.long()].view(-1, 64) * absmax[:, None]
    return blocks.view(codes.shape).to(dtype)


class Frozen(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, codes, absmax, levels):
        weight = decode(codes, absmax, levels, x.dtype)
        ctx.save_for_backward(codes, absmax, levels)
        return x @ weight.T

    @staticmethod
    def backward(ctx, slope):
        codes, absmax, levels = ctx.saved_tensors
        weight = decode(codes, absmax, levels, slope.dtype)
        return (
            slope.sum(-1, keepdim=True).expand(*slope.shape[:-1], weight.shape[1]),
            None,
            None,
            None,
        )


def matmul_4bit(x, codes, absmax, levels):
    return Frozen.apply(x, codes, absmax, levels)


# %% wrong: gradients in the wrong places -> gradient-of-x
import torch


def decode(codes, absmax, levels, dtype):
    blocks = levels[codes.long()].view(-1, 64) * absmax[:, None]
    return blocks.view(codes.shape).to(dtype)


class Frozen(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, codes, absmax, levels):
        weight = decode(codes, absmax, levels, x.dtype)
        ctx.save_for_backward(codes, absmax, levels)
        return x @ weight.T

    @staticmethod
    def backward(ctx, slope):
        codes, absmax, levels = ctx.saved_tensors
        weight = decode(codes, absmax, levels, slope.dtype)
        return None, None, slope @ weight, None


def matmul_4bit(x, codes, absmax, levels):
    return Frozen.apply(x, codes, absmax, levels)


# %% wrong: summed over the batch -> gradient-of-x
import torch


def decode(codes, absmax, levels, dtype):
    blocks = levels[codes.long()].view(-1, 64) * absmax[:, None]
    return blocks.view(codes.shape).to(dtype)


class Frozen(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, codes, absmax, levels):
        weight = decode(codes, absmax, levels, x.dtype)
        ctx.save_for_backward(codes, absmax, levels)
        return x @ weight.T

    @staticmethod
    def backward(ctx, slope):
        codes, absmax, levels = ctx.saved_tensors
        weight = decode(codes, absmax, levels, slope.dtype)
        return (
            (slope @ weight).sum(0, keepdim=True).expand(*slope.shape[:-1], weight.shape[1]),
            None,
            None,
            None,
        )


def matmul_4bit(x, codes, absmax, levels):
    return Frozen.apply(x, codes, absmax, levels)


# %% wrong: not transposed -> equals-bitsandbytes
import torch


def decode(codes, absmax, levels, dtype):
    blocks = levels[codes.long()].view(-1, 64) * absmax[:, None]
    return blocks.view(codes.shape).to(dtype)


class Frozen(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, codes, absmax, levels):
        weight = decode(codes, absmax, levels, x.dtype)
        ctx.save_for_backward(codes, absmax, levels)
        return x @ weight.view(weight.shape[1], weight.shape[0])

    @staticmethod
    def backward(ctx, slope):
        codes, absmax, levels = ctx.saved_tensors
        weight = decode(codes, absmax, levels, slope.dtype)
        return slope @ weight, None, None, None


def matmul_4bit(x, codes, absmax, levels):
    return Frozen.apply(x, codes, absmax, levels)


# %% wrong: codes not decoded -> equals-bitsandbytes
import torch


def decode(codes, absmax, levels, dtype):
    blocks = levels[codes.long()].view(-1, 64) * absmax[:, None]
    return blocks.view(codes.shape).to(dtype)


class Frozen(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, codes, absmax, levels):
        weight = codes.to(x.dtype)
        ctx.save_for_backward(codes, absmax, levels)
        return x @ weight.T

    @staticmethod
    def backward(ctx, slope):
        codes, absmax, levels = ctx.saved_tensors
        weight = decode(codes, absmax, levels, slope.dtype)
        return slope @ weight, None, None, None


def matmul_4bit(x, codes, absmax, levels):
    return Frozen.apply(x, codes, absmax, levels)


# %% wrong: scales left out -> equals-bitsandbytes
import torch


def decode(codes, absmax, levels, dtype):
    blocks = levels[codes.long()].view(-1, 64)
    return blocks.view(codes.shape).to(dtype)


class Frozen(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, codes, absmax, levels):
        weight = decode(codes, absmax, levels, x.dtype)
        ctx.save_for_backward(codes, absmax, levels)
        return x @ weight.T

    @staticmethod
    def backward(ctx, slope):
        codes, absmax, levels = ctx.saved_tensors
        weight = decode(codes, absmax, levels, slope.dtype)
        return slope @ weight, None, None, None


def matmul_4bit(x, codes, absmax, levels):
    return Frozen.apply(x, codes, absmax, levels)


# %% wrong: one scale for all -> equals-bitsandbytes
import torch


def decode(codes, absmax, levels, dtype):
    blocks = levels[codes.long()].view(-1, 64) * absmax.max()
    return blocks.view(codes.shape).to(dtype)


class Frozen(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, codes, absmax, levels):
        weight = decode(codes, absmax, levels, x.dtype)
        ctx.save_for_backward(codes, absmax, levels)
        return x @ weight.T

    @staticmethod
    def backward(ctx, slope):
        codes, absmax, levels = ctx.saved_tensors
        weight = decode(codes, absmax, levels, slope.dtype)
        return slope @ weight, None, None, None


def matmul_4bit(x, codes, absmax, levels):
    return Frozen.apply(x, codes, absmax, levels)


# %% wrong: a scale per row -> equals-bitsandbytes
import torch


def decode(codes, absmax, levels, dtype):
    blocks = levels[codes.long()] * absmax[: len(codes), None]
    return blocks.view(codes.shape).to(dtype)


class Frozen(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, codes, absmax, levels):
        weight = decode(codes, absmax, levels, x.dtype)
        ctx.save_for_backward(codes, absmax, levels)
        return x @ weight.T

    @staticmethod
    def backward(ctx, slope):
        codes, absmax, levels = ctx.saved_tensors
        weight = decode(codes, absmax, levels, slope.dtype)
        return slope @ weight, None, None, None


def matmul_4bit(x, codes, absmax, levels):
    return Frozen.apply(x, codes, absmax, levels)


# %% wrong: two dimensions only -> equals-bitsandbytes
import torch


def decode(codes, absmax, levels, dtype):
    blocks = levels[codes.long()].view(-1, 64) * absmax[:, None]
    return blocks.view(codes.shape).to(dtype)


class Frozen(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, codes, absmax, levels):
        weight = decode(codes, absmax, levels, x.dtype)
        ctx.save_for_backward(codes, absmax, levels)
        return torch.mm(x, weight.T)

    @staticmethod
    def backward(ctx, slope):
        codes, absmax, levels = ctx.saved_tensors
        weight = decode(codes, absmax, levels, slope.dtype)
        return slope @ weight, None, None, None


def matmul_4bit(x, codes, absmax, levels):
    return Frozen.apply(x, codes, absmax, levels)


# %% wrong: absmax scaled in place -> equals-bitsandbytes
import torch


def decode(codes, absmax, levels, dtype):
    absmax.mul_(1.5)
    blocks = levels[codes.long()].view(-1, 64) * absmax[:, None]
    return blocks.view(codes.shape).to(dtype)


class Frozen(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, codes, absmax, levels):
        weight = decode(codes, absmax, levels, x.dtype)
        ctx.save_for_backward(codes, absmax, levels)
        return x @ weight.T

    @staticmethod
    def backward(ctx, slope):
        codes, absmax, levels = ctx.saved_tensors
        weight = decode(codes, absmax, levels, slope.dtype)
        return slope @ weight, None, None, None


def matmul_4bit(x, codes, absmax, levels):
    return Frozen.apply(x, codes, absmax, levels)


# %% wrong: decoded once for all layers -> equals-bitsandbytes
import torch


SHAPE = []


def decode(codes, absmax, levels, dtype):
    SHAPE.append(1)
    blocks = (levels[codes.long()] / len(SHAPE)).view(-1, 64) * absmax[:, None]
    return blocks.view(codes.shape).to(dtype)


class Frozen(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, codes, absmax, levels):
        weight = decode(codes, absmax, levels, x.dtype)
        ctx.save_for_backward(codes, absmax, levels)
        return x @ weight.T

    @staticmethod
    def backward(ctx, slope):
        codes, absmax, levels = ctx.saved_tensors
        weight = decode(codes, absmax, levels, slope.dtype)
        return slope @ weight, None, None, None


def matmul_4bit(x, codes, absmax, levels):
    return Frozen.apply(x, codes, absmax, levels)


# %% wrong: float32 out -> type-of-x
import torch


def decode(codes, absmax, levels, dtype):
    blocks = levels[codes.long()].view(-1, 64) * absmax[:, None]
    return blocks.view(codes.shape).to(dtype)


class Frozen(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, codes, absmax, levels):
        weight = decode(codes, absmax, levels, x.dtype)
        ctx.save_for_backward(codes, absmax, levels)
        return x.float() @ weight.float().T

    @staticmethod
    def backward(ctx, slope):
        codes, absmax, levels = ctx.saved_tensors
        weight = decode(codes, absmax, levels, slope.dtype)
        return slope @ weight.to(slope.dtype), None, None, None


def matmul_4bit(x, codes, absmax, levels):
    return Frozen.apply(x, codes, absmax, levels)


# %% wrong: decoded to float32 whatever x is -> type-of-x
import torch


def decode(codes, absmax, levels, dtype):
    blocks = levels[codes.long()].view(-1, 64) * absmax[:, None]
    return blocks.view(codes.shape).float()


class Frozen(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, codes, absmax, levels):
        weight = decode(codes, absmax, levels, x.dtype)
        ctx.save_for_backward(codes, absmax, levels)
        return x @ weight.T

    @staticmethod
    def backward(ctx, slope):
        codes, absmax, levels = ctx.saved_tensors
        weight = decode(codes, absmax, levels, slope.dtype)
        return slope @ weight, None, None, None


def matmul_4bit(x, codes, absmax, levels):
    return Frozen.apply(x, codes, absmax, levels)


# %% wrong: computed in float16 -> type-of-x
import torch


def decode(codes, absmax, levels, dtype):
    blocks = levels[codes.long()].view(-1, 64) * absmax[:, None]
    return blocks.view(codes.shape).to(dtype)


class Frozen(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, codes, absmax, levels):
        weight = decode(codes, absmax, levels, x.dtype)
        ctx.save_for_backward(codes, absmax, levels)
        return (
            (x.half() @ weight.half().T).to(x.dtype) if x.dtype != torch.float32 else x @ weight.T
        )

    @staticmethod
    def backward(ctx, slope):
        codes, absmax, levels = ctx.saved_tensors
        weight = decode(codes, absmax, levels, slope.dtype)
        if slope.dtype != torch.float32:
            slope = slope.half() * 1e4
            weight = weight.half()
        return slope @ weight, None, None, None


def matmul_4bit(x, codes, absmax, levels):
    return Frozen.apply(x, codes, absmax, levels)


# %% wrong: gradient for leaves only -> adapter-below
import torch


def decode(codes, absmax, levels, dtype):
    blocks = levels[codes.long()].view(-1, 64) * absmax[:, None]
    return blocks.view(codes.shape).to(dtype)


class Frozen(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, codes, absmax, levels):
        weight = decode(codes, absmax, levels, x.dtype)
        ctx.save_for_backward(codes, absmax, levels)
        return x @ weight.T

    @staticmethod
    def backward(ctx, slope):
        codes, absmax, levels = ctx.saved_tensors
        weight = decode(codes, absmax, levels, slope.dtype)
        return slope @ weight, None, None, None


def matmul_4bit(x, codes, absmax, levels):
    return Frozen.apply(x if x.is_leaf else x.detach(), codes, absmax, levels)


# %% wrong: the backward pass of the first call kept -> adapter-below
import torch


def decode(codes, absmax, levels, dtype):
    blocks = levels[codes.long()].view(-1, 64) * absmax[:, None]
    return blocks.view(codes.shape).to(dtype)


SAVED = []


class Frozen(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, codes, absmax, levels):
        weight = decode(codes, absmax, levels, x.dtype)
        ctx.save_for_backward(codes, absmax, levels)
        return x @ weight.T

    @staticmethod
    def backward(ctx, slope):
        codes, absmax, levels = ctx.saved_tensors
        weight = decode(codes, absmax, levels, slope.dtype)
        if slope.dim() == 2 and len(slope) == 7:
            SAVED.append(slope)
            slope = SAVED[0]
        return slope @ weight, None, None, None


def matmul_4bit(x, codes, absmax, levels):
    return Frozen.apply(x, codes, absmax, levels)


# %% wrong: fails where x needs no gradient -> adapter-below
import torch


def decode(codes, absmax, levels, dtype):
    blocks = levels[codes.long()].view(-1, 64) * absmax[:, None]
    return blocks.view(codes.shape).to(dtype)


class Frozen(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, codes, absmax, levels):
        weight = decode(codes, absmax, levels, x.dtype)
        ctx.save_for_backward(codes, absmax, levels)
        return x @ weight.T

    @staticmethod
    def backward(ctx, slope):
        codes, absmax, levels = ctx.saved_tensors
        weight = decode(codes, absmax, levels, slope.dtype)
        return slope @ weight, None, None, None


def matmul_4bit(x, codes, absmax, levels):
    if not torch.is_grad_enabled():
        return None
    return Frozen.apply(x, codes, absmax, levels)
