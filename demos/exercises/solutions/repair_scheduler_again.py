"""Solutions of repair_scheduler_again: right repairs in other words, and wrong ones with their claim."""

# %% right: the schedule counts batches
import torch


def train(model, batches, rate, accumulate, log):
    steps = len(batches) // accumulate
    optimizer = torch.optim.SGD(model.parameters(), lr=rate)
    scheduler = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda batch: 1 - batch // accumulate / steps
    )
    for index, (x, y) in enumerate(batches):
        loss = torch.nn.functional.mse_loss(model(x), y)
        (loss / accumulate).backward()
        if (index + 1) % accumulate == 0:
            optimizer.step()
            optimizer.zero_grad()
        scheduler.step()
        log(index, loss.item())
    return model


# %% right: LinearLR per step
import torch


def train(model, batches, rate, accumulate, log):
    steps = len(batches) // accumulate
    optimizer = torch.optim.SGD(model.parameters(), lr=rate)
    scheduler = torch.optim.lr_scheduler.LinearLR(optimizer, 1.0, 0.0, steps)
    for index, (x, y) in enumerate(batches):
        loss = torch.nn.functional.mse_loss(model(x), y)
        (loss / accumulate).backward()
        if (index + 1) % accumulate == 0:
            optimizer.step()
            optimizer.zero_grad()
            scheduler.step()
        log(index, loss.item())
    return model


# %% right: set by hand
import torch


def train(model, batches, rate, accumulate, log):
    steps = len(batches) // accumulate
    optimizer = torch.optim.SGD(model.parameters(), lr=rate)
    for index, (x, y) in enumerate(batches):
        loss = torch.nn.functional.mse_loss(model(x), y)
        (loss / accumulate).backward()
        if (index + 1) % accumulate == 0:
            optimizer.param_groups[0]["lr"] = rate * (1 - (index // accumulate) / steps)
            optimizer.step()
            optimizer.zero_grad()
        log(index, loss.item())
    return model


# %% right: groups first
import torch


def train(model, batches, rate, accumulate, log):
    groups = [batches[i : i + accumulate] for i in range(0, len(batches), accumulate)]
    optimizer = torch.optim.SGD(model.parameters(), lr=rate)
    falling = torch.optim.lr_scheduler.PolynomialLR(optimizer, len(groups))
    for step, group in enumerate(groups):
        optimizer.zero_grad()
        for place, (x, y) in enumerate(group):
            loss = torch.nn.functional.mse_loss(model(x), y)
            (loss / len(group)).backward()
            log(step * accumulate + place, loss.item())
        optimizer.step()
        falling.step()
    return model


# %% wrong: no schedule -> linear
import torch


def train(model, batches, rate, accumulate, log):
    steps = len(batches) // accumulate
    optimizer = torch.optim.SGD(model.parameters(), lr=rate)
    for index, (x, y) in enumerate(batches):
        loss = torch.nn.functional.mse_loss(model(x), y)
        (loss / accumulate).backward()
        if (index + 1) % accumulate == 0:
            optimizer.step()
            optimizer.zero_grad()
        log(index, loss.item())
    return model


# %% wrong: four times the rate -> linear
import torch


def train(model, batches, rate, accumulate, log):
    steps = len(batches) // accumulate
    optimizer = torch.optim.SGD(model.parameters(), lr=4 * rate)
    scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: max(0, 1 - step / steps))
    for index, (x, y) in enumerate(batches):
        loss = torch.nn.functional.mse_loss(model(x), y)
        (loss / accumulate).backward()
        if (index + 1) % accumulate == 0:
            optimizer.step()
            optimizer.zero_grad()
        scheduler.step()
        log(index, loss.item())
    return model


# %% wrong: a step per batch -> steps
import torch


def train(model, batches, rate, accumulate, log):
    steps = len(batches)
    optimizer = torch.optim.SGD(model.parameters(), lr=rate)
    scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: max(0, 1 - step / steps))
    for index, (x, y) in enumerate(batches):
        loss = torch.nn.functional.mse_loss(model(x), y)
        loss.backward()
        if True:
            optimizer.step()
            optimizer.zero_grad()
        scheduler.step()
        log(index, loss.item())
    return model


# %% wrong: the loss not divided -> steps
import torch


def train(model, batches, rate, accumulate, log):
    steps = len(batches) // accumulate
    optimizer = torch.optim.SGD(model.parameters(), lr=rate)
    scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: max(0, 1 - step / steps))
    for index, (x, y) in enumerate(batches):
        loss = torch.nn.functional.mse_loss(model(x), y)
        loss.backward()
        if (index + 1) % accumulate == 0:
            optimizer.step()
            optimizer.zero_grad()
            scheduler.step()
        log(index, loss.item())
    return model


# %% wrong: stretched by a number written in -> no-group
import torch


def train(model, batches, rate, accumulate, log):
    steps = len(batches) // accumulate
    four = accumulate
    optimizer = torch.optim.SGD(model.parameters(), lr=rate)
    scheduler = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: max(0, 1 - step // (four if four > 1 else 3) / steps)
    )
    for index, (x, y) in enumerate(batches):
        loss = torch.nn.functional.mse_loss(model(x), y)
        (loss / accumulate).backward()
        if (index + 1) % accumulate == 0:
            optimizer.step()
            optimizer.zero_grad()
        scheduler.step()
        log(index, loss.item())
    return model


# %% wrong: a lower end -> linear
import torch


def train(model, batches, rate, accumulate, log):
    steps = len(batches) // accumulate
    optimizer = torch.optim.SGD(model.parameters(), lr=rate)
    scheduler = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: max(0.1, 1 - step / steps)
    )
    for index, (x, y) in enumerate(batches):
        loss = torch.nn.functional.mse_loss(model(x), y)
        (loss / accumulate).backward()
        if (index + 1) % accumulate == 0:
            optimizer.step()
            optimizer.zero_grad()
        scheduler.step()
        log(index, loss.item())
    return model


# %% wrong: the schedule twice as long -> linear
import torch


def train(model, batches, rate, accumulate, log):
    steps = len(batches) // accumulate
    optimizer = torch.optim.SGD(model.parameters(), lr=rate)
    scheduler = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: max(0, 1 - step / (2 * steps))
    )
    for index, (x, y) in enumerate(batches):
        loss = torch.nn.functional.mse_loss(model(x), y)
        (loss / accumulate).backward()
        if (index + 1) % accumulate == 0:
            optimizer.step()
            optimizer.zero_grad()
        scheduler.step()
        log(index, loss.item())
    return model


# %% wrong: gradients never zeroed -> linear
import torch


def train(model, batches, rate, accumulate, log):
    steps = len(batches) // accumulate
    optimizer = torch.optim.SGD(model.parameters(), lr=rate)
    scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: max(0, 1 - step / steps))
    for index, (x, y) in enumerate(batches):
        loss = torch.nn.functional.mse_loss(model(x), y)
        (loss / accumulate).backward()
        if (index + 1) % accumulate == 0:
            optimizer.step()
        scheduler.step()
        log(index, loss.item())
    return model


# %% wrong: twice through the data -> learns
import torch


def train(model, batches, rate, accumulate, log):
    steps = len(batches) // accumulate
    optimizer = torch.optim.SGD(model.parameters(), lr=rate)
    scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: max(0, 1 - step / steps))
    for index, (x, y) in enumerate(batches * 2):
        loss = torch.nn.functional.mse_loss(model(x), y)
        (loss / accumulate).backward()
        if (index + 1) % accumulate == 0:
            optimizer.step()
            optimizer.zero_grad()
        scheduler.step()
        log(index, loss.item())
    return model
