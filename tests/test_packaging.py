"""What is installed is complete: sdist, wheel from it, a fresh environment, another folder."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest

from quizapp.app.doctor import PACKAGES

ROOT = Path(__file__).parent.parent
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sdist, and the wheel that is built from it."""
    out = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "build", "--no-isolation", "--outdir", out, ROOT],
        check=True,
        capture_output=True,
    )
    return out


@pytest.fixture(scope="module")
def installed(dist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with the wheel; what it depends on is lent from this one."""
    env = tmp_path_factory.mktemp("env")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", env], check=True)
    (wheel,) = dist.glob("*.whl")
    subprocess.run(
        [
            sys.executable,
            "-m",
            "pip",
            "--python",
            env / "bin" / "python",
            "install",
            "--quiet",
            "--no-deps",
            "--no-index",
            wheel,
        ],
        check=True,
    )
    (packages,) = env.glob("lib/python*/site-packages")
    (packages / "lent.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return env


def run(env: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the installed command from a folder that is not the checkout."""
    clean = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    return subprocess.run(
        [env / "bin" / "quizapp", *arguments],
        cwd=env,
        env=clean,
        text=True,
        capture_output=True,
        timeout=180,
        check=False,
    )


def test_the_sdist_carries_what_the_wheel_is_built_from(dist: Path) -> None:
    (archive,) = dist.glob("*.tar.gz")
    with tarfile.open(archive) as tar:
        names = {name.partition("/")[2] for name in tar.getnames()}
    wanted = {
        "pyproject.toml",
        "README.md",
        "LICENSE",
        "constraints.txt",
        "Makefile",
        "content/lora.yaml",
        "demos/lora_finetune.py",
        "tests/conftest.py",
    }
    assert wanted <= names
    assert not any("__pycache__" in name or name.startswith(".venv") for name in names)


def test_the_wheel_carries_decks_demos_weights_styles_and_types(dist: Path) -> None:
    (archive,) = dist.glob("finetune_quiz-*.whl")
    names = set(zipfile.ZipFile(archive).namelist())
    for folder in ("content", "demos"):
        here = {
            f"quizapp/_data/{folder}/{file.relative_to(ROOT / folder)}"
            for file in (ROOT / folder).rglob("*")
            if file.suffix in (".yaml", ".py", ".md", ".json", ".safetensors")
        }
        assert here <= names
    assert any(name.endswith(".safetensors") for name in names)
    styles = {str(file.relative_to(ROOT)) for file in (ROOT / "quizapp").rglob("*.tcss")}
    assert {*styles, "quizapp/py.typed"} <= names


def test_the_installed_app_checks_its_own_decks_and_lists_its_demos(installed: Path) -> None:
    checked = run(installed, "check", "--json")
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert json.loads(checked.stdout)["cards"] > 0
    listed = json.loads(run(installed, "demo", "list", "--json").stdout)
    files = [*(ROOT / "demos").glob("*.py"), *(ROOT / "demos" / "exercises").glob("*.py")]
    here = {file.stem for file in files if file.stem[0] != "_"}
    assert {demo["id"] for demo in listed["demos"]} == here
    shown = json.loads(run(installed, "demo", "show", "lora_finetune", "--json").stdout)
    assert Path(shown["file"]).is_relative_to(installed)


@pytest.mark.torch
def test_the_installed_app_runs_a_demo_on_the_bundled_model(installed: Path) -> None:
    ran = run(installed, "demo", "run", "lora_finetune", "--json")
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout.splitlines()[-1])["t"] == "done"


def test_the_doctor_looks_for_exactly_the_dependencies() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    names = [line.partition(">")[0].partition("=")[0] for line in project["dependencies"]]
    assert sorted(names) == sorted(PACKAGES)


def test_every_dependency_is_pinned_exactly_and_without_a_local_version() -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()[1:]
    pins = {
        name.lower().replace("_", "-"): version
        for name, _, version in (line.partition("==") for line in lines)
    }
    assert all(version and "+" not in version for version in pins.values())
    assert {name.replace("_", "-") for name in PACKAGES} <= set(pins)
    assert pins["torch"] == "2.13.0"
