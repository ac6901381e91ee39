"""Say what the lines of each demo do: page, declaration, reporting, computing.

`python -m tools.demo_lines [FILE...]` prints a table; without files, of all demos. A lesson shows
its idea in the first forty lines and computes in about half of them, so the table also names the
line of the first statement that computes, in a helper or in `main`.
"""

from __future__ import annotations

import ast
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

DEMOS = Path(__file__).parent.parent / "demos"
KINDS = ("page", "declaration", "reporting", "computing")
LABELS = (ast.Constant, ast.Dict, ast.List, ast.Tuple, ast.Set)
DISPLAYS = (ast.Dict, ast.DictComp, ast.List, ast.ListComp, ast.JoinedStr, ast.Constant, ast.IfExp)
FORMATTING = ("items", "join", "keys", "list", "round", "sorted", "str", "values", "zip")
"""Calls that turn results into texts, rows and loops over them."""


def line_kinds(source: str) -> dict[int, str]:
    """Return the kind of each line that is not blank, by line number from 1.

    Page: the module docstring. Declaration: imports, decorators, signatures of `main`, constants of
    the module that hold texts only. Reporting: calls of `run`, and what builds rows and texts that
    only such calls use. All else computes: comments and docstrings of functions too.
    """
    tree = ast.parse(source)
    kinds = {n: "computing" for n, line in enumerate(source.splitlines(), 1) if line.strip()}

    def mark(kind: str, first: int, last: int) -> None:
        kinds.update({n: kind for n in range(first, last + 1) if n in kinds})

    for node in tree.body:
        if ast.get_docstring(tree) is not None and node is tree.body[0]:
            mark("page", *_span(node))
        elif isinstance(node, ast.Import | ast.ImportFrom) or _is_label(node):
            mark("declaration", *_span(node))
        elif isinstance(node, ast.FunctionDef):
            for first, last in _reports(node):
                mark("reporting", first, last)
            if node.decorator_list:
                mark("declaration", node.decorator_list[0].lineno, node.body[0].lineno - 1)
    return kinds


def first_computing(source: str) -> int:
    """Return the line of the first statement of a function that computes; 0 if there is none."""
    kinds = line_kinds(source)
    statements = [
        part
        for node in ast.parse(source).body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
        for part in ast.walk(node)
        if isinstance(part, ast.stmt) and part is not node and not _is_text(part)
    ]
    return min((s.lineno for s in statements if kinds[s.lineno] == "computing"), default=0)


def _reports(function: ast.FunctionDef) -> Iterator[tuple[int, int]]:
    """Give the first and last line of each statement of a function that only reports."""
    reporting = {id(s) for s in ast.walk(function) if isinstance(s, ast.stmt) and _calls_run(s)}
    grown = True
    while grown:  # a text that only a reporting statement uses is reporting, and so on
        before = len(reporting)
        computed = _names(function, reporting)
        for statement in ast.walk(function):
            if isinstance(statement, ast.stmt) and _only_reports(statement, reporting, computed):
                reporting.add(id(statement))
        grown = len(reporting) > before
    for statement in ast.walk(function):
        if isinstance(statement, ast.stmt) and id(statement) in reporting:
            yield _span(statement)


def _only_reports(statement: ast.stmt, reporting: set[int], computed: set[str]) -> bool:
    if isinstance(statement, ast.For | ast.If):
        shows = isinstance(statement, ast.If) or not _works(statement.iter)
        return shows and all(id(s) in reporting for s in [*statement.body, *statement.orelse])
    if isinstance(statement, ast.Assign) and isinstance(statement.value, DISPLAYS):
        names = {n.id for t in statement.targets for n in ast.walk(t) if isinstance(n, ast.Name)}
        return not names & computed and not _works(statement.value)
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
        call = statement.value.func  # rows.append({...})
        return (
            isinstance(call, ast.Attribute)
            and call.attr in ("append", "update")
            and isinstance(call.value, ast.Name)
            and call.value.id not in computed
            and not any(map(_works, statement.value.args))
        )
    return False


def _names(function: ast.FunctionDef, reporting: set[int]) -> set[str]:
    """Return the names that statements read which do more than report."""
    found: set[str] = set()

    def visit(node: ast.AST) -> None:
        if id(node) in reporting:
            return
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            call = node.value  # the list that is appended to is not read by that
            for part in (*call.args, *call.keywords):
                visit(part)
            if isinstance(call.func, ast.Attribute) and not isinstance(call.func.value, ast.Name):
                visit(call.func)
            return
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            found.add(node.id)
        for child in ast.iter_child_nodes(node):
            visit(child)

    for statement in function.body:
        visit(statement)
    return found


def _calls_run(statement: ast.stmt) -> bool:
    if not isinstance(statement, ast.Expr) or not isinstance(statement.value, ast.Call):
        return False
    root: ast.expr = statement.value.func
    while isinstance(root, ast.Attribute):
        root = root.value
    return isinstance(root, ast.Name) and root.id == "run"


def _works(expression: ast.expr) -> bool:
    """Say whether an expression does more than format results that are there."""
    calls = [n.func for n in ast.walk(expression) if isinstance(n, ast.Call)]
    names = [c.attr if isinstance(c, ast.Attribute) else getattr(c, "id", "") for c in calls]
    return any(name not in FORMATTING for name in names)


def _is_label(node: ast.stmt) -> bool:
    if not isinstance(node, ast.Assign) or not isinstance(node.value, LABELS):
        return _is_text(node)
    leaves = [n for n in ast.walk(node.value) if not isinstance(n, (*LABELS[1:], ast.expr_context))]
    return all(isinstance(n, ast.Constant) and isinstance(n.value, str) for n in leaves)


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _span(node: ast.stmt) -> tuple[int, int]:
    return node.lineno, node.end_lineno or node.lineno


def main(paths: list[Path]) -> None:
    """Print the table of these files, or of all demos."""
    paths = paths or sorted(p for p in DEMOS.glob("*.py") if not p.name.startswith("_"))
    total: Counter[str] = Counter()
    print(f"{'demo':24}{'lines':>6}" + "".join(f"{k:>13}" for k in KINDS) + f"{'first':>7}")
    for path in paths:
        source = path.read_text(encoding="utf-8")
        kinds = Counter(line_kinds(source).values())
        total += kinds
        print(_row(path.stem, kinds) + f"{first_computing(source):7}")
    print(_row(f"{len(paths)} demos", total))


def _row(name: str, kinds: Counter[str]) -> str:
    lines = kinds.total()
    shares = "".join(f"{kinds[k]:6}{kinds[k] / lines:6.0%} " for k in KINDS)
    return f"{name:24}{lines:6}{shares}"


if __name__ == "__main__":
    main([Path(argument) for argument in sys.argv[1:]])
