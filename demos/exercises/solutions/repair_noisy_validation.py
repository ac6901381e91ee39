"""Repairs of repair_noisy_validation: right ones in other words, and wrong ones with their claim."""

# %% right: a function that changes the mode and back
import torch
import torch.nn.functional as F


@torch.no_grad()
def validate(model, rows, labels):
    before = model.training
    model.eval()
    loss = F.cross_entropy(model(rows), labels).item()
    model.train(before)
    return loss


def train(model, rows, labels, val_rows, val_labels, log):
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    for epoch in range(15):
        for batch in torch.randperm(len(rows)).split(32):
            loss = F.cross_entropy(model(rows[batch]), labels[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        val_loss = validate(model, val_rows, val_labels)
        log(epoch, val_loss)


# %% right: back to training after validation
import torch
import torch.nn.functional as F


def train(model, rows, labels, val_rows, val_labels, log):
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    for epoch in range(15):
        for batch in torch.randperm(len(rows)).split(32):
            loss = F.cross_entropy(model(rows[batch]), labels[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        model.eval()
        with torch.no_grad():
            val_loss = F.cross_entropy(model(val_rows), val_labels)
        model.train()
        log(epoch, val_loss.item())


# %% right: dropout layers alone switched
import torch
import torch.nn.functional as F


def train(model, rows, labels, val_rows, val_labels, log):
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    for epoch in range(15):
        for batch in torch.randperm(len(rows)).split(32):
            loss = F.cross_entropy(model(rows[batch]), labels[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        drops = [m for m in model.modules() if isinstance(m, torch.nn.Dropout)]
        for drop in drops:
            drop.eval()
        with torch.no_grad():
            val_loss = F.cross_entropy(model(val_rows), val_labels)
        for drop in drops:
            drop.train()
        log(epoch, val_loss.item())


# %% right: a copy is validated
import copy

import torch
import torch.nn.functional as F


def train(model, rows, labels, val_rows, val_labels, log):
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    for epoch in range(15):
        for batch in torch.randperm(len(rows)).split(32):
            loss = F.cross_entropy(model(rows[batch]), labels[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        shipped = copy.deepcopy(model).eval()
        with torch.inference_mode():
            val_loss = F.cross_entropy(shipped(val_rows), val_labels)
        log(epoch, val_loss.item())


# %% wrong: evaluation mode for good -> dropout-trains
import torch
import torch.nn.functional as F


def train(model, rows, labels, val_rows, val_labels, log):
    model.eval()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    for epoch in range(15):
        for batch in torch.randperm(len(rows)).split(32):
            loss = F.cross_entropy(model(rows[batch]), labels[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        with torch.no_grad():
            val_loss = F.cross_entropy(model(val_rows), val_labels)
        log(epoch, val_loss.item())


# %% wrong: never back to training -> dropout-trains
import torch
import torch.nn.functional as F


def train(model, rows, labels, val_rows, val_labels, log):
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    for epoch in range(15):
        for batch in torch.randperm(len(rows)).split(32):
            loss = F.cross_entropy(model(rows[batch]), labels[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        model.eval()
        with torch.no_grad():
            val_loss = F.cross_entropy(model(val_rows), val_labels)
        log(epoch, val_loss.item())


# %% wrong: dropout set to zero -> dropout-trains
import torch
import torch.nn.functional as F


def train(model, rows, labels, val_rows, val_labels, log):
    for module in model.modules():
        if isinstance(module, torch.nn.Dropout):
            module.p = 0.0
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    for epoch in range(15):
        for batch in torch.randperm(len(rows)).split(32):
            loss = F.cross_entropy(model(rows[batch]), labels[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        with torch.no_grad():
            val_loss = F.cross_entropy(model(val_rows), val_labels)
        log(epoch, val_loss.item())


# %% wrong: less dropout -> dropout-trains
import torch
import torch.nn.functional as F


def train(model, rows, labels, val_rows, val_labels, log):
    for module in model.modules():
        if isinstance(module, torch.nn.Dropout):
            module.p = 0.1
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    for epoch in range(15):
        for batch in torch.randperm(len(rows)).split(32):
            loss = F.cross_entropy(model(rows[batch]), labels[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        with torch.no_grad():
            val_loss = F.cross_entropy(model(val_rows), val_labels)
        log(epoch, val_loss.item())


# %% wrong: mean of fifty noisy validations -> loss-as-shipped
import torch
import torch.nn.functional as F


def train(model, rows, labels, val_rows, val_labels, log):
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    for epoch in range(15):
        for batch in torch.randperm(len(rows)).split(32):
            loss = F.cross_entropy(model(rows[batch]), labels[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        with torch.no_grad():
            losses = [F.cross_entropy(model(val_rows), val_labels) for _ in range(50)]
        val_loss = torch.stack(losses).mean()
        log(epoch, val_loss.item())


# %% wrong: the curve smoothed -> loss-as-shipped
import torch
import torch.nn.functional as F


def train(model, rows, labels, val_rows, val_labels, log):
    smooth = None
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    for epoch in range(15):
        for batch in torch.randperm(len(rows)).split(32):
            loss = F.cross_entropy(model(rows[batch]), labels[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        with torch.no_grad():
            val_loss = F.cross_entropy(model(val_rows), val_labels)
        smooth = val_loss.item() if smooth is None else 0.9 * smooth + 0.1 * val_loss.item()
        log(epoch, smooth)


# %% wrong: a lower rate -> loss-as-shipped
import torch
import torch.nn.functional as F


def train(model, rows, labels, val_rows, val_labels, log):
    optimizer = torch.optim.Adam(model.parameters(), lr=0.002)
    for epoch in range(15):
        for batch in torch.randperm(len(rows)).split(32):
            loss = F.cross_entropy(model(rows[batch]), labels[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        with torch.no_grad():
            val_loss = F.cross_entropy(model(val_rows), val_labels)
        log(epoch, val_loss.item())


# %% wrong: the mode changed after validation -> loss-as-shipped
import torch
import torch.nn.functional as F


def train(model, rows, labels, val_rows, val_labels, log):
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    for epoch in range(15):
        model.train()
        for batch in torch.randperm(len(rows)).split(32):
            loss = F.cross_entropy(model(rows[batch]), labels[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        with torch.no_grad():
            val_loss = F.cross_entropy(model(val_rows), val_labels)
        model.eval()
        log(epoch, val_loss.item())


# %% wrong: inference mode alone -> loss-as-shipped
import torch
import torch.nn.functional as F


def train(model, rows, labels, val_rows, val_labels, log):
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    for epoch in range(15):
        for batch in torch.randperm(len(rows)).split(32):
            loss = F.cross_entropy(model(rows[batch]), labels[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        with torch.inference_mode():
            val_loss = F.cross_entropy(model(val_rows), val_labels)
        log(epoch, val_loss.item())


# %% wrong: the noise fixed by a seed -> loss-as-shipped
import torch
import torch.nn.functional as F


def train(model, rows, labels, val_rows, val_labels, log):
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    for epoch in range(15):
        for batch in torch.randperm(len(rows)).split(32):
            loss = F.cross_entropy(model(rows[batch]), labels[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        state = torch.get_rng_state()
        torch.manual_seed(0)
        with torch.no_grad():
            val_loss = F.cross_entropy(model(val_rows), val_labels)
        torch.set_rng_state(state)
        log(epoch, val_loss.item())


# %% wrong: trained on the validation rows too -> only-training-rows
import torch
import torch.nn.functional as F


def train(model, rows, labels, val_rows, val_labels, log):
    every = torch.cat([rows, val_rows])
    answers = torch.cat([labels, val_labels])
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    for epoch in range(15):
        model.train()
        for batch in torch.randperm(len(every)).split(32):
            loss = F.cross_entropy(model(every[batch]), answers[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        model.eval()
        with torch.no_grad():
            val_loss = F.cross_entropy(model(val_rows), val_labels)
        log(epoch, val_loss.item())


# %% wrong: a constant -> loss-as-shipped
import torch
import torch.nn.functional as F


def train(model, rows, labels, val_rows, val_labels, log):
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    for epoch in range(15):
        for batch in torch.randperm(len(rows)).split(32):
            loss = F.cross_entropy(model(rows[batch]), labels[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        log(epoch, 0.5)


# %% wrong: validated at the start of an epoch, logged at its end -> loss-as-shipped
import torch
import torch.nn.functional as F


def train(model, rows, labels, val_rows, val_labels, log):
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    for epoch in range(15):
        model.eval()
        with torch.no_grad():
            val_loss = F.cross_entropy(model(val_rows), val_labels)
        model.train()
        for batch in torch.randperm(len(rows)).split(32):
            loss = F.cross_entropy(model(rows[batch]), labels[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        log(epoch, val_loss.item())
