"""Solutions of repair_targets: right repairs in other words, and wrong ones with their claim."""

# %% right: all seven names
import torch
from peft import LoraConfig, get_peft_model


def tune(model, batches, log):
    config = LoraConfig(
        r=4,
        lora_alpha=8,
        target_modules=[
            "q_proj",
            "k_proj",
            "v_proj",
            "o_proj",
            "gate_proj",
            "up_proj",
            "down_proj",
        ],
    )
    model = get_peft_model(model, config)
    optimizer = torch.optim.AdamW(model.parameters(), lr=5e-3, weight_decay=0.0)
    for step, batch in enumerate(batches):
        loss = model(**batch).loss
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        log(step, loss.item())
    return model


# %% right: a pattern
import torch
from peft import LoraConfig, get_peft_model


def tune(model, batches, log):
    config = LoraConfig(
        r=4,
        lora_alpha=8,
        target_modules=r".*\.layers\.\d+\.(self_attn|mlp)\..*_proj",
    )
    model = get_peft_model(model, config)
    optimizer = torch.optim.AdamW(model.parameters(), lr=5e-3, weight_decay=0.0)
    for step, batch in enumerate(batches):
        loss = model(**batch).loss
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        log(step, loss.item())
    return model


# %% right: names read from the model
import torch
from peft import LoraConfig, get_peft_model


def tune(model, batches, log):
    names = {
        name.split(".")[-1]
        for name, module in model.named_modules()
        if isinstance(module, torch.nn.Linear) and "lm_head" not in name
    }
    config = LoraConfig(
        r=4,
        lora_alpha=8,
        target_modules=sorted(names),
    )
    model = get_peft_model(model, config)
    optimizer = torch.optim.AdamW(model.parameters(), lr=5e-3, weight_decay=0.0)
    for step, batch in enumerate(batches):
        loss = model(**batch).loss
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        log(step, loss.item())
    return model


# %% wrong: a larger rank -> same-rank
import torch
from peft import LoraConfig, get_peft_model


def tune(model, batches, log):
    config = LoraConfig(
        r=64,
        lora_alpha=128,
        target_modules=["query", "key", "value", "o_proj", "fc_in", "fc_out"],
    )
    model = get_peft_model(model, config)
    optimizer = torch.optim.AdamW(model.parameters(), lr=5e-3, weight_decay=0.0)
    for step, batch in enumerate(batches):
        loss = model(**batch).loss
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        log(step, loss.item())
    return model


# %% wrong: a larger alpha -> same-rank
import torch
from peft import LoraConfig, get_peft_model


def tune(model, batches, log):
    config = LoraConfig(
        r=4,
        lora_alpha=80,
        target_modules=["query", "key", "value", "o_proj", "fc_in", "fc_out"],
    )
    model = get_peft_model(model, config)
    optimizer = torch.optim.AdamW(model.parameters(), lr=5e-3, weight_decay=0.0)
    for step, batch in enumerate(batches):
        loss = model(**batch).loss
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        log(step, loss.item())
    return model


# %% wrong: the attention alone -> all-layers
import torch
from peft import LoraConfig, get_peft_model


def tune(model, batches, log):
    config = LoraConfig(
        r=4,
        lora_alpha=8,
        target_modules=["q_proj", "k_proj", "v_proj", "o_proj"],
    )
    model = get_peft_model(model, config)
    optimizer = torch.optim.AdamW(model.parameters(), lr=5e-3, weight_decay=0.0)
    for step, batch in enumerate(batches):
        loss = model(**batch).loss
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        log(step, loss.item())
    return model


# %% wrong: query and value alone -> all-layers
import torch
from peft import LoraConfig, get_peft_model


def tune(model, batches, log):
    config = LoraConfig(
        r=4,
        lora_alpha=8,
        target_modules=["q_proj", "v_proj"],
    )
    model = get_peft_model(model, config)
    optimizer = torch.optim.AdamW(model.parameters(), lr=5e-3, weight_decay=0.0)
    for step, batch in enumerate(batches):
        loss = model(**batch).loss
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        log(step, loss.item())
    return model


# %% wrong: the gate forgotten -> all-layers
import torch
from peft import LoraConfig, get_peft_model


def tune(model, batches, log):
    config = LoraConfig(
        r=4,
        lora_alpha=8,
        target_modules=["q_proj", "k_proj", "v_proj", "o_proj", "up_proj", "down_proj"],
    )
    model = get_peft_model(model, config)
    optimizer = torch.optim.AdamW(model.parameters(), lr=5e-3, weight_decay=0.0)
    for step, batch in enumerate(batches):
        loss = model(**batch).loss
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        log(step, loss.item())
    return model


# %% wrong: the first block alone -> all-layers
import torch
from peft import LoraConfig, get_peft_model


def tune(model, batches, log):
    config = LoraConfig(
        r=4,
        lora_alpha=8,
        target_modules=[
            "q_proj",
            "k_proj",
            "v_proj",
            "o_proj",
            "gate_proj",
            "up_proj",
            "down_proj",
        ],
        layers_to_transform=[0],
    )
    model = get_peft_model(model, config)
    optimizer = torch.optim.AdamW(model.parameters(), lr=5e-3, weight_decay=0.0)
    for step, batch in enumerate(batches):
        loss = model(**batch).loss
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        log(step, loss.item())
    return model


# %% wrong: the rest of the model set free -> base-stays
import torch
from peft import LoraConfig, get_peft_model


def tune(model, batches, log):
    config = LoraConfig(
        r=4,
        lora_alpha=8,
        target_modules=["query", "key", "value", "o_proj", "fc_in", "fc_out"],
    )
    model = get_peft_model(model, config)
    model.requires_grad_(True)
    optimizer = torch.optim.AdamW(model.parameters(), lr=5e-3, weight_decay=0.0)
    for step, batch in enumerate(batches):
        loss = model(**batch).loss
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        log(step, loss.item())
    return model


# %% wrong: four passes -> same-rank
import torch
from peft import LoraConfig, get_peft_model


def tune(model, batches, log):
    config = LoraConfig(
        r=4,
        lora_alpha=8,
        target_modules=["query", "key", "value", "o_proj", "fc_in", "fc_out"],
    )
    model = get_peft_model(model, config)
    optimizer = torch.optim.AdamW(model.parameters(), lr=5e-3, weight_decay=0.0)
    for step, batch in enumerate(batches * 4):
        loss = model(**batch).loss
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        log(step, loss.item())
    return model


# %% wrong: a rate of half a unit -> learns
import torch
from peft import LoraConfig, get_peft_model


def tune(model, batches, log):
    config = LoraConfig(
        r=4,
        lora_alpha=8,
        target_modules=["query", "key", "value", "o_proj", "fc_in", "fc_out"],
    )
    model = get_peft_model(model, config)
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.5, weight_decay=0.0)
    for step, batch in enumerate(batches):
        loss = model(**batch).loss
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        log(step, loss.item())
    return model


# %% wrong: all layers, a rate of full fine-tuning -> learns
import torch
from peft import LoraConfig, get_peft_model


def tune(model, batches, log):
    config = LoraConfig(
        r=4,
        lora_alpha=8,
        target_modules=[
            "q_proj",
            "k_proj",
            "v_proj",
            "o_proj",
            "gate_proj",
            "up_proj",
            "down_proj",
        ],
    )
    model = get_peft_model(model, config)
    optimizer = torch.optim.AdamW(model.parameters(), lr=2e-5, weight_decay=0.0)
    for step, batch in enumerate(batches):
        loss = model(**batch).loss
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        log(step, loss.item())
    return model
