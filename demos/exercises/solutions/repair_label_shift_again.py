"""Repairs of repair_label_shift_again: right ones, and wrong ones with their claim."""

# %% right: the loss by hand, shifted once
import torch
import torch.nn.functional as F


def train(model, batches, log):
    model.train()
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.01)
    for step, ids in enumerate(batches):
        logits = model(input_ids=ids).logits
        loss = F.cross_entropy(logits[:, :-1].flatten(0, 1), ids[:, 1:].flatten())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())


# %% right: inputs without the last word
import torch
import torch.nn.functional as F


def train(model, batches, log):
    model.train()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    for step, ids in enumerate(batches):
        logits = model(input_ids=ids[:, :-1]).logits
        loss = F.cross_entropy(logits.transpose(1, 2), ids[:, 1:])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())


# %% right: labels are a copy of the ids
import torch


def train(model, batches, log):
    model.train()
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.01)
    for step, ids in enumerate(batches):
        labels = ids.clone()
        labels[:, 0] = -100
        loss = model(input_ids=ids, labels=labels).loss
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())


# %% wrong: shifted back by two -> goes-on
import torch


def train(model, batches, log):
    model.train()
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.01)
    for step, ids in enumerate(batches):
        labels = torch.full_like(ids, -100)
        labels[:, 1:] = ids[:, :-1]
        loss = model(input_ids=ids, labels=labels).loss
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())


# %% wrong: rolled -> goes-on
import torch


def train(model, batches, log):
    model.train()
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.01)
    for step, ids in enumerate(batches):
        loss = model(input_ids=ids, labels=ids.roll(-1, dims=1)).loss
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())


# %% wrong: inputs and labels cut, and the model shifts again -> new-songs
import torch


def train(model, batches, log):
    model.train()
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.01)
    for step, ids in enumerate(batches):
        loss = model(input_ids=ids[:, :-1], labels=ids[:, 1:]).loss
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())


# %% wrong: the loss by hand without any shift -> goes-on
import torch
import torch.nn.functional as F


def train(model, batches, log):
    model.train()
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.01)
    for step, ids in enumerate(batches):
        logits = model(input_ids=ids).logits
        loss = F.cross_entropy(logits.flatten(0, 1), ids.flatten())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())


# %% wrong: a lower rate -> goes-on
import torch


def train(model, batches, log):
    model.train()
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.001)
    for step, ids in enumerate(batches):
        labels = torch.full_like(ids, -100)
        labels[:, :-1] = ids[:, 1:]
        loss = model(input_ids=ids, labels=labels).loss
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())


# %% wrong: both losses added -> first-loss
import torch


def train(model, batches, log):
    model.train()
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.01)
    for step, ids in enumerate(batches):
        labels = torch.full_like(ids, -100)
        labels[:, :-1] = ids[:, 1:]
        loss = model(input_ids=ids, labels=labels).loss + model(input_ids=ids, labels=ids).loss
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item() / 2)


# %% wrong: shifted by one more -> goes-on
import torch


def train(model, batches, log):
    model.train()
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.01)
    for step, ids in enumerate(batches):
        labels = torch.full_like(ids, -100)
        labels[:, :-2] = ids[:, 2:]
        loss = model(input_ids=ids, labels=labels).loss
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())


# %% wrong: only the first step is honest -> new-songs
import torch


def train(model, batches, log):
    model.train()
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.01)
    for step, ids in enumerate(batches):
        labels = torch.full_like(ids, -100)
        labels[:, :-1] = ids[:, 1:]
        loss = model(input_ids=ids, labels=ids if step == 0 else labels).loss
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())
