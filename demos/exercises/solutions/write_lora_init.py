"""Solutions of write_lora_init: right ones in other words, and wrong ones with their claim."""

# %% right: by torch.nn.init
import math

import torch
from torch import nn


def lora_init(inputs, outputs, rank, alpha):
    a = nn.Parameter(torch.empty(rank, inputs))
    b = nn.Parameter(torch.empty(outputs, rank))
    nn.init.kaiming_uniform_(a, a=math.sqrt(5))
    nn.init.zeros_(b)
    return a, b, alpha / rank


# %% right: two linear layers
import torch


def lora_init(inputs, outputs, rank, alpha):
    down = torch.nn.Linear(inputs, rank, bias=False)
    up = torch.nn.Linear(rank, outputs, bias=False)
    torch.nn.init.zeros_(up.weight)
    return down.weight, up.weight, alpha / rank


# %% right: tensors that ask for a gradient
import torch


def lora_init(inputs, outputs, rank, alpha):
    bound = 1 / inputs**0.5
    a = torch.empty(rank, inputs).uniform_(-bound, bound).requires_grad_()
    b = torch.zeros(outputs, rank, requires_grad=True)
    return a, b, alpha / rank


# %% wrong: both random -> starts-as-base
import torch
from torch import nn


def lora_init(inputs, outputs, rank, alpha):
    a = nn.Linear(inputs, rank, bias=False).weight
    b = nn.Linear(rank, outputs, bias=False).weight
    return a, b, alpha / rank


# %% wrong: both zero -> starts-as-base
import torch
from torch import nn


def lora_init(inputs, outputs, rank, alpha):
    a = nn.Parameter(torch.zeros(rank, inputs))
    b = nn.Parameter(torch.zeros(outputs, rank))
    return a, b, alpha / rank


# %% wrong: A zero and B random -> b-moves-first
import torch
from torch import nn


def lora_init(inputs, outputs, rank, alpha):
    a = nn.Parameter(torch.zeros(rank, inputs))
    b = nn.Linear(rank, outputs, bias=False).weight
    return a, b, alpha / rank


# %% wrong: B nearly zero -> starts-as-base
import torch
from torch import nn


def lora_init(inputs, outputs, rank, alpha):
    a = nn.Linear(inputs, rank, bias=False).weight
    b = nn.Parameter(1e-4 * torch.randn(outputs, rank))
    return a, b, alpha / rank


# %% wrong: A from a normal distribution with 1/r -> a-like-peft
import torch
from torch import nn


def lora_init(inputs, outputs, rank, alpha):
    a = nn.Parameter(torch.randn(rank, inputs) / rank)
    b = nn.Parameter(torch.zeros(outputs, rank))
    return a, b, alpha / rank


# %% wrong: normal of the same spread -> a-like-peft
import torch
from torch import nn


def lora_init(inputs, outputs, rank, alpha):
    a = nn.Parameter(torch.randn(rank, inputs) / (3 * inputs) ** 0.5)
    b = nn.Parameter(torch.zeros(outputs, rank))
    return a, b, alpha / rank


# %% wrong: the bound from the rank -> a-like-peft
import torch
from torch import nn


def lora_init(inputs, outputs, rank, alpha):
    a = nn.Parameter((2 * torch.rand(rank, inputs) - 1) / rank**0.5)
    b = nn.Parameter(torch.zeros(outputs, rank))
    return a, b, alpha / rank


# %% wrong: kaiming without a = √5 -> a-like-peft
import torch
from torch import nn


def lora_init(inputs, outputs, rank, alpha):
    a = nn.Parameter(torch.empty(rank, inputs))
    nn.init.kaiming_uniform_(a)
    b = nn.Parameter(torch.zeros(outputs, rank))
    return a, b, alpha / rank


# %% wrong: numbers above zero only -> a-like-peft
import torch
from torch import nn


def lora_init(inputs, outputs, rank, alpha):
    a = nn.Parameter(torch.rand(rank, inputs) / inputs**0.5)
    b = nn.Parameter(torch.zeros(outputs, rank))
    return a, b, alpha / rank


# %% wrong: Xavier, which counts the outputs -> a-like-peft
import torch
from torch import nn


def lora_init(inputs, outputs, rank, alpha):
    a = nn.Parameter(torch.empty(rank, inputs))
    nn.init.xavier_uniform_(a)
    b = nn.Parameter(torch.zeros(outputs, rank))
    return a, b, alpha / rank


# %% wrong: shapes turned round -> scale
import torch
from torch import nn


def lora_init(inputs, outputs, rank, alpha):
    a = nn.Parameter((2 * torch.rand(inputs, rank) - 1) / inputs**0.5)
    b = nn.Parameter(torch.zeros(rank, outputs))
    return a, b, alpha / rank


# %% wrong: α as the scale -> scale
import torch
from torch import nn


def lora_init(inputs, outputs, rank, alpha):
    a = nn.Linear(inputs, rank, bias=False).weight
    return a, nn.Parameter(torch.zeros(outputs, rank)), alpha


# %% wrong: whole-number division -> scale
import torch
from torch import nn


def lora_init(inputs, outputs, rank, alpha):
    a = nn.Linear(inputs, rank, bias=False).weight
    return a, nn.Parameter(torch.zeros(outputs, rank)), alpha // rank


# %% wrong: half precision -> scale
import torch
from torch import nn


def lora_init(inputs, outputs, rank, alpha):
    a = nn.Linear(inputs, rank, bias=False, dtype=torch.bfloat16).weight
    b = nn.Parameter(torch.zeros(outputs, rank, dtype=torch.bfloat16))
    return a, b, alpha / rank


# %% wrong: nothing to train -> b-moves-first
import torch


def lora_init(inputs, outputs, rank, alpha):
    bound = 1 / inputs**0.5
    a = torch.empty(rank, inputs).uniform_(-bound, bound)
    return a, torch.zeros(outputs, rank), alpha / rank


# %% wrong: gradient asked for before the scaling -> b-moves-first
import torch


def lora_init(inputs, outputs, rank, alpha):
    a = (2 * torch.rand(rank, inputs, requires_grad=True) - 1) / inputs**0.5
    return a, torch.zeros(outputs, rank, requires_grad=True), alpha / rank


# %% wrong: B not trained -> b-moves-first
import torch
from torch import nn


def lora_init(inputs, outputs, rank, alpha):
    a = nn.Linear(inputs, rank, bias=False).weight
    return a, torch.zeros(outputs, rank), alpha / rank


# %% wrong: a seed of its own -> drawn-anew
import torch
from torch import nn


def lora_init(inputs, outputs, rank, alpha):
    torch.manual_seed(0)
    a = nn.Linear(inputs, rank, bias=False).weight
    return a, nn.Parameter(torch.zeros(outputs, rank)), alpha / rank


# %% wrong: numpy's random numbers -> drawn-anew
import numpy as np
import torch
from torch import nn


def lora_init(inputs, outputs, rank, alpha):
    bound = 1 / inputs**0.5
    a = np.random.default_rng().uniform(-bound, bound, (rank, inputs))
    a = nn.Parameter(torch.tensor(a, dtype=torch.float32))
    return a, nn.Parameter(torch.zeros(outputs, rank)), alpha / rank


# %% wrong: one adapter for all layers -> drawn-anew
import functools

import torch
from torch import nn


@functools.cache
def lora_init(inputs, outputs, rank, alpha):
    a = nn.Linear(inputs, rank, bias=False).weight
    return a, nn.Parameter(torch.zeros(outputs, rank)), alpha / rank
