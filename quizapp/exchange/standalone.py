"""A run to take home: a Python script and a Jupyter notebook that need no quizapp.

Both hold the demo's own source behind a short stand-in for what quizapp gives it, and the settings
of the run. The bundled language model's folder goes along when the demo uses it.
"""

from __future__ import annotations

import ast
import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from quizapp.demo.spec import DemoSpec
from quizapp.exchange import stand_in

MODEL_FOLDER = "tinyworld"
"""The package of the bundled model, beside the demos."""


def script(spec: DemoSpec, settings: Mapping[str, Any]) -> str:
    """Return the run as a Python file."""
    return "\n\n".join(
        (
            f'"""{_page(spec)}\n"""',
            "# What quizapp gives a demo, in short.\n\n" + _stand_in(),
            f"# The demo.\n\n{_code(spec)}",
            'if __name__ == "__main__":\n'
            + "".join(f"    {line}\n" for line in _call(settings).splitlines()),
        )
    )


def notebook(spec: DemoSpec, settings: Mapping[str, Any]) -> str:
    """Return the run as the text of an .ipynb file (nbformat 4.5)."""
    cells = [
        _cell("markdown", f"# {spec.title}\n\n{spec.page}"),
        _cell("code", "# What quizapp gives a demo, in short.\n\n" + _stand_in()),
        _cell("code", _code(spec)),
        _cell("code", _call(settings)),
    ]
    for number, cell in enumerate(cells):
        cell["id"] = f"{spec.id}-{number}".replace("_", "-")[-64:]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    whole = {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(whole, indent=1, ensure_ascii=False) + "\n"


def copy_model(spec: DemoSpec, folder: Path) -> Path | None:
    """Copy the bundled model's package into `folder` if the demo imports it; return the copy."""
    if f"import {MODEL_FOLDER}" not in spec.path.read_text(encoding="utf-8"):
        return None
    from quizapp.paths import built_in

    source, target = built_in("demos") / MODEL_FOLDER, folder / MODEL_FOLDER
    shutil.copytree(
        source, target, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__")
    )
    return target


def without_docstring(source: str) -> str:
    """Return a module's source after its docstring."""
    first = ast.parse(source).body[0]
    assert first.end_lineno is not None
    return "".join(source.splitlines(keepends=True)[first.end_lineno :]).strip("\n") + "\n"


def _page(spec: DemoSpec) -> str:
    docstring = ast.get_docstring(ast.parse(spec.path.read_text(encoding="utf-8")), clean=False)
    return (docstring or spec.title).rstrip().replace("\\", "\\\\")


def _stand_in() -> str:
    source = without_docstring(Path(stand_in.__file__).read_text(encoding="utf-8"))
    return source.partition("from __future__ import annotations\n")[2].strip("\n") + "\n"


def _code(spec: DemoSpec) -> str:
    """The demo without its page and without the import that the stand-in replaces."""
    source = spec.path.read_text(encoding="utf-8")
    lines = source.splitlines(keepends=True)
    body = ast.parse(source).body
    for node in body:
        if isinstance(node, ast.ImportFrom) and node.module == "quizapp.demo":
            assert node.end_lineno is not None
            lines[node.lineno - 1 : node.end_lineno] = [""] * (node.end_lineno - node.lineno + 1)
    assert body[0].end_lineno is not None
    return "".join(lines[body[0].end_lineno :]).strip("\n") + "\n"


def _call(settings: Mapping[str, Any]) -> str:
    arguments = "".join(f", {name}={value!r}" for name, value in settings.items())
    return f"run = Run(main.sentences)\nmain(run{arguments})\nrun.plot()\n"


def _cell(kind: str, source: str) -> dict[str, Any]:
    cell: dict[str, Any] = {"cell_type": kind, "metadata": {}, "source": source.rstrip("\n")}
    return cell | ({"execution_count": None, "outputs": []} if kind == "code" else {})
