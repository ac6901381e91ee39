"""Solutions of repair_accumulation: right repairs in other words, and wrong ones with their claim."""

# %% right: means weighted by their labels
import torch


def train(model, groups, rate, log):
    optimizer = torch.optim.SGD(model.parameters(), lr=rate)
    for step, group in enumerate(groups):
        optimizer.zero_grad()
        counts = [int((label != -100).sum()) for _, label in group]
        total = 0.0
        for (x, label), count in zip(group, counts):
            if count == 0:
                continue
            share = count / sum(counts)
            loss = torch.nn.functional.cross_entropy(model(x), label) * share
            loss.backward()
            total += loss.item()
        optimizer.step()
        log(step, total)
    return model


# %% right: sums, the gradient divided at the end
import torch


def train(model, groups, rate, log):
    optimizer = torch.optim.SGD(model.parameters(), lr=rate)
    for step, group in enumerate(groups):
        optimizer.zero_grad()
        total, labels = 0.0, 0
        for x, label in group:
            loss = torch.nn.functional.cross_entropy(model(x), label, reduction="sum")
            loss.backward()
            total += loss.item()
            labels += int((label >= 0).sum())
        for p in model.parameters():
            p.grad /= max(1, labels)
        optimizer.step()
        log(step, total / max(1, labels))
    return model


# %% right: one pass over the joined group
import torch


def train(model, groups, rate, log):
    optimizer = torch.optim.SGD(model.parameters(), lr=rate)
    for step, group in enumerate(groups):
        x = torch.cat([x for x, _ in group])
        label = torch.cat([label for _, label in group])
        if (label == -100).all():
            log(step, 0.0)
            continue
        loss = torch.nn.functional.cross_entropy(model(x), label)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())
    return model


# %% wrong: only the number of micro-batches mended -> as-uncut
import torch


def train(model, groups, rate, log):
    optimizer = torch.optim.SGD(model.parameters(), lr=rate)
    for step, group in enumerate(groups):
        optimizer.zero_grad()
        accumulate = len(group)
        total = 0.0
        for x, label in group:
            loss = torch.nn.functional.cross_entropy(model(x), label, ignore_index=-100)
            (loss / accumulate).backward()
            total += loss.item() / accumulate
        optimizer.step()
        log(step, total)
    return model


# %% wrong: only the empty ones left out -> as-uncut
import torch


def train(model, groups, rate, log):
    accumulate = 4  # micro-batches in a group
    optimizer = torch.optim.SGD(model.parameters(), lr=rate)
    for step, group in enumerate(groups):
        optimizer.zero_grad()
        total = 0.0
        for x, label in group:
            if (label == -100).all():
                continue
            loss = torch.nn.functional.cross_entropy(model(x), label, ignore_index=-100)
            (loss / accumulate).backward()
            total += loss.item() / accumulate
        optimizer.step()
        log(step, total)
    return model


# %% wrong: nan_to_num -> as-uncut
import torch


def train(model, groups, rate, log):
    accumulate = 4  # micro-batches in a group
    optimizer = torch.optim.SGD(model.parameters(), lr=rate)
    for step, group in enumerate(groups):
        optimizer.zero_grad()
        total = 0.0
        for x, label in group:
            loss = torch.nn.functional.cross_entropy(model(x), label, ignore_index=-100)
            loss = torch.nan_to_num(loss)
            (loss / accumulate).backward()
            total += loss.item() / accumulate
        optimizer.step()
        log(step, total)
    return model


# %% wrong: divided by places instead of labels -> as-uncut
import torch


def train(model, groups, rate, log):
    optimizer = torch.optim.SGD(model.parameters(), lr=rate)
    for step, group in enumerate(groups):
        optimizer.zero_grad()
        places = sum(len(x) for x, _ in group)
        total = 0.0
        for x, label in group:
            loss = torch.nn.functional.cross_entropy(model(x), label, reduction="sum")
            (loss / places).backward()
            total += loss.item() / places
        optimizer.step()
        log(step, total)
    return model


# %% wrong: sums not divided, a lower rate -> as-uncut
import torch


def train(model, groups, rate, log):
    optimizer = torch.optim.SGD(model.parameters(), lr=rate)
    for step, group in enumerate(groups):
        optimizer.zero_grad()
        total = 0.0
        for x, label in group:
            loss = torch.nn.functional.cross_entropy(model(x), label, reduction="sum")
            (loss / 45).backward()
            total += loss.item() / 45
        optimizer.step()
        log(step, total)
    return model


# %% wrong: sums and labels, no guard for none -> no-label
import torch


def train(model, groups, rate, log):
    optimizer = torch.optim.SGD(model.parameters(), lr=rate)
    for step, group in enumerate(groups):
        optimizer.zero_grad()
        labels = sum(int((label != -100).sum()) for _, label in group)
        total = 0.0
        for x, label in group:
            loss = torch.nn.functional.cross_entropy(model(x), label, reduction="sum")
            (loss / labels).backward()
            total += loss.item() / labels
        optimizer.step()
        log(step, total)
    return model


# %% wrong: a step per micro-batch -> as-uncut
import torch


def train(model, groups, rate, log):
    accumulate = 4  # micro-batches in a group
    optimizer = torch.optim.SGD(model.parameters(), lr=rate)
    for step, group in enumerate(groups):
        optimizer.zero_grad()
        total = 0.0
        for x, label in group:
            loss = torch.nn.functional.cross_entropy(model(x), label)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item() / len(group)
        log(step, total)
    return model


# %% wrong: gradients right, the curve still of means -> curve
import torch


def train(model, groups, rate, log):
    optimizer = torch.optim.SGD(model.parameters(), lr=rate)
    for step, group in enumerate(groups):
        optimizer.zero_grad()
        labels = max(1, sum(int((label != -100).sum()) for _, label in group))
        total = 0.0
        for x, label in group:
            loss = torch.nn.functional.cross_entropy(model(x), label, reduction="sum")
            (loss / labels).backward()
            count = max(1, int((label != -100).sum()))
            total += loss.item() / count / len(group)
        optimizer.step()
        log(step, total)
    return model


# %% wrong: zeroed inside the group -> as-uncut
import torch


def train(model, groups, rate, log):
    optimizer = torch.optim.SGD(model.parameters(), lr=rate)
    for step, group in enumerate(groups):
        optimizer.zero_grad()
        labels = max(1, sum(int((label != -100).sum()) for _, label in group))
        total = 0.0
        for x, label in group:
            optimizer.zero_grad()
            loss = torch.nn.functional.cross_entropy(model(x), label, reduction="sum")
            (loss / labels).backward()
            total += loss.item() / labels
        optimizer.step()
        log(step, total)
    return model


# %% wrong: labels of the first group for all -> as-uncut
import torch


def train(model, groups, rate, log):
    labels = sum(int((label != -100).sum()) for _, label in groups[0])
    optimizer = torch.optim.SGD(model.parameters(), lr=rate)
    for step, group in enumerate(groups):
        optimizer.zero_grad()
        total = 0.0
        for x, label in group:
            loss = torch.nn.functional.cross_entropy(model(x), label, reduction="sum")
            (loss / labels).backward()
            total += loss.item() / labels
        optimizer.step()
        log(step, total)
    return model


# %% wrong: means weighted, four written in -> any-cut
import torch


def train(model, groups, rate, log):
    accumulate = 4
    optimizer = torch.optim.SGD(model.parameters(), lr=rate)
    for step, group in enumerate(groups):
        optimizer.zero_grad()
        labels = max(1, sum(int((label != -100).sum()) for _, label in group))
        total = 0.0
        for x, label in group:
            loss = torch.nn.functional.cross_entropy(model(x), label, reduction="sum")
            (loss / labels * len(group) / accumulate).backward()
            total += loss.item() / labels
        optimizer.step()
        log(step, total)
    return model
