"""Solutions of repair_merge_scale: right repairs in other words, and wrong ones with their claim."""

# %% right: peft merges
import torch
from peft import get_peft_model


def tune_and_merge(model, config, batches, log):
    tuned = get_peft_model(model, config)
    optimizer = torch.optim.AdamW(tuned.parameters(), lr=1e-2)
    for step, (x, y) in enumerate(batches):
        loss = torch.nn.functional.mse_loss(tuned(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())

    plain = tuned.merge_and_unload()
    log(len(batches), torch.nn.functional.mse_loss(plain(x), y).item())
    return plain


# %% right: alpha over rank from the config
import torch
from peft import get_peft_model


def tune_and_merge(model, config, batches, log):
    tuned = get_peft_model(model, config)
    optimizer = torch.optim.AdamW(tuned.parameters(), lr=1e-2)
    for step, (x, y) in enumerate(batches):
        loss = torch.nn.functional.mse_loss(tuned(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())

    deltas = {
        name: layer.lora_B["default"].weight @ layer.lora_A["default"].weight
        for name, layer in tuned.base_model.model.named_modules()
        if hasattr(layer, "lora_A")
    }
    plain = tuned.unload()  # the model without its adapters
    with torch.no_grad():
        for name, delta in deltas.items():
            plain.get_submodule(name).weight += config.lora_alpha / config.r * delta
    log(len(batches), torch.nn.functional.mse_loss(plain(x), y).item())
    return plain


# %% right: peft's own delta
import torch
from peft import get_peft_model


def tune_and_merge(model, config, batches, log):
    tuned = get_peft_model(model, config)
    optimizer = torch.optim.AdamW(tuned.parameters(), lr=1e-2)
    for step, (x, y) in enumerate(batches):
        loss = torch.nn.functional.mse_loss(tuned(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())

    deltas = {
        name: layer.get_delta_weight("default")
        for name, layer in tuned.base_model.model.named_modules()
        if hasattr(layer, "lora_A")
    }
    plain = tuned.unload()  # the model without its adapters
    with torch.no_grad():
        for name, delta in deltas.items():
            plain.get_submodule(name).weight += delta
    log(len(batches), torch.nn.functional.mse_loss(plain(x), y).item())
    return plain


# %% right: the scale on B
import torch
from peft import get_peft_model


def tune_and_merge(model, config, batches, log):
    tuned = get_peft_model(model, config)
    optimizer = torch.optim.AdamW(tuned.parameters(), lr=1e-2)
    for step, (x, y) in enumerate(batches):
        loss = torch.nn.functional.mse_loss(tuned(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())

    deltas = {
        name: (config.lora_alpha / config.r * layer.lora_B["default"].weight)
        @ layer.lora_A["default"].weight
        for name, layer in tuned.base_model.model.named_modules()
        if hasattr(layer, "lora_A")
    }
    plain = tuned.unload()  # the model without its adapters
    with torch.no_grad():
        for name, delta in deltas.items():
            plain.get_submodule(name).weight += delta
    log(len(batches), torch.nn.functional.mse_loss(plain(x), y).item())
    return plain


# %% wrong: alpha without the rank -> as-the-adapter
import torch
from peft import get_peft_model


def tune_and_merge(model, config, batches, log):
    tuned = get_peft_model(model, config)
    optimizer = torch.optim.AdamW(tuned.parameters(), lr=1e-2)
    for step, (x, y) in enumerate(batches):
        loss = torch.nn.functional.mse_loss(tuned(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())

    deltas = {
        name: layer.lora_B["default"].weight @ layer.lora_A["default"].weight
        for name, layer in tuned.base_model.model.named_modules()
        if hasattr(layer, "lora_A")
    }
    plain = tuned.unload()  # the model without its adapters
    with torch.no_grad():
        for name, delta in deltas.items():
            plain.get_submodule(name).weight += config.lora_alpha * delta
    log(len(batches), torch.nn.functional.mse_loss(plain(x), y).item())
    return plain


# %% wrong: the scale turned round -> as-the-adapter
import torch
from peft import get_peft_model


def tune_and_merge(model, config, batches, log):
    tuned = get_peft_model(model, config)
    optimizer = torch.optim.AdamW(tuned.parameters(), lr=1e-2)
    for step, (x, y) in enumerate(batches):
        loss = torch.nn.functional.mse_loss(tuned(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())

    deltas = {
        name: layer.lora_B["default"].weight @ layer.lora_A["default"].weight
        for name, layer in tuned.base_model.model.named_modules()
        if hasattr(layer, "lora_A")
    }
    plain = tuned.unload()  # the model without its adapters
    with torch.no_grad():
        for name, delta in deltas.items():
            plain.get_submodule(name).weight += config.r / config.lora_alpha * delta
    log(len(batches), torch.nn.functional.mse_loss(plain(x), y).item())
    return plain


# %% wrong: rsLoRA's scale -> as-the-adapter
import torch
from peft import get_peft_model


def tune_and_merge(model, config, batches, log):
    tuned = get_peft_model(model, config)
    optimizer = torch.optim.AdamW(tuned.parameters(), lr=1e-2)
    for step, (x, y) in enumerate(batches):
        loss = torch.nn.functional.mse_loss(tuned(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())

    deltas = {
        name: layer.lora_B["default"].weight @ layer.lora_A["default"].weight
        for name, layer in tuned.base_model.model.named_modules()
        if hasattr(layer, "lora_A")
    }
    plain = tuned.unload()  # the model without its adapters
    with torch.no_grad():
        for name, delta in deltas.items():
            plain.get_submodule(name).weight += config.lora_alpha / config.r**0.5 * delta
    log(len(batches), torch.nn.functional.mse_loss(plain(x), y).item())
    return plain


# %% wrong: alpha set to the rank -> as-the-adapter
import torch
from peft import get_peft_model


def tune_and_merge(model, config, batches, log):
    config.lora_alpha = config.r
    tuned = get_peft_model(model, config)
    optimizer = torch.optim.AdamW(tuned.parameters(), lr=1e-2)
    for step, (x, y) in enumerate(batches):
        loss = torch.nn.functional.mse_loss(tuned(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())

    deltas = {
        name: layer.lora_B["default"].weight @ layer.lora_A["default"].weight
        for name, layer in tuned.base_model.model.named_modules()
        if hasattr(layer, "lora_A")
    }
    plain = tuned.unload()  # the model without its adapters
    with torch.no_grad():
        for name, delta in deltas.items():
            plain.get_submodule(name).weight += delta
    log(len(batches), torch.nn.functional.mse_loss(plain(x), y).item())
    return plain


# %% wrong: the adapter kept -> plain
import torch
from peft import get_peft_model


def tune_and_merge(model, config, batches, log):
    tuned = get_peft_model(model, config)
    optimizer = torch.optim.AdamW(tuned.parameters(), lr=1e-2)
    for step, (x, y) in enumerate(batches):
        loss = torch.nn.functional.mse_loss(tuned(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())

    plain = tuned
    log(len(batches), torch.nn.functional.mse_loss(plain(x), y).item())
    return plain


# %% wrong: merged inside peft's layers -> plain
import torch
from peft import get_peft_model


def tune_and_merge(model, config, batches, log):
    tuned = get_peft_model(model, config)
    optimizer = torch.optim.AdamW(tuned.parameters(), lr=1e-2)
    for step, (x, y) in enumerate(batches):
        loss = torch.nn.functional.mse_loss(tuned(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())

    tuned.merge_adapter()
    plain = tuned.base_model.model
    log(len(batches), torch.nn.functional.mse_loss(plain(x), y).item())
    return plain


# %% wrong: merged twice -> as-the-adapter
import torch
from peft import get_peft_model


def tune_and_merge(model, config, batches, log):
    tuned = get_peft_model(model, config)
    optimizer = torch.optim.AdamW(tuned.parameters(), lr=1e-2)
    for step, (x, y) in enumerate(batches):
        loss = torch.nn.functional.mse_loss(tuned(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())

    deltas = {
        name: layer.lora_B["default"].weight @ layer.lora_A["default"].weight
        for name, layer in tuned.base_model.model.named_modules()
        if hasattr(layer, "lora_A")
    }
    plain = tuned.merge_and_unload()
    with torch.no_grad():
        for name, delta in deltas.items():
            plain.get_submodule(name).weight += delta
    log(len(batches), torch.nn.functional.mse_loss(plain(x), y).item())
    return plain


# %% wrong: not merged, the curve ends sooner -> learned
import torch
from peft import get_peft_model


def tune_and_merge(model, config, batches, log):
    tuned = get_peft_model(model, config)
    optimizer = torch.optim.AdamW(tuned.parameters(), lr=1e-2)
    for step, (x, y) in enumerate(batches):
        loss = torch.nn.functional.mse_loss(tuned(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())

    plain = tuned.unload()
    return plain


# %% wrong: only the first layer -> as-the-adapter
import torch
from peft import get_peft_model


def tune_and_merge(model, config, batches, log):
    tuned = get_peft_model(model, config)
    optimizer = torch.optim.AdamW(tuned.parameters(), lr=1e-2)
    for step, (x, y) in enumerate(batches):
        loss = torch.nn.functional.mse_loss(tuned(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())

    deltas = {
        name: layer.lora_B["default"].weight @ layer.lora_A["default"].weight
        for name, layer in tuned.base_model.model.named_modules()
        if hasattr(layer, "lora_A")
    }
    plain = tuned.unload()  # the model without its adapters
    with torch.no_grad():
        for name, delta in list(deltas.items())[:1]:
            plain.get_submodule(name).weight += config.lora_alpha / config.r * delta
    log(len(batches), torch.nn.functional.mse_loss(plain(x), y).item())
    return plain


# %% wrong: the merged model trained again -> as-the-adapter
import torch
from peft import get_peft_model


def tune_and_merge(model, config, batches, log):
    tuned = get_peft_model(model, config)
    optimizer = torch.optim.AdamW(tuned.parameters(), lr=1e-2)
    for step, (x, y) in enumerate(batches):
        loss = torch.nn.functional.mse_loss(tuned(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())

    deltas = {
        name: layer.lora_B["default"].weight @ layer.lora_A["default"].weight
        for name, layer in tuned.base_model.model.named_modules()
        if hasattr(layer, "lora_A")
    }
    plain = tuned.unload()  # the model without its adapters
    with torch.no_grad():
        for name, delta in deltas.items():
            plain.get_submodule(name).weight += delta
    optimizer = torch.optim.AdamW(plain.requires_grad_().parameters(), lr=1e-2)
    for x, y in batches:
        loss = torch.nn.functional.mse_loss(plain(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    log(len(batches), torch.nn.functional.mse_loss(plain(x), y).item())
    return plain


# %% wrong: the scale of this run written in -> other-config
import torch
from peft import get_peft_model


def tune_and_merge(model, config, batches, log):
    tuned = get_peft_model(model, config)
    optimizer = torch.optim.AdamW(tuned.parameters(), lr=1e-2)
    for step, (x, y) in enumerate(batches):
        loss = torch.nn.functional.mse_loss(tuned(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())

    deltas = {
        name: layer.lora_B["default"].weight @ layer.lora_A["default"].weight
        for name, layer in tuned.base_model.model.named_modules()
        if hasattr(layer, "lora_A")
    }
    plain = tuned.unload()  # the model without its adapters
    with torch.no_grad():
        for name, delta in deltas.items():
            plain.get_submodule(name).weight += (3 * config.r + 1) / config.r * delta
    log(len(batches), torch.nn.functional.mse_loss(plain(x), y).item())
    return plain
