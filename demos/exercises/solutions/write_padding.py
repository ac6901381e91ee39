"""Solutions of write_padding: right ones in other words, and wrong ones with their claim."""

# %% right: tensors filled row by row
import torch


def pad_batch(rows, pad_id, side):
    n, t = len(rows), max(map(len, rows))
    ids = torch.full((n, t), pad_id)
    mask = torch.zeros(n, t, dtype=torch.long)
    positions = torch.zeros(n, t, dtype=torch.long)
    for i, row in enumerate(rows):
        where = slice(t - len(row), t) if side == "left" else slice(0, len(row))
        ids[i, where] = torch.tensor(row)
        mask[i, where] = 1
        positions[i, where] = torch.arange(len(row))
    return {
        "input_ids": ids,
        "attention_mask": mask,
        "position_ids": positions,
        "labels": ids.masked_fill(mask == 0, -100),
    }


# %% right: positions from the mask
import torch
from torch.nn.utils.rnn import pad_sequence


def pad_batch(rows, pad_id, side):
    def pad(parts, value):
        return pad_sequence(
            [torch.tensor(p) for p in parts],
            batch_first=True,
            padding_value=value,
            padding_side=side,
        )

    mask = pad([[1] * len(row) for row in rows], 0)
    return {
        "input_ids": pad(rows, pad_id),
        "attention_mask": mask,
        "position_ids": (mask.cumsum(-1) - 1).clamp(min=0),
        "labels": pad(rows, -100),
    }


# %% wrong: the side is ignored -> continues-as-alone
import torch


def pad_batch(rows, pad_id, side):
    t = max(map(len, rows))
    ids = torch.tensor([row + [pad_id] * (t - len(row)) for row in rows])
    mask = torch.tensor([[1] * len(row) + [0] * (t - len(row)) for row in rows])
    return {
        "input_ids": ids,
        "attention_mask": mask,
        "position_ids": (mask.cumsum(-1) - 1).clamp(min=0),
        "labels": ids.masked_fill(mask == 0, -100),
    }


# %% wrong: the sides exchanged -> continues-as-alone
import torch


def pad_batch(rows, pad_id, side):
    t = max(map(len, rows))

    def pad(row, fill):
        fills = [fill] * (t - len(row))
        return row + fills if side == "left" else fills + row

    ids = torch.tensor([pad(row, pad_id) for row in rows])
    mask = torch.tensor([pad([1] * len(row), 0) for row in rows])
    return {
        "input_ids": ids,
        "attention_mask": mask,
        "position_ids": (mask.cumsum(-1) - 1).clamp(min=0),
        "labels": ids.masked_fill(mask == 0, -100),
    }


# %% wrong: cut to the shortest -> ids-and-mask
import torch


def pad_batch(rows, pad_id, side):
    t = min(map(len, rows))
    ids = torch.tensor([row[:t] for row in rows])
    return {
        "input_ids": ids,
        "attention_mask": torch.ones_like(ids),
        "position_ids": torch.arange(t).expand_as(ids),
        "labels": ids.clone(),
    }


# %% wrong: the mask is turned round -> continues-as-alone
import torch


def pad_batch(rows, pad_id, side):
    t = max(map(len, rows))

    def pad(row, fill):
        fills = [fill] * (t - len(row))
        return fills + row if side == "left" else row + fills

    ids = torch.tensor([pad(row, pad_id) for row in rows])
    mask = torch.tensor([pad([0] * len(row), 1) for row in rows])
    positions = torch.tensor([pad(list(range(len(row))), 0) for row in rows])
    return {
        "input_ids": ids,
        "attention_mask": mask,
        "position_ids": positions,
        "labels": ids.masked_fill(mask == 1, -100),
    }


# %% wrong: no mask -> continues-as-alone
import torch


def pad_batch(rows, pad_id, side):
    t = max(map(len, rows))

    def pad(row, fill):
        fills = [fill] * (t - len(row))
        return fills + row if side == "left" else row + fills

    ids = torch.tensor([pad(row, pad_id) for row in rows])
    positions = torch.tensor([pad(list(range(len(row))), 0) for row in rows])
    labels = torch.tensor([pad(row, -100) for row in rows])
    return {
        "input_ids": ids,
        "attention_mask": torch.ones_like(ids),
        "position_ids": positions,
        "labels": labels,
    }


# %% wrong: the first token is masked too -> continues-as-alone
import torch


def pad_batch(rows, pad_id, side):
    t = max(map(len, rows))

    def pad(row, fill):
        fills = [fill] * (t - len(row))
        return fills + row if side == "left" else row + fills

    ids = torch.tensor([pad(row, pad_id) for row in rows])
    mask = torch.tensor([pad([0] + [1] * (len(row) - 1), 0) for row in rows])
    positions = torch.tensor([pad(list(range(len(row))), 0) for row in rows])
    labels = torch.tensor([pad(row, -100) for row in rows])
    return {
        "input_ids": ids,
        "attention_mask": mask,
        "position_ids": positions,
        "labels": labels,
    }


# %% wrong: the lists that were given grow -> ids-and-mask
import torch


def pad_batch(rows, pad_id, side):
    t = max(map(len, rows))
    lengths = [len(row) for row in rows]
    for row in rows:
        while len(row) < t:
            row.insert(0, pad_id) if side == "left" else row.append(pad_id)
    ids = torch.tensor(rows)
    places = torch.arange(t)
    n = torch.tensor(lengths)[:, None]
    mask = (places >= t - n).long() if side == "left" else (places < n).long()
    return {
        "input_ids": ids,
        "attention_mask": mask,
        "position_ids": (mask.cumsum(-1) - 1).clamp(min=0),
        "labels": ids.masked_fill(mask == 0, -100),
    }


# %% wrong: positions count the padding -> positions
import torch


def pad_batch(rows, pad_id, side):
    t = max(map(len, rows))

    def pad(row, fill):
        fills = [fill] * (t - len(row))
        return fills + row if side == "left" else row + fills

    ids = torch.tensor([pad(row, pad_id) for row in rows])
    mask = torch.tensor([pad([1] * len(row), 0) for row in rows])
    return {
        "input_ids": ids,
        "attention_mask": mask,
        "position_ids": torch.arange(t).expand_as(ids),
        "labels": ids.masked_fill(mask == 0, -100),
    }


# %% wrong: positions from 1 -> positions
import torch


def pad_batch(rows, pad_id, side):
    t = max(map(len, rows))

    def pad(row, fill):
        fills = [fill] * (t - len(row))
        return fills + row if side == "left" else row + fills

    ids = torch.tensor([pad(row, pad_id) for row in rows])
    mask = torch.tensor([pad([1] * len(row), 0) for row in rows])
    return {
        "input_ids": ids,
        "attention_mask": mask,
        "position_ids": mask.cumsum(-1) * mask,
        "labels": ids.masked_fill(mask == 0, -100),
    }


# %% wrong: padding counts in the labels -> labels
import torch


def pad_batch(rows, pad_id, side):
    t = max(map(len, rows))

    def pad(row, fill):
        fills = [fill] * (t - len(row))
        return fills + row if side == "left" else row + fills

    ids = torch.tensor([pad(row, pad_id) for row in rows])
    mask = torch.tensor([pad([1] * len(row), 0) for row in rows])
    return {
        "input_ids": ids,
        "attention_mask": mask,
        "position_ids": (mask.cumsum(-1) - 1).clamp(min=0),
        "labels": ids.clone(),
    }


# %% wrong: labels shifted already -> labels
import torch


def pad_batch(rows, pad_id, side):
    t = max(map(len, rows))

    def pad(row, fill):
        fills = [fill] * (t - len(row))
        return fills + row if side == "left" else row + fills

    mask = torch.tensor([pad([1] * len(row), 0) for row in rows])
    return {
        "input_ids": torch.tensor([pad(row, pad_id) for row in rows]),
        "attention_mask": mask,
        "position_ids": (mask.cumsum(-1) - 1).clamp(min=0),
        "labels": torch.tensor([pad(row[1:] + [-100], -100) for row in rows]),
    }


# %% wrong: the mask by the id -> pad-inside
import torch


def pad_batch(rows, pad_id, side):
    t = max(map(len, rows))

    def pad(row, fill):
        fills = [fill] * (t - len(row))
        return fills + row if side == "left" else row + fills

    ids = torch.tensor([pad(row, pad_id) for row in rows])
    mask = (ids != pad_id).long()
    positions = torch.tensor([pad(list(range(len(row))), 0) for row in rows])
    return {
        "input_ids": ids,
        "attention_mask": mask,
        "position_ids": positions,
        "labels": torch.tensor([pad(row, -100) for row in rows]),
    }


# %% wrong: the labels by the id -> pad-inside
import torch


def pad_batch(rows, pad_id, side):
    t = max(map(len, rows))

    def pad(row, fill):
        fills = [fill] * (t - len(row))
        return fills + row if side == "left" else row + fills

    ids = torch.tensor([pad(row, pad_id) for row in rows])
    mask = torch.tensor([pad([1] * len(row), 0) for row in rows])
    return {
        "input_ids": ids,
        "attention_mask": mask,
        "position_ids": (mask.cumsum(-1) - 1).clamp(min=0),
        "labels": ids.masked_fill(ids == pad_id, -100),
    }


# %% wrong: only trailing pads by the id -> pad-inside
import torch


def pad_batch(rows, pad_id, side):
    t = max(map(len, rows))

    def pad(row, fill):
        fills = [fill] * (t - len(row))
        return fills + row if side == "left" else row + fills

    ids = torch.tensor([pad(row, pad_id) for row in rows])
    real = ids != pad_id
    if side == "left":
        mask = (real.long().cumsum(1) > 0).long()
    else:
        mask = (real.flip(1).long().cumsum(1).flip(1) > 0).long()
    return {
        "input_ids": ids,
        "attention_mask": mask,
        "position_ids": (mask.cumsum(-1) - 1).clamp(min=0) * mask,
        "labels": ids.masked_fill(mask == 0, -100),
    }


# %% wrong: every position is 0 -> reads-as-alone
import torch


def pad_batch(rows, pad_id, side):
    t = max(map(len, rows))

    def pad(row, fill):
        fills = [fill] * (t - len(row))
        return fills + row if side == "left" else row + fills

    ids = torch.tensor([pad(row, pad_id) for row in rows])
    mask = torch.tensor([pad([1] * len(row), 0) for row in rows])
    return {
        "input_ids": ids,
        "attention_mask": mask,
        "position_ids": torch.zeros_like(ids),
        "labels": ids.masked_fill(mask == 0, -100),
    }


# %% wrong: positions backwards -> reads-as-alone
import torch


def pad_batch(rows, pad_id, side):
    t = max(map(len, rows))

    def pad(row, fill):
        fills = [fill] * (t - len(row))
        return fills + row if side == "left" else row + fills

    ids = torch.tensor([pad(row, pad_id) for row in rows])
    mask = torch.tensor([pad([1] * len(row), 0) for row in rows])
    return {
        "input_ids": ids,
        "attention_mask": mask,
        "position_ids": torch.tensor([pad(list(range(len(row)))[::-1], 0) for row in rows]),
        "labels": ids.masked_fill(mask == 0, -100),
    }


# %% wrong: always pads with 0 -> ids-and-mask
import torch


def pad_batch(rows, pad_id, side):
    t = max(map(len, rows))

    def pad(row, fill):
        fills = [fill] * (t - len(row))
        return fills + row if side == "left" else row + fills

    ids = torch.tensor([pad(row, 0) for row in rows])
    mask = torch.tensor([pad([1] * len(row), 0) for row in rows])
    return {
        "input_ids": ids,
        "attention_mask": mask,
        "position_ids": (mask.cumsum(-1) - 1).clamp(min=0),
        "labels": ids.masked_fill(mask == 0, -100),
    }
