"""Solutions of repair_optimizer_first_again: right repairs in other words, and wrong ones with their claim."""

# %% right: the new table as a group of its own
import torch


def extend(model, words, batches, log):
    optimizer = torch.optim.Adam(model.parameters(), lr=0.03)
    old = model.embed.weight
    longer = torch.nn.Embedding(words, old.shape[1])
    with torch.no_grad():
        longer.weight[: len(old)] = old
    model.embed = longer
    optimizer.add_param_group({"params": longer.parameters()})

    for step, (ids, label) in enumerate(batches):
        loss = torch.nn.functional.cross_entropy(model(ids), label)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())
    return model


# %% right: the old module keeps its place
import torch


def extend(model, words, batches, log):
    old = model.embed.weight
    longer = torch.nn.Embedding(words, old.shape[1])
    with torch.no_grad():
        longer.weight[: len(old)] = old
    model.embed.weight = longer.weight
    model.embed.num_embeddings = words
    optimizer = torch.optim.Adam([longer.weight, *model.head.parameters()], lr=0.03)

    for step, (ids, label) in enumerate(batches):
        loss = torch.nn.functional.cross_entropy(model(ids), label)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())
    return model


# %% right: rows joined
import torch


def extend(model, words, batches, log):
    old = model.embed.weight.detach()
    fresh = torch.nn.Embedding(words, old.shape[1]).weight.detach()
    table = torch.cat([old, fresh[len(old) :]])
    model.embed = torch.nn.Embedding.from_pretrained(table, freeze=False)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.03)
    for step, (ids, label) in enumerate(batches):
        optimizer.zero_grad()
        loss = torch.nn.functional.cross_entropy(model(ids), label)
        loss.backward()
        optimizer.step()
        log(step, loss.item())
    return model


# %% wrong: ten times the rate -> table-moves
import torch


def extend(model, words, batches, log):
    optimizer = torch.optim.Adam(model.parameters(), lr=0.3)
    old = model.embed.weight
    longer = torch.nn.Embedding(words, old.shape[1])
    with torch.no_grad():
        longer.weight[: len(old)] = old
    model.embed = longer

    for step, (ids, label) in enumerate(batches):
        loss = torch.nn.functional.cross_entropy(model(ids), label)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())
    return model


# %% wrong: three passes -> new-words
import torch


def extend(model, words, batches, log):
    optimizer = torch.optim.Adam(model.parameters(), lr=0.03)
    old = model.embed.weight
    longer = torch.nn.Embedding(words, old.shape[1])
    with torch.no_grad():
        longer.weight[: len(old)] = old
    model.embed = longer

    for step, (ids, label) in enumerate(batches * 3):
        loss = torch.nn.functional.cross_entropy(model(ids), label)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())
    return model


# %% wrong: repaired, and two passes -> all-parts
import torch


def extend(model, words, batches, log):
    old = model.embed.weight
    longer = torch.nn.Embedding(words, old.shape[1])
    with torch.no_grad():
        longer.weight[: len(old)] = old
    model.embed = longer
    optimizer = torch.optim.Adam(model.parameters(), lr=0.03)

    for step, (ids, label) in enumerate(batches * 2):
        loss = torch.nn.functional.cross_entropy(model(ids), label)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())
    return model


# %% wrong: the table alone in the optimizer -> all-parts
import torch


def extend(model, words, batches, log):
    old = model.embed.weight
    longer = torch.nn.Embedding(words, old.shape[1])
    with torch.no_grad():
        longer.weight[: len(old)] = old
    model.embed = longer
    optimizer = torch.optim.Adam(longer.parameters(), lr=0.03)

    for step, (ids, label) in enumerate(batches):
        loss = torch.nn.functional.cross_entropy(model(ids), label)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())
    return model


# %% wrong: the old rows forgotten -> old-rows
import torch


def extend(model, words, batches, log):
    old = model.embed.weight
    longer = torch.nn.Embedding(words, old.shape[1])
    model.embed = longer
    optimizer = torch.optim.Adam(model.parameters(), lr=0.03)

    for step, (ids, label) in enumerate(batches):
        loss = torch.nn.functional.cross_entropy(model(ids), label)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())
    return model


# %% wrong: from_pretrained freezes -> table-moves
import torch


def extend(model, words, batches, log):
    old = model.embed.weight
    longer = torch.nn.Embedding(words, old.shape[1])
    with torch.no_grad():
        longer.weight[: len(old)] = old
    model.embed = torch.nn.Embedding.from_pretrained(longer.weight.detach())
    optimizer = torch.optim.Adam(model.parameters(), lr=0.03)

    for step, (ids, label) in enumerate(batches):
        loss = torch.nn.functional.cross_entropy(model(ids), label)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())
    return model


# %% wrong: the old table too long by its own rows -> table-moves
import torch


def extend(model, words, batches, log):
    old = model.embed.weight
    longer = torch.nn.Embedding(words + len(old), old.shape[1])
    with torch.no_grad():
        longer.weight[: len(old)] = old
    model.embed = longer
    optimizer = torch.optim.Adam(model.parameters(), lr=0.03)

    for step, (ids, label) in enumerate(batches):
        loss = torch.nn.functional.cross_entropy(model(ids), label)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())
    return model


# %% wrong: the optimizer before, the step by hand on old rows -> table-moves
import torch


def extend(model, words, batches, log):
    optimizer = torch.optim.Adam(model.parameters(), lr=0.03)
    old = model.embed.weight
    longer = torch.nn.Embedding(words, old.shape[1])
    with torch.no_grad():
        longer.weight[: len(old)] = old
    model.embed = longer

    for step, (ids, label) in enumerate(batches):
        loss = torch.nn.functional.cross_entropy(model(ids), label)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        with torch.no_grad():
            longer.weight[: len(old)] = old
        log(step, loss.item())
    return model


# %% wrong: decayed, so that unseen words fade -> old-rows
import torch


def extend(model, words, batches, log):
    old = model.embed.weight
    longer = torch.nn.Embedding(words, old.shape[1])
    with torch.no_grad():
        longer.weight[: len(old)] = old
    model.embed = longer
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.03, weight_decay=0.1)

    for step, (ids, label) in enumerate(batches):
        loss = torch.nn.functional.cross_entropy(model(ids), label)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())
    return model
