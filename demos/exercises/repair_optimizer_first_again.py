"""Repair a model that does not learn its new words.

**Exercise.** A small text classifier gets words that it did not know, so its embedding table is
replaced by a longer one that begins with the old rows. Then it is trained on texts full of new
words. The loss falls a little and stays. The rate is right. Repair the script.

The judge asks for the class of texts that consist of new words alone.
"""

import copy

import torch

from quizapp.demo import Code, Int, Run, Solution, demo

STARTER = '''
import torch


def extend(model, words, batches, log):
    """Give the model more words, train it with one step per batch, and return it.

    model:   has .embed, a torch.nn.Embedding, and .head; model(ids) gives logits
    words:   number of words afterwards; the new ones have the highest ids
    batches: list of (ids, label) with ids (texts, length) and label (texts,)
    log:     log(step, loss) draws the curve
    """
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
        log(step, loss.item())
    return model
'''


def extend(model, words, batches, log):
    """Give the model more words, train it with one step per batch, and return it."""
    old = model.embed.weight
    longer = torch.nn.Embedding(words, old.shape[1])
    with torch.no_grad():
        longer.weight[: len(old)] = old
    model.embed = longer

    # made after the table was replaced: it holds parameters, not names
    optimizer = torch.optim.Adam(model.parameters(), lr=0.03)
    for step, (ids, label) in enumerate(batches):
        loss = torch.nn.functional.cross_entropy(model(ids), label)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())
    return model


class Classifier(torch.nn.Module):
    """Mean of the words' vectors, then a linear layer."""

    def __init__(self, words: int, width: int, classes: int) -> None:
        super().__init__()
        self.embed = torch.nn.Embedding(words, width)
        self.head = torch.nn.Linear(width, classes)

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        return self.head(self.embed(ids).mean(1))  # (texts, classes)


@demo(
    topic="repair-training",
    claims={
        "new-words": "Of texts made of new words alone it gets at least 85 percent right",
        "table-moves": "Every row of a new word was trained",
        "old-rows": "Words that occur in no text keep their old vectors",
        "all-parts": "The head is trained too, by no more steps than there are batches",
    },
    measures={"accuracy": "Share of texts of new words that it gets right"},
    budget_s=1,
)
def main(
    run: Run,
    solution: Solution = Code(entry="extend", starter=STARTER),
    seed: int = Int(0, 0, 999),
) -> None:
    torch.manual_seed(seed)
    old, new, width, classes, silent = 30 + seed % 7, 200, 4, 8, 5
    words = old + new
    meaning = torch.randint(classes, (words,))  # each word hints at one class
    model = Classifier(old, width, classes)

    def texts(count: int, least: int) -> tuple[torch.Tensor, torch.Tensor]:
        """Return texts in which five words of seven hint at the label, the others at random."""
        label = torch.randint(classes, (count,))
        ids = torch.randint(least, words, (count, 7))
        for row, wanted in enumerate(label):
            of_class = torch.nonzero(meaning[least:] == wanted).flatten() + least
            ids[row, :5] = of_class[torch.randint(len(of_class), (5,))]
        return ids, label

    batches = [texts(32, silent) for _ in range(150)]  # the first words occur in no text
    ids, label = texts(400, old)
    run.axes(x="step", y="training loss (nats)")
    run.progress(len(batches))
    calls = 0

    def log(step: int, value: float) -> None:
        run.step()
        run.point(step, yours=value)

    def count(module: torch.nn.Module, args: tuple) -> None:
        nonlocal calls
        calls += torch.is_grad_enabled()

    given = copy.deepcopy(model)
    given.register_forward_pre_hook(count)
    torch.manual_seed(2000 + seed)
    start = torch.nn.Embedding(words, width).weight.detach()  # what the new table begins with
    torch.manual_seed(2000 + seed)
    trained, used = None, 0
    with run.judge("new-words") as judge:
        trained = solution(given, words, batches, log)
        used = calls
        accuracy = (trained(ids).argmax(1) == label).float().mean().item()
        run.measure(accuracy=accuracy)
        judge.that(accuracy >= 0.85, f"{accuracy:.0%} of the texts of new words are right")

    with run.judge("table-moves") as judge:
        judge.that(trained is not None, "no model came back")
        judge.equal(trained.embed.weight.shape[0], words, by="the task", of="rows of the table")
        gap = (trained.embed.weight.detach() - start)[old:].abs().amax(1)
        still = int((gap == 0).sum())
        judge.that(not still, f"{still} of {new} new rows are as they were initialised")

    with run.judge("old-rows") as judge:
        judge.that(trained is not None, "no model came back")
        kept = trained.embed.weight[:silent]
        judge.equal(kept, model.embed.weight[:silent], within=1e-5, by="the old table")

    with run.judge("all-parts") as judge:
        judge.that(trained is not None, "no model came back")
        moved = (trained.head.weight - model.head.weight).norm().item()
        judge.that(moved > 0.1, f"the head's weight moved by {moved:.2g} only")
        judge.that(used <= len(batches), f"{used} steps for {len(batches)} batches")
