"""Errors a user can cause, shown on the screen instead of ending the app."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Coroutine
from typing import Any, Concatenate, ParamSpec, TypeVar

from textual.dom import DOMNode

from quizapp.errors import QuizError

P = ParamSpec("P")
Node = TypeVar("Node", bound=DOMNode)


def show_error(node: DOMNode, error: QuizError) -> None:
    """Show title, sentence and what to do next."""
    text = f"{error.message}\n{error.hint}" if error.hint else error.message
    node.app.notify(text, title=error.title, severity="error", timeout=10, markup=False)


def shows_errors(
    method: Callable[Concatenate[Node, P], Any],
) -> Callable[Concatenate[Node, P], Coroutine[Any, Any, None]]:
    """Let an action or a handler show the QuizErrors it raises."""

    @functools.wraps(method)
    async def wrapped(self: Node, /, *args: P.args, **kwargs: P.kwargs) -> None:
        try:
            result = method(self, *args, **kwargs)
            if inspect.isawaitable(result):
                await result
        except QuizError as error:
            show_error(self, error)

    return wrapped
