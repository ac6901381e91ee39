"""The reference solution of an exercise, cut out of its file so that it works alone."""

from __future__ import annotations

import ast


def bound_names(node: ast.stmt) -> set[str]:
    """Return the names that a statement of a module binds."""
    match node:
        case ast.Import(names) | ast.ImportFrom(names=names):
            return {(alias.asname or alias.name).split(".")[0] for alias in names}
        case ast.FunctionDef(name) | ast.ClassDef(name):
            return {name}
    return _stored(node)


def _stored(node: ast.AST) -> set[str]:
    """Return the names that are assigned anywhere in a statement."""
    names = (part for part in ast.walk(node) if isinstance(part, ast.Name))
    return {name.id for name in names if isinstance(name.ctx, ast.Store)}


def _needed(node: ast.stmt) -> set[str]:
    """Return the names that a statement of a module takes from elsewhere."""
    names = {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
    own = {part.arg for part in ast.walk(node) if isinstance(part, ast.arg)}
    if isinstance(node, ast.FunctionDef):  # a name that it binds is its own, also where it reads it
        own |= _stored(node)
    return names - own


def _first_line(node: ast.stmt) -> int:
    """Return where a statement begins, its decorators included."""
    above: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(decorator.lineno for decorator in above)])


def cut_out(text: str, tree: ast.Module, entry: str) -> str | None:
    """Return a function of a module with all that it needs of the module; None if not there."""
    by_name = {name: node for node in tree.body for name in bound_names(node)}
    if not isinstance(by_name.get(entry), ast.FunctionDef | ast.ClassDef):
        return None
    wanted, seen = [entry], {}
    while wanted:
        node = by_name.get(wanted.pop())
        if node is not None and node.lineno not in seen:
            seen[node.lineno] = node
            wanted += _needed(node)
    lines = text.splitlines()
    parts = [
        (n, "\n".join(lines[_first_line(n) - 1 : n.end_lineno])) for _, n in sorted(seen.items())
    ]
    imports = [part for node, part in parts if isinstance(node, ast.Import | ast.ImportFrom)]
    rest = [part for node, part in parts if not isinstance(node, ast.Import | ast.ImportFrom)]
    return "\n\n\n".join([*(["\n".join(imports)] if imports else []), *rest]) + "\n"
