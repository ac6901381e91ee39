"""Solutions of repair_optimizer_first: right repairs in other words, and wrong ones with their claim."""

# %% right: only what asks for a gradient
import torch
from peft import LoraConfig, get_peft_model


def tune(model, batches, log):
    config = LoraConfig(r=8, lora_alpha=16, target_modules="all-linear")
    model = get_peft_model(model, config)
    trained = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=1e-2, weight_decay=0.0)
    for step, batch in enumerate(batches):
        loss = model(**batch).loss
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        log(step, loss.item())
    return model


# %% right: the adapter as a group of its own
import torch
from peft import LoraConfig, get_peft_model


def tune(model, batches, log):
    config = LoraConfig(r=8, lora_alpha=16, target_modules="all-linear")
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2, weight_decay=0.0)
    model = get_peft_model(model, config)
    lora = [p for n, p in model.named_parameters() if "lora_" in n]
    optimizer.add_param_group({"params": lora, "lr": 1e-2})
    for step, batch in enumerate(batches):
        loss = model(**batch).loss
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        log(step, loss.item())
    return model


# %% right: the adapter injected before
import torch
from peft import LoraConfig, get_peft_model


def tune(model, batches, log):
    config = LoraConfig(r=8, lora_alpha=16, target_modules="all-linear")
    model.add_adapter(config)
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2, weight_decay=0.0)
    for step, batch in enumerate(batches):
        loss = model(**batch).loss
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        log(step, loss.item())
    return model


# %% right: two optimizers, one per factor
import torch
from peft import LoraConfig, get_peft_model


def tune(model, batches, log):
    config = LoraConfig(r=8, lora_alpha=16, target_modules="all-linear")
    model = get_peft_model(model, config)
    a = [p for n, p in model.named_parameters() if "lora_A" in n]
    b = [p for n, p in model.named_parameters() if "lora_B" in n]
    optimizer = torch.optim.AdamW([{"params": a}, {"params": b, "lr": 2e-2}], lr=5e-3)
    for step, batch in enumerate(batches):
        loss = model(**batch).loss
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        log(step, loss.item())
    return model


# %% wrong: the base set free -> base-stays
import torch
from peft import LoraConfig, get_peft_model


def tune(model, batches, log):
    config = LoraConfig(r=8, lora_alpha=16, target_modules="all-linear")
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2, weight_decay=0.0)
    model = get_peft_model(model, config)
    model.requires_grad_(True)
    for step, batch in enumerate(batches):
        loss = model(**batch).loss
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        log(step, loss.item())
    return model


# %% wrong: everything trained, the optimizer after -> base-stays
import torch
from peft import LoraConfig, get_peft_model


def tune(model, batches, log):
    config = LoraConfig(r=8, lora_alpha=16, target_modules="all-linear")
    model = get_peft_model(model, config)
    model.requires_grad_(True)
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2, weight_decay=0.0)
    for step, batch in enumerate(batches):
        loss = model(**batch).loss
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        log(step, loss.item())
    return model


# %% wrong: no adapter -> base-stays
import torch
from peft import LoraConfig, get_peft_model


def tune(model, batches, log):
    config = LoraConfig(r=8, lora_alpha=16, target_modules="all-linear")
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2, weight_decay=0.0)
    for step, batch in enumerate(batches):
        loss = model(**batch).loss
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        log(step, loss.item())
    return model


# %% wrong: a hundred times the rate -> learns
import torch
from peft import LoraConfig, get_peft_model


def tune(model, batches, log):
    config = LoraConfig(r=8, lora_alpha=16, target_modules="all-linear")
    optimizer = torch.optim.AdamW(model.parameters(), lr=1.0, weight_decay=0.0)
    model = get_peft_model(model, config)
    for step, batch in enumerate(batches):
        loss = model(**batch).loss
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        log(step, loss.item())
    return model


# %% wrong: four passes -> learns
import torch
from peft import LoraConfig, get_peft_model


def tune(model, batches, log):
    config = LoraConfig(r=8, lora_alpha=16, target_modules="all-linear")
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2, weight_decay=0.0)
    model = get_peft_model(model, config)
    for step, batch in enumerate(batches * 4):
        loss = model(**batch).loss
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        log(step, loss.item())
    return model


# %% wrong: repaired, and three passes -> one-pass
import torch
from peft import LoraConfig, get_peft_model


def tune(model, batches, log):
    config = LoraConfig(r=8, lora_alpha=16, target_modules="all-linear")
    model = get_peft_model(model, config)
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2, weight_decay=0.0)
    for step, batch in enumerate(batches * 3):
        loss = model(**batch).loss
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        log(step, loss.item())
    return model


# %% wrong: a larger rank -> learns
import torch
from peft import LoraConfig, get_peft_model


def tune(model, batches, log):
    config = LoraConfig(r=32, lora_alpha=256, target_modules="all-linear")
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2, weight_decay=0.0)
    model = get_peft_model(model, config)
    for step, batch in enumerate(batches):
        loss = model(**batch).loss
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        log(step, loss.item())
    return model


# %% wrong: gradients kept -> learns
import torch
from peft import LoraConfig, get_peft_model


def tune(model, batches, log):
    config = LoraConfig(r=8, lora_alpha=16, target_modules="all-linear")
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2, weight_decay=0.0)
    model = get_peft_model(model, config)
    for step, batch in enumerate(batches):
        loss = model(**batch).loss
        loss.backward()
        optimizer.step()
        log(step, loss.item())
    return model


# %% wrong: only A in the optimizer -> adapter-moves
import torch
from peft import LoraConfig, get_peft_model


def tune(model, batches, log):
    config = LoraConfig(r=8, lora_alpha=16, target_modules="all-linear")
    model = get_peft_model(model, config)
    a = [p for n, p in model.named_parameters() if "lora_A" in n]
    optimizer = torch.optim.AdamW(a, lr=1e-2)
    for step, batch in enumerate(batches):
        loss = model(**batch).loss
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        log(step, loss.item())
    return model


# %% wrong: only the attention in the optimizer -> adapter-moves
import torch
from peft import LoraConfig, get_peft_model


def tune(model, batches, log):
    config = LoraConfig(r=8, lora_alpha=16, target_modules="all-linear")
    model = get_peft_model(model, config)
    some = [p for n, p in model.named_parameters() if "lora_" in n and "attn" in n]
    optimizer = torch.optim.AdamW(some, lr=1e-2)
    for step, batch in enumerate(batches):
        loss = model(**batch).loss
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        log(step, loss.item())
    return model


# %% wrong: trained in full, an empty adapter on top -> adapter-moves
import torch
from peft import LoraConfig, get_peft_model


def tune(model, batches, log):
    config = LoraConfig(r=8, lora_alpha=16, target_modules="all-linear")
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2, weight_decay=0.0)
    for step, batch in enumerate(batches):
        loss = model(**batch).loss
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        log(step, loss.item())
    return get_peft_model(model, config)
