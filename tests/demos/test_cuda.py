"""What only a CUDA device can show: `make gpu` runs these, elsewhere they are skipped.

A CUDA process must not be forked, so each run uses up a process of its own and the next one is
prepared meanwhile.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import torch

from quizapp.app.once import setup_here
from quizapp.demo.events import Done
from quizapp.demo.request import RunRequest
from quizapp.demo.spec import read_spec
from quizapp.demo.state import RunState
from quizapp.lab.lab import Lab
from tests.tui.panel import LONG
from tests.unit.lab.test_lab import exists

pytestmark = [
    pytest.mark.cuda,
    pytest.mark.torch,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device"),
]

DEMOS = Path(__file__).parents[2] / "demos"


@pytest.fixture
async def lab() -> AsyncIterator[Lab]:
    made = Lab(setup_here())
    yield made
    made.close()


async def run(lab: Lab, name: str, **chosen: Any) -> RunState:
    spec = read_spec(DEMOS / f"{name}.py")
    state = RunState()
    async for event in lab.start(RunRequest(spec, spec.settings(chosen))).events():
        state = state.add(event)
    return state


async def test_the_prepared_process_refuses_to_fork_and_runs_on_the_gpu(lab: Lab) -> None:
    assert not (await lab.prepare().ready)["fork"]
    for _ in range(2):  # the second run begins in the spare that the first one had prepared
        state = await run(lab, "nf4_error")
        assert (state.status, state.device) == ("done", "cuda")
        assert torch.cuda.get_device_name() in state.device_name


async def test_a_run_reports_its_peak_memory_on_the_gpu(lab: Lab) -> None:
    state = await run(lab, "lora_finetune", steps=5)
    assert isinstance(state.ending, Done)
    assert (state.ending.peak_cuda_mb or 0) > 1


async def test_a_cancelled_run_leaves_no_process_on_the_gpu(lab: Lab) -> None:
    spec = read_spec(DEMOS / "lora_finetune.py")
    started = lab.start(RunRequest(spec, spec.settings({"steps": 400})))
    state = RunState()
    async for event in started.events():
        state = state.add(event)
        if state.charts:
            started.cancel()
    assert state.status == "cancelled"
    assert started.pid is not None
    async with asyncio.timeout(LONG):  # CUDA takes a moment to give back what the process had
        while exists(started.pid):
            await asyncio.sleep(0.01)


async def test_out_of_memory_ends_a_run_with_a_sentence(lab: Lab, tmp_path: Path) -> None:
    demo = tmp_path / "greedy.py"
    demo.write_text(
        '"""Too much."""\n'
        "import torch\n"
        "from quizapp.demo import Run, demo\n"
        '@demo(topic="own", claims={"a": "b"}, measures={"size": "bytes"})\n'
        "def main(run: Run) -> None:\n"
        "    free, _ = torch.cuda.mem_get_info()\n"
        "    kept = torch.empty(2 * free, dtype=torch.uint8, device=run.device)\n"
        '    run.measure("size", kept.numel())\n'
        '    run.claim("a", True)\n',
        encoding="utf-8",
    )
    spec = read_spec(demo)
    state = RunState()
    async for event in lab.start(RunRequest(spec, spec.defaults)).events():
        state = state.add(event)
    assert state.error is not None
    assert "memory" in state.error.text.lower()
    await asyncio.wait_for(lab.prepare().ready, 180)  # the next run has its process all the same


@pytest.mark.parametrize("block", [64, 256])
@pytest.mark.parametrize("quant_type", ["nf4", "fp4"])
def test_four_bit_codes_of_gpu_and_cpu_agree(block: int, quant_type: str) -> None:
    from bitsandbytes.functional import dequantize_4bit, quantize_4bit

    weight = torch.randn(256, 256, generator=torch.Generator().manual_seed(0))
    kept = {}
    for device in ("cpu", "cuda"):
        codes, state = quantize_4bit(weight.to(device), blocksize=block, quant_type=quant_type)
        kept[device] = dequantize_4bit(codes, state).cpu()
    # a value halfway between two levels may round to either side
    same = (kept["cpu"] - kept["cuda"]).abs() < 1e-5
    assert same.float().mean() > 0.999


def test_a_step_in_bf16_agrees_with_the_cpu() -> None:
    weight = torch.randn(64, 64, generator=torch.Generator().manual_seed(0)).bfloat16()
    x = torch.randn(8, 64, generator=torch.Generator().manual_seed(1)).bfloat16()
    torch.testing.assert_close((x @ weight.T), (x.cuda() @ weight.cuda().T).cpu())


async def test_paged_states_survive_what_plain_ones_do_not(lab: Lab) -> None:
    """Last, because it fills the GPU."""
    state = await run(lab, "paged_optimizer")
    assert state.status == "done", state.error
    assert {claim.id: claim.state for claim in state.claims} == dict.fromkeys(
        read_spec(DEMOS / "paged_optimizer.py").claims, "holds"
    )
