"""Solutions of write_lora_forward: right ones in other words, and wrong ones with their claim."""


# %% right: the factor on A
def lora_forward(x, weight, a, b, alpha):
    return x @ weight.T + x @ (a * (alpha / len(a))).T @ b.T


# %% right: functional
import torch.nn.functional as F


def lora_forward(x, weight, a, b, alpha):
    rank = b.shape[1]
    return F.linear(x, weight) + F.linear(F.linear(x, a), b) * alpha / rank


# %% wrong: scale left out -> equals-peft
def lora_forward(x, weight, a, b, alpha):
    return x @ weight.T + x @ a.T @ b.T


# %% wrong: alpha without the rank -> equals-peft
def lora_forward(x, weight, a, b, alpha):
    return x @ weight.T + alpha * (x @ a.T @ b.T)


# %% wrong: divided by the outputs -> equals-peft
def lora_forward(x, weight, a, b, alpha):
    return x @ weight.T + alpha / b.shape[0] * (x @ a.T @ b.T)


# %% wrong: whole-number division -> equals-peft
def lora_forward(x, weight, a, b, alpha):
    return x @ weight.T + alpha // a.shape[0] * (x @ a.T @ b.T)


# %% wrong: rsLoRA's scale -> equals-peft
def lora_forward(x, weight, a, b, alpha):
    return x @ weight.T + alpha / a.shape[0] ** 0.5 * (x @ a.T @ b.T)


# %% wrong: A detached -> gradients
def lora_forward(x, weight, a, b, alpha):
    return x @ weight.T + alpha / a.shape[0] * (x @ a.detach().T @ b.T)


# %% wrong: no graph -> gradients
import torch


def lora_forward(x, weight, a, b, alpha):
    with torch.no_grad():
        return x @ weight.T + alpha / a.shape[0] * (x @ a.T @ b.T)


# %% wrong: merged into the weight in place -> equals-peft


def lora_forward(x, weight, a, b, alpha):
    with torch.no_grad():
        weight += alpha / a.shape[0] * b @ a
    return x @ weight.T


# %% wrong: B A first -> thin-products
def lora_forward(x, weight, a, b, alpha):
    return x @ (weight + alpha / a.shape[0] * b @ a).T


# %% wrong: two dimensions only -> any-leading-shape
def lora_forward(x, weight, a, b, alpha):
    out = weight @ x.T + alpha / a.shape[0] * (b @ (a @ x.T))
    return out.T


# %% wrong: the rank read from the wrong side -> equals-peft
def lora_forward(x, weight, a, b, alpha):
    return x @ weight.T + alpha / a.shape[1] * (x @ a.T @ b.T)


# %% wrong: result of an earlier call kept -> any-leading-shape
CACHE = []


def lora_forward(x, weight, a, b, alpha):
    if not CACHE:
        CACHE.append(x @ weight.T + alpha / a.shape[0] * (x @ a.T @ b.T))
    return CACHE[0]
