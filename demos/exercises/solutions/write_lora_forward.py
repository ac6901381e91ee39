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
import torch


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


# %% wrong: B detached -> gradients
def lora_forward(x, weight, a, b, alpha):
    return x @ weight.T + alpha / a.shape[0] * (x @ a.T @ b.data.T)


# %% wrong: the weight trained as well -> gradients
def lora_forward(x, weight, a, b, alpha):
    weight.requires_grad_(True)
    return x @ weight.T + alpha / a.shape[0] * (x @ a.T @ b.T)


# %% wrong: adapter added once per row -> equals-peft
def lora_forward(x, weight, a, b, alpha):
    return x @ weight.T + alpha / a.shape[0] * (x @ a.T @ b.T).sum(0)


# %% wrong: the identity sent through the adapter -> thin-products
import torch


def lora_forward(x, weight, a, b, alpha):
    delta = (torch.eye(a.shape[1]) @ a.T @ b.T).T
    return x @ weight.T + alpha / a.shape[0] * (x @ delta.T)


# %% wrong: the batch flattened and left so -> any-leading-shape
def lora_forward(x, weight, a, b, alpha):
    rows = x.reshape(-1, x.shape[-1])
    return rows @ weight.T + alpha / a.shape[0] * (rows @ a.T @ b.T)
