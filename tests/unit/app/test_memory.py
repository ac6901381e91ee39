"""How much memory the system says is left."""

from __future__ import annotations

from pathlib import Path

import pytest

from quizapp.app.memory import free_memory


def machine(root: Path, *, available_kb: int, limit: str = "", used: int = 0) -> Path:
    """Write what Linux says of its memory, and of the container's if there is a limit."""
    (root / "proc").mkdir()
    text = f"MemTotal:       16000000 kB\nMemFree:  1 kB\nMemAvailable:   {available_kb} kB\n"
    (root / "proc/meminfo").write_text(text)
    if limit:
        group = root / "sys/fs/cgroup"
        group.mkdir(parents=True)
        (group / "memory.max").write_text(f"{limit}\n")
        (group / "memory.current").write_text(f"{used}\n")
    return root


def test_linux_says_what_is_available(tmp_path: Path) -> None:
    assert free_memory(machine(tmp_path, available_kb=1000)) == 1_024_000


@pytest.mark.parametrize(
    ("limit", "used", "free"),
    [("max", 0, 1_024_000), ("600000", 200_000, 400_000), ("600000", 700_000, 0)],
)
def test_a_container_may_leave_less(limit: str, used: int, free: int, tmp_path: Path) -> None:
    assert free_memory(machine(tmp_path, available_kb=1000, limit=limit, used=used)) == free


def test_elsewhere_it_is_the_memory_of_the_machine(tmp_path: Path) -> None:
    total = free_memory(tmp_path)
    here = free_memory()
    assert total is not None and here is not None and total > here
