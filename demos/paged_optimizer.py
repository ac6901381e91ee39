"""What a paged optimizer pages.

**Question.** "The paged optimizer moves the gradients to the CPU." What does it really hold in
paged memory, when does anything move, and what does it change in the update?

**Idea.** Adam keeps two *states* per weight, running means of the gradient and of its square:

    m ← β₁·m + (1-β₁)·g        v ← β₂·v + (1-β₂)·g²

A paged optimizer asks CUDA for *managed* memory for m and v. Such memory has one address for GPU
and CPU. Pages stay on the GPU while there is room, leave for CPU memory when the GPU runs full,
and come back when the next step touches them. Gradients stay ordinary GPU tensors, as do weights.

**Watch** the first moment of one weight follow its gradients, as state of the optimizer. On CUDA
the run then fills the GPU until the states no longer fit, and takes a step with a paged and with an
ordinary optimizer. **Without CUDA there is no managed memory**: bitsandbytes says so in a warning
and keeps ordinary tensors. Names and values of the states are the same and are tested here; all
that concerns paging is reported as not tested.

**Try** until a claim fails. `beta1=0`: the running mean has no memory, so m *equals* the last
gradient, and the claim that no gradient is among the states fails, by coincidence of value.
`weights=65536`: bitsandbytes does not page tensors below 100,000 elements; on CUDA the claim that
the states are paged fails.

**Real scale.** QLoRA (arXiv 2305.14314, section 3) uses paging against the memory spikes of long
texts under gradient checkpointing. ZeRO-Offload (arXiv 2101.06840) is another thing: it keeps
states *and* gradients on the CPU at all times, and computes the update there.
"""

import warnings

import torch
from bitsandbytes.optim import AdamW32bit, PagedAdamW32bit

from quizapp.demo import Choice, Float, Int, Predict, Run, demo


def moments(m, v, g, beta1):
    """Return the running means after a gradient, as the formulas have them, (weights,) each."""
    return beta1 * m + (1 - beta1) * g, 0.999 * v + 0.001 * g.square()


def gradient(w: torch.Tensor, target: torch.Tensor, step: int) -> torch.Tensor:
    """Return the gradient of ½·(w − target)² with the noise of this step, (weights,)."""
    noise = torch.randn(len(w), generator=torch.Generator().manual_seed(step))
    return w.detach() - target + noise.to(w.device)


def is_paged(tensor: torch.Tensor) -> bool:
    return bool(getattr(tensor, "is_paged", False))


def steps_under_pressure(optimizer_class: type, weights: int, device: str) -> bool:
    """Fill the GPU so that the two states do not fit any more, and try one step."""
    w = torch.nn.Parameter(torch.zeros(weights, device=device))
    w.grad = torch.ones_like(w)
    optimizer = optimizer_class([w], lr=1e-3)
    torch.cuda.empty_cache()
    free, _ = torch.cuda.mem_get_info()
    filler = torch.empty(max(free - 4 * weights, 1), dtype=torch.uint8, device=device)
    try:
        optimizer.step()
        torch.cuda.synchronize()
    except (torch.OutOfMemoryError, RuntimeError):
        return False
    finally:
        del filler
        torch.cuda.empty_cache()
    return bool(w.abs().max() > 0)


@demo(
    topic="memory",
    claims={
        "states-are-moments": "The states are m and v, as the formulas give them",
        "no-gradient-kept": "No state equals the gradient",
        "same-update": "The weights follow AdamW of PyTorch",
        "states-are-paged": "The states lie in paged memory, the gradient does not",
        "survives-pressure": "With the GPU full, the paged step works and the ordinary does not",
    },
    measures={
        "states": "tensors of the optimizer as large as the weight",
        "bytes_per_weight": "bytes of states per weight",
        "moment_gap": "largest deviation of m and v from the formulas, relative",
        "update_gap": "largest deviation of the weights from PyTorch's AdamW",
        "paged": "state tensors in paged memory",
        "holds": "what the states hold",
    },
    predict=Predict(
        "Which tensors does a paged AdamW put into its paged states?",
        options=("gradients", "two running means of gradients", "weights"),
        measure="holds",
    ),
    budget_s=3,
    cuda_claims=("states-are-paged", "survives-pressure"),
)
def main(
    run: Run,
    weights: int = Choice(262144, 65536, 1048576, help="elements of the trained tensor"),
    beta1: float = Float(0.9, 0, 0.99, step=0.01, help="memory of the first moment"),
    steps: int = Int(30, 2, 200),
    seed: int = Int(0, 0, 999),
) -> None:
    torch.manual_seed(seed)
    start, target = torch.randn(2, weights, device=run.device)  # (weights,)
    w = torch.nn.Parameter(start.clone())
    reference = torch.nn.Parameter(start.clone())
    settings = {"lr": 0.05, "betas": (beta1, 0.999), "weight_decay": 0.0}
    paged = PagedAdamW32bit([w], **settings)
    plain = torch.optim.AdamW([reference], **settings)
    m, v = torch.zeros(2, weights, device=run.device)  # (weights,)
    where = "paged" if run.device == "cuda" else f"not paged: no managed memory on {run.device}"
    run.axes(title=f"one weight of a paged AdamW, {where}", x="step", y="value")
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for step in run.steps(steps):
            w.grad = gradient(w, target, step)
            reference.grad = gradient(reference, target, step)
            m, v = moments(m, v, w.grad, beta1)
            paged.step()
            plain.step()
            first = paged.state[w]["state1"]
            run.point(step, gradient=w.grad[0].item(), state1=first[0].item(), weight=w[0].item())
    heard = [str(warning.message) for warning in caught if "aged" in str(warning.message)]
    if heard:
        run.note(f"bitsandbytes on {run.device}: *{heard[0]}*")

    state = {k: t for k, t in paged.state[w].items() if torch.is_tensor(t) and t.shape == w.shape}
    tensors = {**state, "gradient": w.grad, "weight": w}
    rows = [{"tensor": k, "bytes": t.nbytes, "paged": str(is_paged(t))} for k, t in tensors.items()]
    run.table("after the last step", rows)
    here = {k: t.to(run.device) for k, t in state.items()}  # PyTorch counts paged ones as CPU's
    gap_m = ((here["state1"].float() - m).abs().max() / m.abs().max()).item()
    gap_v = ((here["state2"].float() - v).abs().max() / v.abs().max()).item()
    gap = max(gap_m, gap_v)
    drift = (w - reference).abs().max().item()
    equal = [k for k, t in here.items() if torch.allclose(t, w.grad, rtol=1e-5)]
    holds = "gradients" if equal else "two running means of gradients"
    bytes_per_weight = sum(t.nbytes for t in state.values()) / weights
    in_pages = sum(is_paged(t) for t in state.values())

    run.measure(states=len(state), bytes_per_weight=bytes_per_weight, paged=in_pages)
    run.measure(moment_gap=gap, update_gap=drift, holds=holds)
    run.claim("states-are-moments", gap < 1e-4, f"{gap:.1e} off")
    run.claim("no-gradient-kept", not equal, f"equal to the gradient: {equal or 'none'}")
    run.claim("same-update", drift < 1e-3, f"{drift:.1e} apart after {steps} steps")
    if run.device != "cuda":
        run.claim("states-are-paged", None, f"{run.device} has no managed memory")
        run.claim("survives-pressure", None, f"{run.device} has no managed memory")
        return
    alone = in_pages == len(state) and not is_paged(w.grad)
    run.claim("states-are-paged", alone, f"{in_pages} of {len(state)} states")
    works = {  # the ordinary one first: paged memory is never freed, and would make room for it
        "AdamW32bit": steps_under_pressure(AdamW32bit, 64 * 2**20, run.device),
        "PagedAdamW32bit": steps_under_pressure(PagedAdamW32bit, 64 * 2**20, run.device),
    }
    run.claim("survives-pressure", list(works.values()) == [False, True], str(works))
