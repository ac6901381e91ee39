"""Solutions of write_top_p: right ones in other words, and wrong ones with their claim."""

# %% right: from the least likely
import torch


def top_p_filter(logits, p):
    ordered, ids = torch.sort(logits, descending=False)
    cut = ordered.softmax(-1).cumsum(-1) <= 1 - p
    cut[..., -1] = False
    return logits.masked_fill(cut.scatter(-1, ids, cut), float("-inf"))


# %% right: shifted by one
import torch


def top_p_filter(logits, p):
    ordered, ids = torch.sort(logits, descending=True)
    cut = ordered.softmax(-1).cumsum(-1) >= p
    cut[..., 1:] = cut[..., :-1].clone()
    cut[..., 0] = False
    out = torch.empty_like(logits)
    return out.scatter(-1, ids, ordered.masked_fill(cut, float("-inf")))


# %% right: token by token
import torch


def top_p_filter(logits, p):
    out = torch.full_like(logits, float("-inf"))
    for row, probabilities in enumerate(logits.softmax(-1)):
        mass = 0.0
        for token in probabilities.argsort(descending=True).tolist():
            if mass >= p:
                break
            out[row, token] = logits[row, token]
            mass += probabilities[token].item()
    return out


# %% wrong: the crossing token dropped -> crossing-stays
import torch


def top_p_filter(logits, p):
    ordered, ids = logits.sort(-1, descending=True)
    cut = ordered.softmax(-1).cumsum(-1) > p
    return logits.masked_fill(cut.scatter(-1, ids, cut), -torch.inf)


# %% wrong: crossing token dropped unless it is the first -> crossing-stays
import torch


def top_p_filter(logits, p):
    ordered, ids = logits.sort(-1, descending=True)
    cut = ordered.softmax(-1).cumsum(-1) > p
    cut[..., 0] = False
    return logits.masked_fill(cut.scatter(-1, ids, cut), -torch.inf)


# %% wrong: one token too many -> crossing-stays
import torch


def top_p_filter(logits, p):
    ordered, ids = logits.sort(-1, descending=True)
    mass = ordered.softmax(-1).cumsum(-1)
    cut = torch.zeros_like(mass, dtype=torch.bool)
    cut[..., 2:] = mass[..., :-2] >= p
    return logits.masked_fill(cut.scatter(-1, ids, cut), -torch.inf)


# %% wrong: p as a threshold -> crossing-stays
import torch


def top_p_filter(logits, p):
    return logits.masked_fill(logits.softmax(-1) < 1 - p, -torch.inf)


# %% wrong: least likely first -> crossing-stays
import torch


def top_p_filter(logits, p):
    ordered, ids = logits.sort(-1, descending=False)
    mass = ordered.softmax(-1)
    cut = mass.cumsum(-1) - mass >= p
    return logits.masked_fill(cut.scatter(-1, ids, cut), -torch.inf)


# %% wrong: cumulated logits -> crossing-stays
import torch


def top_p_filter(logits, p):
    ordered, ids = logits.sort(-1, descending=True)
    cut = ordered.cumsum(-1) - ordered >= p
    return logits.masked_fill(cut.scatter(-1, ids, cut), -torch.inf)


# %% wrong: the mask left in sorted order -> own-row
import torch


def top_p_filter(logits, p):
    mass = logits.sort(-1, descending=True).values.softmax(-1)
    return logits.masked_fill(mass.cumsum(-1) - mass >= p, -torch.inf)


# %% wrong: returned in sorted order -> own-row
import torch


def top_p_filter(logits, p):
    ordered = logits.sort(-1, descending=True).values
    mass = ordered.softmax(-1)
    return ordered.masked_fill(mass.cumsum(-1) - mass >= p, -torch.inf)


# %% wrong: put back by gather -> own-row
import torch


def top_p_filter(logits, p):
    ordered, ids = logits.sort(-1, descending=True)
    mass = ordered.softmax(-1)
    cut = mass.cumsum(-1) - mass >= p
    return logits.masked_fill(cut.gather(-1, ids), -torch.inf)


# %% wrong: the first row's nucleus for all -> own-row
import torch


def top_p_filter(logits, p):
    ordered, ids = logits[0].sort(descending=True)
    mass = ordered.softmax(-1)
    cut = ids[mass.cumsum(-1) - mass >= p]
    out = logits.clone()
    out[:, cut] = -torch.inf
    return out


# %% wrong: one softmax over the batch -> own-row
import torch


def top_p_filter(logits, p):
    flat = logits.flatten()
    ordered, ids = flat.sort(descending=True)
    mass = ordered.softmax(-1)
    cut = mass.cumsum(-1) - mass >= p
    return flat.masked_fill(cut.scatter(-1, ids, cut), -torch.inf).view_as(logits)


# %% wrong: a threshold that takes all ties -> ties
import torch


def top_p_filter(logits, p):
    ordered = logits.sort(-1, descending=True).values
    mass = ordered.softmax(-1)
    last = (mass.cumsum(-1) - mass < p).sum(-1, keepdim=True) - 1
    return logits.masked_fill(logits < ordered.gather(-1, last), -torch.inf)


# %% wrong: each token against all more likely ones -> ties
import torch


def top_p_filter(logits, p):
    mass = logits.softmax(-1)
    above = ((mass[:, None, :] > mass[:, :, None]) * mass[:, None, :]).sum(-1)
    return logits.masked_fill(above >= p, -torch.inf)


# %% wrong: at least one is always cut -> all-at-one
import torch


def top_p_filter(logits, p):
    ordered, ids = logits.sort(-1, descending=True)
    mass = ordered.softmax(-1)
    cut = mass.cumsum(-1) - mass >= p
    if p == 1.0:
        cut[..., -2:] = True
    return logits.masked_fill(cut.scatter(-1, ids, cut), -torch.inf)


# %% wrong: a forbidden token comes back -> all-at-one
import torch


def top_p_filter(logits, p):
    logits = torch.nan_to_num(logits, neginf=-3.0)
    ordered, ids = logits.sort(-1, descending=True)
    mass = ordered.softmax(-1)
    cut = mass.cumsum(-1) - mass >= p
    return logits.masked_fill(cut.scatter(-1, ids, cut), -torch.inf)


# %% wrong: p = 1 means off, and p below means a share of the tokens -> crossing-stays
import torch


def top_p_filter(logits, p):
    if p == 1.0:
        return logits
    kept = logits.topk(max(1, int(p * logits.shape[-1])), dim=-1).indices
    return torch.full_like(logits, -torch.inf).scatter(-1, kept, logits.gather(-1, kept))


# %% wrong: zero instead of -inf -> all-at-one
import torch


def top_p_filter(logits, p):
    ordered, ids = logits.sort(-1, descending=True)
    mass = ordered.softmax(-1)
    cut = mass.cumsum(-1) - mass >= p
    cut = cut.scatter(-1, ids, cut)
    return (logits.softmax(-1) * ~cut).log()


# %% wrong: written into the logits -> equals-transformers
import torch


def top_p_filter(logits, p):
    ordered, ids = logits.sort(-1, descending=True)
    mass = ordered.softmax(-1)
    cut = mass.cumsum(-1) - mass >= p
    return logits.masked_fill_(cut.scatter(-1, ids, cut), -torch.inf)


# %% wrong: never fewer than two -> crossing-stays
import torch


def top_p_filter(logits, p):
    ordered, ids = logits.sort(-1, descending=True)
    mass = ordered.softmax(-1)
    cut = mass.cumsum(-1) - mass >= p
    cut[..., :2] = False
    return logits.masked_fill(cut.scatter(-1, ids, cut), -torch.inf)
