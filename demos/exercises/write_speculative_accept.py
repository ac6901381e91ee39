"""Write the acceptance rule of speculative decoding.

**Exercise.** A small model drew a token from its distribution q. The large model has p. Which draws
are accepted, and from what is drawn after a rejection, so that every token comes out with exactly
the probability p? No rule that does so may accept more often than yours.

Return the probability of accepting each token of the vocabulary, and the distribution after a
rejection. Either model may exclude tokens, and the two may be equal. The judge enumerates all that
can happen.
"""

import torch

from quizapp.demo import Code, Int, Run, Solution, demo

STARTER = '''
import torch


def accept(p, q):
    """Return (accepted, residual), both (..., vocabulary).

    p: (..., vocabulary)  probabilities of the large model
    q: (..., vocabulary)  probabilities of the small model, which drew the token
    accepted: for each token the probability that it is accepted if it was drawn
    residual: the distribution from which is drawn after a rejection
    """
    return p, p
'''


def accept(p, q):
    """Return (accepted, residual), both (..., vocabulary)."""
    # where q is 0 the token is never drawn: any probability is right, a NaN is not
    accepted = torch.where(q > 0, p / q.clamp_min(1e-30), 1.0).clamp(max=1.0)
    left = (p - q).clamp_min(0.0)
    total = left.sum(-1, keepdim=True)
    # nothing left: p equals q, and nothing is ever rejected
    return accepted, torch.where(total > 0, left / total.clamp_min(1e-30), p)


def enumerated(p: torch.Tensor, q: torch.Tensor, found: tuple) -> torch.Tensor:
    """Return the probability of each token to come out, over every draw and every verdict."""
    accepted, residual = found
    out = []
    for token in range(len(p)):
        kept = q[token] * accepted[token]
        rejected = sum(q[x] * (1 - accepted[x]) for x in range(len(p)))
        out.append(kept + rejected * residual[token])
    return torch.stack(out)


@demo(
    topic="write-alignment",
    claims={
        "probabilities": "Acceptance lies between 0 and 1, and the residual is a distribution",
        "keeps-the-target": "Whatever the small model draws, the tokens come out with the large "
        "model's probabilities",
        "accepts-most": "No rule accepts more: the share accepted is Σ min(p, q)",
        "zeros": "Tokens that one of the two models excludes make no NaN",
        "equal-models": "If p equals q everything is accepted, and no NaN is returned",
        "batched": "Rows of a batch do not mix",
    },
    measures={"accepted": "Share of the draws that are accepted", "overlap": "Σ min(p, q)"},
    budget_s=1,
)
def main(
    run: Run,
    solution: Solution = Code(entry="accept", starter=STARTER),
    seed: int = Int(0, 0, 999),
) -> None:
    torch.manual_seed(seed)
    vocabulary, rows = 5 + seed % 4, 3 + seed % 3

    def pair() -> tuple[torch.Tensor, torch.Tensor]:
        """Return two distributions, each the larger one on at least two tokens."""
        while True:
            p, q = (1.5 * torch.randn(2, vocabulary)).softmax(-1)
            if min((p > q).sum(), (q > p).sum()) >= 2:
                return p, q

    def checked(found) -> tuple[torch.Tensor, torch.Tensor]:
        """Return the learner's two results, or say that they are not two."""
        if not isinstance(found, tuple | list) or len(found) != 2:
            raise ValueError("return two tensors: accepted and residual")
        return found[0], found[1]

    with run.judge("probabilities") as judge:
        for _ in range(3):
            p, q = pair()
            accepted, residual = checked(solution(p, q))
            judge.that(
                accepted.min() >= 0 and accepted.max() <= 1,
                f"you accept with probabilities from {accepted.min():.3g} to {accepted.max():.3g}",
            )
            judge.that(
                residual.min() >= 0 and abs(residual.sum() - 1) < 1e-4,
                f"the residual has a smallest value of {residual.min():.3g} and a sum of "
                f"{residual.sum():.3g}: is it a distribution?",
            )

    with run.judge("keeps-the-target") as judge:
        for _ in range(3):
            p, q = pair()
            with judge.unchanged(p=p, q=q):
                found = checked(solution(p, q))
            ratio = (p / q).clamp(max=1)
            turned = (q / p).clamp(max=1)
            left = (p - q).clamp_min(0)
            mistakes = {
                "is the rejected token drawn from p itself?": enumerated(p, q, (ratio, p)),
                "is p divided by q or q by p?": enumerated(p, q, (turned, left / left.sum())),
                "is the residual not normalised?": enumerated(p, q, (ratio, left)),
                "is every token accepted?": q,
                "is a token accepted with the probability p itself?": enumerated(
                    p, q, (p, left / left.sum())
                ),
            }
            out = enumerated(p, q, found)
            judge.equal(out, p, within=1e-4, by="the large model", mistakes=mistakes)
        for token in range(vocabulary):
            run.line_points(
                token, {"comes out": out[token].item(), "p": p[token].item(), "q": q[token].item()}
            )

    with run.judge("accepts-most") as judge:
        p, q = pair()
        accepted, _ = checked(solution(p, q))
        share, overlap = (q * accepted).sum(), torch.minimum(p, q).sum()
        run.measure(accepted=share, overlap=overlap)
        judge.equal(share, overlap, within=1e-4, by="Σ min(p, q)", of="share accepted")

    with run.judge("zeros") as judge:
        p, q = pair()
        p[0], q[1], p[2], q[2] = 0.0, 0.0, 0.0, 0.0
        p, q = p / p.sum(), q / q.sum()
        accepted, residual = checked(solution(p, q))
        judge.that(
            accepted.isfinite().all() and residual.isfinite().all(),
            f"p = 0 or q = 0 gives {accepted.tolist()[:3]}: what is 0/0?",
        )
        judge.equal(
            enumerated(p, q, (accepted, residual)),
            p,
            within=1e-4,
            by="the large model",
            of="tokens 0 to 2 excluded by p, by q, by both",
        )
        one, other = torch.eye(vocabulary)[0], torch.eye(vocabulary)[1]
        found = checked(solution(one, other))
        of = "all of p on token 0, all of q on token 1"
        judge.equal(enumerated(one, other, found), one, within=1e-4, by="the large model", of=of)

    with run.judge("equal-models") as judge:
        p, _ = pair()
        accepted, residual = checked(solution(p, p.clone()))
        judge.equal(accepted, torch.ones(vocabulary), by="certainty", of="acceptance")
        judge.that(
            residual.isfinite().all(),
            "p = q: the residual is NaN; it is never drawn from, yet a NaN makes the draw fail",
        )
        judge.that(residual.min() >= 0, f"p = q: the residual goes down to {residual.min():.3g}")

    with run.judge("batched") as judge:
        several = [pair() for _ in range(rows)]
        several[0] = several[0][0], several[0][0].clone()  # one row of equal models
        p, q = (torch.stack(column) for column in zip(*several, strict=True))
        for shape in ((rows,), (rows, 1)):
            accepted, residual = checked(
                solution(p.view(*shape, vocabulary), q.view(*shape, vocabulary))
            )
            judge.that(
                tuple(residual.shape) == (*shape, vocabulary),
                f"p and q {(*shape, vocabulary)}: your residual is {tuple(residual.shape)}",
            )
            flat = accepted.reshape(rows, -1), residual.reshape(rows, -1)
            for row in range(rows):
                out = enumerated(p[row], q[row], (flat[0][row], flat[1][row]))
                judge.equal(out, p[row], within=1e-4, by="the large model", of=f"row {row}")
