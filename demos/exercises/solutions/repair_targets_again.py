"""Solutions of repair_targets_again: right repairs in other words, and wrong ones with their claim."""

# %% right: a pattern
import torch
from peft import LoraConfig, get_peft_model


def tune(model, batches, log):
    targets = r"layers\.\d+\.(attention|mlp)\..*"
    config = LoraConfig(r=4, lora_alpha=8, target_modules=targets)
    model = get_peft_model(model, config)
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2, weight_decay=0.0)
    for step, (x, y) in enumerate(batches):
        loss = torch.nn.functional.mse_loss(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())
    return model


# %% right: names of the blocks alone
import torch
from peft import LoraConfig, get_peft_model


def tune(model, batches, log):
    blocks = model.layers.named_modules()
    targets = sorted({n.split(".")[-1] for n, m in blocks if isinstance(m, torch.nn.Linear)})
    config = LoraConfig(r=4, lora_alpha=8, target_modules=targets)
    model = get_peft_model(model, config)
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2, weight_decay=0.0)
    for step, (x, y) in enumerate(batches):
        loss = torch.nn.functional.mse_loss(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())
    return model


# %% right: names read from the model
import torch
from peft import LoraConfig, get_peft_model


def tune(model, batches, log):
    targets = [
        name
        for name, module in model.named_modules()
        if isinstance(module, torch.nn.Linear) and name != "embed_out"
    ]
    config = LoraConfig(r=4, lora_alpha=8, target_modules=targets)
    model = get_peft_model(model, config)
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2, weight_decay=0.0)
    for step, (x, y) in enumerate(batches):
        loss = torch.nn.functional.mse_loss(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())
    return model


# %% wrong: all linear layers, the head too -> head-left
import torch
from peft import LoraConfig, get_peft_model


def tune(model, batches, log):
    targets = [n for n, m in model.named_modules() if isinstance(m, torch.nn.Linear)]
    config = LoraConfig(r=4, lora_alpha=8, target_modules=targets)
    model = get_peft_model(model, config)
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2, weight_decay=0.0)
    for step, (x, y) in enumerate(batches):
        loss = torch.nn.functional.mse_loss(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())
    return model


# %% wrong: attention alone -> all-layers
import torch
from peft import LoraConfig, get_peft_model


def tune(model, batches, log):
    targets = ["query_key_value", "dense"]
    config = LoraConfig(r=4, lora_alpha=8, target_modules=targets)
    model = get_peft_model(model, config)
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2, weight_decay=0.0)
    for step, (x, y) in enumerate(batches):
        loss = torch.nn.functional.mse_loss(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())
    return model


# %% wrong: MLP alone -> all-layers
import torch
from peft import LoraConfig, get_peft_model


def tune(model, batches, log):
    targets = ["dense_h_to_4h", "dense_4h_to_h"]
    config = LoraConfig(r=4, lora_alpha=8, target_modules=targets)
    model = get_peft_model(model, config)
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2, weight_decay=0.0)
    for step, (x, y) in enumerate(batches):
        loss = torch.nn.functional.mse_loss(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())
    return model


# %% wrong: a larger rank -> same-rank
import torch
from peft import LoraConfig, get_peft_model


def tune(model, batches, log):
    targets = ["query", "key", "value", "dense"]
    config = LoraConfig(r=12, lora_alpha=24, target_modules=targets)
    model = get_peft_model(model, config)
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2, weight_decay=0.0)
    for step, (x, y) in enumerate(batches):
        loss = torch.nn.functional.mse_loss(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())
    return model


# %% wrong: five passes -> learns
import torch
from peft import LoraConfig, get_peft_model


def tune(model, batches, log):
    targets = ["query", "key", "value", "dense"]
    config = LoraConfig(r=4, lora_alpha=8, target_modules=targets)
    model = get_peft_model(model, config)
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2, weight_decay=0.0)
    for step, (x, y) in enumerate(batches * 5):
        loss = torch.nn.functional.mse_loss(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())
    return model


# %% wrong: the head tuned in full beside it -> head-left
import torch
from peft import LoraConfig, get_peft_model


def tune(model, batches, log):
    targets = ["query_key_value", "dense", "dense_h_to_4h", "dense_4h_to_h"]
    config = LoraConfig(r=4, lora_alpha=8, target_modules=targets, modules_to_save=["embed_out"])
    model = get_peft_model(model, config)
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2, weight_decay=0.0)
    for step, (x, y) in enumerate(batches):
        loss = torch.nn.functional.mse_loss(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())
    return model


# %% wrong: the first block alone -> all-layers
import torch
from peft import LoraConfig, get_peft_model


def tune(model, batches, log):
    targets = r"layers\.0\.(attention|mlp)\..*"
    config = LoraConfig(r=4, lora_alpha=8, target_modules=targets)
    model = get_peft_model(model, config)
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2, weight_decay=0.0)
    for step, (x, y) in enumerate(batches):
        loss = torch.nn.functional.mse_loss(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())
    return model


# %% wrong: the beginning of a name -> all-layers
import torch
from peft import LoraConfig, get_peft_model


def tune(model, batches, log):
    targets = r".*\.dense.*"
    config = LoraConfig(r=4, lora_alpha=8, target_modules=targets)
    model = get_peft_model(model, config)
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2, weight_decay=0.0)
    for step, (x, y) in enumerate(batches):
        loss = torch.nn.functional.mse_loss(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())
    return model


# %% wrong: no adapter, all weights -> same-rank
import torch
from peft import LoraConfig, get_peft_model


def tune(model, batches, log):
    targets = ["query", "key", "value", "dense"]
    config = LoraConfig(r=4, lora_alpha=8, target_modules=targets)
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2, weight_decay=0.0)
    for step, (x, y) in enumerate(batches):
        loss = torch.nn.functional.mse_loss(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())
    return model


# %% wrong: right layers, alpha changed -> same-rank
import torch
from peft import LoraConfig, get_peft_model


def tune(model, batches, log):
    targets = ["query_key_value", "dense", "dense_h_to_4h", "dense_4h_to_h"]
    config = LoraConfig(r=4, lora_alpha=32, target_modules=targets)
    model = get_peft_model(model, config)
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2, weight_decay=0.0)
    for step, (x, y) in enumerate(batches):
        loss = torch.nn.functional.mse_loss(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())
    return model
