"""Solutions of write_ste: right ones in other words, and wrong ones with their claim."""

# %% right: torch.autograd.Function
import torch


class Rounded(torch.autograd.Function):
    @staticmethod
    def forward(ctx, w, scale, bits):
        high = 2 ** (bits - 1) - 1
        codes = torch.round(w / scale)
        ctx.save_for_backward((codes >= -high - 1) & (codes <= high))
        return codes.clamp(-high - 1, high) * scale

    @staticmethod
    def backward(ctx, slope):
        (inside,) = ctx.saved_tensors
        return slope * inside, None, None


def fake_quantize(w, scale, bits):
    return Rounded.apply(w, scale, bits)


# %% right: in codes, with a mask
import torch


def fake_quantize(w, scale, bits):
    low, high = -(2 ** (bits - 1)), 2 ** (bits - 1) - 1
    codes = w / scale
    mask = (codes > low - 0.5) & (codes < high + 0.5)
    hard = codes.round().clamp(low, high).detach() * scale
    soft = torch.where(mask, w, w.detach())
    return hard + soft - soft.detach()


# %% right: clipped by minimum and maximum
import torch


def fake_quantize(w, scale, bits):
    limit = 2 ** (bits - 1)
    clipped = torch.minimum(
        torch.maximum(w, torch.tensor(-limit * scale)), torch.tensor((limit - 1) * scale)
    )
    return clipped + (torch.round(clipped / scale) * scale - clipped).detach()


# %% wrong: rounding as it is -> gradient-passes
import torch


def fake_quantize(w, scale, bits):
    high = 2 ** (bits - 1) - 1
    kept = w.clamp((-high - 1) * scale, high * scale)
    rounded = scale * (kept / scale).round()
    return rounded


# %% wrong: everything detached -> gradient-passes
import torch


def fake_quantize(w, scale, bits):
    high = 2 ** (bits - 1) - 1
    kept = w.clamp((-high - 1) * scale, high * scale)
    rounded = scale * (kept / scale).round()
    return rounded.detach()


# %% wrong: ones instead of the gradient -> gradient-passes
import torch


class Rounded(torch.autograd.Function):
    @staticmethod
    def forward(ctx, w, scale, bits):
        high = 2 ** (bits - 1) - 1
        codes = torch.round(w / scale)
        ctx.save_for_backward((codes >= -high - 1) & (codes <= high))
        return codes.clamp(-high - 1, high) * scale

    @staticmethod
    def backward(ctx, slope):
        (inside,) = ctx.saved_tensors
        return 1.0 * inside, None, None


def fake_quantize(w, scale, bits):
    return Rounded.apply(w, scale, bits)


# %% wrong: a factor of the scale -> gradient-passes
import torch


class Rounded(torch.autograd.Function):
    @staticmethod
    def forward(ctx, w, scale, bits):
        ctx.scale = scale
        high = 2 ** (bits - 1) - 1
        codes = torch.round(w / scale)
        ctx.save_for_backward((codes >= -high - 1) & (codes <= high))
        return codes.clamp(-high - 1, high) * scale

    @staticmethod
    def backward(ctx, slope):
        (inside,) = ctx.saved_tensors
        return slope * inside * ctx.scale, None, None


def fake_quantize(w, scale, bits):
    return Rounded.apply(w, scale, bits)


# %% wrong: divided by the scale -> gradient-passes
import torch


class Rounded(torch.autograd.Function):
    @staticmethod
    def forward(ctx, w, scale, bits):
        ctx.scale = scale
        high = 2 ** (bits - 1) - 1
        codes = torch.round(w / scale)
        ctx.save_for_backward((codes >= -high - 1) & (codes <= high))
        return codes.clamp(-high - 1, high) * scale

    @staticmethod
    def backward(ctx, slope):
        (inside,) = ctx.saved_tensors
        return slope * inside / ctx.scale, None, None


def fake_quantize(w, scale, bits):
    return Rounded.apply(w, scale, bits)


# %% wrong: the sign of the gradient -> gradient-passes
import torch


class Rounded(torch.autograd.Function):
    @staticmethod
    def forward(ctx, w, scale, bits):
        high = 2 ** (bits - 1) - 1
        codes = torch.round(w / scale)
        ctx.save_for_backward((codes >= -high - 1) & (codes <= high))
        return codes.clamp(-high - 1, high) * scale

    @staticmethod
    def backward(ctx, slope):
        (inside,) = ctx.saved_tensors
        return slope.sign() * inside, None, None


def fake_quantize(w, scale, bits):
    return Rounded.apply(w, scale, bits)


# %% wrong: the mask turned round -> gradient-passes
import torch


class Rounded(torch.autograd.Function):
    @staticmethod
    def forward(ctx, w, scale, bits):
        high = 2 ** (bits - 1) - 1
        codes = torch.round(w / scale)
        ctx.save_for_backward((codes >= -high - 1) & (codes <= high))
        return codes.clamp(-high - 1, high) * scale

    @staticmethod
    def backward(ctx, slope):
        (inside,) = ctx.saved_tensors
        return slope * ~inside, None, None


def fake_quantize(w, scale, bits):
    return Rounded.apply(w, scale, bits)


# %% wrong: gradient multiplied by the weight -> gradient-passes
import torch


class Rounded(torch.autograd.Function):
    @staticmethod
    def forward(ctx, w, scale, bits):
        ctx.w = w
        high = 2 ** (bits - 1) - 1
        codes = torch.round(w / scale)
        ctx.save_for_backward((codes >= -high - 1) & (codes <= high))
        return codes.clamp(-high - 1, high) * scale

    @staticmethod
    def backward(ctx, slope):
        (inside,) = ctx.saved_tensors
        return slope * inside * ctx.w, None, None


def fake_quantize(w, scale, bits):
    return Rounded.apply(w, scale, bits)


# %% wrong: no mask -> gradient-stops
import torch


class Rounded(torch.autograd.Function):
    @staticmethod
    def forward(ctx, w, scale, bits):
        high = 2 ** (bits - 1) - 1
        codes = torch.round(w / scale)
        ctx.save_for_backward((codes >= -high - 1) & (codes <= high))
        return codes.clamp(-high - 1, high) * scale

    @staticmethod
    def backward(ctx, slope):
        (inside,) = ctx.saved_tensors
        return slope, None, None


def fake_quantize(w, scale, bits):
    return Rounded.apply(w, scale, bits)


# %% wrong: detach around everything -> gradient-stops
import torch


def fake_quantize(w, scale, bits):
    high = 2 ** (bits - 1) - 1
    kept = w.clamp((-high - 1) * scale, high * scale)
    rounded = scale * (kept / scale).round()
    return w + (rounded - w).detach()


# %% wrong: stops above and not below -> gradient-stops
import torch


class Rounded(torch.autograd.Function):
    @staticmethod
    def forward(ctx, w, scale, bits):
        high = 2 ** (bits - 1) - 1
        codes = torch.round(w / scale)
        ctx.save_for_backward(codes <= high)
        return codes.clamp(-high - 1, high) * scale

    @staticmethod
    def backward(ctx, slope):
        (inside,) = ctx.saved_tensors
        return slope * inside, None, None


def fake_quantize(w, scale, bits):
    return Rounded.apply(w, scale, bits)


# %% wrong: a small gradient where clipped -> gradient-stops
import torch


class Rounded(torch.autograd.Function):
    @staticmethod
    def forward(ctx, w, scale, bits):
        high = 2 ** (bits - 1) - 1
        codes = torch.round(w / scale)
        ctx.save_for_backward((codes >= -high - 1) & (codes <= high))
        return codes.clamp(-high - 1, high) * scale

    @staticmethod
    def backward(ctx, slope):
        (inside,) = ctx.saved_tensors
        return slope * inside.float().clamp(min=0.1), None, None


def fake_quantize(w, scale, bits):
    return Rounded.apply(w, scale, bits)


# %% wrong: the mask a few steps too wide -> gradient-stops
import torch


class Rounded(torch.autograd.Function):
    @staticmethod
    def forward(ctx, w, scale, bits):
        high = 2 ** (bits - 1) - 1
        codes = torch.round(w / scale)
        ctx.save_for_backward((codes >= -high - 8) & (codes <= high + 8))
        return codes.clamp(-high - 1, high) * scale

    @staticmethod
    def backward(ctx, slope):
        (inside,) = ctx.saved_tensors
        return slope * inside, None, None


def fake_quantize(w, scale, bits):
    return Rounded.apply(w, scale, bits)


# %% wrong: the mask of the clipped codes -> gradient-stops
import torch


class Rounded(torch.autograd.Function):
    @staticmethod
    def forward(ctx, w, scale, bits):
        high = 2 ** (bits - 1) - 1
        codes = torch.round(w / scale).clamp(-high - 1, high)
        ctx.save_for_backward((codes >= -high - 1) & (codes <= high))
        return codes.clamp(-high - 1, high) * scale

    @staticmethod
    def backward(ctx, slope):
        (inside,) = ctx.saved_tensors
        return slope * inside, None, None


def fake_quantize(w, scale, bits):
    return Rounded.apply(w, scale, bits)


# %% wrong: not clipped -> forward
import torch


class Rounded(torch.autograd.Function):
    @staticmethod
    def forward(ctx, w, scale, bits):
        high = 2 ** (bits - 1) - 1
        codes = torch.round(w / scale)
        ctx.save_for_backward((codes >= -high - 1) & (codes <= high))
        return codes * scale

    @staticmethod
    def backward(ctx, slope):
        (inside,) = ctx.saved_tensors
        return slope * inside, None, None


def fake_quantize(w, scale, bits):
    return Rounded.apply(w, scale, bits)


# %% wrong: codes instead of values -> forward
import torch


class Rounded(torch.autograd.Function):
    @staticmethod
    def forward(ctx, w, scale, bits):
        high = 2 ** (bits - 1) - 1
        codes = torch.round(w / scale)
        ctx.save_for_backward((codes >= -high - 1) & (codes <= high))
        return codes.clamp(-high - 1, high)

    @staticmethod
    def backward(ctx, slope):
        (inside,) = ctx.saved_tensors
        return slope * inside, None, None


def fake_quantize(w, scale, bits):
    return Rounded.apply(w, scale, bits)


# %% wrong: not rounded -> forward
import torch


def fake_quantize(w, scale, bits):
    high = 2 ** (bits - 1) - 1
    kept = w.clamp((-high - 1) * scale, high * scale)
    rounded = scale * (kept / scale).round()
    return kept


# %% wrong: rounded down -> forward
import torch


class Rounded(torch.autograd.Function):
    @staticmethod
    def forward(ctx, w, scale, bits):
        high = 2 ** (bits - 1) - 1
        codes = torch.floor(w / scale)
        ctx.save_for_backward((codes >= -high - 1) & (codes <= high))
        return codes.clamp(-high - 1, high) * scale

    @staticmethod
    def backward(ctx, slope):
        (inside,) = ctx.saved_tensors
        return slope * inside, None, None


def fake_quantize(w, scale, bits):
    return Rounded.apply(w, scale, bits)


# %% wrong: cut off -> forward
import torch


class Rounded(torch.autograd.Function):
    @staticmethod
    def forward(ctx, w, scale, bits):
        high = 2 ** (bits - 1) - 1
        codes = torch.trunc(w / scale)
        ctx.save_for_backward((codes >= -high - 1) & (codes <= high))
        return codes.clamp(-high - 1, high) * scale

    @staticmethod
    def backward(ctx, slope):
        (inside,) = ctx.saved_tensors
        return slope * inside, None, None


def fake_quantize(w, scale, bits):
    return Rounded.apply(w, scale, bits)


# %% wrong: the lowest code left out -> forward
import torch


def fake_quantize(w, scale, bits):
    high = 2 ** (bits - 1) - 1
    kept = w.clamp(-high * scale, high * scale)
    rounded = scale * (kept / scale).round()
    return kept + (rounded - kept).detach()


# %% wrong: an unsigned code -> forward
import torch


class Rounded(torch.autograd.Function):
    @staticmethod
    def forward(ctx, w, scale, bits):
        high = 2 ** (bits - 1) - 1
        codes = torch.round(w / scale)
        ctx.save_for_backward((codes >= -high - 1) & (codes <= high))
        return codes.clamp(0, 2 * high + 1) * scale

    @staticmethod
    def backward(ctx, slope):
        (inside,) = ctx.saved_tensors
        return slope * inside, None, None


def fake_quantize(w, scale, bits):
    return Rounded.apply(w, scale, bits)


# %% wrong: one bit too many -> forward
import torch


class Rounded(torch.autograd.Function):
    @staticmethod
    def forward(ctx, w, scale, bits):
        high = 2 ** (bits) - 1
        codes = torch.round(w / scale)
        ctx.save_for_backward((codes >= -high - 1) & (codes <= high))
        return codes.clamp(-high - 1, high) * scale

    @staticmethod
    def backward(ctx, slope):
        (inside,) = ctx.saved_tensors
        return slope * inside, None, None


def fake_quantize(w, scale, bits):
    return Rounded.apply(w, scale, bits)


# %% wrong: clipped at the range in values -> forward
import torch


def fake_quantize(w, scale, bits):
    high = 2 ** (bits - 1) - 1
    kept = w.clamp(-high - 1, high)
    rounded = scale * (kept / scale).round()
    return kept + (rounded - kept).detach()


# %% wrong: w changed in place -> forward
import torch


def fake_quantize(w, scale, bits):
    high = 2 ** (bits - 1) - 1
    kept = w.data.clamp_((-high - 1) * scale, high * scale)
    rounded = scale * (kept / scale).round()
    return kept + (rounded - kept).detach()


# %% wrong: the first bits kept -> forward
import torch


HIGH = []


def fake_quantize(w, scale, bits):
    HIGH.append(2 ** (bits - 1) - 1)
    high = HIGH[0]
    kept = w.clamp((-high - 1) * scale, high * scale)
    rounded = scale * (kept / scale).round()
    return kept + (rounded - kept).detach()


# %% wrong: the gradients averaged over all weights -> learns
import torch


class Rounded(torch.autograd.Function):
    @staticmethod
    def forward(ctx, w, scale, bits):
        high = 2 ** (bits - 1) - 1
        codes = torch.round(w / scale)
        ctx.save_for_backward((codes >= -high - 1) & (codes <= high))
        return codes.clamp(-high - 1, high) * scale

    @staticmethod
    def backward(ctx, slope):
        (inside,) = ctx.saved_tensors
        return slope.mean() * inside, None, None


def fake_quantize(w, scale, bits):
    return Rounded.apply(w, scale, bits)


# %% wrong: a gradient only at the first calls -> learns
import torch


class Rounded(torch.autograd.Function):
    @staticmethod
    def forward(ctx, w, scale, bits):
        high = 2 ** (bits - 1) - 1
        codes = torch.round(w / scale)
        ctx.save_for_backward((codes >= -high - 1) & (codes <= high))
        return codes.clamp(-high - 1, high) * scale

    @staticmethod
    def backward(ctx, slope):
        (inside,) = ctx.saved_tensors
        return slope * inside, None, None


CALLS = []


def fake_quantize(w, scale, bits):
    CALLS.append(1)
    if len(CALLS) > 8:
        w = w + 0 * w.detach()
        w.register_hook(lambda slope: slope * 0)
    return Rounded.apply(w, scale, bits)


# %% wrong: downhill turned uphill -> learns
import torch


class Rounded(torch.autograd.Function):
    @staticmethod
    def forward(ctx, w, scale, bits):
        high = 2 ** (bits - 1) - 1
        codes = torch.round(w / scale)
        ctx.save_for_backward((codes >= -high - 1) & (codes <= high))
        return codes.clamp(-high - 1, high) * scale

    @staticmethod
    def backward(ctx, slope):
        (inside,) = ctx.saved_tensors
        return -slope * inside, None, None


def fake_quantize(w, scale, bits):
    return Rounded.apply(w, scale, bits)
