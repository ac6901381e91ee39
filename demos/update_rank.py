"""Is the update really of low rank?

**Question.** LoRA assumes that the change a fine-tune makes has low rank. Does it?

**Idea.** Fine-tune the linear layers of the blocks, the ones that LoRA adapts, and nothing else.
Take ΔW = W_after − W_before of each and cut it to its k largest singular directions: ΔW = U·S·Vᵀ,
ΔW_k = U[:, :k]·S[:k]·Vᵀ[:k] is the best approximation of rank k (Eckart and Young, 1936). Put
W_before + ΔW_k into the base and measure the loss. If a small k is enough, the update was of low
rank *in effect*. With k = 0 the model is the base.

**Watch** the loss fall as k grows, and the spectrum: singular values fall slowly, so ΔW is not of
low rank as a matrix. Most of its directions do not matter for the task.

**Try** `learning_rate = 1e-5`: nothing is learned, and the claim on rank 0 fails. If embeddings and
norms are tuned too and left in place, less rank seems to suffice: they carry a part of the work.

**At real scale.** Aghajanyan et al. (arXiv 2012.13255) find low intrinsic dimension in fine-tuning;
Hu et al. (arXiv 2106.09685, section 7) work with r from 1 to 8. Biderman et al. (arXiv 2405.09673)
find the rank of full fine-tuning 10 to 100 times the usual r for code and mathematics. This is an
easy task in a 64-wide model; it shows how to ask the question, not the answer for yours.
"""

import copy

import tinyworld
import torch

from quizapp.demo import Float, Int, Predict, Run, demo

Parts = dict[str, tuple[torch.Tensor, torch.Tensor, torch.Tensor]]


def updates(before: dict[str, torch.Tensor], after: dict[str, torch.Tensor]) -> Parts:
    """Return ΔW = U·diag(S)·Vᵀ of every linear layer in the blocks, by its name."""
    names = [name for name in before if "proj" in name]
    return {n: torch.linalg.svd(after[n] - before[n], full_matrices=False) for n in names}


def with_rank(k: int, parts: Parts, base: torch.nn.Module) -> torch.nn.Module:
    """Return a copy of the base with rank k of each ΔW added."""
    kept = copy.deepcopy(base)
    for name, (U, S, Vt) in parts.items():
        kept.get_parameter(name).data += (U[:, :k] * S[:k]) @ Vt[:k]
    return kept


def energy(S: torch.Tensor, k: int) -> float:
    """Return the share of the squared size that lies in the k largest directions."""
    return (S[:k].square().sum() / S.square().sum()).item()


RANKS = (0, 1, 2, 4, 8, 16, 32, 64)


@demo(
    topic="lora",
    claims={
        "falls-with-rank": "The loss falls from rank 0 to 2 to 8 of the kept update",
        "sixteen-is-enough": "Rank 16 of 64 comes within 0.02 nats of the whole update",
        "two-is-not": "Rank 2 stays over 0.5 nats above the whole update",
        "nothing-without": "Without any update the model is the base, over 1 nat higher",
        "full-rank-as-matrix": "Every update has over 60 of 64 directions above rounding",
    },
    measures={
        "loss_full": "loss with the whole update, nats per token",
        "loss_0": "loss with no update: the base",
        "loss_2": "loss with rank 2 of the update",
        "loss_8": "loss with rank 8 of the update",
        "loss_16": "loss with rank 16 of the update",
        "energy_8": "share of ΔW's squared size in its 8 largest directions, mean over layers",
        "matrix_rank": "lowest rank of an update as a matrix",
        "enough": "smallest tested rank within 0.1 nats of the whole update",
    },
    predict=Predict(
        "The layers are 64 wide. Which rank of the update comes within 0.1 nats of all of it?",
        options=("1 or 2", "4 to 16", "32 or more"),
        measure="enough",
    ),
    budget_s=6,
)
def main(
    run: Run,
    steps: int = Int(100, 5, 400),
    learning_rate: float = Float(1e-3, 1e-5, 0.1, log=True),
    seed: int = Int(0, 0, 999),
) -> None:
    base, tokenizer = tinyworld.load(device=run.device)
    train = tinyworld.documents("clinic", 16 * steps, seed=seed)
    unseen = tinyworld.documents("clinic", 48, seed=1000 + seed)
    tuned = copy.deepcopy(base)
    for name, weight in tuned.named_parameters():
        weight.requires_grad = "proj" in name  # what LoRA adapts, and nothing else
    run.axes(chart="train", x="step", y="training loss (nats per token)")
    batches = tinyworld.batches(tokenizer, train, 16, run.device)  # (16, T)
    run.progress(steps)
    for step, loss in enumerate(tinyworld.train(tuned, batches, learning_rate)):
        run.step()
        run.point(step, chart="train", full=loss)

    loss_full = tinyworld.loss(tuned, tokenizer, unseen)
    parts = updates(base.state_dict(), tuned.state_dict())
    first = next(name for name in parts if "down_proj" in name)
    _, S, _ = parts[first]  # (64,)
    run.axes(x="rank kept of every ΔW", y="loss on unseen texts (nats per token)")
    run.reference("whole update", loss_full)
    run.axes(chart="spectrum", x="direction", y="singular value over the largest", log_y=True)
    for i, value in enumerate(S / S[0], 1):
        run.point(i, chart="spectrum", down_proj=max(value.item(), 1e-4))

    losses = {}
    for k in RANKS:
        losses[k] = tinyworld.loss(with_rank(k, parts, base), tokenizer, unseen)
        run.point(k, kept=losses[k])

    energy_8 = sum(energy(S, 8) for _, S, _ in parts.values()) / len(parts)
    smallest = next(k for k in RANKS if losses[k] < loss_full + 0.1)
    enough = "4 to 16" if smallest <= 16 else "32 or more"
    if smallest <= 2:
        enough = "1 or 2"

    run.measure(loss_full=loss_full, loss_0=losses[0], loss_2=losses[2], loss_8=losses[8])
    rounding = max(len(S) for _, S, _ in parts.values()) * torch.finfo(torch.float32).eps
    ranks = [int((rounding * S[0] < S).sum()) for _, S, _ in parts.values()]

    run.measure(loss_16=losses[16], energy_8=energy_8, enough=enough, matrix_rank=min(ranks))
    shown = ", ".join(f"{k}: {loss:.2f}" for k, loss in losses.items())
    run.claim("falls-with-rank", losses[0] > losses[2] > losses[8], shown)
    shown = f"{losses[16]:.3f} and {loss_full:.3f}"
    run.claim("sixteen-is-enough", losses[16] < loss_full + 0.02, shown)
    shown = f"{losses[2]:.3f} and {loss_full:.3f}"
    run.claim("two-is-not", losses[2] > loss_full + 0.5, shown)
    run.claim("full-rank-as-matrix", min(ranks) > 60, f"{min(ranks)} of 64 at least")
    shown = f"{losses[0]:.2f} and {loss_full:.2f}"
    run.claim("nothing-without", losses[0] > loss_full + 1, shown)
