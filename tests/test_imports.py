"""What each part imports when it is used, seen in a fresh process.

import-linter reads the import graph; only `sys.modules` shows that what is deferred stays so.
"""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from quizapp.paths import built_in

HEAVY = frozenset({"torch", "numpy", "transformers", "peft", "bitsandbytes", "sklearn", "scipy"})
PARSERS = frozenset({"pydantic", "yaml"})
SCREENS = frozenset({"textual", "rich"})
ROOT = Path(__file__).parent.parent
REPORT = "\nimport json, sys\nprint(json.dumps(sorted({m.split('.')[0] for m in sys.modules})))"


def loaded(program: str) -> set[str]:
    """Run a program and return the top-level packages it has loaded."""
    ran = subprocess.run(
        [sys.executable, "-c", program + REPORT],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    return set(json.loads(ran.stdout.splitlines()[-1]))


def quiet(command: str) -> str:
    """A program that runs a command of the command line and hides its output."""
    return (
        "import contextlib, io\nfrom quizapp.cli import main\n"
        f"with contextlib.redirect_stdout(io.StringIO()):\n    main({command.split()!r}, "
        "standalone_mode=False)\n"
    )


def test_demo_authors_import_the_standard_library_only() -> None:
    modules = ["", ".declare", ".params", ".run", ".spec", ".wire", ".child", ".device", ".worker"]
    program = "\n".join(f"import quizapp.demo{name}" for name in modules)
    known = set(sys.stdlib_module_names) | loaded("") | {"quizapp"}
    assert loaded(program) <= known


@pytest.mark.parametrize("package", ["cards.library", "study.session", "store", "settings"])
def test_the_core_imports_neither_screens_nor_machine_learning(package: str) -> None:
    assert not loaded(f"import quizapp.{package}") & (HEAVY | SCREENS)


def test_the_lab_imports_no_machine_learning_and_no_screens() -> None:
    assert not loaded("import quizapp.lab.lab, quizapp.app.verify") & (HEAVY | SCREENS)


def test_listing_demos_imports_no_demo() -> None:
    found = loaded(quiet("demo list"))
    assert not found & (HEAVY | {"textual", "tinyworld", "demos"})


def test_help_imports_neither_the_screens_nor_the_parsers() -> None:
    found = loaded(quiet("--help"))
    assert not found & (HEAVY | PARSERS | SCREENS)


def test_a_warm_library_is_loaded_without_the_parsers(tmp_path: Path) -> None:
    program = (
        "from pathlib import Path\nfrom quizapp.cards.library import load\n"
        f"library = load([Path({str(built_in('content'))!r})], Path({str(tmp_path)!r}))\n"
        "assert library.cards and next(iter(library.cards.values())).question\n"
    )
    assert loaded(program) >= PARSERS
    assert not loaded(program) & (PARSERS | HEAVY | SCREENS)


def imports(file: Path) -> Iterator[str]:
    """Yield what a file imports, at its top, inside functions and for type checking."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("package", ["tui", "commands"])
def test_screens_and_commands_reach_store_and_lab_through_the_application(package: str) -> None:
    files = sorted((ROOT / "quizapp" / package).rglob("*.py"))
    below = [
        f"{file.relative_to(ROOT)}: {name}"
        for file in files
        for name in imports(file)
        if name.startswith(("quizapp.store", "quizapp.lab"))
    ]
    assert files
    assert below == []


def test_the_application_is_loaded_without_the_screens() -> None:
    folder = ROOT / "quizapp" / "app"
    modules = [f"quizapp.app.{file.stem}" for file in folder.glob("*.py") if file.stem[0] != "_"]
    assert "quizapp.app.studying" in modules
    assert not loaded(f"import {', '.join(modules)}") & (HEAVY | SCREENS)


@pytest.mark.parametrize("command", ["stats", "path", "check", "export csv -"])
def test_plain_commands_open_no_screens(command: str) -> None:
    assert "textual" not in loaded(quiet(command))
