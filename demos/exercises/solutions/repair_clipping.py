"""Solutions of repair_clipping: right repairs in other words, and wrong ones with their claim."""

# %% right: clipped at the scaled norm
import torch


def train(model, batches, rate, scaler, log):
    optimizer = torch.optim.SGD(model.parameters(), lr=rate)
    for step, (x, y) in enumerate(batches):
        loss = torch.nn.functional.mse_loss(model(x), y)
        optimizer.zero_grad()
        scaler.scale(loss).backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), scaler.get_scale())
        scaler.step(optimizer)
        scaler.update()
        log(step, loss.item())
    return model


# %% right: unscaled by hand, skipped by hand
import torch


def train(model, batches, rate, scaler, log):
    optimizer = torch.optim.SGD(model.parameters(), lr=rate)
    for step, (x, y) in enumerate(batches):
        loss = torch.nn.functional.mse_loss(model(x), y)
        optimizer.zero_grad()
        scaler.scale(loss).backward()
        for p in model.parameters():
            p.grad /= scaler.get_scale()
        norm = torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        if torch.isfinite(norm):
            optimizer.step()
        log(step, loss.item())
    return model


# %% right: own norm after unscale_
import torch


def train(model, batches, rate, scaler, log):
    optimizer = torch.optim.SGD(model.parameters(), lr=rate)
    for step, (x, y) in enumerate(batches):
        loss = torch.nn.functional.mse_loss(model(x), y)
        optimizer.zero_grad()
        scaler.scale(loss).backward()
        scaler.unscale_(optimizer)
        norm = torch.cat([p.grad.flatten() for p in model.parameters()]).norm()
        if norm > 1:
            for p in model.parameters():
                p.grad /= norm
        scaler.step(optimizer)
        scaler.update()
        log(step, loss.item())
    return model


# %% wrong: no clipping -> one-bad-label
import torch


def train(model, batches, rate, scaler, log):
    optimizer = torch.optim.SGD(model.parameters(), lr=rate)
    for step, (x, y) in enumerate(batches):
        loss = torch.nn.functional.mse_loss(model(x), y)
        optimizer.zero_grad()
        scaler.scale(loss).backward()
        scaler.step(optimizer)
        scaler.update()
        log(step, loss.item())
    return model


# %% wrong: a thousand times the rate -> as-unscaled
import torch


def train(model, batches, rate, scaler, log):
    optimizer = torch.optim.SGD(model.parameters(), lr=1000 * rate)
    for step, (x, y) in enumerate(batches):
        loss = torch.nn.functional.mse_loss(model(x), y)
        optimizer.zero_grad()
        scaler.scale(loss).backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        scaler.step(optimizer)
        scaler.update()
        log(step, loss.item())
    return model


# %% wrong: the scale of the first step for all -> scaled
import torch


def train(model, batches, rate, scaler, log):
    optimizer = torch.optim.SGD(model.parameters(), lr=rate)
    for step, (x, y) in enumerate(batches):
        loss = torch.nn.functional.mse_loss(model(x), y)
        optimizer.zero_grad()
        scaler.scale(loss).backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 4096.0)
        scaler.step(optimizer)
        scaler.update()
        log(step, loss.item())
    return model


# %% wrong: a norm large enough -> one-bad-label
import torch


def train(model, batches, rate, scaler, log):
    optimizer = torch.optim.SGD(model.parameters(), lr=rate)
    for step, (x, y) in enumerate(batches):
        loss = torch.nn.functional.mse_loss(model(x), y)
        optimizer.zero_grad()
        scaler.scale(loss).backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1e6)
        scaler.step(optimizer)
        scaler.update()
        log(step, loss.item())
    return model


# %% wrong: clipped after the step -> one-bad-label
import torch


def train(model, batches, rate, scaler, log):
    optimizer = torch.optim.SGD(model.parameters(), lr=rate)
    for step, (x, y) in enumerate(batches):
        loss = torch.nn.functional.mse_loss(model(x), y)
        optimizer.zero_grad()
        scaler.scale(loss).backward()
        scaler.step(optimizer)
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        scaler.update()
        log(step, loss.item())
    return model


# %% wrong: the loss not scaled -> scaled
import torch


def train(model, batches, rate, scaler, log):
    optimizer = torch.optim.SGD(model.parameters(), lr=rate)
    for step, (x, y) in enumerate(batches):
        loss = torch.nn.functional.mse_loss(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        norm = torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        if torch.isfinite(norm):
            optimizer.step()
        log(step, loss.item())
    return model


# %% wrong: unscaled, stepped without the scaler -> infinite
import torch


def train(model, batches, rate, scaler, log):
    optimizer = torch.optim.SGD(model.parameters(), lr=rate)
    for step, (x, y) in enumerate(batches):
        loss = torch.nn.functional.mse_loss(model(x), y)
        optimizer.zero_grad()
        scaler.scale(loss).backward()
        scaler.unscale_(optimizer)
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        scaler.update()
        log(step, loss.item())
    return model


# %% wrong: unscaled after clipping -> as-unscaled
import torch


def train(model, batches, rate, scaler, log):
    optimizer = torch.optim.SGD(model.parameters(), lr=rate)
    for step, (x, y) in enumerate(batches):
        loss = torch.nn.functional.mse_loss(model(x), y)
        optimizer.zero_grad()
        scaler.scale(loss).backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        scaler.unscale_(optimizer)
        scaler.step(optimizer)
        scaler.update()
        log(step, loss.item())
    return model


# %% wrong: Adam, which does not mind the scale -> as-unscaled
import torch


def train(model, batches, rate, scaler, log):
    optimizer = torch.optim.Adam(model.parameters(), lr=rate)
    for step, (x, y) in enumerate(batches):
        loss = torch.nn.functional.mse_loss(model(x), y)
        optimizer.zero_grad()
        scaler.scale(loss).backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        scaler.step(optimizer)
        scaler.update()
        log(step, loss.item())
    return model


# %% wrong: each number clipped -> as-unscaled
import torch


def train(model, batches, rate, scaler, log):
    optimizer = torch.optim.SGD(model.parameters(), lr=rate)
    for step, (x, y) in enumerate(batches):
        loss = torch.nn.functional.mse_loss(model(x), y)
        optimizer.zero_grad()
        scaler.scale(loss).backward()
        scaler.unscale_(optimizer)
        torch.nn.utils.clip_grad_value_(model.parameters(), 1.0)
        scaler.step(optimizer)
        scaler.update()
        log(step, loss.item())
    return model


# %% wrong: three passes -> learns
import torch


def train(model, batches, rate, scaler, log):
    optimizer = torch.optim.SGD(model.parameters(), lr=rate)
    for step, (x, y) in enumerate(batches * 3):
        loss = torch.nn.functional.mse_loss(model(x), y)
        optimizer.zero_grad()
        scaler.scale(loss).backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        scaler.step(optimizer)
        scaler.update()
        log(step, loss.item())
    return model
