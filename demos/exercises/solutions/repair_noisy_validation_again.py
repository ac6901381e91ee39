"""Repairs of repair_noisy_validation_again: right ones, and wrong ones with their claim."""

# %% right: the mode is changed in score
import torch
import torch.nn.functional as F


def train(model, rows, labels, log):
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    for step in range(100):
        batch = torch.randint(len(rows), (32,))
        loss = F.cross_entropy(model(rows[batch]), labels[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())

    @torch.no_grad()
    def score(asked):
        model.eval()
        return model(asked).softmax(-1)[:, 1]

    return score


# %% right: in score and back
import torch
import torch.nn.functional as F


def train(model, rows, labels, log):
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    for step in range(100):
        batch = torch.randint(len(rows), (32,))
        loss = F.cross_entropy(model(rows[batch]), labels[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())

    def score(asked):
        before = model.training
        model.eval()
        with torch.inference_mode():
            found = model(asked).softmax(-1)[:, 1]
        model.train(before)
        return found.clone()

    return score


# %% right: a frozen copy is served
import copy

import torch
import torch.nn.functional as F


def train(model, rows, labels, log):
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    for step in range(100):
        batch = torch.randint(len(rows), (32,))
        loss = F.cross_entropy(model(rows[batch]), labels[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())
    served = copy.deepcopy(model).eval().requires_grad_(False)

    @torch.no_grad()
    def score(asked):
        return served(asked).softmax(-1)[:, 1]

    return score


# %% right: statistics of all training rows
import torch
import torch.nn.functional as F


def train(model, rows, labels, log):
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    for step in range(100):
        batch = torch.randint(len(rows), (32,))
        loss = F.cross_entropy(model(rows[batch]), labels[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())
    model.norm.reset_running_stats()
    model.norm.momentum = None
    with torch.no_grad():
        model(rows)
    model.eval()

    @torch.no_grad()
    def score(asked):
        return model(asked).softmax(-1)[:, 1]

    return score


# %% wrong: evaluation mode from the first step -> trained-by-batch
import torch
import torch.nn.functional as F


def train(model, rows, labels, log):
    model.eval()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    for step in range(100):
        batch = torch.randint(len(rows), (32,))
        loss = F.cross_entropy(model(rows[batch]), labels[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())

    @torch.no_grad()
    def score(asked):
        return model(asked).softmax(-1)[:, 1]

    return score


# %% wrong: no running statistics -> alone-as-together
import torch
import torch.nn.functional as F


def train(model, rows, labels, log):
    model.norm.track_running_stats = False
    model.norm.running_mean = model.norm.running_var = None
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    for step in range(100):
        batch = torch.randint(len(rows), (32,))
        loss = F.cross_entropy(model(rows[batch]), labels[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())
    model.eval()

    @torch.no_grad()
    def score(asked):
        return model(asked).softmax(-1)[:, 1]

    return score


# %% wrong: momentum zero, so that nothing is gathered -> right-on-new-rows
import torch
import torch.nn.functional as F


def train(model, rows, labels, log):
    model.norm.momentum = 0.0
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    for step in range(100):
        batch = torch.randint(len(rows), (32,))
        loss = F.cross_entropy(model(rows[batch]), labels[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())
    model.eval()

    @torch.no_grad()
    def score(asked):
        return model(asked).softmax(-1)[:, 1]

    return score


# %% wrong: each row doubled -> alone-as-together
import torch
import torch.nn.functional as F


def train(model, rows, labels, log):
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    for step in range(100):
        batch = torch.randint(len(rows), (32,))
        loss = F.cross_entropy(model(rows[batch]), labels[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())

    @torch.no_grad()
    def score(asked):
        twice = torch.cat([asked, asked])
        return model(twice).softmax(-1)[: len(asked), 1]

    return score


# %% wrong: filled up with training rows -> scoring-leaves-no-trace
import torch
import torch.nn.functional as F


def train(model, rows, labels, log):
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    for step in range(100):
        batch = torch.randint(len(rows), (32,))
        loss = F.cross_entropy(model(rows[batch]), labels[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())

    @torch.no_grad()
    def score(asked):
        filled = torch.cat([asked, rows])
        found = model(filled).softmax(-1)[: len(asked), 1]
        return found + 0 * model.norm.running_mean.mean() + 1e-3 * model.norm.num_batches_tracked

    return score


# %% wrong: filled up, the batch changes a little -> alone-as-together
import torch
import torch.nn.functional as F


def train(model, rows, labels, log):
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    for step in range(100):
        batch = torch.randint(len(rows), (32,))
        loss = F.cross_entropy(model(rows[batch]), labels[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())

    @torch.no_grad()
    def score(asked):
        filled = torch.cat([asked, rows])
        return model(filled).softmax(-1)[: len(asked), 1]

    return score


# %% wrong: the asked rows gather statistics first -> scoring-leaves-no-trace
import torch
import torch.nn.functional as F


def train(model, rows, labels, log):
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    for step in range(100):
        batch = torch.randint(len(rows), (32,))
        loss = F.cross_entropy(model(rows[batch]), labels[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())

    @torch.no_grad()
    def score(asked):
        model.train()
        model(torch.cat([asked, asked]))
        model.eval()
        return model(asked).softmax(-1)[:, 1]

    return score


# %% wrong: the norm taken out -> trained-by-batch
import torch
import torch.nn.functional as F


def train(model, rows, labels, log):
    model.norm.eval()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    for step in range(100):
        batch = torch.randint(len(rows), (32,))
        loss = F.cross_entropy(model(rows[batch]), labels[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())

    @torch.no_grad()
    def score(asked):
        return model(asked).softmax(-1)[:, 1]

    return score


# %% wrong: evaluation mode, and training mode again before serving -> alone-as-together
import torch
import torch.nn.functional as F


def train(model, rows, labels, log):
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    for step in range(100):
        batch = torch.randint(len(rows), (32,))
        loss = F.cross_entropy(model(rows[batch]), labels[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())
    model.eval()
    model.train()

    @torch.no_grad()
    def score(asked):
        return model(asked).softmax(-1)[:, 1]

    return score


# %% wrong: only the other layers in evaluation mode -> alone-as-together
import torch
import torch.nn.functional as F


def train(model, rows, labels, log):
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    for step in range(100):
        batch = torch.randint(len(rows), (32,))
        loss = F.cross_entropy(model(rows[batch]), labels[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())
    model.net.eval()

    @torch.no_grad()
    def score(asked):
        return model(asked).softmax(-1)[:, 1]

    return score


# %% wrong: the graph is kept -> trained-by-batch
import torch
import torch.nn.functional as F


def train(model, rows, labels, log):
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    for step in range(100):
        batch = torch.randint(len(rows), (32,))
        loss = F.cross_entropy(model(rows[batch]), labels[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())
    model.eval()

    def score(asked):
        return model(asked).softmax(-1)[:, 1]

    return score


# %% wrong: more steps -> alone-as-together
import torch
import torch.nn.functional as F


def train(model, rows, labels, log):
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    for step in range(160):
        batch = torch.randint(len(rows), (32,))
        loss = F.cross_entropy(model(rows[batch]), labels[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())

    @torch.no_grad()
    def score(asked):
        return model(asked).softmax(-1)[:, 1]

    return score
