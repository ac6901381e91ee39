"""The arithmetic that a CPU offers: the same torch ends chaotic runs elsewhere with another one.

What the switches mean: ATEN_CPU_CAPABILITY picks torch's own kernels (aten/src/ATen/native/
DispatchStub.cpp), MKL_ENABLE_INSTRUCTIONS those of MKL (oneMKL Developer Guide, "Instruction Set
Specific Dispatching"), DNNL_MAX_CPU_ISA those of oneDNN (its documentation, "CPU Dispatcher
Control").
"""

from __future__ import annotations

import platform
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from quizapp.app.once import usable_cores


@dataclass(frozen=True)
class BackEnd:
    """One way to run torch on this machine."""

    name: str
    """Arithmetic and threads, as a record names them: "AVX2, 2 threads"."""
    threads: int
    env: Mapping[str, str] = field(default_factory=dict)
    """What to set before torch is imported."""


_AVX512 = {"ATEN_CPU_CAPABILITY": "avx512"}
_AVX2 = {
    "ATEN_CPU_CAPABILITY": "avx2",
    "MKL_ENABLE_INSTRUCTIONS": "AVX2",
    "DNNL_MAX_CPU_ISA": "AVX2",
}
_OLDEST = {
    "ATEN_CPU_CAPABILITY": "default",
    "MKL_ENABLE_INSTRUCTIONS": "SSE4_2",
    "DNNL_MAX_CPU_ISA": "SSE41",
}


def back_ends(flags: frozenset[str], machine: str, cores: int) -> tuple[BackEnd, ...]:
    """Return what to record with on a CPU: its own arithmetic, and the older ones it also knows.

    With more than one core its own also runs with two threads: sums then add up in another order.

    Args:
        flags: what the CPU can do, in the words of Linux (`cpu_flags`); empty: not known.
        machine: architecture, such as "x86_64" or "arm64".
        cores: how many of them may be used; two threads on one core take turns, and spin.
    """
    if {"avx512f", "avx512vl", "avx512bw", "avx512dq"} <= flags:
        kinds = {"AVX-512": _AVX512, "AVX2": _AVX2, "SSE": _OLDEST}
    elif "avx2" in flags:
        kinds = {"AVX2": _AVX2, "SSE": _OLDEST}
    else:
        kinds = {machine: {}, f"{machine} without vectors": {"ATEN_CPU_CAPABILITY": "default"}}
    own = next(iter(kinds))
    ends = [BackEnd(f"{name}, 1 thread", 1, env) for name, env in kinds.items()]
    if cores > 1:
        ends.append(BackEnd(f"{own}, 2 threads", 2, kinds[own]))
    return tuple(ends)


def cpu_flags(cpuinfo: str) -> frozenset[str]:
    """Return the flags in the text of /proc/cpuinfo."""
    lines = (line.partition(":") for line in cpuinfo.split("\n"))
    return next((frozenset(v.split()) for k, _, v in lines if k.strip() == "flags"), frozenset())


def back_ends_here() -> tuple[BackEnd, ...]:
    """Return what to record with on this machine."""
    info = Path("/proc/cpuinfo")
    text = info.read_text(encoding="utf-8", errors="replace") if info.exists() else ""
    return back_ends(cpu_flags(text), platform.machine(), usable_cores())
