"""Repairs of repair_pad_eos: right ones in other words, and wrong ones with their claim."""

# %% right: the unused id pads
import torch
import torch.nn.functional as F


def train(model, rows, eos, log):
    with torch.no_grad():
        pad = model(torch.tensor([[eos]])).shape[-1] - 1
    width = max(len(row) for row in rows)
    ids = torch.tensor([row + [pad] * (width - len(row)) for row in rows])
    labels = ids.masked_fill(ids == pad, -100)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.05)
    for step in range(80):
        logits = model(ids)
        loss = F.cross_entropy(logits[:, :-1].flatten(0, 1), labels[:, 1:].flatten())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())


# %% right: all but the first end token masked
import torch
import torch.nn.functional as F


def train(model, rows, eos, log):
    pad = eos
    width = max(len(row) for row in rows)
    ids = torch.tensor([row + [pad] * (width - len(row)) for row in rows])
    labels = ids.clone()
    ends = (ids == eos).cumsum(dim=1)
    labels[ends > 1] = -100
    optimizer = torch.optim.Adam(model.parameters(), lr=0.05)
    for step in range(80):
        logits = model(ids)
        loss = F.cross_entropy(logits[:, :-1].flatten(0, 1), labels[:, 1:].flatten())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())


# %% right: a mask and a mean by hand
import torch
import torch.nn.functional as F


def train(model, rows, eos, log):
    pad = eos
    width = max(len(row) for row in rows)
    ids = torch.tensor([row + [pad] * (width - len(row)) for row in rows])
    mask = torch.tensor([[1.0] * len(row) + [0.0] * (width - len(row)) for row in rows])[:, 1:]
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.05, weight_decay=0.0)
    for step in range(80):
        log_p = model(ids).log_softmax(-1)[:, :-1]
        nats = -log_p.gather(-1, ids[:, 1:, None])[..., 0]
        loss = (nats * mask).sum() / mask.sum()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())


# %% wrong: nothing masked -> real-tokens-count
import torch
import torch.nn.functional as F


def train(model, rows, eos, log):
    pad = eos
    width = max(len(row) for row in rows)
    ids = torch.tensor([row + [pad] * (width - len(row)) for row in rows])
    labels = ids.clone()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.05)
    for step in range(80):
        logits = model(ids)
        loss = F.cross_entropy(logits[:, :-1].flatten(0, 1), labels[:, 1:].flatten())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())


# %% wrong: more steps -> stops
import torch
import torch.nn.functional as F


def train(model, rows, eos, log):
    pad = eos
    width = max(len(row) for row in rows)
    ids = torch.tensor([row + [pad] * (width - len(row)) for row in rows])
    labels = ids.masked_fill(ids == pad, -100)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.05)
    for step in range(300):
        logits = model(ids)
        loss = F.cross_entropy(logits[:, :-1].flatten(0, 1), labels[:, 1:].flatten())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())


# %% wrong: a second end token on each row, both masked -> stops
import torch
import torch.nn.functional as F


def train(model, rows, eos, log):
    pad = eos
    rows = [row + [eos] for row in rows]
    width = max(len(row) for row in rows)
    ids = torch.tensor([row + [pad] * (width - len(row)) for row in rows])
    labels = ids.masked_fill(ids == pad, -100)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.05)
    for step in range(80):
        logits = model(ids)
        loss = F.cross_entropy(logits[:, :-1].flatten(0, 1), labels[:, 1:].flatten())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())


# %% wrong: the last place unmasked instead of the first end -> real-tokens-count
import torch
import torch.nn.functional as F


def train(model, rows, eos, log):
    pad = eos
    width = max(len(row) for row in rows)
    ids = torch.tensor([row + [pad] * (width - len(row)) for row in rows])
    labels = ids.masked_fill(ids == pad, -100)
    labels[:, -1] = eos
    optimizer = torch.optim.Adam(model.parameters(), lr=0.05)
    for step in range(80):
        logits = model(ids)
        loss = F.cross_entropy(logits[:, :-1].flatten(0, 1), labels[:, 1:].flatten())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())


# %% wrong: another id as the end token -> stops
import torch
import torch.nn.functional as F


def train(model, rows, eos, log):
    with torch.no_grad():
        pad = model(torch.tensor([[eos]])).shape[-1] - 1
    rows = [row[:-1] + [pad] for row in rows]
    width = max(len(row) for row in rows)
    ids = torch.tensor([row + [eos] * (width - len(row)) for row in rows])
    labels = ids.masked_fill(ids == eos, -100)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.05)
    for step in range(80):
        logits = model(ids)
        loss = F.cross_entropy(logits[:, :-1].flatten(0, 1), labels[:, 1:].flatten())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())


# %% wrong: another pad, the end masked as before -> stops
import torch
import torch.nn.functional as F


def train(model, rows, eos, log):
    pad = 0 if eos else 1
    pad = model(torch.tensor([[eos]])).shape[-1] - 1
    width = max(len(row) for row in rows)
    ids = torch.tensor([row + [pad] * (width - len(row)) for row in rows])
    labels = ids.masked_fill((ids == pad) | (ids == eos), -100)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.05)
    for step in range(80):
        logits = model(ids)
        loss = F.cross_entropy(logits[:, :-1].flatten(0, 1), labels[:, 1:].flatten())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())


# %% wrong: padded with the first word, which is then masked everywhere -> real-tokens-count
import torch
import torch.nn.functional as F


def train(model, rows, eos, log):
    pad = rows[0][0]
    width = max(len(row) for row in rows)
    ids = torch.tensor([row + [pad] * (width - len(row)) for row in rows])
    labels = ids.masked_fill(ids == pad, -100)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.05)
    for step in range(80):
        logits = model(ids)
        loss = F.cross_entropy(logits[:, :-1].flatten(0, 1), labels[:, 1:].flatten())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())


# %% wrong: cut to the shortest row -> real-tokens-count
import torch
import torch.nn.functional as F


def train(model, rows, eos, log):
    width = min(len(row) for row in rows)
    ids = torch.tensor([row[:width] for row in rows])
    labels = ids.clone()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.05)
    for step in range(80):
        logits = model(ids)
        loss = F.cross_entropy(logits[:, :-1].flatten(0, 1), labels[:, 1:].flatten())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())


# %% wrong: the end token forced by a large weight on every place -> words-are-right
import torch
import torch.nn.functional as F


def train(model, rows, eos, log):
    pad = eos
    width = max(len(row) for row in rows)
    ids = torch.tensor([row + [pad] * (width - len(row)) for row in rows])
    labels = ids.clone()
    weight = torch.ones(model(ids).shape[-1])
    weight[eos] = 50.0
    with torch.no_grad():
        model.out.bias[eos] += 20.0
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    for step in range(30):
        logits = model(ids)
        loss = F.cross_entropy(logits[:, :-1].flatten(0, 1), labels[:, 1:].flatten(), weight)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())


# %% wrong: mean of the rows' means -> real-tokens-count
import torch
import torch.nn.functional as F


def train(model, rows, eos, log):
    optimizer = torch.optim.Adam(model.parameters(), lr=0.05)
    for step in range(40):
        loss = 0.0
        for row in rows:
            ids = torch.tensor([row])
            loss = loss + F.cross_entropy(model(ids)[0, :-1], ids[0, 1:]) / len(rows)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())
