"""How much memory this machine has left for a run."""

from __future__ import annotations

import os
from pathlib import Path


def free_memory(root: Path = Path("/")) -> int | None:
    """Return the bytes that a new process can use; None where the system does not say.

    What Linux calls available, or what a container's limit leaves, if that is less; elsewhere all
    memory of the machine.
    """
    found = [size for size in (_available(root), _limit(root)) if size is not None]
    if found:
        return min(found)
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (ValueError, OSError):
        return None


def _available(root: Path) -> int | None:
    try:
        lines = (root / "proc/meminfo").read_text().splitlines()
        return next(1024 * int(line.split()[1]) for line in lines if line.startswith("MemAvail"))
    except (OSError, ValueError, IndexError, StopIteration):
        return None


def _limit(root: Path) -> int | None:
    """Return what the container's limit (cgroup 2) leaves; its file says "max" where none is."""
    folder = root / "sys/fs/cgroup"
    try:
        used = int((folder / "memory.current").read_text())
        return max(int((folder / "memory.max").read_text()) - used, 0)
    except (OSError, ValueError):
        return None
