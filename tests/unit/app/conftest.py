"""The small library of the screens' tests, for the application without screens."""

from __future__ import annotations

from tests.tui.conftest import clock, decks, make_services, services

__all__ = ["clock", "decks", "make_services", "services"]
