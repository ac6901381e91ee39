"""Write a step of AdamW.

**Exercise.** Return weights and both moments after one step, as new tensors:

    m ← β₁·m + (1 − β₁)·g          v ← β₂·v + (1 − β₂)·g²
    m̂ = m / (1 − β₁ᵗ)              v̂ = v / (1 − β₂ᵗ)
    w ← w − η·λ·w − η·m̂ / (√v̂ + ε)

λ·w never enters the moments: that is what the W of AdamW stands for. The judge is
torch.optim.AdamW.
"""

import torch

from quizapp.demo import Code, Int, Run, Solution, demo

STARTER = '''
import torch


def adamw_step(w, g, m, v, t, lr, beta1, beta2, eps, decay):
    """Return (w, m, v) after step t; the arguments stay as they are.

    w, g, m, v: tensors of one shape: weights, their gradient, the two moments (0 before step 1)
    t:          number of this step, counted from 1
    """
    return w - lr * g, m, v
'''


def adamw_step(w, g, m, v, t, lr, beta1, beta2, eps, decay):
    """Return (w, m, v) after step t; the arguments stay as they are."""
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat = m / (1 - beta1**t)  # both moments begin at 0 and are too small at first
    v_hat = v / (1 - beta2**t)
    return w - lr * decay * w - lr * m_hat / (v_hat.sqrt() + eps), m, v


def by_torch(w: torch.Tensor, gradients: list[torch.Tensor], kind: type, **settings) -> list:
    """Return the weights after each step of an optimizer of torch."""
    w = w.clone().requires_grad_()
    optimizer = kind([w], **settings)
    after = []
    for gradient in gradients:
        w.grad = gradient.clone()
        optimizer.step()
        after.append(w.detach().clone())
    return after


def by_hand(step, w: torch.Tensor, gradients: list[torch.Tensor], **settings) -> list:
    """Return the weights after each step of a function such as the learner's."""
    m, v, after = torch.zeros_like(w), torch.zeros_like(w), []
    for t, gradient in enumerate(gradients, start=1):
        w, m, v = step(w, gradient, m, v, t, **settings)
        after.append(w.clone())
    return after


def changed(bias: bool = True, root: bool = False, square: bool = True, first: bool = True):
    """Return a step with one common mistake."""

    def step(w, g, m, v, t, lr, beta1, beta2, eps, decay):
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * (g**2 if square else g.abs())
        m_hat, v_hat = (m / (1 - beta1**t), v / (1 - beta2**t)) if bias else (m, v)
        below = (v_hat + eps).sqrt() if root else v_hat.sqrt() + eps
        upper = m_hat if first else g
        return w - lr * decay * w - lr * upper / below, m, v

    return step


def copied(value: object) -> object:
    """Return a copy of a tensor, and numbers as they are."""
    return value.clone() if isinstance(value, torch.Tensor) else value


@demo(
    topic="write-training",
    claims={
        "first-step": "After the first step the weights are those of torch.optim.AdamW",
        "many-steps": "They still are after each of nine steps with other gradients",
        "decoupled-decay": "A strong decay shrinks the weights and leaves the moments alone",
        "epsilon": "Gradients as small as ε move the weights as far as in torch",
        "arguments-kept": "Weights, gradient and moments that you were given are as before",
        "no-state-kept": "Two weights of unequal shape, taken in turn, do not disturb each other",
    },
    measures={"error": "Largest difference from torch's weights after nine steps"},
    budget_s=1,
)
def main(
    run: Run,
    solution: Solution = Code(entry="adamw_step", starter=STARTER),
    seed: int = Int(0, 0, 999),
) -> None:
    torch.manual_seed(seed)
    shape = (3 + seed % 3, 7)
    w = torch.randn(shape)
    gradients = [torch.randn(shape) * 2.0 ** (index % 4 - 2) for index in range(9)]
    lr, betas, eps = 0.02 + 0.01 * (seed % 3), (0.8 + 0.02 * (seed % 5), 0.97), 1e-6
    mine = {"lr": lr, "beta1": betas[0], "beta2": betas[1], "eps": eps, "decay": 0.1}
    torchs = {"lr": lr, "betas": betas, "eps": eps, "weight_decay": 0.1}

    theirs = by_torch(w, gradients, torch.optim.AdamW, **torchs)
    wrong = {
        "is the bias of the moments corrected?": by_hand(changed(bias=False), w, gradients, **mine),
        "is the second moment one of squares?": by_hand(
            changed(square=False), w, gradients, **mine
        ),
        "is the step made of g instead of the first moment?": by_hand(
            changed(first=False), w, gradients, **mine
        ),
        "is the decay left out?": by_hand(changed(), w, gradients, **mine | {"decay": 0.0}),
        "is the decay multiplied by the learning rate?": [
            after - (1 - lr) * 0.1 * w for after in theirs[:1]
        ],
        "does the decay go through the moments?": by_torch(
            w, gradients, torch.optim.Adam, **torchs
        ),
    }

    def step(w: torch.Tensor, *args: object, **settings: object) -> tuple:
        """Call the learner's function on copies, so that damage shows in one claim only."""
        w_after, m, v = solution(w.clone(), *map(copied, args), **settings)
        return w_after, m, v

    with run.judge("first-step") as judge:
        yours = by_hand(step, w, gradients[:1], **mine)[0]
        first = {hint: values[0] for hint, values in wrong.items()}
        judge.equal(yours, theirs[0], by="torch", mistakes=first)

    run.axes(x="step", y="the first weight")
    with run.judge("many-steps") as judge:
        yours = by_hand(step, w, gradients, **mine)
        for index in range(len(gradients)):
            run.point(index + 1, yours=yours[index].flatten()[0], torch=theirs[index].flatten()[0])
        for index, right in enumerate(theirs):
            sofar = {hint: values[index] for hint, values in wrong.items() if len(values) > index}
            judge.equal(yours[index], right, by="torch", of=f"step {index + 1}", mistakes=sofar)
        run.measure(error=(yours[-1] - theirs[-1]).abs().max())

    with run.judge("decoupled-decay") as judge:
        strong = {"weight_decay": 3.0}
        right = by_torch(w, gradients[:3], torch.optim.AdamW, **torchs | strong)
        coupled = by_torch(w, gradients[:3], torch.optim.Adam, **torchs | strong)
        yours = by_hand(step, w, gradients[:3], **mine | {"decay": 3.0})
        hint = {"does the decay go through the moments?": coupled[-1]}
        judge.equal(yours[-1], right[-1], by="torch", of="decay 3", mistakes=hint)
        zero = [torch.zeros(shape)] * 2
        yours = by_hand(step, w, zero, **mine | {"decay": 3.0})
        judge.equal(yours[-1], w * (1 - 3 * lr) ** 2, by="(1 - η·λ)²·w", of="gradient 0")

    with run.judge("epsilon") as judge:
        small = [gradient * 1e-6 for gradient in gradients[:3]]
        settings = {"eps": 1e-6, "decay": 0.0}
        right = by_torch(w, small, torch.optim.AdamW, **torchs | {"eps": 1e-6, "weight_decay": 0.0})
        yours = by_hand(step, w, small, **mine | settings)
        moved, wanted = yours[-1] - w, right[-1] - w
        rooted = by_hand(changed(root=True), w, small, **mine | settings)[-1] - w
        hint = {"does ε stand under the root?": rooted}
        judge.equal(moved, wanted, within=1e-3, by="torch", of="movement", mistakes=hint)

    with run.judge("arguments-kept") as judge:
        given = [torch.randn(shape), torch.randn(shape), torch.randn(shape), torch.rand(shape)]
        names = dict(zip(("w", "g", "m", "v"), given, strict=True))
        with judge.unchanged(**names):
            solution(*given, 2, **mine)

    with run.judge("no-state-kept") as judge:
        other = torch.randn(5)
        others = [torch.randn(5) for _ in gradients]
        right = by_torch(other, others, torch.optim.AdamW, **torchs)[-1]
        a = w, torch.zeros(shape), torch.zeros(shape)
        b = other, torch.zeros(5), torch.zeros(5)
        for t, (one, two) in enumerate(zip(gradients, others, strict=True), start=1):
            a = step(a[0], one, a[1], a[2], t, **mine)
            b = step(b[0], two, b[1], b[2], t, **mine)
        judge.equal(a[0], theirs[-1], by="torch", of="the one weight")
        judge.equal(b[0], right, by="torch", of="the other weight")
