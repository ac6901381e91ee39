"""Solutions of repair_bf16_again: right repairs in other words, and wrong ones with their claim."""

# %% right: lerp in float32
import copy

import torch


def train(model, batches, decay, log):
    average = copy.deepcopy(model)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
    for step, (x, y) in enumerate(batches):
        loss = torch.nn.functional.mse_loss(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        with torch.no_grad():
            for slow, fast in zip(average.parameters(), model.parameters()):
                slow.lerp_(fast, 1 - decay)
            out = average(x)
        log(step, torch.nn.functional.mse_loss(out, y).item())
    return model, average.to(torch.bfloat16)


# %% right: torch's AveragedModel
import copy

import torch
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn


def train(model, batches, decay, log):
    slow = AveragedModel(copy.deepcopy(model), multi_avg_fn=get_ema_multi_avg_fn(decay))
    slow.update_parameters(model)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
    for step, (x, y) in enumerate(batches):
        loss = torch.nn.functional.mse_loss(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        slow.update_parameters(model)
        with torch.no_grad():
            log(step, torch.nn.functional.mse_loss(slow(x), y).item())
    return model, slow.module.to(torch.bfloat16)


# %% right: float64 beside the served copy
import copy

import torch


def train(model, batches, decay, log):
    average = copy.deepcopy(model).to(torch.bfloat16)
    exact = [p.detach().double() for p in model.parameters()]
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
    for step, (x, y) in enumerate(batches):
        loss = torch.nn.functional.mse_loss(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        with torch.no_grad():
            for own, slow, fast in zip(exact, average.parameters(), model.parameters()):
                own.mul_(decay).add_(fast, alpha=1 - decay)
                slow.copy_(own)
            out = average(x.to(torch.bfloat16)).float()
        log(step, torch.nn.functional.mse_loss(out, y).item())
    return model, average


# %% wrong: a smaller decay -> equals-torch
import copy

import torch


def train(model, batches, decay, log):
    average = copy.deepcopy(model).to(torch.bfloat16)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
    for step, (x, y) in enumerate(batches):
        loss = torch.nn.functional.mse_loss(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        with torch.no_grad():
            for slow, fast in zip(average.parameters(), model.parameters()):
                slow.mul_(0.9).add_(fast.to(torch.bfloat16), alpha=1 - 0.9)
            out = average(x.to(torch.bfloat16)).float()
        log(step, torch.nn.functional.mse_loss(out, y).item())
    return model, average


# %% wrong: the model served instead -> equals-torch
import copy

import torch


def train(model, batches, decay, log):
    average = copy.deepcopy(model).to(torch.bfloat16)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
    for step, (x, y) in enumerate(batches):
        loss = torch.nn.functional.mse_loss(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        with torch.no_grad():
            for slow, fast in zip(average.parameters(), model.parameters()):
                slow.mul_(decay).add_(fast.to(torch.bfloat16), alpha=1 - decay)
            out = average(x.to(torch.bfloat16)).float()
        log(step, torch.nn.functional.mse_loss(out, y).item())
    return model, copy.deepcopy(model).to(torch.bfloat16)


# %% wrong: the average in float32 comes back -> as-served
import copy

import torch


def train(model, batches, decay, log):
    average = copy.deepcopy(model)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
    for step, (x, y) in enumerate(batches):
        loss = torch.nn.functional.mse_loss(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        with torch.no_grad():
            for slow, fast in zip(average.parameters(), model.parameters()):
                slow.lerp_(fast, 1 - decay)
            out = average(x)
        log(step, torch.nn.functional.mse_loss(out, y).item())
    return model, average


# %% wrong: the sum in float32, stored in bfloat16 -> average-learns
import copy

import torch


def train(model, batches, decay, log):
    average = copy.deepcopy(model).to(torch.bfloat16)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
    for step, (x, y) in enumerate(batches):
        loss = torch.nn.functional.mse_loss(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        with torch.no_grad():
            for slow, fast in zip(average.parameters(), model.parameters()):
                slow.copy_(decay * slow.float() + (1 - decay) * fast)
            out = average(x.to(torch.bfloat16)).float()
        log(step, torch.nn.functional.mse_loss(out, y).item())
    return model, average


# %% wrong: the model in bfloat16 too -> as-served
import copy

import torch


def train(model, batches, decay, log):
    average = copy.deepcopy(model).to(torch.bfloat16)
    model = model.to(torch.bfloat16)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
    for step, (x, y) in enumerate(batches):
        loss = torch.nn.functional.mse_loss(model(x.to(torch.bfloat16)).float(), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        with torch.no_grad():
            for slow, fast in zip(average.parameters(), model.parameters()):
                slow.mul_(decay).add_(fast.to(torch.bfloat16), alpha=1 - decay)
            out = average(x.to(torch.bfloat16)).float()
        log(step, torch.nn.functional.mse_loss(out, y).item())
    return model, average


# %% wrong: weights turned round -> equals-torch
import copy

import torch


def train(model, batches, decay, log):
    average = copy.deepcopy(model)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
    for step, (x, y) in enumerate(batches):
        loss = torch.nn.functional.mse_loss(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        with torch.no_grad():
            for slow, fast in zip(average.parameters(), model.parameters()):
                slow.lerp_(fast, decay)
            out = average(x)
        log(step, torch.nn.functional.mse_loss(out, y).item())
    return model, average.to(torch.bfloat16)


# %% wrong: a plain mean of all steps -> equals-torch
import copy

import torch


def train(model, batches, decay, log):
    average = copy.deepcopy(model)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
    for step, (x, y) in enumerate(batches):
        loss = torch.nn.functional.mse_loss(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        with torch.no_grad():
            for slow, fast in zip(average.parameters(), model.parameters()):
                slow.lerp_(fast, 1 / (step + 1))
            out = average(x)
        log(step, torch.nn.functional.mse_loss(out, y).item())
    return model, average.to(torch.bfloat16)


# %% wrong: three passes -> average-learns
import copy

import torch


def train(model, batches, decay, log):
    average = copy.deepcopy(model).to(torch.bfloat16)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
    for step, (x, y) in enumerate(batches * 3):
        loss = torch.nn.functional.mse_loss(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        with torch.no_grad():
            for slow, fast in zip(average.parameters(), model.parameters()):
                slow.mul_(decay).add_(fast.to(torch.bfloat16), alpha=1 - decay)
            out = average(x.to(torch.bfloat16)).float()
        log(step, torch.nn.functional.mse_loss(out, y).item())
    return model, average


# %% wrong: the average trained too -> model-same
import copy

import torch


def train(model, batches, decay, log):
    average = copy.deepcopy(model)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
    for step, (x, y) in enumerate(batches):
        loss = torch.nn.functional.mse_loss(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        with torch.no_grad():
            for slow, fast in zip(average.parameters(), model.parameters()):
                slow.lerp_(fast, 1 - decay)
                fast.copy_(slow)
            out = average(x)
        log(step, torch.nn.functional.mse_loss(out, y).item())
    return model, average.to(torch.bfloat16)


# %% wrong: updated every tenth step -> average-learns
import copy

import torch


def train(model, batches, decay, log):
    average = copy.deepcopy(model)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
    for step, (x, y) in enumerate(batches):
        loss = torch.nn.functional.mse_loss(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        with torch.no_grad():
            for slow, fast in zip(average.parameters(), model.parameters()):
                if step % 10 == 0:
                    slow.lerp_(fast, 1 - decay)
            out = average(x)
        log(step, torch.nn.functional.mse_loss(out, y).item())
    return model, average.to(torch.bfloat16)


# %% wrong: a faster rate -> model-same
import copy

import torch


def train(model, batches, decay, log):
    average = copy.deepcopy(model).to(torch.bfloat16)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    for step, (x, y) in enumerate(batches):
        loss = torch.nn.functional.mse_loss(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        with torch.no_grad():
            for slow, fast in zip(average.parameters(), model.parameters()):
                slow.mul_(decay).add_(fast.to(torch.bfloat16), alpha=1 - decay)
            out = average(x.to(torch.bfloat16)).float()
        log(step, torch.nn.functional.mse_loss(out, y).item())
    return model, average
