"""Formulas in card files: arithmetic on named values, and nothing else."""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable, Mapping

_LONGEST = 300
"""Characters of a formula; one that nests deeper than Python can read is no formula of a card."""

_MOST_TO_CHOOSE_FROM = 1000
"""The number of ways to choose from more does not fit into a float."""


def _comb(n: float, k: float) -> float:
    if n > _MOST_TO_CHOOSE_FROM or n != int(n) or k != int(k):
        raise ValueError(f"comb takes whole numbers up to {_MOST_TO_CHOOSE_FROM}")
    return math.comb(int(n), int(k))


_OPERATIONS: Mapping[type[ast.AST], Callable[..., float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Pow: math.pow,  # of whole numbers too: their exact powers may fill the memory
}
_FUNCTIONS: Mapping[str, Callable[..., float]] = {
    "sqrt": math.sqrt,
    "log": math.log,
    "log2": math.log2,
    "exp": math.exp,
    "ceil": math.ceil,
    "floor": math.floor,
    "comb": _comb,
    "min": min,
    "max": max,
    "round": round,
}


def compute(formula: str, values: Mapping[str, float]) -> float:
    """Return what a formula such as "n * bits / 8" gives for these values.

    It knows + - * / // ** and sqrt, log, log2, exp, ceil, floor, comb, min, max, round.

    Raises:
        ValueError: it is no such formula, names a value that is not there, or gives no finite
            number, with a sentence.
    """
    if len(formula) > _LONGEST:
        raise ValueError(f"a formula of {len(formula)} characters is longer than {_LONGEST}")
    try:
        result = float(_value(ast.parse(formula, mode="eval").body, values))
    except SyntaxError as error:
        raise ValueError(f"{formula!r} is no formula: {error.msg}") from None
    except (ArithmeticError, TypeError) as error:
        raise ValueError(f"{formula!r} gives no number: {error}") from None
    if not math.isfinite(result):
        raise ValueError(f"{formula!r} gives {result}")
    return result


def _value(node: ast.expr, values: Mapping[str, float]) -> float:
    match node:
        case ast.Constant(int() | float() as number) if not isinstance(number, bool):
            return number
        case ast.Name(name):
            if name not in values:
                raise ValueError(f"no value is drawn for {name}")
            return values[name]
        case ast.BinOp(left, operation, right) if type(operation) in _OPERATIONS:
            return _applied(_OPERATIONS[type(operation)], values, left, right)
        case ast.UnaryOp(ast.USub(), operand):
            return -_value(operand, values)
        case ast.Call(ast.Name(name), arguments, []) if name in _FUNCTIONS:
            return _applied(_FUNCTIONS[name], values, *arguments)
    raise ValueError(f"{ast.unparse(node)} is not allowed in a formula")


def _applied(
    function: Callable[..., float], values: Mapping[str, float], *arguments: ast.expr
) -> float:
    found = [_value(one, values) for one in arguments]
    try:
        return function(*found)
    except ValueError as error:  # such as log(0): it gives no number, like a division by 0
        raise ArithmeticError(str(error)) from None
