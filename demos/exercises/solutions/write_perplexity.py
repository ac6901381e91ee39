"""Solutions of write_perplexity: right ones in other words, and wrong ones with their claim."""

# %% right: losses of each window
import math

import torch
import torch.nn.functional as F


def perplexity(model, tokens, window, stride):
    losses = []
    done = 1
    begin = 0
    while done < len(tokens):
        end = min(begin + window, len(tokens))
        with torch.no_grad():
            logits = model(tokens[begin:end])
        loss = F.cross_entropy(logits[:-1], tokens[begin + 1 : end], reduction="none")
        losses.append(loss[done - begin - 1 :])
        done = end
        begin += stride
    return math.exp(torch.cat(losses).mean().item())


# %% right: labels of -100
import math

import torch
import torch.nn.functional as F


def perplexity(model, tokens, window, stride):
    total, count, before = 0.0, 0, 0
    for begin in range(0, len(tokens), stride):
        end = min(begin + window, len(tokens))
        ids = tokens[begin:end]
        labels = ids.clone()
        labels[: before - begin] = -100
        with torch.no_grad():
            logits = model(ids)
        total += F.cross_entropy(logits[:-1], labels[1:], ignore_index=-100, reduction="sum").item()
        count += (labels[1:] != -100).sum().item()
        before = end
        if end == len(tokens):
            break
    return math.exp(total / count)


# %% wrong: overlapping tokens count again -> token-by-token
import math

import torch
import torch.nn.functional as F


def perplexity(model, tokens, window, stride):
    losses = []
    done = 1
    begin = 0
    while done < len(tokens):
        end = min(begin + window, len(tokens))
        with torch.no_grad():
            logits = model(tokens[begin:end])
        loss = F.cross_entropy(logits[:-1], tokens[begin + 1 : end], reduction="none")
        losses.append(loss)
        done = end
        begin += stride
    return math.exp(torch.cat(losses).mean().item())


# %% wrong: the mean over windows -> token-by-token
import math

import torch
import torch.nn.functional as F


def perplexity(model, tokens, window, stride):
    losses = []
    done = 1
    begin = 0
    while done < len(tokens):
        end = min(begin + window, len(tokens))
        with torch.no_grad():
            logits = model(tokens[begin:end])
        loss = F.cross_entropy(logits[:-1], tokens[begin + 1 : end], reduction="none")
        losses.append(loss[done - begin - 1 :].mean()[None])
        done = end
        begin += stride
    return math.exp(torch.cat(losses).mean().item())


# %% wrong: labels not shifted -> token-by-token
import math

import torch
import torch.nn.functional as F


def perplexity(model, tokens, window, stride):
    losses = []
    done = 1
    begin = 0
    while done < len(tokens):
        end = min(begin + window, len(tokens))
        with torch.no_grad():
            logits = model(tokens[begin:end])
        loss = F.cross_entropy(logits[:-1], tokens[begin : end - 1], reduction="none")
        losses.append(loss[done - begin - 1 :])
        done = end
        begin += stride
    return math.exp(torch.cat(losses).mean().item())


# %% wrong: labels shifted twice -> token-by-token
import math

import torch
import torch.nn.functional as F


def perplexity(model, tokens, window, stride):
    losses = []
    done = 1
    begin = 0
    while done < len(tokens):
        end = min(begin + window, len(tokens))
        with torch.no_grad():
            logits = model(tokens[begin:end])
        loss = F.cross_entropy(logits[:-2], tokens[begin + 2 : end], reduction="none")
        losses.append(loss[done - begin - 1 :])
        done = end
        begin += stride
    return math.exp(torch.cat(losses).mean().item())


# %% wrong: windows side by side -> token-by-token
import math

import torch
import torch.nn.functional as F


def perplexity(model, tokens, window, stride):
    losses = []
    done = 1
    begin = 0
    while done < len(tokens):
        end = min(begin + window, len(tokens))
        with torch.no_grad():
            logits = model(tokens[begin:end])
        loss = F.cross_entropy(logits[:-1], tokens[begin + 1 : end], reduction="none")
        losses.append(loss[done - begin - 1 :])
        done = end
        begin += window
    return math.exp(torch.cat(losses).mean().item())


# %% wrong: the exponential is missing -> token-by-token
import math

import torch
import torch.nn.functional as F


def perplexity(model, tokens, window, stride):
    losses = []
    done = 1
    begin = 0
    while done < len(tokens):
        end = min(begin + window, len(tokens))
        with torch.no_grad():
            logits = model(tokens[begin:end])
        loss = F.cross_entropy(logits[:-1], tokens[begin + 1 : end], reduction="none")
        losses.append(loss[done - begin - 1 :])
        done = end
        begin += stride
    return torch.cat(losses).mean().item()


# %% wrong: a power of two -> token-by-token
import math

import torch
import torch.nn.functional as F


def perplexity(model, tokens, window, stride):
    losses = []
    done = 1
    begin = 0
    while done < len(tokens):
        end = min(begin + window, len(tokens))
        with torch.no_grad():
            logits = model(tokens[begin:end])
        loss = F.cross_entropy(logits[:-1], tokens[begin + 1 : end], reduction="none")
        losses.append(loss[done - begin - 1 :])
        done = end
        begin += stride
    return 2 ** (torch.cat(losses).mean().item())


# %% wrong: the mean of exponentials -> token-by-token
import math

import torch
import torch.nn.functional as F


def perplexity(model, tokens, window, stride):
    losses = []
    done = 1
    begin = 0
    while done < len(tokens):
        end = min(begin + window, len(tokens))
        with torch.no_grad():
            logits = model(tokens[begin:end])
        loss = F.cross_entropy(logits[:-1], tokens[begin + 1 : end], reduction="none")
        losses.append(loss[done - begin - 1 :])
        done = end
        begin += stride
    return torch.cat(losses).exp().mean().item()


# %% wrong: divided by all tokens -> token-by-token
import math

import torch
import torch.nn.functional as F


def perplexity(model, tokens, window, stride):
    losses = []
    done = 1
    begin = 0
    while done < len(tokens):
        end = min(begin + window, len(tokens))
        with torch.no_grad():
            logits = model(tokens[begin:end])
        loss = F.cross_entropy(logits[:-1], tokens[begin + 1 : end], reduction="none")
        losses.append(loss[done - begin - 1 :])
        done = end
        begin += stride
    return math.exp(torch.cat(losses).sum().item() / len(tokens))


# %% wrong: one token too many of each window -> token-by-token
import math

import torch
import torch.nn.functional as F


def perplexity(model, tokens, window, stride):
    losses = []
    done = 1
    begin = 0
    while done < len(tokens):
        end = min(begin + window, len(tokens))
        with torch.no_grad():
            logits = model(tokens[begin:end])
        loss = F.cross_entropy(logits[:-1], tokens[begin + 1 : end], reduction="none")
        losses.append(loss[max(done - begin - 2, 0) :])
        done = end
        begin += stride
    return math.exp(torch.cat(losses).mean().item())


# %% wrong: the new tokens come without context -> token-by-token
import math

import torch
import torch.nn.functional as F


def perplexity(model, tokens, window, stride):
    losses = []
    done = 1
    begin = 0
    while done < len(tokens):
        end = min(begin + window, len(tokens))
        with torch.no_grad():
            logits = (
                torch.cat(
                    [
                        model(tokens[begin : max(done, begin + 1)]),
                        model(tokens[max(done, begin + 1) : end]),
                    ]
                )
                if max(done, begin + 1) < end
                else model(tokens[begin:end])
            )
        loss = F.cross_entropy(logits[:-1], tokens[begin + 1 : end], reduction="none")
        losses.append(loss[done - begin - 1 :])
        done = end
        begin += stride
    return math.exp(torch.cat(losses).mean().item())


# %% wrong: probabilities instead of logits -> token-by-token
import math

import torch
import torch.nn.functional as F


def perplexity(model, tokens, window, stride):
    losses = []
    done = 1
    begin = 0
    while done < len(tokens):
        end = min(begin + window, len(tokens))
        with torch.no_grad():
            logits = model(tokens[begin:end])
        loss = F.cross_entropy(logits[:-1].softmax(-1), tokens[begin + 1 : end], reduction="none")
        losses.append(loss[done - begin - 1 :])
        done = end
        begin += stride
    return math.exp(torch.cat(losses).mean().item())


# %% wrong: the mean loss weighed by new tokens -> token-by-token
import math

import torch
import torch.nn.functional as F


def perplexity(model, tokens, window, stride):
    total, before = 0.0, 0
    for begin in range(0, len(tokens), stride):
        end = min(begin + window, len(tokens))
        labels = tokens[begin:end].clone()
        labels[: before - begin] = -100
        with torch.no_grad():
            logits = model(tokens[begin:end])
        loss = F.cross_entropy(logits[:-1], labels[1:]).item()
        total += loss * (end - before)
        before = end
        if end == len(tokens):
            break
    return math.exp(total / len(tokens))


# %% wrong: the last window is dropped -> last-window
import math

import torch
import torch.nn.functional as F


def perplexity(model, tokens, window, stride):
    losses = []
    done = 1
    begin = 0
    while done == 1 or begin + window <= len(tokens):
        end = min(begin + window, len(tokens))
        with torch.no_grad():
            logits = model(tokens[begin:end])
        loss = F.cross_entropy(logits[:-1], tokens[begin + 1 : end], reduction="none")
        losses.append(loss[done - begin - 1 :])
        done = end
        begin += stride
    return math.exp(torch.cat(losses).mean().item())


# %% wrong: the last window scores a whole stride -> last-window
import math

import torch
import torch.nn.functional as F


def perplexity(model, tokens, window, stride):
    losses = []
    done = 1
    begin = 0
    while done < len(tokens):
        end = min(begin + window, len(tokens))
        with torch.no_grad():
            logits = model(tokens[begin:end])
        loss = F.cross_entropy(logits[:-1], tokens[begin + 1 : end], reduction="none")
        losses.append(loss if begin == 0 else loss[-stride:])
        done = end
        begin += stride
    return math.exp(torch.cat(losses).mean().item())


# %% wrong: the last window moves back to be full -> last-window
import math

import torch
import torch.nn.functional as F


def perplexity(model, tokens, window, stride):
    losses = []
    done = 1
    begin = 0
    while done < len(tokens):
        end = min(begin + window, len(tokens))
        begin = max(0, end - window)
        with torch.no_grad():
            logits = model(tokens[begin:end])
        loss = F.cross_entropy(logits[:-1], tokens[begin + 1 : end], reduction="none")
        losses.append(loss[done - begin - 1 :])
        done = end
        begin += stride
    return math.exp(torch.cat(losses).mean().item())


# %% wrong: no window for a short text -> short-text
import math

import torch
import torch.nn.functional as F


def perplexity(model, tokens, window, stride):
    losses = []
    done = 1
    begin = 0
    while done < len(tokens) and begin + window - stride < len(tokens) and window <= len(tokens):
        end = min(begin + window, len(tokens))
        with torch.no_grad():
            logits = model(tokens[begin:end])
        loss = F.cross_entropy(logits[:-1], tokens[begin + 1 : end], reduction="none")
        losses.append(loss[done - begin - 1 :])
        done = end
        begin += stride
    return math.exp(torch.cat(losses).mean().item())


# %% wrong: two calls for a text of one window -> short-text
import math

import torch
import torch.nn.functional as F


def perplexity(model, tokens, window, stride):
    losses = []
    done = 1
    begin = 0
    model(tokens[:1])
    while done < len(tokens):
        end = min(begin + window, len(tokens))
        with torch.no_grad():
            logits = model(tokens[begin:end])
        loss = F.cross_entropy(logits[:-1], tokens[begin + 1 : end], reduction="none")
        losses.append(loss[done - begin - 1 :])
        done = end
        begin += stride
    return math.exp(torch.cat(losses).mean().item())


# %% wrong: windows that have nothing new -> calls
import math

import torch


@torch.no_grad()
def perplexity(model, tokens, window, stride):
    total, done = 0.0, 1
    for begin in range(0, len(tokens), stride):
        end = min(begin + window, len(tokens))
        log_p = model(tokens[begin:end]).log_softmax(-1)
        rows = torch.arange(done, end) - 1 - begin
        total -= log_p[rows, tokens[done:end]].sum().item()
        done = max(done, end)
        if end == len(tokens) and begin == 0:
            break
    return math.exp(total / (len(tokens) - 1))


# %% wrong: one call per token -> calls
import math

import torch


@torch.no_grad()
def perplexity(model, tokens, window, stride):
    total = 0.0
    for t in range(1, len(tokens)):
        begin = max(0, -(-(t + 1 - window) // stride)) * stride
        total -= model(tokens[begin:t])[-1].log_softmax(-1)[tokens[t]].item()
    return math.exp(total / (len(tokens) - 1))


# %% wrong: a window of one token more -> calls
import math

import torch


@torch.no_grad()
def perplexity(model, tokens, window, stride):
    model(tokens[: window + 1])
    total, done, begin = 0.0, 1, 0
    while done < len(tokens):
        end = min(begin + window, len(tokens))
        log_p = model(tokens[begin:end]).log_softmax(-1)
        total -= log_p[torch.arange(done, end) - 1 - begin, tokens[done:end]].sum().item()
        done, begin = end, begin + stride
    return math.exp(total / (len(tokens) - 1))


# %% wrong: a graph is kept -> no-graph
import math

import torch
import torch.nn.functional as F


def perplexity(model, tokens, window, stride):
    losses = []
    done = 1
    begin = 0
    while done < len(tokens):
        end = min(begin + window, len(tokens))
        logits = model(tokens[begin:end])
        loss = F.cross_entropy(logits[:-1], tokens[begin + 1 : end], reduction="none")
        losses.append(loss[done - begin - 1 :])
        done = end
        begin += stride
    return math.exp(torch.cat(losses).mean().item())


# %% wrong: detached afterwards -> no-graph
import math

import torch
import torch.nn.functional as F


def perplexity(model, tokens, window, stride):
    losses = []
    done = 1
    begin = 0
    while done < len(tokens):
        end = min(begin + window, len(tokens))
        logits = model(tokens[begin:end]).detach()
        loss = F.cross_entropy(logits[:-1], tokens[begin + 1 : end], reduction="none")
        losses.append(loss[done - begin - 1 :])
        done = end
        begin += stride
    return math.exp(torch.cat(losses).mean().item())
