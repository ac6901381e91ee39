"""Write PPO's clipped loss.

**Exercise.** With r = π(token)/π_old(token) PPO maximises, as a mean over all tokens of the mask,

    min( r·A,  clip(r, 1 − low, 1 + high)·A )

Return the loss to minimise. A token that has moved far enough with its advantage gets no gradient;
one that has moved against it is pulled back. The two bounds may differ. Padding counts nowhere,
whatever stands there: −∞ is possible. The judge computes token by token; a test of this app holds
the reference solution against trl.
"""

import math

import torch

from quizapp.demo import Code, Int, Run, Solution, demo

STARTER = '''
import torch


def ppo_loss(log_p, old, advantages, mask, low, high):
    """Return the clipped loss, a scalar.

    log_p:      (batch, tokens)  log-probabilities under the policy that is trained
    old:        (batch, tokens)  the same under the policy that wrote the tokens
    advantages: (batch, tokens)
    mask:       (batch, tokens)  1 at tokens, 0 at padding
    low, high:  the ratio is clipped to [1 - low, 1 + high]
    """
    return -(log_p * advantages * mask).mean()
'''


def ppo_loss(log_p, old, advantages, mask, low, high):
    """Return the clipped loss, a scalar."""
    # filled before exp: an infinite ratio times 0 would be a NaN
    ratio = (log_p - old.detach()).masked_fill(mask == 0, 0.0).exp()
    advantages = advantages.detach().masked_fill(mask == 0, 0.0)
    clipped = ratio.clamp(1 - low, 1 + high)
    objective = torch.minimum(ratio * advantages, clipped * advantages)
    return -objective.sum() / mask.sum()


def token_by_token(log_p, old, advantages, mask, low, high, clip=True) -> tuple[float, list]:
    """Return the loss and its gradient by log_p, from the cases of the definition."""
    count, total = int(mask.sum()), 0.0
    slopes = [[0.0] * log_p.shape[1] for _ in range(len(log_p))]
    for row in range(log_p.shape[0]):
        for place in range(log_p.shape[1]):
            if not mask[row, place]:
                continue
            r = math.exp(log_p[row, place].item() - old[row, place].item())
            a = advantages[row, place].item()
            bound = 1 + high if a > 0 else 1 - low
            gone = (r > bound if a > 0 else r < bound) and clip
            total += (bound if gone else r) * a
            slopes[row][place] = 0.0 if gone else -r * a / count
    return -total / count, slopes


def share(theirs: float) -> float:
    """Return the accepted share of a loss: one near 0 is a difference of large sums in float32."""
    return max(1e-4, 3e-6 / max(abs(theirs), 1e-12))


def batch(rows: int, tokens: int, spread: float = 0.5) -> tuple[torch.Tensor, ...]:
    """Return log-probabilities, those before, advantages and a mask with padding at both ends."""
    old = -3 * torch.rand(rows, tokens) - 0.1
    log_p = old + spread * torch.randn(rows, tokens)
    mask = torch.ones(rows, tokens)
    for row in range(rows):
        mask[row, : row % 3] = 0
        mask[row, tokens - (row + 1) % 4 :] = 0
    return log_p, old, torch.randn(rows, tokens), mask


@demo(
    topic="write-alignment",
    claims={
        "fresh-batch": "On a fresh batch the loss is minus the mean advantage and its gradient the "
        "policy gradient",
        "equals-definition": "Your loss equals the definition on tokens that moved either way, "
        "with advantages of either sign",
        "two-bounds": "The lower bound acts on negative, the upper on positive advantages, each "
        "with its own width",
        "clip-stops": "Tokens beyond the bound of their advantage have no gradient, and only they",
        "padding": "Padding adds nothing to sum, count or gradient, also where it holds −∞",
        "one-way": "The old log-probabilities and the advantages get no gradient",
    },
    measures={
        "error": "Difference from the loss computed token by token",
        "clipped": "Share of tokens without gradient",
    },
    budget_s=1,
)
def main(
    run: Run,
    solution: Solution = Code(entry="ppo_loss", starter=STARTER),
    seed: int = Int(0, 0, 999),
) -> None:
    torch.manual_seed(seed)
    rows, tokens = 3 + seed % 3, 8 + seed % 4
    low, high = 0.1 + 0.02 * (seed % 6), 0.3 + 0.02 * (seed % 5)

    def slope(*given) -> tuple[torch.Tensor, torch.Tensor]:
        """Return the learner's loss and its gradient by log_p."""
        log_p = given[0].clone().requires_grad_()
        loss = solution(log_p, *given[1:])
        if not isinstance(loss, torch.Tensor) or not loss.requires_grad:
            raise ValueError("your loss has no gradient: is the policy detached?")
        return loss.detach(), torch.autograd.grad(loss, log_p)[0]

    with run.judge("fresh-batch") as judge:
        _, old, advantages, mask = batch(rows, tokens)
        loss, found = slope(old, old, advantages, mask, low, high)
        count = mask.sum()
        mean = (advantages * mask).sum() / count
        mistakes = {
            "is it what PPO maximises, not a loss?": mean,
            "is it the policy gradient's loss? What is the ratio of a fresh batch?": (
                -(old * advantages * mask).sum() / count
            ),
            "is it divided by the number of all places?": -(advantages * mask).mean(),
            "is it a mean over rows of means over tokens?": (
                -((advantages * mask).sum(1) / mask.sum(1)).mean()
            ),
            "is it a sum?": -mean * count,
        }
        judge.equal(
            loss, -mean, within=share(mean.item()), of="loss", by="−mean(A)", mistakes=mistakes
        )
        wanted = -advantages * mask / count
        judge.equal(found, wanted, of="gradient", by="−A/tokens")

    with run.judge("equals-definition") as judge:
        given = batch(rows, tokens)
        theirs, _ = token_by_token(*given, low, low)
        names = ("log_p", "old", "advantages", "mask")
        with judge.unchanged(**dict(zip(names, given, strict=True))):
            yours = solution(*given, low, low)
        log_p, old, advantages, mask = given
        ratio = (log_p - old).exp()
        clipped = ratio.clamp(1 - low, 1 + low)

        def over_tokens(objective: torch.Tensor) -> torch.Tensor:
            return -(objective * mask).sum() / mask.sum()

        mistakes = {
            "is there no clip?": over_tokens(ratio * advantages),
            "is the min missing? Which tokens does the clip alone silence?": over_tokens(
                clipped * advantages
            ),
            "is it a max where a min belongs?": over_tokens(
                torch.maximum(ratio * advantages, clipped * advantages)
            ),
            "is the smaller ratio taken before the advantage?": over_tokens(
                torch.minimum(ratio, clipped) * advantages
            ),
            "is the ratio turned round?": over_tokens(
                torch.minimum(advantages / ratio, (1 / ratio).clamp(1 - low, 1 + low) * advantages)
            ),
            "is the exp of the ratio missing?": over_tokens((log_p - old) * advantages),
        }
        judge.equal(yours, theirs, within=share(theirs), by="the definition", mistakes=mistakes)
        run.measure(error=abs(float(yours) - theirs))

    with run.judge("two-bounds") as judge:
        cases = (
            (1.0, 1 + high + 0.1),
            (1.0, 1 - low - 0.1),
            (-1.0, 1 + high + 0.1),
            (-1.0, 1 - low - 0.1),
            (2.0, 1 + (low + high) / 2),
            (-2.0, 1 - (low + high) / 2),
        )
        for a, r in cases:
            given = (
                torch.tensor([[r]]).log(),
                torch.zeros(1, 1),
                torch.tensor([[a]]),
                torch.ones(1, 1),
            )
            theirs, _ = token_by_token(*given, low, high)
            judge.equal(
                solution(*given, low, high),
                theirs,
                within=1e-4,
                by="the definition",
                of=f"one token, ratio {r:.2f}, advantage {a:g}, bounds 1 − {low:.2f} and "
                f"1 + {high:.2f}",
            )

    with run.judge("clip-stops") as judge:
        given = batch(rows, tokens, 0.8)
        _, wanted = token_by_token(*given, low, high)
        wanted = torch.tensor(wanted)
        _, found = slope(*given, low, high)
        ratio = (given[0] - given[1]).exp()
        for row, place in (given[3] == 1).nonzero().tolist():
            mine, right = found[row, place].item(), wanted[row, place].item()
            judge.that(
                (mine == 0) == (right == 0),
                f"a token with ratio {ratio[row, place]:.2f} and advantage "
                f"{given[2][row, place]:.2f} (bounds {1 - low:.2f} and {1 + high:.2f}) has "
                f"{'no' if mine == 0 else 'a'} gradient; should it still move?",
            )
        judge.equal(found, wanted, within=1e-4, by="the definition", of="gradient")
        run.measure(clipped=(wanted[given[3] == 1] == 0).float().mean())
        run.scatter("yours", ratio[given[3] == 1].tolist(), found[given[3] == 1].tolist())
        run.axes(x="ratio", y="gradient of a token's log-probability")

    with run.judge("padding") as judge:
        given = batch(rows, tokens)
        barred = given[3] == 0
        theirs, wanted = token_by_token(*given, low, high)
        for p, q, a in ((5.0, -5.0, 50.0), (-torch.inf, -torch.inf, 0.0), (0.0, -torch.inf, 1.0)):
            log_p, old = given[0].masked_fill(barred, p), given[1].masked_fill(barred, q)
            filled = log_p, old, given[2].masked_fill(barred, a), given[3]
            loss, found = slope(*filled, low, high)
            of = f"padding of log π {p:g}, old {q:g}, advantage {a:g}"
            judge.equal(loss, theirs, within=share(theirs), by="without padding", of=of)
            judge.equal(
                found, torch.tensor(wanted), within=1e-4, by="without padding", of=f"gradient, {of}"
            )
        yours = solution(*given[:3], given[3].bool(), low, high)
        judge.equal(
            yours, theirs, within=share(theirs), of="a mask of truth values", by="without padding"
        )

    with run.judge("one-way") as judge:
        log_p, old, advantages, mask = batch(rows, tokens)
        inputs = [t.clone().requires_grad_() for t in (log_p, old, advantages)]
        loss = solution(*inputs, mask, low, high)
        found = torch.autograd.grad(loss, inputs, allow_unused=True)
        judge.that(found[0] is not None, "the policy gets no gradient: is it detached?")
        for name, its in zip(("old log-probabilities", "advantages"), found[1:], strict=True):
            judge.that(
                its is None or not its.any(),
                f"the {name} get a gradient: may the update change them?",
            )
