"""Write perplexity with a sliding window.

**Exercise.** A text is longer than the model's window. The first window begins at token 0, each
next one `stride` tokens later, until one reaches the end of the text. A window scores only the
tokens that no earlier one has scored; the others are its context. The first token of the text has
no context and is not scored. Return

    exp(− mean of log p(token | its context in the window))

over all scored tokens, as a number. The judge asks the model for one token after another.
"""

import math

import tinyworld
import torch
from torch.nn.functional import cross_entropy

from quizapp.demo import Code, Int, Run, Solution, demo

STARTER = '''
import math

import torch


def perplexity(model, tokens, window, stride):
    """Return the perplexity of a text.

    model:  model(ids) takes (length,) token ids, length <= window, and returns (length, vocab)
            logits; row i is about the token that follows ids[i]
    tokens: (length,) tensor of token ids, at least 2
    window: the most tokens that the model takes
    stride: by how many tokens a window begins after the one before; stride < window
    """
    logits = model(tokens[:window])
    return logits.logsumexp(-1).mean().item()
'''


def perplexity(model, tokens, window, stride):
    """Return the perplexity of a text."""
    total, scored = 0.0, 1  # tokens before `scored` are done: the first has no context
    for begin in range(0, len(tokens), stride):
        end = min(begin + window, len(tokens))
        with torch.no_grad():
            log_p = model(tokens[begin:end]).log_softmax(-1)
        # token t is predicted by the row of the token before it
        rows = torch.arange(scored, end) - 1 - begin
        total -= log_p[rows, tokens[scored:end]].sum().item()
        scored = end
        if end == len(tokens):
            break
    return math.exp(total / (len(tokens) - 1))


class Watched:
    """The bundled language model with a window, which keeps a record of its calls."""

    def __init__(self, window: int) -> None:
        self.model, self.tokenizer = tinyworld.load(device="cpu")
        self.window = window
        self.calls: list[tuple[int, bool]] = []  # tokens, and whether a graph was kept

    def __call__(self, ids: torch.Tensor) -> torch.Tensor:
        if ids.ndim != 1:
            raise ValueError(f"model(ids) takes (length,) token ids, not {tuple(ids.shape)}")
        self.calls.append((len(ids), torch.is_grad_enabled()))
        return self.model(ids[None]).logits[0]


@torch.no_grad()
def token_by_token(model: torch.nn.Module, tokens: torch.Tensor, window: int, stride: int) -> float:
    """Return the perplexity with one call of the model per token."""
    losses = []
    for t in range(1, len(tokens)):
        # the first window that reaches token t
        begin = max(0, math.ceil((t + 1 - window) / stride)) * stride
        logits = model(tokens[None, begin:t]).logits[0, -1]
        losses.append(-logits.log_softmax(-1)[tokens[t]].item())
    return math.exp(sum(losses) / len(losses))


@torch.no_grad()
def with_repeats(model: torch.nn.Module, tokens: torch.Tensor, window: int, stride: int) -> float:
    """Return the perplexity if every window scores all its tokens."""
    losses = []
    for begin in range(0, max(len(tokens) - window + stride, 1), stride):
        ids = tokens[begin : begin + window]
        logits = model(ids[None]).logits[0, :-1]
        losses.append(cross_entropy(logits, ids[1:], reduction="none"))
    return math.exp(torch.cat(losses).mean().item())


@demo(
    topic="write-evaluation",
    claims={
        "token-by-token": "Each token but the first counts once, in the first window to reach it",
        "last-window": "A last window with few new tokens scores these only",
        "short-text": "A text that fits into one window is scored in one call",
        "calls": "No call is longer than the window, none without a new token",
        "no-graph": "The model runs without keeping a graph for gradients",
    },
    measures={"error": "Largest difference from one call per token"},
    budget_s=2,
)
def main(
    run: Run,
    solution: Solution = Code(entry="perplexity", starter=STARTER),
    seed: int = Int(0, 0, 999),
) -> None:
    torch.manual_seed(seed)
    window, stride = 9 + seed % 4, 4 + seed % 3
    model = Watched(window)
    text = " ".join(tinyworld.documents("general", 4, seed=seed))
    ids = torch.tensor(model.tokenizer(text)["input_ids"])

    def windows(count: int, new: int, place: int = 0) -> torch.Tensor:
        """Return a text of `count` windows, the last of which has `new` new tokens."""
        return ids[place : place + window + (count - 2) * stride + new]

    def compare(judge, tokens: torch.Tensor, of: str) -> float:
        """Test the learner's perplexity of a text against one call per token."""
        theirs = token_by_token(model.model, tokens, window, stride)
        with judge.unchanged(tokens=tokens):
            yours = solution(model, tokens, window, stride)
        mistakes = {
            "is the exponential missing?": math.log(theirs),
            "is it divided by all tokens, the first one too?": (
                theirs ** ((len(tokens) - 1) / len(tokens))
            ),
            "is the exponential of the sum taken?": theirs ** (len(tokens) - 1),
            "does a token count again in every window that holds it?": (
                with_repeats(model.model, tokens, window, stride)
            ),
        }
        judge.equal(yours, theirs, within=1e-4, by="token by token", of=of, mistakes=mistakes)
        return abs(yours - theirs)

    with run.judge("token-by-token") as judge:
        error = 0.0
        for count in (4, 3):
            tokens = windows(count, stride)
            name = f"{len(tokens)} tokens, window {window}, stride {stride}"
            error = max(error, compare(judge, tokens, name))
        run.measure(error=error)

    with run.judge("last-window") as judge:
        for place in (0, 11, 23, 37):  # a few tokens of context change little at some places
            for new in (1, 2):
                compare(judge, windows(4, new, place), f"{new} new in the last window")

    with run.judge("short-text") as judge:
        for length in (window, window - 3, 2):
            model.calls.clear()
            compare(judge, ids[5 : 5 + length], f"{length} tokens, window {window}")
            calls = len(model.calls)
            judge.that(calls == 1, f"{length} tokens fit into the window, but took {calls} calls")

    with run.judge("calls") as judge:
        for new in (stride, 1):
            tokens = windows(4, new)
            model.calls.clear()
            solution(model, tokens, window, stride)
            longest = max((length for length, _ in model.calls), default=0)
            judge.that(
                longest <= window,
                f"one call has {longest} tokens, the window {window}: it would not fit",
            )
            judge.that(
                len(model.calls) == 4,
                f"{len(tokens)} tokens took {len(model.calls)} calls instead of 4: "
                "does the loop end with the window that reaches the end?",
            )

    with run.judge("no-graph") as judge:
        model.calls.clear()
        solution(model, windows(3, 2), window, stride)
        judge.that(model.calls, "the model was not called")
        judge.that(
            not any(graph for _, graph in model.calls),
            "the model ran with gradients on: an evaluation that keeps a graph runs out of memory",
        )
