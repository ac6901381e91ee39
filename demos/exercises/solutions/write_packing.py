"""Solutions of write_packing: right ones in other words, and wrong ones with their claim."""

# %% right: loops
import torch


def pack(documents):
    ids, positions, labels = [], [], []
    for document in documents:
        ids += document
        positions += range(len(document))
        labels += [-100] + document[1:]
    mask = torch.zeros(1, 1, len(ids), len(ids), dtype=torch.bool)
    start = 0
    for document in documents:
        for i in range(start, start + len(document)):
            mask[0, 0, i, start : i + 1] = True
        start += len(document)
    return {
        "input_ids": torch.tensor([ids]),
        "position_ids": torch.tensor([positions]),
        "attention_mask": mask,
        "labels": torch.tensor([labels]),
    }


# %% right: blocks on a diagonal
import torch


def pack(documents):
    blocks = [torch.ones(len(d), len(d)).tril() for d in documents]
    ids = torch.tensor([sum(documents, [])])
    positions = torch.cat([torch.arange(len(d)) for d in documents])[None]
    labels = ids.clone()
    labels[positions == 0] = -100
    return {
        "input_ids": ids,
        "position_ids": positions,
        "attention_mask": torch.block_diag(*blocks).bool()[None, None],
        "labels": labels,
    }


# %% right: documents found in the positions
import torch


def pack(documents):
    ids = torch.tensor([[t for d in documents for t in d]])
    positions = torch.tensor([[i for d in documents for i in range(len(d))]])
    owner = (positions == 0).cumsum(1)
    causal = torch.ones(ids.shape[1], ids.shape[1]).tril().bool()
    mask = (owner[0][:, None] == owner[0]) & causal
    labels = torch.where(positions == 0, torch.tensor(-100), ids)
    return {
        "input_ids": ids,
        "position_ids": positions,
        "attention_mask": mask[None, None],
        "labels": labels,
    }


# %% wrong: causal only -> reads-as-alone
import torch


def pack(documents):
    ids = torch.tensor([sum(documents, [])])
    positions = torch.cat([torch.arange(len(d)) for d in documents])[None]
    n = ids.shape[1]
    return {
        "input_ids": ids,
        "position_ids": positions,
        "attention_mask": torch.ones(1, 1, n, n).tril().bool(),
        "labels": ids.masked_fill(positions == 0, -100),
    }


# %% wrong: blocks that see ahead -> reads-as-alone
import torch


def pack(documents):
    ids = torch.tensor([sum(documents, [])])
    positions = torch.cat([torch.arange(len(d)) for d in documents])[None]
    mask = torch.block_diag(*[torch.ones(len(d), len(d)) for d in documents]).bool()
    return {
        "input_ids": ids,
        "position_ids": positions,
        "attention_mask": mask[None, None],
        "labels": ids.masked_fill(positions == 0, -100),
    }


# %% wrong: the mask is turned round -> reads-as-alone
import torch


def pack(documents):
    ids = torch.tensor([sum(documents, [])])
    positions = torch.cat([torch.arange(len(d)) for d in documents])[None]
    mask = torch.block_diag(*[torch.ones(len(d), len(d)).triu() for d in documents]).bool()
    return {
        "input_ids": ids,
        "position_ids": positions,
        "attention_mask": mask[None, None],
        "labels": ids.masked_fill(positions == 0, -100),
    }


# %% wrong: True where it must not see -> mask
import torch


def pack(documents):
    ids = torch.tensor([sum(documents, [])])
    positions = torch.cat([torch.arange(len(d)) for d in documents])[None]
    mask = torch.block_diag(*[torch.ones(len(d), len(d)).tril() for d in documents]).bool()
    return {
        "input_ids": ids,
        "position_ids": positions,
        "attention_mask": ~mask[None, None],
        "labels": ids.masked_fill(positions == 0, -100),
    }


# %% wrong: ones and zeros as numbers -> mask
import torch


def pack(documents):
    ids = torch.tensor([sum(documents, [])])
    positions = torch.cat([torch.arange(len(d)) for d in documents])[None]
    mask = torch.block_diag(*[torch.ones(len(d), len(d)).tril() for d in documents])
    return {
        "input_ids": ids,
        "position_ids": positions,
        "attention_mask": mask[None, None],
        "labels": ids.masked_fill(positions == 0, -100),
    }


# %% wrong: 0 and minus infinity -> mask
import torch


def pack(documents):
    ids = torch.tensor([sum(documents, [])])
    positions = torch.cat([torch.arange(len(d)) for d in documents])[None]
    mask = torch.block_diag(*[torch.ones(len(d), len(d)).tril() for d in documents])
    bias = torch.zeros_like(mask).masked_fill(mask == 0, float("-inf"))
    return {
        "input_ids": ids,
        "position_ids": positions,
        "attention_mask": bias[None, None],
        "labels": ids.masked_fill(positions == 0, -100),
    }


# %% wrong: a token does not see itself -> mask
import torch


def pack(documents):
    ids = torch.tensor([sum(documents, [])])
    positions = torch.cat([torch.arange(len(d)) for d in documents])[None]
    mask = torch.block_diag(*[torch.ones(len(d), len(d)).tril(-1) for d in documents]).bool()
    return {
        "input_ids": ids,
        "position_ids": positions,
        "attention_mask": mask[None, None],
        "labels": ids.masked_fill(positions == 0, -100),
    }


# %% wrong: the boundary a token late -> reads-as-alone
import torch


def pack(documents):
    ids = torch.tensor([sum(documents, [])])
    positions = torch.cat([torch.arange(len(d)) for d in documents])[None]
    owner = (positions[0] == 0).cumsum(0)
    owner = torch.cat([owner[:1], owner[:-1]])
    mask = (owner[:, None] == owner).tril()
    return {
        "input_ids": ids,
        "position_ids": positions,
        "attention_mask": mask[None, None],
        "labels": ids.masked_fill(positions == 0, -100),
    }


# %% wrong: positions run on -> positions
import torch


def pack(documents):
    ids = torch.tensor([sum(documents, [])])
    positions = torch.cat([torch.arange(len(d)) for d in documents])[None]
    mask = torch.block_diag(*[torch.ones(len(d), len(d)).tril() for d in documents]).bool()
    return {
        "input_ids": ids,
        "position_ids": torch.arange(ids.shape[1])[None],
        "attention_mask": mask[None, None],
        "labels": ids.masked_fill(positions == 0, -100),
    }


# %% wrong: positions from 1 -> positions
import torch


def pack(documents):
    ids = torch.tensor([sum(documents, [])])
    positions = torch.cat([torch.arange(1, len(d) + 1) for d in documents])[None]
    mask = torch.block_diag(*[torch.ones(len(d), len(d)).tril() for d in documents]).bool()
    return {
        "input_ids": ids,
        "position_ids": positions,
        "attention_mask": mask[None, None],
        "labels": ids.masked_fill(positions == 1, -100),
    }


# %% wrong: labels across documents -> labels
import torch


def pack(documents):
    ids = torch.tensor([sum(documents, [])])
    positions = torch.cat([torch.arange(len(d)) for d in documents])[None]
    mask = torch.block_diag(*[torch.ones(len(d), len(d)).tril() for d in documents]).bool()
    return {
        "input_ids": ids,
        "position_ids": positions,
        "attention_mask": mask[None, None],
        "labels": ids.clone(),
    }


# %% wrong: labels shifted already -> labels
import torch


def pack(documents):
    ids = torch.tensor([sum(documents, [])])
    positions = torch.cat([torch.arange(len(d)) for d in documents])[None]
    mask = torch.block_diag(*[torch.ones(len(d), len(d)).tril() for d in documents]).bool()
    labels = torch.tensor([[t for d in documents for t in d[1:] + [-100]]])
    return {
        "input_ids": ids,
        "position_ids": positions,
        "attention_mask": mask[None, None],
        "labels": labels,
    }


# %% wrong: the last label masked instead of the first -> labels
import torch


def pack(documents):
    ids = torch.tensor([sum(documents, [])])
    positions = torch.cat([torch.arange(len(d)) for d in documents])[None]
    mask = torch.block_diag(*[torch.ones(len(d), len(d)).tril() for d in documents]).bool()
    labels = torch.tensor([[t for d in documents for t in d[:-1] + [-100]]])
    return {
        "input_ids": ids,
        "position_ids": positions,
        "attention_mask": mask[None, None],
        "labels": labels,
    }


# %% wrong: documents told apart by their content -> equal-documents
import torch


def pack(documents):
    ids = torch.tensor([sum(documents, [])])
    positions = torch.cat([torch.arange(len(d)) for d in documents])[None]
    owner = [documents.index(d) for d in documents for _ in d]
    owner = torch.tensor(owner)
    mask = (owner[:, None] == owner).tril()
    return {
        "input_ids": ids,
        "position_ids": positions,
        "attention_mask": mask[None, None],
        "labels": ids.masked_fill(positions == 0, -100),
    }


# %% wrong: documents told apart by their length -> equal-documents
import torch


def pack(documents):
    ids = torch.tensor([sum(documents, [])])
    positions = torch.cat([torch.arange(len(d)) for d in documents])[None]
    owner = torch.cat([torch.full((len(d),), len(d)) for d in documents])
    mask = (owner[:, None] == owner).tril()
    return {
        "input_ids": ids,
        "position_ids": positions,
        "attention_mask": mask[None, None],
        "labels": ids.masked_fill(positions == 0, -100),
    }
