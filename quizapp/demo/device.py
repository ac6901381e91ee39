"""The device of a run, asked of torch inside the demo process."""

from __future__ import annotations

import sys
from typing import Any

from quizapp.errors import EnvironmentProblem


def choose(wanted: str = "auto") -> str:
    """Return "cuda", "mps" or "cpu": what was asked for, or the best there is.

    Raises:
        EnvironmentProblem: the device asked for is not on this machine.
    """
    import torch

    found = {
        "cuda": torch.cuda.is_available,
        "mps": torch.backends.mps.is_available,
        "cpu": lambda: True,
    }
    if wanted == "auto":
        return next(name for name, there in found.items() if there())
    if wanted not in found:
        raise EnvironmentProblem(
            "Unknown device", f"{wanted} is not a device.", "Use cuda, mps, cpu or auto."
        )
    if not found[wanted]():
        raise EnvironmentProblem(
            "No such device",
            f"torch finds no {wanted} on this machine.",
            "Leave --device out to use what is there.",
        )
    return wanted


def describe(device: str) -> str:
    """Return the device in words: "NVIDIA H200, 139.8 GB" or "cpu, 2 threads"."""
    import torch

    if device == "cuda":
        card = torch.cuda.get_device_properties(0)
        return f"{card.name}, {card.total_memory / 1e9:.1f} GB"
    threads = torch.get_num_threads()
    return f"cpu, {threads} thread{'s' * (threads > 1)}" if device == "cpu" else device


def peak_memory(device: str) -> dict[str, float]:
    """Return peak memory in MB: torch's own count on CUDA, resident memory of the process else."""
    if device == "cuda":
        import torch

        return {"peak_cuda_mb": torch.cuda.max_memory_allocated() / 1e6}
    return {"peak_rss_mb": rss_mb()}


def rss_mb() -> float:
    """Return the largest resident memory of this process so far, in MB."""
    import resource

    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6


def versions() -> dict[str, str]:
    """Return the versions of the libraries that this process has imported."""
    import platform
    from importlib.metadata import PackageNotFoundError, version

    found = {"python": platform.python_version()}
    names = {
        "torch": "torch",
        "transformers": "transformers",
        "peft": "peft",
        "bitsandbytes": "bitsandbytes",
        "sklearn": "scikit-learn",
        "numpy": "numpy",
        "sacrebleu": "sacrebleu",
        "rouge_score": "rouge-score",
        "datasketch": "datasketch",
        "trl": "trl",
    }
    for module, package in names.items():
        if module in sys.modules:
            try:
                found[package] = version(package)
            except PackageNotFoundError:
                found[package] = "unknown"
    return found


_FULL = ("out of memory", "can't allocate memory", "STATUS_ALLOC_FAILED")
"""What CUDA, torch's CPU allocator, and cuBLAS or cuDNN say when memory is short."""


def out_of_memory(error: BaseException, device: str) -> str | None:
    """Return the sentence for an out-of-memory error, or None when it is another error."""
    names = {cls.__name__ for cls in type(error).__mro__}
    text = str(error)
    if not names & {"OutOfMemoryError", "MemoryError"} and not any(w in text for w in _FULL):
        return None
    if device != "cuda" or "MemoryError" in names or "CPUAllocator" in text:
        return "This machine ran out of memory."
    total: Any = __import__("torch").cuda.get_device_properties(0).total_memory
    return f"This GPU has {total / 1e9:.1f} GB; the run needs more."
