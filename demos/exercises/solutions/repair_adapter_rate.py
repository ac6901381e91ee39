"""Solutions of repair_adapter_rate: right repairs in other words, and wrong ones with their claim."""

# %% right: a hundred times
import torch
from peft import get_peft_model


def tune(model, config, batches, log):
    model = get_peft_model(model, config)
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3, weight_decay=0.01)
    for step, batch in enumerate(batches):
        loss = model(**batch).loss
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        log(step, loss.item())
    return model


# %% right: LoRA+, B faster than A
import torch
from peft import get_peft_model


def tune(model, config, batches, log):
    model = get_peft_model(model, config)
    a = [p for n, p in model.named_parameters() if "lora_A" in n]
    b = [p for n, p in model.named_parameters() if "lora_B" in n]
    optimizer = torch.optim.AdamW([{"params": a}, {"params": b, "lr": 1e-2}], lr=1e-3)
    for step, batch in enumerate(batches):
        loss = model(**batch).loss
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        log(step, loss.item())
    return model


# %% right: the adapter only, a little larger, decaying
import torch
from peft import get_peft_model


def tune(model, config, batches, log):
    model = get_peft_model(model, config)
    lora = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(lora, lr=1e-2)
    schedule = torch.optim.lr_scheduler.LinearLR(optimizer, 1.0, 0.1, len(batches))
    for step, batch in enumerate(batches):
        loss = model(**batch).loss
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        log(step, loss.item())
    return model


# %% wrong: four passes -> same-steps
import torch
from peft import get_peft_model


def tune(model, config, batches, log):
    model = get_peft_model(model, config)
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-5, weight_decay=0.01)
    for step, batch in enumerate(batches * 4):
        loss = model(**batch).loss
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        log(step, loss.item())
    return model


# %% wrong: three times the rate -> learns
import torch
from peft import get_peft_model


def tune(model, config, batches, log):
    model = get_peft_model(model, config)
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-4, weight_decay=0.01)
    for step, batch in enumerate(batches):
        loss = model(**batch).loss
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        log(step, loss.item())
    return model


# %% wrong: all weights tuned, at a larger rate -> base-stays
import torch
from peft import get_peft_model


def tune(model, config, batches, log):
    model = get_peft_model(model, config)
    model.requires_grad_(True)
    optimizer = torch.optim.AdamW(model.parameters(), lr=5e-3, weight_decay=0.01)
    for step, batch in enumerate(batches):
        loss = model(**batch).loss
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        log(step, loss.item())
    return model


# %% wrong: all weights tuned at this rate -> learns
import torch
from peft import get_peft_model


def tune(model, config, batches, log):
    model = get_peft_model(model, config)
    model.requires_grad_(True)
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-5, weight_decay=0.01)
    for step, batch in enumerate(batches):
        loss = model(**batch).loss
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        log(step, loss.item())
    return model


# %% wrong: alpha a hundred times -> same-adapter
import torch
from peft import get_peft_model


def tune(model, config, batches, log):
    config.lora_alpha *= 100
    model = get_peft_model(model, config)
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-5, weight_decay=0.01)
    for step, batch in enumerate(batches):
        loss = model(**batch).loss
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        log(step, loss.item())
    return model


# %% wrong: a larger rank -> same-adapter
import torch
from peft import get_peft_model


def tune(model, config, batches, log):
    config.r = 64
    model = get_peft_model(model, config)
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-5, weight_decay=0.01)
    for step, batch in enumerate(batches):
        loss = model(**batch).loss
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        log(step, loss.item())
    return model


# %% wrong: the rate of SGD -> learns
import torch
from peft import get_peft_model


def tune(model, config, batches, log):
    model = get_peft_model(model, config)
    optimizer = torch.optim.SGD(model.parameters(), lr=3e-5)
    for step, batch in enumerate(batches):
        loss = model(**batch).loss
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        log(step, loss.item())
    return model


# %% wrong: a rate of 3 -> learns
import torch
from peft import get_peft_model


def tune(model, config, batches, log):
    model = get_peft_model(model, config)
    optimizer = torch.optim.AdamW(model.parameters(), lr=3.0, weight_decay=0.01)
    for step, batch in enumerate(batches):
        loss = model(**batch).loss
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        log(step, loss.item())
    return model


# %% wrong: no clipping, no decay -> learns
import torch
from peft import get_peft_model


def tune(model, config, batches, log):
    model = get_peft_model(model, config)
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-5, weight_decay=0.0)
    for step, batch in enumerate(batches):
        loss = model(**batch).loss
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())
    return model


# %% wrong: a large rate on the first step only -> learns
import torch
from peft import get_peft_model


def tune(model, config, batches, log):
    model = get_peft_model(model, config)
    optimizer = torch.optim.AdamW(model.parameters(), lr=5e-3, weight_decay=0.01)
    for step, batch in enumerate(batches):
        loss = model(**batch).loss
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.param_groups[0]["lr"] = 3e-5
        log(step, loss.item())
    return model
