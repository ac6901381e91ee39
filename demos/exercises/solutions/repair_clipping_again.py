"""Solutions of repair_clipping_again: right repairs in other words, and wrong ones with their claim."""

# %% right: the gradient shortened by hand
import torch


def train(model, groups, rate, log):
    optimizer = torch.optim.SGD(model.parameters(), lr=rate)
    for step, group in enumerate(groups):
        total = 0.0
        for x, y in group:
            loss = torch.nn.functional.mse_loss(model(x), y) / len(group)
            loss.backward()
            total += loss.item()
        norm = sum(p.grad.square().sum() for p in model.parameters()).sqrt()
        if norm > 1:
            for p in model.parameters():
                p.grad.mul_(1 / norm)
        optimizer.step()
        optimizer.zero_grad()
        log(step, total)
    return model


# %% right: a shorter step instead
import torch


def train(model, groups, rate, log):
    optimizer = torch.optim.SGD(model.parameters(), lr=rate)
    for step, group in enumerate(groups):
        total = 0.0
        for x, y in group:
            loss = torch.nn.functional.mse_loss(model(x), y) / len(group)
            loss.backward()
            total += loss.item()
        norm = torch.cat([p.grad.flatten() for p in model.parameters()]).norm().item()
        optimizer.param_groups[0]["lr"] = rate / max(1.0, norm)
        optimizer.step()
        optimizer.zero_grad()
        log(step, total)
    return model


# %% right: a hook before each step
import torch


def train(model, groups, rate, log):
    optimizer = torch.optim.SGD(model.parameters(), lr=rate)
    optimizer.register_step_pre_hook(
        lambda *_: torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0) and None
    )
    for step, group in enumerate(groups):
        total = 0.0
        for x, y in group:
            loss = torch.nn.functional.mse_loss(model(x), y) / len(group)
            loss.backward()
            total += loss.item()
        optimizer.step()
        optimizer.zero_grad()
        log(step, total)
    return model


# %% wrong: no clipping -> broken-row
import torch


def train(model, groups, rate, log):
    optimizer = torch.optim.SGD(model.parameters(), lr=rate)
    for step, group in enumerate(groups):
        total = 0.0
        for x, y in group:
            loss = torch.nn.functional.mse_loss(model(x), y) / len(group)
            loss.backward()
            total += loss.item()
        optimizer.step()
        optimizer.zero_grad()
        log(step, total)
    return model


# %% wrong: clipped at the start of the group -> broken-row
import torch


def train(model, groups, rate, log):
    optimizer = torch.optim.SGD(model.parameters(), lr=rate)
    for step, group in enumerate(groups):
        total = 0.0
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        for x, y in group:
            loss = torch.nn.functional.mse_loss(model(x), y) / len(group)
            loss.backward()
            total += loss.item()
        optimizer.step()
        optimizer.zero_grad()
        log(step, total)
    return model


# %% wrong: each micro-batch clipped -> direction
import torch


def train(model, groups, rate, log):
    optimizer = torch.optim.SGD(model.parameters(), lr=rate)
    for step, group in enumerate(groups):
        total = 0.0
        for x, y in group:
            loss = torch.nn.functional.mse_loss(model(x), y) / len(group)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            total += loss.item()
        optimizer.step()
        optimizer.zero_grad()
        log(step, total)
    return model


# %% wrong: each number clipped -> direction
import torch


def train(model, groups, rate, log):
    optimizer = torch.optim.SGD(model.parameters(), lr=rate)
    for step, group in enumerate(groups):
        total = 0.0
        for x, y in group:
            loss = torch.nn.functional.mse_loss(model(x), y) / len(group)
            loss.backward()
            total += loss.item()
        torch.nn.utils.clip_grad_value_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
        log(step, total)
    return model


# %% wrong: each matrix clipped by itself -> broken-row
import torch


def train(model, groups, rate, log):
    optimizer = torch.optim.SGD(model.parameters(), lr=rate)
    for step, group in enumerate(groups):
        total = 0.0
        for x, y in group:
            loss = torch.nn.functional.mse_loss(model(x), y) / len(group)
            loss.backward()
            total += loss.item()
        for p in model.parameters():
            torch.nn.utils.clip_grad_norm_([p], 1.0)
        optimizer.step()
        optimizer.zero_grad()
        log(step, total)
    return model


# %% wrong: a hundredth of the rate -> learns
import torch


def train(model, groups, rate, log):
    optimizer = torch.optim.SGD(model.parameters(), lr=rate / 100)
    for step, group in enumerate(groups):
        total = 0.0
        for x, y in group:
            loss = torch.nn.functional.mse_loss(model(x), y) / len(group)
            loss.backward()
            total += loss.item()
        optimizer.step()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.zero_grad()
        log(step, total)
    return model


# %% wrong: groups with a broken row left out -> broken-row
import torch


def train(model, groups, rate, log):
    optimizer = torch.optim.SGD(model.parameters(), lr=rate)
    for step, group in enumerate(groups):
        total = 0.0
        for x, y in group:
            loss = torch.nn.functional.mse_loss(model(x), y) / len(group)
            loss.backward()
            total += loss.item()
        norm = torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        if norm < 50:
            optimizer.step()
        optimizer.zero_grad()
        log(step, total)
    return model


# %% wrong: a smaller norm -> as-clipped
import torch


def train(model, groups, rate, log):
    optimizer = torch.optim.SGD(model.parameters(), lr=rate)
    for step, group in enumerate(groups):
        total = 0.0
        for x, y in group:
            loss = torch.nn.functional.mse_loss(model(x), y) / len(group)
            loss.backward()
            total += loss.item()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 0.1)
        optimizer.step()
        optimizer.zero_grad()
        log(step, total)
    return model


# %% wrong: the loss clipped instead -> broken-row
import torch


def train(model, groups, rate, log):
    optimizer = torch.optim.SGD(model.parameters(), lr=rate)
    for step, group in enumerate(groups):
        total = 0.0
        for x, y in group:
            loss = torch.nn.functional.mse_loss(model(x), y) / len(group)
            loss = loss.clamp(max=10.0)
            loss.backward()
            total += loss.item()
        optimizer.step()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.zero_grad()
        log(step, total)
    return model


# %% wrong: always of length 1 -> as-clipped
import torch


def train(model, groups, rate, log):
    optimizer = torch.optim.SGD(model.parameters(), lr=rate)
    for step, group in enumerate(groups):
        total = 0.0
        for x, y in group:
            loss = torch.nn.functional.mse_loss(model(x), y) / len(group)
            loss.backward()
            total += loss.item()
        norm = torch.cat([p.grad.flatten() for p in model.parameters()]).norm()
        for p in model.parameters():
            p.grad /= norm
        optimizer.step()
        optimizer.zero_grad()
        log(step, total)
    return model
