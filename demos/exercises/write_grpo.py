"""Write the GRPO loss.

**Exercise.** `group` answers in a row belong to one prompt. An answer's advantage is its reward
minus the mean of its group, divided by the group's standard deviation (over n − 1) plus 1e-4. All
its tokens share it in PPO's clipped objective. Return minus the mean, which `loss_type` names:

    "grpo"     the mean over each answer's tokens, then over the answers
    "dapo"     the sum over all tokens by their number in the batch
    "dr_grpo"  the sum over all tokens by answers · max_length

The judge computes token by token; a test holds the reference solution against TRL 1.16.
"""

import math
import statistics

import torch

from quizapp.demo import Code, Int, Run, Solution, demo

STARTER = '''
import torch


def grpo_loss(log_p, old, rewards, mask, group, low, high, loss_type, max_length):
    """Return the loss, a scalar.

    log_p:     (answers, tokens)  log-probabilities under the policy that is trained
    old:       (answers, tokens)  the same under the policy that wrote the answers
    rewards:   (answers,)         answers 0 to group - 1 belong to the first prompt, and so on
    mask:      (answers, tokens)  1 at tokens, 0 at padding
    low, high: the ratio is clipped to [1 - low, 1 + high]
    loss_type: "grpo", "dapo" or "dr_grpo"
    """
    return -(log_p * rewards[:, None] * mask).mean()
'''


def grpo_loss(log_p, old, rewards, mask, group, low, high, loss_type, max_length):
    """Return the loss, a scalar."""
    by_prompt = rewards.detach().view(-1, group)  # (prompts, group)
    centred = by_prompt - by_prompt.mean(1, keepdim=True)
    scaled = centred / (by_prompt.std(1, keepdim=True) + 1e-4)  # equal rewards: 0 / 1e-4
    advantages = scaled.view(-1, 1)  # (answers, 1)

    ratio = (log_p - old.detach()).masked_fill(mask == 0, 0.0).exp()
    clipped = ratio.clamp(1 - low, 1 + high)
    objective = torch.minimum(ratio * advantages, clipped * advantages) * mask
    if loss_type == "grpo":
        return -(objective.sum(1) / mask.sum(1).clamp(min=1)).mean()
    if loss_type == "dapo":
        return -objective.sum() / mask.sum()
    return -objective.sum() / (len(mask) * max_length)


def by_definition(
    log_p, old, rewards, mask, group, low, high, loss_type, max_length, epsilon=1e-4
) -> tuple[float, list[list[float]]]:
    """Return the loss and its gradient by log_p, one token at a time."""
    answers, tokens = log_p.shape
    slopes = [[0.0] * tokens for _ in range(answers)]
    total = 0.0
    for row in range(answers):
        first = row // group * group
        peers = rewards[first : first + group].tolist()
        advantage = rewards[row].item() - statistics.fmean(peers)
        if advantage:
            advantage /= statistics.stdev(peers) + epsilon
        weight = {
            "grpo": 1 / (max(1, int(mask[row].sum())) * answers),
            "dapo": 1 / int(mask.sum()),
            "dr_grpo": 1 / (answers * max_length),
        }[loss_type]
        for place in range(tokens):
            if mask[row, place]:
                r = math.exp(log_p[row, place].item() - old[row, place].item())
                bound = 1 + high if advantage > 0 else 1 - low
                gone = r > bound if advantage > 0 else r < bound
                total -= (bound if gone else r) * advantage * weight
                slopes[row][place] = 0.0 if gone else -r * advantage * weight
    return total, slopes


def share(theirs: float) -> float:
    """Return the accepted share of a loss: one near 0 is a difference of large sums in float32."""
    return max(1e-4, 3e-6 / max(abs(theirs), 1e-12))


def batch(prompts: int, group: int, tokens: int, spread: float = 0.4) -> tuple[torch.Tensor, ...]:
    """Return log-probabilities, those before, rewards that all differ, and a mask."""
    answers = prompts * group
    old = -3 * torch.rand(answers, tokens) - 0.1
    log_p = old + spread * torch.randn(answers, tokens)
    lengths = torch.randint(1, tokens + 1, (answers,))
    lengths[0], lengths[-1] = tokens, 2
    mask = (torch.arange(tokens) < lengths[:, None]).float()
    return log_p, old, torch.randn(answers), mask


@demo(
    topic="write-alignment",
    claims={
        "advantages": "Each answer is compared with its own group, in units of the group's spread",
        "per-answer": "loss_type 'grpo': each answer counts the same, long or short",
        "all-tokens": "loss_type 'dapo': each token counts the same; 'dr_grpo' divides by a "
        "constant",
        "clip": "Tokens beyond the bound of their advantage have no gradient, and only they",
        "padding": "Padding adds nothing, also where it holds −∞; an answer without tokens adds 0",
        "silent-groups": "A group of equal rewards adds nothing, and no NaN, whatever the reward",
    },
    measures={"error": "Difference from the loss computed token by token"},
    budget_s=1,
)
def main(
    run: Run,
    solution: Solution = Code(entry="grpo_loss", starter=STARTER),
    seed: int = Int(0, 0, 999),
) -> None:
    torch.manual_seed(seed)
    prompts, group, tokens = 2 + seed % 2, 3 + seed % 3, 6 + seed % 4
    low, high = 0.1 + 0.02 * (seed % 6), 0.3 + 0.02 * (seed % 5)
    longest = tokens + 3
    types = ("grpo", "dapo", "dr_grpo")

    def slope(log_p, *others) -> tuple[torch.Tensor, torch.Tensor]:
        """Return the learner's loss and its gradient by log_p."""
        log_p = log_p.clone().requires_grad_()
        loss = solution(log_p, *others)
        if not isinstance(loss, torch.Tensor) or not loss.requires_grad:
            raise ValueError("your loss has no gradient: is the policy detached?")
        return loss.detach(), torch.autograd.grad(loss, log_p)[0]

    with run.judge("advantages") as judge:
        # one token each and fresh answers: the gradient is −advantage / answers, of every type
        _, old, rewards, _ = batch(prompts, group, 1)
        rewards = rewards * 3 + 2
        ones = torch.ones(prompts * group, 1)
        given = old, old, rewards, ones, group, low, high, "grpo", 1
        _, theirs = by_definition(*given)
        with judge.unchanged(old=old, rewards=rewards, mask=ones):
            _, found = slope(*given)
        advantages = -torch.tensor(theirs)[:, 0] * len(ones)
        mine = -found[:, 0] * len(ones)
        rows = rewards.view(-1, group)
        by_column = rewards.view(group, -1)
        mistakes = {
            "is the division by the spread missing?": (rows - rows.mean(1, keepdim=True)).flatten(),
            "is the whole batch one group?": (rewards - rewards.mean()) / (rewards.std() + 1e-4),
            "is the spread that of the whole batch?": (
                (rows - rows.mean(1, keepdim=True)) / (rewards.std() + 1e-4)
            ).flatten(),
            "which answers belong together?": (
                (by_column - by_column.mean(0)) / (by_column.std(0) + 1e-4)
            ).flatten(),
            "is the spread taken over n instead of n − 1?": (
                (rows - rows.mean(1, keepdim=True))
                / (rows.std(1, keepdim=True, correction=0) + 1e-4)
            ).flatten(),
            "is it the reward itself?": rewards,
            "is the advantage's sign turned round?": -advantages,
        }
        judge.equal(mine, advantages, within=1e-4, of="advantages", mistakes=mistakes)

    def held(judge, kind: str) -> None:
        """Hold loss and gradient of one kind of mean against the definition, without a clip."""
        log_p, old, rewards, mask = batch(prompts, group, tokens)
        given = log_p, old, rewards, mask, group, 0.9, 9.0, kind, longest
        theirs, wanted = by_definition(*given)
        loss, found = slope(*given)
        others = [k for k in types if k != kind]
        mistakes = {
            f"is this the mean of '{k}'?": by_definition(*given[:-2], k, longest)[0] for k in others
        }
        parts = torch.tensor(by_definition(*given[:-2], "dr_grpo", 1)[0]) * len(mask)
        mistakes |= {
            "is it a mean over all places, padding included?": parts / mask.numel(),
            "is the 1e-4 left out?": by_definition(*given, epsilon=0.0)[0],
            "is it a sum over an answer's tokens?": parts / len(mask),
            "is it a sum?": parts,
            "is the sign turned round?": -torch.tensor(theirs),
        }
        judge.equal(
            loss, theirs, within=share(theirs), by="the definition", of=kind, mistakes=mistakes
        )
        of = f"gradient, {kind}"
        judge.equal(found, torch.tensor(wanted), within=1e-4, by="the definition", of=of)
        run.measure(error=abs(loss.item() - theirs))

    with run.judge("per-answer") as judge:
        held(judge, "grpo")
    with run.judge("all-tokens") as judge:
        held(judge, "dapo")
        held(judge, "dr_grpo")

    with run.judge("clip") as judge:
        # as many tokens in each answer: every kind of mean is the same
        log_p, old, rewards, _ = batch(prompts, group, tokens, 0.8)
        ones = torch.ones_like(log_p)
        given = log_p, old, rewards, ones, group, low, high, "grpo", tokens
        theirs, wanted = by_definition(*given)
        loss, found = slope(*given)
        advantages = -torch.tensor(by_definition(old, old, *given[2:])[1])[:, 0] * ones.numel()
        ratio = (log_p - old).exp()
        for row in range(len(ones)):
            for place in range(tokens):
                moved, right = found[row, place].item() != 0, wanted[row][place] != 0
                judge.that(
                    moved == right,
                    f"a token with ratio {ratio[row, place]:.2f} and advantage "
                    f"{advantages[row]:.2f} (bounds {1 - low:.2f} and {1 + high:.2f}) has "
                    f"{'a' if moved else 'no'} gradient; should it still move?",
                )
        judge.equal(found, torch.tensor(wanted), within=1e-4, by="the definition", of="gradient")
        judge.equal(loss, theirs, within=share(theirs), by="the definition", of="loss")

    with run.judge("padding") as judge:
        log_p, old, rewards, mask = batch(prompts, group, tokens)
        mask[1] = 0  # an answer that ended at once
        barred = mask == 0
        for kind in types:
            for p, q in ((3.0, -3.0), (-torch.inf, -torch.inf), (0.0, -torch.inf)):
                others = rewards, mask, group, low, high, kind, longest
                theirs, wanted = by_definition(log_p, old, *others)
                loss, found = slope(
                    log_p.masked_fill(barred, p), old.masked_fill(barred, q), *others
                )
                of = f"{kind}, padding of log π {p:g} and old {q:g}, answer 1 empty"
                judge.equal(loss, theirs, within=share(theirs), by="without padding", of=of)
                judge.equal(
                    found,
                    torch.tensor(wanted),
                    within=1e-4,
                    by="without padding",
                    of=f"gradient, {of}",
                )

    with run.judge("silent-groups") as judge:
        for equal in (0.0, 1.0, 0.1):
            log_p, old, rewards, mask = batch(prompts, group, tokens)
            rewards[:group] = equal
            for kind in types:
                given = log_p, old, rewards, mask, group, low, high, kind, longest
                theirs, _ = by_definition(*given)
                loss, found = slope(*given)
                of = f"{kind}, first group all {equal:g}"
                judge.that(
                    loss.isfinite() and found.isfinite().all(),
                    f"{of}: the loss is {loss.item():.3g}; what is divided by what there?",
                )
                judge.that(
                    found[:group].abs().max() < 1e-4,
                    f"{of}: it has a gradient of {found[:group].abs().max():.3g}; what sets its "
                    "answers apart?",
                )
                judge.equal(loss, theirs, within=share(theirs), by="the definition", of=of)
