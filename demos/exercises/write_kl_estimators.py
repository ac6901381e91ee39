"""Write the estimators of the KL.

**Exercise.** Tokens were drawn from the policy π. Of each you know log π and log π_ref. Estimate
KL(π ‖ π_ref) in three ways, with ρ = π_ref/π:

    k1 = −log ρ        k2 = ½ (log ρ)²        k3 = ρ − 1 − log ρ

Return one value per token, and 0 at padding, whatever stands there: −∞ is possible. The judge knows
the whole distribution over a small vocabulary, and so the exact KL.
"""

import torch
from torch.distributions import Categorical, kl_divergence

from quizapp.demo import Code, Int, Run, Solution, demo

STARTER = '''
import torch


def kl_estimates(log_p, log_ref, mask):
    """Return k1, k2, k3: three tensors of the shape of log_p.

    log_p:   (batch, tokens)  log-probability of each drawn token under the policy
    log_ref: (batch, tokens)  the same under the reference
    mask:    (batch, tokens)  1 at tokens, 0 at padding
    """
    k1 = log_p * mask
    return k1, k1, k1
'''


def kl_estimates(log_p, log_ref, mask):
    """Return k1, k2, k3: three tensors of the shape of log_p."""
    # filled before the arithmetic: −∞ − (−∞) is a NaN, and 0 · NaN is one, too
    log_rho = (log_ref.detach() - log_p).masked_fill(mask == 0, 0.0)
    return -log_rho, log_rho**2 / 2, log_rho.exp() - 1 - log_rho


@demo(
    topic="write-alignment",
    claims={
        "unbiased": "On average over the policy's tokens k1 and k3 are the exact KL(π ‖ π_ref)",
        "k2-near": "k2 is its second-order approximation: half the mean squared log-ratio",
        "signs": "k2 and k3 are never negative; k1 is negative where the reference finds the token "
        "likelier",
        "padding": "Padding gives 0, also where it holds −∞, and its gradient is no NaN",
        "gradients": "Each estimate has its own gradient for the policy; the reference gets none",
    },
    measures={
        "kl": "Exact KL, nats per token",
        "error": "Largest difference of the mean of k1 and k3 from it",
        "spread_k1": "Standard deviation of k1 in multiples of the KL",
        "spread_k3": "Standard deviation of k3 in multiples of the KL",
    },
    budget_s=1,
)
def main(
    run: Run,
    solution: Solution = Code(entry="kl_estimates", starter=STARTER),
    seed: int = Int(0, 0, 999),
) -> None:
    torch.manual_seed(seed)
    vocabulary, batch, tokens = 5 + seed % 4, 2 + seed % 2, 6 + seed % 3
    logits = torch.randn(vocabulary)
    log_pi = logits.log_softmax(0)
    log_ref = (logits + 0.4 * torch.randn(vocabulary)).log_softmax(0)
    every, ones = log_pi[None], torch.ones(1, vocabulary)  # each token of the vocabulary once

    def mean(k: torch.Tensor) -> torch.Tensor:
        """Return the mean of an estimate over tokens drawn from the policy, without drawing."""
        return (log_pi.exp() * k[0]).sum()

    with run.judge("unbiased") as judge:
        exact = kl_divergence(Categorical(logits=log_pi), Categorical(logits=log_ref))
        share = max(1e-4, 1e-6 / exact.item())  # a small KL is a difference of larger numbers
        other = kl_divergence(Categorical(logits=log_ref), Categorical(logits=log_pi))
        with judge.unchanged(log_p=every, log_ref=log_ref, mask=ones):
            found = solution(every, log_ref[None], ones)
        judge.that(
            isinstance(found, tuple | list) and len(found) == 3, "return three tensors: k1, k2, k3"
        )
        of_one = mean(log_pi[None] - log_ref)
        rho, rho_turned = (log_ref - log_pi).exp(), (log_pi - log_ref).exp()
        mistakes = {
            "is the sign of the log-ratio turned round?": -of_one,
            "which of the two is ρ's numerator?": mean((rho_turned - 1 - rho_turned.log())[None]),
            "is a −1 missing?": mean((rho - rho.log())[None]),
            "is this the KL from the reference to the policy?": other,
            "is each token weighted by its probability, too? It was drawn with it": mean(
                (log_pi.exp() * (log_pi - log_ref))[None]
            ),
        }
        for name, k in (("k1", found[0]), ("k3", found[2])):
            judge.that(
                tuple(k.shape) == (1, vocabulary),
                f"{name} has the shape {tuple(k.shape)}: one value per token is wanted",
            )
            of = f"mean of {name}"
            judge.equal(mean(k), exact, within=share, by="the exact KL", of=of, mistakes=mistakes)
        run.measure(kl=exact, error=max(abs(mean(k) - exact) for k in (found[0], found[2])))
        spreads = {}
        for name, k in zip(("k1", "k2", "k3"), found, strict=True):
            spreads[name] = ((mean((k - mean(k)) ** 2)).sqrt() / exact).item()
        run.bars("spread in multiples of the KL", spreads)
        run.measure(spread_k1=spreads["k1"], spread_k3=spreads["k3"])

    with run.judge("k2-near") as judge:
        log_p, ref = -torch.rand(2, batch, tokens) * 3
        ones = torch.ones(batch, tokens)
        _, k2, _ = solution(log_p, ref, ones)
        theirs = (log_p - ref).square() / 2
        mistakes = {
            "is the half missing?": 2 * theirs,
            "is the log-ratio halved before the square?": theirs / 2,
            "is the ratio squared instead of its logarithm?": (ref - log_p).exp().square() / 2,
        }
        judge.equal(k2, theirs, of="k2", mistakes=mistakes)

    with run.judge("signs") as judge:
        log_p, ref = -torch.rand(2, batch, 40) * 4
        ones = torch.ones(batch, 40)
        k1, k2, k3 = solution(log_p, ref, ones)
        judge.that(
            (k2 >= 0).all() and (k3 > -1e-6).all(),
            f"k2 goes down to {k2.min():.3g}, k3 to {k3.min():.3g}; can a term of theirs be "
            "negative?",
        )
        wrong = ((ref > log_p) != (k1 < 0)).nonzero().tolist()
        if wrong:
            row, place = wrong[0]
            judge.that(
                False,
                f"a token with probability {log_p[row, place].exp():.2f} under the policy and "
                f"{ref[row, place].exp():.2f} under the reference has a k1 of "
                f"{k1[row, place]:.3g}: is its sign right?",
            )

    with run.judge("padding") as judge:
        log_p, ref = -torch.rand(2, batch, tokens) * 3
        mask = torch.ones(batch, tokens)
        mask[0, :2], mask[-1, -3:] = 0, 0
        barred = mask == 0
        whole = solution(log_p, ref, torch.ones(batch, tokens))
        for filled in (-torch.inf, 7.0, torch.nan):
            p = log_p.masked_fill(barred, filled).requires_grad_()
            q = ref.masked_fill(barred, -torch.inf if filled == 7.0 else filled)
            found = solution(p, q, mask)
            for name, k, right in zip(("k1", "k2", "k3"), found, whole, strict=True):
                of = f"{name}, padding of {filled}"
                judge.equal(k, right.masked_fill(barred, 0.0), by="without padding", of=of)
            total = sum(k.sum() for k in found)
            judge.that(total.requires_grad, "no gradient comes out: is the policy detached?")
            (slope,) = torch.autograd.grad(total, p)
            judge.that(
                slope.isfinite().all() and not slope[barred].any(),
                f"padding of {filled}: the gradient is {slope[barred][0]:.3g} there; what does "
                "0 · ∞ give in the backward pass?",
            )
        judge.equal(
            solution(log_p, ref, mask.bool())[2],
            whole[2].masked_fill(barred, 0.0),
            of="k3 with a mask of truth values",
        )

    with run.judge("gradients") as judge:
        log_p, ref = -torch.rand(2, batch, tokens) * 2
        log_p.requires_grad_(), ref.requires_grad_()
        found = solution(log_p, ref, torch.ones(batch, tokens))
        gap = (log_p - ref).detach()
        wanted = {"k1": torch.ones_like(gap), "k2": gap, "k3": 1 - (-gap).exp()}
        for k, (name, right) in zip(found, wanted.items(), strict=True):
            judge.that(k.requires_grad, f"{name} has no gradient: is the policy detached?")
            mine, its = torch.autograd.grad(
                k.sum(), (log_p, ref), allow_unused=True, retain_graph=True
            )
            judge.that(mine is not None, f"{name}: the policy gets no gradient: is it detached?")
            judge.equal(mine, right, by="the derivative", of=f"gradient of {name}")
            judge.that(
                its is None or not its.any(),
                f"{name}: the reference gets a gradient: is it a frozen model?",
            )
