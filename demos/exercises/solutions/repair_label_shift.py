"""Repairs of repair_label_shift: right ones in other words, and wrong ones with their claim."""

# %% right: the last place ignored
import torch
import torch.nn.functional as F


def train(model, batches, log):
    optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
    for step, ids in enumerate(batches):
        labels = torch.full_like(ids, -100)
        labels[:, :-1] = ids[:, 1:]
        loss = F.cross_entropy(model(ids).flatten(0, 1), labels.flatten())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())


# %% right: inputs without the last word
import torch
import torch.nn.functional as F


def train(model, batches, log):
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.03, weight_decay=0.0)
    for step, ids in enumerate(batches):
        inputs, targets = ids[:, :-1], ids[:, 1:]
        loss = F.cross_entropy(model(inputs).transpose(1, 2), targets)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())


# %% right: log probabilities gathered
import torch


def train(model, batches, log):
    optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
    for step, ids in enumerate(batches):
        log_p = model(ids).log_softmax(-1)[:, :-1]
        loss = -log_p.gather(-1, ids[:, 1:, None]).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())


# %% wrong: a lower rate -> predicts-the-next
import torch
import torch.nn.functional as F


def train(model, batches, log):
    optimizer = torch.optim.Adam(model.parameters(), lr=0.001)
    for step, ids in enumerate(batches):
        loss = F.cross_entropy(model(ids).flatten(0, 1), ids.flatten())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())


# %% wrong: weight decay and dropout against overfitting -> goes-on
import torch
import torch.nn.functional as F


def train(model, batches, log):
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.02, weight_decay=0.5)
    for step, ids in enumerate(batches):
        loss = F.cross_entropy(F.dropout(model(ids), 0.3).flatten(0, 1), ids.flatten())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())


# %% wrong: shifted in the other direction -> goes-on
import torch
import torch.nn.functional as F


def train(model, batches, log):
    optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
    for step, ids in enumerate(batches):
        loss = F.cross_entropy(model(ids)[:, 1:].flatten(0, 1), ids[:, :-1].flatten())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())


# %% wrong: both sides cut alike -> predicts-the-next
import torch
import torch.nn.functional as F


def train(model, batches, log):
    optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
    for step, ids in enumerate(batches):
        loss = F.cross_entropy(model(ids)[:, :-1].flatten(0, 1), ids[:, :-1].flatten())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())


# %% wrong: shifted by two -> first-loss
import torch
import torch.nn.functional as F


def train(model, batches, log):
    optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
    for step, ids in enumerate(batches):
        loss = F.cross_entropy(model(ids)[:, :-2].flatten(0, 1), ids[:, 2:].flatten())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())


# %% wrong: rolled round, the last place predicts the first word -> first-loss
import torch
import torch.nn.functional as F


def train(model, batches, log):
    optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
    for step, ids in enumerate(batches):
        loss = F.cross_entropy(model(ids).flatten(0, 1), ids.roll(-1, dims=1).flatten())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())


# %% wrong: the whole tensor rolled before it is flattened -> first-loss
import torch
import torch.nn.functional as F


def train(model, batches, log):
    optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
    for step, ids in enumerate(batches):
        loss = F.cross_entropy(model(ids).flatten(0, 1)[:-1], ids.flatten()[1:])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())


# %% wrong: the right loss logged, the old one trained -> predicts-the-next
import torch
import torch.nn.functional as F


def train(model, batches, log):
    optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
    for step, ids in enumerate(batches):
        logits = model(ids)
        loss = F.cross_entropy(logits.flatten(0, 1), ids.flatten())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        shown = F.cross_entropy(logits[:, :-1].flatten(0, 1), ids[:, 1:].flatten())
        log(step, shown.item())


# %% wrong: a floor added to the curve -> predicts-the-next
import torch
import torch.nn.functional as F


def train(model, batches, log):
    optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
    for step, ids in enumerate(batches):
        loss = F.cross_entropy(model(ids).flatten(0, 1), ids.flatten())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, max(loss.item(), 0.5))


# %% wrong: trained as it should be, the old loss logged -> curve-is-true
import torch
import torch.nn.functional as F


def train(model, batches, log):
    optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
    for step, ids in enumerate(batches):
        logits = model(ids)
        loss = F.cross_entropy(logits[:, :-1].flatten(0, 1), ids[:, 1:].flatten())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, F.cross_entropy(logits.flatten(0, 1), ids.flatten()).item())
