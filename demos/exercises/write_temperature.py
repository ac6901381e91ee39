"""Write temperature.

**Exercise.** Turn the logits of the next token into probabilities at a temperature:

    p = softmax(z / T)

T = 0 is greedy decoding: the largest logit gets probability 1, and of several equal ones the first.
A logit of −∞ is a forbidden token. The judge is the temperature of transformers.
"""

import torch
from transformers import TemperatureLogitsWarper

from quizapp.demo import Code, Int, Run, Solution, demo

STARTER = '''
import torch


def probabilities(logits, temperature):
    """Return the probabilities of the next token, (..., vocabulary).

    logits:      (..., vocabulary)  any number of leading dimensions; -inf forbids a token
    temperature: a number >= 0; 0 means greedy
    """
    return torch.softmax(logits, dim=-1)
'''


def probabilities(logits, temperature):
    """Return the probabilities of the next token, (..., vocabulary)."""
    if temperature == 0:  # the limit of small T; the division has none
        return torch.zeros_like(logits).scatter(-1, logits.argmax(-1, keepdim=True), 1.0)
    return torch.softmax(logits / temperature, dim=-1)


def theirs_at(logits: torch.Tensor, temperature: float) -> torch.Tensor:
    """Return the probabilities that transformers samples from; its warper ignores the ids."""
    return TemperatureLogitsWarper(temperature)(None, logits).softmax(-1)


@demo(
    topic="write-alignment",
    claims={
        "equals-transformers": "Your probabilities equal those of transformers, at temperatures on "
        "both sides of 1",
        "any-leading-shape": "One row, a batch, and batch × sequence are normalised over the "
        "vocabulary",
        "zero-is-greedy": "At T = 0 the largest logit gets probability 1, the first of equal ones",
        "forbidden-stays": "A logit of −∞ has probability 0 at every temperature, 0 included",
        "large-logits": "Logits in the hundreds and a temperature of 0.01 give no NaN",
    },
    measures={"error": "Largest difference from the probabilities of transformers"},
    budget_s=1,
)
def main(
    run: Run,
    solution: Solution = Code(entry="probabilities", starter=STARTER),
    seed: int = Int(0, 0, 999),
) -> None:
    torch.manual_seed(seed)
    rows, vocabulary = 3 + seed % 4, 8 + seed % 5
    logits = 3 * torch.randn(rows, vocabulary)

    with run.judge("equals-transformers") as judge:
        for temperature in (0.3 + 0.05 * (seed % 5), 1.7, 4.0):
            theirs = theirs_at(logits, temperature)
            with judge.unchanged(logits=logits):
                yours = solution(logits, temperature)
            mistakes = {
                "is the temperature left out?": logits.softmax(-1),
                "is it multiplied where it should divide?": (logits * temperature).softmax(-1),
                "are these logits, not probabilities?": logits / temperature,
                "is the temperature applied after the softmax?": logits.softmax(-1) / temperature,
            }
            of = f"T = {temperature:g}"
            judge.equal(yours, theirs, by="transformers", of=of, mistakes=mistakes)
            run.measure(error=(yours - theirs).abs().max())
        run.bars("yours", {str(i): p for i, p in enumerate(yours[0].tolist())})
        run.bars("transformers", {str(i): p for i, p in enumerate(theirs[0].tolist())})

    with run.judge("any-leading-shape") as judge:
        for shape in ((vocabulary,), (1, vocabulary), (2, 3, vocabulary), (2, 1, 4, vocabulary)):
            logits = torch.randn(shape)
            theirs = theirs_at(logits, 0.6)
            judge.equal(solution(logits, 0.6), theirs, by="transformers", of=f"logits {shape}")
            yours = solution(logits, 0)
            judge.that(yours is not None, "at T = 0 your function returned None")
            judge.that(
                tuple(yours.shape) == shape,
                f"at T = 0 logits {shape} gave {tuple(yours.shape)}: probabilities are wanted",
            )

    with run.judge("zero-is-greedy") as judge:
        logits = torch.randn(rows, vocabulary)
        logits[0, 2] = logits[0, 5] = logits[0].max() + 1  # a tie
        logits[1] -= 20  # all negative
        first = torch.zeros_like(logits)
        for row in range(rows):
            largest = max(logits[row].tolist())
            first[row, logits[row].tolist().index(largest)] = 1.0
        shared = (logits == logits.max(-1, keepdim=True).values).float()
        mistakes = {
            "does a tie give both tokens a share?": shared / shared.sum(-1, keepdim=True),
            "do both tokens of a tie get 1?": shared,
            "is T = 0 treated as T = 1?": logits.softmax(-1),
        }
        for zero in (0, 0.0):
            yours = solution(logits, zero)
            judge.equal(yours, first, by="greedy decoding", of="T = 0", mistakes=mistakes)

    with run.judge("forbidden-stays") as judge:
        logits = torch.randn(rows, vocabulary) - 5
        barred = torch.rand(rows, vocabulary) < 0.4
        barred[:, 1], barred[:, 3] = True, False
        barred[0] = True
        barred[0, 3] = False  # one token is left
        logits[barred] = -torch.inf
        for temperature in (0.5, 1.5, 0):
            yours = solution(logits, temperature)
            judge.that(
                not yours.isnan().any(),
                f"T = {temperature}: a NaN; what does your arithmetic do with −∞?",
            )
            mass = yours[barred].abs().max().item()
            judge.that(
                mass == 0, f"T = {temperature}: a forbidden token has probability {mass:.3g}"
            )
            if temperature:
                theirs = theirs_at(logits, temperature)
                judge.equal(yours, theirs, by="transformers", of=f"T = {temperature}")

    with run.judge("large-logits") as judge:
        for temperature, size in ((0.01, 10), (1.0, 400)):
            logits = size * torch.randn(rows, vocabulary)
            yours, theirs = solution(logits, temperature), theirs_at(logits, temperature)
            of = f"T = {temperature}, logits up to {logits.max():.0f}"
            judge.equal(yours, theirs, by="transformers", of=of)
