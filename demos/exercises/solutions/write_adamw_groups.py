"""Solutions of write_adamw_groups: right ones in other words, and wrong ones with their claim."""

# %% right: a dict per parameter
import torch


def adamw_step(parameters, state, lr, betas, eps, decay):
    b1, b2 = betas
    with torch.no_grad():
        for p in parameters:
            if p.grad is None:
                continue
            own = state.setdefault(p, {"m": torch.zeros_like(p), "v": torch.zeros_like(p), "t": 0})
            own["t"] += 1
            t = own["t"]
            g = p.grad
            own["m"] = b1 * own["m"] + (1 - b1) * g
            own["v"] = b2 * own["v"] + (1 - b2) * g * g
            m, v = own["m"] / (1 - b1**t), own["v"] / (1 - b2**t)
            if p.ndim >= 2:
                p.mul_(1 - lr * decay)
            p -= lr * m / (v.sqrt() + eps)


# %% right: lists by place, the decay in the update
import torch


@torch.no_grad()
def adamw_step(parameters, state, lr, betas, eps, decay):
    for i, p in enumerate(parameters):
        if p.grad is not None:
            if i not in state:
                state[i] = [torch.zeros_like(p), torch.zeros_like(p), 0]
            m, v, _ = state[i]
            state[i][2] += 1
            t = state[i][2]
            m.mul_(betas[0]).add_(p.grad, alpha=1 - betas[0])
            v.mul_(betas[1]).addcmul_(p.grad, p.grad, value=1 - betas[1])
            update = m / (1 - betas[0] ** t) / ((v / (1 - betas[1] ** t)).sqrt() + eps)
            if p.dim() > 1:
                update = update + decay * p
            p.add_(update, alpha=-lr)


# %% wrong: no bias correction -> equals-torch
import torch


def adamw_step(parameters, state, lr, betas, eps, decay):
    b1, b2 = betas
    with torch.no_grad():
        for p in parameters:
            if p.grad is None:
                continue
            own = state.setdefault(p, {"m": torch.zeros_like(p), "v": torch.zeros_like(p), "t": 0})
            own["t"] += 1
            t = own["t"]
            g = p.grad
            own["m"] = b1 * own["m"] + (1 - b1) * g
            own["v"] = b2 * own["v"] + (1 - b2) * g * g
            m, v = own["m"], own["v"]
            if p.ndim >= 2:
                p.mul_(1 - lr * decay)
            p -= lr * m / (v.sqrt() + eps)


# %% wrong: corrected moments kept -> equals-torch
import torch


def adamw_step(parameters, state, lr, betas, eps, decay):
    b1, b2 = betas
    with torch.no_grad():
        for p in parameters:
            if p.grad is None:
                continue
            own = state.setdefault(p, {"m": torch.zeros_like(p), "v": torch.zeros_like(p), "t": 0})
            own["t"] += 1
            t = own["t"]
            g = p.grad
            own["m"] = b1 * own["m"] + (1 - b1) * g
            own["v"] = b2 * own["v"] + (1 - b2) * g * g
            own["m"], own["v"] = own["m"] / (1 - b1**t), own["v"] / (1 - b2**t)
            m, v = own["m"], own["v"]
            if p.ndim >= 2:
                p.mul_(1 - lr * decay)
            p -= lr * m / (v.sqrt() + eps)


# %% wrong: decay through the moments -> equals-torch
import torch


def adamw_step(parameters, state, lr, betas, eps, decay):
    b1, b2 = betas
    with torch.no_grad():
        for p in parameters:
            if p.grad is None:
                continue
            own = state.setdefault(p, {"m": torch.zeros_like(p), "v": torch.zeros_like(p), "t": 0})
            own["t"] += 1
            t = own["t"]
            g = p.grad + decay * p if p.ndim >= 2 else p.grad
            own["m"] = b1 * own["m"] + (1 - b1) * g
            own["v"] = b2 * own["v"] + (1 - b2) * g * g
            m, v = own["m"] / (1 - b1**t), own["v"] / (1 - b2**t)

            p -= lr * m / (v.sqrt() + eps)


# %% wrong: no decay -> equals-torch
import torch


def adamw_step(parameters, state, lr, betas, eps, decay):
    b1, b2 = betas
    with torch.no_grad():
        for p in parameters:
            if p.grad is None:
                continue
            own = state.setdefault(p, {"m": torch.zeros_like(p), "v": torch.zeros_like(p), "t": 0})
            own["t"] += 1
            t = own["t"]
            g = p.grad
            own["m"] = b1 * own["m"] + (1 - b1) * g
            own["v"] = b2 * own["v"] + (1 - b2) * g * g
            m, v = own["m"] / (1 - b1**t), own["v"] / (1 - b2**t)

            p -= lr * m / (v.sqrt() + eps)


# %% wrong: the decay without the rate -> equals-torch
import torch


def adamw_step(parameters, state, lr, betas, eps, decay):
    b1, b2 = betas
    with torch.no_grad():
        for p in parameters:
            if p.grad is None:
                continue
            own = state.setdefault(p, {"m": torch.zeros_like(p), "v": torch.zeros_like(p), "t": 0})
            own["t"] += 1
            t = own["t"]
            g = p.grad
            own["m"] = b1 * own["m"] + (1 - b1) * g
            own["v"] = b2 * own["v"] + (1 - b2) * g * g
            m, v = own["m"] / (1 - b1**t), own["v"] / (1 - b2**t)
            if p.ndim >= 2:
                p.mul_(1 - decay)
            p -= lr * m / (v.sqrt() + eps)


# %% wrong: matrices are those with two dimensions only -> equals-torch
import torch


def adamw_step(parameters, state, lr, betas, eps, decay):
    b1, b2 = betas
    with torch.no_grad():
        for p in parameters:
            if p.grad is None:
                continue
            own = state.setdefault(p, {"m": torch.zeros_like(p), "v": torch.zeros_like(p), "t": 0})
            own["t"] += 1
            t = own["t"]
            g = p.grad
            own["m"] = b1 * own["m"] + (1 - b1) * g
            own["v"] = b2 * own["v"] + (1 - b2) * g * g
            m, v = own["m"] / (1 - b1**t), own["v"] / (1 - b2**t)
            if p.ndim == 2:
                p.mul_(1 - lr * decay)
            p -= lr * m / (v.sqrt() + eps)


# %% wrong: state made anew each time -> equals-torch
import torch


def adamw_step(parameters, state, lr, betas, eps, decay):
    b1, b2 = betas
    with torch.no_grad():
        for p in parameters:
            if p.grad is None:
                continue
            own = {"m": torch.zeros_like(p), "v": torch.zeros_like(p), "t": 0}
            own["t"] += 1
            t = own["t"]
            g = p.grad
            own["m"] = b1 * own["m"] + (1 - b1) * g
            own["v"] = b2 * own["v"] + (1 - b2) * g * g
            m, v = own["m"] / (1 - b1**t), own["v"] / (1 - b2**t)
            if p.ndim >= 2:
                p.mul_(1 - lr * decay)
            p -= lr * m / (v.sqrt() + eps)


# %% wrong: one state for all of a shape -> equals-torch
import torch


def adamw_step(parameters, state, lr, betas, eps, decay):
    b1, b2 = betas
    with torch.no_grad():
        for p in parameters:
            if p.grad is None:
                continue
            own = state.setdefault(p.ndim, {"m": 0.0, "v": 0.0, "t": 0})
            own["t"] += 1
            t = own["t"]
            g = p.grad
            own["m"] = b1 * own["m"] + (1 - b1) * g
            own["v"] = b2 * own["v"] + (1 - b2) * g * g
            m, v = own["m"] / (1 - b1**t), own["v"] / (1 - b2**t)
            if p.ndim >= 2:
                p.mul_(1 - lr * decay)
            p -= lr * m / (v.sqrt() + eps)


# %% wrong: decay for all -> vectors-without-decay
import torch


def adamw_step(parameters, state, lr, betas, eps, decay):
    b1, b2 = betas
    with torch.no_grad():
        for p in parameters:
            if p.grad is None:
                continue
            own = state.setdefault(p, {"m": torch.zeros_like(p), "v": torch.zeros_like(p), "t": 0})
            own["t"] += 1
            t = own["t"]
            g = p.grad
            own["m"] = b1 * own["m"] + (1 - b1) * g
            own["v"] = b2 * own["v"] + (1 - b2) * g * g
            m, v = own["m"] / (1 - b1**t), own["v"] / (1 - b2**t)
            p.mul_(1 - lr * decay)
            p -= lr * m / (v.sqrt() + eps)


# %% wrong: decay for vectors of more than one number -> vectors-without-decay
import torch


def adamw_step(parameters, state, lr, betas, eps, decay):
    b1, b2 = betas
    with torch.no_grad():
        for p in parameters:
            if p.grad is None:
                continue
            own = state.setdefault(p, {"m": torch.zeros_like(p), "v": torch.zeros_like(p), "t": 0})
            own["t"] += 1
            t = own["t"]
            g = p.grad
            own["m"] = b1 * own["m"] + (1 - b1) * g
            own["v"] = b2 * own["v"] + (1 - b2) * g * g
            m, v = own["m"] / (1 - b1**t), own["v"] / (1 - b2**t)
            if p.numel() > 1:
                p.mul_(1 - lr * decay)
            p -= lr * m / (v.sqrt() + eps)


# %% wrong: decay for what is not a single number's shape -> vectors-without-decay
import torch


def adamw_step(parameters, state, lr, betas, eps, decay):
    b1, b2 = betas
    with torch.no_grad():
        for p in parameters:
            if p.grad is None:
                continue
            own = state.setdefault(p, {"m": torch.zeros_like(p), "v": torch.zeros_like(p), "t": 0})
            own["t"] += 1
            t = own["t"]
            g = p.grad
            own["m"] = b1 * own["m"] + (1 - b1) * g
            own["v"] = b2 * own["v"] + (1 - b2) * g * g
            m, v = own["m"] / (1 - b1**t), own["v"] / (1 - b2**t)
            if p.shape != (1,):
                p.mul_(1 - lr * decay)
            p -= lr * m / (v.sqrt() + eps)


# %% wrong: None is read -> none-gradients
import torch


def adamw_step(parameters, state, lr, betas, eps, decay):
    b1, b2 = betas
    with torch.no_grad():
        for p in parameters:
            own = state.setdefault(p, {"m": torch.zeros_like(p), "v": torch.zeros_like(p), "t": 0})
            own["t"] += 1
            t = own["t"]
            g = p.grad
            own["m"] = b1 * own["m"] + (1 - b1) * g
            own["v"] = b2 * own["v"] + (1 - b2) * g * g
            m, v = own["m"] / (1 - b1**t), own["v"] / (1 - b2**t)
            if p.ndim >= 2:
                p.mul_(1 - lr * decay)
            p -= lr * m / (v.sqrt() + eps)


# %% wrong: None is a gradient of zeros -> none-gradients
import torch


def adamw_step(parameters, state, lr, betas, eps, decay):
    b1, b2 = betas
    with torch.no_grad():
        for p in parameters:
            if p.grad is None:
                p.grad = torch.zeros_like(p)
            own = state.setdefault(p, {"m": torch.zeros_like(p), "v": torch.zeros_like(p), "t": 0})
            own["t"] += 1
            t = own["t"]
            g = p.grad
            own["m"] = b1 * own["m"] + (1 - b1) * g
            own["v"] = b2 * own["v"] + (1 - b2) * g * g
            m, v = own["m"] / (1 - b1**t), own["v"] / (1 - b2**t)
            if p.ndim >= 2:
                p.mul_(1 - lr * decay)
            p -= lr * m / (v.sqrt() + eps)


# %% wrong: shrinks without a gradient -> none-gradients
import torch


def adamw_step(parameters, state, lr, betas, eps, decay):
    b1, b2 = betas
    with torch.no_grad():
        for p in parameters:
            if p.grad is None:
                p.mul_(1 - lr * decay)
                continue
            own = state.setdefault(p, {"m": torch.zeros_like(p), "v": torch.zeros_like(p), "t": 0})
            own["t"] += 1
            t = own["t"]
            g = p.grad
            own["m"] = b1 * own["m"] + (1 - b1) * g
            own["v"] = b2 * own["v"] + (1 - b2) * g * g
            m, v = own["m"] / (1 - b1**t), own["v"] / (1 - b2**t)
            if p.ndim >= 2:
                p.mul_(1 - lr * decay)
            p -= lr * m / (v.sqrt() + eps)


# %% wrong: one count of steps for all -> none-gradients
import torch


def adamw_step(parameters, state, lr, betas, eps, decay):
    b1, b2 = betas
    state["t"] = state.get("t", 0) + 1
    with torch.no_grad():
        for p in parameters:
            if p.grad is None:
                continue
            own = state.setdefault(p, {"m": torch.zeros_like(p), "v": torch.zeros_like(p), "t": 0})
            t = state["t"]
            g = p.grad
            own["m"] = b1 * own["m"] + (1 - b1) * g
            own["v"] = b2 * own["v"] + (1 - b2) * g * g
            m, v = own["m"] / (1 - b1**t), own["v"] / (1 - b2**t)
            if p.ndim >= 2:
                p.mul_(1 - lr * decay)
            p -= lr * m / (v.sqrt() + eps)


# %% wrong: stops at the first without a gradient -> none-gradients
import torch


def adamw_step(parameters, state, lr, betas, eps, decay):
    b1, b2 = betas
    with torch.no_grad():
        for p in parameters:
            if p.grad is None:
                break
            own = state.setdefault(p, {"m": torch.zeros_like(p), "v": torch.zeros_like(p), "t": 0})
            own["t"] += 1
            t = own["t"]
            g = p.grad
            own["m"] = b1 * own["m"] + (1 - b1) * g
            own["v"] = b2 * own["v"] + (1 - b2) * g * g
            m, v = own["m"] / (1 - b1**t), own["v"] / (1 - b2**t)
            if p.ndim >= 2:
                p.mul_(1 - lr * decay)
            p -= lr * m / (v.sqrt() + eps)


# %% wrong: a copy is changed -> in-place
import torch


def adamw_step(parameters, state, lr, betas, eps, decay):
    b1, b2 = betas
    with torch.no_grad():
        for p in parameters:
            if p.grad is None:
                continue
            own = state.setdefault(p, {"m": torch.zeros_like(p), "v": torch.zeros_like(p), "t": 0})
            own["t"] += 1
            t = own["t"]
            g = p.grad
            own["m"] = b1 * own["m"] + (1 - b1) * g
            own["v"] = b2 * own["v"] + (1 - b2) * g * g
            m, v = own["m"] / (1 - b1**t), own["v"] / (1 - b2**t)
            if p.ndim >= 2:
                p.mul_(1 - lr * decay)
            p = p - lr * m / (v.sqrt() + eps)


# %% wrong: new data -> in-place
import torch


def adamw_step(parameters, state, lr, betas, eps, decay):
    b1, b2 = betas
    with torch.no_grad():
        for p in parameters:
            if p.grad is None:
                continue
            own = state.setdefault(p, {"m": torch.zeros_like(p), "v": torch.zeros_like(p), "t": 0})
            own["t"] += 1
            t = own["t"]
            g = p.grad
            own["m"] = b1 * own["m"] + (1 - b1) * g
            own["v"] = b2 * own["v"] + (1 - b2) * g * g
            m, v = own["m"] / (1 - b1**t), own["v"] / (1 - b2**t)
            if p.ndim >= 2:
                p.mul_(1 - lr * decay)
            p.data = p - lr * m / (v.sqrt() + eps)


# %% wrong: the gradient is changed -> in-place
import torch


def adamw_step(parameters, state, lr, betas, eps, decay):
    b1, b2 = betas
    with torch.no_grad():
        for p in parameters:
            if p.grad is None:
                continue
            own = state.setdefault(p, {"m": torch.zeros_like(p), "v": torch.zeros_like(p), "t": 0})
            own["t"] += 1
            t = own["t"]
            g = p.grad.mul_(1.0 if p.ndim >= 2 else 0.5)
            own["m"] = b1 * own["m"] + (1 - b1) * g
            own["v"] = b2 * own["v"] + (1 - b2) * g * g
            m, v = own["m"] / (1 - b1**t), own["v"] / (1 - b2**t)
            if p.ndim >= 2:
                p.mul_(1 - lr * decay)
            p -= lr * m / (v.sqrt() + eps)


# %% wrong: zeroes the gradients -> in-place
import torch


def adamw_step(parameters, state, lr, betas, eps, decay):
    b1, b2 = betas
    with torch.no_grad():
        for p in parameters:
            if p.grad is None:
                continue
            own = state.setdefault(p, {"m": torch.zeros_like(p), "v": torch.zeros_like(p), "t": 0})
            own["t"] += 1
            t = own["t"]
            g = p.grad
            own["m"] = b1 * own["m"] + (1 - b1) * g
            own["v"] = b2 * own["v"] + (1 - b2) * g * g
            m, v = own["m"] / (1 - b1**t), own["v"] / (1 - b2**t)
            if p.ndim >= 2:
                p.mul_(1 - lr * decay)
            p -= lr * m / (v.sqrt() + eps)
            p.grad = torch.zeros_like(p)


# %% wrong: state in the module -> state-of-its-own
import torch

KEPT = {}


def adamw_step(parameters, state, lr, betas, eps, decay):
    b1, b2 = betas
    with torch.no_grad():
        if not state:
            KEPT.clear()
            state[0] = True
        for i, p in enumerate(parameters):
            if p.grad is None:
                continue
            own = KEPT.setdefault(i, {"m": torch.zeros_like(p), "v": torch.zeros_like(p), "t": 0})
            own["t"] += 1
            t = own["t"]
            g = p.grad
            own["m"] = b1 * own["m"] + (1 - b1) * g
            own["v"] = b2 * own["v"] + (1 - b2) * g * g
            m, v = own["m"] / (1 - b1**t), own["v"] / (1 - b2**t)
            if p.ndim >= 2:
                p.mul_(1 - lr * decay)
            p -= lr * m / (v.sqrt() + eps)
