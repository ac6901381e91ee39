"""Solutions of repair_scheduler: right repairs in other words, and wrong ones with their claim."""

# %% right: the rate set by hand
import math

import torch


def train(model, batches, epochs, peak, log):
    steps = epochs * len(batches)
    warmup = steps // 10

    def factor(step):
        if step < warmup:
            return step / warmup
        return 0.5 * (1 + math.cos(math.pi * (step - warmup) / (steps - warmup)))

    optimizer = torch.optim.SGD(model.parameters(), lr=peak)
    step = 0
    for epoch in range(epochs):
        for x, y in batches:
            loss = torch.nn.functional.mse_loss(model(x), y)
            optimizer.zero_grad()
            loss.backward()
            for group in optimizer.param_groups:
                group["lr"] = peak * factor(step)
            optimizer.step()
            log(step, loss.item())
            step += 1
    return model


# %% right: OneCycleLR
import math

import torch


def train(model, batches, epochs, peak, log):
    steps = epochs * len(batches)
    warmup = steps // 10

    def factor(step):
        if step < warmup:
            return step / warmup
        return 0.5 * (1 + math.cos(math.pi * (step - warmup) / (steps - warmup)))

    optimizer = torch.optim.SGD(model.parameters(), lr=peak)
    scheduler = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, peak, total_steps=steps, pct_start=0.1, cycle_momentum=False
    )
    step = 0
    for epoch in range(epochs):
        for x, y in batches:
            loss = torch.nn.functional.mse_loss(model(x), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            scheduler.step()
            log(step, loss.item())
            step += 1
    return model


# %% right: two schedulers in sequence
import math

import torch


def train(model, batches, epochs, peak, log):
    steps = epochs * len(batches)
    warmup = steps // 10

    def factor(step):
        if step < warmup:
            return step / warmup
        return 0.5 * (1 + math.cos(math.pi * (step - warmup) / (steps - warmup)))

    optimizer = torch.optim.SGD(model.parameters(), lr=peak)
    up = torch.optim.lr_scheduler.LinearLR(optimizer, 0.01, 1.0, warmup)
    down = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps - warmup)
    scheduler = torch.optim.lr_scheduler.SequentialLR(optimizer, [up, down], [warmup])
    step = 0
    for epoch in range(epochs):
        for x, y in batches:
            loss = torch.nn.functional.mse_loss(model(x), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            scheduler.step()
            log(step, loss.item())
            step += 1
    return model


# %% right: transformers' schedule
import math

import torch
from transformers import get_cosine_schedule_with_warmup


def train(model, batches, epochs, peak, log):
    steps = epochs * len(batches)
    warmup = steps // 10

    def factor(step):
        if step < warmup:
            return step / warmup
        return 0.5 * (1 + math.cos(math.pi * (step - warmup) / (steps - warmup)))

    optimizer = torch.optim.SGD(model.parameters(), lr=peak)
    scheduler = get_cosine_schedule_with_warmup(optimizer, warmup, steps)
    step = 0
    for epoch in range(epochs):
        for x, y in batches:
            loss = torch.nn.functional.mse_loss(model(x), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            scheduler.step()
            log(step, loss.item())
            step += 1
    return model


# %% wrong: no schedule -> warms-up
import math

import torch


def train(model, batches, epochs, peak, log):
    steps = epochs * len(batches)
    warmup = steps // 10

    def factor(step):
        if step < warmup:
            return step / warmup
        return 0.5 * (1 + math.cos(math.pi * (step - warmup) / (steps - warmup)))

    optimizer = torch.optim.SGD(model.parameters(), lr=peak)
    step = 0
    for epoch in range(epochs):
        for x, y in batches:
            loss = torch.nn.functional.mse_loss(model(x), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            log(step, loss.item())
            step += 1
    return model


# %% wrong: ten times the peak -> warms-up
import math

import torch


def train(model, batches, epochs, peak, log):
    steps = epochs * len(batches)
    warmup = steps // 10

    def factor(step):
        if step < warmup:
            return step / warmup
        return 0.5 * (1 + math.cos(math.pi * (step - warmup) / (steps - warmup)))

    optimizer = torch.optim.SGD(model.parameters(), lr=10 * peak)
    scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, factor)
    step = 0
    for epoch in range(epochs):
        for x, y in batches:
            loss = torch.nn.functional.mse_loss(model(x), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            log(step, loss.item())
            step += 1
        scheduler.step()
    return model


# %% wrong: the schedule in epochs -> comes-down
import math

import torch


def train(model, batches, epochs, peak, log):
    steps = epochs
    warmup = max(1, steps // 10)

    def factor(step):
        if step < warmup:
            return step / warmup
        return 0.5 * (1 + math.cos(math.pi * (step - warmup) / (steps - warmup)))

    optimizer = torch.optim.SGD(model.parameters(), lr=peak)
    scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, factor)
    step = 0
    for epoch in range(epochs):
        for x, y in batches:
            loss = torch.nn.functional.mse_loss(model(x), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            log(step, loss.item())
            step += 1
        scheduler.step()
    return model


# %% wrong: twice per step -> comes-down
import math

import torch


def train(model, batches, epochs, peak, log):
    steps = epochs * len(batches)
    warmup = steps // 10

    def factor(step):
        if step < warmup:
            return step / warmup
        return 0.5 * (1 + math.cos(math.pi * (step - warmup) / (steps - warmup)))

    optimizer = torch.optim.SGD(model.parameters(), lr=peak)
    scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, factor)
    step = 0
    for epoch in range(epochs):
        for x, y in batches:
            loss = torch.nn.functional.mse_loss(model(x), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            scheduler.step()
            scheduler.step()
            log(step, loss.item())
            step += 1
    return model


# %% wrong: warmup dropped, still per epoch -> comes-down
import math

import torch


def train(model, batches, epochs, peak, log):
    steps = epochs * len(batches)
    warmup = 0

    def factor(step):
        if step < warmup:
            return step / warmup
        return 0.5 * (1 + math.cos(math.pi * (step - warmup) / (steps - warmup)))

    optimizer = torch.optim.SGD(model.parameters(), lr=peak)
    scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, factor)
    step = 0
    for epoch in range(epochs):
        for x, y in batches:
            loss = torch.nn.functional.mse_loss(model(x), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            log(step, loss.item())
            step += 1
        scheduler.step()
    return model


# %% wrong: warmup only -> comes-down
import math

import torch


def train(model, batches, epochs, peak, log):
    steps = epochs * len(batches)
    warmup = steps // 10

    def factor(step):
        if step < warmup:
            return step / warmup
        return 0.5 * (1 + math.cos(math.pi * (step - warmup) / (steps - warmup)))

    optimizer = torch.optim.SGD(model.parameters(), lr=peak)
    scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, factor)
    step = 0
    for epoch in range(epochs):
        for x, y in batches:
            loss = torch.nn.functional.mse_loss(model(x), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            if step < warmup:
                scheduler.step()
            log(step, loss.item())
            step += 1
    return model


# %% wrong: ten times the epochs -> all-steps
import math

import torch


def train(model, batches, epochs, peak, log):
    steps = epochs * len(batches)
    warmup = steps // 10

    def factor(step):
        if step < warmup:
            return step / warmup
        return 0.5 * (1 + math.cos(math.pi * (step - warmup) / (steps - warmup)))

    optimizer = torch.optim.SGD(model.parameters(), lr=peak)
    scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, factor)
    step = 0
    for epoch in range(10 * epochs):
        for x, y in batches:
            loss = torch.nn.functional.mse_loss(model(x), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            log(step, loss.item())
            step += 1
        scheduler.step()
    return model


# %% wrong: per step and per epoch -> comes-down
import math

import torch


def train(model, batches, epochs, peak, log):
    steps = epochs * len(batches)
    warmup = steps // 10

    def factor(step):
        if step < warmup:
            return step / warmup
        return 0.5 * (1 + math.cos(math.pi * (step - warmup) / (steps - warmup)))

    optimizer = torch.optim.SGD(model.parameters(), lr=peak)
    scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, factor)
    step = 0
    for epoch in range(epochs):
        for x, y in batches:
            loss = torch.nn.functional.mse_loss(model(x), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            for _ in range(4):
                scheduler.step()
            log(step, loss.item())
            step += 1
        scheduler.step()
    return model


# %% wrong: Adam at a constant rate -> warms-up
import math

import torch


def train(model, batches, epochs, peak, log):
    steps = epochs * len(batches)
    warmup = steps // 10

    def factor(step):
        if step < warmup:
            return step / warmup
        return 0.5 * (1 + math.cos(math.pi * (step - warmup) / (steps - warmup)))

    optimizer = torch.optim.Adam(model.parameters(), lr=peak)
    step = 0
    for epoch in range(epochs):
        for x, y in batches:
            loss = torch.nn.functional.mse_loss(model(x), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            log(step, loss.item())
            step += 1
    return model


# %% wrong: stepped per step, but reset each epoch -> comes-down
import math

import torch


def train(model, batches, epochs, peak, log):
    steps = epochs * len(batches)
    warmup = steps // 10

    def factor(step):
        if step < warmup:
            return step / warmup
        return 0.5 * (1 + math.cos(math.pi * (step - warmup) / (steps - warmup)))

    step = 0
    for epoch in range(epochs):
        optimizer = torch.optim.SGD(model.parameters(), lr=peak)
        scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, factor)
        for x, y in batches:
            loss = torch.nn.functional.mse_loss(model(x), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            scheduler.step()
            log(step, loss.item())
            step += 1
    return model


# %% wrong: a flat rate that is high enough -> learns
import math

import torch


def train(model, batches, epochs, peak, log):
    steps = epochs * len(batches)
    warmup = steps // 10

    def factor(step):
        if step < warmup:
            return 0.02
        return 0.02

    optimizer = torch.optim.SGD(model.parameters(), lr=peak)
    scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, factor)
    step = 0
    for epoch in range(epochs):
        for x, y in batches:
            loss = torch.nn.functional.mse_loss(model(x), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            log(step, loss.item())
            step += 1
    return model
