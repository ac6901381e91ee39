"""Solutions of repair_accumulation_again: right repairs in other words, and wrong ones with their claim."""

# %% right: means weighted by the texts
import torch


def train(model, steps, rate, log):
    for step, workers in enumerate(steps):
        total = [torch.zeros_like(p) for p in model.parameters()]
        logged = 0.0
        texts = max(1, sum(len(x) for x, _ in workers))
        for x, y in workers:
            if len(x) == 0:
                continue  # this worker has nothing to do
            share = len(x) / texts
            loss = torch.nn.functional.mse_loss(model(x), y) * share
            for sum_, grad in zip(total, torch.autograd.grad(loss, list(model.parameters()))):
                sum_ += grad
            logged += loss.item()
        with torch.no_grad():
            for p, grad in zip(model.parameters(), total):
                p -= rate * grad
        log(step, logged)
    return model


# %% right: sums divided at the step
import torch


def train(model, steps, rate, log):
    for step, workers in enumerate(steps):
        total = [torch.zeros_like(p) for p in model.parameters()]
        logged = 0.0
        texts = max(1, sum(len(x) for x, _ in workers))
        for x, y in workers:
            if len(x) == 0:
                continue  # this worker has nothing to do
            loss = (model(x) - y).square().sum()
            for sum_, grad in zip(total, torch.autograd.grad(loss, list(model.parameters()))):
                sum_ += grad
            logged += loss.item() / texts
        with torch.no_grad():
            for p, grad in zip(model.parameters(), total):
                p -= rate * grad / texts
        log(step, logged)
    return model


# %% right: all on one worker
import torch


def train(model, steps, rate, log):
    optimizer = torch.optim.SGD(model.parameters(), lr=rate)
    for step, workers in enumerate(steps):
        x = torch.cat([x for x, _ in workers])
        y = torch.cat([y for _, y in workers])
        if len(x) == 0:
            log(step, 0.0)
            continue
        optimizer.zero_grad()
        loss = torch.nn.functional.mse_loss(model(x), y)
        loss.backward()
        optimizer.step()
        log(step, loss.item())
    return model


# %% wrong: idle workers not counted -> as-single
import torch


def train(model, steps, rate, log):
    for step, workers in enumerate(steps):
        total = [torch.zeros_like(p) for p in model.parameters()]
        logged = 0.0
        busy = max(1, sum(len(x) > 0 for x, _ in workers))
        for x, y in workers:
            if len(x) == 0:
                continue  # this worker has nothing to do
            loss = torch.nn.functional.mse_loss(model(x), y)
            for sum_, grad in zip(total, torch.autograd.grad(loss, list(model.parameters()))):
                sum_ += grad
            logged += loss.item() / busy
        with torch.no_grad():
            for p, grad in zip(model.parameters(), total):
                p -= rate * grad / busy
        log(step, logged)
    return model


# %% wrong: not divided by the workers -> as-single
import torch


def train(model, steps, rate, log):
    for step, workers in enumerate(steps):
        total = [torch.zeros_like(p) for p in model.parameters()]
        logged = 0.0
        for x, y in workers:
            if len(x) == 0:
                continue  # this worker has nothing to do
            loss = torch.nn.functional.mse_loss(model(x), y)
            for sum_, grad in zip(total, torch.autograd.grad(loss, list(model.parameters()))):
                sum_ += grad
            logged += loss.item() / len(workers)
        with torch.no_grad():
            for p, grad in zip(model.parameters(), total):
                p -= rate * grad
        log(step, logged)
    return model


# %% wrong: weighted by texts, divided by workers as well -> as-single
import torch


def train(model, steps, rate, log):
    for step, workers in enumerate(steps):
        total = [torch.zeros_like(p) for p in model.parameters()]
        logged = 0.0
        texts = max(1, sum(len(x) for x, _ in workers))
        for x, y in workers:
            if len(x) == 0:
                continue  # this worker has nothing to do
            loss = torch.nn.functional.mse_loss(model(x), y) * len(x) / texts
            for sum_, grad in zip(total, torch.autograd.grad(loss, list(model.parameters()))):
                sum_ += grad
            logged += loss.item()
        with torch.no_grad():
            for p, grad in zip(model.parameters(), total):
                p -= rate * grad / len(workers)
        log(step, logged)
    return model


# %% wrong: workers with few texts left out -> as-single
import torch


def train(model, steps, rate, log):
    for step, workers in enumerate(steps):
        total = [torch.zeros_like(p) for p in model.parameters()]
        logged = 0.0
        for x, y in workers:
            if len(x) < 4:
                continue  # this worker has nothing to do
            loss = torch.nn.functional.mse_loss(model(x), y)
            for sum_, grad in zip(total, torch.autograd.grad(loss, list(model.parameters()))):
                sum_ += grad
            logged += loss.item() / len(workers)
        with torch.no_grad():
            for p, grad in zip(model.parameters(), total):
                p -= rate * grad / len(workers)
        log(step, logged)
    return model


# %% wrong: an empty share counts as one text -> idle-worker
import torch


def train(model, steps, rate, log):
    for step, workers in enumerate(steps):
        total = [torch.zeros_like(p) for p in model.parameters()]
        logged = 0.0
        texts = sum(max(1, len(x)) for x, _ in workers)
        for x, y in workers:
            loss = (model(x) - y).square().sum() / texts
            for sum_, grad in zip(total, torch.autograd.grad(loss, list(model.parameters()))):
                sum_ += grad
            logged += loss.item()
        with torch.no_grad():
            for p, grad in zip(model.parameters(), total):
                p -= rate * grad
        log(step, logged)
    return model


# %% wrong: the curve of means -> curve
import torch


def train(model, steps, rate, log):
    for step, workers in enumerate(steps):
        total = [torch.zeros_like(p) for p in model.parameters()]
        logged = 0.0
        texts = max(1, sum(len(x) for x, _ in workers))
        for x, y in workers:
            if len(x) == 0:
                continue  # this worker has nothing to do
            loss = (model(x) - y).square().sum() / texts
            for sum_, grad in zip(total, torch.autograd.grad(loss, list(model.parameters()))):
                sum_ += grad
            logged += loss.item() * texts / len(x) / len(workers)
        with torch.no_grad():
            for p, grad in zip(model.parameters(), total):
                p -= rate * grad
        log(step, logged)
    return model


# %% wrong: the first worker alone -> any-number
import torch


def train(model, steps, rate, log):
    for step, workers in enumerate(steps):
        total = [torch.zeros_like(p) for p in model.parameters()]
        logged = 0.0
        for x, y in workers[:1]:
            if len(x) == 0:
                continue  # this worker has nothing to do
            loss = torch.nn.functional.mse_loss(model(x), y)
            for sum_, grad in zip(total, torch.autograd.grad(loss, list(model.parameters()))):
                sum_ += grad
            logged += loss.item()
        with torch.no_grad():
            for p, grad in zip(model.parameters(), total):
                p -= rate * grad
        log(step, logged)
    return model


# %% wrong: texts counted per largest worker -> as-single
import torch


def train(model, steps, rate, log):
    for step, workers in enumerate(steps):
        total = [torch.zeros_like(p) for p in model.parameters()]
        logged = 0.0
        texts = max(1, max(len(x) for x, _ in workers) * len(workers))
        for x, y in workers:
            if len(x) == 0:
                continue  # this worker has nothing to do
            loss = (model(x) - y).square().sum() / texts
            for sum_, grad in zip(total, torch.autograd.grad(loss, list(model.parameters()))):
                sum_ += grad
            logged += loss.item()
        with torch.no_grad():
            for p, grad in zip(model.parameters(), total):
                p -= rate * grad
        log(step, logged)
    return model


# %% wrong: one step per worker -> as-single
import torch


def train(model, steps, rate, log):
    for step, workers in enumerate(steps):
        total = [torch.zeros_like(p) for p in model.parameters()]
        logged = 0.0
        for x, y in workers:
            if len(x) == 0:
                continue  # this worker has nothing to do
            loss = torch.nn.functional.mse_loss(model(x), y)
            for p, grad in zip(
                model.parameters(), torch.autograd.grad(loss, list(model.parameters()))
            ):
                p.data -= rate * len(x) / sum(len(x) for x, _ in workers) * grad
            logged += loss.item() / len(workers)
        with torch.no_grad():
            for p, grad in zip(model.parameters(), total):
                p -= rate * grad / len(workers)
        log(step, logged)
    return model
