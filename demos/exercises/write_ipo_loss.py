"""Write the IPO loss.

**Exercise.** IPO takes DPO's log-ratios and asks for a fixed lead instead of an ever larger one:

    loss = ( h − 1/(2τ) )²        h = mean over c of log π/π_ref − mean over r of log π/π_ref

as a mean over the pairs; the means run over the tokens of an answer, as in trl. Here prompts and
answers come as labels: a label of −100 is not scored, and one may stand inside an answer. Chosen
and rejected rows alternate. Logits at a position predict the *next* label.
"""

import torch

from quizapp.demo import Code, Int, Run, Solution, demo
from quizapp.demo.judging import operations

STARTER = '''
import torch


def ipo_loss(policy, reference, labels, tau):
    """Return the mean IPO loss of the pairs, a scalar.

    policy:    (2·pairs, length, vocabulary)  logits; rows 0, 2, ... chosen, rows 1, 3, ... rejected
    reference: (2·pairs, length, vocabulary)  logits of the frozen model
    labels:    (2·pairs, length)              the tokens; -100 where nothing is scored
    tau:       the wanted lead is 1 / (2·tau)
    """
    return policy.mean() - reference.mean()
'''


def mean_log_p(logits, labels):
    """Return the mean log-probability of the scored tokens of each row, (rows,)."""
    following = labels[:, 1:]
    scored = following != -100
    log_p = logits[:, :-1].log_softmax(-1)
    of_next = log_p.gather(-1, following.masked_fill(~scored, 0)[..., None])[..., 0]
    return (of_next * scored).sum(1) / scored.sum(1)


def ipo_loss(policy, reference, labels, tau):
    """Return the mean IPO loss of the pairs, a scalar."""
    with torch.no_grad():
        before = mean_log_p(reference, labels)
    ratio = mean_log_p(policy, labels) - before
    lead = ratio[0::2] - ratio[1::2]
    return (lead - 1 / (2 * tau)).square().mean()


def ratios(
    policy: torch.Tensor, reference: torch.Tensor, labels: torch.Tensor, mean: bool = True
) -> torch.Tensor:
    """Return log π − log π_ref of each row, (rows,), one token at a time."""
    rows = []
    for row in range(len(labels)):
        gains = []
        for place in range(1, labels.shape[1]):
            if labels[row, place] != -100:
                after, before = (
                    torch.distributions.Categorical(logits=logits[row, place - 1])
                    for logits in (policy, reference)
                )
                token = labels[row, place]
                gains.append(after.log_prob(token) - before.log_prob(token))
        total = torch.stack(gains).sum()
        rows.append(total / len(gains) if mean else total)
    return torch.stack(rows)


def leads(*args: torch.Tensor, mean: bool = True) -> torch.Tensor:
    """Return how far each chosen answer leads, (pairs,)."""
    ratio = ratios(*args, mean=mean)
    return ratio[0::2] - ratio[1::2]


def batch(pairs: int, length: int, vocabulary: int, gap: bool = False) -> tuple[torch.Tensor, ...]:
    """Return logits of policy and reference, and labels, with a gap inside each answer or none."""
    labels = torch.full((2 * pairs, length), -100)
    for row in range(2 * pairs):
        begin = 2 + row % 3
        end = length - row % 2 - int(torch.randint(0, 2, ()))
        labels[row, begin:end] = torch.randint(0, vocabulary, (end - begin,))
        if gap:
            labels[row, begin + 1 + row % 2] = -100
    policy = torch.randn(2 * pairs, length, vocabulary)
    return policy, policy + 0.7 * torch.randn_like(policy), labels


@demo(
    topic="write-alignment",
    claims={
        "equals-brute-force": "Your loss equals the one that is computed token by token, at two "
        "values of τ",
        "scored-only": "Logits that predict a label of −100 change nothing, also inside an answer",
        "gradients": "The policy gets the gradient, also of a pair that leads too far; the "
        "reference none",
        "no-loop": "No Python loop over tokens: long answers take as many operations as short ones",
    },
    measures={"error": "Difference from the loss computed token by token"},
    budget_s=1,
)
def main(
    run: Run,
    solution: Solution = Code(entry="ipo_loss", starter=STARTER),
    seed: int = Int(0, 0, 999),
) -> None:
    torch.manual_seed(seed)
    pairs, length, vocabulary = 2 + seed % 3, 9 + seed % 4, 6 + seed % 3

    with run.judge("equals-brute-force") as judge:
        for tau in (0.1 + 0.05 * (seed % 4), 0.8):
            policy, reference, labels = batch(pairs, length, vocabulary)
            lead = leads(policy, reference, labels)
            wanted = 1 / (2 * tau)
            theirs = (lead - wanted).square().mean()
            with judge.unchanged(policy=policy, reference=reference, labels=labels):
                yours = solution(policy, reference, labels, tau)
            free = leads(policy, torch.zeros_like(policy), labels)
            halves = ratios(policy, reference, labels).chunk(2)
            summed = leads(policy, reference, labels, mean=False)
            mistakes = {
                "are chosen and rejected swapped?": (-lead - wanted).square().mean(),
                "is it DPO's loss?": -torch.nn.functional.logsigmoid(tau * lead).mean(),
                "is the log-ratio summed over the answer?": (summed - wanted).square().mean(),
                "is the reference left out?": (free - wanted).square().mean(),
                "how large is the wanted lead?": (lead - 1 / tau).square().mean(),
                "what does 1/2τ mean: half of τ, or half of 1/τ?": (lead - tau / 2).square().mean(),
                "which rows make a pair?": (halves[0] - halves[1] - wanted).square().mean(),
                "is it a sum over the pairs?": theirs * pairs,
            }
            judge.equal(yours, theirs, within=1e-4, of=f"τ = {tau:.2g}", mistakes=mistakes)
            run.measure(error=abs(float(yours) - float(theirs)))

    with run.judge("scored-only") as judge:
        policy, reference, labels = batch(pairs, length, vocabulary, gap=True)
        before = solution(policy, reference, labels, 0.5)
        scored = torch.zeros_like(labels, dtype=torch.bool)
        scored[:, :-1] = labels[:, 1:] != -100
        noise = torch.where(scored[..., None], torch.zeros(()), 5 * torch.randn_like(policy))
        found = solution(policy + noise, reference, labels, 0.5)
        judge.equal(found, before, by="before", of="after other logits where nothing is scored")
        judge.equal(
            found, (leads(policy, reference, labels) - 1).square().mean(), within=1e-4, of="τ = 0.5"
        )

    with run.judge("gradients") as judge:
        policy, reference, labels = batch(pairs, length, vocabulary)
        if leads(policy, reference, labels)[0] < 0:  # one pair leads too far at the second τ
            policy, reference, labels = (
                t[[1, 0, *range(2, 2 * pairs)]] for t in (policy, reference, labels)
            )
        policy.requires_grad_(), reference.requires_grad_()
        for tau in (0.2, 50.0):  # a wanted lead of 2.5 nats, and of nearly none
            loss = (leads(policy, reference.detach(), labels) - 1 / (2 * tau)).square().mean()
            (wanted,) = torch.autograd.grad(loss, policy)
            yours = solution(policy, reference, labels, tau)
            judge.that(
                isinstance(yours, torch.Tensor) and yours.requires_grad,
                "your loss has no gradient: is something detached?",
            )
            mine, its = torch.autograd.grad(yours, (policy, reference), allow_unused=True)
            judge.that(mine is not None, "the policy gets no gradient: is it detached?")
            judge.equal(mine, wanted, within=1e-4, of=f"τ = {tau:g}: gradient of the policy")
            judge.that(
                its is None or not its.any(), "the reference gets a gradient: is it a frozen model?"
            )

    with run.judge("no-loop") as judge:
        counts = [operations(solution, *batch(2, size, 5), 0.1) for size in (8, 64)]
        judge.that(
            counts[0] == counts[1],
            f"{counts[0]} operations for 8 tokens, {counts[1]} for 64: can one call read the "
            "log-probabilities of all tokens?",
        )
