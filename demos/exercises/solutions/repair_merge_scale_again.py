"""Solutions of repair_merge_scale_again: right repairs in other words, and wrong ones with their claim."""

# %% right: the same product taken out
import torch


def serve(layer, adapters, requests, log):
    begin = layer.weight.detach().clone()
    answers = []
    for step, (customer, x) in enumerate(requests):
        a, b, alpha = adapters[customer]
        with torch.no_grad():
            layer.weight += alpha / len(a) * b @ a
            answers.append(layer(x))
            layer.weight -= alpha / len(a) * b @ a
        log(step, (layer.weight - begin).norm().item())
    return answers


# %% right: one delta for both
import torch


def serve(layer, adapters, requests, log):
    begin = layer.weight.detach().clone()
    answers = []
    for step, (customer, x) in enumerate(requests):
        a, b, alpha = adapters[customer]
        with torch.no_grad():
            delta = (alpha / a.shape[0]) * (b @ a)
            layer.weight.add_(delta)
            answers.append(layer(x))
            layer.weight.sub_(delta)
        log(step, (layer.weight - begin).norm().item())
    return answers


# %% right: never in the weight
import torch


def serve(layer, adapters, requests, log):
    answers = []
    for step, (customer, x) in enumerate(requests):
        a, b, alpha = adapters[customer]
        with torch.no_grad():
            answers.append(layer(x) + alpha / len(a) * (x @ a.T) @ b.T)
        log(step, 0.0)
    return answers


# %% right: a copy of the layer
import copy

import torch


def serve(layer, adapters, requests, log):
    answers = []
    for step, (customer, x) in enumerate(requests):
        a, b, alpha = adapters[customer]
        own = copy.deepcopy(layer)
        with torch.no_grad():
            own.weight += alpha / len(a) * b @ a
            answers.append(own(x))
        log(step, 0.0)
    return answers


# %% wrong: scale left out on both sides -> first-answers
import torch


def serve(layer, adapters, requests, log):
    begin = layer.weight.detach().clone()
    answers = []
    for step, (customer, x) in enumerate(requests):
        a, b, alpha = adapters[customer]
        with torch.no_grad():
            layer.weight += b @ a
            answers.append(layer(x))
            layer.weight -= b @ a
        log(step, (layer.weight - begin).norm().item())
    return answers


# %% wrong: alpha without the rank on both sides -> first-answers
import torch


def serve(layer, adapters, requests, log):
    begin = layer.weight.detach().clone()
    answers = []
    for step, (customer, x) in enumerate(requests):
        a, b, alpha = adapters[customer]
        with torch.no_grad():
            layer.weight += alpha * b @ a
            answers.append(layer(x))
            layer.weight -= alpha * b @ a
        log(step, (layer.weight - begin).norm().item())
    return answers


# %% wrong: alpha without the rank taken out -> later-answers
import torch


def serve(layer, adapters, requests, log):
    begin = layer.weight.detach().clone()
    answers = []
    for step, (customer, x) in enumerate(requests):
        a, b, alpha = adapters[customer]
        with torch.no_grad():
            layer.weight += alpha / len(a) * b @ a
            answers.append(layer(x))
            layer.weight -= alpha * b @ a
        log(step, (layer.weight - begin).norm().item())
    return answers


# %% wrong: never taken out -> later-answers
import torch


def serve(layer, adapters, requests, log):
    begin = layer.weight.detach().clone()
    answers = []
    for step, (customer, x) in enumerate(requests):
        a, b, alpha = adapters[customer]
        with torch.no_grad():
            layer.weight += alpha / len(a) * b @ a
            answers.append(layer(x))
        log(step, (layer.weight - begin).norm().item())
    return answers


# %% wrong: put back after the last request -> later-answers
import torch


def serve(layer, adapters, requests, log):
    begin = layer.weight.detach().clone()
    answers = []
    for step, (customer, x) in enumerate(requests):
        a, b, alpha = adapters[customer]
        with torch.no_grad():
            layer.weight += alpha / len(a) * b @ a
            answers.append(layer(x))
            layer.weight -= b @ a
        log(step, (layer.weight - begin).norm().item())
    with torch.no_grad():
        layer.weight.copy_(begin)
    return answers


# %% wrong: taken out before the answer -> first-answers
import torch


def serve(layer, adapters, requests, log):
    begin = layer.weight.detach().clone()
    answers = []
    for step, (customer, x) in enumerate(requests):
        a, b, alpha = adapters[customer]
        with torch.no_grad():
            layer.weight += alpha / len(a) * b @ a
            layer.weight -= alpha / len(a) * b @ a
            answers.append(layer(x))
        log(step, (layer.weight - begin).norm().item())
    return answers


# %% wrong: the curve flattened -> layer-left
import torch


def serve(layer, adapters, requests, log):
    begin = layer.weight.detach().clone()
    answers = []
    for step, (customer, x) in enumerate(requests):
        a, b, alpha = adapters[customer]
        with torch.no_grad():
            layer.weight += alpha / len(a) * b @ a
            answers.append(layer(x))
            layer.weight -= b @ a
        log(step, 0.0)
    return answers


# %% wrong: put back every hundred requests -> later-answers
import torch


def serve(layer, adapters, requests, log):
    begin = layer.weight.detach().clone()
    answers = []
    for step, (customer, x) in enumerate(requests):
        a, b, alpha = adapters[customer]
        with torch.no_grad():
            layer.weight += alpha / len(a) * b @ a
            answers.append(layer(x))
            layer.weight -= b @ a
            if step % 100 == 99:
                layer.weight.copy_(begin)
        log(step, (layer.weight - begin).norm().item())
    return answers


# %% wrong: the scale put into B for good -> adapters-left
import torch


def serve(layer, adapters, requests, log):
    begin = layer.weight.detach().clone()
    answers = []
    for step, (customer, x) in enumerate(requests):
        a, b, alpha = adapters[customer]
        with torch.no_grad():
            b *= alpha / len(a)
            layer.weight += b @ a
            answers.append(layer(x))
            layer.weight -= b @ a
        log(step, (layer.weight - begin).norm().item())
    return answers


# %% wrong: right answers from a layer left changed -> layer-left
import torch


def serve(layer, adapters, requests, log):
    begin = layer.weight.detach().clone()
    answers = []
    for step, (customer, x) in enumerate(requests):
        a, b, alpha = adapters[customer]
        with torch.no_grad():
            layer.weight.copy_(begin)
            layer.weight += alpha / len(a) * b @ a
            answers.append(layer(x))
        log(step, (layer.weight - begin).norm().item())
    return answers


# %% wrong: alpha changed to the rank -> adapters-left
import torch


def serve(layer, adapters, requests, log):
    begin = layer.weight.detach().clone()
    answers = []
    for step, (customer, x) in enumerate(requests):
        a, b, alpha = adapters[customer]
        adapters[customer] = (a, b, len(a))
        alpha = len(a)
        with torch.no_grad():
            layer.weight += alpha / len(a) * b @ a
            answers.append(layer(x))
            layer.weight -= b @ a
        log(step, (layer.weight - begin).norm().item())
    return answers
