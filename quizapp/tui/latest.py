"""Showing the newest of many wishes, one at a time."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

Wish = TypeVar("Wish")


class Latest(Generic[Wish]):
    """Fulfils the newest wish; one under way is finished first and those between are dropped.

    An exclusive worker would cancel the one under way. Cancelled while it takes widgets off the
    screen, it takes the app along: Textual's own loop waits for the same removal.
    """

    def __init__(self, fulfil: Callable[[Wish], Awaitable[None]]) -> None:
        self._fulfil = fulfil
        self._newest: list[Wish] = []
        self._busy = False

    async def __call__(self, wish: Wish) -> None:
        """Fulfil this wish, now or after the one under way, unless a newer one comes."""
        self._newest = [wish]
        if self._busy:
            return
        self._busy = True
        try:
            while self._newest:
                await self._fulfil(self._newest.pop())
        finally:
            self._busy = False
