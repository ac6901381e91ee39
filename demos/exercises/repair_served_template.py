"""Perfect in training, lost in service.

**Exercise.** A chat model is trained on questions and answers until its loss is near zero. Asked
the very same questions by `answer`, it says something else. Repair the script. Chats are written
in the tokenizer's own template; other services rely on that, so training keeps it.

    <bos><user> QUESTION <assistant> ANSWER <eos>

The curve shows the training loss you log.
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


def train_and_serve(model, tokenizer, chats, log):
    """Train model(ids) -> logits in place, and return answer(question) -> text.

    chats:  [{"role": "user", "content": question}, {"role": "assistant", "content": answer}]
    log:    log(step, mean nats per token of the answers)
    """
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
        return tokenizer.decode(ids[start:], skip_special_tokens=True).strip()

    return answer
'''


def train_and_serve(model, tokenizer, chats, log):
    """Train in place, and return an answer that asks with the prompt of training."""

    def encode(text):
        return tokenizer(text, add_special_tokens=False)["input_ids"]

    def prompt(turns):
        text = tokenizer.apply_chat_template(turns, tokenize=False, add_generation_prompt=True)
        return encode(text)

    rows, labels = [], []
    for chat in chats:
        row = encode(tokenizer.apply_chat_template(chat, tokenize=False))
        start = len(prompt(chat[:1]))
        rows.append(row)
        labels.append([-100] * start + row[start:])
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
        ids = prompt([{"role": "user", "content": question}])
        start = len(ids)
        while len(ids) < start + 12 and ids[-1] != tokenizer.eos_token_id:
            ids.append(int(model(torch.tensor([ids]))[0, -1].argmax()))
        return tokenizer.decode(ids[start:], skip_special_tokens=True).strip()

    return answer


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


@demo(
    topic="repair-data",
    claims={
        "answers-right": "Asked the questions of training, the model gives every answer, no more",
        "asked-as-trained": "The ids that `answer` sends first are those of training up to the "
        "answer",
        "trained-on-the-template": "The rows of training are the chats in the tokenizer's template",
        "learns": "The logged loss ends below 0.1 nats, and begins as that of the answers alone",
    },
    measures={"right": "Share of questions that are answered right"},
    budget_s=1,
)
def main(
    run: Run,
    solution: Solution = Code(entry="train_and_serve", starter=STARTER),
    seed: int = Int(0, 0, 999),
) -> None:
    torch.manual_seed(seed)
    tokenizer = AutoTokenizer.from_pretrained(str(BASE))
    found = tinyworld.chats("general", 400, seed=seed)
    chats = list({chat[0]["content"]: chat for chat in found}.values())[: 20 + seed % 9]
    model = TinyChat(len(tokenizer))

    def encoded(messages: list, prompt: bool) -> list[int]:
        text = tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=prompt)
        return tokenizer(text, add_special_tokens=False)["input_ids"]

    prompts = [encoded(chat[:1], True) for chat in chats]
    rows = [encoded(chat, False) for chat in chats]
    with torch.no_grad():
        nats = []
        for row, prompt in zip(rows, prompts, strict=True):
            logits = model(torch.tensor([row]))[0, len(prompt) - 1 : -1]
            target = torch.tensor(row[len(prompt) :])
            nats += F.cross_entropy(logits, target, reduction="none").tolist()
    first = sum(nats) / len(nats)
    run.axes(x="step", y="loss (nats per token of an answer)")
    run.progress(80)
    logged: list[float] = []

    def log(step: int, value: float) -> None:
        run.step()
        logged.append(float(value))
        run.point(step, yours=logged[-1])

    model.seen.clear()
    trained: set[tuple[int, ...]] = set()
    sent: list[list[int]] = []
    with run.judge("answers-right") as judge:
        with judge.unchanged(chats=chats):
            answer = solution(model, tokenizer, chats, log)
        pad = tokenizer.pad_token_id
        trained = {tuple(one for one in row if one != pad) for row in model.seen}
        said = []
        for chat in chats:
            model.seen.clear()
            said.append(str(answer(chat[0]["content"])))
            sent.append(list(model.seen[0]) if model.seen else [])
        wanted = [chat[1]["content"] for chat in chats]
        right = sum(one == other for one, other in zip(said, wanted, strict=True))
        run.measure(right=right / len(chats))
        run.sample(chats[0][0]["content"], f"says   {said[0]!r}\nwanted {wanted[0]!r}")
        judge.that(
            right == len(chats),
            f"{right} of {len(chats)} answers are right. To {chats[0][0]['content']!r} it says "
            f"{said[0]!r}: which tokens has the model read when it begins, here and in training?",
        )

    with run.judge("asked-as-trained") as judge:
        judge.that(sent and all(sent), "`answer` did not ask the model")
        for mine, prompt in zip(sent, prompts, strict=True):
            judge.that(
                mine == prompt,
                f"sent {tokenizer.convert_ids_to_tokens(mine)}; print a row of training beside it",
            )

    with run.judge("trained-on-the-template") as judge:
        absent = sum(tuple(row) not in trained for row in rows)
        judge.that(
            absent == 0,
            f"{absent} of {len(rows)} chats were not trained on as the template writes them",
        )

    with run.judge("learns") as judge:
        judge.that(logged, "nothing was logged")
        judge.equal(logged[0], first, within=1e-3, by="the answers alone", of="the first loss")
        judge.that(logged[-1] < 0.1, f"the curve ends at {logged[-1]:.2f} nats")
