"""Embeddings instead of n-grams: does the score see a reversed meaning?

**Question.** BLEU punishes other words for the same thing and hardly notices one reversed word.
BERTScore compares hidden states instead of words. Does it put the paraphrase first?

**Idea.** Each token becomes a vector, in context. Every token of one text is matched with the most
similar token of the other (Zhang et al., arXiv 1904.09675, section 3):

    R = mean over reference tokens of max cos    P = mean over candidate tokens    F = 2·P·R/(P + R)

Alike means: what the model treats alike. *No security* and *full security* stand in the same places
of the same sentences, so their vectors are close, and one token among twenty hardly moves a mean.

**Watch** three candidates for each sentence about a loan: the same facts in another order and form,
the sentence with one fact reversed, and a sentence about something else. The lower bars count how
often a score puts the paraphrase above the reversal, as a score of meaning always would.

**Try** `reversed_facts=4`: all four facts are turned around before the paraphrase is preferred, and
two claims fail. `layer=0`: vectors of words without their context.

**At real scale.** The bundled model is tiny and reads from left to right; the recipe is BERTScore's
without its weights and rescaling. Hanna and Bojar (WMT 2021) find that BERTScore sees wrong content
words and is less sensitive to small errors in texts that look alike; Anschütz et al.
(arXiv 2307.13989) find learned scores insensitive to negation and tune one that is not.
"""

import random
from statistics import mean

import tinyworld
import torch
from sacrebleu import sentence_bleu
from tinyworld import world

from quizapp.demo import Int, Predict, Run, demo


def bert_score(reference: torch.Tensor, candidate: torch.Tensor) -> float:
    """Return F of two texts, given as hidden states (tokens, width), by greedy matching."""
    a, b = (x / x.norm(dim=1, keepdim=True) for x in (reference, candidate))
    cosines = a @ b.T  # (reference tokens, candidate tokens)
    recall, precision = cosines.max(1).values.mean(), cosines.max(0).values.mean()
    return (2 * precision * recall / (precision + recall)).item()


def sentence(loan: world.Loan, grade: str) -> str:
    """Return a loan and its grade in the words of the bank."""
    return f"A {world.describe(loan)} gets grade {grade}."


def paraphrase(loan: world.Loan, grade: str, draw: random.Random) -> str:
    """Return the same as question and answer, with the facts in another order."""
    purpose, income, history, term, security = loan
    facts = [f"{income} income", f"{history} history", f"{term} term", f"{security} security"]
    shuffled = facts
    while shuffled == facts:
        shuffled = draw.sample(facts, 4)
    first, second, third, last = shuffled
    return (
        f"Which grade gets a loan for a {purpose} with {first}, {second}, {third} and {last}? "
        f"Grade {grade}."
    )


OPPOSITE = {"no": "full", "full": "no", "short": "long", "long": "short"}
OPPOSITE |= {"late": "clean", "clean": "late", "low": "high", "high": "low"}


def reverse(loan: world.Loan, grade: str, count: int) -> str:
    """Return the sentence with `count` facts turned into their opposites, from the last on."""
    purpose, *facts = loan
    kept = len(facts) - count
    turned = [OPPOSITE.get(fact, fact) for fact in facts[kept:]]
    income, history, term, security = (*facts[:kept], *turned)
    return sentence((purpose, income, history, term, security), grade)


@demo(
    topic="llm-evaluation",
    claims={
        "bleu-prefers-the-reversal": "BLEU puts the reversal above the paraphrase in 90 % or more",
        "embeddings-narrow-the-gap": "The embedding score takes less than a third as much off the "
        "paraphrase as BLEU does",
        "paraphrase-loses": "The embedding score, too, puts the reversal first in 70 % or more",
        "sees-other-topics": "It puts a sentence about something else last in 95 % or more",
    },
    measures={
        "bleu_paraphrase": "mean BLEU of the paraphrase, 0 to 1",
        "bleu_reversal": "mean BLEU of the reversal, 0 to 1",
        "f_paraphrase": "mean embedding score of the paraphrase",
        "f_reversal": "mean embedding score of the reversal",
        "f_other": "mean embedding score of a sentence about something else",
        "bleu_right": "share in which BLEU puts the paraphrase above the reversal",
        "f_right": "share in which the embedding score does",
        "f_winner": "which candidate the embedding score mostly puts first",
    },
    predict=Predict(
        "The score compares hidden states. Which candidate does it mostly put first?",
        options=("paraphrase", "reversal", "something else"),
        measure="f_winner",
    ),
    budget_s=3,
)
def main(
    run: Run,
    reversed_facts: int = Int(1, 1, 4, help="facts that are turned into their opposites"),
    layer: int = Int(2, 0, 2, help="hidden states after so many layers; 0: embeddings"),
    sentences: int = Int(60, 10, 200),
    seed: int = Int(0, 0, 999),
) -> None:
    draw = random.Random(seed)
    model, tokenizer = tinyworld.load(device=run.device)

    def states(text):
        """Return the hidden states of a text, without the frame around it, (tokens, width)."""
        rows = tinyworld.batch(tokenizer, [text], run.device)
        with torch.no_grad():
            hidden = model(rows["input_ids"], output_hidden_states=True).hidden_states[layer]
        return hidden[0, 1:-1]

    run.axes(title="Mean score", x="candidate", y="score (0 to 1)")
    bleus = {"paraphrase": [], "reversal": [], "something else": []}  # one of each sentence
    scores = {name: [] for name in bleus}
    for _ in run.steps(sentences):
        loan = draw.choice(world.LOANS)
        grade = world.grade(loan, "old")  # the guideline that the model has read
        reference = sentence(loan, grade)
        candidates = {
            "paraphrase": paraphrase(loan, grade, draw),
            "reversal": reverse(loan, grade, reversed_facts),
            "something else": tinyworld.documents("general", 1, draw.randrange(10**6))[0],
        }
        aim = states(reference)
        for name, candidate in candidates.items():
            bleus[name].append(sentence_bleu(candidate, [reference]).score / 100)
            scores[name].append(bert_score(aim, states(candidate)))
        run.bars("BLEU", {name: mean(values) for name, values in bleus.items()})
        run.bars("embeddings", {name: mean(values) for name, values in scores.items()})
    for name, candidate in {"reference": reference, **candidates}.items():
        run.sample(name, candidate)

    def first(found):
        """Return how often each candidate has the highest score, as shares."""
        rows = list(zip(*found.values(), strict=True))
        return {name: mean(row[i] == max(row) for row in rows) for i, name in enumerate(found)}

    wins, bleu_wins = first(scores), first(bleus)
    run.bars("BLEU", bleu_wins, chart="first")
    run.bars("embeddings", wins, chart="first")
    pairs = zip(scores["paraphrase"], scores["reversal"], scores["something else"], strict=True)
    last = mean(other < min(same, wrong) for same, wrong, other in pairs)
    lost = 1 - mean(scores["paraphrase"])
    bleu_lost = 1 - mean(bleus["paraphrase"])

    run.measure(bleu_paraphrase=mean(bleus["paraphrase"]), bleu_reversal=mean(bleus["reversal"]))
    run.measure(f_paraphrase=mean(scores["paraphrase"]), f_reversal=mean(scores["reversal"]))
    run.measure(f_other=mean(scores["something else"]), bleu_right=bleu_wins["paraphrase"])
    run.measure(f_right=wins["paraphrase"], f_winner=max(wins, key=lambda name: wins[name]))
    reversed_first = bleu_wins["reversal"]
    run.claim("bleu-prefers-the-reversal", reversed_first >= 0.9, f"{reversed_first:.0%}")
    run.claim("embeddings-narrow-the-gap", lost < bleu_lost / 3, f"{bleu_lost:.2f} to {lost:.2f}")
    run.claim("paraphrase-loses", wins["reversal"] >= 0.7, f"{wins['reversal']:.0%}")
    run.claim("sees-other-topics", last >= 0.95, f"{last:.0%}")
