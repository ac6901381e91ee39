"""Solutions of write_grouped_attention: right ones, and wrong ones with their claim."""

# %% right: an axis for those who share
import torch


def grouped_attention(q, k, v):
    b, h, n, d = q.shape
    g, m = k.shape[1:3]
    q = q.reshape(b, g, h // g, n, d)
    scores = torch.einsum("bgsnd,bgmd->bgsnm", q, k) * d**-0.5
    hidden = torch.ones(n, m).triu(m - n + 1).bool()
    weights = scores.masked_fill(hidden, -torch.inf).softmax(-1)
    return torch.einsum("bgsnm,bgmd->bgsnd", weights, v).reshape(b, h, n, d)


# %% right: head by head
import torch


def grouped_attention(q, k, v):
    h, g, n, m = q.shape[1], k.shape[1], q.shape[2], k.shape[2]
    bias = torch.full((n, m), float("-inf")).triu(m - n + 1)
    heads = []
    for i in range(h):
        j = i // (h // g)
        scores = q[:, i] @ k[:, j].mT / q.shape[-1] ** 0.5 + bias
        heads.append(scores.softmax(-1) @ v[:, j])
    return torch.stack(heads, 1)


# %% wrong: tiled instead of repeated -> equals-torch
import torch


def grouped_attention(q, k, v):
    shared = q.shape[1] // k.shape[1]
    k, v = k.repeat(1, shared, 1, 1), v.repeat(1, shared, 1, 1)
    n, m = q.shape[-2], k.shape[-2]
    scores = q @ k.transpose(-2, -1) / q.shape[-1] ** 0.5
    seen = torch.ones(n, m, dtype=torch.bool).tril(m - n)
    return scores.masked_fill(~seen, float("-inf")).softmax(-1) @ v


# %% wrong: the first head of keys for all -> equals-torch
import torch


def grouped_attention(q, k, v):
    shared = q.shape[1] // k.shape[1]
    k, v = k[:, :1].expand(-1, q.shape[1], -1, -1), v[:, :1].expand(-1, q.shape[1], -1, -1)
    n, m = q.shape[-2], k.shape[-2]
    scores = q @ k.transpose(-2, -1) / q.shape[-1] ** 0.5
    seen = torch.ones(n, m, dtype=torch.bool).tril(m - n)
    return scores.masked_fill(~seen, float("-inf")).softmax(-1) @ v


# %% wrong: the values shared out otherwise -> equals-torch
import torch


def grouped_attention(q, k, v):
    shared = q.shape[1] // k.shape[1]
    k, v = k.repeat_interleave(shared, 1), v.repeat(1, shared, 1, 1)
    n, m = q.shape[-2], k.shape[-2]
    scores = q @ k.transpose(-2, -1) / q.shape[-1] ** 0.5
    seen = torch.ones(n, m, dtype=torch.bool).tril(m - n)
    return scores.masked_fill(~seen, float("-inf")).softmax(-1) @ v


# %% wrong: the mean of the heads of keys -> equals-torch
import torch


def grouped_attention(q, k, v):
    shared = q.shape[1] // k.shape[1]
    k, v = k.mean(1, keepdim=True), v.mean(1, keepdim=True)
    n, m = q.shape[-2], k.shape[-2]
    scores = q @ k.transpose(-2, -1) / q.shape[-1] ** 0.5
    seen = torch.ones(n, m, dtype=torch.bool).tril(m - n)
    return scores.masked_fill(~seen, float("-inf")).softmax(-1) @ v


# %% wrong: repeated along the keys -> equals-torch
import torch


def grouped_attention(q, k, v):
    shared = q.shape[1] // k.shape[1]
    k, v = (
        k.repeat_interleave(shared, 2)[:, [0] * q.shape[1]],
        v.repeat_interleave(shared, 2)[:, [0] * q.shape[1]],
    )
    n, m = q.shape[-2], k.shape[-2]
    scores = q @ k.transpose(-2, -1) / q.shape[-1] ** 0.5
    seen = torch.ones(n, m, dtype=torch.bool).tril(m - n)
    return scores.masked_fill(~seen, float("-inf")).softmax(-1) @ v


# %% wrong: no scale -> equals-torch
import torch


def grouped_attention(q, k, v):
    shared = q.shape[1] // k.shape[1]
    k, v = k.repeat_interleave(shared, 1), v.repeat_interleave(shared, 1)
    n, m = q.shape[-2], k.shape[-2]
    scores = q @ k.transpose(-2, -1)
    seen = torch.ones(n, m, dtype=torch.bool).tril(m - n)
    return scores.masked_fill(~seen, float("-inf")).softmax(-1) @ v


# %% wrong: scaled by the share too -> equals-torch
import torch


def grouped_attention(q, k, v):
    shared = q.shape[1] // k.shape[1]
    k, v = k.repeat_interleave(shared, 1), v.repeat_interleave(shared, 1)
    n, m = q.shape[-2], k.shape[-2]
    scores = q @ k.transpose(-2, -1) / q.shape[-1] ** 0.5 / shared
    seen = torch.ones(n, m, dtype=torch.bool).tril(m - n)
    return scores.masked_fill(~seen, float("-inf")).softmax(-1) @ v


# %% wrong: no mask -> equals-torch
import torch


def grouped_attention(q, k, v):
    shared = q.shape[1] // k.shape[1]
    k, v = k.repeat_interleave(shared, 1), v.repeat_interleave(shared, 1)
    n, m = q.shape[-2], k.shape[-2]
    scores = q @ k.transpose(-2, -1) / q.shape[-1] ** 0.5
    seen = torch.ones(n, m, dtype=torch.bool).tril(m - n)
    return scores.softmax(-1) @ v + 0 * seen.sum()


# %% wrong: masked after the softmax -> equals-torch
import torch


def grouped_attention(q, k, v):
    shared = q.shape[1] // k.shape[1]
    k, v = k.repeat_interleave(shared, 1), v.repeat_interleave(shared, 1)
    n, m = q.shape[-2], k.shape[-2]
    scores = q @ k.transpose(-2, -1) / q.shape[-1] ** 0.5
    seen = torch.ones(n, m, dtype=torch.bool).tril(m - n)
    return (scores.softmax(-1) * seen) @ v


# %% wrong: at least two share -> one-or-all
import torch


def grouped_attention(q, k, v):
    shared = q.shape[1] // k.shape[1]
    k, v = k.repeat_interleave(max(2, shared), 1), v.repeat_interleave(max(2, shared), 1)
    n, m = q.shape[-2], k.shape[-2]
    scores = q @ k.transpose(-2, -1) / q.shape[-1] ** 0.5
    seen = torch.ones(n, m, dtype=torch.bool).tril(m - n)
    return scores.masked_fill(~seen, float("-inf")).softmax(-1) @ v


# %% wrong: the axis of a single head lost -> one-or-all
import torch


def grouped_attention(q, k, v):
    shared = q.shape[1] // k.shape[1]
    k, v = k.squeeze(1).repeat_interleave(shared, 1), v.squeeze(1).repeat_interleave(shared, 1)
    n, m = q.shape[-2], k.shape[-2]
    scores = q @ k.transpose(-2, -1) / q.shape[-1] ** 0.5
    seen = torch.ones(n, m, dtype=torch.bool).tril(m - n)
    return scores.masked_fill(~seen, float("-inf")).softmax(-1) @ v


# %% wrong: aligned with the first keys -> cached-keys
import torch


def grouped_attention(q, k, v):
    shared = q.shape[1] // k.shape[1]
    k, v = k.repeat_interleave(shared, 1), v.repeat_interleave(shared, 1)
    n, m = q.shape[-2], k.shape[-2]
    scores = q @ k.transpose(-2, -1) / q.shape[-1] ** 0.5
    seen = torch.ones(n, m, dtype=torch.bool).tril()
    return scores.masked_fill(~seen, float("-inf")).softmax(-1) @ v


# %% wrong: as many keys as queries -> cached-keys
import torch


def grouped_attention(q, k, v):
    shared = q.shape[1] // k.shape[1]
    k, v = k.repeat_interleave(shared, 1), v.repeat_interleave(shared, 1)
    n, m = q.shape[-2], k.shape[-2]
    scores = q @ k.transpose(-2, -1) / q.shape[-1] ** 0.5
    seen = torch.ones(n, n, dtype=torch.bool).tril()
    return scores.masked_fill(~seen, float("-inf")).softmax(-1) @ v


# %% wrong: the copies of the keys detached -> gradients
import torch


def grouped_attention(q, k, v):
    shared = q.shape[1] // k.shape[1]
    k, v = k.detach().repeat_interleave(shared, 1), v.repeat_interleave(shared, 1)
    n, m = q.shape[-2], k.shape[-2]
    scores = q @ k.transpose(-2, -1) / q.shape[-1] ** 0.5
    seen = torch.ones(n, m, dtype=torch.bool).tril(m - n)
    return scores.masked_fill(~seen, float("-inf")).softmax(-1) @ v


# %% wrong: a tensor made anew of the values -> gradients
import torch


def grouped_attention(q, k, v):
    shared = q.shape[1] // k.shape[1]
    k, v = k.repeat_interleave(shared, 1), torch.tensor(v.tolist()).repeat_interleave(shared, 1)
    n, m = q.shape[-2], k.shape[-2]
    scores = q @ k.transpose(-2, -1) / q.shape[-1] ** 0.5
    seen = torch.ones(n, m, dtype=torch.bool).tril(m - n)
    return scores.masked_fill(~seen, float("-inf")).softmax(-1) @ v
