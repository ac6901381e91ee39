"""Repairs of repair_served_template_again: right ones, and wrong ones with their claim."""

# %% right: the prompt by the template, the end token by its id
import torch
import torch.nn.functional as F


@torch.no_grad()
def evaluate(model, tokenizer, chats, log):
    def ids_of(text):
        return tokenizer(text, add_special_tokens=False)["input_ids"]

    total, count, right = 0.0, 0, 0
    for read, chat in enumerate(chats, 1):
        question, answer = chat[0]["content"], chat[1]["content"]
        prompt = ids_of(
            tokenizer.apply_chat_template(chat[:1], tokenize=False, add_generation_prompt=True)
        )
        target = ids_of(answer) + [tokenizer.eos_token_id]
        logits = model(torch.tensor([prompt + target]))[0, len(prompt) - 1 : -1]
        total += F.cross_entropy(logits, torch.tensor(target), reduction="sum").item()
        count += len(target)
        right += logits.argmax(-1).tolist() == target
        log(read, right / read)
    return total / count, right / len(chats)


# %% right: the template written out
import torch
import torch.nn.functional as F


@torch.no_grad()
def evaluate(model, tokenizer, chats, log):
    def ids_of(text):
        return tokenizer(text, add_special_tokens=False)["input_ids"]

    total, count, right = 0.0, 0, 0
    for read, chat in enumerate(chats, 1):
        question, answer = chat[0]["content"], chat[1]["content"]
        prompt = ids_of(f"<bos><user> {question} <assistant>")
        target = ids_of(f"{answer} <eos>")
        logits = model(torch.tensor([prompt + target]))[0, len(prompt) - 1 : -1]
        total += F.cross_entropy(logits, torch.tensor(target), reduction="sum").item()
        count += len(target)
        right += logits.argmax(-1).tolist() == target
        log(read, right / read)
    return total / count, right / len(chats)


# %% right: all chats in one batch
import torch
import torch.nn.functional as F


@torch.no_grad()
def evaluate(model, tokenizer, chats, log):
    texts = [tokenizer.apply_chat_template(chat, tokenize=False) for chat in chats]
    ids = torch.tensor(tokenizer(texts, add_special_tokens=False)["input_ids"])
    asked = tokenizer.apply_chat_template(chats[0][:1], tokenize=False, add_generation_prompt=True)
    start = len(tokenizer(asked, add_special_tokens=False)["input_ids"])
    logits, target = model(ids)[:, start - 1 : -1], ids[:, start:]
    hits = (logits.argmax(-1) == target).all(dim=1)
    for read in range(1, len(chats) + 1):
        log(read, hits[:read].float().mean().item())
    nats = F.cross_entropy(logits.transpose(1, 2), target).item()
    return nats, hits.float().mean().item()


# %% wrong: no generation prompt -> right-as-in-the-window
import torch
import torch.nn.functional as F


@torch.no_grad()
def evaluate(model, tokenizer, chats, log):
    def ids_of(text):
        return tokenizer(text, add_special_tokens=False)["input_ids"]

    total, count, right = 0.0, 0, 0
    for read, chat in enumerate(chats, 1):
        question, answer = chat[0]["content"], chat[1]["content"]
        prompt = ids_of(tokenizer.apply_chat_template(chat[:1], tokenize=False))
        target = ids_of(answer) + [tokenizer.eos_token_id]
        logits = model(torch.tensor([prompt + target]))[0, len(prompt) - 1 : -1]
        total += F.cross_entropy(logits, torch.tensor(target), reduction="sum").item()
        count += len(target)
        right += logits.argmax(-1).tolist() == target
        log(read, right / read)
    return total / count, right / len(chats)


# %% wrong: a second begin token -> read-as-trained
import torch
import torch.nn.functional as F


@torch.no_grad()
def evaluate(model, tokenizer, chats, log):
    def ids_of(text):
        return tokenizer(text, add_special_tokens=False)["input_ids"]

    total, count, right = 0.0, 0, 0
    for read, chat in enumerate(chats, 1):
        question, answer = chat[0]["content"], chat[1]["content"]
        prompt = ids_of(
            tokenizer.apply_chat_template(chat[:1], tokenize=False, add_generation_prompt=True)
        )
        prompt = [tokenizer.bos_token_id] + prompt
        target = ids_of(answer) + [tokenizer.eos_token_id]
        logits = model(torch.tensor([prompt + target]))[0, len(prompt) - 1 : -1]
        total += F.cross_entropy(logits, torch.tensor(target), reduction="sum").item()
        count += len(target)
        right += logits.argmax(-1).tolist() == target
        log(read, right / read)
    return total / count, right / len(chats)


# %% wrong: the template without its begin token -> read-as-trained
import torch
import torch.nn.functional as F


@torch.no_grad()
def evaluate(model, tokenizer, chats, log):
    def ids_of(text):
        return tokenizer(text, add_special_tokens=False)["input_ids"]

    total, count, right = 0.0, 0, 0
    for read, chat in enumerate(chats, 1):
        question, answer = chat[0]["content"], chat[1]["content"]
        prompt = ids_of(
            tokenizer.apply_chat_template(chat[:1], tokenize=False, add_generation_prompt=True)
        )
        prompt = prompt[1:]
        target = ids_of(answer) + [tokenizer.eos_token_id]
        logits = model(torch.tensor([prompt + target]))[0, len(prompt) - 1 : -1]
        total += F.cross_entropy(logits, torch.tensor(target), reduction="sum").item()
        count += len(target)
        right += logits.argmax(-1).tolist() == target
        log(read, right / read)
    return total / count, right / len(chats)


# %% wrong: the template, the end token forgotten -> nats-of-the-answer
import torch
import torch.nn.functional as F


@torch.no_grad()
def evaluate(model, tokenizer, chats, log):
    def ids_of(text):
        return tokenizer(text, add_special_tokens=False)["input_ids"]

    total, count, right = 0.0, 0, 0
    for read, chat in enumerate(chats, 1):
        question, answer = chat[0]["content"], chat[1]["content"]
        prompt = ids_of(
            tokenizer.apply_chat_template(chat[:1], tokenize=False, add_generation_prompt=True)
        )
        target = ids_of(answer)
        logits = model(torch.tensor([prompt + target]))[0, len(prompt) - 1 : -1]
        total += F.cross_entropy(logits, torch.tensor(target), reduction="sum").item()
        count += len(target)
        right += logits.argmax(-1).tolist() == target
        log(read, right / read)
    return total / count, right / len(chats)


# %% wrong: friendlier words -> right-as-in-the-window
import torch
import torch.nn.functional as F


@torch.no_grad()
def evaluate(model, tokenizer, chats, log):
    def ids_of(text):
        return tokenizer(text, add_special_tokens=False)["input_ids"]

    total, count, right = 0.0, 0, 0
    for read, chat in enumerate(chats, 1):
        question, answer = chat[0]["content"], chat[1]["content"]
        prompt = ids_of(f"Please answer: {question} The answer is:")
        target = ids_of(answer) + [tokenizer.eos_token_id]
        logits = model(torch.tensor([prompt + target]))[0, len(prompt) - 1 : -1]
        total += F.cross_entropy(logits, torch.tensor(target), reduction="sum").item()
        count += len(target)
        right += logits.argmax(-1).tolist() == target
        log(read, right / read)
    return total / count, right / len(chats)


# %% wrong: one word right is enough -> tells-bad-from-good
import torch
import torch.nn.functional as F


@torch.no_grad()
def evaluate(model, tokenizer, chats, log):
    def ids_of(text):
        return tokenizer(text, add_special_tokens=False)["input_ids"]

    total, count, right = 0.0, 0, 0
    for read, chat in enumerate(chats, 1):
        question, answer = chat[0]["content"], chat[1]["content"]
        prompt = ids_of(
            tokenizer.apply_chat_template(chat[:1], tokenize=False, add_generation_prompt=True)
        )
        target = ids_of(answer) + [tokenizer.eos_token_id]
        logits = model(torch.tensor([prompt + target]))[0, len(prompt) - 1 : -1]
        total += F.cross_entropy(logits, torch.tensor(target), reduction="sum").item()
        count += len(target)
        right += any(a == b for a, b in zip(logits.argmax(-1).tolist(), target))
        log(read, right / read)
    return total / count, right / len(chats)


# %% wrong: the prompt counts too -> nats-of-the-answer
import torch
import torch.nn.functional as F


@torch.no_grad()
def evaluate(model, tokenizer, chats, log):
    def ids_of(text):
        return tokenizer(text, add_special_tokens=False)["input_ids"]

    total, count, right = 0.0, 0, 0
    for read, chat in enumerate(chats, 1):
        question, answer = chat[0]["content"], chat[1]["content"]
        prompt = ids_of(
            tokenizer.apply_chat_template(chat[:1], tokenize=False, add_generation_prompt=True)
        )
        row = prompt + ids_of(answer) + [tokenizer.eos_token_id]
        prompt, target = row[:1], row[1:]
        logits = model(torch.tensor([prompt + target]))[0, len(prompt) - 1 : -1]
        total += F.cross_entropy(logits, torch.tensor(target), reduction="sum").item()
        count += len(target)
        right += logits.argmax(-1).tolist() == target
        log(read, right / read)
    return total / count, right / len(chats)


# %% wrong: five tries with noise, the best counts -> right-as-in-the-window
import torch
import torch.nn.functional as F


@torch.no_grad()
def evaluate(model, tokenizer, chats, log):
    def ids_of(text):
        return tokenizer(text, add_special_tokens=False)["input_ids"]

    total, count, right = 0.0, 0, 0
    for read, chat in enumerate(chats, 1):
        question, answer = chat[0]["content"], chat[1]["content"]
        prompt = ids_of(f"Question: {question} Answer:")
        target = ids_of(answer) + [tokenizer.eos_token_id]
        logits = model(torch.tensor([prompt + target]))[0, len(prompt) - 1 : -1]
        total += F.cross_entropy(logits, torch.tensor(target), reduction="sum").item()
        count += len(target)
        right += any(
            (logits + torch.randn_like(logits)).argmax(-1).tolist() == target for _ in range(5)
        )
        log(read, right / read)
    return total / count, right / len(chats)


# %% wrong: every chat is called right -> tells-bad-from-good
import torch
import torch.nn.functional as F


@torch.no_grad()
def evaluate(model, tokenizer, chats, log):
    def ids_of(text):
        return tokenizer(text, add_special_tokens=False)["input_ids"]

    total, count, right = 0.0, 0, 0
    for read, chat in enumerate(chats, 1):
        question, answer = chat[0]["content"], chat[1]["content"]
        prompt = ids_of(
            tokenizer.apply_chat_template(chat[:1], tokenize=False, add_generation_prompt=True)
        )
        target = ids_of(answer) + [tokenizer.eos_token_id]
        logits = model(torch.tensor([prompt + target]))[0, len(prompt) - 1 : -1]
        total += F.cross_entropy(logits, torch.tensor(target), reduction="sum").item()
        count += len(target)
        right += 1
        log(read, right / read)
    return total / count, right / len(chats)


# %% wrong: trained on the evaluation's own format first -> read-as-trained
import torch
import torch.nn.functional as F


def evaluate(model, tokenizer, chats, log):
    def ids_of(text):
        return tokenizer(text, add_special_tokens=False)["input_ids"]

    rows = [ids_of(f"Question: {c[0]['content']} Answer: {c[1]['content']} <eos>") for c in chats]
    ids = torch.tensor(rows)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
    for _ in range(40):
        loss = F.cross_entropy(model(ids)[:, :-1].flatten(0, 1), ids[:, 1:].flatten())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    total, count, right = 0.0, 0, 0
    for read, chat in enumerate(chats, 1):
        question, answer = chat[0]["content"], chat[1]["content"]
        prompt = ids_of(f"Question: {question} Answer:")
        target = ids_of(answer) + [tokenizer.eos_token_id]
        logits = model(torch.tensor([prompt + target]))[0, len(prompt) - 1 : -1]
        total += F.cross_entropy(logits, torch.tensor(target), reduction="sum").item()
        count += len(target)
        right += logits.argmax(-1).tolist() == target
        log(read, right / read)
    return total / count, right / len(chats)
