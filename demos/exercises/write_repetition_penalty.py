"""Write the repetition penalty.

**Exercise.** Make tokens that already stand in the text less likely. A seen token's logit is
divided by the penalty if it is positive, and multiplied by it if it is negative: a penalty above 1
lowers it either way. A token counts once, however often it stands there. The first `prompt` tokens
of each row are the prompt, and do not count as seen. The judge is transformers.
"""

import torch
from transformers import RepetitionPenaltyLogitsProcessor

from quizapp.demo import Code, Int, Run, Solution, demo

STARTER = '''
import torch


def penalise(ids, logits, penalty, prompt=0):
    """Return the logits with the seen tokens penalised, (batch, vocabulary).

    ids:     (batch, length)      the text so far
    logits:  (batch, vocabulary)  of the next token; one row per text
    penalty: > 0; above 1 makes seen tokens less likely
    prompt:  how many leading ids of each row do not count
    """
    return logits / penalty
'''


def penalise(ids, logits, penalty, prompt=0):
    """Return the logits with the seen tokens penalised, (batch, vocabulary)."""
    seen = torch.zeros_like(logits, dtype=torch.bool)
    seen.scatter_(1, ids[:, prompt:], True)  # setting True twice is setting it once
    lower = torch.where(logits > 0, logits / penalty, logits * penalty)
    return torch.where(seen, lower, logits)


def by_transformers(
    ids: torch.Tensor, logits: torch.Tensor, penalty: float, prompt: int = 0
) -> torch.Tensor:
    """Return what transformers makes of the logits."""
    return RepetitionPenaltyLogitsProcessor(penalty, prompt)(ids, logits)


@demo(
    topic="write-alignment",
    claims={
        "lowers-both-signs": "A penalty above 1 lowers positive and negative logits of seen "
        "tokens; one below 1 raises them",
        "once-per-token": "A token that was seen three times is penalised once",
        "own-row": "Each row is penalised for its own text alone",
        "prompt-ignored": "Tokens seen only in the prompt keep their logit, also when nothing "
        "follows the prompt",
        "forbidden-stays": "A logit of −∞ stays −∞, and one of 0 stays 0",
        "equals-transformers": "Your logits equal those of transformers, and your arguments keep "
        "their values",
    },
    measures={"error": "Largest difference from the logits of transformers"},
    budget_s=1,
)
def main(
    run: Run,
    solution: Solution = Code(entry="penalise", starter=STARTER),
    seed: int = Int(0, 0, 999),
) -> None:
    torch.manual_seed(seed)
    batch, length, vocabulary = 2 + seed % 3, 7 + seed % 4, 15 + seed % 6
    penalty = 1.3 + 0.1 * (seed % 7)

    with run.judge("lowers-both-signs") as judge:
        for factor, way in ((1.5, "less"), (0.5, "more")):
            logits = torch.tensor([[2.0, -2.0, 1.0, -1.0]])
            yours = solution(torch.tensor([[0, 1]]), logits, factor)
            for token in (0, 1):
                before, after = (2.0, -2.0)[token], yours[0, token].item()
                moved = after < before if way == "less" else after > before
                judge.that(
                    moved,
                    f"penalty {factor}: the logit {before:g} of a seen token became {after:.3g}; "
                    f"the token should become {way} likely",
                )
            judge.that(
                yours[0, 2:].tolist() == [1.0, -1.0],
                f"penalty {factor}: the logits 1 and -1 of tokens that were never seen became "
                f"{yours[0, 2]:.3g} and {yours[0, 3]:.3g}",
            )

    with run.judge("once-per-token") as judge:
        ids = torch.tensor([[3, 3, 5, 3, 6, 5]])
        logits = torch.randn(1, vocabulary)
        theirs = by_transformers(ids, logits, penalty)
        yours = solution(ids, logits, penalty)
        often = logits.clone()
        for token in ids[0].tolist():
            old = often[0, token]
            often[0, token] = old / penalty if old > 0 else old * penalty
        mistakes = {"does each occurrence count?": often}
        judge.equal(yours, theirs, by="transformers", mistakes=mistakes)

    with run.judge("own-row") as judge:
        half = vocabulary // 2
        ids = torch.stack([torch.randint(half, (5,)), torch.randint(half, vocabulary, (5,))])
        logits = torch.randn(2, vocabulary)
        theirs = by_transformers(ids, logits, penalty)
        yours = solution(ids, logits.clone(), penalty)
        both = torch.cat([ids, ids.flip(0)], 1)
        mistakes = {
            "does a row pay for the tokens of another?": by_transformers(both, logits, penalty)
        }
        judge.equal(yours, theirs, by="transformers", mistakes=mistakes)
        judge.equal(
            solution(ids[:1], logits[:1], penalty), theirs[:1], by="transformers", of="one row"
        )

    with run.judge("prompt-ignored") as judge:
        ids = torch.randint(vocabulary, (batch, length))
        ids[:, 4] = ids[:, 0]  # stands in the prompt and after it
        logits = torch.randn(batch, vocabulary)
        for prompt in (3, length - 1, length):
            theirs = by_transformers(ids, logits, penalty, prompt)
            yours = solution(ids, logits, penalty, prompt)
            mistakes = {
                "does the prompt count?": by_transformers(ids, logits, penalty),
                "is the prompt penalised instead of the answer?": by_transformers(
                    ids[:, :prompt], logits, penalty
                ),
                "one token too many?": by_transformers(ids, logits, penalty, prompt - 1),
            }
            of = f"a prompt of {prompt} of {length} tokens"
            judge.equal(yours, theirs, by="transformers", of=of, mistakes=mistakes)

    with run.judge("forbidden-stays") as judge:
        ids = torch.tensor([[0, 1, 2, 3]])
        logits = torch.tensor([[-torch.inf, 0.0, -1.0, 1.0, -torch.inf, 0.5]])
        for factor in (1.5, 0.5):
            theirs = by_transformers(ids, logits, factor)
            of = f"logits −∞, 0, −1, 1, −∞, 0.5; the first four seen; penalty {factor}"
            judge.equal(solution(ids, logits, factor), theirs, by="transformers", of=of)

    with run.judge("equals-transformers") as judge:
        for _ in range(2):
            ids = torch.randint(vocabulary, (batch, length))
            logits = 2 * torch.randn(batch, vocabulary)
            theirs = by_transformers(ids, logits, penalty)
            with judge.unchanged(ids=ids, logits=logits):
                yours = solution(ids, logits, penalty)
            seen = torch.zeros_like(logits, dtype=torch.bool).scatter(1, ids, True)
            mistakes = {
                "are negative logits divided, too? Do they go down?": torch.where(
                    seen, logits / penalty, logits
                ),
                "is every token penalised, seen or not?": torch.where(
                    logits > 0, logits / penalty, logits * penalty
                ),
                "is the penalty subtracted?": torch.where(seen, logits - penalty, logits),
            }
            judge.equal(yours, theirs, by="transformers", mistakes=mistakes)
            run.measure(error=(yours - theirs).abs().max())
