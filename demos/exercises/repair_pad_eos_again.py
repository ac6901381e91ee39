"""Padded texts are easy texts.

**Exercise.** This script measures the perplexity of a finished model. Mix short texts with long
ones in a batch and it falls, though the model and the texts are the same. Repair it. Wanted is

    exp( total nats ÷ number of tokens to predict )     all tokens of a text but its first

At place t the logits are about the token after place t, and no place sees a later one. Each id
from 0 on is a word of the texts. The curve shows what you log; the line is the truth.
"""

import math

import torch
import torch.nn.functional as F
from torch import nn

from quizapp.demo import Code, Int, Run, Solution, demo

STARTER = '''
import torch
import torch.nn.functional as F


@torch.no_grad()
def perplexity(model, texts, batch_size, log):
    """Return the perplexity of the texts under a model.

    model:  model(ids) -> logits (texts, T, vocabulary), at most batch_size texts a call
    texts:  lists of ids of different length, none empty
    log:    log(texts read, perplexity so far), once per batch
    """
    total, count = 0.0, 0
    for start in range(0, len(texts), batch_size):
        batch = texts[start : start + batch_size]
        width = max(len(text) for text in batch)
        ids = torch.tensor([text + [0] * (width - len(text)) for text in batch])
        logits = model(ids)[:, :-1]
        nats = F.cross_entropy(logits.transpose(1, 2), ids[:, 1:], reduction="none")
        total += nats.sum().item()
        count += nats.numel()
        log(start + len(batch), torch.tensor(total / count).exp().item())
    return torch.tensor(total / count).exp().item()
'''


@torch.no_grad()
def perplexity(model, texts, batch_size, log):
    """Return the perplexity of the texts: padding is known by its place, and left out."""
    total, count, found = 0.0, 0, float("nan")
    for start in range(0, len(texts), batch_size):
        batch = texts[start : start + batch_size]
        width = max(len(text) for text in batch)
        ids = torch.tensor([text + [0] * (width - len(text)) for text in batch])
        length = torch.tensor([len(text) for text in batch])
        real = torch.arange(1, width) < length[:, None]  # (texts, T - 1)
        logits = model(ids)[:, :-1]
        nats = F.cross_entropy(logits.transpose(1, 2), ids[:, 1:], reduction="none")
        total += nats[real].double().sum().item()
        count += int(real.sum())
        found = math.exp(total / count) if count else float("nan")
        log(start + len(batch), found)
    return found


class TinyModel(nn.Module):
    """Reads a word and the one before it; after the word 0 it is sure of another 0."""

    largest = 0

    def __init__(self, words: int) -> None:
        super().__init__()
        self.here, self.before = nn.Embedding(words, 16), nn.Embedding(words, 16)
        self.out = nn.Linear(16, words)
        with torch.no_grad():
            self.out.weight[0] += 1.5 * self.here.weight[0]

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        self.largest = max(self.largest, len(ids))
        before = torch.cat([ids[:, :1], ids[:, :-1]], dim=1)
        return self.out(self.here(ids) + 0.2 * self.before(before))


@torch.no_grad()
def truth_of(model: nn.Module, texts: list[list[int]]) -> float:
    """Return the perplexity, one text at a time and without padding."""
    total, count = 0.0, 0
    for text in texts:
        if len(text) > 1:
            ids = torch.tensor([text])
            total += float(
                F.cross_entropy(model(ids)[0, :-1].double(), ids[0, 1:]) * (len(text) - 1)
            )
            count += len(text) - 1
    return math.exp(total / count)


@demo(
    topic="repair-data",
    claims={
        "real-tokens-count": "The perplexity is that of the real tokens, as without padding",
        "batch-size-is-free": "Any batch size and any order of the texts gives the same number",
        "zero-is-a-word": "The word with the id 0 counts like any other word",
        "in-batches": "The model gets no more than batch_size texts a call, and more than one",
        "curve-is-true": "Each logged value is the perplexity of the texts read so far",
    },
    measures={"error": "Difference from the truth, as a share of it"},
    budget_s=1,
)
def main(
    run: Run,
    solution: Solution = Code(entry="perplexity", starter=STARTER),
    seed: int = Int(0, 0, 999),
) -> None:
    torch.manual_seed(seed)
    words = 11 + seed % 5
    model = TinyModel(words)
    lengths = torch.randint(2, 30, (26 + seed % 7,)).tolist()
    lengths[3] = 1  # a text of one token: nothing to predict
    texts = [torch.randint(0, words, (length,)).tolist() for length in lengths]
    for text in texts[::3]:
        text[len(text) // 2] = 0
    truth = truth_of(model, texts)
    run.axes(x="texts read", y="perplexity")
    run.reference("without padding", truth)
    run.progress(-(-len(texts) // 5))
    logged: list[tuple[int, float]] = []

    def log(read: int, value: float) -> None:
        run.step()
        logged.append((int(read), float(value)))
        run.point(logged[-1][0], yours=logged[-1][1])

    def silent(read: int, value: float) -> None:
        run.check()

    with run.judge("real-tokens-count") as judge:
        with judge.unchanged(texts=texts):
            yours = float(solution(model, texts, 5, log))
        run.measure(error=abs(yours - truth) / truth)
        judge.that(
            abs(yours - truth) < 1e-4 * truth,
            f"yours {yours:.4g}, without padding {truth:.4g}: over how many tokens is your mean, "
            f"and how many are there to predict? There are {sum(lengths) - len(lengths)}",
        )

    with run.judge("batch-size-is-free") as judge:
        for size in (2, 9, len(texts)):
            other = float(solution(model, texts, size, silent))
            judge.equal(other, truth, by="without padding", within=1e-4, of=f"batch_size={size}")
        mixed = sorted(texts, key=len, reverse=True)
        other = float(solution(model, mixed, 4, silent))
        judge.equal(other, truth, by="without padding", within=1e-4, of="longest first")

    with run.judge("zero-is-a-word") as judge:
        zeros = [[1, 0, 2, 0, 0, 3], [0, 4, 0, 5, 0], [2, 0]]
        other = float(solution(model, zeros, 3, silent))
        judge.equal(other, truth_of(model, zeros), by="without padding", within=1e-4)

    with run.judge("in-batches") as judge:
        model.largest = 0
        solution(model, texts, 6, silent)
        judge.that(
            model.largest <= 6,
            f"one call got {model.largest} texts, and batch_size was 6: what about the memory?",
        )
        judge.that(
            model.largest > 1, "each call got one text: how long would a real test set take?"
        )

    with run.judge("curve-is-true") as judge:
        judge.that(logged, "nothing was logged")
        for read, value in logged:
            so_far = truth_of(model, texts[:read])
            judge.equal(value, so_far, by="without padding", within=1e-4, of=f"after {read} texts")
        last = logged[-1][0]
        judge.that(last == len(texts), f"the curve ends after {last} of {len(texts)} texts")
