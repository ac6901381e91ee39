"""Solutions of repair_adapter_rate_again: right repairs in other words, and wrong ones with their claim."""

# %% right: by the head's name
import torch
from peft import get_peft_model


def tune(model, config, batches, rates, log):
    tuned = get_peft_model(model, config)
    named = [(n, p) for n, p in tuned.named_parameters() if p.requires_grad]
    adapter = [p for n, p in named if "head" not in n]
    head = [p for n, p in named if "head" in n]
    groups = [{"params": adapter, "lr": rates[0]}, {"params": head, "lr": rates[1]}]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.0)
    for step, (x, y) in enumerate(batches):
        loss = torch.nn.functional.mse_loss(tuned(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())
    return tuned


# %% right: by a part of the name
import torch
from peft import get_peft_model


def tune(model, config, batches, rates, log):
    tuned = get_peft_model(model, config)
    named = [(n, p) for n, p in tuned.named_parameters() if p.requires_grad]
    adapter = [p for n, p in named if ".lora_A." in n or ".lora_B." in n]
    head = [p for n, p in named if "modules_to_save" in n]
    groups = [{"params": adapter, "lr": rates[0]}, {"params": head, "lr": rates[1]}]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.0)
    for step, (x, y) in enumerate(batches):
        loss = torch.nn.functional.mse_loss(tuned(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())
    return tuned


# %% right: two optimizers
import torch
from peft import get_peft_model


def tune(model, config, batches, rates, log):
    tuned = get_peft_model(model, config)
    named = {n: p for n, p in tuned.named_parameters() if p.requires_grad}
    lora = [n for n in named if "lora" in n]
    fast = torch.optim.AdamW([named[n] for n in lora], lr=rates[0], weight_decay=0.0)
    rest = [named[n] for n in named if n not in lora]
    slow = torch.optim.AdamW(rest, lr=rates[1], weight_decay=0.0)
    for step, (x, y) in enumerate(batches):
        tuned.zero_grad()
        loss = torch.nn.functional.mse_loss(tuned(x), y)
        loss.backward()
        fast.step()
        slow.step()
        log(step, loss.item())
    return tuned


# %% wrong: the large rate for all -> head-slow
import torch
from peft import get_peft_model


def tune(model, config, batches, rates, log):
    tuned = get_peft_model(model, config)
    named = [(n, p) for n, p in tuned.named_parameters() if p.requires_grad]
    adapter = [p for n, p in named if n.startswith("lora_")]
    head = [p for n, p in named if not n.startswith("lora_")]
    groups = [{"params": adapter, "lr": rates[0]}, {"params": head, "lr": rates[0]}]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.0)
    for step, (x, y) in enumerate(batches):
        loss = torch.nn.functional.mse_loss(tuned(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())
    return tuned


# %% wrong: the rates turned round -> head-slow
import torch
from peft import get_peft_model


def tune(model, config, batches, rates, log):
    tuned = get_peft_model(model, config)
    named = [(n, p) for n, p in tuned.named_parameters() if p.requires_grad]
    adapter = [p for n, p in named if n.startswith("lora_")]
    head = [p for n, p in named if not n.startswith("lora_")]
    groups = [{"params": adapter, "lr": rates[1]}, {"params": head, "lr": rates[0]}]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.0)
    for step, (x, y) in enumerate(batches):
        loss = torch.nn.functional.mse_loss(tuned(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())
    return tuned


# %% wrong: the head left out -> head-slow
import torch
from peft import get_peft_model


def tune(model, config, batches, rates, log):
    tuned = get_peft_model(model, config)
    named = [(n, p) for n, p in tuned.named_parameters() if p.requires_grad]
    adapter = [p for n, p in named if "lora_" in n]
    head = [p for n, p in named if not n.startswith("lora_")]
    groups = [{"params": adapter, "lr": rates[0]}]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.0)
    for step, (x, y) in enumerate(batches):
        loss = torch.nn.functional.mse_loss(tuned(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())
    return tuned


# %% wrong: six passes at the small rate -> head-slow
import torch
from peft import get_peft_model


def tune(model, config, batches, rates, log):
    tuned = get_peft_model(model, config)
    named = [(n, p) for n, p in tuned.named_parameters() if p.requires_grad]
    adapter = [p for n, p in named if n.startswith("lora_")]
    head = [p for n, p in named if not n.startswith("lora_")]
    groups = [{"params": adapter, "lr": rates[0]}, {"params": head, "lr": rates[1]}]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.0)
    for step, (x, y) in enumerate(batches * 6):
        loss = torch.nn.functional.mse_loss(tuned(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())
    return tuned


# %% wrong: one mended, so the adapter is in no group -> learns
import torch
from peft import get_peft_model


def tune(model, config, batches, rates, log):
    tuned = get_peft_model(model, config)
    named = [(n, p) for n, p in tuned.named_parameters() if p.requires_grad]
    adapter = [p for n, p in named if n.startswith("lora_")]
    head = [p for n, p in named if "lora_" not in n]
    groups = [{"params": adapter, "lr": rates[0]}, {"params": head, "lr": rates[1]}]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.0)
    for step, (x, y) in enumerate(batches):
        loss = torch.nn.functional.mse_loss(tuned(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())
    return tuned


# %% wrong: base weights at the large rate -> rest-stays
import torch
from peft import get_peft_model


def tune(model, config, batches, rates, log):
    tuned = get_peft_model(model, config)
    named = [(n, p) for n, p in tuned.named_parameters() if p.requires_grad]
    adapter = [p for n, p in named if "lora_" in n]
    head = [p for n, p in named if "head" in n]
    base = [p.requires_grad_() for n, p in tuned.named_parameters() if "base_layer" in n]
    adapter += base
    groups = [{"params": adapter, "lr": rates[0]}, {"params": head, "lr": rates[1]}]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.0)
    for step, (x, y) in enumerate(batches):
        loss = torch.nn.functional.mse_loss(tuned(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())
    return tuned


# %% wrong: only A found -> adapter-fast
import torch
from peft import get_peft_model


def tune(model, config, batches, rates, log):
    tuned = get_peft_model(model, config)
    named = [(n, p) for n, p in tuned.named_parameters() if p.requires_grad]
    adapter = [p for n, p in named if "lora_A" in n]
    head = [p for n, p in named if "lora_A" not in n]
    groups = [{"params": adapter, "lr": rates[0]}, {"params": head, "lr": rates[1]}]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.0)
    for step, (x, y) in enumerate(batches):
        loss = torch.nn.functional.mse_loss(tuned(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())
    return tuned


# %% wrong: three times both rates -> head-slow
import torch
from peft import get_peft_model


def tune(model, config, batches, rates, log):
    tuned = get_peft_model(model, config)
    named = [(n, p) for n, p in tuned.named_parameters() if p.requires_grad]
    adapter = [p for n, p in named if n.startswith("lora_")]
    head = [p for n, p in named if not n.startswith("lora_")]
    rates = [3 * rate for rate in rates]
    groups = [{"params": adapter, "lr": rates[0]}, {"params": head, "lr": rates[1]}]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.0)
    for step, (x, y) in enumerate(batches):
        loss = torch.nn.functional.mse_loss(tuned(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())
    return tuned
