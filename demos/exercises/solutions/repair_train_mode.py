"""Solutions of repair_train_mode: right repairs in other words, and wrong ones with their claim."""

# %% right: back to training after the check
import torch


def train(model, batches, held_out, epochs, log):
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2)
    for epoch in range(epochs):
        for x, label in batches:
            loss = torch.nn.functional.cross_entropy(model(x), label)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        model.eval()
        with torch.no_grad():
            x, label = held_out
            log(epoch, torch.nn.functional.cross_entropy(model(x), label).item())
        model.train()
    return model


# %% right: the mode put back as it was
import torch


def train(model, batches, held_out, epochs, log):
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2)
    for epoch in range(epochs):
        for x, label in batches:
            loss = torch.nn.functional.cross_entropy(model(x), label)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        before = model.training
        model.eval()
        with torch.no_grad():
            x, label = held_out
            log(epoch, torch.nn.functional.cross_entropy(model(x), label).item())
        model.train(before)
    return model


# %% right: a copy is checked
import copy

import torch


def train(model, batches, held_out, epochs, log):
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2)
    for epoch in range(epochs):
        for x, label in batches:
            loss = torch.nn.functional.cross_entropy(model(x), label)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        checked = copy.deepcopy(model).eval()
        with torch.no_grad():
            x, label = held_out
            log(epoch, torch.nn.functional.cross_entropy(checked(x), label).item())
    return model


# %% wrong: no eval() at all -> checks-in-eval
import torch


def train(model, batches, held_out, epochs, log):
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2)
    for epoch in range(epochs):
        for x, label in batches:
            loss = torch.nn.functional.cross_entropy(model(x), label)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        with torch.no_grad():
            x, label = held_out
            log(epoch, torch.nn.functional.cross_entropy(model(x), label).item())
    return model


# %% wrong: train() once before the epochs -> trains-in-train
import torch


def train(model, batches, held_out, epochs, log):
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2)
    model.train()
    for epoch in range(epochs):
        for x, label in batches:
            loss = torch.nn.functional.cross_entropy(model(x), label)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        model.eval()
        with torch.no_grad():
            x, label = held_out
            log(epoch, torch.nn.functional.cross_entropy(model(x), label).item())
    return model


# %% wrong: train() before the check -> checks-in-eval
import torch


def train(model, batches, held_out, epochs, log):
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2)
    for epoch in range(epochs):
        for x, label in batches:
            loss = torch.nn.functional.cross_entropy(model(x), label)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        model.eval()
        model.train()
        with torch.no_grad():
            x, label = held_out
            log(epoch, torch.nn.functional.cross_entropy(model(x), label).item())
    return model


# %% wrong: eval() at the end only, no check before -> checks-in-eval
import torch


def train(model, batches, held_out, epochs, log):
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2)
    for epoch in range(epochs):
        for x, label in batches:
            loss = torch.nn.functional.cross_entropy(model(x), label)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        if epoch < epochs - 1:
            continue
        model.eval()
        with torch.no_grad():
            x, label = held_out
            log(epoch, torch.nn.functional.cross_entropy(model(x), label).item())
    return model


# %% wrong: dropout alone switched on -> trains-in-train
import torch


def train(model, batches, held_out, epochs, log):
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2)
    for epoch in range(epochs):
        model[3].train()
        for x, label in batches:
            loss = torch.nn.functional.cross_entropy(model(x), label)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        model.eval()
        with torch.no_grad():
            x, label = held_out
            log(epoch, torch.nn.functional.cross_entropy(model(x), label).item())
    return model


# %% wrong: stopped after five epochs -> all-batches
import torch


def train(model, batches, held_out, epochs, log):
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2)
    for epoch in range(5):
        for x, label in batches:
            loss = torch.nn.functional.cross_entropy(model(x), label)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        model.eval()
        with torch.no_grad():
            x, label = held_out
            log(epoch, torch.nn.functional.cross_entropy(model(x), label).item())
    return model


# %% wrong: trained on the held-out rows too -> all-batches
import torch


def train(model, batches, held_out, epochs, log):
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2)
    for epoch in range(epochs):
        model.train()
        for x, label in [*batches, held_out]:
            loss = torch.nn.functional.cross_entropy(model(x), label)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        model.eval()
        with torch.no_grad():
            x, label = held_out
            log(epoch, torch.nn.functional.cross_entropy(model(x), label).item())
    return model


# %% wrong: a larger weight decay -> trains-in-train
import torch


def train(model, batches, held_out, epochs, log):
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2, weight_decay=1.0)
    for epoch in range(epochs):
        for x, label in batches:
            loss = torch.nn.functional.cross_entropy(model(x), label)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        model.eval()
        with torch.no_grad():
            x, label = held_out
            log(epoch, torch.nn.functional.cross_entropy(model(x), label).item())
    return model


# %% wrong: a tenth of the rate -> trains-in-train
import torch


def train(model, batches, held_out, epochs, log):
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
    for epoch in range(epochs):
        for x, label in batches:
            loss = torch.nn.functional.cross_entropy(model(x), label)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        model.eval()
        with torch.no_grad():
            x, label = held_out
            log(epoch, torch.nn.functional.cross_entropy(model(x), label).item())
    return model


# %% wrong: running statistics switched off -> statistics
import torch


def train(model, batches, held_out, epochs, log):
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2)
    model[1].momentum = 0.0
    for epoch in range(epochs):
        model.train()
        for x, label in batches:
            loss = torch.nn.functional.cross_entropy(model(x), label)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        model.eval()
        with torch.no_grad():
            x, label = held_out
            log(epoch, torch.nn.functional.cross_entropy(model(x), label).item())
    return model


# %% wrong: a rate at which nothing generalises -> generalises
import torch


def train(model, batches, held_out, epochs, log):
    optimizer = torch.optim.AdamW(model.parameters(), lr=1000.0)
    for epoch in range(epochs):
        model.train()
        for x, label in batches:
            loss = torch.nn.functional.cross_entropy(model(x), label)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        model.eval()
        with torch.no_grad():
            x, label = held_out
            log(epoch, torch.nn.functional.cross_entropy(model(x), label).item())
    return model
