"""Solutions of write_attention: right ones in other words, and wrong ones with their claim."""

# %% right: places compared
import math
import torch


def attention(q, k, v):
    n, m = q.size(-2), k.size(-2)
    scores = torch.einsum("bhid,bhjd->bhij", q, k) / math.sqrt(q.size(-1))
    i = torch.arange(m - n, m)[:, None]
    j = torch.arange(m)[None, :]
    weights = torch.softmax(torch.where(j <= i, scores, -torch.inf), dim=-1)
    return torch.einsum("bhij,bhjd->bhid", weights, v)


# %% right: a loop over queries that reads what it may see
import torch


def attention(q, k, v):
    n, m = q.shape[2], k.shape[2]
    rows = []
    for i in range(n):
        until = m - n + i + 1
        scores = (q[:, :, i : i + 1] * k[:, :, :until]).sum(-1) * q.shape[-1] ** -0.5
        scores = scores - scores.max(-1, keepdim=True).values
        weights = scores.exp() / scores.exp().sum(-1, keepdim=True)
        rows.append((weights[..., None] * v[:, :, :until]).sum(2))
    return torch.stack(rows, 2)


# %% right: minus infinity added
import torch


def attention(q, k, v):
    n, m = q.shape[-2], k.shape[-2]
    bias = torch.full((n, m), float("-inf")).triu(m - n + 1)
    return (q @ k.mT * q.shape[-1] ** -0.5 + bias).softmax(-1) @ v


# %% wrong: no mask -> equals-torch
def attention(q, k, v):
    return (q @ k.transpose(-2, -1) / q.shape[-1] ** 0.5).softmax(-1) @ v


# %% wrong: no scale -> equals-torch
import torch


def attention(q, k, v):
    n, m = q.shape[-2], k.shape[-2]
    seen = torch.ones(n, m, dtype=torch.bool).tril(m - n)
    return (q @ k.transpose(-2, -1)).masked_fill(~seen, float("-inf")).softmax(-1) @ v


# %% wrong: divided by d -> equals-torch
import torch


def attention(q, k, v):
    n, m = q.shape[-2], k.shape[-2]
    seen = torch.ones(n, m, dtype=torch.bool).tril(m - n)
    scores = q @ k.transpose(-2, -1) / q.shape[-1]
    return scores.masked_fill(~seen, float("-inf")).softmax(-1) @ v


# %% wrong: the root of the length -> equals-torch
import torch


def attention(q, k, v):
    n, m = q.shape[-2], k.shape[-2]
    seen = torch.ones(n, m, dtype=torch.bool).tril(m - n)
    scores = q @ k.transpose(-2, -1) / m**0.5
    return scores.masked_fill(~seen, float("-inf")).softmax(-1) @ v


# %% wrong: softmax over the queries -> equals-torch
import torch


def attention(q, k, v):
    n, m = q.shape[-2], k.shape[-2]
    seen = torch.ones(n, m, dtype=torch.bool).tril(m - n)
    scores = q @ k.transpose(-2, -1) / q.shape[-1] ** 0.5
    return scores.masked_fill(~seen, float("-inf")).softmax(-2).nan_to_num() @ v


# %% wrong: masked after the softmax -> equals-torch
import torch


def attention(q, k, v):
    n, m = q.shape[-2], k.shape[-2]
    seen = torch.ones(n, m).tril(m - n)
    return ((q @ k.transpose(-2, -1) / q.shape[-1] ** 0.5).softmax(-1) * seen) @ v


# %% wrong: hidden scores set to 0 -> equals-torch
import torch


def attention(q, k, v):
    n, m = q.shape[-2], k.shape[-2]
    seen = torch.ones(n, m, dtype=torch.bool).tril(m - n)
    scores = q @ k.transpose(-2, -1) / q.shape[-1] ** 0.5
    return scores.masked_fill(~seen, 0.0).softmax(-1) @ v


# %% wrong: the mask turned round -> equals-torch
import torch


def attention(q, k, v):
    n, m = q.shape[-2], k.shape[-2]
    seen = torch.ones(n, m, dtype=torch.bool).triu(m - n)
    scores = q @ k.transpose(-2, -1) / q.shape[-1] ** 0.5
    return scores.masked_fill(~seen, float("-inf")).softmax(-1) @ v


# %% wrong: a query does not see its own key -> equals-torch
import torch


def attention(q, k, v):
    n, m = q.shape[-2], k.shape[-2]
    seen = torch.ones(n, m, dtype=torch.bool).tril(m - n - 1)
    scores = q @ k.transpose(-2, -1) / q.shape[-1] ** 0.5
    return scores.masked_fill(~seen, float("-inf")).softmax(-1).nan_to_num() @ v


# %% wrong: heads put into one -> equals-torch
import torch


def attention(q, k, v):
    b, h, n, d = q.shape
    m = k.shape[2]
    seen = torch.ones(n, m, dtype=torch.bool).tril(m - n)
    scores = (q @ k.transpose(-2, -1)).mean(1, keepdim=True) / d**0.5
    return scores.masked_fill(~seen, float("-inf")).softmax(-1) @ v


# %% wrong: a small number that large scores overcome -> future-hidden
import torch


def attention(q, k, v):
    n, m = q.shape[-2], k.shape[-2]
    hidden = torch.ones(n, m).tril(m - n) == 0
    scores = q @ k.transpose(-2, -1) / q.shape[-1] ** 0.5
    return (scores - 100.0 * hidden).softmax(-1) @ v


# %% wrong: -20 in place of minus infinity -> future-hidden
import torch


def attention(q, k, v):
    n, m = q.shape[-2], k.shape[-2]
    hidden = torch.ones(n, m).tril(m - n) == 0
    scores = q @ k.transpose(-2, -1) / q.shape[-1] ** 0.5
    return (scores + torch.where(hidden, -20.0, 0.0)).softmax(-1) @ v


# %% wrong: aligned with the first keys -> cached-keys
import torch


def attention(q, k, v):
    n, m = q.shape[-2], k.shape[-2]
    seen = torch.ones(n, m, dtype=torch.bool).tril()
    scores = q @ k.transpose(-2, -1) / q.shape[-1] ** 0.5
    return scores.masked_fill(~seen, float("-inf")).softmax(-1) @ v


# %% wrong: as many keys as queries -> cached-keys
import torch


def attention(q, k, v):
    n = q.shape[-2]
    seen = torch.ones(n, n, dtype=torch.bool).tril()
    scores = q @ k.transpose(-2, -1) / q.shape[-1] ** 0.5
    return scores.masked_fill(~seen, float("-inf")).softmax(-1) @ v


# %% wrong: exponentials without the maximum -> large-scores
import torch


def attention(q, k, v):
    n, m = q.shape[-2], k.shape[-2]
    seen = torch.ones(n, m, dtype=torch.bool).tril(m - n)
    scores = q @ k.transpose(-2, -1) / q.shape[-1] ** 0.5
    weights = scores.masked_fill(~seen, float("-inf")).exp()
    return weights / weights.sum(-1, keepdim=True) @ v


# %% wrong: a small ε in the sum -> large-scores
import torch


def attention(q, k, v):
    n, m = q.shape[-2], k.shape[-2]
    seen = torch.ones(n, m, dtype=torch.bool).tril(m - n)
    scores = q @ k.transpose(-2, -1) / q.shape[-1] ** 0.5
    weights = scores.clamp(-50, 50).masked_fill(~seen, float("-inf")).exp()
    return weights / (weights.sum(-1, keepdim=True) + 1e-9) @ v


# %% wrong: weights without a graph -> gradients
import torch


def attention(q, k, v):
    n, m = q.shape[-2], k.shape[-2]
    seen = torch.ones(n, m, dtype=torch.bool).tril(m - n)
    with torch.no_grad():
        scores = q @ k.transpose(-2, -1) / q.shape[-1] ** 0.5
        weights = scores.masked_fill(~seen, float("-inf")).softmax(-1)
    return weights @ v


# %% wrong: the sum of the weights detached -> gradients
import torch


def attention(q, k, v):
    n, m = q.shape[-2], k.shape[-2]
    seen = torch.ones(n, m, dtype=torch.bool).tril(m - n)
    scores = (q @ k.transpose(-2, -1) / q.shape[-1] ** 0.5).masked_fill(~seen, float("-inf"))
    weights = (scores - scores.max(-1, keepdim=True).values).exp()
    return weights / weights.sum(-1, keepdim=True).detach() @ v
