"""Likelihood scoring prefers short answers.

**Question.** A model rates two equally good answers by log-probability. Does the longer one win?

**Idea.** The log-probability of a text is a *sum* over its tokens, and every term is negative:

    log P(y) = Σᵢ log p(yᵢ | y before i)

Each further token costs something, so the longer text loses even if each of its tokens is as
likely. Dividing by the number of tokens, or by bytes, removes the effect on average.

**Watch** two experiments, by sum and by mean. First, one true sentence against `long` sentences
from the same source, after the same context; neither is better. Second, one **false** sentence
against `long` true ones: a fair score picks the truth. In the scatter sums fall with length.

**Try** `long=1`: equal lengths, the sum is fair and the first claim fails. `long=2`: one sentence
more costs about as much as the lie.

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


def log_probabilities(model, tokenizer, pairs, device):
    """Return the log-probability of each continuation, and its number of tokens, both (pairs,)."""
    rows = tinyworld.batch(tokenizer, [context + text for context, text in pairs], device)
    labels = rows.pop("labels")[:, 1:]  # (pairs, T - 1)
    with torch.no_grad():
        log_p = model(**rows).logits[:, :-1].float().log_softmax(-1)  # (pairs, T - 1, vocabulary)
    kept = labels != -100
    if tokenizer.eos_token_id is not None:
        kept &= labels != tokenizer.eos_token_id
    first = tokenizer.bos_token_id is None  # then the first token is not predicted
    for row, (context, _) in enumerate(pairs):
        asked = len(tokenizer(context, add_special_tokens=False)["input_ids"])
        kept[row, : asked - first] = False
    of_label = log_p.gather(-1, labels.clamp_min(0)[..., None])[..., 0]  # (pairs, T - 1)
    return (of_label * kept).sum(1).cpu(), kept.sum(1).cpu()


def continuations(count: int, sentences: int, seed: int) -> list[tuple[str, str]]:
    """Return (context, continuation): one sentence, and the next `sentences` after it."""
    found = []
    for text in tinyworld.documents("general", count, seed):
        parts = text.rstrip(".").split(". ")
        found.append((f"{parts[0]}.", "".join(f" {part}." for part in parts[1 : 1 + sentences])))
    return found


def false_sentence(draw: random.Random) -> str:
    """Return a sentence that gives a thing a colour that it does not have."""
    thing = draw.choice(world.THINGS)
    wrong = draw.choice([c for c in world.COLOURS if c != world.COLOUR_OF[thing]])
    return f" The {thing} is {wrong}."


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
        "short_by_mean": "Share of pairs won by the shorter of two equally good texts, by mean per "
        "token",
        "lie_by_sum": "Share of pairs won by the short false text, by sum",
        "lie_by_mean": "Share of pairs won by the short false text, by mean per token",
        "lie_by_character": "Share of pairs won by the short false text, by mean per character",
        "sentence_cost": "Mean log-probability of one true sentence, in nats",
        "lie_cost": "Mean log-probability of one false sentence, in nats",
        "winner": "Which text wins by sum in most pairs",
    },
    predict=Predict(
        "One false sentence against several true ones. Which wins more often by sum?",
        options=("the false one", "the true ones"),
        measure="winner",
        bundled=True,
    ),
    budget_s=5,
    token_passes=39_000,
    bundled_claims=("mean-is-level", "sum-prefers-the-lie", "mean-prefers-the-truth"),
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
    contexts = [context for context, _ in short]
    others = [text for _, text in continuations(pairs, long, 2000 + seed)]
    longer = list(zip(contexts, others, strict=True))
    false = [(context, false_sentence(draw)) for context in contexts]

    run.axes(title="Pairs arrive", x="pairs", y="share won by the short text")
    run.reference("fair", 0.5)
    none = torch.zeros(0)
    total = {"true": none, "long": none, "lie": none}  # log-probability, (pairs seen,)
    tokens = {"true": none, "long": none, "lie": none}  # (pairs seen,)
    for step in run.steps(-(-pairs // 32)):
        part = slice(32 * step, 32 * step + 32)
        for name, texts in {"true": short, "long": longer, "lie": false}.items():
            score, count = log_probabilities(lm, tokenizer, texts[part], run.device)
            total[name] = torch.cat([total[name], score])
            tokens[name] = torch.cat([tokens[name], count])
        mean = {name: total[name] / tokens[name] for name in total}  # per token
        won = {
            "true by sum": (total["true"] > total["long"]).float().mean().item(),
            "true by mean": (mean["true"] > mean["long"]).float().mean().item(),
            "lie by sum": (total["lie"] > total["long"]).float().mean().item(),
            "lie by mean": (mean["lie"] > mean["long"]).float().mean().item(),
        }
        run.line_points(len(total["true"]), won)
    run.axes(chart="length", title="Each text", x="tokens", y="log-probability (nats)")
    for name in total:
        run.scatter(name, tokens[name][:200], total[name][:200], chart="length")

    short_by_sum, short_by_mean, lie_by_sum, lie_by_mean = won.values()
    per_character = {
        name: total[name] / torch.tensor([len(text) for _, text in texts])  # (pairs,)
        for name, texts in {"long": longer, "lie": false}.items()
    }
    lies_won = per_character["lie"] > per_character["long"]  # (pairs,)
    winner = "the false one" if lie_by_sum > 0.5 else "the true ones"
    run.measure(short_by_sum=short_by_sum, short_by_mean=short_by_mean)
    run.measure(lie_by_sum=lie_by_sum, lie_by_mean=lie_by_mean, winner=winner)
    run.measure(lie_by_character=lies_won.float().mean())
    run.measure(sentence_cost=total["true"].mean(), lie_cost=total["lie"].mean())
    run.claim("sum-prefers-short", short_by_sum > 0.8, f"{short_by_sum:.0%}")
    run.claim("mean-is-level", 0.3 < short_by_mean < 0.7, f"{short_by_mean:.0%}")
    run.claim("sum-prefers-the-lie", lie_by_sum > 0.5, f"{lie_by_sum:.0%}")
    run.claim("mean-prefers-the-truth", lie_by_mean < 0.1, f"{1 - lie_by_mean:.0%}")
