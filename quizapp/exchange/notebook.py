"""A demo as a Jupyter notebook: its page, its code, and a run whose results are printed."""

from __future__ import annotations

import ast
import json
from collections.abc import Mapping
from typing import Any

from quizapp.demo.spec import DemoSpec

_RUN = """\
from quizapp.demo import Run

events = []
main(Run(main.demo, events.append), {arguments})
for event in events:
    if event["t"] == "measure":
        print(f"{{event['text']}}: {{event['value']}}")
    elif event["t"] == "claim":
        print(f"{{event['text']}}: {{event['state']}} ({{event['evidence']}})")
"""
_CURVES = """\
import matplotlib.pyplot as plt  # the only package here that quizapp does not install

curves = {}
for event in events:
    if event["t"] == "points":
        xs, ys = curves.setdefault(event["name"], ([], []))
        xs += event["x"]
        ys += map(float, event["y"])
for name, (xs, ys) in curves.items():
    plt.plot(xs, ys, label=name)
plt.legend()
"""


def notebook(spec: DemoSpec, settings: Mapping[str, Any]) -> str:
    """Return the notebook as the text of its .ipynb file (nbformat 4.5)."""
    source = spec.path.read_text(encoding="utf-8")
    arguments = ", ".join(f"{name}={value!r}" for name, value in settings.items())
    built_in = "tinyworld" in source
    cells = [
        _cell("markdown", f"# {spec.title}\n\n{spec.page}"),
        *([_cell("code", _FIND)] if built_in else []),
        _cell("code", without_docstring(source)),
        _cell("code", _RUN.format(arguments=arguments)),
        _cell("code", _CURVES),
    ]
    for number, cell in enumerate(cells):
        cell["id"] = f"{spec.id}-{number}".replace("_", "-")[-64:]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    whole = {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(whole, indent=1, ensure_ascii=False) + "\n"


_FIND = """\
import sys
from quizapp.paths import built_in

sys.path.insert(0, str(built_in("demos")))  # for tinyworld
"""


def without_docstring(source: str) -> str:
    """Return a module's source after its docstring."""
    first = ast.parse(source).body[0]
    assert first.end_lineno is not None
    return "".join(source.splitlines(keepends=True)[first.end_lineno :]).strip("\n") + "\n"


def _cell(kind: str, source: str) -> dict[str, Any]:
    cell: dict[str, Any] = {"cell_type": kind, "metadata": {}, "source": source.rstrip("\n")}
    return cell | ({"execution_count": None, "outputs": []} if kind == "code" else {})
