"""Solutions of repair_frozen: right repairs in other words, and wrong ones with their claim."""

# %% right: the adapter set free
import torch
from peft import PeftModel


def resume(model, folder, batches, log):
    model.enable_input_require_grads()  # gradient checkpointing needs it
    model = PeftModel.from_pretrained(model, folder)
    for name, parameter in model.named_parameters():
        if "lora_" in name:
            parameter.requires_grad = True
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2, weight_decay=0.0)
    for step, batch in enumerate(batches):
        loss = model(**batch).loss
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        log(step, loss.item())
    return model


# %% right: made anew and the weights put in
import torch
from peft import LoraConfig, get_peft_model, load_peft_weights, set_peft_model_state_dict


def resume(model, folder, batches, log):
    config = LoraConfig.from_pretrained(folder)
    config.inference_mode = False
    model = get_peft_model(model, config)
    set_peft_model_state_dict(model, load_peft_weights(folder))
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2, weight_decay=0.0)
    for step, batch in enumerate(batches):
        loss = model(**batch).loss
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        log(step, loss.item())
    return model


# %% right: the configuration handed over
import torch
from peft import LoraConfig, PeftModel


def resume(model, folder, batches, log):
    model.enable_input_require_grads()  # gradient checkpointing needs it
    config = LoraConfig.from_pretrained(folder)
    config.inference_mode = False
    model = PeftModel.from_pretrained(model, folder, config=config, is_trainable=True)
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2, weight_decay=0.0)
    for step, batch in enumerate(batches):
        loss = model(**batch).loss
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        log(step, loss.item())
    return model


# %% right: training switched on as well
import torch
from peft import PeftModel


def resume(model, folder, batches, log):
    model.enable_input_require_grads()  # gradient checkpointing needs it
    model = PeftModel.from_pretrained(model, folder, is_trainable=True)
    model.train()
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2, weight_decay=0.0)
    for step, batch in enumerate(batches):
        loss = model(**batch).loss
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        log(step, loss.item())
    return model


# %% wrong: everything set free -> base-stays
import torch
from peft import PeftModel


def resume(model, folder, batches, log):
    model.enable_input_require_grads()  # gradient checkpointing needs it
    model = PeftModel.from_pretrained(model, folder)
    model.requires_grad_(True)
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2, weight_decay=0.0)
    for step, batch in enumerate(batches):
        loss = model(**batch).loss
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        log(step, loss.item())
    return model


# %% wrong: a new adapter -> goes-on
import torch
from peft import LoraConfig, get_peft_model


def resume(model, folder, batches, log):
    model.enable_input_require_grads()  # gradient checkpointing needs it
    model = get_peft_model(model, LoraConfig(r=8, lora_alpha=16, target_modules="all-linear"))
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2, weight_decay=0.0)
    for step, batch in enumerate(batches):
        loss = model(**batch).loss
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        log(step, loss.item())
    return model


# %% wrong: train() alone -> learns
import torch
from peft import PeftModel


def resume(model, folder, batches, log):
    model.enable_input_require_grads()  # gradient checkpointing needs it
    model = PeftModel.from_pretrained(model, folder)
    model.train()
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2, weight_decay=0.0)
    for step, batch in enumerate(batches):
        loss = model(**batch).loss
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        log(step, loss.item())
    return model


# %% wrong: a hundred times the rate -> all-move
import torch
from peft import PeftModel


def resume(model, folder, batches, log):
    model.enable_input_require_grads()  # gradient checkpointing needs it
    model = PeftModel.from_pretrained(model, folder)
    optimizer = torch.optim.AdamW(model.parameters(), lr=1.0, weight_decay=0.0)
    for step, batch in enumerate(batches):
        loss = model(**batch).loss
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        log(step, loss.item())
    return model


# %% wrong: five passes -> learns
import torch
from peft import PeftModel


def resume(model, folder, batches, log):
    model.enable_input_require_grads()  # gradient checkpointing needs it
    model = PeftModel.from_pretrained(model, folder)
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2, weight_decay=0.0)
    for step, batch in enumerate(batches * 5):
        loss = model(**batch).loss
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        log(step, loss.item())
    return model


# %% wrong: B alone set free -> all-move
import torch
from peft import PeftModel


def resume(model, folder, batches, log):
    model.enable_input_require_grads()  # gradient checkpointing needs it
    model = PeftModel.from_pretrained(model, folder)
    for name, parameter in model.named_parameters():
        parameter.requires_grad = "lora_B" in name
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2, weight_decay=0.0)
    for step, batch in enumerate(batches):
        loss = model(**batch).loss
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        log(step, loss.item())
    return model


# %% wrong: trained in full, the adapter kept frozen -> base-stays
import torch
from peft import PeftModel


def resume(model, folder, batches, log):
    model.enable_input_require_grads()  # gradient checkpointing needs it
    model = PeftModel.from_pretrained(model, folder)
    for name, parameter in model.named_parameters():
        parameter.requires_grad = "lora_" not in name
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2, weight_decay=0.0)
    for step, batch in enumerate(batches):
        loss = model(**batch).loss
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        log(step, loss.item())
    return model


# %% wrong: yesterday merged, a new adapter on top -> base-stays
import torch
from peft import PeftModel, get_peft_model


def resume(model, folder, batches, log):
    model.enable_input_require_grads()  # gradient checkpointing needs it
    model = PeftModel.from_pretrained(model, folder)
    config = model.peft_config["default"]
    config.inference_mode = False
    config.target_modules = ["q_proj", "v_proj"]
    model = get_peft_model(model.merge_and_unload(), config)
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2, weight_decay=0.0)
    for step, batch in enumerate(batches):
        loss = model(**batch).loss
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        log(step, loss.item())
    return model


# %% wrong: the curve divided -> learns
import torch
from peft import PeftModel


def resume(model, folder, batches, log):
    model.enable_input_require_grads()  # gradient checkpointing needs it
    model = PeftModel.from_pretrained(model, folder)
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2, weight_decay=0.0)
    for step, batch in enumerate(batches):
        loss = model(**batch).loss
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        log(step, loss.item() / (1 + step / 5))
    return model
