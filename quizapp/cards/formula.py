"""Formulas in card files: arithmetic on named values, and nothing else."""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable, Mapping

_OPERATIONS: Mapping[type[ast.AST], Callable[..., float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Pow: operator.pow,
    ast.USub: operator.neg,
}
_FUNCTIONS: Mapping[str, Callable[..., float]] = {
    "sqrt": math.sqrt,
    "log": math.log,
    "log2": math.log2,
    "exp": math.exp,
    "ceil": math.ceil,
    "floor": math.floor,
    "comb": math.comb,
    "min": min,
    "max": max,
    "round": round,
}
_LARGEST_POWER = 64


def compute(formula: str, values: Mapping[str, float]) -> float:
    """Return what a formula such as "n * bits / 8" gives for these values.

    It knows + - * / // ** and sqrt, log, log2, exp, ceil, floor, comb, min, max, round.

    Raises:
        ValueError: it is no such formula, names a value that is not there, or gives no finite
            number, with a sentence.
    """
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
            one, other = _value(left, values), _value(right, values)
            if isinstance(operation, ast.Pow) and abs(other) > _LARGEST_POWER:
                raise ValueError(f"a power of {other:g} is too large")
            return _OPERATIONS[type(operation)](one, other)
        case ast.UnaryOp(ast.USub(), operand):
            return -_value(operand, values)
        case ast.Call(ast.Name(name), arguments, []) if name in _FUNCTIONS:
            return _FUNCTIONS[name](*(_value(one, values) for one in arguments))
    raise ValueError(f"{ast.unparse(node)} is not allowed in a formula")
