"""Solutions of write_clip_norm: right ones in other words, and wrong ones with their claim."""

# %% right: a sum of squares, in a loop
import torch


def clip_gradients(parameters, max_norm):
    parameters = list(parameters)
    total = 0.0
    for p in parameters:
        if p.grad is not None:
            total += float((p.grad**2).sum())
    norm = total**0.5
    if norm > max_norm:
        for p in parameters:
            if p.grad is not None:
                p.grad *= max_norm / norm
    return torch.tensor(norm)


# %% right: one long vector, new gradients
import torch


def clip_gradients(parameters, max_norm):
    some = [p for p in parameters if p.grad is not None]
    if len(some) == 0:
        return torch.zeros(())
    norm = torch.linalg.vector_norm(torch.cat([p.grad.reshape(-1) for p in some]))
    factor = min(1.0, max_norm / norm.item())
    for p in some:
        p.grad = p.grad * factor
    return norm


# %% wrong: each parameter by its own norm -> equals-torch
import torch


def clip_gradients(parameters, max_norm):
    grads = [p.grad for p in parameters if p.grad is not None]
    total = torch.tensor(sum(float(g.norm() ** 2) for g in grads)).sqrt()
    for g in grads:
        g.mul_((max_norm / g.norm()).clamp(max=1.0))
    return total


# %% wrong: single numbers cut off -> equals-torch
import torch


def clip_gradients(parameters, max_norm):
    grads = [p.grad for p in parameters if p.grad is not None]
    total = torch.tensor(sum(float(g.norm() ** 2) for g in grads)).sqrt()
    for g in grads:
        g.clamp_(-max_norm, max_norm)
    return total


# %% wrong: norms added -> equals-torch
import torch


def clip_gradients(parameters, max_norm):
    grads = [p.grad for p in parameters if p.grad is not None]
    total = torch.tensor(sum(float(g.norm()) for g in grads))
    for g in grads:
        g.mul_((max_norm / (total + 1e-6)).clamp(max=1.0))
    return total


# %% wrong: the root forgotten -> equals-torch
import torch


def clip_gradients(parameters, max_norm):
    grads = [p.grad for p in parameters if p.grad is not None]
    total = torch.tensor(sum(float((g**2).sum()) for g in grads))
    for g in grads:
        g.mul_((max_norm / (total + 1e-6)).clamp(max=1.0))
    return total


# %% wrong: absolute values -> equals-torch
import torch


def clip_gradients(parameters, max_norm):
    grads = [p.grad for p in parameters if p.grad is not None]
    total = torch.tensor(sum(float(g.abs().sum()) for g in grads))
    for g in grads:
        g.mul_((max_norm / (total + 1e-6)).clamp(max=1.0))
    return total


# %% wrong: the largest number -> equals-torch
import torch


def clip_gradients(parameters, max_norm):
    grads = [p.grad for p in parameters if p.grad is not None]
    total = torch.tensor(max([float(g.abs().max()) for g in grads], default=0.0))
    for g in grads:
        g.mul_((max_norm / (total + 1e-6)).clamp(max=1.0))
    return total


# %% wrong: the norm of the weights -> equals-torch
import torch


def clip_gradients(parameters, max_norm):
    some = [p for p in parameters if p.grad is not None]
    total = torch.tensor(sum(float((p.detach() ** 2).sum()) for p in some)).sqrt()
    for p in some:
        p.grad.mul_((max_norm / (total + 1e-6)).clamp(max=1.0))
    return total


# %% wrong: a copy is scaled -> equals-torch
import torch


def clip_gradients(parameters, max_norm):
    grads = [p.grad for p in parameters if p.grad is not None]
    total = torch.tensor(sum(float((g**2).sum()) for g in grads)).sqrt()
    for g in grads:
        g = g * (max_norm / (total + 1e-6)).clamp(max=1.0)
    return total


# %% wrong: the generator is used up -> equals-torch
import torch


def clip_gradients(parameters, max_norm):
    squares = [(p.grad**2).sum() for p in parameters if p.grad is not None]
    total = torch.stack(squares).sum().sqrt() if squares else torch.tensor(0.0)
    for p in parameters:
        if p.grad is not None:
            p.grad.mul_((max_norm / (total + 1e-6)).clamp(max=1.0))
    return total


# %% wrong: norm after clipping -> norm-before
import torch


def clip_gradients(parameters, max_norm):
    grads = [p.grad for p in parameters if p.grad is not None]
    if not grads:
        return torch.tensor(0.0)
    total = torch.stack([g.norm() for g in grads]).norm()
    for g in grads:
        g.mul_((max_norm / (total + 1e-6)).clamp(max=1.0))
    return torch.stack([g.norm() for g in grads]).norm()


# %% wrong: the factor returned -> norm-before
import torch


def clip_gradients(parameters, max_norm):
    grads = [p.grad for p in parameters if p.grad is not None]
    if not grads:
        return torch.tensor(0.0)
    factor = (max_norm / torch.stack([g.norm() for g in grads]).norm()).clamp(max=1.0)
    for g in grads:
        g.mul_(factor)
    return factor


# %% wrong: nothing returned -> norm-before
import torch


def clip_gradients(parameters, max_norm):
    grads = [p.grad for p in parameters if p.grad is not None]
    total = torch.tensor(sum(float((g**2).sum()) for g in grads)).sqrt()
    for g in grads:
        g.mul_((max_norm / (total + 1e-6)).clamp(max=1.0))


# %% wrong: small gradients enlarged -> small-ones-stay
import torch


def clip_gradients(parameters, max_norm):
    grads = [p.grad for p in parameters if p.grad is not None]
    total = torch.tensor(sum(float((g**2).sum()) for g in grads)).sqrt()
    for g in grads:
        g.mul_(max_norm / (total + 1e-6))
    return total


# %% wrong: a factor just below 1 -> small-ones-stay
import torch


def clip_gradients(parameters, max_norm):
    grads = [p.grad for p in parameters if p.grad is not None]
    total = torch.tensor(sum(float((g**2).sum()) for g in grads)).sqrt()
    for g in grads:
        g.mul_(max_norm / total.clamp(min=max_norm) * (1 - 1e-6))
    return total


# %% wrong: None is read -> none-gradients
import torch


def clip_gradients(parameters, max_norm):
    grads = [p.grad for p in parameters]
    total = torch.stack([g.norm() for g in grads]).norm()
    for g in grads:
        g.mul_((max_norm / (total + 1e-6)).clamp(max=1.0))
    return total


# %% wrong: nothing to stack -> none-gradients
import torch


def clip_gradients(parameters, max_norm):
    grads = [p.grad for p in parameters if p.grad is not None]
    total = torch.stack([g.norm() for g in grads]).norm()
    for g in grads:
        g.mul_((max_norm / (total + 1e-6)).clamp(max=1.0))
    return total


# %% wrong: None turned into zeros -> none-gradients
import torch


def clip_gradients(parameters, max_norm):
    parameters = list(parameters)
    for p in parameters:
        if p.grad is None:
            p.grad = torch.zeros_like(p)
    total = torch.stack([p.grad.norm() for p in parameters]).norm()
    for p in parameters:
        p.grad.mul_((max_norm / (total + 1e-6)).clamp(max=1.0))
    return total


# %% wrong: the weights are scaled too -> weights-stay
import torch


def clip_gradients(parameters, max_norm):
    some = [p for p in parameters if p.grad is not None]
    total = torch.tensor(sum(float((p.grad**2).sum()) for p in some)).sqrt()
    factor = (max_norm / (total + 1e-6)).clamp(max=1.0)
    for p in some:
        p.grad.mul_(factor)
        p.data.mul_(factor)
    return total
