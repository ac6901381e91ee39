"""Solutions of repair_zero_grad_again: right repairs, and wrong ones with their claim."""

# %% right: one loop over both optimizers
import torch


def train(body, head, batches, rates, log):
    both = [torch.optim.SGD(m.parameters(), lr=r) for m, r in zip((body, head), rates)]
    for step, (x, y) in enumerate(batches):
        loss = torch.nn.functional.mse_loss(head(body(x)), y)
        loss.backward()
        for optimizer in both:
            optimizer.step()
            optimizer.zero_grad()
        log(step, loss.item())
    return body, head


# %% right: one optimizer with two groups
import torch


def train(body, head, batches, rates, log):
    groups = [
        {"params": body.parameters(), "lr": rates[0]},
        {"params": head.parameters(), "lr": rates[1]},
    ]
    optimizer = torch.optim.SGD(groups, lr=rates[1])
    for step, (x, y) in enumerate(batches):
        optimizer.zero_grad()
        loss = torch.nn.functional.mse_loss(head(body(x)), y)
        loss.backward()
        optimizer.step()
        log(step, loss.item())
    return body, head


# %% right: the modules are zeroed
import torch


def train(body, head, batches, rates, log):
    body_optimizer = torch.optim.SGD(body.parameters(), lr=rates[0])
    head_optimizer = torch.optim.SGD(head.parameters(), lr=rates[1])
    for step, (x, y) in enumerate(batches):
        body.zero_grad(set_to_none=False)
        head.zero_grad()
        loss = torch.nn.functional.mse_loss(head(body(x)), y)
        loss.backward()
        head_optimizer.step()
        body_optimizer.step()
        log(step, loss.item())
    return body, head


# %% wrong: the other one zeroed instead -> own-batch
import torch


def train(body, head, batches, rates, log):
    body_optimizer = torch.optim.SGD(body.parameters(), lr=rates[0])
    head_optimizer = torch.optim.SGD(head.parameters(), lr=rates[1])
    for step, (x, y) in enumerate(batches):
        body_optimizer.zero_grad()
        loss = torch.nn.functional.mse_loss(head(body(x)), y)
        loss.backward()
        body_optimizer.step()
        head_optimizer.step()
        log(step, loss.item())
    return body, head


# %% wrong: the body frozen -> both-move
import torch


def train(body, head, batches, rates, log):
    body.requires_grad_(False)
    head_optimizer = torch.optim.SGD(head.parameters(), lr=rates[1])
    for step, (x, y) in enumerate(batches):
        head_optimizer.zero_grad()
        loss = torch.nn.functional.mse_loss(head(body(x)), y)
        loss.backward()
        head_optimizer.step()
        log(step, loss.item())
    return body, head


# %% wrong: the body's rate a thousandth -> both-move
import torch


def train(body, head, batches, rates, log):
    body_optimizer = torch.optim.SGD(body.parameters(), lr=rates[0] / 1000)
    head_optimizer = torch.optim.SGD(head.parameters(), lr=rates[1])
    for step, (x, y) in enumerate(batches):
        head_optimizer.zero_grad()
        loss = torch.nn.functional.mse_loss(head(body(x)), y)
        loss.backward()
        body_optimizer.step()
        head_optimizer.step()
        log(step, loss.item())
    return body, head


# %% wrong: one rate for both -> own-batch
import torch


def train(body, head, batches, rates, log):
    both = [*body.parameters(), *head.parameters()]
    optimizer = torch.optim.SGD(both, lr=rates[1])
    for step, (x, y) in enumerate(batches):
        optimizer.zero_grad()
        loss = torch.nn.functional.mse_loss(head(body(x)), y)
        loss.backward()
        optimizer.step()
        log(step, loss.item())
    return body, head


# %% wrong: the sum divided by the steps -> own-batch
import torch


def train(body, head, batches, rates, log):
    body_optimizer = torch.optim.SGD(body.parameters(), lr=rates[0])
    head_optimizer = torch.optim.SGD(head.parameters(), lr=rates[1])
    for step, (x, y) in enumerate(batches):
        head_optimizer.zero_grad()
        loss = torch.nn.functional.mse_loss(head(body(x)), y)
        loss.backward()
        kept = [p.grad.clone() for p in body.parameters()]
        for p in body.parameters():
            p.grad /= step + 1
        body_optimizer.step()
        for p, g in zip(body.parameters(), kept):
            p.grad = g
        head_optimizer.step()
        log(step, loss.item())
    return body, head


# %% wrong: clipped -> own-batch
import torch


def train(body, head, batches, rates, log):
    body_optimizer = torch.optim.SGD(body.parameters(), lr=rates[0])
    head_optimizer = torch.optim.SGD(head.parameters(), lr=rates[1])
    for step, (x, y) in enumerate(batches):
        head_optimizer.zero_grad()
        loss = torch.nn.functional.mse_loss(head(body(x)), y)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(body.parameters(), 0.5)
        body_optimizer.step()
        head_optimizer.step()
        log(step, loss.item())
    return body, head


# %% wrong: zeroed before the step -> learns
import torch


def train(body, head, batches, rates, log):
    body_optimizer = torch.optim.SGD(body.parameters(), lr=rates[0])
    head_optimizer = torch.optim.SGD(head.parameters(), lr=rates[1])
    for step, (x, y) in enumerate(batches):
        loss = torch.nn.functional.mse_loss(head(body(x)), y)
        loss.backward()
        body_optimizer.zero_grad()
        head_optimizer.zero_grad()
        body_optimizer.step()
        head_optimizer.step()
        log(step, loss.item())
    return body, head
