"""Solutions of repair_frozen_again: right repairs in other words, and wrong ones with their claim."""

# %% right: the head set free again
import torch


def tune(body, width, outputs, batches, log):
    model = torch.nn.Sequential(body, torch.nn.Linear(width, outputs))
    for parameter in model.parameters():
        parameter.requires_grad = False
    for module in model.modules():
        if isinstance(module, torch.nn.LayerNorm):
            module.requires_grad_(True)
    model[1].requires_grad_(True)

    trained = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=2e-2, weight_decay=0.0)
    for step, (x, y) in enumerate(batches):
        loss = torch.nn.functional.mse_loss(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())
    return model


# %% right: frozen by kind of layer
import torch


def tune(body, width, outputs, batches, log):
    model = torch.nn.Sequential(body, torch.nn.Linear(width, outputs))
    for module in body.modules():
        if isinstance(module, torch.nn.Linear):
            module.requires_grad_(False)

    trained = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=2e-2, weight_decay=0.0)
    for step, (x, y) in enumerate(batches):
        loss = torch.nn.functional.mse_loss(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())
    return model


# %% right: chosen for the optimizer
import torch


def tune(body, width, outputs, batches, log):
    model = torch.nn.Sequential(body, torch.nn.Linear(width, outputs))

    norms = [p for m in body if isinstance(m, torch.nn.LayerNorm) for p in m.parameters()]
    trained = [*norms, *model[1].parameters()]
    optimizer = torch.optim.AdamW(trained, lr=2e-2, weight_decay=0.0)
    for step, (x, y) in enumerate(batches):
        loss = torch.nn.functional.mse_loss(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())
    return model


# %% right: the body alone frozen
import torch


def tune(body, width, outputs, batches, log):
    model = torch.nn.Sequential(body, torch.nn.Linear(width, outputs))
    for parameter in body.parameters():
        parameter.requires_grad = False
    for module in model.modules():
        if isinstance(module, torch.nn.LayerNorm):
            module.requires_grad_(True)

    trained = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=2e-2, weight_decay=0.0)
    for step, (x, y) in enumerate(batches):
        loss = torch.nn.functional.mse_loss(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())
    return model


# %% wrong: nothing frozen -> body-stays
import torch


def tune(body, width, outputs, batches, log):
    model = torch.nn.Sequential(body, torch.nn.Linear(width, outputs))
    for module in model.modules():
        if isinstance(module, torch.nn.LayerNorm):
            module.requires_grad_(True)

    trained = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=2e-2, weight_decay=0.0)
    for step, (x, y) in enumerate(batches):
        loss = torch.nn.functional.mse_loss(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())
    return model


# %% wrong: ten times the rate -> head-moves
import torch


def tune(body, width, outputs, batches, log):
    model = torch.nn.Sequential(body, torch.nn.Linear(width, outputs))
    for parameter in model.parameters():
        parameter.requires_grad = False
    for module in model.modules():
        if isinstance(module, torch.nn.LayerNorm):
            module.requires_grad_(True)

    trained = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=0.2, weight_decay=0.0)
    for step, (x, y) in enumerate(batches):
        loss = torch.nn.functional.mse_loss(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())
    return model


# %% wrong: five passes -> head-moves
import torch


def tune(body, width, outputs, batches, log):
    model = torch.nn.Sequential(body, torch.nn.Linear(width, outputs))
    for parameter in model.parameters():
        parameter.requires_grad = False
    for module in model.modules():
        if isinstance(module, torch.nn.LayerNorm):
            module.requires_grad_(True)

    trained = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=2e-2, weight_decay=0.0)
    for step, (x, y) in enumerate(batches * 5):
        loss = torch.nn.functional.mse_loss(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())
    return model


# %% wrong: the head in the optimizer, still frozen -> head-moves
import torch


def tune(body, width, outputs, batches, log):
    model = torch.nn.Sequential(body, torch.nn.Linear(width, outputs))
    for parameter in model.parameters():
        parameter.requires_grad = False
    for module in model.modules():
        if isinstance(module, torch.nn.LayerNorm):
            module.requires_grad_(True)

    trained = list(model.parameters())
    optimizer = torch.optim.AdamW(trained, lr=2e-2, weight_decay=0.0)
    for step, (x, y) in enumerate(batches):
        loss = torch.nn.functional.mse_loss(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())
    return model


# %% wrong: the head alone -> norms-move
import torch


def tune(body, width, outputs, batches, log):
    model = torch.nn.Sequential(body, torch.nn.Linear(width, outputs))
    for parameter in body.parameters():
        parameter.requires_grad = False

    trained = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=2e-2, weight_decay=0.0)
    for step, (x, y) in enumerate(batches):
        loss = torch.nn.functional.mse_loss(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())
    return model


# %% wrong: the head's bias alone -> head-moves
import torch


def tune(body, width, outputs, batches, log):
    model = torch.nn.Sequential(body, torch.nn.Linear(width, outputs))
    for parameter in model.parameters():
        parameter.requires_grad = False
    for module in model.modules():
        if isinstance(module, torch.nn.LayerNorm):
            module.requires_grad_(True)
    model[1].bias.requires_grad = True

    trained = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=2e-2, weight_decay=0.0)
    for step, (x, y) in enumerate(batches):
        loss = torch.nn.functional.mse_loss(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())
    return model


# %% wrong: train() instead of requires_grad -> head-moves
import torch


def tune(body, width, outputs, batches, log):
    model = torch.nn.Sequential(body, torch.nn.Linear(width, outputs))
    for parameter in model.parameters():
        parameter.requires_grad = False
    for module in model.modules():
        if isinstance(module, torch.nn.LayerNorm):
            module.requires_grad_(True)
    model[1].train()

    trained = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=2e-2, weight_decay=0.0)
    for step, (x, y) in enumerate(batches):
        loss = torch.nn.functional.mse_loss(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())
    return model


# %% wrong: the last layer of the body too -> body-stays
import torch


def tune(body, width, outputs, batches, log):
    model = torch.nn.Sequential(body, torch.nn.Linear(width, outputs))
    for parameter in model.parameters():
        parameter.requires_grad = False
    for module in model.modules():
        if isinstance(module, torch.nn.LayerNorm):
            module.requires_grad_(True)
    model[1].requires_grad_(True)
    body[3].requires_grad_(True)

    trained = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=2e-2, weight_decay=0.0)
    for step, (x, y) in enumerate(batches):
        loss = torch.nn.functional.mse_loss(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())
    return model


# %% wrong: a new head after the optimizer -> learns
import torch


def tune(body, width, outputs, batches, log):
    model = torch.nn.Sequential(body, torch.nn.Linear(width, outputs))
    for parameter in model.parameters():
        parameter.requires_grad = False
    for module in model.modules():
        if isinstance(module, torch.nn.LayerNorm):
            module.requires_grad_(True)

    trained = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=2e-2, weight_decay=0.0)
    for step, (x, y) in enumerate(batches):
        loss = torch.nn.functional.mse_loss(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())
    model[1] = torch.nn.Linear(width, outputs)
    return model
