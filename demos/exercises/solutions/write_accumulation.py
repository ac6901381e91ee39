"""Solutions of write_accumulation: right ones in other words, and wrong ones with their claim."""

# %% right: the mean of each micro-batch, weighted
import torch.nn.functional as F


def accumulate(model, micro_batches):
    model.zero_grad()
    counts = [int((y != -100).sum()) for _, y in micro_batches]
    loss_sum = 0.0
    for (x, y), n in zip(micro_batches, counts):
        if n == 0:
            model(x).sum().mul(0).backward()
            continue
        loss = F.cross_entropy(model(x).flatten(0, 1), y.flatten()) * n / sum(counts)
        loss.backward()
        loss_sum += float(loss.detach())
    return loss_sum


# %% right: gradients divided at the end
import torch.nn.functional as F


def accumulate(model, micro_batches):
    for p in model.parameters():
        p.grad = None
    total, n = 0.0, 0
    for x, y in micro_batches:
        loss = F.cross_entropy(model(x).transpose(1, 2), y, reduction="sum")
        loss.backward()
        total += loss.item()
        n += (y != -100).sum().item()
    for p in model.parameters():
        p.grad /= n
    return total / n


# %% right: one that counts nothing is skipped
import torch.nn.functional as F


def accumulate(model, micro_batches):
    some = [(x, y) for x, y in micro_batches if (y != -100).any()]
    n = sum((y != -100).sum().item() for _, y in some)
    model.zero_grad(set_to_none=True)
    total = 0.0
    for x, y in some:
        counts = y != -100
        loss = F.cross_entropy(model(x)[counts], y[counts], reduction="sum")
        (loss / n).backward()
        total += loss.item()
    return total / n


# %% wrong: mean of means -> equals-whole-batch
import torch.nn.functional as F


def accumulate(model, micro_batches):
    model.zero_grad()
    total = 0.0
    for x, y in micro_batches:
        loss = F.cross_entropy(model(x).flatten(0, 1), y.flatten()) / len(micro_batches)
        loss.backward()
        total += loss.item()
    return total


# %% wrong: means added up -> equals-whole-batch
import torch.nn.functional as F


def accumulate(model, micro_batches):
    model.zero_grad()
    total = 0.0
    for x, y in micro_batches:
        loss = F.cross_entropy(model(x).flatten(0, 1), y.flatten())
        loss.backward()
        total += loss.item()
    return total / len(micro_batches)


# %% wrong: sum without a divisor -> equals-whole-batch
import torch.nn.functional as F


def accumulate(model, micro_batches):
    n = sum(int((y != -100).sum()) for _, y in micro_batches)
    model.zero_grad()
    total = 0.0
    for x, y in micro_batches:
        loss = F.cross_entropy(model(x).flatten(0, 1), y.flatten(), reduction="sum")
        loss.backward()
        total += loss.item()
    return total / n


# %% wrong: divided by all positions -> equals-whole-batch
import torch.nn.functional as F


def accumulate(model, micro_batches):
    n = sum(y.numel() for _, y in micro_batches)
    model.zero_grad()
    total = 0.0
    for x, y in micro_batches:
        loss = F.cross_entropy(model(x).flatten(0, 1), y.flatten(), reduction="sum") / n
        loss.backward()
        total += loss.item()
    return total


# %% wrong: weighted by texts -> equals-whole-batch
import torch.nn.functional as F


def accumulate(model, micro_batches):
    n = sum(len(y) for _, y in micro_batches)
    model.zero_grad()
    total = 0.0
    for x, y in micro_batches:
        loss = F.cross_entropy(model(x).flatten(0, 1), y.flatten()) * len(y) / n
        loss.backward()
        total += loss.item()
    return total


# %% wrong: zeroed inside the loop -> equals-whole-batch
import torch.nn.functional as F


def accumulate(model, micro_batches):
    n = sum(int((y != -100).sum()) for _, y in micro_batches)
    total = 0.0
    for x, y in micro_batches:
        model.zero_grad()
        loss = F.cross_entropy(model(x).flatten(0, 1), y.flatten(), reduction="sum") / n
        loss.backward()
        total += loss.item()
    return total


# %% wrong: divided by the tokens so far -> equals-whole-batch
import torch.nn.functional as F


def accumulate(model, micro_batches):
    model.zero_grad()
    total, n = 0.0, 0
    for x, y in micro_batches:
        n += int((y != -100).sum())
        loss = F.cross_entropy(model(x).flatten(0, 1), y.flatten(), reduction="sum")
        (loss / max(n, 1)).backward()
        total += loss.item()
    return total / n


# %% wrong: shifted a second time -> equals-whole-batch
import torch.nn.functional as F


def accumulate(model, micro_batches):
    n = sum(int((y[:, 1:] != -100).sum()) for _, y in micro_batches)
    model.zero_grad()
    total = 0.0
    for x, y in micro_batches:
        out = model(x)[:, :-1]
        loss = F.cross_entropy(out.flatten(0, 1), y[:, 1:].flatten(), reduction="sum") / n
        loss.backward()
        total += loss.item()
    return total


# %% wrong: the mean of means reported -> loss-of-the-batch
import torch.nn.functional as F


def accumulate(model, micro_batches):
    n = sum(int((y != -100).sum()) for _, y in micro_batches)
    model.zero_grad()
    seen = []
    for x, y in micro_batches:
        loss = F.cross_entropy(model(x).flatten(0, 1), y.flatten(), reduction="sum")
        (loss / n).backward()
        seen.append(loss.item() / max(1, int((y != -100).sum())))
    return sum(seen) / len(seen)


# %% wrong: the last loss reported -> loss-of-the-batch
import torch.nn.functional as F


def accumulate(model, micro_batches):
    n = sum(int((y != -100).sum()) for _, y in micro_batches)
    model.zero_grad()
    for x, y in micro_batches:
        loss = F.cross_entropy(model(x).flatten(0, 1), y.flatten(), reduction="sum") / n
        loss.backward()
    return loss.item()


# %% wrong: a loss with its graph -> loss-of-the-batch
import torch.nn.functional as F


def accumulate(model, micro_batches):
    n = sum(int((y != -100).sum()) for _, y in micro_batches)
    model.zero_grad()
    total = 0.0
    for x, y in micro_batches:
        loss = F.cross_entropy(model(x).flatten(0, 1), y.flatten(), reduction="sum") / n
        loss.backward()
        total = total + loss
    return total


# %% wrong: one backward at the end -> one-at-a-time
import torch.nn.functional as F


def accumulate(model, micro_batches):
    n = sum(int((y != -100).sum()) for _, y in micro_batches)
    model.zero_grad()
    losses = [
        F.cross_entropy(model(x).flatten(0, 1), y.flatten(), reduction="sum")
        for x, y in micro_batches
    ]
    loss = sum(losses) / n
    loss.backward()
    return loss.item()


# %% wrong: a second pass for the loss -> one-at-a-time
import torch
import torch.nn.functional as F


def accumulate(model, micro_batches):
    n = sum(int((y != -100).sum()) for _, y in micro_batches)
    with torch.no_grad():
        total = sum(
            F.cross_entropy(model(x).flatten(0, 1), y.flatten(), reduction="sum").item()
            for x, y in micro_batches
        )
    model.zero_grad()
    for x, y in micro_batches:
        out = model(x).flatten(0, 1)
        (F.cross_entropy(out, y.flatten(), reduction="sum") / n).backward()
    return total / n


# %% wrong: old gradients left -> earlier-gradients
import torch.nn.functional as F


def accumulate(model, micro_batches):
    n = sum(int((y != -100).sum()) for _, y in micro_batches)
    total = 0.0
    for x, y in micro_batches:
        loss = F.cross_entropy(model(x).flatten(0, 1), y.flatten(), reduction="sum") / n
        loss.backward()
        total += loss.item()
    return total


# %% wrong: 0 times NaN -> nothing-counts
import torch.nn.functional as F


def accumulate(model, micro_batches):
    counts = [int((y != -100).sum()) for _, y in micro_batches]
    model.zero_grad()
    total = 0.0
    for (x, y), n in zip(micro_batches, counts):
        loss = F.cross_entropy(model(x).flatten(0, 1), y.flatten()) * n / sum(counts)
        loss.backward()
        total += loss.item()
    return total
