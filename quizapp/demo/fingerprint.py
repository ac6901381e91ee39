"""Whether a record is of the demo as it stands: a hash of what a run depends on."""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from quizapp.demo.spec import DemoSpec


def fingerprint(spec: DemoSpec) -> str:
    """Return a hash of all that a run of a demo depends on in its folder.

    That is the code of the demo and, if it imports tinyworld, the code and the files of tinyworld.
    Comments, docstrings, what `@demo` declares and the layout change no number and do not count.
    """
    code, imported = _read(spec.path)
    found = hashlib.sha256(code.encode())
    if "tinyworld" in imported:
        folders = [spec.path.parent, spec.path.parent.parent]  # an exercise lies one folder deeper
        folder = next((f for f in folders if (f / "tinyworld").is_dir()), folders[0])
        found.update(_world(folder / "tinyworld").encode())
    return found.hexdigest()[:16]


_NOT_RUN = ("pretrain.py", "fitness.py")
"""The programs that made the bundled weights and checked them."""


@cache
def _world(folder: Path) -> str:
    files = (p for p in sorted(folder.rglob("*")) if p.suffix in (".py", ".json", ".safetensors"))
    used = [p for p in files if p.name not in _NOT_RUN]
    parts = [
        _read(p)[0] if p.suffix == ".py" else hashlib.sha256(p.read_bytes()).hexdigest()
        for p in used
    ]
    return "\n".join(parts)


def _read(path: Path) -> tuple[str, set[str]]:
    """Return the lines that run, without white space, and the packages that they import."""
    text = path.read_text(encoding="utf-8")
    dropped: set[int] = set()
    imported: set[str] = set()
    for node in ast.walk(ast.parse(text)):
        dropped |= {n for first, last in _silent(node) for n in range(first, last + 1)}
        match node:
            case ast.Import(names):
                imported |= {name.name.split(".")[0] for name in names}
            case ast.ImportFrom(str(module)):
                imported.add(module.split(".")[0])
    lines = (
        line.strip() for number, line in enumerate(text.split("\n"), 1) if number not in dropped
    )
    code = ("".join(line.split()) for line in lines if line and not line.startswith("#"))
    return "\n".join(code), imported


def _silent(node: ast.AST) -> Iterator[tuple[int, int]]:
    """Yield first and last line of the docstring of a node and of the decorator of a demo."""
    if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
        match node.body[:1]:
            case [ast.Expr(ast.Constant(str()), end_lineno=int(last)) as statement]:
                yield statement.lineno, last
    if isinstance(node, ast.FunctionDef):
        for decorator in node.decorator_list:
            match decorator:
                case ast.Call(ast.Name("demo"), end_lineno=int(last)):
                    yield decorator.lineno, last
