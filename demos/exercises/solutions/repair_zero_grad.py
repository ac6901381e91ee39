"""Solutions of repair_zero_grad: right repairs in other words, and wrong ones with their claim."""

# %% right: zeroed after the step
import torch


def train(model, batches, rate, log):
    optimizer = torch.optim.SGD(model.parameters(), lr=rate)
    for step, (x, y) in enumerate(batches):
        loss = torch.nn.functional.mse_loss(model(x), y)
        loss.backward()
        optimizer.step()
        model.zero_grad()
        log(step, loss.item())
    return model


# %% right: gradients dropped by hand
import torch


def train(model, batches, rate, log):
    optimizer = torch.optim.SGD(model.parameters(), lr=rate)
    for step, (x, y) in enumerate(batches):
        for p in model.parameters():
            p.grad = None
        loss = (model(x) - y).square().mean()
        loss.backward()
        optimizer.step()
        log(step, loss.item())
    return model


# %% right: no buffers at all
import torch


def train(model, batches, rate, log):
    parameters = list(model.parameters())
    for step, (x, y) in enumerate(batches):
        loss = torch.nn.functional.mse_loss(model(x), y)
        grads = torch.autograd.grad(loss, parameters)
        with torch.no_grad():
            for p, g in zip(parameters, grads):
                p -= rate * g
        log(step, loss.item())
    return model


# %% wrong: a tenth of the rate -> is-sgd
import torch


def train(model, batches, rate, log):
    optimizer = torch.optim.SGD(model.parameters(), lr=rate / 10)
    for step, (x, y) in enumerate(batches):
        loss = torch.nn.functional.mse_loss(model(x), y)
        loss.backward()
        optimizer.step()
        log(step, loss.item())
    return model


# %% wrong: a tiny rate and the whole data many times -> is-sgd
import torch


def train(model, batches, rate, log):
    optimizer = torch.optim.Adam(model.parameters(), lr=rate)
    for step, (x, y) in enumerate(batches * 2):
        loss = torch.nn.functional.mse_loss(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())
    return model


# %% wrong: zeroed between backward and step -> learns
import torch


def train(model, batches, rate, log):
    optimizer = torch.optim.SGD(model.parameters(), lr=rate)
    for step, (x, y) in enumerate(batches):
        loss = torch.nn.functional.mse_loss(model(x), y)
        loss.backward()
        optimizer.zero_grad()
        optimizer.step()
        log(step, loss.item())
    return model


# %% wrong: zeroed once before the loop -> learns
import torch


def train(model, batches, rate, log):
    optimizer = torch.optim.SGD(model.parameters(), lr=rate)
    optimizer.zero_grad()
    for step, (x, y) in enumerate(batches):
        loss = torch.nn.functional.mse_loss(model(x), y)
        loss.backward()
        optimizer.step()
        log(step, loss.item())
    return model


# %% wrong: zeroed every tenth step -> is-sgd
import torch


def train(model, batches, rate, log):
    optimizer = torch.optim.SGD(model.parameters(), lr=rate)
    for step, (x, y) in enumerate(batches):
        if step % 10 == 0:
            optimizer.zero_grad()
        loss = torch.nn.functional.mse_loss(model(x), y)
        loss.backward()
        optimizer.step()
        log(step, loss.item())
    return model


# %% wrong: clipped -> is-sgd
import torch


def train(model, batches, rate, log):
    optimizer = torch.optim.SGD(model.parameters(), lr=rate)
    for step, (x, y) in enumerate(batches):
        loss = torch.nn.functional.mse_loss(model(x), y)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        log(step, loss.item())
    return model


# %% wrong: stops at the first valley -> is-sgd
import torch


def train(model, batches, rate, log):
    optimizer = torch.optim.SGD(model.parameters(), lr=rate)
    for step, (x, y) in enumerate(batches[:8]):
        loss = torch.nn.functional.mse_loss(model(x), y)
        loss.backward()
        optimizer.step()
        log(step, loss.item())
    return model


# %% wrong: solved in closed form -> is-sgd
import torch


def train(model, batches, rate, log):
    x = torch.cat([x for x, _ in batches])
    y = torch.cat([y for _, y in batches])
    ones = torch.ones(len(x), 1)
    found = torch.linalg.lstsq(torch.cat([x, ones], 1), y).solution
    with torch.no_grad():
        model.weight.copy_(found[:-1].T)
        model.bias.copy_(found[-1])
    return model


# %% wrong: repaired for the first 160 steps -> any-length
import torch


def train(model, batches, rate, log):
    optimizer = torch.optim.SGD(model.parameters(), lr=rate)
    for step, (x, y) in enumerate(batches):
        loss = torch.nn.functional.mse_loss(model(x), y)
        if step < 160:
            optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())
    return model
