"""Likelihood scoring prefers short answers.

**Question.** A model rates two answers by their log-probability. Both are equally good, one is
longer. Which one wins?

**Idea.** The log-probability of a text is a *sum* over its tokens, and every term is negative:

    log P(y) = Σᵢ log p(yᵢ | y before i)

Each further token costs something, so the longer text loses even if each of its tokens is as
likely. Dividing by the number of tokens, or by bytes, removes the effect on average.

**Two experiments.** After the same context, first: one true sentence against `long` sentences from
the same source; neither is better. Second: one **false** sentence against `long` true ones. A fair
score picks the truth.

**What to watch.** The running share of pairs won by the short text, by sum and by mean. In the
scatter the sums fall along a line with length.

**What to try.** `long=1`: equal lengths, the sum is fair and the first claim fails. `long=2`: one
sentence more costs about as much as the lie.

**What it means for you.** Multiple choice by likelihood needs a rule for options of different
length. lm-evaluation-harness reports `acc` (sum) and `acc_norm` (per character, independent of the
tokenizer); they can rank models differently. The mean has a bias of its own: in a long text it
dilutes one fatal token. LLM judges tend the other way and like long answers (Dubois et al. 2024,
arXiv 2404.04475, control for it).

**Scale.** The sign holds for any language model, since log p ≤ 0; the sizes are this model's. With
another `model` the second experiment is not tested: the facts are invented.
"""

import random

import tinyworld
import torch
from tinyworld import world

from quizapp.demo import Int, Model, Predict, Run, demo


def continuations(count: int, sentences: int, seed: int) -> list[tuple[str, str]]:
    """Return (context, continuation): one sentence, and the next `sentences` after it."""
    split = [text.rstrip(".").split(". ") for text in tinyworld.documents("general", count, seed)]
    return [(f"{s[0]}.", "".join(f" {part}." for part in s[1 : 1 + sentences])) for s in split]


def log_probabilities(model, tokenizer, pairs, device):
    """Return the log-probability of each continuation, and its number of tokens, both (pairs,)."""
    rows = tinyworld.batch(tokenizer, [context + text for context, text in pairs], device)
    labels = rows.pop("labels")[:, 1:]  # (pairs, T - 1)
    with torch.no_grad():
        log_p = model(**rows).logits[:, :-1].float().log_softmax(-1)  # (pairs, T - 1, vocabulary)
    kept = (labels != -100) & (labels != tokenizer.eos_token_id)
    first = tokenizer.bos_token_id is None  # then the first token is not predicted
    for row, (context, _) in enumerate(pairs):
        kept[row, : len(tokenizer(context, add_special_tokens=False)["input_ids"]) - first] = False
    picked = log_p.gather(-1, labels.clamp_min(0)[..., None])[..., 0]  # (pairs, T - 1)
    return (picked * kept).sum(1).cpu(), kept.sum(1).cpu()


@demo(
    topic="llm-evaluation",
    claims={
        "sum-prefers-short": "By summed log-probability the shorter of two equally good texts wins "
        "over 80 % of the pairs",
        "mean-is-level": "By the mean per token it wins between 30 % and 70 %",
        "sum-prefers-the-lie": "By sum a short false text beats a long true one in over half of "
        "the pairs",
        "mean-prefers-the-truth": "By mean the true text wins in over 90 % of the pairs",
    },
    measures={
        "short_by_sum": "Share of pairs won by the shorter of two equally good texts, by sum",
        "short_by_mean": "The same share by mean per token",
        "lie_by_sum": "Share of pairs won by the short false text, by sum",
        "lie_by_mean": "The same share by mean per token",
        "sentence_cost": "Mean log-probability of one true sentence, in nats",
        "lie_cost": "Mean log-probability of one false sentence, in nats",
        "winner": "Which text wins by sum in most pairs",
    },
    predict=Predict(
        "One false sentence against several true ones. Which wins more often by summed "
        "log-probability?",
        options=("the false one", "the true ones"),
        measure="winner",
    ),
    budget_s=5,
)
def main(
    run: Run,
    long: int = Int(3, 1, 3, help="sentences of the longer text"),
    pairs: int = Int(480, 64, 1000, log=True),
    model: str = Model(),
    seed: int = Int(0, 0, 999),
) -> None:
    draw = random.Random(seed)
    lm, tokenizer = tinyworld.load(model, run.device)
    short = continuations(pairs, 1, 1000 + seed)
    longer = [
        (context, text)
        for (context, _), (_, text) in zip(
            short, continuations(pairs, long, 2000 + seed), strict=True
        )
    ]
    false = []
    for context, _ in short:
        thing = draw.choice(world.THINGS)
        wrong = draw.choice([c for c in world.COLOURS if c != world.COLOUR_OF[thing]])
        false.append((context, f" The {thing} is {wrong}."))

    run.axes(title="Pairs arrive", x="pairs", y="share won by the short text")
    run.reference("fair", 0.5)
    scored = {"true": [], "long": [], "lie": []}
    for step in run.steps(-(-pairs // 32)):
        part = slice(32 * step, 32 * step + 32)
        for name, texts in (("true", short), ("long", longer), ("lie", false)):
            scored[name].append(log_probabilities(lm, tokenizer, texts[part], run.device))
        total = {n: torch.cat([s for s, _ in parts]) for n, parts in scored.items()}  # (seen,)
        mean = {n: torch.cat([s / k for s, k in parts]) for n, parts in scored.items()}
        won = {
            f"{name} by {rule}": (score[name] > score["long"]).float().mean().item()
            for name in ("true", "lie")
            for rule, score in (("sum", total), ("mean", mean))
        }
        run.line_points(len(total["true"]), won)
    run.axes(chart="length", title="Each text", x="tokens", y="log-probability (nats)")
    for name, parts in scored.items():
        run.scatter(name, torch.cat([k for _, k in parts])[:200], total[name][:200], chart="length")

    run.measure("short_by_sum", won["true by sum"])
    run.measure("short_by_mean", won["true by mean"])
    run.measure("lie_by_sum", won["lie by sum"])
    run.measure("lie_by_mean", won["lie by mean"])
    run.measure("sentence_cost", total["true"].mean())
    run.measure("lie_cost", total["lie"].mean())
    run.measure("winner", "the false one" if won["lie by sum"] > 0.5 else "the true ones")
    known = model == "tinyworld"  # another model has not read which colour a thing has
    run.claim("sum-prefers-short", won["true by sum"] > 0.8, f"{won['true by sum']:.0%}")
    run.claim("mean-is-level", 0.3 < won["true by mean"] < 0.7, f"{won['true by mean']:.0%}")
    run.claim(
        "sum-prefers-the-lie",
        won["lie by sum"] > 0.5 if known else None,
        f"{won['lie by sum']:.0%}",
    )
    run.claim(
        "mean-prefers-the-truth",
        won["lie by mean"] < 0.1 if known else None,
        f"{1 - won['lie by mean']:.0%}",
    )
