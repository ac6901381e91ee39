"""Solutions of repair_bf16: right repairs in other words, and wrong ones with their claim."""

# %% right: all in float32, rounded at the end
import torch


def tune(model, batches, rate, log):
    optimizer = torch.optim.AdamW(model.parameters(), lr=rate, weight_decay=0.0)
    for step, (x, y) in enumerate(batches):
        out = model(x)
        loss = torch.nn.functional.mse_loss(out.float(), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())
    return model.to(torch.bfloat16)


# %% right: master copies
import torch


def tune(model, batches, rate, log):
    master = [p.detach().clone() for p in model.parameters()]
    model = model.to(torch.bfloat16)
    optimizer = torch.optim.AdamW(master, lr=rate, weight_decay=0.0)
    for step, (x, y) in enumerate(batches):
        loss = torch.nn.functional.mse_loss(model(x.to(torch.bfloat16)).float(), y)
        model.zero_grad()
        loss.backward()
        for own, p in zip(master, model.parameters()):
            own.grad = p.grad.float()
        optimizer.step()
        with torch.no_grad():
            for own, p in zip(master, model.parameters()):
                p.copy_(own)
        log(step, loss.item())
    return model


# %% right: Kahan summation
import torch


def tune(model, batches, rate, log):
    model = model.to(torch.bfloat16)
    weight = model.weight
    lost = torch.zeros_like(weight)
    mean = torch.zeros(weight.shape)
    square = torch.zeros(weight.shape)
    for step, (x, y) in enumerate(batches):
        loss = torch.nn.functional.mse_loss(model(x.to(torch.bfloat16)).float(), y)
        (grad,) = torch.autograd.grad(loss, [weight])
        grad = grad.float()
        mean = 0.9 * mean + 0.1 * grad
        square = 0.999 * square + 0.001 * grad**2
        size = (square / (1 - 0.999 ** (step + 1))).sqrt() + 1e-8
        wanted = (-rate * mean / (1 - 0.9 ** (step + 1)) / size).to(torch.bfloat16)
        with torch.no_grad():
            wanted += lost
            new = weight + wanted
            lost = wanted - (new - weight)
            weight.copy_(new)
        log(step, loss.item())
    return model


# %% right: stochastic rounding
import torch


def rounded(values):
    bits = values.view(torch.int32)
    noise = torch.randint(0, 1 << 16, values.shape, dtype=torch.int32)
    return ((bits + noise) & -65536).view(torch.float32).to(torch.bfloat16)


def tune(model, batches, rate, log):
    model = model.to(torch.bfloat16)
    buffer = model.weight.detach().float()
    optimizer = torch.optim.AdamW([buffer], lr=rate, weight_decay=0.0)
    for step, (x, y) in enumerate(batches):
        loss = torch.nn.functional.mse_loss(model(x.to(torch.bfloat16)).float(), y)
        model.zero_grad()
        loss.backward()
        with torch.no_grad():
            buffer.copy_(model.weight)
            buffer.grad = model.weight.grad.float()
            optimizer.step()
            model.weight.copy_(rounded(buffer))
        log(step, loss.item())
    return model


# %% wrong: ten times the rate -> rate-kept
import torch


def tune(model, batches, rate, log):
    model = model.to(torch.bfloat16)
    optimizer = torch.optim.AdamW(model.parameters(), lr=10 * rate, weight_decay=0.0)
    for step, (x, y) in enumerate(batches):
        out = model(x.to(torch.bfloat16))
        loss = torch.nn.functional.mse_loss(out.float(), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())
    return model


# %% wrong: four passes -> rate-kept
import torch


def tune(model, batches, rate, log):
    model = model.to(torch.bfloat16)
    optimizer = torch.optim.AdamW(model.parameters(), lr=rate, weight_decay=0.0)
    for step, (x, y) in enumerate(batches * 4):
        out = model(x.to(torch.bfloat16))
        loss = torch.nn.functional.mse_loss(out.float(), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())
    return model


# %% wrong: float32 comes back -> as-served
import torch


def tune(model, batches, rate, log):
    optimizer = torch.optim.AdamW(model.parameters(), lr=rate, weight_decay=0.0)
    for step, (x, y) in enumerate(batches):
        out = model(x)
        loss = torch.nn.functional.mse_loss(out.float(), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())
    return model


# %% wrong: autocast over bfloat16 weights -> moves
import torch


def tune(model, batches, rate, log):
    model = model.to(torch.bfloat16)
    optimizer = torch.optim.AdamW(model.parameters(), lr=rate, weight_decay=0.0)
    for step, (x, y) in enumerate(batches):
        with torch.autocast("cpu", dtype=torch.bfloat16):
            out = model(x)
        loss = torch.nn.functional.mse_loss(out.float(), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())
    return model


# %% wrong: rounded after each step -> moves
import torch


def tune(model, batches, rate, log):
    optimizer = torch.optim.AdamW(model.parameters(), lr=rate, weight_decay=0.0)
    for step, (x, y) in enumerate(batches):
        out = model(x)
        loss = torch.nn.functional.mse_loss(out.float(), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        with torch.no_grad():
            model.weight.copy_(model.weight.to(torch.bfloat16))
        log(step, loss.item())
    return model.to(torch.bfloat16)


# %% wrong: gradients in float32 only -> moves
import torch


def tune(model, batches, rate, log):
    model = model.to(torch.bfloat16)
    optimizer = torch.optim.AdamW(model.parameters(), lr=rate, weight_decay=0.0)
    for step, (x, y) in enumerate(batches):
        out = model(x.to(torch.bfloat16))
        loss = torch.nn.functional.mse_loss(out.float(), y)
        optimizer.zero_grad()
        loss.backward()
        for p in model.parameters():
            p.grad = p.grad.float().to(torch.bfloat16)
        optimizer.step()
        log(step, loss.item())
    return model


# %% wrong: the loss scaled -> moves
import torch


def tune(model, batches, rate, log):
    model = model.to(torch.bfloat16)
    optimizer = torch.optim.AdamW(model.parameters(), lr=rate, weight_decay=0.0)
    for step, (x, y) in enumerate(batches):
        out = model(x.to(torch.bfloat16))
        loss = torch.nn.functional.mse_loss(out.float(), y)
        optimizer.zero_grad()
        (1024 * loss).backward()
        optimizer.step()
        log(step, loss.item())
    return model


# %% wrong: float32 from the served weights, each step anew -> moves
import torch


def tune(model, batches, rate, log):
    model = model.to(torch.bfloat16)
    optimizer = torch.optim.AdamW(model.parameters(), lr=rate, weight_decay=0.0)
    for step, (x, y) in enumerate(batches):
        model = model.float()
        model.weight.data = model.weight.data.to(torch.bfloat16).float()
        out = model(x)
        loss = torch.nn.functional.mse_loss(out.float(), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())
    return model.to(torch.bfloat16)


# %% wrong: SGD at this rate -> learns
import torch


def tune(model, batches, rate, log):
    optimizer = torch.optim.SGD(model.parameters(), lr=rate)
    for step, (x, y) in enumerate(batches):
        out = model(x)
        loss = torch.nn.functional.mse_loss(out.float(), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())
    return model.to(torch.bfloat16)


# %% wrong: the answer computed instead -> rate-kept
import torch


def tune(model, batches, rate, log):
    x = torch.cat([x for x, _ in batches])
    y = torch.cat([y for _, y in batches])
    optimizer = torch.optim.AdamW(model.parameters(), lr=rate)
    for _ in batches:
        optimizer.step()
    for _ in range(2):
        optimizer.step()
    with torch.no_grad():
        model.weight.copy_(torch.linalg.lstsq(x, y).solution.T)
    return model.to(torch.bfloat16)
