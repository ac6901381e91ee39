"""What can wait until one stops typing, waits."""

from __future__ import annotations

import gc
from collections.abc import Callable

from textual.message_pump import MessagePump
from textual.timer import Timer

PAUSE_S = 0.2
"""Longer than between two letters of a word, shorter than a look at the list."""


class TypingPause:
    """Holds back a preview, and Python's collector, while letters follow each other.

    Each takes longer than the list that a letter asks for.
    """

    def __init__(self, owner: MessagePump, then: Callable[[], object]) -> None:
        """`then` is called at the pause, by a timer of `owner`."""
        self._owner = owner
        self._then = then
        self._timer: Timer | None = None

    @property
    def holds(self) -> bool:
        """Whether a letter was typed so recently that another may follow."""
        return self._timer is not None

    def letter(self) -> None:
        """Take note of a letter."""
        self.cancel()
        gc.disable()
        self._timer = self._owner.set_timer(PAUSE_S, self.end)

    def end(self) -> None:
        """Do now what waits for the pause."""
        self.cancel()
        self._then()

    def cancel(self) -> None:
        """Wait no longer, and do nothing."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
            gc.enable()
