"""Repairs of repair_served_template: right ones, and wrong ones with their claim."""

# %% right: the generation prompt
import torch
import torch.nn.functional as F


def train_and_serve(model, tokenizer, chats, log):
    def encode(text):
        return tokenizer(text, add_special_tokens=False)["input_ids"]

    rows, labels = [], []
    for chat in chats:
        rows.append(encode(tokenizer.apply_chat_template(chat, tokenize=False)))
        asked = tokenizer.apply_chat_template(chat[:1], tokenize=False, add_generation_prompt=True)
        start = len(encode(asked))
        labels.append([-100] * start + rows[-1][start:])
    ids, labels = torch.tensor(rows), torch.tensor(labels)  # all chats are equally long
    optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
    for step in range(80):
        loss = F.cross_entropy(model(ids)[:, :-1].flatten(0, 1), labels[:, 1:].flatten())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())

    @torch.no_grad()
    def answer(question):
        turn = [{"role": "user", "content": question}]
        ids = encode(
            tokenizer.apply_chat_template(turn, tokenize=False, add_generation_prompt=True)
        )
        start = len(ids)
        while len(ids) < start + 12 and ids[-1] != tokenizer.eos_token_id:
            ids.append(int(model(torch.tensor([ids]))[0, -1].argmax()))
        return tokenizer.decode(ids[start:], skip_special_tokens=True).strip()

    return answer


# %% right: the role token appended
import torch
import torch.nn.functional as F


def train_and_serve(model, tokenizer, chats, log):
    def encode(text):
        return tokenizer(text, add_special_tokens=False)["input_ids"]

    rows, labels = [], []
    for chat in chats:
        rows.append(encode(tokenizer.apply_chat_template(chat, tokenize=False)))
        asked = tokenizer.apply_chat_template(chat[:1], tokenize=False, add_generation_prompt=True)
        start = len(encode(asked))
        labels.append([-100] * start + rows[-1][start:])
    ids, labels = torch.tensor(rows), torch.tensor(labels)  # all chats are equally long
    optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
    for step in range(80):
        loss = F.cross_entropy(model(ids)[:, :-1].flatten(0, 1), labels[:, 1:].flatten())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())

    @torch.no_grad()
    def answer(question):
        turn = [{"role": "user", "content": question}]
        ids = encode(tokenizer.apply_chat_template(turn, tokenize=False) + "<assistant>")
        start = len(ids)
        while len(ids) < start + 12 and ids[-1] != tokenizer.eos_token_id:
            ids.append(int(model(torch.tensor([ids]))[0, -1].argmax()))
        return tokenizer.decode(ids[start:], skip_special_tokens=True).strip()

    return answer


# %% right: a chat with a placeholder, cut before it
import torch
import torch.nn.functional as F


def train_and_serve(model, tokenizer, chats, log):
    def encode(text):
        return tokenizer(text, add_special_tokens=False)["input_ids"]

    rows, labels = [], []
    for chat in chats:
        rows.append(encode(tokenizer.apply_chat_template(chat, tokenize=False)))
        asked = tokenizer.apply_chat_template(chat[:1], tokenize=False, add_generation_prompt=True)
        start = len(encode(asked))
        labels.append([-100] * start + rows[-1][start:])
    ids, labels = torch.tensor(rows), torch.tensor(labels)  # all chats are equally long
    optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
    for step in range(80):
        loss = F.cross_entropy(model(ids)[:, :-1].flatten(0, 1), labels[:, 1:].flatten())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())

    @torch.no_grad()
    def answer(question):
        turn = [{"role": "user", "content": question}]
        whole = turn + [{"role": "assistant", "content": "@@"}]
        ids = encode(tokenizer.apply_chat_template(whole, tokenize=False).split("@@")[0])
        start = len(ids)
        while len(ids) < start + 12 and ids[-1] != tokenizer.eos_token_id:
            ids.append(int(model(torch.tensor([ids]))[0, -1].argmax()))
        return tokenizer.decode(ids[start:], skip_special_tokens=True).strip()

    return answer


# %% wrong: more steps -> answers-right
import torch
import torch.nn.functional as F


def train_and_serve(model, tokenizer, chats, log):
    def encode(text):
        return tokenizer(text, add_special_tokens=False)["input_ids"]

    rows, labels = [], []
    for chat in chats:
        rows.append(encode(tokenizer.apply_chat_template(chat, tokenize=False)))
        asked = tokenizer.apply_chat_template(chat[:1], tokenize=False, add_generation_prompt=True)
        start = len(encode(asked))
        labels.append([-100] * start + rows[-1][start:])
    ids, labels = torch.tensor(rows), torch.tensor(labels)  # all chats are equally long
    optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
    for step in range(200):
        loss = F.cross_entropy(model(ids)[:, :-1].flatten(0, 1), labels[:, 1:].flatten())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())

    @torch.no_grad()
    def answer(question):
        turn = [{"role": "user", "content": question}]
        ids = encode(tokenizer.apply_chat_template(turn, tokenize=False))
        start = len(ids)
        while len(ids) < start + 12 and ids[-1] != tokenizer.eos_token_id:
            ids.append(int(model(torch.tensor([ids]))[0, -1].argmax()))
        return tokenizer.decode(ids[start:], skip_special_tokens=True).strip()

    return answer


# %% wrong: the prompt trained too -> learns
import torch
import torch.nn.functional as F


def train_and_serve(model, tokenizer, chats, log):
    def encode(text):
        return tokenizer(text, add_special_tokens=False)["input_ids"]

    rows, labels = [], []
    for chat in chats:
        rows.append(encode(tokenizer.apply_chat_template(chat, tokenize=False)))
        asked = tokenizer.apply_chat_template(chat[:1], tokenize=False, add_generation_prompt=True)
        start = len(encode(asked))
        labels.append(rows[-1])
    ids, labels = torch.tensor(rows), torch.tensor(labels)  # all chats are equally long
    optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
    for step in range(80):
        loss = F.cross_entropy(model(ids)[:, :-1].flatten(0, 1), labels[:, 1:].flatten())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())

    @torch.no_grad()
    def answer(question):
        turn = [{"role": "user", "content": question}]
        ids = encode(
            tokenizer.apply_chat_template(turn, tokenize=False, add_generation_prompt=True)
        )
        start = len(ids)
        while len(ids) < start + 12 and ids[-1] != tokenizer.eos_token_id:
            ids.append(int(model(torch.tensor([ids]))[0, -1].argmax()))
        return tokenizer.decode(ids[start:], skip_special_tokens=True).strip()

    return answer


# %% wrong: the prompt trained too, no generation prompt -> asked-as-trained
import torch
import torch.nn.functional as F


def train_and_serve(model, tokenizer, chats, log):
    def encode(text):
        return tokenizer(text, add_special_tokens=False)["input_ids"]

    rows, labels = [], []
    for chat in chats:
        rows.append(encode(tokenizer.apply_chat_template(chat, tokenize=False)))
        asked = tokenizer.apply_chat_template(chat[:1], tokenize=False, add_generation_prompt=True)
        start = len(encode(asked))
        labels.append(rows[-1])
    ids, labels = torch.tensor(rows), torch.tensor(labels)  # all chats are equally long
    optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
    for step in range(80):
        loss = F.cross_entropy(model(ids)[:, :-1].flatten(0, 1), labels[:, 1:].flatten())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())

    @torch.no_grad()
    def answer(question):
        turn = [{"role": "user", "content": question}]
        ids = encode(tokenizer.apply_chat_template(turn, tokenize=False))
        start = len(ids)
        while len(ids) < start + 12 and ids[-1] != tokenizer.eos_token_id:
            ids.append(int(model(torch.tensor([ids]))[0, -1].argmax()))
        return tokenizer.decode(ids[start:], skip_special_tokens=True).strip()

    return answer


# %% wrong: answers looked up -> asked-as-trained
import torch
import torch.nn.functional as F


def train_and_serve(model, tokenizer, chats, log):
    def encode(text):
        return tokenizer(text, add_special_tokens=False)["input_ids"]

    rows, labels = [], []
    for chat in chats:
        rows.append(encode(tokenizer.apply_chat_template(chat, tokenize=False)))
        asked = tokenizer.apply_chat_template(chat[:1], tokenize=False, add_generation_prompt=True)
        start = len(encode(asked))
        labels.append([-100] * start + rows[-1][start:])
    ids, labels = torch.tensor(rows), torch.tensor(labels)  # all chats are equally long
    optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
    for step in range(80):
        loss = F.cross_entropy(model(ids)[:, :-1].flatten(0, 1), labels[:, 1:].flatten())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())

    known = {chat[0]["content"]: chat[1]["content"] for chat in chats}

    @torch.no_grad()
    def answer(question):
        return known[question]
        turn = [{"role": "user", "content": question}]
        ids = encode(tokenizer.apply_chat_template(turn, tokenize=False))
        start = len(ids)
        while len(ids) < start + 12 and ids[-1] != tokenizer.eos_token_id:
            ids.append(int(model(torch.tensor([ids]))[0, -1].argmax()))
        return tokenizer.decode(ids[start:], skip_special_tokens=True).strip()

    return answer


# %% wrong: words instead of the role -> asked-as-trained
import torch
import torch.nn.functional as F


def train_and_serve(model, tokenizer, chats, log):
    def encode(text):
        return tokenizer(text, add_special_tokens=False)["input_ids"]

    rows, labels = [], []
    for chat in chats:
        rows.append(encode(tokenizer.apply_chat_template(chat, tokenize=False)))
        asked = tokenizer.apply_chat_template(chat[:1], tokenize=False, add_generation_prompt=True)
        start = len(encode(asked))
        labels.append([-100] * start + rows[-1][start:])
    ids, labels = torch.tensor(rows), torch.tensor(labels)  # all chats are equally long
    optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
    for step in range(80):
        loss = F.cross_entropy(model(ids)[:, :-1].flatten(0, 1), labels[:, 1:].flatten())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())

    @torch.no_grad()
    def answer(question):
        turn = [{"role": "user", "content": question}]
        ids = encode(f"<bos> User: {question} Assistant:")
        start = len(ids)
        while len(ids) < start + 12 and ids[-1] != tokenizer.eos_token_id:
            ids.append(int(model(torch.tensor([ids]))[0, -1].argmax()))
        return tokenizer.decode(ids[start:], skip_special_tokens=True).strip()

    return answer


# %% wrong: a second begin token -> asked-as-trained
import torch
import torch.nn.functional as F


def train_and_serve(model, tokenizer, chats, log):
    def encode(text):
        return tokenizer(text, add_special_tokens=False)["input_ids"]

    rows, labels = [], []
    for chat in chats:
        rows.append(encode(tokenizer.apply_chat_template(chat, tokenize=False)))
        asked = tokenizer.apply_chat_template(chat[:1], tokenize=False, add_generation_prompt=True)
        start = len(encode(asked))
        labels.append([-100] * start + rows[-1][start:])
    ids, labels = torch.tensor(rows), torch.tensor(labels)  # all chats are equally long
    optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
    for step in range(80):
        loss = F.cross_entropy(model(ids)[:, :-1].flatten(0, 1), labels[:, 1:].flatten())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())

    @torch.no_grad()
    def answer(question):
        turn = [{"role": "user", "content": question}]
        ids = [tokenizer.bos_token_id] + encode(
            tokenizer.apply_chat_template(turn, tokenize=False, add_generation_prompt=True)
        )
        start = len(ids)
        while len(ids) < start + 12 and ids[-1] != tokenizer.eos_token_id:
            ids.append(int(model(torch.tensor([ids]))[0, -1].argmax()))
        return tokenizer.decode(ids[start:], skip_special_tokens=True).strip()

    return answer


# %% wrong: the begin token taken away -> asked-as-trained
import torch
import torch.nn.functional as F


def train_and_serve(model, tokenizer, chats, log):
    def encode(text):
        return tokenizer(text, add_special_tokens=False)["input_ids"]

    rows, labels = [], []
    for chat in chats:
        rows.append(encode(tokenizer.apply_chat_template(chat, tokenize=False)))
        asked = tokenizer.apply_chat_template(chat[:1], tokenize=False, add_generation_prompt=True)
        start = len(encode(asked))
        labels.append([-100] * start + rows[-1][start:])
    ids, labels = torch.tensor(rows), torch.tensor(labels)  # all chats are equally long
    optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
    for step in range(80):
        loss = F.cross_entropy(model(ids)[:, :-1].flatten(0, 1), labels[:, 1:].flatten())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())

    @torch.no_grad()
    def answer(question):
        turn = [{"role": "user", "content": question}]
        ids = encode(
            tokenizer.apply_chat_template(turn, tokenize=False, add_generation_prompt=True)
        )[1:]
        start = len(ids)
        while len(ids) < start + 12 and ids[-1] != tokenizer.eos_token_id:
            ids.append(int(model(torch.tensor([ids]))[0, -1].argmax()))
        return tokenizer.decode(ids[start:], skip_special_tokens=True).strip()

    return answer


# %% wrong: the question alone -> answers-right
import torch
import torch.nn.functional as F


def train_and_serve(model, tokenizer, chats, log):
    def encode(text):
        return tokenizer(text, add_special_tokens=False)["input_ids"]

    rows, labels = [], []
    for chat in chats:
        rows.append(encode(tokenizer.apply_chat_template(chat, tokenize=False)))
        asked = tokenizer.apply_chat_template(chat[:1], tokenize=False, add_generation_prompt=True)
        start = len(encode(asked))
        labels.append([-100] * start + rows[-1][start:])
    ids, labels = torch.tensor(rows), torch.tensor(labels)  # all chats are equally long
    optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
    for step in range(80):
        loss = F.cross_entropy(model(ids)[:, :-1].flatten(0, 1), labels[:, 1:].flatten())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())

    @torch.no_grad()
    def answer(question):
        turn = [{"role": "user", "content": question}]
        ids = encode(question)
        start = len(ids)
        while len(ids) < start + 12 and ids[-1] != tokenizer.eos_token_id:
            ids.append(int(model(torch.tensor([ids]))[0, -1].argmax()))
        return tokenizer.decode(ids[start:], skip_special_tokens=True).strip()

    return answer


# %% wrong: trained without the role as well -> trained-on-the-template
import torch
import torch.nn.functional as F


def train_and_serve(model, tokenizer, chats, log):
    def encode(text):
        return tokenizer(text, add_special_tokens=False)["input_ids"]

    rows, labels = [], []
    for chat in chats:
        rows.append(
            encode(tokenizer.apply_chat_template(chat, tokenize=False).replace("<assistant> ", ""))
        )
        asked = tokenizer.apply_chat_template(chat[:1], tokenize=False)
        start = len(encode(asked))
        labels.append([-100] * start + rows[-1][start:])
    ids, labels = torch.tensor(rows), torch.tensor(labels)  # all chats are equally long
    optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
    for step in range(80):
        loss = F.cross_entropy(model(ids)[:, :-1].flatten(0, 1), labels[:, 1:].flatten())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())

    @torch.no_grad()
    def answer(question):
        turn = [{"role": "user", "content": question}]
        ids = encode(tokenizer.apply_chat_template(turn, tokenize=False))
        start = len(ids)
        while len(ids) < start + 12 and ids[-1] != tokenizer.eos_token_id:
            ids.append(int(model(torch.tensor([ids]))[0, -1].argmax()))
        return tokenizer.decode(ids[start:], skip_special_tokens=True).strip()

    return answer


# %% wrong: longer answers allowed -> answers-right
import torch
import torch.nn.functional as F


def train_and_serve(model, tokenizer, chats, log):
    def encode(text):
        return tokenizer(text, add_special_tokens=False)["input_ids"]

    rows, labels = [], []
    for chat in chats:
        rows.append(encode(tokenizer.apply_chat_template(chat, tokenize=False)))
        asked = tokenizer.apply_chat_template(chat[:1], tokenize=False, add_generation_prompt=True)
        start = len(encode(asked))
        labels.append([-100] * start + rows[-1][start:])
    ids, labels = torch.tensor(rows), torch.tensor(labels)  # all chats are equally long
    optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
    for step in range(80):
        loss = F.cross_entropy(model(ids)[:, :-1].flatten(0, 1), labels[:, 1:].flatten())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())

    @torch.no_grad()
    def answer(question):
        turn = [{"role": "user", "content": question}]
        ids = encode(tokenizer.apply_chat_template(turn, tokenize=False))
        start = len(ids)
        while len(ids) < start + 40 and ids[-1] != tokenizer.eos_token_id:
            ids.append(int(model(torch.tensor([ids]))[0, -1].argmax()))
        return tokenizer.decode(ids[start:], skip_special_tokens=True).strip()

    return answer


# %% wrong: the end token missing, and the text cut at a full stop -> answers-right
import torch
import torch.nn.functional as F


def train_and_serve(model, tokenizer, chats, log):
    def encode(text):
        return tokenizer(text, add_special_tokens=False)["input_ids"]

    rows, labels = [], []
    for chat in chats:
        rows.append(encode(tokenizer.apply_chat_template(chat, tokenize=False)))
        asked = tokenizer.apply_chat_template(chat[:1], tokenize=False, add_generation_prompt=True)
        start = len(encode(asked))
        labels.append([-100] * start + rows[-1][start:])
    ids, labels = torch.tensor(rows), torch.tensor(labels)  # all chats are equally long
    optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
    for step in range(80):
        loss = F.cross_entropy(model(ids)[:, :-1].flatten(0, 1), labels[:, 1:].flatten())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())

    @torch.no_grad()
    def answer(question):
        turn = [{"role": "user", "content": question}]
        ids = encode(tokenizer.apply_chat_template(turn, tokenize=False))
        start = len(ids)
        while len(ids) < start + 12 and ids[-1] != tokenizer.eos_token_id:
            ids.append(int(model(torch.tensor([ids]))[0, -1].argmax()))
        return tokenizer.decode(ids[start:], skip_special_tokens=True).split(".")[0].strip() + "."

    return answer
