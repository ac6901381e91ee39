"""Solutions of write_repetition_penalty: right ones in other words, wrong ones with their claim."""

# %% right: gather and scatter
import torch


def penalise(ids, logits, penalty, prompt=0):
    seen = ids[:, prompt:]
    score = logits.gather(1, seen)
    score = torch.where(score < 0, score * penalty, score / penalty)
    return logits.scatter(1, seen, score)


# %% right: a set per row
def penalise(ids, logits, penalty, prompt=0):
    out = logits.clone()
    for row in range(len(ids)):
        for token in set(ids[row, prompt:].tolist()):
            out[row, token] = (
                logits[row, token] * penalty
                if logits[row, token] < 0
                else logits[row, token] / penalty
            )
    return out


# %% right: an exponent
import torch


def penalise(ids, logits, penalty, prompt=0):
    seen = torch.zeros_like(logits).scatter(1, ids[:, prompt:], 1.0)
    return logits * float(penalty) ** (-torch.sign(logits) * seen)


# %% wrong: always divided -> lowers-both-signs
import torch


def penalise(ids, logits, penalty, prompt=0):
    seen = torch.zeros_like(logits, dtype=torch.bool).scatter(1, ids[:, prompt:], True)
    return torch.where(seen, logits / penalty, logits)


# %% wrong: signs mixed up -> lowers-both-signs
import torch


def penalise(ids, logits, penalty, prompt=0):
    seen = ids[:, prompt:]
    score = logits.gather(1, seen)
    return logits.scatter(1, seen, torch.where(score > 0, score * penalty, score / penalty))


# %% wrong: every token penalised -> lowers-both-signs
import torch


def penalise(ids, logits, penalty, prompt=0):
    return torch.where(logits > 0, logits / penalty, logits * penalty)


# %% wrong: penalty subtracted -> lowers-both-signs
import torch


def penalise(ids, logits, penalty, prompt=0):
    seen = torch.zeros_like(logits, dtype=torch.bool).scatter(1, ids[:, prompt:], True)
    return torch.where(seen, logits - penalty, logits)


# %% wrong: probabilities penalised -> equals-transformers
import torch


def penalise(ids, logits, penalty, prompt=0):
    seen = ids[:, prompt:]
    p = logits.softmax(-1)
    return p.scatter(1, seen, p.gather(1, seen) / penalty).log()


# %% wrong: written into the logits -> equals-transformers
import torch


def penalise(ids, logits, penalty, prompt=0):
    seen = ids[:, prompt:]
    score = logits.gather(1, seen)
    return logits.scatter_(1, seen, torch.where(score < 0, score * penalty, score / penalty))


# %% wrong: seen tokens kept between calls -> equals-transformers
SEEN = {}


def penalise(ids, logits, penalty, prompt=0):
    out = logits.clone()
    for row in range(len(ids)):
        SEEN.setdefault(row, set()).update(ids[row, prompt:].tolist())
        for token in SEEN[row]:
            if token < logits.shape[1]:
                out[row, token] = (
                    out[row, token] * penalty if out[row, token] < 0 else out[row, token] / penalty
                )
    return out


# %% wrong: once per occurrence -> once-per-token
def penalise(ids, logits, penalty, prompt=0):
    out = logits.clone()
    for row in range(len(ids)):
        for token in ids[row, prompt:].tolist():
            out[row, token] = (
                out[row, token] * penalty if out[row, token] < 0 else out[row, token] / penalty
            )
    return out


# %% wrong: by the count -> once-per-token
import torch


def penalise(ids, logits, penalty, prompt=0):
    seen = ids[:, prompt:]
    count = torch.zeros_like(logits).scatter_add(1, seen, torch.ones_like(seen, dtype=logits.dtype))
    factor = float(penalty) ** count
    return torch.where(logits > 0, logits / factor, logits * factor)


# %% wrong: only what is repeated -> once-per-token
import torch


def penalise(ids, logits, penalty, prompt=0):
    seen = ids[:, prompt:]
    count = torch.zeros_like(logits).scatter_add(1, seen, torch.ones_like(seen, dtype=logits.dtype))
    lower = torch.where(logits > 0, logits / penalty, logits * penalty)
    return torch.where(count > 1, lower, logits)


# %% wrong: one set for the batch -> own-row
import torch


def penalise(ids, logits, penalty, prompt=0):
    out = logits.clone()
    seen = ids[:, prompt:].unique()
    score = logits[:, seen]
    out[:, seen] = torch.where(score < 0, score * penalty, score / penalty)
    return out


# %% wrong: the ids of the first row -> own-row
import torch


def penalise(ids, logits, penalty, prompt=0):
    seen = ids[:1, prompt:].expand(len(ids), -1)
    score = logits.gather(1, seen)
    return logits.scatter(1, seen, torch.where(score < 0, score * penalty, score / penalty))


# %% wrong: rows crossed by an index -> own-row
import torch


def penalise(ids, logits, penalty, prompt=0):
    out = logits.clone()
    for row in ids[:, prompt:]:
        score = logits[:, row]
        out[:, row] = torch.where(score < 0, score * penalty, score / penalty)
    return out


# %% wrong: prompt counted -> prompt-ignored
import torch


def penalise(ids, logits, penalty, prompt=0):
    score = logits.gather(1, ids)
    return logits.scatter(1, ids, torch.where(score < 0, score * penalty, score / penalty))


# %% wrong: the last of the prompt counted -> prompt-ignored
import torch


def penalise(ids, logits, penalty, prompt=0):
    seen = ids[:, max(prompt - 1, 0) :]
    score = logits.gather(1, seen)
    return logits.scatter(1, seen, torch.where(score < 0, score * penalty, score / penalty))


# %% wrong: counted from the end -> prompt-ignored
import torch


def penalise(ids, logits, penalty, prompt=0):
    seen = ids[:, -(ids.shape[1] - prompt) :]
    score = logits.gather(1, seen)
    return logits.scatter(1, seen, torch.where(score < 0, score * penalty, score / penalty))


# %% wrong: tokens of the prompt never penalised -> prompt-ignored
def penalise(ids, logits, penalty, prompt=0):
    out = logits.clone()
    for row in range(len(ids)):
        for token in set(ids[row, prompt:].tolist()) - set(ids[row, :prompt].tolist()):
            out[row, token] = (
                out[row, token] * penalty if out[row, token] < 0 else out[row, token] / penalty
            )
    return out


# %% wrong: a factor of zero for unseen tokens -> forbidden-stays
import torch


def penalise(ids, logits, penalty, prompt=0):
    seen = torch.zeros_like(logits).scatter(1, ids[:, prompt:], 1.0)
    lower = torch.where(logits > 0, logits / penalty, logits * penalty)
    return seen * lower + (1 - seen) * logits


# %% wrong: scaled by the largest logit -> forbidden-stays
import torch


def penalise(ids, logits, penalty, prompt=0):
    seen = torch.zeros_like(logits, dtype=torch.bool).scatter(1, ids[:, prompt:], True)
    finite = torch.nan_to_num(logits, neginf=-100.0)
    lower = torch.where(finite > 0, finite / penalty, finite * penalty)
    return torch.where(seen, lower, finite)
