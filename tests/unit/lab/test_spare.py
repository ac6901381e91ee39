"""The launcher of machines with CUDA, whose processes must not be forked: each becomes one run.

The torch here is a stand-in with a GPU of 8 GB.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from quizapp.demo import device
from quizapp.demo.events import Done
from quizapp.demo.request import RunRequest
from quizapp.demo.spec import DemoSpec, read_spec
from quizapp.demo.state import RunState
from quizapp.lab.lab import Lab
from quizapp.lab.process import Setup
from tests.unit.lab.test_lab import exists, until

TORCH = """
from pathlib import Path
from types import SimpleNamespace


class OutOfMemoryError(RuntimeError):
    pass


cuda = SimpleNamespace(
    is_available=lambda: True,
    get_device_properties=lambda index: SimpleNamespace(name="Toy GPU", total_memory=8e9),
    max_memory_allocated=lambda: 5e6,
)
backends = SimpleNamespace(mps=SimpleNamespace(is_available=lambda: False))


def zeros(count, device):
    here = Path(__file__).parent
    (here / f"tried-{len(list(here.glob('tried-*')))}").touch()
    if (here / "full").exists():
        raise OutOfMemoryError("CUDA out of memory.")


def get_num_threads():
    return 1


def set_num_threads(count):
    pass


def set_flush_denormal(on):
    pass


def use_deterministic_algorithms(on, warn_only):
    global ordered
    ordered = on


ordered = False
"""

DEMO = '''"""One number."""

import os
import time

import torch

from quizapp.demo import Choice, Run, demo


@demo(topic="own", claims={"a": "It holds"}, measures={"process": "id", "ordered": "sums"})
def main(run: Run, end: str = Choice("well", "wait", "cuda", "cublas", "host")) -> None:
    """Run."""
    run.point(0, y=1.0)
    while end == "wait":
        time.sleep(0.01)
        run.check()
    if end == "cuda":
        raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 GiB.")
    if end == "cublas":
        raise RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate`")
    if end == "host":
        raise MemoryError
    run.measure("process", os.getpid())
    run.measure("ordered", str(torch.ordered))
    run.claim("a", True)
'''


@pytest.fixture
def spec(tmp_path: Path) -> DemoSpec:
    path = tmp_path / "own.py"
    path.write_text(DEMO, encoding="utf-8")
    return read_spec(path)


@asynccontextmanager
async def gpu_lab(folder: Path) -> AsyncIterator[Lab]:
    """A lab on a machine with a GPU, whose other libraries are empty files."""
    for name in ("transformers", "peft", "bitsandbytes", "sklearn", "tinyworld"):
        (folder / f"{name}.py").write_text("")
    (folder / "torch.py").write_text(TORCH)
    lab = Lab(Setup((folder,), threads=1, fork=True))
    try:
        yield lab
    finally:
        lab.close()


async def run(
    lab: Lab,
    spec: DemoSpec,
    end: str = "well",
    device: str = "auto",
    see: Callable[[], None] = lambda: None,
) -> RunState:
    """Run the demo; `see` is called once there is a point."""
    state = RunState()
    async for event in lab.start(RunRequest(spec, {"end": end}, device)).events():
        state = state.add(event)
        if state.charts and state.status == "running":
            see()
    return state


async def test_each_run_is_the_process_that_was_prepared(tmp_path: Path, spec: DemoSpec) -> None:
    async with gpu_lab(tmp_path) as lab:
        for _ in range(2):
            prepared = lab.prepare()
            assert not (await prepared.ready)["fork"]
            state = await run(lab, spec)
            assert state.measure("process") == prepared.pid
            assert (state.device, state.device_name) == ("cuda", "Toy GPU, 8.0 GB")


async def test_a_run_reports_the_peak_memory_of_the_gpu(tmp_path: Path, spec: DemoSpec) -> None:
    async with gpu_lab(tmp_path) as lab:
        ending = (await run(lab, spec)).ending
        assert isinstance(ending, Done)
        assert (ending.peak_cuda_mb, ending.peak_rss_mb) == (5.0, None)
        ending = (await run(lab, spec, device="cpu")).ending
        assert isinstance(ending, Done)
        assert ending.peak_cuda_mb is None


async def test_on_a_gpu_the_same_seed_gives_the_same_sums(tmp_path: Path, spec: DemoSpec) -> None:
    async with gpu_lab(tmp_path) as lab:
        assert (await run(lab, spec)).measure("ordered") == "True"
        assert (await run(lab, spec, device="cpu")).measure("ordered") == "False"


async def test_the_context_is_made_before_a_run_asks_for_it(tmp_path: Path) -> None:
    async with gpu_lab(tmp_path) as lab:
        lab.prepare()
        await until(lambda: (tmp_path / "tried-0").exists())


async def test_where_the_gpu_is_full_a_run_on_the_cpu_still_works(
    tmp_path: Path, spec: DemoSpec
) -> None:
    (tmp_path / "full").touch()
    async with gpu_lab(tmp_path) as lab:
        prepared = lab.prepare()
        await until(lambda: (tmp_path / "tried-0").exists())
        state = await run(lab, spec, device="cpu")
        assert (state.status, state.measure("process")) == ("done", prepared.pid)


@pytest.mark.parametrize(
    ("end", "sentence"),
    [
        ("cuda", "This GPU has 8.0 GB; the run needs more."),
        ("cublas", "This GPU has 8.0 GB; the run needs more."),
        ("host", "This machine ran out of memory."),
    ],
)
async def test_a_run_that_is_out_of_memory_says_which_memory(
    tmp_path: Path, spec: DemoSpec, end: str, sentence: str
) -> None:
    async with gpu_lab(tmp_path) as lab:
        state = await run(lab, spec, end)
        assert state.error is not None
        assert (state.error.kind, state.error.message) == ("memory", sentence)
        assert (await run(lab, spec)).status == "done"  # the next run has its own process


async def test_a_cancelled_run_leaves_no_process(tmp_path: Path, spec: DemoSpec) -> None:
    async with gpu_lab(tmp_path) as lab:
        prepared = lab.prepare()

        def cancel() -> None:
            assert lab.run is not None
            lab.run.cancel()

        assert (await run(lab, spec, "wait", see=cancel)).status == "cancelled"
        await until(lambda: not exists(prepared.pid))


def test_what_the_cpu_allocator_of_torch_says_is_out_of_memory() -> None:
    said = "[enforce fail at alloc_cpu.cpp:124] data. DefaultCPUAllocator: can't allocate memory"
    for at in ("cpu", "cuda"):
        assert device.out_of_memory(RuntimeError(said), at) == "This machine ran out of memory."
    assert device.out_of_memory(RuntimeError("shapes do not fit"), "cuda") is None
