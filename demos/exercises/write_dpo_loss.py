"""Write the DPO loss.

**Exercise.** A batch holds pairs: its first half the chosen answers, its second half the rejected,
each after its prompt. From the logits of policy and reference compute

    loss = −log σ( β·[ (log π(c) − log π_ref(c)) − (log π(r) − log π_ref(r)) ] )

as a mean over the pairs. log π(c) is the sum over the tokens of the answer. Logits at a position
predict the *next* token. Padding may stand on either side. The judge sums log-probabilities of
torch.distributions token by token; a test of this app holds the reference solution against trl.
"""

import torch
import torch.nn.functional as F

from quizapp.demo import Code, Int, Run, Solution, demo
from quizapp.demo.judging import operations

STARTER = '''
import torch
import torch.nn.functional as F


def dpo_loss(policy, reference, ids, mask, beta):
    """Return the mean DPO loss of the pairs, a scalar.

    policy:    (2·pairs, length, vocabulary)  logits; row i is chosen, row pairs + i rejected
    reference: (2·pairs, length, vocabulary)  logits of the frozen model
    ids:       (2·pairs, length)              the tokens
    mask:      (2·pairs, length)              1 at tokens of the answer; 0 at prompt and padding
    beta:      how hard the policy is held to the reference
    """
    return policy.mean() - reference.mean()
'''


def answer_log_p(logits, ids, mask):
    """Return the log-probability of each answer, (rows,)."""
    log_p = logits[:, :-1].log_softmax(-1)  # (rows, length - 1, vocabulary)
    of_next = log_p.gather(-1, ids[:, 1:, None])[..., 0]  # (rows, length - 1)
    return (of_next * mask[:, 1:]).sum(1)  # the mask of the token that is predicted


def dpo_loss(policy, reference, ids, mask, beta):
    """Return the mean DPO loss of the pairs, a scalar."""
    with torch.no_grad():
        before = answer_log_p(reference, ids, mask)
    chosen, rejected = (answer_log_p(policy, ids, mask) - before).chunk(2)
    return -F.logsigmoid(beta * (chosen - rejected)).mean()


def brute_force(
    policy: torch.Tensor, reference: torch.Tensor, ids: torch.Tensor, mask: torch.Tensor
) -> torch.Tensor:
    """Return log π − log π_ref of each answer, (rows,), one token at a time."""
    rows = []
    for row in range(len(ids)):
        total = policy.new_zeros(())
        for place in range(1, ids.shape[1]):
            if mask[row, place]:
                for sign, logits in ((1, policy), (-1, reference)):
                    next_token = torch.distributions.Categorical(logits=logits[row, place - 1])
                    total = total + sign * next_token.log_prob(ids[row, place])
        rows.append(total)
    return torch.stack(rows)


def batch(pairs: int, length: int, vocabulary: int) -> tuple[torch.Tensor, ...]:
    """Return logits of policy and reference, ids and mask; padding stands on both sides."""
    ids = torch.randint(1, vocabulary, (2 * pairs, length))
    mask = torch.zeros(2 * pairs, length, dtype=torch.long)
    for row in range(2 * pairs):
        begin = int(torch.randint(2, length - 3, ()))
        end = int(torch.randint(begin + 1, length - 1, ()))
        mask[row, begin:end] = 1
        ids[row, : begin - 2], ids[row, end:] = 0, 0
    policy = torch.randn(2 * pairs, length, vocabulary)
    return policy, policy + 0.7 * torch.randn_like(policy), ids, mask


@demo(
    topic="write-alignment",
    claims={
        "equals-brute-force": "Your loss equals the one that is summed token by token, at two "
        "values of β",
        "answers-only": "Other tokens and logits at prompt and padding change nothing; the logits "
        "just before the answer count",
        "gradients": "The policy gets the gradient, the reference none",
        "large-margins": "A pair that is far ahead or far behind gives a finite loss",
        "no-loop": "No Python loop over tokens: long answers take as many operations as short ones",
    },
    measures={"error": "Difference from the loss summed token by token"},
    budget_s=1,
)
def main(
    run: Run,
    solution: Solution = Code(entry="dpo_loss", starter=STARTER),
    seed: int = Int(0, 0, 999),
) -> None:
    torch.manual_seed(seed)
    pairs, length, vocabulary = 2 + seed % 3, 9 + seed % 4, 6 + seed % 3

    with run.judge("equals-brute-force") as judge:
        for beta in (0.1 + 0.05 * (seed % 4), 0.7):
            policy, reference, ids, mask = batch(pairs, length, vocabulary)
            ratio = brute_force(policy, reference, ids, mask)
            chosen, rejected = ratio.chunk(2)
            theirs = -F.logsigmoid(beta * (chosen - rejected)).mean()
            with judge.unchanged(policy=policy, reference=reference, ids=ids, mask=mask):
                yours = solution(policy, reference, ids, mask, beta)
            shifted = brute_force(policy.roll(-1, 1), reference.roll(-1, 1), ids, mask).chunk(2)
            per_token = (ratio / mask.sum(1)).chunk(2)
            late = brute_force(policy, reference, ids, F.pad(mask[:, :-1], (1, 0))).chunk(2)
            mixed = ratio[::2], ratio[1::2]
            uniform = torch.zeros_like(policy)
            free = brute_force(policy, uniform, ids, mask).chunk(2)
            mistakes = {
                "are chosen and rejected swapped?": -F.logsigmoid(
                    -beta * (chosen - rejected)
                ).mean(),
                "is β missing?": -F.logsigmoid(chosen - rejected).mean(),
                "is it a sum over the pairs?": theirs * pairs,
                "which token do the logits of a position predict?": -F.logsigmoid(
                    beta * (shifted[0] - shifted[1])
                ).mean(),
                "is it the mean over an answer's tokens instead of the sum?": -F.logsigmoid(
                    beta * (per_token[0] - per_token[1])
                ).mean(),
                "which tokens does the shifted mask keep?": -F.logsigmoid(
                    beta * (late[0] - late[1])
                ).mean(),
                "is β inside of the sigmoid?": -beta * F.logsigmoid(chosen - rejected).mean(),
                "which rows make a pair?": -F.logsigmoid(beta * (mixed[0] - mixed[1])).mean(),
                "is the reference left out?": -F.logsigmoid(beta * (free[0] - free[1])).mean(),
            }
            judge.equal(yours, theirs, within=1e-4, of=f"β = {beta:.2g}", mistakes=mistakes)
            run.measure(error=abs(float(yours) - float(theirs)))

    with run.judge("answers-only") as judge:
        policy, reference, ids, mask = batch(pairs, length, vocabulary)
        before = solution(policy, reference, ids, mask, 0.5)
        other = torch.where(mask == 1, ids, (ids + 1) % vocabulary)
        found = solution(policy, reference, other, mask, 0.5)
        judge.equal(found, before, by="before", of="after other prompt and padding tokens")
        used = F.pad(mask[:, 1:], (0, 1)) == 1  # the places whose logits predict the answer
        noise = 5 * torch.randn_like(policy)
        found = solution(
            policy + torch.where(used[..., None], torch.zeros(()), noise), reference, ids, mask, 0.5
        )
        judge.equal(found, before, by="before", of="after other logits that predict no answer")
        first = mask.argmax(1) - 1  # the last token of the prompt predicts the answer's first
        policy[torch.arange(2 * pairs), first] = torch.randn(2 * pairs, vocabulary)
        chosen, rejected = brute_force(policy, reference, ids, mask).chunk(2)
        theirs = -F.logsigmoid(0.5 * (chosen - rejected)).mean()
        found = solution(policy, reference, ids, mask, 0.5)
        judge.equal(found, theirs, within=1e-4, of="after other logits just before the answers")

    with run.judge("gradients") as judge:
        policy, reference, ids, mask = batch(pairs, length, vocabulary)
        policy.requires_grad_(), reference.requires_grad_()
        chosen, rejected = brute_force(policy, reference.detach(), ids, mask).chunk(2)
        loss = -F.logsigmoid(0.5 * (chosen - rejected)).mean()
        (wanted,) = torch.autograd.grad(loss, policy)
        yours = solution(policy, reference, ids, mask, 0.5)
        judge.that(
            isinstance(yours, torch.Tensor) and yours.requires_grad,
            "your loss has no gradient: is something detached?",
        )
        mine, its = torch.autograd.grad(yours, (policy, reference), allow_unused=True)
        judge.that(mine is not None, "the policy gets no gradient: is it detached?")
        judge.equal(mine, wanted, within=1e-4, of="gradient of the policy's logits")
        judge.that(
            its is None or not its.any(), "the reference gets a gradient: is it a frozen model?"
        )

    with run.judge("large-margins") as judge:
        policy, reference, ids, mask = batch(2, length, vocabulary)
        ahead = F.one_hot(ids.roll(-1, 1), vocabulary) * 200.0
        policy = torch.stack([ahead[0], -ahead[1], -ahead[2], ahead[3]])  # first wins, second loses
        ratio = brute_force(policy, reference, ids, mask)
        margin = ratio[:2] - ratio[2:]
        yours = solution(policy, reference, ids, mask, 2.0)
        of = f"log-ratios that differ by {margin[0]:.0f} and {margin[1]:.0f} at β = 2"
        judge.that(
            torch.as_tensor(yours).isfinite(),
            f"{of}: your loss is {float(yours)}; where does a number leave float32?",
        )
        judge.equal(yours, -F.logsigmoid(2.0 * margin).mean(), within=1e-4, of=of)

    with run.judge("no-loop") as judge:
        counts = [operations(solution, *batch(2, size, 5), 0.1) for size in (8, 64)]
        judge.that(
            counts[0] == counts[1],
            f"{counts[0]} operations for 8 tokens, {counts[1]} for 64: can one call read the "
            "log-probabilities of all tokens?",
        )
