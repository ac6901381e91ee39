"""It answers, and it will not stop.

**Exercise.** A model is trained on rows that end with the end token. The loss is fine, every word
is right, and generation runs on until it is cut off. Repair the script: generation has to end
where the rows end. The loss stays what it is meant to be, the mean over all real tokens.

Padding is on the right, and at place t the logits are about the token after place t. The curve
shows what you log.
"""

import torch
import torch.nn.functional as F
from torch import nn

from quizapp.demo import Code, Int, Run, Solution, demo

STARTER = '''
import torch
import torch.nn.functional as F


def train(model, rows, eos, log):
    """Train a language model in place.

    model:  model(ids) -> logits (rows, T, vocabulary); its last id, vocabulary - 1, is unused
    rows:   lists of ids of different length; each ends with eos, which stands nowhere else
    eos:    the id of the end token
    log:    log(step, mean nats per token to predict: all tokens of a row but its first)
    """
    pad = eos  # the model has no pad token of its own
    width = max(len(row) for row in rows)
    ids = torch.tensor([row + [pad] * (width - len(row)) for row in rows])
    labels = ids.clone()
    labels[labels == pad] = -100
    optimizer = torch.optim.Adam(model.parameters(), lr=0.05)
    for step in range(80):
        logits = model(ids)
        loss = F.cross_entropy(logits[:, :-1].flatten(0, 1), labels[:, 1:].flatten())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())
'''


def train(model, rows, eos, log):
    """Train a language model in place: padding is known by its place, not by its id."""
    width = max(len(row) for row in rows)
    ids = torch.tensor([row + [eos] * (width - len(row)) for row in rows])
    labels = torch.tensor([row + [-100] * (width - len(row)) for row in rows])
    optimizer = torch.optim.Adam(model.parameters(), lr=0.05)
    for step in range(80):
        logits = model(ids)
        loss = F.cross_entropy(logits[:, :-1].flatten(0, 1), labels[:, 1:].flatten())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())


class TinyModel(nn.Module):
    """Reads a token and the one before it, and gives the logits of the next."""

    def __init__(self, vocabulary: int) -> None:
        super().__init__()
        self.here, self.before = nn.Embedding(vocabulary, 24), nn.Embedding(vocabulary, 24)
        self.out = nn.Linear(24, vocabulary)
        nn.init.normal_(self.out.weight, std=0.5)

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        before = torch.cat([ids[:, :1], ids[:, :-1]], dim=1)  # (rows, T)
        return self.out(self.here(ids) + 0.2 * self.before(before))


@torch.no_grad()
def generate(model: nn.Module, start: list[int], eos: int, most: int) -> list[int]:
    """Return what greedy decoding adds, up to the end token or `most` tokens."""
    ids = list(start)
    while len(ids) - len(start) < most:
        ids.append(int(model(torch.tensor([ids]))[0, -1].argmax()))
        if ids[-1] == eos:
            break
    return ids[len(start) :]


@torch.no_grad()
def mean_nats(model: nn.Module, rows: list[list[int]], eos: int, counted: str) -> float:
    """Return the mean nats of the tokens that are counted: all, real ones, or words alone."""
    width = max(map(len, rows))
    ids = torch.tensor([row + [eos] * (width - len(row)) for row in rows])
    log_p = model(ids).log_softmax(-1)[:, :-1]
    nats = -log_p.gather(-1, ids[:, 1:, None])[..., 0]  # (rows, T - 1)
    place = torch.arange(1, width)[None]
    length = torch.tensor([len(row) for row in rows])[:, None]
    kept = {
        "all": place >= 0,
        "real": place < length,
        "words": place < length - 1,
    }[counted].expand_as(nats)
    return float(nats[kept].mean())


def countdowns(top: int, name: torch.Tensor, eos: int) -> list[list[int]]:
    """Return rows that count down from 2 to `top`; `name` gives each number its id."""
    draws = torch.cat([torch.arange(2, top + 1), torch.randint(2, top + 1, (24,))])
    return [[int(name[n]) for n in range(k, 0, -1)] + [eos] for k in draws.tolist()]


@demo(
    topic="repair-data",
    claims={
        "stops": "From every start, generation ends with the end token after the last word",
        "words-are-right": "From every start the words before it are right",
        "real-tokens-count": "The first logged loss is the mean over all real tokens, the end "
        "token once a row and padding never",
    },
    measures={"stopped": "Share of starts from which generation ends in time"},
    budget_s=1,
)
def main(
    run: Run,
    solution: Solution = Code(entry="train", starter=STARTER),
    seed: int = Int(0, 0, 999),
) -> None:
    torch.manual_seed(seed)
    top = 8 + seed % 5
    vocabulary = top + 4
    ids = torch.randperm(vocabulary - 1)  # the last id is unused
    eos, name = int(ids[-1]), ids
    rows = countdowns(top, name, eos)
    model = TinyModel(vocabulary)
    truth = mean_nats(model, rows, eos, "real")
    mistakes = {
        "is the end token left out?": mean_nats(model, rows, eos, "words"),
        "is padding counted?": mean_nats(model, rows, eos, "all"),
    }
    run.axes(x="step", y="loss (nats per token)")
    run.progress(80)
    logged: list[float] = []

    def log(step: int, value: float) -> None:
        run.step()
        logged.append(float(value))
        run.point(step, yours=logged[-1])

    starts = range(2, top + 1)
    said: dict[int, list[int]] = {}
    with run.judge("stops") as judge:
        with judge.unchanged(rows=rows):
            solution(model, rows, eos, log)
        said = {k: generate(model, [int(name[k])], eos, 3 * top) for k in starts}
        ended = [k for k in starts if said[k][-1] == eos and len(said[k]) == k]
        run.measure(stopped=len(ended) / len(starts))
        shown = {int(name[n]): str(n) for n in range(1, top + 1)} | {eos: "<end>"}
        run.sample(f"From {top}", " ".join(shown.get(one, "?") for one in said[top][: 2 * top + 2]))
        late = sum(len(said[k]) > k for k in starts)
        judge.that(
            len(ended) == len(starts),
            f"{len(ended)} of {len(starts)} answers end where they should; {late} run on and "
            f"{len(starts) - len(ended) - late} end too early",
        )

    with run.judge("words-are-right") as judge:
        judge.that(said, "the training did not end")
        wanted = {k: [int(name[n]) for n in range(k - 1, 0, -1)] for k in starts}
        wrong = [k for k in starts if said[k][: k - 1] != wanted[k]]
        judge.that(not wrong, f"from {len(wrong)} of {len(starts)} starts a word is wrong")

    with run.judge("real-tokens-count") as judge:
        judge.that(logged, "nothing was logged: the loss of each step is to be seen")
        judge.equal(logged[0], truth, by="the real tokens", within=1e-4, mistakes=mistakes)
