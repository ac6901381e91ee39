"""Solutions of write_chat_mask: right ones in other words, and wrong ones with their claim."""

# %% right: from tag to end token
import torch


def chat_labels(input_ids, attention_mask, user_id, assistant_id, end_id):
    labels = torch.full_like(input_ids, -100)
    for i, row in enumerate(input_ids):
        for start in (row == assistant_id).nonzero().flatten().tolist():
            stop = start + 1
            while stop < len(row) and row[stop] != end_id and attention_mask[i, stop]:
                stop += 1
            labels[i, start + 1 : stop + 1] = row[start + 1 : stop + 1]
    return labels.masked_fill(attention_mask == 0, -100)


# %% right: the last tag decides, no loop
import torch


def chat_labels(input_ids, attention_mask, user_id, assistant_id, end_id):
    places = torch.arange(input_ids.shape[1]).expand_as(input_ids)
    none = torch.full_like(places, -1)
    ends = (input_ids == end_id) | (input_ids == user_id)

    def last_before(hit):
        marked = torch.where(hit, places, none).cummax(1).values
        return torch.cat([none[:, :1], marked[:, :-1]], 1)

    inside = last_before(input_ids == assistant_id) > last_before(ends)
    inside &= last_before(input_ids == assistant_id) >= 0
    return torch.where(inside & (attention_mask == 1), input_ids, -100)


# %% wrong: everything but padding -> one-answer
def chat_labels(input_ids, attention_mask, user_id, assistant_id, end_id):
    return input_ids.masked_fill(attention_mask == 0, -100)


# %% wrong: the end token left out -> one-answer
import torch


def chat_labels(input_ids, attention_mask, user_id, assistant_id, end_id):
    labels = torch.full_like(input_ids, -100)
    for row, (ids, mask) in enumerate(zip(input_ids.tolist(), attention_mask.tolist())):
        answering = False
        for t, (token, real) in enumerate(zip(ids, mask)):
            if token == end_id:
                answering = False
            if answering and real:
                labels[row, t] = token
            if token == assistant_id:
                answering = True
    return labels


# %% wrong: the tag counts too -> one-answer
import torch


def chat_labels(input_ids, attention_mask, user_id, assistant_id, end_id):
    labels = torch.full_like(input_ids, -100)
    for row, (ids, mask) in enumerate(zip(input_ids.tolist(), attention_mask.tolist())):
        answering = False
        for t, (token, real) in enumerate(zip(ids, mask)):
            if token == assistant_id:
                answering = True
            if answering and real:
                labels[row, t] = token
            if token == end_id:
                answering = False
    return labels


# %% wrong: the question counts, the answer not -> one-answer
import torch


def chat_labels(input_ids, attention_mask, user_id, assistant_id, end_id):
    labels = torch.full_like(input_ids, -100)
    for row, (ids, mask) in enumerate(zip(input_ids.tolist(), attention_mask.tolist())):
        asking = False
        for t, (token, real) in enumerate(zip(ids, mask)):
            if asking and real:
                labels[row, t] = token
            if token == user_id:
                asking = True
            elif token == end_id:
                asking = False
    return labels


# %% wrong: shifted already -> one-answer
import torch


def chat_labels(input_ids, attention_mask, user_id, assistant_id, end_id):
    labels = torch.full_like(input_ids, -100)
    for row, (ids, mask) in enumerate(zip(input_ids.tolist(), attention_mask.tolist())):
        answering = False
        for t, (token, real) in enumerate(zip(ids, mask)):
            if answering and real:
                labels[row, t - 1] = token
            if token == assistant_id:
                answering = True
            elif token == end_id:
                answering = False
    return labels


# %% wrong: 0 instead of -100 -> one-answer
import torch


def chat_labels(input_ids, attention_mask, user_id, assistant_id, end_id):
    labels = torch.zeros_like(input_ids)
    for row, (ids, mask) in enumerate(zip(input_ids.tolist(), attention_mask.tolist())):
        answering = False
        for t, (token, real) in enumerate(zip(ids, mask)):
            if answering and real:
                labels[row, t] = token
            if token == assistant_id:
                answering = True
            elif token == end_id:
                answering = False
    return labels


# %% wrong: all after the first tag -> every-answer
import torch


def chat_labels(input_ids, attention_mask, user_id, assistant_id, end_id):
    seen = (input_ids == assistant_id).cumsum(1)
    after = torch.cat([torch.zeros_like(seen[:, :1]), seen[:, :-1]], 1) > 0
    return torch.where(after & (attention_mask == 1), input_ids, -100)


# %% wrong: the last answer only -> every-answer
import torch


def chat_labels(input_ids, attention_mask, user_id, assistant_id, end_id):
    labels = torch.full_like(input_ids, -100)
    for row, ids in enumerate(input_ids.tolist()):
        starts = [t for t, token in enumerate(ids) if token == assistant_id]
        if starts:
            labels[row, starts[-1] + 1 :] = input_ids[row, starts[-1] + 1 :]
    return labels.masked_fill(attention_mask == 0, -100)


# %% wrong: the first answer only -> every-answer
import torch


def chat_labels(input_ids, attention_mask, user_id, assistant_id, end_id):
    labels = torch.full_like(input_ids, -100)
    for row, ids in enumerate(input_ids.tolist()):
        if assistant_id not in ids:
            continue
        start = ids.index(assistant_id) + 1
        stop = ids.index(end_id, start) + 1 if end_id in ids[start:] else len(ids)
        labels[row, start:stop] = input_ids[row, start:stop]
    return labels.masked_fill(attention_mask == 0, -100)


# %% wrong: every end token counts -> one-answer
import torch


def chat_labels(input_ids, attention_mask, user_id, assistant_id, end_id):
    labels = torch.full_like(input_ids, -100)
    for row, (ids, mask) in enumerate(zip(input_ids.tolist(), attention_mask.tolist())):
        answering = False
        for t, (token, real) in enumerate(zip(ids, mask)):
            if real and (answering or token == end_id):
                labels[row, t] = token
            if token == assistant_id:
                answering = True
            elif token == end_id:
                answering = False
    return labels


# %% wrong: the answer ends at the next question -> every-answer
import torch


def chat_labels(input_ids, attention_mask, user_id, assistant_id, end_id):
    labels = torch.full_like(input_ids, -100)
    for row, (ids, mask) in enumerate(zip(input_ids.tolist(), attention_mask.tolist())):
        answering = False
        for t, (token, real) in enumerate(zip(ids, mask)):
            if answering and real:
                labels[row, t] = token
            if token == assistant_id:
                answering = True
            elif token == user_id:
                answering = False
    return labels


# %% wrong: padding recognised by its id -> one-answer
import torch


def chat_labels(input_ids, attention_mask, user_id, assistant_id, end_id):
    labels = torch.full_like(input_ids, -100)
    for row, ids in enumerate(input_ids.tolist()):
        answering = False
        for t, token in enumerate(ids):
            if answering and token not in (end_id, user_id):
                labels[row, t] = token
            answering = token == assistant_id or (answering and token not in (end_id, user_id))
    return labels


# %% wrong: padding taken for answers that end -> padding
import torch


def chat_labels(input_ids, attention_mask, user_id, assistant_id, end_id):
    labels = torch.full_like(input_ids, -100)
    for row, ids in enumerate(input_ids.tolist()):
        speaker = None
        for t, token in enumerate(ids):
            if token in (user_id, assistant_id):
                speaker = token
            elif speaker == assistant_id:
                labels[row, t] = token
    return labels


# %% wrong: one padded end token counts -> cut-off
import torch


def chat_labels(input_ids, attention_mask, user_id, assistant_id, end_id):
    labels = torch.full_like(input_ids, -100)
    for row, ids in enumerate(input_ids.tolist()):
        answering = False
        for t, token in enumerate(ids):
            if answering:
                labels[row, t] = token
            if token == assistant_id:
                answering = True
            elif token == end_id:
                answering = False
    return labels


# %% wrong: needs an end token -> cut-off
import torch


def chat_labels(input_ids, attention_mask, user_id, assistant_id, end_id):
    labels = torch.full_like(input_ids, -100)
    for row, ids in enumerate(input_ids.tolist()):
        for start in [t for t, token in enumerate(ids) if token == assistant_id]:
            stop = ids.index(end_id, start) + 1
            labels[row, start + 1 : stop] = input_ids[row, start + 1 : stop]
    return labels.masked_fill(attention_mask == 0, -100)


# %% wrong: the flag goes over into the next row -> cut-off
import torch


def chat_labels(input_ids, attention_mask, user_id, assistant_id, end_id):
    labels = torch.full_like(input_ids, -100)
    answering = False
    for row, (ids, mask) in enumerate(zip(input_ids.tolist(), attention_mask.tolist())):
        for t, (token, real) in enumerate(zip(ids, mask)):
            if answering and real:
                labels[row, t] = token
            if token == assistant_id:
                answering = True
            elif token == end_id and real:
                answering = False
    return labels


# %% wrong: the ids are overwritten -> ids-kept
import torch


def chat_labels(input_ids, attention_mask, user_id, assistant_id, end_id):
    labels = input_ids
    for row, (ids, mask) in enumerate(zip(input_ids.tolist(), attention_mask.tolist())):
        answering = False
        for t, (token, real) in enumerate(zip(ids, mask)):
            if not (answering and real):
                labels[row, t] = -100
            if token == assistant_id:
                answering = True
            elif token == end_id:
                answering = False
    return labels
