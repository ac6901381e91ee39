"""Write the masked next-token loss.

**Exercise.** The model's output at position t is its guess of token t + 1. Labels are a copy of the
input ids, not shifted, with -100 wherever a token must not count: prompt, padding. Return the mean
loss of the tokens that count:

    loss = −(1/n)·Σ log p(labels[t + 1] | output at t)    over the n labels that are not -100

With nothing to count the loss is 0, and backward still works. Else the judge is the loss of
transformers' causal models.
"""

import math

import torch
import torch.nn.functional as F
from transformers.loss.loss_utils import ForCausalLMLoss

from quizapp.demo import Code, Int, Run, Solution, demo

STARTER = '''
import torch
import torch.nn.functional as F


def next_token_loss(logits, labels):
    """Return the mean loss of the labels that count, as one number with a gradient.

    logits: (batch, length, vocabulary)   outputs of the model, perhaps in 16 bits
    labels: (batch, length)               ids, not shifted; -100 where nothing counts
    With no label that counts: 0, not NaN, and backward works.
    """
    return -logits.mean()
'''


def next_token_loss(logits, labels):
    """Return the mean loss of the labels that count, as one number with a gradient."""
    # the output at t is judged by the label at t + 1; log-softmax needs 32 bits
    outputs, targets = logits[:, :-1].float(), labels[:, 1:]
    total = F.cross_entropy(
        outputs.flatten(0, 1), targets.flatten(), ignore_index=-100, reduction="sum"
    )
    return total / (targets != -100).sum().clamp(min=1)


def by_transformers(logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """Return the loss that transformers' causal models give."""
    return ForCausalLMLoss(logits, labels, vocab_size=logits.shape[-1])


def token_losses(outputs: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    """Return the loss of every target, 0 where it is ignored, (batch, T)."""
    return F.cross_entropy(outputs.transpose(1, 2), targets, ignore_index=-100, reduction="none")


def mistakes(logits: torch.Tensor, labels: torch.Tensor) -> dict[str, torch.Tensor]:
    """Return what common mistakes come to, by the question that leads on."""
    each = token_losses(logits[:, :-1], labels[:, 1:])
    counted = (labels[:, 1:] != -100).sum(1)
    own = token_losses(logits, labels)
    back = token_losses(logits[:, 1:], labels[:, :-1])
    of_rows = each.sum(1) / counted.clamp(min=1)
    as_token = token_losses(logits[:, :-1], labels[:, 1:].clamp(min=0))
    return {
        "which token is the output at t a guess of?": own.sum() / (labels != -100).sum(),
        "is the shift the wrong way round?": back.sum() / (labels[:, :-1] != -100).sum(),
        "does the mean count the ignored positions too?": each.mean(),
        "is this the mean over all positions, also the last one?": each.sum() / labels.numel(),
        "is this a mean of rows' means? every token counts the same": of_rows.mean(),
        "is it a mean of rows' means? each token counts the same": of_rows[counted > 0].mean(),
        "is -100 taken for a token?": as_token.mean(),
        "is it divided by the number of tokens?": each.sum(),
        "is it divided by the labels before the shift?": each.sum() / (labels != -100).sum(),
    }


@demo(
    topic="write-training",
    claims={
        "equals-transformers": "Your loss is that of transformers, with -100 in the middle of rows",
        "mean-over-tokens": "Each token counts the same, however the rows share the labels",
        "gradient": "The gradient at the outputs is transformers'; ignored positions get none",
        "nothing-counts": "With no label that counts the loss is 0 and backward works",
        "large-logits": "Outputs of a size of 1,000 and outputs in bfloat16 give the right loss",
        "arguments-kept": "Labels and outputs are as before the call",
    },
    measures={"error": "Difference from transformers' loss"},
    budget_s=1,
)
def main(
    run: Run,
    solution: Solution = Code(entry="next_token_loss", starter=STARTER),
    seed: int = Int(0, 0, 999),
) -> None:
    torch.manual_seed(seed)
    batch, length, vocabulary = 2 + seed % 3, 9 + seed % 4, 13 + seed % 6
    logits = torch.randn(batch, length, vocabulary) * 2
    labels = torch.randint(vocabulary, (batch, length))
    for row in labels:  # two inner labels of each row are ignored, at other places
        row[1 + torch.randperm(length - 2)[:2]] = -100

    with run.judge("equals-transformers") as judge:
        yours = solution(logits.clone(), labels.clone())
        theirs = by_transformers(logits, labels)
        judge.equal(yours, theirs, by="transformers", mistakes=mistakes(logits, labels))
        run.measure(error=abs(float(yours) - float(theirs)))

    with run.judge("mean-over-tokens") as judge:
        uneven = torch.randint(vocabulary, (4, length))
        uneven[0, 2:] = -100  # one label counts
        uneven[1, : length - 3] = -100  # a prompt: three count
        uneven[2] = -100  # none
        outputs = torch.randn(4, length, vocabulary) * 2
        theirs = by_transformers(outputs, uneven)
        yours = solution(outputs.clone(), uneven.clone())
        judge.equal(yours, theirs, by="transformers", mistakes=mistakes(outputs, uneven))

    with run.judge("gradient") as judge:
        mine, right = (logits.clone().requires_grad_() for _ in range(2))
        by_transformers(right, labels).backward()
        yours = solution(mine, labels.clone())
        judge.that(
            getattr(yours, "requires_grad", False),
            "your loss has no gradient: is something detached, or turned into a number?",
        )
        yours.backward()
        judge.equal(mine.grad, right.grad, by="transformers", of="gradient at the outputs")

    with run.judge("nothing-counts") as judge:
        outputs = torch.randn(2, length, vocabulary, requires_grad=True)
        first_only = torch.full((2, length), -100)
        for name, empty in (("all -100", first_only.clone()), ("only first labels", first_only)):
            if name == "only first labels":
                empty[:, 0] = 3  # nothing comes before the first token, so nothing predicts it
            yours = solution(outputs, empty)
            judge.equal(yours, torch.tensor(0.0), by="the task", of=name)
            judge.that(
                getattr(yours, "requires_grad", False),
                f"{name}: the 0 has no graph, so backward raises: can it be made of the outputs?",
            )
            (grad,) = torch.autograd.grad(yours, outputs)
            judge.equal(grad, torch.zeros_like(grad), by="the task", of=f"{name}: gradient")

    with run.judge("large-logits") as judge:
        rounded = token_losses(logits[:, :-1].bfloat16(), labels[:, 1:])
        rounded = float(rounded.sum() / (labels[:, 1:] != -100).sum())
        for name, outputs, hints in (
            ("size 1,000", logits * 500, {"does exp overflow before the log?": math.inf}),
            ("bfloat16", logits.bfloat16(), {"in how many bits is it computed?": rounded}),
        ):
            theirs = float(by_transformers(outputs, labels))
            yours = float(solution(outputs.clone(), labels.clone()))
            judge.equal(yours, theirs, by="transformers", of=name, mistakes=hints)

    with run.judge("arguments-kept") as judge, judge.unchanged(logits=logits, labels=labels):
        solution(logits, labels)
