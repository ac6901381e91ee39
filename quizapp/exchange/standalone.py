"""A run to take home: a Python script and a Jupyter notebook that need no quizapp.

Both hold the demo's own source behind the source of what quizapp gives it, and the settings of the
run. The bundled language model's folder goes along when the demo uses it. Of an exercise, the
learner's solution stands in a part of its own, to be changed and run again.
"""

from __future__ import annotations

import ast
import inspect
import json
import shutil
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from textwrap import indent
from types import ModuleType
from typing import Any, get_args

from quizapp.demo import checks, declare, events, judging, run, solution
from quizapp.demo.params import CodeText
from quizapp.demo.solution import FILE
from quizapp.demo.spec import DemoSpec
from quizapp.exchange import stand_in
from quizapp.exchange.forms import shown_by_a_run

MODEL_FOLDER = "tinyworld"
"""The package of the bundled model, beside the demos."""


def script(spec: DemoSpec, settings: Mapping[str, Any], shows: str = "") -> str:
    """Return the run as a Python file; `shows` says what recorded runs have shown."""
    call = indent(_call(spec, settings), "    ")
    solved = _solution(spec, settings)
    return "\n\n".join(
        (
            f'"""{_page(spec)}\n"""',
            _given(),
            *([f"# {shown_by_a_run(shows)}"] if shows else []),
            f"# The demo.\n\n{_code(spec)}",
            *([f"# Your solution.\n\nSOLUTION = {_literal(solved)}\n"] if spec.code else []),
            f'if __name__ == "__main__":\n{call}',
        )
    )


def notebook(spec: DemoSpec, settings: Mapping[str, Any], shows: str = "") -> str:
    """Return the run as the text of an .ipynb file (nbformat 4.5).

    `shows` says what recorded runs have shown.
    """
    page = f"# {spec.title}\n\n{spec.page}"
    cells = [
        _cell("markdown", f"{page}\n\n{shown_by_a_run(shows)}" if shows else page),
        _cell("code", _given()),
        _cell("code", _code(spec)),
        *([_cell("code", f"%%writefile {FILE}\n{_solution(spec, settings)}")] if spec.code else []),
        _cell("code", _call(spec, settings, f"open({FILE!r}).read()")),
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


def _page(spec: DemoSpec) -> str:
    docstring = ast.get_docstring(ast.parse(spec.path.read_text(encoding="utf-8")), clean=False)
    return (docstring or spec.title).rstrip().replace("\\", "\\\\")


def _given() -> str:
    """What a demo rests on, in a function: its names must not meet the demo's.

    Events are without their checks here: the calls of `Run` have checked what is in them.
    """
    records = (
        f"{kind.__name__}=namedtuple({kind.__name__!r}, {[one.name for one in fields(kind)]}),"
        for kind in get_args(events.Event)
        if f"events.{kind.__name__}(" in inspect.getsource(run)
    )
    parts = (
        "from collections import namedtuple\n\nParam = object\n",
        _source(checks),
        "checks = SimpleNamespace(**locals())\nevents = SimpleNamespace(\n"
        "    Event=object,\n    State=object,\n    Axis=object,\n"
        + indent("\n".join(records), "    ")
        + "\n)\n",
        *map(_source, (declare, judging, solution, run, stand_in)),
    )
    return (
        "from types import SimpleNamespace\n\n\n"
        "def what_quizapp_gives():\n"
        '    """Return Run and what else a demo imports, as in quizapp; results are printed."""\n'
        + "\n\n".join(indent(part, "    ") for part in parts)
        + "\n    return SimpleNamespace(**locals())\n\n\ngiven = what_quizapp_gives()\n"
    )


def _source(module: ModuleType) -> str:
    """The source of a module without its documentation and the imports of its siblings."""
    source = inspect.getsource(module)
    tree = ast.parse(source)
    texts = [
        node
        for parent in ast.walk(tree)
        if isinstance(parent, ast.Module | ast.ClassDef | ast.FunctionDef) and len(parent.body) > 1
        for node in parent.body
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    ]
    return _cut(source, [*texts, *filter(_is_inside, tree.body)]).strip() + "\n"


def _code(spec: DemoSpec) -> str:
    """The demo without its page, its import from quizapp replaced."""
    source = spec.path.read_text(encoding="utf-8")
    inside = [node for node in ast.parse(source).body if _is_inside(node)]
    names = [alias for node in inside if isinstance(node, ast.ImportFrom) for alias in node.names]
    taken = "".join(f"{a.asname or a.name} = given.{a.name}\n" for a in names)
    return f"{taken}\n{_cut(source, inside).strip()}\n"


def _is_inside(node: ast.stmt) -> bool:
    """Whether a statement is a docstring or an import that only works in its place."""
    if isinstance(node, ast.ImportFrom):
        return (node.module or "").partition(".")[0] in ("__future__", "quizapp")
    return isinstance(node, ast.Expr) and node.lineno == 1


def _cut(source: str, nodes: list[ast.stmt]) -> str:
    """Return the source without these statements."""
    lines = source.splitlines(keepends=True)
    for node in nodes:
        assert node.end_lineno is not None
        lines[node.lineno - 1 : node.end_lineno] = [""] * (node.end_lineno - node.lineno + 1)
    return "".join(lines)


def _solution(spec: DemoSpec, settings: Mapping[str, Any]) -> str:
    """The learner's solution of an exercise; the reference where the run had none."""
    return settings.get(spec.code) or spec.reference


def _literal(text: str) -> str:
    """Return a text as Python writes it, on lines of its own where they show it as it is."""
    plain = "\\" not in text and '"""' not in text and not text.endswith('"')
    return f'"""\\\n{text}"""' if plain else repr(text)


def _call(spec: DemoSpec, settings: Mapping[str, Any], code: str = "SOLUTION") -> str:
    settings = spec.settings(settings)
    written = {name: repr(value) for name, value in settings.items()}
    for name, param in spec.params.items():
        if isinstance(param, CodeText):
            written[name] = f"given.load({code}, {param.entry!r})"
    arguments = "".join(f", {name}={value}" for name, value in written.items())
    bundled = all(settings[n] == p.default for n, p in spec.params.items() if p.kind == "model")
    return (
        "report = given.Report()\n"
        f"run = given.Run(main.demo, report, device=given.device(), bundled={bundled})\n"
        f"main(run{arguments})\n"
        "run.finish()\n"
        "report.plot()\n"
    )


def _cell(kind: str, source: str) -> dict[str, Any]:
    cell: dict[str, Any] = {"cell_type": kind, "metadata": {}, "source": source.rstrip("\n")}
    return cell | ({"execution_count": None, "outputs": []} if kind == "code" else {})
