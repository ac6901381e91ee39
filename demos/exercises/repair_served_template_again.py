"""The benchmark that dislikes a good model.

**Exercise.** In the chat window this model answers every question. This evaluation gives it a high
loss and few points. Repair the evaluation: it must measure the model as the chat window uses it,
with the tokenizer's own template,

    <bos><user> QUESTION <assistant> ANSWER <eos>

The curve shows what you log; the line is the share of questions answered right in the window.
"""

import tinyworld
import torch
import torch.nn.functional as F
from tinyworld import BASE
from torch import nn
from transformers import AutoTokenizer

from quizapp.demo import Code, Int, Run, Solution, demo

STARTER = '''
import torch
import torch.nn.functional as F


@torch.no_grad()
def evaluate(model, tokenizer, chats, log):
    """Return (nats, right): mean nats per answer token, and the share of right answers.

    model:  model(ids) -> logits (n, T, vocabulary), finished
    chats:  [{"role": "user", "content": question}, {"role": "assistant", "content": answer}]
    log:    log(chats read, share right so far)
    The tokens of an answer are its words and the end token. An answer is right if each of its
    tokens is the model's first choice.
    """
    total, count, right = 0.0, 0, 0
    for read, chat in enumerate(chats, 1):
        question, answer = chat[0]["content"], chat[1]["content"]
        prompt = tokenizer(f"Question: {question} Answer:", add_special_tokens=False)["input_ids"]
        target = tokenizer(answer, add_special_tokens=False)["input_ids"]
        logits = model(torch.tensor([prompt + target]))[0, len(prompt) - 1 : -1]
        total += F.cross_entropy(logits, torch.tensor(target), reduction="sum").item()
        count += len(target)
        right += logits.argmax(-1).tolist() == target
        log(read, right / read)
    return total / count, right / len(chats)
'''


@torch.no_grad()
def evaluate(model, tokenizer, chats, log):
    """Return nats per answer token and the share of right answers, in the model's template."""

    def encode(messages, prompt):
        text = tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=prompt)
        return tokenizer(text, add_special_tokens=False)["input_ids"]

    total, count, right = 0.0, 0, 0
    for read, chat in enumerate(chats, 1):
        row, start = encode(chat, False), len(encode(chat[:1], True))
        logits = model(torch.tensor([row]))[0, start - 1 : -1]
        total += F.cross_entropy(logits, torch.tensor(row[start:]), reduction="sum").item()
        count += len(row) - start
        right += logits.argmax(-1).tolist() == row[start:]
        log(read, right / read)
    return total / count, right / len(chats)


class TinyChat(nn.Module):
    """Looks at all tokens so far through the eyes of the last one; notes what it reads."""

    def __init__(self, vocabulary: int) -> None:
        super().__init__()
        self.last, self.read = nn.Embedding(vocabulary, 48), nn.Embedding(vocabulary, 48)
        self.out = nn.Linear(48, vocabulary)
        self.seen: list[list[int]] = []

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        self.seen += ids.tolist()
        count = torch.arange(1, ids.shape[1] + 1)[:, None]
        so_far = self.read(ids).cumsum(1) / count**0.5  # (n, T, 48)
        return self.out(self.last(ids) * so_far)


def learn(model: TinyChat, rows: list[list[int]], start: int) -> None:
    """Train on the answers of rows that are equally long."""
    ids = torch.tensor(rows)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
    for _ in range(60):
        logits = model(ids)[:, start - 1 : -1]
        loss = F.cross_entropy(logits.flatten(0, 1), ids[:, start:].flatten())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


@demo(
    topic="repair-data",
    claims={
        "right-as-in-the-window": "The share of right answers is that of the chat window",
        "nats-of-the-answer": "The nats are those of the answer and its end token, in the template",
        "read-as-trained": "The model reads each chat as the template writes it, and nothing else",
        "tells-bad-from-good": "Chats with a wrong answer in them are found wrong",
    },
    measures={"right": "Share of right answers that is returned"},
    budget_s=1,
)
def main(
    run: Run,
    solution: Solution = Code(entry="evaluate", starter=STARTER),
    seed: int = Int(0, 0, 999),
) -> None:
    torch.manual_seed(seed)
    tokenizer = AutoTokenizer.from_pretrained(str(BASE))
    found = tinyworld.chats("general", 400, seed=seed)
    chats = list({chat[0]["content"]: chat for chat in found}.values())[: 20 + seed % 9]
    model = TinyChat(len(tokenizer))

    def encoded(messages: list, prompt: bool = False) -> list[int]:
        text = tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=prompt)
        return tokenizer(text, add_special_tokens=False)["input_ids"]

    rows = [encoded(chat) for chat in chats]
    start = len(encoded(chats[0][:1], True))
    known = len(chats) - 4 - seed % 3  # the model has never seen the last few
    learn(model, rows[:known], start)
    with torch.no_grad():
        logits = model(torch.tensor(rows))[:, start - 1 : -1]
        target = torch.tensor(rows)[:, start:]
        true_nats = float(F.cross_entropy(logits.transpose(1, 2), target))
        without_end = float(F.cross_entropy(logits[:, :-1].transpose(1, 2), target[:, :-1]))
        true_right = float((logits.argmax(-1) == target).all(1).float().mean())
    run.axes(x="chats read", y="share right")
    run.reference("in the chat window", true_right)
    run.progress(len(chats))

    def log(read: int, value: float) -> None:
        run.step()
        run.point(read, yours=float(value))

    def silent(read: int, value: float) -> None:
        run.check()

    model.seen.clear()
    nats = right = float("nan")
    with run.judge("right-as-in-the-window") as judge:
        with judge.unchanged(chats=chats):
            nats, right = solution(model, tokenizer, chats, log)
        run.measure(right=float(right))
        judge.that(
            abs(right - true_right) < 1e-6,
            f"{right:.0%} right, and {true_right:.0%} in the chat window: what does the model "
            "read here, and what there?",
        )

    with run.judge("nats-of-the-answer") as judge:
        mistakes = {"is the end token left out?": without_end}
        judge.equal(nats, true_nats, within=1e-4, by="in the template", mistakes=mistakes)

    with run.judge("read-as-trained") as judge:
        judge.that(model.seen, "the model was not asked")
        strange = [row for row in model.seen if row not in rows]
        first = tokenizer.convert_ids_to_tokens(strange[0]) if strange else []
        judge.that(
            not strange,
            f"{len(strange)} of {len(model.seen)} rows are not as in training, such as {first}",
        )

    with run.judge("tells-bad-from-good") as judge:
        others = [chats[(i + 1) % known][1] for i in range(known)]
        swapped = [[chats[i][0], others[i]] for i in range(known)]
        ids = torch.tensor([encoded(chat) for chat in swapped])
        with torch.no_grad():
            best = model(ids)[:, start - 1 : -1].argmax(-1)
        wanted = float((best == ids[:, start:]).all(1).float().mean())
        _, share = solution(model, tokenizer, swapped, silent)
        judge.equal(share, wanted, within=1e-6, by="in the chat window", of="wrong answers")
