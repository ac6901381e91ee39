"""What `make gpu` does in which order, and what it calls a difference."""

from __future__ import annotations

from pathlib import Path

import pytest

from quizapp.demo.evidence import Evidence, Runs
from quizapp.demo.spec import DemoSpec, read_spec
from quizapp.lab.probe import Machine
from tools import gpu

DEMO = '''"""One number."""

{imports}
from quizapp.demo import Run, demo


@demo(topic="own", claims={{"small": "It is"}}, measures={{"loss": "a loss", "way": "a word"}})
def main(run: Run) -> None:
    """Run."""
    run.measure(loss=1.0, way="down")
    run.claim("small", True, str({device}))
'''


def write(folder: Path, name: str, imports: str = "import math", device: str = '""') -> DemoSpec:
    path = folder / f"{name}.py"
    path.write_text(DEMO.format(imports=imports, device=device), encoding="utf-8")
    return read_spec(path)


def test_demos_with_kernels_of_their_own_on_a_gpu_run_first(tmp_path: Path) -> None:
    specs = [
        write(tmp_path, "plain"),
        write(tmp_path, "tensors", "import torch", "run.device"),
        write(tmp_path, "kernels", "import bitsandbytes", "run.device"),
        write(tmp_path, "codes_on_the_cpu", "import bitsandbytes"),
    ]
    ordered = [spec.id for spec in gpu.by_use_of_the_gpu(specs, lambda spec: False)]
    assert ordered == ["kernels", "tensors", "plain", "codes_on_the_cpu"]
    ordered = [spec.id for spec in gpu.by_use_of_the_gpu(specs, lambda spec: spec.id == "kernels")]
    assert ordered == ["tensors", "plain", "codes_on_the_cpu", "kernels"]


def test_the_demos_that_fill_the_gpu_exist() -> None:
    demos = gpu.ROOT / "demos"
    assert all((demos / f"{name}.py").exists() for name in gpu.FILLING)


def found(machine: str, loss: float, way: str, claim: str) -> Runs:
    return Runs({}, machine).add(0, 1.0, {"loss": loss, "way": way}, {"small": claim}, {})


def test_what_lies_outside_the_runs_of_a_cpu_is_named(tmp_path: Path) -> None:
    spec = write(tmp_path, "one")
    cpu = found("cpu AVX2, 1 thread", 1.0, "down", "holds")
    same = Evidence("one", "x", (cpu, found("Toy GPU", 1.0, "down", "holds")))
    assert list(gpu.differences(spec, same)) == []
    other = Evidence("one", "x", (cpu, found("Toy GPU", 2.0, "up", "fails")))
    assert list(gpu.differences(spec, other)) == [
        "one: loss is 2, on a CPU 1 to 1",
        "one: way is up, on a CPU down",
        "one: small fails",
    ]
    alone = Evidence("one", "x", (found("Toy GPU", 2.0, "up", "fails"),))
    assert list(gpu.differences(spec, alone)) == ["one: no record of a CPU to compare with"]


def test_without_a_gpu_it_says_so_and_runs_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PYTHONPATH", "")  # put back after the test
    monkeypatch.setattr(gpu, "probe", lambda threads: Machine("cpu", "cpu, 1 thread"))
    assert gpu.main() == 3
    assert capsys.readouterr().out == "no GPU to run on: torch finds cpu, 1 thread alone\n"
