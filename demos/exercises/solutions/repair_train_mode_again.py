"""Solutions of repair_train_mode_again: right repairs in other words, and wrong ones with their claim."""

# %% right: the head alone in training mode
import torch


def train(model, batches, epochs, other_task, log):
    model.encoder.requires_grad_(False)
    optimizer = torch.optim.AdamW(model.head.parameters(), lr=3e-2)
    for epoch in range(epochs):
        model.head.train()
        for x, label in batches:
            loss = torch.nn.functional.cross_entropy(model(x), label)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        model.eval()
        log(epoch, other_task())
    return model


# %% right: features first, the head on them
import torch


def train(model, batches, epochs, other_task, log):
    model.encoder.requires_grad_(False)
    optimizer = torch.optim.AdamW(model.head.parameters(), lr=3e-2)
    for epoch in range(epochs):
        model.head.train()
        for x, label in batches:
            with torch.no_grad():
                features = model.encoder.eval()(x)
            loss = torch.nn.functional.cross_entropy(model.head(features), label)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        model.eval()
        log(epoch, other_task())
    return model


# %% right: every BatchNorm of the encoder
import torch


def train(model, batches, epochs, other_task, log):
    model.encoder.requires_grad_(False)
    optimizer = torch.optim.AdamW(model.head.parameters(), lr=3e-2)
    for epoch in range(epochs):
        model.train()
        for module in model.encoder.modules():
            if isinstance(module, torch.nn.BatchNorm1d):
                module.eval()
        for x, label in batches:
            loss = torch.nn.functional.cross_entropy(model(x), label)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        model.eval()
        log(epoch, other_task())
    return model


# %% wrong: eval mode for all -> dropout-on
import torch


def train(model, batches, epochs, other_task, log):
    model.encoder.requires_grad_(False)
    optimizer = torch.optim.AdamW(model.head.parameters(), lr=3e-2)
    for epoch in range(epochs):
        model.eval()
        for x, label in batches:
            loss = torch.nn.functional.cross_entropy(model(x), label)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        model.eval()
        log(epoch, other_task())
    return model


# %% wrong: no_grad around the encoder -> encoder-same
import torch


def train(model, batches, epochs, other_task, log):
    model.encoder.requires_grad_(False)
    optimizer = torch.optim.AdamW(model.head.parameters(), lr=3e-2)
    for epoch in range(epochs):
        model.train()
        for x, label in batches:
            with torch.no_grad():
                features = model.encoder(x)
            loss = torch.nn.functional.cross_entropy(model.head(features), label)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        model.eval()
        log(epoch, other_task())
    return model


# %% wrong: eval() before train() -> encoder-same
import torch


def train(model, batches, epochs, other_task, log):
    model.encoder.requires_grad_(False)
    optimizer = torch.optim.AdamW(model.head.parameters(), lr=3e-2)
    for epoch in range(epochs):
        model.encoder.eval()
        model.train()
        for x, label in batches:
            loss = torch.nn.functional.cross_entropy(model(x), label)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        model.eval()
        log(epoch, other_task())
    return model


# %% wrong: eval() once before the epochs -> encoder-same
import torch


def train(model, batches, epochs, other_task, log):
    model.encoder.requires_grad_(False)
    optimizer = torch.optim.AdamW(model.head.parameters(), lr=3e-2)
    model.encoder.eval()
    for epoch in range(epochs):
        model.train()
        for x, label in batches:
            loss = torch.nn.functional.cross_entropy(model(x), label)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        model.eval()
        log(epoch, other_task())
    return model


# %% wrong: a smaller momentum -> encoder-same
import torch


def train(model, batches, epochs, other_task, log):
    model.encoder.requires_grad_(False)
    optimizer = torch.optim.AdamW(model.head.parameters(), lr=3e-2)
    model.encoder[1].momentum = 0.01
    for epoch in range(epochs):
        model.train()
        for x, label in batches:
            loss = torch.nn.functional.cross_entropy(model(x), label)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        model.eval()
        log(epoch, other_task())
    return model


# %% wrong: statistics of the batch for ever -> encoder-same
import torch


def train(model, batches, epochs, other_task, log):
    model.encoder.requires_grad_(False)
    optimizer = torch.optim.AdamW(model.head.parameters(), lr=3e-2)
    model.encoder[1].track_running_stats = False
    model.encoder[1].running_mean = None
    model.encoder[1].running_var = None
    for epoch in range(epochs):
        model.train()
        for x, label in batches:
            loss = torch.nn.functional.cross_entropy(model(x), label)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        model.eval()
        log(epoch, other_task())
    return model


# %% wrong: mean and variance put back, the count not -> statistics-same
import torch


def train(model, batches, epochs, other_task, log):
    model.encoder.requires_grad_(False)
    optimizer = torch.optim.AdamW(model.head.parameters(), lr=3e-2)
    for epoch in range(epochs):
        model.train()
        mean = model.encoder[1].running_mean.clone()
        var = model.encoder[1].running_var.clone()
        for x, label in batches:
            loss = torch.nn.functional.cross_entropy(model(x), label)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        model.eval()
        model.encoder[1].running_mean.copy_(mean)
        model.encoder[1].running_var.copy_(var)
        log(epoch, other_task())
    return model


# %% wrong: the encoder trained to make up for it -> encoder-same
import torch


def train(model, batches, epochs, other_task, log):
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-2)
    for epoch in range(epochs):
        model.train()
        for x, label in batches:
            loss = torch.nn.functional.cross_entropy(model(x), label)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        model.eval()
        log(epoch, other_task())
    return model


# %% wrong: no epoch at all -> learns
import torch


def train(model, batches, epochs, other_task, log):
    model.encoder.requires_grad_(False)
    optimizer = torch.optim.AdamW(model.head.parameters(), lr=3e-2)
    for epoch in range(0):
        model.train()
        for x, label in batches:
            loss = torch.nn.functional.cross_entropy(model(x), label)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        model.eval()
        log(epoch, other_task())
    return model


# %% wrong: the weights of BatchNorm frozen again -> encoder-same
import torch


def train(model, batches, epochs, other_task, log):
    model.encoder.requires_grad_(False)
    optimizer = torch.optim.AdamW(model.head.parameters(), lr=3e-2)
    model.encoder[1].weight.requires_grad = False
    for epoch in range(epochs):
        model.train()
        for x, label in batches:
            loss = torch.nn.functional.cross_entropy(model(x), label)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        model.eval()
        log(epoch, other_task())
    return model


# %% wrong: the linear layer alone in training mode -> dropout-on
import torch


def train(model, batches, epochs, other_task, log):
    model.encoder.requires_grad_(False)
    optimizer = torch.optim.AdamW(model.head.parameters(), lr=3e-2)
    for epoch in range(epochs):
        model.head[1].train()
        for x, label in batches:
            loss = torch.nn.functional.cross_entropy(model(x), label)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        model.eval()
        log(epoch, other_task())
    return model
