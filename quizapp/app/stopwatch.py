"""Seconds spent on one card."""

from __future__ import annotations

from collections.abc import Callable


class Stopwatch:
    """Counts from `start`; `pause` stops it while other screens are in front."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._began = monotonic()
        self._paused: float | None = None

    def start(self, already: float = 0.0) -> None:
        """Begin again, at zero or at the seconds of a time before."""
        self._began, self._paused = self._monotonic() - already, None

    def pause(self) -> None:
        """Stop counting."""
        if self._paused is None:
            self._paused = self._monotonic()

    def resume(self) -> None:
        """Go on counting."""
        if self._paused is not None:
            self._began += self._monotonic() - self._paused
            self._paused = None

    @property
    def seconds(self) -> float:
        """Seconds counted so far."""
        now = self._monotonic() if self._paused is None else self._paused
        return now - self._began
