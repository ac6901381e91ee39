"""What the statements of a demo report, read from its syntax tree."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

_REPORTS = {"claim": "claims", "measure": "measures"}
"""By the method of `run` that reports it, the argument of `@demo` that declares it."""

ANY = "*"
"""Stands for ids that only a run knows."""


def reports(body: Iterable[ast.AST]) -> Iterator[tuple[str, ast.AST, str | None]]:
    """Yield what statements report, where and by which id; None for one that only a run knows.

    A report is a statement of its own: walking all expressions would take as long as parsing.
    """
    for node in body:
        match node:
            case ast.Expr(ast.Call(ast.Attribute(ast.Name("run"), method), args, named)) if (
                kind := _REPORTS.get(method)
            ):
                for id in args[:1]:
                    yield kind, id, _text_of(id)
                for keyword in named if not args else ():
                    yield kind, keyword, keyword.arg
            case ast.With(items):
                for item in items:
                    match item.context_expr:
                        case ast.Call(ast.Attribute(ast.Name("run"), "judge"), [id, *_]):
                            yield "claims", id, _text_of(id)
        for name in ("body", "orelse", "finalbody", "handlers", "cases"):
            yield from reports(getattr(node, name, ()))


def _text_of(node: ast.expr) -> str | None:
    """Return a literal text; None for what only a run knows."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None
