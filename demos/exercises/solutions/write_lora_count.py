"""Solutions of write_lora_count: right ones in other words, and wrong ones with their claim."""


# %% right: one target after the other
def lora_count(config, rank, targets):
    d, f, size = config["hidden_size"], config["intermediate_size"], config["head_dim"]
    q, kv = config["num_attention_heads"] * size, config["num_key_value_heads"] * size
    inner = {
        "q_proj": d + q,
        "k_proj": d + kv,
        "v_proj": d + kv,
        "o_proj": q + d,
        "gate_proj": d + f,
        "up_proj": d + f,
        "down_proj": f + d,
    }
    if targets == "all-linear":
        targets = list(inner)
    total = 0
    for name in targets:
        if name == "lm_head":
            total += rank * (d + config["vocab_size"])
        else:
            total += rank * inner[name] * config["num_hidden_layers"]
    return total


# %% right: matrices made and counted
import torch


def lora_count(config, rank, targets):
    d, f, size = config["hidden_size"], config["intermediate_size"], config["head_dim"]
    q, kv = config["num_attention_heads"] * size, config["num_key_value_heads"] * size
    layers = config["num_hidden_layers"]

    def adapter(inputs, outputs):
        a = torch.empty(rank, inputs, device="meta")
        b = torch.empty(outputs, rank, device="meta")
        return a.numel() + b.numel()

    if targets == "all-linear":
        targets = "q k v o gate up down".split()
    count = 0
    for name in targets:
        match name.removesuffix("_proj"):
            case "q":
                count += layers * adapter(d, q)
            case "o":
                count += layers * adapter(q, d)
            case "k" | "v":
                count += layers * adapter(d, kv)
            case "gate" | "up":
                count += layers * adapter(d, f)
            case "down":
                count += layers * adapter(f, d)
            case "lm_head":
                count += adapter(d, config["vocab_size"])
    return count


# %% wrong: every layer taken as square -> attention
def lora_count(config, rank, targets):
    d, f, size = config["hidden_size"], config["intermediate_size"], config["head_dim"]
    q, kv = d, d * config["num_key_value_heads"] // config["num_attention_heads"]
    inner = {
        "q_proj": d + q,
        "k_proj": d + kv,
        "v_proj": d + kv,
        "o_proj": q + d,
        "gate_proj": d + f,
        "up_proj": d + f,
        "down_proj": f + d,
    }
    if targets == "all-linear":
        targets = list(inner)
    total = 0
    for name in targets:
        if name == "lm_head":
            total += rank * (d + config["vocab_size"])
        else:
            total += rank * inner[name] * config["num_hidden_layers"]
    return total


# %% wrong: one layer of the model only -> attention
def lora_count(config, rank, targets):
    d, f, size = config["hidden_size"], config["intermediate_size"], config["head_dim"]
    q, kv = config["num_attention_heads"] * size, config["num_key_value_heads"] * size
    inner = {
        "q_proj": d + q,
        "k_proj": d + kv,
        "v_proj": d + kv,
        "o_proj": q + d,
        "gate_proj": d + f,
        "up_proj": d + f,
        "down_proj": f + d,
    }
    if targets == "all-linear":
        targets = list(inner)
    total = 0
    for name in targets:
        if name == "lm_head":
            total += rank * (d + config["vocab_size"])
        else:
            total += rank * inner[name]
    return total


# %% wrong: A only -> attention
def lora_count(config, rank, targets):
    d, f, size = config["hidden_size"], config["intermediate_size"], config["head_dim"]
    q, kv = config["num_attention_heads"] * size, config["num_key_value_heads"] * size
    inner = {
        "q_proj": d + q,
        "k_proj": d + kv,
        "v_proj": d + kv,
        "o_proj": q + d,
        "gate_proj": d + f,
        "up_proj": d + f,
        "down_proj": f + d,
    }
    if targets == "all-linear":
        targets = list(inner)
    total = 0
    for name in targets:
        if name == "lm_head":
            total += rank * (d + config["vocab_size"])
        else:
            total += rank * inner[name] // 2 * config["num_hidden_layers"]
    return total


# %% wrong: the layers themselves -> attention
def lora_count(config, rank, targets):
    d, f, size = config["hidden_size"], config["intermediate_size"], config["head_dim"]
    q, kv = config["num_attention_heads"] * size, config["num_key_value_heads"] * size
    inner = {
        "q_proj": d * q // rank,
        "k_proj": d + kv,
        "v_proj": d + kv,
        "o_proj": d * q // rank,
        "gate_proj": d + f,
        "up_proj": d + f,
        "down_proj": f + d,
    }
    if targets == "all-linear":
        targets = list(inner)
    total = 0
    for name in targets:
        if name == "lm_head":
            total += rank * (d + config["vocab_size"])
        else:
            total += rank * inner[name] * config["num_hidden_layers"]
    return total


# %% wrong: the rank squared -> attention
def lora_count(config, rank, targets):
    d, f, size = config["hidden_size"], config["intermediate_size"], config["head_dim"]
    q, kv = config["num_attention_heads"] * size, config["num_key_value_heads"] * size
    inner = {
        "q_proj": d + q,
        "k_proj": d + kv,
        "v_proj": d + kv,
        "o_proj": q + d,
        "gate_proj": d + f,
        "up_proj": d + f,
        "down_proj": f + d,
    }
    if targets == "all-linear":
        targets = list(inner)
    total = 0
    for name in targets:
        if name == "lm_head":
            total += rank * (d + config["vocab_size"])
        else:
            total += rank * rank * inner[name] * config["num_hidden_layers"]
    return total


# %% wrong: the head's size from the width -> attention
def lora_count(config, rank, targets):
    d, f, size = (
        config["hidden_size"],
        config["intermediate_size"],
        config["hidden_size"] // config["num_attention_heads"],
    )
    q, kv = config["num_attention_heads"] * size, config["num_key_value_heads"] * size
    inner = {
        "q_proj": d + q,
        "k_proj": d + kv,
        "v_proj": d + kv,
        "o_proj": q + d,
        "gate_proj": d + f,
        "up_proj": d + f,
        "down_proj": f + d,
    }
    if targets == "all-linear":
        targets = list(inner)
    total = 0
    for name in targets:
        if name == "lm_head":
            total += rank * (d + config["vocab_size"])
        else:
            total += rank * inner[name] * config["num_hidden_layers"]
    return total


# %% wrong: targets changed in place -> attention
def lora_count(config, rank, targets):
    d, f, size = config["hidden_size"], config["intermediate_size"], config["head_dim"]
    q, kv = config["num_attention_heads"] * size, config["num_key_value_heads"] * size
    inner = {
        "q_proj": d + q,
        "k_proj": d + kv,
        "v_proj": d + kv,
        "o_proj": q + d,
        "gate_proj": d + f,
        "up_proj": d + f,
        "down_proj": f + d,
    }
    if targets == "all-linear":
        targets = list(inner)
    total = 0
    while targets:
        name = targets.pop()
        if name == "lm_head":
            total += rank * (d + config["vocab_size"])
        else:
            total += rank * inner[name] * config["num_hidden_layers"]
    return total


# %% wrong: keys and values as wide as queries -> grouped-queries
def lora_count(config, rank, targets):
    d, f, size = config["hidden_size"], config["intermediate_size"], config["head_dim"]
    q, kv = config["num_attention_heads"] * size, config["num_attention_heads"] * size
    inner = {
        "q_proj": d + q,
        "k_proj": d + kv,
        "v_proj": d + kv,
        "o_proj": q + d,
        "gate_proj": d + f,
        "up_proj": d + f,
        "down_proj": f + d,
    }
    if targets == "all-linear":
        targets = list(inner)
    total = 0
    for name in targets:
        if name == "lm_head":
            total += rank * (d + config["vocab_size"])
        else:
            total += rank * inner[name] * config["num_hidden_layers"]
    return total


# %% wrong: one head of keys and values -> grouped-queries
def lora_count(config, rank, targets):
    d, f, size = config["hidden_size"], config["intermediate_size"], config["head_dim"]
    q, kv = config["num_attention_heads"] * size, size
    inner = {
        "q_proj": d + q,
        "k_proj": d + kv,
        "v_proj": d + kv,
        "o_proj": q + d,
        "gate_proj": d + f,
        "up_proj": d + f,
        "down_proj": f + d,
    }
    if targets == "all-linear":
        targets = list(inner)
    total = 0
    for name in targets:
        if name == "lm_head":
            total += rank * (d + config["vocab_size"])
        else:
            total += rank * inner[name] * config["num_hidden_layers"]
    return total


# %% wrong: values as wide as queries -> grouped-queries
def lora_count(config, rank, targets):
    d, f, size = config["hidden_size"], config["intermediate_size"], config["head_dim"]
    q, kv = config["num_attention_heads"] * size, config["num_key_value_heads"] * size
    inner = {
        "q_proj": d + q,
        "k_proj": d + kv,
        "v_proj": d + q,
        "o_proj": q + d,
        "gate_proj": d + f,
        "up_proj": d + f,
        "down_proj": f + d,
    }
    if targets == "all-linear":
        targets = list(inner)
    total = 0
    for name in targets:
        if name == "lm_head":
            total += rank * (d + config["vocab_size"])
        else:
            total += rank * inner[name] * config["num_hidden_layers"]
    return total


# %% wrong: keys and values by the width -> grouped-queries
def lora_count(config, rank, targets):
    d, f, size = config["hidden_size"], config["intermediate_size"], config["head_dim"]
    q, kv = (
        config["num_attention_heads"] * size,
        d * config["num_key_value_heads"] // config["num_attention_heads"],
    )
    inner = {
        "q_proj": d + q,
        "k_proj": d + kv,
        "v_proj": d + kv,
        "o_proj": q + d,
        "gate_proj": d + f,
        "up_proj": d + f,
        "down_proj": f + d,
    }
    if targets == "all-linear":
        targets = list(inner)
    total = 0
    for name in targets:
        if name == "lm_head":
            total += rank * (d + config["vocab_size"])
        else:
            total += rank * inner[name] * config["num_hidden_layers"]
    return total


# %% wrong: feed-forward is four times the width -> feed-forward
def lora_count(config, rank, targets):
    d, f, size = config["hidden_size"], 4 * config["hidden_size"], config["head_dim"]
    q, kv = config["num_attention_heads"] * size, config["num_key_value_heads"] * size
    inner = {
        "q_proj": d + q,
        "k_proj": d + kv,
        "v_proj": d + kv,
        "o_proj": q + d,
        "gate_proj": d + f,
        "up_proj": d + f,
        "down_proj": f + d,
    }
    if targets == "all-linear":
        targets = list(inner)
    total = 0
    for name in targets:
        if name == "lm_head":
            total += rank * (d + config["vocab_size"])
        else:
            total += rank * inner[name] * config["num_hidden_layers"]
    return total


# %% wrong: feed-forward as wide as the queries -> feed-forward
def lora_count(config, rank, targets):
    d, f, size = config["hidden_size"], config["intermediate_size"], config["head_dim"]
    q, kv = config["num_attention_heads"] * size, config["num_key_value_heads"] * size
    inner = {
        "q_proj": d + q,
        "k_proj": d + kv,
        "v_proj": d + kv,
        "o_proj": q + d,
        "gate_proj": d + f,
        "up_proj": d + f,
        "down_proj": f + q,
    }
    if targets == "all-linear":
        targets = list(inner)
    total = 0
    for name in targets:
        if name == "lm_head":
            total += rank * (d + config["vocab_size"])
        else:
            total += rank * inner[name] * config["num_hidden_layers"]
    return total


# %% wrong: no gate -> feed-forward
def lora_count(config, rank, targets):
    d, f, size = config["hidden_size"], config["intermediate_size"], config["head_dim"]
    q, kv = config["num_attention_heads"] * size, config["num_key_value_heads"] * size
    inner = {
        "q_proj": d + q,
        "k_proj": d + kv,
        "v_proj": d + kv,
        "o_proj": q + d,
        "gate_proj": 0,
        "up_proj": d + f,
        "down_proj": f + d,
    }
    if targets == "all-linear":
        targets = list(inner)
    total = 0
    for name in targets:
        if name == "lm_head":
            total += rank * (d + config["vocab_size"])
        else:
            total += rank * inner[name] * config["num_hidden_layers"]
    return total


# %% wrong: all-linear with the output layer -> all-linear
def lora_count(config, rank, targets):
    d, f, size = config["hidden_size"], config["intermediate_size"], config["head_dim"]
    q, kv = config["num_attention_heads"] * size, config["num_key_value_heads"] * size
    inner = {
        "q_proj": d + q,
        "k_proj": d + kv,
        "v_proj": d + kv,
        "o_proj": q + d,
        "gate_proj": d + f,
        "up_proj": d + f,
        "down_proj": f + d,
    }
    if targets == "all-linear":
        targets = [*inner, "lm_head"]
    total = 0
    for name in targets:
        if name == "lm_head":
            total += rank * (d + config["vocab_size"])
        else:
            total += rank * inner[name] * config["num_hidden_layers"]
    return total


# %% wrong: all-linear is the attention -> all-linear
def lora_count(config, rank, targets):
    d, f, size = config["hidden_size"], config["intermediate_size"], config["head_dim"]
    q, kv = config["num_attention_heads"] * size, config["num_key_value_heads"] * size
    inner = {
        "q_proj": d + q,
        "k_proj": d + kv,
        "v_proj": d + kv,
        "o_proj": q + d,
        "gate_proj": d + f,
        "up_proj": d + f,
        "down_proj": f + d,
    }
    if targets == "all-linear":
        targets = list(inner)[:4]
    total = 0
    for name in targets:
        if name == "lm_head":
            total += rank * (d + config["vocab_size"])
        else:
            total += rank * inner[name] * config["num_hidden_layers"]
    return total


# %% wrong: all-linear letter by letter -> all-linear
def lora_count(config, rank, targets):
    d, f, size = config["hidden_size"], config["intermediate_size"], config["head_dim"]
    q, kv = config["num_attention_heads"] * size, config["num_key_value_heads"] * size
    inner = {
        "q_proj": d + q,
        "k_proj": d + kv,
        "v_proj": d + kv,
        "o_proj": q + d,
        "gate_proj": d + f,
        "up_proj": d + f,
        "down_proj": f + d,
    }
    total = 0
    for name in targets:
        if name == "lm_head":
            total += rank * (d + config["vocab_size"])
        else:
            total += rank * inner.get(name, 0) * config["num_hidden_layers"]
    return total


# %% wrong: all-linear without the gate -> all-linear
def lora_count(config, rank, targets):
    d, f, size = config["hidden_size"], config["intermediate_size"], config["head_dim"]
    q, kv = config["num_attention_heads"] * size, config["num_key_value_heads"] * size
    inner = {
        "q_proj": d + q,
        "k_proj": d + kv,
        "v_proj": d + kv,
        "o_proj": q + d,
        "gate_proj": d + f,
        "up_proj": d + f,
        "down_proj": f + d,
    }
    if targets == "all-linear":
        targets = [name for name in inner if name != "gate_proj"]
    total = 0
    for name in targets:
        if name == "lm_head":
            total += rank * (d + config["vocab_size"])
        else:
            total += rank * inner[name] * config["num_hidden_layers"]
    return total


# %% wrong: an output layer in every layer -> output-layer
def lora_count(config, rank, targets):
    d, f, size = config["hidden_size"], config["intermediate_size"], config["head_dim"]
    q, kv = config["num_attention_heads"] * size, config["num_key_value_heads"] * size
    inner = {
        "q_proj": d + q,
        "k_proj": d + kv,
        "v_proj": d + kv,
        "o_proj": q + d,
        "gate_proj": d + f,
        "up_proj": d + f,
        "down_proj": f + d,
    }
    if targets == "all-linear":
        targets = list(inner)
    total = 0
    for name in targets:
        if name == "lm_head":
            total += rank * (d + config["vocab_size"]) * config["num_hidden_layers"]
        else:
            total += rank * inner[name] * config["num_hidden_layers"]
    return total


# %% wrong: a tied layer is free -> output-layer
def lora_count(config, rank, targets):
    d, f, size = config["hidden_size"], config["intermediate_size"], config["head_dim"]
    q, kv = config["num_attention_heads"] * size, config["num_key_value_heads"] * size
    inner = {
        "q_proj": d + q,
        "k_proj": d + kv,
        "v_proj": d + kv,
        "o_proj": q + d,
        "gate_proj": d + f,
        "up_proj": d + f,
        "down_proj": f + d,
    }
    if targets == "all-linear":
        targets = list(inner)
    total = 0
    for name in targets:
        if name == "lm_head" and config["tie_word_embeddings"]:
            continue
        if name == "lm_head":
            total += rank * (d + config["vocab_size"])
        else:
            total += rank * inner[name] * config["num_hidden_layers"]
    return total


# %% wrong: tied counts twice -> output-layer
def lora_count(config, rank, targets):
    d, f, size = config["hidden_size"], config["intermediate_size"], config["head_dim"]
    q, kv = config["num_attention_heads"] * size, config["num_key_value_heads"] * size
    inner = {
        "q_proj": d + q,
        "k_proj": d + kv,
        "v_proj": d + kv,
        "o_proj": q + d,
        "gate_proj": d + f,
        "up_proj": d + f,
        "down_proj": f + d,
    }
    if targets == "all-linear":
        targets = list(inner)
    total = 0
    for name in targets:
        if name == "lm_head":
            total += rank * (d + config["vocab_size"]) * (1 + config["tie_word_embeddings"])
        else:
            total += rank * inner[name] * config["num_hidden_layers"]
    return total


# %% wrong: the output layer in full -> output-layer
def lora_count(config, rank, targets):
    d, f, size = config["hidden_size"], config["intermediate_size"], config["head_dim"]
    q, kv = config["num_attention_heads"] * size, config["num_key_value_heads"] * size
    inner = {
        "q_proj": d + q,
        "k_proj": d + kv,
        "v_proj": d + kv,
        "o_proj": q + d,
        "gate_proj": d + f,
        "up_proj": d + f,
        "down_proj": f + d,
    }
    if targets == "all-linear":
        targets = list(inner)
    total = 0
    for name in targets:
        if name == "lm_head":
            total += d * config["vocab_size"]
        else:
            total += rank * inner[name] * config["num_hidden_layers"]
    return total


# %% wrong: the output layer forgotten -> output-layer
def lora_count(config, rank, targets):
    d, f, size = config["hidden_size"], config["intermediate_size"], config["head_dim"]
    q, kv = config["num_attention_heads"] * size, config["num_key_value_heads"] * size
    inner = {
        "q_proj": d + q,
        "k_proj": d + kv,
        "v_proj": d + kv,
        "o_proj": q + d,
        "gate_proj": d + f,
        "up_proj": d + f,
        "down_proj": f + d,
    }
    if targets == "all-linear":
        targets = list(inner)
    total = 0
    for name in targets:
        if name == "lm_head":
            continue
        else:
            total += rank * inner[name] * config["num_hidden_layers"]
    return total
