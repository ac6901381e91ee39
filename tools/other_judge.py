"""How many wrong solutions another judge lets pass: `python -m tools.other_judge [FOLDER]...`.

The other judge is torch-judge (PyPI; not among the dependencies: `pip install --target DIR
--no-deps torch-judge`, and PYTHONPATH=DIR). Its tests are run on the wrong solutions kept beside
our exercises, where both ask for the same thing and differ in the call only; FOLDER holds demos
besides the built-in ones. The reference must pass its tests: what does not is left out, and named.
"""

from __future__ import annotations

import contextlib
import io
import signal
import sys
from collections.abc import Callable, Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import torch
from torch import nn

from quizapp.demo.catalogue import read_catalogue
from quizapp.demo.kept import ENDS, kept
from quizapp.demo.solution import load
from quizapp.demo.spec import DemoSpec

ROOT = Path(__file__).parent.parent
LONGEST_S = 10
"""A test of a solution without end is given up."""

Solve = Callable[..., Any]


def lora_forward(solve: Solve) -> Any:
    """LoRALinear whose forward pass is the solution."""

    class LoRALinear(nn.Module):  # type: ignore[misc]  # torch has no types here
        def __init__(self, in_features: int, out_features: int, rank: int, alpha: float = 1.0):
            super().__init__()
            self.linear = nn.Linear(in_features, out_features).requires_grad_(False)
            self.lora_A = nn.Parameter(torch.randn(rank, in_features) * 0.01)
            self.lora_B = nn.Parameter(torch.zeros(out_features, rank))
            self.alpha = alpha

        def forward(self, x: torch.Tensor) -> Any:
            weight = self.linear.weight
            return solve(x, weight, self.lora_A, self.lora_B, self.alpha) + self.linear.bias

    return LoRALinear


def lora_init(solve: Solve) -> Any:
    """LoRALinear whose adapter the solution makes."""

    class LoRALinear(nn.Module):  # type: ignore[misc]  # torch has no types here
        def __init__(self, in_features: int, out_features: int, rank: int, alpha: float = 1.0):
            super().__init__()
            self.linear = nn.Linear(in_features, out_features).requires_grad_(False)
            self.lora_A, self.lora_B, self.scale = solve(in_features, out_features, rank, alpha)

        def forward(self, x: torch.Tensor) -> Any:
            return self.linear(x) + self.scale * (x @ self.lora_A.T @ self.lora_B.T)

    return LoRALinear


def ppo_clip(solve: Solve) -> Any:
    """The clipped loss of one sequence without padding."""

    def ppo_loss(new: Any, old: Any, advantages: Any, clip_ratio: float = 0.2) -> Any:
        parts = (part[None] for part in (new, old, advantages))
        return solve(*parts, torch.ones(1, len(new)), clip_ratio, clip_ratio)

    return ppo_loss


def cosine_floor(solve: Solve) -> Any:
    """The schedule with a least rate."""

    def schedule(
        step: int, total_steps: int, warmup_steps: int, max_lr: float, min_lr: float = 0.0
    ) -> Any:
        return solve(step, max_lr, min_lr, warmup_steps, total_steps)

    return schedule


def cosine_warmup(solve: Solve) -> Any:
    """The schedule to zero, lifted by the least rate."""

    def schedule(
        step: int, total_steps: int, warmup_steps: int, max_lr: float, min_lr: float = 0.0
    ) -> Any:
        return min_lr + solve(step, max_lr - min_lr, warmup_steps, total_steps)

    return schedule


def rms_norm(solve: Solve) -> Any:
    """The norm with their default of eps."""
    return lambda x, weight, eps=1e-6: solve(x, weight, eps)


def rope(solve: Solve) -> Any:
    """Queries and keys of one head, at places from 0 on."""

    def turned(x: torch.Tensor) -> Any:
        places = torch.arange(x.shape[1]).expand(x.shape[:2])
        return solve(x[:, None], places, 10000.0)[:, 0]

    return lambda q, k: (turned(q), turned(k))


def int8(solve: Solve) -> Any:
    """A layer whose weight is kept as the solution encodes it."""

    class Int8Linear(nn.Module):  # type: ignore[misc]  # torch has no types here
        def __init__(self, weight: torch.Tensor, bias: torch.Tensor | None = None):
            super().__init__()
            codes, scale, _ = solve(weight)
            self.register_buffer("weight_int8", codes)
            self.register_buffer("scale", scale[:, None])
            self.bias = bias

        def forward(self, x: torch.Tensor) -> Any:
            return nn.functional.linear(x, self.weight_int8.float() * self.scale, self.bias)

    return Int8Linear


def grouped_attention(solve: Solve) -> Any:
    """A layer whose heads attend as the solution lets them."""

    class GroupQueryAttention(nn.Module):  # type: ignore[misc]  # torch has no types here
        def __init__(self, d_model: int, num_heads: int, num_kv_heads: int):
            super().__init__()
            self.width = d_model // num_heads
            self.W_q = nn.Linear(d_model, d_model)
            self.W_k = nn.Linear(d_model, self.width * num_kv_heads)
            self.W_v = nn.Linear(d_model, self.width * num_kv_heads)
            self.W_o = nn.Linear(d_model, d_model)

        def forward(self, x: torch.Tensor) -> Any:
            parts = (layer(x).unflatten(-1, (-1, self.width)) for layer in self.inputs())
            return self.W_o(
                solve(*(part.transpose(1, 2) for part in parts)).transpose(1, 2).flatten(2)
            )

        def inputs(self) -> tuple[nn.Module, ...]:
            return self.W_q, self.W_k, self.W_v

    return GroupQueryAttention


def top_p(solve: Solve) -> Any:
    """Sampling from what the solution keeps."""

    def sample(logits: Any, top_k: int = 0, top_p: float = 1.0, temperature: float = 1.0) -> int:
        logits = logits / temperature
        if top_k:
            logits[logits < logits.topk(top_k).values[-1]] = -torch.inf
        return int(torch.multinomial(solve(logits[None], top_p)[0].softmax(-1), 1))

    return sample


def same(solve: Solve) -> Any:
    """The solution as it is: both are called alike."""
    return solve


SHARED: dict[str, tuple[str, Callable[[Solve], Any]]] = {
    "write_lora_forward": ("lora", lora_forward),
    "write_lora_init": ("lora", lora_init),
    "write_ppo_clip": ("ppo_loss", ppo_clip),
    "write_cosine_warmup": ("cosine_lr", cosine_warmup),
    "write_cosine_floor": ("cosine_lr", cosine_floor),
    "write_clip_norm": ("gradient_clipping", same),
    "write_rms_norm": ("rmsnorm", rms_norm),
    "write_rope": ("rope", rope),
    "write_absmax_int8": ("int8_quantization", int8),
    "write_grouped_attention": ("gqa", grouped_attention),
    "write_top_p": ("topk_sampling", top_p),
}
"""By our exercise, the task of the other judge and how its call becomes ours.

Left out although both have them: DPO and GRPO (theirs takes the log-probabilities of whole answers,
ours logits, masks and ratios), accumulation (theirs knows no padding), Adam (theirs has no decay).
"""


def passes(task: dict[str, Any], solve: Solve, adapt: Callable[[Solve], Any]) -> bool:
    """Return whether a solution passes all tests of a task, run as the other judge runs them."""
    name = task["function_name"]
    for test in task["tests"]:
        signal.alarm(LONGEST_S)
        try:
            with contextlib.redirect_stdout(io.StringIO()):
                exec(test["code"].replace("{fn}", name), {name: adapt(solve)})
        except Exception:
            return False
        finally:
            signal.alarm(0)
    return True


def rows(demos: dict[str, DemoSpec], tasks: dict[str, Any]) -> Iterator[str]:
    """Yield a row of the table for each exercise that both have."""
    total = let_pass = 0
    for id, (task, adapt) in SHARED.items():
        if id not in demos:
            continue
        spec = demos[id]
        entry = spec.params[spec.code].entry  # type: ignore[union-attr]  # the one of the kind Code
        solutions = kept(spec)
        if not passes(tasks[task], load(solutions[0].text, entry), adapt):
            print(f"{id}: the reference fails {task}", file=sys.stderr)
            continue
        wrong = [one for one in solutions if one.role == "wrong" and one.claim != ENDS]
        passed = sum(passes(tasks[task], load(one.text, entry), adapt) for one in wrong)
        total, let_pass = total + len(wrong), let_pass + passed
        yield f"| {id} | {task} | {len(wrong)} | {passed} |"
    yield f"| **all** | | {total} | {let_pass} |"


def main(folders: list[str]) -> None:
    """Print the table as Markdown."""
    try:
        from torch_judge.tasks import TASKS
    except ImportError:
        sys.exit("torch-judge is not installed: the first lines of this file say how.")
    with contextlib.suppress(PackageNotFoundError):
        print(f"torch-judge {version('torch-judge')}\n")
    print("| exercise | its task | wrong solutions | of these pass its tests |")
    print("|---|---|---|---|")
    places = [ROOT / "demos", *map(Path, folders)]
    for row in rows(dict(read_catalogue(places).demos), TASKS):
        print(row, flush=True)


def _give_up(*_: object) -> None:
    raise TimeoutError


if __name__ == "__main__":
    signal.signal(signal.SIGALRM, _give_up)
    torch.set_num_threads(1)
    main(sys.argv[1:])
